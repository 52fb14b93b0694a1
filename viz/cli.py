"""The command ``parity viz``; also ``python -m viz.cli``."""

from __future__ import annotations

import errno
import importlib.util
import socket
import threading
import time
import webbrowser
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from viz.server import Address, prepare_environment, serve


def viz(
    scenario: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Scenario to open: a .toml file, or the name of a shipped one."),
    ] = None,
    port: Annotated[
        int, typer.Option(metavar="N", min=0, max=65535, help="Port; 0 takes a free one.")
    ] = 8765,
    host: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="Address to listen on. Anything but 127.0.0.1 lets others reach it, without a password.",
        ),
    ] = "127.0.0.1",
    results: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder with sweeps to explore; default: ./sweeps and ./runs."),
    ] = None,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in a browser.")
    ] = True,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Answer to this name too: that of a web server in front, for instance. May be repeated.",
        ),
    ] = None,
) -> None:
    """Watch, steer and compare worlds in a browser, and explore sweeps.

    Everything is served from this machine: no internet, no telemetry. Stop with Ctrl-C.

    [bold]Examples[/bold]

      [cyan]parity viz[/cyan]                                  the baseline, at http://127.0.0.1:8765
      [cyan]parity viz --scenario tight-controls[/cyan]        another shipped scenario
      [cyan]parity viz --scenario mine.toml --port 0[/cyan]    a file of yours, on a free port
      [cyan]parity viz --results /data/sweeps[/cyan]           sweeps that lie elsewhere

    A page's address holds what is on it: http://127.0.0.1:8765/?scenario=baseline&seed=3&week=40
    """
    if importlib.util.find_spec("solara") is None:
        _leave('the browser application needs solara: pip install "parity-sim[viz]"')
    if results is not None and not results.is_dir():
        _leave(
            f"--results {results}: {'that is a file, not a folder' if results.exists() else 'no such folder'}"
        )
    if scenario is not None:
        _check_scenario(scenario)
    if results is not None:
        _look_for_sweeps(results)
    try:
        address = Address(host, port or _free_port(host))
        problem = _taken(address)
    except OSError as error:
        address, problem = Address(host, port), _said(error)
    if problem:
        _leave(f"cannot listen at {address.url}: {problem}")
    prepare_environment(scenario, results, allow_host or ())
    typer.echo(f"Parity at {address.url} (stop with Ctrl-C)")
    if open_browser:
        threading.Thread(target=_open, args=(address,), daemon=True).start()
    serve(address)


def _leave(problem: str) -> NoReturn:
    typer.echo(problem, err=True)
    raise typer.Exit(2)


def _check_scenario(scenario: str) -> None:
    """Tell now what the page would tell; a faulty scenario is told by the group of commands."""
    import sim
    from viz import limits, uploads

    if scenario.endswith(".toml") and Path(scenario).is_file():
        try:
            text = Path(scenario).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            _leave(f"--scenario {scenario}: cannot be read as text in UTF-8")
        found = uploads.load_text(text, scenario)
    else:
        found = sim.load_scenario(scenario)
    try:
        limits.check(found, scenario)
    except limits.TooLarge as error:
        _leave(str(error))


def _look_for_sweeps(results: Path) -> None:
    from viz.exploring.folders import list_sweeps

    if not list_sweeps([results]):
        typer.echo(
            f"note: no sweep in {results} yet; 'parity sweep' makes one: see parity sweep --help", err=True
        )


def register(app: typer.Typer) -> None:
    """Add the command to ``parity``."""
    app.command("viz")(viz)


def _free_port(host: str) -> int:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _taken(address: Address) -> str:
    """Why the address cannot be used, or nothing."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in address.host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address.host, address.port))
    except OSError as error:
        return _said(error)
    return ""


def _said(error: OSError) -> str:
    """Why, and what helps."""
    if error.errno == errno.EADDRINUSE:
        return "something listens there already, perhaps another parity viz; --port 0 takes a free port"
    if error.errno in (errno.EACCES, errno.EPERM):
        return "this port is not open to you; take one from 1024 up, or --port 0"
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return "this machine has no such address; --host 127.0.0.1 is for yourself, 0.0.0.0 for everybody"
    return (error.strerror or str(error)).lower()


def _open(address: Address) -> None:
    for _ in range(100):
        time.sleep(0.1)
        with socket.socket(socket.AF_INET6 if ":" in address.host else socket.AF_INET) as probe:
            if probe.connect_ex((address.host, address.port)) == 0:
                webbrowser.open(address.url)
                return


def main() -> None:
    """Run the command by itself; faulty scenarios are told as by ``parity``."""
    from sim.cli import Group

    app = typer.Typer(cls=Group, add_completion=False, pretty_exceptions_show_locals=False)
    app.callback()(lambda: None)
    register(app)
    import sys

    app(["viz", *sys.argv[1:]])


if __name__ == "__main__":
    main()

"""The command ``parity viz``; also ``python -m viz.cli``."""

from __future__ import annotations

import importlib.util
import socket
import threading
import time
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from viz.server import Address, prepare_environment, serve


def viz(
    scenario: Annotated[
        str | None, typer.Option(help="Scenario to open: a file, or the name of a shipped one.")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8765,
    host: Annotated[
        str, typer.Option(help="Address to listen on. Anything but loopback lets others reach the server.")
    ] = "127.0.0.1",
    results: Annotated[
        Path | None, typer.Option(help="Folder of sweeps to explore; default: ./sweeps and ./runs.")
    ] = None,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in a browser.")
    ] = True,
) -> None:
    """Watch, steer and compare worlds in a browser.

    Everything is served from this machine: no internet, no telemetry. Stop with Ctrl-C.
    """
    if importlib.util.find_spec("solara") is None:
        typer.echo('the browser application needs solara: pip install "parity-sim[viz]"', err=True)
        raise typer.Exit(2)
    if results is not None and not results.is_dir():
        typer.echo(f"--results {results}: no such folder", err=True)
        raise typer.Exit(2)
    if scenario is not None:
        import sim

        sim.load_scenario(scenario)
    address = Address(host, port or _free_port(host))
    problem = _taken(address)
    if problem:
        typer.echo(f"{address.url}: {problem}; choose another --port or --host", err=True)
        raise typer.Exit(2)
    prepare_environment(scenario, results)
    typer.echo(f"Parity at {address.url} (stop with Ctrl-C)")
    if open_browser:
        threading.Thread(target=_open, args=(address,), daemon=True).start()
    serve(address)


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
        return (error.strerror or str(error)).lower()
    return ""


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

"""The command line: ``parity``. Each command lives in a module of its own and registers itself."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from sim.scenario import ScenarioError

COMMANDS = (
    "run",
    "compare",
    "sweep",
    "sensitivity",
    "discover",
    "effect",
    "report",
    "study",
    "hindcast",
    "calibrate",
    "verify",
    "scenario",
)
"""Modules of this package that register commands, in the order of the help."""

PLUGINS = "parity.commands"
"""Entry points of packages that add commands: functions that take the application."""


class Group(TyperGroup):
    """A command group that tells a faulty scenario without a traceback and with exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            # Only now: naming the exception class would import pydantic for every `parity --help`.
            from sim.scenario import ScenarioError

            if not isinstance(error, ScenarioError):
                raise
            print_problems(error)
            raise typer.Exit(2) from None


app = typer.Typer(
    name="parity",
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["--help", "-h"]},
    epilog="A SCENARIO is a path to a .toml file or the name of a shipped one: baseline, tight-controls, ...",
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        typer.echo(f"parity {metadata.version('parity-sim')}")
        raise typer.Exit


@app.callback()
def parity(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Simulate the US-China AI competition narrative: benchmarks, claims, valuation and export control.

    [bold]Look around[/bold]

      [cyan]parity scenario list[/cyan]                what ships with Parity, and what each asks
      [cyan]parity scenario show baseline[/cyan]       every value, its unit, source and who set it
      [cyan]parity scenario diff core baseline[/cyan]  what one changes in the other

    [bold]Run[/bold]

      [cyan]parity run baseline --seed 1[/cyan]
      [cyan]parity compare copying-sincere no-copying-sincere[/cyan]   under the same luck

    [bold]Watch and steer[/bold]

      [cyan]parity viz[/cyan]                          live worlds, comparisons and sweeps in a browser

    [bold]Sweep[/bold]

      [cyan]parity sweep control-and-copying[/cyan]                a design of many runs, resumable
      [cyan]parity report sweeps/control-and-copying[/cyan]        one page with figures and tables
      [cyan]parity study narrative-vs-benchmark --fast[/cyan]      the shipped study, tried out

    [bold]Hold against the world[/bold]

      [cyan]parity hindcast[/cyan]                     2022-10 to 2025-12 against what was observed, with baselines
      [cyan]parity calibrate --dry-run[/cyan]            which factors that record narrows, and which it cannot

    [bold]Write your own[/bold]

      [cyan]echo 'extends = "baseline"' > mine.toml[/cyan]   then add what differs
      [cyan]parity scenario check mine.toml[/cyan]           all mistakes at once, with hints
      [cyan]parity run mine.toml --set export_control.strength=0.6[/cyan]
    """


def print_problems(error: ScenarioError) -> None:
    """Print all problems of a scenario, sweep or study to standard error."""
    from rich.console import Console
    from rich.markup import escape

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for number, (heading, problems) in enumerate(error.grouped()):
        console.print(f"{chr(10) if number else ''}[bold red]{heading}[/]")
        file = None
        for problem in problems:
            if problem.file != file:
                file = problem.file
                console.print(f"\n[bold]{escape(file)}[/]")
            if problem.key:
                line = f" [dim](line {problem.line})[/]" if problem.line else ""
                console.print(f"  [bold cyan]{escape(problem.key)}[/]{line}")
            for title, text in (
                ("found", problem.found), ("allowed", problem.allowed), ("hint", problem.hint),
            ):  # fmt: skip
                if text:
                    console.print(f"    [dim]{title + ':':<8}[/] {escape(text)}")


def _register() -> None:
    """Let every command module add its commands; heavy imports stay inside the commands."""
    for name in COMMANDS:
        if importlib.util.find_spec(f"{__name__}.{name}"):
            importlib.import_module(f"{__name__}.{name}").register(app)
    _register_plugins()


def _register_plugins() -> None:
    """Let installed packages add commands; one that cannot be loaded is left out, with a warning."""
    import warnings
    from importlib import metadata

    for point in metadata.entry_points(group=PLUGINS):
        try:
            point.load()(app)
        except Exception as error:
            warnings.warn(f"command {point.name!r} ({point.value}) was not loaded: {error}", stacklevel=2)


_register()


def main() -> None:
    """Run the command line."""
    app()

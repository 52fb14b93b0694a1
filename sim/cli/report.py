"""``parity report``: one page, figures for print and tables from the directory of a sweep."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.run import QuietOption, command_line, plural, terminal
from sim.cli.sensitivity import DirectoryArgument, OutcomeOption, analysed, tell_incomplete

if TYPE_CHECKING:
    from sim.report.bundle import Report


def register(app: typer.Typer) -> None:
    """Add ``parity report``."""
    app.command()(report)


def report(
    directory: DirectoryArgument,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FOLDER", help="Folder to make; default: DIR/report."),
    ] = None,
    outcome: OutcomeOption = None,
    discover: Annotated[
        list[str] | None,
        typer.Option(
            "--discover",
            metavar="CONDITION",
            help="Look for the box of factor values in which a condition holds (repeatable).",
        ),
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Show the page in the browser.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="With --out: replace the results that are in the folder already.")
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Write a report of a sweep: what was asked and run, what came out, what matters, how to repeat it.

    The folder holds report.html (one file, figures inside, nothing loaded from anywhere), figures/NAME.pdf, .svg and
    .png at print size with their provenance inside, tables/NAME.csv and .tex, and manifest.json. Which figures there
    are depends on the design; all words are derived from the results. What parity discover left in the directory is
    reported too. An earlier report in DIR/report is replaced.

      [cyan]parity report sweeps/control-and-copying --open[/cyan]
    """
    with analysed():
        started = time.perf_counter()
        from sim.experiments.sweep.dataset import load_data
        from sim.recording.store import check_target
        from sim.report.sweeps import sweep_report

        target = out or directory / "report"
        replace = force or out is None
        data = load_data(directory)
        check_target(target, replace)
        tell_incomplete(data)
        made = sweep_report(data, outcome, conditions=discover or ())
        page = made.save(target, force=replace, command=command_line())
        if quiet:
            typer.echo(str(page))
        else:
            _tell(made, page, time.perf_counter() - started)
    if open_:
        typer.launch(page.resolve().as_uri())


def _tell(made: Report, page: Path, seconds: float) -> None:
    from rich.markup import escape

    from sim.report.markup import words

    console = terminal()
    for finding in made.findings[:6]:
        console.print(f"[cyan]·[/] {escape(words(finding))}")
    contents = f"{plural(len(made.figures), 'figure')}, {plural(len(made.tables), 'table')}"
    console.print(f"\n[bold]{escape(str(page))}[/]  [dim]{contents}, {seconds:.1f} s[/]")

"""``parity run``: run a scenario and write its tables, manifest and overview."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from sim.recording.run import Run

ScenarioArgument = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="Path to a .toml file, or the name of a shipped scenario.")
]
SeedOption = Annotated[
    int, typer.Option("--seed", "-s", min=0, max=9 * 10**18, help="Seed; replicate k has seed N + k.")
]
WeeksOption = Annotated[
    int | None,
    typer.Option("--weeks", min=1, max=2600, help="Recorded weeks, in place of run.weeks of the scenario."),
]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", "-w", min=1, help="Processes; results do not depend on it.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Change a value, e.g. export_control.strength=0.6 (repeatable)."
    ),
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Replace the results that are in the folder already.")
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print only the folder of the results (and problems).")
]

#: Most replicates that a command takes.
MANY = 100_000
#: World-weeks below which a second process would take longer to start than it saves.
WORTH_A_PROCESS = 10_000


def register(app: typer.Typer) -> None:
    """Add ``parity run``."""
    app.command()(run)


def run(
    scenario: ScenarioArgument,
    seed: SeedOption = 0,
    replicates: Annotated[
        int, typer.Option("--replicates", "-r", min=1, max=MANY, help="Runs that differ in nothing but luck.")
    ] = 1,
    weeks: WeeksOption = None,
    set_: SetOption = None,
    workers: WorkersOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Folder to make; default: runs/SCENARIO-seedN[-xR]."),
    ] = None,
    no_figures: Annotated[bool, typer.Option("--no-figures", help="Do not draw overview.png.")] = False,
    force: ForceOption = False,
    quiet: QuietOption = False,
) -> None:
    """Run a scenario and write its tables, manifest and overview to a folder.

    The folder holds series.parquet (one row a replicate and week), events.parquet, agents.parquet where
    run.snapshot_every asks for it, manifest.json and overview.png. The same scenario and seed give the same
    bytes in the tables, whatever --workers is. The folder appears when all is done, or not at all.
    """
    with told_plainly():
        _run(scenario, seed, replicates, weeks, set_ or [], workers, out, not no_figures, force, quiet)


def _run(
    name: str,
    seed: int,
    replicates: int,
    weeks: int | None,
    changes: list[str],
    workers: int | None,
    out: Path | None,
    figures: bool,
    force: bool,
    quiet: bool,
) -> None:
    from sim.experiments.coldstart import postpone

    postpone()
    started = time.perf_counter()
    from sim.experiments.runner import run as run_scenario
    from sim.experiments.runner import seeds_from, with_weeks
    from sim.scenario import load_scenario

    scenario = load_scenario(name, changes)
    seeds_from(seed, replicates)
    left_out: list[str] = []
    if weeks is not None:
        scenario, left_out = with_weeks(scenario, weeks)
    default = Path("runs") / f"{slug(scenario.name)}-seed{seed}{f'-x{replicates}' if replicates > 1 else ''}"
    target = folder_to_make(out, default, force)
    effort = replicates * (scenario.run.burn_in + scenario.run.weeks)
    with progress(f"{scenario.name}, {plural(replicates, 'replicate')}", effort, quiet) as report:
        result = run_scenario(
            scenario, seed, replicates, workers=workers or sensible_workers(effort), progress=report
        )
    result.manifest["notes"] = [*left_out, *result.notes]
    tell_notes(result.notes)
    images = {}
    if figures:
        from sim.report import overview

        images["overview.png"] = overview.png
    target = save(
        lambda place: result.save(place, force=force, figures=images, command=command_line()),
        target,
        out is None,
    )
    if quiet:
        typer.echo(str(target))
        return
    from rich.markup import escape

    console = terminal()
    console.print(_summary(result))
    took = f"{time.perf_counter() - started:.1f} s"
    console.print(f"\n[bold]{escape(str(target))}[/]  [dim]{_contents(result, figures)}, {took}[/]")


def _summary(result: Run) -> Table:
    from rich.markup import escape
    from rich.table import Table

    from sim.report.headlines import shown, span, summary

    many = result.replicates > 1
    scenario = result.scenario
    seeds = f"seeds {result.seeds[0]} to {result.seeds[-1]}" if many else f"seed {result.seeds[0]}"
    length = f"{plural(len(result.weeks), 'week')} from {scenario.run.start_date}"
    title = f"[bold]{escape(scenario.name)}[/]  [dim]{seeds}, {length}[/]"
    table = Table(
        title=title, title_justify="left", title_style="", box=None, padding=(0, 2, 0, 0), header_style="bold"
    )
    table.add_column("median over replicates" if many else "output")
    table.add_column("unit", style="dim")
    table.add_column(f"week {result.weeks[0]}", justify="right")
    table.add_column(f"week {result.weeks[-1]}", justify="right")
    if many:
        table.add_column("90 % band", justify="right")
    for heading, lines in summary(result).items():
        table.add_row(f"[bold dim]{heading}[/]")
        for line in lines:
            band = [span(line.low, line.high)] if many else []
            table.add_row(f"  [cyan]{line.output}[/]", line.unit, shown(line.first), shown(line.last), *band)
    return table


def _contents(result: Run, figures: bool) -> str:
    return ", ".join(
        [
            *(f"{name}.parquet" for name in result.tables),
            *(["overview.png"] if figures else []),
            "manifest.json",
        ]
    )


# -- shared with other commands ----------------------------------------------------------------------------


@contextlib.contextmanager
def told_plainly() -> Iterator[None]:
    """Tell what stopped a command in a line: exit code 2 if the user can put it right, 130 after Ctrl-C."""
    try:
        yield
    except KeyboardInterrupt:
        complain("interrupted; nothing was written")
        raise typer.Exit(130) from None
    except Exception as error:
        code = _exit_code(error)
        if code is None:
            raise
        complain(_message(error) if code == 2 else f"the run stopped: {error}")
        raise typer.Exit(code) from None


def _exit_code(error: Exception) -> int | None:
    """Exit code for errors that need no traceback; None for others (a faulty scenario is told by the app)."""
    from sim.experiments.runner import WorkerError
    from sim.recording.invariants import InvariantError
    from sim.recording.store import StoreError
    from sim.registry import UnknownStrategyError

    if isinstance(error, StoreError | UnknownStrategyError) or _is_of_a_file(error):
        return 2
    if isinstance(error, InvariantError | WorkerError | MemoryError):
        return 1
    return None


def _is_of_a_file(error: Exception) -> bool:
    """Whether the system refused to open, make or write a file that it names."""
    return isinstance(error, OSError) and isinstance(error.filename, str) and bool(error.strerror)


def _message(error: Exception) -> str:
    if isinstance(error, OSError) and _is_of_a_file(error):
        return f"{error.filename} cannot be used: {error.strerror}"
    return str(error)


def complain(text: str) -> None:
    """Print a problem to standard error."""
    typer.secho(text, err=True, fg="red")


def tell_notes(notes: list[str]) -> None:
    """Print remarks to standard error."""
    for note in notes:
        typer.secho(f"note: {note}", err=True, fg="yellow")


def folder_to_make(out: Path | None, default: Path, force: bool) -> Path:
    """Return the folder asked for or the default, under a name that is free; StoreError if it cannot be made."""
    from sim.recording.store import check_target, free_name

    target = out if out is not None else default if force else free_name(default)
    check_target(target, force)
    return target


def save(write: Callable[[Path], Path], target: Path, may_rename: bool) -> Path:
    """Write results to ``target``; a default name that another process took in the meantime gets a number."""
    from sim.recording.store import StoreError, free_name

    for _ in range(20):
        try:
            return write(target)
        except StoreError:
            free = free_name(target)
            if not may_rename or free == target:
                raise
            target = free
    return write(target)


def sensible_workers(effort: int) -> int:
    """Processes for so many world-weeks: one, until more are worth their start."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    return max(1, min(available, effort // WORTH_A_PROCESS))


@contextlib.contextmanager
def progress(title: str, effort: int, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Yield what takes reports of progress: a bar on a terminal, a line at each quarter elsewhere."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        yield from _bar(title, effort)
    else:
        typer.echo(f"running {title}", err=True)
        yield _lines() if effort >= WORTH_A_PROCESS else None


def _bar(title: str, effort: int) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=effort)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines() -> Callable[[int, int], None]:
    told = 0

    def report(done: int, total: int) -> None:
        nonlocal told
        quarter = 4 * done // total
        if quarter > told:
            told = quarter
            typer.echo(f"  {25 * quarter} %", err=True)

    return report


def terminal() -> Console:
    """A console; output that goes to a file or another program gets long lines."""
    from rich.console import Console

    console = Console(highlight=False)
    return console if console.is_terminal or "COLUMNS" in os.environ else Console(highlight=False, width=160)


def plural(count: int, noun: str) -> str:
    """A count with its noun."""
    return f"{count} {noun}" if count == 1 else f"{count:,} {noun}s"


def slug(name: str) -> str:
    """A name as part of a folder's name."""
    import re

    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:80] or "scenario"


def command_line() -> str:
    """Return the command that is running, as it can be typed again."""
    import shlex

    return shlex.join(["parity", *map(str, _arguments())])


def _arguments() -> list[Any]:
    return sys.argv[1:]

"""``parity study``: run a study that ships with Parity, and write its report."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.run import WorkersOption, command_line, complain, plural, slug, terminal, told_plainly
from sim.cli.sweep import kept_when_stopped

if TYPE_CHECKING:
    from sim.studies.study import Study

FAILED = 3
#: World-weeks that are timed for an estimate.
SAMPLE_WEEKS, SAMPLE_WORLDS = 26, 20


def register(app: typer.Typer) -> None:
    """Add ``parity study``."""
    app.command()(study)


def study(
    name: Annotated[
        str,
        typer.Argument(
            metavar="STUDY", help="A shipped study, a folder with study.toml, or 'list' to see what ships."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="DIR", help="Folder; begun there, it goes on. Default: runs/STUDY."
        ),
    ] = None,
    fast: Annotated[
        bool, typer.Option("--fast", help="A few runs of each part, to see that everything works: no result.")
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Print the planned runs of each part and an estimate of the time."),
    ] = False,
    workers: WorkersOption = None,
    executor: Annotated[
        str, typer.Option("--executor", metavar="NAME", help="serial, processes or dask.")
    ] = "processes",
    dask_scheduler: Annotated[
        str | None, typer.Option("--dask-scheduler", metavar="ADDRESS", help="Scheduler for --executor dask.")
    ] = None,
    force_new: Annotated[
        bool,
        typer.Option(
            "--force-new", help="Begin parts anew that belong to another version; they are moved aside."
        ),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only the report's file.")] = False,
) -> None:
    """Run a study: pre-registered statements, sweeps, and a report whose sentences are made from the results.

    The same command goes on where it was interrupted. Parts are ordinary sweeps in DIR/parts, the report is in
    DIR/report.

      [cyan]parity study list[/cyan]
      [cyan]parity study narrative-vs-benchmark --dry-run[/cyan]
      [cyan]parity study narrative-vs-benchmark --fast[/cyan]       about a minute, no result
      [cyan]parity study narrative-vs-benchmark --out DIR[/cyan]
    """
    with told_plainly():
        from sim.studies.study import load_study, shipped_studies

        if name == "list":
            _list(shipped_studies())
            return
        if executor not in ("serial", "processes", "dask"):
            raise typer.BadParameter(f"--executor {executor}: one of serial, processes, dask")
        chosen = load_study(name)
        chosen = chosen.shortened() if fast else chosen
        target = out if out is not None else Path("runs") / f"{slug(chosen.name)}{'-fast' if fast else ''}"
        if dry_run:
            _plan(chosen, workers)
            return
        _check_folder(target)
        from sim.studies.running import run_study

        started = time.perf_counter()
        if fast and not quiet:
            typer.secho(
                "The short version: it shows that every step works and is no result.", err=True, fg="yellow"
            )
        with kept_when_stopped(target), _progress(chosen.title, quiet) as report:
            page = run_study(
                chosen, target, workers=workers, executor=executor, dask_scheduler=dask_scheduler, force_new=force_new,
                progress=report, command=command_line(),
            )  # fmt: skip
        failed = _failures(page)
        if quiet:
            typer.echo(str(page))
        else:
            _tell(target, page, time.perf_counter() - started, fast)
        if failed:
            complain(
                f"{plural(failed, 'run')} failed and left out; see the report and the parts' failures.parquet"
            )
            raise typer.Exit(FAILED)


def _check_folder(target: Path) -> None:
    """Raise StoreError if a folder cannot be made or gone on with, before the neutrality tests take their minutes."""
    from sim.recording.store import StoreError, check_target

    if target.is_dir():
        return
    if target.exists():
        raise StoreError(f"{target} is not a folder; choose another --out")
    check_target(target)


def _list(studies: dict[str, Path]) -> None:
    from rich.table import Table

    from sim.studies.study import load_study

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("study", "statements", "parts", "question"):
        table.add_column(heading)
    for name in studies:
        one = load_study(name)
        table.add_row(name, str(len(one.statements)), str(len(one.parts)), one.question)
    terminal().print(table)


def _plan(chosen: Study, workers: int | None) -> None:
    """Print what would be run, and how long it takes at the speed of a timed sample."""
    from rich.table import Table

    from sim.experiments.sweep.executors import available
    from sim.studies.running import plan, plan_table

    planned = plan(chosen)
    frame = plan_table(planned)
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("part", "sweeps", "rows", "runs", "as baseline runs", "what"):
        table.add_column(heading, justify="left" if heading in ("part", "what") else "right")
    for row in frame.itertuples():
        table.add_row(
            str(row.part),
            f"{row.sweeps:,}",
            f"{row.rows:,}",
            f"{row.runs:,}",
            f"{row.baseline_runs:,}",
            str(row.title),
        )
    console = terminal()
    console.print(table)
    count = workers or available()
    quiet, spoken = _seconds_per_week(chosen)
    seconds = sum(one.burn_in * quiet + one.recorded * spoken for one in planned)
    runs, baseline = int(frame["runs"].sum()), int(frame["baseline_runs"].sum())
    console.print(
        f"\n{runs:,} runs, as long as {baseline:,} of the baseline with its burn-in  (iso-lag worlds repeat theirs). "
        f"About {max(seconds / count / 60.0, 0.1):.1f} minutes with "
        f"{plural(count, 'process').replace('processs', 'processes')}, at the speed of this machine now."
    )


def _seconds_per_week(chosen: Study) -> tuple[float, float]:
    """Time of one week of one world in the burn-in, and of a recorded one, from a sample of the study's size."""
    from sim.model import NarrativeModel
    from sim.scenario import load_scenario

    changes = dict(chosen.short["base_changes"]) if chosen.fast else {}
    scenario = load_scenario("baseline").with_changes(
        changes | {"run.burn_in": SAMPLE_WEEKS, "run.weeks": SAMPLE_WEEKS, "claims.policy": "strategic"}
    )
    rows = [(scenario, seed) for seed in range(SAMPLE_WORLDS)]
    NarrativeModel.batch(rows[:1])  # what is imported and built once is not timed
    started = time.perf_counter()
    model = NarrativeModel.batch(rows)
    founded = time.perf_counter()
    model.run_for(SAMPLE_WEEKS)
    ended = time.perf_counter()
    weeks = SAMPLE_WEEKS * SAMPLE_WORLDS
    return (founded - started) / weeks, (ended - founded) / weeks


def _failures(page: Path) -> int:
    import json

    manifest = json.loads((page.parent / "manifest.json").read_text(encoding="utf-8"))
    return int(manifest["facts"].get("failed_runs", 0))


def _tell(target: Path, page: Path, seconds: float, fast: bool) -> None:
    import json

    from rich.markup import escape

    console = terminal()
    manifest = json.loads((page.parent / "manifest.json").read_text(encoding="utf-8"))
    console.print(escape(manifest["findings"][0]) if manifest["findings"] else "")
    if fast:
        console.print("[yellow]This is the short version and no result.[/]")
    console.print(
        f"\n[bold]{escape(str(page))}[/]  [dim]{seconds / 60.0:.1f} min; parts in {escape(str(target))}/parts[/]"
    )


@contextmanager
def _progress(title: str, quiet: bool) -> Iterator[Callable[[str, int, int], None] | None]:
    """Yield what takes reports: a bar on a terminal, a line for each part elsewhere."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(title, total=None)
            yield lambda label, done, total: bar.update(task, description=label, completed=done, total=total)
    else:
        told: set[str] = set()

        def line(label: str, done: int, total: int) -> None:
            part = label.partition("/")[0]
            if part not in told:
                told.add(part)
                typer.echo(f"  {100 * done // max(total, 1):3d} %  {part}", err=True)

        yield line

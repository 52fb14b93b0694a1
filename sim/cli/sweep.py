"""``parity sweep``: run a parameter sweep, or what is missing of one."""

from __future__ import annotations

import contextlib
import enum
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.run import (
    QuietOption,
    command_line,
    complain,
    plural,
    slug,
    tell_notes,
    terminal,
    told_plainly,
)

if TYPE_CHECKING:
    from sim.experiments.sweep.dataset import SweepData
    from sim.experiments.sweep.dispatcher import Progress, Report
    from sim.experiments.sweep.plan import Plan
    from sim.experiments.sweep.specification import Sweep

FAILED, DISK_FULL, INTERRUPTED = 3, 4, 130
#: Seconds between two lines of progress where there is no terminal: at first, and at most.
FIRST_LINE, LAST_LINE = 10.0, 300.0


class Executors(enum.StrEnum):
    """Where runs are made."""

    serial = "serial"
    processes = "processes"
    dask = "dask"


def register(app: typer.Typer) -> None:
    """Add ``parity sweep``."""
    app.command()(sweep)


def sweep(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Path to a sweep file, or the name of a shipped sweep.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="DIR", help="Folder to make or to complete; default: sweeps/NAME."
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", "-w", min=1, help="Processes; default: the cores of this machine."),
    ] = None,
    executor: Annotated[
        Executors, typer.Option("--executor", help="Where runs are made; results do not depend on it.")
    ] = Executors.processes,
    dask_scheduler: Annotated[
        str | None,
        typer.Option("--dask-scheduler", metavar="ADDRESS", help="A Dask scheduler; implies dask."),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option("--time-limit-per-run", metavar="S", min=0.001, help="Give a run up after S seconds."),
    ] = None,
    batch: Annotated[
        int | None, typer.Option("--batch", metavar="N", min=1, help="Most runs that advance together.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="Change a value of the base or of the sweep file (repeatable)."
        ),
    ] = None,
    replicates: Annotated[
        int | None, typer.Option("--replicates", "-r", min=1, help="In place of replicates in the file.")
    ] = None,
    samples: Annotated[
        int | None, typer.Option("--samples", min=1, help="In place of design.samples in the file.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell runs, time and disk from a timed sample; write nothing.")
    ] = False,
    force_new: Annotated[
        bool, typer.Option("--force-new", help="Begin anew; what is in the folder is moved aside.")
    ] = False,
    retry_failures: Annotated[
        bool, typer.Option("--retry-failures", help="Try again what failed in earlier sessions.")
    ] = False,
    only_row: Annotated[
        int | None,
        typer.Option("--only-row", metavar="R", min=-1, help="Make one run and print it; -1 is the base."),
    ] = None,
    replicate: Annotated[
        int, typer.Option("--replicate", metavar="K", min=0, help="With --only-row: which replicate.")
    ] = 0,
    quiet: QuietOption = False,
) -> None:
    """Run a parameter sweep, or what is missing of one.

    The folder holds runs/*.parquet (one row a run: factors, replicate, seed, outcomes), base/, series/ where the
    sweep keeps series, design.parquet, failures.parquet, sweep.toml and manifest.json. The same command on the same
    folder runs only what is missing. A run that fails is noted, the others go on, and the exit code is 3.
    """
    changes = list(set_ or [])
    changes += [f"replicates={replicates}"] if replicates is not None else []
    changes += [f"design.samples={samples}"] if samples is not None else []
    with told_plainly():
        from sim.experiments.sweep.loading import load_sweep

        chosen = load_sweep(file, changes)
        target = out if out is not None else Path("sweeps") / slug(chosen.name)
        tell_notes(list(chosen.notes))
        if only_row is not None:
            _one(chosen, only_row, replicate)
        elif dry_run:
            _estimate(chosen, target, workers, batch, force_new, retry_failures)
        else:
            with kept_when_stopped(target):
                _run(
                    chosen, target, quiet,
                    workers=workers,
                    executor="dask" if dask_scheduler else executor.value,
                    dask_scheduler=dask_scheduler,
                    time_limit_per_run=time_limit,
                    batch=batch,
                    force_new=force_new,
                    retry_failures=retry_failures,
                    command=_again(file, changes),
                )  # fmt: skip


def _again(file: str, changes: list[str]) -> str:
    from sim.experiments.sweep.failures import repeating

    return repeating(file, changes)


def _run(chosen: Sweep, target: Path, quiet: bool, **options: Any) -> None:
    from sim.experiments.sweep.conductor import sweep as run_sweep

    started = time.perf_counter()
    seen: list[Progress] = []
    with _progress(chosen, quiet) as report:

        def told(progress: Progress) -> None:
            seen[:] = [progress]
            if report is not None:
                report(progress)

        data = run_sweep(chosen, target, progress=told, **options)
    _summary(data, target, seen[0] if seen else None, time.perf_counter() - started, quiet)
    if len(data.failures):
        raise typer.Exit(FAILED)


@contextlib.contextmanager
def kept_when_stopped(target: Path) -> Iterator[None]:
    """Tell how to go on after an interruption or on a full disk."""
    from sim.experiments.sweep.conductor import DiskFullError
    from sim.experiments.sweep.directory import read_manifest
    from sim.recording.store import StoreError

    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    except KeyboardInterrupt:
        kept = "what is finished is kept"
        with contextlib.suppress(StoreError):
            counts = read_manifest(target)["runs"]
            kept = f"{counts['done']:,} of {counts['planned']:,} runs are kept"
        complain(f"interrupted; {kept} in {target}. To go on, repeat the command:\n  {command_line()}")
        raise typer.Exit(INTERRUPTED) from None
    except DiskFullError as error:
        complain(f"{error}:\n  {command_line()}")
        raise typer.Exit(DISK_FULL) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_signal: int, _frame: Any) -> None:
    """Let a batch system's notice end the sweep like Ctrl-C."""
    raise KeyboardInterrupt


# -- one run ---------------------------------------------------------------------------------------------------


def _one(chosen: Sweep, row: int, replicate: int) -> None:
    """Make one run in this process and print its factors and outcomes, or why there are none."""
    import numpy as np

    from sim.experiments.sweep.evaluation import evaluate
    from sim.experiments.sweep.plan import Plan

    plan = Plan(chosen)
    if not (-1 if plan.has_base else 0) <= row < plan.rows:
        complain(f"--only-row {row}: {-1 if plan.has_base else 0} to {plan.rows - 1}, the rows of the design")
        raise typer.Exit(2)
    if replicate >= plan.replicates:
        complain(f"--replicate {replicate}: 0 to {plan.replicates - 1}")
        raise typer.Exit(2)
    run = plan.number(np.array([row]), np.array([replicate]))
    result = evaluate(plan.task(run, None))
    for name, values in (plan.keys(run) | plan.values(np.array([row]))).items():
        typer.echo(f"{name} = {values[0]}")
    for failure in result.failures:
        typer.echo(failure.traceback, err=True)
        complain(failure.error)
        raise typer.Exit(1)
    for name, values in result.outcomes.items():
        typer.echo(f"{name} = {float(values[0])!r}")


# -- dry run ---------------------------------------------------------------------------------------------------


def _estimate(
    chosen: Sweep, target: Path, workers: int | None, batch: int | None, force_new: bool, retry: bool
) -> None:
    from rich.table import Table

    from sim.experiments.sweep.estimate import estimate
    from sim.experiments.sweep.executors import available
    from sim.experiments.sweep.plan import Plan

    plan = Plan(chosen)
    missing = _missing(plan, target, force_new, retry)
    found = estimate(plan, missing, workers or available(), batch)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    base = f", and {plural(plan.replicates, 'run')} of the base" if plan.has_base else ""
    free = _free(target)
    room = "" if free is None else f" ({_size(free)} free)"
    lines = {
        "design": f"{plural(found.rows, 'row')}, {plural(len(plan.design), 'factor')}, {chosen.design.kind}",
        "replicates": f"{found.replicates:,}",
        "runs": f"{plan.rows * plan.replicates:,}{base}",
        "to be made": f"{found.missing:,}",
        "time": f"about {_span(found.seconds)} on {plural(found.workers, 'worker')}: "
        f"{1e3 * found.seconds_per_run:.3g} ms a run and worker, from {plural(found.sampled, 'run')} in batches",
        "disk": f"about {_size(found.disk)}, for a moment twice that{room}",
        "folder": str(target),
    }
    for name, text in lines.items():
        table.add_row(f"[dim]{name}[/]", text)
    terminal().print(table)
    for failure in found.failures[:3]:
        complain(f"{plural(len(failure.places), 'sampled run')} failed: {failure.error}")
    if free is not None and 2 * found.disk > free:
        complain(f"not enough room: {_size(2 * found.disk)} needed, {_size(free)} free")


def _missing(plan: Plan, target: Path, force_new: bool, retry: bool) -> Any:
    """Runs that the command would make."""
    import numpy as np

    from sim.experiments.sweep.directory import read_manifest, refuse_foreign, refuse_other
    from sim.experiments.sweep.failures import Failures
    from sim.experiments.sweep.shards import Shards
    from sim.recording.store import MANIFEST

    if not (target / MANIFEST).exists():
        refuse_foreign(target)
        return plan.runs
    if force_new:
        return plan.runs
    refuse_other(read_manifest(target), plan, target)
    failed = Failures(target, plan, "", forget=retry).runs
    return np.setdiff1d(plan.runs, np.union1d(Shards(target, plan).done(), failed))


def _free(target: Path) -> int | None:
    import shutil

    above = target.absolute()
    while not above.exists():
        above = above.parent
    with contextlib.suppress(OSError):
        return shutil.disk_usage(above).free
    return None


# -- progress and summary --------------------------------------------------------------------------------------


@contextlib.contextmanager
def _progress(chosen: Sweep, quiet: bool) -> Iterator[Report | None]:
    """Yield what takes reports of progress: a bar on a terminal, a line now and then elsewhere."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        yield from _bar(chosen.name)
    else:
        typer.echo(f"{chosen.name}: {plural(chosen.runs, 'run')}", err=True)
        yield _lines()


def _bar(title: str) -> Iterator[Report]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn(escape(title)), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[state]}"),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None, state="starting")

        def report(progress: Any) -> None:
            bar.update(task, completed=progress.done, total=progress.total, state=_state(progress))

        yield report


def _lines() -> Callable[[Any], None]:
    due, pause = time.monotonic() + FIRST_LINE, FIRST_LINE

    def report(progress: Any) -> None:
        nonlocal due, pause
        if time.monotonic() >= due:
            pause = min(2.0 * pause, LAST_LINE)
            due = time.monotonic() + pause
            typer.echo(f"  {progress.done:,} of {progress.total:,} runs, {_state(progress)}", err=True)

    return report


def _state(progress: Progress) -> str:
    parts = []
    if progress.new:
        parts.append(f"{progress.rate:.3g} runs/s")
    if progress.remaining is not None:
        parts.append(f"{_span(progress.remaining)} left")
    if progress.failed:
        parts.append(f"{progress.failed:,} failed")
    if progress.note:
        parts.append(progress.note)
    return ", ".join(parts) or "starting"


def _summary(data: SweepData, target: Path, last: Progress | None, seconds: float, quiet: bool) -> None:
    failures = data.failures
    if len(failures):
        counts = ", ".join(f"{count:,} {kind}" for kind, count in failures["kind"].value_counts().items())
        first = failures.iloc[0]
        complain(
            f"{plural(len(failures), 'run')} failed ({counts}); see {target / 'failures.parquet'}. The first: row "
            f"{first['row']}, replicate {first['replicate']}: {first['error']}\n  {first['command']}"
        )
    if quiet:
        typer.echo(str(target))
        return
    from rich.markup import escape

    counts = data.manifest["runs"]
    made = f"{counts['done']:,} of {counts['planned']:,} runs, {data.manifest['rows']:,} rows x "
    made += plural(data.manifest["replicates"], "replicate")
    if last is None or not last.new:
        made += "; nothing was missing"
    else:
        earlier = f", {last.done - last.new:,} of them before" if last.done > last.new else ""
        made += f"{earlier}; {_span(seconds)}, {last.rate:.3g} runs/s"
    terminal().print(f"[bold]{escape(str(target))}[/]  [dim]{made}[/]")


def _span(seconds: float) -> str:
    """A length of time in words."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 48 * 3600 else f"{seconds / 86400:.1f} days"


def _size(size: float) -> str:
    """A number of bytes in words."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} TB"

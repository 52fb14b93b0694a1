"""Runs with replicates: in this process or over several, with the same bytes either way."""

from __future__ import annotations

import contextlib
import math
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.batches import Batch, advance, advance_in_worker, deal, start_worker
from sim.scenario import Scenario, load_scenario

if TYPE_CHECKING:
    from concurrent.futures import Future

    import pyarrow as pa

    from sim.recording.run import Run

#: Largest seed that a table can hold.
MAX_SEED = 2**63 - 1
#: Takes the work done and all work, in world-weeks.
Progress = Callable[[int, int], None]


class WorkerError(RuntimeError):
    """A worker process ended before its batch was done."""


def run(
    scenario: Scenario | str | Path,
    seed: int = 0,
    replicates: int = 1,
    *,
    weeks: int | None = None,
    workers: int = 1,
    batch: int | None = None,
    log_events: bool = True,
    progress: Progress | None = None,
) -> Run:
    """Run a scenario and return its tables.

    Parameters
    ----------
    scenario
        A scenario, the path of a scenario file, or the name of a shipped scenario.
    seed
        Seed of replicate 0; replicate k has ``seed + k``.
    replicates
        Number of replicates.
    weeks
        Recorded weeks, in place of ``run.weeks``; dated events after them are left out.
    workers
        Processes. More than one needs the guard ``if __name__ == "__main__":`` in a script. The result
        does not depend on it.
    batch
        Worlds that advance together. The result does not depend on it.
    log_events
        Keep the events; without them the table of events is empty.
    progress
        Called now and then with the work done and all work, in world-weeks.

    """
    started = time.perf_counter()
    chosen = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    notes: list[str] = []
    if weeks is not None:
        chosen, notes = with_weeks(chosen, weeks)
    seeds = seeds_from(seed, replicates)
    if workers < 1:
        raise ValueError(f"workers = {workers}: at least 1")
    if batch is not None and batch < 1:
        raise ValueError(f"batch = {batch}: at least 1")
    tasks = deal(chosen, seeds, workers, batch, log_events)
    parts = execute(tasks, workers, progress)

    from sim.recording.run import Run, new_manifest
    from sim.recording.tables import joined

    held = joined(parts)
    notes += remarks(chosen)
    manifest = new_manifest(chosen, seeds, held["series"], notes, time.perf_counter() - started)
    return Run(chosen, held, manifest)


def seeds_from(seed: int, replicates: int) -> tuple[int, ...]:
    """Seeds of replicates: ``seed, seed + 1, ...``."""
    if replicates < 1:
        raise ValueError(f"replicates = {replicates}: at least 1")
    if not 0 <= seed <= MAX_SEED - replicates:
        raise ValueError(f"seed = {seed}: 0 to 2^63 - 1, with all replicates")
    return tuple(range(seed, seed + replicates))


def with_weeks(scenario: Scenario, weeks: int) -> tuple[Scenario, list[str]]:
    """Return the scenario with another length, without the dated events after it, and a remark on these."""
    start = scenario.run.start_date
    late = [event for event in scenario.events if event.week_of(start) >= weeks]
    changes: dict[str, Any] = {"run.weeks": weeks}
    if not late or weeks < 1:
        return scenario.with_changes(changes), []
    resolved = scenario.resolved()["events"]
    changes["events"] = [e for e, event in zip(resolved, scenario.events, strict=True) if event not in late]
    what = "1 dated event" if len(late) == 1 else f"{len(late)} dated events"
    return scenario.with_changes(changes), [f"{what} after week {weeks - 1} left out"]


def remarks(scenario: Scenario) -> list[str]:
    """Return what a user should know about a scenario before its results are read."""
    found = scenario.advice()
    market, run = scenario.market, scenario.run
    end = (run.first_day.toordinal() - _ORIGIN) / 365.25 + run.weeks / 52
    if market.growth > 0 and not any("market.cap" in remark for remark in found):
        # Revenue is market.size_2024 * exp(market.growth * years after 2024.0), up to the cap.
        years = math.log(max(market.cap / market.size_2024, 1.0)) / market.growth
        if end > years:
            found.append(
                f"market.cap binds {years:.1f} years after 2024-01, within this run: revenue stops growing"
            )
    return found


_ORIGIN = 738886  # 2024-01-01


def execute(tasks: Sequence[Batch], workers: int, progress: Progress | None) -> list[Mapping[str, pa.Table]]:
    """Run batches and return their tables in the order of the batches."""
    total = sum(task.effort for task in tasks)
    if workers == 1 or len(tasks) == 1:
        done = 0

        def tick(world_weeks: int) -> None:
            nonlocal done
            done += world_weeks
            if progress is not None:
                progress(done, total)

        return [advance(task, tick) for task in tasks]
    return _in_processes(tasks, min(workers, len(tasks)), total, progress)


def _in_processes(
    tasks: Sequence[Batch], workers: int, total: int, progress: Progress | None
) -> list[Mapping[str, pa.Table]]:
    from concurrent.futures import FIRST_EXCEPTION, ProcessPoolExecutor, wait
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    context = get_context("spawn")
    done = context.Value("q", 0)
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=start_worker, initargs=(done,))
    futures: list[Future[Mapping[str, pa.Table]]] = []
    try:
        with uninterrupted():
            futures = [pool.submit(advance_in_worker, task) for task in tasks]
        waiting: set[Any] = set(futures)
        while waiting:
            finished, waiting = wait(waiting, timeout=0.2, return_when=FIRST_EXCEPTION)
            for future in finished:
                future.result()
            if progress is not None:
                progress(done.value, total)
        return [future.result() for future in futures]
    except BrokenProcessPool as error:
        raise WorkerError(
            "a worker process ended before its work was done; if memory ran out, use fewer workers"
        ) from error
    finally:
        processes = list((getattr(pool, "_processes", None) or {}).values())
        finished_well = all(future.done() and not future.cancelled() for future in futures) and bool(futures)
        pool.shutdown(wait=finished_well, cancel_futures=True)
        if not finished_well:
            for process in processes:
                process.terminate()


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold Ctrl-C back while workers start: they inherit that, and leave interruption to this process."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

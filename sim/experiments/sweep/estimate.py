"""What a sweep will take: time and disk, measured on a sample of its own runs."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sim.experiments.sweep.dispatcher import tables_of
from sim.experiments.sweep.evaluation import Failure, Result, evaluate
from sim.experiments.sweep.plan import Plan, Queue
from sim.recording import store

#: Batches that are timed at most, and the seconds after which no further one is begun.
SAMPLES, SECONDS = 3, 8.0
#: Seconds that a worker takes to start.
START = 2.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is left of a sweep, and what it will take.

    Attributes
    ----------
    rows, replicates, runs
        Rows, replicates, and runs in all, those of the base included.
    missing
        Runs that are still to be made.
    sampled
        Runs that were made to find out.
    seconds_per_run
        Of one worker, in a batch.
    seconds
        Of the whole, on ``workers``.
    disk
        Bytes, all runs included; while tables are put in order, twice as much.
    failures
        What failed among the sampled runs.

    """

    rows: int
    replicates: int
    runs: int
    missing: int
    workers: int
    sampled: int
    seconds_per_run: float
    seconds: float
    disk: int
    failures: tuple[Failure, ...]


def estimate(plan: Plan, missing: np.ndarray, workers: int, batch: int | None = None) -> Estimate:
    """Make some of the missing runs in this process and measure them; nothing is written.

    Batches are as large as they would be, from different groups of rows where there are several.
    """
    design = missing[missing >= plan.replicates]
    queue = Queue(plan, design if len(design) else missing, workers, batch)
    _warm_up(plan)
    seconds, sampled, size = 0.0, 0, 0
    failures: list[Failure] = []
    for _ in range(SAMPLES):
        runs = queue.next()
        if runs is None or seconds > SECONDS:
            break
        started = time.perf_counter()
        result = evaluate(plan.task(runs, None))
        seconds += time.perf_counter() - started
        sampled += len(runs)
        size += _size(plan, runs, result)
        failures += result.failures
        queue.learn(len(runs), result.seconds)
    each = seconds / max(sampled, 1)
    busy = min(workers, max(1, -(-len(missing) // 10)))
    return Estimate(
        rows=plan.rows,
        replicates=plan.replicates,
        runs=plan.total,
        missing=len(missing),
        workers=workers,
        sampled=sampled,
        seconds_per_run=each,
        seconds=START + each * len(missing) / busy if len(missing) else 0.0,
        disk=int(size / max(sampled, 1) * plan.total),
        failures=tuple(failures),
    )


def _warm_up(plan: Plan) -> None:
    """Load what the first run would load."""
    if plan.has_base:
        import sim.model  # noqa: F401


def _size(plan: Plan, runs: np.ndarray, result: Result) -> int:
    """Bytes of the shards of a batch."""
    if not len(result.places):
        return 0
    total = 0
    for table in tables_of(plan, runs, result)[:2]:
        if table.num_rows:
            sink = pa.BufferOutputStream()
            store.write_parquet(table, sink)
            total += sink.getvalue().size
    return total

"""Running a sweep: open its directory, make what is missing, put the tables in order."""

from __future__ import annotations

import contextlib
import math
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import numpy as np

from sim.experiments.sweep.dataset import SweepData
from sim.experiments.sweep.directory import opened, read_manifest, write_manifest
from sim.experiments.sweep.dispatcher import Dispatcher, Progress, Report
from sim.experiments.sweep.executors import available, engine
from sim.experiments.sweep.failures import Failures, repeating
from sim.experiments.sweep.loading import load_sweep
from sim.experiments.sweep.plan import Plan, Queue
from sim.experiments.sweep.shards import FULL, Shards
from sim.experiments.sweep.specification import Sweep
from sim.recording.store import StoreError

#: Seconds between two notes in the manifest of how far a sweep has come.
NOTED_EVERY = 30.0


class DiskFullError(RuntimeError):
    """The disk is full; what was finished is kept, and the sweep goes on from there when there is room."""


def sweep(
    file_or_sweep: Sweep | str | Path,
    out: str | Path | None = None,
    *,
    workers: int | None = None,
    executor: str | Executor = "processes",
    dask_scheduler: str | None = None,
    time_limit_per_run: float | None = None,
    batch: int | None = None,
    force_new: bool = False,
    retry_failures: bool = False,
    progress: Report | None = None,
    command: str | None = None,
) -> SweepData:
    """Run a sweep, or what is missing of one, and return its data.

    Results do not depend on executor, workers, batches and interruptions, to the last byte.

    Parameters
    ----------
    file_or_sweep
        A sweep, the path of a sweep file, or the name of a shipped sweep.
    out
        Directory; one that holds a part of this sweep is completed. None: data are kept in memory only.
    workers
        Processes; default: the cores of this machine. More than none needs the guard
        ``if __name__ == "__main__":`` in a script.
    executor
        ``"processes"``, ``"serial"`` (this process), ``"dask"``, or any ``concurrent.futures.Executor``.
    dask_scheduler
        Address of a Dask scheduler, for ``executor="dask"``.
    time_limit_per_run
        Seconds after which a run is given up. A batch has as much for each of its runs and is cut in two when that is
        over, so that a run is judged by its own time.
    batch
        Most runs that advance together; the default suits the model.
    force_new
        Begin anew where the directory holds results of another sweep or other code, which are moved aside.
    retry_failures
        Try again what failed in earlier sessions.
    progress
        Called now and then with a :class:`~sim.experiments.sweep.dispatcher.Progress`.
    command
        Start of the command that repeats a failed run, for the table of failures.

    Raises
    ------
    StoreError
        If the directory cannot be used: the message says why.
    DiskFullError
        If there is no room; what is finished is kept.
    WorkerError
        If there are no workers to go on with; what is finished is kept.
    KeyboardInterrupt
        After Ctrl-C; what is finished is kept.

    """
    chosen = file_or_sweep if isinstance(file_or_sweep, Sweep) else load_sweep(file_or_sweep)
    for name, value in (("workers", workers), ("batch", batch)):
        if value is not None and value < 1:
            raise ValueError(f"{name} = {value}: at least 1")
    if time_limit_per_run is not None and not 0 < time_limit_per_run < math.inf:
        raise ValueError(f"time_limit_per_run = {time_limit_per_run}: more than 0")
    with _directory(out) as directory:
        if command is None:
            command = repeating(
                directory / "sweep.toml" if isinstance(file_or_sweep, Sweep) else file_or_sweep
            )
        plan = Plan(chosen)
        with _room(directory), opened(directory, plan, force_new) as manifest:
            session = _Session(directory, plan, manifest, Failures(directory, plan, command, retry_failures))
            session.make(
                executor, workers or available(), dask_scheduler, time_limit_per_run, batch, progress
            )
        data = SweepData(chosen, read_manifest(directory), directory)
        return data if out is not None else data.keep_in_memory()


class _Session:
    """One process's work on a directory."""

    def __init__(self, directory: Path, plan: Plan, manifest: dict[str, Any], failures: Failures) -> None:
        self.directory, self.plan, self.manifest, self.failures = directory, plan, manifest, failures
        self.shards = Shards(directory, plan)
        self.before = float(manifest["wall_seconds"])
        self.started = self.noted = time.monotonic()

    def make(
        self,
        executor: str | Executor,
        workers: int,
        dask_scheduler: str | None,
        limit: float | None,
        batch: int | None,
        report: Report | None,
    ) -> None:
        """Make what is missing and put the tables in order."""
        done = self.shards.prepare()
        self.failures.drop(done)
        settled = np.union1d(done, self.failures.runs)
        missing = np.setdiff1d(self.plan.runs, settled, assume_unique=True)
        if not len(missing) and self.manifest["state"] == "complete":
            return

        def told(progress: Progress) -> None:
            if report is not None:
                report(progress)
            if time.monotonic() - self.noted > NOTED_EVERY:
                self.note("running")

        self.note("running")
        try:
            if len(missing):
                hands = engine(executor, min(workers, len(missing)), dask_scheduler)
                queue = Queue(self.plan, missing, hands.slots, batch)
                Dispatcher(self.plan, queue, self.shards, self.failures, hands, limit, told).run()
            self.failures.write()
            self.shards.merge()
            self.note("complete")
        except BaseException:
            with contextlib.suppress(OSError, StoreError):
                self.shards.recount()
                self.failures.write()
                self.note("running")
            raise

    def note(self, state: str) -> None:
        """Write down how far the sweep has come."""
        self.noted = time.monotonic()
        failed = int((self.failures.runs >= self.plan.replicates).sum())  # those before are of the base
        self.manifest |= {
            "state": state,
            "runs": {
                "planned": self.plan.rows * self.plan.replicates,
                "done": self.shards.count,
                "failed": failed,
            },
            "wall_seconds": round(self.before + self.noted - self.started, 3),
        }
        write_manifest(self.directory, self.manifest)


@contextlib.contextmanager
def _directory(out: str | Path | None) -> Iterator[Path]:
    """Yield the directory asked for, or one that goes away afterwards."""
    if out is not None:
        yield Path(out)
        return
    held = Path(tempfile.mkdtemp(prefix="parity-sweep-"))
    try:
        yield held / "sweep"
    finally:
        shutil.rmtree(held, ignore_errors=True)


@contextlib.contextmanager
def _room(directory: Path) -> Iterator[None]:
    """Tell a full disk plainly."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise DiskFullError(
            f"no room to write in {directory} ({error.strerror}); what is finished is kept: make room, and the same "
            "command goes on from there"
        ) from error

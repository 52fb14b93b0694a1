"""The dispatcher: hands batches to workers, keeps what comes back, and finds the run to blame when something fails.

Every trouble has one answer: a batch that failed, took too long or lost its worker is cut in two and tried again, until
a run that fails alone is noted as a failure. After the death of a worker, batches that may have caused it run alone.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from sim.experiments.runner import WorkerError
from sim.experiments.sweep.evaluation import Failure, Result
from sim.experiments.sweep.executors import Engine
from sim.experiments.sweep.failures import Failures
from sim.experiments.sweep.identity import code_digest
from sim.experiments.sweep.plan import BASE_ROW, Plan, Queue
from sim.experiments.sweep.shards import Shards
from sim.registry import UnknownStrategyError

#: Seconds between two looks at the workers.
TICK = 0.5
#: A task of the time limit's length that has not answered after so many times its time, and so many seconds more, is
#: taken to hang where no exception reaches it.
PATIENCE, PATIENCE_SECONDS = 3.0, 20.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sweep has come."""

    done: int
    """Runs with outcomes or a failure, those of earlier sessions included."""
    total: int
    failed: int
    new: int
    """Runs done in this session."""
    seconds: float
    """Length of this session."""
    note: str = ""
    """What keeps the sweep waiting, if anything does."""

    @property
    def rate(self) -> float:
        """Runs per second in this session."""
        return self.new / self.seconds if self.seconds > 0 else 0.0

    @property
    def remaining(self) -> float | None:
        """Seconds that are left at this rate; None before the first run."""
        return (self.total - self.done) / self.rate if self.new else None


Report = Callable[[Progress], None]


@dataclass(eq=False, slots=True)
class _Flight:
    """A batch at work."""

    runs: np.ndarray
    alone: bool
    since: float
    stopped: bool = False


_Taken = tuple[_Flight, Result]


class Dispatcher:
    """Makes the missing runs of a sweep.

    Parameters
    ----------
    plan, queue
        All runs, and those that are missing.
    shards, failures
        Where results go.
    engine
        Where batches run.
    limit
        Seconds that a run may take.
    report
        Told how far the sweep has come, now and then.

    """

    def __init__(
        self,
        plan: Plan,
        queue: Queue,
        shards: Shards,
        failures: Failures,
        engine: Engine,
        limit: float | None = None,
        report: Report | None = None,
    ) -> None:
        self.plan, self.queue, self.shards, self.failures = plan, queue, shards, failures
        self.engine, self.limit, self.report = engine, limit, report
        self.before = plan.total - len(queue)
        self.new = 0
        self._flying: dict[Future[Result], _Flight] = {}
        self._suspects: deque[np.ndarray] = deque()
        self._started = time.monotonic()

    def run(self) -> None:
        """Make all runs; what is done when an exception ends this is on disk."""
        finished = False
        self._tell()
        try:
            while True:
                self._hand_out()
                if not self._flying:
                    break
                came, _ = wait(self._flying, timeout=TICK, return_when=FIRST_COMPLETED)
                self._keep([self._take(future, self._flying.pop(future)) for future in came])
                note = self.engine.watch()
                self._look_for_hanging()
                self._tell(note or "")
            finished = True
        except KeyboardInterrupt:
            self._keep_what_came()
            raise
        finally:
            self.engine.close(finished)

    # -- handing out ---------------------------------------------------------------------------------------

    def _hand_out(self) -> None:
        """Fill the workers; a suspect goes alone, where others are in its way after all of them are back."""
        while self._suspects and not any(flight.alone for flight in self._flying.values()):
            if self._flying and not self.engine.apart:
                return
            self._launch(self._suspects.popleft(), alone=True)
        if self._flying and not self.engine.apart and any(flight.alone for flight in self._flying.values()):
            return
        while sum(not flight.alone for flight in self._flying.values()) < self.engine.slots:
            runs = self.queue.next()
            if runs is None:
                return
            self._launch(runs, alone=False)

    def _launch(self, runs: np.ndarray, alone: bool) -> None:
        future = self.engine.submit(self.plan.task(runs, self.limit), alone)
        self._flying[future] = _Flight(runs, alone, time.monotonic())

    # -- taking back ---------------------------------------------------------------------------------------

    def _take(self, future: Future[Result], flight: _Flight) -> _Taken | None:
        """What a batch has given, or None if its worker was lost."""
        try:
            result = future.result()
        except UnknownStrategyError as error:
            raise WorkerError(
                f"a worker does not know a strategy of the scenario: {error}. Register it in a package with an entry "
                'point "parity.strategies", or run with executor="serial"'
            ) from None
        except Exception as error:
            how = self.engine.lost(future, error)
            if how is None:
                raise WorkerError(f"a worker cannot do its work: {type(error).__name__}: {error}") from error
            self._lost(flight, how)
            return None
        self.engine.done(future)
        if result.code != code_digest():
            raise WorkerError("a worker has another version of Parity's code than this process")
        return flight, result

    def _lost(self, flight: _Flight, how: str) -> None:
        """The worker of a batch died. In company that proves nothing; alone the batch did it."""
        if not flight.alone:
            self._suspects.append(flight.runs)
        elif flight.stopped:
            self._blame(flight, flight.runs, Failure((), "time limit", f"more than {self.limit:g} s"))
        else:
            self._blame(
                flight, flight.runs, Failure((), "worker lost", "the worker ended during this run", how)
            )

    def _keep(self, taken: Sequence[_Taken | None]) -> None:
        """Write what came back together as one shard: the more workers, the fewer waits for the disk."""
        for base in (True, False):
            tables = [tables_of(self.plan, flight.runs, result) for flight, result in filter(None, taken)]
            tables = [one for one in tables if one.base == base and one.runs.num_rows]
            if tables:
                self.shards.commit(
                    pa.concat_tables([one.runs for one in tables]),
                    pa.concat_tables([one.series for one in tables]),
                    base,
                )
        for flight, result in filter(None, taken):
            self.new += len(result.places)
            self.queue.learn(len(result.places), result.seconds)
            for failure in result.failures:
                self._blame(flight, flight.runs[list(failure.places)], failure)

    def _blame(self, flight: _Flight, runs: np.ndarray, failure: Failure) -> None:
        """Note a failure of one run; cut several in two to find out which of them it is."""
        if len(runs) == 1:
            self.failures.add(int(runs[0]), failure)
            self.new += 1
            return
        for half in (runs[: len(runs) // 2], runs[len(runs) // 2 :]):
            if flight.alone:
                self._suspects.appendleft(half)
            else:
                self.queue.put_back(half)

    # -- looking after the workers -------------------------------------------------------------------------

    def _look_for_hanging(self) -> None:
        """End workers that no exception reaches; their batches are then found like those of lost workers."""
        if self.limit is None:
            return
        now = time.monotonic()
        for future, flight in self._flying.items():
            ahead = 1 if flight.alone else 2  # a batch may have waited for another
            allowed = PATIENCE * ahead * self.limit * len(flight.runs) + PATIENCE_SECONDS
            if now - flight.since > allowed and not flight.stopped:
                flight.stopped = self.engine.stop(future)

    def _keep_what_came(self) -> None:
        """Keep batches that were finished when the sweep was interrupted."""
        came = [future for future in self._flying if future.done() and not future.cancelled()]
        self._keep([(self._flying[one], one.result()) for one in came if one.exception() is None])

    def _tell(self, note: str = "") -> None:
        if self.report is not None:
            done, seconds = self.before + self.new, time.monotonic() - self._started
            self.report(Progress(done, self.plan.total, len(self.failures), self.new, seconds, note))


class Tables(NamedTuple):
    """Tables of a batch."""

    runs: pa.Table
    series: pa.Table
    """Empty for the base, and for a sweep that keeps no series."""
    base: bool


def tables_of(plan: Plan, runs: np.ndarray, result: Result) -> Tables:
    """Tables of what a batch has given, its runs ordered by row and replicate."""
    keys = plan.keys(runs[result.places])
    order = np.lexsort((keys["replicate"], keys["row"]))
    keys = {name: values[order] for name, values in keys.items()}
    outcomes = {name: values[order] for name, values in result.outcomes.items()}
    base = len(keys["row"]) > 0 and bool(keys["row"][0] == BASE_ROW)
    table = plan.columns.runs_table(keys, plan.values(keys["row"]), outcomes)
    if base or not plan.columns.series:
        return Tables(table, plan.columns.weeks.empty_table(), base)
    keys_of_weeks = plan.keys(runs[result.series_places])
    series = plan.columns.series_table(keys_of_weeks, result.weeks, result.days, result.series)
    return Tables(table, series, base)

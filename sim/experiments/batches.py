"""Batches of worlds: how replicates are dealt out, and the run of one batch, in this process or a worker."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.scenario import Scenario

if TYPE_CHECKING:
    import pyarrow as pa

#: Worlds that advance together: more share the cost of calls, fewer stay in the processor's cache.
WORLDS = 40
#: Receivers in all worlds of a batch, so that worlds with many agents go in small batches.
RECEIVERS = 100_000
#: Weeks between two reports of progress.
STRIDE = 4

#: Takes the world-weeks done since the last call.
Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Batch:
    """Replicates ``first, first + 1, ...`` of one scenario, one for each seed."""

    scenario: Scenario
    seeds: tuple[int, ...]
    first: int = 0
    log_events: bool = True

    @property
    def effort(self) -> int:
        """World-weeks, the burn-in included."""
        return len(self.seeds) * (self.scenario.run.burn_in + self.scenario.run.weeks)


def deal(
    scenario: Scenario, seeds: Sequence[int], workers: int, size: int | None, log_events: bool
) -> list[Batch]:
    """Deal replicates out to batches of at most ``size`` worlds, at least one batch for each worker."""
    if size is None:
        receivers = scenario.size.investors + scenario.size.policymakers + scenario.size.communities
        size = max(1, min(WORLDS, RECEIVERS // receivers, -(-len(seeds) // workers)))
    starts = range(0, len(seeds), size)
    return [Batch(scenario, tuple(seeds[k : k + size]), k, log_events) for k in starts]


def advance(batch: Batch, tick: Tick) -> Mapping[str, pa.Table]:
    """Run one batch; returns its tables."""
    from sim.model import NarrativeModel
    from sim.recording.tables import tables_of

    run, worlds = batch.scenario.run, len(batch.seeds)
    model = NarrativeModel.batch(
        [(batch.scenario, seed) for seed in batch.seeds], log_events=batch.log_events
    )
    tick(worlds * run.burn_in)
    for week in range(0, run.weeks, STRIDE):
        weeks = min(STRIDE, run.weeks - week)
        model.run_for(weeks)
        tick(worlds * weeks)
    return tables_of(model, batch.first)


# -- in a worker -------------------------------------------------------------------------------------------

_done: Any = None


def start_worker(done: Any) -> None:
    """Prepare a worker process: count progress in ``done``, end when the parent ends."""
    from sim.experiments.coldstart import postpone

    global _done
    _done = done
    threading.Thread(target=_end_with_parent, daemon=True).start()
    postpone()


def advance_in_worker(batch: Batch) -> Mapping[str, pa.Table]:
    """Run one batch in a worker process."""
    return advance(batch, _count)


def _count(world_weeks: int) -> None:
    with _done.get_lock():
        _done.value += world_weeks


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)

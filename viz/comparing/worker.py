"""The process that runs a comparison: the server stays quick meanwhile, and a cancelled one stops at once."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from viz.comparing.effort import BATCH, Effort

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from sim import Comparison, Run, Scenario

#: Seconds between two reports.
PAUSE = 0.1

Found = tuple["Comparison", "Run", "Run"]


def run(
    a: Scenario, b: Scenario, pairs: int, seed: int, weeks: int | None, told: Callable[[float], None]
) -> Found:
    """The comparison, and pair 0 with its events, the burn-in's among them; ``told`` hears the share done."""
    import sim

    effort = Effort.of(a, b, pairs, weeks)
    told(0.0)
    made = sim.compare(
        a, b, pairs, seed, weeks=weeks, batch=BATCH, progress=lambda done, _all: told(effort.paired(done))
    )
    logs = []
    for place, each in enumerate((made.a.scenario, made.b.scenario)):
        whole = each.with_changes({"run.record_burn_in": True, "run.snapshot_every": 0})

        def report(done: int, total: int, place: int = place) -> None:
            told(effort.logged(place, done, total))

        logs.append(sim.run(whole, seed, 1, progress=report))
    return made, logs[0], logs[1]


def work(pipe: Connection, asked: tuple[Scenario, Scenario, int, int, int | None]) -> None:
    """Run in the process: shares done are sent as numbers, then the result as a tuple."""
    from sim.experiments.coldstart import postpone

    postpone()
    if hasattr(os, "nice"):
        os.nice(5)  # Pages that others look at come first.
    last = 0.0

    def told(share: float) -> None:
        nonlocal last
        if share >= 0.999 or time.monotonic() - last > PAUSE:
            last = time.monotonic()
            pipe.send(share)

    pipe.send(run(*asked, told))
    pipe.close()

"""How much of the work of a comparison is done, so that its bar moves evenly and the time left can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.model import ISO_LAG_PASSES

if TYPE_CHECKING:
    from sim import Scenario

#: Pairs that advance together. The result does not depend on it; small ones tell more often how far they are.
BATCH = 6
#: The two runs with events take about as long as so many pairs among others.
LOGS = 2


@dataclass(frozen=True)
class Effort:
    """Weeks of both sides: those before week 0, how often these are run, and the recorded ones."""

    pairs: int
    sides: tuple[tuple[int, int, int], ...]

    @classmethod
    def of(cls, a: Scenario, b: Scenario, pairs: int, weeks: int | None) -> Effort:
        """That of two scenarios; ``weeks`` as in :func:`sim.compare`."""
        length = min(each.run.weeks for each in (a, b)) if weeks is None else weeks
        return cls(pairs, tuple((each.run.burn_in, _passes(each), length) for each in (a, b)))

    @property
    def pair(self) -> int:
        """Weeks of a pair, as they cost time."""
        return sum(burn_in * passes + weeks for burn_in, passes, weeks in self.sides)

    @property
    def whole(self) -> int:
        """All that has to be done."""
        return max(self.pair * (self.pairs + LOGS), 1)

    @property
    def step(self) -> float:
        """The largest share between two reports: the weeks before week 0 of a batch, which are told at once."""
        burn_in = max(burn_in * passes for burn_in, passes, _weeks in self.sides)
        return min(BATCH, self.pairs) * burn_in / self.whole

    def paired(self, done: int) -> float:
        """Share of the whole, after so many world-weeks of the comparison: side by side, batch by batch."""
        cost = 0
        for burn_in, passes, weeks in self.sides:
            each = burn_in + weeks
            mine = min(done, each * self.pairs)
            done -= mine
            size = min(BATCH, self.pairs)
            batches, rest = divmod(mine, size * each)
            before = min(rest, min(size, self.pairs - batches * size) * burn_in)
            cost += batches * size * (burn_in * passes + weeks) + before * passes + rest - before
        return min(cost / self.whole, self.pairs * self.pair / self.whole)

    def logged(self, side: int, done: int, total: int) -> float:
        """Share of the whole, after so much of the run with events of one side."""
        start = self.pairs * self.pair / self.whole
        return start + (1.0 - start) * (side + done / max(total, 1)) / len(self.sides)


def _passes(scenario: Scenario) -> int:
    return 1 + ISO_LAG_PASSES if scenario.distillation.iso_lag and scenario.run.burn_in else 1

"""The recorder: preallocated columns of raw weekly state, ``(weeks, worlds, ...)``.

Outputs (outputs.py) are worked out from these columns after the fact, in a few large operations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.mechanisms.numerics import Array

if TYPE_CHECKING:
    from sim.model import NarrativeModel


class Recorder:
    """Weekly history of a batch; row k is week ``first_week + k``.

    A week is one row ``(worlds, numbers)`` of all columns side by side: a single copy instead of one a column.
    """

    def __init__(self, model: NarrativeModel, weeks: int) -> None:
        self.model, self.first_week, self.length = model, model.week, 0
        #: Of each column its first and last number in a row and the axes after ``(weeks, worlds)``.
        self.columns: dict[str, tuple[int, int, tuple[int, ...]]] = {}
        self._rows = np.empty((max(weeks, 1), model.worlds, 0))
        self.snapshots: list[tuple[int, dict[str, dict[str, Array]]]] = []

    def record(self) -> None:
        """Append this week's state."""
        state, worlds = self._state(), self.model.worlds
        if not self.columns:
            self._lay_out(state)
        if self.length == len(self._rows):
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
        numbers = [value if value.ndim == 2 else value.reshape(worlds, -1) for value in state.values()]
        np.concatenate(numbers, axis=1, out=self._rows[self.length])
        self.length += 1
        every = self.model.source_scenario.run.snapshot_every
        if every and self.model.week >= 0 and self.model.week % every == 0:
            self._snapshot()

    def history(self, name: str, *, burn_in: bool = False) -> Array:
        """A column over recorded weeks, ``(weeks, worlds, ...)``; with ``burn_in`` from the very start."""
        first = 0 if burn_in else max(-self.first_week, 0)
        start, end, shape = self.columns[name]
        values = np.ascontiguousarray(self._rows[first : self.length, :, start:end])
        return values.reshape(*values.shape[:2], *shape)

    def latest(self) -> Array:
        """The row of the last week, ``(worlds, numbers)``."""
        return self._rows[self.length - 1]

    @property
    def weeks(self) -> np.ndarray:
        """Recorded weeks, without the burn-in."""
        return np.arange(max(self.first_week, 0), self.first_week + self.length)

    def _state(self) -> dict[str, Array]:
        m = self.model
        labs, regime, market, mood = m.labs, m.regime, m.market, m.record.sentiment
        evaluation, coverage = m.record.evaluation, m.record.coverage
        return {
            "capability": labs.capability,
            "own_capability": labs.own_capability,
            "compute": labs.compute,
            "released_capability": labs.released_capability,
            "valuation": labs.valuation,
            "revenue": labs.revenue,
            "price": labs.price,
            "enforcement": labs.enforcement,
            "derivatives": labs.derivatives,
            "flow": m.flow,
            "measured": evaluation.measured,
            "score_gap": evaluation.gap,
            "surprise": evaluation.surprise,
            "believed_gap": mood.gap,
            "believed_share": mood.share,
            "believed_speed": mood.speed,
            "believed_compute": mood.compute,
            "gap_variance": mood.investor_gap_variance,
            "coverage": coverage.shares,
            "infected": m.infected_share,
            "trust": m.sources.trust,
            "believed_bias": m.sources.believed_bias,
            "announced": regime.announced,
            "effective": regime.effective,
            "bargaining": regime.bargaining,
            "target": regime.target,
            "attention": regime.attention,
            "pressure": regime.pressure,
            "counter_index": regime.counter_index,
            "lobbying": m.lobbying,
            "copied_share": m.copied_share,
            "gap": m.gap,
            "users": market.users,
            "paying_students": labs.paying_students,
            "listed": market.price,
            "fundamental": market.fundamental,
            "market_size": market.size,
            "revenue_kept": market.kept,
            "win_rate": m.office.win_rate,
        }

    def _lay_out(self, state: dict[str, Array]) -> None:
        end = 0
        for name, value in state.items():
            start, end = end, end + int(np.prod(value.shape[1:]))
            self.columns[name] = (start, end, value.shape[1:])
        self._rows = np.empty((len(self._rows), self.model.worlds, end))

    def _snapshot(self) -> None:
        m = self.model
        kinds = {"investor": m.investors, "policymaker": m.policymakers, "community": m.communities}
        fields = ("believed_gap", "believed_speed", "gap_variance", "believed_share", "believed_compute")
        self.snapshots.append(
            (
                m.week,
                {kind: {f: np.array(getattr(cohort, f)) for f in fields} for kind, cohort in kinds.items()},
            )
        )

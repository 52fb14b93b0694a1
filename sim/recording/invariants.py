"""Invariants of a run: a failed one stops it with week, agent and value named, never with NaNs in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.model import NarrativeModel


class InvariantError(RuntimeError):
    """A quantity left its admissible range inside a run."""


LARGEST = float(np.finfo(float).max)
#: Admissible range of recorded columns, bounds included.
BOUNDS = {
    "believed_gap": (-LARGEST, LARGEST),
    "believed_share": (0.0, 1.0),
    "believed_speed": (-LARGEST, LARGEST),
    "believed_compute": (-LARGEST, LARGEST),
    "capability": (-LARGEST, LARGEST),
    "own_capability": (-LARGEST, LARGEST),
    "compute": (-LARGEST, LARGEST),
    "revenue": (-LARGEST, LARGEST),
    "valuation": (float(np.nextafter(0.0, 1.0)), LARGEST),
    "listed": (-LARGEST, LARGEST),
    "announced": (0.0, 1.0),
    "copied_share": (0.0, 1.0),
}


class Invariants:
    """The bounds laid out like a row of the recorder; a column without bounds may hold anything."""

    def __init__(self, model: NarrativeModel) -> None:
        columns = model.recorder.columns
        slots = [np.arange(*columns[name][:2]) for name in BOUNDS]
        self._slots = np.concatenate(slots)
        sizes = [len(mine) for mine in slots]
        # With an axis of worlds, like a row: NumPy compares arrays of one shape at once.
        self._low, self._high = (
            np.repeat([bounds[k] for bounds in BOUNDS.values()], sizes)[None, :] for k in (0, 1)
        )

    def hold(self, model: NarrativeModel) -> bool:
        """Whether all numbers of the week are in range (a NaN is not)."""
        values = model.recorder.latest().take(self._slots, 1)
        inside = (values >= self._low) & (values <= self._high)
        return np.count_nonzero(inside) == values.size


def check_invariants(model: NarrativeModel) -> None:
    """Beliefs finite, controls and shares in [0, 1], values positive; raises :class:`InvariantError`."""
    if model.invariants is None:
        model.invariants = Invariants(model)
    if not model.invariants.hold(model):
        _explain(model)


def _explain(model: NarrativeModel) -> None:
    receivers, labs = model.receivers, model.labs
    # Upstream first, so that the first failure named is the cause.
    checks = [
        ("capability", labs.capability, -np.inf, np.inf, "lab"),
        ("revenue", labs.revenue, 0.0, np.inf, "lab"),
        ("valuation", labs.valuation, np.nextafter(0.0, 1.0), np.inf, "lab"),
        ("believed_gap", receivers.believed_gap, -np.inf, np.inf, "receiver"),
        ("believed_speed", receivers.believed_speed, -np.inf, np.inf, "receiver"),
        ("gap_variance", receivers.gap_variance, 0.0, np.inf, "receiver"),
        ("believed_share", receivers.believed_share, 0.0, 1.0, "receiver"),
        ("control_strength", model.regime.announced, 0.0, 1.0, "instrument"),
        ("copied_share", model.copied_share, 0.0, 1.0, "world"),
        ("listed_index", model.market.price, -np.inf, np.inf, "world"),
    ]
    for name, values, low, high, owner in checks:
        bad = ~np.isfinite(values) | (values < low) | (values > high)
        if bad.any():
            world, slot = np.argwhere(bad)[0].tolist()
            who = model.source_names[slot] if owner == "lab" else f"{owner} {slot}"
            raise InvariantError(
                f"week {model.week}, seed {model.draws.seeds[world]}, {who}: {name} = {values[world, slot]:.6g} "
                f"(allowed: finite, {low:g} to {high:g})"
            )
    raise InvariantError(f"week {model.week}: an invariant failed that could not be located")

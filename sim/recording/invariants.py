"""Invariants of a run: a failed one stops it with week, agent and value named, never with NaNs in a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.model import NarrativeModel


class InvariantError(RuntimeError):
    """A quantity left its admissible range inside a run."""


def check_invariants(model: NarrativeModel) -> None:
    """Beliefs finite, controls and shares in [0, 1], values positive; raises :class:`InvariantError`."""
    labs, regime, mood = model.labs, model.regime, model.record.sentiment
    # A sum is finite exactly when every term is: one cheap look at group sums, the search only on failure.
    finite = mood.gap.sum() + mood.share.sum() + mood.speed.sum() + mood.compute.sum() + labs.compute.sum()
    finite += labs.algorithms.sum() + labs.distilled.sum() + model.market.price.sum() + labs.revenue.sum()
    announced, share, value = regime.announced, model.copied_share, labs.valuation
    ok = math.isfinite(finite) and bool(
        np.minimum.reduce(announced, axis=None) >= 0.0
        and np.maximum.reduce(announced, axis=None) <= 1.0
        and np.minimum.reduce(share, axis=None) >= 0.0
        and np.maximum.reduce(share, axis=None) <= 1.0
        and np.minimum.reduce(value, axis=None) > 0.0
        and np.maximum.reduce(value, axis=None) < np.inf
    )
    if not ok:
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

"""The Arena: scores of models on one board, and what a point is worth in capability."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd

from sim.evidence.loading import load
from sim.evidence.units import ECI_PER_OOM, LAST_FITTED, capability_from_index, days


@dataclasses.dataclass(frozen=True)
class Slope:
    """A regression slope: points on a leaderboard per OOM of capability."""

    value: float
    sd: float
    models: int = 0
    """Models that the line was fitted to."""
    residual_sd: float = float("nan")
    """Scatter of the models about the line, in points."""


def arena_scores(until: dt.date | None = None) -> pd.DataFrame:
    """Return models with an Arena score on one common board and an index: ``model, date, score, index``.

    One board (a later one, on which old models were re-scored), since the scales of snapshots drift. A row
    counts from the day of its observation, so that an origin sees no pair of a later one. Scores are points from the
    leading model of the first row, since ratings themselves are not passed on.
    """
    gaps = load("gap_series")
    gaps = days(gaps[gaps["metric"] == "arena_fixed_scale_gap_pct"], until)
    sides = [
        gaps[["date", f"{side}_model", f"{side}_value"]].set_axis(["seen", "model", "score"], axis=1)
        for side in ("us", "china")
    ]
    seen = pd.concat(sides).sort_values("seen", kind="stable").drop_duplicates("model")
    index = load("model_releases")[["model", "date", "epoch_eci"]].rename(columns={"epoch_eci": "index"})
    both = seen.merge(index, on="model").dropna(subset=["score", "index"])
    return both[["model", "date", "score", "index"]].sort_values("date", ignore_index=True)


def arena_points_per_oom(until: dt.date | None = LAST_FITTED, eci_per_oom: float = ECI_PER_OOM) -> Slope:
    """Return the regression slope of Arena scores on capability, of models with both.

    Ordinary least squares: the index has an error of its own (two to four points), which makes the slope a
    little too flat; the spread of the models in it, ten points, keeps that within a tenth.

    Parameters
    ----------
    until
        Last day of the observations used; None for all.
    eci_per_oom
        Index points per OOM.

    Raises
    ------
    ValueError
        With fewer than three models, which give no slope with an error.

    """
    pairs = arena_scores(until)
    if len(pairs) < 3:
        raise ValueError(f"{len(pairs)} models with an Arena score and an index until {until}; 3 are needed")
    x = capability_from_index(pairs["index"].to_numpy(float), eci_per_oom)
    y = pairs["score"].to_numpy(float)
    centred = x - x.mean()
    spread = float(centred @ centred)
    value = float(centred @ y) / spread
    residuals = y - y.mean() - value * centred
    residual_sd = float(np.sqrt(residuals @ residuals / (len(y) - 2)))
    return Slope(value, residual_sd / float(np.sqrt(spread)), len(y), residual_sd)

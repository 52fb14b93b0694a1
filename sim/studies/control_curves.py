"""Chip control: value, lead and policy along its strength, and where tightening narrows the lead."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.experiments.statistics import mean_interval
from sim.studies.frames import Frame
from sim.studies.statistics import differences, effect_table, percentile, split, weights
from sim.studies.study import Study

Array = np.ndarray
YEARS = (1, 3, 5)
LEADS = tuple(f"lead_year_{year}" for year in YEARS)
#: What is drawn along the strength of control.
CURVES = (
    "lead_year_3",
    "lead_year_5",
    "log_multiple_year_3",
    "log_revenue_year_3",
    "access_year_3",
    "counter_measures",
)
#: Strength that all worlds share before the act.
BEFORE = "0.35"


def curves(runs: Frame, study: Study, outcomes: Sequence[str] = CURVES) -> Frame:
    """Mean and band of each outcome by strength and way of claiming.

    Returns
    -------
    pandas.DataFrame
        ``claims``, ``strength`` (number), ``outcome``, ``mean``, ``low``, ``high`` (interval of the mean), ``lower``,
        ``upper`` (5th and 95th percentile over seeds); ``change``, ``change_low``, ``change_high`` (against strength
        .35 under the same luck; intervals hold together over the other strengths), ``change_lower``,
        ``change_upper`` (5th and 95th percentile of the paired changes).

    """
    import pandas as pd

    rows = []
    others = max(runs["strength"].nunique() - 1, 1)
    for (claims, strength), group in runs.groupby(["claims", "strength"]):
        pairs = differences(runs[runs["claims"] == claims], "strength", BEFORE, strength, list(outcomes))
        for outcome in outcomes:
            values = group[outcome].dropna()
            level = mean_interval(values, study.confidence)
            changes = pairs[outcome].dropna()
            change = mean_interval(changes, split(study.confidence, others))
            (lower, upper), (least, most) = (np.quantile(one, (0.05, 0.95)) for one in (values, changes))
            rows.append(
                {"claims": claims, "strength": float(strength), "outcome": outcome, "mean": level.mean,
                 "low": level.low, "high": level.high, "lower": lower, "upper": upper, "change": change.mean,
                 "change_low": change.low, "change_high": change.high, "change_lower": least, "change_upper": most}
            )  # fmt: skip
    return pd.DataFrame(rows)


def interactions(runs: Frame, study: Study, outcomes: Sequence[str] = CURVES) -> Frame:
    """Whether the way of claiming changes what tightening from .35 to .70 does.

    Difference of the paired effects between ways of claiming, under the same luck: ``against`` (other way less silent),
    ``outcome``, ``effect``, ``low``, ``high``.
    """
    import pandas as pd

    effects = {
        claims: differences(group, "strength", BEFORE, "0.70", list(outcomes)).set_index("seed")
        for claims, group in runs.groupby("claims")
    }
    rows = []
    for claims in [name for name in effects if name != "silent"]:
        for outcome in outcomes:
            gap = (effects[claims][outcome] - effects["silent"][outcome]).dropna()
            found = mean_interval(gap, study.confidence)
            rows.append(
                {
                    "against": claims,
                    "outcome": outcome,
                    "effect": found.mean,
                    "low": found.low,
                    "high": found.high,
                }
            )
    return pd.DataFrame(rows)


def lead_effects(runs: Frame, study: Study) -> Frame:
    """Effect of tightening from .35 to .70 on the lead after 1, 3 and 5 years, over zeta and b.

    Columns of :func:`sim.studies.statistics.effect_table` with ``zeta``, ``learning`` and ``outcome``; intervals hold
    together over the grid, year by year.
    """
    cells = runs.groupby(["zeta", "learning"]).ngroups
    return effect_table(
        runs, "strength", {"tightening": (BEFORE, "0.70")}, LEADS, ("zeta", "learning"),
        confidence=split(study.confidence, cells), margins=lambda outcome: study.margin("lead"),
    )  # fmt: skip


def thresholds(runs: Frame, study: Study) -> Frame:
    """Induced efficiency from which on tightening narrows the lead, for each learning exponent and year.

    Linear interpolation of the mean effect between values of zeta; percentile intervals over resampled seeds.

    Returns
    -------
    pandas.DataFrame
        ``learning``, ``year``, ``zeta``, ``low``, ``high``: NaN where the lead widens over the whole range; ``found``
        is the share of resamples with a threshold inside the range.

    """
    import pandas as pd

    pairs = differences(runs, "strength", BEFORE, "0.70", LEADS, ("zeta", "learning"))
    rows = []
    for learning, group in pairs.groupby("learning"):
        for year, outcome in zip(YEARS, LEADS, strict=True):
            wide = group.pivot_table(index="seed", columns="zeta", values=outcome).dropna()
            zeta, effects = wide.columns.to_numpy(dtype=float), wide.to_numpy()
            drawn = weights(len(wide), study.bootstrap, study.seed) @ effects / max(len(wide), 1)
            again = np.array([crossing(zeta, mean) for mean in drawn])
            low, high = percentile(again, study.confidence)
            rows.append(
                {"learning": learning, "year": year, "zeta": crossing(zeta, effects.mean(axis=0)), "low": low,
                 "high": high, "found": float(np.isfinite(again).mean())}
            )  # fmt: skip
    return pd.DataFrame(rows)


def crossing(x: Array, y: Array) -> float:
    """First x from which on y is negative, by linear interpolation; the lowest x if y starts negative, NaN if never."""
    below = np.flatnonzero(y < 0.0)
    if not len(below):
        return float("nan")
    k = int(below[0])
    if k == 0:
        return float(x[0])
    return float(x[k - 1] + (x[k] - x[k - 1]) * y[k - 1] / (y[k - 1] - y[k]))

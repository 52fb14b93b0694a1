"""Statistics of a study: paired effects with intervals, what an interval says against a margin, ratios, Shapley shares.

All functions are pure and take tables of runs (DataFrames) or arrays. Runs are paired by everything but the factor that
is contrasted: the same luck, the same draw, the same cell.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from sim.experiments.statistics import Interval, mean_interval
from sim.studies.frames import Frame

Array = np.ndarray
#: What an interval says: clear of 0 upward or downward, inside the margin, or none of these.
Reading = Literal["positive", "negative", "none", "open"]


def split(confidence: float, cells: int) -> float:
    """Confidence of each of several intervals that are judged together (Bonferroni)."""
    return 1.0 - (1.0 - confidence) / max(cells, 1)


def reading(low: float, high: float, margin: float = 0.0) -> Reading:
    """What an interval says.

    ``none``: inside +-margin, an effect of no size that counts, even if it is clear of 0; else ``positive`` or
    ``negative`` if clear of 0; else ``open``: too wide to say.
    """
    if math.isnan(low) or math.isnan(high):
        return "open"
    if margin > 0.0 and -margin < low and high < margin:
        return "none"
    if low > 0.0:
        return "positive"
    if high < 0.0:
        return "negative"
    return "open"


def differences(
    frame: Frame, factor: str, first: Any, second: Any, outcomes: Sequence[str], by: Sequence[str] = ()
) -> Frame:
    """Second less first level of a factor, run by run under the same luck.

    Parameters
    ----------
    frame
        Runs, one row each, with ``fold``, ``draw`` and ``seed``.
    factor, first, second
        What is contrasted.
    outcomes
        Columns to subtract.
    by
        Other factors that distinguish runs of one seed (cells of a grid).

    Returns
    -------
    pandas.DataFrame
        One row a pair: the columns of ``by``, ``fold``, ``draw``, ``seed``, and the outcomes' differences; pairs with a
        missing half are left out.

    """
    keys = [*by, "fold", "draw", "seed"]
    one, other = (
        frame.loc[frame[factor] == level, [*keys, *outcomes]].set_index(keys) for level in (first, second)
    )
    both = one.index.intersection(other.index)
    table: Frame = (other.loc[both, list(outcomes)] - one.loc[both, list(outcomes)]).reset_index()
    return table


def effect_table(
    frame: Frame,
    factor: str,
    contrasts: Mapping[str, tuple[Any, Any]],
    outcomes: Sequence[str],
    by: Sequence[str] = (),
    *,
    confidence: float = 0.95,
    margins: Callable[[str], float] = lambda outcome: 0.0,
) -> Frame:
    """Mean paired differences with t intervals, one row a contrast, cell and outcome.

    ``contrasts`` maps a name to (from, to). Columns: ``contrast``, those of ``by``, ``outcome``, ``effect``, ``low``,
    ``high``, ``pairs``, ``size`` (standardised by the pairs' s.d.), ``reading`` (against the outcome's margin).
    """
    import pandas as pd

    rows = []
    for name, (first, second) in contrasts.items():
        table = differences(frame, factor, first, second, outcomes, by)
        groups = table.groupby(list(by), sort=True) if by else [((), table)]
        for place, group in groups:
            cell = dict(zip(by, place if isinstance(place, tuple) else (place,), strict=True))
            for outcome in outcomes:
                values = group[outcome].dropna().to_numpy()
                if len(values):
                    found = mean_interval(values, confidence)
                    rows.append(
                        {
                            "contrast": name,
                            **cell,
                            "outcome": outcome,
                            **_told(found, values, margins(outcome)),
                        }
                    )
    return pd.DataFrame(rows)


def _told(found: Interval, values: Array, margin: float) -> dict[str, Any]:
    spread = float(values.std(ddof=1)) if len(values) > 1 else float("nan")
    size = found.mean / spread if spread > 0.0 else float("nan")
    # Pairs that are all equal have an interval of no width: an exact effect.
    low, high = (found.mean, found.mean) if spread == 0.0 else (found.low, found.high)
    return {
        "effect": found.mean, "low": low, "high": high, "pairs": len(values), "size": size,
        "reading": reading(low, high, margin),
    }  # fmt: skip


def slopes(frame: Frame, factor: str, outcomes: Sequence[str], by: Sequence[str] = ()) -> Frame:
    """Least-squares slope of each outcome on a numeric factor within each seed (and cell); one row a seed.

    Per unit of the factor; rows whose levels are incomplete are left out.
    """
    import pandas as pd

    keys = [*by, "fold", "draw", "seed"]
    rows = []
    levels = np.sort(frame[factor].unique())
    x = levels - levels.mean()
    for place, group in frame.groupby(keys, sort=True):
        ordered = group.sort_values(factor)
        if len(ordered) == len(levels) and (ordered[factor].to_numpy() == levels).all():
            y = ordered[list(outcomes)].to_numpy(dtype=float)
            slope = (x[:, None] * (y - y.mean(axis=0))).sum(axis=0) / (x * x).sum()
            rows.append({**dict(zip(keys, place, strict=True)), **dict(zip(outcomes, slope, strict=True))})
    return pd.DataFrame(rows, columns=[*keys, *outcomes])


# -- resampling ------------------------------------------------------------------------------------------------------


class Ratio(NamedTuple):
    """A ratio of two means with its bootstrap interval; NaN where the lower mean is 0."""

    value: float
    low: float
    high: float
    above: float
    below: float


def weights(clusters: int, count: int, seed: int) -> Array:
    """How often each cluster is drawn in each resample, ``(count, clusters)``."""
    if not clusters:
        return np.zeros((count, 0))
    generator = np.random.default_rng([seed, clusters])
    return generator.multinomial(clusters, np.full(clusters, 1.0 / clusters), size=count).astype(float)


def mean_ratio(
    above: Array, below: Array, clusters: Array, *, count: int, confidence: float = 0.95, seed: int = 0
) -> Ratio:
    """Ratio of the means of two paired samples; percentile interval over resampled clusters.

    Parameters
    ----------
    above, below
        Samples ``(n,)``.
    clusters
        Cluster of each pair ``(n,)`` (folds or seeds): whole clusters are drawn, since their pairs share luck.
    count, confidence, seed
        Resamples, confidence of the interval, seed of the resampling.

    """
    if not len(above):
        return Ratio(*(float("nan"),) * 5)
    names, place = np.unique(clusters, return_inverse=True)
    sums = np.array([np.bincount(place, values, len(names)) for values in (above, below)])
    drawn = weights(len(names), count, seed) @ sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = drawn[:, 0] / drawn[:, 1]
        value = float(sums[0].sum() / sums[1].sum()) if sums[1].sum() else float("nan")
    tail = (1.0 - confidence) / 2.0
    finite = ratios[np.isfinite(ratios)]
    low, high = np.quantile(finite, (tail, 1.0 - tail)) if len(finite) else (float("nan"),) * 2
    return Ratio(value, float(low), float(high), float(np.mean(above)), float(np.mean(below)))


def percentile(values: Array, confidence: float) -> tuple[float, float]:
    """Percentile interval of bootstrap values ``(count,)``; NaN if none is finite."""
    finite = np.asarray(values)[np.isfinite(values)]
    if not len(finite):
        return float("nan"), float("nan")
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(finite, (tail, 1.0 - tail))
    return float(low), float(high)


# -- Shapley ---------------------------------------------------------------------------------------------------------


def subsets(players: Iterable[str]) -> list[frozenset[str]]:
    """All subsets, smallest first."""
    names = list(players)
    return [frozenset(one) for size in range(len(names) + 1) for one in itertools.combinations(names, size)]


def shapley(worth: Mapping[frozenset[str], Array], players: Sequence[str]) -> dict[str, Array]:
    """Shapley values: each player's contribution averaged over all orders of joining.

    ``worth`` gives the effect with exactly the paths of a subset active, for every subset; arrays of one shape. The
    values of all players and the worth of the empty set add up to the worth of all. Source: Shapley 1953.
    """
    count = len(players)
    values = {}
    for player in players:
        others = [one for one in players if one != player]
        total = np.zeros_like(np.asarray(worth[frozenset()], dtype=float))
        for group in subsets(others):
            weight = (
                math.factorial(len(group)) * math.factorial(count - len(group) - 1) / math.factorial(count)
            )
            total = total + weight * (np.asarray(worth[group | {player}]) - np.asarray(worth[group]))
        values[player] = total
    return values

"""What the data decide and what they leave open.

Contraction 1 - Var_post/Var_prior of each factor says how much the data narrow it; below the limit they do not identify
it. The ridge is shown as such: with a ratio r of copying, the lag that was observed follows from a larger lag without
copying, so that the lag alone cannot tell the two apart (MODEL.md section 2, AMENDMENTS.md I).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sim.calibration.factors import Factor
from sim.calibration.recovery import Recovery
from sim.calibration.regression import Posterior, weighted_quantile

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray
#: Contraction below which a factor is called not identified (AMENDMENTS.md J).
IDENTIFIED = 0.2
#: Effective particles below which nothing is called identified: a few points are close together by chance.
FEWEST_EFFECTIVE = 30.0
PRIOR_VARIANCE = 1.0 / 12.0
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
RESAMPLES = 400
#: r = kappa_d q/delta_D at a potency of 1, with access as the scenarios have it (plausible.toml).
RATIO_AT_ONE = 2.0
#: Margin above the teacher that copying cannot cross, in months of the frontier's pace: f = 0.10 OOM at 1.13 OOM/yr.
CEILING_MONTHS = 12.0 * 0.10 / 1.13
#: Copied share above which the lag without copying is not told: it would be a small number's reciprocal.
MOST_COPIED = 0.9


def table(
    factors: Sequence[Factor], posterior: Posterior, other: Posterior, recovery: Recovery, seed: int = 0
) -> pd.DataFrame:
    """One row a factor: prior, posterior in natural units, contraction with interval, and the checks beside it.

    Columns ``factor``, ``symbol``, ``unit``, ``meaning``, ``kind``, ``low``, ``high`` (prior), ``q05`` ... ``q95``
    (posterior), ``contraction`` with ``_low`` and ``_high`` (95 %, resampled particles), ``identified`` (by both
    posteriors), ``contraction_regression`` (the posterior by regression from the same data), ``contraction_expected``
    (mean over synthetic data), ``ranks_uniform``.

    Parameters
    ----------
    factors
        In the order of the posterior's columns.
    posterior, other
        The posterior of the sequential sampling, and that by regression.
    recovery
        The check on synthetic data.
    seed
        Of the resamples behind the intervals.

    """
    import pandas as pd

    found = contraction(posterior, seed)
    quantiles = posterior.quantile(list(LEVELS))
    uniform = dict(zip(recovery.factors, recovery.table()["uniform"], strict=True))
    regressed = 1.0 - other.variance() / PRIOR_VARIANCE
    enough = posterior.effective >= FEWEST_EFFECTIVE
    names = [f"q{round(100 * level):02d}" for level in LEVELS]
    rows = []
    for k, factor in enumerate(factors):
        rows.append(
            {
                "factor": factor.name, "symbol": factor.symbol, "unit": factor.unit, "meaning": factor.meaning,
                "kind": factor.kind, "low": factor.low, "high": factor.high,
                **dict(zip(names, factor.value(quantiles[:, k]).tolist(), strict=True)),
                "contraction": found[0, k], "contraction_low": found[1, k], "contraction_high": found[2, k],
                "identified": bool(enough and min(found[0, k], regressed[k]) >= IDENTIFIED and found[1, k] > 0.0),
                "contraction_regression": float(regressed[k]),
                "contraction_expected": float(recovery.contraction[k]),
                "ranks_uniform": bool(uniform[factor.name]),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def contraction(posterior: Posterior, seed: int = 0) -> Array:
    """Contraction of each factor and its 95 % interval over resampled points, ``(3, factors)``."""
    rng = np.random.default_rng([seed, 3])
    # As many points as count: a resample of all particles would take weights for certain.
    size = max(int(posterior.effective), 2)
    drawn = rng.choice(len(posterior.weights), size=(RESAMPLES, size), p=posterior.weights)
    spread = posterior.places[drawn].var(axis=1, ddof=1)
    low, high = np.quantile(1.0 - spread / PRIOR_VARIANCE, [0.025, 0.975], axis=0)
    unbiased = posterior.variance() / (1.0 - 1.0 / max(posterior.effective, 2.0))
    return np.stack([1.0 - unbiased / PRIOR_VARIANCE, low, high])


def correlations(factors: Sequence[Factor], posterior: Posterior) -> pd.DataFrame:
    """Correlations of the factors' places in the posterior."""
    import pandas as pd

    centred = posterior.places - posterior.mean()
    covariance = (centred * posterior.weights[:, None]).T @ centred
    spread = np.sqrt(np.maximum(np.diag(covariance), 1e-12))
    names = [factor.name for factor in factors]
    return pd.DataFrame(covariance / np.outer(spread, spread), index=names, columns=names)


# -- the ridge -------------------------------------------------------------------------------------------------


def ratio(potency: Array) -> Array:
    """Nominal r = kappa_d q/delta_D of a potency."""
    return RATIO_AT_ONE * np.asarray(potency)


def lag_without_copying(gap_months: Array, copied_share: Array) -> Array:
    """Months of lag that a world would have without what was copied; NaN where nearly all is copied."""
    share = np.where(copied_share <= MOST_COPIED, copied_share, np.nan)
    return gap_months / (1.0 - share)


def iso_lag(observed_months: float, ratios: Array) -> Array:
    """Lag without copying that shows the observed one at a ratio: B = G(1 + r) - r f."""
    return observed_months * (1.0 + ratios) - ratios * CEILING_MONTHS


def ridge(ratios: Array, hidden: Array, weights: Array, bins: int = 4) -> pd.DataFrame:
    """Lag without copying by ratio over a posterior.

    Columns ``low``, ``high`` (ratio), ``share`` of the posterior in the bin, ``median``, ``q25``, ``q75`` of the lag
    without copying.
    """
    import pandas as pd

    edges = np.linspace(0.0, RATIO_AT_ONE, bins + 1)
    kept = np.isfinite(hidden)
    total = weights.sum()
    rows = []
    for low, high in pairwise(edges):
        inside = kept & (ratios >= low) & ((ratios < high) | (high == edges[-1]))
        levels = (
            weighted_quantile(hidden[inside], weights[inside], [0.25, 0.5, 0.75])
            if inside.any()
            else [np.nan] * 3
        )
        rows.append(
            {"low": low, "high": high, "share": weights[inside].sum() / total, "q25": levels[0], "median": levels[1],
             "q75": levels[2]}
        )  # fmt: skip
    return pd.DataFrame(rows)


def weighted_correlation(x: Array, y: Array, weights: Array) -> float:
    """Correlation of weighted values; points where one is not defined are left out."""
    kept = np.isfinite(x) & np.isfinite(y)
    x, y, w = x[kept], y[kept], weights[kept] / weights[kept].sum()
    x, y = x - w @ x, y - w @ y
    scale = np.sqrt((w @ (x * x)) * (w @ (y * y)))
    return float(w @ (x * y) / scale) if scale > 0 else float("nan")

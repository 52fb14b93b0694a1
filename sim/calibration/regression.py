"""Posterior by regression on a stored prior sample: no new simulation for new data.

Three steps. Regressions learn, for each factor, its posterior mean from the summaries: these are the summary statistics
(Fearnhead & Prangle 2012, doi:10.1111/j.1467-9868.2011.01010.x). The points of the sample whose statistics are nearest
to the data's are kept. A local linear regression moves them to where the data are (Beaumont, Zhang & Balding 2002,
Genetics 162:2025), in the factors' normal scores, so that nothing leaves the prior.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr

Array = np.ndarray
#: Residuals are linear up to about here, in standard deviations, and logarithmic beyond, before anything is learned.
LINEAR = 3.0
#: Penalties among which cross-validation chooses.
PENALTIES = np.logspace(-1, 5, 13)
#: Part of a sample that teaches the statistics, and fewest points that a posterior is made of.
LEARNING, FEWEST = 0.4, 60
#: Ridge of the local regression against the trace of its matrix, so that idle statistics do no harm.
RIDGE = 1e-3


class Learned:
    """Statistics learned by regression: the expected normal score of each factor, given the summaries.

    Features are the summaries, their squares, and marks of what is not defined, standardised.

    Parameters
    ----------
    normal
        Normal scores of the factors, ``(points, factors)``.
    summaries
        ``(points, summaries)``; NaN where not defined.

    """

    def __init__(self, normal: Array, summaries: Array) -> None:
        from sklearn.linear_model import RidgeCV

        with np.errstate(all="ignore"):
            known = np.isfinite(summaries).any(axis=0)
            self._middle = np.zeros(summaries.shape[1])
            self._middle[known] = np.nanmedian(summaries[:, known], axis=0)
        self._sometimes = np.isfinite(summaries).mean(axis=0) < 1.0
        raw = self._raw(summaries)
        self._mean, spread = raw.mean(axis=0), raw.std(axis=0)
        self._varies = spread > 1e-12
        self._spread = np.where(self._varies, spread, 1.0)
        self._model: Any = RidgeCV(alphas=PENALTIES, alpha_per_target=True).fit(self._features(raw), normal)

    def __call__(self, summaries: Array) -> Array:
        """Statistics ``(points, factors)``."""
        found: Array = self._model.predict(self._features(self._raw(np.atleast_2d(summaries))))
        return found.reshape(len(found), -1)

    def _raw(self, summaries: Array) -> Array:
        known = np.isfinite(summaries)
        filled = LINEAR * np.arcsinh(np.where(known, summaries, self._middle) / LINEAR)
        return np.concatenate([filled, filled**2, (~known[:, self._sometimes]).astype(float)], axis=1)

    def _features(self, raw: Array) -> Array:
        found: Array = ((raw - self._mean) / self._spread)[:, self._varies]
        return found


@dataclass(frozen=True)
class Posterior:
    """Weighted points: places in [0, 1] ``(points, factors)``, and weights ``(points,)`` that sum to 1."""

    places: Array
    weights: Array

    @property
    def effective(self) -> float:
        """Effective number of points."""
        return float(1.0 / (self.weights**2).sum())

    def mean(self) -> Array:
        """Mean of each factor's place."""
        found: Array = self.weights @ self.places
        return found

    def variance(self) -> Array:
        """Variance of each factor's place."""
        found: Array = self.weights @ (self.places - self.mean()) ** 2
        return found

    def quantile(self, levels: Array | list[float]) -> Array:
        """Quantiles ``(levels, factors)``."""
        return np.stack(
            [weighted_quantile(self.places[:, k], self.weights, levels) for k in range(self.places.shape[1])],
            axis=1,
        )

    def rank(self, place: Array) -> Array:
        """Share of the posterior below a place, factor by factor."""
        found: Array = self.weights @ (self.places < place)
        return found


class Amortised:
    """Posteriors for any data from one prior sample.

    The first part of the sample teaches the statistics, and posteriors are made of the rest, which the regressions
    never saw: were they the same points, their statistics would know them too well.

    Parameters
    ----------
    normal, summaries
        The sample, ``(points, factors)`` and ``(points, summaries)``; summaries with errors of observation, as data
        have them.
    share
        Part of the points that is kept as nearest.

    """

    def __init__(self, normal: Array, summaries: Array, share: float = 0.15) -> None:
        first = int(LEARNING * len(normal))
        self.learned = Learned(normal[:first], summaries[:first])
        self.normal, self.summaries = normal[first:], summaries[first:]
        self.statistics = self.learned(self.summaries)
        self.count = min(max(int(share * len(self.normal)), FEWEST), len(self.normal) - 1)

    def posterior(self, data: Array, without: int | None = None) -> Posterior:
        """Posterior for data ``(summaries,)``; ``without`` leaves one of the points out of which it is made."""
        away = self.statistics - self.learned(data)
        distance = np.sqrt((away**2).sum(axis=1))
        if without is not None:
            distance[without] = np.inf
        near = np.argsort(distance, kind="stable")[: self.count]
        width = max(float(distance[near[-1]]), 1e-12)
        weights = np.maximum(1.0 - (distance[near] / width) ** 2, 1e-9)  # Epanechnikov's kernel
        weights = weights / weights.sum()
        return adjusted(self.normal[near], away[near], weights)


def adjusted(normal: Array, away: Array, weights: Array) -> Posterior:
    """Posterior of weighted points moved to the data.

    Parameters
    ----------
    normal
        Normal scores of the factors, ``(points, factors)``.
    away
        Their statistics minus those of the data, ``(points, factors)``.
    weights
        Of the points; they sum to 1.

    """
    return Posterior(ndtr(_moved(normal, away, weights)), weights)


def _moved(normal: Array, away: Array, weights: Array) -> Array:
    """Move points to the data by a weighted linear regression of their scores on their statistics.

    Residuals are widened by what the regression's own coefficients took from their variance.
    """
    centre = weights @ away
    x, y = away - centre, normal - weights @ normal
    matrix = (x * weights[:, None]).T @ x
    matrix += np.eye(len(matrix)) * (RIDGE * max(float(np.trace(matrix)), 1e-12) / len(matrix))
    slope = np.linalg.solve(matrix, (x * weights[:, None]).T @ y)
    effective = 1.0 / (weights**2).sum()
    lost = min((1.0 + x.shape[1]) / effective, 0.75)
    fitted = weights @ normal - centre @ slope  # where the data are
    found: Array = fitted + (y - x @ slope) / np.sqrt(1.0 - lost)
    return found


def with_errors(summaries: Array, points: int, seed: int) -> Array:
    """Add errors of observation and discrepancy, one standard deviation, to the first ``points`` summaries."""
    found = np.array(summaries[:, :points], dtype=float)
    return found + np.random.default_rng([seed, 2]).standard_normal(found.shape)


def weighted_quantile(values: Array, weights: Array, levels: Array | list[float]) -> Array:
    """Quantiles of weighted values, with half of its own weight below each value."""
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order]) - 0.5 * weights[order]
    return np.interp(np.asarray(levels, dtype=float), below / weights.sum(), values[order])

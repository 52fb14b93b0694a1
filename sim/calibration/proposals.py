"""Where proposals come from: the prior, and after the first generation a normal fitted to the one before.

All factors are standard normal variables here. A kernel around each particle, as is usual, fails with twenty factors
and some hundred particles: nearly all weight falls on a few. Most factors are hardly informed, so that the posterior is
close to one normal; proposals from it, somewhat widened, have weights near 1 (population Monte Carlo, Cappe et al.
2004, doi:10.1198/106186004X12803). A part of the proposals comes from the prior, which bounds the weights whatever the
posterior looks like (defensive mixture, Hesterberg 1995, doi:10.1080/00401706.1995.10484303).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyabc
from pyabc.transition.base import Transition

Array = np.ndarray
#: Variance of proposals against that of the particles, and the part of the proposals that comes from the prior.
WIDER, DEFENSIVE = 1.25, 0.1


class NormalPrior(pyabc.DistributionBase):
    """Independent standard normal variables; pyabc's own prior asks SciPy for each of them by itself.

    Parameters
    ----------
    factors
        Names of the variables.
    stored
        Points that were drawn from this prior before, ``(points, factors)``: they are handed out first.

    """

    def __init__(self, factors: Sequence[str], stored: Array | None = None) -> None:
        self.factors = tuple(factors)
        self._stored = iter(() if stored is None else stored)

    def rvs(self, *_: Any, **__: Any) -> pyabc.Parameter:
        """Draw a point."""
        drawn = next(self._stored, None)
        if drawn is None:
            drawn = np.random.standard_normal(len(self.factors))
        return pyabc.Parameter(dict(zip(self.factors, drawn, strict=True)))

    def pdf(self, x: Any) -> float:
        """Density at a point."""
        point = np.array([x[name] for name in self.factors])
        return float(np.exp(-0.5 * (point @ point)) / (2.0 * np.pi) ** (len(point) / 2))


class AdaptedNormal(Transition):
    """A normal with mean and covariance of the particles, mixed with the prior.

    Correlations are drawn to zero the more, the fewer particles there are for each factor.
    """

    _mean: Array
    _root: Array

    def fit(self, X: pd.DataFrame, w: Array) -> None:
        """Fit to particles ``(particles, factors)`` with weights."""
        values = X.to_numpy()
        self._mean = w @ values
        away = values - self._mean
        covariance = (away * w[:, None]).T @ away
        diagonal = np.diag(np.maximum(np.diag(covariance), 1e-6))
        drawn = min(1.0, 2.0 * len(diagonal) * float((w**2).sum()))
        self._root = np.linalg.cholesky(WIDER * ((1.0 - drawn) * covariance + drawn * diagonal))

    def rvs_single(self) -> pyabc.Parameter:
        """Draw a proposal."""
        from_prior = np.random.random() < DEFENSIVE
        drawn = np.random.standard_normal(len(self._mean))
        point = drawn if from_prior else self._mean + self._root @ drawn
        return pyabc.Parameter(dict(zip(self.X.columns, point, strict=True)))

    def pdf(self, x: Any) -> Any:
        """Density of proposals at a point, or at each row of a table."""
        if isinstance(x, pd.DataFrame):
            return np.array([self._density(point) for point in x[self.X.columns].to_numpy()])
        return self._density(np.array([x[name] for name in self.X.columns]))

    def _density(self, point: Array) -> float:
        scaled = np.linalg.solve(self._root, point - self._mean)
        adapted = np.exp(-0.5 * (scaled @ scaled)) / np.prod(np.diag(self._root))
        prior = np.exp(-0.5 * (point @ point))
        constant = (2.0 * np.pi) ** (len(point) / 2)
        return float(((1.0 - DEFENSIVE) * adapted + DEFENSIVE * prior) / constant)


def prior_points(factors: int, points: int, seed: int) -> Array:
    """Points of the prior as standard normal variables ``(points, factors)``; more points begin with fewer."""
    return np.random.default_rng([seed, 1]).standard_normal((points, factors))

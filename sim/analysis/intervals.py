"""Intervals of a mean from few observations, and of sums of independent parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Estimate(NamedTuple):
    """A mean with its interval, standard error and degrees of freedom; NaN where one observation cannot tell."""

    mean: float
    low: float
    high: float
    standard_error: float
    degrees: float


def interval(values: np.ndarray, confidence: float) -> Estimate:
    """Mean of independent values ``(n,)`` with Student's t interval."""
    x = np.asarray(values, dtype=float)
    if len(x) < 2:
        return around(float(x.mean()) if len(x) else float("nan"), float("nan"), float("nan"), confidence)
    return around(float(x.mean()), float(x.std(ddof=1) / np.sqrt(len(x))), len(x) - 1.0, confidence)


def around(mean: float, standard_error: float, degrees: float, confidence: float) -> Estimate:
    """Interval of Student's t with some degrees of freedom around a mean."""
    from scipy.special import stdtrit

    if not degrees > 0:
        nan = float("nan")
        return Estimate(mean, nan, nan, nan, nan)
    half = float(stdtrit(degrees, 0.5 + confidence / 2.0)) * standard_error
    return Estimate(mean, mean - half, mean + half, standard_error, degrees)


def summed(parts: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return variance and degrees of freedom of a sum of parts (variance, degrees of freedom).

    Parts may be negative (a mean square that is taken off); the sum is not. Source: Satterthwaite 1946
    (doi:10.2307/3002019).
    """
    variance = sum(part for part, _ in parts)
    if variance <= 0.0:
        return 0.0, max((degrees for _, degrees in parts), default=1.0)
    degrees = variance**2 / sum(part**2 / own for part, own in parts)
    return variance, max(float(degrees), 1.0)

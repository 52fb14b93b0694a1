"""Statistics of paired runs and of lumpy series."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t as student_t


class Interval(NamedTuple):
    """A mean with its 95 % interval and standard error; the unit of the data."""

    mean: float
    low: float
    high: float
    standard_error: float

    def excludes(self, value: float = 0.0) -> bool:
        """Whether ``value`` lies outside the interval."""
        return not self.low <= value <= self.high

    def __str__(self) -> str:
        return f"{self.mean:+.4g} [{self.low:+.4g}, {self.high:+.4g}]"


def mean_interval(values: ArrayLike, level: float = 0.95) -> Interval:
    """Mean of independent values ``(n,)`` with its t interval (Student 1908)."""
    x = np.asarray(values, dtype=float)
    error = float(x.std(ddof=1) / np.sqrt(len(x))) if len(x) > 1 else float("nan")
    half = float(student_t.ppf(0.5 + level / 2.0, max(len(x) - 1, 1))) * error
    mean = float(x.mean())
    return Interval(mean, mean - half, mean + half, error)


def l_kurtosis(values: ArrayLike) -> float | None:
    """L-kurtosis tau_4 = L_4/L_2: uniform 0, normal .1226, logistic 1/6, Laplace 17/72; ``None`` if all are equal.

    Unbiased probability-weighted moments. Source: Hosking 1990 (doi:10.1111/j.2517-6161.1990.tb01775.x).
    """
    x = np.sort(np.asarray(values, dtype=float).ravel())
    n = len(x)
    if n < 4 or x[0] == x[-1]:
        return None
    i = np.arange(1, n + 1)
    b0 = x.mean()
    b1 = ((i - 1) * x).sum() / (n * (n - 1))
    b2 = ((i - 1) * (i - 2) * x).sum() / (n * (n - 1) * (n - 2))
    b3 = ((i - 1) * (i - 2) * (i - 3) * x).sum() / (n * (n - 1) * (n - 2) * (n - 3))
    second, fourth = 2.0 * b1 - b0, 20.0 * b3 - 30.0 * b2 + 12.0 * b1 - b0
    return float(fourth / second)

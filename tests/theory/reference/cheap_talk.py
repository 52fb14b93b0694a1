"""Cheap talk between a biased sender and a receiver.

Source: V. P. Crawford, J. Sobel (1982), "Strategic information transmission", Econometrica 50:1431-1451,
doi:10.2307/1913390 (uniform-quadratic example).

The state is U[0, 1]; the receiver takes the expected state; the sender wants the state plus `bias`. In
equilibrium the sender only tells which of N intervals holds the state.

Units: states and bias on [0, 1]; variance in squared states.
"""

import math

import numpy as np


def largest_partition(bias: float) -> int:
    """Largest number of intervals in an equilibrium: ceil(-1/2 + sqrt(1 + 2 / bias) / 2)."""
    return math.ceil(-0.5 + 0.5 * math.sqrt(1.0 + 2.0 / bias))


def interval_bounds(intervals: int, bias: float) -> np.ndarray:
    """Cut points a_0 = 0 .. a_N = 1, which solve a_(i+1) - a_i = a_i - a_(i-1) + 4 bias."""
    i = np.arange(intervals + 1)
    return i / intervals + 2.0 * bias * i * (i - intervals)


def residual_variance(intervals: int, bias: float) -> float:
    """Expected variance the receiver is left with: 1 / (12 N^2) + bias^2 (N^2 - 1) / 3."""
    return 1.0 / (12.0 * intervals**2) + bias**2 * (intervals**2 - 1) / 3.0


def residual_variance_of(bounds: np.ndarray) -> float:
    """Same quantity from the intervals themselves: the sum of length^3 / 12."""
    return float(np.sum(np.diff(bounds) ** 3) / 12.0)

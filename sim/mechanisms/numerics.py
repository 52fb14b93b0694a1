"""The time step and the few numerical helpers which every mechanism shares.

Scheme: explicit Euler with one week as the step; a rate per year is multiplied by ``YEAR_STEP``, a hazard
per year becomes the probability ``1 - exp(-rate * YEAR_STEP)`` of an event in a week.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: A float array (or a boolean mask: docstrings say which).
Array = NDArray[Any]
#: What a rule takes: one number, or a column of them.
Numbers = float | NDArray[Any]

WEEKS_PER_YEAR = 52
YEAR_STEP = 1.0 / WEEKS_PER_YEAR
LN10 = float(np.log(10.0))


def weekly_probability(rate_per_year: Numbers) -> Array:
    """Probability of at least one event of a Poisson process in one week.

    ``rate_per_year`` in 1/yr, any shape; returns the same shape, dimensionless in [0, 1).
    """
    return -np.expm1(-np.asarray(rate_per_year, dtype=float) * YEAR_STEP)


def weekly_hazard_probability(rate_per_week: Numbers) -> Array:
    """Probability of at least one event in a week for a hazard given per week."""
    return -np.expm1(-np.asarray(rate_per_week, dtype=float))


def clip(values: Numbers, low: float, high: float) -> Array:
    """``np.clip`` without its wrapper: bounds ``values`` to ``[low, high]``, same shape and unit."""
    return np.minimum(np.maximum(values, low), high)


def deeper(parameter: Array) -> Array:
    """A parameter ``(worlds, 1)`` with one more axis, to meet arrays ``(worlds, n, k)``; a shared number as it is."""
    return parameter[..., None] if parameter.ndim else parameter


def row_best(values: Array) -> Array:
    """Largest of the last axis, repeated along it: ``(worlds, n)`` to ``(worlds, n)``.

    Repeating takes a third of the time of the broadcast which it saves wherever the result is used.
    """
    return np.maximum.reduce(values, axis=-1, keepdims=True).repeat(values.shape[-1], axis=-1)


def row_mean(values: Array) -> Array:
    """Mean over the last axis, kept as an axis of length one: ``(..., n) -> (..., 1)``."""
    return np.add.reduce(values, axis=-1, keepdims=True) * (1.0 / values.shape[-1])


def log_cosh(z: Numbers) -> Array:
    """``ln cosh z`` without overflow: ``|z| + log1p(exp(-2|z|)) - ln 2``."""
    magnitude = np.abs(z)
    return magnitude + np.log1p(np.exp(-2.0 * magnitude)) - np.log(2.0)

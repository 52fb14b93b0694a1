"""The time step and the few numerical helpers which every mechanism shares.

Scheme: explicit Euler with one week as the step; a rate per year is multiplied by ``YEAR_STEP``, a hazard
per year becomes the probability ``1 - exp(-rate * YEAR_STEP)`` of an event in a week.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import asarray, exp, expm1, log, log1p, maximum, minimum
from numpy.typing import NDArray

#: A float array (or a boolean mask: docstrings say which).
Array = NDArray[Any]
#: What a rule takes: one number, or a column of them.
Numbers = float | NDArray[Any]

#: Reductions by ufunc, without the wrappers of ``np.sum``, ``np.max``, ``np.min`` and ``np.any``.
sum_of, max_of, min_of, any_of = np.add.reduce, np.maximum.reduce, np.minimum.reduce, np.logical_or.reduce


def constant(value: float) -> Array:
    """A number as an array without axes: NumPy combines it with an array in half the time of a Python number."""
    number = np.array(value)
    number.setflags(write=False)
    return number


#: Bytes just below the largest array whose memory the C library may keep.
KEPT = 31 << 20


def keep_memory() -> None:
    """Let the C library keep the memory of large arrays, instead of fetching it page by page each week.

    glibc gives memory beyond a threshold back to the system at once, and raises the threshold to the largest size that
    was given back, up to 32 MB. An array of that size which nobody writes to costs nothing; in a batch of a
    hundred worlds it saves a sixth of the time.
    """
    np.empty(KEPT, dtype=np.uint8)


WEEKS_PER_YEAR = 52
YEAR_STEP = constant(1.0 / WEEKS_PER_YEAR)
LN10 = constant(np.log(10.0))
#: Models built on open weights count in thousands.
PER_THOUSAND = constant(1e-3)
ZERO, HALF, ONE, TWO = constant(0.0), constant(0.5), constant(1.0), constant(2.0)


def weekly_probability(rate_per_year: Numbers) -> Array:
    """Probability of at least one event of a Poisson process in one week.

    ``rate_per_year`` in 1/yr, any shape; returns the same shape, dimensionless in [0, 1).
    """
    return -expm1(-asarray(rate_per_year, dtype=float) * YEAR_STEP)


def weekly_hazard_probability(rate_per_week: Numbers) -> Array:
    """Probability of at least one event in a week for a hazard given per week."""
    return -expm1(-asarray(rate_per_week, dtype=float))


def clip(values: Numbers, low: float, high: float) -> Array:
    """``np.clip`` without its wrapper: bounds ``values`` to ``[low, high]``, same shape and unit."""
    return minimum(maximum(values, low), high)


def deeper(parameter: Array) -> Array:
    """A parameter ``(worlds, 1)`` with one more axis, to meet arrays ``(worlds, n, k)``; a shared number as it is."""
    return parameter[..., None] if parameter.ndim else parameter


def row_max(values: Array) -> Array:
    """Largest of the last axis, kept as an axis of length one: ``(..., n) -> (..., 1)``; for one row a view of it."""
    if values.size == values.shape[-1]:
        # A single row: to find the place of its largest value takes less than half the time of a reduction.
        place = int(values.argmax())
        return values[..., place : place + 1]
    return max_of(values, axis=-1, keepdims=True)


def row_best(values: Array) -> Array:
    """Largest of the last axis, repeated along it: ``(worlds, n)`` to ``(worlds, n)``.

    Repeating takes a third of the time of the broadcast which it saves wherever the result is used.
    """
    return row_max(values).repeat(values.shape[-1], axis=-1)


def row_mean(values: Array) -> Array:
    """Mean over the last axis, kept as an axis of length one: ``(..., n) -> (..., 1)``."""
    return sum_of(values, axis=-1, keepdims=True) * (1.0 / values.shape[-1])


def log_cosh(z: Numbers) -> Array:
    """``ln cosh z`` without overflow: ``|z| + log1p(exp(-2|z|)) - ln 2``."""
    magnitude = np.abs(z)
    return magnitude + log1p(exp(-2.0 * magnitude)) - log(2.0)

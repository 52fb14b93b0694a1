"""Generators of plausible inputs for the pure functions, and what every property test shares."""

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

FEW = settings(max_examples=60, deadline=None)

unit = st.floats(0.0, 1.0)


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False, allow_infinity=False)


def rows(low: float, high: float, size: int | tuple[int, ...] = 5) -> st.SearchStrategy[np.ndarray]:
    """An array of numbers in an interval."""
    return arrays(float, size, elements=numbers(low, high))


def finite(*values: object) -> bool:
    return all(bool(np.all(np.isfinite(np.asarray(value)))) for value in values)


def inside(values: object, low: float, high: float, slack: float = 1e-12) -> bool:
    array = np.asarray(values)
    return finite(array) and bool(np.all(array >= low - slack) and np.all(array <= high + slack))

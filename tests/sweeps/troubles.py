"""External models that get into trouble in ways that only the tests of running need."""

import signal
import sys
import time
from collections.abc import Mapping

import numpy as np

from tests.sweeps.models import linear

Values = Mapping[str, np.ndarray]


def nothing(values: Values, seeds: np.ndarray) -> dict[str, np.ndarray]:
    """Returns no outcome."""
    return {"z": np.zeros(len(seeds))}


def one_number(values: Values, seeds: np.ndarray) -> dict[str, float]:
    """Returns one number for all runs."""
    return {"y": 1.0}


def a_list(values: Values, seeds: np.ndarray) -> list[float]:
    """Returns no mapping."""
    return [1.0]


def leaving(values: Values, seeds: np.ndarray) -> dict[str, np.ndarray]:
    """Leaves Python if ``a`` is above 0.9 in any of the runs."""
    if np.any(values["a"] > 0.9):
        sys.exit(7)
    return linear(values, seeds)


def deaf(values: Values, seeds: np.ndarray) -> dict[str, np.ndarray]:
    """Hangs where no signal is heard, as code of a library may, if ``a`` is above 0.9 in any of the runs."""
    if np.any(values["a"] > 0.9):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        time.sleep(3600)
    return linear(values, seeds)


def busy(values: Values, seeds: np.ndarray) -> dict[str, np.ndarray]:
    """Computes for ever, and swallows every exception, if ``a`` is above 0.9 in any of the runs."""
    while np.any(values["a"] > 0.9):
        try:
            sum(range(1000))
        except Exception:
            continue
    return linear(values, seeds)

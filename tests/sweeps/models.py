"""External models for tests of sweeps, as users would write them; named ``tests.sweeps.models:ishigami`` and so on."""

import os
import signal
import time
from collections.abc import Mapping

import numpy as np

Values = Mapping[str, np.ndarray]

#: Constants of the Ishigami function.
A, B = 7.0, 0.1
#: Analytic variance and indices of it (Ishigami & Homma 1990) for factors uniform on [-pi, pi].
ISHIGAMI_VARIANCE = A**2 / 8 + B * np.pi**4 / 5 + B**2 * np.pi**8 / 18 + 0.5
ISHIGAMI_FIRST = {
    "x1": 0.5 * (1 + B * np.pi**4 / 5) ** 2 / ISHIGAMI_VARIANCE,
    "x2": A**2 / 8 / ISHIGAMI_VARIANCE,
    "x3": 0.0,
}
_X1_X3 = B**2 * np.pi**8 * (1 / 18 - 1 / 50) / ISHIGAMI_VARIANCE
ISHIGAMI_TOTAL = {"x1": ISHIGAMI_FIRST["x1"] + _X1_X3, "x2": ISHIGAMI_FIRST["x2"], "x3": _X1_X3}

#: Coefficients of the linear model; a factor that is not listed has none.
CONSTANT = 1.0
LINEAR = {"a": 2.0, "b": -1.0, "c": 0.5, "d": 0.0}


def ishigami(values: Values, seeds: np.ndarray) -> dict[str, np.ndarray]:
    """y = sin(x1) + 7 sin(x2)^2 + 0.1 x3^4 sin(x1)."""
    x1, x2, x3 = (np.asarray(values[name], dtype=float) for name in ("x1", "x2", "x3"))
    return {"y": np.sin(x1) + A * np.sin(x2) ** 2 + B * x3**4 * np.sin(x1)}


def linear(values: Values, seeds: np.ndarray) -> dict[str, np.ndarray]:
    """y = 1 + 2 a - b + c / 2, for the factors that there are."""
    y = np.full(len(seeds), CONSTANT)
    for name, column in values.items():
        y = y + LINEAR.get(name, 0.0) * np.asarray(column, dtype=float)
    return {"y": y}


def noisy(values: Values, seeds: np.ndarray) -> dict[str, np.ndarray]:
    """The linear model plus standard normal noise that depends on the seed alone (common random numbers)."""
    noise = np.array([np.random.default_rng(int(seed)).standard_normal() for seed in seeds])
    return {"y": linear(values, seeds)["y"] + noise, "noise": noise}


def crashing(values: Values, seeds: np.ndarray) -> dict[str, np.ndarray]:
    """The linear model; raises if ``a`` is above 0.8 in any of the runs."""
    if np.any(np.asarray(values["a"], dtype=float) > 0.8):
        raise RuntimeError("a is above 0.8")
    return linear(values, seeds)


def sleeping(values: Values, seeds: np.ndarray) -> dict[str, np.ndarray]:
    """The linear model after a sleep of ``sleep`` seconds for each run."""
    time.sleep(float(np.sum(np.asarray(values["sleep"], dtype=float))))
    return linear(values, seeds)


def killing(values: Values, seeds: np.ndarray) -> dict[str, np.ndarray]:
    """The linear model; ends its own process without a word if ``a`` is above 0.8 in any of the runs."""
    if np.any(np.asarray(values["a"], dtype=float) > 0.8):
        os.kill(os.getpid(), signal.SIGKILL)
    return linear(values, seeds)

"""How much of a summary is luck: worlds that share all factors and differ in nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.special import ndtr

from sim.calibration.evaluation import Evaluate, Problem
from sim.calibration.prior_sample import read_part, write_part
from sim.calibration.proposals import prior_points
from sim.calibration.sampler import world_seeds
from sim.calibration.targets import Misfit

Array = np.ndarray
#: Points of the prior, and worlds at each.
POINTS, WORLDS = 20, 8
#: Number of the draw of seeds, apart from those of all generations.
DRAW = 10_000


def repeated(problem: Problem, evaluate: Evaluate, path: Path, points: int, seed: int) -> Array:
    """The first ``points`` summaries of worlds that share all factors, ``(groups, worlds, points)``.

    Kept in ``path``.
    """
    shape = (POINTS * WORLDS, len(problem.summaries))
    found = read_part(path, shape)
    if found is None:
        places = ndtr(prior_points(len(problem.factors), POINTS, seed + DRAW))
        found = evaluate(np.repeat(places, WORLDS, axis=0), world_seeds(seed, DRAW, 0, POINTS * WORLDS))
        write_part(found, path)
    return found[:, :points].reshape(POINTS, WORLDS, -1)


def typical(values: Array, misfit: Misfit, seed: int) -> float:
    """Median distance between a world and a record that a world with the same factors made, with errors.

    Residuals ``(groups, worlds, points)`` are in standard deviations of the errors. What is closer than this is closer
    by luck.
    """
    errors = np.random.default_rng([seed, 8]).standard_normal(values.shape)
    others = np.roll(values, 1, axis=1) + errors
    return float(np.median(misfit.many(values - others)))


def spread(values: Array) -> Array:
    """Standard deviation over luck ``(summaries,)`` of values ``(groups, worlds, summaries)``.

    The root of the mean variance within groups; 0 for what is not defined twice in any of them.
    """
    known = np.isfinite(values)
    count = known.sum(axis=1)
    filled = np.where(known, values, 0.0)
    mean = filled.sum(axis=1, keepdims=True) / np.maximum(count, 1)[:, None]
    squares = (np.where(known, values - mean, 0.0) ** 2).sum(axis=(0, 1))
    freedom = np.maximum(count - 1, 0).sum(axis=0)
    return np.sqrt(squares / np.maximum(freedom, 1))

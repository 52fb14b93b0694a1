"""Tables of runs for tests, made from a design and a function, without a simulator."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.analysis import Problem
from sim.experiments.sweep.designs import Design
from sim.experiments.sweep.factors import Factor

Model = Callable[[dict[str, np.ndarray], np.ndarray], np.ndarray]


def reals(*names: str, low: float = 0.0, high: float = 1.0, groups: Sequence[str] = ()) -> tuple[Factor, ...]:
    """Real factors with the same range; the default is the middle."""
    held = groups or [None] * len(names)
    return tuple(
        Factor(name, low=low, high=high, default=(low + high) / 2, group=group)
        for name, group in zip(names, held, strict=True)
    )


def choice(name: str, *values: Any) -> Factor:
    return Factor(name, kind="choice", values=values, default=values[0])


def problem(factors: Sequence[Factor], kind: str, replicates: int = 1, **options: Any) -> Problem:
    return Problem(tuple(factors), Design(kind, **options), replicates)


def run(problem: Problem, model: Model, seed: int = 10, name: str = "y") -> pd.DataFrame:
    """Evaluate ``model(columns, seeds)`` for every row and seed; all rows share the seeds."""
    replicates = problem.replicates or 1
    table = problem.design.table(problem.factors).reset_index()
    runs = table.loc[table.index.repeat(replicates)].reset_index(drop=True)
    runs.insert(1, "replicate", np.tile(np.arange(replicates), len(table)))
    runs.insert(2, "seed", runs["replicate"] + seed)
    columns = {factor.name: runs[factor.name].to_numpy() for factor in problem.factors}
    runs[name] = model(columns, runs["seed"].to_numpy())
    return runs


def ishigami(columns: dict[str, np.ndarray], seeds: np.ndarray) -> np.ndarray:
    """Ishigami & Homma 1990 with a = 7, b = 0.1, factors x1, x2, x3 in [-pi, pi]."""
    x1, x2, x3 = (np.asarray(columns[name], dtype=float) for name in ("x1", "x2", "x3"))
    return np.sin(x1) + 7.0 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1)

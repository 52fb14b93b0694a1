"""Pairs of runs that differ in one factor alone: the same other factors, the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.problem import AnalysisError, Problem, outcome_values, text
from sim.experiments.sweep.factors import Factor
from sim.scenario.problems import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

#: A factor with more values than this has no levels that could be listed or compared pair by pair.
MANY = 24


@dataclass(frozen=True)
class Pairs:
    """An outcome at two levels of a factor, by cell (values of the other factors) and seed.

    Attributes
    ----------
    cells
        One row a cell: the values of the other factors.
    seeds
        Seeds ``(seeds,)``.
    first, second
        The outcome ``(cells, seeds)`` at the level from which, and at the level to which.
    left_out
        Cells without all seeds at both levels.

    """

    cells: pd.DataFrame
    seeds: np.ndarray
    first: np.ndarray
    second: np.ndarray
    left_out: int

    @property
    def differences(self) -> np.ndarray:
        """Second minus first ``(cells, seeds)``."""
        return self.second - self.first


def find_pairs(
    runs: pd.DataFrame, problem: Problem, outcome: str, factor: Factor, levels: tuple[Any, Any]
) -> Pairs:
    """Match runs at two levels of a factor; raises :class:`AnalysisError` where there are no pairs."""
    import pandas as pd

    values = outcome_values(runs, problem, outcome)
    used = runs[runs["row"] >= 0] if (runs["row"] < 0).any() else runs
    values = values[(runs["row"] >= 0).to_numpy()]
    others = [name for name in problem.names if name != factor.name]
    codes, cells = _cells(used, others)
    seeds, place = np.unique(used["seed"].to_numpy(), return_inverse=True)
    column = used[factor.name].to_numpy()
    sides = []
    for level in levels:
        here = _equal(column, level)
        # Rows that are alike (choices of a sampled design) count once: their mean.
        table = pd.DataFrame({"cell": codes[here], "seed": place[here], "value": values[here]})
        wide = np.full((len(cells), len(seeds)), np.nan)
        means = table.groupby(["cell", "seed"])["value"].mean()  # leaves NaN out
        # A run that is not defined must not be hidden by its twin.
        broken = table["value"].isna().groupby([table["cell"], table["seed"]]).any()
        means = means.where(~broken)
        wide[means.index.get_level_values(0), means.index.get_level_values(1)] = means.to_numpy()
        there = np.zeros(len(cells), dtype=bool)
        there[codes[here]] = True
        sides.append((wide, there))
    (first, has_first), (second, has_second) = sides
    both = has_first & has_second
    whole = both & np.isfinite(first).all(axis=1) & np.isfinite(second).all(axis=1)
    if not both.any():
        raise AnalysisError(_no_pairs(used, problem, factor, codes, levels))
    if not whole.any():
        raise AnalysisError(
            f"no cell of the design has {outcome} at {factor.name} = {text(levels[0])} and {text(levels[1])} "
            "for all seeds: runs failed, are not done yet, or the outcome is not defined"
        )
    return Pairs(
        cells[whole].reset_index(drop=True), seeds, first[whole], second[whole], int(both.sum() - whole.sum())
    )


def _cells(runs: pd.DataFrame, others: list[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Number of the cell of each run ``(runs,)``, and the cells."""
    import pandas as pd

    if not others:
        return np.zeros(len(runs), dtype=np.int64), pd.DataFrame(index=[0])
    codes = runs.groupby(others, dropna=False, sort=False).ngroup().to_numpy()
    _, first = np.unique(codes, return_index=True)
    return codes, runs[others].iloc[first].reset_index(drop=True)


def levels_of(runs: pd.DataFrame, factor: Factor) -> list[Any]:
    """Values of a factor that occur, in the order of the sweep or of size."""
    found = [factor.plain(value) for value in runs.loc[runs["row"] >= 0, factor.name].unique()]
    if factor.values is None:
        return sorted(found)
    order = {_key(value): place for place, value in enumerate(factor.values)}
    return sorted(found, key=lambda value: order.get(_key(value), len(order)))


def contrasts(runs: pd.DataFrame, factor: Factor) -> list[tuple[Any, Any]]:
    """Contrasts worth looking at: lowest to highest number, or the base (else the first) to each other label."""
    levels = levels_of(runs, factor)
    if len(levels) < 2:
        raise AnalysisError(f"{factor.name} has one value only, {text(levels[0]) if levels else 'none'}")
    if factor.numeric:
        return [(levels[0], levels[-1])]
    start = next((level for level in levels if _key(level) == _key(factor.default)), levels[0])
    return [(start, level) for level in levels if _key(level) != _key(start)]


def read_level(runs: pd.DataFrame, factor: Factor, given: Any) -> Any:
    """Return the level of a factor that a value or a text from the command line stands for."""
    levels = levels_of(runs, factor)
    for level in levels:
        if _key(level) == _key(given) or (isinstance(given, str) and text(level) == given):
            return level
    if factor.numeric:
        try:
            wanted = float(given)
        except (TypeError, ValueError):
            wanted = np.nan
        near = [level for level in levels if np.isclose(float(level), wanted, rtol=1e-6, atol=0.0)]
        if near:
            return near[0]
    known = [text(level) for level in levels]
    allowed = ", ".join(known) if len(known) <= MANY else f"{known[0]} to {known[-1]}, {len(known):,} values"
    hint = "" if factor.numeric else did_you_mean(str(given), known)
    raise AnalysisError(f"{factor.name} has no level {given} in this sweep; {hint or 'there is ' + allowed}")


def _no_pairs(
    runs: pd.DataFrame, problem: Problem, factor: Factor, codes: np.ndarray, levels: tuple[Any, Any]
) -> str:
    """Say why there are no pairs and what would have some."""
    kind = problem.design.kind
    start = f"no two rows differ in {factor.name} alone, {text(levels[0])} against {text(levels[1])}"
    found = levels_of(runs, factor)
    if len(found) <= MANY:
        column = runs[factor.name].to_numpy()
        held = [set(codes[_equal(column, level)].tolist()) for level in found]
        there = [
            f"{text(found[a])} against {text(found[b])}"
            for a, b in combinations(range(len(found)), 2)
            if held[a] & held[b]
        ]
        if there:
            return f"{start}; there are pairs for {', '.join(there[:8])}{' ...' if len(there) > 8 else ''}"
    if kind == "latin-hypercube":
        why = "a latin-hypercube design moves all factors at once"
    elif len(found) > MANY:
        why = f"{factor.name} has {len(found):,} different values in this {kind} design"
    else:
        why = f"this {kind} design never moves it alone"
    return f"{start}: {why}. Paired effects need a grid, one-at-a-time, or a sobol design with a choice"


def _equal(column: np.ndarray, level: Any) -> np.ndarray:
    if isinstance(level, bool):
        return np.array([isinstance(one, bool | np.bool_) and bool(one) == level for one in column.tolist()])
    return np.asarray(column == level, dtype=bool)


def _key(value: Any) -> Any:
    return (isinstance(value, bool | np.bool_), value)

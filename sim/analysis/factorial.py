"""Shares of variance in a full grid: main effects and two-way interactions."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.analysis.intervals import interval
from sim.analysis.noise import Noise, noise_of
from sim.analysis.problem import AnalysisError, Problem, Replicated, replicated
from sim.analysis.ranking import by_intervals, rank
from sim.analysis.results import Sensitivity, check_design, check_levels, constant_result

if TYPE_CHECKING:
    import pandas as pd

Term = tuple[int, ...]


def variance_shares(
    runs: pd.DataFrame, source: Any, outcome: str, *, confidence: float = 0.95
) -> Sensitivity:
    """Share of the variance over the cells of a grid that each factor and each pair of factors makes.

    Cells weigh alike, so that the shares are a statement about the levels of the grid. The table has the columns
    ``share``, ``levels``, with three replicates or more ``share_low, share_high`` (jackknife over seeds) and, with two
    or more, ``share_noise_free`` (without the part that luck makes). ``pairs`` has the same for pairs of factors.
    Statistics: ``main`` and ``two_way``, the sums, and ``rest``, interactions of three factors and more.

    Parameters
    ----------
    runs
        One row a run. A grid of which cells are absent gets sums of squares of type II in place of the exact ones.
    source
        Sweep, data of a sweep, or :class:`Problem`, with a design of kind ``grid``.
    outcome
        Column of ``runs``.
    confidence
        Level of the intervals.

    """
    problem = Problem.of(source)
    check_design(problem, "grid")
    check_levels(confidence)
    data = replicated(runs, problem, outcome)
    remarks = data.remarks()
    if len(data.rows) < 2:
        raise AnalysisError(f"{len(data.rows)} complete design rows: too few for shares of variance")
    noise = noise_of(data.values, data.seeds_shared)
    if data.constant:
        return constant_result(outcome, problem, "variance-shares", data, len(data.rows), remarks)
    grid = _Grid.of(problem, data)
    if data.left_out:
        remarks.append("the grid has holes: shares are of type II and need not sum to 1")
    table, pairs, half = _tables(grid, data, noise, confidence)
    replicates = data.values.shape[1]
    ranking = rank(list(table.index), table["share"].to_numpy(), half, by_intervals(half), replicates)
    if "share_low" in table:
        remarks += ranking.remarks(replicates, "replicates")
    remarks += noise.remarks()
    main, two_way = float(table["share"].sum()), float(pairs["share"].sum()) if pairs is not None else 0.0
    return Sensitivity(
        outcome=outcome,
        unit=problem.units.get(outcome, ""),
        method="variance-shares",
        table=table.sort_values("share", ascending=False, kind="stable"),
        pairs=None if pairs is None else pairs.sort_values("share", ascending=False, kind="stable"),
        statistics={
            "mean": float(data.means.mean()),
            "sd": float(data.means.std(ddof=1)),
            "main": main,
            "two_way": two_way,
            "rest": max(1.0 - main - two_way, 0.0),
        },
        noise=noise,
        rows=len(data.rows),
        rows_left_out=data.left_out,
        samples=len(data.rows),
        confidence=confidence,
        bootstrap=0,
        ranked=ranking.settled or "share_low" not in table,
        remarks=tuple(remarks),
    )


class _Grid(NamedTuple):
    """Levels of each row of a grid ``(rows, factors)`` as whole numbers, and how many there are."""

    names: tuple[str, ...]
    levels: np.ndarray
    counts: tuple[int, ...]

    @classmethod
    def of(cls, problem: Problem, data: Replicated) -> _Grid:
        import pandas as pd

        codes = [pd.factorize(data.factors[name])[0] for name in problem.names]
        return cls(tuple(problem.names), np.column_stack(codes), tuple(int(c.max()) + 1 for c in codes))

    @property
    def terms(self) -> list[Term]:
        """Factors and pairs of factors that vary, by their places."""
        varied = [k for k, count in enumerate(self.counts) if count > 1]
        return [*((k,) for k in varied), *combinations(varied, 2)]

    def freedom(self, term: Term) -> int:
        """Degrees of freedom of a main effect or interaction."""
        return int(np.prod([self.counts[k] - 1 for k in term]))

    @property
    def full(self) -> bool:
        return len(self.levels) == np.prod(self.counts)

    def shares(self, y: np.ndarray) -> np.ndarray:
        """Share ``(terms,)`` of the sum of squares of ``y`` ``(rows,)`` by term."""
        squares = self._exact(y) if self.full else self._type_two(y)
        return squares / np.sum((y - y.mean()) ** 2)

    def _exact(self, y: np.ndarray) -> np.ndarray:
        """Sums of squares of marginal means, which are orthogonal in a full grid."""
        box = np.empty(self.counts)
        box[tuple(self.levels.T)] = y - y.mean()
        axes = range(len(self.counts))
        found: dict[Term, np.ndarray] = {}
        squares = []
        for term in self.terms:
            means = box.mean(axis=tuple(k for k in axes if k not in term), keepdims=True)
            means = means - sum(found[(k,)] for k in term) if len(term) == 2 else means
            found[term] = means
            squares.append(len(y) * float(np.mean(means**2)))
        return np.array(squares)

    def _type_two(self, y: np.ndarray) -> np.ndarray:
        """What a term explains beyond all terms of its order and below."""
        terms, y = self.terms, y - y.mean()
        columns = {term: self._columns(term) for term in terms}
        squares = []
        for term in terms:
            others = [columns[t] for t in terms if len(t) <= len(term) and t != term]
            squares.append(_left(others, y) - _left([*others, columns[term]], y))
        return np.maximum(squares, 0.0)

    def _columns(self, term: Term) -> np.ndarray:
        parts = [np.eye(self.counts[k])[self.levels[:, k]][:, 1:] for k in term]
        if len(parts) == 1:
            return parts[0]
        return np.einsum("ni,nj->nij", *parts).reshape(len(self.levels), -1)


def _left(columns: list[np.ndarray], y: np.ndarray) -> float:
    """Sum of squares that a regression on the columns leaves."""
    x = np.column_stack([np.ones(len(y)), *columns])
    return float(np.sum((y - x @ np.linalg.lstsq(x, y, rcond=None)[0]) ** 2))


def _tables(
    grid: _Grid, data: Replicated, noise: Noise, confidence: float
) -> tuple[pd.DataFrame, pd.DataFrame | None, np.ndarray]:
    """Shares of factors and of pairs, and half widths of the intervals of the former before they are cut at 0 and 1."""
    import pandas as pd

    terms, replicates = grid.terms, data.values.shape[1]
    shares = grid.shares(data.means)
    half = np.full(len(terms), np.nan)
    table = pd.DataFrame({"share": shares})
    if replicates > 2:
        # Jackknife: pseudo-values are about independent (Tukey 1958), so that their t interval is the share's.
        without = [grid.shares(np.delete(data.values, k, axis=1).mean(axis=1)) for k in range(replicates)]
        pseudo = replicates * shares - (replicates - 1) * np.array(without)
        half = np.array([interval(one, confidence).high - one.mean() for one in pseudo.T])
        table["share_low"] = np.maximum(shares - half, 0.0)
        table["share_high"] = np.minimum(shares + half, 1.0)
    if replicates > 1:
        # A mean square of pure luck has the noise of a row mean as its expectation.
        luck = noise.noise / (noise.total * (len(data.rows) - 1))
        freedom = np.array([grid.freedom(term) for term in terms])
        left = 1.0 - luck * (len(data.rows) - 1)
        free = (
            np.clip((shares - freedom * luck) / left, 0.0, 1.0) if left > 0 else np.full(len(terms), np.nan)
        )
        table["share_noise_free"] = free
    single = [len(term) == 1 for term in terms]
    main = table[single].set_index(pd.Index([grid.names[t[0]] for t in terms if len(t) == 1], name="input"))
    main["levels"] = [grid.counts[t[0]] for t in terms if len(t) == 1]
    both = [(grid.names[t[0]], grid.names[t[1]]) for t in terms if len(t) == 2]
    if not both:
        return main, None, half[single]
    pairs = table[~np.array(single)].set_index(pd.MultiIndex.from_tuples(both, names=["first", "second"]))
    return main, pairs, half[single]

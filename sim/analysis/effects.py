"""Average effect of moving one factor, under the same luck.

A pair holds all other factors and the seed fixed; its difference is what the factor does there. What varies over pairs
decides the interval of their mean:

- rows of a *fixed* design (grid, list, one at a time) are the question itself. Only seeds vary, and all rows share
  them, so that the differences of one seed hang together: the interval comes from the means over rows by seed,
  seeds minus 1 degrees of freedom. It holds for the rows of this design.
- rows of a *random* design (sobol, morris, latin hypercube) are a sample of the space, and seeds a sample of luck.
  The interval counts both, as crossed random effects: var = (MS_rows + MS_seeds - MS_rest) / (rows * seeds), degrees
  of freedom after Satterthwaite 1946. With one seed, rows alone vary, and the interval holds for that seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.analysis.intervals import Estimate, around, summed
from sim.analysis.pairs import Pairs, contrasts, find_pairs, read_level
from sim.analysis.problem import AnalysisError, Problem, text
from sim.analysis.results import check_levels
from sim.experiments.sweep.designs import SAMPLED

if TYPE_CHECKING:
    import pandas as pd

Rows = Literal["auto", "fixed", "random"]
#: Numbers with more values than this are cut into thirds where effects are shown by their level.
BINS_ABOVE = 8


@dataclass(frozen=True)
class Effect:
    """Effect of moving a factor from one level to another, averaged over pairs, in the unit of the outcome.

    Attributes
    ----------
    outcome, unit, factor, from_level, to_level
        What moved what.
    cells, seeds, pairs
        Combinations of the other factors, seeds, and their product.
    mean_from, mean_to
        Mean outcome at the two levels.
    difference, low, high, standard_error, degrees
        Mean difference with its interval; NaN where one seed and fixed rows leave nothing that varies.
    standardised
        Difference over the pooled standard deviation between seeds within a cell.
    variance_ratio
        Variance of a cell's difference without pairing over that with pairing; NaN if differences do not vary.
    method
        ``seed means``, ``two-way`` or ``row means``, see the module.
    confidence
        Level of the intervals.
    by
        Effects by level of other factors: columns ``factor, level, cells, difference, low, high``, and the change of
        the effect from the first level, ``change, change_low, change_high`` (the interaction).
    cells_table
        One row a cell: the other factors, ``difference`` (mean over seeds) and ``standard_error``.
    remarks
        Plain sentences to stand beside the numbers.

    """

    outcome: str
    unit: str
    factor: str
    from_level: Any
    to_level: Any
    cells: int
    seeds: int
    pairs: int
    mean_from: float
    mean_to: float
    difference: float
    low: float
    high: float
    standard_error: float
    degrees: float
    standardised: float
    variance_ratio: float
    method: str
    confidence: float
    by: pd.DataFrame
    cells_table: pd.DataFrame
    remarks: tuple[str, ...]

    @property
    def clear(self) -> bool:
        """Whether the interval leaves zero out."""
        return bool(self.low > 0 or self.high < 0)


def paired_effect(
    runs: pd.DataFrame,
    source: Any,
    outcome: str,
    factor: str,
    levels: tuple[Any, Any] | None = None,
    by: Sequence[str] = (),
    *,
    confidence: float = 0.95,
    rows: Rows = "auto",
) -> Effect:
    """Average effect of moving ``factor`` between two levels, over all pairs of runs that differ in it alone.

    Parameters
    ----------
    runs
        One row a run, with ``row`` and ``seed``; cells without all seeds at both levels are left out.
    source
        Sweep, data of a sweep, or :class:`~sim.analysis.Problem`.
    outcome
        Column of ``runs``.
    factor
        Name of the factor.
    levels
        From which value to which; by default from the lowest to the highest number, or between two labels, from the
        base or first one.
    by
        Other factors by whose level the effect is shown; numbers with many values in thirds.
    confidence
        Level of the t intervals.
    rows
        Whether the rows are the question itself or a random sample; by default by the kind of design.

    Raises
    ------
    AnalysisError
        If no two rows differ in the factor alone, or names or levels are unknown.

    """
    problem = Problem.of(source)
    check_levels(confidence)
    moved = problem.factor(factor)
    for name in by:
        if problem.factor(name).name == factor:
            raise AnalysisError(f"by = {name}: the factor itself; choose others")
    if levels is None:
        possible = contrasts(runs, moved)
        if len(possible) > 1:
            known = ", ".join(text(level) for level in (possible[0][0], *(b for _, b in possible)))
            raise AnalysisError(f"{factor} has more than two labels, {known}: say from which to which")
        chosen = possible[0]
    else:
        chosen = (read_level(runs, moved, levels[0]), read_level(runs, moved, levels[1]))
        if chosen[0] == chosen[1]:
            raise AnalysisError(f"{factor}: from {text(chosen[0])} to {text(chosen[1])} is no contrast")
    pairs = find_pairs(runs, problem, outcome, moved, chosen)
    random = problem.design.kind in SAMPLED if rows == "auto" else rows == "random"
    random = random and len(problem.factors) > 1
    found = mean_difference(pairs.differences, random, confidence)
    apart = _between_seeds(pairs.first) + _between_seeds(pairs.second)
    paired = _between_seeds(pairs.differences)
    return Effect(
        outcome=outcome,
        unit=problem.units.get(outcome, ""),
        factor=factor,
        from_level=chosen[0],
        to_level=chosen[1],
        cells=len(pairs.cells),
        seeds=len(pairs.seeds),
        pairs=pairs.first.size,
        mean_from=float(pairs.first.mean()),
        mean_to=float(pairs.second.mean()),
        difference=found.mean,
        low=found.low,
        high=found.high,
        standard_error=found.standard_error,
        degrees=found.degrees,
        standardised=found.mean / float(np.sqrt(apart / 2.0)) if apart > 0 else float("nan"),
        variance_ratio=apart / paired if paired > 1e-24 * apart else float("nan"),
        method=_method(random, len(pairs.seeds)),
        confidence=confidence,
        by=_by(pairs, problem, by, random, confidence),
        cells_table=_cells_table(pairs),
        remarks=tuple(_remarks(pairs, random)),
    )


def effects(
    runs: pd.DataFrame,
    source: Any,
    outcomes: Sequence[str],
    factor: str,
    levels: tuple[Any, Any] | None = None,
    by: Sequence[str] = (),
    *,
    confidence: float = 0.95,
    rows: Rows = "auto",
) -> list[Effect]:
    """Effects on several outcomes; without ``levels`` a choice of many labels gives one effect for each.

    A label that has no pairs is left out, with a remark on the first effect.
    """
    problem = Problem.of(source)
    wanted = [levels] if levels is not None else contrasts(runs, problem.factor(factor))
    found: list[Effect] = []
    failed: list[AnalysisError] = []
    for outcome in outcomes:
        for pair in wanted:
            try:
                one = paired_effect(
                    runs, problem, outcome, factor, pair, by, confidence=confidence, rows=rows
                )
            except AnalysisError as error:
                if len(wanted) == 1:
                    raise
                failed.append(error)
                continue
            found.append(one)
    if not found:
        raise failed[0]
    if failed:
        told = tuple(dict.fromkeys(str(error) for error in failed))
        found[0] = replace(found[0], remarks=(*found[0].remarks, *told))
    return found


def effects_table(found: Sequence[Effect]) -> pd.DataFrame:
    """One row an effect, without the tables inside."""
    import pandas as pd

    columns = (
        "outcome", "unit", "factor", "from_level", "to_level", "mean_from", "mean_to", "difference", "low", "high",
        "standard_error", "degrees", "standardised", "variance_ratio", "cells", "seeds", "pairs", "method",
    )  # fmt: skip
    return pd.DataFrame(
        [[getattr(one, column) for column in columns] for one in found], columns=list(columns)
    )


def mean_difference(differences: np.ndarray, random: bool, confidence: float) -> Estimate:
    """Mean of differences ``(cells, seeds)`` with its interval; see the module for fixed and random rows."""
    cells, seeds = differences.shape
    mean = float(differences.mean())
    by_cell, by_seed = differences.mean(axis=1), differences.mean(axis=0)
    parts: list[tuple[float, float]] = []
    if seeds > 1:
        parts.append((float(by_seed.var(ddof=1)) / seeds, seeds - 1.0))
    if random and cells > 1:
        if seeds > 1:
            # Both parts hold the rest; take it off once, though never so that seeds count for less than 0.
            parts = _without_rest(parts[0], differences, by_cell, by_seed)
        parts.append((float(by_cell.var(ddof=1)) / cells, cells - 1.0))
    if not parts or (random and cells < 2):
        return around(mean, float("nan"), float("nan"), confidence)
    variance, degrees = summed(parts)
    return around(mean, float(np.sqrt(variance)), degrees, confidence)


def _without_rest(
    seeds: tuple[float, float], differences: np.ndarray, by_cell: np.ndarray, by_seed: np.ndarray
) -> list[tuple[float, float]]:
    """The part of seeds and the rest to take off it; nothing if seeds vary no more than the rest."""
    left = differences - by_cell[:, None] - by_seed + differences.mean()
    degrees = float((len(by_cell) - 1) * (len(by_seed) - 1))
    rest = float(np.sum(left**2)) / degrees / differences.size
    return [seeds, (-rest, degrees)] if seeds[0] > rest else []


def change_of_effect(first: np.ndarray, other: np.ndarray, random: bool, confidence: float) -> Estimate:
    """How much the mean of ``other`` ``(cells, seeds)`` lies above that of ``first`` ``(cells, seeds)``."""
    by_seed = other.mean(axis=0) - first.mean(axis=0)
    mean, seeds = float(by_seed.mean()), len(by_seed)
    if random and min(len(first), len(other)) < 2:
        return around(mean, float("nan"), float("nan"), confidence)
    parts: list[tuple[float, float]] = []
    rest = 0.0
    if random:
        for sample in (first, other):
            parts.append((float(sample.mean(axis=1).var(ddof=1)) / len(sample), len(sample) - 1.0))
            if seeds > 1:
                left = sample - sample.mean(axis=1)[:, None] - sample.mean(axis=0) + sample.mean()
                rest += float(np.sum(left**2)) / ((len(sample) - 1) * (seeds - 1)) / sample.size
    if seeds > 1:
        shared = float(by_seed.var(ddof=1)) / seeds - rest
        if shared > 0 or not random:
            parts.append((shared, seeds - 1.0))
    if not parts:
        return around(mean, float("nan"), float("nan"), confidence)
    variance, degrees = summed(parts)
    return around(mean, float(np.sqrt(variance)), degrees, confidence)


def _by(
    pairs: Pairs, problem: Problem, names: Sequence[str], random: bool, confidence: float
) -> pd.DataFrame:
    import pandas as pd

    lines = []
    for name in dict.fromkeys(names):
        factor = problem.factor(name)
        first = None
        for label, here in _levels(pairs.cells[name], factor.numeric, factor.values):
            sample = pairs.differences[here]
            found = mean_difference(sample, random, confidence)
            line = [name, label, len(sample), found.mean, found.low, found.high]
            if first is None:
                first = sample
                line += [0.0, np.nan, np.nan]
            else:
                change = change_of_effect(first, sample, random, confidence)
                line += [change.mean, change.low, change.high]
            lines.append(line)
    columns = ["factor", "level", "cells", "difference", "low", "high", "change", "change_low", "change_high"]
    return pd.DataFrame(lines, columns=columns)


def _levels(column: pd.Series, numeric: bool, values: tuple[Any, ...] | None) -> list[tuple[str, np.ndarray]]:
    """Labels of the levels of a factor, or of thirds of its values, with the cells ``(cells,)`` in each."""
    given = column.to_numpy()
    if numeric and len(np.unique(given)) > BINS_ABOVE:
        numbers = given.astype(float)
        edges = np.quantile(numbers, [0.0, 1 / 3, 2 / 3, 1.0])
        bins = np.searchsorted(edges[1:3], numbers, side="left")
        named = [f"{text(float(edges[k]))} to {text(float(edges[k + 1]))}" for k in range(3)]
        return [(named[k], bins == k) for k in range(3) if (bins == k).any()]
    found = sorted(np.unique(given).tolist()) if numeric else list(dict.fromkeys(given.tolist()))
    if values is not None and not numeric:
        found.sort(key=lambda one: values.index(one) if one in values else len(values))
    return [(text(level), np.array([one == level for one in given.tolist()])) for level in found]


def _cells_table(pairs: Pairs) -> pd.DataFrame:
    seeds = len(pairs.seeds)
    difference = pairs.differences
    error = difference.std(axis=1, ddof=1) / np.sqrt(seeds) if seeds > 1 else np.full(len(difference), np.nan)
    return pairs.cells.assign(difference=difference.mean(axis=1), standard_error=error)


def _between_seeds(values: np.ndarray) -> float:
    """Variance between seeds within a cell, averaged over cells ``(cells, seeds)``; NaN with one seed."""
    return float(values.var(axis=1, ddof=1).mean()) if values.shape[1] > 1 else float("nan")


def _method(random: bool, seeds: int) -> str:
    if not random:
        return "seed means"
    return "two-way" if seeds > 1 else "row means"


def _remarks(pairs: Pairs, random: bool) -> list[str]:
    found = []
    if pairs.left_out:
        found.append(f"{pairs.left_out:,} cells left out: not all seeds are there at both levels")
    seeds = len(pairs.seeds)
    if random and len(pairs.cells) < 2:
        found.append("one pair of rows: no interval for the space they were drawn from")
    elif seeds < 2 and random:
        found.append("one seed: the interval counts the rows that were drawn, not luck")
    elif seeds < 2:
        found.append("one seed and fixed rows: no interval; run more replicates")
    elif seeds < 5:
        found.append(
            f"{seeds} seeds say little about luck, and the interval is wide for it; run more replicates"
        )
    return found

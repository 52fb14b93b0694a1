"""What an analysis works on: the factors and design of a sweep, and its runs laid out by row and replicate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiments.sweep.designs import Design
from sim.experiments.sweep.factors import Factor
from sim.scenario.problems import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

#: Columns of a table of runs that are neither factors nor outcomes.
KEYS = ("row", "replicate", "seed")
#: An outcome is constant if its values differ by less than this share of their size.
SAME = 1e-12


class AnalysisError(ValueError):
    """Data or a request that cannot be analysed; the message says why and what would do."""


@dataclass(frozen=True)
class Problem:
    """Factors and design behind a table of runs; :meth:`of` takes them from a sweep or from its data.

    Attributes
    ----------
    factors, design
        As in the sweep.
    replicates
        Runs of each design row; nothing: the most that any row has.
    units
        Unit by outcome.

    """

    factors: tuple[Factor, ...]
    design: Design
    replicates: int | None = None
    units: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Any) -> Problem:
        """Return the problem of a sweep, of the data of a sweep, or the problem itself."""
        if isinstance(source, Problem):
            return source
        sweep = getattr(source, "sweep", source)
        try:
            units = {outcome.name: outcome.unit for outcome in sweep.outcomes}
            return cls(tuple(sweep.factors), sweep.design, sweep.replicates, units)
        except AttributeError:
            raise TypeError(f"{type(source).__name__} is neither a sweep nor the data of one") from None

    @property
    def names(self) -> list[str]:
        """Names of the factors."""
        return [factor.name for factor in self.factors]

    @property
    def inputs(self) -> list[str]:
        """What the design moves, in its order: factors, or groups of them."""
        return list(dict.fromkeys(self.design.groups(self.factors)))

    @property
    def rows(self) -> int:
        """Rows of the design."""
        return self.design.count(self.factors)

    @property
    def block(self) -> int:
        """Rows that belong together: one sample of Saltelli's scheme, one trajectory of Morris's, else 1."""
        count = len(self.inputs)
        match self.design.kind:
            case "sobol":
                return 2 * count + 2 if self.design.second_order else count + 2
            case "morris":
                return count + 1
        return 1

    def factor(self, name: str) -> Factor:
        """Return the factor of a name."""
        for factor in self.factors:
            if factor.name == name:
                return factor
        near = did_you_mean(name, self.names)
        raise AnalysisError(
            f'no factor "{name}"; {near or "factors are"} {"" if near else ", ".join(self.names)}'
        )


@dataclass(frozen=True)
class Replicated:
    """One outcome by design row and replicate, complete rows only.

    Attributes
    ----------
    rows
        Numbers of the rows ``(rows,)``, increasing.
    values
        The outcome ``(rows, replicates)``.
    factors
        Values of the factors; index ``row``.
    left_out
        Rows of the design that are absent: not run, failed, or not defined in some replicate.
    undefined
        Those among them in which all runs ended and the outcome is not defined (NaN) in some.
    seeds_shared
        Whether replicate k has the same seed in all rows.

    """

    rows: np.ndarray
    values: np.ndarray
    factors: pd.DataFrame
    left_out: int
    undefined: int
    seeds_shared: bool

    @property
    def means(self) -> np.ndarray:
        """Mean over replicates ``(rows,)``."""
        return self.values.mean(axis=1)

    @property
    def constant(self) -> bool:
        """Whether the mean does not vary between rows."""
        return is_constant(self.means)

    def take(self, wanted: np.ndarray) -> Replicated:
        """Return the rows at ``wanted`` (truth values); the others count as left out."""
        dropped = int(np.sum(~wanted))
        return Replicated(
            self.rows[wanted],
            self.values[wanted],
            self.factors[wanted],
            self.left_out + dropped,
            self.undefined,
            self.seeds_shared,
        )

    def remarks(self) -> list[str]:
        """Say which rows are left out, and why."""
        if not self.left_out:
            return []
        failed = self.left_out - self.undefined
        why = []
        if failed > 0:
            why.append(f"{failed:,} without all replicates (failed or not run yet)")
        if self.undefined:
            why.append(f"{self.undefined:,} in which the outcome is not defined in some replicate")
            if self.undefined > 0.05 * len(self.rows):
                why[-1] += ", so that the rows left are no fair sample of the design"
        return [
            f"{self.left_out:,} of {self.left_out + len(self.rows):,} design rows left out: {', '.join(why)}"
        ]


def replicated(runs: pd.DataFrame, problem: Problem, outcome: str) -> Replicated:
    """Lay an outcome out by design row and replicate; rows without all replicates are left out.

    Parameters
    ----------
    runs
        One row a run: ``row``, ``replicate`` (absent: one run a row), ``seed``, factors, outcomes.
    problem
        Factors and design.
    outcome
        Column of ``runs``.

    """
    values = outcome_values(runs, problem, outcome)
    rows = runs["row"].to_numpy()
    numbers = runs["replicate"].to_numpy() if "replicate" in runs else np.zeros(len(runs), dtype=np.int64)
    keep = rows >= 0
    rows, numbers, values = rows[keep], numbers[keep], values[keep]
    if not len(rows):
        raise AnalysisError("there are no runs to analyse yet")
    found, where = np.unique(rows, return_inverse=True)
    labels, place = np.unique(numbers, return_inverse=True)
    wide = max(problem.replicates or 0, len(labels))
    table = np.full((len(found), wide), np.nan)
    there = np.zeros((len(found), wide), dtype=bool)
    if len(np.unique(where * wide + place)) < len(rows):
        raise AnalysisError("some runs are there more than once: the same row and replicate")
    table[where, place] = values
    there[where, place] = True
    run = there.all(axis=1)
    complete = run & np.isfinite(table).all(axis=1)
    first = runs[keep].drop_duplicates("row").set_index("row").sort_index()[problem.names]
    shared = True
    if "seed" in runs:
        seeds = runs["seed"].to_numpy()[keep]
        shared = len(np.unique(seeds)) == len(labels) == len(np.unique(np.c_[place, seeds], axis=0))
    expected = max(problem.rows, len(found))
    return Replicated(
        found[complete],
        table[complete],
        first[complete],
        expected - int(complete.sum()),
        int((run & ~complete).sum()),
        bool(shared),
    )


def outcome_values(runs: pd.DataFrame, problem: Problem, outcome: str) -> np.ndarray:
    """Return the column of an outcome ``(runs,)`` as floats; say what there is if it is not there."""
    known = outcomes_of(runs, problem)
    absent = [name for name in ("row", *problem.names) if name not in runs]
    if absent:
        raise AnalysisError(f"the table of runs has no column {', '.join(absent)}")
    if outcome not in known:
        near = did_you_mean(outcome, known)
        raise AnalysisError(f'no outcome "{outcome}"; {near or "outcomes are " + ", ".join(known)}')
    return runs[outcome].to_numpy(dtype=float)


def outcomes_of(runs: pd.DataFrame, problem: Problem) -> list[str]:
    """Columns of a table of runs that are outcomes."""
    import pandas as pd

    names = set(problem.names)
    columns = [name for name in runs.columns if name not in KEYS and name not in names]
    return [name for name in columns if pd.api.types.is_numeric_dtype(runs[name])]


def row_means(runs: pd.DataFrame, source: Any, outcome: str) -> pd.DataFrame:
    """Return the mean over replicates of an outcome by design row.

    Index ``row``; a column for each factor, then the outcome. Rows without all replicates are left out.
    """
    data = replicated(runs, Problem.of(source), outcome)
    return data.factors.assign(**{outcome: data.means})


def whole_blocks(data: Replicated, problem: Problem) -> tuple[Replicated, int, list[str]]:
    """Keep complete blocks only (Saltelli samples, Morris trajectories).

    Returns the rows that are left, the number of blocks, and remarks.
    """
    size, total = problem.block, problem.rows // problem.block
    block = data.rows // size
    numbers, counts = np.unique(block, return_counts=True)
    whole = numbers[counts == size]
    kept = data.take(np.isin(block, whole))
    what = "Saltelli samples" if problem.design.kind == "sobol" else "trajectories"
    remarks = data.remarks()
    if len(whole) < total:
        remarks.append(
            f"{total - len(whole):,} of {total:,} {what} are incomplete and left out whole ({size} rows each)"
        )
    if len(whole) < 4:
        raise AnalysisError(f"{len(whole)} of {total:,} {what} are complete; the analysis needs at least 4")
    return kept, len(whole), remarks


def is_constant(values: np.ndarray) -> bool:
    """Whether values do not vary, to rounding."""
    return bool(np.ptp(values) <= SAME * np.max(np.abs(values)))


def positions(factor: Factor, values: Any) -> np.ndarray:
    """Values of a factor as numbers ``(n,)`` for an analysis: 0 to 1 over its range, on its own scale.

    A choice has the middle of its slice, which means something only if its values are in order.
    """
    import pandas as pd

    return factor.to_unit(pd.Series(values).to_numpy(dtype=object))


def is_truth(value: Any) -> bool:
    """Whether a value is true or false, and not a number that equals one of them."""
    return isinstance(value, bool | np.bool_)


def text(value: Any) -> str:
    """A value as it is written in a file: ``true``, ``0.5``, ``strategic``."""
    if is_truth(value):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        return f"{value:.6g}"
    return str(value)

"""Designs: which points of the factors' space a sweep visits, in which order.

Grids and points one at a time are spelled out. Latin hypercubes come from ``scipy.stats.qmc`` (McKay, Beckman &
Conover 1979), Saltelli's scheme on a scrambled Sobol' sequence (Saltelli 2002, doi:10.1016/S0010-4655(02)00280-1;
Owen 2020, arXiv:2008.08051) and Morris's trajectories (Morris 1991; Campolongo, Cariboni & Saltelli 2007) from
SALib, whose analysis needs the rows in exactly this order.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.experiments.sweep.factors import LEVELS, Factor, column

if TYPE_CHECKING:
    import pandas as pd

DesignKind = Literal["grid", "list", "latin-hypercube", "sobol", "morris", "one-at-a-time"]
KINDS: tuple[DesignKind, ...] = ("grid", "list", "latin-hypercube", "sobol", "morris", "one-at-a-time")
SAMPLED = ("latin-hypercube", "sobol", "morris")


@dataclass(frozen=True)
class Design:
    """How the space of the factors is visited.

    Attributes
    ----------
    kind
        One of :data:`KINDS`.
    samples
        N of Saltelli's scheme (a power of 2), points of a Latin hypercube, or Morris trajectories.
    second_order
        Saltelli's scheme with the rows that second-order indices need.
    levels
        Levels of Morris's grid (even), and of ranges in a grid and one at a time.
    seed
        Of the design's own randomness.
    grouped
        Sobol' and Morris move groups of factors together; a factor without a group is one of its own.
    rows
        Rows of a list; a factor left out of one has its base value.

    """

    kind: DesignKind
    samples: int | None = None
    second_order: bool = True
    levels: int = LEVELS
    seed: int = 0
    grouped: bool = False
    rows: tuple[Mapping[str, Any], ...] = ()

    def count(self, factors: Sequence[Factor]) -> int:
        """Number of rows, without making them."""
        n = self.samples or 0
        units = len(dict.fromkeys(self.groups(factors)))
        match self.kind:
            case "grid":
                return math.prod(len(factor.grid(self.levels)) for factor in factors)
            case "one-at-a-time":
                return 1 + sum(len(_others(factor, self.levels)) for factor in factors)
            case "list":
                return len(self.rows)
            case "latin-hypercube":
                return n
            case "sobol":
                return n * (2 * units + 2) if self.second_order else n * (units + 2)
            case "morris":
                return n * (units + 1)
        raise ValueError(f"design kind {self.kind!r} is none of {', '.join(KINDS)}")

    def groups(self, factors: Sequence[Factor]) -> list[str]:
        """Group of each factor in a grouped design, else its name."""
        if not self.grouped:
            return [factor.name for factor in factors]
        return [factor.group or factor.name for factor in factors]

    def problem(self, factors: Sequence[Factor], *, unit: bool = True) -> dict[str, Any]:
        """SALib's problem: names, bounds and, in a grouped design, groups.

        Bounds are those of the unit cube, for use with :meth:`unit_table`; with ``unit=False`` those of the
        factors themselves (on a logarithmic scale and for choices these are not what was sampled).
        """
        bounds = [[0.0, 1.0] if unit or not _bounded(f) else [f.low, f.high] for f in factors]
        problem: dict[str, Any] = {
            "num_vars": len(factors),
            "names": [factor.name for factor in factors],
            "bounds": bounds,
        }
        if self.grouped:
            problem["groups"] = self.groups(factors)
        return problem

    def unit(self, factors: Sequence[Factor]) -> np.ndarray:
        """Points ``(rows, factors)`` of a sampled design on the unit cube, in SALib's order."""
        n = self.samples or 0
        if self.kind == "latin-hypercube":
            from scipy.stats import qmc

            return qmc.LatinHypercube(len(factors), rng=self.seed).random(n)
        if self.kind == "sobol":
            from SALib.sample import sobol

            return sobol.sample(self.problem(factors), n, calc_second_order=self.second_order, seed=self.seed)
        if self.kind == "morris":
            from SALib.sample import morris

            points = morris.sample(self.problem(factors), n, num_levels=self.levels, seed=self.seed)
            return np.clip(points, 0.0, 1.0)
        raise ValueError(f"a design of kind {self.kind!r} has no points of its own on the unit cube")

    def unit_table(self, factors: Sequence[Factor]) -> pd.DataFrame:
        """The design on the unit cube: index ``row``, one column a factor; NaN where a value has no place."""
        import pandas as pd

        if self.kind in SAMPLED:
            points = self.unit(factors)
            columns = {factor.name: points[:, k] for k, factor in enumerate(factors)}
        else:
            table = self.table(factors)
            columns = {factor.name: factor.to_unit(table[factor.name]) for factor in factors}
        return pd.DataFrame(columns, index=_index(self.count(factors)))

    def table(self, factors: Sequence[Factor], points: np.ndarray | None = None) -> pd.DataFrame:
        """The design: index ``row`` 0, 1, ..., one column a factor with its values.

        ``points`` are those of :meth:`unit`, if they are at hand.
        """
        import pandas as pd

        if self.kind in SAMPLED:
            points = self.unit(factors) if points is None else points
            columns = {factor.name: factor.from_unit(points[:, k]) for k, factor in enumerate(factors)}
        else:
            rows = self._spelled_out(factors)
            columns = {
                factor.name: column(factor, [row[k] for row in rows]) for k, factor in enumerate(factors)
            }
        return pd.DataFrame(columns, index=_index(self.count(factors)))

    def varied(self, factors: Sequence[Factor]) -> list[str]:
        """For one-at-a-time: the factor that each row moves; an empty text for row 0, the base."""
        if self.kind != "one-at-a-time":
            raise ValueError(f"rows of a design of kind {self.kind!r} move several factors")
        return ["", *(f.name for f in factors for _ in _others(f, self.levels))]

    def _spelled_out(self, factors: Sequence[Factor]) -> list[tuple[Any, ...]]:
        base = tuple(factor.default for factor in factors)
        if self.kind == "grid":
            return list(itertools.product(*(factor.grid(self.levels) for factor in factors)))
        if self.kind == "list":
            return [tuple(row.get(factor.name, factor.default) for factor in factors) for row in self.rows]
        rows = [base]
        for k, factor in enumerate(factors):
            rows.extend((*base[:k], value, *base[k + 1 :]) for value in _others(factor, self.levels))
        return rows


def _others(factor: Factor, levels: int) -> list[Any]:
    """Levels of a factor without its base value, which row 0 has already."""
    same = (isinstance(factor.default, bool), factor.default)
    return [value for value in factor.grid(levels) if (isinstance(value, bool), value) != same]


def _bounded(factor: Factor) -> bool:
    return factor.low is not None and factor.high is not None


def _index(count: int) -> Any:
    import pandas as pd

    return pd.RangeIndex(count, name="row")

"""Tables of a sweep as Arrow tables of fixed column types: design, runs, series, failures.

The type of a factor's column follows from the whole design and never from the rows at hand, so that all shards of a
sweep fit together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from sim.recording import tables

if TYPE_CHECKING:
    from sim.experiments.sweep.specification import Sweep

#: First columns of the table of runs.
KEYS = ("row", "replicate", "seed")
#: Columns of the table of failures.
FAILURE_COLUMNS = (*KEYS, "kind", "error", "traceback", "command")
_DATE = pa.timestamp("us")


@dataclass(frozen=True)
class Columns:
    """Columns of a sweep's tables."""

    factors: Mapping[str, pa.DataType]
    outcomes: tuple[str, ...]
    series: tuple[str, ...]

    @property
    def runs(self) -> pa.Schema:
        """Schema of the table of runs."""
        keys = [(name, pa.int64()) for name in KEYS]
        return pa.schema([*keys, *self.factors.items(), *((name, pa.float64()) for name in self.outcomes)])

    @property
    def weeks(self) -> pa.Schema:
        """Schema of the table of series."""
        keys = [*((name, pa.int64()) for name in (*KEYS, "week")), ("date", _DATE)]
        return pa.schema([*keys, *((name, pa.float64()) for name in self.series)])

    def runs_table(
        self,
        keys: Mapping[str, np.ndarray],
        factors: Mapping[str, Sequence[Any] | np.ndarray],
        outcomes: Mapping[str, np.ndarray],
    ) -> pa.Table:
        """Table of runs: ``keys`` (row, replicate, seed), values of factors and outcomes, each ``(runs,)``."""
        arrays = [tables.integers(keys[name]) for name in KEYS]
        arrays += [typed(factors[name], kind) for name, kind in self.factors.items()]
        arrays += [tables.numbers(np.asarray(outcomes[name], dtype=float)) for name in self.outcomes]
        return pa.Table.from_arrays(arrays, schema=self.runs)

    def series_table(
        self,
        keys: Mapping[str, np.ndarray],
        weeks: np.ndarray,
        days: np.ndarray,
        outputs: Mapping[str, np.ndarray],
    ) -> pa.Table:
        """Table of series: keys, week numbers, days ``datetime64[D]`` and outputs, each ``(rows,)``."""
        arrays = [tables.integers(keys[name]) for name in KEYS]
        arrays += [tables.integers(weeks), pa.array(days.astype("datetime64[us]"), type=_DATE)]
        arrays += [tables.numbers(outputs[name]) for name in self.series]
        return pa.Table.from_arrays(arrays, schema=self.weeks)

    def design_table(self, factors: Mapping[str, np.ndarray]) -> pa.Table:
        """Table of the design: row and the values of the factors, each ``(rows,)``."""
        rows = len(next(iter(factors.values()))) if factors else 0
        arrays = [tables.integers(np.arange(rows)), *(typed(factors[n], k) for n, k in self.factors.items())]
        return pa.Table.from_arrays(arrays, schema=pa.schema([("row", pa.int64()), *self.factors.items()]))


def columns_of(sweep: Sweep, design: Mapping[str, np.ndarray]) -> Columns:
    """Columns of the tables of a sweep, given the columns of its design."""
    return Columns(
        {name: _kind(values) for name, values in design.items()},
        tuple(outcome.name for outcome in sweep.outcomes),
        tuple(sweep.series),
    )


def typed(values: Sequence[Any] | np.ndarray, kind: pa.DataType) -> pa.Array:
    """Values of a factor as an Arrow array; None is null, and what is no text in a column of texts is written."""
    if isinstance(values, np.ndarray) and values.dtype != object:
        return pa.array(values, type=kind)
    plain = [value.item() if hasattr(value, "item") else value for value in values]
    if kind == pa.string():
        plain = [value if value is None or isinstance(value, str) else _written(value) for value in plain]
    return pa.array(plain, type=kind)


def failures_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Table of failures from one mapping a failure."""
    arrays = [pa.array([row[name] for row in rows], type=kind) for name, kind in _failures().items()]
    return pa.Table.from_arrays(arrays, schema=pa.schema(list(_failures().items())))


def _failures() -> dict[str, pa.DataType]:
    return {name: pa.int64() if name in KEYS else pa.string() for name in FAILURE_COLUMNS}


def _kind(values: np.ndarray) -> pa.DataType:
    kinds = {"b": pa.bool_(), "i": pa.int64(), "u": pa.int64(), "f": pa.float64()}
    return kinds.get(values.dtype.kind, pa.string())


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

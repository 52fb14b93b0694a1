"""An opened sweep as the explorer reads it: tables, names, units, samples, bins."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import sim
from sim.report.labels import Label, Labels

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.sweep.dataset import SweepData
    from sim.experiments.sweep.factors import Factor

#: Most points or lines that are sent to the browser.
MOST_DRAWN = 3_000
#: Most bins of a heat map along a factor, and runs that a cell should hold on average where values are binned.
BINS, RUNS_IN_CELL = 12, 4
#: Most cells that a table in the page shows; downloads have all rows.
SHOWN_ROWS = 100


class Empty(ValueError):
    """There is nothing to explore yet; the message can be shown."""


@dataclass(frozen=True)
class Explored:
    """One sweep.

    Attributes
    ----------
    name
        Its name in page and address.
    data
        Its data.
    command_path
        Its folder for commands.

    """

    name: str
    data: SweepData
    command_path: str

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run of the design; the runs of the base scenario are left out."""
        runs = self.data.runs
        return runs[runs["row"] >= 0].reset_index(drop=True)

    @cached_property
    def labels(self) -> Labels:
        """What factors and outcomes are called."""
        sweep = self.data.sweep
        return Labels.of(sweep.factors, sweep.outcomes, sweep.base_scenario)

    @property
    def outcomes(self) -> list[str]:
        """Names of the outcomes."""
        return list(self.data.outcomes)

    @cached_property
    def factors(self) -> dict[str, Factor]:
        """Factors by name."""
        return {factor.name: factor for factor in self.data.factors}

    def label(self, name: str) -> Label:
        """Label of a factor or an outcome."""
        return self.labels.factor(name) if name in self.factors else self.labels.outcome(name)

    def numeric(self, name: str) -> bool:
        """Whether a column holds numbers (outcomes do)."""
        return name not in self.factors or self.factors[name].numeric

    def log(self, name: str) -> bool:
        """Whether an axis of the column is logarithmic."""
        return name in self.factors and self.factors[name].scale == "log"

    def levels(self, name: str) -> list[str]:
        """Labels of a factor without numbers, in the order of the sweep."""
        return [written(value) for value in self.factors[name].values or ()]

    def sample(self, most: int = MOST_DRAWN) -> np.ndarray:
        """Places in :attr:`runs` that are drawn ``(n,)``, in order: all, or a sample that is the same each time."""
        count = len(self.runs)
        if count <= most:
            return np.arange(count)
        return np.sort(np.random.default_rng(0).choice(count, most, replace=False))

    def place(self, row: int, replicate: int) -> int | None:
        """Place of a run in :attr:`runs`, or nothing if it is not there."""
        found = np.flatnonzero((self.runs["row"] == row) & (self.runs["replicate"] == replicate))
        return int(found[0]) if len(found) else None

    @property
    def summary(self) -> str:
        """Runs, design and state in a sentence."""
        sweep = self.data.sweep
        told = (
            f"{len(self.runs):,} runs: {sweep.rows:,} design rows ({sweep.design.kind}) x {sweep.replicates:,} "
            f"replicate{'s' if sweep.replicates > 1 else ''}; {len(self.factors)} factors, "
            f"{len(self.outcomes)} outcomes."
        )
        failed = len(self.data.failures)
        if failed:
            told += f" {failed:,} run{'s' if failed > 1 else ''} failed and are left out."
        return told

    @property
    def command(self) -> str:
        """The command that makes the sweep again, or what is missing of it."""
        import shlex

        return shlex.join(["parity", "sweep", f"{self.command_path}/sweep.toml", "--out", self.command_path])


def open_sweep(name: str, folder: Path, command_path: str) -> Explored:
    """Read a sweep.

    Raises
    ------
    Empty
        If there are no runs, factors or outcomes yet.
    sim.recording.store.StoreError
        If the directory cannot be read.

    """
    found = Explored(name, sim.load_data(folder), command_path)
    if not len(found.runs):
        raise Empty("This sweep has no finished runs yet. Come back when some are done.")
    if not found.factors or not found.outcomes:
        raise Empty("This sweep has no factors or no outcomes to draw.")
    return found


def written(value: Any) -> str:
    """A value of a factor as in a file."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class Heat:
    """Means of an outcome by bins of two factors: edges or labels of the bins, means and counts ``(y, x)``."""

    x: tuple[str, ...]
    y: tuple[str, ...]
    mean: np.ndarray
    count: np.ndarray
    binned: bool


def heat(explored: Explored, outcome: str, x: str, y: str, bins: int | None = None) -> Heat:
    """Mean of an outcome in each cell of two factors; NaN where there is no run with a value.

    Without ``bins``, a factor with many values gets as many as leave some runs in most cells.
    """
    runs = explored.runs
    bins = bins or int(np.clip((len(runs) / RUNS_IN_CELL) ** 0.5, 3, BINS))
    columns, x_names, x_binned = binned(explored, x, bins)
    rows, y_names, y_binned = binned(explored, y, bins)
    values = runs[outcome].to_numpy(dtype=float)
    known = np.isfinite(values) & (columns >= 0) & (rows >= 0)
    cells = rows[known] * len(x_names) + columns[known]
    shape = (len(y_names), len(x_names))
    count = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)
    total = np.bincount(cells, weights=values[known], minlength=shape[0] * shape[1]).reshape(shape)
    mean = np.divide(total, count, out=np.full(shape, np.nan), where=count > 0)
    return Heat(tuple(x_names), tuple(y_names), mean, count, x_binned or y_binned)


def binned(explored: Explored, name: str, bins: int = BINS) -> tuple[np.ndarray, list[str], bool]:
    """Bin of each run ``(runs,)`` (-1: none), names of the bins, and whether values were put together."""
    column, factor = explored.runs[name], explored.factors[name]
    if not factor.numeric:
        names = explored.levels(name)
        places = {label: place for place, label in enumerate(names)}
        return np.array([places.get(written(one), -1) for one in column]), names, False
    numbers = column.to_numpy(dtype=float)
    distinct = np.unique(numbers[np.isfinite(numbers)])
    if len(distinct) <= BINS:
        return np.searchsorted(distinct, numbers).astype(int), [f"{one:.4g}" for one in distinct], False
    # Values at or below 0 cannot stand on a logarithmic factor; its range excludes them.
    edges = (np.geomspace if factor.scale == "log" else np.linspace)(distinct[0], distinct[-1], bins + 1)
    place = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, bins - 1)
    return (
        place.astype(int),
        [f"{a:.3g} to {b:.3g}" for a, b in pairwise(edges)],
        True,
    )


def brushed_summary(explored: Explored, places: Sequence[int], names: Sequence[str]) -> list[dict[str, str]]:
    """Mean and range of the brushed runs beside those of all runs, one row a column (numbers only)."""
    runs = explored.runs
    some, lines = runs.iloc[list(places)], []
    for name in names:
        label = explored.label(name)
        if not explored.numeric(name):
            counts = some[name].map(written).value_counts()
            shown = ", ".join(f"{value} {count:,}" for value, count in counts.head(4).items())
            lines.append({"column": name, "unit": "", "brushed": shown, "range": "", "all": ""})
            continue
        inside, whole = some[name].to_numpy(dtype=float), runs[name].to_numpy(dtype=float)
        inside, whole = inside[np.isfinite(inside)], whole[np.isfinite(whole)]
        told = (
            {"brushed": f"{inside.mean():.4g}", "range": f"{inside.min():.4g} to {inside.max():.4g}"}
            if len(inside)
            else {"brushed": "not defined", "range": ""}
        )
        mean = f"{whole.mean():.4g}" if len(whole) else "not defined"
        lines.append({"column": name, "unit": label.unit, **told, "all": mean})
    return lines


def csv_bytes(table: pd.DataFrame) -> bytes:
    """A table as CSV, empty where a number is not defined."""
    return table.to_csv(index=False, lineterminator="\n").encode()


def parquet_bytes(table: pd.DataFrame) -> bytes:
    """A table as Parquet."""
    held = io.BytesIO()
    table.to_parquet(held, index=False)
    return held.getvalue()

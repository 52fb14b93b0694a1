"""Bins of factors, means of an outcome in them, and where a range of values lies among the bins."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from viz.exploring.explored import Explored, written

if TYPE_CHECKING:
    from sim.analysis import Limit

#: Most bins along a factor, and runs that a cell should hold on average where values are put together.
BINS, RUNS_IN_CELL = 12, 4


@dataclass(frozen=True)
class Bins:
    """Values of a factor in order.

    Attributes
    ----------
    places
        Bin of each run ``(runs,)``; -1: none.
    names
        What the bins are called.
    ends
        Edges of bins that put values together ``(bins + 1,)``, or the values themselves ``(bins,)``; nothing for
        labels.
    together
        Whether a bin holds different values.
    log
        Whether edges are evenly spaced in the logarithm.

    """

    places: np.ndarray
    names: tuple[str, ...]
    ends: np.ndarray | None
    together: bool
    log: bool = False

    def spans(self, limit: Limit) -> list[tuple[float, float]]:
        """Where a limit lies among the bins, bin k reaching from k - 0.5 to k + 0.5; labels may lie apart."""
        if limit.low is None or limit.high is None or self.ends is None:
            return _blocks([name in limit.labels for name in self.names])
        if not self.together:
            return _blocks(((self.ends >= limit.low) & (self.ends <= limit.high)).tolist())
        scale = np.log if self.log else np.asarray
        edges, (low, high) = scale(self.ends), scale(np.array([limit.low, limit.high]))
        place = np.interp([low, high], edges, np.arange(len(edges)) - 0.5)
        return [(float(place[0]), float(place[1]))]


@dataclass(frozen=True)
class Heat:
    """Means of an outcome by bins of two factors; means and counts are ``(y, x)``."""

    x: Bins
    y: Bins
    mean: np.ndarray
    count: np.ndarray


def heat(explored: Explored, outcome: str, x: str, y: str, bins: int | None = None) -> Heat:
    """Mean of an outcome in each cell of two factors; NaN where there is no run with a value.

    Without ``bins``, a factor with many values gets as many as leave some runs in most cells.
    """
    bins = bins or int(np.clip((len(explored.runs) / RUNS_IN_CELL) ** 0.5, 3, BINS))
    columns, rows = binned(explored, x, bins), binned(explored, y, bins)
    values = explored.runs[outcome].to_numpy(dtype=float)
    known = np.isfinite(values) & (columns.places >= 0) & (rows.places >= 0)
    cells = rows.places[known] * len(columns.names) + columns.places[known]
    shape = (len(rows.names), len(columns.names))
    count = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)
    total = np.bincount(cells, weights=values[known], minlength=shape[0] * shape[1]).reshape(shape)
    mean = np.divide(total, count, out=np.full(shape, np.nan), where=count > 0)
    return Heat(columns, rows, mean, count)


def binned(explored: Explored, name: str, bins: int = BINS) -> Bins:
    """Bins of a factor: its labels, its values where they are few, else ranges of equal width on its scale."""
    column, factor = explored.runs[name], explored.factors[name]
    if not factor.numeric:
        names = explored.levels(name)
        places = {label: place for place, label in enumerate(names)}
        return Bins(np.array([places.get(written(one), -1) for one in column]), tuple(names), None, False)
    numbers = column.to_numpy(dtype=float)
    distinct = np.unique(numbers[np.isfinite(numbers)])
    log = factor.scale == "log"
    if len(distinct) <= BINS:
        names = [f"{one:.4g}" for one in distinct]
        return Bins(np.searchsorted(distinct, numbers).astype(int), tuple(names), distinct, False, log)
    # Values at or below 0 cannot stand on a logarithmic factor; its range excludes them.
    low = distinct[0] if factor.low is None else min(distinct[0], factor.low)
    high = distinct[-1] if factor.high is None else max(distinct[-1], factor.high)
    edges = (np.geomspace if log else np.linspace)(low, high, bins + 1)
    place = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, bins - 1)
    return Bins(place.astype(int), tuple(f"{a:.3g} to {b:.3g}" for a, b in pairwise(edges)), edges, True, log)


def trend(explored: Explored, outcome: str, x: str) -> tuple[np.ndarray, np.ndarray]:
    """Mean of a factor and of an outcome in each bin of the factor, over all runs; labels stand at their places."""
    found = binned(explored, x)
    values = explored.runs[outcome].to_numpy(dtype=float)
    known = np.isfinite(values) & (found.places >= 0)
    places, count = found.places[known], np.bincount(found.places[known], minlength=len(found.names))
    across = explored.runs[x].to_numpy(dtype=float)[known] if explored.numeric(x) else places.astype(float)
    full = count > 0
    means = [np.bincount(places, weights=part, minlength=len(count)) for part in (across, values[known])]
    return means[0][full] / count[full], means[1][full] / count[full]


def _blocks(inside: list[bool]) -> list[tuple[float, float]]:
    """Neighbouring bins that are inside, as ranges."""
    found: list[tuple[float, float]] = []
    for place, here in enumerate(inside):
        if here and found and found[-1][1] == place - 0.5:
            found[-1] = (found[-1][0], place + 0.5)
        elif here:
            found.append((place - 0.5, place + 0.5))
    return found

"""Ranges on columns: the runs that are in all of them, what a drag in a chart makes of them, and how they are said.

A selection is kept as ranges and not as runs: a link can carry it, and it holds for runs that are not drawn too. On a
factor without numbers a range counts the places of its values in the sweep, from 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from viz.exploring.address import MOST_RANGES, Range
from viz.exploring.axes import positions
from viz.exploring.explored import Explored

#: Ends of the range of each axis of a chart, nothing where it has none.
Marks = list[list[float] | None]
#: How far a mark reaches around the place of a value that is no number.
HALF = 0.45
#: Digits that are kept of a range's ends: of a column's width, or of the number itself on a logarithmic axis.
DIGITS = 3


@dataclass(frozen=True, eq=False)
class Selection:
    """Ranges, and which runs of a sweep are in all of them."""

    explored: Explored
    ranges: tuple[Range, ...]

    def __bool__(self) -> bool:
        """Whether anything is asked of the runs."""
        return bool(self.ranges)

    @cached_property
    def inside(self) -> np.ndarray:
        """Whether each run is selected ``(runs,)``; drawn or not."""
        return inside(self.explored, self.ranges)

    @property
    def count(self) -> int:
        """Number of selected runs."""
        return int(self.inside.sum())

    @cached_property
    def drawn(self) -> int:
        """Number of selected runs among those that are drawn."""
        return int(self.inside[self.explored.sample()].sum())


def inside(explored: Explored, ranges: Sequence[Range]) -> np.ndarray:
    """Whether each run is in all ranges ``(runs,)``, ends included; a run where a value is not defined is not."""
    kept = np.ones(len(explored.runs), dtype=bool)
    for one in ranges:
        values, _ = positions(explored, one.column)
        kept &= (values >= one.low) & (values <= one.high)
    return kept


def marks(explored: Explored, ranges: Sequence[Range], columns: Sequence[str]) -> Marks:
    """What a chart with these columns as axes marks."""
    held = {one.column: one for one in ranges}
    made: Marks = []
    for column in columns:
        one = held.get(column)
        beside = 0.0 if explored.numeric(column) else HALF
        made.append(None if one is None else [one.low - beside, one.high + beside])
    return made


def after(
    explored: Explored,
    ranges: Sequence[Range],
    columns: Sequence[str],
    brushed: Sequence[Sequence[float] | None],
) -> tuple[Range, ...]:
    """The ranges after a drag in a chart with these columns; those on other columns stay."""
    held = {one.column: one for one in ranges}
    for column, ends in zip(columns, brushed, strict=False):
        if ends is None:
            held.pop(column, None)
        else:
            held[column] = tidy(explored, column, min(ends), max(ends))
    return tuple(held.values())[:MOST_RANGES]


def tidy(explored: Explored, column: str, low: float, high: float) -> Range:
    """A range with short ends, moved outwards so that no run falls out of it; whole places for labels."""
    if not explored.numeric(column):
        last = len(explored.levels(column)) - 1
        ends = [min(max(round(end), 0), last) for end in (low, high)]
        return Range(column, float(ends[0]), float(ends[1]))
    values = explored.runs[column].to_numpy(dtype=float)
    values = values[np.isfinite(values)]
    width = float(np.ptp(values)) if len(values) else 0.0
    log = explored.log(column)
    return Range(
        column,
        _short(low, abs(low) if log else width, math.floor),
        _short(high, abs(high) if log else width, math.ceil),
    )


def told(explored: Explored, one: Range) -> str:
    """A range in words."""
    if explored.numeric(one.column):
        unit = explored.label(one.column).unit
        return f"{one.column} from {one.low:.6g} to {one.high:.6g} {'' if unit == '1' else unit}".rstrip()
    names = [name for place, name in enumerate(explored.levels(one.column)) if one.low <= place <= one.high]
    return f"{one.column}: {', '.join(names) or 'no value'}"


def _short(value: float, size: float, towards: object) -> float:
    """A number with few digits, at most a thousandth of ``size`` away."""
    step = 10.0 ** (math.floor(math.log10(size)) - DIGITS) if size > 0 else 1e-3
    # What is short already stays, in spite of how floats are held.
    whole = value / step
    near = round(whole)
    if abs(whole - near) > 1e-9 * max(abs(whole), 1.0):
        near = towards(whole)  # type: ignore[operator]
    return float(f"{near * step:.12g}")

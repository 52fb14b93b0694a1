"""The box of PRIM in pictures: over scatter and heat map, over two factors, and among the boxes PRIM went through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from viz import theme
from viz.charts import generic
from viz.exploring.axes import dress_axis, positions
from viz.exploring.cells import Bins
from viz.exploring.explored import MOST_DRAWN, Explored, written
from viz.exploring.findings import Asked

if TYPE_CHECKING:
    from sim.analysis import Box, Discovery, Limit

Span = tuple[float | None, float | None]
#: A range without ends: the box does not restrict this axis.
OPEN: Span = (None, None)
#: Distance between the two lines of a box over cells, in bins.
INSET = 0.03


def limit_of(box: Box, factor: str) -> Limit | None:
    """What a box says about a factor, or nothing."""
    return next((one for one in box.limits if one.factor == factor), None)


def in_box(explored: Explored, box: Box) -> np.ndarray:
    """Whether each run lies in a box ``(runs,)``."""
    inside = np.ones(len(explored.runs), dtype=bool)
    for limit in box.limits:
        column = explored.runs[limit.factor]
        if limit.low is None:
            inside &= column.map(written).isin(limit.labels).to_numpy()
        else:
            inside &= limit.holds(column)
    return inside


def drawn_over(box: Box, x: str, y: str = "") -> tuple[list[str], list[str]]:
    """Of the factors that a box limits: those on the axes drawn, and the others."""
    names = [one.factor for one in box.limits]
    return [name for name in names if name in (x, y)], [name for name in names if name not in (x, y)]


def overlay(
    option: dict[str, Any],
    colour: str,
    dark: bool,
    x: Sequence[Span],
    y: Sequence[Span],
    counts: Mapping[str, int],
) -> None:
    """Draw a rectangle for every pair of ranges.

    ``counts`` has the number of categories of an axis that has no numbers (``x``, ``y``): there ranges are counted in
    bins (:meth:`~viz.exploring.cells.Bins.spans`), on a hidden axis of numbers that lies over that of the categories.
    """
    where = _hidden_axes(option, counts)
    for across in x:
        for up in y:
            made = generic.box({"x": across, "y": up, "label": "box", "colour": colour}, dark)
            option["series"].append({**made, **where})


def overlay_twice(
    option: dict[str, Any], dark: bool, x: Sequence[Span], y: Sequence[Span], counts: Mapping[str, int]
) -> None:
    """The same over cells of any colour: a light rectangle, and a dark one just inside it."""
    where = _hidden_axes(option, counts)
    for inset, colour in ((0.0, theme.ink(True)), (INSET, theme.ink(False))):
        for across in x:
            for up in y:
                ends = [
                    (low if low is None else low + inset, high if high is None else high - inset)
                    for low, high in (across, up)
                ]
                made = generic.box({"x": ends[0], "y": ends[1], "label": "box", "colour": colour}, dark)
                option["series"].append({**made, **where})


def _hidden_axes(option: dict[str, Any], counts: Mapping[str, int]) -> dict[str, int]:
    """Axes of numbers that lie over axes of categories, and what a series says to use them."""
    for key, count in counts.items():
        hidden = {"type": "value", "min": -0.5, "max": count - 0.5, "show": False}
        option[f"{key}Axis"] = [option[f"{key}Axis"], hidden]
    return {f"{key}AxisIndex": 1 for key in counts}


def spans_of(bins: Bins, limit: Limit | None) -> list[Span]:
    """Ranges of a limit among bins; one without ends where there is no limit."""
    return [OPEN] if limit is None else [*bins.spans(limit)]


def axis_spans(limit: Limit | None, labels: list[str] | None) -> list[Span]:
    """Ranges of a limit on an axis of numbers, or of labels."""
    if labels is not None:
        return spans_of(Bins(np.zeros(0, dtype=int), tuple(labels), None, False), limit)
    return [OPEN if limit is None else (limit.low, limit.high)]


def restricted(box: Box, x: str, y: str) -> tuple[str, str] | None:
    """The two factors with numbers of which the box leaves least, if they are not the two drawn."""
    ranges = {
        one.factor: (one.high - one.low) / (one.whole_high - one.whole_low)
        for one in box.limits
        if one.low is not None and one.high is not None and one.whole_low is not None
        and one.whole_high is not None and one.whole_high > one.whole_low
    }  # fmt: skip
    order = sorted(ranges, key=ranges.__getitem__)[:2]
    if not order or (order[0] in (x, y) and len(order) == 1) or set(order) == {x, y}:
        return None
    return order[0], order[1] if len(order) > 1 else (x if x != order[0] else y)


def box_plane(
    explored: Explored, found: Discovery, asked: Asked, x: str, y: str, dark: bool
) -> dict[str, Any]:
    """Design rows over two factors: those of interest, the others, and the box."""
    cases = found.cases
    horizontal, x_labels = positions(explored, x, cases)
    vertical, y_labels = positions(explored, y, cases)
    wanted = found.of_interest
    picked = np.arange(len(cases))
    if len(cases) > MOST_DRAWN:
        picked = np.sort(np.random.default_rng(0).choice(len(cases), MOST_DRAWN, replace=False))
    groups = {"other design rows": picked[~wanted[picked]], asked.condition: picked[wanted[picked]]}
    groups = {name: rows for name, rows in groups.items() if len(rows)}
    looks = {asked.condition: theme.series_style(1, dark)[0], "other design rows": theme.grey(dark)}
    option = generic.scatter(
        {name: (horizontal[rows], vertical[rows]) for name, rows in groups.items()},
        explored.label(x).with_unit, explored.label(y).with_unit, dark, colours=looks, most=MOST_DRAWN, size=8,
    )  # fmt: skip
    dress_axis(option, "xAxis", explored, x, x_labels)
    dress_axis(option, "yAxis", explored, y, y_labels)
    if drawn_over(found.box, x, y)[0]:
        labels = {key: held for key, held in (("x", x_labels), ("y", y_labels)) if held is not None}
        overlay(
            option,
            theme.ink(dark),
            dark,
            axis_spans(limit_of(found.box, x), x_labels),
            axis_spans(limit_of(found.box, y), y_labels),
            {key: len(held) for key, held in labels.items()},
        )
    return option


def trajectory(found: Discovery, dark: bool) -> dict[str, Any]:
    """Coverage and density of the boxes that PRIM went through, the chosen one marked."""
    table = found.trajectory
    if table is None:
        return generic.empty("PRIM kept no trajectory.", dark)
    picked = table["chosen"].to_numpy(dtype=bool)
    groups = {"boxes": ~picked, "chosen box": picked}
    coverage, density = (table[name].to_numpy(dtype=float) for name in ("coverage", "density"))
    said = [
        f"box {index}: coverage {a:.2f}, density {b:.2f}\nrestricts {names or 'nothing'}"
        for index, a, b, names in zip(table.index, coverage, density, table["factors"], strict=True)
    ]
    option = generic.scatter(
        {name: (coverage[mask], density[mask]) for name, mask in groups.items() if mask.any()},
        "coverage: share of the cases of interest inside", "density: share of interest inside", dark,
        says={name: [said[k] for k in np.flatnonzero(mask)] for name, mask in groups.items()}, size=8,
    )  # fmt: skip
    for key in ("xAxis", "yAxis"):
        option[key] |= {"min": 0, "max": 1}
    return option

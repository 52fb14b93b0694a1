"""Charts of a sweep's runs: scatter, heat map, parallel axes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from viz import theme
from viz.charts import generic
from viz.exploring import boxes
from viz.exploring.axes import dress_axis, positions, words
from viz.exploring.cells import heat, trend
from viz.exploring.explored import MOST_DRAWN, Explored
from viz.exploring.findings import Asked

if TYPE_CHECKING:
    from sim.analysis import Box

#: Cells of a heat map that still have room for their numbers.
ROOM_FOR_NUMBERS = 80
#: Dots or lines beyond which each is drawn smaller or fainter.
MANY = 800
RUNS, INSIDE, OUTSIDE = "runs", "runs in the box", "other runs"
SELECTED, CHOSEN, MEAN = "selected runs", "chosen run", "mean of all runs"


def scatter(
    explored: Explored,
    outcome: str,
    x: str,
    dark: bool,
    box: Box | None = None,
    asked: Asked | None = None,
    chosen: int | None = None,
    selected: np.ndarray | None = None,
) -> dict[str, Any]:
    """Each run as a dot: a factor below, an outcome at the side; a click tells the run's place as ``row``.

    A line has the mean of all runs, drawn or not. With a box, its runs are marked, and its limits on the factor are
    drawn as a rectangle above or below the threshold. Runs ``selected`` on the parallel axes (a mask of all runs) are
    marked in place of those in the box. The run that was ``chosen`` gets a mark of its own.
    """
    sample = explored.sample()
    horizontal, labels = positions(explored, x)
    vertical = explored.runs[outcome].to_numpy(dtype=float)
    limited = box is not None and bool(box.limits)
    groups = {RUNS: sample}
    if selected is not None:
        picked = selected[sample]
        groups = {OUTSIDE: sample[~picked], SELECTED: sample[picked]}
    elif box is not None and limited:
        inside = boxes.in_box(explored, box)
        groups = {OUTSIDE: sample[~inside[sample]], INSIDE: sample[inside[sample]]}
    if chosen is not None:
        groups[CHOSEN] = np.array([chosen])
    groups = {name: rows for name, rows in groups.items() if len(rows)}
    plain, marked = (theme.shade(theme.SERIES[place], dark) for place in (0, 1))
    faded = theme.grey(dark) if selected is not None else plain
    option = generic.scatter(
        {name: (horizontal[rows], vertical[rows]) for name, rows in groups.items()},
        explored.label(x).with_unit, explored.label(outcome).with_unit, dark, rows=groups,
        says={name: words(explored, rows, (x, outcome)) for name, rows in groups.items()},
        colours={RUNS: plain, OUTSIDE: faded, INSIDE: marked, SELECTED: marked, CHOSEN: theme.ink(dark)},
        size=6 if len(sample) < MANY else 4, most=MOST_DRAWN,
    )  # fmt: skip
    for series in option["series"]:
        if series["name"] == CHOSEN:
            series |= {"symbol": "circle", "symbolSize": 14, "z": 6}
            series["itemStyle"] = {
                "color": "transparent", "borderColor": theme.ink(dark), "borderWidth": 2, "opacity": 1,
            }  # fmt: skip
        elif series["name"] in (RUNS, OUTSIDE):
            series["itemStyle"]["opacity"] = 0.6
    _mean_line(option, explored, outcome, x, dark)
    dress_axis(option, "xAxis", explored, x, labels)
    limit = boxes.limit_of(box, x) if box is not None else None
    if limit is not None and asked is not None:
        ends = (asked.threshold, None) if asked.side == "above" else (None, asked.threshold)
        counts = {} if labels is None else {"x": len(labels)}
        boxes.overlay(option, theme.ink(dark), dark, boxes.axis_spans(limit, labels), [ends], counts)
    return option


def _mean_line(option: dict[str, Any], explored: Explored, outcome: str, x: str, dark: bool) -> None:
    """The mean of the outcome along the factor, and its name in the legend."""
    across, up = trend(explored, outcome, x)
    if len(across) < 2:
        return
    ink = theme.ink(dark)
    option["series"].append({
        "type": "line", "name": MEAN, "data": [list(pair) for pair in zip(generic.numbers(across), generic.numbers(up),
                                                                         strict=True)],
        "color": ink, "lineStyle": {"color": ink, "width": 2}, "symbol": "none", "silent": True, "z": 4,
        "tooltip": {"show": False},
    })  # fmt: skip
    names = [series["name"] for series in option["series"] if series["type"] != "custom"]
    head = theme.option_base(dark, names)
    # The sign of a line is the line alone.
    names = [{"name": name, "itemStyle": {"opacity": 0}} if name == MEAN else name for name in names]
    option["legend"] = {**head["legend"], "data": names}
    option["grid"] = {**head["grid"], "bottom": option["grid"]["bottom"]}


def heat_map(
    explored: Explored, outcome: str, x: str, y: str, dark: bool, box: Box | None = None
) -> dict[str, Any]:
    """Mean of an outcome over two factors; with a box, a rectangle where it limits one of them."""
    found = heat(explored, outcome, x, y)
    unit = explored.label(outcome).unit
    option = generic.heatmap(
        found.x.names, found.y.names, found.mean, unit, dark, x_unit=explored.label(x).with_unit,
        y_unit=explored.label(y).with_unit, show_values=found.mean.size <= ROOM_FOR_NUMBERS,
    )  # fmt: skip
    series = option["series"][0]
    rows = []
    for across, up, value in series["data"]:
        count = int(found.count[up, across])
        said = (
            f"{x}: {found.x.names[across]}\n{y}: {found.y.names[up]}\n"
            f"{f'mean {outcome} {value:.4g} {unit}'.strip()}\n{count:,} run{'s' if count != 1 else ''}"
        )
        shown = {"value": [across, up, float(f"{value:.3g}")], "says": said}
        rows.append(shown | {"label": {"color": _contrast(option["visualMap"], value)}})
    series["data"] = rows
    option["tooltip"]["formatter"] = "@says"
    # The colours are those of the cells, not of the box.
    option["visualMap"]["seriesIndex"] = 0
    if found.x.together:
        option["xAxis"]["axisLabel"] |= {"rotate": 30, "fontSize": 10}
        # Slanting labels are the higher the longer they are; the axis' name stands below them.
        option["xAxis"]["nameGap"] = 16 + round(2.8 * max(len(name) for name in found.x.names))
        option["grid"]["bottom"] = 26
    if box is not None and boxes.drawn_over(box, x, y)[0]:
        across, up = (
            boxes.spans_of(bins, boxes.limit_of(box, name)) for bins, name in ((found.x, x), (found.y, y))
        )
        counts = {"x": len(found.x.names), "y": len(found.y.names)}
        boxes.overlay_twice(option, dark, across, up, counts)
    return option


def parallel(
    explored: Explored, axes: Sequence[str], colour_by: str, dark: bool, within: np.ndarray | None = None
) -> dict[str, Any]:
    """A line a run (a sample of many) through the axes; runs that are not ``within`` (a mask of all runs) are faint."""
    sample = explored.sample()
    columns = {}
    for name in axes:
        columns[name], _ = positions(explored, name)
    option = generic.parallel(
        columns, dark, units={name: explored.label(name).unit for name in axes}, colour_by=colour_by,
        rows=sample.tolist(), most=MOST_DRAWN,
    )  # fmt: skip
    for name, made in zip(axes, option["parallelAxis"], strict=True):
        # Labels stand among the lines.
        made["axisLabel"] |= {"textBorderColor": theme.paper(dark), "textBorderWidth": 3}
        factor = explored.factors.get(name)
        if not explored.numeric(name):
            _words_axis(made, explored.levels(name))
            continue
        made["axisLabel"]["formatter"] = "@short:"
        if explored.log(name):
            made["type"] = "log"
        if factor is not None and factor.low is not None and factor.high is not None:
            # Values of a list, or a base outside the range, may lie beyond it.
            made |= {"min": min(made["min"], factor.low), "max": max(made["max"], factor.high)}
    if len(sample) > MANY:
        option["series"][0]["lineStyle"]["opacity"] = 0.2
    if within is not None:
        _fade(option, within[sample])
    return option


def _words_axis(made: dict[str, Any], names: list[str]) -> None:
    """Places with names on an axis of numbers: on one of categories ECharts shrinks a marked range to nothing."""
    # Ticks are counted from the end of the axis: every other one is a place.
    made |= {"min": -0.5, "max": len(names) - 0.5, "interval": 0.5, "axisTick": {"show": False}}
    made["axisLabel"] |= {"formatter": f"@names:{json.dumps(names)}", "hideOverlap": True}


def _fade(option: dict[str, Any], kept: np.ndarray) -> None:
    """Make the other lines as faint as those outside a marked range, whatever is marked."""
    series = option["series"][0]
    lines, faint = series["data"], series["inactiveOpacity"]
    series["data"] = [line for line, stays in zip(lines, kept, strict=True) if stays]
    others = [line for line, stays in zip(lines, kept, strict=True) if not stays]
    look = {"lineStyle": {**series["lineStyle"], "opacity": faint}, "activeOpacity": faint}
    option["series"].append({**series, "name": OUTSIDE, "data": others, **look})


def _contrast(key: dict[str, Any], value: float) -> str:
    """Ink that can be read on a cell of that value: the ramp goes from dark to light."""
    place = (value - key["min"]) / (key["max"] - key["min"])
    return "#ffffff" if place < 0.55 else "#111111"

"""Charts of any numbers: lines, dots, grids, bars and parallel axes, as plain JSON.

The charts of the Live page and those of Compare and Sweeps are made of these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from viz import theme
from viz.charts.marks import (
    Dash,
    band,
    box,
    colour_key,
    cursor_line,
    empty,
    every,
    frame,
    is_time,
    level_line,
    line,
    looks,
    numbers,
    times,
)

__all__ = [
    "band", "bars", "box", "colour_key", "cursor_line", "empty", "heatmap", "level_line", "line", "lines", "numbers",
    "parallel", "scatter", "times",
]  # fmt: skip


def lines(
    x: Any, ys: Mapping[str, Any], unit: str, dark: bool, bands: Mapping[str, tuple[Any, Any]] | None = None, *,
    colours: Mapping[str, str] | None = None, dashes: Mapping[str, Dash] | None = None, x_unit: str = "",
    cursor: Any = None, level: float | None = None, level_words: str = "", log: bool = False, zero: bool = False,
    step: Sequence[str] = (), low: float | None = None, high: float | None = None, legend: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """Lines over ``x`` (dates or numbers), each with an optional band ``{label: (low, high)}`` around it.

    ``cursor`` is an x value at which a vertical line is drawn, ``level`` a y value with a faint one; lines named in
    ``step`` keep their value until it changes. Without ``colours`` and ``dashes`` the palette is used in order.
    """
    names = list(ys)
    option = frame(
        x,
        unit,
        dark,
        names if legend and len(names) > 1 else [],
        x_unit=x_unit,
        log=log,
        zero=zero,
        low=low,
        high=high,
    )
    seen = looks(names, dark, colours, dashes)
    for name, values in ys.items():
        option["series"].append(line(name, x, values, *seen[name], step=name in step, z=3))
    # A band comes after its line: the legend takes its sign from the first series of a name.
    for name in names:
        if bands and name in bands:
            option["series"].append(band(name, x, *bands[name], seen[name][0]))
    if level is not None:
        option["series"].append(level_line(level, dark, level_words))
    if cursor is not None:
        option["series"].append(cursor_line(cursor, dark, is_time(x)))
    return option


def scatter(
    points: Mapping[str, tuple[Any, Any]], x_unit: str, y_unit: str, dark: bool, *,
    rows: Mapping[str, Any] | None = None, says: Mapping[str, Sequence[str]] | None = None,
    colours: Mapping[str, str] | None = None, size: float = 6,
    boxes: Sequence[Mapping[str, Any]] = (), diagonal: bool = False, most: int = 4000,
) -> dict[str, Any]:  # fmt: skip
    """Dots of each group ``{label: (x, y)}``; a click tells ``row`` (from ``rows``, else the position in the group).

    ``says`` are words for the tooltip. ``boxes`` are rectangles ``{"x": (low, high), "y": (low, high), "label": ...}``
    with None for an open end. At most ``most`` dots a group are drawn, evenly picked.
    """
    names = list(points)
    option = theme.option_base(dark, names if len(names) > 1 else [])
    option["tooltip"] |= {"trigger": "item", "formatter": "@says" if says else "@dims:row"}
    option["xAxis"] = theme.x_axis(dark, x_unit, scale=True)
    option["yAxis"] = theme.y_axis(dark, y_unit, scale=True)
    option["grid"]["bottom"] = 22
    seen = looks(names, dark, colours, None)
    symbols = ("circle", "triangle", "rect", "diamond", "pin")
    for place, (name, (x, y)) in enumerate(points.items()):
        x, y = np.asarray(x, float), np.asarray(y, float)
        kept = every(len(x), most)
        known = np.asarray(rows[name])[kept] if rows and name in rows else kept
        data = [
            [a, b, int(r)] for a, b, r in zip(numbers(x[kept]), numbers(y[kept]), known.tolist(), strict=True)
        ]
        dimensions = [x_unit or "x", y_unit or "y", "row"]
        if says:
            data = [[*item, says[name][int(k)]] for item, k in zip(data, kept, strict=True)]
            dimensions = [*dimensions, "says"]
        option["series"].append({
            "type": "scatter", "name": name, "data": data, "dimensions": dimensions, "encode": {"x": 0, "y": 1},
            "symbol": symbols[place % len(symbols)], "symbolSize": size, "color": seen[name][0],
            "itemStyle": {"color": seen[name][0], "opacity": 0.75},
        })  # fmt: skip
    option["series"] += [box(each, dark) for each in boxes]
    if diagonal:
        option["series"].append(_diagonal(points, dark))
    return option


def heatmap(
    xs: Sequence[Any], ys: Sequence[Any], values: Any, unit: str, dark: bool, *, x_unit: str = "", y_unit: str = "",
    centre: float | None = None, low: float | None = None, high: float | None = None, show_values: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Cells ``values[y, x]``, coloured; with ``centre`` the ramp is two-sided around it. A click tells x, y, value."""
    grid = np.asarray(values, float)
    found = grid[np.isfinite(grid)]
    least = float(found.min()) if low is None and len(found) else low or 0.0
    most = float(found.max()) if high is None and len(found) else high if high is not None else 1.0
    if centre is not None:
        reach = max(abs(least - centre), abs(most - centre)) or 1.0
        least, most = centre - reach, centre + reach
    flat = numbers(grid)
    wide = grid.shape[1] if grid.ndim == 2 else 0
    option = theme.option_base(dark, [])
    option["tooltip"] |= {"trigger": "item", "formatter": "@dims:"}
    option["grid"] |= {"bottom": 22 if x_unit else 6, "right": 84}
    labels = [[str(x) for x in _plain(xs)], [str(y) for y in _plain(ys)]]
    option["xAxis"] = theme.x_axis(dark, x_unit, "category", data=labels[0])
    option["yAxis"] = theme.y_axis(dark, y_unit, "category", data=labels[1])
    option["yAxis"]["splitLine"]["show"] = False
    option["visualMap"] = colour_key(least, most, unit, dark, two_sided=centre is not None, dimension=2)
    option["series"] = [{
        "type": "heatmap", "name": unit or "value", "dimensions": [x_unit or "x", y_unit or "y", unit or "value"],
        "data": [[k % wide, k // wide, value] for k, value in enumerate(flat) if value is not None],
        "label": {"show": show_values, "fontSize": 10},
        "itemStyle": {"borderColor": theme.paper(dark), "borderWidth": 1},
    }]  # fmt: skip
    return option


def parallel(
    columns: Mapping[str, Any], dark: bool, *, units: Mapping[str, str] | None = None, colour_by: str | None = None,
    rows: Sequence[int] | None = None, boxes: Mapping[str, tuple[float | None, float | None]] | None = None,
    most: int = 2000,
) -> dict[str, Any]:  # fmt: skip
    """A line a run through parallel axes; ranges can be marked on the axes (``on_ranges`` tells them).

    ``rows`` picks which rows are drawn; ``boxes`` names a range under an axis' name. Texts make a category axis. At
    most ``most`` lines are drawn.
    """
    names = list(columns)
    total = len(next(iter(columns.values()))) if names else 0
    picked = np.asarray(rows if rows is not None else np.arange(total), dtype=int)
    picked = picked[every(len(picked), most)]
    option = theme.option_base(dark, [])
    axes, drawn = [], []
    for place, name in enumerate(names):
        values = np.asarray(columns[name])
        made = theme.axis("value", dark, short_name(name, units), scale=True)
        made |= {
            "dim": place,
            "nameTextStyle": {**made["nameTextStyle"], "fontSize": 10},
            "nameTruncate": {"maxWidth": 110},
        }
        made.pop("splitLine")
        made["areaSelectStyle"] = {
            "width": 16, "borderColor": theme.ink(dark), "color": "rgba(127,127,127,0.35)", "opacity": 1,
        }  # fmt: skip
        if values.dtype.kind not in "fiub":
            kinds = sorted({str(value) for value in values})
            made |= {"type": "category", "data": kinds}
            drawn.append([str(value) for value in values[picked]])
        else:
            drawn.append(numbers(values[picked]))
            spread = [value for value in drawn[-1] if value is not None]
            if spread:
                made |= {
                    "min": min(spread),
                    "max": max(spread) if max(spread) > min(spread) else min(spread) + 1,
                }
        if boxes and name in boxes:
            ends = [made.get("min") if boxes[name][0] is None else boxes[name][0],
                    made.get("max") if boxes[name][1] is None else boxes[name][1]]  # fmt: skip
            made["areaSelectStyle"] = {"width": 14, "borderColor": theme.ink(dark), "opacity": 0.3}
            made["name"] += f"\n[{numbers([ends[0]], 3)[0]}, {numbers([ends[1]], 3)[0]}]"
        made["nameGap"] = 8 + 14 * (place % 2)  # neighbours' names stand on two heights
        ends = {0: "left", len(names) - 1: "right"} if len(names) > 1 else {}
        made["nameTextStyle"] |= {"align": ends.get(place, "center")}
        axes.append(made)
    option |= {
        "parallelAxis": axes,
        "parallel": {"left": 40, "right": 60, "top": 44, "bottom": 16, "axisExpandable": False,
                     "parallelAxisDefault": {"nameGap": 10}},
        "tooltip": {**option["tooltip"], "trigger": "item", "show": False},
    }  # fmt: skip
    colour = theme.shade(theme.SERIES[0], dark)
    option["series"] = [{
        "type": "parallel", "name": "runs", "smooth": False, "color": colour,
        "lineStyle": {"width": 1, "opacity": 0.35, "color": colour}, "inactiveOpacity": 0.04, "activeOpacity": 0.7,
        "data": [list(row) for row in zip(*drawn, strict=True)] if drawn else [],
    }]  # fmt: skip
    if colour_by in names and axes[names.index(colour_by)]["type"] == "value":
        where = names.index(colour_by)
        spread = [value for value in drawn[where] if value is not None] or [0.0, 1.0]
        option["visualMap"] = colour_key(min(spread), max(spread), "", dark, two_sided=False, dimension=where)
        option["parallel"]["right"] = 110
        option["series"][0]["lineStyle"].pop("color")
    return option


def bars(
    labels: Sequence[str], values: Any, unit: str, dark: bool, *, intervals: tuple[Any, Any] | None = None,
    colours: Sequence[str] | None = None, name: str = "value", level: float | None = None, horizontal: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """A value a label as dot and whisker (``intervals=(low, high)``), or as bars where there is no interval."""
    option = theme.option_base(dark, [])
    option["tooltip"]["trigger"] = "item"
    option["tooltip"]["formatter"] = "@says"
    values = numbers(values)
    low, high = (numbers(intervals[0]), numbers(intervals[1])) if intervals else ([None] * len(values),) * 2
    drawn = list(colours) if colours else [theme.shade(theme.SERIES[0], dark)] * len(values)
    category = theme.axis("category", dark, data=[str(label) for label in labels], inverse=horizontal)
    category["axisLabel"] |= {"width": 150, "overflow": "truncate", "interval": 0}
    value_axis = theme.x_axis(dark, unit, scale=bool(intervals)) if horizontal else theme.y_axis(dark, unit)
    value_axis["splitLine"]["show"] = True
    option["xAxis"], option["yAxis"] = (value_axis, category) if horizontal else (category, value_axis)
    if horizontal:
        option["grid"] |= {"bottom": 22, "top": 22}
    facts = [
        {
            "says": _interval_words(labels[k], values[k], low[k], high[k], unit),
            "name": str(labels[k]),
            "row": k,
        }
        for k in range(len(values))
    ]
    if intervals and horizontal:
        for k, colour in enumerate(drawn):
            option["series"].append({
                "type": "custom", "name": name, "renderItem": "errorbar", "color": colour,
                "itemStyle": {"color": colour}, "encode": {"x": [0, 2, 3], "y": 1},
                "data": [{**facts[k], "value": [values[k], k, low[k], high[k], 0, 1]}],
            })  # fmt: skip
    else:
        option["series"].append({
            "type": "bar", "name": name, "barMaxWidth": 18, "color": drawn[0] if drawn else theme.grey(dark),
            "data": [{**facts[k], "value": value, "itemStyle": {"color": drawn[k]}} for k, value in enumerate(values)],
        })  # fmt: skip
        if intervals:
            option["series"].append({
                "type": "custom", "renderItem": "interval", "id": "silent:intervals", "color": theme.ink(dark),
                "data": [[k, values[k], low[k], high[k], 0] for k in range(len(values))],
                "encode": {"x": 0, "y": [2, 3]}, "silent": True, "z": 4, "itemStyle": {"color": theme.ink(dark)},
            })  # fmt: skip
    if level is not None and option["series"]:
        key = "xAxis" if horizontal else "yAxis"
        mark = level_line(level, dark)
        mark["markLine"]["data"] = [{key: float(level)}]
        option["series"].append(mark)
    return option


def short_name(name: str, units: Mapping[str, str] | None = None) -> str:
    """Name of an axis with its unit where it has one."""
    unit = (units or {}).get(name, "")
    return f"{name} [{unit}]" if unit and unit != "1" else name


def _interval_words(label: str, value: Any, low: Any, high: Any, unit: str) -> str:
    between = f" [{low}, {high}]" if low is not None and high is not None else ""
    return f"{label}\n{'–' if value is None else value}{between} {unit}".rstrip()


def _plain(values: Sequence[Any]) -> list[Any]:
    array = np.asarray(values)
    return numbers(array) if array.dtype.kind in "fiu" else [str(value) for value in array.tolist()]


def _diagonal(points: Mapping[str, tuple[Any, Any]], dark: bool) -> dict[str, Any]:
    every_value = np.concatenate(
        [np.ravel(np.asarray(part, float)) for pair in points.values() for part in pair]
    )
    every_value = every_value[np.isfinite(every_value)]
    ends = numbers([every_value.min(), every_value.max()]) if len(every_value) else [0, 1]
    made = line("equal", ends, ends, theme.grey(dark), [3, 3], width=1)
    return made | {"id": "silent:diagonal", "silent": True, "tooltip": {"show": False}}

"""Charts of a sensitivity analysis: dots with intervals, Morris's plane, curves of one factor at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from viz import theme
from viz.charts import generic
from viz.exploring.explored import Explored
from viz.exploring.findings import BESIDE, MEASURES, Curve

if TYPE_CHECKING:
    from sim.analysis import Sensitivity

#: Most inputs that a chart shows; the table has them all.
MOST_BARS = 16
#: Measures in the unit of the outcome.
IN_UNIT = ("morris", "one-at-a-time")
#: Columns of small charts of curves, and the height of one (pixels).
ACROSS, TALL = 3, 190
#: Largest share of Morris's plane, right of which names stand left of their dots.
RIGHT = 0.75


def height_of_bars(count: int) -> int:
    """Height in pixels of bars for so many inputs."""
    return 90 + 30 * min(count, MOST_BARS)


def bars(found: Sensitivity, dark: bool, column: str = "") -> dict[str, Any]:
    """Dots with intervals (or bars) of a measure, by default the one that ranks, and of the one beside it."""
    column = column or found.importance
    table = found.table.head(MOST_BARS)
    if column != found.importance:
        table = found.table.sort_values(column, ascending=False, kind="stable").head(MOST_BARS)
    measures = [column, *(name for name in BESIDE.get(column, ()) if name in table)]
    unit = measure(found, column)
    labels = [str(name) for name in table.index]
    option = generic.bars(labels, table[column], unit, dark, intervals=_ends(table, column), name=column)
    if len(measures) > 1 and _ends(table, column) is not None:
        looks = {name: theme.series_style(place, dark)[0] for place, name in enumerate(measures)}
        names = [MEASURES[name] for name in measures]
        option = theme.option_base(dark, names) | {key: option[key] for key in ("xAxis", "yAxis", "tooltip")}
        option["grid"] |= {"bottom": 26}
        option["xAxis"]["name"] = (
            found.unit if found.method in IN_UNIT and found.unit not in ("", "1") else "value"
        )
        for place, name in enumerate(measures):
            option["series"].append(_dots(table, name, looks[name], 0.16 * (2 * place - 1), place == 0))
    option["xAxis"]["axisLabel"]["formatter"] = "@short:"
    # An index may be estimated below zero, and a coefficient may be negative.
    low = [table[f"{name}_low"] if f"{name}_low" in table else table[name] for name in measures]
    if min(float(np.nanmin(ends.to_numpy(dtype=float))) for ends in low) < 0.0:
        zero = generic.level_line(0.0, dark)
        zero["markLine"]["data"] = [{"xAxis": 0}]
        option["series"].append(zero)
    return option


def measure(found: Sensitivity, column: str) -> str:
    """A measure in words, with its unit."""
    told = MEASURES.get(column, column)
    return f"{told} ({found.unit})" if found.method in IN_UNIT and found.unit not in ("", "1") else told


def morris_plane(found: Sensitivity, dark: bool) -> dict[str, Any]:
    """Size of each input's effect against its spread: above the line the effect depends on where the others are."""
    table = found.table[found.table["sigma"].notna()].head(MOST_BARS)
    star, sigma = (table[name].to_numpy(dtype=float) for name in ("mu_star", "sigma"))
    low, high = (table[f"mu_star_{end}"].to_numpy(dtype=float) for end in ("low", "high"))
    names = [str(name) for name in table.index]
    says = [
        f"{name}\nmu* {a:.4g} [{b:.4g}, {c:.4g}]\nsigma {d:.4g}"
        for name, a, b, c, d in zip(names, star, low, high, sigma, strict=True)
    ]
    option = generic.scatter(
        {"inputs": (star, sigma)}, measure(found, "mu_star"), measure(found, "sigma"), dark, says={"inputs": says},
        size=9,
    )  # fmt: skip
    ends = float(np.nanmax([*high, *sigma])) if len(star) else 1.0
    for key in ("xAxis", "yAxis"):
        option[key] |= {"min": 0}
        option[key]["axisLabel"]["showMaxLabel"] = False
    dots = option["series"][0]
    data = dots.pop("data")
    right = RIGHT * float(np.nanmax(high)) if len(star) else 1.0
    dots.pop("dimensions")
    dots["data"] = [
        {"value": item[:2], "says": says[place], "label": {
            "show": True, "formatter": names[place].replace("{", "(").replace("}", ")"), "fontSize": 11,
            "color": theme.ink(dark), "position": "left" if star[place] > right else "right",
            "opacity": 1,
        }}
        for place, item in enumerate(data)
    ]  # fmt: skip
    # Above the interval; where names would lie on one another, the pointer and the table have them.
    dots["labelLayout"] = {"dy": -9, "hideOverlap": True}
    for place in range(len(star)):
        whisker = generic.line(
            f"interval {place}", generic.numbers([low[place], high[place]]), generic.numbers([sigma[place]] * 2),
            dots["color"], "solid", width=1,
        )  # fmt: skip
        option["series"].append(
            whisker | {"id": f"silent:whisker:{place}", "silent": True, "tooltip": {"show": False}}
        )
    equal = generic.line("equal", [0, ends], [0, ends], theme.grey(dark), [3, 3], width=1)
    option["series"].append(equal | {"id": "silent:equal", "silent": True, "tooltip": {"show": False}})
    option["xAxis"]["max"] = float(f"{1.05 * float(np.nanmax(high)):.2g}") if len(star) else 1.0
    option["yAxis"]["max"] = float(f"{1.15 * float(np.nanmax(sigma)):.2g}") if len(star) else 1.0
    return option


def height_of_curves(count: int) -> int:
    """Height in pixels of so many small charts."""
    return TALL * -(-count // ACROSS) + 10


def curves(explored: Explored, outcome: str, found: Sequence[Curve], dark: bool) -> dict[str, Any]:
    """A small chart a factor, all with one scale at the side: means with intervals, the base's value as a ring."""
    option = theme.option_base(dark)
    option |= {"grid": [], "xAxis": [], "yAxis": []}
    option["tooltip"] |= {"trigger": "item", "formatter": "@says"}
    every = np.concatenate([part for one in found for part in (one.mean, one.low, one.high)])
    every = every[np.isfinite(every)]
    least, most = float(every.min()), float(every.max())
    spare = 0.06 * (most - least or abs(most) or 1.0)
    down, up = _round(least - spare, np.floor), _round(most + spare, np.ceil)
    colour, unit = theme.shade(theme.SERIES[0], dark), explored.label(outcome).with_unit
    for place, one in enumerate(found):
        column, row = place % ACROSS, place // ACROSS
        option["grid"].append({
            "left": f"{1 + 33 * column}%", "width": "31%", "top": 30 + TALL * row, "height": TALL - 40,
            "containLabel": True,
        })  # fmt: skip
        labels = [str(value) for value in one.values] if isinstance(one.values[0], str) else None
        kind = "category" if labels else "log" if explored.log(one.factor) else "value"
        x = theme.x_axis(
            dark, explored.label(one.factor).with_unit, kind, gridIndex=place, scale=True, splitNumber=4
        )
        x["axisLabel"]["formatter"] = "@short:"
        if labels:
            x["data"] = labels
        else:
            x |= {"min": min(one.values), "max": max(one.values)}
        y = theme.y_axis(dark, unit if column == 0 else "", gridIndex=place, min=down, max=up)
        y["axisLabel"] |= {"showMinLabel": False, "showMaxLabel": False}
        option["xAxis"].append(x)
        option["yAxis"].append(y)
        option["series"] += [
            {**series, "xAxisIndex": place, "yAxisIndex": place}
            for series in _curve(explored, outcome, one, labels, colour, dark)
        ]
    return option


def _curve(
    explored: Explored, outcome: str, one: Curve, labels: list[str] | None, colour: str, dark: bool
) -> list[dict[str, Any]]:
    """Line (dots for labels) and intervals of one curve."""
    x = list(range(len(one.values))) if labels else list(one.values)
    middle, low, high = (generic.numbers(part) for part in (one.mean, one.low, one.high))
    unit = explored.label(outcome).unit
    dots = []
    for k, value in enumerate(one.values):
        shown = value if labels else f"{value:.4g}"
        base = " (the base)" if k == one.base else ""
        between = f" [{low[k]:.4g}, {high[k]:.4g}]" if low[k] is not None and high[k] is not None else ""
        look = {"color": theme.paper(dark), "borderColor": theme.ink(dark), "borderWidth": 2} if base else {}
        dots.append({
            "value": [x[k], middle[k]], "symbolSize": 9 if base else 5, "itemStyle": look,
            "says": f"{one.factor}: {shown}{base}\n{outcome}: {one.mean[k]:.4g}{between} {unit}".rstrip(),
        })  # fmt: skip
    line = {
        "type": "line", "name": one.factor, "data": dots, "color": colour, "symbol": "circle", "z": 3,
        "lineStyle": {"color": colour, "width": 0 if labels else 2},
    }  # fmt: skip
    if all(end is None for end in low):
        return [line]
    if not labels:
        return [line, generic.band(one.factor, x, low, high, colour)]
    whiskers = [[k, middle[k], low[k], high[k], 0] for k in range(len(x))]
    return [line, {
        "type": "custom", "renderItem": "interval", "id": f"silent:interval:{one.factor}", "color": colour,
        "data": whiskers, "encode": {"x": 0, "y": [2, 3]}, "silent": True, "itemStyle": {"color": colour},
    }]  # fmt: skip


def _round(value: float, way: Any) -> float:
    """A number of two digits on that side of a value."""
    if value == 0.0:
        return 0.0
    unit = 10.0 ** (np.floor(np.log10(abs(value))) - 1)
    return float(f"{float(way(value / unit)) * unit:.6g}")


def _ends(table: Any, column: str) -> tuple[Any, Any] | None:
    low, high = f"{column}_low", f"{column}_high"
    return (table[low], table[high]) if low in table and high in table else None


def _dots(table: Any, name: str, colour: str, offset: float, filled: bool) -> dict[str, Any]:
    """Dots with intervals beside those of another measure, as ``errorbar`` of chart.vue draws them."""
    values = generic.numbers(table[name])
    ends = _ends(table, name)
    low, high = (generic.numbers(end) for end in ends) if ends else ([None] * len(values),) * 2
    data = [
        {"value": [values[k], k, low[k], high[k], offset, int(filled)], "name": str(label),
         "says": f"{label}\n{MEASURES[name]}: {values[k]}" + (f" [{low[k]}, {high[k]}]" if ends else "")}
        for k, label in enumerate(table.index)
    ]  # fmt: skip
    return {
        "type": "custom", "name": MEASURES[name], "renderItem": "errorbar", "color": colour,
        "itemStyle": {"color": colour}, "encode": {"x": [0, 2, 3], "y": 1}, "data": data,
    }  # fmt: skip

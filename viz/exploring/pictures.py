"""Charts of the sweep explorer, as ECharts options without functions; made of ``viz.charts.generic``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from viz import theme
from viz.charts import generic
from viz.exploring.explored import MOST_DRAWN, Explored, heat, written
from viz.exploring.findings import BESIDE, MEASURES, Asked

if TYPE_CHECKING:
    from sim.analysis import Box, Discovery, Sensitivity

#: Most inputs that bars show; the table has them all.
MOST_BARS = 16
#: Cells of a heat map that still have room for their numbers.
ROOM_FOR_NUMBERS = 80
#: Measures that lie on both sides of zero.
CENTRED = ("SRRC", "ST")
INSIDE, OUTSIDE = "runs in the box", "other runs"


def height_of_bars(count: int) -> int:
    """Height in pixels of bars for so many inputs."""
    return 90 + 30 * min(count, MOST_BARS)


def scatter(
    explored: Explored,
    outcome: str,
    x: str,
    dark: bool,
    box: Box | None = None,
    asked: Asked | None = None,
    chosen: int | None = None,
) -> dict[str, Any]:
    """Each run as a dot: a factor below, an outcome at the side; a click tells the run's place as ``row``.

    With a box, its runs are marked, and its limits on the factor are drawn as a rectangle above or below the
    threshold. The run that was ``chosen`` gets a mark of its own.
    """
    runs, sample = explored.runs, explored.sample()
    horizontal, labels = _positions(explored, x)
    vertical = runs[outcome].to_numpy(dtype=float)
    groups = {"runs": sample}
    boxes: list[dict[str, Any]] = []
    if box is not None and box.limits:
        inside = in_box(explored, box)
        groups = {OUTSIDE: sample[~inside[sample]], INSIDE: sample[inside[sample]]}
        boxes = _overlay(box, x, asked)
    if chosen is not None:
        groups["chosen run"] = np.array([chosen])
    points = {name: (horizontal[rows], vertical[rows]) for name, rows in groups.items() if len(rows)}
    option = generic.scatter(
        points, explored.label(x).with_unit, explored.label(outcome).with_unit, dark,
        rows={name: rows for name, rows in groups.items() if len(rows)},
        says={name: [_words(explored, int(k), (x, outcome)) for k in rows] for name, rows in groups.items()},
        colours={"runs": theme.shade(theme.SERIES[0], dark), INSIDE: theme.shade(theme.SERIES[1], dark),
                 OUTSIDE: theme.shade(theme.SERIES[0], dark), "chosen run": theme.ink(dark)},
        boxes=boxes, size=6 if len(sample) < 800 else 4, most=MOST_DRAWN,
    )  # fmt: skip
    for series in option["series"]:
        if series.get("name") == "chosen run":
            series |= {"symbol": "circle", "symbolSize": 14, "z": 6}
            series["itemStyle"] = {
                "color": "transparent", "borderColor": theme.ink(dark), "borderWidth": 2, "opacity": 1,
            }  # fmt: skip
    _dress_axis(option, "xAxis", explored, x, labels)
    return option


def heat_map(explored: Explored, outcome: str, x: str, y: str, dark: bool) -> dict[str, Any]:
    """Mean of an outcome over two factors."""
    found = heat(explored, outcome, x, y)
    option = generic.heatmap(
        found.x, found.y, found.mean, explored.label(outcome).unit, dark, x_unit=explored.label(x).with_unit,
        y_unit=explored.label(y).with_unit, show_values=found.mean.size <= ROOM_FOR_NUMBERS,
    )  # fmt: skip
    series = option["series"][0]
    unit = explored.label(outcome).unit
    rows = []
    for across, up, value in series["data"]:
        count = int(found.count[up, across])
        said = (
            f"{x}: {found.x[across]}\n{y}: {found.y[up]}\n{f'mean {outcome} {value:.4g} {unit}'.strip()}\n"
            f"{count:,} run{'s' if count != 1 else ''}"
        )
        shown = {"value": [across, up, float(f"{value:.3g}")], "says": said}
        rows.append(shown | {"label": {"color": _contrast(option["visualMap"], value)}})
    series["data"] = rows
    option["tooltip"]["formatter"] = "@says"
    if found.binned:
        option["xAxis"]["axisLabel"] |= {"rotate": 30, "fontSize": 10}
        option["xAxis"]["nameGap"] = 62
        option["grid"]["bottom"] = 26
    return option


def parallel(explored: Explored, axes: Sequence[str], colour_by: str, dark: bool) -> dict[str, Any]:
    """A line a run (a sample of many runs) through the axes; brushing tells positions in the sample."""
    sample = explored.sample()
    columns = {}
    for name in axes:
        column = explored.runs[name]
        columns[name] = (
            column.to_numpy(dtype=float) if explored.numeric(name) else np.array([written(v) for v in column])
        )
    option = generic.parallel(
        columns, dark, units={name: explored.label(name).unit for name in axes}, colour_by=colour_by,
        rows=sample.tolist(), most=MOST_DRAWN,
    )  # fmt: skip
    for name, made in zip(axes, option["parallelAxis"], strict=True):
        if not explored.numeric(name):
            made["data"] = explored.levels(name)
        elif explored.log(name):
            made["type"] = "log"
        if "type" in made and made["type"] != "category":
            made["axisLabel"]["formatter"] = "@short:"
    return option


def sensitivity_bars(found: Sensitivity, dark: bool) -> dict[str, Any]:
    """Dots with intervals (or bars) of the measure that ranks, and of the one beside it."""
    column = found.importance
    table = found.table.head(MOST_BARS)
    measures = [column, *(name for name in BESIDE.get(column, ()) if name in table)]
    unit = MEASURES.get(column, column)
    if found.method in ("morris", "one-at-a-time") and found.unit not in ("", "1"):
        unit = f"{unit} ({found.unit})"
    labels = [str(name) for name in table.index]
    option = generic.bars(labels, table[column], unit, dark, intervals=_ends(table, column), name=column)
    if len(measures) > 1 and _ends(table, column) is not None:
        looks = {name: theme.series_style(place, dark)[0] for place, name in enumerate(measures)}
        names = [MEASURES[name] for name in measures]
        option = theme.option_base(dark, names) | {key: option[key] for key in ("xAxis", "yAxis", "tooltip")}
        option["grid"] |= {"bottom": 26}
        option["xAxis"]["name"] = "value"
        for place, name in enumerate(measures):
            option["series"].append(_dots(table, name, looks[name], 0.16 * (2 * place - 1), place == 0))
    option["xAxis"]["axisLabel"]["formatter"] = "@short:"
    if column in CENTRED:
        zero = generic.level_line(0.0, dark)
        zero["markLine"]["data"] = [{"xAxis": 0}]
        option["series"].append(zero)
    return option


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
    horizontal, x_labels = _positions(explored, x, cases)
    vertical, y_labels = _positions(explored, y, cases)
    wanted = found.of_interest
    picked = np.arange(len(cases))
    if len(cases) > MOST_DRAWN:
        picked = np.sort(np.random.default_rng(0).choice(len(cases), MOST_DRAWN, replace=False))
    groups = {"other design rows": picked[~wanted[picked]], asked.condition: picked[wanted[picked]]}
    groups = {name: rows for name, rows in groups.items() if len(rows)}
    looks = {asked.condition: theme.series_style(1, dark)[0], "other design rows": theme.grey(dark)}
    limits = {one.factor: one for one in found.box.limits}
    ends = [limits.get(name) for name in (x, y)]
    drawn = [(one.low, one.high) if one is not None and one.low is not None else (None, None) for one in ends]
    boxes = [{"x": drawn[0], "y": drawn[1], "label": "box", "colour": theme.ink(dark)}]
    option = generic.scatter(
        {name: (horizontal[rows], vertical[rows]) for name, rows in groups.items()},
        explored.label(x).with_unit, explored.label(y).with_unit, dark, colours=looks,
        boxes=boxes if any(end is not None for pair in drawn for end in pair) else [], most=MOST_DRAWN, size=8,
    )  # fmt: skip
    _dress_axis(option, "xAxis", explored, x, x_labels)
    _dress_axis(option, "yAxis", explored, y, y_labels)
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


# -- pieces ------------------------------------------------------------------------------------------------


def _positions(explored: Explored, name: str, table: Any = None) -> tuple[np.ndarray, list[str] | None]:
    """Positions of a factor's values on an axis, and the labels of the axis if it has no numbers."""
    column = (explored.runs if table is None else table)[name]
    if explored.numeric(name):
        return column.to_numpy(dtype=float), None
    labels = explored.levels(name)
    places = {label: place for place, label in enumerate(labels)}
    return np.array([places.get(written(value), np.nan) for value in column], dtype=float), labels


def _dress_axis(
    option: dict[str, Any], key: str, explored: Explored, name: str, labels: list[str] | None
) -> None:
    """Make an axis one of labels, or logarithmic, where the factor is."""
    if labels is not None:
        option[key] |= {"type": "category", "data": labels}
    elif explored.log(name):
        option[key] |= {"type": "log"}
        option[key]["axisLabel"]["formatter"] = "@short:"


def _overlay(box: Box, x: str, asked: Asked | None) -> list[dict[str, Any]]:
    """The box as a rectangle, if it restricts the factor that is drawn and the factor has numbers."""
    for limit in box.limits:
        if limit.factor == x and limit.low is not None:
            ends: tuple[float | None, float | None] = (None, None)
            if asked is not None:
                ends = (asked.threshold, None) if asked.side == "above" else (None, asked.threshold)
            return [{"x": (limit.low, limit.high), "y": ends, "label": "box"}]
    return []


def _words(explored: Explored, place: int, names: Sequence[str]) -> str:
    """What the pointer shows of a run."""
    line = explored.runs.iloc[place]
    head = f"row {int(line['row'])}, seed {int(line['seed'])}"
    told = []
    for name in names:
        value = line[name]
        shown = written(value) if isinstance(value, str) or value == value else "not defined"
        shown = f"{value:.4g}" if isinstance(value, float) and value == value else shown
        told.append(f"{name}: {shown} {explored.label(name).unit}".strip())
    return "\n".join([head, *told])


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
         "says": f"{label}\n{MEASURES[name]}: {values[k]} [{low[k]}, {high[k]}]"}
        for k, label in enumerate(table.index)
    ]  # fmt: skip
    return {
        "type": "custom", "name": MEASURES[name], "renderItem": "errorbar", "color": colour,
        "itemStyle": {"color": colour}, "encode": {"x": [0, 2, 3], "y": 1}, "data": data,
    }  # fmt: skip


def _contrast(key: dict[str, Any], value: float) -> str:
    """Ink that can be read on a cell of that value: the ramp goes from dark to light."""
    place = (value - key["min"]) / (key["max"] - key["min"])
    return "#ffffff" if place < 0.55 else "#111111"

"""What charts are made of: rounded numbers, lines, bands, levels, the line at the week looked at, and the frame."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from viz import theme

#: Points a line at most.
MOST = 400
#: Significant digits that are sent.
DIGITS = 4

Dash = theme.Dash


def numbers(values: Any, digits: int = DIGITS) -> list[float | int | None]:
    """Plain numbers with ``digits`` significant digits; what is not finite becomes None."""
    array = np.asarray(values, dtype=float).ravel()
    with np.errstate(all="ignore"):
        size = np.where(np.isfinite(array) & (array != 0), np.abs(array), 1.0)
        places = digits - 1 - np.floor(np.log10(size))
        scale = np.power(10.0, np.clip(places, -250, 250))
        rounded = np.round(array * scale) / scale
    return [
        None if not math.isfinite(x) else int(x) if x.is_integer() and abs(x) < 1e15 else x
        for x in rounded.tolist()
    ]


def number(value: Any, digits: int = DIGITS) -> float | int | None:
    """One number in the same way, without the cost of an array."""
    if value is None or not math.isfinite(value):
        return None
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded == int(rounded) and abs(rounded) < 1e15 else rounded


def times(dates: Any) -> list[int]:
    """Dates as ECharts counts them: milliseconds since 1970, in UTC."""
    days = np.asarray(dates).astype("datetime64[D]").astype(np.int64).ravel()
    return (days * 86_400_000).tolist()


def is_time(x: Any) -> bool:
    """Whether ``x`` are dates."""
    return np.asarray(x).dtype.kind == "M"


def positions(x: Any) -> list[float | int | None]:
    """Values of an x axis as plain numbers; dates as milliseconds."""
    return times(x) if is_time(x) else numbers(x, 9)  # type: ignore[return-value]


def thin(x: Any, y: Any, most: int = MOST) -> tuple[np.ndarray, np.ndarray]:
    """At most ``most`` points of a line that keep its extremes."""
    x, y = np.asarray(x), np.asarray(y, dtype=float)
    if len(y) <= most:
        return x, y
    from viz.view import downsample

    shown, values = downsample(x, y, most)
    return np.asarray(shown), np.asarray(values, dtype=float)


def every(length: int, most: int = MOST) -> np.ndarray:
    """Indices of at most ``most`` evenly spread points, for lines that need the same x."""
    return (
        np.unique(np.linspace(0, max(length - 1, 0), min(length, most)).round().astype(int))
        if length
        else np.arange(0)
    )


def line(
    name: str,
    x: Any,
    y: Any,
    colour: str,
    dash: Dash = "solid",
    *,
    width: float = 1.8,
    step: bool = False,
    **more: Any,
) -> dict[str, Any]:
    """One line, thinned and rounded."""
    shown, values = thin(x, y)
    pairs = list(map(list, zip(positions(shown), numbers(values), strict=True)))
    return {
        "type": "line", "name": name, "data": pairs, "symbol": "circle" if len(pairs) == 1 else "none", "symbolSize": 4,
        "connectNulls": False, "color": colour, "lineStyle": {"color": colour, "type": dash, "width": width},
        "itemStyle": {"color": colour}, "emphasis": {"disabled": True},
        **({"step": "end"} if step else {}), **more,
    }  # fmt: skip


def band(name: str, x: Any, low: Any, high: Any, colour: str) -> dict[str, Any]:
    """A band between two lines; chart.vue draws it as one shape."""
    kept = every(len(np.asarray(low)))
    x, low, high = np.asarray(x)[kept], np.asarray(low, float)[kept], np.asarray(high, float)[kept]
    return {
        "type": "custom", "id": f"silent:band:{name}", "name": name, "renderItem": "band", "color": colour,
        "itemStyle": {"color": colour}, "dimensions": ["x", "low", "high"],
        "data": [list(row) for row in zip(positions(x), numbers(low), numbers(high), strict=True)],
        "encode": {"x": 0, "y": [1, 2]}, "silent": True, "clip": True, "z": 1, "tooltip": {"show": False},
    }  # fmt: skip


def cursor_line(at: Any, dark: bool, time: bool = True) -> dict[str, Any]:
    """Series without points that carries the vertical line at the week looked at."""
    where = times(np.asarray([at], dtype="datetime64[D]"))[0] if time else numbers([at])[0]
    return {
        "type": "line", "id": "silent:cursor", "data": [], "silent": True, "color": theme.grey(dark),
        "markLine": {
            "silent": True, "symbol": "none", "animation": False, "label": {"show": False},
            "lineStyle": {"color": theme.ink(dark), "width": 1, "type": "solid", "opacity": 0.75},
            "data": [{"xAxis": where}],
        },
    }  # fmt: skip


def level_line(at: float, dark: bool, words: str = "") -> dict[str, Any]:
    """Series without points that carries a faint level (zero, a threshold) with its name."""
    return {
        "type": "line", "id": f"silent:level:{words}:{at:g}", "data": [], "silent": True, "color": theme.grey(dark),
        "markLine": {
            "silent": True, "symbol": "none", "animation": False,
            "label": {"show": bool(words), "formatter": words, "position": "insideEndTop", "color": theme.grey(dark),
                      "fontSize": 10},
            "lineStyle": {"color": theme.grey(dark), "width": 1, "type": [3, 3]},
            "data": [{"yAxis": float(at)}],
        },
    }  # fmt: skip


def frame(
    x: Any, unit: str, dark: bool, names: Sequence[str], *, x_unit: str = "", log: bool = False, zero: bool = False,
    tooltip_unit: str | None = None, low: float | None = None, high: float | None = None, dots: Sequence[str] = (),
) -> dict[str, Any]:  # fmt: skip
    """Option without series: axes over time (dates) or numbers, legend, tooltip."""
    time = is_time(x)
    option = theme.option_base(dark, list(names))
    if names:  # the sign of a line is its dash alone; only dots show a symbol
        option["legend"]["data"] = [
            {"name": name} if name in dots else {"name": name, "itemStyle": {"opacity": 0}} for name in names
        ]
    told = unit if tooltip_unit is None else tooltip_unit
    option["tooltip"]["formatter"] = (
        f"@{'time' if time else 'number'}:{told if told not in ('share',) else ''}"
    )
    x = np.asarray(x)
    ends = positions(x[[0, -1]]) if len(x) else [None, None]
    option["xAxis"] = theme.x_axis(dark, "" if time else x_unit, "time" if time else "value")
    if ends[0] is not None and ends[0] != ends[1]:
        option["xAxis"] |= {"min": ends[0], "max": ends[1]}
    if x_unit and not time:
        option["grid"]["bottom"] = 22
    option["yAxis"] = theme.y_axis(dark, unit, "log" if log else "value", scale=not zero)
    option["yAxis"] |= {"min": low} if low is not None else {}
    option["yAxis"] |= {"max": high} if high is not None else {}
    option["yAxis"] |= {"interval": 0.25} if (low, high) == (0, 1) else {}
    return option


def box(limits: Mapping[str, Any], dark: bool) -> dict[str, Any]:
    """A dashed rectangle ``{"x": (low, high), "y": (low, high), "label": ...}``; None is an open end."""
    (x0, x1), (y0, y1) = limits.get("x") or (None, None), limits.get("y") or (None, None)
    ends = [None if end is None else numbers([end])[0] for end in (x0, y0, x1, y1)]
    return {
        "type": "custom", "id": f"silent:box:{limits.get('label', '')}:{ends}", "renderItem": "box", "data": [ends],
        "name": str(limits.get("label", "box")), "color": limits.get("colour") or theme.shade(theme.SERIES[1], dark),
        "dimensions": ["x0", "y0", "x1", "y1"], "encode": {"x": [], "y": []}, "silent": True, "clip": True, "z": 5,
        "tooltip": {"show": False},
    }  # fmt: skip


def colour_key(
    low: float, high: float, unit: str, dark: bool, *, two_sided: bool, dimension: int | str
) -> dict[str, Any]:
    """What a colour means, as a bar at the right."""
    ends = numbers([high, low], 3)
    return {
        "type": "continuous", "min": float(low), "max": float(high) if high > low else float(low) + 1e-9,
        "dimension": dimension, "calculable": False, "right": 2, "top": 44, "itemWidth": 10, "itemHeight": 110,
        "inRange": {"color": theme.diverging(dark) if two_sided else theme.sequential()},
        "text": [f"{ends[0]} {unit}".strip(), str(ends[1])], "textStyle": {"color": theme.ink(dark), "fontSize": 10},
        "textGap": 4,
    }  # fmt: skip


def empty(words: str, dark: bool) -> dict[str, Any]:
    """An option that says why there is nothing to draw."""
    option = theme.option_base(dark)
    option["title"] = {
        "text": words, "left": "center", "top": "middle",
        "textStyle": {"color": theme.grey(dark), "fontSize": 12, "fontWeight": "normal", "width": 320,
                      "overflow": "break"},
    }  # fmt: skip
    return option


def looks(
    names: Sequence[str], dark: bool, colours: Mapping[str, str] | None, dashes: Mapping[str, Dash] | None
) -> dict[str, tuple[str, Dash]]:
    """Colour and dash of each line: those given, else the palette's in order."""
    made = {}
    for place, name in enumerate(names):
        colour, dash = theme.series_style(place, dark)
        made[name] = ((colours or {}).get(name, colour), (dashes or {}).get(name, dash))
    return made

"""Colours, dashes and the common part of every chart, light and dark.

The palette is the report's (Okabe and Ito): the blocs are green and purple, never blue against red, and
narratives are drawn alike whatever they say. On a dark page each colour is lightened, so that it keeps its
contrast; lines differ in dash too, so that nothing depends on colour alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.report import style

if TYPE_CHECKING:
    from viz.view import LabInfo

US, CN, OTHER = style.US, style.CN, style.BLUE
BLOCS = {"us": US, "cn": CN, "other": OTHER}

#: Colour of each narrative.
CLAIMS: dict[str, str] = {
    "parity": style.PURPLE,
    "moat": style.GREEN,
    "copying": style.ORANGE,
    "cost": style.BLUE,
    "control": style.SKY,
    "motive": style.YELLOW,
}
#: What the event log calls a narrative whose output has a shorter name.
NARRATIVES: dict[str, str] = {"cost_efficiency": "cost", "control_call": "control"}
#: Colour of each group of receivers.
GROUPS: dict[str, str] = {"investors": style.BLUE, "policymakers": style.ORANGE, "communities": style.SKY}
#: Symbol of each group, so that a network can be read without colour.
GROUP_SYMBOLS: dict[str, str] = {"investors": "circle", "policymakers": "diamond", "communities": "triangle"}
#: Colours of unrelated series, in order.
SERIES: tuple[str, ...] = (style.BLUE, style.ORANGE, style.GREEN, style.PURPLE, style.SKY, style.YELLOW)

Dash = str | list[int]
DASHES: tuple[Dash, ...] = ("solid", [6, 3], [2, 2], [8, 3, 2, 3])
FONT = "Roboto, 'Segoe UI', 'DejaVu Sans', sans-serif"
TEXT = 11
#: Height of a row of the legend, and of the row below it: the unit at the left, the buttons at the right.
LEGEND_ROW, UNIT_ROW = 15, 20

#: Two-sided ramp from negative (purple) over neutral to positive (green).
_DIVERGING_LIGHT = ("#762a83", "#af8dc3", "#e2d9e6", "#dcead8", "#7fbf7b", "#1b7837")
_DIVERGING_DARK = ("#d5a6e6", "#a06cb5", "#8d7c95", "#7b917d", "#5fae6a", "#9be3a4")
#: One-sided ramp (viridis, read from low to high).
_SEQUENTIAL = ("#440154", "#3b528b", "#21918c", "#5ec962", "#fde725")


def shade(colour: str, dark: bool) -> str:
    """The colour as it is drawn on a light or a dark page."""
    return mix(colour, "#ffffff", 0.28) if dark else colour


def mix(colour: str, other: str, part: float) -> str:
    """``colour`` with a ``part`` of ``other`` in it."""
    pairs = zip(_rgb(colour), _rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def ink(dark: bool) -> str:
    """Colour of text and of lines that belong to nobody."""
    return "#e8e8e8" if dark else style.INK


def grey(dark: bool) -> str:
    """Colour of axes and of lines of reference."""
    return "#a3a3a3" if dark else "#6b6b6b"


def faint(dark: bool) -> str:
    """Colour of grid lines."""
    return "#3d3d3d" if dark else style.FAINT


def paper(dark: bool) -> str:
    """Colour behind a chart."""
    return "#1e1e1e" if dark else "#ffffff"


def diverging(dark: bool) -> list[str]:
    """Ramp of values on both sides of a neutral one; readable with any common colour vision."""
    return list(_DIVERGING_DARK if dark else _DIVERGING_LIGHT)


def sequential() -> list[str]:
    """Ramp of values from low to high."""
    return list(_SEQUENTIAL)


def series_style(index: int, dark: bool) -> tuple[str, Dash]:
    """Colour and dash of the series number ``index`` where no meaning fixes them."""
    return shade(SERIES[index % len(SERIES)], dark), DASHES[index % len(DASHES)]


def lab_style(lab: LabInfo, index: int, dark: bool = False) -> tuple[str, Dash]:
    """Colour (the bloc's, in three depths) and dash of the lab number ``index`` of its scenario."""
    depth = (0.0, 0.28, -0.28)[(index // len(DASHES)) % 3]
    base = BLOCS.get(lab.bloc, OTHER)
    return shade(mix(base, "#ffffff" if depth > 0 else "#000000", abs(depth)), dark), DASHES[
        index % len(DASHES)
    ]


def colours(dark: bool) -> set[str]:
    """Every colour that a chart may use."""
    plain = {US, CN, OTHER, *CLAIMS.values(), *GROUPS.values(), *SERIES}
    depths = {mix(base, end, 0.28) for base in BLOCS.values() for end in ("#ffffff", "#000000")}
    fixed = {ink(dark), grey(dark), faint(dark), paper(dark), *diverging(dark), *sequential()}
    return {shade(colour, dark) for colour in plain | depths} | fixed


def legend_rows(names: list[str], width: int = 336) -> int:
    """Rows that a legend takes on a narrow chart."""
    rows, used = 1, 0.0
    for name in names:
        need = 33 + 5.6 * len(name)
        if used and used + need > width:
            rows, used = rows + 1, 0.0
        used += need
    return rows


def option_base(dark: bool, names: list[str] | None = None) -> dict[str, Any]:
    """What all charts share; ``names`` are those in the legend.

    The row of units starts where the legend ends; chart.vue moves both when the chart is wider than ``legend_rows``
    takes it to be (``grid.underLegend`` tells it that it may).
    """
    names = names or []
    rows = min(legend_rows(names), 4) if names else 0
    top = 6 + LEGEND_ROW * rows + UNIT_ROW
    option: dict[str, Any] = {
        "useUTC": True,
        "animation": False,
        "backgroundColor": "transparent",
        "textStyle": {"color": ink(dark), "fontFamily": FONT, "fontSize": TEXT},
        "grid": {"left": 6, "right": 16, "top": top, "bottom": 6, "containLabel": True, "underLegend": 6 + UNIT_ROW},
        "tooltip": {
            "trigger": "axis", "confine": True, "transitionDuration": 0,
            "backgroundColor": paper(dark), "borderColor": grey(dark), "padding": [4, 8],
            "extraCssText": "max-width:340px;white-space:normal;",
            "textStyle": {"color": ink(dark), "fontSize": TEXT},
            "axisPointer": {"type": "line", "lineStyle": {"color": grey(dark), "type": "solid"}},
        },
        "series": [],
    }  # fmt: skip
    if names:
        option["legend"] = {
            "data": names, "type": "scroll" if legend_rows(names) > 4 else "plain", "top": 0, "left": 0, "right": 0,
            "itemWidth": 20, "itemHeight": 9, "itemGap": 8, "padding": [2, 0, 0, 2],
            "textStyle": {"color": ink(dark), "fontSize": TEXT}, "inactiveColor": grey(dark),
            "pageTextStyle": {"color": ink(dark)}, "pageIconColor": ink(dark), "pageIconInactiveColor": grey(dark),
        }  # fmt: skip
    return option


def axis(kind: str, dark: bool, name: str = "", **more: Any) -> dict[str, Any]:
    """An axis: ``kind`` is ECharts' type (value, time, log, category); ``name`` is its unit, above or at the end."""
    made: dict[str, Any] = {
        "type": kind, "name": name,
        "nameTextStyle": {"color": ink(dark), "fontSize": TEXT},
        "axisLine": {"show": True, "onZero": False, "lineStyle": {"color": grey(dark)}},
        "axisTick": {"show": True, "length": 3, "lineStyle": {"color": grey(dark)}},
        "axisLabel": {"color": ink(dark), "fontSize": TEXT, "hideOverlap": True},
        "splitLine": {"show": False, "lineStyle": {"color": faint(dark)}},
    }  # fmt: skip
    return made | more


def y_axis(dark: bool, unit: str, kind: str = "value", **more: Any) -> dict[str, Any]:
    """A value axis on the left with its unit above it, written from left to right."""
    made = axis(kind, dark, unit, nameLocation="end", nameGap=7, splitNumber=4, **more)
    made["nameTextStyle"] = {**made["nameTextStyle"], "align": "left"}
    made["splitLine"]["show"] = True
    return made


def x_axis(dark: bool, unit: str = "", kind: str = "value", **more: Any) -> dict[str, Any]:
    """An axis below; a unit is centred under it."""
    made = axis(kind, dark, unit, nameLocation="middle", nameGap=22, **more)
    if kind == "time":
        made["axisLabel"] |= {"formatter": {"year": "{yyyy}", "month": "{MMM}", "day": "{d} {MMM}"}}
        made["splitNumber"] = 5
    return made

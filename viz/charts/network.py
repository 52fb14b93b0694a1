"""The network of receivers: fixed places, faint edges, nodes coloured by what they believe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import sim
from viz import theme
from viz.charts import marks

if TYPE_CHECKING:
    from viz.view import View

#: Places are whole numbers up to this: short to send, finer than a pixel.
SIDE = 1000
#: Edges that are sent at most; in a large network a part shows its shape as well as all.
EDGES = 2500
WORDS = {"believed_gap": "believed lead", "believed_share": "believed copied share"}
UNITS = {"believed_gap": "believed_gap_investors", "believed_share": "believed_copied_share_investors"}


def beliefs(view: View, dark: bool, variable: str = "believed_gap") -> dict[str, Any]:
    """Nodes by group (symbol) and belief (colour) at the week looked at; a click tells ``data["agent"]``."""
    if view.network is None or variable not in view.belief:
        return marks.empty("This scenario has no network of receivers.", dark)
    values = np.asarray(view.belief[variable], float)
    places = _places(view.network.positions)
    two_sided = variable == "believed_gap"
    option = theme.option_base(dark, list(theme.GROUPS))
    option["legend"]["data"] = [{"name": name, "icon": theme.GROUP_SYMBOLS[name]} for name in theme.GROUPS]
    option["legend"]["itemWidth"] = 12
    option["legend"]["itemStyle"] = {"color": theme.grey(dark)}
    option["grid"] |= {"left": 4, "right": 74, "bottom": 4, "containLabel": False}
    option["tooltip"] |= {"trigger": "item", "formatter": "@node"}
    hidden = {"show": False, "type": "value", "min": -20, "max": SIDE + 20}
    option["xAxis"], option["yAxis"] = dict(hidden), dict(hidden)
    option["visualMap"] = _key(values, variable, two_sided, dark)
    option["series"] = [_edges(places, np.asarray(view.network.edges), dark)]
    unit = sim.OUTPUTS[UNITS[variable]].unit if variable in UNITS else ""
    told = numbers_of(values)
    for kind, (group, symbol) in enumerate(theme.GROUP_SYMBOLS.items()):
        rows = [
            [int(places[agent, 0]), int(places[agent, 1]), told[agent], int(agent)]
            for agent in np.flatnonzero(np.asarray(view.network.kind) == kind)
        ]
        option["series"].append({
            "type": "scatter", "name": group, "data": rows, "symbol": symbol,
            "symbolSize": 7 if len(values) < 800 else 5,
            "dimensions": ["x", "y", f"{WORDS.get(variable, variable)}, {unit if unit != '1' else 'share'}", "agent"],
            "encode": {"x": 0, "y": 1, "tooltip": [2]}, "large": False, "z": 3,
            "itemStyle": {"borderColor": theme.grey(dark), "borderWidth": 0.4},
        })  # fmt: skip
    return option


def numbers_of(values: np.ndarray) -> list[float | int | None]:
    """Beliefs with three digits: colours show no more."""
    return marks.numbers(values, 3)


def _places(positions: Any) -> np.ndarray:
    array = np.asarray(positions, float)
    if not len(array):
        return np.zeros((0, 2), int)
    low, high = np.nanmin(array, axis=0), np.nanmax(array, axis=0)
    span = np.where(high > low, high - low, 1.0)
    return np.nan_to_num((array - low) / span * SIDE).round().astype(int)


def _edges(places: np.ndarray, edges: np.ndarray, dark: bool) -> dict[str, Any]:
    """All edges as one flat row of numbers (2, x, y, x, y each): a third of the size of pairs."""
    edges = edges.reshape(-1, 2)
    edges = edges[marks.every(len(edges), EDGES)] if len(edges) else edges.astype(int)
    flat = (
        np.column_stack([np.full(len(edges), 2), places[edges[:, 0]], places[edges[:, 1]]])
        if len(edges)
        else edges
    )
    return {
        "type": "lines", "id": "silent:edges", "coordinateSystem": "cartesian2d", "data": flat.ravel().tolist(),
        "dimensions": ["value"], "polyline": False, "large": True, "largeThreshold": 0,
        "silent": True, "z": 1, "color": theme.grey(dark),
        "lineStyle": {"color": theme.grey(dark), "width": 0.5, "opacity": 0.22}, "tooltip": {"show": False},
    }  # fmt: skip


def _key(values: np.ndarray, variable: str, two_sided: bool, dark: bool) -> dict[str, Any]:
    """Ends of the ramp: the middle 96 % of beliefs; for the lead it is neutral at the median, to show who departs."""
    known = values[np.isfinite(values)]
    low, high = (float(x) for x in np.quantile(known, (0.02, 0.98))) if len(known) else (0.0, 1.0)
    if two_sided:
        middle = float(np.median(known)) if len(known) else 0.0
        reach = max(middle - low, high - middle, 0.02)
        low, high = middle - reach, middle + reach
    unit = "OOM" if variable == "believed_gap" else ""
    made = marks.colour_key(low, high, unit, dark, two_sided=two_sided, dimension=2)
    return made | {"seriesIndex": [1, 2, 3], "hoverLink": False}

"""The stream of stories: attention shares of the narratives, and a dot for each claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from viz import theme
from viz.charts import live, marks

if TYPE_CHECKING:
    from viz.view import View

#: Weeks over which shares are averaged; single weeks jump.
SMOOTH = 4


def stream(view: View, dark: bool) -> dict[str, Any]:
    """Stacked attention shares (mean of the last weeks); a dot is a claim, placed in its narrative's band.

    A share is that among the stories it competes with, so that the shares of all can add up to more than one.

    A click on a dot tells the number of the event (``data["event"]``).
    """
    if (early := live.waiting(view, dark)) is not None:
        return early
    kept = marks.every(len(view.weeks))
    shares = {name: _smooth(view.series[f"claims_{name}"]) for name in theme.CLAIMS}
    option = live.start(
        view,
        f"attention shares, stacked (mean of {SMOOTH} weeks)",
        dark,
        list(shares),
        tooltip_unit="",
        zero=True,
        low=0,
    )
    for place, (name, values) in enumerate(shares.items()):
        colour = theme.shade(theme.CLAIMS[name], dark)
        series = marks.line(name, view.dates[kept], np.nan_to_num(values[kept]), colour, "solid", width=0.8)
        dash = theme.DASHES[place % len(theme.DASHES)]
        series["lineStyle"] |= {"type": dash}
        option["series"].append(
            series | {"stack": "attention", "areaStyle": {"color": colour, "opacity": 0.55}}
        )
    option["series"] += _claims(view, shares, dark)
    return live.end(option, view, dark)


def _claims(view: View, shares: dict[str, np.ndarray], dark: bool) -> list[dict[str, Any]]:
    """Dots by narrative; the height in the band is a fixed function of the event's number."""
    stacked = np.cumsum([np.nan_to_num(values) for values in shares.values()], axis=0)
    order = {name: place for place, name in enumerate(shares)}
    rows: dict[str, list[list[Any]]] = {}
    for event in live.recent(view, {"claim"}):
        name = theme.NARRATIVES.get(event["narrative"], event["narrative"])
        week = int(np.searchsorted(view.weeks, event["week"]))
        if name not in order or week >= len(view.weeks):
            continue
        top = float(stacked[order[name], week])
        bottom = float(stacked[order[name] - 1, week]) if order[name] else 0.0
        height = bottom + (top - bottom) * (0.15 + 0.7 * _spread(event["id"]))
        rows.setdefault(name, []).append([live.day(event), round(height, 4), event["id"], live.words(event)])
    made = []
    for name, found in rows.items():
        dots = live.dots(
            name, found, theme.shade(theme.CLAIMS[name], dark), "circle", 7, id=f"dots:claims:{name}"
        )
        dots["itemStyle"] = {"color": dots["color"], "borderColor": theme.ink(dark), "borderWidth": 0.7}
        made.append(dots)
    return made


def _smooth(values: Any) -> np.ndarray:
    """Mean of the last weeks, with as many as there are at the start."""
    array = np.nan_to_num(np.asarray(values, float))
    total = np.concatenate([[0.0], np.cumsum(array)])
    last = np.arange(1, len(array) + 1)
    first = np.maximum(last - SMOOTH, 0)
    return (total[last] - total[first]) / (last - first)


def _spread(number: int) -> float:
    """A number in [0, 1) that looks random and is always the same for an event."""
    return (int(number) * 0.6180339887498949) % 1.0

"""The stream of stories: attention shares of the narratives, a band for each topic, and a dot for each claim.

An attention share is one among the stories that a story competes with, and other news. Shares of different topics do
not add up to anything, so that each topic has a band of its own, from none to all of the attention it can get.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.mechanisms.claims import NARRATIVES
from sim.mechanisms.media import competition_matrix
from viz import theme
from viz.charts import live, marks

if TYPE_CHECKING:
    from viz.view import View

#: Weeks over which shares are averaged; single weeks jump.
SMOOTH = 4
#: Per cent of attention in a band, and from the foot of a band to that of the next: the band's name stands between.
WHOLE, PITCH = 100, 125
#: What the stories of a band are about; a band of others is named by them alone.
TOPICS = {
    ("parity", "moat"): "about the gap",
    ("copying", "cost"): "about copying",
    ("control",): "calls for or against control",
    ("motive",): "about what moves a source",
}
UNIT = f"share of attention within a topic (mean of {SMOOTH} weeks)"


def stream(view: View, dark: bool) -> dict[str, Any]:
    """Attention shares stacked within each topic (mean of the last weeks); a dot is a claim, in its story's area.

    A click on a dot tells the number of the event (``data["event"]``).
    """
    if (early := live.waiting(view, dark)) is not None:
        return early
    kept = marks.every(len(view.weeks))
    shares = {name: WHOLE * smooth(view.series[f"claims_{name}"]) for name in theme.CLAIMS}
    topics = bands(view.competition)
    option = live.start(view, UNIT, dark, list(shares), tooltip_unit="%", zero=True, low=0)
    # One less than a whole number of bands: the foot of the band that is not there would be named.
    option["yAxis"] |= {"interval": 25, "max": PITCH * len(topics) - 1}
    option["yAxis"]["axisLabel"] |= {"formatter": f"@band:{PITCH}", "hideOverlap": False}
    # In each band of five steps the foot, the middle and the top have a line.
    line, none = theme.faint(dark), "transparent"
    option["yAxis"]["splitLine"]["lineStyle"]["color"] = [line, none, line, none, line]
    rows = _claims(view)
    for place, names in zip(range(len(topics))[::-1], topics, strict=True):
        foot = np.full(len(view.weeks), float(PITCH * place))
        option["series"].append(_foot(view, foot[kept], place, names, dark))
        for name in names:
            top = foot + shares[name]
            option["series"].append(_area(view, name, shares[name][kept], kept, place, dark))
            option["series"] += _dots(view, name, rows.get(name, []), foot, top, dark)
            foot = top
    return live.end(option, view, dark)


def bands(competition: str) -> list[tuple[str, ...]]:
    """The stories by the attention that they share, from the top of the chart down."""
    shared = competition_matrix(competition)
    names = [theme.NARRATIVES.get(name, name) for name in NARRATIVES]
    found = [tuple(name for name, rival in zip(names, row, strict=True) if rival) for row in shared]
    return list(dict.fromkeys(found))


def _foot(view: View, foot: np.ndarray, place: int, names: tuple[str, ...], dark: bool) -> dict[str, Any]:
    """What the areas of a band stand on, unseen; it carries the band's name."""
    dates = view.dates[marks.every(len(view.weeks))]
    made = marks.line(f"foot {place}", dates, foot, theme.grey(dark), width=0)
    topic = TOPICS.get(names)
    words = f"{topic}: {', '.join(names)}" if topic and len(names) > 1 else topic or ", ".join(names)
    named = marks.level_line(PITCH * place + WHOLE, dark, words)["markLine"]
    named["label"] |= {"position": "insideStartTop", "color": theme.ink(dark), "distance": [2, 1]}
    named["lineStyle"]["color"] = "transparent"
    return made | {"id": f"silent:foot:{place}", "silent": True, "stack": f"band {place}", "markLine": named}


def _area(
    view: View, name: str, values: np.ndarray, kept: np.ndarray, place: int, dark: bool
) -> dict[str, Any]:
    colour = theme.shade(theme.CLAIMS[name], dark)
    dash = theme.DASHES[list(theme.CLAIMS).index(name) % len(theme.DASHES)]
    made = marks.line(name, view.dates[kept], np.nan_to_num(values).round(1), colour, dash, width=0.9)
    return made | {"stack": f"band {place}", "areaStyle": {"color": colour, "opacity": 0.45}}


def _claims(view: View) -> dict[str, list[dict[str, Any]]]:
    """The newest claims by story."""
    found: dict[str, list[dict[str, Any]]] = {}
    for event in live.recent(view, {"claim"}):
        name = theme.NARRATIVES.get(event["narrative"], event["narrative"])
        found.setdefault(name, []).append(event)
    return found


def _dots(
    view: View, name: str, events: list[dict[str, Any]], foot: np.ndarray, top: np.ndarray, dark: bool
) -> list[dict[str, Any]]:
    """A dot for each claim; its height within the area is a fixed function of the event's number."""
    known = [event for event in events if event["week"] < len(view.weeks)]
    if not known:
        return []
    at = np.searchsorted(view.weeks, [event["week"] for event in known])
    part = 0.15 + 0.7 * np.array([_spread(event["id"]) for event in known])
    rows = live.placed(known, view, foot[at] + (top - foot)[at] * part)
    made = live.dots(name, rows, theme.shade(theme.CLAIMS[name], dark), "circle", 7, id=f"dots:claims:{name}")
    made["itemStyle"] = {"color": made["color"], "borderColor": theme.ink(dark), "borderWidth": 0.7}
    return [made]


def smooth(values: Any) -> np.ndarray:
    """Mean of the last weeks, with as many as there are at the start."""
    array = np.nan_to_num(np.asarray(values, float))
    total = np.concatenate([[0.0], np.cumsum(array)])
    last = np.arange(1, len(array) + 1)
    first = np.maximum(last - SMOOTH, 0)
    return (total[last] - total[first]) / (last - first)


def _spread(number: int) -> float:
    """A number in [0, 1) that looks random and is always the same for an event."""
    return (int(number) * 0.6180339887498949) % 1.0

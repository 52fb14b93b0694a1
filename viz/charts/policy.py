"""Controls as announced, in force and wished for, and the pressure that moves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from viz import theme
from viz.charts import live, marks

if TYPE_CHECKING:
    from viz.view import View

ACTS = {"control_act", "truce"}


def control(view: View, dark: bool) -> dict[str, Any]:
    """Strictness of the controls, 0 to 1; a diamond is an act."""
    if (early := live.waiting(view, dark)) is not None:
        return early
    lines = {
        "chips, announced": ("announced_chips", theme.ink(dark), "solid"),
        "chips, in force": ("effective_chips", theme.shade(theme.SERIES[1], dark), theme.DASHES[1]),
        "chips, wished for": ("target_chips", theme.shade(theme.SERIES[0], dark), theme.DASHES[2]),
        "access, announced": ("announced_access", theme.shade(theme.SERIES[3], dark), theme.DASHES[3]),
    }
    option = live.start(
        view,
        "strictness, 0 none to 1 full",
        dark,
        [*lines, "act"],
        tooltip_unit="",
        dots=["act"],
        low=0,
        high=1,
    )
    for name, (key, colour, dash) in lines.items():
        step = "announced" in name
        option["series"].append(marks.line(name, view.dates, view.policy[key], colour, dash, step=step))
    rows = [
        [live.day(event), marks.numbers([event["value"]])[0], event["id"], live.words(event)]
        for event in live.recent(view, ACTS)
    ]
    option["series"].append(live.dots("act", rows, theme.ink(dark), "diamond", 8))
    return live.end(option, view, dark)


def pressure(view: View, dark: bool) -> dict[str, Any]:
    """Pressure for chip control beside the threshold at which it is acted on, and issue attention."""
    if (early := live.waiting(view, dark)) is not None:
        return early
    lines = {
        "pressure": ("pressure_chips", theme.ink(dark), "solid"),
        "threshold": ("threshold_chips", theme.shade(theme.SERIES[1], dark), theme.DASHES[1]),
        "issue attention": ("attention", theme.shade(theme.SERIES[4], dark), theme.DASHES[2]),
    }
    option = live.start(view, "index", dark, lines, tooltip_unit="", zero=True)
    for name, (key, colour, dash) in lines.items():
        option["series"].append(marks.line(name, view.dates, view.policy[key], colour, dash))
    return live.end(option, view, dark)

"""Controls as announced, in force and wished for, the pressure that moves them, and what stirs attention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from viz import theme
from viz.charts import live, marks

if TYPE_CHECKING:
    from viz.view import View

ACTS = {"control_act", "truce"}
INCIDENTS = {"weight_exfiltration", "chip_diversion", "reveal"}
#: Above the attention that there can be, a row of marks for each kind of event.
ROWS = {"act": 1.1, "incident or finding": 1.2, "call for or against control": 1.3}
TOP = 1.4


def control(view: View, dark: bool) -> dict[str, Any]:
    """Strictness of the controls, 0 to 1; a diamond is an act."""
    lines = {
        "chips, announced": ("announced_chips", theme.ink(dark), "solid"),
        "chips, in force": ("effective_chips", theme.shade(theme.SERIES[1], dark), theme.DASHES[1]),
        "chips, wished for": ("target_chips", theme.shade(theme.SERIES[0], dark), theme.DASHES[2]),
        "access, announced": ("announced_access", theme.shade(theme.SERIES[3], dark), theme.DASHES[3]),
    }
    return _chart(
        view, dark, "strictness, 0 none to 1 full", lines, {"act": live.recent(view, ACTS)}, low=0, high=1
    )


def pressure(view: View, dark: bool) -> dict[str, Any]:
    """Pressure for chip control beside the thresholds at which it is acted on; a diamond is an act."""
    lines = {
        "pressure, chips": ("pressure_chips", theme.ink(dark), "solid"),
        "tightens above": ("threshold_chips", theme.shade(theme.SERIES[1], dark), theme.DASHES[1]),
        "loosens below": ("threshold_loosening_chips", theme.shade(theme.SERIES[3], dark), theme.DASHES[3]),
    }
    if np.any(view.policy["pressure_access"]):
        lines["pressure, access"] = ("pressure_access", theme.shade(theme.SERIES[0], dark), theme.DASHES[2])
    # An act uses the pressure up: its mark stands on the line in the week of the act.
    acts = [event for event in live.recent(view, ACTS) if event["week"] < len(view.weeks)]
    heights = {"act": view.policy["pressure_chips"][[event["week"] for event in acts]]} if acts else None
    return _chart(view, dark, "pressure, strictness × weeks", lines, {"act": acts}, heights, zero=True)


def attention(view: View, dark: bool) -> dict[str, Any]:
    """How much policy looks at the issue, with acts, incidents and calls on a line of time above."""
    calls = [e for e in live.recent(view, {"claim"}, 10_000) if e["narrative"] == "control_call"]
    events = {
        "act": live.recent(view, ACTS | {"election"}),
        "incident or finding": live.recent(view, INCIDENTS),
        "call for or against control": calls[-live.DOTS :],
    }
    lines = {"issue attention": ("attention", theme.shade(theme.SERIES[4], dark), "solid")}
    option = _chart(view, dark, "issue attention, 0 to 1", lines, events, ROWS, low=0, high=TOP)
    if "yAxis" in option:
        option["yAxis"] |= {"interval": 0.2}
        option["yAxis"]["axisLabel"]["formatter"] = "@between:0:1"
    return option


def _chart(
    view: View, dark: bool, unit: str, lines: Mapping[str, tuple[str, str, theme.Dash]],
    events: Mapping[str, list[dict[str, Any]]], heights: Mapping[str, Any] | None = None, **axis: Any,
) -> dict[str, Any]:  # fmt: skip
    """Lines of the policy record by name, and events of some kinds, at their own values unless heights are given."""
    if (early := live.waiting(view, dark)) is not None:
        return early
    option = live.start(view, unit, dark, [*lines, *events], tooltip_unit="", dots=list(events), **axis)
    for name, (key, colour, dash) in lines.items():
        step = name.endswith("announced")
        option["series"].append(marks.line(name, view.dates, view.policy[key], colour, dash, step=step))
    looks = {
        "act": ("diamond", theme.ink(dark), 8),
        "incident or finding": ("rect", theme.shade(theme.SERIES[1], dark), 6),
        "call for or against control": ("triangle", theme.grey(dark), 6),
    }
    for name, found in events.items():
        symbol, colour, size = looks[name]
        placed = live.placed(found, view, heights[name] if heights else None)
        option["series"].append(live.dots(name, placed, colour, symbol, size))
    return live.end(option, view, dark)

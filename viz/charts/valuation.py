"""Values of labs, and the listed chip index beside its fundamental."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from viz import theme
from viz.charts import live, marks

if TYPE_CHECKING:
    from viz.view import View

#: A published gap that departs from what was expected by this many standard deviations is marked.
SURPRISE = 2.0


def labs(view: View, dark: bool) -> dict[str, Any]:
    """Value of each lab on a log scale; a diamond is a private round at the mark it reported."""
    if (early := live.waiting(view, dark)) is not None:
        return early
    values = np.asarray(view.lab_series["valuation"], float)
    values = np.where(values > 0, values, np.nan)
    names = [lab.name for lab in view.labs]
    option = live.start(view, view.value_unit, dark, names, tooltip_unit=view.value_unit, log=True)
    return live.lab_lines(option, view, dark, values, "round", "diamond", 7)


def listed(view: View, dark: bool) -> dict[str, Any]:
    """Listed index and its fundamental; below: private rounds, above: shocks (surprises, acts, incidents)."""
    if (early := live.waiting(view, dark)) is not None:
        return early
    price, fundamental = view.series["listed_index"], view.series["listed_fundamental"]
    both = np.concatenate([np.asarray(price, float), np.asarray(fundamental, float)])
    both = both[np.isfinite(both)]
    low, high = (float(both.min()), float(both.max())) if len(both) else (0.0, 1.0)
    room = 0.12 * (high - low or 1.0)
    names = ["price", "fundamental", "private round", "shock"]
    option = live.start(
        view, "index, week before the start = 1", dark, names, tooltip_unit="", dots=names[2:]
    )
    # Private rounds stand below zero.
    option["yAxis"]["axisLabel"]["formatter"] = "@between:0:1e9"
    option["series"] += [
        marks.line("price", view.dates, price, theme.ink(dark)),
        marks.line(
            "fundamental", view.dates, fundamental, theme.shade(theme.SERIES[1], dark), theme.DASHES[1]
        ),
        live.dots(
            "private round", live.placed(live.recent(view, {"round"}), view, low - room), theme.grey(dark),
            "triangle", 6,
        ),
        live.dots(
            "shock", live.placed(_shocks(view), view, high + room), theme.shade(theme.SERIES[0], dark),
            "diamond", 8,
        ),
    ]  # fmt: skip
    return live.end(option, view, dark)


def _shocks(view: View) -> list[dict[str, Any]]:
    surprises = [e for e in live.recent(view, {"evaluation"}, 10_000) if abs(e["effect"] or 0.0) >= SURPRISE]
    found = surprises + live.recent(view)
    return sorted(found, key=lambda event: (event["week"], event["id"]))[-live.DOTS :]

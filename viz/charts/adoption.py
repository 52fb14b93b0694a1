"""Who uses what: shares of open weights, and how far the two ecosystems have parted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from viz import theme
from viz.charts import live, marks

if TYPE_CHECKING:
    from viz.view import View

LINES = {
    "open weights": "open_share",
    "open, enterprises": "open_share_enterprise",
    "open, developers": "open_share_developer",
    "Chinese open weights": "cn_open_share",
    "bifurcation": "bifurcation",
}


def shares(view: View, dark: bool) -> dict[str, Any]:
    """Shares of adopters, and the bifurcation of spending between the blocs (0 same, 1 disjoint)."""
    if (early := live.waiting(view, dark)) is not None:
        return early
    option = live.start(
        view, "share of adopters; bifurcation, 0 to 1", dark, LINES, tooltip_unit="", low=0, high=1
    )
    looks = {
        "open weights": (theme.ink(dark), "solid"),
        "open, enterprises": (theme.shade(theme.SERIES[0], dark), theme.DASHES[1]),
        "open, developers": (theme.shade(theme.SERIES[4], dark), theme.DASHES[2]),
        "Chinese open weights": (theme.shade(theme.CN, dark), theme.DASHES[3]),
        "bifurcation": (theme.shade(theme.SERIES[1], dark), theme.DASHES[1]),
    }
    for name, key in LINES.items():
        option["series"].append(marks.line(name, view.dates, view.series[key], *looks[name]))
    return live.end(option, view, dark)

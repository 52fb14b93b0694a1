"""How far each week's published scores departed from what was expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from viz import theme
from viz.charts import live, marks
from viz.feed import REMARKABLE

if TYPE_CHECKING:
    from viz.view import View

UNIT = "surprise, standard deviations"
#: Name, colour and sign of the two directions.
SIDES = (
    ("the US further ahead than expected", theme.US, 1.0),
    ("China closer than expected", theme.CN, -1.0),
)


def stems(view: View, dark: bool) -> dict[str, Any]:
    """A stem for each week with news; beyond the faint levels policy takes notice."""
    if (early := live.waiting(view, dark)) is not None:
        return early
    values = np.nan_to_num(np.asarray(view.series["surprise"], float))
    news = np.flatnonzero(values)
    # Where there are more than can be drawn, the largest are kept.
    news = np.sort(news[np.argsort(-np.abs(values[news]), kind="stable")[: marks.MOST]])
    option = live.start(view, UNIT, dark, [], tooltip_unit="sd", zero=True)
    names = [name for name, *_ in SIDES]
    option |= {
        "legend": theme.option_base(dark, names)["legend"],
        "grid": theme.option_base(dark, names)["grid"],
    }
    for name, colour, sign in SIDES:
        mine = news[sign * values[news] > 0]
        pairs = zip(marks.times(view.dates[mine]), marks.numbers(values[mine], 3), strict=True)
        shade = theme.shade(colour, dark)
        option["series"].append({
            "type": "bar", "name": name, "data": [list(pair) for pair in pairs], "barWidth": 3, "barGap": "-100%",
            "color": shade, "itemStyle": {"color": shade}, "emphasis": {"disabled": True},
        })  # fmt: skip
    notice = marks.level_line(REMARKABLE, dark, "policy takes notice")
    notice["markLine"]["label"]["position"] = "insideStartTop"
    option["series"] += [notice, marks.level_line(-REMARKABLE, dark)]
    return live.end(option, view, dark)

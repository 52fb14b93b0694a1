"""The two charts: both curves, and their difference, with the mark where the two part."""

from __future__ import annotations

from typing import Any

import numpy as np
import solara

from sim import Comparison
from viz import shell, theme
from viz.charts import generic
from viz.comparing import summary
from viz.comparing.statement import TERMS
from viz.components.chart import Chart

MEAN, MIDDLE = "mean of B − A with its 95 % interval", "median of the pairs with 90 % of them"


@solara.component
def Curves(made: Comparison, name: str, mark: tuple[int, str] | None) -> None:
    """Both curves, and their difference."""
    dark = shell.use_dark()
    one, two = solara.use_memo(lambda: draw(made, name, mark, dark), [id(made), name, mark, dark])
    told, file = summary.title(name), f"compare-{name}"
    with solara.Div(classes=["parity-two"]):
        with solara.Column(gap="2px", style="min-width:0;"):
            heading("Both: mean of all runs, with the band of 90 % of them", TERMS["band"])
            Chart(one, f"{told} over time in A and in B, mean and 90 percent band", 290, name=file)
        with solara.Column(gap="2px", style="min-width:0;"):
            heading("Difference: B minus A, pair by pair", TERMS["paired difference"])
            Chart(two, f"Difference B minus A of {told} over time", 290, name=f"{file}-difference")


def draw(
    made: Comparison, name: str, mark: tuple[int, str] | None, dark: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Options of both charts."""
    dates, unit, (a, b) = made.a.dates, summary.unit(name), made.names
    labels = f"A: {a}", f"B: {b}"
    colours = [theme.series_style(place, dark)[0] for place in (0, 1)]
    of_a, of_b, apart = (
        summary.curve(each) for each in (made.a.array(name), made.b.array(name), made.path(name))
    )
    place = None if mark is None else np.flatnonzero(made.a.weeks == mark[0])
    # A line on the axis itself would say nothing.
    at = dates[place[0]] if place is not None and len(place) and place[0] > 0 else None
    one = generic.lines(
        dates, {labels[0]: of_a.mean, labels[1]: of_b.mean}, unit, dark,
        bands={labels[0]: of_a.band, labels[1]: of_b.band},
        colours=dict(zip(labels, colours, strict=True)), dashes={labels[1]: "dashed"}, cursor=at,
    )  # fmt: skip
    two = generic.lines(
        dates, {MEAN: apart.mean, MIDDLE: apart.median}, unit, dark,
        bands={MIDDLE: apart.band, MEAN: apart.interval}, level=0.0,
        colours={MEAN: theme.series_style(2, dark)[0], MIDDLE: theme.grey(dark)},
        dashes={MEAN: "solid", MIDDLE: "dotted"}, cursor=at,
    )  # fmt: skip
    if mark is not None and at is not None:
        late = place[0] > len(dates) / 2 if place is not None else False
        for option in (one, two):
            name_mark(option, f"week {mark[0]}, {mark[1]}", late, dark)
    return one, two


def name_mark(option: dict[str, Any], words: str, late: bool, dark: bool) -> None:
    """Write beside the vertical line what it stands for, on the side that has room."""
    line = next(each for each in option["series"] if each.get("id") == "silent:cursor")
    line["markLine"]["label"] = {
        "show": True, "formatter": words, "position": "insideEndTop", "rotate": 0, "color": theme.ink(dark),
        "fontSize": 10, "align": "right" if late else "left", "distance": 0, "offset": [-6 if late else 6, 12],
    }  # fmt: skip


@solara.component
def heading(text: str, help: str) -> None:
    """Heading of a chart, with what its words mean."""
    with solara.Row(gap="6px", style="align-items:center;margin-top:6px;"):
        solara.HTML(
            tag="h3", unsafe_innerHTML=shell.escape(text), style="font-size:.875rem;font-weight:600;margin:0;"
        )
        shell.Term("?", help, "parity-help")

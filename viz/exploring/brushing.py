"""Parallel axes: a line a run, ranges marked on axes, and the runs that are in all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import solara

from viz import shell
from viz.components.chart import Chart
from viz.exploring import pictures, ranges
from viz.exploring.address import MOST_AXES, Address
from viz.exploring.explored import Explored, csv_bytes, written
from viz.exploring.kept import drawn
from viz.exploring.pieces import Note, Table
from viz.exploring.ranges import Selection
from viz.exploring.views import HEIGHT, slug, told_sample

#: Axes that the view opens with, besides the outcome.
FIRST_AXES = 6


@solara.component
def Parallel(
    explored: Explored, address: Address, selection: Selection, go: Callable[[Address], None]
) -> None:
    """A line a run; ranges marked on axes select runs, for the scatter too."""
    dark = shell.use_dark()
    every = [*explored.factors, *explored.outcomes]
    axes = list(address.axes) or [*list(explored.factors)[:FIRST_AXES], address.outcome]

    def pick(names: list[str]) -> None:
        go(replace(address, axes=tuple(name for name in every if name in names)[:MOST_AXES]))

    with solara.Div(style="padding-top:12px;"):
        solara.SelectMultiple("Axes", axes, every, on_value=pick, dense=True)
    if len(axes) < 2:
        Note("Choose two axes or more.")
        return
    # ECharts knows of the ranges on its axes only; a run outside another is not selected either.
    hidden = tuple(one for one in address.ranges if one.column not in axes)
    option = drawn(
        (explored.digest, "parallel", tuple(axes), address.outcome, dark, hidden),
        lambda: pictures.parallel(
            explored, axes, address.outcome, dark, ranges.inside(explored, hidden) if hidden else None
        ),
    )

    def brush(ends: list[list[float] | None]) -> None:
        go(replace(address, ranges=ranges.after(explored, address.ranges, axes, ends)))

    Chart(
        option,
        f"Parallel axes of {', '.join(axes)}, a line a run",
        height=HEIGHT - 50,
        on_ranges=brush,
        ranges=ranges.marks(explored, address.ranges, axes),
        name="parallel",
    )
    colour = f"The colour is {address.outcome}." if address.outcome in axes else ""
    how = "Drag along an axis to select runs, on several axes for all of them at once; click an axis to clear it."
    Note(" ".join(filter(None, [how, colour, told_sample(explored)])))
    Selected(explored, selection, axes, lambda: go(replace(address, ranges=())))


@solara.component
def Selected(explored: Explored, selection: Selection, axes: list[str], clear: Callable[[], None]) -> None:
    """Ranges, number and summary of the selected runs, and their download."""
    if not selection:
        Note("No runs are selected.")
        return
    count, total = len(explored.runs), len(explored.sample())
    places = np.flatnonzero(selection.inside).tolist()
    with solara.Row(style="align-items:center;gap:12px;flex-wrap:wrap;", classes=["parity-brushed"]):
        of_drawn = f" ({selection.drawn:,} of the {total:,} that are drawn)" if total < count else ""
        solara.Text(f"{selection.count:,} of {count:,} runs selected{of_drawn}")
        shell.download_button(
            "Selected runs (CSV)",
            lambda: csv_bytes(explored.runs.iloc[places]),
            f"{slug(explored)}-selected.csv",
        )
        solara.Button("Clear selection", on_click=clear, text=True)
    Note(f"Selected: {'; '.join(ranges.told(explored, one) for one in selection.ranges)}.")
    lines = summary(explored, places, axes)
    told = [
        {"": line["column"], "unit": line["unit"], "mean, selected": line["brushed"], "range, selected": line["range"],
         "mean, all runs": line["all"]}
        for line in lines
    ]  # fmt: skip
    Table(
        told, "Selected runs beside all runs", numbers=("mean, selected", "range, selected", "mean, all runs")
    )


def summary(explored: Explored, places: Sequence[int], names: Sequence[str]) -> list[dict[str, str]]:
    """Mean and range of the selected runs beside the mean of all runs, one row a column (counts for labels)."""
    runs = explored.runs
    some, lines = runs.iloc[list(places)], []
    for name in names:
        label = explored.label(name)
        if not explored.numeric(name):
            counts = some[name].map(written).value_counts()
            shown = ", ".join(f"{value} {count:,}" for value, count in counts.head(4).items())
            lines.append({"column": name, "unit": "", "brushed": shown, "range": "", "all": ""})
            continue
        inside, whole = some[name].to_numpy(dtype=float), runs[name].to_numpy(dtype=float)
        inside, whole = inside[np.isfinite(inside)], whole[np.isfinite(whole)]
        told = (
            {"brushed": f"{inside.mean():.4g}", "range": f"{inside.min():.4g} to {inside.max():.4g}"}
            if len(inside)
            else {"brushed": "not defined", "range": ""}
        )
        mean = f"{whole.mean():.4g}" if len(whole) else "not defined"
        lines.append({"column": name, "unit": label.unit, **told, "all": mean})
    return lines

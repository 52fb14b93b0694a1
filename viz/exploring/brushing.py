"""Parallel axes: a line a run, ranges marked on axes, and the runs that are in all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import solara

from viz import shell
from viz.components.chart import Chart
from viz.exploring import pictures
from viz.exploring.address import MOST_AXES, Address
from viz.exploring.explored import Explored, csv_bytes, written
from viz.exploring.kept import drawn
from viz.exploring.pieces import Note, Table
from viz.exploring.views import HEIGHT, slug, told_sample

#: Axes that the view opens with, besides the outcome.
FIRST_AXES = 6


@solara.component
def Parallel(
    explored: Explored,
    address: Address,
    selected: tuple[int, ...],
    select: Callable[[tuple[int, ...]], None],
    go: Callable[[Address], None],
) -> None:
    """A line a run; ranges marked on axes select runs, for the scatter too."""
    dark = shell.use_dark()
    every = [*explored.factors, *explored.outcomes]
    axes = list(address.axes) or [*list(explored.factors)[:FIRST_AXES], address.outcome]
    cleared, set_cleared = solara.use_state(0)
    # Marks on the axes are in the browser only: a selection of an earlier visit has none.
    earlier = solara.use_memo(lambda: bool(selected), [])
    touched, set_touched = solara.use_state(False)

    def pick(names: list[str]) -> None:
        select(())
        go(replace(address, axes=tuple(name for name in every if name in names)[:MOST_AXES]))

    with solara.Div(style="padding-top:12px;"):
        solara.SelectMultiple("Axes", axes, every, on_value=pick, dense=True)
    if len(axes) < 2:
        Note("Choose two axes or more.")
        return
    sample = explored.sample()
    option = drawn(
        (explored.digest, "parallel", tuple(axes), address.outcome, dark),
        lambda: pictures.parallel(explored, axes, address.outcome, dark),
    )

    def brush(places: list[int]) -> None:
        set_touched(True)
        select(tuple(int(sample[place]) for place in places if 0 <= place < len(sample)))

    def clear() -> None:
        select(())
        set_cleared(cleared + 1)

    Chart(
        option,
        f"Parallel axes of {', '.join(axes)}, a line a run",
        height=HEIGHT - 50,
        on_brush=brush,
        name="parallel",
    ).key(f"parallel-{cleared}")
    colour = f"The colour is {address.outcome}." if address.outcome in axes else ""
    how = "Drag along an axis to select runs, on several axes for all of them at once; click an axis to clear it."
    Note(" ".join(filter(None, [how, colour, told_sample(explored)])))
    if earlier and not touched and selected:
        Note("The selection made before still holds; the next drag replaces it.")
    Selected(explored, selected, axes, len(sample), clear)


@solara.component
def Selected(
    explored: Explored, places: tuple[int, ...], axes: list[str], drawn_runs: int, clear: Callable[[], None]
) -> None:
    """Number and summary of the selected runs, and their download."""
    if not places:
        Note("No runs are selected.")
        return
    with solara.Row(style="align-items:center;gap:12px;flex-wrap:wrap;", classes=["parity-brushed"]):
        solara.Text(f"{len(places):,} of {drawn_runs:,} drawn runs selected")
        shell.download_button(
            "Selected runs (CSV)",
            lambda: csv_bytes(explored.runs.iloc[list(places)]),
            f"{slug(explored)}-selected.csv",
        )
        solara.Button("Clear selection", on_click=clear, text=True)
    if drawn_runs < len(explored.runs):
        Note("The selection and its file hold runs that are drawn; runs that are not drawn are in neither.")
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

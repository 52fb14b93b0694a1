"""The views of a sweep: scatter, heat map, parallel axes and table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from viz import shell
from viz.components.chart import Chart
from viz.exploring import pictures
from viz.exploring.address import Address
from viz.exploring.explored import MOST_DRAWN, SHOWN_ROWS, Explored, brushed_summary, csv_bytes, parquet_bytes
from viz.exploring.findings import asked_for, box_of
from viz.exploring.jobs import use_answer
from viz.exploring.pieces import Note, Table, heading, shown

#: Axes that parallel axes open with, and most that can be chosen.
FIRST_AXES, MOST_AXES = 6, 12
HEIGHT = 380


def told_sample(explored: Explored) -> str:
    """A sentence when not all runs are drawn; nothing else."""
    count = len(explored.runs)
    return f"{MOST_DRAWN:,} of {count:,} runs are drawn, picked at random." if count > MOST_DRAWN else ""


@solara.component
def Scatter(
    explored: Explored,
    address: Address,
    kept: dict[Any, Any],
    chosen: int | None,
    choose: Callable[[int], None],
) -> None:
    """Runs over one factor; on demand with the box that PRIM finds."""
    dark = shell.use_dark()
    overlay, set_overlay = solara.use_state(False)
    asked = asked_for(explored, address.outcome, address.side, address.threshold)
    wanted = overlay and asked is not None
    found = use_answer(
        kept, ("box", asked.condition if asked else ""), (lambda: box_of(explored, asked)) if wanted else None
    )
    box = found.value.box if found.value is not None else None
    option = solara.use_memo(
        lambda: pictures.scatter(explored, address.outcome, address.x, dark, box, asked, chosen),
        [explored, address.outcome, address.x, dark, box, asked, chosen],
    )

    def clicked(event: dict[str, Any]) -> None:
        data = event.get("data")
        if isinstance(data, dict) and isinstance(data.get("row"), int | float):
            place = int(data["row"])
            if 0 <= place < len(explored.runs):
                choose(place)

    Chart(
        option, f"Scatter of {address.outcome} against {address.x}, a dot a run", height=HEIGHT, on_click=clicked,
        name=f"scatter-{address.outcome}-{address.x}",
    )  # fmt: skip
    with solara.Row(style="align-items:center;flex-wrap:wrap;gap:12px;"):
        solara.Checkbox(label="Show the box of PRIM", value=overlay, on_value=set_overlay)
        if wanted and not found.ready:
            Note("PRIM is looking for the box (some seconds) ...")
    if wanted and found.refused:
        Note(found.refused)
    elif box is not None and asked is not None:
        restricts = any(limit.factor == address.x for limit in box.limits)
        extra = "" if restricts else f" It does not restrict {address.x}, so no rectangle is drawn here."
        Note(f"Box for {asked.condition}: {box.text}.{extra}")
    Note(" ".join([told_sample(explored), "A click on a dot shows its run."]).strip())


@solara.component
def HeatMap(explored: Explored, address: Address) -> None:
    """Mean of the outcome over two factors."""
    dark = shell.use_dark()
    option = solara.use_memo(
        lambda: pictures.heat_map(explored, address.outcome, address.x, address.y, dark) if address.y else {},
        [explored, address.outcome, address.x, address.y, dark],
    )
    if not address.y:
        Note("A heat map needs two factors; this sweep has one.")
        return
    Chart(
        option, f"Heat map: mean of {address.outcome} over {address.x} and {address.y}", height=HEIGHT + 20,
        name=f"heat-{address.outcome}-{address.x}-{address.y}",
    )  # fmt: skip
    Note(
        "Each cell is the mean over the runs in it, whatever the other factors are. Empty cells have no run with a "
        "defined outcome."
    )


@solara.component
def Parallel(explored: Explored, address: Address) -> None:
    """A line a run; ranges marked on axes select runs."""
    dark = shell.use_dark()
    every = [*explored.factors, *explored.outcomes]
    first = [*list(explored.factors)[:FIRST_AXES], address.outcome]
    picked, set_picked = solara.use_state(first)
    brushed, set_brushed = solara.use_state([])
    axes = [name for name in every if name in picked][:MOST_AXES]
    sample = solara.use_memo(explored.sample, [explored])
    option = solara.use_memo(
        lambda: pictures.parallel(explored, axes, address.outcome, dark) if len(axes) > 1 else {},
        [explored, tuple(axes), address.outcome, dark],
    )
    solara.use_effect(lambda: set_brushed([]), [tuple(axes), explored])

    def brush(places: list[int]) -> None:
        set_brushed([int(sample[place]) for place in places if 0 <= place < len(sample)])

    with solara.Div(style="padding-top:12px;"):
        solara.SelectMultiple("Axes", picked, every, on_value=set_picked, dense=True)
    if len(axes) < 2:
        Note("Choose two axes or more.")
        return
    Chart(
        option,
        f"Parallel axes of {', '.join(axes)}, a line a run",
        height=HEIGHT - 50,
        on_brush=brush,
        name="parallel",
    )
    Note(
        " ".join(
            [
                "Drag along an axis to select runs, on several axes for all of them at once; click the axis to clear.",
                told_sample(explored),
                f"The colour is {address.outcome}." if address.outcome in axes else "",
            ]
        ).strip()
    )
    Brushed(explored, brushed, axes, len(sample))


@solara.component
def Brushed(explored: Explored, places: list[int], axes: list[str], drawn: int) -> None:
    """Number and summary of the selected runs, and their download."""
    if not places:
        Note("No runs are selected.")
        return
    with solara.Row(style="align-items:center;gap:12px;flex-wrap:wrap;", classes=["parity-brushed"]):
        solara.Text(f"{len(places):,} of {drawn:,} drawn runs selected")
        shell.download_button(
            "Selected runs (CSV)",
            lambda: csv_bytes(explored.runs.iloc[places]),
            f"{slug(explored)}-selected.csv",
        )
    lines = brushed_summary(explored, places, axes)
    told = [
        {"": line["column"], "unit": line["unit"], "mean, selected": line["brushed"], "range, selected": line["range"],
         "mean, all": line["all"]}
        for line in lines
    ]  # fmt: skip
    Table(told, "Selected runs beside all runs", numbers=("mean, selected", "range, selected", "mean, all"))


@solara.component
def Runs(explored: Explored) -> None:
    """The table of runs: its first rows, and all of it to download."""
    runs = explored.runs
    with solara.Row(style="gap:8px;flex-wrap:wrap;"):
        shell.download_button("All runs (CSV)", lambda: csv_bytes(runs), f"{slug(explored)}-runs.csv")
        shell.download_button(
            "All runs (Parquet)", lambda: parquet_bytes(runs), f"{slug(explored)}-runs.parquet"
        )
    if len(runs) > SHOWN_ROWS:
        Note(f"The first {SHOWN_ROWS} of {len(runs):,} rows; the download has all.")
    numbers = [heading(name) for name in runs if name not in explored.factors or explored.numeric(name)]
    Table(shown(runs.head(SHOWN_ROWS), index=False), "Runs of the sweep", numbers)


def slug(explored: Explored) -> str:
    """A file name of the sweep's name."""
    return explored.name.replace("/", "-")

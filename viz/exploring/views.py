"""The views of a sweep's runs: scatter, heat map and table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from viz import shell
from viz.components.chart import Chart
from viz.exploring import pictures
from viz.exploring.address import Address
from viz.exploring.explored import MOST_DRAWN, SHOWN_ROWS, Explored, csv_bytes, parquet_bytes
from viz.exploring.kept import drawn
from viz.exploring.overlay import BoxSwitch, use_box
from viz.exploring.pieces import Note, Table, heading, shown
from viz.exploring.ranges import Selection

HEIGHT = 380


def told_sample(explored: Explored) -> str:
    """A sentence when not all runs are drawn; nothing else."""
    count = len(explored.runs)
    if count <= MOST_DRAWN:
        return ""
    return (
        f"{MOST_DRAWN:,} of {count:,} runs are drawn, picked at random; "
        "means, sensitivity, boxes and selections use all runs."
    )


@solara.component
def Scatter(
    explored: Explored,
    address: Address,
    chosen: int | None,
    selection: Selection,
    choose: Callable[[int], None],
    go: Callable[[Address], None],
) -> None:
    """Runs over one factor; on demand with the box that PRIM finds."""
    dark = shell.use_dark()
    overlay = use_box(explored, address, address.box)
    box, asked = overlay.box, overlay.asked
    key = (explored.digest, "scatter", address.outcome, address.x, dark, chosen, selection.ranges,
           asked.condition if box is not None and asked is not None else "")  # fmt: skip
    option = drawn(
        key,
        lambda: pictures.scatter(
            explored,
            address.outcome,
            address.x,
            dark,
            box,
            asked,
            chosen,
            selection.inside if selection else None,
        ),
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
    marked = (
        f"{selection.drawn:,} runs within the ranges of the parallel axes are marked." if selection else ""
    )
    Note(" ".join(filter(None, ["A click on a dot shows its run.", told_sample(explored), marked])))
    BoxSwitch(explored, address, overlay, go, (address.x,))


@solara.component
def HeatMap(explored: Explored, address: Address, go: Callable[[Address], None]) -> None:
    """Mean of the outcome over two factors; on demand with the box that PRIM finds."""
    dark = shell.use_dark()
    overlay = use_box(explored, address, address.box and bool(address.y))
    if not address.y:
        Note("A heat map needs two factors; this sweep has one.")
        return
    box, asked = overlay.box, overlay.asked
    key = (explored.digest, "heat", address.outcome, address.x, address.y, dark,
           asked.condition if box is not None and asked is not None else "")  # fmt: skip
    option = drawn(key, lambda: pictures.heat_map(explored, address.outcome, address.x, address.y, dark, box))
    Chart(
        option, f"Heat map: mean of {address.outcome} over {address.x} and {address.y}", height=HEIGHT + 20,
        name=f"heat-{address.outcome}-{address.x}-{address.y}",
    )  # fmt: skip
    Note(
        "Each cell is the mean over all runs in it, whatever the other factors are. Empty cells have no run with a "
        "defined outcome."
    )
    BoxSwitch(explored, address, overlay, go, (address.x, address.y))


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
    numbers = [
        heading(name) for name in map(str, runs) if name not in explored.factors or explored.numeric(name)
    ]
    Table(shown(runs.head(SHOWN_ROWS), index=False), "Runs of the sweep", numbers)


def slug(explored: Explored) -> str:
    """A file name of the sweep's name."""
    return explored.name.replace("/", "-")

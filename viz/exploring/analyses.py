"""The views that compute: sensitivity, and the box of PRIM. Both work in the background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import solara

from viz import shell
from viz.components.chart import Chart
from viz.exploring import pictures
from viz.exploring.address import Address
from viz.exploring.explored import Explored, csv_bytes, parquet_bytes
from viz.exploring.findings import (
    METHODS,
    Asked,
    asked_for,
    box_of,
    discover_command,
    sensitivity_command,
    sensitivity_of,
)
from viz.exploring.jobs import use_answer
from viz.exploring.pieces import Command, Note, Table, heading, shown
from viz.exploring.views import slug

if TYPE_CHECKING:
    from sim.analysis import Discovery, Sensitivity


@solara.component
def Working(words: str) -> None:
    """What is being computed."""
    solara.ProgressLinear(True)
    solara.HTML(tag="div", unsafe_innerHTML=shell.escape(words), attributes={"role": "status"})


@solara.component
def SensitivityView(explored: Explored, address: Address, kept: dict[Any, Any]) -> None:
    """Which factors move the outcome, with intervals."""
    found = use_answer(
        kept, ("sensitivity", address.outcome), lambda: sensitivity_of(explored, address.outcome)
    )
    if not found.ready:
        Working(f"Computing the sensitivity of {address.outcome} with intervals from 500 resamples ...")
    elif found.refused:
        Note(found.refused)
    else:
        Sensitive(explored, found.value)


@solara.component
def Sensitive(explored: Explored, found: Sensitivity) -> None:
    """Bars, table and remarks of a sensitivity analysis."""
    dark = shell.use_dark()
    option = solara.use_memo(
        lambda: {} if found.constant else pictures.sensitivity_bars(found, dark), [found, dark]
    )
    if not found.constant:
        solara.Text(
            f"{METHODS[found.method]}. {found.rows:,} design rows, {100 * found.confidence:.3g} % intervals."
        )
        Chart(
            option, f"Sensitivity of {found.outcome} to each factor, with intervals",
            height=pictures.height_of_bars(len(found.table)), name=f"sensitivity-{found.outcome}",
        )  # fmt: skip
        if len(found.table) > pictures.MOST_BARS:
            Note(f"The {pictures.MOST_BARS} most important of {len(found.table)}; the table has all.")
    for remark in found.remarks:
        Note(f"Note: {remark}.")
    if not found.constant:
        table = found.table.reset_index()
        with solara.Row(style="gap:8px;flex-wrap:wrap;"):
            name = f"{slug(explored)}-sensitivity-{found.outcome}"
            shell.download_button("Table (CSV)", lambda: csv_bytes(table), f"{name}.csv")
            shell.download_button(
                "Table (Parquet)",
                lambda: parquet_bytes(table.astype({table.columns[0]: str})),
                f"{name}.parquet",
            )
        Table(
            shown(found.table),
            f"Sensitivity of {found.outcome}",
            [heading(str(name)) for name in found.table],
        )
    Command(sensitivity_command(explored, found.outcome), "The same table by command")


@solara.component
def BoxView(
    explored: Explored, address: Address, kept: dict[Any, Any], go: Callable[[Address], None]
) -> None:
    """The box of factor values in which the outcome is above or below a threshold."""
    asked = asked_for(explored, address.outcome, address.side, address.threshold)
    key = ("box", asked.condition if asked is not None else "")
    found = use_answer(kept, key, None if asked is None else lambda: box_of(explored, asked))
    if asked is None:
        Note(f"{address.outcome} is not defined in any run, so there is nothing to look for.")
        return
    unit = explored.label(address.outcome).unit
    with solara.Row(style="align-items:center;gap:12px;flex-wrap:wrap;padding-top:12px;"):
        solara.Text(f"Look for runs with {address.outcome}")
        with solara.Div(style="width:110px"):
            solara.Select(
                "Side", ["above", "below"], address.side,
                on_value=lambda side: go(replace(address, side=side, threshold=None)), dense=True,
            )  # fmt: skip
        with solara.Div(style="width:150px"):
            solara.InputFloat(
                f"Threshold{f' ({unit})' if unit else ''}", asked.threshold, dense=True, continuous_update=False,
                on_value=lambda value: go(replace(address, threshold=value)),
            )  # fmt: skip
    if not found.ready:
        Working(f"PRIM is looking for the box in which {asked.condition} (some seconds) ...")
    elif found.refused:
        Note(f"{found.refused}.")
    else:
        Boxed(explored, address, asked, found.value, go)


@solara.component
def Boxed(
    explored: Explored, address: Address, asked: Asked, found: Discovery, go: Callable[[Address], None]
) -> None:
    """A box in words, over two factors, and among the boxes that PRIM went through."""
    dark = shell.use_dark()
    box = found.box
    option = solara.use_memo(
        lambda: pictures.box_plane(explored, found, asked, address.x, address.y, dark) if address.y else {},
        [found, address.x, address.y, dark],
    )
    path = solara.use_memo(lambda: pictures.trajectory(found, dark), [found, dark])
    inside = (
        f"Coverage {box.coverage:.2f}: share of the {int(found.of_interest.sum()):,} design rows of interest that are "
        f"inside. Density {box.density:.2f}: share of the {box.cases:,} design rows inside that are of interest. "
        f"{box.mass:.0%} of all rows are inside."
    )
    solara.HTML(
        tag="div",
        unsafe_innerHTML=f"<strong>{shell.escape(box.text)}</strong><br>{inside}",
        classes=["parity-box"],
    )
    if address.y:
        Chart(
            option, f"Design rows over {address.x} and {address.y}, those with {asked.condition} marked, and the box",
            height=330, name=f"box-{address.outcome}-{address.x}-{address.y}",
        )  # fmt: skip
    better = pictures.restricted(box, address.x, address.y) if address.y else None
    if better is not None:
        solara.Button(
            f"Draw {better[0]} and {better[1]}, which the box narrows most", outlined=True, small=True,
            on_click=lambda: go(replace(address, x=better[0], y=better[1])), style="align-self:flex-start;",
        )  # fmt: skip
    if len(box.limits) > 2:
        Note("Rows that look inside may be outside: the box also limits factors that are not drawn.")
    with solara.Details(summary="How the box was chosen: coverage and density of all boxes"):
        Chart(path, "Coverage and density of the boxes that PRIM went through", height=280, name="trajectory")
        Note(f"Rule: {found.rule}.")
    for remark in found.remarks:
        Note(f"Note: {remark}.")
    if len(box.table):
        Table(shown(box.table), "Limits of the box")
        with solara.Row(style="gap:8px;flex-wrap:wrap;"):
            shell.download_button(
                "Box (CSV)",
                lambda: csv_bytes(box.table.reset_index()),
                f"{slug(explored)}-box-{asked.outcome}.csv",
            )
    Command(discover_command(explored, asked), "The same box by command (add --method prim for PRIM alone)")

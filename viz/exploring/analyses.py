"""The views that compute: sensitivity, and the box of PRIM. Both work in the background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import solara

from viz import shell
from viz.components.chart import Chart
from viz.exploring import boxes, sensing
from viz.exploring.address import Address
from viz.exploring.explored import Explored, csv_bytes, parquet_bytes
from viz.exploring.findings import (
    METHODS,
    Asked,
    curves_of,
    discover_command,
    limit_words,
    sensitivity_command,
    sensitivity_of,
)
from viz.exploring.jobs import use_answer
from viz.exploring.kept import drawn
from viz.exploring.overlay import use_box
from viz.exploring.pieces import Command, Lines, Note, Table, Working, heading, shown
from viz.exploring.views import slug

if TYPE_CHECKING:
    from sim.analysis import Discovery, Sensitivity


@solara.component
def SensitivityView(explored: Explored, address: Address) -> None:
    """Which factors move the outcome, with intervals."""
    found = use_answer(
        (explored.digest, "sensitivity", address.outcome), lambda: sensitivity_of(explored, address.outcome)
    )
    if not found.ready:
        Working(f"Computing the sensitivity of {address.outcome} with intervals ...")
    elif found.refused:
        Note(f"{found.refused.rstrip('.')}.")
    else:
        Sensitive(explored, found.value)


@solara.component
def Sensitive(explored: Explored, found: Sensitivity) -> None:
    """Charts, table and remarks of a sensitivity analysis."""
    if not found.constant:
        solara.Text(METHODS[found.method])
        Note(
            f"About {found.outcome}, its mean over replicates, over the ranges of this sweep: {found.rows:,} design "
            f"rows, {100 * found.confidence:.3g} % intervals"
            f"{f' from {found.bootstrap:,} resamples' if found.bootstrap else ''}."
        )
        SensitivityCharts(explored, found)
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
        if found.pairs is not None and len(found.pairs):
            with shell.Fold("Pairs of factors: what two do together beyond each alone"):
                Table(
                    shown(found.pairs),
                    f"Sensitivity of {found.outcome} to pairs of factors",
                    [heading(str(name)) for name in found.pairs],
                )
    Command(sensitivity_command(explored, found.outcome), "The same table by command")


@solara.component
def SensitivityCharts(explored: Explored, found: Sensitivity) -> None:
    """The charts that the method has: curves, first-order shares, bars, Morris's plane."""
    dark = shell.use_dark()
    key = (explored.digest, "sensitivity", found.outcome, dark)
    if found.method == "one-at-a-time":
        Curves(explored, found.outcome)
    columns = [found.importance]
    if found.method == "regression" and "S1" in found.table:
        columns.insert(0, "S1")
    for column in columns:
        option = drawn((*key, column), partial(sensing.bars, found, dark, column))
        what = sensing.measure(found, column)
        Chart(
            option, f"Sensitivity of {found.outcome} to each factor: {what}",
            height=sensing.height_of_bars(len(found.table)), name=f"sensitivity-{found.outcome}-{column}",
        ).key(f"bars-{column}")  # fmt: skip
    if len(found.table) > sensing.MOST_BARS:
        Note(f"The {sensing.MOST_BARS} most important of {len(found.table)}; the table has all.")
    if found.method == "morris" and found.table["sigma"].notna().any():
        Chart(
            drawn((*key, "plane"), lambda: sensing.morris_plane(found, dark)),
            f"Morris's plane of {found.outcome}: size of each factor's effect against its spread",
            height=320, name=f"morris-{found.outcome}",
        ).key("plane")  # fmt: skip
        Note(
            "Above the dashed line (sigma = mu*) the effect of a factor depends strongly on where it and the others "
            "stand. sigma has no interval: the analysis gives one for mu* alone."
        )


@solara.component
def Curves(explored: Explored, outcome: str) -> None:
    """The outcome along each factor, for a design that moves one at a time."""
    dark = shell.use_dark()
    found = solara.use_memo(lambda: curves_of(explored, outcome), [explored.digest, outcome])
    if not found:
        Note("No factor has two levels with runs yet, so that there are no curves.")
        return
    Chart(
        drawn(
            (explored.digest, "curves", outcome, dark),
            lambda: sensing.curves(explored, outcome, found, dark),
        ),
        f"Curves of {outcome} along each factor alone, with intervals",
        height=sensing.height_of_curves(len(found)), name=f"curves-{outcome}",
    )  # fmt: skip
    one = explored.data.sweep.replicates < 2
    apart = all(each.base >= 0 for each in found)
    intervals = (
        " No interval: there is one replicate."
        if one
        else " Where a band leaves the level of the ring, the factor moves the outcome beyond luck."
        if apart
        else " The base has no runs yet, so that intervals are of each mean alone."
    )
    Note(f"The ring is the value in the base; all charts have one scale at the side.{intervals}")


@solara.component
def BoxView(explored: Explored, address: Address, go: Callable[[Address], None]) -> None:
    """The box of factor values in which the outcome is above or below a threshold."""
    overlay = use_box(explored, address)
    asked, found = overlay.asked, overlay.found
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
        Note(f"{found.refused.rstrip('.')}.")
    else:
        Boxed(explored, address, asked, found.value, go)


@solara.component
def Boxed(
    explored: Explored, address: Address, asked: Asked, found: Discovery, go: Callable[[Address], None]
) -> None:
    """A box in words, over two factors, and among the boxes that PRIM went through."""
    dark = shell.use_dark()
    box = found.box
    key: tuple[Any, ...] = (explored.digest, asked.condition, dark)
    solara.HTML(
        tag="div", unsafe_innerHTML=f"<strong>{shell.escape(box.text)}</strong>", classes=["parity-box"]
    )
    Lines(
        [limit_words(limit, explored.label(limit.factor).unit) for limit in box.limits], "Limits of the box"
    )
    Note(
        f"Coverage {box.coverage:.2f}: share of the {int(found.of_interest.sum()):,} design rows with "
        f"{asked.condition} that are inside. Density {box.density:.2f}: share of the {box.cases:,} design rows inside "
        f"that have it. {box.mass:.0%} of all {len(found.cases):,} design rows are inside. Quasi-p: chance that the "
        "box would hold as many of them by luck if this limit did not matter; above 0.05 the limit could well be luck."
    )
    if address.y:
        Chart(
            drawn(
                (*key, "plane", address.x, address.y),
                lambda: boxes.box_plane(explored, found, asked, address.x, address.y, dark),
            ),
            f"Design rows over {address.x} and {address.y}, those with {asked.condition} marked, and the box",
            height=330, name=f"box-{address.outcome}-{address.x}-{address.y}",
        )  # fmt: skip
        here, elsewhere = boxes.drawn_over(box, address.x, address.y)
        if not here:
            Note(f"The box does not restrict {address.x} or {address.y}, so that no rectangle is drawn here.")
        elif elsewhere:
            Note(f"It also limits {', '.join(elsewhere)}: rows that look inside may be outside.")
        better = boxes.restricted(box, address.x, address.y)
        if better is not None:
            solara.Button(
                f"Draw {better[0]} and {better[1]}, which the box narrows most", outlined=True, small=True,
                on_click=lambda: go(replace(address, x=better[0], y=better[1])), style="align-self:flex-start;",
            )  # fmt: skip
    with shell.Fold("How the box was chosen: coverage and density of all boxes"):
        Chart(
            drawn((*key, "trajectory"), lambda: boxes.trajectory(found, dark)),
            "Coverage and density of the boxes that PRIM went through", height=280, name="trajectory",
        )  # fmt: skip
        Note(f"Rule: {found.rule}.")
    for remark in found.remarks:
        Note(f"Note: {remark}.")
    if len(box.table):
        with solara.Row(style="gap:8px;flex-wrap:wrap;"):
            shell.download_button(
                "Box (CSV)",
                lambda: csv_bytes(box.table.reset_index()),
                f"{slug(explored)}-box-{asked.outcome}.csv",
            )
    Command(discover_command(explored, asked), "The same box by command (add --method prim for PRIM alone)")

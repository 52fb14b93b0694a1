"""An opened sweep: what to look at, the view, the run that was clicked, and what to take home."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import solara

from viz import shell
from viz.exploring.address import VIEWS, Address
from viz.exploring.analyses import BoxView, SensitivityView
from viz.exploring.chosen import ChosenRun
from viz.exploring.explored import Explored, csv_bytes, parquet_bytes
from viz.exploring.pieces import Command, Note
from viz.exploring.views import HeatMap, Parallel, Runs, Scatter, slug


@solara.component
def Workspace(explored: Explored, asked: Address, go: Callable[[Address], None]) -> None:
    """All about one sweep."""
    chosen, choose = solara.use_state(None)
    factors = list(explored.factors)
    address = asked.settled(explored.outcomes, factors)
    with solara.Div(classes=["parity-explore"]):
        with solara.Column(gap="12px", style="min-width:0;"):
            Looking(explored, address, go, chosen, choose)
        with solara.Column(gap="12px", style="min-width:0;"):
            ChosenRun(explored, chosen, choose)
            TakeHome(explored)


@solara.component
def Looking(
    explored: Explored,
    address: Address,
    go: Callable[[Address], None],
    chosen: int | None,
    choose: Callable[[int], None],
) -> None:
    """Title, controls, and the view that the address names."""
    kept: dict[Any, Any] = solara.use_memo(dict, [explored])
    title = explored.data.sweep.title or explored.name
    with shell.Panel(title, help="Runs of a sweep; each is a world of its own."):
        Note(explored.summary + ("" if explored.data.complete else " The sweep is not complete yet."))
        Controls(explored, address, go)
        Tabs(address, go)
        with solara.Column(gap="6px", style="min-width:0;").key(f"view-{address.view}"):
            if address.view == "scatter":
                Scatter(explored, address, kept, chosen, choose)
            elif address.view == "heat":
                HeatMap(explored, address)
            elif address.view == "parallel":
                Parallel(explored, address)
            elif address.view == "sensitivity":
                SensitivityView(explored, address, kept)
            elif address.view == "box":
                BoxView(explored, address, kept, go)
            else:
                Runs(explored)


@solara.component
def Controls(explored: Explored, address: Address, go: Callable[[Address], None]) -> None:
    """Outcome and factors to draw."""
    factors = list(explored.factors)
    with solara.Div(classes=["parity-controls"]):
        solara.Select(
            "Outcome", explored.outcomes, address.outcome, dense=True,
            on_value=lambda name: go(replace(address, outcome=name, threshold=None)),
        )  # fmt: skip
        solara.Select(
            "Factor", factors, address.x, dense=True, on_value=lambda name: go(replace(address, x=name))
        )
        if address.y and address.view in ("heat", "box"):
            solara.Select(
                "Second factor", [name for name in factors if name != address.x], address.y, dense=True,
                on_value=lambda name: go(replace(address, y=name)),
            )  # fmt: skip
    names = [
        address.outcome,
        address.x,
        *([address.y] if address.view in ("heat", "box") and address.y else []),
    ]
    labels = [explored.label(name) for name in names]
    Note("  ".join(f"{label.with_unit}: {label.text.rstrip('.')}." for label in labels if label.text))


@solara.component
def Tabs(address: Address, go: Callable[[Address], None]) -> None:
    """The views, as buttons in a row."""
    with solara.ToggleButtonsSingle(
        address.view, on_value=lambda view: go(replace(address, view=view)), mandatory=True, dense=True,
        style="flex-wrap:wrap;",
    ):  # fmt: skip
        for key, label in VIEWS.items():
            solara.Button(
                label, value=key, text=True, attributes={"aria-pressed": str(key == address.view).lower()}
            )


@solara.component
def TakeHome(explored: Explored) -> None:
    """Data, sweep file and command."""
    with shell.Panel("Take it home", help="Everything that is drawn here, and what makes it again."):
        Command(explored.command, "Make the sweep again, or what is missing of it")
        with solara.Row(style="gap:8px;flex-wrap:wrap;"):
            runs = explored.runs
            shell.download_button("Runs (CSV)", lambda: csv_bytes(runs), f"{slug(explored)}-runs.csv")
            shell.download_button(
                "Runs (Parquet)", lambda: parquet_bytes(runs), f"{slug(explored)}-runs.parquet"
            )
            shell.download_button("Sweep file (TOML)", explored.data.sweep.to_toml, f"{slug(explored)}.toml")

"""An opened sweep: its state, what to look at, the view, the run that was clicked, and what to take home."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import solara

from viz import shell
from viz.exploring.address import VIEWS, Address
from viz.exploring.analyses import BoxView, SensitivityView
from viz.exploring.brushing import Parallel
from viz.exploring.chosen import ChosenRun
from viz.exploring.explored import Explored, csv_bytes, parquet_bytes
from viz.exploring.pieces import Command, Note, Table
from viz.exploring.ranges import Selection
from viz.exploring.views import HeatMap, Runs, Scatter, slug

OTHER_CODE = (
    "Other code or libraries than this server's made these runs: a run made now, here or by command, may differ from "
    "its row, and parity sweep refuses to add to the sweep (--force-new begins it anew)."
)


@solara.component
def Workspace(explored: Explored, asked: Address, go: Callable[[Address], None]) -> None:
    """All about one sweep; the run looked at and the ranges that select runs are in the address."""
    address = asked.settled(explored.outcomes, list(explored.factors))
    selection = solara.use_memo(
        lambda: Selection(explored, address.ranges), [explored.digest, address.ranges]
    )
    chosen = None if address.run is None else explored.place(*address.run)

    def choose(place: int) -> None:
        line = explored.runs.iloc[place]
        go(replace(address, run=(int(line["row"]), int(line["replicate"]))))

    with solara.Div(classes=["parity-explore"]):
        with solara.Column(gap="12px", style="min-width:0;"):
            if explored.waiting or explored.failed_runs():
                Unfinished(explored)
            Looking(explored, address, go, chosen, choose, selection)
        with solara.Column(gap="12px", style="min-width:0;"):
            ChosenRun(explored, chosen, choose)
            TakeHome(explored)


@solara.component
def Unfinished(explored: Explored) -> None:
    """What is missing of the sweep, and the commands that make it."""
    waiting, failed = explored.waiting, explored.failed_runs()
    with shell.Panel("Not all runs are here", help="The page shows what is done so far."):
        if waiting:
            planned = explored.data.sweep.rows * explored.data.sweep.replicates
            solara.Text(
                f"{len(explored.runs):,} of {planned:,} runs are done; {waiting:,} are still to be made. What is drawn "
                "is what is there: some values of the factors may have no runs yet."
            )
            Command(explored.command, "Go on where it stopped, then press Read again")
        if failed:
            count = sum(int(line["runs"].replace(",", "")) for line in failed)
            solara.Text(
                f"{count:,} run{'s' if count > 1 else ''} failed and {'are' if count > 1 else 'is'} left out."
            )
            Table(failed, "Failed runs by kind", ["runs"])
            Command(explored.retry_command, "Try them again")


@solara.component
def Looking(
    explored: Explored,
    address: Address,
    go: Callable[[Address], None],
    chosen: int | None,
    choose: Callable[[int], None],
    selection: Selection,
) -> None:
    """Title, controls, and the view that the address names."""
    title = explored.data.sweep.title or explored.name
    with shell.Panel(title, help="Runs of a sweep; each is a world of its own."):
        Note(explored.summary)
        if explored.changed:
            Note(f"{OTHER_CODE} What differs: {'; '.join(line.strip() for line in explored.changed[:3])}.")
        Controls(explored, address, go)
        Tabs(address, go)
        with solara.Column(gap="6px", style="min-width:0;").key(f"view-{address.view}"):
            if address.view == "scatter":
                Scatter(explored, address, chosen, selection, choose, go)
            elif address.view == "heat":
                HeatMap(explored, address, go)
            elif address.view == "parallel":
                Parallel(explored, address, selection, go)
            elif address.view == "sensitivity":
                SensitivityView(explored, address)
            elif address.view == "box":
                BoxView(explored, address, go)
            else:
                Runs(explored)


@solara.component
def Controls(explored: Explored, address: Address, go: Callable[[Address], None]) -> None:
    """Outcome and factors to draw, as far as the view draws them."""
    factors = list(explored.factors)
    one, two = address.view in ("scatter", "heat", "box"), address.view in ("heat", "box") and bool(address.y)
    if address.view == "table":
        return
    with solara.Div(classes=["parity-controls"]):
        solara.Select(
            "Outcome", explored.outcomes, address.outcome, dense=True,
            on_value=lambda name: go(replace(address, outcome=name, threshold=None)),
        )  # fmt: skip
        if one:
            solara.Select(
                "Factor", factors, address.x, dense=True, on_value=lambda name: go(replace(address, x=name))
            )
        if two:
            solara.Select(
                "Second factor", [name for name in factors if name != address.x], address.y, dense=True,
                on_value=lambda name: go(replace(address, y=name)),
            )  # fmt: skip
    names = [address.outcome, *([address.x] if one else []), *([address.y] if two else [])]
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
    text = solara.use_memo(explored.data.sweep.to_toml, [explored.digest])
    with shell.Panel("Take it home", help="Everything that is drawn here, and what makes it again."):
        Command(explored.command, "Make the sweep again, or what is missing of it")
        with solara.Row(style="gap:8px;flex-wrap:wrap;"):
            runs = explored.runs
            shell.download_button("Runs (CSV)", lambda: csv_bytes(runs), f"{slug(explored)}-runs.csv")
            shell.download_button(
                "Runs (Parquet)", lambda: parquet_bytes(runs), f"{slug(explored)}-runs.parquet"
            )
            shell.download_button("Sweep file (TOML)", lambda: text, f"{slug(explored)}.toml")
        with shell.Fold("The sweep file"):
            solara.HTML(
                tag="pre", unsafe_innerHTML=shell.escape(text), classes=["parity-command", "parity-file"],
                attributes={"tabindex": "0", "role": "group", "aria-label": "The sweep file"},
            )  # fmt: skip

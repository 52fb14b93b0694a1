"""The page Sweep explorer: open the results of a sweep, look at them from several sides, load a run in Live."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pandas  # noqa: F401  Whole before any thread starts: reacton looks into it, and must not find half of it.
import solara

from viz import server, shell
from viz.exploring.address import Address, read_address
from viz.exploring.explored import Explored, open_sweep
from viz.exploring.folders import Found, list_sweeps, shown_path, sweep_folder
from viz.exploring.jobs import use_answer
from viz.exploring.kept import Kept
from viz.exploring.pieces import STYLE, Command, Note, Working
from viz.exploring.workspace import Workspace

MAKE_ONE = "parity sweep control-and-copying --out"


@solara.component
def Page() -> None:
    """Show the page; its whole state is in the address."""
    solara.Title("Sweep explorer - Parity")
    solara.Style(STYLE)
    router = solara.use_router()
    address = read_address(router.search)
    again, set_again = solara.use_state(0)
    roots = solara.use_memo(server.results_folders, [again])
    found = solara.use_memo(lambda: list_sweeps(roots), [again])

    def go(new: Address) -> None:
        if new != address:
            router.push("/sweeps" + new.query())

    def read_again() -> None:
        set_again(again + 1)

    if found or address.sweep:
        Picker(found, address, go, read_again)
    if address.sweep:
        Opened(address, go, again).key(f"{address.sweep}-{again}")
    elif found:
        Shelf(found, go)
    else:
        HowToMake([root.name for root in roots], read_again)


@solara.component
def Picker(
    found: list[Found], address: Address, go: Callable[[Address], None], read_again: Callable[[], None]
) -> None:
    """Which sweep: a list of those in the results folders, and no way to any other folder."""
    labels = {one.label: one.name for one in found}
    chosen = next((label for label, name in labels.items() if name == address.sweep), None)

    def pick(label: str | None) -> None:
        if label is not None and labels.get(label):
            go(replace(Address(view=address.view), sweep=labels[label]))

    with solara.Row(style="align-items:center;gap:12px;flex-wrap:wrap;", classes=["parity-picker"]):
        solara.Select(
            "Sweep", list(labels), chosen, on_value=pick, dense=True, style="max-width:720px;flex:1 1 220px"
        )
        solara.Button(
            "Read again", on_click=read_again, outlined=True, icon_name="mdi-refresh",
            attributes={"aria-label": "Read the list of sweeps and the opened sweep again"},
        )  # fmt: skip


@solara.component
def Shelf(found: list[Found], go: Callable[[Address], None]) -> None:
    """The sweeps to choose from, the one that changed last first, and how to make another."""
    with solara.Div(classes=["parity-shelf"]):
        for one in sorted(found, key=lambda each: -each.changed):
            with solara.Button(
                on_click=lambda name=one.name: go(Address(sweep=name)), outlined=True,
                attributes={"aria-label": f"Open {one.label}"},
            ):  # fmt: skip
                when = f"{datetime.fromtimestamp(one.changed, UTC):%Y-%m-%d %H:%M} UTC"
                lines = [
                    f"<strong>{shell.escape(one.title or one.name)}</strong>",
                    shell.escape(one.name),
                    shell.escape(f"{one.told}; {when}"),
                ]
                for line in lines:
                    solara.HTML(tag="div", unsafe_innerHTML=line)
    with shell.Fold("Make another sweep"):
        Making()


@solara.component
def Opened(address: Address, go: Callable[[Address], None], again: int) -> None:
    """The sweep that the address names, read in the background, or why it cannot be opened."""
    # Of this visit alone: what may have changed on disk is looked at anew; what did not is not read again.
    kept = solara.use_memo(lambda: Kept(1), [address.sweep, again])

    def read() -> Explored:
        folder = sweep_folder(address.sweep, server.results_folders())
        return open_sweep(address.sweep, folder, shown_path(folder, os.environ.get(server.RESULTS)))

    found = use_answer((address.sweep, again), read, kept)
    if not found.ready:
        Working("Reading the sweep ...")
    elif found.refused:
        solara.Warning(found.refused)
        if found.command:
            Command(found.command, "In a terminal, in the folder where this server was started")
            Note("Then press Read again.")
    else:
        Workspace(found.value, address, go)


@solara.component
def HowToMake(folders: list[str], read_again: Callable[[], None]) -> None:
    """What to do where there is no sweep."""
    with shell.Panel("There is no sweep to open yet"):
        solara.Text(
            "A sweep runs a scenario many times with different values of some factors and keeps what came out."
        )
        Making()
        solara.Button(
            "Read again",
            on_click=read_again,
            outlined=True,
            icon_name="mdi-refresh",
            style="align-self:flex-start;",
        )
        Note(f"Sweeps are looked for in: {', '.join(folders)}. Another folder: parity viz --results DIR")


@solara.component
def Making() -> None:
    """The command that makes a first sweep, and where the next one is explained."""
    solara.Text("This one varies chip control and copying, 200 runs, and takes half a minute:")
    out = f"{os.environ.get(server.RESULTS) or 'sweeps'}/demo"
    Command(f"{MAKE_ONE} {shlex.quote(out)}", "In a terminal, in the folder where this server was started")
    solara.Text(
        "Then press Read again. A sweep file of your own says which factors are varied, how, and what is kept: "
        "docs/tutorial-sweep.md shows one in five minutes; parity sweep FILE --dry-run tells runs and time first."
    )

"""The run that was clicked: its factors, seed and outcomes, its command, and the way to Live."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import cast

import solara

import sim
from viz import shell
from viz.exploring.explored import Explored
from viz.exploring.onerun import OneRun, one_run, opening
from viz.exploring.pieces import Command, Note, Table

log = logging.getLogger("parity.viz")


@solara.component
def ChosenRun(explored: Explored, place: int | None, choose: Callable[[int], None]) -> None:
    """A card about one run; without one, how to choose it."""
    with shell.Panel("One run", help="Values of the factors, outcomes, and how to make this run again."):
        if place is None:
            Note(
                "Click a dot of the scatter, or give the numbers of a run, to see it here and to open it in Live."
            )
        Which(explored, place, choose)
        if place is None:
            return
        run = one_run(explored, place)
        Note(f"Seed {run.seed}.")
        OpenInLive(explored, run)
        Table([{"factor": name, "value": value} for name, value in run.factors], "Factors of the run")
        Table([{"outcome": name, "value": value} for name, value in run.outcomes], "Outcomes of the run")
        Command(run.command, "Make this run again and print its outcomes")


@solara.component
def Which(explored: Explored, place: int | None, choose: Callable[[int], None]) -> None:
    """The run by its numbers, for those who do not click."""
    line = None if place is None else explored.runs.iloc[place]
    row, set_row = solara.use_state(cast(int | None, None))
    replicate, set_replicate = solara.use_state(0)
    missing, set_missing = solara.use_state(False)

    def follow() -> None:
        """Show the numbers of a run that was clicked."""
        if line is not None:
            set_row(int(line["row"]))
            set_replicate(int(line["replicate"]))
            set_missing(False)

    solara.use_effect(follow, [place])

    def look(new_row: int | None, new_replicate: int | None) -> None:
        set_row(new_row)
        set_replicate(new_replicate or 0)
        if new_row is None:
            return
        found = explored.place(new_row, new_replicate or 0)
        set_missing(found is None)
        if found is not None:
            choose(found)

    with solara.Div(classes=["parity-which"]):
        solara.InputInt(
            "Design row", row, optional=True, dense=True, continuous_update=True,
            on_value=lambda new: look(new, replicate),
        )  # fmt: skip
        solara.InputInt(
            "Replicate", replicate, dense=True, continuous_update=True, on_value=lambda new: look(row, new)
        )  # fmt: skip
    if missing:
        Note("There is no such run.")


@solara.component
def OpenInLive(explored: Explored, run: OneRun) -> None:
    """A button that loads the run in Live, from its first week."""
    router = solara.use_router()
    error, set_error = solara.use_state(cast(Exception | None, None))

    def go() -> None:
        from viz.controller import LiveController

        try:
            made = opening(explored, run)
            controller = LiveController(base=made.base, text=made.text, changes=made.changes, seed=made.seed)
        except (
            sim.ScenarioError,
            ValueError,
        ) as problem:  # TooLarge is a ValueError: its message says what to do
            set_error(problem)
            return
        except Exception:
            log.exception("a run of a sweep could not be opened in Live")
            set_error(ValueError("This run could not be opened. The server's log says why."))
            return
        set_error(None)
        shell.open_in_live(controller)
        router.push("/")

    solara.use_effect(lambda: set_error(None), [run])
    if run.refused:
        Note(run.refused)
        return
    solara.Button("Open this run in Live", on_click=go, color="primary", icon_name="mdi-play-circle-outline")
    if error is not None:
        shell.Problems(error)

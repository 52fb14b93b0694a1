"""The form of the page Compare: two scenarios with settings, luck, and how many pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

import solara

from viz import choices, permalink, shell
from viz.comparing import request, session
from viz.comparing.editor import Lines, Settings
from viz.comparing.request import Request, Side
from viz.comparing.running import Job
from viz.comparing.widgets import Progress
from viz.limits import UPLOAD_BYTES
from viz.live.widgets import Upload
from viz.uploads import load_text, plain_name

#: What the page offers when it is opened without a link.
FIRST = Request(Side("copying-sincere"), Side("no-copying-sincere"))
SAME = "the same as A"
MEANING = {
    "luck": "Pair k of both scenarios has the seed SEED + k, and every draw is keyed by what it decides: what "
    "differs in a pair comes from the scenarios, and as little as possible from chance.",
    "seed": "The number that fixes all chance: the same scenarios, seed and pairs give the same numbers, to the last "
    "digit. Pair 0 has this seed, pair 1 the next, and so on.",
    "pairs": "How often both are run, each time with new luck. More pairs give narrower intervals and take longer.",
    "weeks": "How many weeks are recorded; empty: as many as the shorter of the two scenarios has.",
}


@solara.component
def Form(asked: Request, job: Job | None, busy: bool, run: Callable[[Request], None]) -> None:
    """The form; ``run`` gets a request that has been validated."""
    draft, set_draft = solara.use_state(asked)
    weeks, set_weeks = solara.use_state("" if asked.weeks is None else str(asked.weeks))
    error, set_error = solara.use_state(cast(Exception | None, None))

    def press() -> None:
        try:
            length = request.whole(weeks, "weeks") if weeks.strip() else None
            made = replace(draft, weeks=length)
            made.scenarios()
        except request.TOLD as wrong:
            set_error(wrong)
            return
        set_error(None)
        run(made)

    def change(which: str, side: Side) -> None:
        new = replace(draft, a=side) if which == "a" else replace(draft, b=side)
        followed = (draft.a.name, draft.a.text) == (draft.b.name, draft.b.text)
        if which == "a" and followed:  # B stays the same scenario as A.
            new = replace(new, b=replace(draft.b, name=side.name, text=side.text))
        set_draft(new)

    with shell.Panel("Two scenarios under the same luck", help=MEANING["luck"]):
        with solara.Div(classes=["parity-sides"]):
            for which in ("a", "b"):
                with solara.Column(gap="6px", style="min-width:0;").key(which):
                    Which(which, draft, lambda side, which=which: change(which, side), set_error)
        if draft.a == draft.b:
            solara.HTML(
                tag="div", classes=["parity-note"], attributes={"role": "status"},
                unsafe_innerHTML="A and B are the same so far: choose another scenario for B, or add a setting to it.",
            )  # fmt: skip
        with solara.Div(classes=["parity-luck"]):
            with solara.Tooltip(MEANING["seed"]):
                solara.InputInt(
                    "Seed of pair 0", draft.seed, on_value=lambda n: set_draft(replace(draft, seed=n or 0))
                )
            with solara.Tooltip(MEANING["pairs"]):
                solara.InputInt(
                    f"Pairs ({request.FEWEST} to {request.MOST})", draft.replicates,
                    on_value=lambda n: set_draft(replace(draft, replicates=n or 0)),
                )  # fmt: skip
            with solara.Tooltip(MEANING["weeks"]):
                solara.InputText("Weeks (empty: all)", weeks, on_value=set_weeks)
            solara.Button("Compare", on_click=press, color="primary", icon_name="mdi-compare-horizontal")
            solara.Button("Cancel", on_click=session.cancel, outlined=True, disabled=not busy)
        if job is not None and busy:
            Bar(job)
        if error is not None:
            shell.Problems(error)


@solara.component
def Bar(job: Job) -> None:
    """How far the work is."""
    Progress(job, session.told.value)


@solara.component
def Which(
    which: str, draft: Request, on_side: Callable[[Side], None], told: Callable[[Exception | None], None]
) -> None:
    """One side: a shipped scenario, the world of Live, a file, or what the link brought; and its settings."""
    letter = which.upper()
    side: Side = getattr(draft, which)
    offered = {name: Side(name) for name, _ in choices.SCENARIOS}
    world = shell.controller.value
    if world is not None:
        offered[f"the one in Live ({world.base})"] = Side(world.permalink(), (), world.text)
    if which == "b":
        offered = {SAME: Side(draft.a.name, (), draft.a.text)} | offered
    here = Side(side.name, (), side.text)
    if here not in offered.values():
        offered[named(side)] = here
    chosen = next(label for label, each in offered.items() if each == here)

    def pick(label: str) -> None:
        on_side(replace(side, name=offered[label].name, text=offered[label].text))

    def take(name: str, text: str) -> None:
        try:
            load_text(text, name)
        except request.TOLD as error:
            told(error)
            return
        told(None)
        query = permalink.written(plain_name(name), text, 1, {}, (), 0)
        on_side(replace(side, name=query, text=None if fits(query) else text))

    solara.Select(f"Scenario {letter}", list(offered), chosen, on_value=pick, dense=True)
    said = dict(choices.SCENARIOS).get(side.name, "")
    if said:
        solara.HTML(tag="div", unsafe_innerHTML=shell.escape(said), classes=["parity-note"])
    Settings(letter, side, lambda lines: on_side(replace(side, settings=lines)))
    with shell.Fold(f"Scenario file, or settings as text, for {letter}"):
        Upload(f"A scenario file for {letter} (TOML)", take, UPLOAD_BYTES)
        Lines(letter, side.settings, lambda lines: on_side(replace(side, settings=lines)))


def named(side: Side) -> str:
    """How the list names a scenario that is neither shipped nor in Live."""
    if side.shipped:
        return side.name
    try:
        return f"{side.base}, as in the link"
    except request.TOLD:
        return "the one of this link"


def fits(query: str) -> bool:
    """Whether a link holds all of its scenario file."""
    try:
        permalink.read(query)
    except request.TOLD:
        return False
    return True

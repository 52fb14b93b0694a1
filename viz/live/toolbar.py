"""Which world, its seed, and how it moves: play, step, run to a week, start anew."""

from __future__ import annotations

import random

import solara

from viz import shell
from viz.choices import SCENARIOS
from viz.controller import LiveController
from viz.limits import UPLOAD_BYTES
from viz.live import player, state
from viz.live.widgets import Choice, Range, Upload

HELP = {
    "seed": "The number that fixes all chance in a world: the same scenario and seed give the same run, "
    "to the last digit.",
    "same": "Start at week 0 with the same seed: whatever differs then comes from the settings, not from chance.",
    "new": "Start at week 0 with another seed: the same world under other chance.",
}


@solara.component
def Motion(moved: int) -> None:
    """Play, step, speed, run to a week, start anew."""
    del moved  # the last week ends the play
    controller = shell.controller.value
    week, set_week = solara.use_state(52)
    if controller is None:
        return
    playing, ended = state.playing.value, controller.week >= controller.last_week
    waiting = bool(state.busy.value)
    with solara.Row(style="flex-wrap:wrap;align-items:center;", gap="8px", classes=["parity-motion"]):
        if playing:
            Action("Pause", player.pause, icon="mdi-pause", primary=True)
        else:
            Action("Play", player.play, icon="mdi-play", primary=True, disabled=ended or waiting)
        Action("Step", player.step, "One week on", icon="mdi-skip-next", disabled=ended or waiting)
        with solara.Div(style="width:130px;flex:0 0 auto;"):
            Range("Speed", state.speed.value, 1, state.FASTEST, 1, _speed, unit="weeks/s")
        with solara.Row(gap="6px", style="align-items:center;flex:0 0 auto;"):
            with solara.Div(style="width:84px;"):
                solara.InputInt("Run to week", value=week, on_value=set_week, continuous_update=True)
            Action("Run", lambda: player.run_to(max(0, int(week or 0))), "Run to this week", disabled=waiting)
        Action("Restart, same luck", player.restart, HELP["same"], disabled=waiting)
        Action("Restart, new luck", lambda: player.restart(new_seed()), HELP["new"], disabled=waiting)


@solara.component
def Action(
    label: str,
    on_click: object,
    help: str = "",
    icon: str | None = None,
    primary: bool = False,
    disabled: bool = False,
) -> None:
    """A button whose words are on it; ``help`` under the pointer."""
    button = {
        "label": label, "on_click": on_click, "icon_name": icon, "disabled": disabled,
        "color": "primary" if primary else None, "outlined": not primary, "classes": ["parity-action"],
        "attributes": {"title": help, "aria-label": f"{label}: {help}" if help else label},
    }  # fmt: skip
    solara.Button(**button)


@solara.component
def World(moved: int) -> None:
    """Which scenario and which seed."""
    del moved  # a restart changes the seed
    controller = shell.controller.value
    Which(
        controller.base if controller is not None else SCENARIOS[0][0], controller.seed if controller else 1
    )


@solara.component
def Which(base: str, seed: int) -> None:
    """The list of scenarios, a file of one's own, and the seed."""
    names = [name for name, _ in SCENARIOS]
    told = dict(SCENARIOS).get(base, "A file that was uploaded in this browser session.")
    offered = names if base in names else [base, *names]
    Choice("Scenario", base, {name: name for name in offered}, _open_shipped)
    solara.HTML(
        tag="p", unsafe_innerHTML=shell.escape(told), style="font-size:.85rem;opacity:.85;margin:0 0 6px;"
    )
    Upload("Or open a scenario file (TOML)", _open_file, UPLOAD_BYTES)
    Seed(seed)


@solara.component
def Seed(seed: int) -> None:
    """The seed, changed by restarting."""
    wanted, want = solara.use_state(seed)
    solara.use_effect(lambda: want(seed), [seed])
    with solara.Row(gap="8px", style="align-items:center;margin-top:8px;"):
        solara.InputInt("Seed", value=wanted, on_value=want, continuous_update=True)
        Action(
            "Restart with seed", lambda: player.restart(int(wanted or 0)), HELP["seed"],
            disabled=bool(state.busy.value) or wanted is None or not 0 <= wanted < 2**32,
        )  # fmt: skip


@solara.component
def Trouble(week: int) -> None:
    """What the page waits for, how far a run to a week is, and what went wrong."""
    running = state.running.value
    if state.busy.value:
        Waiting(state.busy.value, state.done.value)
    elif running is not None:
        first, last = running
        Waiting(f"Running to week {last}: week {week} …", (week - first) / max(last - first, 1))
    problem = state.problem.value
    if problem is not None:
        with solara.Div():
            shell.Problems(problem)
            solara.Button(
                "Dismiss", on_click=lambda: state.problem.set(None), outlined=True, style="margin-top:6px;"
            )


@solara.component
def Waiting(words: str, done: float | None) -> None:
    """A bar that fills, or one that moves where nobody knows how long it takes."""
    with solara.Column(gap="4px"):
        solara.HTML(tag="span", unsafe_innerHTML=shell.escape(words), attributes={"role": "status"})
        shell.Bar(words, done)


def new_seed() -> int:
    """A seed that people can read out; which one does not matter."""
    return random.SystemRandom().randrange(1, 1_000_000)


def _speed(value: float) -> None:
    state.speed.set(int(value))


def _seed_now() -> int:
    controller = shell.controller.peek()
    return controller.seed if controller is not None else 1


def _open_shipped(name: str) -> None:
    controller = shell.controller.peek()
    if controller is None or name != controller.base:
        player.open_world(lambda: LiveController(name, seed=_seed_now()))


def _open_file(name: str, text: str) -> None:
    """A file from the browser: data only; its name is for reading, its size is bounded here too."""
    if len(text.encode()) > UPLOAD_BYTES:
        state.problem.set(ValueError(f"The file is larger than {UPLOAD_BYTES} bytes."))
        return
    plain = shell.short_place(name)[:80] or "uploaded.toml"
    player.open_world(
        lambda: LiveController(plain, text=text, seed=_seed_now()), "Reading the scenario and building …"
    )

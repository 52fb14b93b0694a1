"""The sliders: what can be changed while the world runs, and what only a restart can change."""

from __future__ import annotations

from typing import Any

import numpy as np
import solara

import sim
from viz import shell, wording
from viz.choices import BY_KEY, CONTROLS, Control
from viz.live import player, state
from viz.live.toolbar import Action
from viz.live.widgets import Choice, Range

NOW = "This acts from the coming week on, as an event of the scenario; the run can be repeated with it."
LATER = "This is part of how the world is built, so it acts when the world is started anew."


@solara.component
def Settings(moved: int) -> None:
    """All settings in two groups, and the button that restarts with those that wait for it."""
    del moved  # acts and restarts change what holds now
    controller = shell.controller.value
    if controller is None:
        return
    controls = [control for control in CONTROLS if control.applies(controller.scenario)]
    holding = tuple((control.key, settled(control.present(controller))) for control in controls)
    # Most weeks change none of this, and then nothing below is drawn anew.
    Groups(holding, tuple(in_words(act) for act in controller.acts), controller.week < controller.last_week)


@solara.component
def Groups(holding: tuple[tuple[str, Any], ...], acts: tuple[str, ...], going: bool) -> None:
    """The settings with what holds now; ``going`` while weeks are left for acts."""
    pending = state.pending.value
    waiting = bool(state.busy.value)
    heading("While it runs", NOW)
    for key, holds in holding:
        if BY_KEY[key].live:
            Setting(BY_KEY[key], holds, pending.get(key), going and not waiting)
    Acts(list(acts))
    heading("At restart", LATER)
    for key, holds in holding:
        if not BY_KEY[key].live:
            Setting(BY_KEY[key], holds, pending.get(key), True)
    Pending(sum(not BY_KEY[key].live for key in pending), waiting)


def heading(title: str, words: str) -> None:
    """Name of a group, and when its settings act."""
    solara.HTML(tag="h2", unsafe_innerHTML=title, style="font-size:1rem;margin:10px 0 0;")
    solara.HTML(tag="p", unsafe_innerHTML=words, style="font-size:.8rem;opacity:.85;margin:0;")


def settled(value: Any) -> Any:
    """A strictness drifts in its last digits; the slider shows hundredths."""
    return round(value, 4) if isinstance(value, float) else value


@solara.component
def Pending(count: int, waiting: bool) -> None:
    """Use or drop the changes that wait for a restart; stays in sight while there are any."""
    words = f"{count} change{'s' * (count > 1)} waiting" if count else "No change is waiting"
    with solara.v.Sheet(class_="parity-pending"):
        solara.HTML(tag="span", unsafe_innerHTML=words, attributes={"role": "status"})
        with solara.Row(gap="6px", style="flex-wrap:wrap;"):
            Action("Restart with these", use_pending, disabled=waiting or not count, primary=bool(count))
            Action("Drop", drop_pending, "Forget the changes", disabled=not count)


@solara.component
def Setting(control: Control, holds: Any, wanted: Any, enabled: bool) -> None:
    """One setting with its unit, bounds and meaning; a live one has its own button."""
    shown = holds if wanted is None else wanted
    changed = wanted is not None and wanted != holds
    low, high = bounds(control)
    unit = "" if control.unit in ("1", "choice", "switch") else control.unit
    plain = control.kind in ("choice", "switch")
    with solara.Column(gap="2px", classes=["parity-setting"]):
        with solara.Row(style="align-items:center;flex-wrap:nowrap;font-size:.8rem;", gap="6px"):
            solara.HTML(
                tag="span", unsafe_innerHTML="now" if control.live else "at restart", classes=["parity-tag"],
                attributes={"title": NOW if control.live else LATER},
            )  # fmt: skip
            range_ = f"{number(low)} to {number(high)} {unit}".strip()
            shell.Term("what it means" if plain else range_, control.description)
        if control.kind == "choice":
            Choice(
                control.label, shown, {each: wording.choice(control.key, each) for each in offered(control, shown)},
                lambda value: want(control.key, value, holds), wording.choice_means(control.key, str(shown)),
            )  # fmt: skip
        elif control.kind == "switch":
            solara.Switch(
                label=control.label, value=bool(shown), on_value=lambda value: want(control.key, value, holds)
            )
        else:
            whole = control.kind == "whole number"
            Range(
                control.label, shown, low, high, 1 if whole else step_of(low, high), unit=unit,
                on_value=lambda value: want(control.key, round(value) if whole else value, holds),
            )  # fmt: skip
        if changed:
            words = f"holds now: {told(control, holds)}; wanted: {told(control, wanted)}"
            solara.HTML(tag="small", unsafe_innerHTML=shell.escape(words))
        if control.live and changed:
            Action(
                "Act from next week", lambda: act(control, wanted), NOW, disabled=not enabled, primary=True
            )


@solara.component
def Acts(said: list[str]) -> None:
    """What was done by hand in this run."""
    if said:
        lines = "".join(f"<li>{shell.escape(each)}</li>" for each in said)
        solara.HTML(tag="strong", unsafe_innerHTML="Done by hand", style="font-size:.85rem;")
        solara.HTML(
            tag="ul", unsafe_innerHTML=lines, style="font-size:.85rem;margin:0;", classes=["parity-acts"]
        )


def bounds(control: Control) -> tuple[float, float]:
    """Ends of the slider: the schema's, or about the usual value where it has none."""
    usual = float(control.info.default or 0) if control.kind in ("number", "whole number") else 0.0
    low = 0.0 if control.minimum is None else float(control.minimum)
    high = max(low + 1.0, 4 * usual) if control.maximum is None else float(control.maximum)
    return low, high


def want(key: str, value: Any, holds: Any) -> None:
    """Remember a wish; one that holds already is none."""
    pending = {k: v for k, v in state.pending.peek().items() if k != key}
    if value is not None and value != holds:
        pending[key] = value
    state.pending.set(pending)


def use_pending() -> None:
    """Restart with the wishes that need it, on top of the changes made before."""
    controller = shell.controller.peek()
    if controller is not None:
        wishes = {key: value for key, value in state.pending.peek().items() if not BY_KEY[key].live}
        player.restart(changes={**controller.changes, **wishes})


def drop_pending() -> None:
    """Forget all wishes."""
    state.pending.set({})


def act(control: Control, value: Any) -> None:
    """Do it in the world that runs; a failure is told in the page."""
    controller = shell.controller.peek()
    if controller is None:
        return
    try:
        controller.schedule(control.event(value))
    except (sim.ScenarioError, ValueError) as error:
        state.problem.set(error)
        return
    want(control.key, None, None)
    state.cursor.set(None)
    shell.moved.set(shell.moved.peek() + 1)


def offered(control: Control, shown: Any) -> list[str]:
    """The choices of a setting; what holds is among them, also where it cannot be taken up by hand."""
    found = list(control.choices)
    return found if shown in found else [*found, str(shown)]


def told(control: Control, value: Any) -> str:
    """A value of a setting as the page writes it."""
    return wording.choice(control.key, str(value)) if control.kind == "choice" else number(value)


def in_words(act: Any) -> str:
    """An act in one line."""
    event = act.event
    if event.get("type") == "control_act":
        instrument = wording.INSTRUMENTS.get(str(event.get("instrument", "chips")), "control")
        what = f"{instrument} set to {number(event.get('strength'))}"
    elif event.get("type") == "claim_policy":
        what = f"claims of {event.get('source')}: {wording.choice('claim_policy', str(event.get('policy')))}"
    else:
        facts = ", ".join(
            f"{key.replace('_', ' ')} {number(v)}" for key, v in event.items() if key not in ("type", "week")
        )
        what = f"{str(event.get('type', '')).replace('_', ' ')}, {facts}"
    return f"Week {act.week}: {what}"


def step_of(low: float, high: float) -> float:
    """A hundredth of the range, as a round number."""
    return float(10 ** np.floor(np.log10(max(high - low, 1e-6) / 50)))


def number(value: Any) -> str:
    """A value with the digits that a reader needs."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)

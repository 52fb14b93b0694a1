"""The scenario of a live world: a base, changes, and what was done by hand; and how to run it again."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sim
from sim.scenario import Problem, shipped_scenarios
from sim.scenario.problems import did_you_mean
from viz.uploads import load_text, plain_name

if TYPE_CHECKING:
    from sim import Scenario

#: Key of the setting that says who may act on each instrument.
MODES = {"chips": "mode", "access": "access_mode"}


@dataclass(frozen=True)
class Act:
    """Something done by hand in a running world; also an event of the scenario that repeats the run."""

    week: int
    event: dict[str, Any]


def base_scenario(base: str, text: str | None) -> Scenario:
    """The shipped scenario of that name, or the one that an uploaded text describes."""
    if text is not None:
        return load_text(text, base)
    name = str(base).removesuffix(".toml")
    shipped = shipped_scenarios()
    if name not in shipped:
        # A page opens no path of this machine.
        raise sim.ScenarioError(
            [Problem(plain_name(base), "", "no scenario of that name", f"one of {', '.join(shipped)}",
                     did_you_mean(name, shipped))]
        )  # fmt: skip
    return sim.load_scenario(shipped[name])


def with_changes(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """The scenario with some values changed; a deep or odd value is a problem like any other."""
    try:
        return scenario.with_changes(changes) if changes else scenario
    except RecursionError:
        raise sim.ScenarioError(
            [Problem("changes", "", "nesting that is too deep", "plain values")]
        ) from None


def with_acts(scenario: Scenario, acts: Sequence[Act]) -> Scenario:
    """The scenario with the acts among its events; policymakers go on to act besides where they did before."""
    if not acts:
        return scenario
    events = [*scenario.resolved()["events"], *(act.event for act in acts)]
    changes: dict[str, Any] = {"events": events}
    for act in acts:
        if act.event.get("type") == "control_act":
            mode = MODES.get(str(act.event.get("instrument", "chips")))
            if mode and getattr(scenario.export_control, mode) == "endogenous":
                changes[f"export_control.{mode}"] = "both"
    return with_changes(scenario, changes)


def open_to_acts(scenario: Scenario) -> Scenario:
    """The same world, in which acts by hand may come later: "both" is "endogenous" that takes dated acts too."""
    control = scenario.export_control
    changes = {
        f"export_control.{mode}": "both" for mode in MODES.values() if getattr(control, mode) == "endogenous"
    }
    return scenario.with_changes(changes) if changes else scenario


def file_name(name: str, seed: int) -> str:
    """Name of the scenario file that repeats a run."""
    stem = re.sub(r"[^\w.-]+", "-", name.removesuffix(".toml"))[:80].strip("-.") or "scenario"
    return f"parity-{stem}-seed-{seed}.toml"


def command(scenario: Scenario, seed: int, shipped: str | None) -> str:
    """The command that repeats a run: of a shipped scenario by name, else of the file that goes with it."""
    return shlex.join(["parity", "run", shipped or file_name(scenario.name, seed), "--seed", str(seed)])


def toml(scenario: Scenario, seed: int) -> str:
    """The whole scenario as a file, with the command that runs it."""
    return f"# {command(scenario, seed, None)}\n\n{scenario.to_toml()}"

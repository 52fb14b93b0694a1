"""One run of a sweep: what it was made of, and how to make it again, in Live or by command."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sim
from viz.exploring.explored import Explored, written

if TYPE_CHECKING:
    from sim import Scenario


@dataclass(frozen=True)
class OneRun:
    """A run.

    Attributes
    ----------
    row, replicate, seed
        Which it is.
    factors, outcomes
        Values by name, with units, in words.
    command
        The command that makes this run again and prints its outcomes.
    refused
        Why it cannot be opened in Live, or nothing.

    """

    row: int
    replicate: int
    seed: int
    values: Mapping[str, Any]
    factors: tuple[tuple[str, str], ...]
    outcomes: tuple[tuple[str, str], ...]
    command: str
    refused: str = ""


@dataclass(frozen=True)
class Opening:
    """What Live is opened with: a shipped scenario and changes, or the text of a scenario file."""

    base: str
    text: str | None
    changes: Mapping[str, Any]
    seed: int


def one_run(explored: Explored, place: int) -> OneRun:
    """The run at a place of the table of runs."""
    line = explored.runs.iloc[place]
    sweep = explored.data.sweep
    values = {name: factor.plain(line[name]) for name, factor in explored.factors.items()}
    row, replicate, seed = (int(line[key]) for key in ("row", "replicate", "seed"))
    command = shlex.join(
        ["parity", "sweep", f"{explored.command_path}/sweep.toml", "--only-row", str(row), "--replicate",
         str(replicate)]
    )  # fmt: skip
    refused = (
        ""
        if sweep.base_scenario is not None
        else "This sweep runs a model of its own, not a scenario of Parity."
    )
    return OneRun(
        row, replicate, seed, values,
        tuple((name, _told(value, explored.label(name).unit)) for name, value in values.items()),
        tuple((name, _told(line[name], explored.label(name).unit)) for name in explored.outcomes),
        command, refused,
    )  # fmt: skip


def opening(explored: Explored, run: OneRun) -> Opening:
    """What makes the same world in Live.

    A shipped scenario with changes where these make exactly the scenario of the run, since a link can repeat that;
    else the scenario's own text.
    """
    sweep = explored.data.sweep
    wanted = sweep.scenario_of(run.values)
    base, choices, numbers = sweep.changes_of(run.values)
    before = sweep.source.get("base_changes", {})
    changes = {**before, **choices, **numbers}
    if sweep.weeks is not None:
        changes["run.weeks"] = sweep.weeks
    # A factor of whole scenarios replaces the base; its own name is then that of the shipped file.
    names = [sweep.base] if base is sweep.base_scenario else [str(base.name), sweep.base]
    for name in names:
        if _same(name, changes, wanted):
            return Opening(name, None, changes, run.seed)
    return Opening(f"{sweep.name}-row{run.row}.toml", wanted.to_toml(), {}, run.seed)


def _same(name: str, changes: Mapping[str, Any], wanted: Scenario) -> bool:
    """Whether a shipped scenario with changes is the scenario wanted."""
    from sim.scenario.shipped import shipped_scenarios

    if name not in shipped_scenarios():
        return False
    try:
        return bool(sim.load_scenario(name, changes).digest() == wanted.digest())
    except sim.ScenarioError:
        return False


def _told(value: Any, unit: str) -> str:
    if isinstance(value, float) and value != value:
        return "not defined"
    return f"{written(value)} {unit}".strip()

"""Loading: settings from files and overrides become a validated scenario, or a list of all problems."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.scenario.explain import validate
from sim.scenario.layers import Layers, layers_of_file, read_overrides
from sim.scenario.problems import ScenarioError
from sim.scenario.scenario import Scenario
from sim.scenario.shipped import find_scenario

Overrides = Sequence[str] | Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Loaded:
    """A scenario, the files it came from, and which of them set each key."""

    scenario: Scenario
    files: tuple[str, ...]
    """The file asked for, then the files it extends."""
    origins: Mapping[str, str]
    """File or ``--set`` by key path; keys left at their default are absent."""


def load_scenario(path_or_name: str | Path, overrides: Overrides = ()) -> Scenario:
    """Return the scenario of a file, or of the shipped scenario of that name.

    Parameters
    ----------
    path_or_name
        Path of a TOML file, or a shipped name such as ``"baseline"``.
    overrides
        Changes on top: texts ``"export_control.strength=0.6"`` (the value in TOML; bare words are
        texts), or a mapping from key paths to values.

    Raises
    ------
    ScenarioError
        With everything that is wrong, in all files and overrides at once.

    """
    return load(path_or_name, overrides).scenario


def load(path_or_name: str | Path, overrides: Overrides = ()) -> Loaded:
    """Return a scenario together with where its values were set; see :func:`load_scenario`."""
    layers = layers_of_file(find_scenario(path_or_name))
    scenario = _finish(layers, overrides)
    origins = {
        ".".join(map(str, path)): origin.file
        for path, origin in layers.origins.items()
        if path[0] != "events"
    }
    return Loaded(scenario, tuple(layers.files), origins)


def changed(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """Return a validated copy of a scenario with some values changed."""
    layers = Layers(main=scenario.name, override="changes")
    layers.add(scenario.resolved(), scenario.name, {}, replace_events=False)
    layers.files.append(scenario.name)
    return _finish(layers, changes)


def _finish(layers: Layers, overrides: Overrides) -> Scenario:
    parsed, problems = read_overrides(overrides, layers.override)
    layers.problems.extend(problems)
    for key, path, value in parsed:
        layers.set(key, path, value)
    scenario, found = validate(layers)
    problems = [*layers.problems, *found]
    if problems or scenario is None:
        last = len(layers.files)
        order = {file: place for place, file in enumerate(layers.files)}
        raise ScenarioError(sorted(problems, key=lambda one: (order.get(one.file, last), one.line or 0)))
    return scenario

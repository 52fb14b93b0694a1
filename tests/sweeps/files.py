"""Sweep files for tests: a small one that is right, and helpers for what is wrong."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sim.experiments.sweep.loading import load_sweep, sweep_from
from sim.experiments.sweep.specification import Sweep
from sim.scenario import Problem, ScenarioError

#: Every kind of factor, outcome and window.
EVERYTHING = """
title = "Everything at once"
base = "baseline"
weeks = 100
replicates = 8
seed = 3

[base_changes]
"claims.policy" = "strategic"
enforcement.rule = "fixed"

[design]
kind = "sobol"
samples = 16
second_order = false
seed = 7
grouped = true

[factors."export_control.strength"]
range = [0.0, 0.9]
name = "control"
group = "policy"

[factors."distillation.potency"]
range = [0.01, 1]
scale = "log"
levels = 7

[factors."beliefs.policy_delay"]
range = [0, 8]

[factors."claims.publication"]
values = ["by_rule", "common"]

[factors."capital.buys_compute"]
values = [true, false]

[factors."enforcement.level"]
values = [0, 0.5, 1]

[factors.both]
keys = ["policy.friction", "policy.access_friction"]
range = [0.1, 1.0]

[factors.cell]
settings.silent = { "claims.motive_rate" = 0, claims.relay_probability = 0.0 }
settings.loud = { "claims.motive_rate" = 0.5 }

[factors.scenario]
scenarios = ["copying-strategic", "copying-sincere"]

[outcomes]
lag = "gap_months mean"
final_control = { output = "control_strength_chips", reduce = "final" }
log_multiple = { output = "valuation_multiple_us", reduce = "mean", last = 26, transform = "log" }
half = { output = "gap_months", reduce = "at", week = 78 }
first_act = { output = "control_strength_chips", reduce = "first_week_above", threshold = 0.5 }
tails = { output = "listed_index", reduce = "kurtosis", weeks = [0, 99], transform = "change" }

[series]
outputs = ["gap_months"]
every = 4
"""

#: A small sweep as plain data.
SMALL: dict[str, Any] = {
    "name": "small",
    "base": "baseline",
    "replicates": 3,
    "seed": 5,
    "design": {"kind": "grid"},
    "factors": {
        "export_control.strength": {"name": "control", "range": [0.0, 0.8], "levels": 3},
        "claims.policy": {"values": ["sincere", "strategic"]},
    },
    "outcomes": {"lag": "gap_months mean"},
}


def small(**parts: Any) -> dict[str, Any]:
    """The small sweep with some parts replaced; ``None`` takes a part out."""
    data = copy.deepcopy(SMALL) | copy.deepcopy(parts)
    return {key: value for key, value in data.items() if value is not None}


def with_factors(factors: Mapping[str, Any], **parts: Any) -> Sweep:
    """A sweep of these factors."""
    return sweep_from(small(factors=factors, **parts))


def external(model: str = "ishigami", **parts: Any) -> dict[str, Any]:
    """A sweep of one of the models in models.py, as plain data."""
    names = ("x1", "x2", "x3") if model == "ishigami" else ("a", "b", "c")
    low, high = (-3.141592653589793, 3.141592653589793) if model == "ishigami" else (0.0, 1.0)
    data = {
        "name": model,
        "model": f"tests.sweeps.models:{model}",
        "design": {"kind": "sobol", "samples": 8},
        "factors": {name: {"range": [low, high]} for name in names},
        "outcomes": ["y"],
    }
    return data | parts


def problems(given: Path | Mapping[str, Any], changes: Any = ()) -> tuple[Problem, ...]:
    """Everything that is wrong with a file or plain data."""
    with pytest.raises(ScenarioError) as caught:
        load_sweep(given, changes) if isinstance(given, Path) else sweep_from(given, changes)
    return caught.value.problems


def the_problem(given: Path | Mapping[str, Any], changes: Any = ()) -> Problem:
    """The one thing that is wrong."""
    found = problems(given, changes)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]

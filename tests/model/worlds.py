"""Small scenarios for tests of the whole model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.model import NarrativeModel
from sim.scenario import Scenario

SMALL: dict[str, Any] = {
    "run.burn_in": 12, "run.weeks": 60, "size.investors": 24, "size.policymakers": 11, "size.communities": 30,
}  # fmt: skip
#: Nothing that agents believe reaches laboratories, prices or policy.
NO_FEEDBACK: dict[str, Any] = {
    "capital.buys_compute": False, "export_control.mode": "exogenous", "enforcement.rule": "none",
    "policy.lobbying": False,
}  # fmt: skip


def small(changes: Mapping[str, Any] | None = None) -> Scenario:
    """The baseline with few agents and a short run."""
    return Scenario().with_changes(SMALL | dict(changes or {}))


def history(scenario: Scenario, seed: int = 5, weeks: int | None = None) -> dict[str, np.ndarray]:
    """Raw columns of a run, burn-in included, one world."""
    model = NarrativeModel(scenario, seed)
    model.run_for(weeks or scenario.run.weeks)
    return {name: model.recorder.history(name, burn_in=True) for name in model.recorder.columns}


def differing(first: dict[str, np.ndarray], second: dict[str, np.ndarray]) -> set[str]:
    """Names of the columns that differ in any bit."""
    return {name for name in first if not np.array_equal(first[name], second[name], equal_nan=True)}

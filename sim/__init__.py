"""Parity: an agent-based simulation of the US-China AI competition narrative.

The public names are loaded when they are first used, so that ``import sim`` and ``parity --help`` stay fast::

    import sim

    scenario = sim.load_scenario("baseline", ["distillation.potency=0.3"])
    run = sim.run(scenario, seed=1, replicates=20)
    run.series                    # pandas DataFrame: one row a replicate and week
    run.save("runs/mine")

    sim.compare("copying-sincere", "no-copying-sincere", replicates=30).table

    data = sim.sweep("control-and-copying", out="sweeps/mine", workers=2)
    data.runs                     # pandas DataFrame: one row a run
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.experiments.paired import Comparison, compare
    from sim.experiments.runner import run
    from sim.experiments.sweep.conductor import sweep
    from sim.experiments.sweep.dataset import SweepData, load_data
    from sim.experiments.sweep.loading import load_sweep
    from sim.experiments.sweep.specification import Sweep
    from sim.model import NarrativeModel
    from sim.recording.outputs import OUTPUTS
    from sim.recording.run import Run
    from sim.registry import claim_policies, social_rules, valuation_rules
    from sim.scenario import Scenario, ScenarioError, load_scenario

    __version__: str

_HOMES = {
    "Scenario": "sim.scenario",
    "load_scenario": "sim.scenario",
    "ScenarioError": "sim.scenario",
    "NarrativeModel": "sim.model",
    "run": "sim.experiments.runner",
    "Run": "sim.recording.run",
    "compare": "sim.experiments.paired",
    "Comparison": "sim.experiments.paired",
    "sweep": "sim.experiments.sweep.conductor",
    "load_data": "sim.experiments.sweep.dataset",
    "SweepData": "sim.experiments.sweep.dataset",
    "load_sweep": "sim.experiments.sweep.loading",
    "Sweep": "sim.experiments.sweep.specification",
    "OUTPUTS": "sim.recording.outputs",
    "claim_policies": "sim.registry",
    "valuation_rules": "sim.registry",
    "social_rules": "sim.registry",
}

__all__ = [
    "OUTPUTS",
    "Comparison",
    "NarrativeModel",
    "Run",
    "Scenario",
    "ScenarioError",
    "Sweep",
    "SweepData",
    "__version__",
    "claim_policies",
    "compare",
    "load_data",
    "load_scenario",
    "load_sweep",
    "run",
    "social_rules",
    "sweep",
    "valuation_rules",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib import metadata

        value: Any = metadata.version("parity-sim")
    elif name in _HOMES:
        value = getattr(importlib.import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

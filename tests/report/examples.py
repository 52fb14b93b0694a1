"""Small sweeps for tests of reports: one of every design, of a model that knows its answers."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim.experiments.sweep.conductor import sweep
from sim.experiments.sweep.dataset import SweepData
from sim.experiments.sweep.loading import sweep_from

FACTORS: dict[str, dict[str, Any]] = {
    "control": {"range": [0.0, 0.9], "default": 0.3, "description": "Strength of control, as announced."},
    "potency": {
        "range": [0.1, 10.0],
        "scale": "log",
        "default": 1.0,
        "unit": "1/yr",
        "description": "Potency.",
    },
    "claims": {"values": ["sincere", "strategic"], "default": "sincere", "description": "What sources say."},
}
OUTCOMES = {
    "lag": {"output": "lag", "unit": "months", "description": "Mean lead <b>of</b> one bloc & the other."},
    "value": {"output": "value", "unit": "bn US$ (years of rent without the capital loop)"},
}
DESIGNS: dict[str, dict[str, Any]] = {
    "grid": {"levels": 3},
    "list": {
        "rows": [
            {"control": 0.1, "claims": "sincere"},
            {"control": 0.1, "claims": "strategic"},
            {"control": 0.8, "claims": "strategic"},
        ]
    },
    "latin-hypercube": {"samples": 24},
    "sobol": {"samples": 8},
    "morris": {"samples": 6},
    "one-at-a-time": {"levels": 4},
}


def lead(values: Mapping[str, np.ndarray], seeds: np.ndarray) -> dict[str, np.ndarray]:
    """Lag 7 + 3 control (+ 0.2 if strategic) - ln potency; a value that control does not touch."""
    luck = np.array([np.random.default_rng(int(seed)).standard_normal() for seed in seeds])
    control, potency = (np.asarray(values[name], dtype=float) for name in ("control", "potency"))
    strategic = np.asarray(values["claims"]) == "strategic"
    own = np.sin(1e3 * (control + potency + seeds))
    lag = 7.0 + 3.0 * control + 0.2 * strategic - np.log(potency) + 0.3 * luck + 0.1 * own
    return {"lag": lag, "value": 100.0 * potency**0.1 + luck}


def failing(values: Mapping[str, np.ndarray], seeds: np.ndarray) -> dict[str, np.ndarray]:
    """The same, but large control ends in an error."""
    if np.any(np.asarray(values["control"], dtype=float) > 0.85):
        raise RuntimeError("control & <i>nothing</i> else\nis above 0.85")
    return lead(values, seeds)


def source(kind: str, **changes: Any) -> dict[str, Any]:
    """A sweep file as plain data."""
    plain = {
        "name": f"example-{kind}",
        "title": "Does control & copying decide the lead?",
        "model": "tests.report.examples:lead",
        "replicates": 3,
        "seed": 1,
        "design": {"kind": kind, **DESIGNS[kind]},
        "factors": FACTORS,
        "outcomes": OUTCOMES,
    }
    return copy.deepcopy(plain | changes)


def example(kind: str, out: Path | None = None, **changes: Any) -> SweepData:
    """Run an example."""
    return sweep(sweep_from(source(kind, **changes)), out, executor="serial")


def lead_of(values: Mapping[str, np.ndarray], seeds: np.ndarray) -> dict[str, np.ndarray]:
    """The same for some of the factors; the others have their defaults."""
    rest = {
        name: np.full(len(seeds), table["default"]) for name, table in FACTORS.items() if name not in values
    }
    return lead({**values, **rest}, seeds)

"""What a calibration was asked for, and whether a folder holds the beginning of the same one."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.recording.store import StoreError

if TYPE_CHECKING:
    from sim.calibration.problem import HindcastProblem

FORMAT = "parity-calibration/1"
FILE = "calibration.json"


@dataclass(frozen=True)
class Plan:
    """Sizes and seed of a calibration.

    Attributes
    ----------
    prior
        Points of the prior sample.
    particles, populations
        Of the sequential sampling.
    probes
        Points of the prior sample that are run again with a tightening of access.
    sets
        Synthetic data sets of the check.
    worlds
        Worlds of the posterior prediction, and as many with the factors as shipped.
    seed
        Of everything random.

    """

    prior: int = 3000
    particles: int = 600
    populations: int = 3
    probes: int = 2000
    sets: int = 400
    worlds: int = 200
    seed: int = 0


def identity(plan: Plan, problem: HindcastProblem) -> dict[str, Any]:
    """What results rest on; the number of populations is left out, since more can be added."""
    from importlib import metadata

    facts = {
        "scenarios": {mode: scenario.digest() for mode, scenario in problem.scenarios.items()},
        "points": [
            [name, float(value), float(sd)]
            for target in problem.fitted
            for name, value, sd in zip(target.names, target.rows["value"], target.sd, strict=True)
        ],
        "factors": [asdict(factor) for factor in problem.chosen],
        "pyabc": metadata.version("pyabc"),
    }
    wanted = {key: value for key, value in asdict(plan).items() if key not in ("populations", "sets")}
    return {
        "problem_sha256": hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest(),
        "plan": wanted,
    }


def claim(folder: Path, mine: dict[str, Any], resume: bool) -> str | None:
    """Take a folder for a calibration; returns a remark if it was begun by other code.

    Raises :class:`StoreError` if it holds something else, a calibration with other settings, or, without ``resume``,
    any calibration.
    """
    from sim.experiments.sweep.identity import code_digest
    from sim.recording import store

    file = folder / FILE
    if file.is_file():
        if not resume:
            raise StoreError(
                f"{folder} holds a calibration; choose another folder, or go on with it (--resume)"
            )
        try:
            held = json.loads(file.read_bytes())
            same, code = held["identity"] == mine, held["code_sha256"]
            plan = held["identity"]["plan"]
        except (ValueError, KeyError, TypeError):
            raise StoreError(f"{file} cannot be read; choose another folder") from None
        if not same:
            wanted = mine["plan"].items()
            other = [f"{key} {plan.get(key)}, not {value}" for key, value in wanted if plan.get(key) != value]
            why = "; ".join(other) or "its scenarios, observations or factors differ"
            raise StoreError(f"{folder} holds another calibration ({why}); choose another folder")
        return None if code == code_digest() else "the code has changed since this calibration was begun"
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError(f"{folder} exists and holds no calibration; choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    store.write_json({"format": FORMAT, "identity": mine, "code_sha256": code_digest()}, file)
    return None

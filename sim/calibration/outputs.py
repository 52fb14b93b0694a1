"""What a calibration leaves in its folder: posterior, scenario, report, and the manifest."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.calibration import factors as all_factors
from sim.calibration.regression import Posterior
from sim.calibration.report import calibration_report, factor_table
from sim.calibration.running import Calibration
from sim.calibration.scenario_file import calibrated_toml
from sim.calibration.settings import FILE, FORMAT, identity

if TYPE_CHECKING:
    import pandas as pd

POSTERIOR, PARTICLES, SCENARIO = "posterior.parquet", "particles.parquet", "calibrated.toml"
REGRESSION = "posterior-by-regression.parquet"


def write(done: Calibration, folder: Path, command: str, seconds: float) -> Path:
    """Write everything; returns the page of the report. The same calibration gives the same bytes, manifest aside."""
    import pyarrow as pa

    from sim.experiments.sweep.identity import code_digest
    from sim.recording import store

    frames = {
        POSTERIOR: points(done, done.posterior),
        PARTICLES: particles(done),
        REGRESSION: points(done, done.by_regression),
    }
    written: dict[str, Any] = {
        name: store.write_table(
            pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None), folder / name
        )
        for name, frame in frames.items()
    }
    base = next(iter(done.problem.scenarios.values()))
    text = calibrated_toml(base, factor_table(done), _provenance(done, command), done.problem.chosen)
    store.write_bytes(text.encode(), folder / SCENARIO)
    written[SCENARIO] = {"sha256": store.digest(folder / SCENARIO)}
    report = calibration_report(done, command)
    page = report.save(folder / "report", force=True, command=command)
    manifest = {
        "format": FORMAT, "identity": identity(done.plan, done.problem), "code_sha256": code_digest(),
        "command": command, "plan": asdict(done.plan), "simulations": done.simulations,
        "seconds_of_last_session": round(seconds, 1), "finished": time.strftime("%Y-%m-%d"),
        "generations": [
            {key: getattr(one, key) for key in ("threshold", "simulations", "accepted", "effective")}
            for one in done.generations
        ],
        "findings": report.findings, "files": written,
    }  # fmt: skip
    store.write_json(manifest, folder / FILE)
    return page


def particles(done: Calibration) -> pd.DataFrame:
    """The last population: values of the factors in natural units, ``weight``, ``distance`` and latent figures."""
    table = points(done, done.particles).assign(distance=done.last.distances)
    for name in ("gap_months", "copied_share"):
        table[f"latent_{name}"] = done.latent(name)
    return table


def points(done: Calibration, posterior: Posterior) -> pd.DataFrame:
    """Weighted points of a posterior in natural units."""
    import pandas as pd

    values = all_factors.values(posterior.places, done.problem.chosen)
    return pd.DataFrame(values, columns=list(done.problem.factors)).assign(
        weight=np.asarray(posterior.weights)
    )


def _provenance(done: Calibration, command: str) -> str:
    last = done.last
    return (
        f"Made by: {command} (seed {done.plan.seed}). ABC-SMC, {len(done.generations)} generations of "
        f"{done.plan.particles} particles, {done.simulations:,} simulations in all, effective particles "
        f"{last.effective:.0f}, threshold {last.threshold:.2f} in normal scores."
    )

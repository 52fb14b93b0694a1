"""Curves of test sets: how a score depends on capability, fitted to published scores and index values."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict
from scipy.optimize import least_squares
from scipy.special import expit, logit

from sim.evidence.arena import arena_scores
from sim.evidence.loading import FOLDER, load, read_rows
from sim.evidence.schema import Benchmark
from sim.evidence.units import ECI_PER_OOM, LAST_FITTED, capability_from_index, days

DISCRIMINATION = (1.3, 3.9)
"""Bounds of the scenario's ``discrimination``, 1/OOM."""
USUAL_DISCRIMINATION = 2.0
"""Steepness where no set could be fitted; the scenario's default for new sets."""
ARENA, ARENA_SOURCE = "arena", "Arena (text)"
COLUMNS = [
    "benchmark", "release_date", "family", "chance_floor", "difficulty", "discrimination", "items", "points",
    "residual_sd", "basis",
]  # fmt: skip


class SetRow(BaseModel):
    """A test set of the hindcast, and where its scores are."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    benchmark: str
    evidence_name: str
    scores: str
    """Column of the release table; empty where no score by model is known."""
    basis: str
    """Column that says what such a score rests on; empty if there is none."""
    left_out: str
    """Basis of scores that are not on this set; empty if there are none."""
    family: str
    items: int
    note: str


@functools.cache
def hindcast_sets() -> tuple[SetRow, ...]:
    """Return the test sets of the hindcast."""
    return tuple(read_rows(FOLDER / "benchmark_sets.csv", SetRow))


@functools.cache
def known_sets() -> dict[str, Benchmark]:
    """Return the rows of the table of test sets by name."""
    return {row.benchmark: row for row in read_rows(FOLDER / "benchmarks.csv", Benchmark)}


def scores_of(entry: SetRow, until: dt.date | None = LAST_FITTED) -> pd.DataFrame:
    """Return the models with a score on a set and an index: ``date, model, score`` (0 to 1), ``index``."""
    releases = load("model_releases").rename(columns={"epoch_eci": "index"})
    if entry.scores:
        table = releases.rename(columns={entry.scores: "score"})
        if entry.left_out:
            table = table[table[entry.basis] != entry.left_out]
    else:
        known = known_sets()[entry.evidence_name]
        top = known.top_score_model.split(" (")[0]
        table = releases[releases["model"] == top].assign(score=known.top_score_pct)
    table = days(table[["date", "model", "score", "index"]].dropna(), until)
    return table.assign(score=table["score"] / 100).reset_index(drop=True)


def benchmark_curves(until: dt.date | None = LAST_FITTED, eci_per_oom: float = ECI_PER_OOM) -> pd.DataFrame:
    """Return the curve of every test set out and scored by a day; ``arena`` is the last row.

    ``score = chance_floor + (1 - chance_floor) / (1 + exp(-discrimination (capability - difficulty)))``, by
    least squares over the models; ``difficulty`` in OOM above the start, ``residual_sd`` as a share of 1.
    ``basis`` says what the curve rests on: ``fitted``; ``one score`` (steepness is the median of the fitted
    sets); ``scale`` for ``arena``, whose curve is a ruler and not a fit: shallow and centred on the models
    seen, so that scores keep clear of both ends, and turned into points by
    :func:`sim.evidence.arena.arena_points_per_oom`.
    """
    fitted, single = {}, {}
    sets = [entry for entry in hindcast_sets() if _is_out(entry.evidence_name, until)]
    for entry in sets:
        found = scores_of(entry, until)
        x = capability_from_index(found["index"].to_numpy(float), eci_per_oom)
        y = found["score"].to_numpy(float)
        if len(found) > 2 and np.ptp(x) > 0:
            fitted[entry.benchmark] = _fit(x, y, chance_floor(entry))
        elif len(found):
            single[entry.benchmark] = (x[-1], y[-1], len(found))
    steepness = [curve["discrimination"] for curve in fitted.values()]
    usual = float(np.median(steepness)) if steepness else USUAL_DISCRIMINATION
    rows: list[dict[str, Any]] = []
    for entry in sets:
        name, floor = entry.benchmark, chance_floor(entry)
        if name in fitted:
            curve: dict[str, Any] = fitted[name] | {"basis": "fitted"}
        elif name in single:
            curve = _through(*single[name], floor, usual) | {"basis": "one score"}
        else:
            continue
        rows.append(
            curve
            | {"benchmark": name, "release_date": known_sets()[entry.evidence_name].release_date}
            | {"family": entry.family, "chance_floor": floor, "items": entry.items}
        )
    rows.append(_ruler(until, eci_per_oom))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.assign(release_date=pd.to_datetime(table["release_date"]))


def chance_floor(entry: SetRow) -> float:
    """Return the score of a guesser on a set, as a share of 1."""
    return (known_sets()[entry.evidence_name].floor_pct or 0.0) / 100


def _is_out(evidence_name: str, until: dt.date | None) -> bool:
    return until is None or known_sets()[evidence_name].release_date <= until


def _fit(x: np.ndarray, y: np.ndarray, floor: float) -> dict[str, float]:
    """The curve of least squares through scores ``y`` of models of capability ``x``."""

    def residuals(parameters: np.ndarray) -> np.ndarray:
        difficulty, discrimination = parameters
        return floor + (1 - floor) * expit(discrimination * (x - difficulty)) - y

    low, high = DISCRIMINATION
    start = [float(np.median(x)), USUAL_DISCRIMINATION]
    found = least_squares(residuals, x0=start, bounds=([-5, low], [20, high]))
    sd = float(np.sqrt(found.fun @ found.fun / (len(y) - 2)))
    return {
        "difficulty": float(found.x[0]),
        "discrimination": float(found.x[1]),
        "residual_sd": sd,
        "points": len(y),
    }


def _through(x: float, y: float, points: int, floor: float, discrimination: float) -> dict[str, float]:
    """The curve of a given steepness through one score."""
    share = np.clip((y - floor) / (1 - floor), 0.01, 0.99)
    return {
        "difficulty": float(x) - float(logit(share)) / discrimination,
        "discrimination": discrimination,
        "residual_sd": np.nan,
        "points": points,
    }


def _ruler(until: dt.date | None, eci_per_oom: float) -> dict[str, Any]:
    """The curve of ``arena``: the flattest that a scenario takes, halfway up what the models span."""
    index = days(load("model_releases"), until)["epoch_eci"].max()
    return {
        "benchmark": ARENA,
        "release_date": known_sets()[ARENA_SOURCE].release_date,
        "family": "chat_preference",
        "chance_floor": 0.0,
        "difficulty": float(np.nan_to_num(capability_from_index(index, eci_per_oom))) / 2,
        "discrimination": DISCRIMINATION[0],
        "items": 5000,
        "points": len(arena_scores(until)),
        "residual_sd": np.nan,
        "basis": "scale",
    }

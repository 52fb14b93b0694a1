"""Compute: growth of the frontier, and what the Chinese frontier has against the US one.

In driven mode releases set capability through algorithms, so that compute stays the model's own in both modes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.evidence.groups import bloc_of_model
from sim.hindcast import error_models as errors
from sim.hindcast.observable import SCORED, Observable, described, rows_of
from sim.hindcast.reading import Reading

#: Ends of half-years at which the largest known training computes of the two blocs are compared.
COMPARED = ("2023-12-31", "2024-06-30", "2024-12-31", "2025-06-30", "2025-12-31")


def _growth_observed() -> pd.DataFrame:
    """Growth of the largest trainings as printed at different times; factors a year become OOM a year."""
    rows = rows_of("compute", metric=("training_compute_growth", "training_compute_growth_notable"))
    rows = rows[rows["actor"].isin(("World ex China", "World"))].reset_index(drop=True)
    return described(rows, np.log10(rows["value"]), errors.scaled(errors.COMPUTE_GROWTH, rows["confidence"]))


def _growth(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    return reading.at(reading.series("frontier_compute_growth"), rows["date"])


def _falling_behind_observed() -> pd.DataFrame:
    """Chinese minus other growth, OOM a year: both from one source of one day."""
    rows = rows_of("compute", metric="training_compute_growth")
    rate = rows.set_index("actor")["value"]
    both = rows[rows["actor"] == "China"].reset_index(drop=True)
    value = np.log10(both["actor"].map(rate)) - np.log10(rate["World ex China"])
    sd = errors.scaled(errors.COMPUTE_GROWTH, both["confidence"]) * np.sqrt(2.0)
    return described(both, value, sd)


def _falling_behind(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    """Change of the log ratio per year, from the start of the hindcast to the day."""
    ratio = np.log10(reading.series("compute_cn_over_us"))
    weeks = reading.week_of(rows["date"])
    return (
        (reading.pick(ratio, weeks) - reading.pick(ratio, np.zeros_like(weeks))) * 52.0 / np.maximum(weeks, 1)
    )


def _ratio_observed() -> pd.DataFrame:
    """Largest known training of each bloc so far, at the ends of half-years; and the one ratio in print."""
    flops = rows_of("compute", metric="training_flop")
    flops = flops.assign(bloc=[bloc_of_model(actor) for actor in flops["actor"]])
    records = []
    for day in pd.to_datetime(COMPARED):
        best = {
            bloc: held.iloc[int(held["value"].argmax())]
            for bloc, held in flops[flops["date"] <= day].groupby("bloc")
        }
        if len(best) == 2:
            row = best["cn"].copy()
            row["date"], row["value"] = day, np.log10(best["cn"]["value"] / best["us"]["value"])
            row["note"] = f"{best['cn']['actor']} over {best['us']['actor']}, largest with an estimate"
            row["confidence"] = "high" if {b["confidence"] for b in best.values()} == {"high"} else "medium"
            records.append(row)
    table = pd.DataFrame(records)
    printed = rows_of("compute", metric="largest_model_compute_ratio").copy()
    printed["value"] = -np.log10(printed["value"])
    table = pd.concat([table, printed], ignore_index=True)
    return described(table, table["value"], errors.scaled(errors.COMPUTE_RATIO, table["confidence"]))


def _ratio(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    return np.log10(reading.at(reading.series("compute_cn_over_us"), rows["date"]))


OBSERVABLES = (
    Observable(
        "frontier_compute_growth",
        "OOM/yr",
        "Growth of the largest training computes outside China",
        "compute",
        SCORED,
        ("compute",),
        "0.07 OOM a year: estimates of the same years run from a factor 4.2 to 5.3",
        _growth_observed,
        _growth,
    ),
    Observable(
        "compute_falling_behind",
        "OOM/yr",
        "Growth of Chinese minus other training compute (negative: falls behind)",
        "compute",
        SCORED,
        ("compute",),
        "0.1 OOM a year: two growth rates of one source",
        _falling_behind_observed,
        _falling_behind,
    ),
    Observable(
        "compute_cn_over_us",
        "OOM",
        "Training compute of the best Chinese over the best US model (logarithm)",
        "compute",
        SCORED,
        ("compute",),
        "0.45 OOM: estimates of closed models are within a factor of three, and most trainings have none",
        _ratio_observed,
        _ratio,
    ),
)

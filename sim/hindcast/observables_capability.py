"""Capability: leaderboards, test sets, the index, and lags in months.

In driven mode the releases are those of the evidence, so that index, lag and the gap of open models are inputs.
Arena and test sets are scored in both modes: the model turns capability into scores by its own benchmark office
(item response, error per model and family, leakage), and a release alone does not fix these. In driven mode they
therefore test how the model measures, not how the race went.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.evidence.scale import INDEX_AT_START, arena_points_per_oom
from sim.hindcast import error_models as errors
from sim.hindcast.observable import INPUT_WHEN_DRIVEN, SCORED, Observable, described, rows_of
from sim.hindcast.reading import Reading

#: Rating of the best Chinese model when the board said only the gap in percent: between 1,000 in May 2023 and
#: 1,240 in July 2024. An error of 50 moves the gap of January 2024 by 5 points.
CHINESE_RATING_EARLY_2024 = 1150.0
#: Series of the index: the preferred one dates a preview of December 2024 to its release in April 2025.
INDEX_GAP, INDEX_GAP_PREFERRED = "eci_gap_points", "eci_gap_points_o3_apr2025"


# -- Arena -------------------------------------------------------------------------------------------------


def _arena_observed() -> pd.DataFrame:
    rows = rows_of("gap_series", metric="arena_score_gap_pct")
    points = (rows["us_value"] - rows["china_value"]).fillna(rows["gap"] / 100 * CHINESE_RATING_EARLY_2024)
    return described(rows, points, _arena_sd(rows))


def _fixed_board_observed() -> pd.DataFrame:
    rows = rows_of("gap_series", metric="arena_fixed_scale_gap_pct")
    return described(rows, rows["us_value"] - rows["china_value"], _arena_sd(rows)).assign(later_vintage=True)


def _arena_open_observed() -> pd.DataFrame:
    rows = rows_of("open_closed_gap", metric=("arena_open_closed_gap_pct", "arena_open_closed_gap_elo"))
    points = (rows["closed_value"] - rows["open_value"]).where(rows["unit"] != "Elo points", rows["gap"])
    return described(rows, points, _arena_sd(rows))


def _arena_sd(rows: pd.DataFrame) -> pd.Series:
    early = rows["date"] < pd.Timestamp("2024-01-01")
    return errors.scaled(pd.Series(np.where(early, errors.ARENA_EARLY, errors.ARENA)), rows["confidence"])


def _arena_gap(reading: Reading, rows: pd.DataFrame, ahead: list[str], behind: list[str]) -> np.ndarray:
    """Best rating of one group minus that of another, in Arena points."""
    gap = reading.best_scored_capability("arena", ahead) - reading.best_scored_capability("arena", behind)
    try:
        points = arena_points_per_oom(reading.conversions_until).value
    except ValueError:  # too few models on the board by then to know what a point is worth
        return np.full((reading.replicates, len(rows)), np.nan)
    return points * reading.at(gap, rows["date"])


def _arena_us_cn(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    return _arena_gap(reading, rows, reading.labs(bloc="us"), reading.labs(bloc="cn"))


def _arena_closed_open(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    return _arena_gap(reading, rows, reading.labs(openness="closed"), reading.labs(openness="open"))


# -- test sets -----------------------------------------------------------------------------------------------


def _set_gap(metric: str, benchmark: str, printed: str) -> Observable:
    def observe() -> pd.DataFrame:
        rows = rows_of("gap_series", metric=metric)
        return described(rows, rows["gap"], errors.scaled(errors.SCORE_POINTS, rows["confidence"]))

    def read(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
        gap = reading.best_score(benchmark, reading.labs(bloc="us")) - reading.best_score(
            benchmark, reading.labs(bloc="cn")
        )
        return 100.0 * reading.at(gap, rows["date"])

    return Observable(
        metric.removesuffix("_pp"),
        "points",
        f"Best US minus best Chinese score on {printed}",
        "capability",
        SCORED,
        ("gap_series",),
        "3 points between two scores: items, prompts and settings of vendors; wider by confidence",
        observe,
        read,
    )


# -- the index -----------------------------------------------------------------------------------------------


def _index_rows() -> pd.DataFrame:
    rows = rows_of("gap_series", metric=(INDEX_GAP, INDEX_GAP_PREFERRED))
    preferred = rows["metric"] == INDEX_GAP_PREFERRED
    return (
        rows.assign(preferred=preferred)
        .sort_values(["date", "preferred"])
        .drop_duplicates("date", keep="last")
        .reset_index(drop=True)
    )


def _index_gap_observed() -> pd.DataFrame:
    rows = _index_rows()
    sd = errors.combined(errors.index_sd(rows["us_model"]), errors.index_sd(rows["china_model"]))
    return described(rows, rows["gap"], sd * rows["confidence"].map(errors.FACTOR))


def _frontier_observed() -> pd.DataFrame:
    rows = _index_rows()
    sd = errors.index_sd(rows["us_model"]) * rows["confidence"].map(errors.FACTOR)
    return described(rows, rows["us_value"], sd)


def _open_gap_observed() -> pd.DataFrame:
    """Closed minus open; the closed model is that of the preferred dating, where that differs."""
    rows = rows_of("open_closed_gap", metric="eci_open_closed_gap_points")
    preferred = _index_rows().set_index("date")
    renamed = rows["date"].isin(preferred.index[preferred["preferred"]])
    value = rows["date"].map(preferred["us_value"]).where(renamed, rows["closed_value"])
    model = rows["date"].map(preferred["us_model"]).where(renamed, rows["closed_model"])
    sd = errors.combined(errors.index_sd(model), errors.index_sd(rows["open_model"]))
    return described(rows, value - rows["open_value"], sd * rows["confidence"].map(errors.FACTOR))


def _points(reading: Reading) -> float:
    return float(reading.run.scenario.capability.eci_per_oom)


def _index_gap(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    gap = reading.series("released_capability_us_best") - reading.series("released_capability_cn_best")
    return _points(reading) * reading.at(gap, rows["date"])


def _open_gap(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    gap = reading.series("released_capability_closed_best") - reading.series("capability_open_best")
    return _points(reading) * reading.at(gap, rows["date"])


def _frontier(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    above = reading.series("released_capability_us_best") - reading.start
    return INDEX_AT_START + _points(reading) * reading.at(above, rows["date"])


# -- lags ----------------------------------------------------------------------------------------------------


def _lag_observed() -> pd.DataFrame:
    rows = rows_of("gap_series", metric="eci_catchup_lag_months_o3_apr2025")
    months = 12.0 / errors.INDEX_PER_YEAR
    sd = errors.combined(errors.index_sd(rows["us_model"]), errors.index_sd(rows["china_model"])) * months
    early = rows["date"] < pd.Timestamp("2024-01-01")
    sd = errors.combined(sd, pd.Series(np.where(early, 3.0, 0.0)))
    note = np.where(early, "lower bound: no earlier US model has an index", rows["note"])
    return described(rows.assign(note=note), rows["lag_months"], sd * rows["confidence"].map(errors.FACTOR))


def _lag(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    """Months from the first US model as good as the best Chinese one to the release of the latter."""
    us = np.maximum.accumulate(reading.series("released_capability_us_best"), axis=1)
    cn = np.maximum.accumulate(reading.series("released_capability_cn_best"), axis=1)
    columns = reading.column_of(reading.week_of(rows["date"]))
    found = np.full((reading.replicates, len(rows)), np.nan)
    for k, column in enumerate(columns.tolist()):
        if column < 0:
            continue
        best = cn[:, column]
        # First weeks in which each bloc had that capability; both are within the record by construction.
        released = (cn >= best[:, None]).argmax(axis=1)
        reached = us >= best[:, None]
        first = np.where(reached.any(axis=1), reached.argmax(axis=1), released)
        found[:, k] = (released - first) * 84.0 / 365.25
    return found


OBSERVABLES = (
    Observable(
        "arena_gap",
        "Arena points",
        "Best US minus best Chinese model on the Arena board of the time",
        "capability",
        SCORED,
        ("gap_series", "model_releases"),
        "20 points between two ratings (sampling and drift of the board), 60 before 2024, when one or two "
        "Chinese models were on it; wider by confidence. Percentages without ratings are turned into points "
        "with a Chinese rating of 1,150",
        _arena_observed,
        _arena_us_cn,
    ),
    Observable(
        "arena_gap_fixed_board",
        "Arena points",
        "The same on one later board, on which old models were rated again",
        "capability",
        SCORED,
        ("gap_series", "model_releases"),
        "As for the board of the time; a later vintage, which forecasts of the time could not use",
        _fixed_board_observed,
        _arena_us_cn,
    ),
    Observable(
        "arena_open_gap",
        "Arena points",
        "Best closed minus best open model on the Arena board of the time",
        "capability",
        SCORED,
        ("open_closed_gap", "model_releases"),
        "As for arena_gap; rows that give a percentage only are left out",
        _arena_open_observed,
        _arena_closed_open,
    ),
    _set_gap("mmlu_gap_pp", "mmlu", "MMLU"),
    _set_gap("mmmu_gap_pp", "mmmu", "MMMU"),
    _set_gap("math_gap_pp", "math", "MATH"),
    _set_gap("humaneval_gap_pp", "humaneval", "HumanEval"),
    _set_gap("gpqa_gap_pp", "gpqa-diamond", "GPQA Diamond"),
    Observable(
        "frontier_index",
        "ECI points",
        "Epoch Capabilities Index of the best US model",
        "capability",
        INPUT_WHEN_DRIVEN,
        ("gap_series", "model_releases"),
        "The model's own interval in the release table; 2.5 points without one",
        _frontier_observed,
        _frontier,
    ),
    Observable(
        "eci_gap",
        "ECI points",
        "Best US minus best Chinese model on the Epoch Capabilities Index",
        "capability",
        INPUT_WHEN_DRIVEN,
        ("gap_series", "model_releases"),
        "Intervals of the two models in the release table; 2.5 points a model without one",
        _index_gap_observed,
        _index_gap,
    ),
    Observable(
        "catch_up_lag",
        "months",
        "Months from the first US model as good as the best Chinese one to that one's release",
        "capability",
        INPUT_WHEN_DRIVEN,
        ("gap_series", "model_releases"),
        "Intervals of the two models over the pace of the frontier (15.5 points a year); 3 months more before "
        "2024, where the lags are lower bounds",
        _lag_observed,
        _lag,
    ),
    Observable(
        "open_closed_gap",
        "ECI points",
        "Best closed minus best open model on the Epoch Capabilities Index",
        "capability",
        INPUT_WHEN_DRIVEN,
        ("open_closed_gap", "gap_series", "model_releases"),
        "As for eci_gap; from mid-2024 the open model is the Chinese one, so that the two say the same",
        _open_gap_observed,
        _open_gap,
    ),
)

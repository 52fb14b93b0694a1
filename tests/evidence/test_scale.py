"""The scale: index points, Arena points and scores against capability."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from sim.evidence import START, capability_from_index, index_from_capability, load
from sim.evidence.curves import DISCRIMINATION, hindcast_sets, known_sets, scores_of
from sim.evidence.scale import LAST_FITTED, arena_points_per_oom, arena_scores, benchmark_curves
from sim.mechanisms.benchmarks import expected_score
from sim.scenario import Scenario, load_scenario
from sim.scenario.events import BenchmarkRelease
from sim.scenario.measurement import BenchmarkSet


def test_start_is_a_monday_and_zero_is_the_first_row():
    assert START.weekday() == 0
    first = load("model_releases").dropna(subset=["epoch_eci"]).iloc[0]
    assert capability_from_index(first["epoch_eci"]) == 0
    assert (first["date"].date() - START).days < 60


def test_points_and_capability_are_inverse():
    points = np.array([88.9, 113.9, 155.0])
    assert index_from_capability(capability_from_index(points, 13.0), 13.0) == pytest.approx(points)
    assert capability_from_index(113.9 + 27.4) == pytest.approx(2.0)
    assert capability_from_index(113.9 + 12.0, 12.0) == pytest.approx(1.0)


def test_a_point_is_worth_what_the_scenario_says():
    assert capability_from_index(113.9 + Scenario().capability.eci_per_oom) == pytest.approx(1.0)
    assert load_scenario("hindcast-2022-2025").run.first_day == START


def test_arena_slope_is_that_of_the_regression():
    slope, pairs = arena_points_per_oom(), arena_scores(LAST_FITTED)
    x = capability_from_index(pairs["index"].to_numpy())
    (value, _), covariance = np.polyfit(x, pairs["score"].to_numpy(), 1, cov=True)
    assert slope.value == pytest.approx(value)
    assert slope.sd == pytest.approx(np.sqrt(covariance[0, 0]))
    assert slope.models == len(pairs) == pairs["model"].nunique() == 12
    assert 80 < slope.value < 170


def test_arena_slope_sees_no_later_observation():
    early = arena_scores(dt.date(2024, 6, 30))
    assert early["date"].max() <= pd.Timestamp("2024-06-30")
    assert len(early) == 6
    assert arena_points_per_oom(dt.date(2024, 6, 30)).value != arena_points_per_oom().value
    assert len(arena_scores(None)) > len(arena_scores(LAST_FITTED))


def test_arena_slope_needs_three_models():
    with pytest.raises(ValueError, match="3 are needed"):
        arena_points_per_oom(dt.date(2023, 6, 30))


def test_arena_slope_scales_with_the_worth_of_a_point():
    assert arena_points_per_oom(eci_per_oom=27.4).value == pytest.approx(2 * arena_points_per_oom().value)


# -- curves -------------------------------------------------------------------------------------------------


def test_curves_are_valid_sets_of_a_scenario():
    for row in benchmark_curves().to_dict("records"):
        BenchmarkSet(
            **{key: row[key] for key in ("family", "difficulty", "chance_floor", "discrimination", "items")}
        )
        BenchmarkRelease(
            type="benchmark_release", week=0, benchmark=row["benchmark"], difficulty=row["difficulty"]
        )


def test_curves_use_the_released_floor_and_the_bounds():
    curves = benchmark_curves().set_index("benchmark")
    assert curves.loc["mmlu", "chance_floor"] == 0.25
    assert curves["discrimination"].between(*DISCRIMINATION).all()
    fitted = curves[curves["basis"] == "fitted"]
    assert set(fitted.index) == {
        "mmlu",
        "humaneval",
        "math",
        "gpqa-diamond",
        "swe-bench-verified",
        "aime-mock",
    }
    assert fitted["residual_sd"].between(0.01, 0.12).all()


@pytest.mark.parametrize("name", ["mmlu", "humaneval", "math", "gpqa-diamond", "aime-mock"])
def test_a_fitted_curve_is_the_best_one(name):
    """No small step in difficulty, nor in steepness within its bounds, fits the scores better."""
    curve = benchmark_curves().set_index("benchmark").loc[name]
    scores = scores_of({entry.benchmark: entry for entry in hindcast_sets()}[name])
    assert len(scores) == curve["points"]
    x = capability_from_index(scores["index"].to_numpy())

    def squares(difficulty, discrimination):
        found = expected_score(x, difficulty, discrimination, curve["chance_floor"])
        return float(np.sum((found - scores["score"].to_numpy()) ** 2))

    best = squares(curve["difficulty"], curve["discrimination"])
    assert np.sqrt(best / (len(x) - 2)) == pytest.approx(curve["residual_sd"])
    for step in (-0.02, 0.02):
        assert squares(curve["difficulty"] + step, curve["discrimination"]) > best
        steeper = curve["discrimination"] + step
        if DISCRIMINATION[0] <= steeper <= DISCRIMINATION[1]:
            assert squares(curve["difficulty"], steeper) > best


def test_the_set_with_one_score_goes_through_it():
    curve = benchmark_curves().set_index("benchmark").loc["mmmu"]
    known = known_sets()["MMMU"]
    index = load("model_releases").set_index("model").loc["o1", "epoch_eci"]
    score = expected_score(
        capability_from_index(index), curve["difficulty"], curve["discrimination"], curve["chance_floor"]
    )
    assert 100 * float(score) == pytest.approx(known.top_score_pct)
    assert np.isnan(curve["residual_sd"])


def test_curves_see_no_later_score_and_no_later_set():
    early = benchmark_curves(dt.date(2023, 12, 31)).set_index("benchmark")
    assert "swe-bench-verified" not in early.index
    assert "aime-mock" not in early.index
    assert "mmmu" not in early.index
    assert early.loc["mmlu", "points"] < benchmark_curves().set_index("benchmark").loc["mmlu", "points"]
    for entry in hindcast_sets():
        found = scores_of(entry, dt.date(2024, 6, 30))
        assert found.empty or found["date"].max() <= pd.Timestamp("2024-06-30")


def test_no_curve_is_fitted_to_the_validation_window_unless_asked():
    latest = {entry.benchmark: scores_of(entry)["date"].max() for entry in hindcast_sets()}
    assert max(latest.values()) <= pd.Timestamp(LAST_FITTED)
    assert benchmark_curves(None)["points"].sum() > benchmark_curves()["points"].sum()


def test_scores_on_another_set_are_left_out():
    entry = {entry.benchmark: entry for entry in hindcast_sets()}["math"]
    releases = load("model_releases").set_index("model")["math_basis"]
    assert (releases[scores_of(entry)["model"]] != "Epoch MATH level 5").all()
    assert (releases == "Epoch MATH level 5").any()


def test_the_arena_ruler_keeps_clear_of_its_ends():
    curve = benchmark_curves().set_index("benchmark").loc["arena"]
    span = capability_from_index(np.array([99.0, 155.0]))
    ends = expected_score(span, curve["difficulty"], curve["discrimination"], 0.0)
    assert 0.02 < ends[0] < ends[1] < 0.98

"""Morris and one factor at a time."""

import numpy as np
import pytest

from sim.analysis import AnalysisError, morris_effects, one_at_a_time_ranges, sensitivity
from sim.analysis.screening import expected_range
from sim.experiments.sweep.factors import Factor
from tests.analysis.tables import choice, problem, reals, run

SLOPES = {"a": 2.0, "b": -1.0, "c": 0.5}


def linear(x, seeds):
    return 1.0 + sum(slope * x[name] for name, slope in SLOPES.items())


def test_mu_star_of_a_linear_model_is_its_coefficients_and_sigma_is_zero():
    asked = problem(reals(*SLOPES), "morris", samples=10)
    found = sensitivity(run(asked, linear), asked, "y")
    assert found.method == "morris"
    for name, slope in SLOPES.items():
        row = found.table.loc[name]
        assert row["mu"] == pytest.approx(slope)
        assert row["mu_star"] == pytest.approx(abs(slope))
        assert row["sigma"] == pytest.approx(0.0, abs=1e-12)
        assert row["mu_star_low"] == pytest.approx(row["mu_star_high"])
    assert list(found.table.index) == ["a", "b", "c"]
    assert found.ranked


def test_effects_are_over_the_whole_range_on_the_scale_of_the_factor():
    wide = Factor("a", low=10.0, high=30.0, default=20.0)
    log = Factor("b", low=0.1, high=10.0, scale="log", default=1.0)
    asked = problem((wide, log), "morris", samples=10)
    found = morris_effects(run(asked, lambda x, seeds: x["a"] + 3.0 * np.log10(x["b"])), asked, "y")
    assert found.table.loc["a", "mu"] == pytest.approx(20.0)
    assert found.table.loc["b", "mu"] == pytest.approx(6.0)


def test_interactions_show_in_sigma():
    asked = problem(reals("a", "b", "c"), "morris", samples=20)
    found = morris_effects(run(asked, lambda x, seeds: x["a"] * x["b"] + x["c"]), asked, "y")
    assert found.table.loc["a", "sigma"] > 0.2
    assert found.table.loc["c", "sigma"] == pytest.approx(0.0, abs=1e-12)


def test_groups_move_together():
    asked = problem(reals(*SLOPES, groups=("g", "g", "h")), "morris", samples=12, grouped=True)
    found = morris_effects(run(asked, linear), asked, "y")
    assert set(found.table.index) == {"g", "h"}
    assert found.table.loc["h", "mu_star"] == pytest.approx(0.5)
    assert np.isnan(found.table.loc["g", "sigma"])
    # a and b move up or down apart: |2 - 1| or |2 + 1|.
    assert 1.0 < found.table.loc["g", "mu_star"] < 3.0


def test_luck_alone_is_told_from_an_effect():
    asked = problem(reals("a", "b"), "morris", 4, samples=60)
    luck = np.random.default_rng(2)
    found = morris_effects(
        run(asked, lambda x, seeds: 10.0 * x["a"] + luck.normal(0.0, 1.0, len(seeds))), asked, "y"
    )
    # The difference of two means of 4 has variance 2/4; a step is 2/3 of the range.
    expected = np.sqrt(2.0 / np.pi) * np.sqrt(0.5) / (2.0 / 3.0)
    assert found.table.loc["b", "noise"] == pytest.approx(expected, rel=0.1)
    assert found.table.loc["b", "mu_star"] == pytest.approx(expected, rel=0.25)
    assert any("not clearly above what luck alone would give: b" in remark for remark in found.remarks)


def test_an_incomplete_trajectory_is_left_out_whole():
    asked = problem(reals(*SLOPES), "morris", samples=10)
    runs = run(asked, linear)
    found = morris_effects(runs[~runs["row"].isin([1, 39])], asked, "y")
    assert found.samples == 8
    assert found.rows == 32
    assert any("2 of 10 trajectories" in remark for remark in found.remarks)


def test_one_at_a_time_gives_the_range_of_each_factor():
    asked = problem((*reals(*SLOPES), choice("k", "p", "q", "r")), "one-at-a-time", 3)
    boost = {"p": 0.0, "q": 4.0, "r": -1.0}
    runs = run(asked, lambda x, seeds: linear(x, seeds) + np.array([boost[k] for k in x["k"]]))
    found = sensitivity(runs, asked, "y")
    assert found.method == "one-at-a-time"
    for name, slope in SLOPES.items():
        row = found.table.loc[name]
        assert row["range"] == pytest.approx(abs(slope))
        assert row["base"] == pytest.approx(1.75)
        assert row["at_highest"] == (1.0 if slope > 0 else 0.0)
    assert found.table.index[0] == "k"
    assert found.table.loc["k", "range"] == pytest.approx(5.0)
    assert (found.table.loc["k", "at_lowest"], found.table.loc["k", "at_highest"]) == ("r", "q")


def test_the_range_of_a_factor_has_a_paired_interval_and_a_level_of_luck():
    asked = problem(reals("a", "b"), "one-at-a-time", 8)
    luck = np.random.default_rng(4)
    shift = np.random.default_rng(5).normal(0.0, 100.0, 100)
    runs = run(asked, lambda x, seeds: 50 * x["a"] + shift[seeds] + luck.normal(0, 1, len(seeds)))
    found = one_at_a_time_ranges(runs, asked, "y")
    row = found.table.loc["a"]
    assert row["range_low"] < 50.0 < row["range_high"]
    assert row["range_high"] - row["range_low"] < 10.0  # the shared shift of 100 is paired away
    assert found.table.loc["b", "range"] < 3.0 * found.table.loc["b", "noise"]


@pytest.mark.parametrize(("count", "value"), [(2, 1.1284), (3, 1.6926), (5, 2.3259)])
def test_expected_range_of_normal_numbers(count, value):
    assert expected_range(count) == pytest.approx(value, abs=1e-4)


def test_a_missing_base_row_leaves_the_ranges():
    asked = problem(reals("a", "b"), "one-at-a-time")
    runs = run(asked, lambda x, seeds: x["a"] + 2 * x["b"])
    found = one_at_a_time_ranges(runs[runs["row"] > 0], asked, "y")
    assert found.table.loc["b", "range"] == pytest.approx(2.0)
    assert np.isnan(found.table.loc["b", "base"])
    with pytest.raises(AnalysisError, match="too few"):
        one_at_a_time_ranges(runs[runs["row"] == 0], asked, "y")

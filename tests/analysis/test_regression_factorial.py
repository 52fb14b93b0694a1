"""Regression coefficients and shares of variance in a grid."""

import numpy as np
import pytest
from scipy.stats import rankdata

from sim.analysis import AnalysisError, regression_coefficients, sensitivity, variance_shares
from sim.experiments.sweep.factors import Factor
from tests.analysis.tables import choice, problem, reals, run

SLOPES = {"a": 2.0, "b": -1.0, "c": 0.5}


def linear(x, seeds):
    return 1.0 + sum(slope * x[name] for name, slope in SLOPES.items())


def test_a_linear_model_is_recovered_exactly():
    asked = problem(reals(*SLOPES), "latin-hypercube", samples=200)
    runs = run(asked, linear)
    found = sensitivity(runs, asked, "y")
    assert found.method == "regression"
    assert found.statistics["r2"] == pytest.approx(1.0)
    for name, slope in SLOPES.items():
        expected = slope * runs[name].std() / runs["y"].std()
        assert found.table.loc[name, "SRC"] == pytest.approx(expected)
        assert found.table.loc[name, "SRC_low"] == pytest.approx(expected)
    assert list(found.table.index) == ["a", "b", "c"]
    # First-order shares of 4 : 1 : 1/4.
    assert found.table.loc["a", "S1"] == pytest.approx(4 / 5.25, abs=0.06)
    assert found.table.loc["b", "S1"] == pytest.approx(1 / 5.25, abs=0.1)


def test_partial_rank_correlation_is_that_of_the_residuals():
    asked = problem(reals("a", "b", "c"), "latin-hypercube", samples=150)
    luck = np.random.default_rng(1)
    runs = run(asked, lambda x, seeds: np.exp(x["a"]) - x["b"] + luck.normal(0, 0.3, len(seeds)))
    found = regression_coefficients(runs, asked, "y", given_data="none")
    ranks = {name: rankdata(runs[name]) for name in ("a", "b", "c", "y")}
    others = np.column_stack([np.ones(150), ranks["b"], ranks["c"]])
    left = {
        name: ranks[name] - others @ np.linalg.lstsq(others, ranks[name], rcond=None)[0]
        for name in ("a", "y")
    }
    expected = np.corrcoef(left["a"], left["y"])[0, 1]
    row = found.table.loc["a"]
    assert row["PRCC"] == pytest.approx(expected)
    assert row["PRCC_low"] < expected < row["PRCC_high"]
    assert "S1" not in found.table


def test_ranks_see_through_a_monotone_bend():
    asked = problem(reals("a", "b"), "latin-hypercube", samples=200)
    found = regression_coefficients(run(asked, lambda x, seeds: np.exp(12 * x["a"])), asked, "y")
    assert found.statistics["r2_rank"] == pytest.approx(1.0)
    assert found.statistics["r2"] < 0.6
    assert found.table.loc["a", "SRRC"] == pytest.approx(1.0)


def test_a_bend_that_lines_miss_is_told_and_shows_in_the_first_order_share():
    asked = problem(reals("a", "b"), "latin-hypercube", samples=300)
    found = regression_coefficients(run(asked, lambda x, seeds: (x["a"] - 0.5) ** 2), asked, "y")
    assert abs(found.table.loc["a", "SRRC"]) < 0.2
    assert found.table.loc["a", "S1"] > 0.9
    assert any("straight lines explain" in remark for remark in found.remarks)


def test_labels_are_compared_with_the_first():
    asked = problem(
        (*reals("a"), choice("k", "p", "q", "r"), choice("s", False, True)), "latin-hypercube", samples=120
    )
    boost = {"p": 0.0, "q": 3.0, "r": -1.0}
    runs = run(asked, lambda x, seeds: np.array([boost[k] for k in x["k"]]) + x["s"].astype(float))
    found = regression_coefficients(runs, asked, "y")
    assert set(found.table.index) == {"a", "k=q", "k=r", "s"}
    assert found.table.loc["k=q", "SRC"] > 0 > found.table.loc["k=r", "SRC"]
    assert set(found.table.loc[["k=q", "k=r"], "factor"]) == {"k"}
    assert found.statistics["r2"] == pytest.approx(1.0)


@pytest.mark.slow
def test_intervals_cover_the_slope_of_a_noisy_model():
    asked = problem(reals("a", "b"), "latin-hypercube", samples=60)
    inside = 0
    for trial in range(200):
        luck = np.random.default_rng(trial)
        runs = run(asked, lambda x, seeds: x["a"] + luck.normal(0, 0.5, len(seeds)))  # noqa: B023
        row = regression_coefficients(runs, asked, "y", given_data="none").table.loc["b"]
        inside += row["SRC_low"] < 0.0 < row["SRC_high"]
    assert 0.90 <= inside / 200 <= 0.99


def test_factors_that_move_together_are_named():
    rows = tuple({"a": value, "b": 2 * value, "c": value**2} for value in np.linspace(0.1, 0.9, 30))
    asked = problem(reals("a", "b", "c", high=2.0), "list", rows=rows)
    with pytest.raises(AnalysisError, match="a, b move together"):
        regression_coefficients(run(asked, linear), asked, "y")


def test_few_rows_are_refused_and_still_factors_told():
    asked = problem(reals(*SLOPES), "latin-hypercube", samples=8)
    with pytest.raises(AnalysisError, match=r"8 complete design rows for 3 terms: .* at least 13"):
        regression_coefficients(run(asked, linear), asked, "y")
    rows = tuple({"a": float(value)} for value in np.linspace(0, 1, 20))
    asked = problem(reals(*SLOPES), "list", rows=rows)
    found = regression_coefficients(run(asked, linear), asked, "y")
    assert list(found.table.index) == ["a"]
    assert any("does not vary between the rows that are there: b, c" in one for one in found.remarks)


# -- grids ---------------------------------------------------------------------------------------------------


def test_shares_of_a_grid_are_those_of_the_marginal_means():
    asked = problem(reals("a", "b", "c"), "grid", levels=3)
    runs = run(asked, lambda x, seeds: x["a"] + 2.0 * (x["b"] - 0.5) * (x["c"] - 0.5))
    found = sensitivity(runs, asked, "y")
    assert found.method == "variance-shares"
    # a has variance 1/6, (b - .5)(c - .5) times 2 has 4 * (1/6)^2 = 1/9.
    assert found.table.loc["a", "share"] == pytest.approx((1 / 6) / (1 / 6 + 1 / 9))
    assert found.pairs.loc[("b", "c"), "share"] == pytest.approx((1 / 9) / (1 / 6 + 1 / 9))
    assert found.table.loc["b", "share"] == pytest.approx(0.0, abs=1e-12)
    assert found.statistics["rest"] == pytest.approx(0.0, abs=1e-9)
    assert found.table.loc["a", "levels"] == 3


def test_a_grid_with_a_hole_agrees_with_the_full_one_where_the_model_is_additive():
    asked = problem((*reals("a", "b"), choice("k", "p", "q")), "grid", levels=4)
    runs = run(asked, lambda x, seeds: x["a"] + 3 * x["b"])
    full = variance_shares(runs, asked, "y")
    holed = variance_shares(runs[runs["row"] != 7], asked, "y")
    assert holed.table.loc["b", "share"] == pytest.approx(full.table.loc["b", "share"], abs=0.05)
    assert holed.pairs["share"].max() < 1e-9
    assert any("holes" in remark for remark in holed.remarks)


def test_type_two_equals_the_exact_way_in_a_full_grid():
    from sim.analysis.factorial import _Grid
    from sim.analysis.problem import replicated

    asked = problem(reals("a", "b", "c"), "grid", levels=3)
    runs = run(asked, lambda x, seeds: np.random.default_rng(1).normal(size=len(seeds)))
    data = replicated(runs, asked, "y")
    grid = _Grid.of(asked, data)
    assert grid._type_two(data.means) == pytest.approx(grid._exact(data.means))


def test_luck_is_taken_out_of_the_shares():
    asked = problem(reals("a", "b"), "grid", 5, levels=6)
    luck = np.random.default_rng(3)
    runs = run(asked, lambda x, seeds: x["a"] + luck.normal(0.0, 0.5, len(seeds)))
    found = variance_shares(runs, asked, "y")
    assert found.table.loc["a", "share"] < 0.9
    assert found.table.loc["a", "share_noise_free"] == pytest.approx(1.0, abs=0.1)
    assert (
        found.table.loc["a", "share_low"] < found.table.loc["a", "share"] < found.table.loc["a", "share_high"]
    )


def test_whole_numbers_and_lists_of_numbers_are_numbers():
    factors = (
        Factor("n", kind="integer", low=1, high=9, default=2),
        Factor("v", kind="choice", values=(0.1, 0.5, 2.0), low=0.1, high=2.0, default=0.1),
    )
    asked = problem(factors, "latin-hypercube", samples=90)
    found = regression_coefficients(run(asked, lambda x, seeds: x["n"] - 2.0 * x["v"]), asked, "y")
    assert set(found.table.index) == {"n", "v"}
    assert found.statistics["r2"] == pytest.approx(1.0)

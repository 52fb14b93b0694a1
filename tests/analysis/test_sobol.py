"""Sobol' indices: known functions, groups, luck, incomplete samples."""

import numpy as np
import pytest
from SALib.analyze import sobol as salib

from sim.analysis import AnalysisError, Problem, sensitivity, sobol_indices
from sim.experiments.sweep.conductor import sweep
from sim.experiments.sweep.loading import sweep_from
from tests.analysis.tables import choice, ishigami, problem, reals, run

FIRST = {"x1": 0.3139, "x2": 0.4424, "x3": 0.0}
TOTAL = {"x1": 0.5576, "x2": 0.4424, "x3": 0.2437}
SWEEP = {
    "model": "tests.sweeps.models:ishigami",
    "replicates": 1,
    "design": {"kind": "sobol", "samples": 1024, "seed": 5},
    "factors": {name: {"range": [-np.pi, np.pi]} for name in FIRST},
    "outcomes": ["y"],
}


@pytest.fixture(scope="module")
def angles():
    return reals("x1", "x2", "x3", low=-np.pi, high=np.pi)


def test_ishigami_through_a_sweep_file_has_the_analytic_indices():
    data = sweep(sweep_from(SWEEP), executor="serial")
    found = sensitivity(data.runs, data, "y", confidence=0.95)
    assert found.method == "sobol"
    assert found.samples == 1024
    for name in FIRST:
        row = found.table.loc[name]
        assert row["S1_low"] < FIRST[name] < row["S1_high"]
        assert row["ST_low"] < TOTAL[name] < row["ST_high"]
        assert abs(row["ST"] - TOTAL[name]) < 0.05
    pairs = found.pairs
    assert pairs.index[0] == ("x1", "x3")
    assert pairs.loc[("x1", "x3"), "S2_low"] < TOTAL["x3"] < pairs.loc[("x1", "x3"), "S2_high"]
    assert pairs.loc[("x1", "x2"), "S2_low"] < 0.0 < pairs.loc[("x1", "x2"), "S2_high"]
    assert list(found.table.index) == ["x1", "x2", "x3"]


def test_the_same_data_give_the_same_numbers(angles):
    asked = problem(angles, "sobol", samples=64)
    runs = run(asked, ishigami)
    first, second = (sobol_indices(runs, asked, "y", bootstrap=50) for _ in range(2))
    assert first.table.equals(second.table)
    assert first.pairs.equals(second.pairs)


def test_rows_in_any_order_give_the_same_numbers(angles):
    asked = problem(angles, "sobol", samples=64)
    runs = run(asked, ishigami)
    shuffled = runs.sample(frac=1.0, random_state=3)
    assert sobol_indices(runs, asked, "y").table.equals(sobol_indices(shuffled, asked, "y").table)


def test_groups_of_an_additive_function_add_up():
    # Variance of c * u is c^2 / 12: shares 9, 16 | 75 of 100.
    asked = problem(
        reals("a", "b", "c", groups=("left", "left", "right")), "sobol", samples=512, grouped=True
    )
    found = sobol_indices(
        run(asked, lambda x, seeds: 3 * x["a"] - 4 * x["b"] + np.sqrt(75) * x["c"]), asked, "y"
    )
    for name, share in (("left", 0.25), ("right", 0.75)):
        row = found.table.loc[name]
        assert row["S1"] == pytest.approx(share, abs=0.02)
        assert row["ST"] == pytest.approx(share, abs=0.02)
        assert row["ST_low"] < share < row["ST_high"]
    assert found.ranked


def test_without_second_order_there_are_no_pairs(angles):
    asked = problem(angles, "sobol", samples=256, second_order=False)
    found = sobol_indices(run(asked, ishigami), asked, "y")
    assert found.pairs is None
    assert found.table.loc["x2", "S1_low"] < FIRST["x2"] < found.table.loc["x2", "S1_high"]


def test_choices_count_by_their_slices():
    asked = problem((choice("k", "p", "q"), *reals("a")), "sobol", samples=256)
    found = sobol_indices(run(asked, lambda x, seeds: (x["k"] == "q") * 1.0 + 0.0 * x["a"]), asked, "y")
    assert found.table.loc["k", "S1"] == pytest.approx(1.0, abs=0.03)
    assert found.table.loc["a", "ST"] == pytest.approx(0.0, abs=1e-12)


def test_an_incomplete_sample_is_left_out_whole(angles):
    asked = problem(angles, "sobol", samples=64)
    runs = run(asked, ishigami)
    found = sobol_indices(runs[runs["row"] != 8 * 5 + 2], asked, "y", bootstrap=50)
    assert found.samples == 63
    assert found.rows == 8 * 63
    assert found.rows_left_out == 8
    assert any("1 of 64 Saltelli samples" in remark for remark in found.remarks)
    kept = runs[runs["row"] // 8 != 5]
    expected = salib.analyze(asked.design.problem(asked.factors), kept["y"].to_numpy(), num_resamples=20)
    assert found.table.loc["x1", "ST"] == pytest.approx(expected["ST"][0], rel=1e-12)


def test_a_sample_in_which_the_outcome_is_not_defined_is_left_out(angles):
    asked = problem(angles, "sobol", 2, samples=64)
    runs = run(asked, ishigami)
    runs.loc[runs["row"] == 3, "y"] = [1.0, np.nan]
    found = sobol_indices(runs, asked, "y", bootstrap=50)
    assert found.samples == 63
    assert any("not defined in some replicate" in remark for remark in found.remarks)


def test_too_few_samples_are_refused(angles):
    asked = problem(angles, "sobol", samples=8)
    runs = run(asked, ishigami)
    with pytest.raises(AnalysisError, match=r"3 of 8 Saltelli samples are complete; .* at least 4"):
        sobol_indices(runs[runs["row"] < 24], asked, "y")


def test_a_constant_outcome_is_told_and_has_no_table(angles):
    asked = problem(angles, "sobol", samples=16)
    found = sensitivity(run(asked, lambda x, seeds: np.full(len(seeds), 4.0)), asked, "y")
    assert found.constant
    assert found.table.empty
    assert found.pairs is None
    assert found.remarks[-1].startswith("y is 4 in every design row")


def test_luck_is_taken_out_of_the_indices(angles):
    asked = problem(angles, "sobol", 4, samples=1024)
    luck = np.random.default_rng(8)
    runs = run(asked, lambda x, seeds: ishigami(x, seeds) + luck.normal(0.0, 6.0, len(seeds)))
    found = sobol_indices(runs, asked, "y", bootstrap=50)
    variance = 13.845
    assert found.noise.of_means == pytest.approx(9.0 / (9.0 + variance), rel=0.05)
    assert found.noise.of_run == pytest.approx(36.0 / (36.0 + variance), rel=0.05)
    for name in FIRST:
        row = found.table.loc[name]
        assert row["S1_noise_free"] == pytest.approx(FIRST[name], abs=0.08)
        assert row["ST_noise_free"] == pytest.approx(TOTAL[name], abs=0.08)
        # White noise is an interaction of all inputs: it goes into every total index.
        assert row["ST"] == pytest.approx((TOTAL[name] * variance + 9.0) / (9.0 + variance), abs=0.08)
    assert any("luck makes" in remark for remark in found.remarks)


def test_luck_that_all_rows_share_changes_nothing(angles):
    asked = problem(angles, "sobol", 3, samples=64)
    shift = np.random.default_rng(1).normal(0.0, 50.0, 100)
    plain = sobol_indices(run(asked, ishigami), asked, "y", bootstrap=50)
    moved = sobol_indices(
        run(asked, lambda x, seeds: ishigami(x, seeds) + shift[seeds]), asked, "y", bootstrap=50
    )
    assert moved.table["ST"].to_numpy() == pytest.approx(plain.table["ST"].to_numpy(), rel=1e-9)
    assert moved.noise.of_means == pytest.approx(0.0, abs=1e-12)
    assert moved.noise.of_run > 0.9


def test_inputs_that_cannot_be_ranked_are_named_with_the_samples_that_would_do():
    asked = problem(reals("a", "b", "c"), "sobol", samples=16)
    found = sobol_indices(run(asked, lambda x, seeds: x["a"] + 0.7 * x["b"] ** 2 + 0.01 * x["c"]), asked, "y")
    assert not found.ranked
    remark = next(remark for remark in found.remarks if "order not settled" in remark)
    assert "with 16 samples now" in remark
    needed = int(remark.split("about ")[1].split(" ")[0].replace(",", ""))
    assert needed & (needed - 1) == 0  # a power of two
    assert needed > 16
    assert "c" not in remark.split(": ")[1].split(";")[0].split(" and ")


def test_draws_that_hang_together_are_told():
    few, many = (
        problem(
            (choice("k", "p", "q"), choice("m", "p", "q"), *reals("a", "b", "c")), "sobol", samples=n, seed=0
        )
        for n in (8, 256)
    )
    model = lambda x, seeds: (x["m"] == "q") * 1.0 + 0.1 * x["a"]  # noqa: E731
    told = sobol_indices(run(few, model), few, "y")
    assert told.table.loc["m", "S1"] > 1.5  # far off
    assert any("the two draws of k, m hang together" in remark for remark in told.remarks)
    quiet = sobol_indices(run(many, model), many, "y")
    assert quiet.table.loc["m", "S1"] == pytest.approx(1.0, abs=0.03)
    assert not any("hang together" in remark for remark in quiet.remarks)


def test_another_design_is_refused(angles):
    asked = problem(angles, "latin-hypercube", samples=64)
    with pytest.raises(AnalysisError, match="needs a design of kind sobol"):
        sobol_indices(run(asked, ishigami), asked, "y")


@pytest.mark.parametrize("options", [{"bootstrap": 3}, {"confidence": 1.0}, {"confidence": 0.1}])
def test_options_that_make_no_sense_are_refused(angles, options):
    asked = problem(angles, "sobol", samples=16)
    with pytest.raises(AnalysisError):
        sobol_indices(run(asked, ishigami), asked, "y", **options)


def test_unknown_names_get_a_hint(angles):
    asked = problem(angles, "sobol", samples=16)
    runs = run(asked, ishigami, name="valuation")
    with pytest.raises(AnalysisError, match=r'no outcome "valuatoin"; did you mean "valuation"'):
        sobol_indices(runs, asked, "valuatoin")
    with pytest.raises(AnalysisError, match="has no column x2"):
        sobol_indices(runs.drop(columns="x2"), asked, "valuation")
    with pytest.raises(TypeError, match="neither a sweep nor the data of one"):
        Problem.of({})

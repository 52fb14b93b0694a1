"""Scenario discovery: known boxes, categories, choices of a box, and plain errors."""

import numpy as np
import pandas as pd
import pytest

from sim.analysis import AnalysisError, discover, prim_box
from sim.analysis.boxes import choose
from sim.experiments.sweep.factors import Factor
from tests.analysis.tables import choice, problem, reals, run

# A factor may well be called scenario, a column that EMA Workbench would drop.
FACTORS = (
    *reals("a", "b"),
    choice("scenario", "x", "y", "z"),
    choice("sw", False, True),
    Factor("n", kind="integer", low=1, high=9, default=2),
    choice("v", 0.1, 0.5, 2.0),
)


def in_box(x, seeds):
    """1 inside 0.3 < a < 0.7, scenario x or z, n >= 4."""
    return 1.0 * ((x["a"] > 0.3) & (x["a"] < 0.7) & (x["scenario"] != "y") & (x["n"] >= 4))


@pytest.fixture(scope="module")
def asked():
    return problem(FACTORS, "latin-hypercube", 2, samples=400, seed=3)


@pytest.fixture(scope="module")
def found(asked):
    return discover(run(asked, in_box), asked, "y > 0.5")


def test_prim_finds_the_box(found):
    box = found.prim
    limits = {limit.factor: limit for limit in box.limits}
    assert set(limits) == {"a", "scenario", "n"}
    assert limits["a"].low == pytest.approx(0.3, abs=0.03)
    assert limits["a"].high == pytest.approx(0.7, abs=0.03)
    assert limits["scenario"].labels == ("x", "z")
    assert (limits["n"].low, limits["n"].high) == (4.0, 9.0)
    assert limits["n"].kind == "integer"
    assert limits["n"].text == "at least 4"
    assert box.density >= 0.8
    assert box.coverage > 0.95
    assert max(limits["a"].quasi_p_low, limits["a"].quasi_p_high, limits["scenario"].quasi_p_low) < 0.01
    assert np.isnan(limits["n"].quasi_p_high)
    assert found.box is box


def test_cart_agrees(found):
    limits = {limit.factor: limit for limit in found.cart.limits}
    assert set(limits) == {"a", "scenario", "n"}
    assert limits["scenario"].labels == ("x", "z")
    assert limits["a"].low == pytest.approx(0.3, abs=0.02)
    assert (limits["n"].low, limits["n"].high) == (4.0, 9.0)
    assert found.cart.density == pytest.approx(1.0)
    assert any("cross-check by CART" in remark for remark in found.remarks)
    # Leaves are disjoint and cover all cases.
    assert found.leaves["mass"].sum() == pytest.approx(1.0)
    assert found.leaves["of_interest"].sum() == found.of_interest.sum()


def test_the_trajectory_and_the_box_count_the_same_cases(found):
    row = found.trajectory.loc[found.box.number]
    assert row["chosen"]
    assert found.trajectory["chosen"].sum() == 1
    inside, wanted = found.box.inside, found.of_interest
    assert row["coverage"] == pytest.approx((inside & wanted).sum() / wanted.sum())
    assert row["density"] == pytest.approx((inside & wanted).sum() / inside.sum())
    assert row["mass"] == pytest.approx(inside.mean())
    assert found.trajectory.loc[0, "coverage"] == 1.0
    assert found.trajectory.loc[0, "restricted"] == 0
    assert "highest coverage among boxes with density of at least 0.8" in found.rule
    better = found.trajectory.query("restricted > 0 and density >= 0.8")["coverage"].max()
    assert row["coverage"] == better


@pytest.mark.filterwarnings("ignore")
def test_counts_agree_with_those_of_the_workbench(asked, found):
    from sim.analysis.boxes import frame_of
    from sim.analysis.peeling import _renamed, _workbench

    frame = frame_of(found.cases, asked.factors)
    box = _workbench("prim").Prim(_renamed(frame)[0], found.of_interest).find_box()
    theirs = box.peeling_trajectory
    assert found.trajectory["coverage"].to_numpy() == pytest.approx(theirs["coverage"].to_numpy(dtype=float))
    assert found.trajectory["density"].to_numpy() == pytest.approx(theirs["density"].to_numpy(dtype=float))


def test_the_table_of_the_box_has_numbers_and_labels(found):
    table = found.box.table
    assert table.loc["scenario", "labels"] == "x|z"
    assert table.loc["scenario", "whole_labels"] == "x|y|z"
    assert table.loc["n", "low"] == 4.0
    assert np.isnan(table.loc["scenario", "low"])
    assert "scenario x or z" in found.box.text


def test_the_same_data_give_the_same_box(asked, found):
    again = discover(run(asked, in_box), asked, "y > 0.5")
    assert again.trajectory.equals(found.trajectory)
    assert again.leaves.equals(found.leaves)


def test_a_box_can_be_asked_for(asked):
    runs = run(asked, in_box)
    found = discover(runs, asked, "y > 0.5", method="prim", box=3)
    assert found.box.number == 3
    assert found.leaves is None
    assert found.cart is None
    with pytest.raises(AnalysisError, match="no box 999: 0 to"):
        discover(runs, asked, "y > 0.5", method="prim", box=999)


def test_cart_alone(asked):
    found = discover(run(asked, in_box), asked, "y > 0.5", method="cart")
    assert found.box.method == "cart"
    assert found.trajectory is None
    assert found.leaves.loc[found.box.number, "chosen"]


def test_truth_values_and_lists_of_numbers(asked):
    box = prim_box(run(asked, lambda x, seeds: 1.0 * x["sw"] * (x["v"] > 0.2)), asked, "y > 0.5")
    limits = {limit.factor: limit for limit in box.limits}
    assert limits["sw"].labels == ("true",)
    assert limits["v"].low > 0.1
    assert limits["v"].high == 2.0
    assert box.density == 1.0


def test_the_baseline_is_the_mean_of_the_base_runs(asked):
    runs = run(asked, lambda x, seeds: 10.0 * x["a"])
    base = pd.DataFrame({"row": -1, "y": [4.0, 6.0, np.nan]})
    found = discover(runs, asked, "y < 0.8 * baseline", base=base, method="prim")
    assert found.baseline == {"y": 5.0}
    assert found.of_interest.sum() == (found.cases["a"] < 0.4).sum()
    for nothing in (None, base.iloc[:0]):
        with pytest.raises(AnalysisError, match="no runs of the base scenario"):
            discover(runs, asked, "y < 0.8 * baseline", base=nothing)
    with pytest.raises(AnalysisError, match="y is not defined in any run of the base"):
        discover(runs, asked, "y < baseline", base=base.iloc[2:])


def test_cases_are_means_or_runs(asked):
    # A seed shifts y by -1 or +1: half the runs fulfil the condition, means where a > 0.5.
    runs = run(asked, lambda x, seeds: x["a"] + np.where(seeds % 2, 1.0, -1.0))
    means = discover(runs, asked, "y > 0.5", method="prim")
    assert len(means.cases) == 400
    assert means.of_interest.tolist() == (means.cases["a"] > 0.5).tolist()
    single = discover(runs, asked, "y > 0.5", method="prim", per_run=True)
    assert len(single.cases) == 800
    assert single.of_interest.sum() == 400
    assert any("hang together" in remark for remark in single.remarks)


def test_incomplete_and_undefined_cases_are_told(asked):
    runs = run(asked, in_box)
    runs.loc[runs["row"] == 0, "y"] = np.nan
    found = discover(runs[~((runs["row"] == 1) & (runs["replicate"] == 1))], asked, "y > 0.5", method="prim")
    assert len(found.cases) == 398
    assert any("1 design rows left out: replicates failed" in remark for remark in found.remarks)
    assert any("1 design rows left out: y is not defined" in remark for remark in found.remarks)
    never = run(asked, lambda x, seeds: np.where(x["a"] > 0.6, 1.0, np.nan))
    found = discover(never, asked, "not defined(y)", method="prim")
    assert len(found.cases) == 400
    assert [limit.factor for limit in found.box.limits] == ["a"]
    assert found.box.limits[0].high == pytest.approx(0.6, abs=0.05)


def test_a_factor_that_decides_nothing_is_doubted():
    asked = problem(reals("a", "b", "c"), "latin-hypercube", 1, samples=60)
    luck = np.random.default_rng(2)
    found = discover(run(asked, lambda x, seeds: luck.normal(size=60)), asked, "y > 0.3", method="prim")
    assert any("could well be luck" in remark for remark in found.remarks)


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("y > 5", {}, "holds in none of 400 cases (y from 0 to 1)"),
        ("y > -5", {}, "holds in all of 400 cases"),
        ("a > 0.5", {}, "names no outcome"),
        ("y > 0.5", {"method": "tree"}, 'no method "tree"'),
        ("y > 0.5", {"density_min": 1.5}, "density_min = 1.5"),
        ("y > 0.5", {"peel_alpha": 0.0001}, "peel_alpha = 0.0001"),
        ("y > 0.5", {"mass_min": 1.0}, "mass_min = 1"),
    ],
)
def test_wrong_requests_are_told(asked, text, options, message):
    with pytest.raises(AnalysisError) as told:
        discover(run(asked, in_box), asked, text, **options)
    assert message in str(told.value)


def test_few_and_many_cases_of_interest_are_told(asked):
    few = discover(run(asked, lambda x, seeds: x["a"]), asked, "y > 0.99", method="prim", mass_min=0.01)
    assert any("only 4 of 400 cases" in remark for remark in few.remarks)
    many = discover(run(asked, lambda x, seeds: x["a"]), asked, "y > 0.1", method="prim")
    assert any("holds in 90% of all cases already" in remark for remark in many.remarks)


def test_the_rule_of_choice():
    coverage, density = np.array([1.0, 0.9, 0.9, 0.4]), np.array([0.3, 0.8, 0.85, 1.0])
    place, rule = choose(coverage, density, np.array([0, 2, 1, 3]), 0.8)
    assert (place, "highest coverage" in rule) == (2, True)  # fewer factors at the same coverage
    place, rule = choose(coverage[:1], density[:1], np.array([1]), 0.8)
    assert (place, "F1" in rule) == (0, True)
    place, _ = choose(np.array([1.0, 0.6, 0.1]), np.array([0.2, 0.6, 0.79]), np.array([1, 2, 3]), 0.8)
    assert place == 1

"""Paired effects: exact where the model is linear, and intervals that cover as often as they say."""

import numpy as np
import pytest

from sim.analysis import AnalysisError, effects, effects_table, paired_effect
from sim.analysis.effects import change_of_effect, mean_difference
from sim.experiments.sweep.factors import Factor
from tests.analysis.tables import choice, problem, reals, run

SHIFT = np.random.default_rng(3).normal(0.0, 20.0, 1000)


def switched(x, seeds):
    """Effect of the switch: 3, plus 2 a; a shared shift of each seed that pairing takes out."""
    on = (x["k"] == "on").astype(float)
    return 1.0 + 2.0 * x["a"] - x["b"] + on * (3.0 + 2.0 * x["a"]) + SHIFT[seeds]


FACTORS = (*reals("a", "b"), choice("k", "off", "on"))
DESIGNS = {
    "grid": {"levels": 3},
    "one-at-a-time": {},
    "sobol": {"samples": 64},
    "morris": {"samples": 20},
}


@pytest.mark.parametrize("kind", DESIGNS)
def test_a_constant_effect_is_recovered_exactly_wherever_there_are_pairs(kind):
    asked = problem(FACTORS, kind, 4, **DESIGNS[kind])
    runs = run(asked, lambda x, seeds: 2.0 * x["a"] + 3.0 * (x["k"] == "on") + SHIFT[seeds])
    found = paired_effect(runs, asked, "y", "k", ("off", "on"))
    assert found.difference == pytest.approx(3.0, abs=1e-9)
    assert found.low == pytest.approx(3.0, abs=1e-9)
    assert found.high == pytest.approx(3.0, abs=1e-9)
    assert found.clear
    assert found.pairs == found.cells * 4
    assert found.method == ("two-way" if kind in ("sobol", "morris") else "seed means")


def test_an_interaction_shows_by_level_exactly():
    asked = problem(FACTORS, "grid", 4, levels=3)
    found = paired_effect(run(asked, switched), asked, "y", "k", by=["a", "b"])
    assert found.difference == pytest.approx(4.0)
    by = found.by.set_index(["factor", "level"])
    assert by.loc[("a", "0"), "difference"] == pytest.approx(3.0)
    assert by.loc[("a", "1"), "difference"] == pytest.approx(5.0)
    assert by.loc[("a", "1"), "change"] == pytest.approx(2.0)
    assert by.loc[("a", "1"), "change_low"] == pytest.approx(2.0)
    assert by.loc[("b", "1"), "change"] == pytest.approx(0.0, abs=1e-12)
    assert by.loc[("a", "0"), "cells"] == 3
    assert found.cells_table.query("a == 0.5")["difference"].to_numpy() == pytest.approx(4.0)


def test_the_numbers_beside_the_difference():
    asked = problem(FACTORS, "grid", 50, levels=2)
    luck = np.random.default_rng(1)
    runs = run(
        asked,
        lambda x, seeds: 5.0 * (x["k"] == "on") + luck.normal(0, 1, len(seeds)) + 2.0 * SHIFT[seeds] / 20.0,
    )
    found = paired_effect(runs, asked, "y", "k")
    sd = np.sqrt(1.0 + 4.0 * SHIFT[10:60].var(ddof=1) / 400.0)
    assert found.standardised == pytest.approx(5.0 / sd, rel=0.05)
    # Without pairing 2 (1 + 4 var), with pairing 2.
    assert found.variance_ratio == pytest.approx(sd**2, rel=0.15)
    assert found.mean_to - found.mean_from == pytest.approx(found.difference)
    assert found.degrees == 49
    assert found.low < 5.0 < found.high


def test_levels_can_be_given_as_texts_and_the_sign_follows():
    asked = problem(FACTORS, "grid", 2, levels=3)
    runs = run(asked, switched)
    assert paired_effect(runs, asked, "y", "k", ("on", "off")).difference == pytest.approx(-4.0)
    found = paired_effect(runs, asked, "y", "b", ("0", "0.5"))
    assert found.difference == pytest.approx(-0.5)
    assert (found.from_level, found.to_level) == (0.0, 0.5)
    assert paired_effect(runs, asked, "y", "b").difference == pytest.approx(-1.0)  # lowest to highest


def test_truth_values_and_whole_numbers():
    factors = (choice("s", False, True), Factor("n", kind="integer", low=1, high=3, default=2, levels=3))
    asked = problem(factors, "grid", 2)
    runs = run(asked, lambda x, seeds: 1.0 * x["s"] + 10.0 * x["n"])
    assert paired_effect(runs, asked, "y", "s").difference == pytest.approx(1.0)
    assert paired_effect(runs, asked, "y", "s", ("true", "false")).difference == pytest.approx(-1.0)
    assert paired_effect(runs, asked, "y", "n", (1, 2), by=["s"]).difference == pytest.approx(10.0)


def test_many_labels_give_one_effect_each_against_the_base():
    asked = problem((*reals("a"), choice("k", "p", "q", "r")), "grid", 2, levels=2)
    boost = {"p": 0.0, "q": 1.0, "r": -2.0}
    runs = run(asked, lambda x, seeds: np.array([boost[k] for k in x["k"]]))
    found = effects(runs, asked, ["y"], "k")
    assert [(one.to_level, round(one.difference, 9)) for one in found] == [("q", 1.0), ("r", -2.0)]
    table = effects_table(found)
    assert list(table["from_level"]) == ["p", "p"]
    with pytest.raises(AnalysisError, match="more than two labels, p, q, r"):
        paired_effect(runs, asked, "y", "k")


def test_a_label_without_pairs_is_left_out_with_a_remark():
    rows = ({"k": "p"}, {"k": "q"}, {"k": "r", "a": 0.1})
    asked = problem((*reals("a"), choice("k", "p", "q", "r")), "list", 2, rows=rows)
    found = effects(run(asked, lambda x, seeds: x["a"]), asked, ["y"], "k")
    assert [one.to_level for one in found] == ["q"]
    assert any("p against r; there are pairs for p against q" in remark for remark in found[0].remarks)


def test_failed_runs_take_their_cell_with_them():
    asked = problem(FACTORS, "grid", 3, levels=2)
    runs = run(asked, switched)
    found = paired_effect(runs[runs.index != 4], asked, "y", "k")
    assert found.cells == 3
    assert any("1 cells left out" in remark for remark in found.remarks)
    undefined = runs.assign(y=runs["y"].where(runs.index != 4))
    assert paired_effect(undefined, asked, "y", "k").cells == 3


def test_one_seed_has_no_interval_over_fixed_rows_and_one_over_random_rows():
    fixed = problem(FACTORS, "grid", 1, levels=3)
    found = paired_effect(run(fixed, switched), fixed, "y", "k")
    assert found.difference == pytest.approx(4.0)
    assert np.isnan(found.low)
    assert not found.clear
    assert any("no interval" in remark for remark in found.remarks)
    drawn = problem(FACTORS, "sobol", 1, samples=64)
    found = paired_effect(run(drawn, switched), drawn, "y", "k")
    assert found.method == "row means"
    assert found.low < 4.0 < found.high


def test_designs_without_pairs_say_what_would_have_some():
    asked = problem(FACTORS, "latin-hypercube", 2, samples=40)
    with pytest.raises(AnalysisError, match=r"latin-hypercube design moves all factors at once.*need a grid"):
        paired_effect(run(asked, switched), asked, "y", "k")
    asked = problem((*reals("a", "b", "c", "d", "e", "f"),), "morris", 2, samples=8)
    with pytest.raises(
        AnalysisError, match=r"0 against 1; there are pairs for 0 against 0\.666667, 0\.333333 against 1"
    ):
        paired_effect(run(asked, lambda x, seeds: x["a"]), asked, "y", "a")
    asked = problem(FACTORS, "sobol", 2, samples=16)
    with pytest.raises(AnalysisError, match="different values in this sobol design"):
        paired_effect(run(asked, switched), asked, "y", "a")


@pytest.mark.parametrize(
    ("factor", "levels", "by", "message"),
    [
        ("kk", None, (), 'no factor "kk"; did you mean "k"?'),
        ("k", ("of", "on"), (), 'no level of in this sweep; did you mean "off"?'),
        ("a", ("0", "7"), (), "no level 7 in this sweep; there is 0, 0.5, 1"),
        ("a", ("0", "x"), (), "no level x"),
        ("a", ("0", "0"), (), "no contrast"),
        ("a", None, ("a",), "the factor itself"),
        ("a", None, ("z",), 'no factor "z"'),
    ],
)
def test_wrong_requests_are_told(factor, levels, by, message):
    asked = problem(FACTORS, "grid", 2, levels=3)
    with pytest.raises(AnalysisError) as told:
        paired_effect(run(asked, switched), asked, "y", factor, levels, by)
    assert message in str(told.value)


def test_many_values_are_cut_into_thirds():
    asked = problem(FACTORS, "sobol", 2, samples=128)
    found = paired_effect(run(asked, switched), asked, "y", "k", by=["a"])
    assert len(found.by) == 3
    assert list(found.by["difference"].round(0)) == [3.0, 4.0, 5.0]
    assert found.by["cells"].sum() == found.cells
    assert found.by["change_low"].iloc[2] > 0


# -- intervals -----------------------------------------------------------------------------------------------


def crossed(luck, cells, seeds, rows, shared, rest):
    """Differences with mean 1 and given standard deviations of rows, seeds and the rest."""
    return (
        1.0
        + luck.normal(0, rows, cells)[:, None]
        + luck.normal(0, shared, seeds)
        + luck.normal(0, rest, (cells, seeds))
    )


def covered(trials, random, confidence=0.95, **parts):
    luck = np.random.default_rng(11)
    found = [mean_difference(crossed(luck, **parts), random, confidence) for _ in range(trials)]
    return np.mean([one.low < 1.0 < one.high for one in found])


def test_seeds_that_rows_share_are_not_counted_as_many():
    differences = crossed(np.random.default_rng(2), 400, 5, 0.0, 1.0, 0.1)
    fixed = mean_difference(differences, False, 0.95)
    assert fixed.standard_error == pytest.approx(differences.mean(axis=0).std(ddof=1) / np.sqrt(5))
    both = mean_difference(differences, True, 0.95)
    assert both.standard_error == pytest.approx(fixed.standard_error, rel=0.02)
    naive = differences.std(ddof=1) / np.sqrt(differences.size)
    assert naive < 0.1 * both.standard_error


def test_one_row_of_a_random_design_has_no_interval():
    assert np.isnan(mean_difference(np.ones((1, 4)), True, 0.95).low)
    assert np.isnan(change_of_effect(np.ones((1, 4)), np.ones((5, 4)), True, 0.95).low)


@pytest.mark.slow
@pytest.mark.parametrize(
    "parts",
    [
        {"cells": 40, "seeds": 8, "rows": 1.0, "shared": 1.0, "rest": 1.0},
        {"cells": 40, "seeds": 8, "rows": 1.0, "shared": 0.0, "rest": 1.0},
        {"cells": 200, "seeds": 4, "rows": 0.2, "shared": 1.0, "rest": 1.0},
        {"cells": 30, "seeds": 1, "rows": 1.0, "shared": 0.0, "rest": 1.0},
    ],
)
def test_intervals_over_random_rows_cover(parts):
    assert 0.93 <= covered(4000, True, **parts) <= 0.98


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [3, 10])
def test_intervals_over_fixed_rows_cover(seeds):
    parts = {"cells": 12, "seeds": seeds, "rows": 0.0, "shared": 1.0, "rest": 1.0}
    assert covered(4000, False, **parts) == pytest.approx(0.95, abs=0.015)


@pytest.mark.slow
def test_intervals_of_a_change_cover():
    luck, inside = np.random.default_rng(5), 0
    for _ in range(3000):
        shared = luck.normal(0, 1, 6)
        first, other = (
            luck.normal(0, 1, (n, 1)) + luck.normal(0, 1, 6) + shared + luck.normal(0, 1, (n, 6))
            for n in (25, 30)
        )
        found = change_of_effect(first, other, True, 0.95)
        inside += found.low < 0.0 < found.high
    assert 0.93 <= inside / 3000 <= 0.98

"""Outcomes: every reduction and transform against a value worked out by hand, and the rule for missing weeks."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.experiments.sweep.outcomes import REDUCTIONS, TRANSFORMS, Outcome

nan, inf = math.nan, math.inf
WEEKS = np.arange(6)
WORLD = [1.0, 4.0, 2.0, 8.0, 2.0, 1.0]


def reduced(reduce, values=WORLD, weeks=None, **more):
    column = np.array(values, dtype=float)[:, None]
    found = Outcome("x", "y", reduce, **more).of(
        np.arange(len(values)) if weeks is None else np.array(weeks), column
    )
    assert found.shape == (1,)
    return found[0]


def same(a, b):
    return a == pytest.approx(b, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("reduce", "expected", "more"),
    [
        ("final", 1.0, {}),
        ("mean", 3.0, {}),
        ("median", 2.0, {}),
        ("max", 8.0, {}),
        ("min", 1.0, {}),
        ("sd", math.sqrt(36 / 5), {}),  # squares of -2 1 -1 5 -1 -2
        ("sum", 18.0, {}),
        ("range", 7.0, {}),
        ("at", 8.0, {"week": 3}),
        ("first_week_above", 1.0, {"threshold": 3.5}),
        ("first_week_above", nan, {"threshold": 8.0}),
        ("first_week_below", 0.0, {"threshold": 1.5}),
        ("first_week_below", nan, {"threshold": 1.0}),
        ("share_above", 2 / 6, {"threshold": 2.0}),
        ("change", 0.0, {}),
        ("kurtosis", (16 + 1 + 1 + 625 + 1 + 16) / 6 / 36, {}),  # m4 = 660/6, m2 = 6
    ],
)
def test_hand_values(reduce, expected, more):
    assert same(reduced(reduce, **more), expected)


def test_a_median_of_an_odd_number_of_weeks():
    assert reduced("median", [5.0, 1.0, 3.0]) == 3.0


def test_kurtosis_of_a_two_point_distribution_is_one():
    assert same(reduced("kurtosis", [0.0, 1.0] * 4), 1.0)


def test_l_kurtosis_of_equally_spaced_values():
    """For 1, 2, ..., n: L2 = (n + 1)/6 and L4 = 0."""
    assert reduced("l_kurtosis", range(1, 9)) == pytest.approx(0.0, abs=1e-12)
    # b0 = 1, b1 = 1, b2 = 1, b3 = 1 for 0 0 0 4: L2 = 1, L4 = 20 - 30 + 12 - 1 = 1
    assert same(reduced("l_kurtosis", [0.0, 0.0, 0.0, 4.0]), 1.0)


def test_every_reduction_is_tested_by_hand():
    marks = test_hand_values.pytestmark[0].args[1]
    assert {mark[0] for mark in marks} | {"l_kurtosis"} == set(REDUCTIONS)


@pytest.mark.parametrize(
    ("transform", "expected"),
    [
        ("log", math.log(1 * 4 * 2 * 8 * 2 * 1) / 6),
        ("log10", math.log10(128) / 6),
        ("change", 0.0),
    ],
)
def test_transforms_come_before_the_mean(transform, expected):
    assert reduced("mean", transform=transform) == pytest.approx(expected, rel=1e-12)


def test_every_transform_is_tested_by_hand():
    marks = test_transforms_come_before_the_mean.pytestmark[0].args[1]
    assert {mark[0] for mark in marks} == set(TRANSFORMS)


def test_a_change_belongs_to_the_later_week_and_reads_before_the_window():
    assert reduced("at", week=3, transform="change") == 6.0
    assert reduced("sum", weeks=None, transform="change") == 0.0
    assert (
        Outcome("x", "y", "sum", weeks=(3, 4), transform="change").of(WEEKS, np.array(WORLD)[:, None])[0]
        == 0.0
    )
    assert (
        Outcome("x", "y", "max", weeks=(3, 3), transform="change").of(WEEKS, np.array(WORLD)[:, None])[0]
        == 6.0
    )


def test_logarithms_of_what_is_not_positive_are_missing():
    assert same(reduced("mean", [0.0, -1.0, math.e], transform="log"), 1.0)
    assert math.isnan(reduced("mean", [0.0, -1.0], transform="log"))


def test_windows():
    column = np.array(WORLD)[:, None]
    assert Outcome("x", "y", "mean", weeks=(1, 3)).of(WEEKS, column)[0] == pytest.approx(14 / 3)
    assert Outcome("x", "y", "mean", last=2).of(WEEKS, column)[0] == 1.5
    assert Outcome("x", "y", "change", weeks=(1, 3)).of(WEEKS, column)[0] == 4.0
    assert Outcome("x", "y", "first_week_above", weeks=(2, 5), threshold=3.0).of(WEEKS, column)[0] == 3.0


def test_the_burn_in_is_left_out_where_it_is_recorded():
    weeks, column = np.arange(-2, 4), np.array(WORLD)[:, None]
    assert Outcome("x", "y", "mean").of(weeks, column)[0] == 3.25
    assert Outcome("x", "y", "change").of(weeks, column)[0] == -1.0
    assert Outcome("x", "y", "mean", last=3).of(weeks, column)[0] == pytest.approx(11 / 3)
    assert Outcome("x", "y", "first_week_above", threshold=7.0).of(weeks, column)[0] == 1.0


def test_weeks_that_were_not_run_give_nothing():
    column = np.array(WORLD)[:, None]
    assert math.isnan(Outcome("x", "y", "at", week=9).of(WEEKS, column)[0])
    assert math.isnan(Outcome("x", "y", "mean", weeks=(7, 9)).of(WEEKS, column)[0])


# -- missing weeks -----------------------------------------------------------------------------------------------------
HOLES = [nan, 4.0, nan, 8.0, 6.0, nan]
EXPECTED_WITH_HOLES = {
    "final": nan,
    "mean": 6.0,
    "median": 6.0,
    "max": 8.0,
    "min": 4.0,
    "sd": 2.0,
    "sum": 18.0,
    "range": 4.0,
    "at": nan,
    "first_week_above": 3.0,
    "first_week_below": 1.0,
    "kurtosis": nan,  # three weeks are too few
    "l_kurtosis": nan,
    "share_above": 2 / 3,
    "change": nan,
}


def needed(reduce):
    needs = REDUCTIONS[reduce].needs
    return {"week": 2} if needs == "week" else {"threshold": 5.0} if needs == "threshold" else {}


@pytest.mark.parametrize("reduce", REDUCTIONS)
def test_missing_weeks_are_left_out(reduce):
    assert same(reduced(reduce, HOLES, **needed(reduce)), EXPECTED_WITH_HOLES[reduce])


@pytest.mark.parametrize("reduce", REDUCTIONS)
def test_an_output_without_any_value_has_no_outcome(reduce):
    assert math.isnan(reduced(reduce, [nan] * 6, **needed(reduce)))


def test_shape_statistics_of_a_constant_are_not_defined():
    assert math.isnan(reduced("kurtosis", [2.0] * 9))
    assert math.isnan(reduced("l_kurtosis", [2.0] * 9))
    assert reduced("sd", [2.0] * 9) == 0.0
    assert math.isnan(reduced("sd", [2.0]))


def test_infinite_values_are_values():
    assert reduced("max", [1.0, inf]) == inf
    assert reduced("median", [inf, inf, 1.0]) == inf
    assert reduced("first_week_above", [1.0, inf], threshold=5.0) == 1.0


SERIES = arrays(
    float,
    st.tuples(st.integers(1, 40), st.integers(1, 7)),
    elements=st.one_of(st.just(nan), st.floats(-1e6, 1e6)),
)


@given(SERIES, st.sampled_from(sorted(REDUCTIONS)), st.sampled_from([None, *TRANSFORMS]), st.booleans())
def test_a_world_has_the_same_outcome_in_any_company(values, reduce, transform, fortran):
    """To the last bit, alone, among others, and whatever the memory layout."""
    outcome = Outcome("x", "y", reduce, transform=transform, **needed(reduce))
    weeks = np.arange(len(values))
    together = outcome.of(weeks, np.asfortranarray(values) if fortran else values)
    assert together.shape == (values.shape[1],)
    assert together.dtype == np.float64
    for world in range(values.shape[1]):
        alone = outcome.of(weeks, values[:, [world]])
        assert alone.tobytes() == together[[world]].tobytes()


@given(SERIES)
def test_reductions_agree_with_numpy_where_nothing_is_missing(values):
    values = np.nan_to_num(values)
    weeks = np.arange(len(values))
    for reduce, function in {
        "mean": np.mean,
        "median": np.median,
        "max": np.max,
        "min": np.min,
        "sum": np.sum,
    }.items():
        assert Outcome("x", "y", reduce).of(weeks, values) == pytest.approx(
            function(values, axis=0), abs=1e-6
        )
    if len(values) > 1:
        assert Outcome("x", "y", "sd").of(weeks, values) == pytest.approx(
            np.std(values, axis=0, ddof=1), abs=1e-6
        )


def test_the_values_given_are_not_changed():
    values = np.array(HOLES)[:, None]
    before = values.copy()
    for reduce in REDUCTIONS:
        for transform in (None, *TRANSFORMS):
            Outcome("x", "y", reduce, transform=transform, **needed(reduce)).of(WEEKS, values)
    assert values.tobytes() == before.tobytes()

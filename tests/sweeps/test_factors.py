"""Factors: from the unit cube to values and back, against hand values and for any range."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiments.sweep.factors import Factor, column

UNIT = st.floats(0.0, 1.0)
ENDS = st.tuples(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6)).map(lambda pair: (pair[0], pair[0] + pair[1]))


def real(low=0.0, high=1.0, **more):
    return Factor("x", kind="real", low=low, high=high, **more)


def whole(low, high, **more):
    return Factor("n", kind="integer", low=low, high=high, **more)


def choice(*values, **more):
    return Factor("c", kind="choice", values=values, **more)


def test_a_linear_range_is_stretched():
    assert real(-1.0, 3.0).from_unit([0.0, 0.25, 1.0]).tolist() == [-1.0, 0.0, 3.0]


def test_a_logarithmic_range_gives_each_decade_the_same_room():
    values = real(0.01, 100.0, scale="log").from_unit([0.0, 0.25, 0.5, 1.0])
    assert values == pytest.approx([0.01, 0.1, 1.0, 100.0], rel=1e-12)
    assert (values[0], values[-1]) == (0.01, 100.0)


def test_whole_numbers_have_equal_slices():
    u = (np.arange(3000) + 0.5) / 3000
    values, counts = np.unique(whole(2, 7).from_unit(u), return_counts=True)
    assert values.tolist() == [2, 3, 4, 5, 6, 7]
    assert counts.tolist() == [500] * 6
    assert whole(2, 7).from_unit([1.0]).tolist() == [7]


def test_whole_numbers_on_a_logarithmic_scale_have_slices_by_their_logarithm():
    u = (np.arange(200_000) + 0.5) / 200_000
    values, counts = np.unique(whole(1, 7, scale="log").from_unit(u), return_counts=True)
    expected = [math.log2((n + 1) / n) / 3 for n in range(1, 8)]  # log(8/1) = 3 log 2
    assert values.tolist() == list(range(1, 8))
    assert counts / 200_000 == pytest.approx(expected, abs=1e-5)


def test_choices_have_equal_slices():
    u = (np.arange(900) + 0.5) / 900
    values, counts = np.unique(choice("a", "b", "c").from_unit(u).astype(str), return_counts=True)
    assert dict(zip(values.tolist(), counts.tolist(), strict=True)) == {"a": 300, "b": 300, "c": 300}


@pytest.mark.parametrize("levels", [2, 4, 6, 8])
def test_a_grid_of_levels_falls_on_the_upper_side_of_edges(levels):
    """Morris's levels hit edges of slices, whatever arithmetic they came from."""
    below = 1.0 - levels / (2 * (levels - 1))
    for u in (below, np.nextafter(below, 0), np.nextafter(below, 1)):
        for count in (2, 3, 5):
            exact = below * count
            expected = min(round(exact) if abs(exact - round(exact)) < 1e-6 else math.floor(exact), count - 1)
            assert choice(*"abcde"[:count]).from_unit([u])[0] == "abcde"[expected]


def test_every_morris_step_moves_a_factor_of_two_values():
    for levels in (2, 4, 8):
        step = levels / (2 * (levels - 1))
        for start in np.linspace(0, 1 - step, levels // 2):
            assert choice("off", "on").from_unit([start, start + step]).tolist() == ["off", "on"]


def test_values_keep_their_natural_type():
    assert choice(True, False).from_unit([0.1, 0.9]).tolist() == [True, False]
    assert choice(True, False).from_unit([0.1]).dtype == bool
    assert choice(1, 3).from_unit([0.9]).dtype == np.int64
    assert choice(0.5, 3).from_unit([0.9]).dtype == np.float64
    assert whole(0, 3).from_unit([0.9]).dtype == np.int64
    assert real().from_unit([0.9]).dtype == np.float64


@given(ENDS, st.lists(UNIT, min_size=1, max_size=20))
def test_linear_values_stay_inside_and_come_back(ends, u):
    factor = real(*ends)
    values = factor.from_unit(u)
    assert np.all((values >= ends[0]) & (values <= ends[1]))
    assert factor.to_unit(values) == pytest.approx(np.array(u), abs=1e-6)


@given(st.floats(1e-6, 1e3), st.floats(1.01, 1e6), st.lists(UNIT, min_size=1, max_size=20))
def test_logarithmic_values_stay_inside_and_come_back(low, ratio, u):
    factor = real(low, low * ratio, scale="log")
    values = factor.from_unit(u)
    assert np.all((values >= low) & (values <= low * ratio))
    assert factor.to_unit(values) == pytest.approx(np.array(u), abs=1e-6)


@given(st.integers(-50, 50), st.integers(1, 60), st.lists(UNIT, min_size=1, max_size=20))
def test_whole_numbers_come_back_from_the_middle_of_their_slice(low, span, u):
    factor = whole(low, low + span)
    values = factor.from_unit(u)
    assert np.all((values >= low) & (values <= low + span))
    assert factor.from_unit(factor.to_unit(values)).tolist() == values.tolist()


@given(st.integers(1, 50), st.integers(1, 60), st.lists(UNIT, min_size=1, max_size=20))
def test_whole_numbers_come_back_on_a_logarithmic_scale(low, span, u):
    factor = whole(low, low + span, scale="log")
    values = factor.from_unit(u)
    assert np.all((values >= low) & (values <= low + span))
    assert factor.from_unit(factor.to_unit(values)).tolist() == values.tolist()


def test_choices_come_back_from_the_middle_of_their_slice():
    factor = choice("a", "b", "c", "d")
    assert factor.to_unit(["d", "a"]).tolist() == [0.875, 0.125]
    assert factor.from_unit(factor.to_unit(list("abcd"))).tolist() == list("abcd")


def test_what_has_no_place_is_nan():
    assert np.isnan(choice("a", "b").to_unit(["c", None])).all()
    assert np.isnan(choice(1, 2).to_unit([True])).all()
    assert np.isnan(real(0.1, 1.0, scale="log").to_unit([0.0, -1.0, np.nan, None])).all()


def test_a_base_value_outside_the_range_lies_outside_the_cube():
    assert real(0.0, 2.0).to_unit([-1.0, 3.0]).tolist() == [-0.5, 1.5]


def test_grids():
    assert real(0.0, 1.0).grid(5) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert real(0.0, 0.9, levels=3).grid(5) == [0.0, 0.45, 0.9]
    assert real(0.01, 1.0, scale="log").grid(3) == pytest.approx([0.01, 0.1, 1.0])
    assert real(0.0, 0.9).grid(4) == [0.0, 0.3, 0.6, 0.9]
    assert real(0.1, 0.7).grid(3) == [0.1, 0.4, 0.7]
    assert whole(0, 10).grid(3) == [0, 5, 10]
    assert whole(0, 2).grid(9) == [0, 1, 2]
    assert whole(1, 100, scale="log").grid(3) == [1, 10, 100]
    assert all(type(one) is int for one in whole(0, 10).grid(3))
    assert choice("a", "b").grid(9) == ["a", "b"]


def test_numeric_tells_numbers_from_the_rest():
    assert real().numeric
    assert whole(0, 3).numeric
    assert choice(0.1, 2).numeric
    assert not choice(True, False).numeric
    assert not choice("a", 1).numeric


def test_plain_gives_python_values():
    assert [type(real().plain(np.float64(1))), type(whole(0, 3).plain(np.float64(2.0)))] == [float, int]
    assert choice(True, False).plain(np.bool_(True)) is True
    assert choice("a", "b").plain("a") == "a"


def test_columns_have_one_type():
    assert column(real(), [0, 0.5]).dtype == np.float64
    assert column(whole(0, 3), [1, 2.0]).dtype == np.int64
    assert column(choice("a", "b"), ["a"]).dtype == object
    assert column(choice(True, False), [True, False]).dtype == bool


def test_moved_keys():
    bundles = {"a": {"claims.policy": "none", "claims.rate": 0.1}, "b": {"claims.policy": "sincere"}}
    assert choice("a", "b", settings=bundles).moved == ("claims.policy", "claims.rate")
    assert real(keys=("policy.friction", "policy.access_friction")).moved == (
        "policy.friction",
        "policy.access_friction",
    )

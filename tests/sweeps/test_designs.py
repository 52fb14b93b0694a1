"""Designs: which rows they have, in which order, and that SALib recognises them."""

import itertools
import warnings

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import morris as morris_analysis
from SALib.analyze import sobol as sobol_analysis

from sim.experiments.sweep.designs import Design
from sim.experiments.sweep.factors import Factor
from sim.experiments.sweep.loading import sweep_from
from sweeps.files import external, small
from sweeps.models import ISHIGAMI_FIRST, ISHIGAMI_TOTAL, ishigami

A = Factor("a", kind="real", low=0.0, high=1.0, default=0.5)
B = Factor("b", kind="integer", low=1, high=3, default=2)
C = Factor("c", kind="choice", values=("x", "y"), default="y")
D = Factor("d", kind="choice", values=(True, False), default=False)
FACTORS = (A, B, C, D)
SAMPLED = [
    Design("latin-hypercube", samples=16, seed=3),
    Design("sobol", samples=16, seed=3),
    Design("sobol", samples=16, seed=3, second_order=False),
    Design("morris", samples=10, seed=3),
]
SPELLED_OUT = [
    Design("grid", levels=3),
    Design("one-at-a-time", levels=3),
    Design("list", rows=({"a": 0.25}, {})),
]


def name(design):
    return f"{design.kind}-{design.second_order}"


@pytest.mark.parametrize("design", SAMPLED + SPELLED_OUT, ids=name)
def test_tables_have_the_announced_shape_and_types(design):
    table, unit = design.table(FACTORS), design.unit_table(FACTORS)
    assert len(table) == len(unit) == design.count(FACTORS) > 0
    assert list(table.columns) == list(unit.columns) == ["a", "b", "c", "d"]
    assert table.index.equals(pd.RangeIndex(len(table)))
    assert table.index.name == unit.index.name == "row"
    assert [table[one].dtype.kind for one in "abd"] == ["f", "i", "b"]
    assert set(table["c"]) <= {"x", "y"}
    assert ((unit >= 0) & (unit <= 1)).all(axis=None)


@pytest.mark.parametrize("design", SAMPLED + SPELLED_OUT, ids=name)
def test_tables_are_the_same_each_time(design):
    pd.testing.assert_frame_equal(design.table(FACTORS), design.table(FACTORS), check_exact=True)


@pytest.mark.parametrize("design", SAMPLED, ids=name)
def test_the_seed_decides_a_sample(design):
    other = Design(design.kind, samples=design.samples, seed=4, second_order=design.second_order)
    assert not np.array_equal(design.unit(FACTORS), other.unit(FACTORS))


@pytest.mark.parametrize("design", SAMPLED, ids=name)
def test_values_are_those_of_the_points(design):
    table, unit = design.table(FACTORS), design.unit_table(FACTORS)
    for factor in FACTORS:
        assert factor.from_unit(unit[factor.name]).tolist() == table[factor.name].tolist()


@pytest.mark.parametrize("design", SAMPLED, ids=name)
def test_samples_do_not_touch_global_randomness(design):
    np.random.seed(1)
    before = np.random.get_state()[1].tolist()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        design.unit(FACTORS)
    assert np.random.get_state()[1].tolist() == before


def test_a_grid_is_the_product_with_the_last_factor_running_fastest():
    table = Design("grid", levels=3).table(FACTORS)
    expected = list(itertools.product([0.0, 0.5, 1.0], [1, 2, 3], ["x", "y"], [True, False]))
    assert list(table.itertuples(index=False, name=None)) == expected


def test_one_at_a_time_is_the_base_and_each_factor_by_itself():
    design = Design("one-at-a-time", levels=3)
    rows = list(design.table(FACTORS).itertuples(index=False, name=None))
    base = (0.5, 2, "y", False)
    assert rows == [
        base,
        (0.0, 2, "y", False),
        (1.0, 2, "y", False),
        (0.5, 1, "y", False),
        (0.5, 3, "y", False),
        (0.5, 2, "x", False),
        (0.5, 2, "y", True),
    ]
    assert design.varied(FACTORS) == ["", "a", "a", "b", "b", "c", "d"]


def test_one_at_a_time_does_not_take_true_for_one():
    number = Factor("n", kind="choice", values=(1, 2), default=True)
    assert Design("one-at-a-time").count([number]) == 3


def test_a_list_fills_up_with_base_values():
    table = Design("list", rows=({"a": 0.25, "c": "x"}, {"b": 3})).table(FACTORS)
    assert list(table.itertuples(index=False, name=None)) == [(0.25, 2, "x", False), (0.5, 3, "y", False)]


def test_a_latin_hypercube_has_one_point_in_every_slice():
    points = Design("latin-hypercube", samples=50, seed=1).unit(FACTORS)
    for k in range(len(FACTORS)):
        assert sorted(np.floor(points[:, k] * 50)) == list(range(50))


def test_saltellis_rows_are_the_two_matrices_and_their_crosses():
    """Row blocks of 2 D + 2: A, A with one column of B each, B with one column of A each, B."""
    points = Design("sobol", samples=8, seed=1).unit(FACTORS).reshape(8, 10, 4)
    a, b = points[:, 0], points[:, -1]
    for k in range(4):
        cross = a.copy()
        cross[:, k] = b[:, k]
        assert np.array_equal(points[:, 1 + k], cross)
        cross = b.copy()
        cross[:, k] = a[:, k]
        assert np.array_equal(points[:, 5 + k], cross)


def test_saltellis_rows_without_second_order():
    points = Design("sobol", samples=8, seed=1, second_order=False).unit(FACTORS)
    assert points.shape == (8 * 6, 4)
    full = Design("sobol", samples=8, seed=1).unit(FACTORS).reshape(8, 10, 4)
    assert np.array_equal(points.reshape(8, 6, 4), full[:, [0, 1, 2, 3, 4, 9]])


def test_morris_moves_one_factor_a_step():
    design = Design("morris", samples=10, levels=4, seed=1)
    points = design.unit(FACTORS).reshape(10, 5, 4)
    steps = np.diff(points, axis=1)
    assert np.all((np.abs(steps) > 1e-9).sum(axis=2) == 1)
    assert np.abs(steps).max(axis=2) == pytest.approx(np.full((10, 4), 2 / 3))
    assert np.all((np.abs(steps) > 1e-9).any(axis=1))


GROUPED = tuple(
    Factor(one, kind="real", low=0.0, high=1.0, group=group)
    for one, group in (("a", "first"), ("b", "second"), ("c", "first"), ("d", None))
)


def test_groups_move_together():
    design = Design("morris", samples=6, seed=1, grouped=True)
    assert design.groups(GROUPED) == ["first", "second", "first", "d"]
    points = design.unit(GROUPED).reshape(6, 4, 4)
    moved = np.abs(np.diff(points, axis=1)) > 1e-9
    for world in moved.reshape(-1, 4):
        assert world.tolist() in (
            [True, False, True, False],
            [False, True, False, False],
            [False, False, False, True],
        )
    assert design.count(GROUPED) == 6 * 4
    assert Design("sobol", samples=8, grouped=True).count(GROUPED) == 8 * (2 * 3 + 2)
    assert Design("sobol", samples=8, grouped=True).unit(GROUPED).shape == (64, 4)


def test_the_problem_is_on_the_unit_cube_or_in_units():
    design = Design("sobol", samples=8, grouped=True)
    problem = design.problem(GROUPED)
    assert problem == {
        "num_vars": 4,
        "names": ["a", "b", "c", "d"],
        "bounds": [[0.0, 1.0]] * 4,
        "groups": ["first", "second", "first", "d"],
    }
    assert Design("sobol", samples=8).problem(FACTORS, unit=False)["bounds"] == [
        [0.0, 1.0],
        [1, 3],
        [0.0, 1.0],
        [0.0, 1.0],
    ]
    assert "groups" not in Design("sobol", samples=8).problem(FACTORS)


def test_salib_finds_ishigamis_indices_in_our_rows():
    """Rows, order and problem fit SALib's analysis: indices within their intervals of the analytic values."""
    sweep = sweep_from(external(design={"kind": "sobol", "samples": 1024}))
    table = sweep.table()
    y = ishigami({one: table[one].to_numpy() for one in table}, np.zeros(len(table)))["y"]
    found = sobol_analysis.analyze(sweep.problem(), y, seed=1)
    for k, factor in enumerate(("x1", "x2", "x3")):
        assert found["S1"][k] == pytest.approx(ISHIGAMI_FIRST[factor], abs=1.5 * found["S1_conf"][k] + 1e-9)
        assert found["ST"][k] == pytest.approx(ISHIGAMI_TOTAL[factor], abs=1.5 * found["ST_conf"][k] + 1e-9)


def test_salib_finds_exact_slopes_in_our_trajectories():
    """Of a linear function every elementary effect is the slope times the range, with no spread."""
    sweep = sweep_from(external("linear", design={"kind": "morris", "samples": 8}))
    table, unit = sweep.table(), sweep.unit_table()
    y = 2.0 * table["a"] - table["b"] + 0.5 * table["c"]
    found = morris_analysis.analyze(sweep.problem(), unit.to_numpy(), y.to_numpy(), num_levels=4, seed=1)
    assert np.array(found["mu"]) == pytest.approx([2.0, -1.0, 0.5])
    assert np.array(found["sigma"]) == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)


def test_a_sweeps_tables_do_not_share_memory_with_it():
    sweep = sweep_from(
        small(design={"kind": "latin-hypercube", "samples": 4}, factors={"claims.rate": {"range": [0, 1]}})
    )
    first = sweep.unit_table()
    before = first.copy()
    first.iloc[:, 0] = 7.0
    pd.testing.assert_frame_equal(sweep.unit_table(), before)

"""What is fitted, and how far a run is off."""

import numpy as np
import pandas as pd
import pytest

from sim.calibration.luck import spread, typical
from sim.calibration.targets import CAP, FIT_UNTIL, IMPLAUSIBLE, Misfit, Target, point_weights, targets
from sim.hindcast.observables import OBSERVABLES


def target(values, sds, discrepancy=1.0):
    rows = pd.DataFrame({"date": pd.to_datetime(["2024-01-01"] * len(values)), "value": values, "sd": sds})
    return Target("free", "x", "u", rows, discrepancy)


def test_nothing_after_the_window_is_fitted():
    fitted = targets(OBSERVABLES.values())
    assert fitted
    for one in fitted:
        assert (one.rows["date"] <= pd.Timestamp(FIT_UNTIL)).all(), one.observable
        assert OBSERVABLES[one.observable].uses[one.mode] == "scored"
        assert one.discrepancy > 0.0
        assert (one.sd >= one.rows["sd"]).all()


def test_an_observable_is_fitted_once():
    fitted = [one.observable for one in targets(OBSERVABLES.values())]
    assert len(set(fitted)) == len(fitted)
    assert "arena_gap" in fitted
    assert "arena_gap_fixed_board" not in fitted
    assert {"eci_gap", "catch_up_lag"} <= set(fitted)


def test_driven_mode_adds_only_what_free_mode_cannot_be_asked():
    fitted = targets(OBSERVABLES.values())
    free = {one.observable for one in targets(OBSERVABLES.values(), modes=("free",))}
    assert {one.observable for one in fitted if one.mode == "free"} == free
    driven = {one.observable for one in fitted if one.mode == "driven"}
    assert driven
    assert not driven & free


def test_names_of_points_are_unique_even_on_one_day():
    fitted = targets(OBSERVABLES.values())
    names = [name for one in fitted for name in one.names]
    assert len(set(names)) == len(names)
    assert target([1.0, 2.0], [1.0, 1.0]).names == ["free/x/2024-01-01", "free/x/2024-01-01#2"]


def test_residuals_are_in_standard_deviations_of_error_and_discrepancy():
    one = target([10.0], [3.0], discrepancy=4.0)
    assert one.residuals(np.array([[15.0]])) == pytest.approx(1.0)


def test_every_observable_counts_once_whatever_its_points():
    weights = point_weights([target([1.0], [1.0]), target([1.0] * 4, [1.0] * 4)])
    assert weights == pytest.approx([0.5, 0.125, 0.125, 0.125, 0.125])


def test_misfit_of_undefined_and_wild_points():
    misfit = Misfit(np.array([0.5, 0.5]))
    assert misfit(np.array([0.0, 2.0])) == pytest.approx(np.sqrt(2.0))
    assert misfit(np.array([np.nan, 0.0])) == pytest.approx(np.sqrt(IMPLAUSIBLE**2 / 2))
    assert misfit(np.array([1e9, 0.0])) == pytest.approx(np.sqrt(CAP**2 / 2))
    many = np.array([[0.0, 2.0], [np.nan, 0.0]])
    assert misfit.many(many) == pytest.approx([misfit(row) for row in many])
    # Latent figures behind the points do not count.
    assert misfit(np.array([0.0, 2.0, 77.0])) == pytest.approx(np.sqrt(2.0))


def test_luck_makes_a_residual_count_less():
    misfit = Misfit(np.array([0.5, 0.5]), luck=np.array([0.0, np.sqrt(3.0)]))
    assert misfit.counted(np.array([2.0, 2.0])) == pytest.approx([2.0, 1.0])


def test_history_matching_looks_at_the_third_worst_point():
    misfit = Misfit(np.full(5, 0.2))
    rows = np.array([[9.0, 9.0, 2.9, 0.0, 0.0], [9.0, 9.0, 3.1, 0.0, 0.0]])
    assert misfit.implausible(rows).tolist() == [False, True]


def test_luck_is_the_spread_within_groups():
    rng = np.random.default_rng(0)
    centre = 10.0 * rng.standard_normal((400, 1, 2))
    values = centre + np.array([2.0, 0.5]) * rng.standard_normal((400, 8, 2))
    values[0, :, 0] = np.nan
    assert spread(values) == pytest.approx([2.0, 0.5], rel=0.05)
    assert spread(np.full((3, 4, 1), np.nan)) == pytest.approx([0.0])


def test_a_right_world_is_typically_this_far_from_a_record():
    """Many independent points: each residual has variance (1 + 2 luck^2)/(1 + luck^2)."""
    rng = np.random.default_rng(1)
    points, luck = 200, 1.5
    values = luck * rng.standard_normal((30, 6, points))
    misfit = Misfit(np.full(points, 1 / points), np.full(points, luck))
    expected = np.sqrt((1 + 2 * luck**2) / (1 + luck**2))
    assert typical(values, misfit, seed=0) == pytest.approx(expected, rel=0.03)

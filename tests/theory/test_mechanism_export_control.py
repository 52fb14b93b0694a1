"""Export control: leakage, learning by doing (T1.3), no effect without control (T1.4), backfire (T1.5)."""

import numpy as np
import pytest
from scipy.optimize import brentq

from sim.mechanisms.capability import algorithmic_step
from sim.mechanisms.export_control import (
    compute_growth,
    denied_compute_rate,
    effective_strength,
    gap_under_constant_control,
    induced_growth,
    learning_growth,
    wright_cost,
)
from sim.mechanisms.numerics import LN10, WEEKS_PER_YEAR, YEAR_STEP

FREE, FLOOR, ALPHA = 0.65, 0.40, 0.48


def test_each_doubling_of_output_cuts_cost_by_a_fifth():
    """T1.3: progress ratio 2^-b = .80 at b = .3219."""
    exponent = -np.log2(0.8)
    assert exponent == pytest.approx(0.3219, abs=5e-5)
    assert wright_cost(2.0, exponent) == pytest.approx(0.80, rel=1e-14)
    assert wright_cost(2.0, 0.3219) == pytest.approx(0.80002, abs=5e-6)
    assert wright_cost(8.0, exponent) == pytest.approx(0.80**3, rel=1e-14)
    assert wright_cost(1.0, exponent) == 1.0


def test_learning_is_the_growth_of_wrights_level():
    """The integral of the growth rate is b log10(1 + X / T_Q), X the cumulated effective strength."""
    exponent, base, strength, steps_a_year, years = 0.322, 1.0, 0.45, 5200, 4
    growth = [
        learning_growth(strength, strength * (k + 0.5) / steps_a_year, exponent, base)
        for k in range(steps_a_year * years)
    ]
    level = np.sum(growth) / steps_a_year
    assert level == pytest.approx(exponent * np.log10(1.0 + strength * years / base), rel=1e-8)
    assert level == pytest.approx(-np.log10(wright_cost(1.0 + strength * years / base, exponent)), rel=1e-8)


def test_leakage_keeps_control_monotone_up_to_its_bound():
    """E3: with l = l_0 + l_1 x, dx_eff/dx = 1 - l_0 - 2 l_1 x, negative at x = 1 beyond l_1 = (1 - l_0)/2."""
    strength, loss = np.linspace(0.0, 1.0, 1001), 0.10
    at_bound = effective_strength(strength, loss, (1.0 - loss) / 2.0)
    assert np.all(np.diff(at_bound) > 0.0)
    assert np.any(np.diff(effective_strength(strength, loss, 0.5)) < 0.0)
    assert effective_strength(0.35, 0.10, 0.0) == pytest.approx(0.315, rel=1e-15)
    slope = (effective_strength(0.6 + 1e-6, 0.1, 0.3) - effective_strength(0.6 - 1e-6, 0.1, 0.3)) / 2e-6
    assert slope == pytest.approx(1.0 - 0.1 - 2 * 0.3 * 0.6, rel=1e-8)


def test_growth_runs_from_free_to_floor_and_stockpiling_only_adds():
    assert compute_growth(0.0, FREE, FLOOR, 1.0, 0.0) == FREE
    assert compute_growth(1.0, FREE, FLOOR, 1.0, 0.0) == pytest.approx(FLOOR, rel=1e-15)
    assert compute_growth(0.3, FREE, FLOOR, 2.0, 0.2) == pytest.approx(
        FREE + (2.0 * 0.2 - 0.3) * 0.25, rel=1e-14
    )
    assert compute_growth(0.3, FREE, FLOOR, 2.0, -0.2) == compute_growth(0.3, FREE, FLOOR, 0.0, 0.2)


def race_without_control(rng: np.random.Generator) -> np.ndarray:
    """Three years of a controlled lab at x = 0, with arbitrary control parameters."""
    leakage, slope, floor, stockpiling = rng.uniform(0, [0.4, 0.3, 0.55, 3.0])
    zeta, exponent, base = rng.uniform([0, 0, 0.5], [3.0, 0.45, 5.0])
    compute, algorithms, denied, shifted = -0.55, np.array([[0.0, -0.3]]), 0.0, 0.0
    path = []
    for _ in range(156):
        strength = effective_strength(0.0, leakage, slope)
        denied = denied + denied_compute_rate(strength, FREE, floor) * YEAR_STEP
        shifted = shifted + strength * YEAR_STEP
        growth = compute_growth(strength, FREE, floor, stockpiling, 0.0)
        learned = learning_growth(strength, shifted, exponent, base)
        compute = compute + (growth + learned) * YEAR_STEP
        own = np.array([ALPHA, induced_growth(ALPHA, zeta, denied)])
        algorithms = algorithms + algorithmic_step(
            algorithms, algorithms[:, :1], algorithms[:, :1], own, 0.35, 0.0
        )
        path.append((compute, algorithms[0, 1], denied, shifted))
    return np.array(path)


def test_without_control_no_control_parameter_matters():
    """T1.4: x = 0 (and none expected) makes every control parameter irrelevant, to the bit."""
    rng = np.random.default_rng(14)
    paths = [race_without_control(rng) for _ in range(50)]
    assert all(np.array_equal(paths[0], path) for path in paths[1:])
    assert np.all(paths[0][:, 2:] == 0.0)
    assert paths[0][-1, 0] == pytest.approx(-0.55 + 3 * FREE, rel=1e-12)


def simulated_gap(strength: float, zeta: float, years: float, weeks_per_step: float = 1.0) -> np.ndarray:
    """Change of the gap by explicit Euler steps in the order of the model's week (denial, then growth)."""
    step = weeks_per_step * YEAR_STEP
    gap, denied, path = 0.0, 0.0, [0.0]
    for _ in range(round(years / step)):
        denied = denied + denied_compute_rate(strength, FREE, FLOOR) * step
        rival = compute_growth(strength, FREE, FLOOR, 1.0, 0.0) + induced_growth(ALPHA, zeta, denied)
        gap = gap + (FREE + ALPHA - rival) * step
        path.append(gap)
    return np.array(path)


@pytest.mark.parametrize("zeta", [0.0, 0.3, 1.0, 2.5])
@pytest.mark.parametrize("strength", [0.0, 0.05, 0.315, 0.63, 1.0])
def test_closed_form_of_the_gap_under_constant_control(strength, zeta):
    """T1.5: Euler's error for a monotone integrand is at most one step times the integrand's rise."""
    path = simulated_gap(strength, zeta, 15.0)
    years = np.arange(len(path)) * YEAR_STEP
    closed = gap_under_constant_control(years, strength, FREE, FLOOR, ALPHA, zeta)
    bound = ALPHA * zeta * np.tanh(strength * (FREE - FLOOR) * years) * YEAR_STEP
    assert np.all(np.abs(path - closed) <= bound + 1e-12)
    finer = simulated_gap(strength, zeta, 15.0, 0.25)[::4]
    if zeta * strength > 0.0:
        shrink = (path - closed)[-1] / (finer - closed)[-1]
        assert shrink == pytest.approx(4.0, rel=0.01)  # first order: a quarter of the step, of the error


@pytest.mark.parametrize(("zeta", "growth_backfires", "level_backfires"), [(0.3, 6.9, 13.9), (1.0, 2.1, 4.2)])
def test_control_backfires_after_the_documented_years(zeta, growth_backfires, level_backfires):
    """E2: as x -> 0, growth backfires at 1/(alpha zeta) and the level at twice that."""

    def level(years, strength=1e-3):
        return float(gap_under_constant_control(years, strength, FREE, FLOOR, ALPHA, zeta)) / strength

    def growth(years, h=1e-3):
        return (level(years + h) - level(years - h)) / (2 * h)

    at_level, at_growth = brentq(level, 0.5, 40.0), brentq(growth, 0.5, 40.0)
    assert at_level == pytest.approx(2.0 / (ALPHA * zeta), rel=1e-4)
    assert at_growth == pytest.approx(1.0 / (ALPHA * zeta), rel=1e-4)
    assert at_growth == pytest.approx(growth_backfires, abs=0.06)
    assert at_level == pytest.approx(level_backfires, abs=0.06)
    # The same level is reached by the weekly steps, half a step away at most.
    path = simulated_gap(1e-3, zeta, 16.0)
    crossing = np.flatnonzero(path[1:] < 0.0)[0] * YEAR_STEP
    assert crossing == pytest.approx(at_level, abs=2.0 * YEAR_STEP)


def test_backfire_condition_at_any_strength():
    """T1.5, l_1 = 0: tighter control slows the gap iff alpha zeta sech^2(kxt) k t > k, k = (1 - l_0) span.

    Growth of the gap is k x - alpha zeta tanh(k x t).
    """
    loss, zeta, span = 0.10, 1.0, FREE - FLOOR
    slope = (1.0 - loss) * span
    for strength in (0.1, 0.35, 0.9):
        for years in (0.5, 1.5, 2.5, 4.0, 8.0):

            def growth(x, t=years, h=1e-4):
                gaps = gap_under_constant_control(
                    [t - h, t + h], float(effective_strength(x, loss, 0.0)), FREE, FLOOR, ALPHA, zeta
                )
                return (gaps[1] - gaps[0]) / (2 * h)

            marginal = (growth(strength + 1e-4) - growth(strength - 1e-4)) / 2e-4
            reached = slope * strength * years
            expected = slope - ALPHA * zeta * slope * years / np.cosh(reached) ** 2
            assert marginal == pytest.approx(expected, abs=2e-5)


def test_induced_efficiency_saturates_and_needs_scarcity():
    assert induced_growth(ALPHA, 0.3, 0.0) == ALPHA
    assert induced_growth(ALPHA, 0.3, 50.0) == pytest.approx(1.3 * ALPHA, rel=1e-12)
    assert induced_growth(ALPHA, 0.0, 5.0) == ALPHA


def test_documented_sign_of_tighter_control():
    """RESOLUTIONS 0.10: x .35 to .70 widens the gap at zeta = .3 and narrows it at 2.5, at 3 and 5 years.

    Closed form without spillovers, copying and learning: signs only; the months come from the closure.
    """
    weak, strong = (float(effective_strength(x, 0.10, 0.0)) for x in (0.35, 0.70))
    for years in (3.0, 5.0):
        change = [
            float(
                gap_under_constant_control(years, strong, FREE, FLOOR, ALPHA, zeta)
                - gap_under_constant_control(years, weak, FREE, FLOOR, ALPHA, zeta)
            )
            for zeta in (0.3, 2.5)
        ]
        assert change[0] > 0.05
        assert change[1] < -0.05


def test_learning_counts_effective_strength_only():
    assert learning_growth(0.0, 3.0, 0.322, 1.0) == 0.0
    assert learning_growth(0.5, 0.0, 0.322, 1.0) == pytest.approx(0.322 * 0.5 / LN10, rel=1e-15)
    assert WEEKS_PER_YEAR * YEAR_STEP == 1.0

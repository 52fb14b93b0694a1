"""Capability of labs (T1.1, T1.2), discoveries, the gap in months and the copied share."""

import numpy as np
import pytest
from scipy.integrate import quad

from sim.mechanisms import capability
from sim.mechanisms.capability import algorithmic_step, jump_size, smooth_growth
from sim.mechanisms.export_control import compute_growth, effective_strength, induced_growth
from sim.mechanisms.numerics import (
    LN10,
    WEEKS_PER_YEAR,
    YEAR_STEP,
    clip,
    log_cosh,
    row_mean,
    weekly_hazard_probability,
    weekly_probability,
)

WEEKS = 5 * WEEKS_PER_YEAR


def test_a_race_without_coupling_is_linear():
    """T1.1: the gap grows at gamma_US + alpha_US - gamma_CN - alpha_CN, week by week."""
    own_compute, own_growth, strength = 0.65, np.array([0.48, 0.41]), effective_strength(0.35, 0.10, 0.0)
    rival_compute = compute_growth(strength, 0.65, 0.40, 1.0, 0.0)
    growth = np.array([own_growth[0], induced_growth(own_growth[1], 0.0, 0.7)])
    compute, algorithms = np.array([[0.0, -0.55]]), np.array([[0.0, -0.30]])
    gaps = []
    for _ in range(WEEKS):
        best, no_open = algorithms.max(axis=-1, keepdims=True), np.array([[-np.inf]])
        algorithms = algorithms + algorithmic_step(algorithms, best, no_open, growth, 0.0, 0.0)
        compute = compute + np.array([own_compute, rival_compute]) * YEAR_STEP
        gaps.append(float(np.diff(-(compute + algorithms))[0, 0]))
    years = np.arange(1, WEEKS + 1) / WEEKS_PER_YEAR
    slope = 0.65 + 0.48 - (0.65 - 0.9 * 0.35 * 0.25) - 0.41
    assert gaps == pytest.approx(0.85 + slope * years, abs=1e-12)


def catch_up_path(
    rate: float, lead: float, extra_growth: float, via_open_weights: bool = False
) -> np.ndarray:
    """Algorithm gap between a leader and a follower, week by week, by the simulator's own step."""
    stocks, gaps = np.array([[lead, 0.0]]), []
    growth = np.array([0.48 + extra_growth, 0.48])
    for _ in range(WEEKS):
        frontier = stocks[:, :1]
        rates = (0.0, rate) if via_open_weights else (rate, 0.0)
        stocks = stocks + algorithmic_step(stocks, frontier, frontier, growth, *rates)
        gaps.append(stocks[0, 0] - stocks[0, 1])
    return np.array(gaps)


@pytest.mark.parametrize("via_open_weights", [False, True])
@pytest.mark.parametrize("rate", [0.1, 0.35, 1.0])
def test_spillover_closes_the_algorithm_gap_as_nelson_and_phelps(rate, via_open_weights):
    """T1.2: the discrete closed form exactly, the differential equation to 2 %."""
    gaps = catch_up_path(rate, 0.30, 0.0, via_open_weights)
    weeks = np.arange(1, WEEKS + 1)
    assert gaps == pytest.approx(0.30 * (1.0 - rate * YEAR_STEP) ** weeks, abs=1e-12)
    within = weeks * YEAR_STEP * rate**2 < 2.0 * 52 * 0.019  # relative Euler error is rate^2 t dt / 2
    ode = 0.30 * np.exp(-rate * weeks * YEAR_STEP)
    assert gaps[within] == pytest.approx(ode[within], rel=0.02)


def test_spillover_figures_after_five_years():
    """RESOLUTIONS section 3: .1727 by weekly steps against .1738 in continuous time."""
    left = catch_up_path(0.35, 1.0, 0.0)[-1]
    assert left == pytest.approx(0.1727, abs=5e-5)
    assert np.exp(-0.35 * 5) == pytest.approx(0.1738, abs=5e-5)


def test_a_faster_leader_keeps_a_lead_of_growth_over_spillover():
    """T1.2 with unequal growth: the gap tends to (alpha_1 - alpha_2) / kappa_s."""
    rate, extra = 0.35, 0.14
    gaps, weeks = catch_up_path(rate, 0.10, extra), np.arange(1, WEEKS + 1)
    left = (1.0 - rate * YEAR_STEP) ** weeks
    assert gaps == pytest.approx(0.10 * left + extra / rate * (1.0 - left), abs=1e-12)


def test_spillover_and_diffusion_only_pull_upwards():
    stocks, low = np.array([[0.4, 0.1]]), np.array([[0.0]])
    step = algorithmic_step(stocks, low, low, 0.48, 0.35, 0.3)
    assert np.array_equal(step, np.full((1, 2), 0.48 * YEAR_STEP))


@pytest.mark.parametrize(("rate", "mean"), [(1.0, 0.25), (3.0, 0.1), (0.2, 0.5)])
def test_jumps_keep_the_expected_growth(rate, mean):
    """RESOLUTIONS 0.6: what the smooth part loses is exactly the expected size of this week's jump."""
    expected_jump, _ = quad(lambda u: float(jump_size(np.array(True), np.array(u), mean)), 0.0, 1.0)
    assert expected_jump == pytest.approx(mean, rel=1e-9)
    weekly = smooth_growth(0.48, rate, mean) * YEAR_STEP + weekly_probability(rate) * expected_jump
    assert weekly == pytest.approx(0.48 * YEAR_STEP, rel=1e-9)


def test_smooth_growth_at_the_default_rate_of_jumps():
    assert smooth_growth(0.48, 1.0, 0.25) == pytest.approx(0.23, abs=0.005)
    assert smooth_growth(0.48, 0.0, 0.25) == 0.48


def test_simulated_growth_with_jumps_has_mean_and_spread_of_a_compound_poisson_process():
    rng, worlds, years = np.random.default_rng(106), 4000, 3
    rate, mean, total = 1.0, 0.25, np.zeros(4000)
    for _ in range(years * WEEKS_PER_YEAR):
        occurs = rng.random(worlds) < weekly_probability(rate)
        total += smooth_growth(0.48, rate, mean) * YEAR_STEP + jump_size(occurs, rng.random(worlds), mean)
    error = total.std(ddof=1) / np.sqrt(worlds)
    assert error < 0.01
    assert abs(total.mean() - 0.48 * years) < 3.5 * error
    chance = float(weekly_probability(rate))  # variance of a Bernoulli times an exponential variable
    variance = years * WEEKS_PER_YEAR * (2.0 * chance - chance**2) * mean**2
    assert total.var() == pytest.approx(variance, rel=0.12)


def test_a_jump_is_exactly_zero_where_none_occurs():
    sizes = jump_size(np.array([False, True]), np.array([0.9, 0.9]), 0.25)
    assert sizes[0] == 0.0
    assert sizes[1] == pytest.approx(0.25 * np.log(10.0), rel=1e-12)


def test_hazards_become_probabilities_of_at_least_one_event():
    """A year of weeks without an event has the probability exp(-rate) of the Poisson process."""
    for rate in (0.02, 0.3, 3.0, 50.0):
        assert (1.0 - weekly_probability(rate)) ** WEEKS_PER_YEAR == pytest.approx(np.exp(-rate), rel=1e-12)
        assert weekly_hazard_probability(rate / 52) == pytest.approx(weekly_probability(rate), rel=1e-12)
    assert weekly_probability(0.0) == 0.0


def test_numerical_helpers():
    z = np.linspace(-20, 20, 401)
    assert log_cosh(z) == pytest.approx(np.log(np.cosh(z)), abs=1e-13)
    assert log_cosh(1e4) == pytest.approx(1e4 - np.log(2.0), rel=1e-15)
    values = np.arange(24.0).reshape(2, 3, 4)
    assert np.array_equal(row_mean(values), values.mean(axis=-1, keepdims=True))
    assert clip(np.array([-1.0, 0.4, 7.0]), 0.0, 0.5).tolist() == [0.0, 0.4, 0.5]
    assert np.exp(LN10) == pytest.approx(10.0, rel=1e-14)


def test_a_gap_in_months_is_a_lead_at_the_reference_growth():
    assert capability.months(0.85, 1.13) == pytest.approx(9.03, abs=0.005)
    assert capability.months(1.13, 1.13) == 12.0


def test_copied_share_is_the_closed_part_of_the_counterfactual_gap():
    uplift, gap = np.array([0.0, 0.1, 0.6]), np.array([0.85, 0.75, 0.25])
    expected = uplift / (gap + uplift)
    assert capability.copied_share(gap + uplift, gap) == pytest.approx(expected, abs=1e-15)
    # Copying that overshoots closed the whole gap; a follower that would lead anyway closed none by copying.
    assert capability.copied_share(np.array(0.3), np.array(-0.2)) == 1.0
    assert capability.copied_share(np.array(0.02), np.array(-0.1)) == pytest.approx(0.4)
    assert capability.copied_share(np.array(0.0), np.array(-0.02)) == 0.0
    assert capability.copied_share(np.array(-0.3), np.array(-0.5)) == 0.0
    assert capability.copied_share(np.array(0.5), np.array(0.6)) == 0.0


def test_the_best_of_a_bloc_ignores_the_others():
    values, members = np.array([[0.1, 0.9, 0.4]]), np.array([0.0, -np.inf, 0.0])
    assert capability.bloc_best(values, members).tolist() == [[0.4]]
    assert capability.bloc_best(np.stack([values, values + 1.0]), members).tolist() == [[[0.4]], [[1.4]]]


def test_ecosystem_feedback_is_logarithmic():
    grown = capability.derivative_feedback(np.array([0.0, 1000.0, 113_000.0]), 0.02)
    assert grown == pytest.approx([0.0, 0.02 * np.log(2.0), 0.02 * np.log(114.0)], rel=1e-12)

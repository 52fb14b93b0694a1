"""Policy: ideal points (T6.1), friction (T6.2), attention, elections, counter-measures, expectations."""

import numpy as np
import pytest
from scipy import optimize

from sim.mechanisms import policy
from sim.mechanisms.numerics import WEEKS_PER_YEAR, YEAR_STEP

from .reference.l_moments import l_kurtosis
from .reference.return_statistics import kurtosis


@pytest.mark.parametrize("demand", [-0.5, 0.3, 0.8, 1.9])
@pytest.mark.parametrize(("cost", "curvature"), [(0.2, 1.0), (0.5, 2.5)])
def test_ideal_point_maximises_welfare_on_the_unit_interval(demand, cost, curvature):
    """T6.1: max of D x - c_1 x - (c_2/2) x^2, interior or at a corner."""
    best = optimize.minimize_scalar(
        lambda x: -(demand * x - cost * x - 0.5 * curvature * x * x),
        bounds=(0.0, 1.0),
        method="bounded",
        options={"xatol": 1e-12},
    )
    assert policy.ideal_point(demand, cost, curvature) == pytest.approx(best.x, abs=2e-6)


def test_ideal_point_closed_form():
    assert policy.ideal_point(0.7, 0.3, 1.0) == pytest.approx(0.4, rel=1e-14)
    assert policy.ideal_point(0.2, 0.3, 1.0) == 0.0
    assert policy.ideal_point(1.5, 0.3, 1.0) == 1.0


def test_demand_for_control_weighs_security_and_lobbies():
    assert policy.demand_for_control(1.2, 0.9, 0.05, -0.15) == pytest.approx(
        1.2 * 0.9 - 0.05 * 0.15, rel=1e-14
    )


def test_neutral_efficacy_does_not_depend_on_beliefs():
    """AMENDMENTS F: s_m = s_g = 0 by default."""
    share, gap = np.linspace(0, 1, 11), np.linspace(-0.2, 1.4, 11)
    assert np.all(policy.chip_efficacy(share, gap, 0.66, 0.9, 0.0, 0.0) == 0.9)
    assert policy.chip_efficacy(0.4, 0.66, 0.66, 1.0, -1.0, 0.7) == pytest.approx(0.6, rel=1e-14)
    assert policy.chip_efficacy(0.4, 0.99, 0.66, 1.0, 0.0, 0.5) == pytest.approx(1.25, rel=1e-14)


@pytest.mark.parametrize("members", [1, 2, 5, 60, 61, 200])
@pytest.mark.parametrize("quantile", [0.2, 0.4, 0.5])
def test_the_pivot_is_an_order_statistic(members, quantile):
    """R15: the pivot's value, which at least a share 1 - quantile of members wants to reach."""
    values = np.random.default_rng(members).normal(size=(20, members))
    pivot = policy.pivot(values, quantile)
    assert pivot.shape == (20, 1)
    assert np.array_equal(pivot[:, 0], np.quantile(values, quantile, axis=-1, method="inverted_cdf"))
    assert np.all((values >= pivot).mean(axis=-1) >= 1.0 - quantile - 1e-12)
    assert np.all((values <= pivot).mean(axis=-1) >= quantile - 1e-12)


# threshold, L-kurtosis, kurtosis, share of windows without a change
FRICTION = [
    (0.0, 0.124, 3.05, 0.00),
    (0.1, 0.156, 3.37, 0.22),
    (0.25, 0.269, 3.99, 0.50),
    (0.5, 0.479, 4.87, 0.70),
    (1.0, 0.699, 8.37, 0.85),
    (2.0, 0.863, 18.3, 0.94),
]
REVERSION, SHOCK, DECAY, ADJUSTMENT = 0.02, 0.05, 0.1, 0.8


@pytest.fixture(scope="module")
def changes():
    """Four-week changes, ``(thresholds, windows, replicates)``; one target path for all thresholds."""
    windows, replicates, rng = 500, 1000, np.random.default_rng(62)
    friction = np.array([row[0] for row in FRICTION])[:, None]
    target = rng.normal(0.0, SHOCK / np.sqrt(1.0 - (1.0 - REVERSION) ** 2), replicates)
    level = np.tile(target, (len(friction), 1))
    pressure, found = np.zeros_like(level), np.zeros((len(friction), windows, replicates))
    for window in range(-26, windows):
        before = level
        for _ in range(4):
            target = (1.0 - REVERSION) * target + SHOCK * rng.standard_normal(replicates)
            pressure = policy.pressure_step(pressure, np.array(1.0), target, level, DECAY)
            acts, change = policy.act(pressure, target, level, friction, 0.0, ADJUSTMENT, np.inf)
            level, pressure = level + change, np.where(acts, 0.0, pressure)
        if window >= 0:
            found[:, window] = level - before
    return found


@pytest.mark.parametrize("row", range(len(FRICTION)))
def test_friction_table(changes, row):
    """T6.2: unclipped target, full attention, no hysteresis, no largest step (E15)."""
    _, l_kurt, kurt, zeros = FRICTION[row]
    sample = changes[row]
    assert l_kurtosis(sample) == pytest.approx(l_kurt, abs=0.007)  # documented to .006
    assert kurtosis(sample.reshape(-1, 1))[0] == pytest.approx(kurt, rel=0.03)  # documented from one sample
    assert np.mean(sample == 0.0) == pytest.approx(zeros, abs=0.006)


def test_tails_grow_with_friction_alone(changes):
    ordered = [l_kurtosis(sample) for sample in changes]
    assert ordered[0] == pytest.approx(0.1226, abs=0.002)  # mesokurtic without friction
    assert np.all(np.diff(ordered) > 0.02)


def test_pressure_is_a_decaying_sum_bounded_by_attention_over_decay():
    pressure = np.zeros(1)
    for _ in range(400):
        pressure = policy.pressure_step(pressure, np.array([0.2]), np.array([1.0]), np.array([0.0]), 0.1)
    assert pressure[0] == pytest.approx(0.2 / 0.1, rel=1e-12)
    # Section 3: at tau_P = .5 the threshold distance is tau_P rho_P / A = .25 at A = .2.
    assert pytest.approx(0.25) == 0.5 * 0.1 / 0.2


def test_loosening_needs_more_pressure_than_tightening():
    """AMENDMENTS F: tightening at P > tau, loosening at P < -tau (1 + i_R); the largest step binds."""
    pressure = np.array([0.51, 0.49, -0.51, -0.99, -1.01])
    acts, change = policy.act(pressure, np.full(5, 0.9), np.full(5, 0.2), 0.5, 1.0, 0.8, 0.3)
    assert acts.tolist() == [True, False, False, False, True]
    assert change.tolist() == [0.3, 0.0, 0.0, 0.0, 0.3]
    small = policy.act(np.array([0.6, -1.1]), np.array([0.3, 0.1]), np.array([0.2, 0.2]), 0.5, 1.0, 0.8, 0.3)[
        1
    ]
    assert small == pytest.approx([0.08, -0.08], rel=1e-12)


def test_without_friction_there_is_an_act_in_each_week_with_pressure():
    acts, _ = policy.act(np.array([1e-9, -1e-9, 0.0]), np.ones(3), np.zeros(3), 0.0, 1.0, 0.8, 0.3)
    assert acts.tolist() == [True, True, False]


def test_attention_fades_by_weeks():
    """E6: exp(-1/h_A) a week with h_A in weeks, .905 at 10; rests at its base and stays in [0, 1]."""
    attention, base = np.array(0.9), 0.2
    assert (policy.attention_step(attention, np.array(0.0), base, 10.0) - base) / 0.7 == pytest.approx(
        0.905, abs=5e-4
    )
    for _ in range(26):
        attention = policy.attention_step(attention, np.array(0.0), base, 10.0)
    assert attention == pytest.approx(base + 0.7 * np.exp(-2.6), rel=1e-12)
    assert policy.attention_step(np.array(0.2), np.array(0.0), base, 10.0) == base
    assert policy.attention_step(np.array(0.9), np.array(5.0), base, 10.0) == 1.0


@pytest.mark.parametrize("rate", [0.5, 2.0])
def test_elections_are_a_stationary_walk_around_zero(rate):
    """AMENDMENTS F: stationary sd (times 1/sqrt(1 - rate dt/2) by Euler), autocorrelation 1 - rate dt."""
    sd, rng = 0.1, np.random.default_rng(63)
    shift, path = np.zeros(2000), []
    for week in range(1500):
        shift = policy.cost_shift_step(shift, rng.standard_normal(2000), rate, sd)
        if week >= 900:
            path.append(shift)
    path = np.array(path)
    discrete = sd / np.sqrt(1.0 - rate * YEAR_STEP / 2.0)
    assert discrete == pytest.approx(sd, rel=0.011)
    assert path.std() == pytest.approx(discrete, rel=0.02)
    assert abs(path.mean()) < 0.003
    kept, error = 1.0 - rate * YEAR_STEP, np.sqrt((1.0 - (1.0 - rate * YEAR_STEP) ** 2) / path.size)
    assert np.mean(path[1:] * path[:-1]) / np.mean(path[:-1] ** 2) == pytest.approx(kept, abs=4.0 * error)


def test_elections_variance_exactly():
    """Variance recursion without sampling: v = (1 - a)^2 v + 2 a sd^2 with a = rate dt."""
    rate, sd = 0.5, 0.1
    a = rate * YEAR_STEP
    shrink = float(policy.cost_shift_step(np.array(1.0), np.array(0.0), rate, sd))
    shock = float(policy.cost_shift_step(np.array(0.0), np.array(1.0), rate, sd))
    assert shrink == pytest.approx(1.0 - a, rel=1e-14)
    assert shock == pytest.approx(sd * np.sqrt(2.0 * a), rel=1e-14)
    assert shock**2 / (1.0 - shrink**2) == pytest.approx(sd**2 / (1.0 - a / 2.0), rel=1e-12)


@pytest.mark.parametrize(
    ("response", "decay_time", "strength"), [(1.0, 1.0, 0.35), (3.0, 5.0, 0.8), (0.0, 1.0, 0.5)]
)
def test_counter_measures_settle_at_response_times_decay_time(response, decay_time, strength):
    """RESOLUTIONS 0.8: y' = psi x - y/tau has the fixed point psi tau x."""
    fixed = response * decay_time * strength
    assert policy.counter_index_step(
        np.array(fixed), np.array(strength), response, decay_time
    ) == pytest.approx(fixed)
    index = np.array(0.0)
    for _ in range(WEEKS_PER_YEAR):
        index = policy.counter_index_step(index, np.array(strength), response, decay_time)
    left = (1.0 - YEAR_STEP / decay_time) ** WEEKS_PER_YEAR
    assert index == pytest.approx(fixed * (1.0 - left), abs=1e-12)


def test_markets_expect_what_policy_wants():
    """R13: (1 - l_0)[x_end + kappa_E (target - x_end)]; with exogenous policy only what is announced."""
    announced, target = np.array(0.35), np.array(0.65)
    assert policy.expected_strength(announced, target, 1.0, 0.10) == pytest.approx(0.9 * 0.65, rel=1e-14)
    assert policy.expected_strength(announced, target, 0.5, 0.0) == pytest.approx(0.50, rel=1e-14)
    assert policy.expected_strength(announced, target, 0.0, 0.0) == 0.35


def test_enforcement_and_access_control_obstruct_independently():
    assert policy.expected_enforcement(np.array(0.4), np.array(0.5)) == pytest.approx(
        1.0 - 0.6 * 0.5, rel=1e-14
    )
    assert policy.expected_enforcement(np.array(0.0), np.array(0.0)) == 0.0
    assert policy.expected_enforcement(np.array(1.0), np.array(0.3)) == 1.0

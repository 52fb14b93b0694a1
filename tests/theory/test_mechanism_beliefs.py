"""Belief updates: Kalman filters (T4.1), discounting (T4.7), the Beta belief about the copied share."""

from itertools import permutations

import numpy as np
import pytest
from scipy import stats

from sim.mechanisms import beliefs
from sim.mechanisms.beliefs import Trend, observe_gap, observe_level, observe_share, observe_speed, predict
from sim.mechanisms.numerics import YEAR_STEP

ATOL = 1e-12


def trend(gap=0.6, speed=0.3, gap_variance=0.0225, covariance=0.0, speed_variance=0.0225) -> Trend:
    return Trend(*(np.array([[value]]) for value in (gap, speed, gap_variance, covariance, speed_variance)))


def one(value: float) -> np.ndarray:
    return np.array([[value]])


class MatrixFilter:
    """A textbook Kalman filter of the local linear trend, written with matrices and Joseph's form."""

    def __init__(self, mean, covariance):
        self.mean, self.covariance = np.array(mean, float), np.array(covariance, float)

    def predict(self, drift_variance, speed_drift):
        move = np.array([[1.0, -1.0 / 52.0], [0.0, 1.0]])
        noise = np.diag([drift_variance, speed_drift**2 / 52.0])
        self.mean = move @ self.mean
        self.covariance = move @ self.covariance @ move.T + noise

    def observe(self, row, value, variance):
        row = np.array(row, float)
        gain = self.covariance @ row / (row @ self.covariance @ row + variance)
        left = np.eye(2) - np.outer(gain, row)
        self.mean = self.mean + gain * (value - row @ self.mean)
        self.covariance = left @ self.covariance @ left.T + variance * np.outer(gain, gain)


def assert_same(found: Trend, expected: MatrixFilter):
    (gap_variance, covariance), (_, speed_variance) = expected.covariance
    reference = [*expected.mean, gap_variance, covariance, speed_variance]
    assert [float(value[0, 0]) for value in found] == pytest.approx(reference, abs=ATOL)


def test_scalar_update_is_normal_normal():
    """T4.1: posterior precision is the sum of precisions, posterior mean their weighted mean."""
    prior_variance, precision, signal = 0.0225, 1.0 / (0.05 / 0.5), 0.9
    found = observe_gap(trend(gap_variance=prior_variance), one(precision), one(precision * signal))
    posterior = 1.0 / (1.0 / prior_variance + precision)
    assert found.gap_variance[0, 0] == pytest.approx(posterior, abs=ATOL)
    assert found.gap[0, 0] == pytest.approx(posterior * (0.6 / prior_variance + precision * signal), abs=ATOL)
    # Without covariance the speed learns nothing.
    assert found.speed[0, 0] == 0.3
    assert found.speed_variance[0, 0] == 0.0225


def test_two_state_filter_agrees_with_matrices():
    """Three years of weeks with and without signals about gap and speed, all five moments to 1e-12."""
    rng = np.random.default_rng(41)
    found, expected = trend(covariance=-0.004), MatrixFilter([0.6, 0.3], [[0.0225, -0.004], [-0.004, 0.0225]])
    for _ in range(156):
        found = predict(found, 0.0004, 0.2**2 * YEAR_STEP)
        expected.predict(0.0004, 0.2)
        assert_same(found, expected)
        if rng.random() < 0.3:
            signal, variance = rng.normal(0.6, 0.3), rng.uniform(0.01, 0.2)
            found = observe_gap(found, one(1.0 / variance), one(signal / variance))
            expected.observe([1.0, 0.0], signal, variance)
            assert_same(found, expected)
        if rng.random() < 0.1:
            signal, variance = rng.normal(0.3, 0.2), rng.uniform(0.05, 0.2)
            found = observe_speed(found, one(1.0 / variance), one(signal / variance))
            expected.observe([0.0, 1.0], signal, variance)
            assert_same(found, expected)


def test_a_closing_gap_teaches_speed():
    """The sign of the trend: a gap that falls by .6 OOM a year is read as a closing speed of +.6."""
    found = trend(gap=1.0, speed=0.0, speed_variance=1.0)
    for week in range(1, 105):
        found = predict(found, 0.0, 0.0)
        found = observe_gap(found, one(1e4), one(1e4 * (1.0 - 0.6 * week * YEAR_STEP)))
    assert found.speed[0, 0] == pytest.approx(0.6, abs=0.01)


def test_order_of_claims_does_not_matter():
    """T4.1: claims of one week in any order, and their sum, leave the same belief."""
    claims = [(20.0, 0.9), (4.0, 0.2), (55.0, 0.65), (1.0, -0.4)]
    prior = trend(covariance=-0.01)
    at_once = observe_gap(prior, one(sum(p for p, _ in claims)), one(sum(p * y for p, y in claims)))
    for order in permutations(claims):
        belief = prior
        for precision, signal in order:
            belief = observe_gap(belief, one(precision), one(precision * signal))
        for one_by_one, together in zip(belief, at_once, strict=True):
            assert one_by_one == pytest.approx(together, abs=ATOL)


@pytest.mark.parametrize("caution", [None, np.array([[1.4]])])
def test_without_a_signal_the_belief_is_unchanged_to_the_bit(caution):
    rng = np.random.default_rng(42)
    variance = rng.uniform(1e-7, 0.5, (2, 40, 100))
    prior = Trend(
        rng.normal(0.6, 0.3, (40, 100)),
        rng.normal(0.3, 0.3, (40, 100)),
        variance[0],
        rng.uniform(-0.9, 0.9, (40, 100)) * np.sqrt(variance[0] * variance[1]),
        variance[1],
    )
    nothing = np.zeros((40, 100))
    for update in (observe_gap(prior, nothing, nothing, caution), observe_speed(prior, nothing, nothing)):
        assert all(np.array_equal(before, after) for before, after in zip(prior, update, strict=True))
    mean, level_variance = observe_level(prior.gap, prior.gap_variance, nothing, nothing, 0.0)
    assert np.array_equal(mean, prior.gap)
    assert np.array_equal(level_variance, prior.gap_variance)


def test_signals_reach_only_those_who_hear_them():
    prior = Trend(*(np.full((1, 3), value) for value in (0.6, 0.3, 0.02, 0.0, 0.02)))
    heard = np.array([[1.0, 0.0, 1.0]])
    after = observe_gap(prior, 20.0 * heard, 20.0 * heard * 0.9)
    assert after.gap[0, 1] == 0.6
    assert after.gap[0, 0] == after.gap[0, 2] > 0.6


def test_steady_state_of_the_filter_solves_riccati():
    """Weekly measurements: the variance settles at the solution of the discrete Riccati equation."""
    from scipy.linalg import solve_discrete_are

    drift, speed_drift, noise = 0.0004, 0.2, 0.04
    move = np.array([[1.0, -1.0 / 52.0], [0.0, 1.0]])
    solution = solve_discrete_are(
        move.T, np.array([[1.0], [0.0]]), np.diag([drift, speed_drift**2 / 52.0]), np.array([[noise]])
    )
    belief = trend()
    for _ in range(3000):
        belief = predict(belief, drift, speed_drift**2 * YEAR_STEP)
        prior = belief
        belief = observe_gap(belief, one(1.0 / noise), one(0.5 / noise))
    assert prior.gap_variance[0, 0] == pytest.approx(solution[0, 0], rel=1e-9)
    assert prior.covariance[0, 0] == pytest.approx(solution[0, 1], rel=1e-9)
    assert prior.speed_variance[0, 0] == pytest.approx(solution[1, 1], rel=1e-9)


def test_motivated_reasoning_multiplies_the_gain_and_stops_at_one():
    precision, signal = 30.0, 0.9
    gain = 0.0225 * precision / (1.0 + 0.0225 * precision)
    for factor in (0.6, 1.4):
        found = observe_gap(trend(), one(precision), one(precision * signal), one(factor))
        assert found.gap[0, 0] == pytest.approx(0.6 + factor * gain * (signal - 0.6), abs=ATOL)
        assert found.gap_variance[0, 0] == pytest.approx((1.0 - factor * gain) * 0.0225, abs=ATOL)
    sure = observe_gap(trend(), one(1e6), one(1e6 * signal), one(1.6))
    assert sure.gap[0, 0] == pytest.approx(signal, abs=ATOL)
    assert sure.gap_variance[0, 0] == beliefs.VARIANCE_FLOOR


def test_congenial_news_counts_more():
    gain = beliefs.motivated_gain(np.array([0.3, -0.3, 0.0]), np.array([1.0, 1.0, 1.0]), 0.2)
    assert gain.tolist() == [1.2, 0.8, 1.0]
    assert beliefs.motivated_gain(np.array([0.3, -0.3]), np.array([-1.0, -1.0]), 0.2).tolist() == [0.8, 1.2]


def test_level_update_is_exact_after_a_week_of_drift():
    mean, variance = observe_level(one(0.55), one(0.02), one(8.0), one(8.0 * 0.3), 0.0004)
    posterior = 1.0 / (1.0 / 0.0204 + 8.0)
    assert variance[0, 0] == pytest.approx(posterior, abs=ATOL)
    assert mean[0, 0] == pytest.approx(posterior * (0.55 / 0.0204 + 8.0 * 0.3), abs=ATOL)


def test_precision_of_a_claim_is_trust_over_its_variance():
    """R10: sigma_y = .10, sigma_0 = .20, trust one half gives .5/.05 = 10; no trust, nearly nothing."""
    assert beliefs.claim_precision(np.array(0.5), 0.01, 0.2) == pytest.approx(10.0, rel=1e-12)
    assert beliefs.claim_precision(np.array(0.0), 0.01, 0.2) == pytest.approx(0.02, rel=1e-12)


@pytest.mark.parametrize("sophistication", [0.0, 0.25, 0.5, 1.0])
@pytest.mark.parametrize("bias", [-0.3, 0.2])
def test_signal_jamming(sophistication, bias):
    """T4.7 at a given, believed bias: the belief moves by K b (1 - omega) more than by an unbiased claim."""
    variance, precision, honest = 0.0225, 10.0, 0.7
    gain = variance * precision / (1.0 + variance * precision)

    def belief(value, believed):
        taken = beliefs.discounted(np.array(value), np.array(believed), sophistication)
        return float(observe_gap(trend(), one(precision), precision * taken[None, None]).gap[0, 0])

    assert belief(honest + bias, bias) - belief(honest, 0.0) == pytest.approx(
        gain * bias * (1 - sophistication), abs=ATOL
    )
    if sophistication == 1.0:
        assert belief(honest + bias, bias) == pytest.approx(belief(honest, 0.0), abs=1e-15)


def test_salience_draws_action_to_the_story_and_leaves_others_alone():
    acted = beliefs.acted_on(np.array([0.6, 0.6]), np.array([0.2, 0.2]), np.array([0.5, 0.0]))
    assert acted.tolist() == [pytest.approx(0.4), 0.6]


def count(a, b, n, n_y, a0=1.0, b0=3.0, retention=1.0, cap=1e9):
    a, b = observe_share(*(np.array(float(x)) for x in (a, b, n, n_y)), a0, b0, retention, cap)
    return float(a), float(b)


def test_counts_add_up_as_for_a_beta_belief():
    assert count(1.0, 3.0, 5.0, 5.0 * 0.6) == pytest.approx((4.0, 5.0), rel=1e-14)
    # y = 1 or 0 is a binomial observation: the posterior density is prior times likelihood.
    share = np.linspace(0.05, 0.95, 19)
    a, b = count(2.0, 3.0, 4.0, 4.0)
    ratio = stats.beta.pdf(share, a, b) / (stats.beta.pdf(share, 2.0, 3.0) * share**4)
    assert ratio == pytest.approx(ratio[0], rel=1e-10)


def test_one_week_of_counts_does_not_depend_on_the_order_of_claims():
    claims = [(1.0, 0.9), (0.4, 0.1), (2.0, 0.5)]
    together = count(1.0, 3.0, sum(n for n, _ in claims), sum(n * y for n, y in claims))
    for order in permutations(claims):
        a, b = 1.0, 3.0
        for n, y in order:
            a, b = count(a, b, n, n * y)
        assert (a, b) == pytest.approx(together, abs=ATOL)


def test_without_claims_counts_relax_to_the_prior():
    """AMENDMENTS D: a - a_0 shrinks by phi each week, and likewise b."""
    a, b = 7.0, 4.0
    for _ in range(80):
        a, b = count(a, b, 0.0, 0.0, retention=0.99)
    assert a == pytest.approx(1.0 + 6.0 * 0.99**80, abs=ATOL)
    assert b == pytest.approx(3.0 + 1.0 * 0.99**80, abs=ATOL)
    assert count(1.0, 3.0, 0.0, 0.0, retention=0.9) == (1.0, 3.0)


def test_a_steady_stream_of_claims_holds_belief_between_prior_and_claim():
    """Fixed point: a = a_0 + n y/(1 - phi), b = b_0 + n (1 - y)/(1 - phi)."""
    a, b = 1.0, 3.0
    for _ in range(4000):
        a, b = count(a, b, 0.05, 0.05 * 0.8, retention=0.99)
    assert (a, b) == pytest.approx((1.0 + 4.0, 3.0 + 1.0), rel=1e-10)


def test_counts_are_capped_without_moving_the_mean():
    a, b = count(10.0, 8.0, 12.0, 12.0 * 0.75, cap=20.0)
    assert a + b == pytest.approx(20.0, rel=1e-14)
    assert a / (a + b) == pytest.approx(19.0 / 30.0, rel=1e-14)
    # Beliefs keep moving under the cap.
    means = []
    for _ in range(30):
        a, b = count(a, b, 2.0, 2.0 * 0.1, cap=20.0)
        means.append(a / (a + b))
    assert np.all(np.diff(means) < 0.0)
    assert means[-1] < 0.2


def test_counts_stay_positive():
    assert count(0.05, 3.0, 0.0, 0.0, a0=0.01, b0=3.0, retention=0.9) == (0.05, 3.0)
    assert count(3.0, 0.05, 0.0, 0.0, a0=3.0, b0=0.01, retention=0.9) == (3.0, 0.05)


def test_variance_of_levels_is_capped_at_one():
    """RESOLUTIONS section 4: v at most 1 OOM^2, whatever drift adds."""
    assert predict(trend(gap_variance=0.9999), 0.01, 0.0).gap_variance[0, 0] == 1.0
    assert observe_level(one(0.5), one(0.9999), one(0.0), one(0.0), 0.01)[1][0, 0] == 1.0


def test_years_without_news_keep_the_belief_a_proper_distribution():
    """At the variance cap the covariance shrinks too: a first claim after five years updates sensibly."""
    import numpy as np

    from sim.mechanisms.beliefs import Trend, observe_gap, predict

    trend = Trend(*(np.array([x]) for x in (0.6, 0.3, 0.15**2, 0.0, 0.15**2)))
    for _ in range(520):
        trend = predict(trend, 0.0004, 0.2**2 * YEAR_STEP)
        assert trend.gap_variance * trend.speed_variance - trend.covariance**2 > 0.0
    after = observe_gap(trend, np.array([10.0]), np.array([6.0]))
    assert after.speed_variance > 1e-4
    assert after.gap_variance < trend.gap_variance

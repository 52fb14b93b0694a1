"""Copying: steady states (T2.1), no potency (T2.2), exfiltration (T2.3), relaxation (T2.4), a lab's logs."""

import numpy as np
import pytest
from scipy import stats

from sim.mechanisms import capability, distillation
from sim.mechanisms.distillation import (
    SharePosterior,
    api_access,
    poisson_quantile,
    teaching_gain,
    uplift_step,
)
from sim.mechanisms.numerics import WEEKS_PER_YEAR, YEAR_STEP, weekly_probability

GAP, MARGIN, REFERENCE = 0.85, 0.10, 1.13
# r, steady-state gap (OOM), lag (months), copied share
TABLE = [
    (0.0, 0.850, 9.03, 0.0),
    (0.1, 0.782, 8.30, 0.080),
    (0.3, 0.677, 7.19, 0.204),
    (0.6, 0.569, 6.04, 0.331),
    (1.0, 0.475, 5.04, 0.441),
    (2.0, 0.350, 3.72, 0.588),
    (np.inf, 0.100, 1.06, 0.882),
]


def copy(uplift: float, weeks: int, potency: float, obsolescence: float, access: float = 1.0) -> np.ndarray:
    """Path of the copied uplift of one student whose teacher is a constant counterfactual gap ahead."""
    path, level = [uplift], np.array(uplift)
    for _ in range(weeks):
        gain = teaching_gain(np.array(access), np.array(GAP), level, MARGIN)
        level = level + uplift_step(level, gain, potency, obsolescence)
        path.append(float(level))
    return np.array(path)


@pytest.mark.parametrize(("ratio", "gap", "lag", "share"), TABLE)
def test_table_of_steady_states(ratio, gap, lag, share):
    finite = 1e9 if np.isinf(ratio) else ratio
    uplift = distillation.steady_state_uplift(GAP, finite, MARGIN)
    steady = distillation.steady_state_gap(GAP, finite, MARGIN)
    assert steady == pytest.approx(gap, abs=1e-3)
    assert uplift == pytest.approx(share * GAP, abs=1e-3)
    assert capability.copied_share(np.array(GAP), np.array(steady)) == pytest.approx(share, abs=1e-3)
    assert capability.months(steady, REFERENCE) == pytest.approx(lag, abs=0.0051)  # printed to .01
    assert steady + uplift == pytest.approx(GAP, abs=1e-6 if np.isinf(ratio) else 1e-14)


@pytest.mark.parametrize(("ratio", "gap", "lag", "share"), TABLE)
def test_the_weekly_step_settles_at_the_same_table(ratio, gap, lag, share):
    potency, obsolescence = (1.0, 0.0) if np.isinf(ratio) else (0.5 * ratio, 0.5)
    uplift = copy(0.0, 2500, potency, obsolescence)[-1]
    assert GAP - uplift == pytest.approx(gap, abs=1e-3)
    assert uplift / GAP == pytest.approx(share, abs=1e-3)
    assert capability.months(GAP - uplift, REFERENCE) == pytest.approx(lag, abs=0.0051)  # printed to .01
    if np.isfinite(ratio):
        assert uplift == pytest.approx(distillation.steady_state_uplift(GAP, ratio, MARGIN), abs=1e-9)


def test_without_potency_nothing_is_copied():
    """T2.2: D and the copied share are exactly zero."""
    assert np.all(copy(0.0, 520, 0.0, 0.5) == 0.0)
    assert distillation.steady_state_uplift(GAP, 0.0, MARGIN) == 0.0
    assert distillation.steady_state_gap(GAP, 0.0, MARGIN) == GAP
    assert capability.copied_share(np.array(GAP), np.array(GAP)) == 0.0


def test_a_student_below_the_ceiling_margin_learns_nothing():
    assert np.all(teaching_gain(np.ones(3), np.array([0.1, 0.05, -1.0]), np.zeros(3), 0.10) == 0.0)
    assert distillation.steady_state_uplift(0.08, 2.0, 0.10) == 0.0


@pytest.mark.parametrize(("potency", "documented", "discrete"), [(0.15, 0.65, 0.654), (2.0, 2.5, 2.562)])
def test_relaxation_rate(potency, documented, discrete):
    """T2.4: each week the distance from D* shrinks by the factor 1 - (kappa_d q + delta_D)/52."""
    rate = potency + 0.5
    target = distillation.steady_state_uplift(GAP, potency / 0.5, MARGIN)
    distance = copy(0.7, 104, potency, 0.5) - target
    assert rate == documented
    assert distance == pytest.approx(distance[0] * (1.0 - rate * YEAR_STEP) ** np.arange(105), abs=1e-12)
    effective = -WEEKS_PER_YEAR * np.log(distance[1] / distance[0])
    assert effective == pytest.approx(discrete, abs=5e-4)
    # The differential equation's rate, up to Euler's rate^2 dt / 2 (2.5 % at the strongest copying).
    assert effective == pytest.approx(rate * (1.0 + 0.5 * rate * YEAR_STEP), rel=1e-3)


def test_enforcement_lets_uplift_decay_at_the_new_rate():
    """T2.4 through the access chain: q falls, D goes to the new D* at the rate kappa_d q' + delta_D."""
    before, after = (api_access(0.5, 0.5, e, 0.0, 0.02, 0.30, 0.5, 0.7) for e in (0.0, 1.0))
    potency, obsolescence = 0.5, 0.5
    start = distillation.steady_state_uplift(GAP, potency * before / obsolescence, MARGIN)
    target = distillation.steady_state_uplift(GAP, potency * after / obsolescence, MARGIN)
    assert target < start - 0.03
    path = copy(float(start), 260, potency, obsolescence, float(after))
    factor = 1.0 - (potency * after + obsolescence) * YEAR_STEP
    assert path - target == pytest.approx((start - target) * factor ** np.arange(261), abs=1e-12)


def stationary_share(leave: float, enter: float) -> float:
    """Share of time in the first of two states, from the null space of the chain's generator."""
    generator = np.array([[-leave, leave], [enter, -enter]])
    weights = np.linalg.svd(generator.T)[2][-1]
    return float(weights[0] / weights.sum())


@pytest.mark.parametrize("enforcement", [0.0, 0.3, 1.0])
@pytest.mark.parametrize(("detection", "enforced", "replacement"), [(0.02, 0.30, 0.5), (0.2, 1.0, 0.1)])
def test_active_accounts_are_the_stationary_share_of_a_two_state_chain(
    enforcement, detection, enforced, replacement
):
    expected = stationary_share(detection + enforced * enforcement, replacement)
    assert distillation.active_share(enforcement, detection, enforced, replacement) == pytest.approx(
        expected, rel=1e-12
    )
    access = api_access(0.4, 0.6, enforcement, 0.25, detection, enforced, replacement, 0.7)
    assert access == pytest.approx(0.4 + 0.6 * expected * (1.0 - 0.7 * 0.25), rel=1e-12)


def test_documented_access_figures():
    """E9: q/q_0 = .9615 without enforcement; full enforcement leaves .634 of that."""
    none, full = (api_access(0.0, 1.0, e, 0.0, 0.02, 0.30, 0.5, 0.7) for e in (0.0, 1.0))
    assert none == pytest.approx(0.9615, abs=5e-5)
    assert full / none == pytest.approx(0.634, abs=5e-4)
    # Paying use is neither detected nor barred.
    assert api_access(0.5, 0.0, 1.0, 1.0, 0.02, 0.30, 0.5, 0.7) == 0.5


@pytest.mark.parametrize(("ratio", "lag"), [(0.0, 7.0), (0.3, 8.8), (0.6, 10.6), (1.0, 12.9), (2.0, 18.9)])
def test_iso_lag_worlds(ratio, lag):
    """AMENDMENTS I: a lag of 7 months is compatible with these counterfactual lags."""
    observed = 7.0 * REFERENCE / 12.0
    wanted = distillation.iso_lag_counterfactual_gap(observed, ratio, MARGIN)
    assert capability.months(wanted, REFERENCE) == pytest.approx(lag, abs=0.05)
    assert distillation.steady_state_gap(wanted, ratio, MARGIN) == pytest.approx(observed, rel=1e-14)
    assert wanted - distillation.steady_state_uplift(wanted, ratio, MARGIN) == pytest.approx(
        observed, rel=1e-14
    )


def test_iso_lag_worlds_below_the_ceiling_margin_hold_no_copying():
    assert distillation.iso_lag_counterfactual_gap(0.06, 2.0, MARGIN) == 0.06
    assert distillation.iso_lag_counterfactual_gap(-0.2, 2.0, MARGIN) == -0.2


def test_exfiltrated_weights_never_lower_capability():
    uplift = np.array([0.0, 0.3, 0.3])
    after = distillation.exfiltrated_uplift(uplift, np.array([-0.85, -0.85, -0.2]), np.zeros(3), 0.05)
    assert after == pytest.approx([0.80, 0.80, 0.3], rel=1e-14)


@pytest.mark.parametrize("rate", [0.02, 0.2, 2.0])
def test_expected_number_of_exfiltrations(rate):
    """T2.3, without sampling: weeks with an event number rate * T up to the chance of two in a week."""
    years = 5
    weeks, chance = years * WEEKS_PER_YEAR, float(weekly_probability(rate))
    count = stats.binom(weeks, chance)
    assert count.mean() == pytest.approx(rate * years, rel=1.05 * rate * YEAR_STEP / 2)
    assert count.var() / count.mean() == pytest.approx(1.0 - rate * YEAR_STEP, abs=rate**2 * YEAR_STEP**2)
    assert count.pmf(0) == pytest.approx(np.exp(-rate * years), rel=1e-12)


def test_simulated_exfiltrations_are_poisson():
    """T2.3 with a fixed seed: mean rate * T, dispersion 1 within .1 over 2000 runs (3.1 standard errors)."""
    rate, years = 0.2, 10
    happens = np.random.default_rng(23).random((2000, years * WEEKS_PER_YEAR)) < weekly_probability(rate)
    count = happens.sum(axis=1)
    assert abs(count.mean() - rate * years) < 4.0 * np.sqrt(rate * years / 2000)
    assert count.var(ddof=1) / count.mean() == pytest.approx(1.0, abs=0.1)
    observed = np.bincount(np.minimum(count, 6), minlength=7)
    expected = 2000 * np.append(stats.poisson.pmf(np.arange(6), 2.0), stats.poisson.sf(5, 2.0))
    assert stats.chisquare(observed, expected).pvalue > 0.001


def test_half_of_the_flags_are_legal_use_at_the_prior_mean():
    """AMENDMENTS E: 20 flags a week at full access, half of them customers."""
    assert distillation.flag_rate(np.array(0.15), np.array(1.0), 10.0, 10.0, 0.15) == 20.0
    assert distillation.flag_rate(np.array(0.0), np.array(1.0), 10.0, 10.0, 0.15) == 10.0
    assert distillation.flag_rate(np.array(0.30), np.array(0.634), 10.0, 10.0, 0.15) == pytest.approx(22.68)


@pytest.mark.parametrize("mean", [0.0, 0.05, 0.5, 2.0, *range(10, 61, 5)])
def test_flags_drawn_by_quantile_are_exactly_poisson(mean):
    quantile = (np.arange(20_000) + 0.5) / 20_000
    count = poisson_quantile(quantile, np.array(float(mean)))
    assert np.array_equal(count, stats.poisson.ppf(quantile, mean))
    assert poisson_quantile(np.array(0.0), np.array(mean)) == 0.0


def test_a_lab_without_flags_keeps_its_prior():
    prior = np.array([[0.72]]), np.array([[3.28]])
    nothing, one = np.zeros((1, 1)), np.ones((1, 1))
    mean, sd = distillation.SharePosterior(*prior)(nothing, one, nothing, nothing, np.array([[0.18]]))
    assert mean == pytest.approx(0.18, abs=1e-9)
    assert sd == pytest.approx((0.18 * 0.82 / 5.0) ** 0.5, abs=1e-9)


def beta_poisson(
    a: float, b: float, flags: float, activity: float, legal: float, copying: float, prior: float
):
    """Posterior mean and sd of m by brute force: trapezoid in log-odds, where the integrand is smooth."""
    t = np.linspace(-40.0 / min(a, 1.0), 40.0 / min(b, 1.0), 100_001)
    log_share, log_rest = -np.logaddexp(0.0, -t), -np.logaddexp(0.0, t)
    share = np.exp(log_share)
    rate = legal + copying * activity * share / prior
    log_density = a * log_share + b * log_rest + flags * np.log(rate) - rate
    mass = np.exp(log_density - log_density.max())
    mass /= mass.sum()
    mean = np.sum(mass * share)
    return mean, np.sqrt(np.sum(mass * (share - mean) ** 2))


@pytest.mark.parametrize(
    ("prior", "counts"), [(0.15, 4.0), (0.25, 4.0), (0.5, 2.0), (0.15, 20.0), (0.6, 10.0)]
)
def test_share_posterior_agrees_with_brute_force(prior, counts):
    ones = np.ones((1, 1))
    posterior = SharePosterior(ones * prior * counts, ones * (1.0 - prior) * counts)
    for activity in (1.0, 0.634):
        for flags in (0, 5, 10, 15, 20, 30, 45, 60, 80):
            mean, sd = posterior(ones * flags, ones * activity, ones * 10.0, ones * 10.0, ones * prior)
            exact = beta_poisson(prior * counts, (1.0 - prior) * counts, flags, activity, 10.0, 10.0, prior)
            assert (mean[0, 0], sd[0, 0]) == pytest.approx(exact, abs=2e-6)


def test_share_posterior_without_informative_flags_is_the_prior():
    posterior = SharePosterior(np.array([[1.0]]), np.array([[3.0]]))
    none = np.zeros((1, 1))
    mean, sd = posterior(none + 12.0, none + 1.0, none + 10.0, none, none + 0.25)
    assert mean[0, 0] == pytest.approx(0.25, rel=1e-12)
    assert sd[0, 0] == pytest.approx(np.sqrt(0.25 * 0.75 / 5.0), rel=1e-12)


def test_share_posterior_is_calibrated():
    """Bayes: over worlds drawn from the prior, the posterior mean is right on average given the flags."""
    rng, worlds = np.random.default_rng(25), 200_000
    share = rng.beta(0.6, 3.4, worlds)
    flags = rng.poisson(10.0 + 10.0 * share / 0.15)
    ones = np.ones((1, 1))
    posterior = SharePosterior(0.6 * ones, 3.4 * ones)
    seen, index, number = np.unique(flags, return_inverse=True, return_counts=True)
    mean, sd = posterior(seen[None, :] * 1.0, ones, 10.0 * ones, 10.0 * ones, 0.15 * ones)
    average = np.bincount(index, share) / number
    common = number > 500
    z = ((average - mean[0]) / (sd[0] / np.sqrt(number)))[common]
    assert common.sum() > 30
    assert np.sum(z**2) < stats.chi2.ppf(0.999, common.sum())


def test_each_world_has_its_own_prior():
    prior = np.array([[0.15], [0.5]])
    both = SharePosterior(prior * 4.0, (1.0 - prior) * 4.0)
    ones = np.ones((2, 1))
    mean, _ = both(ones * 25.0, ones, ones * 10.0, ones * 10.0, prior)
    for world in (0, 1):
        alone = SharePosterior(prior[world : world + 1] * 4.0, (1.0 - prior[world : world + 1]) * 4.0)
        one = np.ones((1, 1))
        assert alone(one * 25.0, one, one * 10.0, one * 10.0, prior[world : world + 1])[0] == mean[world]

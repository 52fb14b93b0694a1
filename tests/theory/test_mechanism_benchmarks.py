"""Benchmarks: information (T3.1, T3.2), win rate (T3.3), ability index (T3.4), selective reporting (T3.5)."""

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from sim.mechanisms import benchmarks
from sim.mechanisms.benchmarks import (
    capability_from_score,
    composite_weights,
    expected_best_of,
    expected_score,
    item_information,
    mean_win_rate,
    scored_capability,
)
from sim.mechanisms.numerics import YEAR_STEP


def standard_error(capability: float, discrimination: float, floor: float, items: int) -> float:
    score = expected_score(capability, 0.0, discrimination, floor)
    return float(1.0 / np.sqrt(items * item_information(score, discrimination, floor)))


@pytest.mark.parametrize("floor", [0.0, 0.25, 0.5])
@pytest.mark.parametrize("discrimination", [1.3, 2.0, 3.9])
def test_information_is_the_squared_slope_over_the_variance(discrimination, floor):
    """T3.1 and E8: Fisher information of a Bernoulli item, with the slope taken numerically."""
    capability, h = np.linspace(-2.0, 2.0, 81), 1e-5
    score = expected_score(capability, 0.0, discrimination, floor)
    slope = (
        expected_score(capability + h, 0.0, discrimination, floor)
        - expected_score(capability - h, 0.0, discrimination, floor)
    ) / (2.0 * h)
    fisher = slope**2 / (score * (1.0 - score))
    assert item_information(score, discrimination, floor) == pytest.approx(fisher, rel=1e-6)
    sigma = 1.0 / (1.0 + np.exp(-discrimination * capability))
    documented = (discrimination * (1.0 - floor) * sigma * (1.0 - sigma)) ** 2 / (score * (1.0 - score))
    assert item_information(score, discrimination, floor) == pytest.approx(documented, rel=1e-12)


@pytest.mark.parametrize("discrimination", [1.3, 2.0, 3.9])
def test_without_a_floor_information_peaks_where_ability_meets_difficulty(discrimination):
    """T3.1: a^2 p (1 - p), at most a^2/4 at theta = d."""
    score = np.linspace(0.01, 0.99, 99)
    assert item_information(score, discrimination, 0.0) == pytest.approx(
        discrimination**2 * score * (1 - score)
    )
    peak = optimize.minimize_scalar(
        lambda x: -item_information(expected_score(x, 0.7, discrimination, 0.0), discrimination, 0.0),
        bounds=(-3.0, 3.0),
        method="bounded",
        options={"xatol": 1e-10},
    )
    assert peak.x == pytest.approx(0.7, abs=1e-5)
    assert -peak.fun == pytest.approx(discrimination**2 / 4.0, rel=1e-10)


def test_a_chance_floor_moves_and_lowers_the_peak():
    """E8, a = 2 and floor .25: the peak lies at a (theta - d) = .31 and is .62 instead of 1."""
    peak = optimize.minimize_scalar(
        lambda x: -item_information(expected_score(x, 0.0, 2.0, 0.25), 2.0, 0.25),
        bounds=(-2.0, 2.0),
        method="bounded",
    )
    assert 2.0 * peak.x == pytest.approx(0.31, abs=0.005)
    assert -peak.fun == pytest.approx(0.62, abs=0.005)
    assert -peak.fun == pytest.approx(4.0 * 0.1547, abs=2e-4)


@pytest.mark.parametrize(("score", "error"), [(0.5, 0.0447), (0.95, 0.1026)])
def test_standard_errors_without_a_floor(score, error):
    """T3.2: a = 2, 500 items: information dies by saturation."""
    found = 1.0 / np.sqrt(500 * item_information(score, 2.0, 0.0))
    assert found == pytest.approx(error, abs=5e-5)
    assert found == pytest.approx(1.0 / (2.0 * np.sqrt(500 * score * (1.0 - score))), rel=1e-12)


def test_standard_error_with_a_floor():
    """E8: .0577 at theta = d with floor .25."""
    assert standard_error(0.0, 2.0, 0.25, 500) == pytest.approx(0.0577, abs=5e-5)
    assert standard_error(0.0, 2.0, 0.0, 500) == pytest.approx(0.0447, abs=5e-5)


def test_ten_to_ninety_per_cent_takes_4_394_over_a():
    width = capability_from_score(np.array(0.9), 0.0, 2.0, 0.0) - capability_from_score(
        np.array(0.1), 0.0, 2.0, 0.0
    )
    assert width == pytest.approx(4.394 / 2.0, abs=5e-4)


def test_spread_of_inverted_binomial_scores_is_the_standard_error():
    rng, floor = np.random.default_rng(32), 0.25
    score = rng.binomial(2000, expected_score(0.2, 0.0, 2.0, floor), 40_000) / 2000
    found = capability_from_score(score, 0.0, 2.0, floor)
    assert found.mean() == pytest.approx(0.2, abs=0.001)
    assert found.std() == pytest.approx(standard_error(0.2, 2.0, floor, 2000), rel=0.02)


@pytest.mark.parametrize("floor", [0.0, 0.25, 0.5])
def test_inverse_undoes_the_response_curve(floor):
    capability = np.linspace(-1.2, 2.2, 200)
    score = expected_score(capability, 0.3, 2.0, floor)
    inside = benchmarks.usable(score, floor)
    back = capability_from_score(score, 0.3, 2.0, floor)
    assert inside.sum() > 80
    assert back[inside] == pytest.approx(capability[inside], abs=1e-12)
    # Outside, the inverse stays at the edge and finite.
    edges = capability_from_score(np.array([0.0, 1.0]), 0.3, 2.0, floor)
    at_edges = capability_from_score(np.array([floor + 0.02, 0.98]), 0.3, 2.0, floor)
    assert edges.tolist() == at_edges.tolist()
    assert np.all(np.isfinite(edges))


def test_saturated_scores_stay_off_the_bounds():
    """RESOLUTIONS section 4: the logit is clipped at 30, scores in information at 1e-9."""
    far = expected_score(np.array([-1e6, 1e6]), 0.0, 2.0, 0.25)
    assert far[0] == pytest.approx(0.25 + 0.75 / (1.0 + np.exp(30.0)), rel=1e-14)
    assert far[1] == pytest.approx(1.0 - 0.75 / (1.0 + np.exp(30.0)), rel=1e-14)
    assert item_information(1.0, 2.0, 0.0) == pytest.approx(4e-9, rel=1e-6)
    assert item_information(0.0, 2.0, 0.0) == pytest.approx(4e-9, rel=1e-6)


def test_usable_range_is_closed():
    floor = 0.25
    scores = np.array([floor + 0.019, floor + 0.02, 0.5, 0.98, 0.981])
    assert benchmarks.usable(scores, floor).tolist() == [False, True, True, True, False]


def test_contamination_and_selective_reporting_work_inside_the_sigmoid():
    """E8: a boost b with shift a b reads as capability b higher; exposure z reads as kappa_c z / a."""
    score = expected_score(0.1, 0.3, 2.0, 0.25, 2.0 * 0.07)
    assert capability_from_score(score, 0.3, 2.0, 0.25) == pytest.approx(0.17, abs=1e-12)
    exposed = expected_score(0.1, 0.3, 2.0, 0.25, 0.5 * 0.8)
    assert capability_from_score(exposed, 0.3, 2.0, 0.25) == pytest.approx(0.1 + 0.5 * 0.8 / 2.0, abs=1e-12)


def test_win_rate_of_identical_models_is_one_half():
    """T3.3."""
    assert mean_win_rate(np.full((3, 5, 7), 0.42)) == pytest.approx(0.5, abs=1e-15)
    assert mean_win_rate(np.full((1, 2, 1), 0.42)).tolist() == [[0.5, 0.5]]


def test_win_rate_against_a_count_by_hand():
    scores = np.array([[[0.9, 0.5], [0.6, 0.5], [0.1, 0.7]]])
    # first: beats both on set 1; ties one and loses one on set 2
    assert mean_win_rate(scores) == pytest.approx(np.array([[(2 + 0.5) / 4, (1 + 0.5) / 4, (0 + 2) / 4]]))
    # Sets that are not in use are left out.
    assert np.array_equal(mean_win_rate(scores, np.array([[True, False]])), mean_win_rate(scores[..., :1]))
    assert np.array_equal(mean_win_rate(scores, np.array([[True, True]])), mean_win_rate(scores))
    # It changes when a model is added: not interval-scaled, hence for display only.
    doubled = np.concatenate([scores, scores[:, 2:]], axis=1)
    assert mean_win_rate(doubled)[0, 0] != mean_win_rate(scores)[0, 0]


def fisher_scoring(
    score: np.ndarray,
    difficulty: np.ndarray,
    floor: float,
    items: int,
    start: np.ndarray,
    steps: int = 8,
    family_sd: float = 0.0,
) -> np.ndarray:
    """The office's index (labs,) from scores (labs, sets), each set a family of its own."""
    index = start
    for _ in range(steps):
        expected = expected_score(index[:, None], difficulty, 2.0, floor)
        use = benchmarks.usable(expected, floor)
        weights = composite_weights(expected, use, np.eye(len(difficulty)), 2.0, floor, items, family_sd)
        speaks = scored_capability(index, score, expected, 2.0, floor)
        index = (weights * speaks).sum(axis=1) / weights.sum(axis=1)
    return index


def ability_index(
    capability: np.ndarray, items: int, floor: float, rng: np.random.Generator | None
) -> np.ndarray:
    """The index of labs on 8 overlapping sets in 8 families, without a family error, from an even start."""
    difficulty = np.linspace(capability.min() - 0.2, capability.max() + 0.2, 8)
    score = expected_score(capability[:, None], difficulty, 2.0, floor)
    if rng is not None:
        score = rng.binomial(items, score) / items
    return fisher_scoring(score, difficulty, floor, items, np.full(len(capability), difficulty.mean()))


def test_one_step_of_scoring_is_newtons_step_on_the_response_curve():
    """A score speaks for index + (S - p)/p', with the slope taken numerically; at most one OOM away."""
    index, h = np.array([0.4]), 1e-6
    expected = expected_score(index[:, None], 0.1, 2.0, 0.25)
    slope = (expected_score(0.4 + h, 0.1, 2.0, 0.25) - expected_score(0.4 - h, 0.1, 2.0, 0.25)) / (2 * h)
    found = scored_capability(index, expected + 0.03, expected, 2.0, 0.25)
    assert found[0, 0] == pytest.approx(0.4 + 0.03 / float(slope), rel=1e-8)
    far = scored_capability(np.array([3.0]), np.array([[0.3]]), np.array([[0.9999]]), 2.0, 0.25)
    assert far[0, 0] == pytest.approx(2.0)
    hard = scored_capability(np.array([-3.0]), np.array([[0.6]]), np.array([[0.2501]]), 2.0, 0.25)
    assert hard[0, 0] == pytest.approx(-2.0)


@pytest.mark.parametrize("floor", [0.0, 0.25])
def test_the_index_is_the_maximum_likelihood_estimate(floor):
    """Without a family error: the maximum of the binomial likelihood of all scores."""
    rng, difficulty, items = np.random.default_rng(343), np.linspace(-0.5, 0.9, 8), 500
    capability = np.array([-0.2, 0.2, 0.6])
    score = rng.binomial(items, expected_score(capability[:, None], difficulty, 2.0, floor)) / items
    index = fisher_scoring(score, difficulty, floor, items, np.zeros(3), 20)
    for lab in range(3):

        def loss(theta, right=score[lab]):
            p = expected_score(theta, difficulty, 2.0, floor)
            return -items * np.sum(right * np.log(p) + (1.0 - right) * np.log1p(-p))

        best = optimize.minimize_scalar(loss, bounds=(-2.0, 2.0), method="bounded", options={"xatol": 1e-10})
        assert index[lab] == pytest.approx(best.x, abs=1e-6)
        # Eight steps from afar are enough, and two from last time's index.
        far = fisher_scoring(score[lab : lab + 1], difficulty, floor, items, np.array([1.2]))
        assert far[0] == pytest.approx(best.x, abs=1e-6)
        near = fisher_scoring(score[lab : lab + 1], difficulty, floor, items, np.array([best.x + 0.1]), 2)
        assert near[0] == pytest.approx(best.x, abs=2e-4)


@pytest.mark.parametrize("capability", [-0.8, 0.0, 0.8])
def test_the_index_is_not_biased_by_sets_that_are_too_hard_or_too_easy(capability):
    """Luck does not decide which sets count; an index of inverted, realised scores fails this."""
    rng, difficulty, items, floor = np.random.default_rng(344), np.linspace(-0.6, 1.6, 8), 100, 0.25
    score = rng.binomial(items, expected_score(capability, difficulty, 2.0, floor), (20_000, 8)) / items
    index = fisher_scoring(score, difficulty, floor, items, np.full(20_000, capability), 4)
    assert index.mean() == pytest.approx(capability, abs=0.012)
    if capability < 0.0:
        use = benchmarks.usable(score, floor)
        weights = composite_weights(score, use, np.eye(8), 2.0, floor, items, 0.0)
        inverted = capability_from_score(score, difficulty, 2.0, floor)
        assert ((weights * inverted).sum(axis=1) / weights.sum(axis=1)).mean() > capability + 0.03


@pytest.mark.parametrize("floor", [0.0, 0.25])
def test_the_index_recovers_capability(floor):
    """T3.4: r > .99 for 20 models that span 2 OOM, 8 overlapping sets of 500 items; slope one, no offset."""
    rng = np.random.default_rng(34)
    for _ in range(30):
        capability = np.sort(rng.uniform(0.0, 2.0, 20))
        capability[[0, -1]] = 0.0, 2.0
        index = ability_index(capability, 500, floor, rng)
        assert np.corrcoef(index, capability)[0, 1] > 0.99
        slope, offset = np.polyfit(capability, index, 1)
        assert slope == pytest.approx(1.0, abs=0.06)
        assert offset == pytest.approx(0.0, abs=0.06)


def test_the_index_is_exact_without_noise():
    capability = np.linspace(-1.0, 1.0, 20)
    assert ability_index(capability, 500, 0.25, None) == pytest.approx(capability, abs=1e-6)
    # The true capability is a fixed point.
    difficulty = np.linspace(-1.2, 1.2, 8)
    score = expected_score(capability[:, None], difficulty, 2.0, 0.25)
    assert fisher_scoring(score, difficulty, 0.25, 500, capability, 1) == pytest.approx(capability, abs=1e-12)


def test_correlation_of_half_an_oom_is_lower():
    """RESOLUTIONS section 6: with a span of .5 OOM r falls to .982-.995, so that the span must be stated."""
    rng = np.random.default_rng(341)
    found = [np.corrcoef(ability_index(x, 500, 0.0, rng), x)[0, 1] for x in [np.linspace(0.0, 0.5, 20)] * 40]
    assert 0.97 < np.mean(found) < 0.995
    assert min(found) < 0.99


@pytest.mark.parametrize(
    ("variants", "documented"), [(1, 0.0), (2, 0.5642), (5, 1.163), (10, 1.5388), (27, 1.9983)]
)
def test_best_of_several_variants(variants, documented):
    """T3.5: E max = integral of 1 - F^N over the positive axis minus that of F^N over the negative one."""
    above, _ = integrate.quad(lambda x: -np.expm1(variants * stats.norm.logcdf(x)), 0.0, 12.0)
    below, _ = integrate.quad(lambda x: stats.norm.cdf(x) ** variants, -12.0, 0.0)
    assert expected_best_of(variants) == pytest.approx(above - below, abs=1e-8)
    assert expected_best_of(variants) == pytest.approx(documented, abs=5e-4 if variants == 5 else 5e-5)


def test_best_of_several_variants_by_sampling():
    """A lab that submits the best of 5 variants with sd .05 reads .058 OOM higher."""
    best = np.random.default_rng(35).normal(0.0, 0.05, (200_000, 5)).max(axis=1)
    assert best.mean() == pytest.approx(0.05 * expected_best_of(5), abs=4.0 * best.std() / np.sqrt(len(best)))


@pytest.mark.parametrize("siblings", [1, 2, 5])
def test_items_do_not_average_away_the_error_of_a_family(siblings):
    """AMENDMENTS D: n_f sets of one family give precision 1/(SE^2/n_f + sigma_b^2), the best possible."""
    items, family_sd, score = 500, 0.20, np.full((1, siblings), 0.6)
    use, family = np.ones((1, siblings), dtype=bool), np.ones((siblings, siblings))
    total = composite_weights(score, use, family, 2.0, 0.25, items, family_sd).sum()
    item_variance = float(1.0 / (items * item_information(0.6, 2.0, 0.25)))
    assert total == pytest.approx(1.0 / (item_variance / siblings + family_sd**2), rel=1e-12)
    covariance = item_variance * np.eye(siblings) + family_sd**2
    assert total == pytest.approx(np.linalg.inv(covariance).sum(), rel=1e-10)


def test_weights_of_different_families_add_up():
    rng = np.random.default_rng(36)
    family = np.array([0, 1, 1, 2, 2, 2, 3])
    same = (family[:, None] == family[None, :]).astype(float)
    score, use = np.full((4, 7), 0.55), rng.random((4, 7)) < 0.7
    total = composite_weights(score, use, same, 2.0, 0.0, 500, 0.2).sum(axis=1)
    variance = 1.0 / (500 * 4.0 * 0.55 * 0.45)
    for lab in range(4):
        numbers = np.bincount(family[use[lab]], minlength=4)
        expected = sum(1.0 / (variance / n + 0.04) for n in numbers if n)
        assert total[lab] == pytest.approx(expected, rel=1e-12)


def test_sets_that_are_not_used_have_no_weight():
    use = np.array([[True, False, True]])
    weights = composite_weights(np.array([[0.5, 0.5, 0.999999]]), use, np.ones((3, 3)), 2.0, 0.0, 500, 0.2)
    assert weights[0, 1] == 0.0
    assert weights[0, 0] == pytest.approx(1.0 / (1.0 / 500 + 2 * 0.04), rel=1e-12)
    # With a floor a score below chance carries no information that could be inverted.
    assert (
        composite_weights(np.array([[0.1]]), np.array([[False]]), np.ones((1, 1)), 2.0, 0.25, 500, 0.2) == 0.0
    )


def test_overlapping_bars_are_too_lax_a_test_of_parity():
    """At equal errors bars overlap up to 2.77 standard errors of the difference: a true size of .56 %."""
    one = np.array(0.1)
    of_difference = np.sqrt(2.0) * 0.1
    lines = np.linspace(0.0, 4.0, 400_001)
    limit = lines[benchmarks.bars_overlap(lines * of_difference, one, one)].max()
    assert limit == pytest.approx(2.77, abs=0.005)
    assert 2.0 * stats.norm.sf(limit) == pytest.approx(0.0056, abs=5e-5)
    assert benchmarks.bars_overlap(np.array(-0.39), one, one)
    assert not benchmarks.bars_overlap(np.array(-0.393), one, one)


def test_exposure_grows_to_one_for_public_sets_only():
    """R23: dz = rho_z (1 - z) dt."""
    exposure, public = np.zeros(2), np.array([1.0, 0.0])
    for _ in range(104):
        exposure = exposure + benchmarks.exposure_step(exposure, 0.7, public, YEAR_STEP)
    assert exposure[0] == pytest.approx(1.0 - (1.0 - 0.7 / 52) ** 104, abs=1e-12)
    assert exposure[1] == 0.0


def test_surprise_of_a_forecast_with_the_right_variance_is_standard_normal():
    rng, size = np.random.default_rng(37), 100_000
    gap = rng.normal(0.6, 0.05, size)  # the belief's own error
    signal = gap + rng.normal(0.0, 0.12, size)
    score = benchmarks.surprise(signal, np.array(0.6), np.array(0.12**2), np.array(0.05**2))
    assert score.std() == pytest.approx(1.0, abs=0.01)
    assert benchmarks.surprise(np.array(0.6), np.array(0.6), np.array(0.0), np.array(0.0)) == 0.0

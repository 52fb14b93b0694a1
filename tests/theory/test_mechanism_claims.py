"""Supply of claims: costly talk, timing, policies; credibility."""

import numpy as np
import pytest
from scipy import optimize, stats

from sim.mechanisms import claims, credibility
from sim.mechanisms.claims import ClaimSituation, optimal_bias
from sim.registry import claim_policies

RNG = np.random.default_rng(4)
CASES = [
    tuple(float(x) for x in row)
    for row in np.column_stack(
        [
            RNG.normal(0, 1.5, 12),
            RNG.uniform(0.01, 0.9, 12),
            RNG.uniform(0, 1, 12),
            RNG.uniform(0.1, 1, 12),
            RNG.uniform(0.05, 2, 12),
        ]
    )
]


@pytest.mark.parametrize(("value", "gain", "sophistication", "weight", "cost"), CASES)
@pytest.mark.parametrize("limit", [0.3, 10.0])
def test_bias_maximises_its_objective(value, gain, sophistication, weight, cost, limit):
    """Kartik 2009 in reduced form: max of psi M K (1 - omega) b - (c/2) b^2 on [-b_max, b_max]."""

    def loss(bias):
        return -(weight * value * gain * (1.0 - sophistication) * bias - 0.5 * cost * bias**2)

    best = optimize.minimize_scalar(loss, bounds=(-limit, limit), method="bounded", options={"xatol": 1e-12})
    found = float(optimal_bias(np.array(value), gain, sophistication, weight, cost, limit))
    assert found == pytest.approx(best.x, abs=2e-6)
    assert loss(found) <= best.fun + 1e-12
    assert abs(found) <= limit


def test_full_sophistication_ends_bias():
    bias = optimal_bias(np.array([1.0, -1.0]), 0.5, 1.0, 1.0, 0.1, 0.3)
    assert np.all(bias == 0.0)


def test_bias_is_linear_in_strategic_weight_and_zero_without():
    assert optimal_bias(np.array(0.5), 0.1, 0.5, 0.0, 0.23, 0.3) == 0.0
    half, full = (optimal_bias(np.array(0.5), 0.1, 0.5, psi, 0.23, 0.3) for psi in (0.5, 1.0))
    assert full == pytest.approx(2.0 * half, rel=1e-14)
    assert full == pytest.approx(0.5 * 0.1 * 0.5 / 0.23, rel=1e-14)


def situation(**changes) -> ClaimSituation:
    shape = (1, 2, 3)
    fields = {
        "estimate": np.full(shape, 0.5),
        "estimate_sd": np.full(shape, 0.1),
        "sentiment": np.full((1, 1, 3), 0.5),
        "marginal_value": np.full(shape, 0.8),
        "gain": np.full((1, 1, 3), 0.1),
        "bias_cost": np.full((1, 1, 3), 0.23),
        "max_bias": np.full((1, 1, 1), 0.3),
        "sophistication": np.full((1, 1, 1), 0.5),
        "strategic_weight": np.full((1, 1, 1), 1.0),
        "publication_cost": np.full((1, 1, 1), 1e-4),
    }
    return ClaimSituation(**(fields | changes))


def test_strategic_sources_speak_when_the_gain_exceeds_the_cost():
    """R9: c b*^2/2 > F; at the optimum this is the value of the objective."""
    speak = claim_policies.get("strategic")
    decision = speak(situation())
    bias = 0.8 * 0.1 * 0.5 / 0.23
    assert decision.bias == pytest.approx(np.full((1, 2, 3), bias), rel=1e-12)
    expected_gain = 0.8 * 0.1 * 0.5 * bias - 0.5 * 0.23 * bias**2
    assert expected_gain == pytest.approx(0.5 * 0.23 * bias**2, rel=1e-12)
    assert decision.wants.all()
    assert decision.upward.all()
    for cost, wants in ((0.999 * expected_gain, True), (1.001 * expected_gain, False)):
        assert speak(situation(publication_cost=np.full((1, 1, 1), cost))).wants.all() == wants
    assert not speak(situation(marginal_value=np.full((1, 2, 3), -0.8))).upward.any()


@pytest.mark.parametrize("cost", [0.0, 1e-4])
def test_strategic_sources_fall_silent_among_fully_sophisticated_receivers(cost):
    """E7b: b* = 0, so that the expected gain is 0 and no claim is made, whatever the cost."""
    decision = claim_policies.get("strategic")(
        situation(sophistication=np.ones((1, 1, 1)), publication_cost=np.full((1, 1, 1), cost))
    )
    assert not decision.wants.any()
    assert np.all(decision.bias == 0.0)


def test_sincere_sources_report_news_beyond_two_standard_errors():
    estimate = 0.5 + np.array([[[0.19, 0.21, -0.21], [0.5, -0.5, 0.0]]])
    sd = np.array([[[0.1, 0.1, 0.1], [np.inf, np.inf, 0.1]]])
    decision = claim_policies.get("sincere")(situation(estimate=estimate, estimate_sd=sd))
    assert decision.wants.tolist() == [[[False, True, True], [False, False, False]]]
    assert decision.upward[0, 0].tolist() == [True, True, False]
    assert np.all(decision.bias == 0.0)


def test_sincere_sources_are_wrong_as_often_as_two_standard_errors_are():
    """A sincere source speaks without cause in 4.55 % of independent weeks: sincere does not mean right."""
    estimate = 0.5 + 0.1 * np.random.default_rng(41).standard_normal((100_000, 1, 3))
    sd = np.full(estimate.shape, 0.1)
    wants = claim_policies.get("sincere")(situation(estimate=estimate, estimate_sd=sd)).wants
    assert wants.mean() == pytest.approx(2.0 * stats.norm.sf(2.0), abs=0.002)


@pytest.mark.parametrize("policy", ["none", "relay"])
def test_silent_policies(policy):
    decision = claim_policies.get(policy)(situation(estimate=np.full((1, 2, 3), 3.0)))
    assert not decision.wants.any()
    assert np.all(decision.bias == 0.0)


def test_claims_come_at_their_rate_once_the_topic_is_fresh_again():
    """R9: lambda_c (1 - exp(-w/h_n)), w weeks since the last own claim."""
    chance = claims.publication_chance(0.17, np.array([0.0, 3.0, 1e4]), 3.0)
    assert chance == pytest.approx([0.0, 0.17 * (1.0 - np.exp(-1.0)), 0.17], rel=1e-14)


def test_lobbying_has_the_sign_of_interest():
    """R9: a seller of chips, who loses sales, lobbies against control."""
    lobbying = claims.lobbying_intensity(np.array([0.2, -0.15, 3.0, -3.0]), 2.0)
    assert lobbying.tolist() == [0.1, -0.075, 1.0, -1.0]


def test_trust_is_a_beta_mean():
    """R11: (n tau_0 + hits)/(n + hits + misses); a miss may weigh more."""
    assert credibility.trust(0.5, 8.0, np.array(0.0), np.array(0.0), 1.0) == 0.5
    assert credibility.trust(0.5, 8.0, np.array(3.0), np.array(1.0), 1.0) == pytest.approx(
        7.0 / 12.0, rel=1e-14
    )
    assert credibility.trust(0.5, 8.0, np.array(3.0), np.array(1.0), 2.0) == pytest.approx(
        7.0 / 13.0, rel=1e-14
    )
    assert stats.beta(4 + 3, 4 + 1).mean() == pytest.approx(7.0 / 12.0, rel=1e-12)


def test_trust_converges_to_the_share_of_claims_borne_out():
    hits = np.array([0.0, 70.0, 7e5])
    trust = credibility.trust(0.5, 8.0, hits, hits * 3.0 / 7.0, 1.0)
    assert trust[0] == 0.5
    assert trust[2] == pytest.approx(0.7, abs=1e-5)


def test_honest_claims_are_borne_out_in_95_per_cent_of_cases():
    """Two standard errors of claim and measurement together."""
    rng, size = np.random.default_rng(42), 200_000
    claim, measured = rng.normal(0.6, 0.10, size), rng.normal(0.6, 0.12, size)
    hit = credibility.borne_out(claim, measured, 0.10**2, np.full(size, 0.12**2))
    assert hit.mean() == pytest.approx(1.0 - 2.0 * stats.norm.sf(2.0), abs=0.002)

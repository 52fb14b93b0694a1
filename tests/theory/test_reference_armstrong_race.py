"""Armstrong, Bostrom & Shulman 2016: closed-form risks, their Monte-Carlo check, equilibria."""

import itertools

import numpy as np
import pytest

from .reference.armstrong_race import (
    best_response_with_private_information,
    risk_with_private_information,
    risk_with_public_information,
    risk_without_information,
    safety_with_private_information,
    safety_with_public_information,
    safety_without_information,
    simulated_risks,
    utility_with_private_information,
    utility_without_information,
)

# teams, enmity, mu, risk with no / private / public information (printed to four decimals)
TABLE = [
    (2, 0.5, 0.5, 0.5000, 0.7778, 0.6667),
    (2, 0.5, 1.0, 0.0000, 0.5556, 0.4167),
    (2, 0.5, 2.0, 0.0000, 0.1875, 0.2292),
    (2, 0.5, 4.0, 0.0000, 0.0469, 0.1198),
    (2, 1.0, 0.5, 0.7500, 0.8333, 0.8333),
    (2, 1.0, 1.0, 0.5000, 0.6667, 0.6667),
    (2, 1.0, 2.0, 0.0000, 0.3333, 0.4167),
    (2, 1.0, 4.0, 0.0000, 0.0833, 0.2292),
    (5, 0.5, 0.5, 0.8000, 0.8611, 0.8333),
    (5, 0.5, 1.0, 0.6000, 0.7222, 0.6719),
    (5, 0.5, 2.0, 0.2000, 0.4444, 0.4520),
    (5, 0.5, 4.0, 0.0000, 0.0396, 0.2651),
    (5, 1.0, 0.5, 0.9000, 0.9167, 0.9167),
    (5, 1.0, 1.0, 0.8000, 0.8333, 0.8333),
    (5, 1.0, 2.0, 0.6000, 0.6667, 0.6719),
    (5, 1.0, 4.0, 0.2000, 0.3333, 0.4520),
]
HALF_LAST_DIGIT = 5.0001e-5
TEAMS = range(2, 10)
ENMITIES = np.linspace(0.05, 1.0, 20)
SPREADS = np.geomspace(0.1, 20.0, 60)


@pytest.mark.parametrize(("n", "enmity", "mu", "none", "private", "public"), TABLE)
def test_risks_match_the_printed_table(n, enmity, mu, none, private, public):
    assert risk_without_information(n, enmity, mu) == pytest.approx(none, abs=HALF_LAST_DIGIT)
    assert risk_with_private_information(n, enmity, mu) == pytest.approx(private, abs=HALF_LAST_DIGIT)
    assert risk_with_public_information(n, enmity, mu) == pytest.approx(public, abs=HALF_LAST_DIGIT)


@pytest.mark.parametrize(("n", "enmity", "mu"), [row[:3] for row in TABLE])
def test_closed_forms_agree_with_simulated_races(n, enmity, mu):
    simulated = simulated_risks(
        n, enmity, mu, 200_000, np.random.default_rng([n, int(10 * enmity), int(10 * mu)])
    )
    closed = {
        "none": risk_without_information(n, enmity, mu),
        "private": risk_with_private_information(n, enmity, mu),
        "public": risk_with_public_information(n, enmity, mu),
    }
    for regime, (mean, error) in simulated.items():
        assert abs(mean - closed[regime]) < 4 * error + 1e-12, regime
        assert error < 1e-3, regime


def test_no_information_never_has_the_larger_risk():
    for n, enmity, mu in itertools.product(TEAMS, ENMITIES, SPREADS):
        none = risk_without_information(n, enmity, mu)
        assert none <= risk_with_private_information(n, enmity, mu) + 1e-12
        assert none <= risk_with_public_information(n, enmity, mu) + 1e-12


def test_private_and_public_risk_cross_once_as_capability_spreads_out():
    for n, enmity in itertools.product(TEAMS, (0.2, 0.5, 0.8)):
        excess = np.array(
            [
                risk_with_private_information(n, enmity, m) - risk_with_public_information(n, enmity, m)
                for m in SPREADS
            ]
        )
        assert excess[0] > 0 > excess[-1]
        assert np.count_nonzero(np.diff(np.sign(excess))) == 1


def test_private_and_public_risk_coincide_under_full_enmity_and_close_teams():
    for n, mu in itertools.product(TEAMS, (0.1, 0.5, 1.0)):
        assert risk_with_private_information(n, 1.0, mu) == pytest.approx(1 - mu / (n + 1), abs=1e-12)
        assert risk_with_public_information(n, 1.0, mu) == pytest.approx(1 - mu / (n + 1), abs=1e-12)


@pytest.mark.parametrize(
    "risk", [risk_without_information, risk_with_private_information, risk_with_public_information]
)
def test_risk_rises_in_enmity_and_falls_in_spread(risk):
    for n in TEAMS:
        table = np.array([[risk(n, e, m) for m in SPREADS] for e in ENMITIES])
        assert np.all(np.diff(table, axis=0) >= -1e-12)
        assert np.all(np.diff(table, axis=1) <= 1e-12)
        assert np.all(np.diff(table[:, 0]) > 0)


@pytest.mark.parametrize("risk", [risk_without_information, risk_with_public_information])
def test_risk_rises_in_the_number_of_teams(risk):
    for enmity, mu in itertools.product(ENMITIES, SPREADS):
        path = np.array([risk(n, enmity, mu) for n in TEAMS])
        assert np.all(np.diff(path) >= -1e-12)
    assert risk(5, 0.5, 1.0) > risk(2, 0.5, 1.0)


def test_more_teams_can_lower_the_risk_under_private_information():
    assert risk_with_private_information(5, 0.5, 4.0) < risk_with_private_information(2, 0.5, 4.0)
    assert risk_with_private_information(5, 0.5, 1.0) > risk_with_private_information(2, 0.5, 1.0)


@pytest.mark.parametrize(
    ("n", "enmity", "mu", "capability", "safety"),
    [(5, 0.5, 1.0, 0.9, 0.300), (2, 1.0, 1.0, 0.6, 0.300), (3, 0.4, 3.0, 2.5, 1.0)],
)
def test_best_response_of_an_informed_team(n, enmity, mu, capability, safety):
    assert best_response_with_private_information(capability, n, enmity, mu) == pytest.approx(
        safety, abs=1e-3
    )
    assert safety_with_private_information(capability, n, enmity) == pytest.approx(safety, abs=1e-12)


@pytest.mark.parametrize(("n", "enmity", "mu"), [(2, 0.5, 0.5), (5, 0.5, 1.0), (5, 1.0, 4.0), (2, 1.0, 4.0)])
def test_best_response_of_an_uninformed_team(n, enmity, mu):
    equilibrium = safety_without_information(n, enmity, mu)
    safety = np.linspace(0.0, 1.0, 4001)
    utility = utility_without_information(safety, n, enmity, mu, equilibrium)
    assert safety[np.argmax(utility)] == pytest.approx(equilibrium, abs=1e-3)


def simulated_utility(own_score, own_safety, rivals, rivals_safety, enmity):
    """Mean and standard error of the utility 1 / 1 - e / 0 over simulated races (disasters averaged out)."""
    scores = rivals - rivals_safety
    best = np.argmax(scores, axis=1)
    race = np.arange(len(scores))
    safe_rival = np.broadcast_to(rivals_safety, rivals.shape)[race, best]
    utility = np.where(own_score > scores[race, best], own_safety, (1 - enmity) * safe_rival)
    return utility.mean(), utility.std() / np.sqrt(len(utility))


@pytest.mark.parametrize("safety", [0.05, 0.3, 0.45, 0.9])
@pytest.mark.parametrize(("n", "enmity", "mu"), [(2, 0.8, 0.7), (5, 0.5, 1.5)])
def test_utility_of_an_uninformed_team_agrees_with_simulated_races(n, enmity, mu, safety):
    rng = np.random.default_rng(81)
    capability = rng.uniform(0.0, mu, (400_000, n))
    mean, error = simulated_utility(capability[:, 0] - safety, safety, capability[:, 1:], 0.4, enmity)
    assert error < 1e-3
    assert abs(utility_without_information(safety, n, enmity, mu, 0.4) - mean) < 4 * error + 1e-12


@pytest.mark.parametrize("safety", [0.05, 0.3, 0.7, 0.95])
@pytest.mark.parametrize(("n", "enmity", "mu", "capability"), [(3, 0.4, 3.0, 2.0), (5, 0.5, 1.5, 1.2)])
def test_utility_of_an_informed_team_agrees_with_simulated_races(n, enmity, mu, capability, safety):
    rivals = np.random.default_rng(82).uniform(0.0, mu, (400_000, n - 1))
    rivals_safety = np.minimum(1.0, rivals / (1 + enmity * (n - 1)))
    mean, error = simulated_utility(capability - safety, safety, rivals, rivals_safety, enmity)
    assert error < 1e-3
    assert abs(utility_with_private_information(safety, capability, n, enmity, mu) - mean) < 4 * error + 1e-12


@pytest.mark.parametrize(("lead", "enmity"), [(0.1, 0.5), (0.3, 0.9), (0.05, 1.0), (0.7, 0.5)])
def test_neither_of_the_two_best_teams_gains_by_deviating_when_all_is_known(lead, enmity):
    leader = float(safety_with_public_information(lead, enmity))
    runner_up = max(0.0, leader - lead)
    others_win = 1 - enmity
    safer = np.linspace(leader, 1.0, 101)[1:]  # the leader loses when it is safer and can be beaten
    assert np.all(np.where(safer - lead > runner_up, others_win * runner_up, safer) <= leader + 1e-12)
    bolder = np.linspace(0.0, runner_up, 101)[:-1]  # the runner-up wins when it is bolder
    assert np.all(bolder <= others_win * leader + 1e-12)


def test_a_safer_leader_would_be_overtaken_when_all_is_known():
    lead, enmity = 0.3, 0.9
    leader = float(safety_with_public_information(lead, enmity)) + 0.01
    assert leader - lead > (1 - enmity) * leader

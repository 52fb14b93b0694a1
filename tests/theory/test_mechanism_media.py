"""Contagion (T4.4) and attention (T4.10)."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from sim.mechanisms import media
from sim.mechanisms.claims import CONTROL_CALL, COPYING, COST_EFFICIENCY, MOAT, MOTIVE, PARITY
from sim.mechanisms.media import attention_shares, competition_matrix, infection_probability

from .reference.sir_epidemic import agent_final_sizes

# R0, final size when one per cent is infected at first
ONE_PER_CENT_SEED = [(1.2, 0.3478), (1.5, 0.5936), (1.8, 0.7375), (2.0, 0.8002), (3.0, 0.9412)]
VANISHING_SEED = [(1.2, 0.3137), (1.5, 0.5828), (2.0, 0.7968), (3.0, 0.9405)]


def path(reproduction: float, recovery: float, seed: float) -> tuple[np.ndarray, np.ndarray]:
    """Susceptible and infected shares on the complete graph in the limit of many receivers."""
    susceptible, infected = [1.0 - seed], [seed]
    while infected[-1] > 1e-14:
        chance = float(
            infection_probability(np.array(infected[-1]), np.array(0.0), reproduction, recovery, 1.5)
        )
        caught = susceptible[-1] * chance
        susceptible.append(susceptible[-1] - caught)
        infected.append(infected[-1] * (1.0 - recovery) + caught)
    return np.array(susceptible), np.array(infected)


@pytest.mark.parametrize(("reproduction", "size"), ONE_PER_CENT_SEED)
@pytest.mark.parametrize("recovery", [0.05, 0.35, 0.72, 1.0])
def test_final_size_is_exact_for_every_recovery_rate(reproduction, size, recovery):
    """T4.4: with recovery probability gamma, r = 1 - (1 - I_0) exp(-R0 r) whatever the step."""
    susceptible, infected = path(reproduction, recovery, 0.01)
    assert media.final_size(reproduction, 0.01) == pytest.approx(size, abs=5e-5)
    assert 1.0 - susceptible[-1] == pytest.approx(media.final_size(reproduction, 0.01), abs=1e-10)
    assert recovery * infected.sum() == pytest.approx(1.0 - susceptible[-1], abs=1e-10)


@pytest.mark.parametrize(("reproduction", "size"), VANISHING_SEED)
def test_final_size_from_a_vanishing_seed(reproduction, size):
    assert media.final_size(reproduction) == pytest.approx(size, abs=5e-5)
    root = media.final_size(reproduction)
    assert root == pytest.approx(1.0 - np.exp(-reproduction * root), abs=1e-12)


def test_no_epidemic_below_the_threshold():
    assert media.final_size(0.9) == 0.0
    assert media.final_size(1.0) == 0.0


def test_final_size_with_a_seed_below_the_threshold():
    size = media.final_size(0.8, 0.01)
    assert size == pytest.approx(1.0 - 0.99 * np.exp(-0.8 * size), abs=1e-12)
    assert 0.01 < size < 0.06


@pytest.mark.parametrize("recovery", [0.05, 0.72])
def test_every_week_lies_on_kermack_and_mckendricks_curve(recovery):
    susceptible, infected = path(2.0, recovery, 0.01)
    recovered = 1.0 - susceptible - infected
    assert infected == pytest.approx(1.0 - recovered - 0.99 * np.exp(-2.0 * recovered), abs=1e-12)


def test_short_steps_reach_the_published_peak():
    _, infected = path(2.0, 0.002, 1e-6)
    assert infected.max() == pytest.approx(1.0 - (1.0 + np.log(2.0)) / 2.0, abs=1e-4)


def test_agents_on_the_complete_graph_follow_the_exact_process():
    """The model's own form (infected share of neighbours, row-normalised sparse network), in distribution."""
    size, first, reproduction, recovery, replicates = 400, 20, 1.8, 0.35, 100
    network = csr_array(np.full((size, size), 1.0 / size))
    rng = np.random.default_rng(44)
    infected = np.zeros((size, replicates), dtype=bool)
    infected[:first] = True
    recovered = np.zeros_like(infected)
    while infected.any():
        chance = infection_probability(
            network @ infected.astype(float), np.array(0.0), reproduction, recovery, 0.0
        )
        luck = rng.random(infected.shape)
        catches = (luck < chance) & ~infected & ~recovered
        leaves = infected & (luck < recovery)
        infected, recovered = (infected | catches) & ~leaves, recovered | leaves
    sizes = recovered.mean(axis=0)
    exact = agent_final_sizes(reproduction, recovery, size, first, 20_000, rng)
    error = np.hypot(sizes.std(ddof=1) / 10.0, exact.std(ddof=1) / np.sqrt(20_000))
    assert error < 0.006
    assert abs(sizes.mean() - exact.mean()) < 3.5 * error
    assert exact.mean() == pytest.approx(media.final_size(reproduction, first / size), abs=0.01)


def test_broadcast_adds_its_hazard():
    """AMENDMENTS D: hazards of contagion and broadcast add, so that the chances to escape multiply."""
    both = infection_probability(np.array(0.3), np.array(0.4), 1.8, 0.72, 1.5)
    contagion = infection_probability(np.array(0.3), np.array(0.0), 1.8, 0.72, 1.5)
    broadcast = infection_probability(np.array(0.0), np.array(0.4), 1.8, 0.72, 1.5)
    assert 1.0 - both == pytest.approx((1.0 - contagion) * (1.0 - broadcast), rel=1e-14)
    assert broadcast == pytest.approx(1.0 - np.exp(-1.5 * 0.4), rel=1e-14)
    assert contagion == pytest.approx(1.0 - np.exp(-1.8 * 0.72 * 0.3), rel=1e-14)
    assert infection_probability(np.array(0.0), np.array(0.0), 1.8, 0.72, 1.5) == 0.0


ALL_LIVE = np.ones((1, 6), dtype=bool)


@pytest.mark.parametrize("competition", ["within_quantity", "all", "none"])
def test_attention_shares_of_rivals_and_other_news_sum_to_one(competition):
    """T4.10."""
    rng = np.random.default_rng(410)
    matrix = competition_matrix(competition)
    scores, live, other = rng.normal(0.0, 2.0, (50, 6)), rng.random((50, 6)) < 0.7, 1.0
    shares = attention_shares(scores, live, other, matrix)
    assert np.all(shares[~live] == 0.0)
    for world in range(50):
        for narrative in range(6):
            rivals = (matrix[narrative] > 0) & live[world]
            pull = np.exp(other) + np.exp(scores[world, rivals]).sum()
            if live[world, narrative]:
                assert shares[world, narrative] == pytest.approx(
                    np.exp(scores[world, narrative]) / pull, rel=1e-12
                )
                assert shares[world, rivals].sum() + np.exp(other) / pull == pytest.approx(1.0, abs=1e-12)


def test_adding_a_constant_to_all_scores_changes_nothing():
    rng = np.random.default_rng(411)
    scores, matrix = rng.normal(0.0, 2.0, (20, 6)), competition_matrix("within_quantity")
    live = rng.random((20, 6)) < 0.8
    before = attention_shares(scores, live, 1.0, matrix)
    assert attention_shares(scores + 3.7, live, 4.7, matrix) == pytest.approx(before, abs=1e-13)
    # Not so if other news stays behind: without it a lone narrative would always get everything.
    assert np.all(attention_shares(scores + 3.7, live, 1.0, matrix)[live] > before[live])


def test_narratives_about_one_quantity_compete_only_with_each_other():
    """E1: a louder gap narrative leaves shares on other quantities as they were, to the bit."""
    matrix, scores = competition_matrix("within_quantity"), np.full((1, 6), 0.5)
    louder = scores.copy()
    louder[0, PARITY] += 0.4
    before, after = (attention_shares(s, ALL_LIVE, 1.0, matrix) for s in (scores, louder))
    assert after[0, MOAT] < before[0, MOAT]
    assert np.array_equal(
        after[0, [COPYING, COST_EFFICIENCY, CONTROL_CALL, MOTIVE]],
        before[0, [COPYING, COST_EFFICIENCY, CONTROL_CALL, MOTIVE]],
    )
    everything = attention_shares(louder, ALL_LIVE, 1.0, competition_matrix("all"))
    assert (
        everything[0, COPYING]
        < attention_shares(scores, ALL_LIVE, 1.0, competition_matrix("all"))[0, COPYING]
    )


def test_competition_groups():
    within = competition_matrix("within_quantity")
    pairs = {(PARITY, MOAT), (COPYING, COST_EFFICIENCY)}
    for i in range(6):
        for j in range(6):
            assert within[i, j] == float(i == j or (i, j) in pairs or (j, i) in pairs)
    assert np.array_equal(competition_matrix("none"), np.eye(6))


def test_pull_of_a_narrative():
    """R8 and E6: eta_n exp(-age/h_n) with weeks, surprise up to 4 sd, log reach, infected share."""
    weights = (1.0, 0.5, 0.5, 1.0)
    score = media.salience_score(
        np.array([0.0, 3.0, 0.0]),
        np.array([0.0, -2.0, 9.0]),
        np.array([1.0, 0.5, 1.0]),
        np.array([0.0, 0.2, 0.0]),
        weights,
        3.0,
    )
    expected = [1.0, np.exp(-1.0) + 1.0 + 0.5 * np.log(0.5) + 0.2, 1.0 + 2.0]
    assert score == pytest.approx(expected, rel=1e-14)


def test_extreme_pulls_overflow_nothing():
    matrix, live = competition_matrix("all"), np.ones((2, 6), dtype=bool)
    scores = np.full((2, 6), 900.0)
    scores[1] = [-900.0, 900.0, 0.0, 0.0, 0.0, 0.0]
    shares = attention_shares(scores, live, 1.0, matrix)
    assert shares[0] == pytest.approx(np.full(6, 1.0 / 6.0), rel=1e-12)
    assert shares[1].tolist() == [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    none = np.zeros(1)
    unheard = media.salience_score(none, none, none, none, (0.0, 0.0, 1.0, 0.0), 3.0)
    assert unheard == pytest.approx(np.log(1e-3))


def test_the_models_own_epidemic_has_the_reproduction_number_of_its_parameter():
    """Carriers recover with the weekly chance 1 - exp(-gamma), and infection uses the same chance (E5)."""
    import numpy as np

    from sim.mechanisms.media import final_size, infection_probability
    from sim.mechanisms.numerics import weekly_hazard_probability

    for reproduction in (0.9, 1.8):
        chance = float(weekly_hazard_probability(0.72))
        susceptible, infected = 0.99, 0.01
        for _ in range(4000):
            caught = susceptible * float(
                infection_probability(np.array(infected), 0.0, reproduction, chance, 0.0)
            )
            susceptible, infected = susceptible - caught, infected * (1.0 - chance) + caught
        assert abs((1.0 - susceptible) - final_size(reproduction, 0.01)) < 1e-9

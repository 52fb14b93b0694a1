"""Han, Pereira, Santos & Lenaerts 2020: payoffs, thresholds, long-run share of unsafe developers."""

import numpy as np
import pytest

from .reference.fermi_fixation import log_fixation, payoff_advantage_of_mutants, share_of_second_strategy
from .reference.han_race import (
    Race,
    collective_limit,
    collective_threshold,
    payoffs,
    risk_dominance_limit,
    risk_dominance_threshold,
)

POPULATION = 100


def unsafe_share(disaster: float, detection: float, selection: float) -> float:
    return share_of_second_strategy(payoffs(Race(detection=detection), disaster), POPULATION, selection)


def test_payoffs_of_a_race_worked_out_by_hand():
    # s = 1.5, b = 4, c = 1, B / W = 100, p_fo = .5, p_r = .2
    expected = [[-1 + 2 + 50, -1 + 0.8 + 2.0], [0.8 * (1.2 + 150), 0.8 * (1.5 + 75)]]
    assert payoffs(Race(detection=0.5), 0.2) == pytest.approx(np.array(expected), rel=1e-12)


@pytest.mark.parametrize(
    ("speed", "collective", "dominance"),
    [(1.5, 0.3333, 0.7778), (2, 0.5, 0.8333), (3, 0.6667, 0.8889), (4, 0.75, 0.9167)],
)
def test_thresholds_for_an_overwhelming_prize(speed, collective, dominance):
    race = Race(speed=speed, prize=1e12, detection=0.3)
    assert collective_threshold(race) == pytest.approx(collective_limit(speed), abs=1e-8)
    assert risk_dominance_threshold(race) == pytest.approx(risk_dominance_limit(speed), abs=1e-8)
    assert collective_limit(speed) == pytest.approx(collective, abs=5e-5)
    assert risk_dominance_limit(speed) == pytest.approx(dominance, abs=5e-5)


@pytest.mark.parametrize(
    ("detection", "collective", "dominance"),
    [(0.0, 0.33766, 0.77507), (0.1, 0.33749, 0.77376), (0.5, 0.33333, 0.76812)],
)
def test_thresholds_of_the_finite_race(detection, collective, dominance):
    race = Race(detection=detection)
    assert collective_threshold(race) == pytest.approx(collective, abs=5.001e-6)
    assert risk_dominance_threshold(race) == pytest.approx(dominance, abs=5.001e-6)


@pytest.mark.parametrize("detection", [0.0, 0.1, 0.5])
def test_thresholds_bound_the_dilemma(detection):
    race = Race(detection=detection)
    low, high = collective_threshold(race), risk_dominance_threshold(race)
    for disaster, collectively_safe, dominantly_safe in [
        (low - 1e-6, False, False),
        (low + 1e-6, True, False),
        (high - 1e-6, True, False),
        (high + 1e-6, True, True),
    ]:
        game = payoffs(race, disaster)
        assert (game[0, 0] > game[1, 1]) == collectively_safe
        assert (game[0].sum() > game[1].sum()) == dominantly_safe


@pytest.mark.parametrize("detection", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("disaster", [0.3, 0.6, 0.7, 0.75])
def test_unsafe_developers_take_over_while_disaster_is_unlikely(disaster, detection):
    assert unsafe_share(disaster, detection, 0.1) == pytest.approx(1.0, abs=5e-5)


@pytest.mark.parametrize(("detection", "share"), [(0.0, 0.0950), (0.1, 0.0232), (0.5, 4e-5)])
def test_unsafe_share_just_above_risk_dominance(detection, share):
    printed = 5e-6 if share < 1e-4 else 5e-5
    assert unsafe_share(0.78, detection, 0.1) == pytest.approx(share, abs=printed)


@pytest.mark.parametrize("detection", [0.0, 0.1, 0.5])
def test_unsafe_developers_vanish_when_disaster_is_likely(detection):
    assert unsafe_share(0.80, detection, 0.1) < 5e-7


# The design text prints the four shares without their disaster probabilities; these reproduce them.
@pytest.mark.parametrize(("disaster", "safe"), [(0.75, 0.0017), (0.77, 0.1385), (0.79, 0.9387), (0.85, 1.0)])
def test_safe_share_under_weak_selection(disaster, safe):
    assert 1 - unsafe_share(disaster, 0.0, 0.02) == pytest.approx(safe, abs=5e-5)


def test_a_neutral_mutant_takes_over_once_in_the_population_size():
    assert np.exp(log_fixation(np.ones((2, 2)), 40, 3.0)) == pytest.approx(1 / 40, rel=1e-12)


def test_payoffs_exclude_the_player_itself():
    game = np.array([[5.0, 1.0], [2.0, 3.0]])
    # one mutant among three: it meets two residents; a resident meets the mutant and one resident
    assert payoff_advantage_of_mutants(game, 3)[0] == pytest.approx(1.0 - (2.0 + 3.0) / 2)


def birth_death_rates(game: np.ndarray, size: int, selection: float) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities that 1 .. size - 1 mutants become one more, one fewer (Fermi rule, no mutation)."""
    mutants = np.arange(1, size)
    pairs = mutants * (size - mutants) / (size * (size - 1))
    advantage = payoff_advantage_of_mutants(game, size)
    return pairs / (1 + np.exp(-selection * advantage)), pairs / (1 + np.exp(selection * advantage))


def test_fixation_solves_the_absorbing_chain():
    game, size, selection = np.array([[1.0, -0.5], [1.4, 0.3]]), 12, 0.7
    up, down = birth_death_rates(game, size, selection)
    system = np.diag(-(up + down)) + np.diag(up[:-1], 1) + np.diag(down[1:], -1)
    boundary = np.zeros(size - 1)
    boundary[-1] = -up[-1]
    assert np.exp(log_fixation(game, size, selection)) == pytest.approx(
        np.linalg.solve(system, boundary)[0], rel=1e-10
    )


def test_rare_mutations_reproduce_the_small_mutation_limit():
    game, size, selection, mutation = np.array([[1.0, 0.2], [1.3, 0.1]]), 10, 0.9, 1e-7
    up, down = birth_death_rates(game, size, selection)  # of strategy 0
    up = np.concatenate([[mutation], up])
    down = np.append(down, mutation)
    log_weight = np.concatenate([[0.0], np.cumsum(np.log(up) - np.log(down))])
    weight = np.exp(log_weight - log_weight.max())
    share_of_first = np.sum(weight * np.arange(size + 1)) / size / weight.sum()
    assert 1 - share_of_second_strategy(game, size, selection) == pytest.approx(share_of_first, abs=1e-4)


def test_strong_selection_does_not_underflow():
    assert np.isfinite(log_fixation(payoffs(Race(), 0.3), POPULATION, 10.0))
    assert log_fixation(payoffs(Race(), 0.3), POPULATION, 10.0) < -1000

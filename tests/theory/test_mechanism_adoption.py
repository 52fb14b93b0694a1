"""Adoption: social interaction (T7.1), softmax (T7.2), pace (T7.3), prices, revenue, bifurcation."""

import numpy as np
import pytest
from scipy.special import softmax

from sim.mechanisms import adoption
from sim.mechanisms.adoption import choice_probabilities, choose, product_utility, social_utility

from .reference.network_choice import lowest_lock_in_bonus


def utilities(shares: np.ndarray, network_effect: float) -> np.ndarray:
    """Utility of equally good models that differ in their shares only."""
    same = np.zeros_like(shares)
    alike = product_utility(same, same + 1.0, same, 2.0, 0.5, 1.0)
    return alike + social_utility(shares, same, network_effect, 0.1)


def settle(shares: np.ndarray, network_effect: float, pace: float = 1.0) -> tuple[np.ndarray, int]:
    for step in range(1, 100_000):
        moved = shares + pace * (choice_probabilities(utilities(shares, network_effect)) - shares)
        if np.max(np.abs(moved - shares)) < 1e-14:
            return moved, step
        shares = moved
    raise RuntimeError("shares did not settle")


@pytest.mark.parametrize(
    ("network_effect", "majority"), [(2.2, 0.5029), (2.4, 0.6586), (3.0, 0.8586), (4.0, 0.9575)]
)
def test_two_models_lock_in_at_brock_and_durlaufs_roots(network_effect, majority):
    """T7.1 as corrected by E14: with utility J * share, m = tanh(J m/2)."""
    for start, sign in ((0.55, 1.0), (0.45, -1.0)):
        shares, _ = settle(np.array([start, 1.0 - start]), network_effect)
        m = shares[0] - shares[1]
        assert m == pytest.approx(sign * majority, abs=5e-5)
        assert m == pytest.approx(np.tanh(network_effect * m / 2.0), abs=1e-12)
    # The even split is a fixed point, but not a stable one.
    even = np.array([0.5, 0.5])
    assert choice_probabilities(utilities(even, network_effect)).tolist() == [0.5, 0.5]


@pytest.mark.parametrize("network_effect", [0.0, 1.0, 1.9])
def test_two_models_share_the_market_below_the_critical_effect_of_two(network_effect):
    shares, _ = settle(np.array([0.95, 0.05]), network_effect)
    assert shares == pytest.approx([0.5, 0.5], abs=1e-12)


@pytest.mark.parametrize(("models", "threshold"), [(2, 2.01), (3, 2.75), (8, 4.25), (9, 4.42)])
def test_lowest_network_effect_that_lets_one_of_many_models_lock_in(models, threshold):
    """E14: a favourite keeps its lead just above the threshold and loses it below."""
    exact = lowest_lock_in_bonus(models)
    assert exact == pytest.approx(threshold, abs=0.011)
    favourite = np.full(models, 0.001 / (models - 1))
    favourite[0] = 0.999
    above, _ = settle(favourite, exact + 0.03)
    below, _ = settle(favourite, exact - 0.03)
    assert above[0] > 1.2 / models
    assert below == pytest.approx(np.full(models, 1.0 / models), abs=1e-9)


def test_choice_is_softmax_exactly():
    """T7.2, and independence of irrelevant alternatives."""
    u = np.random.default_rng(72).normal(0.0, 3.0, (50, 8))
    assert choice_probabilities(u) == pytest.approx(softmax(u, axis=-1), rel=1e-13)
    three = choice_probabilities(u[:, :3])
    assert three[:, 0] / three[:, 1] == pytest.approx(
        choice_probabilities(u)[:, 0] / choice_probabilities(u)[:, 1]
    )
    assert choice_probabilities(np.array([1e4, 0.0, -np.inf])).tolist() == [1.0, 0.0, 0.0]


def test_without_interaction_shares_are_softmax_of_quality_and_price():
    """T7.2: J = c_s = w_e = 0."""
    capability, price = np.array([0.0, -0.2, -0.6]), np.array([10.0, 1.0, 0.1])
    u = product_utility(capability, price, np.full(3, 0.5), 2.0, 0.5, 0.0)
    u = u + social_utility(np.array([0.7, 0.2, 0.1]), np.full(3, 1e5), 0.0, 0.0)
    expected = softmax(2.0 * capability - 0.5 * np.log10(price))
    assert choice_probabilities(u) == pytest.approx(expected, rel=1e-13)


def test_every_term_of_utility():
    """MODEL.md 7a: w_theta theta - w_p log10 price - w_t distrust, and J share + w_e log(1 + n/1000)."""
    u = product_utility(np.array(0.3), np.array(100.0), np.array(0.5), 2.0, 0.5, 3.0)
    assert u == pytest.approx(0.6 - 1.0 - 1.5, rel=1e-13)
    u = social_utility(np.array(0.25), np.array(1000.0), 1.6, 0.1)
    assert u == pytest.approx(0.4 + 0.1 * np.log(2.0), rel=1e-13)


def test_choices_by_quantile_have_the_right_frequencies():
    probabilities = np.array([0.5, 0.0, 0.2, 0.3])
    quantile = (np.arange(1000) + 0.5) / 1000
    chosen = choose(np.broadcast_to(probabilities, (1000, 4)), quantile)
    assert np.bincount(chosen, minlength=4).tolist() == [500, 0, 200, 300]
    assert np.all(np.diff(chosen) >= 0)
    # Sums that rounding leaves below one never choose beyond the last model.
    assert choose(np.array([[0.3, 0.3, 0.3999]]), np.array([0.99999])).tolist() == [2]
    assert choose(np.array([[0.0, 1.0]]), np.array([0.0])).tolist() == [1]


@pytest.mark.parametrize("pace", [0.02, 0.05, 0.5])
def test_reconsidering_sets_only_the_speed(pace):
    """T7.3 with J = c_s = 0: shares approach softmax as (1 - mu_s)^t, whatever the pace, from any start."""
    rng, adopters = np.random.default_rng(73), 15_000
    target = choice_probabilities(np.array([0.8, 0.0, -0.4]))
    current, weeks, path = np.zeros(adopters, dtype=int), round(4.0 / pace), []
    for _ in range(weeks):
        again = rng.random(adopters) < pace
        choice = choose(np.broadcast_to(target, (adopters, 3)), rng.random(adopters))
        current = np.where(again, choice, current)
        path.append(np.bincount(current, minlength=3) / adopters)
    path = np.array(path)
    left = (1.0 - pace) ** np.arange(1, weeks + 1)
    expected = target + left[:, None] * (np.array([1.0, 0.0, 0.0]) - target)
    assert np.max(np.abs(path - expected)) < 4.5 * 0.5 / np.sqrt(adopters)
    # Without agents: the same fixed point at each pace, also with interaction.
    for effect in (0.0, 3.0):
        start = np.array([0.6, 0.4])
        assert settle(start, effect, pace)[0] == pytest.approx(settle(start, effect)[0], abs=1e-11)
        assert settle(start, effect, pace)[1] >= settle(start, effect)[1]


def test_list_prices():
    """AMENDMENTS G.1: ln p = ln cost + eta_p G+; open models at 1/ratio; no discount for a lag."""
    price = adoption.list_price(
        np.array([0.5, 0.0, -0.5, 0.5]),
        np.array([True, True, True, False]),
        np.array([1.0, 2.0, 1.0, 1.0]),
        10.0,
        10.0,
        1.0,
    )
    assert price == pytest.approx([10.0 * np.exp(0.5), 20.0, 10.0, np.exp(0.5)], rel=1e-13)
    assert adoption.list_price(np.array([0.5]), np.array([True]), np.ones(1), 10.0, 10.0, 0.0)[0] == 10.0


def test_revenue_sums_to_the_market():
    rng = np.random.default_rng(74)
    sizes, users = rng.uniform(1.0, 50.0, (3, 2, 1)), rng.uniform(0.5, 80.0, (3, 2, 8))
    price = rng.uniform(0.1, 30.0, (3, 1, 8))
    earned = adoption.revenue(sizes, users, price)
    assert earned.shape == (3, 8)
    assert earned.sum(axis=-1) == pytest.approx(sizes.sum(axis=(1, 2)), rel=1e-13)
    by_hand = sum(
        sizes[1, k, 0] * users[1, k, 2] * price[1, 0, 2] / (users[1, k] * price[1, 0]).sum() for k in range(2)
    )
    assert earned[1, 2] == pytest.approx(by_hand, rel=1e-13)
    # Doubling all prices changes nobody's revenue: the market is a budget.
    assert adoption.revenue(sizes, users, 2.0 * price) == pytest.approx(earned, rel=1e-13)


HOME, RIVAL = np.array([1.0, 1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0, 1.0])


@pytest.mark.parametrize(
    ("spending", "expected"),
    [
        ([[3.0, 1.0, 2.0, 2.0], [6.0, 2.0, 4.0, 4.0]], 0.0),  # the same mix, buyers of different size
        ([[3.0, 1.0, 0.0, 0.0], [0.0, 0.0, 4.0, 9.0]], 1.0),  # each its own bloc's models only
        ([[0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 0.0, 0.0]], -1.0),  # each the other's only
        ([[4.0, 2.0, 1.0, 1.0], [1.0, 1.0, 2.0, 4.0]], 0.5),  # a quarter across, a half at random mixing
    ],
)
def test_bifurcation(spending, expected):
    found = adoption.bifurcation(np.array(spending), HOME, RIVAL)
    assert found == pytest.approx(expected, abs=1e-15)


def test_bifurcation_is_zero_on_average_under_random_mixing():
    rng = np.random.default_rng(75)
    mix, size = rng.dirichlet(np.ones(4), 100), rng.uniform(1.0, 9.0, (100, 2, 1))
    assert adoption.bifurcation(size * mix[:, None, :], HOME, RIVAL) == pytest.approx(
        np.zeros(100), abs=1e-12
    )
    # Spending on models of neither bloc does not enter.
    with_others = np.concatenate([size * mix[:, None, :], rng.uniform(0, 5, (100, 2, 1))], axis=-1)
    found = adoption.bifurcation(with_others, np.append(HOME, 0.0), np.append(RIVAL, 0.0))
    assert found == pytest.approx(np.zeros(100), abs=1e-12)

"""Social influence on sparse networks: DeGroot (T4.2), Friedkin-Johnsen (T4.3), bounded confidence (T4.6)."""

import networkx
import numpy as np
import pytest
from scipy.sparse import block_diag, csr_array

from sim.mechanisms import social
from sim.registry import social_rules

from .reference.degroot import consensus_weights
from .reference.hegselmann_krause import settle

ANY = np.ones((1, 1))


def random_network(size: int, seed: int) -> csr_array:
    graph = networkx.watts_strogatz_graph(size, 6, 0.2, seed=seed)
    weights = csr_array(networkx.to_scipy_sparse_array(graph, dtype=float))
    return csr_array(weights / weights.sum(axis=1)[:, None])


def test_degroot_consensus():
    """T4.2: W = [[.5, .5], [.25, .75]] ends at weights (1/3, 2/3) of the first opinions."""
    network = csr_array(np.array([[0.5, 0.5], [0.25, 0.75]]))
    opinions = np.array([[1.0, -2.0], [4.0, 7.0]])
    expected = opinions.T @ [1 / 3, 2 / 3]
    for _ in range(60):
        opinions = social.degroot(opinions, network, ANY, ANY)
    assert opinions == pytest.approx(np.array([expected, expected]), abs=1e-12)


def test_degroot_consensus_on_a_network():
    network = random_network(60, 42)
    first = np.random.default_rng(42).normal(size=(60, 2))
    expected = consensus_weights(network.toarray()) @ first
    opinions = first
    for _ in range(3000):
        opinions = social.degroot(opinions, network, ANY, ANY)
    assert opinions == pytest.approx(np.tile(expected, (60, 1)), abs=1e-10)


def test_friedkin_johnsen_documented_case():
    """T4.3: half weight on W = 1/2 11', x = (0, 1): one week ends at (.25, .75)."""
    network = csr_array(np.full((2, 2), 0.5))
    after = social.friedkin_johnsen(np.array([[0.0], [1.0]]), network, np.array([[0.5]]), ANY)
    assert after[:, 0].tolist() == [0.25, 0.75]


def test_friedkin_johnsen_step_with_weights_of_ones_own():
    """x <- (I - L) x + L W x, anchored to this week's own belief (AMENDMENTS D)."""
    rng, network = np.random.default_rng(43), random_network(50, 43)
    beliefs, weight = rng.normal(size=(50, 2)), rng.uniform(0, 1, (50, 1))
    after = social.friedkin_johnsen(beliefs, network, weight, ANY)
    expected = (np.eye(50) - np.diag(weight[:, 0])) @ beliefs + np.diag(
        weight[:, 0]
    ) @ network.toarray() @ beliefs
    assert after == pytest.approx(expected, abs=1e-12)
    assert np.array_equal(social.friedkin_johnsen(beliefs, network, np.zeros((1, 1)), ANY), beliefs)


def test_friedkin_johnsen_with_an_anchor_reaches_the_closed_form():
    """T4.3 in general: (I - L W)^-1 (I - L) x(0).

    The classical process is the rule plus a pull back to x(0) of strength 1 - L:
    x(t+1) = (1 - L) x(0) + L W x(t) = rule(x(t)) + (1 - L) (x(0) - x(t)).
    """
    rng, network, weight = np.random.default_rng(44), random_network(30, 44), 0.4
    first = rng.normal(size=(30, 1))
    beliefs = first
    for _ in range(200):
        moved = social.friedkin_johnsen(beliefs, network, np.array([[weight]]), ANY)
        beliefs = moved + (1.0 - weight) * (first - beliefs)
    expected = np.linalg.solve(np.eye(30) - weight * network.toarray(), (1.0 - weight) * first)
    assert beliefs == pytest.approx(expected, abs=1e-12)


def test_without_news_the_amended_rule_ends_in_degroots_consensus():
    network = random_network(40, 45)
    first = np.random.default_rng(45).normal(size=(40, 1))
    beliefs = first
    for _ in range(8000):
        beliefs = social.friedkin_johnsen(beliefs, network, np.array([[0.2]]), ANY)
    consensus = float((consensus_weights(network.toarray()) @ first)[0])
    assert beliefs == pytest.approx(np.full((40, 1), consensus), abs=1e-9)


@pytest.mark.parametrize("one_bound", [True, False])
def test_bounded_confidence_against_brute_force(one_bound):
    rng, network = np.random.default_rng(46), random_network(80, 46)
    beliefs = rng.random((80, 2))
    size = (1, 1) if one_bound else (80, 1)
    weight, bound = rng.uniform(0.05, 1.0, size), rng.uniform(0.05, 0.5, size)
    dense = network.toarray() > 0
    expected = beliefs.copy()
    for i in range(80):
        mine = 0 if one_bound else i
        for k in range(2):
            near = [beliefs[i, k]] + [
                beliefs[j, k]
                for j in range(80)
                if dense[i, j] and abs(beliefs[j, k] - beliefs[i, k]) < bound[mine, 0]
            ]
            expected[i, k] = beliefs[i, k] + weight[mine, 0] * (np.mean(near) - beliefs[i, k])
    after = social.bounded_confidence(beliefs, network, weight, bound)
    assert after == pytest.approx(expected, abs=1e-12)
    assert not np.allclose(after, beliefs)


def complete_network(size: int) -> csr_array:
    return csr_array((np.ones((size, size)) - np.eye(size)) / (size - 1))


@pytest.mark.parametrize("bound", [0.07, 0.15, 0.25])
def test_bounded_confidence_on_the_complete_graph_is_hegselmann_and_krause(bound):
    """T4.6: at full weight the rule settles in the same opinions as the published synchronous process."""
    first = np.random.default_rng(47).random(150)
    expected = settle(first, bound)
    opinions, network = first[:, None], complete_network(150)
    for _ in range(200):
        before = opinions
        opinions = social.bounded_confidence(opinions, network, np.ones((1, 1)), np.array([[bound]]))
        if np.max(np.abs(opinions - before)) < 1e-13:
            break
    assert np.sort(opinions[:, 0]) == pytest.approx(expected, abs=1e-9)


def test_a_wide_bound_averages_over_neighbours_and_oneself():
    network = random_network(30, 48)
    beliefs = np.random.default_rng(48).random((30, 1))
    after = social.bounded_confidence(beliefs, network, np.ones((1, 1)), np.array([[np.inf]]))
    neighbours = (network.toarray() > 0).astype(float) + np.eye(30)
    assert after == pytest.approx(neighbours @ beliefs / neighbours.sum(axis=1, keepdims=True), abs=1e-12)


@pytest.mark.parametrize("name", ["none", "degroot", "friedkin_johnsen", "bounded_confidence"])
def test_worlds_do_not_influence_each_other(name):
    """Networks are block-diagonal over worlds: a batch gives each world what it gets alone, to the bit."""
    rng, networks = np.random.default_rng(49), [random_network(30, seed) for seed in (1, 2)]
    beliefs, weight, bound = rng.random((60, 2)), np.full((60, 1), 0.3), np.full((60, 1), 0.2)
    rule = social_rules.get(name)
    together = rule(beliefs, csr_array(block_diag(networks, format="csr")), weight, bound)
    for k, network in enumerate(networks):
        rows = slice(30 * k, 30 * k + 30)
        assert np.array_equal(together[rows], rule(beliefs[rows], network, weight[rows], bound[rows]))


def test_agreement_is_a_fixed_point_of_every_rule():
    network = random_network(30, 50)
    beliefs = np.full((30, 2), 0.7)
    for name in ("none", "degroot", "friedkin_johnsen", "bounded_confidence"):
        after = social_rules.get(name)(beliefs, network, np.array([[0.3]]), np.array([[0.1]]))
        assert after == pytest.approx(beliefs, abs=1e-15)

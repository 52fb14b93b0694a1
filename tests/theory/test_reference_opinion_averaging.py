"""DeGroot (T4.2) and Friedkin-Johnsen (T4.3): limits of repeated averaging."""

import numpy as np
import pytest

from .reference.degroot import averaging_path, consensus_weights
from .reference.friedkin_johnsen import anchored_fixed_point, anchored_path


def random_weights(rng: np.random.Generator, n: int) -> np.ndarray:
    weights = rng.random((n, n))
    return weights / weights.sum(axis=1, keepdims=True)


def test_degroot_two_agents():
    weights = np.array([[0.5, 0.5], [0.25, 0.75]])
    assert consensus_weights(weights) == pytest.approx([1 / 3, 2 / 3], abs=1e-14)
    assert averaging_path(weights, np.array([3.0, 0.0]), 60) == pytest.approx([1.0, 1.0], abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_degroot_consensus_is_the_weighted_first_opinion(seed):
    rng = np.random.default_rng(seed)
    weights, first = random_weights(rng, 7), rng.normal(size=7)
    assert averaging_path(weights, first, 300) == pytest.approx(
        np.full(7, consensus_weights(weights) @ first), abs=1e-12
    )


def test_degroot_symmetric_weights_keep_the_mean():
    weights = np.array([[0.6, 0.3, 0.1], [0.3, 0.2, 0.5], [0.1, 0.5, 0.4]])
    assert consensus_weights(weights) == pytest.approx(np.full(3, 1 / 3), abs=1e-14)


def test_friedkin_johnsen_two_agents():
    weights, susceptibility, first = np.full((2, 2), 0.5), np.full(2, 0.5), np.array([0.0, 1.0])
    assert anchored_fixed_point(weights, susceptibility, first) == pytest.approx([0.25, 0.75], abs=1e-14)
    assert anchored_path(weights, susceptibility, first, 60) == pytest.approx([0.25, 0.75], abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_friedkin_johnsen_path_ends_at_the_closed_form(seed):
    rng = np.random.default_rng(seed)
    weights, susceptibility, first = random_weights(rng, 7), rng.uniform(0.0, 0.95, 7), rng.normal(size=7)
    path = anchored_path(weights, susceptibility, first, 2000)
    assert anchored_fixed_point(weights, susceptibility, first) == pytest.approx(path, abs=1e-12)


def test_friedkin_johnsen_limits_of_susceptibility():
    rng = np.random.default_rng(0)
    weights, first = random_weights(rng, 4), rng.normal(size=4)
    assert anchored_path(weights, np.zeros(4), first, 9) == pytest.approx(first, abs=0)
    assert anchored_path(weights, np.ones(4), first, 9) == pytest.approx(
        averaging_path(weights, first, 9), abs=0
    )

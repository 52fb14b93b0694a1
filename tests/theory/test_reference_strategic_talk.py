"""Crawford-Sobel cheap talk (T4.9) and the Kamenica-Gentzkow bound on persuasion (T4.8)."""

import numpy as np
import pytest

from .reference import cheap_talk
from .reference.rational_persuasion import (
    act_probability,
    act_probability_by_linear_program,
    best_signal,
    largest_act_probability,
)

# bias, intervals, residual variance
TABLE = [
    (0.01, 7, 0.003301),
    (0.02, 5, 0.006533),
    (0.04, 4, 0.013208),
    (0.05, 3, 0.015926),
    (0.10, 2, 0.030833),
    (0.25, 1, 0.083333),
    (0.40, 1, 0.083333),
]


@pytest.mark.parametrize(("bias", "intervals", "variance"), TABLE)
def test_cheap_talk_table(bias, intervals, variance):
    assert cheap_talk.largest_partition(bias) == intervals
    assert cheap_talk.residual_variance(intervals, bias) == pytest.approx(variance, abs=5e-7)
    bounds = cheap_talk.interval_bounds(intervals, bias)
    assert cheap_talk.residual_variance_of(bounds) == pytest.approx(variance, abs=5e-7)


@pytest.mark.parametrize(("bias", "intervals"), [row[:2] for row in TABLE])
def test_cheap_talk_sender_is_indifferent_at_the_cuts(bias, intervals):
    bounds = cheap_talk.interval_bounds(intervals, bias)
    assert bounds[[0, -1]] == pytest.approx([0.0, 1.0], abs=1e-12)
    assert np.all(np.diff(bounds) > 0)
    action = (bounds[:-1] + bounds[1:]) / 2
    wanted = bounds[1:-1] + bias
    assert (action[1:] - wanted) ** 2 == pytest.approx((action[:-1] - wanted) ** 2, abs=1e-12)


@pytest.mark.parametrize(("bias", "intervals"), [row[:2] for row in TABLE])
def test_cheap_talk_has_no_finer_equilibrium(bias, intervals):
    finer = cheap_talk.interval_bounds(intervals + 1, bias)
    assert np.min(np.diff(finer)) <= 1e-12


def test_persuasion_bound_of_the_paper():
    assert largest_act_probability(0.3, 0.5) == pytest.approx(0.6, abs=1e-12)
    assert act_probability(0.3, 0.5, best_signal(0.3, 0.5)) == pytest.approx(0.6, abs=1e-12)


@pytest.mark.parametrize(("prior", "threshold"), [(0.3, 0.5), (0.1, 0.8), (0.45, 0.5), (0.7, 0.5)])
def test_persuasion_bound_solves_the_linear_program(prior, threshold):
    bound = largest_act_probability(prior, threshold)
    assert act_probability_by_linear_program(prior, threshold) == pytest.approx(bound, abs=1e-9)
    assert act_probability(prior, threshold, best_signal(prior, threshold)) == pytest.approx(bound, abs=1e-12)


@pytest.mark.parametrize(("prior", "threshold"), [(0.3, 0.5), (0.7, 0.5)])
def test_the_best_signal_is_a_signal(prior, threshold):
    signal = best_signal(prior, threshold)
    assert signal.sum(axis=1) == pytest.approx([1.0, 1.0], abs=1e-15)
    assert signal.min() >= 0


def test_no_random_signal_beats_the_persuasion_bound():
    rng = np.random.default_rng(48)
    reached = []
    for _ in range(4000):
        prior, threshold = rng.uniform(0.05, 0.6), rng.uniform(0.3, 0.95)
        signal = rng.dirichlet(np.full(4, 0.3), size=2)
        reached.append(act_probability(prior, threshold, signal) / largest_act_probability(prior, threshold))
    assert max(reached) <= 1 + 1e-9
    assert max(reached) > 0.95  # the search comes near the bound, so that a breach would be seen


def test_telling_all_and_telling_nothing_persuade_less_than_the_best_signal():
    prior, threshold = 0.3, 0.5
    assert act_probability(prior, threshold, np.eye(2)) == pytest.approx(prior)
    assert act_probability(prior, threshold, np.full((2, 2), 0.5)) == 0.0

"""Posteriors by regression and their check, on toys with known answers."""

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import norm

from sim.calibration.recovery import Recovery, recover
from sim.calibration.regression import Amortised, Learned, Posterior, weighted_quantile, with_errors

POINTS, NOISE = 4000, 0.5


@pytest.fixture(scope="module")
def sample():
    """Two factors with normal scores; data see the first, nine summaries are noise of which one is often missing."""
    rng = np.random.default_rng(0)
    normal = rng.standard_normal((POINTS, 2))
    data = rng.standard_normal((POINTS, 10))
    data[:, 0] = normal[:, 0] + NOISE * rng.standard_normal(POINTS)
    data[rng.random(POINTS) < 0.3, 5] = np.nan
    return normal, data


def test_the_posterior_is_the_one_known_in_closed_form(sample):
    """Normal prior and error: posterior mean x/(1 + s^2), variance s^2/(1 + s^2)."""
    normal, data = sample
    amortised = Amortised(normal, data)
    observed = np.zeros(10)
    observed[0] = 1.2
    found = amortised.posterior(observed)
    mean, sd = 1.2 / (1 + NOISE**2), NOISE / np.sqrt(1 + NOISE**2)
    levels = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    assert np.allclose(found.quantile(levels)[:, 0], ndtr(mean + sd * norm.ppf(levels)), atol=0.04)
    assert np.allclose(found.quantile(levels)[:, 1], levels, atol=0.06)


def test_statistics_are_posterior_means(sample):
    normal, data = sample
    learned = Learned(normal, data)(data)
    assert np.corrcoef(learned[:, 0], data[:, 0])[0, 1] > 0.99
    assert np.isclose(learned[:, 0].std(), 1 / np.sqrt(1 + NOISE**2), atol=0.03)
    assert learned[:, 1].std() < 0.15


def test_ranks_are_uniform_and_contraction_is_right(sample):
    normal, data = sample
    found = recover(("seen", "unseen"), normal, data, 400)
    table = found.table().set_index("factor")
    assert table["uniform"].all()
    assert np.allclose(table["coverage_50"], 0.5, atol=0.1)
    assert np.allclose(table["coverage_90"], 0.9, atol=0.05)
    # Expected variance of a place: integral over the posterior's normal score.
    rng = np.random.default_rng(1)
    sd = NOISE / np.sqrt(1 + NOISE**2)
    means = rng.standard_normal(400) / np.sqrt(1 + NOISE**2)
    expected = np.mean([ndtr(m + sd * rng.standard_normal(2000)).var() for m in means])
    assert abs(table.loc["seen", "contraction"] - (1 - 12 * expected)) < 0.05
    assert abs(table.loc["unseen", "contraction"]) < 0.05


def test_a_posterior_that_is_too_narrow_is_found_out():
    rng = np.random.default_rng(2)
    ranks = rng.random((300, 2))
    ranks[:, 1] = np.clip(0.5 + 1.6 * (ranks[:, 1] - 0.5), 0, 1)  # truths too often at the ends
    table = Recovery(("sound", "narrow"), ranks, np.full((300, 2), 1 / 12), np.zeros((300, 2))).table()
    assert table["uniform"].tolist() == [True, False]
    assert table["coverage_90"][1] < 0.8


def test_leaving_the_own_point_out_matters(sample):
    normal, data = sample
    amortised = Amortised(normal[:200], data[:200], share=0.02)
    with_own, without = (amortised.posterior(amortised.summaries[3], without=place) for place in (None, 3))
    assert with_own.places.shape == without.places.shape
    assert not np.array_equal(with_own.places, without.places)


def test_weighted_quantiles_agree_with_repeated_values():
    values, counts = np.array([3.0, 1.0, 2.0]), np.array([1, 4, 5])
    levels = [0.1, 0.5, 0.9]
    weights = counts / counts.sum()
    assert np.isclose(weighted_quantile(values, weights, [0.65])[0], 2.0)
    assert (np.diff(weighted_quantile(values, weights, levels)) > 0).all()
    even = weighted_quantile(np.arange(101.0), np.full(101, 1 / 101), [0.25, 0.5])
    assert np.allclose(even, [24.75, 50.0], atol=0.5)


def test_errors_are_added_to_points_only_and_keep_what_is_missing():
    summaries = np.zeros((2000, 3))
    summaries[5, 1] = np.nan
    found = with_errors(summaries, 2, seed=1)
    assert found.shape == (2000, 2)
    assert np.isnan(found[5, 1])
    assert np.isnan(found).sum() == 1
    assert abs(np.nanstd(found) - 1) < 0.05
    assert np.array_equal(found, with_errors(summaries, 2, seed=1), equal_nan=True)


def test_moments_and_ranks_of_a_weighted_posterior():
    one = Posterior(np.array([[0.2], [0.4], [0.9]]), np.array([0.5, 0.25, 0.25]))
    assert np.isclose(one.mean()[0], 0.425)
    assert np.isclose(one.variance()[0], 0.5 * 0.225**2 + 0.25 * 0.025**2 + 0.25 * 0.475**2)
    assert np.isclose(one.rank(np.array([0.3]))[0], 0.5)
    assert np.isclose(one.effective, 1 / (0.25 + 2 * 0.0625))

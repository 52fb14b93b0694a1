"""The distance by learned statistics, the adapted proposals, and ridge and contraction on known cases."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal, norm

from sim.calibration import identifiability
from sim.calibration.factors import FACTORS
from sim.calibration.nearness import Nearness
from sim.calibration.recovery import Recovery
from sim.calibration.regression import Posterior

POINTS = 2000


@pytest.fixture(scope="module")
def world():
    """One factor moves one residual out of thirty, the other none; the rest is luck ten times as large."""
    rng = np.random.default_rng(0)
    normal = rng.standard_normal((POINTS, 2))
    residuals = 10.0 * rng.standard_normal((POINTS, 30))
    residuals[:, 4] = 3.0 * normal[:, 0]
    return normal, np.column_stack([residuals, 1e6 * rng.standard_normal(POINTS)])  # and a latent figure


def test_the_distance_follows_what_the_data_inform(world):
    normal, residuals = world
    nearness = Nearness(normal, residuals, 30)
    distance = nearness.many(residuals)
    assert np.corrcoef(distance, np.abs(normal[:, 0]))[0, 1] > 0.8
    plain = np.sqrt((residuals[:, :30] ** 2).mean(axis=1))
    assert abs(np.corrcoef(plain, np.abs(normal[:, 0]))[0, 1]) < 0.2


def test_the_same_run_has_the_same_distance(world):
    normal, residuals = world
    nearness = Nearness(normal, residuals, 30)
    assert nearness(residuals[7]) == nearness(residuals[7])
    assert nearness(residuals[7]) == pytest.approx(nearness.many(residuals[5:9])[2], rel=1e-9)


def test_a_record_unlike_all_worlds_is_told(world):
    normal, residuals = world
    assert Nearness(normal, residuals, 30).unusual(residuals) < 0.9
    shifted = residuals.copy()
    shifted[:, 4] += 40.0
    assert Nearness(normal, shifted, 30).unusual(shifted) > 0.99


def test_proposals_have_the_density_they_claim():
    pytest.importorskip("pyabc", reason="the extra 'calibration' is not installed")
    from sim.calibration.proposals import DEFENSIVE, WIDER, AdaptedNormal, NormalPrior

    rng = np.random.default_rng(1)
    particles = pd.DataFrame(rng.normal([1.0, -0.5], [0.3, 0.8], (4000, 2)), columns=["b", "a"])
    proposals = AdaptedNormal()
    proposals.fit(particles, np.full(4000, 1 / 4000))
    point = {"b": 0.9, "a": 0.1}
    covariance = WIDER * np.diag([0.3**2, 0.8**2])
    adapted = multivariate_normal([1.0, -0.5], covariance).pdf([0.9, 0.1])
    prior = norm.pdf(0.9) * norm.pdf(0.1)
    assert proposals.pdf(point) == pytest.approx((1 - DEFENSIVE) * adapted + DEFENSIVE * prior, rel=0.05)
    assert NormalPrior(("b", "a")).pdf(point) == pytest.approx(prior)
    # Weights are bounded by the part that comes from the prior.
    far = {"b": -4.0, "a": 4.0}
    assert NormalPrior(("b", "a")).pdf(far) / proposals.pdf(far) <= 1 / DEFENSIVE + 1e-9
    np.random.seed(0)
    drawn = np.array([[one["b"], one["a"]] for one in (proposals.rvs_single() for _ in range(4000))])
    inside = drawn[np.abs(drawn[:, 0] - 1.0) < 0.7]
    assert inside[:, 0].mean() == pytest.approx(1.0, abs=0.05)


def test_the_line_of_equal_lag_is_that_of_the_design():
    """AMENDMENTS.md I: 7 months seen are 7.0, 8.8, 10.6, 12.9, 18.9 without copying at r = 0, .3, .6, 1, 2."""
    found = identifiability.iso_lag(7.0, np.array([0.0, 0.3, 0.6, 1.0, 2.0]))
    assert found == pytest.approx([7.0, 8.8, 10.6, 12.9, 18.9], abs=0.06)


def test_lag_without_copying():
    found = identifiability.lag_without_copying(np.array([7.0, 7.0, 7.0]), np.array([0.0, 0.5, 0.99]))
    assert found[:2] == pytest.approx([7.0, 14.0])
    assert np.isnan(found[2])


def test_the_ridge_shows_in_its_table():
    rng = np.random.default_rng(2)
    ratios = rng.uniform(0, 2, 2000)
    hidden = identifiability.iso_lag(7.0, ratios)
    table = identifiability.ridge(ratios, hidden, np.full(2000, 1 / 2000))
    assert table["share"].sum() == pytest.approx(1.0)
    assert (np.diff(table["median"]) > 1.0).all()
    assert identifiability.weighted_correlation(ratios, hidden, np.ones(2000)) == pytest.approx(1.0)


def test_few_points_do_not_make_a_factor_identified():
    """A handful of particles is close together by chance."""
    rng = np.random.default_rng(3)
    places = rng.random((400, len(FACTORS)))
    places[:, 1] = 0.5 + 0.02 * rng.standard_normal(400)
    weights = np.full(400, 1e-4)
    weights[:4] = 1.0
    recovery = Recovery(
        tuple(factor.name for factor in FACTORS),
        rng.random((100, len(FACTORS))),
        np.full((100, len(FACTORS)), 1 / 12),
        np.zeros((100, len(FACTORS))),
    )
    few = Posterior(places, weights / weights.sum())
    many = Posterior(places, np.full(400, 1 / 400))
    table = identifiability.table(FACTORS, many, many, recovery)
    assert table["identified"].tolist() == [k == 1 for k in range(len(FACTORS))]
    assert table["contraction"][1] > 0.95
    assert table["q50"][1] == pytest.approx(FACTORS[1].value(0.5), abs=0.02)
    table = identifiability.table(FACTORS, few, many, recovery)
    assert not table["identified"].any()

"""Kyle 1985 (T5.4): single auction."""

import numpy as np
import pytest

from .reference.kyle_auction import (
    insider_intensity,
    intensity_given,
    price_impact,
    price_impact_given,
    residual_variance,
    simulated_auctions,
)

CASES = [(1.0, 1.0), (2.0, 0.5), (0.3, 4.0)]


@pytest.mark.parametrize(("sigma_value", "sigma_noise"), CASES)
def test_equilibrium_is_a_pair_of_best_replies(sigma_value, sigma_noise):
    impact, intensity = price_impact(sigma_value, sigma_noise), insider_intensity(sigma_value, sigma_noise)
    assert impact == pytest.approx(sigma_value / (2 * sigma_noise), rel=1e-12)
    assert price_impact_given(intensity, sigma_value, sigma_noise) == pytest.approx(impact, rel=1e-12)
    assert intensity_given(impact) == pytest.approx(intensity, rel=1e-12)


def test_insider_cannot_earn_more_with_another_order():
    value, impact = 1.7, price_impact(1.0, 1.0)
    order = np.linspace(-5, 5, 10_001)
    best = order[np.argmax((value - impact * order) * order)]
    assert best == pytest.approx(insider_intensity(1.0, 1.0) * value, abs=1e-3)


@pytest.mark.parametrize(("sigma_value", "sigma_noise"), CASES)
def test_half_of_the_variance_remains_after_the_auction(sigma_value, sigma_noise):
    left = residual_variance(insider_intensity(sigma_value, sigma_noise), sigma_value, sigma_noise)
    assert left == pytest.approx(sigma_value**2 / 2, rel=1e-12)


@pytest.mark.parametrize(("sigma_value", "sigma_noise"), CASES)
def test_simulated_auctions(sigma_value, sigma_noise):
    n = 200_000
    value, order, price = simulated_auctions(sigma_value, sigma_noise, n, np.random.default_rng(54))
    error = 4 / np.sqrt(n)
    slope = np.mean(value * order) / np.mean(order**2)
    assert slope == pytest.approx(price_impact(sigma_value, sigma_noise), rel=error)
    assert np.var(value - price) == pytest.approx(sigma_value**2 / 2, rel=np.sqrt(2) * error)
    # the price is an unbiased forecast: its error is not correlated with it
    assert abs(np.corrcoef(value - price, price)[0, 1]) < error

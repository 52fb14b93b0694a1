"""Single auction with one informed trader.

Source: A. S. Kyle (1985), "Continuous auctions and insider trading", Econometrica 53:1315-1335,
doi:10.2307/1913210 (section 2).

The value is N(0, sigma_v^2); the insider orders beta * value, noise traders order N(0, sigma_u^2); the market
maker sets price = lambda * (total order) = E[value | total order].

Units: value and price in money, orders in shares, lambda in money per share, beta in shares per money.
"""

import numpy as np


def price_impact(sigma_value: float, sigma_noise: float) -> float:
    """Equilibrium lambda = sigma_v / (2 sigma_u)."""
    return sigma_value / (2.0 * sigma_noise)


def insider_intensity(sigma_value: float, sigma_noise: float) -> float:
    """Equilibrium beta = sigma_u / sigma_v."""
    return sigma_noise / sigma_value


def price_impact_given(intensity: float, sigma_value: float, sigma_noise: float) -> float:
    """Market maker's regression slope of value on total order, for any insider intensity."""
    return intensity * sigma_value**2 / (intensity**2 * sigma_value**2 + sigma_noise**2)


def intensity_given(impact: float) -> float:
    """Insider's best reply to a linear price: maximises (value - impact * order) * order."""
    return 1.0 / (2.0 * impact)


def residual_variance(intensity: float, sigma_value: float, sigma_noise: float) -> float:
    """Variance of the value given the price."""
    signal, noise = intensity**2 * sigma_value**2, sigma_noise**2
    return sigma_value**2 * noise / (signal + noise)


def simulated_auctions(sigma_value: float, sigma_noise: float, auctions: int, rng: np.random.Generator):
    """(value, total order, price) of independent equilibrium auctions."""
    value = rng.normal(0.0, sigma_value, auctions)
    noise = rng.normal(0.0, sigma_noise, auctions)
    order = insider_intensity(sigma_value, sigma_noise) * value + noise
    return value, order, price_impact(sigma_value, sigma_noise) * order

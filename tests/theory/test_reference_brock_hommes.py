"""Brock & Hommes 1998 (T5.2): bifurcations of the market with costly fundamentalists and trend followers."""

import numpy as np
import pytest

from .reference.brock_hommes import (
    Market,
    eigenvalues,
    neimark_sacker,
    next_price,
    pitchfork,
    simulate,
    steady_state,
)

MARKET = Market()
START = (0.5, 0.5, 0.5)


def test_pitchfork():
    beta = pitchfork(MARKET)
    assert beta == pytest.approx(2.3979, abs=5e-5)
    assert np.max(np.abs(eigenvalues(0.0, beta, MARKET))) == pytest.approx(1.0, abs=1e-8)
    assert np.max(np.abs(eigenvalues(0.0, beta - 0.1, MARKET))) < 1
    assert np.max(np.abs(eigenvalues(0.0, beta + 0.1, MARKET))) > 1


@pytest.mark.parametrize(("beta", "x"), [(2.6, 0.8048), (3.0, 1.2933), (3.2, 1.4453)])
def test_non_fundamental_steady_states(beta, x):
    found = steady_state(beta, MARKET)
    assert found == pytest.approx(x, abs=5e-5)
    assert next_price((found, found, found), beta, MARKET) == pytest.approx(found, abs=1e-12)
    assert next_price((-found, -found, -found), beta, MARKET) == pytest.approx(-found, abs=1e-12)


def test_closed_forms_hold_for_another_market():
    market = Market(gross_return=1.05, trend=1.25, cost=0.7, demand=2.0)
    assert np.max(np.abs(eigenvalues(0.0, pitchfork(market), market))) == pytest.approx(1.0, abs=1e-8)
    beta = pitchfork(market) + 0.2
    x = steady_state(beta, market)
    assert x > 0.1
    assert next_price((x, x, x), beta, market) == pytest.approx(x, abs=1e-12)
    assert steady_state(pitchfork(market) - 0.1, market) == 0.0


@pytest.mark.parametrize(("beta", "x"), [(2.3, 0.0), (2.6, 0.8048), (3.2, 1.4453)])
def test_prices_settle_where_the_steady_state_is_stable(beta, x):
    assert simulate(START, beta, 4000, MARKET)[-1] == pytest.approx(x, abs=1e-4)


def test_neimark_sacker():
    beta = neimark_sacker(MARKET, 3.0, 3.6)
    assert beta == pytest.approx(3.3313, abs=5e-5)
    values = eigenvalues(steady_state(beta, MARKET), beta, MARKET)
    leading = values[np.argsort(-np.abs(values))][:2]
    assert np.abs(leading) == pytest.approx([1.0, 1.0], abs=1e-7)
    assert np.abs(leading.imag).min() > 0.1  # a complex pair: a circle, not a flip or a fold


def test_prices_cycle_just_above_the_neimark_sacker_bifurcation():
    below, above = (simulate(START, beta, 20_000, MARKET)[-2000:] for beta in (3.30, 3.36))
    assert np.ptp(below) < 1e-6
    assert np.ptp(above) > 0.05


def test_orbit_at_high_intensity_of_choice():
    orbit = simulate(START, 3.6, 60_000, MARKET)[10_000:]
    assert orbit.min() == pytest.approx(0.0114, abs=1e-4)
    assert orbit.max() == pytest.approx(1.8769, abs=1e-4)


def test_the_map_follows_the_published_profits():
    # worked out by hand: x = (1, .8, .5), beta = 2, R = 1.1, g = 1.2, C = D = 1
    profit = 1.0 - 1.1 * 0.8
    u1, u2 = profit * (-1.1 * 0.8) - 1.0, profit * (1.2 * 0.5 - 1.1 * 0.8)
    share = np.exp(2 * u2) / (np.exp(2 * u1) + np.exp(2 * u2))
    assert next_price((1.0, 0.8, 0.5), 2.0, MARKET) == pytest.approx(1.2 / 1.1 * share, rel=1e-12)

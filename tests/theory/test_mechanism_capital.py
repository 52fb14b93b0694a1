"""The closed loop of value and compute: no control, balanced growth."""

import numpy as np
import pytest

from sim.mechanisms import capital
from sim.mechanisms.capital import imports_under_control
from sim.mechanisms.numerics import LN10, WEEKS_PER_YEAR, YEAR_STEP, weekly_probability

MARKET, GROWTH, CAP = 2.4, 1.25, 500.0
PRICE, DECLINE, DEPRECIATION = 30.0, 0.3, 0.25
SPEND, REVENUE_SHARE, ROUND_RATE, MULTIPLE = 0.6, 0.5, 1.5, 40.0


def test_the_market_grows_until_its_cap_binds():
    assert capital.market_size(0.0, MARKET, GROWTH, CAP) == MARKET
    assert capital.market_size(2.0, MARKET, GROWTH, CAP) == pytest.approx(MARKET * np.exp(2.5), rel=1e-14)
    binds = np.log(CAP / MARKET) / GROWTH
    assert binds == pytest.approx(4.3, abs=0.05)  # RESOLUTIONS 0.7
    assert capital.market_size(binds + 1e-3, MARKET, GROWTH, CAP) == CAP


def test_price_of_compute_halves_in_2_3_years():
    assert capital.compute_price(0.0, PRICE, DECLINE) == PRICE
    assert capital.compute_price(np.log(2.0) / 0.3, PRICE, DECLINE) == pytest.approx(15.0, rel=1e-14)


def test_spending_and_cash_identities():
    assert capital.compute_spending(np.array(10.0), np.array(4.0), SPEND, REVENUE_SHARE) == pytest.approx(7.2)
    cash = np.array(10.0)
    for _ in range(WEEKS_PER_YEAR):
        cash = capital.cash_step(cash, np.array(0.0))
    assert cash == pytest.approx(10.0 * (1.0 - YEAR_STEP) ** 52, rel=1e-12)


def test_without_control_imports_are_demand_exactly():
    rng = np.random.default_rng(71)
    demand, stock = rng.uniform(0.0, 5.0, 1000), rng.uniform(0.0, 2.0, 1000)
    assert np.array_equal(imports_under_control(demand, stock, 0.0, 0.40, 0.25), demand)


def test_full_control_lets_compute_grow_at_the_floor():
    """Where the cap binds, net growth of the stock is gamma_floor ln 10; below it control does nothing."""
    stock, floor = np.array(2.0), 0.40
    bought = imports_under_control(np.array(50.0), stock, 1.0, floor, DEPRECIATION)
    assert (bought - DEPRECIATION * stock) / stock == pytest.approx(floor * LN10, rel=1e-13)
    assert imports_under_control(np.array(0.1), stock, 1.0, floor, DEPRECIATION) == pytest.approx(
        0.1, rel=1e-14
    )
    half = imports_under_control(np.array(50.0), stock, 0.5, floor, DEPRECIATION)
    assert half == pytest.approx(0.5 * 50.0 + 0.5 * bought, rel=1e-13)


def balanced_start() -> tuple[float, float]:
    """Cash and compute of one lab with the whole market, on the balanced path at 2024.0."""
    value = MULTIPLE * MARKET
    cash = capital.balanced_cash(ROUND_RATE, 0.07, value, GROWTH)
    spending = capital.compute_spending(cash, np.array(MARKET), SPEND, REVENUE_SHARE)
    return float(cash), float(capital.balanced_compute(spending / PRICE, DEPRECIATION, GROWTH + DECLINE))


def run_loop(years: float, cash: float, stock: float) -> tuple[np.ndarray, np.ndarray]:
    """Weekly steps of the loop in the model's order, with the expected round of each week."""
    cash_path, stock_path = [cash], [stock]
    chance = float(weekly_probability(ROUND_RATE))
    for week in range(round(years * WEEKS_PER_YEAR)):
        t = week * YEAR_STEP
        revenue = float(capital.market_size(t, MARKET, GROWTH, CAP))
        spending = float(capital.compute_spending(np.array(cash), np.array(revenue), SPEND, REVENUE_SHARE))
        bought = spending / float(capital.compute_price(t, PRICE, DECLINE))
        stock = stock + (bought - DEPRECIATION * stock) * YEAR_STEP
        cash = float(capital.cash_step(np.array(cash), np.array(chance * 0.07 * MULTIPLE * revenue)))
        cash_path.append(cash)
        stock_path.append(stock)
    return np.array(cash_path), np.array(stock_path)


def test_compute_grows_by_market_growth_plus_price_decline():
    """Balanced growth (g_M + d)/ln 10 = .67 OOM a year, in each year before the cap, within 2 %."""
    cash, stock = run_loop(4.0, *balanced_start())
    balanced = (GROWTH + DECLINE) / LN10
    assert balanced == pytest.approx(0.67, abs=0.005)
    yearly = np.diff(np.log10(stock[::WEEKS_PER_YEAR]))
    assert yearly == pytest.approx(np.full(4, balanced), rel=0.02)
    assert np.diff(np.log(cash[::WEEKS_PER_YEAR])) == pytest.approx(np.full(4, GROWTH), rel=0.02)


def test_the_balanced_path_is_a_fixed_point_of_the_weekly_steps():
    """Stocks relative to the balanced path do not drift: the discrete path lies within Euler's error of it.

    Weekly steps settle at cash p d V/(e^(g dt) - 1 + dt) and compute F dt/(e^(g' dt) - 1 + delta dt) with
    g' = g_M + decline; the continuous formulas start 2.1 % and 3.0 % above.
    """
    start_cash, start_stock = balanced_start()
    growth = np.expm1(GROWTH * YEAR_STEP) / YEAR_STEP
    chance = float(weekly_probability(ROUND_RATE)) / YEAR_STEP
    cash = chance * 0.07 * MULTIPLE * MARKET / (growth + 1.0)
    bought = float(capital.compute_spending(np.array(cash), np.array(MARKET), SPEND, REVENUE_SHARE)) / PRICE
    stock = bought / (np.expm1((GROWTH + DECLINE) * YEAR_STEP) / YEAR_STEP + DEPRECIATION)
    assert start_cash == pytest.approx(cash, rel=0.022)
    assert start_stock == pytest.approx(stock, rel=0.031)
    cash_path, stock_path = run_loop(4.0, cash, stock)
    t = np.arange(len(cash_path)) * YEAR_STEP
    assert cash_path == pytest.approx(cash * np.exp(GROWTH * t), rel=1e-10)
    assert stock_path == pytest.approx(stock * np.exp((GROWTH + DECLINE) * t), rel=1e-10)


def test_a_disturbed_stock_returns_to_the_balanced_path():
    cash, stock = balanced_start()
    _, disturbed = run_loop(4.0, cash, 2.0 * stock)
    _, balanced = run_loop(4.0, cash, stock)
    ratio = disturbed / balanced
    assert ratio[0] == 2.0
    assert np.all(np.diff(ratio) < 0.0)
    assert ratio[-1] == pytest.approx(1.0, abs=0.002)

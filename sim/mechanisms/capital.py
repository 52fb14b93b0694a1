"""The closed loop: revenue and valuation raise capital, capital buys compute, compute makes capability.

Money in bn US$ (per year for flows), compute stock in million H100-equivalents. Orders of magnitude
from public figures on funding and capital expenditure; each constant's source stands in the scenario schema.
"""

from __future__ import annotations

from numpy import asarray, exp, minimum

from sim.mechanisms.numerics import LN10, ONE, YEAR_STEP, Array, Numbers


def market_size(years: Numbers, size: Numbers, growth: Numbers, cap: Numbers) -> Array:
    """Yearly spending on AI models, ``min(M_0 exp(g_M t), M_max)`` (bn US$/yr); t in years from 2024.0."""
    return minimum(size * exp(growth * asarray(years)), cap)


def compute_price(years: Numbers, price: Numbers, decline: Numbers) -> Array:
    """Price of compute, ``p_K exp(-d t)`` (bn US$ per million H100-equivalents); t in years from 2024.0."""
    return price * exp(-decline * asarray(years))


def compute_spending(cash: Array, revenue: Array, spend_share: Numbers, revenue_share: Numbers) -> Array:
    """Spending on compute, ``sigma_K (B/1yr + mu_R R)`` (bn US$/yr)."""
    return spend_share * (cash + revenue_share * revenue)


def cash_step(cash: Array, raised: Numbers) -> Array:
    """Cash a week later: money raised comes in, ``B/1yr`` is spent (bn US$)."""
    return cash + raised - cash * YEAR_STEP


def imports_under_control(
    demand: Array, compute: Array, effective: Numbers, floor: Numbers, depreciation: Numbers
) -> Array:
    """Chips a controlled lab obtains (million H100e/yr): quantity cap on the share ``x_eff`` of its demand.

    ``(1 - x_eff) F + x_eff min(F, K (gamma_floor ln 10 + delta_K))``: where control bites, supply allows growth at
    the floor rate only. With ``x_eff = 0`` it is F exactly. Own form (an assumption); the
    interpolation is that of the shortcut's growth rate.
    """
    capped = minimum(demand, compute * asarray(floor * LN10 + depreciation))
    return demand + effective * (capped - demand)


def balanced_compute(purchases: Numbers, depreciation: Numbers, growth: Numbers) -> Array:
    """Stock on the balanced path where purchases grow at ``growth`` (1/yr): ``F/(delta_K + growth)``."""
    return purchases / (depreciation + asarray(growth))


def balanced_cash(round_rate: Numbers, fraction: Numbers, value: Numbers, growth: Numbers) -> Array:
    """Cash on the balanced path where value grows at ``growth`` (1/yr): ``lambda d V/(1 + growth)``."""
    return round_rate * fraction * asarray(value) / (ONE + asarray(growth))

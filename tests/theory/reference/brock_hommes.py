"""Asset price with costly fundamentalists against trend followers.

Source: W. A. Brock, C. H. Hommes (1998), "Heterogeneous beliefs and routes to chaos in a simple asset pricing
model", Journal of Economic Dynamics and Control 22:1235-1274, doi:10.1016/S0165-1889(98)00011-6.

x is the deviation of the price from its fundamental; D = 1 / (risk aversion * variance). With the realised
profits of the demands held over the last period
  U_1 = D (x_(t-1) - R x_(t-2)) (-R x_(t-2)) - C
  U_2 = D (x_(t-1) - R x_(t-2)) (g x_(t-3) - R x_(t-2))
the share of trend followers is n_2 = 1 / (1 + exp(beta (U_1 - U_2))) and x_t = (g / R) n_2 x_(t-1).

Units: x in price units, C in profit units, beta in 1 / profit, R and g gross per period.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit


@dataclass(frozen=True)
class Market:
    """Parameters of the market (defaults: the example of the paper)."""

    gross_return: float = 1.1
    trend: float = 1.2
    cost: float = 1.0
    demand: float = 1.0


def next_price(state, beta: float, market: Market):
    """x_t from the state (x_(t-1), x_(t-2), x_(t-3))."""
    last, before, earlier = state
    r, g = market.gross_return, market.trend
    profit = market.demand * (last - r * before)
    advantage = profit * (-r * before) - market.cost - profit * (g * earlier - r * before)
    return g / r * expit(-beta * advantage) * last


def simulate(start, beta: float, steps: int, market: Market) -> np.ndarray:
    """Path of x over `steps` periods after the start state (x_(t-1), x_(t-2), x_(t-3))."""
    last, before, earlier = start
    path = np.empty(steps)
    for t in range(steps):
        last, before, earlier = next_price((last, before, earlier), beta, market), last, before
        path[t] = last
    return path


def pitchfork(market: Market) -> float:
    """Intensity of choice at which the fundamental price loses stability: ln(R / (g - R)) / C."""
    return float(np.log(market.gross_return / (market.trend - market.gross_return)) / market.cost)


def steady_state(beta: float, market: Market) -> float:
    """Positive non-fundamental steady state; 0 below the pitchfork."""
    r, g = market.gross_return, market.trend
    square = (2.0 / beta * np.arctanh(1.0 - 2.0 * r / g) + market.cost) / (market.demand * g * (r - 1.0))
    return float(np.sqrt(max(square, 0.0)))


def eigenvalues(x: float, beta: float, market: Market, step: float = 1e-6) -> np.ndarray:
    """Eigenvalues of the linearised map at the steady state x (central differences)."""
    row = []
    for i in range(3):
        up, down = np.full(3, float(x)), np.full(3, float(x))
        up[i] += step
        down[i] -= step
        row.append((next_price(up, beta, market) - next_price(down, beta, market)) / (2 * step))
    return np.linalg.eigvals(np.array([row, [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]))


def neimark_sacker(market: Market, low: float, high: float) -> float:
    """Intensity of choice in [low, high] at which the non-fundamental steady state loses stability."""

    def excess(beta):
        return np.max(np.abs(eigenvalues(steady_state(beta, market), beta, market))) - 1.0

    return float(brentq(excess, low, high, xtol=1e-10))

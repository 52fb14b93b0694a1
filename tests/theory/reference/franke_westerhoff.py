"""Structural stochastic volatility: fundamentalists and chartists with discrete choice (DCA-HPM).

Source: R. Franke, F. Westerhoff (2012), "Structural stochastic volatility in asset pricing dynamics:
estimation and model contest", Journal of Economic Dynamics and Control 36:1193-1211,
doi:10.1016/j.jedc.2011.10.004 (herding, predisposition, misalignment).

With log price p, constant fundamental p* = 0 and shares n_f + n_c = 1,
  p(t+1) = p + mu [n_f (phi (p* - p) + sigma_f eps_f) + n_c (chi (p - p(t-1)) + sigma_c eps_c)]
  a(t)   = alpha_0 + alpha_n (n_f - n_c) + alpha_p (p - p*)^2,  n_f(t+1) = 1 / (1 + exp(-beta a(t))).
Convention: a(t) is made of the shares and the price of day t and decides the shares of day t + 1.

Units: one step is a trading day; log prices and returns are natural logs (not per cent).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit


@dataclass(frozen=True)
class Traders:
    """Estimated parameters of the paper."""

    mu: float = 0.01
    beta: float = 1.0
    phi: float = 0.12
    chi: float = 1.50
    sigma_f: float = 0.758
    sigma_c: float = 2.087
    alpha_0: float = -0.327
    alpha_n: float = 1.79
    alpha_p: float = 18.43


def simulate(
    days: int, burn_in: int, replicates: int, rng: np.random.Generator, traders: Traders | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Daily log returns and fundamentalist shares after the burn-in, each of shape (days, replicates).

    The share of a day is the one that makes this day's return.
    """
    k = traders or Traders()
    price = np.zeros(replicates)
    trend = np.zeros(replicates)
    share = np.full(replicates, 0.5)
    returns, shares = np.empty((days, replicates)), np.empty((days, replicates))
    for t in range(-burn_in, days):
        noise_f, noise_c = rng.standard_normal((2, replicates))
        demand_f = -k.phi * price + k.sigma_f * noise_f
        demand_c = k.chi * trend + k.sigma_c * noise_c
        step = k.mu * (share * demand_f + (1.0 - share) * demand_c)
        attraction = k.alpha_0 + k.alpha_n * (2.0 * share - 1.0) + k.alpha_p * price**2
        if t >= 0:
            returns[t], shares[t] = step, share
        price, trend, share = price + step, step, expit(k.beta * attraction)
    return returns, shares


def sum_to_weeks(returns: np.ndarray, days_per_week: int = 5) -> np.ndarray:
    """Weekly log returns from daily ones (an incomplete last week is dropped)."""
    weeks = len(returns) // days_per_week
    return returns[: weeks * days_per_week].reshape(weeks, days_per_week, -1).sum(axis=1)

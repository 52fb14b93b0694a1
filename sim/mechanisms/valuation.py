"""What a lead is worth: rents with a finite, believed moat.

All values are shares of the rent of a lab that leads for ever (``pi_M / rho`` = 1); times in years, speeds in
OOM/yr. A receiver's belief enters through the catch-up time T only, so that the sign of a copying claim's effect
is an outcome: it raises value if and only if ``(1-q_c)(1-eta_e E[e]) < 1 - eta_x E[x]``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy import asarray, exp, maximum, minimum, sqrt, where

from sim.mechanisms.numerics import ONE, ZERO, Array, Numbers, constant, sum_of
from sim.registry import valuation_rules

#: Three-point Gauss-Hermite rule for a standard normal variable.
QUADRATURE_NODES = np.array([-sqrt(3.0), 0.0, sqrt(3.0)])
QUADRATURE_WEIGHTS = np.array([1.0, 4.0, 1.0]) / 6.0
OUTER_WEIGHT, CENTRE_WEIGHT = constant(QUADRATURE_WEIGHTS[0]), constant(QUADRATURE_WEIGHTS[1])
#: Smallest speed of closing (OOM/yr) that a moat is divided by.
SMALLEST_SPEED = constant(1e-6)


def closing_factor(
    copied_share: Numbers,
    expected_control: Numbers,
    expected_enforcement: Numbers,
    control_effect: Numbers,
    enforcement_effect: Numbers,
    copying_stalls: Numbers,
) -> Array:
    """Factor on the believed closing speed: licit part slowed by control, copied part by enforcement.

    ``(1-m)(1 - eta_x E[x]) + m (1-q_c)(1 - eta_e E[e])`` in [0, 1]; with ``E[e] = E[x]`` equal in effect and
    ``q_c = 0`` it does not depend on m. Source: docs/odd.md 7.15.
    """
    licit = ONE - control_effect * asarray(expected_control)
    copied = asarray(ONE - copying_stalls) * (ONE - enforcement_effect * asarray(expected_enforcement))
    # Written around the licit part so that equal factors leave it exactly, whatever m is.
    return licit + copied_share * (copied - licit)


def catch_up_time(
    gap: Numbers,
    speed: Numbers,
    factor: Numbers,
    parity_margin: Numbers,
    min_speed: Numbers,
    max_moat: Numbers,
) -> Array:
    """Believed years until parity: ``T = clip((g - eps)+ / (max(nu, nu_min) factor), 0, T_max)``; docs/odd.md 7.15."""
    years = years_per_gap(speed, factor, min_speed)
    return minimum(gap_to_close(gap, parity_margin) * years, max_moat)


def gap_to_close(gap: Numbers, parity_margin: Numbers) -> Array:
    """The part of a gap beyond parity, ``(g - eps)+`` (OOM)."""
    return maximum(asarray(gap) - parity_margin, ZERO)


def years_per_gap(speed: Numbers, factor: Numbers, min_speed: Numbers) -> Array:
    """Years in which the believed speed closes one OOM, ``1/(max(nu, nu_min) factor)``."""
    return ONE / maximum(maximum(speed, min_speed) * factor, SMALLEST_SPEED)


def speed_quadrature(speed: Array, speed_variance: Array) -> Array:
    """Three values of the closing speed that stand for its posterior: ``(3,) + shape``, OOM/yr."""
    nodes = QUADRATURE_NODES.reshape(3, *(1,) * speed.ndim)
    return speed + nodes * sqrt(speed_variance)


def posterior_mean(values: Sequence[Array] | Array) -> Array:
    """Mean over the speed's posterior of values at its three nodes (first axis); same unit."""
    return OUTER_WEIGHT * (values[0] + values[2]) + CENTRE_WEIGHT * values[1]


@valuation_rules.register("finite_moat")
def finite_moat(discount: Numbers, catch_up: Array) -> Array:
    """Weight of the time after catch-up in the present value: ``exp(-rho T)``; source: docs/odd.md 7.15."""
    exponent = asarray(-discount * catch_up)
    return exp(exponent, out=exponent)


@valuation_rules.register("creative_destruction")
def creative_destruction(discount: Numbers, catch_up: Array) -> Array:
    """The same weight when catch-up is a hazard ``h = 1/T``: ``h/(rho + h) = 1/(1 + rho T)``.

    Source: Aghion & Howitt 1992 (doi:10.2307/2951599).
    """
    return ONE / (ONE + discount * catch_up)


def leader_annuity(after: Numbers, catchup_rent: Numbers) -> Array:
    """Value of leading until catch-up, then sharing: ``a = 1 - E + (pi_C/pi_M) E`` with ``E = exp(-rho T)``."""
    return ONE - asarray(ONE - catchup_rent) * after


def sector_weight(after: Array, revenue: Array) -> Array:
    """Weight of the time after catch-up for several labs together, ``(..., 1)``: a mean weighted by revenue.

    An annuity is linear in the weight, so that its value here is their joint value over their joint revenue: the
    multiple that reported rounds and revenue of several labs give. Source: docs/odd.md 7.15.
    """
    total = sum_of(revenue, axis=-1, keepdims=True)
    return sum_of(revenue * after, axis=-1, keepdims=True) / total


def follower_annuity(after: Numbers, catchup_rent: Numbers, home_rent: Numbers) -> Array:
    """Mirrored value of a follower: ``a_F = (pi_C/pi_M) E`` + protected home rent; parity raises it (G.2)."""
    return catchup_rent * asarray(after) + home_rent


def follower_rent_value(after: Numbers, catchup_rent: Numbers, follower_rent: Numbers) -> Array:
    """Follower without the capital loop: ``pi_F (1 - E) + pi_C E``."""
    return follower_rent + (catchup_rent - asarray(follower_rent)) * after


def post_money(
    values: Array, quantile: float, premium: Numbers, last: Array, down_threshold: Numbers
) -> Array:
    """Reported value of a private round: ``(1 + pi_p) Q_q(V)`` over investors (last axis), ``(...)``.

    A down-round only below ``(1 - kappa_dn)`` of the last mark. Premium .48: Gornall & Strebulaev 2020
    (doi:10.1016/j.jfineco.2018.04.015). The quantile is an order statistic (the marginal buyer is an investor).
    """
    order = min(max(int(np.ceil(quantile * values.shape[-1])) - 1, 0), values.shape[-1] - 1)
    fresh = (ONE + asarray(premium)) * np.partition(values, order, axis=-1)[..., order]
    keep = (fresh < last) & (fresh >= (ONE - asarray(down_threshold)) * last)
    return where(keep, last, fresh)

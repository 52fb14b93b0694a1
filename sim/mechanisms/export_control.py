"""Export control on chips: leakage, compute growth under control, learning, scarcity.

Strength ``x`` and its effective part are dimensionless in [0, 1]; growth is in OOM/yr. Each dial is a
published mechanism for or against control and has a coefficient whose zero removes it exactly.
"""

from __future__ import annotations

import numpy as np
from numpy import asarray, exp, log, maximum

from sim.mechanisms.numerics import LN10, ONE, ZERO, Array, Numbers, log_cosh


def effective_strength(strength: Numbers, leakage: Numbers, leakage_slope: Numbers) -> Array:
    """Strength left after leakage: ``x_eff = x (1 - l_0 - l_1 x)``.

    Anchor: smuggled chips of the order of 10 % of the controlled bloc's training compute, 1-40 %
    (Grunewald & Fist, CNAS 2025). ``leakage_slope <= (1 - l_0)/2`` keeps it monotone.
    """
    return strength * (ONE - leakage - leakage_slope * asarray(strength))


def compute_growth(
    effective: Numbers, free: Numbers, floor: Numbers, stockpiling: Numbers, expected_rise: Numbers
) -> Array:
    """Growth of log10 compute of a controlled lab (OOM/yr), without domestic learning.

    ``gamma = gamma_free - x_eff (gamma_free - gamma_floor) + phi_s (E[x] - x)+ (gamma_free - gamma_floor)``.
    Source: docs/odd.md 7.3; free growth after Epoch AI's 4-5x a year, floor an assumption.
    """
    span = asarray(free) - floor
    return free - effective * span + stockpiling * maximum(expected_rise, ZERO) * span


def learning_growth(
    effective: Numbers, cumulated: Numbers, learning_exponent: Numbers, learning_base: Numbers
) -> Array:
    """Growth of log10 domestic compute by learning (OOM/yr): ``b x_eff / (ln 10 (T_Q + X))``.

    ``X`` = integral of ``x_eff`` (yr): demand shifted to domestic makers; unit cost falls as
    ``(Q/Q_0)^-b`` with ``Q/Q_0 = 1 + X/T_Q``. Source: Wright 1936; Irwin & Klenow 1994
    (doi:10.1086/261968), about 20 % a doubling (b = .322).
    """
    return learning_exponent * effective / (LN10 * (learning_base + asarray(cumulated)))


def wright_cost(cumulated_ratio: Numbers, learning_exponent: Numbers) -> Array:
    """Unit cost relative to the start, ``(Q/Q_0)^-b`` (dimensionless). Source: Wright 1936."""
    return exp(-asarray(learning_exponent) * log(cumulated_ratio))


def induced_growth(algorithmic_growth: Numbers, induced_efficiency: Numbers, scarcity: Numbers) -> Array:
    """Algorithmic growth of a lab short of compute (OOM/yr): ``alpha_0 (1 + zeta tanh Z)``.

    ``Z`` (OOM) is the compute which control has denied so far, exactly 0 without control.
    Sign: Popp 2002 (doi:10.1257/000282802760015658), directed technical change; size an assumption.
    """
    return algorithmic_growth * (ONE + induced_efficiency * np.tanh(scarcity))


def denied_compute_rate(effective: Numbers, free: Numbers, floor: Numbers) -> Array:
    """Compute denied by control (OOM/yr): ``x_eff (gamma_free - gamma_floor)``; counts denial only."""
    return effective * (asarray(free) - floor)


def gap_under_constant_control(
    years: Numbers,
    effective: float,
    free: float,
    floor: float,
    algorithmic_growth: float,
    induced_efficiency: float,
) -> Array:
    """Change of the gap after ``years`` of constant control, without spillovers or copying (OOM).

    ``kxt - (alpha_0 zeta / kx) ln cosh(kxt)`` with ``kx = x_eff (gamma_free - gamma_floor)``. Control backfires
    on growth after ``1/(alpha_0 zeta)`` and on the level after twice that, as x -> 0.
    Source: docs/odd.md 7.3 (derived).
    """
    slope = effective * (free - floor)
    denied = slope * asarray(years, dtype=float)
    if slope == 0.0:
        return denied
    return denied - algorithmic_growth * induced_efficiency / slope * log_cosh(denied)

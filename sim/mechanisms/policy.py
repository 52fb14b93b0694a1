"""Policymakers and the control state: ideal points, attention, friction, reaction.

Strengths in [0, 1]; pressure in strength times weeks. Two instruments (chips; model access) share these rules.
"""

from __future__ import annotations

import numpy as np
from numpy import asarray, exp, maximum, minimum, sqrt, where

from sim.mechanisms.numerics import ONE, TWO, YEAR_STEP, ZERO, Array, Numbers


def chip_efficacy(
    copied_share: Numbers,
    gap: Numbers,
    initial_gap: Numbers,
    efficacy: Numbers,
    link_copying: Numbers,
    link_gap: Numbers,
) -> Array:
    """Believed marginal efficacy of chip control: ``e_0 (1 + s_m m)(1 + s_g (g - g_0)/g_0)``.

    ``s_m = -1``: chips matter less the more is copied; ``s_m > 0``: issue linkage; 0 (default): neutral.
    Source: docs/odd.md 7.18.
    """
    relative = (asarray(gap) - initial_gap) / initial_gap
    return efficacy * (ONE + link_copying * asarray(copied_share)) * (ONE + link_gap * relative)


def demand_for_control(
    security_weight: Numbers, efficacy: Numbers, lobby_weight: Numbers, lobbying: Numbers
) -> Array:
    """Numerator of the ideal point before cost: ``s_j eff_j + lambda_L sum z`` (dimensionless)."""
    return security_weight * asarray(efficacy) + lobby_weight * asarray(lobbying)


def ideal_point(demand: Numbers, marginal_cost: Numbers, curvature: Numbers) -> Array:
    """Ideal strength ``clip((demand - c_1)/c_2, 0, 1)``.

    Source: reduced form of Grossman & Helpman 1994 (AER 84:833); lobby weights after Goldberg & Maggi 1999
    (doi:10.1257/aer.89.5.1135).
    """
    return minimum(maximum((asarray(demand) - marginal_cost) / curvature, ZERO), ONE)


def pivot(values: Array, quantile: float) -> Array:
    """The pivotal member's value: order statistic at ``quantile`` of the last axis, kept as length one.

    With quantile .40, 60 % of members want at least this much.
    """
    order = min(max(int(np.ceil(quantile * values.shape[-1])) - 1, 0), values.shape[-1] - 1)
    return np.partition(values, order, axis=-1)[..., order : order + 1]


def attention_step(attention: Array, inputs: Array, base: Numbers, fading_time: Numbers) -> Array:
    """Issue attention a week later in [0, 1]: ``A_0 + (A - A_0) exp(-1/h_A) + inputs``; ``h_A`` in weeks.

    Source: Downs 1972 issue-attention cycle; docs/odd.md 7.18.
    """
    faded = base + (attention - base) * asarray(exp(-ONE / fading_time)) + inputs
    return minimum(maximum(faded, ZERO), ONE)


def pressure_step(
    pressure: Array, attention: Array, target: Array, announced: Array, decay: Numbers
) -> Array:
    """Pressure for change a week later: ``(1 - rho_P) P + A (x_target - x_announced)``."""
    return asarray(ONE - decay) * pressure + attention * (target - announced)


def act(
    pressure: Array,
    target: Array,
    announced: Array,
    friction: Numbers,
    hysteresis: Numbers,
    adjustment: Numbers,
    max_step: Numbers,
) -> tuple[Array, Array]:
    """Stick-slip: an act happens when pressure passes the threshold; returns ``(acts, change)``.

    Tightening needs ``P > tau_P``, loosening ``P < -tau_P (1 + i_R)``; the change is
    ``clip(gamma_P (target - announced), +-max_step)``. With ``tau_P = 0`` there is an act in each week with pressure.
    Source: Jones, Sulkin & Larsen 2003 (APSR 97:151); docs/odd.md 7.18.
    """
    acts = (pressure > friction) | (pressure < -friction * asarray(ONE + hysteresis))
    step = minimum(maximum(adjustment * (target - announced), asarray(-max_step)), max_step)
    return acts, where(acts, step, ZERO)


def cost_shift_step(shift: Array, noise: Array, rate: Numbers, sd: Numbers) -> Array:
    """Ornstein-Uhlenbeck shift of the marginal cost of control (elections, diplomacy), stationary sd ``sd``.

    ``c' = c - rate c dt + sd sqrt(2 rate dt) e``; symmetric around 0. Source: docs/odd.md 7.18 (assumption).
    """
    return shift - rate * shift * YEAR_STEP + asarray(sd * sqrt(TWO * rate * YEAR_STEP)) * noise


def counter_index_step(index: Array, strength: Array, response: Numbers, decay_time: Numbers) -> Array:
    """Counter-measures of the other side: ``y' = y + (psi_y x - y/tau_y) dt`` (dimensionless, at least 0)."""
    return maximum(index + (response * strength - index / decay_time) * YEAR_STEP, ZERO)


def expected_strength(announced: Array, target: Array, weight: Numbers, leakage: Numbers) -> Array:
    """Strength that markets expect: ``(1 - l_0) [x_end + kappa_E (target - x_end)]``.

    ``x_end`` is strictness after all announced acts; ``kappa_E = 0`` where policy is exogenous.
    """
    return asarray(ONE - leakage) * (announced + weight * (target - announced))


def expected_enforcement(announced_enforcement: Array, expected_access: Array) -> Array:
    """Expected obstacle to copying: ``1 - (1 - e)(1 - E[x_access])``."""
    return ONE - (ONE - announced_enforcement) * (ONE - expected_access)

"""A listed index: fundamental value plus the misalignment of chartists and fundamentalists.

Franke & Westerhoff 2012 (doi:10.1016/j.jedc.2011.10.004), herding version (DCA-HPM), driven on the misalignment
so that news in the fundamental passes through at once. Log prices; the unit of time is a trading day.
"""

from __future__ import annotations

import numpy as np
from numpy import asarray, log, maximum
from scipy.special import expit

from sim.mechanisms.numerics import LN10, Array, Numbers, constant

#: Smallest spending on compute (bn US$/yr) whose logarithm is taken.
SMALLEST_SPENDING = constant(1e-12)


def fundamentalist_share(attractiveness: Array, intensity: Array) -> Array:
    """Share of fundamentalists, ``n^f = 1/(1 + exp(-beta a))``."""
    return expit(intensity * attractiveness)


def attractiveness(
    share: Array, misalignment: Array, alpha_0: Array, alpha_n: Array, alpha_p: Array
) -> Array:
    """Attractiveness of fundamentalism: ``alpha_0 + alpha_n (n^f - n^c) + alpha_p z^2`` with ``n^c = 1 - n^f``."""
    return alpha_0 + alpha_n * (2.0 * share - 1.0) + alpha_p * (misalignment * misalignment)


def misalignment_step(
    misalignment: Array,
    previous: Array,
    share: Array,
    fundamental_noise: Array,
    chartist_noise: Array,
    mu: Numbers,
    phi: Numbers,
    chi: Numbers,
    sigma_f: Numbers,
    sigma_c: Numbers,
) -> Array:
    """Misalignment ``z = p - p*`` one trading day later.

    ``z' = z + mu [n^f (sigma_f e^f - phi z) + n^c (chi (z - z_prev) + sigma_c e^c)]``.
    """
    fundamental_demand = share * (sigma_f * fundamental_noise - phi * misalignment)
    chartist_demand = (1.0 - share) * (chi * (misalignment - previous) + sigma_c * chartist_noise)
    return misalignment + mu * (fundamental_demand + chartist_demand)


def chip_fundamental(
    compute_spending: Numbers,
    believed_efficiency: Numbers,
    demand_elasticity: Numbers,
    controlled_sales_share: Numbers,
    control: Numbers,
) -> Array:
    """Log fundamental of a chip seller: ``ln sum I + ln(10^(-(1-eps_J) a_hat) + s/(1-s) (1 - x))``.

    ``compute_spending`` bn US$/yr over all labs; ``believed_efficiency`` a_hat (OOM) lowers the demand for compute
    if and only if the believed demand elasticity is below one (default one: neutral). Source: docs/odd.md 7.17.
    """
    sales = controlled_sales_share / (1.0 - asarray(controlled_sales_share))
    own = np.power(10.0, -(1.0 - asarray(demand_elasticity)) * believed_efficiency)
    return log(maximum(compute_spending, SMALLEST_SPENDING)) + log(own + sales * (1.0 - asarray(control)))


def efficiency_sensitivity(
    believed_efficiency: Numbers,
    demand_elasticity: Numbers,
    controlled_sales_share: Numbers,
    control: Numbers,
) -> Array:
    """Derivative of the log fundamental with respect to believed efficiency (1/OOM); 0 at elasticity one."""
    sales = controlled_sales_share / (1.0 - asarray(controlled_sales_share))
    exponent = -(1.0 - asarray(demand_elasticity))
    own = np.power(10.0, exponent * believed_efficiency)
    return exponent * LN10 * own / (own + sales * (1.0 - asarray(control)))

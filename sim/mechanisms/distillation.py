"""The technical channel of copying: distillation, access to teachers, weight exfiltration, and its traces.

One decaying, capped stock D (OOM): bounded by the teacher, in need of repeated access, with enforcement that
works with a lag. Potency 0 is exactly the world without copying.
"""

from __future__ import annotations

import numpy as np
from numpy import asarray, exp, log, maximum, minimum, sqrt, where
from scipy.special import pdtrik, roots_jacobi

from sim.mechanisms.numerics import ONE, YEAR_STEP, ZERO, Array, Numbers, constant, deeper, max_of, sum_of

#: Smallest expected number of flags, and the largest quantile of their number that is told from certainty.
SMALLEST_MEAN, LARGEST_QUANTILE = constant(1e-12), constant(1.0 - 1e-12)


def api_access(
    paying: Numbers,
    unauthorised: Numbers,
    enforcement: Numbers,
    access_control: Numbers,
    base_detection: Numbers,
    enforced_detection: Numbers,
    account_replacement: Numbers,
    access_effect: Numbers,
) -> Array:
    """Effective access of a student to a rival's API, q in [0, 1].

    ``q = q_L + q_P rho_r/(rho_r + h_0 + h_1 e) (1 - eta_m x_access)``: paying use, plus accounts in breach of
    terms that are detected (hazard ``h_0 + h_1 e`` per week) and replaced (rate ``rho_r`` per week), the
    stationary share of a two-state chain. Source: docs/odd.md 7.6 (assumption, derived chain).
    """
    active = active_share(enforcement, base_detection, enforced_detection, account_replacement)
    return paying + unauthorised * active * (ONE - access_effect * asarray(access_control))


def active_share(
    enforcement: Numbers, base_detection: Numbers, enforced_detection: Numbers, account_replacement: Numbers
) -> Array:
    """Stationary share of unauthorised accounts that are active, ``rho_r/(rho_r + h_0 + h_1 e)``."""
    return account_replacement / (
        account_replacement + base_detection + enforced_detection * asarray(enforcement)
    )


def teaching_gain(access: Array, teacher: Array, student: Array, ceiling_margin: Numbers) -> Array:
    """What a student can still learn from a teacher, weighted by access: ``q (theta_T - f - theta_S)+`` (OOM).

    A student stays at least ``f`` below its teacher (Gudibande et al. 2023, arXiv:2305.15717; Busbridge et al.
    2025, arXiv:2502.08606).
    """
    return access * maximum(teacher - ceiling_margin - student, ZERO)


def uplift_step(uplift: Array, gain: Array, potency: Numbers, obsolescence: Numbers) -> Array:
    """Weekly change of the copied uplift D (OOM): ``[kappa_d q (theta_T - f - theta_S)+ - delta_D D] dt``.

    ``potency`` and ``obsolescence`` in 1/yr: a copied skill must be copied anew each generation.
    """
    return (potency * gain - obsolescence * uplift) * YEAR_STEP


def steady_state_uplift(counterfactual_gap: Numbers, ratio: Numbers, ceiling_margin: Numbers) -> Array:
    """Steady state ``D* = r (B - f)+ / (1 + r)`` (OOM), with ``r = kappa_d q / delta_D`` (derived)."""
    return ratio * maximum(asarray(counterfactual_gap) - ceiling_margin, ZERO) / (ONE + asarray(ratio))


def steady_state_gap(counterfactual_gap: Numbers, ratio: Numbers, ceiling_margin: Numbers) -> Array:
    """Steady state gap ``G* = (B + r f)/(1 + r)`` (OOM) where copying works, that is for ``B >= f``."""
    return (counterfactual_gap + asarray(ratio) * ceiling_margin) / (ONE + asarray(ratio))


def iso_lag_counterfactual_gap(observed_gap: Numbers, ratio: Numbers, ceiling_margin: Numbers) -> Array:
    """Counterfactual gap B that shows the same observed gap for any copying ratio: ``G_obs (1 + r) - r f``.

    Where the observed gap is below the ceiling margin nothing is copied and B = G_obs. Source: docs/odd.md 7.6.
    """
    observed = asarray(observed_gap, dtype=float)
    return observed + ratio * maximum(observed - ceiling_margin, ZERO)


def exfiltrated_uplift(uplift: Array, own: Array, teacher: Array, margin: Numbers) -> Array:
    """Uplift after a weight exfiltration: ``max(D, theta_T - f_th - (c + A))`` (OOM); never lower than before."""
    return maximum(uplift, teacher - margin - own)


def flag_rate(
    copied_share: Array, activity: Array, legal: Numbers, copying: Numbers, prior_share: Numbers
) -> Array:
    """Expected number of flagged query clusters a week at a lab's API.

    ``legal`` false positives from paying customers plus ``copying * (m/m_0) * activity``, where ``activity`` is
    the share of unauthorised accounts still active. Calibrated so that half of the flags are legal use at the
    prior mean share. Source: docs/odd.md 7.6 (assumption).
    """
    return legal + copying * activity * asarray(copied_share) / prior_share


def poisson_quantile(quantile: Array, mean: Array) -> Array:
    """Number of events by the exact inverse distribution function of the Poisson distribution.

    One uniform draw a value keeps the draw in its slot whatever the mean (common random numbers).
    """
    safe = maximum(mean, SMALLEST_MEAN)
    # pdtrik inverts the distribution function continuously in the count; below the chance of no event it is < 0.
    count = np.ceil(pdtrik(minimum(quantile, LARGEST_QUANTILE), safe))
    return where(quantile <= exp(-safe), ZERO, maximum(count, ZERO))


class SharePosterior:
    """A lab's posterior of the copied share m, given the week's flagged volume F.

    Prior Beta(a, b), likelihood Poisson(``legal + copying (m/m_0) activity``); mean and standard deviation by
    Gauss-Jacobi quadrature with 64 nodes. Source: Bayes' rule, docs/odd.md 7.6.
    """

    def __init__(self, prior_successes: Array, prior_failures: Array, nodes: int = 64) -> None:
        """Nodes for each world's prior; arguments ``(worlds, 1)`` counts."""
        pairs = list(zip(prior_successes[:, 0].tolist(), prior_failures[:, 0].tolist(), strict=True))
        rules = {pair: roots_jacobi(nodes, pair[1] - 1.0, pair[0] - 1.0) for pair in set(pairs)}
        self.share = np.stack([0.5 * (rules[pair][0] + 1.0) for pair in pairs])[:, None, :]
        self.squared_share = self.share * self.share
        self.weight = np.stack([rules[pair][1] / rules[pair][1].sum() for pair in pairs])[:, None, :]

    def __call__(
        self, flags: Array, activity: Array, legal: Array, copying: Array, prior_share: Array
    ) -> tuple[Array, Array]:
        """Posterior mean and standard deviation of m, same shape as ``flags`` (counts a week)."""
        rate = flag_rate(self.share, activity[..., None], deeper(legal), deeper(copying), deeper(prior_share))
        rate = maximum(rate, SMALLEST_MEAN)
        log_likelihood = flags[..., None] * log(rate) - rate
        log_likelihood -= max_of(log_likelihood, axis=-1, keepdims=True)
        mass = exp(log_likelihood) * self.weight
        mass /= sum_of(mass, axis=-1, keepdims=True)
        mean = sum_of(mass * self.share, axis=-1)
        second = sum_of(mass * self.squared_share, axis=-1)
        return mean, sqrt(maximum(second - mean * mean, ZERO))

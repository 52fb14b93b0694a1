"""Benchmarks: item response, information, inversion, composites.

The response curve is a three-parameter logistic (chance floor, discrimination, difficulty), the form which the
Epoch Capabilities Index fits without a floor (Ho et al. 2025, arXiv:2512.00193). Capability and difficulty in
OOM, discrimination in 1/OOM, scores in [0, 1].
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import asarray, exp, log, matmul, maximum, minimum, sqrt, where
from scipy.special import expit

from sim.mechanisms.numerics import ONE, ZERO, Array, Numbers, constant, sum_of

#: Scores that differ by no more than this are equal.
LARGEST_TIE, MINUS_LARGEST_TIE = constant(1e-9), constant(-1e-9)
#: A score informs only inside ``[floor + .02, .98]``: outside, the inverse is undefined or without precision.
USABLE_MARGIN = constant(0.02)
HIGHEST_USABLE = constant(1.0 - 0.02)
#: Logits are bounded so that no expected score is exactly chance or perfection.
LARGEST_LOGIT, SMALLEST_LOGIT = constant(30.0), constant(-30.0)
#: The longest step of the ability index (OOM), and guards of divisions.
LONGEST_STEP_UP, LONGEST_STEP_DOWN = ONE, constant(-1.0)
LOWEST_SCORE, HIGHEST_SCORE = constant(1e-9), constant(1.0 - 1e-9)
SMALLEST_INFORMATION, SMALLEST_SLOPE, SMALLEST_VARIANCE = constant(1e-12), constant(1e-6), constant(1e-12)


def expected_score(
    capability: Numbers,
    difficulty: Numbers,
    discrimination: Numbers,
    chance_floor: Numbers,
    logit_shift: Numbers | None = None,
) -> Array:
    """Expected score ``p = g + (1 - g) sigma(a (theta - d) + shift)``.

    ``logit_shift`` carries contamination and selective reporting inside the sigmoid.
    Source: Birnbaum 1968 (3-PL); docs/odd.md 7.8.
    """
    logit = discrimination * (asarray(capability) - difficulty)
    if logit_shift is not None:
        logit = logit + logit_shift
    logit = minimum(maximum(logit, SMALLEST_LOGIT), LARGEST_LOGIT)
    return chance_floor + (ONE - asarray(chance_floor)) * expit(logit)


def item_information(score: Numbers, discrimination: Numbers, chance_floor: Numbers) -> Array:
    """Fisher information about capability of one item (1/OOM^2).

    ``I = a^2 (p - g)^2 (1 - p) / ((1 - g)^2 p)``, which is ``a^2 (1-g)^2 s^2 (1-s)^2 / (p (1-p))`` with
    ``s = sigma(a (theta - d))``. Without a floor its maximum is ``a^2/4`` at ``theta = d``. Source: docs/odd.md 7.8.
    """
    p = minimum(maximum(score, LOWEST_SCORE), HIGHEST_SCORE)
    above = p - chance_floor
    scaled = discrimination * above / (ONE - asarray(chance_floor))
    return scaled * scaled * (ONE - p) / p


def capability_from_score(
    score: Array, difficulty: Numbers, discrimination: Numbers, chance_floor: Numbers
) -> Array:
    """Inverse of :func:`expected_score` (OOM); scores outside the usable range are moved to its edge.

    For analysis of single scores; the benchmark office works with :func:`scored_capability`.
    """
    low = asarray(chance_floor) + USABLE_MARGIN
    p = minimum(maximum(score, low), HIGHEST_USABLE)
    return difficulty + log((p - chance_floor) / (ONE - p)) / discrimination


def scored_capability(
    index: Array, score: Array, expected: Array, discrimination: Numbers, chance_floor: Numbers
) -> Array:
    """Capability that each score speaks for (OOM), linearised at the lab's present ability index.

    ``theta_b = index + (S - p)/p'`` with ``p' = a (p - g)(1 - p)/(1 - g)``: one Fisher-scoring step. Weights and
    usability are taken at the expected score ``p`` too, not at the realised one: with realised scores lucky results
    of a weak lab count and unlucky ones drop out, which made the measured gap too small by .05 OOM at a true gap of
    .8 (found by the martingale test T0). Source: maximum likelihood, Birnbaum 1968.
    """
    slope = discrimination * (expected - chance_floor) * (ONE - expected) / (ONE - asarray(chance_floor))
    step = (score - expected) / maximum(slope, SMALLEST_SLOPE)
    return index[..., None] + minimum(maximum(step, LONGEST_STEP_DOWN), LONGEST_STEP_UP)


def usable(score: Array, chance_floor: Numbers) -> Array:
    """Where an (expected) score is informative: ``[floor + .02, .98]``; boolean."""
    return (score >= asarray(chance_floor) + USABLE_MARGIN) & (score <= HIGHEST_USABLE)


def composite_weights(
    score: Array,
    use: Array,
    same_family: Array,
    discrimination: Numbers,
    chance_floor: Numbers,
    items: Numbers,
    family_sd: Numbers,
) -> Array:
    """Precision which each benchmark adds to a lab's ability index (1/OOM^2): ``1/(SE_b^2 + n_f sigma_b^2)``.

    ``SE_b^2 = 1/(n I)`` is the item error; ``sigma_b`` the error that all sets of one family share, which items do
    not average away: with ``n_f`` usable sets of the family (``use @ same_family``), weights of this form add up
    to ``1/(SE^2/n_f + sigma_b^2)``. ``score`` and ``use`` are ``(..., labs, sets)``. Source: docs/odd.md 7.8.
    """
    information = items * item_information(score, discrimination, chance_floor)
    used = use.astype(float)
    siblings = matmul(used, same_family)
    return used / (
        ONE / maximum(information, SMALLEST_INFORMATION) + siblings * asarray(family_sd * family_sd)
    )


def expected_best_of(variants: int) -> float:
    """Expected maximum of ``variants`` standard normal draws: .564 (2), 1.163 (5), 1.539 (10), 1.998 (27).

    Selective reporting: best of N private variants (Singh et al. 2025, arXiv:2504.20879). Gauss-Hermite free:
    integral of ``x N phi Phi^(N-1)`` by the trapezoidal rule on [-9, 9].
    """
    from scipy.special import log_ndtr

    if variants <= 1:
        return 0.0
    x = np.linspace(-9.0, 9.0, 6001)
    log_density = log(variants) - 0.5 * x * x - 0.5 * log(2.0 * np.pi) + (variants - 1) * log_ndtr(x)
    return float(np.trapezoid(x * exp(log_density), x))


def mean_win_rate(scores: Array, in_use: Array | None = None) -> Array:
    """HELM-like composite: mean over sets of the share of other labs beaten, ties count one half.

    ``scores``: ``(..., labs, sets)`` to ``(..., labs)`` in [0, 1]; ``in_use`` ``(..., sets)`` leaves sets
    out. Not interval-scaled, and it changes when labs
    are added: for display and for the naive reading of parity only (Liang et al. 2022, arXiv:2211.09110).
    """
    labs, sets = scores.shape[-2:]
    used: Any = sets
    if in_use is not None:
        # On a set that is left out all labs are level.
        scores = where(in_use[..., None, :], scores, ZERO)
        used = sum_of(in_use, axis=-1, keepdims=True)
    ahead = scores[..., :, None, :] - scores[..., None, :, :]
    # Wins count one and ties one half: together half of what a lab won less what it lost, and half of all comparisons.
    won = sum_of(ahead > LARGEST_TIE, axis=(-2, -1))
    lost = sum_of(ahead < MINUS_LARGEST_TIE, axis=(-2, -1))
    comparisons = used * (labs - 1)
    return (won - lost + comparisons) / (2 * maximum(comparisons, 1))


def bars_overlap(difference: Array, first_sd: Array, second_sd: Array) -> Array:
    """Naive parity: the two 95 % bars overlap, ``|d| < 1.96 (s_1 + s_2)``; boolean.

    Too lax on purpose: at equal errors it accepts differences of 2.77 standard errors (true size .56 %).
    """
    return abs(difference) < 1.96 * (first_sd + second_sd)


def exposure_step(exposure: Array, rate: Numbers, public: Numbers, year_step: Numbers) -> Array:
    """Weekly growth of a public set's exposure z in [0, 1]: ``rho_z (1 - z) dt``; 0 for private sets."""
    return rate * (ONE - exposure) * year_step * public


def surprise(signal: Array, expected: Array, signal_variance: Array, belief_variance: Array) -> Array:
    """Standardised surprise of a measured gap, ``(y - E y)/sqrt(sigma_y^2 + v)`` (dimensionless)."""
    return (signal - expected) / sqrt(maximum(signal_variance + belief_variance, SMALLEST_VARIANCE))

"""Capability of laboratories: log-additive effective compute.

``theta = c + A + D`` in OOM (log10 of effective training compute): compute, own and spilled algorithms, and
uplift copied from other models (distillation.py). The additive form and its linear link to the Epoch
Capabilities Index follow Ho et al. 2024 (arXiv:2403.05812) and Ho et al. 2025 (arXiv:2512.00193).
"""

from __future__ import annotations

from numpy import asarray, log1p, maximum, minimum, where

from sim.mechanisms.numerics import (
    ONE,
    PER_THOUSAND,
    YEAR_STEP,
    ZERO,
    Array,
    Numbers,
    constant,
    row_max,
    weekly_probability,
)

#: Smallest counterfactual gap (OOM) by which a copied share is formed; guards 0/0 when blocs are level.
SMALLEST_GAP = constant(0.05)


def algorithmic_step(
    algorithms: Array,
    frontier_algorithms: Array,
    open_algorithms: Array,
    growth: Numbers,
    spillover_rate: Numbers,
    open_diffusion_rate: Numbers,
) -> Array:
    """Weekly change of the algorithm stock A (OOM).

    ``dA = [growth + kappa_s (A_max - A)+ + kappa_o (A_open - A)+] dt``: own growth, disembodied spillover
    (papers and people) towards the best stock, and diffusion from the best released open weights.
    ``growth`` in OOM/yr, rates in 1/yr; stocks ``(..., labs)``, frontier and open ``(..., 1)``.
    Source: Nelson & Phelps 1966 (AER 56:69) for the catch-up term; docs/odd.md 7.1-7.2.
    """
    spillover = spillover_rate * maximum(frontier_algorithms - algorithms, ZERO)
    diffusion = open_diffusion_rate * maximum(open_algorithms - algorithms, ZERO)
    return (growth + spillover + diffusion) * YEAR_STEP


def smooth_growth(algorithmic_growth: Numbers, jump_rate: Numbers, jump_mean: Numbers) -> Array:
    """Growth left to smooth progress when jumps carry part of it (OOM/yr).

    The weekly chance of a jump is ``1 - exp(-rate dt)``; its mean is taken out exactly, so that the expected
    algorithmic growth is ``algorithmic_growth`` with jumps and without. Source: docs/odd.md 7.1-7.2.
    """
    return algorithmic_growth - weekly_probability(jump_rate) * jump_mean / YEAR_STEP


def jump_size(occurs: Array, quantile: Array, jump_mean: Numbers) -> Array:
    """Size of a discovery (OOM): exponential with mean ``jump_mean`` where ``occurs``, else exactly 0.

    ``quantile`` is a uniform draw; inverse distribution function. Source: docs/odd.md 7.1-7.2 (assumption).
    """
    return where(occurs, -jump_mean * log1p(-quantile), ZERO)


def bloc_best(values: Array, members: Array) -> Array:
    """Largest value over the labs of a bloc: ``(..., labs) -> (..., 1)``; ``members`` is 0 or -inf."""
    return row_max(values + members)


def copied_share(counterfactual_gap: Array, gap: Array) -> Array:
    """Share of the counterfactual gap which copying has closed, m* in [0, 1] (dimensionless).

    ``m* = (G_cf+ - G+) / max(G_cf, .05)`` where x+ = max(x, 0); equals D/(G + D) for one student behind its
    teacher. Where the follower would lead without copying (G_cf <= 0) there was no gap to close and m* is 0:
    Without the positive parts the formula would call such a lead wholly copied.
    """
    closed = maximum(counterfactual_gap, ZERO) - maximum(gap, ZERO)
    return minimum(maximum(closed / maximum(counterfactual_gap, SMALLEST_GAP), ZERO), ONE)


def months(gap: Numbers, reference_growth: Numbers) -> Array:
    """A gap in OOM as a lead in months: ``12 G / g_ref``, ``g_ref`` in OOM/yr (compute plus algorithms)."""
    return 12.0 * asarray(gap) / reference_growth


def derivative_feedback(derivatives: Array, feedback: Numbers) -> Array:
    """Contribution of an open model's ecosystem to its lab's algorithms (OOM/yr): ``kappa_u log1p(n/1000)``.

    ``derivatives`` counts models built on the lab's open weights. Source: docs/odd.md 7.1-7.2 (assumption).
    """
    return feedback * log1p(derivatives * PER_THOUSAND)

"""Credibility: a Beta count of claims that later measurements bore out, by source and quantity."""

from __future__ import annotations

from numpy import asarray, sqrt

from sim.mechanisms.numerics import TWO, Array, Numbers


def trust(initial: Numbers, prior_counts: Numbers, hits: Array, misses: Array, miss_weight: Numbers) -> Array:
    """Trust in a source, ``(n tau_0 + hits)/(n + hits + lambda_- misses)`` in (0, 1). Source: docs/odd.md 7.14."""
    return (prior_counts * asarray(initial) + hits) / (prior_counts + hits + miss_weight * misses)


def borne_out(claim: Array, measured: Array, stated_variance: Numbers, measured_variance: Array) -> Array:
    """Whether a claim agrees with a later measurement: ``|y - z| < 2 sqrt(sigma_y^2 + v_z)``; boolean."""
    return abs(claim - measured) < TWO * sqrt(stated_variance + measured_variance)

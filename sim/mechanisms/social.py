"""Social influence on beliefs, after the individual update; rules are registered by name.

A rule gets beliefs ``(receivers_of_all_worlds, k)`` and a row-normalised sparse network, block-diagonal over
worlds, and returns new beliefs of the same shape.
"""

from __future__ import annotations

import numpy as np
from numpy import arange, where
from scipy.sparse import csr_array

from sim.mechanisms.numerics import ONE, ZERO, Array
from sim.registry import social_rules


@social_rules.register("none")
def no_influence(beliefs: Array, network: csr_array, weight: Array, bound: Array) -> Array:
    """Beliefs stay as they are."""
    return beliefs


@social_rules.register("degroot")
def degroot(beliefs: Array, network: csr_array, weight: Array, bound: Array) -> Array:
    """``x <- W x``: full averaging over neighbours. Source: DeGroot 1974 (doi:10.1080/01621459.1974.10480137)."""
    return network @ beliefs


@social_rules.register("friedkin_johnsen")
def friedkin_johnsen(beliefs: Array, network: csr_array, weight: Array, bound: Array) -> Array:
    """``x <- (1 - lambda) x + lambda W x``, anchored to the own post-update belief of this week.

    ``weight`` lambda in 1/wk. Source: Friedkin & Johnsen 1990 (doi:10.1080/0022250X.1990.9990069); docs/odd.md 7.13.
    """
    return beliefs + weight * (network @ beliefs - beliefs)


@social_rules.register("bounded_confidence")
def bounded_confidence(beliefs: Array, network: csr_array, weight: Array, bound: Array) -> Array:
    """Average over neighbours (and oneself) whose belief is within ``bound``.

    ``x_i <- x_i + lambda (mean_{j: |x_j - x_i| < eps} x_j - x_i)`` on the network.
    Source: Hegselmann & Krause 2002 (JASSS 5(3)2).
    """
    rows = np.repeat(arange(network.shape[0]), np.diff(network.indptr))
    columns = network.indices
    result = np.empty_like(beliefs)
    for k in range(beliefs.shape[1]):
        x = beliefs[:, k]
        edge_bound = bound[rows, 0] if bound.shape[0] > 1 else bound[0, 0]
        difference = where(abs(x[columns] - x[rows]) < edge_bound, x[columns] - x[rows], ZERO)
        near = (abs(x[columns] - x[rows]) < edge_bound).astype(float)
        total = np.bincount(rows, difference, minlength=len(x))
        count = np.bincount(rows, near, minlength=len(x)) + ONE
        result[:, k] = x + weight[:, 0] * total / count
    return result

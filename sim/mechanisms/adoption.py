"""Adopters: prices, choice with inertia and network effect, revenue, bifurcation."""

from __future__ import annotations

import numpy as np
from numpy import asarray, exp, log1p, log10, maximum, minimum, where

from sim.mechanisms.numerics import ONE, PER_THOUSAND, ZERO, Array, Numbers, max_of, sum_of


def list_price(
    lead_over_rival: Array,
    closed: Array,
    markup: Array,
    frontier_price: Numbers,
    closed_open_ratio: Numbers,
    premium_per_lead: Numbers,
) -> Array:
    """List price of a lab's model (US$ per million tokens): ``ln p = ln cost + eta_p G+``.

    ``p_0 markup exp(eta_p G+)`` for a closed model, ``1/ratio`` of that for an open one; ``G+`` is the lead (OOM) over
    the best lab of the rival bloc. The price does not fall with a lab's lag: the fall of prices at fixed
    capability (Epoch AI 2025: 9-900x a year by task) is the frontier moving on at an unchanged price. A price
    that also fell with a lab's lag, by a decade per OOM, would multiply revenue by 10^1.2 per OOM and make the
    capital loop explode (gain above 2).
    Source: docs/odd.md 7.19.
    """
    ratio = where(closed, ONE, ONE / asarray(closed_open_ratio))
    return frontier_price * markup * ratio * exp(premium_per_lead * maximum(lead_over_rival, ZERO))


def product_utility(
    capability: Array,
    price: Array,
    distrust: Array,
    weight_capability: Numbers,
    weight_price: Numbers,
    weight_distrust: Numbers,
) -> Array:
    """Utility of a model for a group of adopters from the model itself (dimensionless).

    ``w_theta theta - w_p log10 price - w_t distrust``. Source: docs/odd.md 7.19.
    """  # fmt: skip
    return weight_capability * capability - weight_price * log10(price) - weight_distrust * distrust


def social_utility(
    own_share: Array, derivatives: Array, network_effect: Numbers, weight_ecosystem: Numbers
) -> Array:
    """Utility from others' use: ``J share + w_e log1p(n/1000)`` (dimensionless).

    Source: Brock & Durlauf 2001 (doi:10.1111/1467-937X.00168) for J; docs/odd.md 7.19.
    """
    return network_effect * own_share + weight_ecosystem * log1p(derivatives * PER_THOUSAND)


def choice_probabilities(utilities: Array) -> Array:
    """Softmax over the last axis (Luce 1959; McFadden 1974)."""
    weights = exp(utilities - max_of(utilities, axis=-1, keepdims=True))
    return weights / sum_of(weights, axis=-1, keepdims=True)


def choose(probabilities: Array, quantile: Array) -> Array:
    """Index chosen by inverse distribution function: ``(..., k)`` and ``(...)`` to integers ``(...)``."""
    cumulated = np.add.accumulate(probabilities, axis=-1)
    passed = sum_of(quantile[..., None] >= cumulated, axis=-1)
    return minimum(passed, probabilities.shape[-1] - 1)


def revenue(segment_sizes: Array, users: Array, price: Array) -> Array:
    """Revenue by lab: ``R_i = sum_k M_k n_ik p_i / sum_j n_jk p_j`` (bn US$/yr).

    ``segment_sizes`` ``(..., segments, 1)``, ``users`` ``(..., segments, labs)`` weights, ``price`` ``(..., 1, labs)``.
    """
    spending = users * price
    return sum_of(segment_sizes * spending / sum_of(spending, axis=-1, keepdims=True), axis=-2)


def bifurcation(spending: Array, home_labs: Array, rival_labs: Array) -> Array:
    """How far two ecosystems have parted: 1 - cross-bloc spending share over its value under random mixing.

    ``spending`` ``(..., 2, labs)`` by adopters of the controlling and the controlled bloc; result ``(...)``, 0 when
    both blocs use the same mix, 1 when each uses its own bloc's models only (slightly negative when a bloc prefers
    the other's). Source: docs/odd.md 7.19.
    """
    on_home = (spending * home_labs).sum(axis=-1)
    on_rival = (spending * rival_labs).sum(axis=-1)
    buyers = on_home + on_rival
    total = maximum(buyers.sum(axis=-1), 1e-12)
    cross = (on_rival[..., 0] + on_home[..., 1]) / total
    buyer_share = buyers / total[..., None]
    home_share, rival_share = on_home.sum(axis=-1) / total, on_rival.sum(axis=-1) / total
    mixed = buyer_share[..., 0] * rival_share + buyer_share[..., 1] * home_share
    return ONE - cross / maximum(mixed, 1e-12)

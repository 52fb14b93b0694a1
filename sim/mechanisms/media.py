"""Attention and contagion of narratives."""

from __future__ import annotations

import numpy as np
from numpy import asarray, exp, expm1, log, matmul, maximum, minimum, where

from sim.mechanisms.claims import CONTROL_CALL, COPYING, COST_EFFICIENCY, MOAT, MOTIVE, NARRATIVES, PARITY
from sim.mechanisms.numerics import ZERO, Array, Numbers, constant, max_of

#: Largest surprise that still adds to attention (standard deviations), and smallest reach.
LARGEST_SURPRISE, SMALLEST_REACH = constant(4.0), constant(1e-3)
#: Narratives which compete for the same attention when competition is within a quantity.
QUANTITY_OF_NARRATIVE = np.array([0, 0, 1, 1, 2, 3])
assert len(QUANTITY_OF_NARRATIVE) == len(NARRATIVES)
assert QUANTITY_OF_NARRATIVE[[PARITY, MOAT]].tolist() == [0, 0]
assert QUANTITY_OF_NARRATIVE[[COPYING, COST_EFFICIENCY, CONTROL_CALL, MOTIVE]].tolist() == [1, 1, 2, 3]


def competition_matrix(competition: str) -> Array:
    """Which narratives share one budget of attention: ``(6, 6)`` of 0 and 1.

    ``within_quantity`` (narratives about one quantity compete with each other and with other news), ``all``,
    or ``none`` (each competes with other news only).
    """
    if competition == "all":
        return np.ones((len(NARRATIVES), len(NARRATIVES)))
    if competition == "none":
        return np.eye(len(NARRATIVES))
    return (QUANTITY_OF_NARRATIVE[:, None] == QUANTITY_OF_NARRATIVE[None, :]).astype(float)


def salience_score(
    age: Array,
    surprise: Array,
    reach: Array,
    infected: Array,
    weights: tuple[Numbers, Numbers, Numbers, Numbers],
    novelty_time: Numbers,
) -> Array:
    """Pull of a live narrative on attention (log-odds).

    ``u = eta_n exp(-age/h_n) + eta_s min(|surprise|, 4) + eta_r ln(reach) + eta_I I``; age and ``h_n`` in weeks.
    Source: docs/odd.md 7.13; fading of news Wu & Huberman 2007 (doi:10.1073/pnas.0704916104).
    """
    novelty, news, size, contagion = weights
    return (
        novelty * exp(-age / novelty_time)
        + news * minimum(abs(surprise), LARGEST_SURPRISE)
        + size * log(maximum(reach, SMALLEST_REACH))
        + contagion * infected
    )


def attention_shares(scores: Array, live: Array, other_news: Numbers, competition: Array) -> Array:
    """Attention share of each narrative: ``e^u_k / (e^u_0 + sum of live rivals' e^u)``; dead narratives get 0.

    ``scores`` and ``live`` are ``(..., 6)``, ``other_news`` is u_0. Shares of rivals and other news sum to one.
    """
    top = maximum(max_of(scores, axis=-1, keepdims=True), other_news)
    pull = where(live, exp(scores - top), ZERO)
    return pull / (exp(other_news - top) + matmul(pull[..., None, :], competition)[..., 0, :])


def infection_probability(
    infected_neighbours: Array, share: Array, reproduction: Numbers, recovery: Numbers, exposure: Numbers
) -> Array:
    """Chance that a susceptible receiver takes up a narrative in a week.

    ``1 - exp(-R0 gamma (W I)_j - beta_m share_k)``, gamma the weekly chance of recovery: contagion by the infected
    share of neighbours (``W`` row-normalised, so that on the complete graph this is Kermack-McKendrick 1927
    exactly) plus broadcast with hazard ``beta_m`` a week.
    Source: Shiller 2017 (doi:10.1257/aer.107.4.967); docs/odd.md 7.13.
    """
    exponent = asarray(asarray(-(reproduction * recovery)) * infected_neighbours)
    # In place: the largest array of the week.
    exponent -= exposure * share
    expm1(exponent, out=exponent)
    return np.negative(exponent, out=exponent)


def final_size(reproduction: float, seed_share: float = 0.0) -> float:
    """Final size of an epidemic on the complete graph: root of ``r = 1 - (1 - I_0) exp(-R0 r)``."""
    from scipy.optimize import brentq

    def excess(size: float) -> float:
        return 1.0 - (1.0 - seed_share) * float(exp(-reproduction * size)) - size

    return float(brentq(excess, 1e-9, 1.0)) if reproduction > 1.0 or seed_share > 0.0 else 0.0

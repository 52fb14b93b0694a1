"""Claims: what a source says, and when. One rule for every lab, vendor and commentator.

A claim is a signal about one quantity: the gap G (`parity`, `moat`), the copied share m (`copying`,
`cost_efficiency`), the compute gap c (`cost_efficiency`); a `control_call` carries no number and a `motive`
claim speaks about another source's bias. Strategic means chosen with regard to effects, not false; sincere
means that the source reports its own estimate, not that the estimate is right.
"""

from __future__ import annotations

from typing import NamedTuple

from numpy import asarray, expm1, maximum, minimum, zeros

from sim.mechanisms.numerics import HALF, ONE, TWO, ZERO, Array, Numbers
from sim.registry import claim_policies

#: Order of the narratives in every array with a narrative axis.
NARRATIVES = ("parity", "moat", "copying", "cost_efficiency", "control_call", "motive")
PARITY, MOAT, COPYING, COST_EFFICIENCY, CONTROL_CALL, MOTIVE = range(6)
#: Order of the quantities that claims speak about.
QUANTITIES = ("gap", "share", "compute")
GAP, SHARE, COMPUTE = range(3)


class ClaimSituation(NamedTuple):
    """What a claim policy may look at: the source's own estimate, the public mood, and its interest.

    All arrays are ``(worlds, sources, quantities)`` unless said.
    """

    estimate: Array  #: own estimate of the quantity (OOM, share, OOM)
    estimate_sd: Array  #: its standard deviation; infinite where the source knows nothing
    sentiment: Array  #: ``(worlds, 1, quantities)`` public mean belief of last week
    marginal_value: Array  #: d ln(value)/d belief for this source (1/OOM, 1, 1/OOM)
    gain: Array  #: ``(worlds, 1, quantities)`` mean weight of one claim in receivers' beliefs
    bias_cost: Array  #: ``(worlds, 1, quantities)`` c_z
    max_bias: Array  #: ``(worlds, 1, 1)``
    sophistication: Array  #: ``(worlds, 1, 1)`` omega
    strategic_weight: Array  #: ``(worlds, 1, 1)`` psi
    publication_cost: Array  #: ``(worlds, 1, 1)`` F in ln value


class ClaimDecision(NamedTuple):
    """A policy's answer, arrays ``(worlds, sources, quantities)``."""

    wants: Array  #: boolean, would publish if the moment is right
    bias: Array  #: what is added to the own estimate
    upward: Array  #: boolean, the claim speaks for a larger gap, share or compute gap


def optimal_bias(
    marginal_value: Array,
    gain: Numbers,
    sophistication: Numbers,
    strategic_weight: Numbers,
    bias_cost: Numbers,
    max_bias: Numbers,
) -> Array:
    """Bias that maximises ``psi M K (1 - omega) b - (c/2) b^2``: ``b* = clip(psi M K (1 - omega)/c, +-b_max)``.

    Source: reduced form of Kartik 2009 (doi:10.1111/j.1467-937X.2009.00559.x), costly talk.
    """
    raw = strategic_weight * marginal_value * gain * (ONE - asarray(sophistication)) / bias_cost
    return minimum(maximum(raw, -asarray(max_bias)), max_bias)


def publication_chance(rate: Numbers, weeks_since_last: Array, novelty_time: Numbers) -> Array:
    """Chance in a week that the moment is right for a claim: ``rate (1 - exp(-w/h_n))``; rate in 1/wk."""
    return rate * -expm1(-weeks_since_last / novelty_time)


def lobbying_intensity(value_of_control: Array, lobby_cost: Numbers) -> Array:
    """Signed lobbying for control, ``z = clip((d ln V/dx)/c_lob, -1, 1)``; a seller of chips has z < 0."""
    return minimum(maximum(value_of_control / lobby_cost, -1.0), ONE)


@claim_policies.register("relay")
@claim_policies.register("none")
def silent(situation: ClaimSituation) -> ClaimDecision:
    """Publishes nothing of its own; a relay only repeats others (agents/source.py)."""
    nothing = zeros(situation.estimate.shape, dtype=bool)
    return ClaimDecision(nothing, zeros(situation.estimate.shape), nothing)


@claim_policies.register("sincere")
def sincere(situation: ClaimSituation) -> ClaimDecision:
    """Reports its own estimate when that differs from the public mood by more than two standard errors."""
    news = situation.estimate - situation.sentiment
    return ClaimDecision(abs(news) > TWO * situation.estimate_sd, zeros(news.shape), news > ZERO)


@claim_policies.register("strategic")
def strategic(situation: ClaimSituation) -> ClaimDecision:
    """Chooses the bias of its statement with regard to effects; speaks when the expected gain exceeds F.

    The expected gain at the optimum is ``c b*^2/2``; with omega = 1 it is 0 and the source falls silent.
    A source without an estimate of its own starts from the public mood.
    """
    bias = optimal_bias(
        situation.marginal_value,
        situation.gain,
        situation.sophistication,
        situation.strategic_weight,
        situation.bias_cost,
        situation.max_bias,
    )
    return ClaimDecision(
        HALF * situation.bias_cost * bias * bias > situation.publication_cost, bias, bias > ZERO
    )

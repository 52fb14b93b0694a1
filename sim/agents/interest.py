"""What each source stands to gain: the marginal value of beliefs, and the value of control.

One rule for labs, vendor and commentators, each with its own sign: the neutrality guarantee of the claim rule.
``M_z = d ln V/dz + (d ln V/dx)(dx*/dz)``: directly through the believed moat, and through the policy that the
belief would bring about (0 where policy is exogenous or at a corner). Source: docs/odd.md 7.11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy import where, zeros

from sim.agents.lab import Sensitivity
from sim.institutions.public_record import PublicRecord
from sim.mechanisms.claims import QUANTITIES, lobbying_intensity
from sim.mechanisms.numerics import ONE, ZERO, Array

if TYPE_CHECKING:
    from sim.model import NarrativeModel


def policy_response(model: NarrativeModel, record: PublicRecord) -> tuple[Array, Array, Array]:
    """Expected response of policy to beliefs: d E[x_chips]/dg, d E[x_chips]/dm, d E[x_access]/dm, ``(worlds, 1)``."""
    p, mood, target = model.parameters.policy, record.sentiment, record.controls.target
    gap, share = mood.gap[:, 1:2], mood.share[:, 1:2]
    inside = (target > ZERO) & (target < ONE)
    weight = where(inside, model.regime.expected_weight * (ONE - model.regime.leakage), ZERO)
    security = model.mean_security_weight / p.curvature
    linked_share = ONE + p.link_copying * share
    linked_gap = ONE + p.link_gap * (gap - model.initial_gap) / model.initial_gap
    chips = weight[:, :1] * security * p.chip_efficacy
    return (
        chips * linked_share * p.link_gap / model.initial_gap,
        chips * p.link_copying * linked_gap,
        weight[:, 1:] * security * p.access_efficacy,
    )


def interests(model: NarrativeModel, record: PublicRecord, sensitivity: Sensitivity) -> tuple[Array, Array]:
    """Marginal value of beliefs ``(worlds, sources, quantities)`` and lobbying ``(worlds, sources)``."""
    p = model.parameters
    per_gap, per_share, access_per_share = policy_response(model, record)
    announced = record.announced_enforcement
    interest = zeros((model.worlds, model.counts["sources"], len(QUANTITIES)))
    labs = model.counts["labs"]
    interest[:, :labs, 0] = sensitivity.gap + sensitivity.control * per_gap
    interest[:, :labs, 1] = (
        sensitivity.share
        + sensitivity.control * per_share
        + sensitivity.enforcement * (ONE - announced) * access_per_share
    )
    lobbying = zeros(interest.shape[:2])
    kept = ONE - model.regime.leakage[:, :1]
    lobbying[:, :labs] = where(
        model.is_home, lobbying_intensity(sensitivity.control * kept, p.claims.lobby_cost), 0.0
    )
    if model.vendors is not None:
        interest[:, labs : labs + 1] = model.vendors.interest(per_gap, per_share, record)
        if model.vendor_is_home:
            cost = -p.vendor.controlled_sales_share * kept
            lobbying[:, labs : labs + 1] = lobbying_intensity(cost, p.claims.lobby_cost)
    take_sides(model, interest)
    if not p.policy.lobbying:
        lobbying = np.zeros_like(lobbying)
    return interest, lobbying


def take_sides(model: NarrativeModel, interest: Array) -> None:
    """Give every strategic commentator the mean interest of its side's labs, in place."""
    labs = interest[:, : model.counts["labs"]]
    for slot, members in model.sides_of_commentators:
        interest[:, slot] = (labs * members[:, None]).sum(axis=1) / members.sum()

"""Policymakers of the controlling bloc: how much control each wants, of either instrument."""

from __future__ import annotations

from numpy import zeros

from sim.agents.columns import Column
from sim.agents.receiver import Receiver
from sim.mechanisms import policy
from sim.mechanisms.numerics import ZERO, Array


class Policymaker(Receiver):
    """Weighs security against the cost of control; the pivotal member decides."""

    kind = "policymakers"

    security_weight = Column("policymakers", "1", "weight on security, s_j", fill=1.0)

    def demand(self, lobbying: Array) -> tuple[Array, Array]:
        """Demand for chip control and for model-access control before cost, each ``(worlds, policymakers)``."""
        model, p = self.model, self.model.settings.policy
        efficacy = p.chip_efficacy
        if model.uses.issue_linkage:
            efficacy = policy.chip_efficacy(
                self.acted_share, self.acted_gap, model.initial_gap, efficacy, p.link_copying, p.link_gap
            )
        lobby_weight = p.lobby_weight if p.lobbying else 0.0
        chips = policy.demand_for_control(self.security_weight, efficacy, lobby_weight, lobbying)
        if not model.uses.access_politics:
            return chips, zeros(chips.shape)
        efficacy = p.access_efficacy * self.acted_share
        return chips, policy.demand_for_control(self.security_weight, efficacy, 0.0, ZERO)

    def pivotal_demand(self, lobbying: Array) -> Array:
        """The pivotal member's demand for both instruments, ``(worlds, 2)``.

        Cost is the same for all, so that the pivot of demand is the pivot of ideal points.
        """
        model = self.model
        chips, access = self.demand(lobbying)
        pivots = zeros((model.worlds, 2))
        pivots[:, :1] = policy.pivot(chips, model.pivot_quantile)
        if model.uses.access_politics:
            pivots[:, 1:] = policy.pivot(access, model.pivot_quantile)
        return pivots

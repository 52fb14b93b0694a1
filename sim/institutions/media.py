"""The media: turn a week's claims into versions of narratives and share out attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy import arange, concatenate, count_nonzero, maximum, minimum, where, zeros

from sim.institutions.public_record import Claims, Coverage
from sim.mechanisms import beliefs as belief_rules
from sim.mechanisms import media as rules
from sim.mechanisms.claims import (
    COMPUTE,
    CONTROL_CALL,
    COPYING,
    COST_EFFICIENCY,
    GAP,
    MOAT,
    MOTIVE,
    NARRATIVES,
    PARITY,
    SHARE,
)
from sim.mechanisms.numerics import ONE, ZERO, Array, any_of, deeper, max_of, sum_of

if TYPE_CHECKING:
    from sim.model import NarrativeModel

#: A narrative that nobody carries any more is dead this many weeks after its last version.
FORGOTTEN_AFTER = 13
#: The first four narratives carry a number: parity and moat a gap, copying and cost efficiency a copied share.
NUMBERED = 4


class Media:
    """The current version of each narrative: what it says to each group of receivers, its age and reach.

    Content is ``(worlds, groups, narratives)``: precisions and precision-weighted values of the claims in the
    version, after each group's trust and discount for believed bias. A claim carries one quantity only. ``spoken``
    says which of the numbered narratives state a number to a group, ``stated`` which.
    """

    def __init__(self, model: NarrativeModel) -> None:
        self.model = model
        worlds, groups, k = model.worlds, 3, len(NARRATIVES)
        self.age = np.full((worlds, k), 1000.0)
        self.reach = zeros((worlds, k))
        self.gap_precision = zeros((worlds, groups, k))
        self.gap_information = zeros((worlds, groups, k))
        self.share_counts = zeros((worlds, groups, k))
        self.share_information = zeros((worlds, groups, k))
        self.compute_precision = zeros((worlds, groups))
        self.compute_information = zeros((worlds, groups))
        self.speed_precision = zeros((worlds, groups, k))
        self.speed_information = zeros((worlds, groups, k))
        self.spoken = zeros((worlds, groups, NUMBERED), dtype=bool)
        self.stated = zeros((worlds, groups, NUMBERED))
        sources = model.counts["sources"]
        self.bias_precision = zeros((worlds, sources, groups, 2))
        self.bias_information = zeros((worlds, sources, groups, 2))
        self.competition = rules.competition_matrix(model.parameters.media.competition)

    def publish(self, claims: Claims, surprise: Array, infected_share: Array) -> Coverage:
        """Start new versions, let the others age, and share out this week's attention."""
        p, quiet = self.model.settings.media, self.model.no_coverage
        new = self._compile(claims) if claims.any else quiet.new_version
        self.age = where(new, ZERO, self.age + ONE) if claims.any else self.age + ONE
        live = (self.age < FORGOTTEN_AFTER) | (infected_share > ZERO)
        if not count_nonzero(live):
            return quiet
        weights = (p.weight_novelty, p.weight_surprise, p.weight_reach, p.weight_infected)
        scores = rules.salience_score(self.age, surprise, self.reach, infected_share, weights, p.novelty_time)
        return Coverage(new, rules.attention_shares(scores, live, p.other_news, self.competition))

    def _compile(self, claims: Claims) -> Array:
        model, p = self.model, self.model.settings
        sources = model.sources
        up, down = claims.published & claims.upward, claims.published & ~claims.upward
        by_narrative = zeros((model.worlds, sources.count, len(NARRATIVES)), dtype=bool)
        by_narrative[..., PARITY], by_narrative[..., MOAT] = down[..., GAP], up[..., GAP]
        by_narrative[..., COPYING], by_narrative[..., COST_EFFICIENCY] = up[..., SHARE], down[..., SHARE]
        # Who speaks about which number, (worlds, sources, 1, two narratives): before other claims join.
        spoken_gap = by_narrative[:, :, None, PARITY : MOAT + 1].copy()
        spoken_share = by_narrative[:, :, None, COPYING : COST_EFFICIENCY + 1].copy()
        by_narrative[..., COST_EFFICIENCY] |= claims.published[..., COMPUTE]
        by_narrative[..., CONTROL_CALL] = claims.control_call != 0
        by_narrative[..., MOTIVE] = claims.motive_target >= 0
        if claims.speed is not None and claims.speed_parity is not None:
            spoken = np.isfinite(claims.speed)
            by_narrative[..., PARITY] |= spoken & claims.speed_parity
            by_narrative[..., MOAT] |= spoken & ~claims.speed_parity
        new = any_of(by_narrative, axis=1)
        self.reach = where(new, max_of(by_narrative * sources.reach[..., None], axis=1), self.reach)

        trust = sources.trust  # (worlds, sources, groups, quantities)
        stated, noise = deeper(deeper(p.claims.stated_sd)), deeper(deeper(p.beliefs.claim_noise))
        precision = belief_rules.claim_precision(trust, stated * stated, noise)
        if p.beliefs.bias_learning:
            believed_bias = sources.believed_bias
        else:
            believed_bias = claims.bias[:, :, None, :2]
        taken = belief_rules.discounted(
            claims.value[:, :, None, :2], believed_bias, deeper(deeper(p.claims.sophistication))
        )
        weight = where(spoken_gap, precision[..., GAP, None], ZERO)
        self._replace(new, PARITY, MOAT, "gap", weight, taken[..., GAP])
        counts = deeper(p.beliefs.claim_counts) * trust[..., SHARE]
        share = minimum(maximum(taken[..., SHARE], ZERO), ONE)
        weight = where(spoken_share, counts[..., None], ZERO)
        self._replace(new, COPYING, COST_EFFICIENCY, "share", weight, share)

        fresh = new[:, None, COST_EFFICIENCY]
        weight = where(claims.published[:, :, None, COMPUTE], precision[..., GAP], ZERO)
        self.compute_precision = where(fresh, sum_of(weight, axis=1), self.compute_precision)
        told = claims.value[..., COMPUTE]
        if not p.beliefs.bias_learning:
            told = belief_rules.discounted(told, claims.bias[..., COMPUTE], p.claims.sophistication)
        information = sum_of(weight * told[:, :, None], axis=1)
        self.compute_information = where(fresh, information, self.compute_information)
        if model.hears_speed:
            weight, stated_speed = zeros((*trust.shape[:3], 2)), zeros(trust.shape[:3])
            if claims.speed is not None and claims.speed_parity is not None:
                spoken = np.isfinite(claims.speed)
                sides = np.stack([spoken & claims.speed_parity, spoken & ~claims.speed_parity], axis=-1)
                weight = where(sides[:, :, None, :], precision[..., GAP, None], ZERO)
                stated_speed = np.broadcast_to(np.nan_to_num(claims.speed)[:, :, None], trust.shape[:3])
            self._replace(new, PARITY, MOAT, "speed", weight, stated_speed)
        if count_nonzero(new[:, MOTIVE]):
            self._compile_motives(claims, precision, new)
        # What the versions state about the gap (first pair) and the copied share (second pair).
        size, information = (
            concatenate([gap[..., :COPYING], share[..., COPYING:NUMBERED]], axis=-1)
            for gap, share in (
                (self.gap_precision, self.share_counts),
                (self.gap_information, self.share_information),
            )
        )
        self.spoken = size > ZERO
        self.stated = information / where(self.spoken, size, ONE)
        return new

    def _replace(
        self, new: Array, first: int, second: int, quantity: str, weight: Array, taken: Array
    ) -> None:
        """Put this week's claims in place of the old version of two narratives (first, second)."""
        size = "counts" if quantity == "share" else "precision"
        fresh = new[:, None, first : second + 1]
        precision = getattr(self, f"{quantity}_{size}")[:, :, first : second + 1]
        information = getattr(self, f"{quantity}_information")[:, :, first : second + 1]
        precision[:] = where(fresh, sum_of(weight, axis=1), precision)
        information[:] = where(fresh, sum_of(weight * taken[..., None], axis=1), information)

    def _compile_motives(self, claims: Claims, precision: Array, new: Array) -> None:
        sources = self.model.counts["sources"]
        speaks = claims.motive_target >= 0
        about = (claims.motive_target[:, :, None] == arange(sources)) & speaks[:, :, None]
        quantity = claims.motive_quantity[:, :, None] == arange(2)
        # (worlds, speaker, target, group, quantity) summed over speakers
        weight = (about[:, :, :, None, None] & quantity[:, :, None, None, :]) * precision[:, :, None, :, :2]
        fresh = new[:, None, None, None, MOTIVE]
        total = weight.sum(axis=1)
        information = (weight * claims.motive_value[:, :, None, None, None]).sum(axis=1)
        self.bias_precision = where(fresh, total, self.bias_precision)
        self.bias_information = where(fresh, information, self.bias_information)

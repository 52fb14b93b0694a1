"""The media: turn a week's claims into versions of narratives and share out attention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import add, copyto, count_nonzero, isfinite, maximum, minimum, nan_to_num, putmask, where, zeros

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
from sim.mechanisms.numerics import ONE, ZERO, Array, any_of, constant, deeper, max_of, sum_of

if TYPE_CHECKING:
    from sim.model import NarrativeModel

#: A narrative that nobody carries any more is dead this many weeks after its last version.
FORGOTTEN_AFTER = constant(13.0)
#: The first narratives carry a number: parity and moat a gap, copying and cost efficiency a copied share.
QUANTITY_STATED = {PARITY: GAP, MOAT: GAP, COPYING: SHARE, COST_EFFICIENCY: SHARE}
NUMBERED = len(QUANTITY_STATED)


class Media:
    """The current version of each narrative: what it says to each group of receivers, its age and reach.

    Content is ``(worlds, groups, narratives)``: weights and weighted values of the claims in the version, after
    each group's trust and discount for believed bias. A weight is a precision for the gap, a number of counts for
    the copied share; a claim carries one quantity only. ``spoken`` says which of the numbered narratives state a
    number to a group, ``stated`` which.
    """

    #: What one claim of each source weighs with each group, until trust changes.
    _weighed_by: Array | None = None
    _precision: Array  #: ``(worlds, sources, groups, 2)``
    _claim_weight: tuple[Array, Array]  #: of the gap, of the copied share: ``(worlds, sources, groups)``

    def __init__(self, model: NarrativeModel) -> None:
        self.model = model
        worlds, groups, k = model.worlds, 3, len(NARRATIVES)
        self.age = np.full((worlds, k), 1000.0)
        self.reach = zeros((worlds, k))
        self.weight = zeros((worlds, groups, NUMBERED))
        self.information = zeros((worlds, groups, NUMBERED))
        # The same by quantity, as receivers read them: parity and moat carry a gap, the other two a share.
        self.gap_precision = self.share_counts = self.weight
        self.gap_information = self.share_information = self.information
        self.compute_precision = zeros((worlds, groups))
        self.compute_information = zeros((worlds, groups))
        self.speed_precision = zeros((worlds, groups, 2))
        self.speed_information = zeros((worlds, groups, 2))
        self.spoken = zeros((worlds, groups, NUMBERED), dtype=bool)
        self.stated = zeros((worlds, groups, NUMBERED))
        sources = model.counts["sources"]
        self.bias_precision = zeros((worlds, sources, groups, 2))
        self.bias_information = zeros((worlds, sources, groups, 2))
        self.competition = rules.competition_matrix(model.parameters.media.competition)

    def publish(self, claims: Claims, surprise: Array, infected_share: Array) -> Coverage:
        """Start new versions, let the others age, and share out this week's attention."""
        p, quiet = self.model.settings.media, self.model.no_coverage
        new = quiet.new_version
        self.age = self.age + ONE
        if claims.any:
            new = self._compile(claims)
            putmask(self.age, new, ZERO)
        live = (self.age < FORGOTTEN_AFTER) | (infected_share > ZERO)
        if not count_nonzero(live):
            return quiet
        weights = (p.weight_novelty, p.weight_surprise, p.weight_reach, p.weight_infected)
        scores = rules.salience_score(self.age, surprise, self.reach, infected_share, weights, p.novelty_time)
        return Coverage(new, rules.attention_shares(scores, live, p.other_news, self.competition))

    def _compile(self, claims: Claims) -> Array:
        """Put this week's claims in place of old versions; returns which narratives have a new one."""
        reach = self.model.sources.reach
        up = claims.published & claims.upward
        down = claims.published ^ up
        by_narrative = zeros((*reach.shape, len(NARRATIVES)), dtype=bool)
        by_narrative[..., PARITY], by_narrative[..., MOAT] = down[..., GAP], up[..., GAP]
        by_narrative[..., COPYING], by_narrative[..., COST_EFFICIENCY] = up[..., SHARE], down[..., SHARE]
        # Who states which number, (worlds, sources, 1, narratives): before other claims join.
        states = by_narrative[:, :, None].copy()
        by_narrative[..., COST_EFFICIENCY] |= claims.published[..., COMPUTE]
        if count_nonzero(claims.control_call):
            by_narrative[..., CONTROL_CALL] = claims.control_call != ZERO
        if claims.motive_target is not self.model.silence.motive_target:
            by_narrative[..., MOTIVE] = claims.motive_target >= 0
        if claims.speed is not None and claims.speed_parity is not None:
            spoken = isfinite(claims.speed)
            by_narrative[..., PARITY] |= spoken & claims.speed_parity
            by_narrative[..., MOAT] |= spoken & ~claims.speed_parity
        new = any_of(by_narrative, axis=1)
        putmask(self.reach, new, max_of(where(by_narrative, reach[..., None], ZERO), axis=1))

        fresh = any_of(new, axis=0).nonzero()[0].tolist()
        self._weigh_claims()
        for k in fresh:
            if k in QUANTITY_STATED:
                quantity = QUANTITY_STATED[k]
                weight = where(states[..., k], self._claim_weight[quantity], ZERO)
                version = self.weight[..., k], self.information[..., k]
                _replace(version, new[:, k, None], weight, self._taken(claims, quantity))
        if fresh and fresh[0] < NUMBERED:
            self.spoken = self.weight > ZERO
            self.stated = self.information / where(self.spoken, self.weight, ONE)
        if COST_EFFICIENCY in fresh:
            weight = where(claims.published[:, :, None, COMPUTE], self._claim_weight[GAP], ZERO)
            version = self.compute_precision, self.compute_information
            _replace(version, new[:, COST_EFFICIENCY, None], weight, self._taken(claims, COMPUTE))
        if self.model.hears_speed:
            self._compile_speed(claims, new)
        if MOTIVE in fresh:
            self._compile_motives(claims, new[:, MOTIVE])
        return new

    def _weigh_claims(self) -> None:
        """What one claim of each source weighs: precision, and counts of a claim about the copied share."""
        trust, p = self.model.sources.trust, self.model.settings
        if trust is self._weighed_by:
            return
        stated, noise = deeper(deeper(p.claims.stated_sd)), deeper(deeper(p.beliefs.claim_noise))
        self._weighed_by = trust
        self._precision = belief_rules.claim_precision(trust, stated * stated, noise)
        counts = deeper(p.beliefs.claim_counts) * trust[..., SHARE]
        self._claim_weight = self._precision[..., GAP].copy(), counts

    def _taken(self, claims: Claims, quantity: int) -> Array:
        """What each group takes each source to say about a quantity, ``(worlds, sources, groups or 1)``."""
        p, said = self.model.settings, claims.value[:, :, quantity, None]
        if not p.beliefs.bias_learning:
            believed_bias = claims.bias[:, :, quantity, None]
        elif quantity == COMPUTE:
            return said  # nothing ever measures it, so that nobody learns a bias
        else:
            believed_bias = self.model.sources.believed_bias[..., quantity]
        taken = belief_rules.discounted(said, believed_bias, deeper(p.claims.sophistication))
        return minimum(maximum(taken, ZERO), ONE) if quantity == SHARE else taken

    def _compile_speed(self, claims: Claims, new: Array) -> None:
        """Claims about the closing speed, which only dated events make."""
        speed, closing = claims.speed, claims.speed_parity
        for k in (PARITY, MOAT):
            weight, stated = zeros(self._claim_weight[GAP].shape), zeros((1, 1, 1))
            if speed is not None and closing is not None:
                says = isfinite(speed) & (closing if k == PARITY else ~closing)
                weight = where(says[..., None], self._claim_weight[GAP], ZERO)
                stated = nan_to_num(speed)[..., None]
            version = self.speed_precision[..., k], self.speed_information[..., k]
            _replace(version, new[:, k, None], weight, stated)

    def _compile_motives(self, claims: Claims, new: Array) -> None:
        """Claims about other sources' bias, summed over speakers by target and quantity."""
        world, speaker = (claims.motive_target >= 0).nonzero()
        target, quantity = claims.motive_target[world, speaker], claims.motive_quantity[world, speaker]
        weight = self._precision[world, speaker, :, quantity]  # (claims, groups)
        about: Any = world, target, slice(None), quantity
        self.bias_precision[new], self.bias_information[new] = 0.0, 0.0
        add.at(self.bias_precision, about, weight)
        add.at(self.bias_information, about, weight * claims.motive_value[world, speaker, None])


def _replace(version: tuple[Array, Array], fresh: Array, weight: Array, taken: Array) -> None:
    """Put claims ``(worlds, sources, groups)`` in place of an old version, in the worlds where there is a new one."""
    precision, information = version
    copyto(precision, sum_of(weight, axis=1), where=fresh)
    copyto(information, sum_of(weight * taken, axis=1), where=fresh)

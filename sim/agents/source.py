"""Sources of claims: labs, the chip vendor, officials, analysts, media. One claim rule for all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy import asarray, concatenate, count_nonzero, expm1, matmul, maximum, minimum, sign, where, zeros

from sim.agents.columns import Column, ColumnAgent
from sim.institutions.public_record import Claims, Evaluation, PublicRecord
from sim.mechanisms import beliefs as belief_rules
from sim.mechanisms import claims as rules
from sim.mechanisms import credibility, listed
from sim.mechanisms.claims import COMPUTE, GAP, QUANTITIES, SHARE
from sim.mechanisms.numerics import HALF, ONE, TWO, ZERO, Array, constant, deeper
from sim.registry import claim_policies

#: A claim that nothing has checked lapses after this many weeks.
UNCHECKED_AFTER = 52
#: A gap claim is checked by the first evaluation at least as precise as this (sd in OOM). With family
#: errors of .20 OOM no evaluation is ever as precise as .15.
CHECKING_SD = 0.25
#: Smallest standard error that a source grants its own estimate of the copied share.
SMALLEST_SHARE_SD = 0.02
#: Lobbying weaker than this is not worth a public call.
QUIET_LOBBYING = constant(0.05)
#: Claims older than this (weeks) are no longer worth an answer about motives.
ANSWERED_WITHIN = 8


class Source(ColumnAgent):
    """Anyone who publishes claims."""

    kind = "sources"

    reach = Column("sources", "1", "share of the public within reach", fill=1.0)
    last_claim = Column("sources", "week", "week of the last claim by quantity", fill=-1e4, shape=(3,))
    last_value = Column("sources", "OOM, share, OOM", "value of the last claim by quantity", shape=(3,))
    last_call = Column("sources", "week", "week of the last control call", fill=-1e4)
    unchecked_since = Column(
        "sources", "week", "week of the unchecked claim, inf if none", fill=np.inf, shape=(2,)
    )
    unchecked_value = Column("sources", "OOM, share", "value of the unchecked claim", shape=(2,))
    hits = Column("sources", "count", "claims that a later measurement bore out", shape=(2,))
    misses = Column("sources", "count", "claims that a later measurement contradicted", shape=(2,))
    initial_trust = Column(
        "sources", "1", "trust before any claim is checked, by group and quantity", fill=0.5, shape=(3, 2)
    )
    trust = Column("sources", "1", "trust by receiver group and quantity", fill=0.5, shape=(3, 2))
    believed_bias = Column(
        "sources", "OOM, share", "bias that receivers expect, by group and quantity", shape=(3, 2)
    )
    bias_variance = Column("sources", "OOM^2, share^2", "variance of that belief", fill=0.0225, shape=(3, 2))

    @property
    def count(self) -> int:
        """Number of sources in a world."""
        return self.model.counts[self.kind]

    # -- speaking -----------------------------------------------------------------------------------------

    def situation(
        self, record: PublicRecord, estimate: Array, estimate_sd: Array, interest: Array
    ) -> rules.ClaimSituation:
        """What the claim policies may look at."""
        constants, mood = self.model.claim_constants, record.sentiment
        public = [mood.gap[:, :1], mood.share[:, :1], mood.compute[:, :1]]
        sentiment = concatenate(public, axis=1)[:, None, :]
        gap_gain = mood.investor_gap_variance / (mood.investor_gap_variance + constants.noise)
        share_gain = constants.counts / (mood.investor_counts + constants.counts)
        return rules.ClaimSituation(
            estimate=where(estimate_sd < np.inf, estimate, sentiment),
            estimate_sd=estimate_sd,
            sentiment=sentiment,
            marginal_value=interest,
            gain=concatenate([gap_gain, share_gain, gap_gain], axis=1)[:, None, :],
            bias_cost=constants.bias_cost,
            max_bias=constants.max_bias,
            sophistication=constants.sophistication,
            strategic_weight=constants.strategic_weight,
            publication_cost=constants.publication_cost,
        )

    def speak(
        self,
        week: int,
        record: PublicRecord,
        estimate: Array,
        estimate_sd: Array,
        interest: Array,
        lobbying: Array,
    ) -> Claims:
        """Every source decides at once what to say this week."""
        model, p = self.model, self.model.settings
        situation = self.situation(record, estimate, estimate_sd, interest)
        wants = zeros(estimate.shape, dtype=bool)
        upward = zeros(estimate.shape, dtype=bool)
        bias = zeros(estimate.shape)
        for policy, members in model.sources_by_policy.items():
            decision = claim_policies.get(policy)(situation)
            mine = members[:, None]
            wants = wants | (decision.wants & mine) if p.claims.publication == "by_rule" else wants | mine
            bias = where(mine, decision.bias, bias)
            upward = where(mine, decision.upward, upward)
        waited = week - self.last_claim
        chance = rules.publication_chance(deeper(p.claims.rate), waited, deeper(p.media.novelty_time))
        luck = model.draws.uniform("claims.timing", week, self.count * len(QUANTITIES)).reshape(
            estimate.shape
        )
        published = wants & (luck < chance) & model.may_claim(week)
        value = situation.estimate + bias
        share = value[..., SHARE]
        value[..., SHARE] = minimum(maximum(share, ZERO), ONE)
        bias = value - situation.estimate
        if p.claims.publication == "common":
            # Policies differ in bias only: the narrative follows from what is said.
            upward = value > situation.sentiment
        call = self._calls(week, lobbying)
        target, quantity, stated = self._motives(week, situation, value)
        spoken = any(map(np.count_nonzero, (published, call, target >= 0)))
        return Claims(published, value, bias, upward, call, target, quantity, stated, any=spoken)

    def _calls(self, week: int, lobbying: Array) -> Array:
        """Calls for or against control, by those who lobby."""
        p = self.model.settings
        if not p.policy.lobbying:
            return self.model.silence.control_call
        luck = self.model.draws.uniform("claims.calls", week, self.count)
        chance = rules.publication_chance(
            asarray(HALF * p.claims.rate), week - self.last_call, p.media.novelty_time
        )
        calls = (abs(lobbying) > QUIET_LOBBYING) & (luck < chance)
        if not count_nonzero(calls):
            return self.model.silence.control_call
        calls = calls & self.model.may_claim(week)[..., 0] & self.model.answers_motives
        return where(calls, sign(lobbying), ZERO)

    def _motives(
        self, week: int, situation: rules.ClaimSituation, value: Array
    ) -> tuple[Array, Array, Array]:
        """Claims about another source's bias: its last claim minus what the speaker would state itself.

        The speaker picks the recent claim of another side that differs most from its own statement, by more than
        two standard errors; a strategic speaker answers only what runs against its interest.
        """
        model, shape = self.model, (self.model.worlds, self.count)
        luck = model.draws.uniform("claims.motive", week, self.count)
        speaks = (luck < model.settings.claims.motive_rate) & model.answers_motives
        speaks = speaks & model.may_claim(week)[..., 0]
        if not count_nonzero(speaks):
            silence = model.silence
            return silence.motive_target, silence.motive_quantity, silence.motive_value
        # (worlds, speaker, target, quantity)
        difference = self.last_value[:, None, :, :2] - value[:, :, None, :2]
        recent = (week - self.last_claim[:, None, :, :2]) <= ANSWERED_WITHIN
        sd = maximum(situation.estimate_sd[:, :, None, :2], SMALLEST_SHARE_SD)
        worth = recent & model.other_side[:, :, None] & (abs(difference) > TWO * sd)
        adverse = difference * situation.marginal_value[:, :, None, :2] < ZERO
        worth = worth & (adverse | ~model.is_strategic[:, None, None]) & speaks[:, :, None, None]
        size = where(worth, abs(difference), -1.0).reshape(*shape, -1)
        # A repetition ties with its original up to rounding: the first, the original, is answered.
        best = np.argmax(np.round(size, 9), axis=-1)
        found = np.take_along_axis(size, best[..., None], -1)[..., 0] > ZERO
        stated = np.take_along_axis(difference.reshape(*shape, -1), best[..., None], -1)[..., 0]
        return where(found, best // 2, -1), best % 2, where(found, stated, ZERO)

    def relay(self, week: int, claims: Claims) -> Claims:
        """Officials and media repeat claims of sources they are close to, with a delay and their own trust.

        A repetition carries the mean value of what is repeated and speaks for the side most of it spoke for.
        """
        model = self.model
        pending = model.relayed.pop(week, ())
        if not claims.any and not pending:
            return claims
        quantities = len(QUANTITIES)
        luck = model.draws.uniform("claims.relay", week, self.count * quantities)
        luck = luck.reshape(model.worlds, self.count, quantities)
        published = claims.published.astype(float)
        for delay, slots, closeness in model.relays:
            # (relays, sources) @ (worlds, sources, quantities)
            total = matmul(closeness, published)
            repeats = luck[:, slots] < -expm1(total * model.claim_constants.relay_chance)
            if count_nonzero(repeats):
                safe = where(total > ZERO, total, ONE)
                mean = matmul(closeness, published * claims.value) / safe
                bias = matmul(closeness, published * claims.bias) / safe
                up = matmul(closeness, published * claims.upward) > HALF * total
                model.relayed.setdefault(week + delay, []).append((slots, repeats, mean, bias, up))
        if not pending:
            return claims
        said_now, value, upward = claims.published.copy(), claims.value.copy(), claims.upward.copy()
        bias = claims.bias.copy()
        for slots, repeats, mean, mean_bias, up in pending:
            said = repeats & model.may_claim(week)[:, slots]
            said_now[:, slots] |= said
            value[:, slots] = where(said, mean, value[:, slots])
            bias[:, slots] = where(said, mean_bias, bias[:, slots])
            upward[:, slots] = where(said, up, upward[:, slots])
        spoken = claims.any or bool(count_nonzero(said_now))
        return replace(claims, published=said_now, value=value, bias=bias, upward=upward, any=spoken)

    # -- being checked ------------------------------------------------------------------------------------

    def remember(self, week: int, claims: Claims) -> None:
        """Keep what was said: for novelty, for answers, and to be checked later (the latest claim counts)."""
        if not claims.any:
            return
        self.last_claim = where(claims.published, float(week), self.last_claim)
        self.last_value = where(claims.published, claims.value, self.last_value)
        self.last_call = where(claims.control_call != ZERO, float(week), self.last_call)
        checkable = claims.published[..., :2]
        self.unchecked_since = where(checkable, float(week), self.unchecked_since)
        self.unchecked_value = where(checkable, claims.value[..., :2], self.unchecked_value)

    def be_checked(self, week: int, quantity: int, measured: Array, variance: Array, checks: Array) -> None:
        """A measurement scores each unchecked claim on its quantity and teaches receivers its source's bias.

        ``measured``, ``variance`` and the mask ``checks`` are ``(worlds, 1)``.
        """
        p = self.model.settings
        since = self.unchecked_since[..., quantity]
        age = week - since
        stale = age > UNCHECKED_AFTER
        due = checks & (age >= ONE) & ~stale
        self.unchecked_since[..., quantity] = where(due | stale, np.inf, since)
        if not count_nonzero(due):
            return
        drift = p.beliefs.drift_variance if quantity == GAP else 0.0
        tolerance = variance + drift * where(due, age, ZERO)
        claim = self.unchecked_value[..., quantity]
        stated = asarray(p.claims.stated_sd * p.claims.stated_sd)
        hit = credibility.borne_out(claim, measured, stated, tolerance)
        if p.credibility.enabled:
            self.hits[..., quantity] += due & hit
            self.misses[..., quantity] += due & ~hit
            self.trust = credibility.trust(
                self.initial_trust,
                deeper(deeper(p.credibility.prior_counts)),
                self.hits[..., None, :],
                self.misses[..., None, :],
                deeper(deeper(p.credibility.miss_weight)),
            )
        if p.beliefs.bias_learning:
            precision = where(due, ONE / (stated + tolerance), ZERO)[..., None]
            information = precision * where(due, claim - measured, ZERO)[..., None]
            self._learn_bias(quantity, precision, information)

    def be_spoken_about(self, precision: Array, information: Array) -> None:
        """Motive claims move the believed bias; arrays ``(worlds, sources, groups, quantities)``."""
        self.believed_bias, self.bias_variance = belief_rules.observe_level(
            self.believed_bias, self.bias_variance, precision, information, 0.0
        )

    def forget_bias(self) -> None:
        """The believed bias of every source becomes a little less certain each week."""
        drift, prior = self.model.bias_drift_variance, self.model.bias_prior_variance
        self.bias_variance = minimum(self.bias_variance + drift, prior)

    def _learn_bias(self, quantity: int, precision: Array, information: Array) -> None:
        mean, variance = belief_rules.observe_level(
            self.believed_bias[..., quantity], self.bias_variance[..., quantity], precision, information, 0.0
        )
        self.believed_bias[..., quantity], self.bias_variance[..., quantity] = mean, variance

    def checks_gap(self, evaluation: Evaluation) -> Array:
        """Where this week's evaluation is precise enough to check gap claims, ``(worlds, 1)``."""
        return evaluation.new & (evaluation.gap_variance < CHECKING_SD * CHECKING_SD)


class ChipVendor(Source):
    """A seller of chips: control costs it the controlled bloc's sales, so that it lobbies against."""

    kind = "vendors"

    def interest(self, control_per_gap: Array, control_per_share: Array, record: PublicRecord) -> Array:
        """Marginal value of beliefs, ``(worlds, 1, 3)``: through expected control, and through chip demand.

        Demand depends on believed efficiency ``(c_hat - g)(1 - m)`` if its believed elasticity is not one.
        """
        model, mood, p = self.model, record.sentiment, self.model.parameters
        # Responses are those of expected, effective control, as for labs.
        cost = -p.vendor.controlled_sales_share
        lead, share, compute = mood.gap[:, :1], mood.share[:, :1], mood.compute[:, :1]
        efficiency = (compute - lead) * (ONE - share)
        per_efficiency = listed.efficiency_sensitivity(
            efficiency,
            p.listed.believed_demand_elasticity,
            p.vendor.controlled_sales_share,
            record.controls.announced[:, :1],
        )
        values = zeros((model.worlds, 1, len(QUANTITIES)))
        values[:, 0, GAP] = (cost * control_per_gap - per_efficiency * (ONE - share))[:, 0]
        values[:, 0, SHARE] = (cost * control_per_share - per_efficiency * (compute - lead))[:, 0]
        values[:, 0, COMPUTE] = (per_efficiency * (ONE - share))[:, 0]
        return values


class Commentator(Source):
    """Officials, analysts, investors and media as sources; a strategic one shares its side's interest."""

    kind = "commentators"

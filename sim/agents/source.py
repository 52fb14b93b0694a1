"""Sources of claims: labs, the chip vendor, officials, analysts, media. One claim rule for all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy import asarray, concatenate, count_nonzero, expm1, matmul, maximum, minimum, sign, where, zeros

from sim.agents.columns import Column, ColumnAgent
from sim.institutions.public_record import Claims, Evaluation, PublicRecord, Sentiment
from sim.mechanisms import beliefs as belief_rules
from sim.mechanisms import claims as rules
from sim.mechanisms import credibility, listed
from sim.mechanisms.claims import COMPUTE, GAP, QUANTITIES, SHARE
from sim.mechanisms.numerics import HALF, ONE, TWO, ZERO, Array, constant, deeper
from sim.registry import claim_policies

#: A claim that nothing has checked lapses after this many weeks.
UNCHECKED_AFTER = constant(52.0)
#: A gap claim is checked by the first evaluation at least as precise as this (sd in OOM). With family
#: errors of .20 OOM no evaluation is ever as precise as .15.
CHECKING_SD = 0.25
#: Smallest standard error that a source grants its own estimate of the copied share.
SMALLEST_SHARE_SD = 0.02
#: Lobbying weaker than this is not worth a public call.
QUIET_LOBBYING = constant(0.05)
#: Standard error of an estimate that a source does not have.
UNKNOWN = constant(np.inf)
#: Sincere sources do not weigh what a claim does to beliefs, so that it is not worked out for them alone.
SINCERE_ONLY, NOT_WEIGHED = {"sincere"}, zeros((1, 1, len(QUANTITIES)))
#: Claims older than this (weeks) are no longer worth an answer about motives.
ANSWERED_WITHIN = constant(8.0)


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

    #: Cache of the cohort: who speaks at which rate, until policies or the sources suppressed change.
    _with_policy: Array | None = None
    _suppressed: Array | None = None
    _may_speak: Array  #: ``(worlds, sources)`` boolean, makes own statements this week
    _claim_rate: Array  #: ``(worlds, sources, quantities)``, 0 for others; 1/wk
    _call_rate: Array  #: ``(worlds, sources)``, likewise
    _has_policy: Array  #: ``(worlds, sources, quantities)`` boolean

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
        return rules.ClaimSituation(
            estimate=where(estimate_sd < UNKNOWN, estimate, sentiment),
            estimate_sd=estimate_sd,
            sentiment=sentiment,
            marginal_value=interest,
            gain=self._gain(mood) if self.model.sources_by_policy.keys() != SINCERE_ONLY else NOT_WEIGHED,
            bias_cost=constants.bias_cost,
            max_bias=constants.max_bias,
            sophistication=constants.sophistication,
            strategic_weight=constants.strategic_weight,
            publication_cost=constants.publication_cost,
        )

    def _gain(self, mood: Sentiment) -> Array:
        """Mean weight of one claim in investors' beliefs, ``(worlds, 1, quantities)``."""
        constants = self.model.claim_constants
        gap_gain = mood.investor_gap_variance / (mood.investor_gap_variance + constants.noise)
        share_gain = constants.counts / (mood.investor_counts + constants.counts)
        return concatenate([gap_gain, share_gain, gap_gain], axis=1)[:, None, :]

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
        self._set_rates()
        situation = self.situation(record, estimate, estimate_sd, interest)
        wants, bias, upward = self._decide(situation)
        waited, novelty_time = week - self.last_claim, deeper(p.media.novelty_time)
        chance = rules.publication_chance(self._claim_rate, waited, novelty_time)
        luck = model.draws.uniform("claims.timing", week, self.count * len(QUANTITIES))
        published = luck.reshape(chance.shape) < chance
        if p.claims.publication == "by_rule":
            published = published & wants
        value = situation.estimate + bias
        value[..., SHARE] = minimum(maximum(value[..., SHARE], ZERO), ONE)
        bias = value - situation.estimate
        if p.claims.publication == "common":
            # Policies differ in bias only: the narrative follows from what is said.
            upward = value > situation.sentiment
        call = self._calls(week, lobbying)
        target, quantity, stated = self._motives(week, situation, value)
        answers = target is not model.silence.motive_target
        spoken = answers or bool(count_nonzero(published) or count_nonzero(call))
        return Claims(published, value, bias, upward, call, target, quantity, stated, any=spoken)

    def _set_rates(self) -> None:
        """How often sources speak: never without a claim policy, or where the scenario speaks in their place."""
        model = self.model
        policy, suppressed = model.answers_motives, model.today.suppressed_sources
        if policy is self._with_policy and suppressed is self._suppressed:
            return
        self._with_policy, self._suppressed = policy, suppressed
        self._has_policy = policy[:, None] & np.ones(self.last_claim.shape, dtype=bool)
        self._may_speak = (policy & model.may_claim(model.week)[..., 0]).repeat(model.worlds, 0)
        rate = where(self._may_speak, model.settings.claims.rate, ZERO)
        self._claim_rate, self._call_rate = rate[..., None].repeat(len(QUANTITIES), -1), HALF * rate

    def _decide(self, situation: rules.ClaimSituation) -> tuple[Array, Array, Array]:
        """What each source would say by its own claim policy: wants to, bias, upward."""
        (policy, _), *others = self.model.sources_by_policy.items()
        decided = claim_policies.get(policy)(situation)
        for policy, members in others:
            decision, mine = claim_policies.get(policy)(situation), members[:, None]
            decided = rules.ClaimDecision(
                *(where(mine, its, of_others) for its, of_others in zip(decision, decided, strict=True))
            )
        # Who has no policy has said nothing upward: the event log asks it of those whose claims are dated.
        return decided.wants, decided.bias, decided.upward & self._has_policy

    def _calls(self, week: int, lobbying: Array) -> Array:
        """Calls for or against control, by those who lobby."""
        model, p = self.model, self.model.settings
        if not p.policy.lobbying:
            return model.silence.control_call
        luck = model.draws.uniform("claims.calls", week, self.count)
        # The chance is at most the rate, so that in most weeks nobody comes into question.
        calls = (luck < self._call_rate) & (abs(lobbying) > QUIET_LOBBYING)
        if count_nonzero(calls):
            waited = week - self.last_call
            calls = calls & (luck < rules.publication_chance(self._call_rate, waited, p.media.novelty_time))
        return where(calls, sign(lobbying), ZERO) if count_nonzero(calls) else model.silence.control_call

    def _motives(
        self, week: int, situation: rules.ClaimSituation, value: Array
    ) -> tuple[Array, Array, Array]:
        """Claims about another source's bias: its last claim minus what the speaker would state itself.

        The speaker picks the recent claim of another side that differs most from its own statement, by more than
        two standard errors; a strategic speaker answers only what runs against its interest.
        """
        model = self.model
        silence = model.silence.motive_target, model.silence.motive_quantity, model.silence.motive_value
        luck = model.draws.uniform("claims.motive", week, self.count)
        speaks = (luck < model.settings.claims.motive_rate) & self._may_speak
        if not count_nonzero(speaks):
            return silence
        # Of those who speak only: (speakers, targets, quantities).
        world, speaker = at = speaks.nonzero()
        difference = self.last_value[world, :, :2] - value[at][:, None, :2]
        recent = (week - self.last_claim[world, :, :2]) <= ANSWERED_WITHIN
        sd = maximum(situation.estimate_sd[at][:, None, :2], SMALLEST_SHARE_SD)
        worth = recent & model.other_side[speaker, :, None] & (abs(difference) > TWO * sd)
        adverse = difference * situation.marginal_value[at][:, None, :2] < ZERO
        worth = worth & (adverse | ~model.is_strategic[speaker, None, None])
        size = where(worth, abs(difference), -1.0).reshape(len(world), -1)
        # A repetition ties with its original up to rounding: the first, the original, is answered.
        best = np.argmax(np.round(size, 9), axis=-1)
        answer = np.arange(len(world)), best
        found = size[answer] > ZERO
        if not count_nonzero(found):
            return silence
        target, quantity, stated = (column.copy() for column in silence)
        target[at], quantity[at] = where(found, best // 2, -1), best % 2
        stated[at] = where(found, difference.reshape(size.shape)[answer], ZERO)
        return target, quantity, stated

    def relay(self, week: int, claims: Claims) -> Claims:
        """Officials and media repeat claims of sources they are close to, with a delay and their own trust.

        A repetition carries the mean value of what is repeated and speaks for the side most of it spoke for.
        """
        model = self.model
        pending = model.relayed.pop(week, ())
        if not claims.any and not pending:
            return claims
        if count_nonzero(claims.published):
            self._plan_repetitions(week, claims)
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

    def _plan_repetitions(self, week: int, claims: Claims) -> None:
        model, quantities = self.model, len(QUANTITIES)
        luck = model.draws.uniform("claims.relay", week, self.count * quantities)
        luck = luck.reshape(model.worlds, self.count, quantities)
        published = claims.published.astype(float)
        for delay, slots, closeness in model.relays:
            # (relays, sources) @ (worlds, sources, quantities)
            total = matmul(closeness, published)
            repeats = luck.take(slots, 1) < -expm1(total * model.claim_constants.relay_chance)
            if count_nonzero(repeats):
                safe = where(total > ZERO, total, ONE)
                mean = matmul(closeness, published * claims.value) / safe
                bias = matmul(closeness, published * claims.bias) / safe
                up = matmul(closeness, published * claims.upward) > HALF * total
                model.relayed.setdefault(week + delay, []).append((slots, repeats, mean, bias, up))

    # -- being checked ------------------------------------------------------------------------------------

    def remember(self, week: int, claims: Claims) -> None:
        """Keep what was said: for novelty, for answers, and to be checked later (the latest claim counts)."""
        if not claims.any:
            return
        if count_nonzero(claims.published):
            np.putmask(self.last_claim, claims.published, week)
            np.putmask(self.last_value, claims.published, claims.value)
            checkable = claims.published[..., :2]
            np.putmask(self.unchecked_since, checkable, week)
            np.putmask(self.unchecked_value, checkable, claims.value[..., :2])
        if count_nonzero(claims.control_call):
            self.last_call = where(claims.control_call != ZERO, float(week), self.last_call)

    def be_checked(self, week: int, quantity: int, measured: Array, variance: Array, checks: Array) -> None:
        """A measurement scores each unchecked claim on its quantity and teaches receivers its source's bias.

        ``measured``, ``variance`` and the mask ``checks`` are ``(worlds, 1)``.
        """
        p = self.model.settings
        since = self.unchecked_since[..., quantity]
        age = week - since
        stale = age > UNCHECKED_AFTER
        due = checks & (age >= ONE) & ~stale
        np.copyto(since, np.inf, where=due | stale)
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
            self.believed_bias, self.bias_variance, precision, information, ZERO
        )

    def forget_bias(self) -> None:
        """The believed bias of every source becomes a little less certain each week."""
        drift, prior = self.model.bias_drift_variance, self.model.bias_prior_variance
        self.bias_variance = minimum(self.bias_variance + drift, prior)

    def _learn_bias(self, quantity: int, precision: Array, information: Array) -> None:
        mean, variance = belief_rules.observe_level(
            self.believed_bias[..., quantity], self.bias_variance[..., quantity], precision, information, ZERO
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

"""Sources of claims: what they say and when, how they are checked, and what they stand to gain."""

import math

import mesa

from .arithmetic import LN10, clip, mean
from .statements import COMPUTE, GAP, SHARE, Claim, MotiveClaim

#: A claim that nothing has checked lapses after a year.
LAPSES_AFTER = 52
SMALLEST_SHARE_SD = 0.02
#: Lobbying weaker than this is not worth a public call.
QUIET = 0.05
#: Older claims are not worth an answer about motives.
ANSWERED_WITHIN = 8


class Source(mesa.Agent):
    """Anyone who publishes claims; trust and believed bias are those of each receiver group."""

    def __init__(self, model, name, side, policy, reach, trust):
        super().__init__(model)
        self.name, self.side, self.policy, self.reach = name, side, policy, reach
        self.slot = len(model.sources)
        model.sources.append(self)
        self.initial_trust = trust
        self.last_claim = [-1e4] * 3
        self.last_value = [0.0] * 3
        self.last_call = -1e4
        self.unchecked = {}
        self.hits, self.misses = [0, 0], [0, 0]
        prior = model.p.beliefs.bias_prior_sd**2
        self.trust = [[trust, trust] for _group in range(3)]
        self.believed_bias = [[0.0, 0.0] for _group in range(3)]
        self.bias_variance = [[prior, prior] for _group in range(3)]
        self.interest = [0.0, 0.0, 0.0]
        self.lobbying = 0.0
        self.estimate, self.estimate_sd = [0.0] * 3, [math.inf] * 3

    # -- what it believes and wants ------------------------------------------------------------------------

    def form_estimates(self, gap_error, compute_error):
        """Own estimates of the gap and the compute gap; most sources know nothing about the copied share."""
        sd = self.model.p.claims.private_gap_sd
        self.estimate = [self.model.gap + sd * gap_error, 0.0, self.model.compute_gap() + sd * compute_error]
        self.estimate_sd = [sd, math.inf, sd]

    def read_interest(self, response):
        """Marginal value of each belief, and lobbying for control; a commentator has none of its own."""

    def change_policy(self, policy):
        """Speak by another policy from now on."""
        self.policy = policy

    # -- speaking ------------------------------------------------------------------------------------------

    def starting_point(self, quantity):
        """Own estimate, or the public mood where the source knows nothing."""
        if math.isinf(self.estimate_sd[quantity]):
            return self.model.sentiment.of(quantity)
        return self.estimate[quantity]

    def intended_bias(self, quantity):
        """Costly talk: ``b* = clip(psi M K (1 - omega)/c, +-b_max)``; a sincere source adds nothing."""
        if self.policy != "strategic":
            return 0.0
        claims = self.model.p.claims
        raw = (
            claims.strategic_weight
            * self.interest[quantity]
            * self.model.claim_gain(quantity)
            * (1.0 - claims.sophistication)
            / self.bias_cost(quantity)
        )
        return clip(raw, -claims.max_bias, claims.max_bias)

    def bias_cost(self, quantity):
        claims = self.model.p.claims
        return claims.bias_cost_share if quantity == SHARE else claims.bias_cost_gap

    def statement(self, quantity):
        """What this source would say about a quantity: a :class:`Claim`, and whether it wants to say it."""
        start, bias = self.starting_point(quantity), self.intended_bias(quantity)
        news = start - self.model.sentiment.of(quantity)
        if self.policy == "strategic":
            wants = 0.5 * self.bias_cost(quantity) * bias * bias > self.model.p.claims.publication_cost
            upward = bias > 0.0
        elif self.policy == "sincere":
            wants = abs(news) > 2.0 * self.estimate_sd[quantity]
            upward = news > 0.0
        else:
            return Claim(self, quantity, start, 0.0, False), False
        value = start + bias
        if quantity == SHARE:
            value = clip(value, 0.0, 1.0)
        if self.model.p.claims.publication == "common":
            # Policies differ in bias only: everybody speaks, for the side of the mood that the value is on.
            wants, upward = True, value > self.model.sentiment.of(quantity)
        return Claim(self, quantity, value, value - start, upward), wants

    def moment(self, rate, last):
        """Chance that the moment is right: ``rate (1 - exp(-w/h_n))``, w weeks since one's own last."""
        waited = self.model.week - last
        return rate * -math.expm1(-waited / self.model.p.media.novelty_time)

    def speak(self, statements, luck):
        """Publish what is wanted when the moment is right; ``luck`` has a draw a quantity."""
        for quantity in (GAP, SHARE, COMPUTE):
            claim, wants = self.statement(quantity)
            chance = self.moment(self.model.p.claims.rate, self.last_claim[quantity])
            if wants and luck[quantity] < chance and self.model.today.may_claim(self):
                statements.add(claim)

    def call(self, statements, luck):
        """Call in public for or against control, if one lobbies and speaks at all."""
        speaks = self.policy not in ("none", "relay") and self.model.today.may_claim(self)
        if not self.model.p.policy.lobbying or not speaks:
            return
        if abs(self.lobbying) > QUIET and luck < self.moment(0.5 * self.model.p.claims.rate, self.last_call):
            statements.calls[self.slot] = (self, math.copysign(1.0, self.lobbying))

    def answer(self, statements, luck):
        """About motives: the recent claim of another side that differs most from one's own statement."""
        if self.policy in ("none", "relay") or luck >= self.model.p.claims.motive_rate:
            return
        if not self.model.today.may_claim(self):
            return
        found, largest = None, 0.0
        for other in self.model.sources:
            if other is self or (other.side == self.side and self.side != "none"):
                continue
            for quantity in (GAP, SHARE):
                if self.model.week - other.last_claim[quantity] > ANSWERED_WITHIN:
                    continue
                difference = other.last_value[quantity] - self.statement(quantity)[0].value
                if abs(difference) <= 2.0 * max(self.estimate_sd[quantity], SMALLEST_SHARE_SD):
                    continue
                if self.policy == "strategic" and difference * self.interest[quantity] >= 0.0:
                    continue
                # A repetition equals its original but for rounding: the first of equals is answered.
                if abs(difference) > largest + 1e-9:
                    found, largest = MotiveClaim(self, other, quantity, difference), abs(difference)
        if found is not None:
            statements.motives[self.slot] = found

    # -- being remembered and checked ----------------------------------------------------------------------

    def remember(self, statements):
        week = self.model.week
        for quantity in (GAP, SHARE, COMPUTE):
            claim = statements.claims.get((self.slot, quantity))
            if claim is None:
                continue
            self.last_claim[quantity], self.last_value[quantity] = week, claim.value
            if quantity != COMPUTE:
                self.unchecked[quantity] = (week, claim.value)
        if self.slot in statements.calls:
            self.last_call = week

    def be_checked(self, quantity, measured, variance):
        """A measurement bears a claim out or not, and shows its bias."""
        if quantity not in self.unchecked:
            return
        since, value = self.unchecked[quantity]
        age = self.model.week - since
        if age < 1:
            return
        del self.unchecked[quantity]
        if age > LAPSES_AFTER:
            return
        p = self.model.p
        tolerance = variance + (p.beliefs.drift_variance * age if quantity == GAP else 0.0)
        stated = p.claims.stated_sd**2
        if p.credibility.enabled:
            if abs(value - measured) < 2.0 * math.sqrt(stated + tolerance):
                self.hits[quantity] += 1
            else:
                self.misses[quantity] += 1
            self.update_trust(quantity)
        if p.beliefs.bias_learning:
            for group in range(3):
                self.learn_bias(group, quantity, 1.0 / (stated + tolerance), value - measured)

    def update_trust(self, quantity):
        """Beta mean: ``(n tau_0 + hits)/(n + hits + lambda_- misses)``."""
        credibility = self.model.p.credibility
        prior, hits, misses = credibility.prior_counts, self.hits[quantity], self.misses[quantity]
        trust = (prior * self.initial_trust + hits) / (prior + hits + credibility.miss_weight * misses)
        for group in range(3):
            self.trust[group][quantity] = trust

    def forget_bias(self):
        beliefs = self.model.p.beliefs
        for variances in self.bias_variance:
            for quantity in (GAP, SHARE):
                variances[quantity] = min(
                    variances[quantity] + beliefs.bias_drift**2, beliefs.bias_prior_sd**2
                )

    def learn_bias(self, group, quantity, precision, observed):
        """Normal-normal update of the bias which one group expects."""
        variance = self.bias_variance[group][quantity]
        posterior = variance / (1.0 + variance * precision)
        expected = self.believed_bias[group][quantity]
        self.believed_bias[group][quantity] = expected + posterior * precision * (observed - expected)
        self.bias_variance[group][quantity] = posterior


class Vendor(Source):
    """A seller of chips: control costs it the controlled bloc's sales."""

    def read_interest(self, response):
        p, mood = self.model.p, self.model.sentiment
        per_control, per_efficiency = -p.vendor.controlled_sales_share, self.efficiency_slope()
        lead = mood.compute[0] - mood.gap[0]
        self.interest = [
            per_control * response.chips_per_gap - per_efficiency * (1.0 - mood.share[0]),
            per_control * response.chips_per_share - per_efficiency * lead,
            per_efficiency * (1.0 - mood.share[0]),
        ]
        self.lobbying = 0.0
        if self.side == p.blocs.controlling and p.policy.lobbying:
            kept = 1.0 - self.model.government.chips.leakage
            self.lobbying = clip(per_control * kept / p.claims.lobby_cost, -1.0, 1.0)

    def efficiency_slope(self):
        """Derivative of log demand for chips by believed efficiency ``(c_hat - g)(1 - m)``."""
        p, mood = self.model.p, self.model.sentiment
        efficiency = (mood.compute[0] - mood.gap[0]) * (1.0 - mood.share[0])
        exponent = p.listed.believed_demand_elasticity - 1.0
        at_home = 10.0 ** (exponent * efficiency)
        share = p.vendor.controlled_sales_share
        abroad = share / (1.0 - share) * (1.0 - self.model.government.chips.announced)
        return exponent * LN10 * at_home / (at_home + abroad)


class Commentator(Source):
    """An official, analyst or medium; a relay repeats others, a strategic one shares its side's interest."""

    def __init__(self, model, name, description):
        policy, trust = description.claim_policy, description.trust
        super().__init__(model, name, description.alignment, policy, description.reach, trust)
        self.delay = max(1, description.delay)
        #: Claims that it will repeat: week -> [Claim, ...]
        self.planned = {}

    def read_interest(self, response):
        own = [lab.interest for lab in self.model.labs if lab.bloc == self.side]
        if self.policy == "strategic" and own:
            self.interest = [mean(values) for values in zip(*own, strict=True)]

    def change_policy(self, policy):
        """Drop what was to be repeated; who joins a side takes its interest as it was last read."""
        self.policy, self.planned = policy, {}
        if self.model.interests_read:
            self.read_interest(None)

    def closeness(self, other):
        """How ready it is to repeat another source: its own side fully, any side by half if it has none."""
        if other.policy == "relay":
            return 0.0
        if self.side == "none":
            return 0.5
        return 1.0 if other.side == self.side else 0.0

    def overhear(self, statements, luck):
        """Plan to repeat the mean of what it is close to, with chance ``1 - (1-p)^n`` among ``n`` claims."""
        for quantity in (GAP, SHARE, COMPUTE):
            claims = [claim for claim in statements.claims.values() if claim.quantity == quantity]
            weights = [self.closeness(claim.source) for claim in claims]
            total = math.fsum(weights)
            chance = -math.expm1(total * math.log1p(-self.model.p.claims.relay_probability))
            if luck[quantity] < chance:
                heard = list(zip(weights, claims, strict=True))
                value = math.fsum(weight * claim.value for weight, claim in heard) / total
                bias = math.fsum(weight * claim.bias for weight, claim in heard) / total
                # It speaks for the side that most of what it repeats spoke for.
                upward = math.fsum(weight for weight, claim in heard if claim.upward) > 0.5 * total
                repetition = Claim(self, quantity, value, bias, upward)
                self.planned.setdefault(self.model.week + self.delay, []).append(repetition)

    def repeat(self, statements):
        for claim in self.planned.pop(self.model.week, ()):
            if self.model.today.may_claim(self):
                statements.add(claim)

"""Receivers of benchmarks and claims: investors, policymakers, and the communities that adopt models."""

import math

import mesa

from .arithmetic import WEEK, choose, clip, mean
from .statements import COPYING, COST, GAP, MOAT, MOTIVE, NARRATIVES, PARITY, SHARE

INVESTORS, POLICYMAKERS, COMMUNITIES = range(3)
VARIANCE_FLOOR, VARIANCE_CAP = 1e-8, 1.0
#: News this close to the belief is neither congenial nor uncongenial.
INDIFFERENT = 1e-9


def lowered(variance, reduction):
    """A variance after an observation; the floor keeps it positive and never raises it."""
    return max(variance - reduction, min(variance, VARIANCE_FLOOR))


class Receiver(mesa.Agent):
    """Believes in a gap and its closing speed (a linear trend), a copied share (Beta), a compute gap."""

    group = None

    def __init__(self, model, slot, believed_gap, leaning):
        super().__init__(model)
        self.slot, self.leaning, self.neighbours = slot, leaning, []
        p = model.p.beliefs
        self.gap, self.speed = believed_gap, p.prior_closing_speed
        self.gap_variance, self.covariance, self.speed_variance = p.prior_sd**2, 0.0, p.prior_speed_sd**2
        self.successes, self.failures = model.prior_successes, model.prior_failures
        self.compute_gap, self.compute_variance = model.initial_compute_gap, p.prior_sd**2
        self.carries = [False] * 6
        self.immune = [False] * 6
        self.hears = [False] * 6

    @property
    def share(self):
        """Mean of the Beta belief about the copied share."""
        return self.successes / (self.successes + self.failures)

    # -- narratives ----------------------------------------------------------------------------------------

    def meet(self, coverage, luck):
        """Which narratives it takes up, hears and drops this week (from everybody's state of last week)."""
        p = self.model.p
        self.hears = [False] * 6
        self.next_carries, self.next_immune = list(self.carries), list(self.immune)
        for k in NARRATIVES:
            new, carried = coverage.new[k], self.carries[k]
            immune = self.immune[k] and not new
            if p.media.contagion:
                catches = False
                if not carried and not immune:
                    catches = luck[k] < self.chance_to_catch(k, coverage)
                leaves = carried and luck[k] < self.model.chance.recovery
                self.hears[k] = catches or (carried and new)
            else:
                # Everybody hears every new version at once.
                catches = self.hears[k] = new
                leaves = carried and not new and luck[k] < self.model.chance.recovery
            self.next_carries[k] = (carried or catches) and not leaves
            self.next_immune[k] = immune or leaves

    def chance_to_catch(self, narrative, coverage):
        """``1 - exp(-R0 gamma (share of carrying neighbours) - beta (attention share))``.

        With gamma the weekly chance of recovery, a carrier infects R0 others in a mixed population.
        """
        media = self.model.p.media
        exposure = media.exposure * coverage.shares[narrative]
        if self.model.carried[narrative]:
            carrying = sum(other.carries[narrative] for other in self.neighbours) / len(self.neighbours)
            exposure += media.reproduction_number * self.model.chance.recovery * carrying
        return -math.expm1(-exposure)

    def turn(self):
        self.carries, self.immune = self.next_carries, self.next_immune

    # -- learning ------------------------------------------------------------------------------------------

    def expect(self):
        """A week passes: the gap closes at the believed speed and becomes less certain."""
        p = self.model.p.beliefs
        self.gap -= WEEK * self.speed
        variance = self.gap_variance - 2.0 * WEEK * self.covariance + WEEK * WEEK * self.speed_variance
        variance += p.drift_variance
        self.covariance -= WEEK * self.speed_variance
        if variance > VARIANCE_CAP:
            # The correlation of level and speed stays as it is.
            self.covariance *= math.sqrt(VARIANCE_CAP / variance)
            variance = VARIANCE_CAP
        self.gap_variance = variance
        self.speed_variance += p.speed_drift**2 * WEEK

    def learn(self):
        """Benchmarks and claims, weighted by precision; precisions of one week add up."""
        media, hears = self.model.media, self.hears
        precision, information = self.benchmark_signal()
        for k in (PARITY, MOAT):
            if hears[k]:
                precision += media.versions[k].gap[self.group].weight
                information += media.versions[k].gap[self.group].total
        self.observe_gap(precision, information)

        weight = total = 0.0
        for k in (COPYING, COST):
            if hears[k]:
                weight += media.versions[k].share[self.group].weight
                total += media.versions[k].share[self.group].total
        if weight > 0.0:
            favour = self.favour(total / weight - self.share)
            weight, total = weight * favour, total * favour
        if self.model.speed_is_discussed:
            for k in (PARITY, MOAT):
                if hears[k]:
                    content = media.versions[k].speed[self.group]
                    self.observe_speed(content.weight, content.total)
        self.observe_share(weight, total)

        content = media.versions[COST].compute[self.group]
        self.observe_compute(content.weight if hears[COST] else 0.0, content.total if hears[COST] else 0.0)

    def bulletin(self):
        """The benchmark news this receiver reads this week."""
        return self.model.bulletin

    def benchmark_signal(self):
        bulletin = self.bulletin()
        if not bulletin.new:
            return 0.0, 0.0
        precision = 1.0 / max(bulletin.gap_variance, 1e-12)
        return precision, precision * bulletin.gap

    def favour(self, difference):
        """Motivated reasoning: more weight on congenial news, less on uncongenial."""
        strength = self.model.p.beliefs.motivated
        if strength == 0.0 or abs(difference) <= INDIFFERENT:
            return 1.0
        return 1.0 + strength * math.copysign(1.0, difference) * self.leaning

    def observe_gap(self, precision, information):
        """Kalman update of level and speed by signals about the level."""
        if precision == 0.0:
            return
        signal = information / precision
        size = self.gap_variance * precision
        gain = min(size / (1.0 + size) * self.favour(signal - self.gap), 1.0)
        surprise = signal - self.gap
        per_variance = gain / self.gap_variance
        self.gap += gain * surprise
        self.speed += self.covariance * per_variance * surprise
        self.speed_variance = lowered(self.speed_variance, self.covariance**2 * per_variance)
        self.covariance -= gain * self.covariance
        self.gap_variance = lowered(self.gap_variance, gain * self.gap_variance)

    def observe_speed(self, precision, information):
        """Kalman update of level and speed by signals about the speed."""
        if precision == 0.0:
            return
        spread = 1.0 / precision + self.speed_variance
        surprise = information / precision - self.speed
        self.speed += self.speed_variance / spread * surprise
        self.gap += self.covariance / spread * surprise
        self.gap_variance = lowered(self.gap_variance, self.covariance**2 / spread)
        self.covariance -= self.covariance * self.speed_variance / spread
        self.speed_variance = lowered(self.speed_variance, self.speed_variance**2 / spread)

    def observe_share(self, counts, counts_times_value):
        """Forget towards the prior, then add claims as counts; the total is capped."""
        p, a, b = self.model.p.beliefs, self.model.prior_successes, self.model.prior_failures
        self.successes = max(a + p.retention * (self.successes - a) + counts_times_value, 0.05)
        self.failures = max(b + p.retention * (self.failures - b) + counts - counts_times_value, 0.05)
        self.cap_counts()

    def cap_counts(self):
        excess = (self.successes + self.failures) / self.model.p.beliefs.max_counts
        if excess > 1.0:
            self.successes, self.failures = self.successes / excess, self.failures / excess

    def observe_compute(self, precision, information):
        variance = min(self.compute_variance + self.model.p.beliefs.drift_variance, VARIANCE_CAP)
        self.compute_variance = variance / (1.0 + variance * precision)
        self.compute_gap += self.compute_variance * (information - precision * self.compute_gap)

    def read_reveal(self, value):
        """A public measurement of the copied share counts like several observations."""
        counts = self.model.p.credibility.reveal_counts
        self.successes += counts * value
        self.failures += counts * (1.0 - value)
        self.cap_counts()

    # -- talking -------------------------------------------------------------------------------------------

    def listen(self):
        """Gap and copied share after this week's talk with the neighbours."""
        self.heard_gap = self.influenced(self.gap, [other.gap for other in self.neighbours])
        self.heard_share = self.influenced(self.share, [other.share for other in self.neighbours])

    def influenced(self, own, others):
        social = self.model.p.social
        if social.rule == "degroot":
            return mean(others)
        if social.rule == "friedkin_johnsen":
            return (1.0 - social.weight) * own + social.weight * mean(others)
        near = [other for other in others if abs(other - own) < social.confidence_bound]
        return own + social.weight * (mean([own, *near]) - own)

    def settle_on(self):
        counts, share = self.successes + self.failures, clip(self.heard_share, 0.0, 1.0)
        self.gap, self.successes, self.failures = self.heard_gap, counts * share, counts * (1.0 - share)

    # -- acting --------------------------------------------------------------------------------------------

    def acted_gap(self):
        """The gap that is acted on: the belief, drawn to the value of the narratives carried."""
        return self.drawn(
            self.gap, [self.model.media.versions[k].gap for k in (PARITY, MOAT) if self.carries[k]]
        )

    def acted_share(self):
        return self.drawn(
            self.share, [self.model.media.versions[k].share for k in (COPYING, COST) if self.carries[k]]
        )

    def drawn(self, belief, contents):
        values = [content[self.group].value for content in contents if content[self.group].weight > 0.0]
        if not values:
            return belief
        return belief + self.model.p.beliefs.salience * (mean(values) - belief)


class Investor(Receiver):
    """Values labs by the moat it believes in."""

    group = INVESTORS

    def appraise(self):
        """Weight of the time after catch-up in the value of each lab."""
        p, model = self.model.p, self.model
        factor = model.closing_factor(
            self.acted_share(), model.government.chips.expected, model.expected_enforcement
        )
        spread = math.sqrt(3.0 * self.speed_variance)
        slow, middle, fast = (
            model.closing_speed(speed, factor)
            for speed in (self.speed - spread, self.speed, self.speed + spread)
        )
        gap, discount = self.acted_gap(), p.valuation.discount_less_growth

        def after(offset):
            """Mean over the belief about the speed: three Gauss-Hermite points."""
            outer, centre = (
                [model.after_catch_up(discount, model.catch_up_time(gap + offset, speed)) for speed in speeds]
                for speeds in ((slow, fast), (middle,))
            )
            return sum(outer) / 6.0 + centre[0] * 2.0 / 3.0

        self.after = [after(model.offset(lab, model.bulletin)) for lab in model.labs]

    def believed_efficiency(self):
        """``(c_hat - g)(1 - m)``: what the follower achieves with less compute and without copying (OOM)."""
        return (self.compute_gap - self.gap) * (1.0 - self.share)


class Policymaker(Receiver):
    """Wants control according to its believed efficacy; reads benchmarks later than others."""

    group = POLICYMAKERS

    def __init__(self, model, slot, believed_gap, leaning, security_weight):
        super().__init__(model, slot, believed_gap, leaning)
        self.security_weight = security_weight

    def bulletin(self):
        return self.model.delayed_bulletin

    def chance_to_catch(self, narrative, coverage):
        """Besides the media, policymakers are briefed about new copying claims."""
        chance = super().chance_to_catch(narrative, coverage)
        if narrative == COPYING and coverage.new[COPYING]:
            chance = 1.0 - (1.0 - chance) * (1.0 - self.model.p.beliefs.briefing_probability)
        return chance

    def demand(self, lobbying):
        """Demand for chip control and for access control, before cost."""
        policy, initial = self.model.p.policy, self.model.initial_gap
        share, gap = self.acted_share(), self.acted_gap()
        linked = (1.0 + policy.link_copying * share) * (1.0 + policy.link_gap * (gap - initial) / initial)
        chips = self.security_weight * policy.chip_efficacy * linked
        if policy.lobbying:
            chips += policy.lobby_weight * lobbying
        return chips, self.security_weight * policy.access_efficacy * share


class Community(Receiver):
    """Adopts models: a developer or an enterprise, in the controlling or the controlled bloc or elsewhere."""

    group = COMMUNITIES

    def __init__(self, model, slot, believed_gap, leaning, bloc, segment):
        super().__init__(model, slot, believed_gap, leaning)
        self.bloc, self.segment = bloc, segment
        self.current = 0

    def utility(self, lab):
        """``w_c theta - w_p log10 p + J share + w_e ln(1 + n/1000) - w_t distrust - w_m barred``."""
        adoption, segment = self.model.p.adoption, self.model.segments[self.segment]
        foreign = (self.bloc == 0 and lab.rival) or (self.bloc == 1 and lab.home)
        value = (
            segment.weight_capability * self.model.office.index[lab.index]
            - segment.weight_price * math.log10(lab.price)
            + segment.network_effect * self.model.market.share_in_bloc(lab, self.bloc)
        )
        if not lab.closed:
            value += adoption.weight_ecosystem * math.log1p(lab.derivatives / 1000.0)
        if foreign:
            value -= segment.weight_distrust * adoption.distrust_cross_bloc
        if self.bloc == 1 and lab.home and lab.closed:
            banned = self.model.p.enforcement.ban_paying_access
            value -= adoption.weight_access_control * (
                1.0 if banned else self.model.government.access.effective
            )
        return value

    def distrust_of_copying(self, lab):
        """``w_t chi_d m lambda_P`` for the models of students of another bloc."""
        foreign = (self.bloc == 0 and lab.rival) or (self.bloc == 1 and lab.home)
        if not (foreign and lab.student):
            return 0.0
        p, weight = self.model.p, self.model.segments[self.segment].weight_distrust
        return weight * p.adoption.distrust_response * self.acted_share() * p.distillation.unauthorised_share

    def start_with(self, quantile):
        """First choice, by logit without inertia, weighted by each lab's initial presence."""
        labs = self.model.labs
        self.current = choose(
            [self.utility(lab) + math.log(max(lab.home_share, 1e-6)) for lab in labs], quantile
        )

    def reconsider(self, quantile):
        utilities = [self.utility(lab) - self.distrust_of_copying(lab) for lab in self.model.labs]
        utilities[self.current] += self.model.p.adoption.switching_cost
        self.next_model = choose(utilities, quantile)


__all__ = ["GAP", "MOTIVE", "SHARE", "Community", "Investor", "Policymaker", "Receiver"]

"""The oracle's model: one world, one object per agent, the week in plain Python."""

import datetime as dt
import math
from types import SimpleNamespace

import mesa

from sim.network import receiver_network

from .arithmetic import WEEK, clip, event_chance, hazard_chance, mean
from .dated import Calendar
from .government import Government
from .lab import Lab, beta_quadrature
from .luck import Luck
from .market import ModelMarket
from .media import Media
from .office import STEPS, BenchmarkOffice
from .receivers import Community, Investor, Policymaker, Receiver
from .series import Recorder
from .source import Commentator, Source, Vendor
from .statements import CALL, GAP, MOTIVE, NARRATIVES, SHARE, Statements

SMALLEST_GAP = 0.05
SHORTEST_REFERENCE = 0.1
#: Iso-lag worlds repeat the burn-in with another initial compute, and compare its last half year.
ISO_LAG_PASSES, ISO_LAG_WINDOW = 3, 26
#: An evaluation at least as precise as this (sd in OOM) checks gap claims.
CHECKING_SD = 0.25
GOLDEN_TURN = 0.6180339887498949


class OracleModel(mesa.Model):
    """Construction founds the world and runs the burn-in; ``step`` is one recorded week."""

    def __init__(self, scenario, seed):
        super().__init__(rng=int(seed))
        self.p, self.luck = scenario, Luck(seed)
        self.start_date = dt.date.fromisoformat(str(scenario.run.start_date))
        self.chance = self.chances()
        self.prior_successes = scenario.beliefs.prior_share * scenario.beliefs.prior_share_counts
        self.prior_failures = scenario.beliefs.prior_share_counts - self.prior_successes
        self.share_nodes = beta_quadrature(self.prior_successes, self.prior_failures)
        self.speed_is_discussed = any(e.type == "claim" and e.quantity == "speed" for e in scenario.events)
        self.segments = list(scenario.adoption.segments.values())
        self.iso_lag_shift = 0.0
        self.live_through_burn_in()
        if scenario.distillation.iso_lag and scenario.run.burn_in:
            for _ in range(ISO_LAG_PASSES):
                self.iso_lag_shift += self.wanted_gap() - mean(self.recorder.released_gaps[-ISO_LAG_WINDOW:])
                self.live_through_burn_in()
        self.end_burn_in()

    def live_through_burn_in(self):
        """Found the world and live the weeks before the recorded ones."""
        self.remove_all_agents()
        self.week, self.in_burn_in = -self.p.run.burn_in, True
        self.recorder = Recorder(self)
        self.found()
        for _ in range(self.p.run.burn_in):
            self.live_a_week()

    def step(self):
        self.live_a_week()

    # -- the week ------------------------------------------------------------------------------------------

    def live_a_week(self):
        self.environment()
        self.research()
        self.publish_benchmarks()
        self.look_at_logs()
        self.speak()
        self.spread()
        self.form_beliefs()
        self.check_claims()
        self.invest()
        self.govern()
        self.adopt()
        self.sentiment = self.mood()
        self.recorder.record()
        self.week += 1

    def environment(self):
        self.today = self.calendar.today(self.week)
        self.government.take_effect()
        self.expect_enforcement()

    def research(self):
        labs = self.agents_by_type[Lab]
        count = len(self.labs)
        luck = SimpleNamespace(
            jump=self.luck.uniform("capability.jump", self.week, count),
            jump_size=self.luck.uniform("capability.jump_size", self.week, count),
            noise=self.luck.normal("capability.noise", self.week, count),
        )
        labs.set("new_students", 0.0)
        labs.do("plan", luck)
        labs.do("advance")
        for lab in labs:
            lab.paying_students = lab.new_students
        self.today.apply_shocks()
        self.incident = self.today.exfiltrate()
        self.incident = self.exfiltrate() or self.incident or bool(self.today.of("chip_diversion"))

    def exfiltrate(self):
        """At random, a student obtains the weights of the best closed lab of another bloc."""
        luck = self.luck.uniform("labs.exfiltration", self.week, 2)
        students = [lab for lab in self.labs if lab.student]
        if (
            not students
            or self.today.suppressed("weight_exfiltration")
            or luck[0] >= self.chance.exfiltration
        ):
            return False
        student = students[min(int(luck[1] * len(students)), len(students) - 1)]
        teachers = [lab for lab in self.labs if lab.closed and lab.bloc != student.bloc]
        if teachers:
            student.receive_weights(max(lab.released_capability for lab in teachers))
        return True

    def publish_benchmarks(self):
        released = self.releases()
        self.office.expose()
        frontier = max(lab.released_capability for lab in self.labs)
        new_sets = self.office.new_sets(frontier, self.luck.uniform("benchmarks.release", self.week, 3))
        news = self.office.evaluate(self.week, released, new_sets)
        mood = self.sentiment
        self.bulletin = self.office.bulletin(news, mood.gap[0], mood.gap_variance, self.bulletin)
        self.read_later.append(self.bulletin)
        self.delayed_bulletin = self.read_later.pop(0)

    def releases(self):
        """Labs publish their current model at Poisson times, on dated events, or continuously."""
        if self.p.capability.continuous_releases:
            for lab in self.labs:
                lab.released_capability, lab.released_algorithms = lab.capability, lab.algorithms
            return list(self.labs)
        luck = self.luck.uniform("labs.release", self.week, len(self.labs))
        family_luck = self.luck.normal("labs.model_family", self.week, len(self.labs) * 4)
        released = []
        for lab in self.labs:
            by_itself = luck[lab.index] < self.chance.release and not self.today.suppresses_release(lab)
            if by_itself or self.today.releases(lab):
                lab.release(family_luck[4 * lab.index : 4 * lab.index + 4])
                released.append(lab)
        return released

    def look_at_logs(self):
        """The state of copying; at each review labs read their logs and everybody his interest."""
        best_home = max(lab.capability for lab in self.homes)
        self.gap = best_home - max(lab.capability for lab in self.rivals)
        counterfactual = best_home - max(lab.own_capability for lab in self.rivals)
        # m*: the share of the gap there would be without copying that copying has closed.
        closed = max(counterfactual, 0.0) - max(self.gap, 0.0)
        self.copied_share = clip(closed / max(counterfactual, SMALLEST_GAP), 0.0, 1.0)
        if self.week % self.p.claims.review_every and self.reviewed:
            return
        self.reviewed = True
        luck = self.luck.uniform("labs.flags", self.week, len(self.labs))
        if self.somebody_may_claim or self.interests_matter:
            for lab in self.labs:
                lab.look_at_logs(luck[lab.index])
        if self.interests_matter:
            self.form_estimates()
            for lab in self.labs:
                lab.measure_slopes()
            response = self.government.expected_response()
            for source in self.sources:
                source.read_interest(response)
            for lab in self.labs:
                lab.choose_enforcement()

    def form_estimates(self):
        noise = self.luck.normal("claims.estimates", self.week, 2 * len(self.sources))
        for source in self.sources:
            source.form_estimates(noise[2 * source.slot], noise[2 * source.slot + 1])

    def speak(self):
        self.statements = Statements()
        if self.somebody_may_claim and not self.in_burn_in:
            self.form_estimates()
            count = len(self.sources)
            timing = self.luck.uniform("claims.timing", self.week, count * 3)
            calls = self.luck.uniform("claims.calls", self.week, count)
            motives = self.luck.uniform("claims.motive", self.week, count)
            for source in self.sources:
                source.speak(self.statements, timing[3 * source.slot : 3 * source.slot + 3])
                source.call(self.statements, calls[source.slot])
                source.answer(self.statements, motives[source.slot])
        self.today.add_claims(self.statements)
        self.pass_on()
        for source in self.sources:
            source.remember(self.statements)

    def pass_on(self):
        """Relays plan to repeat what they hear this week, and repeat what they planned earlier."""
        relays = [source for source in self.sources if source.policy == "relay"]
        luck = self.luck.uniform("claims.relay", self.week, 3 * len(self.sources))
        for relay in relays:
            relay.overhear(self.statements, luck[3 * relay.slot : 3 * relay.slot + 3])
        for relay in relays:
            relay.repeat(self.statements)

    def spread(self):
        self.coverage = self.media.publish(self.statements, self.bulletin.surprise, self.carriers)
        luck = self.luck.uniform("media.contagion", self.week, *(6 * size for size in self.group_sizes))
        self.carried = [self.carriers[k] > 0.0 for k in NARRATIVES]
        for receiver in self.receivers:
            receiver.meet(self.coverage, luck[6 * receiver.slot : 6 * receiver.slot + 6])
        for receiver in self.receivers:
            receiver.turn()

    def form_beliefs(self):
        for receiver in self.receivers:
            receiver.expect()
            receiver.learn()
        if self.p.social.rule != "none":
            for receiver in self.receivers:
                receiver.listen()
            for receiver in self.receivers:
                receiver.settle_on()
        self.carriers = [mean(receiver.carries[k] for receiver in self.receivers) for k in NARRATIVES]

    def check_claims(self):
        """Evaluations check gap claims, reveals check share claims; motives are weighed."""
        for source in self.sources:
            source.forget_bias()
        if self.bulletin.new and self.bulletin.gap_variance < CHECKING_SD**2:
            for source in self.sources:
                source.be_checked(GAP, self.bulletin.gap, self.bulletin.gap_variance)
        self.reveal()
        for (slot, quantity), contents in self.media.versions[MOTIVE].bias.items():
            for group, members in enumerate(self.groups):
                heard = mean(member.hears[MOTIVE] for member in members)
                content = contents[group]
                if heard > 0.0:
                    self.sources[slot].learn_bias(group, quantity, content.weight * heard, content.value)

    def reveal(self):
        """A finding or a reproduction makes the copied share public, with an error."""
        luck = self.luck.uniform("reveals.occur", self.week, 2)
        happens = bool(self.today.of("reveal"))
        if not self.in_burn_in and not self.today.suppressed("reveal"):
            happens = happens or luck[0] < self.chance.forensic or luck[1] < self.chance.reproduction
        if not happens:
            return
        sd = self.p.credibility.reveal_sd
        error = sd * self.luck.normal("reveals.error", self.week, 1)[0]
        value = clip(self.copied_share + error, 0.0, 1.0)
        for receiver in self.receivers:
            receiver.read_reveal(value)
        for source in self.sources:
            source.be_checked(SHARE, value, sd * sd)
        self.incident = True

    def invest(self):
        self.market.earn()
        self.appraise()
        if self.in_burn_in:
            self.references.append(self.reference)
        luck = self.luck.uniform("labs.rounds", self.week, len(self.labs))
        for lab in self.labs:
            lab.raise_capital(luck)
        self.market.trade(
            self.luck.normal("listed.fundamentalists", self.week, 5),
            self.luck.normal("listed.chartists", self.week, 5),
        )

    def appraise(self):
        """Value of each lab: revenue times a multiple, or the rent without the capital loop."""
        self.agents_by_type[Investor].do("appraise")
        p = self.p.valuation
        if self.in_burn_in:
            self.reference = mean(investor.leader_after for investor in self.investors)
        leader = next(lab for lab in self.labs if not lab.rival)
        for lab in self.labs:
            if self.p.capital.buys_compute:
                lab.flow = lab.revenue
                lab.scale = p.revenue_multiple * lab.revenue / leader.annuity(self.reference)
            else:
                lab.flow = self.market.rent_flow(lab)
                lab.scale = lab.flow / p.discount_less_growth
            lab.value = lab.scale * lab.annuity(
                mean(investor.after[lab.index] for investor in self.investors)
            )

    def govern(self):
        state = self.government
        demands = state.pivotal_demands()
        if self.in_burn_in:
            state.demands.append(demands)
            tightening = 0.0
        else:
            if not self.today.suppressed("election"):
                state.drift_cost(self.luck.normal("policy.elections", self.week, 1)[0])
            for event in self.today.of("election"):
                state.cost_shift += event.shift
            called = self.coverage.shares[CALL] if self.statements.calls else 0.0
            state.attend(self.delayed_bulletin.surprise, called, self.incident)
            tightening = state.decide(demands, self.luck.uniform("policy.bargaining", self.week, 2))[0]
        tightening += self.today.act()
        retaliation_luck = self.luck.uniform("policy.retaliation", self.week, 1)[0]
        state.respond(tightening, retaliation_luck, self.luck.uniform("policy.truce", self.week, 1)[0])

    def adopt(self):
        """A few adopters reconsider; ecosystems grow on open models."""
        if not self.p.adoption.enabled:
            return
        occurs = self.luck.uniform("adoption.reconsider", self.week, len(self.communities))
        choice = self.luck.uniform("adoption.choice", self.week, len(self.communities))
        moving = [k for k in range(len(self.communities)) if occurs[k] < self.p.adoption.reconsider]
        for k in moving:
            self.communities[k].reconsider(choice[k])
        for k in moving:
            self.communities[k].current = self.communities[k].next_model
        self.market.count_users()
        for lab in self.labs:
            if not lab.closed:
                lab.derivatives += self.p.adoption.derivative_rate * self.market.share_of(lab) * WEEK

    # -- what several agents need to work out --------------------------------------------------------------

    @property
    def years(self):
        """Years after 2024.0."""
        return (self.start_date - dt.date(2024, 1, 1)).days / 365.25 + self.week / 52.0

    def chances(self):
        p = self.p
        return SimpleNamespace(
            jump=event_chance(p.capability.jump_rate),
            release=event_chance(p.capability.release_rate),
            new_set=event_chance(p.benchmarks.release_rate),
            round=event_chance(p.rounds.rate),
            exfiltration=event_chance(p.distillation.exfiltration_rate),
            forensic=event_chance(p.credibility.forensic_reveal_rate),
            reproduction=event_chance(p.credibility.reproduction_reveal_rate),
            truce=hazard_chance(p.policy.truce_hazard),
            recovery=hazard_chance(p.media.recovery),
        )

    def active_accounts(self, enforcement):
        """Stationary share of unauthorised accounts that are active: ``rho/(rho + h_0 + h_1 e)``."""
        p = self.p.distillation
        return p.account_replacement / (
            p.account_replacement + p.base_detection + p.enforced_detection * enforcement
        )

    def closing_factor(self, share, control, enforcement):
        """``(1-m)(1 - eta_x E[x]) + m (1-q_c)(1 - eta_e E[e])``."""
        p = self.p.valuation
        licit = 1.0 - p.believed_control_effect * control
        copied = (1.0 - p.copying_stalls) * (1.0 - p.believed_enforcement_effect * enforcement)
        return (1.0 - share) * licit + share * copied

    def closing_speed(self, speed, factor):
        """Believed speed (OOM/yr) at which the gap closes, slowed by control and enforcement."""
        return max(max(speed, self.p.valuation.min_closing_speed) * factor, 1e-6)

    def catch_up_time(self, gap, closing):
        """Believed years until parity, ``T = (g - eps)+ / speed``, at most ``T_max``."""
        return min(max(gap - self.p.benchmarks.parity_margin, 0.0) / closing, self.p.valuation.max_moat)

    def after_catch_up(self, discount, years):
        """Weight of the time after catch-up in the present value."""
        if self.p.valuation.rule == "creative_destruction":
            return 1.0 / (1.0 + discount * years)
        return math.exp(-discount * years)

    def offset(self, lab, bulletin):
        """What a lab's own moat adds to the moat between the leaders of the blocs."""
        index = bulletin.index[lab.index]
        return bulletin.best_rival - index if lab.rival else index - bulletin.best_home

    def claim_gain(self, quantity):
        """Mean weight of one claim in investors' beliefs."""
        p, mood = self.p, self.sentiment
        if quantity == SHARE:
            counts = p.beliefs.claim_counts * p.credibility.initial_trust
            return counts / (mood.counts + counts)
        noise = (p.claims.stated_sd**2 + p.beliefs.claim_noise**2) / p.credibility.initial_trust
        return mood.gap_variance / (mood.gap_variance + noise)

    def wanted_gap(self):
        """The public gap (OOM) which iso-lag worlds show at the start of the record, whatever the potency."""
        growth = self.p.capability.compute_growth_controlling + self.p.capability.algorithmic_growth
        return self.p.distillation.observed_gap_months * growth / 12.0

    def released_gap(self):
        best_home = max(lab.released_capability for lab in self.homes)
        return best_home - max(lab.released_capability for lab in self.rivals)

    def compute_gap(self):
        return max(lab.compute for lab in self.homes) - max(lab.compute for lab in self.rivals)

    def expect_enforcement(self):
        """``E[e] = 1 - (1 - announced)(1 - E[x_access])``."""
        defenders = [lab for lab in self.labs if lab.home and lab.has_api]
        announced = 0.0
        if self.p.enforcement.announced and defenders:
            announced = mean(lab.enforcement for lab in defenders)
        self.announced_enforcement = announced
        self.expected_enforcement = 1.0 - (1.0 - announced) * (1.0 - self.government.access.expected)

    def mood(self):
        """Mean beliefs of each group, as sources and the office read them a week later."""
        return Mood(self.groups)

    def lab_named(self, name):
        return next(lab for lab in self.labs if lab.name == name)

    def source_named(self, name):
        return next(source for source in self.sources if source.name == name)

    # -- before the first week -----------------------------------------------------------------------------

    def found(self):
        self.sources, self.labs = [], []
        self.found_sources()
        self.government = Government(self)
        self.found_labs()
        self.found_receivers()
        self.media, self.market, self.calendar = Media(self), ModelMarket(self), Calendar(self)
        self.office = BenchmarkOffice(self)
        self.office.evaluate(self.week - 1, self.labs, [])
        self.office.scoring_steps = STEPS
        self.bulletin = self.office.bulletin(True, self.initial_gap, 1.0, None)
        self.bulletin.new, self.bulletin.surprise = False, 0.0
        self.read_later = [self.bulletin] * self.p.beliefs.policy_delay
        self.found_market()
        self.sentiment, self.carriers = self.mood(), [0.0] * 6
        self.reviewed, self.references = False, []
        self.expect_enforcement()
        self.found_capital()

    def found_sources(self):
        p = self.p
        for name, description in p.labs.items():
            if description.enabled:
                Lab(self, name, description)
        self.homes = [lab for lab in self.labs if lab.home]
        self.rivals = [lab for lab in self.labs if lab.rival]
        if p.vendor.enabled:
            vendor = p.vendor
            policy = p.claims.policy if vendor.claim_policy == "default" else vendor.claim_policy
            Vendor(self, vendor.name, vendor.bloc, policy, vendor.reach, p.credibility.initial_trust)
        for name, description in p.sources.items():
            Commentator(self, name, description)
        policies = {source.policy for source in self.sources}
        self.somebody_may_claim = bool(policies - {"none", "relay"})
        self.interests_matter = "strategic" in policies or p.policy.lobbying or p.enforcement.rule == "chosen"

    def found_labs(self):
        """Copying at its steady state; in iso-lag worlds the observed gap does not depend on its potency."""
        p, copying = self.p, self.p.distillation
        barred = 1.0 - p.export_control.access_effect * self.government.access.initial
        unauthorised = copying.unauthorised_share * self.active_accounts(0.0) * barred
        access = copying.access * (1.0 - copying.unauthorised_share + unauthorised)
        ratio = {lab: copying.potency * access * lab.effort / copying.obsolescence for lab in self.labs}
        best_home = max(lab.own_capability for lab in self.homes)
        if copying.iso_lag:
            observed = self.wanted_gap()
            strongest = max(ratio[lab] for lab in self.rivals)
            wanted = observed + strongest * max(observed - copying.ceiling_margin, 0.0)
            shift = self.iso_lag_shift + wanted - (best_home - max(lab.own_capability for lab in self.rivals))
            for lab in self.rivals:
                lab.compute -= shift
        if copying.initial_share_at_steady_state:
            for lab in self.labs:
                lead = max(best_home - lab.own_capability - copying.ceiling_margin, 0.0)
                lab.distilled = ratio[lab] * lead / (1.0 + ratio[lab])
        selective = self.luck.once("labs.selective_reporting").random(len(self.labs))
        family = self.luck.normal("labs.model_family", self.week - 1, 4 * len(self.labs))
        for lab in self.labs:
            lab.released_capability, lab.released_algorithms = lab.capability, lab.algorithms
            lab.selective = selective[lab.index] < p.benchmarks.gaming_share
            lab.family_error = [p.benchmarks.family_sd * e for e in family[4 * lab.index : 4 * lab.index + 4]]
        gap = max(lab.capability for lab in self.homes) - max(lab.capability for lab in self.rivals)
        self.initial_gap = SMALLEST_GAP if abs(gap) < SMALLEST_GAP else gap
        self.initial_compute_gap = self.compute_gap()

    def found_receivers(self):
        """Three groups on a network of small worlds; beliefs start around the initial gap."""
        p, size = self.p, self.p.size
        self.group_sizes = (size.investors, size.policymakers, size.communities)

        def drawn(name, part, count):
            return self.luck.once(name, part).standard_normal(count).tolist()

        prior_gap = self.initial_gap if p.beliefs.prior_gap is None else p.beliefs.prior_gap
        gaps, leanings = [], []
        for part, count in enumerate(self.group_sizes):
            gaps += [prior_gap + p.beliefs.dispersion * e for e in drawn("beliefs.initial_gap", part, count)]
            leanings += [1.0 if e >= 0.0 else -1.0 for e in drawn("beliefs.leaning", part, count)]
        security = drawn("policy.security_weight", 0, size.policymakers)
        for slot in range(sum(self.group_sizes)):
            start = (self, slot, gaps[slot], leanings[slot])
            if slot < size.investors:
                Investor(*start)
            elif slot < size.investors + size.policymakers:
                weight = max(1.0 + p.policy.security_weight_sd * security[slot - size.investors], 0.2)
                Policymaker(*start, weight)
            else:
                Community(*start, *self.place_of(slot - size.investors - size.policymakers))
        kinds = (Investor, Policymaker, Community)
        self.investors, self.policymakers, self.communities = (
            self.agents_by_type[kind].to_list() for kind in kinds
        )
        self.groups = [self.investors, self.policymakers, self.communities]
        self.receivers = self.agents.select(agent_type=Receiver).to_list()
        if p.media.contagion or p.social.rule != "none":
            network = receiver_network(
                self.group_sizes, p.social.degree, p.social.rewiring, p.social.cross_degree, self.luck.streams
            )
            for receiver in self.receivers:
                first, end = network.indptr[receiver.slot], network.indptr[receiver.slot + 1]
                receiver.neighbours = [self.receivers[other] for other in network.indices[first:end]]

    def place_of(self, number):
        """Bloc and segment of an adopter, by quota; segments alternate evenly (golden ratio)."""
        blocs, shares = self.p.blocs, self.p.adoption.bloc_shares
        elsewhere = ({"us", "cn", "other"} - {blocs.controlling, blocs.controlled}).pop()
        position = (number + 0.5) / self.p.size.communities
        first = getattr(shares, blocs.controlling)
        bloc = 0 if position < first else 1 if position < first + getattr(shares, blocs.controlled) else 2
        assert elsewhere == "other"
        return bloc, 0 if number * GOLDEN_TURN % 1.0 < self.segments[0].share else 1

    def found_market(self):
        """Prices, first choices by logit, and the shares of use that come out."""
        self.market.set_prices()
        luck = self.luck.once("adoption.first_choice").random(len(self.communities)).tolist()
        for adopter, quantile in zip(self.communities, luck, strict=True):
            adopter.start_with(quantile)
        self.market.count_users()
        self.market.initial_share = [self.market.share_of(lab) for lab in self.labs]

    def found_capital(self):
        """Cash and compute on the balanced path without control; the offset ties stock to capability."""
        p, money = self.p, self.p.capital
        self.market.earn()
        self.appraise()
        price = self.market.compute_price(self.years)
        state = money.state_compute * self.market.sector_scale(self.years) / max(len(self.rivals), 1)
        for lab in self.labs:
            lab.cash = p.rounds.rate * lab.round_fraction() * lab.value / (1.0 + p.market.growth)
            lab.spending = money.spend_share * (lab.cash + money.revenue_share * lab.revenue)
            bought = max(lab.spending / price + (state if lab.rival else 0.0), 1e-9)
            lab.stock = bought / (money.depreciation + p.market.growth + money.price_decline)
            lab.offset = lab.compute - math.log10(lab.stock)

    def end_burn_in(self):
        """The start is the control's own equilibrium; the multiple's reference is the burn-in's mean moat."""
        self.government.calibrate()
        self.in_burn_in = False
        if self.references:
            self.reference = mean(self.references)
        discount = self.p.valuation.discount_less_growth
        self.reference = min(self.reference, self.after_catch_up(discount, SHORTEST_REFERENCE))
        self.recorder.reference = self.market.price


class Mood:
    """Mean beliefs of investors, policymakers and communities."""

    def __init__(self, groups):
        self.gap = [mean(member.gap for member in members) for members in groups]
        self.share = [mean(member.share for member in members) for members in groups]
        self.speed = [mean(member.speed for member in members) for members in groups]
        self.compute = [mean(member.compute_gap for member in members) for members in groups]
        self.gap_variance = mean(member.gap_variance for member in groups[0])
        self.counts = mean(member.successes + member.failures for member in groups[0])

    def of(self, quantity):
        return (self.gap, self.share, self.compute)[quantity][0]


def run_oracle(scenario, seed, weeks):
    """All outputs by name: one value a week, the burn-in first, then ``weeks`` recorded weeks."""
    model = OracleModel(scenario, seed)
    model.run_for(weeks)
    return model.recorder.series()


__all__ = ["OracleModel", "Source", "run_oracle"]

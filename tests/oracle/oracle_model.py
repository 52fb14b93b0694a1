"""The oracle's model: one world, one object per agent, the week in plain Python."""

import datetime as dt
from types import SimpleNamespace

import mesa

from .arithmetic import WEEK, clip, event_chance, hazard_chance, mean
from .founding import SMALLEST_GAP, Founding
from .lab import Lab, beta_quadrature
from .luck import Luck
from .mood import Mood
from .receivers import Investor
from .series import Recorder
from .statements import CALL, GAP, MOTIVE, NARRATIVES, SHARE, Statements
from .valuing import Valuing

#: Iso-lag worlds repeat the burn-in with another initial compute, and compare its last half year.
ISO_LAG_PASSES, ISO_LAG_WINDOW = 3, 26
#: An evaluation at least as precise as this (sd in OOM) checks gap claims.
CHECKING_SD = 0.25


class OracleModel(Founding, Valuing, mesa.Model):
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
        self.today.change_policies()
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
        due = self.week % self.p.claims.review_every == 0
        logs_matter = self.somebody_may_claim or self.interests_matter
        luck = self.luck.uniform("labs.flags", self.week, len(self.labs))
        if logs_matter and (due or not self.logs_read):
            for lab in self.labs:
                lab.look_at_logs(luck[lab.index])
        if self.interests_matter and (due or not self.interests_read):
            self.form_estimates()
            for lab in self.labs:
                lab.measure_slopes()
            response = self.government.expected_response()
            for source in self.sources:
                source.read_interest(response)
            for lab in self.labs:
                lab.choose_enforcement()
        self.logs_read, self.interests_read = logs_matter, self.interests_matter

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
            weights = [
                lab.revenue * mean(investor.after[lab.index] for investor in self.investors)
                for lab in self.homes
            ]
            self.reference = sum(weights) / sum(lab.revenue for lab in self.homes)
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

    # -- parts of the week ---------------------------------------------------------------------------------

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


def run_oracle(scenario, seed, weeks):
    """All outputs by name: one value a week, the burn-in first, then ``weeks`` recorded weeks."""
    model = OracleModel(scenario, seed)
    model.run_for(weeks)
    return model.recorder.series()

"""The model: a Mesa model of one world, or of a batch of worlds that advance together.

The week is :meth:`NarrativeModel._week`, readable from top to bottom. Phases are sequential: a phase sees all
earlier phases of this week and last week's later ones; inside a phase all agents act at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import mesa
import numpy as np
from numpy import count_nonzero, minimum, zeros

from sim import setup
from sim.agents.columns import ColumnAgent
from sim.agents.community import Community
from sim.agents.interest import interests
from sim.agents.investor import Investor
from sim.agents.lab import Lab, Sensitivity
from sim.agents.policymaker import Policymaker
from sim.agents.receiver import Receiver
from sim.agents.source import ChipVendor, Source
from sim.institutions import incidents
from sim.institutions.benchmark_office import SCORING_STEPS, BenchmarkOffice
from sim.institutions.calendar import Calendar
from sim.institutions.control_regime import ControlRegime
from sim.institutions.media import Media
from sim.institutions.model_market import ModelMarket
from sim.institutions.public_record import PublicRecord
from sim.interventions import Interventions
from sim.lazy_agents import LazyAgents
from sim.mechanisms import capability, policy, social
from sim.mechanisms.claims import COMPUTE, GAP, MOTIVE, SHARE
from sim.mechanisms.numerics import deeper, keep_memory, sum_of
from sim.parameters import parameter_columns, shared_numbers, structure_key
from sim.randomness import Streams
from sim.recording.event_log import EventLog
from sim.recording.invariants import Invariants, check_invariants
from sim.recording.recorder import Recorder
from sim.registry import valuation_rules
from sim.roles import Roles
from sim.scenario import Scenario
from sim.worth import Worth

#: Repetitions of the burn-in by which iso-lag worlds find the initial compute that shows the gap wanted.
ISO_LAG_PASSES = 3
#: Shortest moat (years) that serves as reference for valuations.
SHORTEST_REFERENCE = 0.1
assert social is not None  # imported for its registrations


class NarrativeModel(Roles, Worth, Interventions, LazyAgents):
    """Labs, investors, policymakers and communities that react to benchmarks and narratives.

    ``NarrativeModel(scenario, seed)`` is one world; :meth:`batch` makes many worlds of one structure that run
    through the same code with the same bytes. Construction runs the burn-in, so that ``time`` 0 is the start of the
    first recorded week; ``step``, ``run_for`` and ``time`` work as in any Mesa model.
    """

    market: ModelMarket
    regime: ControlRegime
    office: BenchmarkOffice
    media: Media

    def __init__(self, scenario: Scenario | None = None, seed: int = 0, *, log_events: bool = True) -> None:
        self._start([(scenario if scenario is not None else Scenario(), seed)], log_events)

    @classmethod
    def batch(cls, rows: Sequence[tuple[Scenario, int]], *, log_events: bool = False) -> NarrativeModel:
        """Worlds that advance together: ``rows`` of (scenario, seed), all of one structure."""
        model = cls.__new__(cls)
        model._start(list(rows), log_events)
        return model

    def _start(self, rows: list[tuple[Scenario, int]], log_events: bool) -> None:
        first = rows[0][0]
        key = structure_key(first)
        for scenario, _seed in rows[1:]:
            if scenario is not first and structure_key(scenario) != key:
                raise ValueError(
                    "worlds of one batch must have one structure: same switches, names, events, sizes"
                )
        keep_memory()
        mesa.Model.__init__(self, rng=int(rows[0][1]))
        self.rows = rows
        self.scenarios = [scenario for scenario, _seed in rows]
        self.source_scenario = first
        self.worlds = len(rows)
        self.draws = Streams([seed for _scenario, seed in rows])
        self.parameters = parameter_columns(self.scenarios)
        self.settings = shared_numbers(self.parameters)
        self.start_date = dt.date.fromisoformat(str(first.run.start_date))
        self._set_roles(first)
        self.iso_lag_shift = zeros((self.worlds, 1))
        self._burn_in(log_events)
        if first.distillation.iso_lag and first.run.burn_in:
            for _ in range(ISO_LAG_PASSES):
                self.iso_lag_shift = self.iso_lag_shift + setup.iso_lag_error(self)
                self._burn_in(log_events)
        self._settle()

    def _burn_in(self, log_events: bool) -> None:
        """Found the worlds and run the weeks before the recorded ones."""
        first = self.source_scenario
        self.week = -first.run.burn_in
        self.relayed = {}
        self.take_policies(self.first_policies)
        self.infected_share = self.no_coverage.shares
        self._allocate()
        self.log = EventLog(self, enabled=log_events)
        self.recorder = Recorder(self, first.run.burn_in + first.run.weeks)
        self.invariants: Invariants | None = None
        self._found()
        for _ in range(first.run.burn_in):
            self._week()
            self.week += 1

    # -- construction ---------------------------------------------------------------------------------------

    def _allocate(self) -> None:
        self.sources, self.labs = Source.cohort(self), Lab.cohort(self)
        self.vendors = ChipVendor.cohort(self) if self.counts["vendors"] else None
        self.receivers = Receiver.cohort(self)
        self.investors, self.policymakers = Investor.cohort(self), Policymaker.cohort(self)
        self.communities = Community.cohort(self)
        keepers = (self.labs, self.sources, self.receivers, self.policymakers, self.communities)
        #: Who keeps the columns of each room.
        self.rooms: dict[str, ColumnAgent] = {keeper.kind: keeper for keeper in keepers}
        for room, keeper in self.rooms.items():
            for name, column in keeper.columns().items():
                if column.room == room:
                    setattr(keeper, name, column.allocate(self.worlds, self.room_sizes[room]))

    def _found(self) -> None:
        self.record = PublicRecord(week=self.week)
        self.in_burn_in = True
        self.regime = ControlRegime(self)
        setup.found_labs(self)
        setup.found_sources(self)
        setup.found_receivers(self)
        self.office = BenchmarkOffice(self)
        self.media = Media(self)
        self.market = ModelMarket(self)
        self.calendar = Calendar(self)
        everyone = np.ones((self.worlds, self.counts["labs"]), dtype=bool)
        self.office.evaluate(self.week - 1, everyone, self.office.no_sets)
        self.office.scoring_steps = SCORING_STEPS
        setup.found_adopters(self)
        self.record.evaluation = setup.first_evaluation(self)
        self._delayed = [self.record.evaluation] * max(self.parameters.beliefs.policy_delay, 0)
        self.record.sentiment = self.receivers.sentiment()
        self.record.controls = self.regime.publish()
        self.record.claims, self.record.coverage = self.silence, self.no_coverage
        self._effort_seen: Any = None
        self._expect_enforcement()
        self._logs_read, self._interest_read = False, False
        self.sensitivity: Sensitivity | None = None
        self.interest, self.lobbying = self.no_interest, self.no_lobbying
        self._reference_sum = zeros((self.worlds, 1))
        setup.found_capital(self)

    def _settle(self) -> None:
        """End of the burn-in: the start is the control's own equilibrium, and the moat's reference is set."""
        self.regime.settle()
        self.in_burn_in = False
        self.start_frontier = np.maximum.reduce(self.labs.released_capability, axis=-1, keepdims=True)
        p, weeks = self.parameters.valuation, self.source_scenario.run.burn_in
        if weeks:
            self.reference_after = self._reference_sum / weeks
        shortest = valuation_rules.get(p.rule)(
            p.discount_less_growth, np.full((self.worlds, 1), SHORTEST_REFERENCE)
        )
        self.reference_after = minimum(self.reference_after, shortest)
        if self.market.started:
            self.market.reference = self.market.price

    # -- the week ---------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One recorded week."""
        self._week()
        self.week += 1

    def _week(self) -> None:
        self.record = PublicRecord(
            week=self.week, sentiment=self.record.sentiment, evaluation=self.record.evaluation
        )
        self._environment()
        self._research()
        self._publish_benchmarks()
        self._look_at_logs()
        self._speak()
        self._spread()
        self._form_beliefs()
        self._check_claims()
        self._invest()
        self._govern()
        self._adopt()
        self.record.sentiment = self.receivers.sentiment()
        self.recorder.record()
        check_invariants(self)

    def _environment(self) -> None:
        """Lagged control takes effect; this week's dated events; leakage and domestic learning accumulate."""
        self.today = self.calendar.today(self.week)
        self.today.change_policies()
        self.record.controls = self.regime.take_effect()
        self._expect_enforcement()

    def _research(self) -> None:
        """Compute, algorithms, copying; shocks and weight exfiltration."""
        self.labs.advance(self.week)
        self.today.apply_shocks()
        self.incidents = self.today.exfiltrate() | incidents.exfiltrate(self) | self.today.diverted

    def _publish_benchmarks(self) -> None:
        """Labs release, new test sets appear, the office scores and publishes."""
        labs, office = self.labs, self.office
        released = labs.release(self.week, self.today.forced_releases, self.today.suppressed_releases)
        office.expose()
        new_sets = office.release_generated_sets(self.week, self.today.suppressed("benchmark_release"))
        new_sets = new_sets | self.today.release_sets()
        news = office.evaluate(self.week, released, new_sets)
        mood = self.record.sentiment
        self.record.evaluation = office.bulletin(
            news, mood.gap[:, :1], mood.investor_gap_variance, self.record.evaluation
        )
        self._delayed.append(self.record.evaluation)
        self.delayed_evaluation = self._delayed.pop(0)
        self.log.releases(released)
        self.log.scores(news)
        self.log.sets(new_sets)

    def _look_at_logs(self) -> None:
        """Each month labs learn what their own logs tell about copying, and read their interest.

        Neither is read while it is of no use; what comes to be of use is read for the first time at once.
        """
        labs = self.labs
        latent = labs.capability
        best_home = capability.bloc_best(latent, self.home_only)
        self.gap = best_home - capability.bloc_best(latent, self.rival_only)
        counterfactual = best_home - capability.bloc_best(labs.own_capability, self.rival_only)
        self.copied_share = capability.copied_share(counterfactual, self.gap)
        due = self.week % self.parameters.claims.review_every == 0
        reads_logs = self.any_claimant or self.reads_interest
        if reads_logs and (due or not self._logs_read):
            labs.look_at_own_logs(self.week, self.copied_share)
        reads_interest = self.reads_interest and (due or not self._interest_read)
        if reads_interest or (self.any_claimant and self.week >= 0):
            self._estimate()
        if reads_interest:
            labs.gap_estimate = self.estimate[:, : self.counts["labs"], GAP]
            self.sensitivity = labs.sensitivity(self.record)
            self.interest, self.lobbying = interests(self, self.record, self.sensitivity)
            labs.choose_enforcement(self.sensitivity)
        self._logs_read, self._interest_read = reads_logs, self.reads_interest

    def _speak(self) -> None:
        """Every source chooses its claims; dated claims from the scenario join them."""
        claims = self.silence
        if self.any_claimant and self.week >= 0:
            claims = self.sources.speak(
                self.week, self.record, self.estimate, self.estimate_sd, self.interest, self.lobbying
            )
        claims = self.today.add_claims(claims)
        if self.relays:
            claims = self.sources.relay(self.week, claims)
        self.record.claims = claims
        self.sources.remember(self.week, self.record.claims)
        self.log.claims(self.record.claims)

    def _spread(self) -> None:
        """The media share out attention; narratives spread."""
        self.record.coverage = self.media.publish(
            self.record.claims, self.record.evaluation.surprise, self.infected_share
        )
        self.heard = self.receivers.take_up(self.week, self.record.coverage)

    def _form_beliefs(self) -> None:
        """A week passes, benchmarks and claims are weighed, receivers talk to each other."""
        receivers = self.receivers
        receivers.expect()
        receivers.learn(self.record.evaluation, self.delayed_evaluation, self.media, self.heard)
        receivers.talk()
        if self.heard is not None:
            self.infected_share = receivers.carrier_share()

    def _check_claims(self) -> None:
        """Evaluations check gap claims, reveals check share claims; motives are weighed."""
        sources = self.sources
        sources.forget_bias()
        evaluation = self.record.evaluation
        if evaluation.any:
            checks = sources.checks_gap(evaluation)
            if count_nonzero(checks):
                sources.be_checked(self.week, GAP, evaluation.gap, evaluation.gap_variance, checks)
        reveal, value = incidents.reveal(self)
        if count_nonzero(reveal):
            self.receivers.read_reveal(value, reveal)
            sd = self.parameters.credibility.reveal_sd
            sources.be_checked(self.week, SHARE, value, sd * sd, reveal)
            self.incidents = self.incidents | reveal
            self.log.reveals(reveal, value)
        if self.heard is not None and count_nonzero(self.heard[..., MOTIVE]):
            taken_up = self.receivers.listens_to_motives(self.heard)[:, None, :, None]
            precision, information = self.media.bias_precision, self.media.bias_information
            sources.be_spoken_about(precision * taken_up, information * taken_up)

    def _invest(self) -> None:
        """Revenue, appraisal, rounds, the listed index."""
        labs = self.labs
        self.market.earn(self.week)
        self.receivers.resolve(self.media)
        appraisal = self.investors.appraise(self.record)
        if self.in_burn_in:
            self._reference_sum = self._reference_sum + appraisal.reference
        labs.valuation = self.value_of(appraisal)
        rounds = labs.raise_capital(self.week)
        if self.parameters.rounds.enabled and count_nonzero(rounds):
            labs.private_mark = self.marks(rounds, appraisal)
            self.log.rounds(rounds)
        self.market.trade(self.week, self.listed_fundamental(appraisal))

    def _govern(self) -> None:
        """Attention, pressure and acts on both instruments; the other side's answer."""
        p, regime = self.settings.policy, self.regime
        lobbying = sum_of(self.lobbying, axis=1, keepdims=True)
        numerator = self.policymakers.pivotal_demand(lobbying)
        if self.week < 0:
            regime.calibrate(numerator)
            change = self.today.act_on_controls()
        else:
            regime.drift_cost(self.week, self.today.suppressed("election"))
            self.today.hold_elections()
            cost = regime.marginal_cost + regime.cost_shift
            ideal = policy.ideal_point(numerator, cost, p.curvature)
            luck = self.draws.uniform("policy.bargaining", self.week, 2)
            change = regime.decide(
                ideal,
                regime.attention_inputs(self.record, self.delayed_evaluation, self.incidents),
                luck,
                self.today.suppresses_acts,
            )
            self.log.acts(change, "model")
            change = change + self.today.act_on_controls()
        truce = regime.respond(self.week, change, self.today.truce, self.today.suppressed("truce"))
        self.log.truces(truce)

    def _adopt(self) -> None:
        """A few adopters reconsider; ecosystems grow on open models."""
        if not self.parameters.adoption.enabled:
            return
        self.communities.reconsider(self.week, self.record.evaluation.measured)
        self.market.count_users()
        self.communities.build_on_open_models()

    # -- parts of the week --------------------------------------------------------------------------------------

    def _expect_enforcement(self) -> None:
        """Expected obstacle to copying; what labs announce is summed only when they change their effort."""
        effort, controls = self.labs.enforcement, self.record.controls
        if effort is not self._effort_seen:
            self._effort_seen, self._announced = effort, zeros((self.worlds, 1))
            if self.parameters.enforcement.announced and self.defenders.any():
                total = sum_of(effort * self.defenders, axis=-1, keepdims=True)
                self._announced = total / self.defenders.sum()
        self.record.announced_enforcement = self._announced
        self.record.expected_enforcement = policy.expected_enforcement(
            self._announced, controls.expected[:, 1:]
        )

    def _estimate(self) -> None:
        """What each source believes about each quantity, and how sure it is, ``(worlds, sources, quantities)``."""
        labs, sources = self.labs, self.counts["sources"]
        noise = self.draws.normal("claims.estimates", self.week, 2 * sources).reshape(self.worlds, sources, 2)
        errors = deeper(self.settings.claims.private_gap_sd) * noise
        count = self.counts["labs"]
        estimate, estimate_sd = zeros((self.worlds, sources, 3)), self.uninformed_sd.copy()
        estimate[..., GAP] = self.gap + errors[..., 0]
        estimate[..., COMPUTE] = setup.best_home_gap(self, labs.compute) + errors[..., 1]
        estimate[:, :count, SHARE], estimate_sd[:, :count, SHARE] = labs.share_estimate, labs.share_sd
        self.estimate, self.estimate_sd = estimate, estimate_sd

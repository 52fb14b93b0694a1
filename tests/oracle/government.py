"""The controlling state: two instruments, attention and pressure, acts, and the other side's answer."""

import math
from collections import deque
from dataclasses import dataclass

from .arithmetic import LN10, WEEK, clip, mean, order_statistic


@dataclass
class Response:
    """Expected answer of policy to policymakers' beliefs, in units of expected strength."""

    chips_per_gap: float
    chips_per_share: float
    access_per_share: float


class Instrument:
    """One control: durable rules and bargaining measures, announced at once and in force after the lag."""

    def __init__(self, initial, mode, leakage, friction, lag, weight):
        self.initial, self.leakage, self.friction = initial, leakage, friction
        self.endogenous = mode != "exogenous"
        self.weight = weight if self.endogenous else 0.0
        self.durable, self.bargaining = initial, 0.0
        self.announced = self.effective = self.target = initial
        self.pressure, self.marginal_cost = 0.0, 0.0
        self.under_way = deque([initial] * (max(1, lag) - 1))
        self.expected = self.expectation()

    def come_into_force(self):
        """What was announced at the end of week ``t - lag`` is in force in week t."""
        self.under_way.append(self.announced)
        self.effective = self.under_way.popleft()
        self.expected = self.expectation()

    def before_leakage(self):
        return self.announced + self.weight * (self.target - self.announced)

    def expectation(self):
        """``E[x] = (1 - l_0)(x_end + kappa_E (target - x_end))``."""
        return (1.0 - self.leakage) * self.before_leakage()

    def announce(self, change, bargaining):
        """Returns what really changed; loosening beyond the durable rules takes back bargaining measures."""
        before = self.announced
        if bargaining:
            self.bargaining += change
        else:
            self.durable += change
        self.bargaining = clip(self.bargaining + min(self.durable, 0.0), 0.0, 1.0)
        self.durable = clip(self.durable, 0.0, 1.0)
        self.announced = clip(self.durable + self.bargaining, 0.0, 1.0)
        return self.announced - before


class Government:
    """Attention, pressure and threshold acts on both instruments."""

    def __init__(self, model):
        self.model, p = model, model.p
        control, weight = p.export_control, p.valuation.expected_policy_weight
        leakage = control.leakage * (1.0 - control.ally_coordination)
        self.chips = Instrument(
            control.strength, control.mode, leakage, p.policy.friction, control.lag, weight
        )
        self.access = Instrument(
            control.access_strength, control.access_mode, 0.0, p.policy.access_friction, control.lag, weight
        )
        self.instruments = {"chips": self.chips, "access": self.access}
        if p.policy.marginal_cost is not None:
            self.chips.marginal_cost = p.policy.marginal_cost
        self.attention, self.cost_shift, self.retaliation = p.policy.base_attention, 0.0, 0.0
        self.counter_measures = p.counter.response * control.strength * p.counter.decay_time
        self.scarcity = self.shifted_demand = 0.0
        self.strength = self.expected_rise = 0.0
        self.demands = []

    # -- the start of a week -------------------------------------------------------------------------------

    def take_effect(self):
        """Lagged acts come into force; denied compute and demand shifted to domestic makers accumulate."""
        for instrument in self.instruments.values():
            instrument.come_into_force()
        p, chips = self.model.p, self.chips
        self.strength = chips.effective * (
            1.0 - chips.leakage - p.export_control.leakage_slope * chips.effective
        )
        span = p.capability.compute_growth_controlled - p.capability.compute_growth_floor
        self.scarcity += self.strength * span * WEEK
        self.shifted_demand += self.strength * WEEK
        self.expected_rise = chips.before_leakage() - chips.effective

    def domestic_learning(self):
        """Wright's law: growth ``b x/(ln 10 (T_Q + X))`` of domestic compute."""
        p = self.model.p.export_control
        return p.learning_exponent * self.strength / (LN10 * (p.learning_base + self.shifted_demand))

    # -- deciding ------------------------------------------------------------------------------------------

    def expected_response(self):
        """How beliefs of policymakers would move expected control; nothing at a corner or if exogenous."""
        p, mood, initial = self.model.p.policy, self.model.sentiment, self.model.initial_gap
        gap, share = mood.gap[1], mood.share[1]
        security = mean(member.security_weight for member in self.model.policymakers) / p.curvature

        def passed_on(instrument):
            inside = 0.0 < instrument.target < 1.0
            return security * instrument.weight * (1.0 - instrument.leakage) if inside else 0.0

        chips = passed_on(self.chips) * p.chip_efficacy
        return Response(
            chips * (1.0 + p.link_copying * share) * p.link_gap / initial,
            chips * p.link_copying * (1.0 + p.link_gap * (gap - initial) / initial),
            passed_on(self.access) * p.access_efficacy,
        )

    def pivotal_demands(self):
        """The pivotal member's demand for either instrument."""
        lobbying = math.fsum(source.lobbying for source in self.model.sources)
        demands = [member.demand(lobbying) for member in self.model.policymakers]
        quantile = self.model.p.policy.pivot_quantile
        return [order_statistic([pair[k] for pair in demands], quantile) for k in range(2)]

    def calibrate(self):
        """End of the burn-in: the cost at which the initial strength is the pivot's ideal."""
        p = self.model.p.policy
        for k, instrument in enumerate(self.instruments.values()):
            if self.demands and not (instrument is self.chips and p.marginal_cost is not None):
                recent = [pair[k] for pair in self.demands[-52:]]
                instrument.marginal_cost = mean(recent) - p.curvature * instrument.initial
            instrument.pressure = 0.0
        self.attention = p.base_attention

    def drift_cost(self, luck):
        """Elections and diplomacy: the cost moves as an Ornstein-Uhlenbeck process."""
        p = self.model.p.policy
        noise = p.election_sd * math.sqrt(2.0 * p.election_rate * WEEK) * luck
        self.cost_shift += -p.election_rate * self.cost_shift * WEEK + noise

    def attend(self, surprise, called, incident):
        """Attention fades to its base and rises with surprises, calls that are covered, and incidents."""
        p = self.model.p.policy
        inputs = p.attention_surprise * max(abs(surprise) - 1.5, 0.0) + p.attention_incident * incident
        if p.lobbying:
            inputs += p.attention_call * called
        faded = p.base_attention + (self.attention - p.base_attention) * math.exp(-1.0 / p.attention_time)
        self.attention = clip(faded + inputs, 0.0, 1.0)

    def decide(self, demands, luck):
        """Pressure builds up; past the threshold there is an act, part of them bargaining measures."""
        p, changes = self.model.p.policy, []
        for k, (name, instrument) in enumerate(self.instruments.items()):
            if not instrument.endogenous:
                instrument.target = instrument.announced
                changes.append(0.0)
                continue
            cost = instrument.marginal_cost + self.cost_shift
            instrument.target = clip((demands[k] - cost) / p.curvature, 0.0, 1.0)
            distance = instrument.target - instrument.announced
            instrument.pressure = (1.0 - p.pressure_decay) * instrument.pressure + self.attention * distance
            tighten = instrument.pressure > instrument.friction
            loosen = instrument.pressure < -instrument.friction * (1.0 + p.loosening_hysteresis)
            change = 0.0
            if tighten or loosen:
                instrument.pressure = 0.0
                step = clip(p.adjustment * distance, -p.max_step, p.max_step)
                if not self.model.today.suppresses_act(name):
                    change = instrument.announce(step, step > 0.0 and luck[k] < p.bargaining_share)
            changes.append(change)
        return changes

    def respond(self, tightening, retaliation_luck, truce_luck):
        """The other side: counter-measures, retaliation, and a truce that removes bargaining measures."""
        p, today = self.model.p, self.model.today
        growth = p.counter.response * self.chips.announced - self.counter_measures / p.counter.decay_time
        self.counter_measures = max(self.counter_measures + growth * WEEK, 0.0)
        if retaliation_luck < p.policy.retaliation_probability * max(tightening, 0.0):
            self.retaliation = min(self.retaliation + tightening, 1.0)
        bargaining = math.fsum(instrument.bargaining for instrument in self.instruments.values())
        by_itself = self.counter_measures > 0.0 and truce_luck < self.model.chance.truce
        if bargaining > 0.0 and (today.of("truce") or (by_itself and not today.suppressed("truce"))):
            self.counter_measures = max(self.counter_measures - bargaining, 0.0)
            for instrument in self.instruments.values():
                instrument.bargaining = 0.0
                instrument.announced = clip(instrument.durable, 0.0, 1.0)

"""The controlling state's two instruments: what is announced, what is in force, and the other side's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy import concatenate, count_nonzero, maximum, minimum, where, zeros

from sim.institutions.public_record import Controls, Evaluation, PublicRecord
from sim.mechanisms import export_control, policy
from sim.mechanisms.claims import CONTROL_CALL
from sim.mechanisms.numerics import ONE, YEAR_STEP, ZERO, Array, constant

if TYPE_CHECKING:
    from sim.model import NarrativeModel

CHIPS, ACCESS = 0, 1
#: Surprises up to this many standard deviations raise no attention.
UNREMARKABLE_SURPRISE = constant(1.5)


class ControlRegime:
    """Durable rules and bargaining measures of both instruments; arrays ``(worlds, 2)``: chips, model access."""

    def __init__(self, model: NarrativeModel) -> None:
        self.model = model
        p, worlds = model.parameters, model.worlds
        control = p.export_control
        self.initial = concatenate(
            [
                np.broadcast_to(control.strength, (worlds, 1)),
                np.broadcast_to(control.access_strength, (worlds, 1)),
            ],
            axis=1,
        )
        self.endogenous = np.array([control.mode != "exogenous", control.access_mode != "exogenous"])
        self._decides = bool(self.endogenous.any())
        self._no_change, self._no_truce = zeros((worlds, 2)), zeros((worlds, 1), dtype=bool)
        self.durable, self.bargaining = self.initial.copy(), zeros((worlds, 2))
        self.announced, self.effective, self.target = self.initial, self.initial, self.initial
        self._delay = max(1, control.lag)
        self._pipeline = [self.initial] * (self._delay - 1)
        leakage = control.leakage * (ONE - control.ally_coordination)
        self.leakage = concatenate([leakage, zeros((worlds, 1))], axis=1)
        self.expected_weight = p.valuation.expected_policy_weight * self.endogenous
        self.friction = concatenate([p.policy.friction, p.policy.access_friction], axis=1)
        calibrated = zeros((worlds, 2))
        if p.policy.marginal_cost is not None:
            calibrated[:, :1] = p.policy.marginal_cost
        self.marginal_cost = calibrated
        self.attention = np.array(np.broadcast_to(p.policy.base_attention, (worlds, 1)))
        self.pressure = zeros((worlds, 2))
        self.cost_shift = zeros((worlds, 1))
        self.retaliation = zeros((worlds, 1))
        self.counter_index = p.counter.response * self.initial[:, :1] * p.counter.decay_time
        self.scarcity = zeros((worlds, 1))  # Z, compute denied so far (OOM)
        self.shifted_demand = zeros((worlds, 1))  # X, integral of effective strength (yr)
        self._numerators: list[Array] = []
        self._controls: Controls | None = None
        self._seen: tuple[Array, ...] = ()
        tech = p.capability
        self.denial = export_control.denied_compute_rate(
            1.0, tech.compute_growth_controlled, tech.compute_growth_floor
        )

    # -- the week -----------------------------------------------------------------------------------------

    def take_effect(self) -> Controls:
        """Acts announced ``lag`` weeks ago come into force; scarcity and shifted demand accumulate."""
        self._pipeline.append(self.announced)
        self.effective = self._pipeline.pop(0)
        controls = self.publish()
        strength = self.effective_chips
        self.scarcity = self.scarcity + YEAR_STEP * (strength * self.denial)
        self.shifted_demand = self.shifted_demand + YEAR_STEP * strength
        return controls

    def publish(self) -> Controls:
        """Both instruments as the public sees them now."""
        seen = (self.announced, self.target, self.effective)
        if self._controls is not None and all(a is b for a, b in zip(seen, self._seen, strict=True)):
            return self._controls
        self._seen = seen
        self.effective_chips = export_control.effective_strength(
            self.effective[:, :1], self.leakage[:, :1], self.model.settings.export_control.leakage_slope
        )
        expected = policy.expected_strength(self.announced, self.target, self.expected_weight, self.leakage)
        # Stockpiling looks at the strictness to come, before leakage.
        rise = policy.expected_strength(
            self.announced[:, :1], self.target[:, :1], self.expected_weight[:, :1], 0.0
        )
        self.expected_rise = rise - self.effective[:, :1]
        self._controls = Controls(self.announced, self.effective, self.target, expected)
        return self._controls

    def calibrate(self, numerator: Array) -> None:
        """Burn-in: remember the pivot's demand, so that the start is the control's own equilibrium."""
        self._numerators.append(numerator)
        self._numerators = self._numerators[-52:]

    def settle(self) -> None:
        """End of the burn-in: marginal cost such that the pivot's ideal is the initial strength."""
        if self._numerators:
            # Summed week by week: a reduction over stacked weeks could round differently in a batch of one.
            mean = sum(self._numerators[1:], self._numerators[0]) / len(self._numerators)
            calibrated = mean - self.model.parameters.policy.curvature * self.initial
            if self.model.parameters.policy.marginal_cost is None:
                self.marginal_cost = calibrated
            else:
                self.marginal_cost = concatenate([self.marginal_cost[:, :1], calibrated[:, 1:]], axis=1)
        self.pressure = np.zeros_like(self.pressure)
        self.attention = np.array(
            np.broadcast_to(self.model.parameters.policy.base_attention, self.attention.shape)
        )
        self.target = where(self.endogenous, self.target, self.initial)

    def attention_inputs(self, record: PublicRecord, evaluation: Evaluation, incidents: Array) -> Array:
        """What raises issue attention: surprising evaluations that policymakers read, covered calls, incidents."""
        p = self.model.settings.policy
        surprise = maximum(abs(evaluation.surprise) - UNREMARKABLE_SURPRISE, ZERO)
        covered: Array | float = 0.0
        if p.lobbying and count_nonzero(record.claims.control_call):
            called = (record.claims.control_call != ZERO).any(axis=1, keepdims=True)
            covered = record.coverage.shares[:, CONTROL_CALL, None] * called
        return p.attention_surprise * surprise + p.attention_call * covered + p.attention_incident * incidents

    def decide(self, ideal: Array, inputs: Array, luck: Array, suppressed: Array) -> Array:
        """Attention, pressure and the threshold act on each endogenous instrument; returns changes.

        ``suppressed`` ``(2,)`` names instruments whose own acts the scenario replaces this week.
        """
        p = self.model.settings.policy
        self.attention = policy.attention_step(self.attention, inputs, p.base_attention, p.attention_time)
        if not self._decides:
            self.target = self.announced
            return self._no_change
        self.target = where(self.endogenous, ideal, self.announced)
        self.pressure = policy.pressure_step(
            self.pressure, self.attention, self.target, self.announced, p.pressure_decay
        )
        acts, change = policy.act(
            self.pressure,
            self.target,
            self.announced,
            self.friction,
            p.loosening_hysteresis,
            p.adjustment,
            p.max_step,
        )
        acts = acts & self.endogenous
        if not count_nonzero(acts):
            return self._no_change
        self.pressure = where(acts, ZERO, self.pressure)
        acts = acts & ~suppressed
        bargaining = (luck[:, :2] < p.bargaining_share) & (change > ZERO)
        return self.enact(where(acts, change, ZERO), bargaining)

    def enact(self, change: Array, as_bargaining: Array) -> Array:
        """Announce changes ``(worlds, 2)``; returns what really changed after clipping to [0, 1]."""
        before = self.announced
        self.bargaining = self.bargaining + where(as_bargaining, change, ZERO)
        durable = self.durable + where(as_bargaining, ZERO, change)
        # Loosening beyond the durable rules takes back bargaining measures.
        self.bargaining = minimum(maximum(self.bargaining + minimum(durable, ZERO), ZERO), ONE)
        self.durable = minimum(maximum(durable, ZERO), ONE)
        self.announced = minimum(maximum(self.durable + self.bargaining, ZERO), ONE)
        return self.announced - before

    def respond(self, week: int, change: Array, forced_truce: bool, no_own_truce: bool) -> Array:
        """The other side: counter-measures grow with control, a truce removes bargaining measures.

        Returns the truces that happened, ``(worlds, 1)`` boolean.
        """
        p, draws = self.model.settings, self.model.draws
        self.counter_index = policy.counter_index_step(
            self.counter_index, self.announced[:, :1], p.counter.response, p.counter.decay_time
        )
        if self.model.uses.retaliation:
            luck = draws.uniform("policy.retaliation", week, 1)
            tightened = maximum(change[:, :1], ZERO)
            answers = luck < p.policy.retaliation_probability * tightened
            self.retaliation = where(answers, minimum(self.retaliation + tightened, ONE), self.retaliation)
        if not count_nonzero(self.bargaining):
            return self._no_truce
        removable = (self.bargaining > ZERO).any(axis=1, keepdims=True)
        own = (self.counter_index > ZERO) & (draws.uniform("policy.truce", week, 1) < self.model.chance.truce)
        truce = removable & (forced_truce | (own & (not no_own_truce)))
        if count_nonzero(truce):
            removed = where(truce, self.bargaining, ZERO)
            self.counter_index = maximum(self.counter_index - removed.sum(axis=1, keepdims=True), ZERO)
            self.bargaining = self.bargaining - removed
            self.announced = minimum(maximum(self.durable + self.bargaining, ZERO), ONE)
        return truce

    def drift_cost(self, week: int, suppressed: bool) -> None:
        """Elections and diplomacy move the marginal cost of control around its calibrated level."""
        p = self.model.settings.policy
        if suppressed or not self.model.uses.elections:
            return
        luck = self.model.draws.normal("policy.elections", week, 1)
        self.cost_shift = policy.cost_shift_step(self.cost_shift, luck, p.election_rate, p.election_sd)

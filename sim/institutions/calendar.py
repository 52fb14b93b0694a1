"""The calendar: dated events of a scenario, in the week in which they happen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import where, zeros

from sim.institutions.public_record import Claims
from sim.mechanisms.claims import COMPUTE, GAP, SHARE
from sim.mechanisms.numerics import ZERO, Array

if TYPE_CHECKING:
    from sim.model import NarrativeModel

INSTRUMENTS = {"chips": 0, "access": 1}
QUANTITY_INDEX = {"gap": GAP, "share": SHARE, "compute": COMPUTE}


class Calendar:
    """All dated events of the scenario by week; ``values`` are reals of each world, ``facts`` their structure."""

    def __init__(self, model: NarrativeModel) -> None:
        self.model = model
        self.facts = model.source_scenario.events
        self.values = model.parameters.events
        self.quiet_day = Day(model, [], [])
        self.by_week: dict[int, list[int]] = {}
        self.suppressions: list[tuple[int, int, Any]] = []
        last = model.source_scenario.run.weeks
        for k, event in enumerate(self.facts):
            week = event.week_of(model.start_date)
            weeks = [week]
            if event.type == "claim" and event.repeat_every:
                end = last if event.until is None else event.until
                weeks = list(range(week, end + 1, event.repeat_every))
            for when in weeks:
                self.by_week.setdefault(when, []).append(k)
            if event.replace:
                self.suppressions.append((week, week + event.replace_weeks, event))

    def today(self, week: int) -> Day:
        """What the scenario has in store for this week."""
        happening = self.by_week.get(week)
        suppressing = [event for first, end, event in self.suppressions if first <= week < end]
        if not happening and not suppressing:
            return self.quiet_day
        chosen = happening or []
        return Day(self.model, [(self.facts[k], self.values[k]) for k in chosen], suppressing)


class Day:
    """One week's dated events, sorted by what they touch; each method does nothing on a quiet day."""

    def __init__(self, model: NarrativeModel, events: list[tuple[Any, Any]], suppressing: list[Any]) -> None:
        self.model = model
        self.events: dict[str, list[tuple[Any, Any]]] = {}
        for fact, value in events:
            self.events.setdefault(fact.type, []).append((fact, value))
        self._suppressing = suppressing
        self.suppressed_types = {event.type for event in suppressing}
        worlds = model.worlds
        self.no_event = zeros((worlds, 1), dtype=bool)
        self.truce = "truce" in self.events
        self.diverted = "chip_diversion" in self.events
        self.reveals = np.full((worlds, 1), "reveal" in self.events)
        self.suppresses_acts = np.array(
            [
                any(e.type == "control_act" and e.instrument == name for e in suppressing)
                for name in INSTRUMENTS
            ]
        )
        releases = [fact.lab for fact, _ in self.events.get("model_release", [])]
        self.forced_releases = self._labs(releases) if releases else None
        held_back = [event.lab for event in suppressing if event.type == "model_release"]
        self.suppressed_releases = self._labs(held_back) if held_back else None
        silenced = [event.source for event in suppressing if event.type == "claim"]
        self.suppressed_sources = np.isin(model.source_names, silenced) if silenced else None

    def suppressed(self, kind: str) -> bool:
        """Whether the model's own events of this kind are replaced this week."""
        return kind in self.suppressed_types

    def change_policies(self) -> None:
        """Dated changes of claim policy: they hold from this week on, before anybody speaks."""
        changes = {fact.source: fact.policy for fact, _value in self.events.get("claim_policy", [])}
        if changes:
            names, policies = self.model.source_names, self.model.policies.tolist()
            self.model.change_policies(
                [changes.get(name, old) for name, old in zip(names, policies, strict=True)]
            )
            for source, policy in changes.items():
                self.model.log.policies(source, policy)

    def apply_shocks(self) -> None:
        """Shocks to compute and algorithms, diverted chips, and gains that come with a dated release."""
        labs, model = self.model.labs, self.model
        for fact, value in self.events.get("shock", []):
            mine = self._labs([fact.lab])
            if fact.to == "compute":
                self._add_compute(where(mine, value.amount, ZERO))
            else:
                labs.algorithms = labs.algorithms + where(mine, value.amount, ZERO)
        for _fact, value in self.events.get("chip_diversion", []):
            self._add_compute(where(model.is_rival, value.amount, ZERO))
        for fact, value in self.events.get("model_release", []):
            mine, gain = self._labs([fact.lab]), value.capability_gain
            if fact.capability is not None:
                level = value.capability + (model.start_frontier if fact.from_start else 0.0)
                gain = level - labs.capability
            labs.algorithms = labs.algorithms + where(mine, gain, ZERO)
        for kind in ("shock", "chip_diversion"):
            for fact, value in self.events.get(kind, []):
                model.log.dated(kind, getattr(fact, "lab", ""), value.amount)

    def exfiltrate(self) -> Array:
        """Dated weight exfiltrations; returns whether one happened, ``(worlds, 1)``."""
        labs, model = self.model.labs, self.model
        happened = self.no_event
        for fact, _value in self.events.get("weight_exfiltration", []):
            teacher = labs.released_capability[:, [model.source_names.index(fact.teacher)]]
            student = np.broadcast_to(self._labs([fact.student]), (model.worlds, model.counts["labs"]))
            labs.receive_weights(student, teacher)
            model.log.exfiltrations(student, "scenario")
            happened = ~self.no_event
        return happened

    def release_sets(self) -> Array:
        """Dated benchmark releases; returns the mask of new sets."""
        new = self.model.office.no_sets
        for _fact, value in self.events.get("benchmark_release", []):
            new = new | self.model.office.release_dated_set(value)
        return new

    def hold_elections(self) -> None:
        """Dated elections move the marginal cost of control."""
        for _fact, value in self.events.get("election", []):
            self.model.regime.cost_shift = self.model.regime.cost_shift + value.shift
            self.model.log.dated("election", "", value.shift)

    def act_on_controls(self) -> Array:
        """Dated acts on either instrument; returns the changes, ``(worlds, 2)``."""
        regime = self.model.regime
        total = zeros(regime.announced.shape)
        for fact, value in self.events.get("control_act", []):
            k = INSTRUMENTS[fact.instrument]
            change = zeros(total.shape)
            step = value.change if value.strength is None else value.strength - regime.announced[:, k : k + 1]
            change[:, k] = step[:, 0]
            done = regime.enact(change, np.full(change.shape, not fact.durable))
            self.model.log.acts(done, "scenario")
            total = total + done
        return total

    def add_claims(self, claims: Claims) -> Claims:
        """Dated claims join those which sources chose; a dated one stands in place of the source's own."""
        events = self.events.get("claim", [])
        if not events:
            return claims
        model, mood = self.model, self.model.record.sentiment
        published, value, bias = claims.published.copy(), claims.value.copy(), claims.bias.copy()
        upward, calls = claims.upward.copy(), claims.control_call.copy()
        target, quantity, stated = (
            claims.motive_target.copy(),
            claims.motive_quantity.copy(),
            claims.motive_value.copy(),
        )
        speed, closing = None, None
        public = {"gap": mood.gap[:, 0], "share": mood.share[:, 0], "compute": mood.compute[:, 0]}
        for fact, given in events:
            source = model.source_names.index(fact.source)
            if fact.narrative == "control_call":
                calls[:, source] = fact.direction
            elif fact.narrative == "motive":
                target[:, source] = model.source_names.index(fact.target)
                quantity[:, source] = QUANTITY_INDEX[fact.target_quantity or "gap"]
                stated[:, source] = given.value[:, 0]
            elif fact.quantity == "speed":
                if speed is None or closing is None:
                    speed, closing = np.full(calls.shape, np.nan), zeros(calls.shape, dtype=bool)
                speed[:, source], closing[:, source] = given.value[:, 0], fact.narrative == "parity"
            else:
                k = QUANTITY_INDEX[fact.quantity]
                published[:, source, k] = True
                value[:, source, k], bias[:, source, k] = given.value[:, 0], given.bias[:, 0]
                # The narrative says which way the claim points; the public mood decides for compute.
                towards = {"moat": True, "parity": False, "copying": True, "cost_efficiency": False}[
                    fact.narrative
                ]
                upward[:, source, k] = towards if k != COMPUTE else given.value[:, 0] > public["compute"]
        return replace(
            claims,
            published=published,
            value=value,
            bias=bias,
            upward=upward,
            control_call=calls,
            motive_target=target,
            motive_quantity=quantity,
            motive_value=stated,
            speed=speed,
            speed_parity=closing,
            any=True,
        )

    def _labs(self, names: list[str]) -> Array:
        return np.isin(list(self.model.lab_table), names)[None, :]

    def _add_compute(self, amount: Array) -> None:
        labs = self.model.labs
        labs.compute = labs.compute + amount
        labs.compute_stock = labs.compute_stock * np.power(10.0, amount)

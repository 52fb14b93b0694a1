"""The calendar: dated events of the scenario, and what they replace."""

from .statements import COMPUTE, GAP, MOAT, PARITY, SHARE, Claim, MotiveClaim, SpeedClaim

QUANTITIES = {"gap": GAP, "share": SHARE, "compute": COMPUTE}
#: Which way a narrative points; a compute claim may point either way.
UPWARD = {"moat": True, "parity": False, "copying": True, "cost_efficiency": False}


class Day:
    """One week's dated events."""

    def __init__(self, model, events, replacing):
        self.model, self.events, self.replacing = model, events, replacing

    def of(self, kind):
        return [event for event in self.events if event.type == kind]

    def suppressed(self, kind):
        """Whether the model's own events of this kind are replaced this week."""
        return any(event.type == kind for event in self.replacing)

    def suppresses_act(self, instrument):
        return any(event.type == "control_act" and event.instrument == instrument for event in self.replacing)

    def suppresses_release(self, lab):
        return any(event.type == "model_release" and event.lab == lab.name for event in self.replacing)

    def may_claim(self, source):
        return not any(event.type == "claim" and event.source == source.name for event in self.replacing)

    def releases(self, lab):
        return any(event.lab == lab.name for event in self.of("model_release"))

    def change_policies(self):
        """Sources that speak by another policy from now on."""
        for event in self.of("claim_policy"):
            self.model.source_named(event.source).change_policy(event.policy)
        self.model.sort_policies()

    def apply_shocks(self):
        """Shocks, diverted chips, and gains that come with a dated release."""
        for event in self.of("shock"):
            lab = self.model.lab_named(event.lab)
            if event.to == "compute":
                lab.add_compute(event.amount)
            else:
                lab.algorithms += event.amount
        for event in self.of("chip_diversion"):
            for lab in self.model.rivals:
                lab.add_compute(event.amount)
        for event in self.of("model_release"):
            lab = self.model.lab_named(event.lab)
            if event.capability is None:
                lab.algorithms += event.capability_gain
            else:
                level = event.capability + (self.model.start_frontier if event.from_start else 0.0)
                lab.algorithms += level - lab.capability

    def exfiltrate(self):
        """Dated exfiltrations of weights; returns whether there was one."""
        for event in self.of("weight_exfiltration"):
            teacher = self.model.lab_named(event.teacher)
            self.model.lab_named(event.student).receive_weights(teacher.released_capability)
        return bool(self.of("weight_exfiltration"))

    def act(self):
        """Dated acts on controls; returns the change of chip control."""
        changed = 0.0
        for event in self.of("control_act"):
            instrument = self.model.government.instruments[event.instrument]
            step = event.change if event.strength is None else event.strength - instrument.announced
            done = instrument.announce(step, bargaining=not event.durable)
            changed += done if event.instrument == "chips" else 0.0
        return changed

    def add_claims(self, statements):
        """Dated claims stand in place of the source's own of the same kind."""
        for event in self.of("claim"):
            source = self.model.source_named(event.source)
            if event.narrative == "control_call":
                statements.calls[source.slot] = (source, event.direction)
            elif event.narrative == "motive":
                target, quantity = self.model.source_named(event.target), QUANTITIES[event.target_quantity]
                statements.motives[source.slot] = MotiveClaim(source, target, quantity, event.value)
            elif event.quantity == "speed":
                narrative = PARITY if event.narrative == "parity" else MOAT
                statements.speeds[source.slot] = SpeedClaim(source, event.value, narrative)
            else:
                quantity = QUANTITIES[event.quantity]
                upward = UPWARD[event.narrative]
                if quantity == COMPUTE:
                    upward = event.value > self.model.sentiment.compute[0]
                statements.add(Claim(source, quantity, event.value, event.bias, upward))


class Calendar:
    """All dated events by week."""

    def __init__(self, model):
        self.model = model
        self.happenings, self.windows = {}, []
        for event in model.p.events:
            first = event.week_of(model.start_date)
            weeks = [first]
            if event.type == "claim" and event.repeat_every:
                last = model.p.run.weeks if event.until is None else event.until
                weeks = range(first, last + 1, event.repeat_every)
            for week in weeks:
                self.happenings.setdefault(week, []).append(event)
            if event.replace:
                self.windows.append((first, first + event.replace_weeks, event))

    def today(self, week):
        replacing = [event for first, end, event in self.windows if first <= week < end]
        return Day(self.model, self.happenings.get(week, []), replacing)

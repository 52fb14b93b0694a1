"""The driven scenario: releases, acts and claims of the record as dated events."""

from __future__ import annotations

import datetime as dt

from sim.evidence.choices import ClaimChoice, act_choices, claim_choices, week_of
from sim.evidence.releases import Event, release_events, set_events
from sim.evidence.units import ECI_PER_OOM, START

WEEKS = 170
"""Recorded weeks: to the end of 2025."""
ORDER = ("benchmark_release", "model_release", "control_act", "truce", "claim")


def events(until: dt.date | None = None, eci_per_oom: float = ECI_PER_OOM) -> list[Event]:
    """Return the dated events of the driven scenario, in the form of a scenario's ``[[events]]``.

    Parameters
    ----------
    until
        Last day whose events are taken; what an event suppresses is suppressed until then. None: all.
    eci_per_oom
        Index points per OOM.

    """
    found = [
        *set_events(until, eci_per_oom),
        *release_events(until, eci_per_oom),
        *act_events(until),
        *claim_events(until),
    ]
    found.sort(key=lambda event: (event["date"], ORDER.index(event["type"])))
    last = WEEKS if until is None else min(week_of(until, START) + 1, WEEKS)
    return [
        _suppressing(event, last - week_of(dt.date.fromisoformat(event["date"]), START)) for event in found
    ]


def _suppressing(event: Event, weeks: int) -> Event:
    """The event with the number of weeks for which it stands in place of the model's own."""
    if not event.get("replace"):
        return event
    label = event["label"]
    rest = {key: value for key, value in event.items() if key != "label"}
    return {**rest, "replace_weeks": max(weeks, 1), "label": label}


def act_events(until: dt.date | None = None) -> list[Event]:
    """Return the acts; the first on chips ends the model's own, as does an empty truce at the start."""
    found: list[Event] = [
        {
            "type": "truce",
            "date": START.isoformat(),
            "replace": True,
            "label": "nothing to suspend yet: from here on only dated truces",
        }
    ]
    seen: set[str] = set()
    for choice in act_choices():
        if choice.instrument is None or (until is not None and choice.date > until):
            continue
        event: Event = {"date": choice.date.isoformat()}
        if choice.instrument == "truce":
            event = {"type": "truce", **event}
        else:
            event = {"type": "control_act", **event, "instrument": choice.instrument}
            event["change"] = choice.change
            if choice.durable == "0":
                event["durable"] = False
            if choice.instrument not in seen:
                event["replace"] = True
            seen.add(choice.instrument)
        found.append({**event, "label": choice.label})
    return found


def claim_events(until: dt.date | None = None) -> list[Event]:
    """Return the claims; the first of a speaker ends those which the model would make for it."""
    found: list[Event] = []
    seen: set[str] = set()
    for choice in claim_choices():
        if not choice.speaker or (until is not None and choice.date > until):
            continue
        event = _claim(choice)
        if choice.speaker not in seen:
            event["replace"] = True
        seen.add(choice.speaker)
        found.append({**event, "label": choice.label})
    return found


def _claim(choice: ClaimChoice) -> Event:
    event: Event = {
        "type": "claim",
        "date": choice.date.isoformat(),
        "source": choice.speaker,
        "narrative": choice.narrative,
    }
    if choice.quantity:
        event["quantity"] = choice.quantity
    if choice.value is not None:
        event["value"] = choice.value
    if choice.target:
        event |= {"target": choice.target, "target_quantity": "gap"}
    if choice.direction == "-1":
        event["direction"] = -1
    return event

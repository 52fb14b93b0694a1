"""Scenarios of the hindcast: driven by the record, driven up to a forecast origin, or free."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sim.evidence import START
from sim.evidence.dated_events import WEEKS, events
from sim.hindcast.observable import Mode
from sim.scenario import Scenario, load_scenario

#: The shipped scenario that the hindcast is made from.
NAME = "hindcast-2022-2025"
#: What the environment is, whatever the model does: which test sets exist, and since when.
ENVIRONMENT = ("benchmark_release",)


def hindcast_scenario(
    mode: Mode = "driven",
    until: dt.date | None = None,
    changes: Mapping[str, Any] | Sequence[str] = (),
) -> Scenario:
    """Return the scenario of the hindcast in a mode.

    Parameters
    ----------
    mode
        ``driven``: releases, acts and claims of the record enter on their days. ``free``: only the start, the
        market's size and the existence of test sets are given; releases, acts and claims are the model's own.
    until
        Forecast origin, driven mode only: nothing of the record enters after this day, and the model's own
        releases, acts and claims begin. Curves of test sets are then fitted on what was printed until that day.
    changes
        Changes of values, as in ``load_scenario``.

    Raises
    ------
    ValueError
        With an origin in free mode, or outside of the hindcast.
    ScenarioError
        If a change is faulty.

    """
    scenario = load_scenario(NAME, changes)
    kept: list[dict[str, Any]] | None = None
    if until is not None:
        check_origin(until)
        if mode == "free":
            raise ValueError(
                "a forecast origin goes with driven mode: in free mode no day of the record enters"
            )
        kept = events(until, scenario.capability.eci_per_oom)
    elif mode == "free":
        kept = [event for event in scenario.resolved()["events"] if event["type"] in ENVIRONMENT]
    wanted: dict[str, Any] = {"run.record_burn_in": True, "name": _name(mode, until)}
    if kept is not None:
        wanted["events"] = kept
    return scenario.with_changes(wanted)


def last_day() -> dt.date:
    """Return the last day of the hindcast."""
    return START + dt.timedelta(days=7 * WEEKS - 1)


def check_origin(day: dt.date) -> None:
    """Raise :class:`ValueError` unless a day lies within the hindcast."""
    if not START < day <= last_day():
        raise ValueError(f"{day}: a forecast origin lies after {START} and not after {last_day()}")


def _name(mode: Mode, until: dt.date | None) -> str:
    return f"hindcast, {mode}" if until is None else f"hindcast, driven until {until}"

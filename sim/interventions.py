"""Interventions in a model that runs: events that are scheduled live, and what a change of policy entails.

A live event is an event of the scenario from then on. The weeks to come are bit for bit those of a fresh run of
``model.source_scenario``: no draw and no week before the event depends on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.agents.interest import take_sides
from sim.institutions.calendar import Calendar
from sim.parameters import parameter_columns
from sim.scenario import Scenario
from sim.scenario.events import EventBase

#: Events for which room is made when the worlds are founded.
FOUNDED = frozenset({"benchmark_release"})


class Interventions:
    """Changes while a model runs; a part of :class:`sim.model.NarrativeModel`."""

    def schedule(self: Any, event: Mapping[str, Any] | EventBase) -> None:
        """Add a dated event to all worlds of this running model.

        Parameters
        ----------
        event
            An entry of ``[[events]]`` of a scenario file; without ``week`` and ``date`` it happens in the coming
            week, the first that has not been run.

        Raises
        ------
        ScenarioError
            With everything that is wrong with the event in this scenario.
        ValueError
            If the event lies in the past, or is of a type that has to be in the scenario from the start.

        """
        given = (
            event.model_dump(mode="json", exclude_none=True) if isinstance(event, EventBase) else dict(event)
        )
        if given.get("week") is None and given.get("date") is None:
            given["week"] = self.week
        made: dict[int, Scenario] = {}
        for scenario in self.scenarios:
            if id(scenario) not in made:
                made[id(scenario)] = _with_event(scenario, given)
        added = made[id(self.source_scenario)].events[-1]
        if added.type in FOUNDED:
            raise ValueError(
                f"a {added.type} cannot be added to a running model; put it in the scenario's [[events]]"
            )
        week = added.week_of(self.start_date)
        if week < self.week:
            raise ValueError(f"week {week} has been run; an event can happen from week {self.week} on")
        self.scenarios = [made[id(scenario)] for scenario in self.scenarios]
        self.rows = [(made[id(scenario)], seed) for scenario, seed in self.rows]
        self.source_scenario = self.scenarios[0]
        # Events that were there stay the same objects: the benchmark office knows its sets by them.
        columns = parameter_columns([(scenario.events[-1],) for scenario in self.scenarios])
        self.parameters.events = self.settings.events = [*self.parameters.events, *columns]
        self.calendar = Calendar(self)
        # Earlier weeks are the same with and without: what nobody has said has no precision.
        self._listen_for_speed(self.source_scenario)

    def change_policies(self: Any, names: Sequence[str]) -> None:
        """Let sources make their claims by other policies from this week on.

        Repetitions that a source had planned as a relay are dropped. A commentator who now shares its side's interest
        takes it as it was last read; labs that had no use for their logs or interest read them this week.
        """
        self.take_policies(names)
        for planned in self.relayed.values():
            for slots, repeats, *_statements in planned:
                repeats &= (self.policies[slots] == "relay")[None, :, None]
        if self._interest_read:
            self.interest = self.interest.copy()
            take_sides(self, self.interest)


def _with_event(scenario: Scenario, event: Mapping[str, Any]) -> Scenario:
    held = scenario.resolved()["events"]
    return scenario.with_changes({"events": [*held, event]})

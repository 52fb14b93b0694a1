"""What differs between two scenarios: values of parameters, and dated events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

#: Keys that tell what a scenario is for, and the events, which are compared one by one.
APART = ("name", "description", "inspired_by", "events")


def differing_values(a: Scenario, b: Scenario) -> list[tuple[str, Any, Any]]:
    """Keys whose values differ, with both values; None stands for a key that is absent."""
    first, second = _values(a), _values(b)
    return [
        (key, first.get(key), second.get(key))
        for key in [*first, *(key for key in second if key not in first)]
        if first.get(key) != second.get(key)
    ]


def differing_events(a: Scenario, b: Scenario) -> tuple[list[int], list[int]]:
    """Places of the dated events that only ``a`` has, and of those that only ``b`` has."""
    first, second = a.resolved()["events"], b.resolved()["events"]
    return (
        [place for place, event in enumerate(first) if event not in second],
        [place for place, event in enumerate(second) if event not in first],
    )


def _values(scenario: Scenario) -> dict[str, Any]:
    return flat_values({key: value for key, value in scenario.resolved().items() if key not in APART})


def flat_values(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return the values of nested tables by dotted key, for instance ``labs.us-closed-1.compute``."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat |= flat_values(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat

"""Changing values of a scenario fast: only the tables on the way to a value are made and checked again.

``Scenario.with_changes`` lays the changes over the scenario as plain data and validates all of it. A sweep changes the
same few numbers ten thousand times. Here each table that holds one is validated as a whole, everything else is shared,
and the checks that look across tables run last; the result equals that of ``with_changes``, in a fraction of its time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.scenario import Scenario
from sim.scenario.checks import conflicts
from sim.scenario.parameter import FrozenDict

_PLAIN = (float, int, bool, str)


def with_values(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """Return a validated copy of a scenario with the values at some key paths replaced.

    Parameters
    ----------
    scenario
        The scenario.
    changes
        Plain values by key path, for instance ``{"labs.us-closed-1.compute": 0.1}``.

    Raises
    ------
    ScenarioError
        With everything that is wrong.

    """
    if not changes:
        return scenario
    tree: dict[str, Any] = {}
    for key, value in changes.items():
        parts = key.split(".")
        if "[" in key or parts[0] == "events" or type(value) not in _PLAIN:
            return scenario.with_changes(changes)
        inner = tree
        for part in parts[:-1]:
            inner = inner.setdefault(part, {})
            if type(inner) is not dict:
                return scenario.with_changes(changes)
        if len(parts) == 1:
            return scenario.with_changes(changes)
        inner[parts[-1]] = value
    try:
        made = {name: _made(getattr(scenario, name), branch) for name, branch in tree.items()}
    except (AttributeError, KeyError, TypeError, ValidationError):
        # The slow way says what is wrong, and where.
        return scenario.with_changes(changes)
    changed = scenario.model_copy(update=made)
    return scenario.with_changes(changes) if conflicts(changed) else changed


def _made(held: Any, branch: Any) -> Any:
    """Return a table with the values of a tree of changes, validated; of a single value, the value."""
    if type(branch) is not dict:
        return branch
    if isinstance(held, BaseModel):
        fields = held.__dict__
        return type(held).model_validate(
            {**fields, **{name: _made(fields[name], twig) for name, twig in branch.items()}}
        )
    if isinstance(held, Mapping):
        made = {name: _made(held[name], twig) for name, twig in branch.items()}
        if not all(isinstance(one, BaseModel) for one in made.values()):
            raise TypeError("an entry of a named table is a table")
        return FrozenDict({**held, **made})
    raise TypeError("not a table")

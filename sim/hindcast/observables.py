"""Observables: what was measured, and the same quantities in a run. One file a group; this is the registry."""

from __future__ import annotations

from sim.hindcast import (
    observables_adoption,
    observables_capability,
    observables_compute,
    observables_controls,
    observables_markets,
    observables_reactions,
)
from sim.hindcast.observable import Group, Kind, Mode, Observable, Use

__all__ = ["OBSERVABLES", "Group", "Kind", "Mode", "Observable", "Use", "scored_in"]

OBSERVABLES: dict[str, Observable] = {
    observable.name: observable
    for group in (
        observables_capability,
        observables_compute,
        observables_markets,
        observables_reactions,
        observables_controls,
        observables_adoption,
    )
    for observable in group.OBSERVABLES
}
"""All observables by name, in the order in which they are shown."""


def scored_in(mode: Mode) -> list[Observable]:
    """Return the observables that are scored in a mode."""
    return [observable for observable in OBSERVABLES.values() if observable.uses[mode] == "scored"]

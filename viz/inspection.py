"""One agent of a running world: who it is, whom it listens to, and how its beliefs went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from viz.controller import LiveController

KINDS = ("investor", "policymaker", "community")


def agent_history(controller: LiveController, index: int) -> dict[str, Any]:
    """Kind, name, neighbours (names), ``weeks`` and the beliefs of one receiver; IndexError if there is none."""
    return controller.agent(index)

"""What the Live page sees of a world: frozen arrays and facts, read from the model's record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from viz.claim_cards import claim_card
from viz.downsampling import downsample
from viz.feed import feed
from viz.inspect import agent_history

__all__ = ["LabInfo", "Network", "View", "agent_history", "claim_card", "downsample", "feed"]

KINDS = ("investor", "policymaker", "community")


@dataclass(frozen=True)
class LabInfo:
    """A lab: its name, bloc, and whether its weights are open."""

    name: str
    bloc: str
    openness: str


@dataclass(frozen=True)
class Network:
    """Receivers on fixed places: ``positions (n, 2)``, ``kind (n,)`` by :data:`KINDS`, drawn ``edges (m, 2)``."""

    positions: np.ndarray
    kind: np.ndarray
    names: tuple[str, ...]
    edges: np.ndarray


@dataclass(frozen=True)
class View:
    """A world after ``week`` weeks, looked at after ``cursor`` weeks; arrays of weeks are ``(weeks,)``."""

    scenario_name: str
    seed: int
    week: int
    cursor: int
    dates: np.ndarray
    weeks: np.ndarray
    series: Mapping[str, np.ndarray]
    labs: tuple[LabInfo, ...]
    lab_series: Mapping[str, np.ndarray]
    board: list[dict[str, Any]]
    events: list[dict[str, Any]]
    network: Network | None
    belief: Mapping[str, np.ndarray]
    policy: Mapping[str, np.ndarray]
    sign: float = 1.0
    """+1 where the US controls: outputs are US minus China, claims are about controlling minus controlled."""
    stated_sd: float = 0.1
    extra: Mapping[str, Any] = field(default_factory=dict)

"""The scale of the evidence: how index points, Arena points and scores map to capability in OOM."""

from __future__ import annotations

from sim.evidence.arena import Slope, arena_points_per_oom, arena_scores
from sim.evidence.curves import benchmark_curves
from sim.evidence.units import (
    ECI_PER_OOM,
    INDEX_AT_START,
    LAST_FITTED,
    START,
    capability_from_index,
    index_from_capability,
)

__all__ = [
    "ECI_PER_OOM",
    "INDEX_AT_START",
    "LAST_FITTED",
    "START",
    "Slope",
    "arena_points_per_oom",
    "arena_scores",
    "benchmark_curves",
    "capability_from_index",
    "index_from_capability",
]

"""Observed facts to the end of 2025: tables with sources, and what a dated scenario takes from them.

The only room in which firms have names: :mod:`sim.evidence.roles` turns them into the roles of a scenario.
Nothing here reads the model; allegations stay flagged as such and never stand for a fact.
"""

from sim.evidence.errors import EvidenceError, EvidenceProblem
from sim.evidence.loading import TABLES, load
from sim.evidence.roles import role_of
from sim.evidence.scale import START, benchmark_curves, capability_from_index, index_from_capability

__all__ = [
    "START",
    "TABLES",
    "EvidenceError",
    "EvidenceProblem",
    "benchmark_curves",
    "capability_from_index",
    "index_from_capability",
    "load",
    "role_of",
]

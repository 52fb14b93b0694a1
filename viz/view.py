"""What the pages draw: one immutable picture of a running world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from viz.claim_cards import claim_card, judge
from viz.downsampling import downsample
from viz.feed import feed, sentence
from viz.inspection import KINDS, agent_history

__all__ = [
    "KINDS",
    "LabInfo",
    "Network",
    "View",
    "agent_history",
    "claim_card",
    "downsample",
    "feed",
    "judge",
    "sentence",
]


@dataclass(frozen=True)
class LabInfo:
    """A lab: its name, bloc (``us``, ``cn``, ``other``) and openness (``closed``, ``open``)."""

    name: str
    bloc: str
    openness: str


@dataclass(frozen=True, eq=False)
class Network:
    """Receivers and who listens to whom.

    Attributes
    ----------
    positions
        ``(agents, 2)``, by group, the same whenever the same world is drawn.
    kind
        ``(agents,)``: 0 investor, 1 policymaker, 2 community.
    names
        A name for each agent.
    edges
        ``(edges, 2)`` numbers of agents; a fixed sample where there are many.

    """

    positions: np.ndarray
    kind: np.ndarray
    names: tuple[str, ...]
    edges: np.ndarray


@dataclass(frozen=True, eq=False)
class View:
    """A world at a week: series up to the newest week, and what is known of the week looked at.

    Gaps, closing speeds and compute gaps are US minus China everywhere, as in the outputs, whichever bloc controls.

    Attributes
    ----------
    scenario_name, seed, week, cursor
        ``week`` counts the recorded weeks that are done; ``cursor`` is the week looked at, 0 to ``week - 1``.
    dates, weeks
        ``(weeks,)`` first day and number of each recorded week.
    series
        Every registered output ``(weeks,)``.
    labs, lab_series
        Labs, and their numbers ``(weeks, labs)``; ``users`` is each lab's share of adopters.
    board
        Scores that stand at the cursor, one a lab and test set.
    events
        What happened, oldest first; ``id`` is the place in this list.
    network
        Receivers by group with their ties.
    belief
        ``(agents,)`` beliefs at the cursor (or at the last week kept before it, in a very long run).
    policy
        ``(weeks,)`` both controls; pressure on each with the thresholds for tightening and for loosening; attention.
    stated_sd
        Standard deviation that a claim states about itself.
    group_sizes
        Investors, policymakers, communities.
    bloc_of
        Bloc or alignment of each source of claims.
    believed_bias
        ``(weeks, sources, 2)`` bias that receivers expect on average, of the gap and of the copied share; sources are
        in the order of ``bloc_of``.
    competition
        Which stories share one budget of attention: ``within_quantity``, ``all`` or ``none``.
    value_unit
        Unit of labs' values.

    """

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
    stated_sd: float = 0.1
    group_sizes: tuple[int, int, int] = (1, 1, 1)
    bloc_of: Mapping[str, str] | None = None
    believed_bias: np.ndarray | None = None
    competition: str = "within_quantity"
    value_unit: str = "bn US$"

"""The public record: the only channel between agents.

No agent reads another's latent state. What a week makes public (scores, claims, coverage, controls, prices, and
the mood of last week) is a set of plain frozen values, each ``(worlds, ...)``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from sim.mechanisms.numerics import Array


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the benchmark office published this week."""

    new: Array  #: ``(worlds, 1)`` boolean, there is a new evaluation
    measured: Array  #: ``(worlds, labs)`` ability index of each lab's released model (OOM)
    variance: Array  #: ``(worlds, labs)`` its error variance (OOM^2)
    gap: Array  #: ``(worlds, 1)`` best controlling minus best controlled lab (OOM)
    gap_variance: Array  #: ``(worlds, 1)``
    own_gap: Array  #: ``(worlds, labs)`` by how much a lab's gap to its rivals differs from that of its bloc's best
    surprise: Array  #: ``(worlds, 1)`` standardised surprise of investors, 0 without news
    any: bool = False  #: there is news in some world


@dataclass(frozen=True, slots=True)
class Claims:
    """What sources said this week."""

    published: Array  #: ``(worlds, sources, quantities)`` boolean
    value: Array  #: ``(worlds, sources, quantities)`` stated value (OOM, share, OOM)
    bias: Array  #: the part of the value that is bias; nobody but the source and the experimenter knows it
    upward: Array  #: boolean, speaks for a larger gap, copied share or compute gap
    control_call: Array  #: ``(worlds, sources)`` +1 calls for stricter control, -1 against, 0 silent
    motive_target: Array  #: ``(worlds, sources)`` index of the source spoken about, -1 none
    motive_quantity: Array  #: ``(worlds, sources)`` 0 gap, 1 share
    motive_value: Array  #: ``(worlds, sources)`` stated bias of the target
    speed: Array | None = (
        None  #: ``(worlds, sources)`` stated closing speed (OOM/yr), NaN none; dated events only
    )
    speed_parity: Array | None = None  #: ``(worlds, sources)`` boolean, the speed claim speaks for parity
    any: bool = False  #: something was published in some world


class Coverage(NamedTuple):
    """What the media made of it."""

    new_version: Array  #: ``(worlds, narratives)`` boolean
    shares: Array  #: ``(worlds, narratives)`` attention shares


class Controls(NamedTuple):
    """The state of both instruments, last axis: chips, model access."""

    announced: Array  #: ``(worlds, 2)`` strictness after all announced acts
    effective: Array  #: ``(worlds, 2)`` strictness in force this week
    target: Array  #: ``(worlds, 2)`` the pivotal policymaker's ideal, as last published
    expected: Array  #: ``(worlds, 2)`` what markets expect, net of leakage


class Sentiment(NamedTuple):
    """Mean beliefs of each receiver group at the end of last week, ``(worlds, groups)``."""

    gap: Array
    share: Array
    speed: Array
    compute: Array
    investor_gap_variance: Array  #: ``(worlds, 1)``
    investor_counts: Array  #: ``(worlds, 1)`` mean evidence counts of the share belief


@dataclass(slots=True)
class PublicRecord:
    """The public record of a week; each part is frozen once its phase has written it."""

    week: int = 0
    evaluation: Evaluation = field(default=None)  # type: ignore[assignment]
    claims: Claims = field(default=None)  # type: ignore[assignment]
    coverage: Coverage = field(default=None)  # type: ignore[assignment]
    controls: Controls = field(default=None)  # type: ignore[assignment]
    sentiment: Sentiment = field(default=None)  # type: ignore[assignment]
    announced_enforcement: Array = field(default=None)  # type: ignore[arg-type]
    expected_enforcement: Array = field(default=None)  # type: ignore[arg-type]

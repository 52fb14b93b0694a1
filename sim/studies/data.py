"""Runs of a study as tables, ready for analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.studies.frames import Frame
from sim.studies.parts import Block, cross_size
from sim.studies.study import Study

if TYPE_CHECKING:
    from sim.experiments.sweep.dataset import SweepData

GROUPS = ("investors", "policymakers", "communities")


@dataclass(frozen=True)
class StudyData:
    """Everything that was run for a study.

    Attributes
    ----------
    study
        The study.
    runs
        By part: one row a run with ``fold`` (-1: no folds), ``row``, ``draw`` (point of the hypercube; else -1),
        ``seed``, factors, outcomes and the errors of beliefs (:func:`with_errors`).
    series
        By part, of those that keep series: one row a run and week.
    gates
        Results of the neutrality tests, as plain data.
    failures
        Runs that failed, by part.
    facts
        Where the data come from: digests by sweep, code, versions.

    """

    study: Study
    runs: Mapping[str, Frame]
    series: Mapping[str, Frame]
    gates: list[dict[str, Any]]
    failures: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)

    def has(self, part: str) -> bool:
        """Whether a part was run."""
        return part in self.runs and len(self.runs[part]) > 0


def tables(study: Study, part: str, held: list[tuple[Block, SweepData]]) -> tuple[Frame, Frame]:
    """Lay the folds of a part end to end: runs and series."""
    import pandas as pd

    runs, series = [], []
    crossed = "cross" in study.parts[part]
    size = cross_size(study, part)
    for block, data in held:
        each = data.runs.copy()
        each.insert(0, "fold", block.fold)
        each.insert(1, "draw", each["row"] // size if crossed else -1)
        runs.append(each)
        if data.sweep.series:
            weekly = data.series.copy()
            weekly.insert(0, "fold", block.fold)
            series.append(weekly)
    together = with_errors(pd.concat(runs, ignore_index=True))
    return together, pd.concat(series, ignore_index=True) if series else pd.DataFrame()


def with_errors(runs: Frame) -> Frame:
    """Add how far each group's mean beliefs are from the truth: ``error_GROUP`` (copied share), ``gap_error_GROUP``.

    Sizes of the run's mean error, so that errors of either sign count.
    """
    added = runs.copy()
    for group in GROUPS:
        for belief, truth, name in (("share", "share", "error"), ("gap", "gap", "gap_error")):
            if f"{belief}_{group}" in added and truth in added:
                added[f"{name}_{group}"] = (added[f"{belief}_{group}"] - added[truth]).abs()
    return added

"""What a sweep's report is made of: its data, and what analysis says about each outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.noise import Noise, noise_share
from sim.analysis.problem import AnalysisError, Problem, outcomes_of, row_means
from sim.analysis.results import Sensitivity
from sim.report.labels import Labels

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.sweep.dataset import SweepData

#: Resamples behind intervals; the same as of ``parity sensitivity``.
BOOTSTRAP = 500


@dataclass
class Material:
    """Everything that the sections of a report read.

    Attributes
    ----------
    data
        The sweep's data.
    problem, labels
        Factors and design for the analysis; what things are called.
    outcomes
        Outcomes of the report, in the order of the sweep.
    runs
        Runs of the design, one row each.
    means
        Row means by outcome, complete rows only (Series, index ``row``).
    base
        Mean of the base scenario by outcome, where there is one.
    noise, found
        Parts of the variance, and the sensitivity analysis, by outcome; absent where the data do not bear it.
    refused
        Why an analysis is absent, by outcome.

    """

    data: SweepData
    problem: Problem
    labels: Labels
    outcomes: list[str]
    runs: pd.DataFrame
    means: dict[str, pd.Series] = field(default_factory=dict)
    base: dict[str, float] = field(default_factory=dict)
    noise: dict[str, Noise] = field(default_factory=dict)
    found: dict[str, Sensitivity] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Kind of the design."""
        return str(self.problem.design.kind)

    def row_table(self, outcome: str) -> pd.DataFrame:
        """Factors and mean of an outcome by complete row."""
        return row_means(self.runs, self.problem, outcome)

    def ranked(self, outcome: str) -> list[str]:
        """Factors, the most important for an outcome first; in the order of the sweep if nothing ranks them."""
        names = self.problem.names
        if outcome not in self.found or self.found[outcome].constant:
            return names
        table = self.found[outcome].table
        owners = table.get("factor", table.index)
        first = [str(owner) for owner in owners]
        groups = dict(zip(names, self.problem.design.groups(self.problem.factors), strict=True))
        return sorted(
            names, key=lambda n: next((k for k, o in enumerate(first) if o in (n, groups[n])), len(first))
        )


def gather(data: SweepData, outcomes: Sequence[str] | None = None) -> Material:
    """Analyse a sweep for its report.

    Raises
    ------
    AnalysisError
        If there are no runs, or an outcome is unknown.

    """
    problem = Problem.of(data)
    runs = data.runs
    if not len(runs):
        raise AnalysisError("there are no runs to report yet; run the sweep first")
    known = [name for name in data.outcomes if name in set(outcomes_of(runs, problem))]
    material = Material(
        data, problem, Labels.of(data.sweep.factors, data.sweep.outcomes, data.sweep.base_scenario),
        _chosen(outcomes, known), runs,
    )  # fmt: skip
    base: Any = data.base
    for outcome in material.outcomes:
        if base is not None and outcome in base and base[outcome].notna().any():
            material.base[outcome] = float(base[outcome].mean())
        _analyse(material, outcome)
    return material


def _chosen(outcomes: Sequence[str] | None, known: list[str]) -> list[str]:
    from sim.scenario.problems import did_you_mean

    if outcomes is None or not len(outcomes):
        return known
    for name in outcomes:
        if name not in known:
            near = did_you_mean(name, known) or f"outcomes are {', '.join(known)}"
            raise AnalysisError(f'no outcome "{name}"; {near}')
    return list(dict.fromkeys(outcomes))


def _analyse(material: Material, outcome: str) -> None:
    import pandas as pd

    from sim.analysis.sensitivity import sensitivity

    try:
        material.means[outcome] = material.row_table(outcome)[outcome]
        material.noise[outcome] = noise_share(material.runs, material.problem, outcome)
    except AnalysisError as error:
        material.means[outcome] = pd.Series(dtype=np.float64)
        material.refused[outcome] = str(error)
        return
    if material.kind == "list":
        return  # rows of a list are compared as they are
    try:
        material.found[outcome] = sensitivity(material.runs, material.problem, outcome, bootstrap=BOOTSTRAP)
    except AnalysisError as error:
        material.refused[outcome] = str(error)

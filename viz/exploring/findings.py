"""What is computed in the background: sensitivity of an outcome, and the box in which it is high or low."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

import sim.analysis as analysis
from viz.exploring.address import SIGNS
from viz.exploring.explored import Explored

if TYPE_CHECKING:
    from sim.analysis import Discovery, Sensitivity

METHODS = {
    "sobol": "Sobol' indices: shares of the outcome's variance",
    "morris": "Morris: mean absolute effect of a factor over its whole range",
    "regression": "Regression on ranks: standardised coefficients",
    "one-at-a-time": "One factor at a time: range of the outcome",
    "variance-shares": "Shares of the outcome's variance over the grid",
}
#: What the bars show, by the table's column, in words.
MEASURES = {
    "ST": "total index (with interactions)",
    "S1": "first-order index (alone)",
    "mu_star": "mean absolute effect",
    "sigma": "spread of the effects",
    "SRRC": "rank regression coefficient",
    "PRCC": "partial rank correlation",
    "range": "range of the outcome",
    "share": "share of the variance",
}
#: Further measures drawn beside the one that ranks.
BESIDE = {"ST": ("S1",), "SRRC": ("PRCC",)}
#: Quantiles that the threshold of a condition starts from: the quarter of the runs that is highest or lowest.
START = {"above": 0.75, "below": 0.25}


@dataclass(frozen=True)
class Asked:
    """The runs that one looks for: those with an outcome above or below a threshold."""

    outcome: str
    side: str
    threshold: float

    @property
    def condition(self) -> str:
        """As a condition on the sweep; names that are no Python names are quoted."""
        name = self.outcome if self.outcome.isidentifier() else f"`{self.outcome}`"
        return f"{name} {SIGNS[self.side]} {self.threshold!r}"

    def holds(self, values: np.ndarray) -> np.ndarray:
        """Whether it holds for values of the outcome ``(n,)``."""
        with np.errstate(invalid="ignore"):
            return values > self.threshold if self.side == "above" else values < self.threshold


def asked_for(explored: Explored, outcome: str, side: str, threshold: float | None) -> Asked | None:
    """The condition, with a quarter of the design rows inside if no threshold is given; nothing without values."""
    if threshold is None:
        means = explored.runs.groupby("row")[outcome].mean().to_numpy(dtype=float)
        means = means[np.isfinite(means)]
        if not len(means):
            return None
        threshold = float(f"{np.quantile(means, START[side]):.4g}")
    return Asked(outcome, side, threshold)


def sensitivity_of(explored: Explored, outcome: str) -> Sensitivity:
    """Sensitivity by the method that the design allows; raises ``AnalysisError`` with the reason."""
    return analysis.sensitivity(explored.data.runs, explored.data, outcome)


def box_of(explored: Explored, asked: Asked) -> Discovery:
    """The box of PRIM for a condition; raises ``AnalysisError`` with the reason."""
    return analysis.discover(explored.data.runs, explored.data, asked.condition, method="prim")


def discover_command(explored: Explored, asked: Asked) -> str:
    """The command that finds the same box."""
    import shlex

    return shlex.join(["parity", "discover", explored.command_path, "--outcome", asked.condition])


def sensitivity_command(explored: Explored, outcome: str) -> str:
    """The command that makes the same table."""
    import shlex

    return shlex.join(["parity", "sensitivity", explored.command_path, "--outcome", outcome])

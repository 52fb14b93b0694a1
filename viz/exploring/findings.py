"""What is computed in the background: sensitivity of an outcome, its curves, and the box in which it is high or low."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import sim.analysis as analysis
from sim.analysis.intervals import interval
from viz.exploring.address import SIGNS
from viz.exploring.explored import Explored, written

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis import Discovery, Limit, Sensitivity

#: What is shown of each method, and why, in words.
METHODS = {
    "sobol": (
        "Sobol' indices, because the design is made for them. S1 is the share of the variance of the outcome that a "
        "factor explains alone; ST counts its interactions with other factors too. Where ST is well above S1, the "
        "factor works together with others."
    ),
    "morris": (
        "Elementary effects (Morris), because the design moves one factor at a time from many points. mu* is the mean "
        "absolute effect of moving a factor over its whole range; sigma is the spread of these effects: large where "
        "the effect bends or depends on other factors. This ranks factors; it does not give shares of variance."
    ),
    "regression": (
        "Estimates from given data, because the design has no structure for exact indices. S1 (RBD-FAST) is the share "
        "of variance that a factor explains alone, whatever the shape of its effect; the coefficients of a regression "
        "on ranks tell the direction: SRRC as it is, PRCC with the other factors taken out."
    ),
    "one-at-a-time": (
        "Curves, because the design moves each factor alone and leaves the others at the values of the base: the mean "
        "over replicates, with the interval of its difference from the base under the same seeds. Such a design cannot "
        "tell how factors work together."
    ),
    "variance-shares": (
        "Shares of variance, because the grid has all combinations, so that the variance between its cells can be "
        "taken apart. All levels count alike."
    ),
}
#: What the bars show, by the table's column, in words.
MEASURES = {
    "ST": "ST: with interactions",
    "S1": "S1: alone",
    "mu_star": "mu*: mean absolute effect",
    "sigma": "sigma: spread of the effects",
    "SRRC": "SRRC: rank regression coefficient",
    "PRCC": "PRCC: partial rank correlation",
    "range": "highest less lowest",
    "share": "share of the variance",
}
#: Further measures drawn beside the one that ranks.
BESIDE = {"ST": ("S1",), "SRRC": ("PRCC",), "mu_star": ("sigma",)}
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


@dataclass(frozen=True)
class Curve:
    """Means over replicates of an outcome along one factor, the others at the base's values.

    Attributes
    ----------
    factor
        Name.
    values
        Its levels: numbers, or texts for labels.
    mean, low, high
        Means and the ends of their intervals, NaN with one replicate. Where the base's own level is there, the
        intervals are of the difference from it under the same seeds, put around the mean: luck that all levels share
        does not count.
    base
        Place of the base's own level, -1 if it has no runs.

    """

    factor: str
    values: tuple[Any, ...]
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    base: int


def curves_of(explored: Explored, outcome: str, confidence: float = 0.95) -> list[Curve]:
    """One curve a factor of a one-at-a-time design, in the order of the sweep; levels without a run are left out."""
    sweep = explored.data.sweep
    moved = np.array(sweep.design.varied(sweep.factors))
    runs = explored.runs[np.isfinite(explored.runs[outcome].to_numpy(dtype=float))]
    numbers = runs["row"].to_numpy()
    found = {int(row): runs[numbers == row] for row in np.unique(numbers)}
    told = {row: _level(part, found.get(0), outcome, confidence) for row, part in found.items()}
    curves = []
    for factor in sweep.factors:
        rows = [row for row in found if moved[row] in ("", factor.name)]
        if len(rows) < 2:
            continue
        level = {row: found[row][factor.name].iloc[0] for row in rows}
        # A base value that is none of the sweep's comes last.
        order = {label: place for place, label in enumerate(explored.levels(factor.name))}
        rows.sort(
            key=lambda row: level[row] if factor.numeric else order.get(written(level[row]), len(order))
        )
        values = tuple(float(level[row]) if factor.numeric else written(level[row]) for row in rows)
        mean, low, high = np.array([told[row] for row in rows]).T
        base = rows.index(0) if 0 in rows else -1
        curves.append(Curve(factor.name, values, mean, low, high, base))
    return curves


def _level(
    part: pd.DataFrame, base: pd.DataFrame | None, outcome: str, confidence: float
) -> tuple[float, float, float]:
    """Mean of one level, and the ends of its interval."""
    values = part.set_index("seed")[outcome]
    mean = float(values.mean())
    if base is None:
        alone = interval(values.to_numpy(dtype=float), confidence)
        return mean, alone.low, alone.high
    apart = (values - base.set_index("seed")[outcome]).dropna()
    if not len(apart):
        return mean, float("nan"), float("nan")
    told = interval(apart.to_numpy(dtype=float), confidence)
    return mean, mean - told.mean + told.low, mean - told.mean + told.high


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


def limit_words(limit: Limit, unit: str = "") -> str:
    """A limit of a box with its quasi-p value in words."""
    whole = (
        f" (of {limit.whole_low:.4g} to {limit.whole_high:.4g}{f' {unit}' if unit else ''})"
        if limit.low is not None
        else f" (of {', '.join(limit.whole_labels)})"
    )
    tested = [p for p in (limit.quasi_p_low, limit.quasi_p_high) if p == p]
    if not tested:
        return f"{limit.factor} {limit.text}{whole}; no quasi-p value"
    worst = max(tested)
    shown = "below 0.0001" if worst < 1e-4 else f"{worst:.2g}"
    luck = " - this limit could well be luck" if limit.doubtful else ""
    return f"{limit.factor} {limit.text}{whole}; quasi-p {shown}{luck}"

"""What a sensitivity analysis returns, whatever its method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from sim.analysis.noise import Noise, noise_of
from sim.analysis.problem import AnalysisError, Problem, Replicated

if TYPE_CHECKING:
    import pandas as pd

Method = Literal["sobol", "morris", "regression", "one-at-a-time", "variance-shares"]

#: Column of the table that puts inputs in order, by method.
IMPORTANCE: dict[Method, str] = {
    "sobol": "ST",
    "morris": "mu_star",
    "regression": "SRRC",
    "one-at-a-time": "range",
    "variance-shares": "share",
}


@dataclass(frozen=True)
class Sensitivity:
    """Sensitivity of the mean over replicates of one outcome to the inputs of a sweep.

    Attributes
    ----------
    outcome, unit
        Name and unit.
    method
        Where the numbers come from.
    table
        One row an input (a factor, or a group of them), the most important first; see the function of the method
        for the columns. Ends of intervals have the suffixes ``_low`` and ``_high``. Empty if the outcome is constant.
    pairs
        Second-order indices or shares by pair of inputs, or nothing.
    statistics
        Single numbers such as ``mean``, ``sd`` (of the row means), ``r2``.
    noise
        What luck adds.
    rows, rows_left_out
        Design rows used and not used.
    samples
        Saltelli samples, trajectories, or rows.
    confidence, bootstrap
        Level of the intervals, and resamples behind them (0: none).
    constant
        The outcome does not vary between rows.
    ranked
        Intervals settle the order of the inputs.
    remarks
        Plain sentences to stand beside the table.

    """

    outcome: str
    unit: str
    method: Method
    table: pd.DataFrame
    pairs: pd.DataFrame | None
    statistics: Mapping[str, float]
    noise: Noise
    rows: int
    rows_left_out: int
    samples: int
    confidence: float
    bootstrap: int
    constant: bool = False
    ranked: bool = True
    remarks: tuple[str, ...] = field(default=())

    @property
    def importance(self) -> str:
        """Column of the table that puts inputs in order."""
        return IMPORTANCE[self.method]


def constant_result(
    outcome: str, problem: Problem, method: Method, data: Replicated, samples: int, remarks: list[str]
) -> Sensitivity:
    """Return the result for an outcome that does not vary: no table, and plain words."""
    import pandas as pd

    value = float(data.means.mean())
    return Sensitivity(
        outcome=outcome,
        unit=problem.units.get(outcome, ""),
        method=method,
        table=pd.DataFrame(index=pd.Index([], name="input")),
        pairs=None,
        statistics={"mean": value, "sd": 0.0},
        noise=noise_of(data.values, data.seeds_shared),
        rows=len(data.rows),
        rows_left_out=data.left_out,
        samples=samples,
        confidence=float("nan"),
        bootstrap=0,
        constant=True,
        remarks=(*remarks, f"{outcome} is {value:.6g} in every design row: there is nothing to explain"),
    )


def check_design(problem: Problem, kind: str) -> None:
    """Raise if the design is of another kind."""
    if problem.design.kind != kind:
        raise AnalysisError(f"this needs a design of kind {kind}; the sweep has {problem.design.kind}")


def check_levels(confidence: float, bootstrap: int | None = None) -> None:
    """Raise if a level of confidence or a number of resamples makes no sense."""
    if not 0.5 <= confidence < 1:
        raise AnalysisError(f"confidence = {confidence:g}: 0.5 to 1, without 1; 0.95 is usual")
    if bootstrap is not None and not 20 <= bootstrap <= 100_000:
        raise AnalysisError(f"bootstrap = {bootstrap}: 20 to 100,000 resamples")

"""Sensitivity of an outcome, by the method that suits the design of the sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

from sim.analysis.factorial import variance_shares
from sim.analysis.problem import AnalysisError, Problem
from sim.analysis.regression import GivenData, regression_coefficients
from sim.analysis.results import Method, Sensitivity
from sim.analysis.screening import morris_effects, one_at_a_time_ranges
from sim.analysis.sobol import sobol_indices
from sim.scenario.problems import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

#: Method by kind of design.
METHODS: dict[str, Method] = {
    "sobol": "sobol",
    "morris": "morris",
    "latin-hypercube": "regression",
    "list": "regression",
    "one-at-a-time": "one-at-a-time",
    "grid": "variance-shares",
}


def sensitivity(
    runs: pd.DataFrame,
    source: Any,
    outcome: str,
    *,
    method: Method | Literal["auto"] = "auto",
    bootstrap: int = 500,
    confidence: float = 0.95,
    given_data: GivenData = "rbd-fast",
    seed: int = 1,
) -> Sensitivity:
    """Return how an outcome, averaged over replicates, depends on the factors.

    Parameters
    ----------
    runs
        One row a run: ``row, replicate, seed``, factors, outcomes.
    source
        Sweep, data of a sweep, or :class:`~sim.analysis.Problem`.
    outcome
        Column of ``runs``.
    method
        By default that of the design, see :data:`METHODS`; ``regression`` works with any design that has rows enough.
    bootstrap, confidence, seed
        Resamples behind the intervals, their level, and the seed of the resampling.
    given_data
        Estimator of first-order shares beside a regression.

    Raises
    ------
    AnalysisError
        If the data cannot bear the analysis.

    """
    problem = Problem.of(source)
    chosen = METHODS[problem.design.kind] if method == "auto" else method
    resampling: dict[str, Any] = {"bootstrap": bootstrap, "confidence": confidence, "seed": seed}
    match chosen:
        case "sobol":
            return sobol_indices(runs, problem, outcome, **resampling)
        case "morris":
            return morris_effects(runs, problem, outcome, **resampling)
        case "regression":
            return regression_coefficients(runs, problem, outcome, given_data=given_data, **resampling)
        case "one-at-a-time":
            return one_at_a_time_ranges(runs, problem, outcome, confidence=confidence)
        case "variance-shares":
            return variance_shares(runs, problem, outcome, confidence=confidence)
    known = get_args(Method)
    raise AnalysisError(f'no method "{chosen}"; {did_you_mean(chosen, known) or "auto, " + ", ".join(known)}')

"""Regression and rank coefficients, for a Latin hypercube or any other design with enough rows.

SRC: coefficient of a linear regression of the standardised outcome on standardised factors. SRRC: the same on ranks.
PRCC: correlation of the ranks of factor and outcome, the linear influence of the other factors' ranks taken out of
both. Sources: Saltelli & Marivoet 1990 (doi:10.1016/0951-8320(90)90055-9); Marino et al. 2008
(doi:10.1016/j.jtbi.2008.04.011) for PRCC.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from sim.analysis.noise import noise_of
from sim.analysis.problem import AnalysisError, Problem, is_constant, is_truth, positions, replicated, text
from sim.analysis.ranking import by_intervals, rank
from sim.analysis.results import Sensitivity, check_levels, constant_result
from sim.experiments.sweep.factors import Factor

if TYPE_CHECKING:
    import pandas as pd

GivenData = Literal["rbd-fast", "none"]
#: Rows beyond the number of terms that a regression must have, and rows below which RBD-FAST is left out.
SPARE = 10
ENOUGH = 64
#: Explained variance below which coefficients are not to be trusted as a ranking.
POOR = 0.7


class Term(NamedTuple):
    """One column of the regression: a factor, or one label of it against the first."""

    name: str
    factor: str
    values: np.ndarray


def regression_coefficients(
    runs: pd.DataFrame,
    source: Any,
    outcome: str,
    *,
    bootstrap: int = 500,
    confidence: float = 0.95,
    given_data: GivenData = "rbd-fast",
    seed: int = 1,
) -> Sensitivity:
    """Standardised regression and rank coefficients with intervals, and first-order shares from the same rows.

    The table has one row a term (a factor; for a choice of more than two labels, each label but the first as
    ``factor=label``) and the columns ``factor``, ``SRC``, ``SRRC``, ``PRCC``, each with ``_low`` and ``_high``, and
    with ``given_data="rbd-fast"`` also ``S1``: the share of variance that the factor explains alone, whatever the
    shape of its influence. Statistics: ``r2``, ``r2_adjusted``, ``r2_rank``.

    Parameters
    ----------
    runs
        One row a run.
    source
        Sweep, data of a sweep, or :class:`Problem`.
    outcome
        Column of ``runs``.
    bootstrap, seed
        Resamples for the interval of ``S1`` (of half the rows, as SALib does it, so that it is wide) and their seed.
    confidence
        Level. SRC and SRRC have t intervals with heteroscedasticity-consistent errors (HC3), PRCC Fisher's z.
    given_data
        Estimator of first-order shares: RBD-FAST (Tarantola et al. 2006, doi:10.1016/j.ress.2005.06.003, with the
        bias correction of Tissot & Prieur 2012) or none.

    """
    import pandas as pd
    from scipy.stats import rankdata

    problem = Problem.of(source)
    check_levels(confidence, bootstrap)
    data = replicated(runs, problem, outcome)
    remarks = data.remarks()
    if len(data.rows) < 2:
        raise AnalysisError(f"{len(data.rows)} complete design rows: too few for a regression")
    noise = noise_of(data.values, data.seeds_shared)
    if data.constant:
        return constant_result(outcome, problem, "regression", data, len(data.rows), remarks)
    terms, told = _terms(problem, data.factors)
    remarks += told
    y = data.means
    if len(y) < len(terms) + SPARE:
        raise AnalysisError(
            f"{len(y)} complete design rows for {len(terms)} terms: a regression needs at least "
            f"{len(terms) + SPARE} here; take more samples"
        )
    x = np.column_stack([term.values for term in terms])
    _check_rank(x, terms)
    plain = _fit(x, y, confidence)
    ranks = _fit(rankdata(x, axis=0), rankdata(y), confidence)
    table = pd.DataFrame(
        {"factor": [term.factor for term in terms]},
        index=pd.Index([term.name for term in terms], name="input"),
    )
    for name, fit in (("SRC", plain.coefficients), ("SRRC", ranks.coefficients), ("PRCC", ranks.partial)):
        table[name], table[f"{name}_low"], table[f"{name}_high"] = fit
    if given_data == "rbd-fast" and len(y) >= ENOUGH:
        shares = _first_order(problem, data.factors, y, set(table["factor"]), bootstrap, confidence, seed)
        for column in ("S1", "S1_low", "S1_high"):
            table[column] = table["factor"].map(shares[column])
    size = table["SRRC"].abs().to_numpy()
    half = (table["SRRC_high"] - table["SRRC_low"]).to_numpy() / 2.0
    ranking = rank(list(table.index), size, half, by_intervals(half), len(y))
    if max(plain.r2, ranks.r2) < POOR:
        remarks.append(
            f"straight lines explain {plain.r2:.0%} of the variance (ranks: {ranks.r2:.0%}): the coefficients "
            "miss bends and interactions; rank by S1, or use a sobol design"
        )
    remarks += [*ranking.remarks(len(y), "rows"), *noise.remarks()]
    return Sensitivity(
        outcome=outcome,
        unit=problem.units.get(outcome, ""),
        method="regression",
        table=table.iloc[np.argsort(-size, kind="stable")],
        pairs=None,
        statistics={
            "mean": float(y.mean()),
            "sd": float(y.std(ddof=1)),
            "r2": plain.r2,
            "r2_adjusted": plain.r2_adjusted,
            "r2_rank": ranks.r2,
        },
        noise=noise,
        rows=len(y),
        rows_left_out=data.left_out,
        samples=len(y),
        confidence=confidence,
        bootstrap=bootstrap if "S1" in table else 0,
        ranked=ranking.settled,
        remarks=tuple(remarks),
    )


def _terms(problem: Problem, factors: pd.DataFrame) -> tuple[list[Term], list[str]]:
    """Columns of the regression, and remarks on factors that have none."""
    terms: list[Term] = []
    still = []
    for factor in problem.factors:
        values = factors[factor.name].to_numpy(dtype=object)
        if factor.numeric:
            numbers = positions(factor, values) if factor.values is None else values.astype(float)
            if is_constant(numbers):
                still.append(factor.name)
            else:
                terms.append(Term(factor.name, factor.name, numbers))
            continue
        labels = _labels_in_use(factor, values)
        if len(labels) < 2:
            still.append(factor.name)
        for label in labels[1:]:
            name = factor.name if len(labels) == 2 else f"{factor.name}={text(label)}"
            terms.append(
                Term(name, factor.name, np.array([_same(one, label) for one in values], dtype=float))
            )
    if not terms:
        raise AnalysisError("no factor varies between the rows that are there")
    return terms, [f"does not vary between the rows that are there: {', '.join(still)}"] if still else []


def _labels_in_use(factor: Factor, values: np.ndarray) -> list[Any]:
    """Labels of a choice that occur, in the order of the sweep; a base value that is none of them comes last."""
    known = [*(factor.values or ()), factor.default]
    found: list[Any] = []
    for label in known:
        used = any(_same(label, one) for one in values)
        if used and not any(_same(label, one) for one in found):
            found.append(label)
    return found


def _same(a: Any, b: Any) -> bool:
    return bool(a == b) and is_truth(a) == is_truth(b)


def _check_rank(x: np.ndarray, terms: Sequence[Term]) -> None:
    """Raise if some factors move together, so that their influences cannot be told apart."""
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    _, strength, axes = np.linalg.svd(scaled, full_matrices=False)
    if strength[-1] > 1e-8 * strength[0]:
        return
    together = [term.name for term, weight in zip(terms, np.abs(axes[-1]), strict=True) if weight > 0.05]
    raise AnalysisError(
        f"{', '.join(together)} move together in this design: their influences cannot be told apart"
    )


class _Fit(NamedTuple):
    coefficients: tuple[np.ndarray, np.ndarray, np.ndarray]
    """Estimate, low, high ``(terms,)``."""
    partial: tuple[np.ndarray, np.ndarray, np.ndarray]
    """Partial correlations with their ends ``(terms,)``."""
    r2: float
    r2_adjusted: float


def _fit(x: np.ndarray, y: np.ndarray, confidence: float) -> _Fit:
    """Regress standardised ``y`` ``(n,)`` on standardised ``x`` ``(n, terms)``."""
    import statsmodels.api as sm
    from scipy.special import ndtri

    a = (x - x.mean(axis=0)) / x.std(axis=0, ddof=1)
    b = (y - y.mean()) / y.std(ddof=1)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a perfect fit divides by a variance of 0
        fit = sm.OLS(b, sm.add_constant(a)).fit()
        ends = np.asarray(fit.get_robustcov_results("HC3").conf_int(1.0 - confidence))[1:]
        t = np.asarray(fit.tvalues)[1:]
        partial = np.where(np.isinf(t), np.sign(t), t / np.sqrt(t**2 + fit.df_resid))
        half = float(ndtri(0.5 + confidence / 2.0)) / np.sqrt(max(fit.df_resid - 1.0, 1.0) - 1.0)
        z = np.arctanh(np.clip(partial, -1.0, 1.0))
        return _Fit(
            (np.asarray(fit.params)[1:], ends[:, 0], ends[:, 1]),
            (partial, np.tanh(z - half), np.tanh(z + half)),
            float(fit.rsquared),
            float(fit.rsquared_adj),
        )


def _first_order(
    problem: Problem,
    factors: pd.DataFrame,
    y: np.ndarray,
    wanted: set[str],
    bootstrap: int,
    confidence: float,
    seed: int,
) -> pd.DataFrame:
    """First-order shares by factor, from SALib's RBD-FAST. (Its ``delta`` reseeds NumPy's global generator.)"""
    import pandas as pd
    from SALib.analyze import rbd_fast

    used = [factor for factor in problem.factors if factor.name in wanted]
    x = np.column_stack([positions(factor, factors[factor.name]) for factor in used])
    x = np.where(np.isnan(x), -1.0, x)  # a base value that is none of the choices: a level of its own
    names = [factor.name for factor in used]
    found = rbd_fast.analyze(
        {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)},
        x, y, num_resamples=bootstrap, conf_level=confidence, seed=seed,
    )  # fmt: skip
    value, half = np.array(found["S1"], dtype=float), np.array(found["S1_conf"], dtype=float)
    return pd.DataFrame({"S1": value, "S1_low": value - half, "S1_high": value + half}, index=names)

"""Sobol' indices of a Saltelli design, by SALib.

First-order index S1: share of the variance that an input explains alone. Total index ST: share that would be left if
all others were known, interactions included. Sources: Saltelli et al. 2010 (doi:10.1016/j.cpc.2009.09.018) for S1 and
ST, Saltelli 2002 (doi:10.1016/S0010-4655(02)00280-1) for S2.
"""

from __future__ import annotations

import warnings
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.noise import noise_of
from sim.analysis.problem import Problem, Replicated, positions, replicated, whole_blocks
from sim.analysis.ranking import rank
from sim.analysis.results import Sensitivity, check_design, check_levels, constant_result

if TYPE_CHECKING:
    import pandas as pd

#: Correlation of the two draws of a factor above which a remark is made.
TOGETHER = 0.3


def sobol_indices(
    runs: pd.DataFrame,
    source: Any,
    outcome: str,
    *,
    bootstrap: int = 500,
    confidence: float = 0.95,
    seed: int = 1,
) -> Sensitivity:
    """First-order, total and second-order indices with intervals.

    The table has the columns ``S1, S1_low, S1_high, ST, ST_low, ST_high`` and, with two replicates or more,
    ``S1_noise_free, ST_noise_free``: indices of the expected outcome, without what luck adds (see
    :func:`noise_free`). In a grouped design the inputs are groups. ``pairs`` holds ``S2, S2_low, S2_high``.

    Parameters
    ----------
    runs
        One row a run; samples of which a row is absent are left out whole.
    source
        Sweep, data of a sweep, or :class:`Problem`, with a design of kind ``sobol``.
    outcome
        Column of ``runs``.
    bootstrap, confidence, seed
        Resamples of samples for the intervals (normal, around the estimate), their level, seed of the resampling.

    """
    import pandas as pd

    problem = Problem.of(source)
    check_design(problem, "sobol")
    check_levels(confidence, bootstrap)
    data, samples, remarks = whole_blocks(replicated(runs, problem, outcome), problem)
    noise = noise_of(data.values, data.seeds_shared)
    if data.constant:
        return constant_result(outcome, problem, "sobol", data, samples, remarks)
    second = problem.design.second_order
    names = problem.inputs
    found = _salib(data.means, problem, second, bootstrap, confidence, seed)
    table = pd.DataFrame(index=pd.Index(names, name="input"))
    for index in ("S1", "ST"):
        value, half = np.asarray(found[index]), np.asarray(found[f"{index}_conf"])
        table[index], table[f"{index}_low"], table[f"{index}_high"] = value, value - half, value + half
    if data.values.shape[1] > 1 and noise.noise > 0:
        table["S1_noise_free"], table["ST_noise_free"] = noise_free(data.values, len(names), second)
    remarks += _entangled(data, problem)
    ranking = _ranking(names, found, samples, confidence)
    remarks += [*ranking.remarks(samples, "samples"), *noise.remarks()]
    if len(problem.factors) > 1 and float(table["S1"].sum()) > 1.2:
        remarks.append(f"first-order indices sum to {table['S1'].sum():.2f}, more than 1: too few samples")
    return Sensitivity(
        outcome=outcome,
        unit=problem.units.get(outcome, ""),
        method="sobol",
        table=table.sort_values("ST", ascending=False, kind="stable"),
        pairs=_pairs(names, found) if second and len(names) > 1 else None,
        statistics={
            "mean": float(data.means.mean()),
            "sd": float(data.means.std(ddof=1)),
            "sum_S1": float(table["S1"].sum()),
        },
        noise=noise,
        rows=len(data.rows),
        rows_left_out=data.left_out,
        samples=samples,
        confidence=confidence,
        bootstrap=bootstrap,
        ranked=ranking.settled,
        remarks=tuple(remarks),
    )


def _entangled(data: Replicated, problem: Problem) -> list[str]:
    """Say which factors have two draws in a sample that hang together, as choices may in a short Sobol' sequence.

    The estimators take them for independent; resampling the samples does not show that they are not.
    """
    step = problem.block
    found = []
    for factor in problem.factors:
        place = positions(factor, data.factors[factor.name])
        first, second = place[::step], place[step - 1 :: step]
        if np.ptp(first) > 0 and np.ptp(second) > 0:
            if abs(float(np.corrcoef(first, second)[0, 1])) > TOGETHER:
                found.append(factor.name)
        elif factor.values is not None:
            found.append(factor.name)
    if not found:
        return []
    return [
        f"too few samples: the two draws of {', '.join(found)} hang together, so that indices and intervals are off"
    ]


def noise_free(values: np.ndarray, inputs: int, second_order: bool) -> tuple[np.ndarray, np.ndarray]:
    """S1 and ST ``(inputs,)`` of the expected outcome over seeds, from values ``(rows, replicates)``.

    Numerators and variance of SALib's estimators are quadratic in the outcome. In means over R replicates each is
    its noise-free value plus a bias proportional to 1/R, in single replicates the same plus R times that bias; the
    two together leave the bias out. NaN where no variance is left.
    """
    replicates = values.shape[1]
    mean = _parts(values.mean(axis=1), inputs, second_order)
    single = np.mean([_parts(values[:, k], inputs, second_order) for k in range(replicates)], axis=0)
    first, total, variance = (replicates * mean - single) / (replicates - 1)
    if not variance[0] > 0:
        nothing = np.full(inputs, np.nan)
        return nothing, nothing
    return first / variance[0], total / variance[0]


def _parts(values: np.ndarray, inputs: int, second_order: bool) -> np.ndarray:
    """Numerators of S1 and ST, and the variance ``(3, inputs)``, of one outcome ``(rows,)``."""
    from SALib.analyze.sobol import first_order, separate_output_values, total_order

    centred = values - values.mean()
    count = len(values) // (2 * inputs + 2 if second_order else inputs + 2)
    a, b, ab, _ = separate_output_values(centred, inputs, count, second_order)
    variance = np.var(np.r_[a, b])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a single replicate may be constant; its parts are then 0
        first = [variance * first_order(a, ab[:, j], b) for j in range(inputs)]
        total = [variance * total_order(a, ab[:, j], b) for j in range(inputs)]
    return np.array([first, total, np.full(inputs, variance)])


def _salib(
    means: np.ndarray, problem: Problem, second: bool, bootstrap: int, confidence: float, seed: int
) -> dict[str, Any]:
    from SALib.analyze import sobol

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of resamples that happen to be constant
        return sobol.analyze(
            problem.design.problem(problem.factors),
            means,
            calc_second_order=second,
            num_resamples=bootstrap,
            conf_level=confidence,
            keep_resamples=True,
            seed=seed + 1,  # SALib takes 0 for no seed
        )


def _ranking(names: list[str], found: dict[str, Any], samples: int, confidence: float) -> Any:
    """Rank by ST; inputs share their samples, so that the bootstrap of a difference is narrower than of each."""
    from scipy.special import ndtri

    resampled = found["ST_conf_all"]
    z = float(ndtri(0.5 + confidence / 2.0))

    def apart(first: int, second: int) -> float:
        return z * float(np.std(resampled[:, first] - resampled[:, second], ddof=1))

    return rank(
        names, np.asarray(found["ST"]), np.asarray(found["ST_conf"]), apart, samples, power_of_two=True
    )


def _pairs(names: list[str], found: dict[str, Any]) -> pd.DataFrame:
    import pandas as pd

    places = list(combinations(range(len(names)), 2))
    index = pd.MultiIndex.from_tuples([(names[j], names[k]) for j, k in places], names=["first", "second"])
    value = np.array([found["S2"][place] for place in places])
    half = np.array([found["S2_conf"][place] for place in places])
    table = pd.DataFrame({"S2": value, "S2_low": value - half, "S2_high": value + half}, index=index)
    return table.sort_values("S2", ascending=False, kind="stable")

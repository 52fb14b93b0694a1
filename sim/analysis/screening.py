"""Screening: Morris's elementary effects, by SALib, and one factor at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.intervals import interval
from sim.analysis.noise import noise_of
from sim.analysis.problem import AnalysisError, Problem, Replicated, positions, replicated, whole_blocks
from sim.analysis.ranking import by_intervals, rank
from sim.analysis.results import Sensitivity, check_design, check_levels, constant_result

if TYPE_CHECKING:
    import pandas as pd

#: Mean of the absolute value of a standard normal number.
_ABSOLUTE = np.sqrt(2.0 / np.pi)


def morris_effects(
    runs: pd.DataFrame,
    source: Any,
    outcome: str,
    *,
    bootstrap: int = 500,
    confidence: float = 0.95,
    seed: int = 1,
) -> Sensitivity:
    """Elementary effects of a Morris design, in the unit of the outcome over an input's whole range.

    The table has the columns ``mu`` (mean effect), ``mu_star, mu_star_low, mu_star_high`` (mean absolute effect),
    ``sigma`` (standard deviation of effects: interactions and bends; not defined for groups) and, with two replicates
    or more, ``noise``: the mu* that luck alone would give an input that does nothing.

    Parameters
    ----------
    runs
        One row a run; trajectories of which a row is absent are left out whole.
    source
        Sweep, data of a sweep, or :class:`Problem`, with a design of kind ``morris``.
    outcome
        Column of ``runs``.
    bootstrap, confidence, seed
        Resamples of trajectories for the intervals (normal, around the estimate), their level, and the seed.

    Notes
    -----
    Sources: Morris 1991 (doi:10.1080/00401706.1991.10484804); Campolongo, Cariboni & Saltelli 2007
    (doi:10.1016/j.envsoft.2006.10.004).

    """
    import pandas as pd
    from SALib.analyze import morris

    problem = Problem.of(source)
    check_design(problem, "morris")
    check_levels(confidence, bootstrap)
    data, samples, remarks = whole_blocks(replicated(runs, problem, outcome), problem)
    noise = noise_of(data.values, data.seeds_shared)
    if data.constant:
        return constant_result(outcome, problem, "morris", data, samples, remarks)
    points = np.column_stack([positions(factor, data.factors[factor.name]) for factor in problem.factors])
    found = morris.analyze(
        problem.design.problem(problem.factors),
        points,
        data.means,
        num_resamples=bootstrap,
        conf_level=confidence,
        num_levels=problem.design.levels,
        seed=seed,
    )
    names = [str(name) for name in found["names"]]
    numbers = {
        key: np.ma.filled(np.ma.asarray(found[key], dtype=float), np.nan)
        for key in ("mu", "mu_star", "mu_star_conf", "sigma")
    }
    star, half = numbers["mu_star"], numbers["mu_star_conf"]
    table = pd.DataFrame(
        {
            "mu": numbers["mu"],
            "mu_star": star,
            "mu_star_low": np.maximum(star - half, 0.0),
            "mu_star_high": star + half,
            "sigma": numbers["sigma"],
        },
        index=pd.Index(names, name="input"),
    )
    if data.values.shape[1] > 1:
        luck = _noise_in_effects(data, problem, points)
        table["noise"] = [luck.get(name, np.nan) for name in names]
        low = np.maximum(star - half, 0.0)
        lost = [name for name, end in zip(names, low, strict=True) if 0.0 < luck.get(name, 0.0) >= end]
        if lost:
            remarks.append(f"mu* not clearly above what luck alone would give: {', '.join(lost)}")
    ranking = rank(names, star, half, by_intervals(half), samples)
    remarks += [*ranking.remarks(samples, "trajectories"), *noise.remarks()]
    return Sensitivity(
        outcome=outcome,
        unit=problem.units.get(outcome, ""),
        method="morris",
        table=table.sort_values("mu_star", ascending=False, kind="stable"),
        pairs=None,
        statistics={"mean": float(data.means.mean()), "sd": float(data.means.std(ddof=1))},
        noise=noise,
        rows=len(data.rows),
        rows_left_out=data.left_out,
        samples=samples,
        confidence=confidence,
        bootstrap=bootstrap,
        ranked=ranking.settled,
        remarks=tuple(remarks),
    )


def _noise_in_effects(data: Replicated, problem: Problem, points: np.ndarray) -> dict[str, float]:
    """Mean absolute elementary effect that luck alone would give, by input.

    From the variance over replicates of the difference between a step's two rows, which share their seeds.
    """
    size, levels = problem.block, problem.design.levels
    step = levels / (2.0 * (levels - 1.0))
    replicates = data.values.shape[1]
    moved = np.diff(points.reshape(-1, size, points.shape[1]), axis=1) != 0.0
    spread = np.diff(data.values.reshape(-1, size, replicates), axis=1).var(axis=2, ddof=1) / replicates
    groups = problem.design.groups(problem.factors)
    found = {}
    for name in problem.inputs:
        mine = [k for k, group in enumerate(groups) if group == name]
        steps = moved[:, :, mine].any(axis=2)
        if steps.any():
            found[name] = float(_ABSOLUTE * np.sqrt(spread[steps].mean()) / step)
    return found


def one_at_a_time_ranges(
    runs: pd.DataFrame, source: Any, outcome: str, *, confidence: float = 0.95
) -> Sensitivity:
    """Range of the outcome over the levels of each factor, the others at their base values.

    The table has the columns ``base`` (outcome in the base row), ``lowest, at_lowest, highest, at_highest`` (outcome
    and level), ``range, range_low, range_high`` (paired interval of highest less lowest for the two levels found; they
    were chosen by looking, so that it is too narrow where luck chose) and, with two replicates or more, ``noise``: the
    range that luck alone would give so many levels.

    Parameters
    ----------
    runs
        One row a run.
    source
        Sweep, data of a sweep, or :class:`Problem`, with a design of kind ``one-at-a-time``.
    outcome
        Column of ``runs``.
    confidence
        Level of the intervals.

    """
    import pandas as pd

    problem = Problem.of(source)
    check_design(problem, "one-at-a-time")
    check_levels(confidence)
    data = replicated(runs, problem, outcome)
    remarks = data.remarks()
    if len(data.rows) < 2:
        raise AnalysisError(f"{len(data.rows)} complete design rows: too few for a range")
    noise = noise_of(data.values, data.seeds_shared)
    if data.constant:
        return constant_result(outcome, problem, "one-at-a-time", data, len(data.rows), remarks)
    moved = np.array(problem.design.varied(problem.factors))[data.rows]
    means = pd.Series(data.means, index=data.rows)
    luck = np.sqrt(noise.noise) if noise.noise > 0 else 0.0
    lines, names = [], []
    for factor in problem.factors:
        rows = np.flatnonzero((moved == factor.name) | (moved == ""))
        if len(rows) < 2:
            remarks.append(f"{factor.name}: fewer than two levels are complete")
            continue
        low, high = rows[np.argmin(data.means[rows])], rows[np.argmax(data.means[rows])]
        apart = interval(data.values[high] - data.values[low], confidence)
        line = {
            "base": float(means.get(0, np.nan)),
            "lowest": data.means[low],
            "at_lowest": factor.plain(data.factors[factor.name].iloc[low]),
            "highest": data.means[high],
            "at_highest": factor.plain(data.factors[factor.name].iloc[high]),
            "range": apart.mean,
            "range_low": apart.low,
            "range_high": apart.high,
        }
        if data.values.shape[1] > 1:
            line["noise"] = luck * expected_range(len(rows))
        lines.append(line)
        names.append(factor.name)
    table = pd.DataFrame(lines, index=pd.Index(names, name="input"))
    half = (table["range_high"] - table["range_low"]).to_numpy() / 2.0
    replicates = data.values.shape[1]
    ranking = rank(names, table["range"].to_numpy(), half, by_intervals(half), replicates)
    remarks += ranking.remarks(replicates, "replicates")
    if replicates < 2:
        remarks += noise.remarks()
    return Sensitivity(
        outcome=outcome,
        unit=problem.units.get(outcome, ""),
        method="one-at-a-time",
        table=table.sort_values("range", ascending=False, kind="stable"),
        pairs=None,
        statistics={"mean": float(data.means.mean()), "sd": float(data.means.std(ddof=1))},
        noise=noise,
        rows=len(data.rows),
        rows_left_out=data.left_out,
        samples=len(data.rows),
        confidence=confidence,
        bootstrap=0,
        ranked=ranking.settled,
        remarks=tuple(remarks),
    )


def expected_range(count: int) -> float:
    """Expected range of ``count`` standard normal numbers (Tippett 1925): 1.128 for two, 1.693 for three."""
    from scipy.special import ndtr

    x = np.linspace(-8.0, 8.0, 4001)
    below = ndtr(x)
    return float(np.trapezoid(1.0 - below**count - (1.0 - below) ** count, x))

"""Scenario discovery: which values of the factors go with a condition on the outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.analysis.boxes import Box, choose, frame_of
from sim.analysis.expressions import Condition, condition
from sim.analysis.peeling import cart_boxes, prim_boxes
from sim.analysis.problem import AnalysisError, Problem, outcome_values, outcomes_of

if TYPE_CHECKING:
    import pandas as pd

Method = Literal["prim", "cart", "both"]
#: Cases of interest below which boxes are fragile.
FEW = 20


@dataclass(frozen=True)
class Discovery:
    """What was found for one condition.

    Attributes
    ----------
    condition
        As it was written.
    baseline
        Means in the base scenario that it uses.
    cases
        One row a case (design row, or run): the factors and ``of_interest``.
    trajectory
        PRIM's boxes, index ``box``: ``coverage, density, mass, mean, cases, of_interest, restricted`` (factors
        restricted), ``factors`` (their names), ``chosen``; nothing with CART alone.
    leaves
        CART's leaves in the same way, with ``limits`` in words; nothing with PRIM alone or without a split.
    box, rule
        The box that was chosen, and why.
    prim, cart
        The chosen box of each method, or nothing.
    remarks
        Plain sentences to stand beside the tables.

    """

    condition: str
    baseline: Mapping[str, float]
    cases: pd.DataFrame
    trajectory: pd.DataFrame | None
    leaves: pd.DataFrame | None
    box: Box
    rule: str
    prim: Box | None
    cart: Box | None
    remarks: tuple[str, ...]

    @property
    def of_interest(self) -> np.ndarray:
        """Whether each case fulfils the condition ``(cases,)``."""
        return self.cases["of_interest"].to_numpy(dtype=bool)


def discover(
    runs: pd.DataFrame,
    source: Any,
    text: str,
    *,
    base: pd.DataFrame | None = None,
    method: Method = "both",
    density_min: float = 0.8,
    peel_alpha: float = 0.05,
    mass_min: float = 0.05,
    box: int | None = None,
    per_run: bool = False,
) -> Discovery:
    """Find the box of factor values in which a condition on the outcomes holds most densely.

    Parameters
    ----------
    runs
        One row a run.
    source
        Sweep, data of a sweep, or :class:`~sim.analysis.Problem`.
    text
        Condition, see :mod:`sim.analysis.expressions`.
    base
        Runs of the base scenario, for ``baseline``; by default those of ``source`` if it has some.
    method
        ``prim``, ``cart``, or both: then PRIM chooses and CART is the cross-check.
    density_min, box
        How the box is chosen: see :func:`~sim.analysis.boxes.choose`; or its number on the trajectory.
    peel_alpha, mass_min
        Patience of PRIM, and smallest share of cases in a box or leaf.
    per_run
        Let every run be a case, in place of means over replicates.

    Raises
    ------
    AnalysisError
        If the condition is faulty, or holds for no case or for all.

    """
    _check_options(method, density_min, peel_alpha, mass_min)
    problem = Problem.of(source)
    asked = condition(text, outcomes_of(runs, problem), problem.factors)
    if not asked.outcomes:
        raise AnalysisError(f'"{text}" names no outcome: it would find itself')
    baseline = _baseline(asked, base if base is not None else getattr(source, "base", None))
    cases, remarks = _cases(runs, problem, asked, per_run)
    columns = {name: cases[name].to_numpy() for name in (*asked.outcomes, *problem.names)}
    wanted = asked.holds(columns, baseline)
    remarks += _check_wanted(wanted, cases, asked, density_min)
    frame = frame_of(cases, problem.factors)
    if frame.empty or not len(frame.columns):
        raise AnalysisError("no factor varies between the cases")
    peeled = leaves = prim = cart = trajectory = leaf_table = None
    rule = ""
    if method != "cart":
        try:
            peeled = prim_boxes(frame, wanted, problem.factors, peel_alpha=peel_alpha, mass_min=mass_min)
        except RecursionError:
            raise AnalysisError("PRIM takes too many steps; use a larger peel_alpha or mass_min") from None
        prim, rule = _chosen(peeled, density_min, box)
        trajectory = _trajectory(peeled, prim)
    if method != "prim":
        leaves = cart_boxes(frame, wanted, problem.factors, mass_min=mass_min)
        if leaves:
            cart, told = _chosen(leaves, density_min, box if method == "cart" else None)
            rule = rule or told
            leaf_table = _leaves(leaves, cart)
        elif method == "cart":
            raise AnalysisError("the tree does not split: no factor tells the cases of interest from others")
    picked = prim or cart
    assert picked is not None
    remarks += _remarks(picked, prim, cart)
    return Discovery(
        condition=text,
        baseline=baseline,
        cases=cases[problem.names].assign(of_interest=wanted),
        trajectory=trajectory,
        leaves=leaf_table,
        box=picked,
        rule=rule,
        prim=prim,
        cart=cart,
        remarks=tuple(remarks),
    )


def prim_box(
    runs: pd.DataFrame, source: Any, text: str, *, base: pd.DataFrame | None = None, **options: Any
) -> Box:
    """Return the box that PRIM finds for a condition; options as in :func:`discover`."""
    return discover(runs, source, text, base=base, method="prim", **options).box


def _check_options(method: str, density_min: float, peel_alpha: float, mass_min: float) -> None:
    if method not in ("prim", "cart", "both"):
        raise AnalysisError(f'no method "{method}"; prim, cart or both')
    if not 0.0 < density_min <= 1.0:
        raise AnalysisError(f"density_min = {density_min:g}: above 0, at most 1")
    # Below, every step peels next to nothing and PRIM's recursion grows too deep.
    if not 0.01 <= peel_alpha <= 0.5:
        raise AnalysisError(f"peel_alpha = {peel_alpha:g}: 0.01 to 0.5; 0.05 is usual")
    if not 0.0 < mass_min < 1.0:
        raise AnalysisError(f"mass_min = {mass_min:g}: between 0 and 1; 0.05 is usual")


def _baseline(asked: Condition, base: pd.DataFrame | None) -> dict[str, float]:
    if not asked.baselines:
        return {}
    if base is None or not len(base):
        raise AnalysisError(
            "there are no runs of the base scenario, so that baseline has no value; write a number in its place"
        )
    found = {}
    for name in asked.baselines:
        values = base[name].to_numpy(dtype=float) if name in base else np.array([])
        values = values[np.isfinite(values)]
        if not len(values):
            raise AnalysisError(
                f"{name} is not defined in any run of the base scenario; write a number in place of baseline"
            )
        found[name] = float(values.mean())
    return found


def _cases(
    runs: pd.DataFrame, problem: Problem, asked: Condition, per_run: bool
) -> tuple[pd.DataFrame, list[str]]:
    """Cases with the outcomes that the condition uses and all factors, and remarks on those left out."""
    outcomes = list(asked.outcomes)
    for name in outcomes:
        outcome_values(runs, problem, name)
    used = runs[runs["row"] >= 0]
    if not len(used):
        raise AnalysisError("there are no runs to analyse yet")
    remarks = []
    if per_run:
        cases, what = used[[*problem.names, *outcomes]].reset_index(drop=True), "runs"
        if used["row"].duplicated().any():
            remarks.append(
                "runs of one design row hang together: quasi-p values are smaller than they should be"
            )
    else:
        what = "design rows"
        groups = used.groupby("row")
        counts = groups.size()
        wide = max(problem.replicates or 0, int(counts.max()))
        full = counts.index[counts == wide]
        absent = max(problem.rows, len(counts)) - len(full)
        if absent:
            remarks.append(f"{absent:,} design rows left out: replicates failed or are not run yet")
        means = groups[outcomes].mean(skipna=False)
        cases = groups[problem.names].first().join(means).loc[full]
    defined = [name for name in outcomes if name not in asked.handled]
    missing = cases[defined].isna().any(axis=1).to_numpy()
    if missing.any():
        remarks.append(
            f"{int(missing.sum()):,} {what} left out: {' or '.join(defined)} is not defined there "
            f"(ask with defined({defined[0]}) to make cases of them)"
        )
        cases = cases[~missing]
    if not len(cases):
        raise AnalysisError("no case is left: " + "; ".join(remarks))
    return cases, remarks


def _check_wanted(wanted: np.ndarray, cases: pd.DataFrame, asked: Condition, density_min: float) -> list[str]:
    """Raise if there is nothing to tell apart; remark on few or many cases of interest."""
    hits, total = int(wanted.sum()), len(wanted)
    if hits in (0, total):
        ranges = ", ".join(
            f"{name} from {cases[name].min():.4g} to {cases[name].max():.4g}" for name in asked.outcomes
        )
        raise AnalysisError(
            f'"{asked.text}" holds in {"none" if hits == 0 else "all"} of {total:,} cases ({ranges}): '
            "there is nothing to tell apart"
        )
    if hits < FEW:
        return [f"only {hits} of {total:,} cases are of interest: limits rest on few runs"]
    if hits / total >= density_min:
        return [
            f"the condition holds in {hits / total:.0%} of all cases already; a box for its opposite may say more"
        ]
    return []


def _chosen(boxes: Sequence[Box], density_min: float, number: int | None) -> tuple[Box, str]:
    by_number = {box.number: box for box in boxes}
    if number is not None:
        if number not in by_number:
            raise AnalysisError(f"no box {number}: 0 to {max(by_number)}")
        return by_number[number], f"box {number}, as asked"
    # The first box of PRIM is the whole space: no finding, unless nothing could be peeled.
    candidates = [box for box in boxes if box.limits] or list(boxes)
    place, rule = choose(
        np.array([box.coverage for box in candidates]),
        np.array([box.density for box in candidates]),
        np.array([len(box.limits) for box in candidates]),
        density_min,
    )
    return candidates[place], rule


def _trajectory(boxes: Sequence[Box], chosen: Box) -> pd.DataFrame:
    import pandas as pd

    lines = [
        [b.coverage, b.density, b.mass, b.density, b.cases, b.of_interest, len(b.limits),
         ", ".join(limit.factor for limit in b.limits), b.number == chosen.number]
        for b in boxes
    ]  # fmt: skip
    columns = [
        "coverage",
        "density",
        "mass",
        "mean",
        "cases",
        "of_interest",
        "restricted",
        "factors",
        "chosen",
    ]
    return pd.DataFrame(lines, index=pd.RangeIndex(len(lines), name="box"), columns=columns)


def _leaves(boxes: Sequence[Box], chosen: Box) -> pd.DataFrame:
    import pandas as pd

    lines = [
        [
            b.coverage,
            b.density,
            b.mass,
            b.cases,
            b.of_interest,
            len(b.limits),
            b.text,
            b.number == chosen.number,
        ]
        for b in boxes
    ]
    columns = ["coverage", "density", "mass", "cases", "of_interest", "restricted", "limits", "chosen"]
    return pd.DataFrame(lines, index=pd.Index([b.number for b in boxes], name="leaf"), columns=columns)


def _remarks(picked: Box, prim: Box | None, cart: Box | None) -> list[str]:
    found = []
    if not picked.limits:
        found.append(
            "no box is denser than the whole space: the factors do not tell the cases of interest apart"
        )
    doubtful = [limit.factor for limit in picked.limits if limit.doubtful]
    if doubtful:
        found.append(f"could well be luck (quasi-p above 0.05): limits on {', '.join(doubtful)}")
    if prim is not None and cart is not None and prim.limits:
        both, either = int((prim.inside & cart.inside).sum()), int((prim.inside | cart.inside).sum())
        shared = [one.factor for one in prim.limits if one.factor in {other.factor for other in cart.limits}]
        found.append(
            f"cross-check by CART: its leaf has coverage {cart.coverage:.2f} and density {cart.density:.2f}, shares "
            f"{both / max(either, 1):.0%} of its cases with the box of PRIM, and restricts "
            + (f"the same {', '.join(shared)}" if shared else "none of the same factors")
        )
    found.append("coverage and density are of the cases that made the box; new runs will do a little worse")
    return found

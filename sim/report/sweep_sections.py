"""Sections of a sweep's report. What they say is derived from the data; which they are, from the design."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.report import map_figures, response_figures, sensitivity_figures, statements, sweep_tables
from sim.report.bundle import Report
from sim.report.labels import file_name, shown_value
from sim.report.markup import code
from sim.report.numbers import count, few
from sim.report.sweep_material import Material

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.results import Sensitivity

#: What the designs are called.
DESIGNS = {
    "grid": "full grid",
    "list": "list of rows",
    "latin-hypercube": "Latin hypercube",
    "sobol": "Saltelli design on a Sobol' sequence",
    "morris": "Morris design of trajectories",
    "one-at-a-time": "design that moves one factor at a time",
}
BANDS = (
    "Dark: 95 % interval for comparing points (what a seed does to all points alike is taken out). "
    "Light: 90 % of the runs. "
)
#: Pairs of factors that get a map.
PAIRS = 6
#: Rows from which a histogram says something.
FEW = 12


def outcomes(report: Report, material: Material) -> None:
    """How the outcomes are distributed, and how much of that is luck."""
    report.page.section("Outcomes", key="outcomes")
    held = {name: values for name, values in material.means.items() if len(values)}
    for name in material.outcomes:
        if name in held:
            told = [
                statements.spread(held[name], name, material.labels, material.base.get(name, float("nan")))
            ]
            told.append(statements.noise(material.noise[name]))
            report.say(*told)
        else:
            report.page.box("warning", f"{name}: no complete rows", material.refused[name])
    if any(len(values) >= FEW for values in held.values()):
        figure = response_figures.distributions(held, material.runs, material.base, material.labels)
        beside = " Dashed: the base scenario." if material.base else ""
        report.figure(
            "outcomes", figure,
            caption="Outcomes over the rows of the design, each the mean of its replicates (filled), and over single "
            f"runs (outline).{beside}",
            alternative=f"Histograms of {few(list(held), 6)}.",
        )  # fmt: skip
    if held:
        report.table(
            "outcomes", sweep_tables.distributions(held, material.base, material.noise, material.labels)
        )


def importance(report: Report, material: Material) -> None:
    """Which factors move the outcomes: one part an outcome, an overview if there are several."""
    if not material.outcomes or material.kind == "list" or len(material.problem.inputs) < 2:
        return
    report.page.section("Which factors matter", key="factors-that-matter")
    _overview(report, material)
    for outcome in material.outcomes:
        report.page.section(outcome, level=3, key=f"factors-{outcome}")
        found = material.found.get(outcome)
        if found is None:
            report.page.box(
                "warning", "No analysis", material.refused.get(outcome, "there are no complete rows")
            )
            continue
        if found.constant:
            report.page.box("note", "Nothing varies", [_sentence(remark) for remark in found.remarks])
            continue
        report.say(*statements.sensitivity(found, material.labels))
        if found.method != "variance-shares" or len(found.table) > 2:
            figure, caption = _figure(found, material)
            report.figure(
                f"factors-{file_name(outcome)}", figure, caption=caption,
                alternative=statements.sensitivity(found, material.labels)[0],
            )  # fmt: skip
        report.table(f"factors-{file_name(outcome)}", sweep_tables.importance(found, material.labels))
        if found.pairs is not None and len(found.pairs):
            shown = 2 <= len(found.pairs) <= 15
            report.table(f"pairs-{file_name(outcome)}", sweep_tables.pairs(found), show=shown)


def responses(report: Report, material: Material) -> None:
    """How the outcomes respond, drawn as suits the design."""
    draw: dict[str, Callable[[Report, Material, str], None]] = {
        "grid": _grid, "one-at-a-time": _one_at_a_time, "latin-hypercube": _clouds, "sobol": _clouds,
    }  # fmt: skip
    if material.kind == "list":
        _list(report, material)
        return
    if material.kind not in draw:
        return
    varying = [o for o in material.outcomes if len(material.means[o]) > 1 and not _constant(material, o)]
    if varying:
        report.page.section("Responses", key="responses")
    for outcome in varying:
        if len(varying) > 1:
            report.page.section(outcome, level=3, key=f"responses-{outcome}")
        draw[material.kind](report, material, outcome)


def differences(report: Report, material: Material) -> None:
    """Paired differences between the values of factors that are choices."""
    from sim.analysis.effects import Effect, effects, effects_table
    from sim.analysis.problem import AnalysisError

    found: list[Effect] = []
    remarks: dict[str, None] = {}
    for factor in material.problem.factors:
        if factor.numeric:
            continue
        varying = [o for o in material.outcomes if not _constant(material, o)]
        for outcome in varying:
            try:
                some = effects(material.runs, material.problem, [outcome], factor.name)
            except AnalysisError:
                break  # no two rows of this design differ in this factor alone
            found += some
            remarks |= dict.fromkeys(
                f"{code(factor.name)}: {remark}" for one in some for remark in one.remarks
            )
    if not found:
        return
    report.page.section("Differences between choices", key="choices")
    report.page.text(
        "Each difference is taken between runs that share their seed and all other factors, and averaged over these."
    )
    report.page.bullets(statements.effect(one, material.labels) for one in found[:12])
    report.findings += [statements.effect(one, material.labels) for one in found[:12]]
    table = effects_table(found)
    if table["low"].notna().any():
        report.figure(
            "choices", response_figures.paired_differences(table, material.labels),
            caption="Paired differences with 95 % intervals, one panel an outcome.",
            alternative=statements.effect(found[0], material.labels),
        )  # fmt: skip
    report.table("choices", sweep_tables.effects(table, material.labels))
    if remarks:
        report.page.box("note", "Remarks", [_sentence(remark) for remark in remarks])


def series(report: Report, material: Material) -> None:
    """Weekly series that the sweep kept, over all its runs."""
    weekly = material.data.series if material.data.sweep.series else None
    if weekly is None or not len(weekly):
        return
    report.page.section("Over time", key="over-time")
    report.figure(
        "series", response_figures.series_bands(weekly, list(material.data.sweep.series), material.labels),
        caption="Weekly series over all runs of the sweep: median, half of the runs (dark), 90 % of them (light).",
        alternative=f"Weekly bands of {few(list(material.data.sweep.series), 6)}.",
    )  # fmt: skip


# -- parts -------------------------------------------------------------------------------------------------------


def _overview(report: Report, material: Material) -> None:
    held = {
        name: found.table[found.importance]
        for name, found in material.found.items()
        if not found.constant and len(found.table)
    }
    if len(held) < 2 or max(map(len, held.values())) < 2:
        return
    method = next(found.method for found in material.found.values())
    names = {
        "sobol": "total index", "morris": "mean absolute effect, largest = 1", "regression": "size of the coefficient",
        "one-at-a-time": "range, largest = 1", "variance-shares": "share of the variance",
    }  # fmt: skip
    relative = method in ("morris", "one-at-a-time")
    report.figure(
        "overview", sensitivity_figures.overview(held, material.labels, names[method], relative),
        caption=f"Importance of every factor for every outcome: {names[method]}.",
        alternative=f"Matrix of {count(len(held), 'outcome')} by factor.",
    )  # fmt: skip


def _figure(found: Sensitivity, material: Material) -> tuple[Any, str]:
    """The figure that goes with a method, and its caption."""
    labels, name, rest = material.labels, found.outcome, ""
    if len(found.table) > sensitivity_figures.MOST:
        rest = f" The first {sensitivity_figures.MOST} of {len(found.table)} factors."
    level = f"{100 * found.confidence:g} %" if found.confidence == found.confidence else ""
    if found.method == "sobol":
        pairs = " A dot in the matrix: the interval includes zero." if found.pairs is not None else ""
        return (
            sensitivity_figures.sobol(found.table, found.pairs, labels, name),
            f"Sobol' indices of *{name}*; lines are {level} bootstrap intervals.{pairs}{rest}",
        )
    if found.method == "morris":
        return (
            sensitivity_figures.morris(found.table, labels, name),
            f"Elementary effects on *{name}*; lines are {level} intervals. Numbers on the right are those beside the "
            f"names. Above the line σ = μ* an effect changes more than its own size.{rest}",
        )
    if found.method == "regression":
        return (
            sensitivity_figures.regression(found.table, labels, name),
            f"Standardised coefficients for *{name}* with {level} intervals.{rest}",
        )
    if found.method == "one-at-a-time":
        return (
            sensitivity_figures.tornado(found.table, labels, name),
            f"Range of *{name}* while one factor goes over its values and the others stay at the base (grey line). "
            f"At the ends: the value of the factor.{rest}",
        )
    return (
        sensitivity_figures.shares(found.table, found.pairs, labels, name),
        f"Shares of the variance of *{name}* over the cells of the grid.{rest}",
    )


def _grid(report: Report, material: Material, outcome: str) -> None:
    labels, runs, names = material.labels, _complete(material, outcome), material.problem.names
    varied = [name for name in names if runs[name].nunique() > 1]
    name = file_name(outcome)
    if len(varied) == 1:
        table = response_figures.response(runs, varied[0], outcome)
        report.say(statements.course(table, varied[0], outcome, labels))
        _curve(report, material, outcome, varied)
    elif len(varied) == 2:
        # Numbers along the bottom, so that the curves mean something.
        pair = sorted(varied, key=lambda n: not labels.factors[n].numeric)
        figure = map_figures.map_of_two(runs, (pair[0], pair[1]), outcome, labels)
        report.say(statements.extremes(material.row_table(outcome), varied, outcome, labels))
        report.figure(
            f"map-{name}", figure,
            caption=f"*{outcome}* over {code(pair[0])} and {code(pair[1])}: means over "
            f"{count(material.data.sweep.replicates, 'replicate')}; bands: 95 % intervals for comparing points "
            "(what a seed does to all alike is taken out).",
            alternative=statements.extremes(material.row_table(outcome), varied, outcome, labels),
        )  # fmt: skip
        report.table(f"map-{name}", sweep_tables.grid(runs, (pair[0], pair[1]), outcome, labels), show=False)
    elif varied:
        ranked = [name for name in material.ranked(outcome) if name in varied]
        report.say(statements.extremes(material.row_table(outcome), varied, outcome, labels))
        _curve(report, material, outcome, ranked, "each the mean over the levels of all other factors")
        figure = map_figures.maps_of_pairs(runs, _best_pairs(material, outcome, ranked), outcome, labels)
        report.figure(
            f"pairs-{name}", figure,
            caption=f"*{outcome}* over pairs of factors, each the mean over all others.",
            alternative=f"Maps of {outcome} over pairs of {few(ranked, 6)}.",
        )  # fmt: skip


def _best_pairs(material: Material, outcome: str, ranked: list[str]) -> list[tuple[str, str]]:
    """Pairs with the largest share of the variance, else pairs of the most important factors."""
    found = material.found.get(outcome)
    if found is not None and found.pairs is not None and len(found.pairs):
        return [(str(one), str(other)) for one, other in found.pairs.index[:PAIRS]]
    return list(itertools.combinations(ranked, 2))[:PAIRS]


def _curve(report: Report, material: Material, outcome: str, names: list[str], how: str = "") -> None:
    runs = _complete(material, outcome)
    drawn = dict.fromkeys(names[: response_figures.MOST], runs)
    _report_curves(report, material, outcome, drawn, how)


def _one_at_a_time(report: Report, material: Material, outcome: str) -> None:
    import numpy as np

    runs = _complete(material, outcome)
    moved = np.array(material.problem.design.varied(material.problem.factors))[runs["row"].to_numpy()]
    drawn = {}
    for name in material.ranked(outcome)[: response_figures.MOST]:
        some = runs[(moved == name) | (moved == "")]
        if some[name].nunique() > 1:
            drawn[name] = some
    if drawn:
        _report_curves(report, material, outcome, drawn, "the others at their base values")


def _report_curves(
    report: Report, material: Material, outcome: str, drawn: dict[str, pd.DataFrame], how: str
) -> None:
    base = {factor.name: factor.default for factor in material.problem.factors}
    many = material.data.sweep.replicates > 1
    others = f", {how}" if how and len(drawn) > 1 else ""
    marks = "Dashed: the base value." if any(base[name] is not None for name in drawn) else ""
    report.figure(
        f"curves-{file_name(outcome)}", response_figures.curves(drawn, outcome, material.labels, base),
        caption=f"*{outcome}* against {few([code(name) for name in drawn], 6)}{others}. {BANDS if many else ''}{marks}",
        alternative=f"Curves of {outcome} against {few(list(drawn), 6)}.",
    )  # fmt: skip


def _clouds(report: Report, material: Material, outcome: str) -> None:
    names = material.ranked(outcome)[: response_figures.MOST_CLOUDS]
    table = material.row_table(outcome)
    against = (
        "each factor" if len(names) == len(material.problem.names) else f"the first {len(names)} factors"
    )
    report.figure(
        f"scatter-{file_name(outcome)}", response_figures.clouds(table, names, outcome, material.labels),
        caption=f"*{outcome}* against {against}, one point a row of the design (mean of its "
        "replicates); the line is a running mean.",
        alternative=f"Scatter of {outcome} against {few(names, 6)}.",
    )  # fmt: skip


def _list(report: Report, material: Material) -> None:
    held = [outcome for outcome in material.outcomes if len(material.means[outcome])]
    if not held:
        return
    report.page.section("Rows", key="rows")
    table = material.data.design
    varied = [name for name in material.problem.names if table[name].nunique(dropna=False) > 1]
    names = {
        row: ", ".join(f"{name} = {shown_value(line[name])}" for name in varied) or f"row {row}"
        for row, (_, line) in enumerate(table.iterrows())
    }
    for start in range(0, len(held), 4):
        some = held[start : start + 4]
        report.figure(
            "rows" if start == 0 else f"rows-{start // 4 + 1}",
            response_figures.rows_of_a_list(material.runs, names, some, material.labels),
            caption="Rows of the list: means with 95 % intervals over seeds; light: 90 % of the runs.",
            alternative=f"Dots with intervals of {few(some, 4)} for {count(len(names), 'row')}.",
        )
    report.table("rows", sweep_tables.rows(material.runs, names, held, material.labels))


def _complete(material: Material, outcome: str) -> pd.DataFrame:
    """Runs of the rows whose replicates are all there."""
    return material.runs[material.runs["row"].isin(material.means[outcome].index)]


def _constant(material: Material, outcome: str) -> bool:
    values = material.means[outcome]
    return not len(values) or bool(values.max() == values.min())


def _sentence(remark: str) -> str:
    return f"{remark[0].upper()}{remark[1:]}" if remark else remark

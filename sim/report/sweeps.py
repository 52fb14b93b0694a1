"""The report of a sweep: one page, figures for print, tables for papers, all derived from its data.

In a notebook::

    data = sim.sweep("control-and-copying")
    report = sim.report.sweep_report(data)
    report.save("runs/control-and-copying/report")
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.report import statements, sweep_sections, sweep_tables
from sim.report.bundle import Report
from sim.report.discovery_section import discovery
from sim.report.labels import file_name
from sim.report.markup import code
from sim.report.numbers import count, few
from sim.report.sweep_material import Material, gather

if TYPE_CHECKING:
    from sim.experiments.sweep.dataset import SweepData


def sweep_report(
    data: SweepData,
    outcomes: Sequence[str] | None = None,
    *,
    conditions: Sequence[str] = (),
    command: str | None = None,
) -> Report:
    """Make the report of a sweep, whatever its design; a sweep that is not complete is reported with a warning.

    Parameters
    ----------
    data
        What ``sim.sweep`` returns, or ``load_data`` reads from a directory.
    outcomes
        Outcomes to report; by default all.
    conditions
        Conditions on the outcomes to look for boxes for, as ``parity discover`` takes them; what that command left in
        the directory is reported in any case.
    command
        Command line that makes the report, for the provenance in its files; by default ``parity report`` with the
        sweep's name.

    Raises
    ------
    AnalysisError
        If there are no runs yet, or an outcome is unknown.

    """
    material = gather(data, outcomes)
    sweep = data.sweep
    facts = _facts(material, command)
    report = Report(
        sweep.title or sweep.name, lead=_lead(material), kicker=f"Parity sweep · {sweep.name}",
        footer=f"Parity {facts['parity']}, sweep {facts['sweep_sha256'][:12]}, code {facts['code_sha256'][:12]}.",
        facts=facts,
    )  # fmt: skip
    _summary(report, material)
    _design(report, material)
    sweep_sections.outcomes(report, material)
    # What the design shows directly comes first.
    drawn = material.kind in ("grid", "list", "one-at-a-time")
    order = (sweep_sections.responses, sweep_sections.importance)
    for section in order if drawn else order[::-1]:
        section(report, material)
    sweep_sections.differences(report, material)
    sweep_sections.series(report, material)
    discovery(report, material, conditions)
    _failures(report, material)
    _reproduce(report, material)
    return report


def _facts(material: Material, command: str | None) -> dict[str, Any]:
    data, sweep = material.data, material.data.sweep
    versions = data.manifest.get("versions", {})
    return {
        "sweep": sweep.name,
        "sweep_sha256": sweep.digest(),
        "code_sha256": str(data.manifest.get("identity", {}).get("code_sha256", "")),
        "parity": str(versions.get("parity", "")),
        "command": command or f"parity report {file_name(sweep.name)}",
        "runs": len(material.runs),
        "complete": bool(data.complete),
    }


def _lead(material: Material) -> str:
    sweep = material.data.sweep
    of = f"of *{sweep.base}*" if sweep.base_scenario is not None else f"of {code(sweep.model)}"
    weeks = sweep.base_scenario.run.weeks if sweep.base_scenario is not None else None
    long = f" over {count(weeks, 'week')}" if weeks else ""
    question = _question(material)
    return (
        f"{question}{_design_words(material)}: {count(sweep.rows, 'row')} with "
        f"{count(sweep.replicates, 'replicate')} each, {count(sweep.runs, 'run')} {of}{long}."
    )


def _question(material: Material) -> str:
    """The question that a shipped sweep is for, out of its file; nothing for others, whose title says it."""
    import tomllib

    from sim.experiments.sweep.shipped import shipped_sweeps
    from sim.scenario.shipped import question

    path = shipped_sweeps().get(material.data.sweep.name)
    if path is None:
        return ""
    same = tomllib.loads(path.read_text(encoding="utf-8")).get("title") == material.data.sweep.title
    return f"{question(path)} " if same else ""


def _design_words(material: Material) -> str:
    design = material.problem.design
    words = sweep_sections.DESIGNS[material.kind]
    factors = count(len(material.problem.factors), "factor")
    words = f"{words[0].upper()}{words[1:]} over {factors}"
    if material.kind == "sobol":
        words += f", N = {design.samples:,}" + (", with second order" if design.second_order else "")
    if material.kind == "morris":
        words += f", {count(design.samples or 0, 'trajectory', 'trajectories')} on {design.levels} levels"
    return words + (", factors moved in groups" if design.grouped else "")


def _summary(report: Report, material: Material) -> None:
    report.page.section("Summary", key="summary")
    _warnings(report, material)
    told = []
    for outcome in material.outcomes:
        found = material.found.get(outcome)
        if found is not None and not found.constant and len(found.table) > 1:
            where = ""
            if material.kind == "grid":
                table = material.row_table(outcome)
                where = f" {statements.extremes(table, list(found.table.index), outcome, material.labels)}"
            told.append(f"{statements.sensitivity(found, material.labels)[0]}{where}")
        elif len(material.means[outcome]):
            base = material.base.get(outcome, float("nan"))
            told.append(statements.spread(material.means[outcome], outcome, material.labels, base))
    report.page.bullets(told)
    report.findings += told
    unsettled = [o for o, found in material.found.items() if not found.constant and not found.ranked]
    if unsettled:
        report.page.box(
            "note", "Not all factors can be put in order",
            f"For {few([f'*{outcome}*' for outcome in unsettled], 8)} intervals of neighbours overlap; the remarks "
            "below the tables name them, and the samples that would do.",
        )  # fmt: skip


def _warnings(report: Report, material: Material) -> None:
    data, sweep = material.data, material.data.sweep
    failed = len(data.failures) if data.failures is not None else 0
    missing = sweep.runs - len(material.runs) - _failed_in_design(material)
    if not data.complete or missing > 0:
        report.page.box(
            "warning", "This sweep is not complete",
            f"{len(material.runs):,} of {sweep.runs:,} runs are there. Everything below is about these; the same "
            "command that began the sweep finishes it.",
        )  # fmt: skip
    if failed:
        report.page.box(
            "warning", f"{count(failed, 'run')} failed",
            "Rows without all replicates are left out of the analysis; see [the failures](#failures).",
        )  # fmt: skip


def _failed_in_design(material: Material) -> int:
    failures = material.data.failures
    if failures is None or not len(failures):
        return 0
    return int((failures["row"] >= 0).sum()) if "row" in failures else len(failures)


def _design(report: Report, material: Material) -> None:
    sweep = material.data.sweep
    design = material.problem.design
    report.page.section("The sweep", key="sweep")
    seeds = f"{sweep.seeds[0]}" if sweep.replicates == 1 else f"{sweep.seeds[0]} to {sweep.seeds[-1]}"
    sampled = f"; randomness of the design from seed {design.seed}" if design.samples else ""
    failed = len(material.data.failures) if material.data.failures is not None else 0
    facts = {
        "Base": f"*{sweep.base}*"
        if sweep.base_scenario is not None
        else f"external model {code(sweep.model)}",
        "Design": f"{_design_words(material)}: {count(sweep.rows, 'row')}{sampled}",
        "Replicates": f"{sweep.replicates:,} (seed {seeds}); every row has the same seeds, so that rows differ in "
        "their factors and not in their luck",
        "Runs": f"{len(material.runs):,} of {sweep.runs:,}" + (f"; {failed:,} failed" if failed else ""),
    }
    if sweep.base_scenario is not None:
        run = sweep.base_scenario.run
        facts["Time"] = f"{count(run.weeks, 'week')} from {run.start_date}, after a burn-in of {run.burn_in}"
    report.page.facts(facts)
    for note in sweep.notes:
        report.page.box("note", "Note", note)
    report.table("factors", sweep_tables.factors(material.problem.factors, material.labels))
    kept = [each for each in sweep.outcomes if each.name in material.outcomes]
    report.table("definitions", sweep_tables.definitions(kept, material.labels))


def _failures(report: Report, material: Material) -> None:
    failures = material.data.failures
    if failures is None or not len(failures):
        return
    report.page.section("Failures", key="failures")
    kinds = failures["kind"].value_counts(sort=True)
    told = ", ".join(f"{number:,} × {kind}" for kind, number in kinds.items())
    report.page.text(f"{count(len(failures), 'run')} failed: {told}.")
    report.table("failures", sweep_tables.failures(failures))


def _reproduce(report: Report, material: Material) -> None:
    data, sweep = material.data, material.data.sweep
    folder = file_name(sweep.name)
    manifest = data.manifest
    versions = manifest.get("versions", {})
    base = sweep.base_scenario.digest() if sweep.base_scenario is not None else ""
    report.page.reproduce(
        [f"parity sweep sweep.toml --out {folder}", report.facts["command"]],
        {
            "Sweep (SHA-256)": report.facts["sweep_sha256"],
            "Base scenario (SHA-256)": base,
            "Code (SHA-256)": report.facts["code_sha256"],
            **{"Parity" if name == "parity" else str(name): version for name, version in versions.items()},
        },
        {"sweep.toml, the sweep as it was run, with everything it builds on": sweep.to_toml()},
    )
    report.page.text(
        "The file stands on its own: the base scenario is written out in it. The same sweep, code and libraries give "
        "the same numbers, to the last digit."
    )

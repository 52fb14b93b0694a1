"""The report of a study: page, figures and tables, all from results. Headings are fixed, sentences are not."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from sim.report.bundle import Report
from sim.report.numbers import count
from sim.report.tables_out import Column, Table
from sim.studies import chapters, wording
from sim.studies.results import Results, analyse

if TYPE_CHECKING:
    from sim.studies.data import StudyData


def write_report(data: StudyData, folder: str | Path, *, command: str = "") -> Path:
    """Analyse a study's data and write its report; an earlier report in the folder is replaced. Returns the page."""
    return build(analyse(data), command=command).save(folder, force=True)


def build(results: Results, *, command: str = "") -> Report:
    """Lay out the report of results."""
    study, facts = results.data.study, results.data.facts
    command = command or f"parity study {study.name}{' --fast' if study.fast else ''}"
    report = Report(
        study.title + (" (short version: no result)" if study.fast else ""),
        lead=study.question,
        kicker="Parity study",
        footer="Sentences are made from the results by rules that stand in the study file.",
        facts={
            "parity": metadata.version("parity-sim"),
            "command": command,
            **facts,
            "short_version": study.fast,
        },
    )
    _warn(report, results)
    _summary(report, results)
    chapters.gates(report, results)
    chapters.cells(report, results)
    chapters.paths(report, results)
    chapters.knockout(report, results)
    chapters.control(report, results)
    chapters.backfire(report, results)
    chapters.more(report, results)
    _limits(report, results)
    _ranges(report, results)
    _reproduce(report, results, command)
    return report


# -- the sections ------------------------------------------------------------------------------------------------------


def _warn(report: Report, results: Results) -> None:
    if results.data.study.fast:
        report.page.box(
            "warning", "This is no result",
            "This is the short version: few seeds, short runs, small populations. It shows that every step works. "
            "Verdicts below are what the rules make of far too few runs; do not cite them.",
        )  # fmt: skip
    if results.data.failures:
        told = [
            f"{part}: {count(number, 'run')} failed and is left out"
            for part, number in results.data.failures.items()
        ]
        report.page.box("warning", "Runs failed", told)


def _summary(report: Report, results: Results) -> None:
    report.page.section("What came out", key="summary")
    headline = [one for one in results.verdicts if one.statement.headline]
    report.say(wording.summary(results.verdicts))
    report.say(wording.gate(results.gates))
    report.table(
        "headline-statements",
        chapters.verdict_table(
            headline,
            "Headline statements. Claims are hypotheses to be judged, not findings.",
            fast=results.data.study.fast,
        ),
    )


def _limits(report: Report, results: Results) -> None:
    limits = results.data.study.limits
    report.page.section("What this cannot say", key="limits")
    report.page.box(
        "note", "What this cannot say", wording.limits(limits["always"], results.gates, results.verdicts)
    )
    if "disclosure" in limits:
        report.page.text(limits["disclosure"])


def _ranges(report: Report, results: Results) -> None:
    import pandas as pd

    rows = [
        {"part": name, "what": results.data.study.parts[name]["title"], "runs": len(runs)}
        for name, runs in results.data.runs.items()
    ]
    report.page.section("What was run", key="runs")
    table = pd.DataFrame(rows)
    report.say(f"{count(int(table['runs'].sum()), 'run')} in {count(len(table), 'part')}.")
    report.table(
        "parts",
        Table(table, (Column("part", code=True), Column("what"), Column("runs")), "Parts of the study."),
    )


def _reproduce(report: Report, results: Results, command: str) -> None:
    study = results.data.study
    report.page.reproduce([command], report.facts, dict(study.files))

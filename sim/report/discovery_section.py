"""Section on scenario discovery: what ``parity discover`` left in the sweep's directory, or was asked for here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.report import discovery_figures
from sim.report.bundle import Report
from sim.report.labels import Labels, file_name
from sim.report.markup import code
from sim.report.numbers import count, listed, number, percent
from sim.report.sweep_material import Material
from sim.report.tables_out import Column, Table

if TYPE_CHECKING:
    import pandas as pd

#: Most leaves of CART that the page shows.
LEAVES = 8


@dataclass(frozen=True)
class Finding:
    """One discovery, from memory or from files.

    Attributes
    ----------
    name
        Of its files.
    condition
        What was asked for; an empty text if the files do not say.
    limits
        One row a limit, index ``factor``: ``kind, low, high, whole_low, whole_high, quasi_p_low, quasi_p_high, labels,
        whole_labels``.
    trajectory, leaves
        PRIM's boxes and CART's leaves, or nothing.
    remarks
        Sentences to stand beside it.

    """

    name: str
    condition: str
    limits: pd.DataFrame
    trajectory: pd.DataFrame | None = None
    leaves: pd.DataFrame | None = None
    remarks: tuple[str, ...] = field(default=())

    @property
    def chosen(self) -> dict[str, Any] | None:
        """Coverage, density and mass of the chosen box."""
        for table in (self.trajectory, self.leaves):
            if table is not None and table["chosen"].any():
                row = table[table["chosen"]].iloc[0]
                return {str(key): value for key, value in row.items()}
        return None


def discovery(report: Report, material: Material, conditions: Sequence[str] = ()) -> None:
    """Add the section, if there is a discovery.

    Raises
    ------
    AnalysisError
        If one of ``conditions`` is faulty, or holds in no case or all.

    """
    findings = [*_asked(material, conditions), *_left(material.data.directory)]
    if not findings:
        return
    report.page.section("Where a condition holds", key="discovery")
    for finding in findings:
        title = code(finding.condition) if finding.condition else finding.name
        if len(findings) > 1:
            report.page.section(title, level=3, key=f"discovery-{finding.name}")
        _tell(report, finding, material.labels)


def _tell(report: Report, finding: Finding, labels: Labels) -> None:
    asked = (
        f"the condition {code(finding.condition)} holds"
        if finding.condition
        else "the condition of the discovery holds"
    )
    box = finding.chosen
    if finding.limits.empty or box is None:
        report.say(f"No limits on the factors tell where {asked}.")
    else:
        report.say(
            f"{asked[0].upper()}{asked[1:]} in {percent(float(box['density']))} of the cases in which "
            f"{listed(_words(finding.limits))}; these limits contain {percent(float(box['coverage']))} of all cases in "
            f"which it does, in {percent(float(box['mass']))} of the space."
        )
    if finding.limits.empty and finding.trajectory is None:
        return
    name = file_name(finding.name)
    report.figure(
        f"discovery-{name}", discovery_figures.box(finding.limits, finding.trajectory, labels),
        caption="Peeling trajectory of PRIM: every box, from the whole space at the right; the chosen one is circled. "
        "Beside it, what the chosen box leaves of each factor's range."
        if finding.trajectory is not None else "What the chosen box leaves of each factor's range.",
        alternative=f"A box restricts {listed(map(str, finding.limits.index)) or 'nothing'}.",
    )  # fmt: skip
    if not finding.limits.empty:
        report.table(f"discovery-{name}", _limits(finding.limits, labels))
    if finding.trajectory is not None:
        report.table(f"discovery-{name}-trajectory", _trajectory(finding.trajectory), show=False)
    if finding.leaves is not None and len(finding.leaves):
        report.table(f"discovery-{name}-leaves", _leaves(finding.leaves))
    if finding.remarks:
        report.page.box("note", "Remarks", [f"{text[0].upper()}{text[1:]}" for text in finding.remarks])


# -- where it comes from -------------------------------------------------------------------------------------------


def _asked(material: Material, conditions: Sequence[str]) -> list[Finding]:
    from sim.analysis.discovery import discover

    findings = []
    for place, text in enumerate(conditions, 1):
        found = discover(material.runs, material.data, text, base=material.data.base)
        name = "asked" if len(conditions) == 1 else f"asked-{place}"
        findings.append(Finding(name, text, found.box.table, found.trajectory, found.leaves, found.remarks))
    return findings


def _left(directory: Path | None) -> list[Finding]:
    """Discoveries in ``DIR/analysis``, by the names of their files."""
    import pandas as pd

    folder = directory / "analysis" if directory is not None else None
    if folder is None or not folder.is_dir():
        return []
    findings = []
    for path in sorted(folder.glob("*.csv")):
        head = path.read_text(encoding="utf-8", errors="replace").partition("\n")[0].split(",")
        if not {"factor", "whole_low", "quasi_p_low"} <= set(head):
            continue
        limits = pd.read_csv(path).set_index("factor")
        limits = limits.astype(dict.fromkeys(("labels", "whole_labels"), object))
        told = _told(path)
        findings.append(
            Finding(
                path.stem, str(told.get("condition", "")), limits,
                _table(path, "trajectory"), _table(path, "leaves"), tuple(told.get("remarks", ())),
            )
        )  # fmt: skip
    return findings


def _table(path: Path, what: str) -> pd.DataFrame | None:
    import pandas as pd

    from sim.recording.store import StoreError

    file = path.with_name(f"{path.stem}-{what}.csv")
    try:
        return pd.read_csv(file) if file.exists() else None
    except (OSError, ValueError) as error:
        raise StoreError(f"{file} cannot be read: {error}") from None


def _told(path: Path) -> dict[str, Any]:
    """What is known about a discovery besides its tables."""
    import tomllib

    from sim.recording.store import StoreError

    try:
        if (file := path.with_suffix(".json")).exists():
            told = json.loads(file.read_bytes())
            return told if isinstance(told, dict) else {}
        if (file := path.with_suffix(".toml")).exists():
            about = str(tomllib.loads(file.read_text(encoding="utf-8")).get("description", ""))
            return {"condition": about.partition(" for: ")[2]}
    except (OSError, ValueError) as error:
        raise StoreError(f"{file} cannot be read: {error}") from None
    return {}


# -- words and tables ----------------------------------------------------------------------------------------------


def _words(limits: pd.DataFrame) -> list[str]:
    return [f"{code(factor)} is {_limit(row)}" for factor, row in limits.iterrows()]


def _limit(row: Any) -> str:
    """A limit in words: ``at least 0.3``, ``0.1 to 0.4``, ``strategic or none``."""
    if not np.isfinite(_float(row["low"])):
        return listed(str(row["labels"]).split("|"), "or")
    low, high = number(row["low"]), number(row["high"])
    if row["low"] == row["whole_low"]:
        return f"at most {high}"
    return f"at least {low}" if row["high"] == row["whole_high"] else f"{low} to {high}"


def _whole(row: Any) -> str:
    if not np.isfinite(_float(row["low"])):
        return ", ".join(str(row["whole_labels"]).split("|"))
    return f"{number(row['whole_low'])} to {number(row['whole_high'])}"


def _float(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _limits(limits: pd.DataFrame, labels: Labels) -> Table:
    frame = limits.reset_index()
    frame["limit"] = [_limit(row) for _, row in limits.iterrows()]
    frame["of"] = [_whole(row) for _, row in limits.iterrows()]
    frame["description"] = [labels.factor(str(name)).text for name in limits.index]
    frame["unit"] = [labels.factor(str(name)).unit for name in limits.index]
    frame["quasi_p"] = limits[["quasi_p_low", "quasi_p_high"]].max(axis=1).to_numpy()
    columns = [
        Column("factor", "Factor", code=True), Column("description", "What it is"), Column("limit", "In the box"),
        Column("of", "Of"), Column("unit", "Unit"), Column("quasi_p", "Quasi-p", digits=2),
    ]  # fmt: skip
    kept = [c for c in columns if not (frame[c.name].isna().all() or (frame[c.name] == "").all())]
    return Table(
        frame, tuple(kept), caption="Limits of the chosen box.",
        under="Quasi-p: how easily luck would make the limit (the larger of its two ends); above 0.05 it is doubtful.",
    )  # fmt: skip


def _trajectory(frame: pd.DataFrame) -> Table:
    shown = frame if "box" in frame else frame.reset_index()
    columns = tuple(Column(name) for name in ("box", "density", "coverage", "mass", "cases", "factors"))
    return Table(shown, columns, caption="Boxes of PRIM.")


def _leaves(frame: pd.DataFrame) -> Table:
    shown = (frame if "leaf" in frame else frame.reset_index()).sort_values(
        "density", ascending=False, kind="stable"
    )
    columns = (
        Column("limits", "Limits"), Column("density", "Density"), Column("coverage", "Coverage"),
        Column("mass", "Mass"), Column("cases", "Cases"),
    )  # fmt: skip
    rest = f" The first {LEAVES} of {count(len(shown), 'leaf', 'leaves')}." if len(shown) > LEAVES else ""
    return Table(
        shown.head(LEAVES).reset_index(drop=True),
        columns,
        caption=f"Densest leaves of CART, as a check.{rest}",
    )

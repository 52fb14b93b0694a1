"""The design from a sweep file, checked against its kind and the factors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.experiments.sweep.designs import KINDS, Design
from sim.experiments.sweep.factors import BASE, Factor
from sim.experiments.sweep.reading.findings import Findings
from sim.experiments.sweep.reading.tables import DesignTable
from sim.scenario.problems import did_you_mean, show

#: Keys that each kind of design uses besides kind and seed.
USES: dict[str, tuple[str, ...]] = {
    "grid": ("levels",),
    "list": ("rows",),
    "latin-hypercube": ("samples",),
    "sobol": ("samples", "second_order", "grouped"),
    "morris": ("samples", "levels", "grouped"),
    "one-at-a-time": ("levels",),
}
_NEEDS = {"list": "rows", "latin-hypercube": "samples", "sobol": "samples", "morris": "samples"}
#: More rows than anybody runs: mostly a grid of too many factors.
MOST_ROWS = 10_000_000
_MOST_SOBOL_FACTORS = (
    10_600  # scipy's direction numbers reach 21,201 dimensions; Saltelli's scheme takes two each
)


def read_design(findings: Findings, data: Any, seed: int) -> Design | None:
    """Return the design, or nothing if it is wrong; ``seed`` is that of the sweep."""
    path = ("design",)
    if data is None:
        findings.add(path, "no design", f"a table [design] with kind = one of {', '.join(KINDS)}")
        return None
    before = len(findings.problems)
    table, wrong = findings.table(DesignTable, data, path)
    if table is None:
        return None
    kind, given = table.kind, table.model_fields_set
    for name in ("samples", "second_order", "levels", "grouped", "rows"):
        if name in given and name not in USES[kind]:
            users = [other for other, uses in USES.items() if name in uses]
            findings.add((*path, name), f"{name} with {kind}", f"{name} only with {', '.join(users)}")
    need = _NEEDS.get(kind)
    if need is not None and need not in given | wrong:
        findings.add(
            path, f"{kind} without {need}", "rows = [{...}, ...]" if need == "rows" else "samples = ..."
        )
    if kind == "sobol" and table.samples is not None and table.samples & (table.samples - 1):
        below = 1 << (table.samples.bit_length() - 1)
        allowed = f"a power of 2, such as {below} or {2 * below}"
        findings.add(
            (*path, "samples"), str(table.samples), allowed, "Sobol' points are balanced in powers of 2 only"
        )
    if kind == "latin-hypercube" and table.samples == 1:
        findings.add((*path, "samples"), "1", "at least 2 points")
    if kind == "morris" and table.levels % 2:
        findings.add((*path, "levels"), str(table.levels), "an even number of levels")
    if kind == "list" and table.rows is not None and not table.rows:
        findings.add((*path, "rows"), "an empty list", "at least one row")
    if wrong or len(findings.problems) > before:
        return None
    return Design(
        kind=kind,
        samples=table.samples,
        second_order=table.second_order,
        levels=table.levels,
        seed=seed if table.seed is None else table.seed,
        grouped=table.grouped,
        rows=table.rows or (),
    )


def check_design(
    findings: Findings, design: Design, factors: Sequence[Factor], headers: Sequence[str]
) -> None:
    """Note what a design and the factors do not agree on."""
    path = ("design",)
    if design.grouped and not any(factor.group for factor in factors):
        findings.add((*path, "grouped"), "true, and no factor has a group", 'group = "..." in the factors')
    elif design.grouped and len(set(design.groups(factors))) < 2:
        findings.add((*path, "grouped"), "one group that holds all factors", "at least two groups")
    names = {factor.name for factor in factors}
    clash = sorted({factor.group for factor in factors if factor.group and factor.group in names})
    for factor, header in zip(factors, headers, strict=True):
        if design.grouped and factor.group in clash and factor.group != factor.name:
            findings.add(("factors", header, "group"), show(factor.group), "a group that is no factor's name")
    if design.kind == "sobol" and len(factors) > _MOST_SOBOL_FACTORS:
        findings.add(
            ("factors",), f"{len(factors)} factors", f"at most {_MOST_SOBOL_FACTORS} in a sobol design"
        )
    if design.kind == "list":
        _check_rows(findings, design, factors)
    elif (count := design.count(factors)) > MOST_ROWS:
        hint = "a latin-hypercube covers many factors with few rows" if design.kind == "grid" else ""
        findings.add(path, f"{count:,} rows", f"at most {MOST_ROWS:,}", hint)


def _check_rows(findings: Findings, design: Design, factors: Sequence[Factor]) -> None:
    by_name = {factor.name: factor for factor in factors}
    for place, row in enumerate(design.rows):
        path = ("design", "rows", place)
        for name, value in row.items():
            if name not in by_name:
                findings.add(
                    (*path, name),
                    "no such factor",
                    f"one of {', '.join(by_name)}",
                    did_you_mean(name, by_name),
                )
            elif (allowed := _outside(by_name[name], value)) is not None:
                findings.add((*path, name), show(value), allowed)
        for name, factor in by_name.items():
            if name not in row and factor.default is None:
                findings.add(
                    path,
                    f"no {name}, which has no base value",
                    f"{name} = ..., or default = ... in the factor",
                )


def _outside(factor: Factor, value: Any) -> str | None:
    """What a factor takes, if it does not take a value."""
    if factor.values is not None:
        known = [*factor.values, *([BASE] if factor.settings or factor.scenarios else [])]
        kind = isinstance(value, bool)
        same = any(one == value and isinstance(one, bool) == kind for one in known)
        return None if same else f"one of {', '.join(show(one) for one in known)}"
    whole = factor.kind == "integer"
    fits = not isinstance(value, bool) and isinstance(value, int if whole else int | float)
    if fits and factor.low is not None and factor.high is not None and factor.low <= value <= factor.high:
        return None
    return f"a {'whole ' if whole else ''}number from {factor.low:g} to {factor.high:g}, the factor's range"

"""Parameters, outputs and strategies as HTML tables and CSV files."""

from __future__ import annotations

import csv
import html
import inspect
import io
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import sim
from sim.scenario.catalogue import ParameterInfo, parameters
from viz.explain.docstrings import modules

PARAMETER_HEADS = (
    "Key",
    "Symbol",
    "Unit",
    "Default",
    "Allowed",
    "Status",
    "Where it comes from",
    "What it is",
)
OUTPUT_HEADS = ("Name", "Unit", "What it is")


def words(value: Any) -> str:
    """A default as a reader of scenario files knows it."""
    if value is None:
        return "given or computed"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def allowed(info: ParameterInfo) -> str:
    """Bounds or choices in words."""
    if info.choices:
        return ", ".join(info.choices)
    low, high = info.minimum, info.maximum
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    if low is not None:
        return f"from {low:g}"
    return f"up to {high:g}" if high is not None else info.kind


def parameter_row(info: ParameterInfo) -> tuple[str, ...]:
    """One parameter in the order of :data:`PARAMETER_HEADS`."""
    return (
        info.key, info.symbol, info.unit, words(info.default), allowed(info), info.status_text, info.provenance,
        info.description,
    )  # fmt: skip


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], caption: str, anchor: str) -> str:
    """An HTML table whose rows the search box can hide; each row has an id that begins with ``anchor``."""
    head = "".join(f'<th scope="col">{html.escape(each)}</th>' for each in heads)
    body = []
    for row in rows:
        found = html.escape(" ".join(row).lower(), quote=True)
        # A narrow table breaks a key after its dots and underscores.
        key = re.sub(r"([._])(?=.)", r"\1<wbr>", html.escape(row[0]))
        first = f'<th scope="row"><code>{key}</code></th>'
        rest = "".join(f"<td>{html.escape(each)}</td>" for each in row[1:])
        name = html.escape(f"{anchor}-{row[0]}", quote=True)
        body.append(f'<tr id="{name}" data-find="{found}">{first}{rest}</tr>')
    return (
        f'<div class="parity-wide" tabindex="0" role="region" aria-label="{html.escape(caption, quote=True)}">'
        f'<table class="parity"><caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def parameter_sections() -> list[tuple[str, str, str]]:
    """Section, the mechanism module of that name (or nothing), and its table."""
    names = {each.name for each in modules()}
    found = []
    for section, members in groupby(parameters(), key=lambda info: info.section):
        rows = [parameter_row(info) for info in members]
        module = section if section in names else ""
        found.append((section, module, table(PARAMETER_HEADS, rows, f"Parameters of {section}", "parameter")))
    return found


def output_groups() -> list[tuple[str, str]]:
    """Group and its table."""
    groups: dict[str, list[tuple[str, ...]]] = {}
    for each in sim.OUTPUTS.values():
        groups.setdefault(each.group, []).append((each.name, each.unit, each.description))
    return [(name, table(OUTPUT_HEADS, rows, f"Outputs: {name}", "output")) for name, rows in groups.items()]


def strategies() -> list[tuple[str, str]]:
    """Kind of strategy and the table of the registered ones."""
    found = []
    for registry in (sim.claim_policies, sim.valuation_rules, sim.social_rules):
        rows = [(name, _first_line(registry, name)) for name in registry.names()]
        found.append(
            (
                registry.kind,
                table(
                    ("Name", "What it does"),
                    rows,
                    f"Registered: {registry.kind}",
                    f"strategy-{registry.kind.replace(' ', '-')}",
                ),
            )
        )
    return found


def _first_line(registry: Any, name: str) -> str:
    sim.NarrativeModel  # noqa: B018 - the modules that define the shipped ones are imported with the model
    try:
        doc = inspect.getdoc(registry.get(name)) or ""
    except LookupError:
        return "Part of the model itself."
    return doc.split("\n\n")[0].replace("\n", " ").replace("``", "")


def parameters_csv() -> str:
    """Every parameter, for spreadsheets."""
    heads = [each.lower().replace(" ", "_") for each in PARAMETER_HEADS]
    return _csv(heads, (parameter_row(info) for info in parameters()))


def outputs_csv() -> str:
    """Every output, for spreadsheets."""
    rows = ((each.name, each.unit, each.group, each.description) for each in sim.OUTPUTS.values())
    return _csv(["name", "unit", "group", "description"], rows)


def _csv(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return text.getvalue()

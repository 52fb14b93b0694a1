"""Write docs/parameters.md, docs/outputs.md and docs/states.md from the code.

``python docs/generate.py`` writes them; with ``--check`` nothing is written and the exit code is 1 if a file
on disk is not what the code says now. The text depends on nothing but the code.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
# The documentation is that of this checkout, not of a version that happens to be installed.
sys.path.insert(0, str(FOLDER.parent))

from pydantic_core import PydanticUndefined  # noqa: E402

from sim.agents import (  # noqa: E402
    ChipVendor,
    Column,
    Commentator,
    Community,
    Investor,
    Lab,
    Policymaker,
    Receiver,
    Source,
)
from sim.recording.event_log import EVENT_COLUMNS  # noqa: E402
from sim.recording.outputs import OUTPUTS  # noqa: E402
from sim.recording.tables import EVENT_NUMBERS, KEYS  # noqa: E402
from sim.registry import claim_policies, social_rules, valuation_rules  # noqa: E402
from sim.scenario import ParameterInfo, Scenario, parameters  # noqa: E402
from sim.scenario.events import EVENT_MODELS, EventBase  # noqa: E402
from sim.scenario.explain import bounds  # noqa: E402
from sim.scenario.parameter import STATUS  # noqa: E402

REMARK = "<!-- Written by docs/generate.py from the code; edit the code, then run it again. -->"

PARAMETERS = """\
# Parameters

Every parameter of a scenario: the key as it stands in a TOML file or after `--set`, its symbol in
[odd.md](odd.md), unit, default, the range that is accepted, status, what it is, and where the default comes
from. `<name>` stands for any entry of a named table. Rates per year are multiplied by 1/52 a week; a hazard
becomes the probability 1 − exp(−rate/52). `parity scenario show baseline` prints the same facts for one
scenario.
"""
TUNED = (
    "None is estimated statistically. Where a provenance says *tuned*, the value was set so that one named "
    "quantity comes out."
)
SERIES = """\
# Outputs

Columns of `series.parquet`: one row a replicate and week. Gaps and closing speeds are US minus Chinese labs,
whichever bloc controls. Besides the outputs each row has {keys}.
An empty cell is a value that is not defined; `manifest.json` says why. `sim.OUTPUTS` holds the same list.
"""
STATES = """\
# State variables

The columns in which agents keep their state, one value (or a small array, see *per agent*) for each agent and
world. Those of institutions (benchmark office, media, control regime, market) are in [odd.md](odd.md).
"""

#: Named tables of a scenario: where their entries are, and what an entry is called.
TABLES = (
    ("labs", "lab"),
    ("sources", "source"),
    ("benchmarks.sets", "set"),
    ("adoption.segments", "segment"),
)

#: What the columns of the events table hold.
EVENT_MEANING = {
    "replicate": "number of the replicate",
    "seed": "its seed",
    "week": "week of the event; negative in the burn-in",
    "date": "first day of that week",
    "type": "kind of event",
    "origin": "`model`, or `scenario` for a dated event",
    "source": "who acts or speaks",
    "target": "what or whom it is about: test set, instrument, source spoken about",
    "quantity": "what `value` is",
    "narrative": "kind of claim",
    "value": "stated value, score, released capability, new strictness, mark: see `quantity`",
    "bias": "part of a claim's value that is bias; only the source and the experimenter know it",
    "effect": "surprise of an evaluation, change of strictness, money raised",
}


def cell(value: Any) -> str:
    """Text that can stand in a table cell."""
    return " ".join(str(value).split()).replace("|", "\\|") or " "


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """A Markdown table."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return [*lines, *(f"| {' | '.join(map(cell, row))} |" for row in rows), ""]


def number(value: Any) -> str:
    """A value as a scenario file would have it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)


def pure(unit: str) -> str:
    """A unit; a pure number has none."""
    return "" if unit == "1" else unit


# -- parameters -------------------------------------------------------------------------------------------


def parameter_pages() -> str:
    """All parameters by section, then the shipped entries of named tables, then the fields of events."""
    known = list(parameters())
    lines = [REMARK, "", PARAMETERS, *table(("status", "meaning", "parameters"), _statuses(known))]
    lines += [f"{len(known)} parameters. {TUNED}", ""]
    for section, field in Scenario.model_fields.items():
        mine = [one for one in known if one.section == section]
        if mine:
            lines += [f"## {section}", "", field.description or "", ""]
            lines += table(
                ("key", "symbol", "unit", "default", "range", "status", "description", "provenance"),
                map(_row, mine),
            )
    lines += ["## Entries of the baseline", "", "Named tables as they are in the baseline.", ""]
    for path, kind in TABLES:
        lines += _entries(path, kind)
    lines += [
        "## Events", "",
        "An event is an entry `[[events]]` with a `type`. All types share these fields:", "",
        *table(("field", "default", "range", "description"), _fields(EventBase, without=())),
    ]  # fmt: skip
    for name, model in EVENT_MODELS.items():
        shown = list(_fields(model, without=("type", *EventBase.model_fields)))
        lines += [f"### {name}", "", (model.__doc__ or "").strip(), ""]
        lines += table(("field", "default", "range", "description"), shown) if shown else []
    return "\n".join(lines).rstrip() + "\n"


def _statuses(known: Sequence[ParameterInfo]) -> Iterable[tuple[str, str, int]]:
    for letter, meaning in STATUS.items():
        yield letter, meaning, sum(one.status == letter for one in known)


def _row(one: ParameterInfo) -> tuple[str, ...]:
    default = "given by every entry" if one.default is None and "<name>" in one.key else number(one.default)
    return (
        f"`{one.key}`", one.symbol, pure(one.unit), default, _range(one), one.status, one.description,
        one.provenance,
    )  # fmt: skip


def _range(one: ParameterInfo) -> str:
    if one.choices:
        return ", ".join(_shipped(one.choices))
    if one.kind == "switch":
        return "true, false"
    return _between(one.minimum, one.maximum)


def _between(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    return f"{number(None if low is None else float(low))} to {number(None if high is None else float(high))}"


def _shipped(choices: Iterable[str]) -> list[str]:
    """Choices without strategies that plug-ins of this machine registered."""
    added: set[str] = set()
    for registry in (claim_policies, valuation_rules, social_rules):
        added |= set(registry.names()) - set(registry.builtin)
    return [choice for choice in choices if choice not in added]


def _entries(path: str, kind: str) -> list[str]:
    held: Any = Scenario()
    for part in path.split("."):
        held = getattr(held, part)
    fields = list(type(next(iter(held.values()))).model_fields)
    rows = [
        (f"`{name}`", *(number(getattr(entry, field)) for field in fields)) for name, entry in held.items()
    ]
    return [f"### {path}", "", *table((kind, *fields), rows)]


def _fields(model: type[EventBase], without: Sequence[str]) -> Iterable[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        if name not in without:
            default = "required" if field.default is PydanticUndefined else number(field.default)
            choices = getattr(field.annotation, "__args__", ())
            words = [str(one) for one in choices if isinstance(one, str | int)]
            yield f"`{name}`", default, ", ".join(words) or _between(*bounds(field)), field.description or ""


# -- outputs ----------------------------------------------------------------------------------------------


def output_pages() -> str:
    """All registered outputs by group, and the columns of the other tables."""
    keys = ", ".join(f"`{key}`" for key in KEYS)
    lines = [REMARK, "", SERIES.format(keys=keys), f"{len(OUTPUTS)} outputs.", ""]
    for group in dict.fromkeys(one.group for one in OUTPUTS.values()):
        rows = [
            (f"`{one.name}`", pure(one.unit), one.description)
            for one in OUTPUTS.values()
            if one.group == group
        ]
        lines += [f"## {group}", "", *table(("name", "unit", "description"), rows)]
    kinds = [
        (
            f"`{name}`",
            "number" if name in EVENT_NUMBERS else "key" if name in KEYS else "text",
            EVENT_MEANING[name],
        )
        for name in EVENT_COLUMNS
    ]
    lines += ["## Events", "", "Columns of `events.parquet`: one row an event.", ""]
    lines += table(("column", "kind", "meaning"), kinds)
    return "\n".join(lines).rstrip() + "\n"


# -- state variables --------------------------------------------------------------------------------------

#: Kinds of agents: the class, and the classes whose variables it has besides its own.
KINDS: tuple[tuple[type, str, tuple[type, ...]], ...] = (
    (Lab, "Lab", (Source,)),
    (ChipVendor, "Chip vendor", (Source,)),
    (Commentator, "Other source", (Source,)),
    (Source, "All sources of claims (labs, chip vendor, others)", ()),
    (Investor, "Investor", (Receiver,)),
    (Policymaker, "Policymaker", (Receiver,)),
    (Community, "Community", (Receiver,)),
    (Receiver, "All receivers (investors, policymakers, communities)", ()),
)


def state_pages() -> str:
    """State variables by kind of agent."""
    lines = [REMARK, "", STATES]
    for kind, title, parts in KINDS:
        own = [value for name, value in vars(kind).items() if isinstance(value, Column)]
        lines += [f"## {title}", "", _first_paragraph(kind), ""]
        lines += (
            table(("variable", "per agent", "unit", "default", "description"), map(_state, own))
            if own
            else []
        )
        for part in parts:
            named = "receivers" if part is Receiver else "sources of claims"
            lines += [f"{'Also' if own else 'Only'} the variables of all {named}, below.", ""]
    return "\n".join(lines).rstrip() + "\n"


def _first_paragraph(kind: type) -> str:
    return " ".join((kind.__doc__ or "").strip().split("\n\n")[0].split())


def _state(column: Column) -> tuple[str, ...]:
    size = " × ".join(map(str, column.shape)) or "1"
    return f"`{column.name}`", size, pure(column.unit), number(column.fill), column.description


# -- files ------------------------------------------------------------------------------------------------

PAGES = {"parameters.md": parameter_pages, "outputs.md": output_pages, "states.md": state_pages}


def stale() -> dict[str, str]:
    """Text of every page that is not on disk as it should be, by file name."""
    found = {}
    for name, write in PAGES.items():
        text, path = write(), FOLDER / name
        if not path.is_file() or path.read_bytes() != text.encode():
            found[name] = text
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the pages; returns the exit code."""
    parser = argparse.ArgumentParser(description="Write the generated pages of the documentation.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 if a page is stale")
    check = parser.parse_args(arguments).check
    found = stale()
    for name, text in found.items():
        if check:
            print(f"docs/{name} is stale; run: uv run python docs/generate.py", file=sys.stderr)
        else:
            (FOLDER / name).write_bytes(text.encode())
            print(f"wrote docs/{name}")
    return 1 if check and found else 0


if __name__ == "__main__":
    sys.exit(main())

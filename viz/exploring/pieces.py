"""Small parts of the sweep explorer: tables, commands, notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import solara

from viz.shell import Bar, escape

if TYPE_CHECKING:
    import pandas as pd

STYLE = """
.parity-explore{display:grid;grid-template-columns:minmax(0,5fr) minmax(270px,2fr);gap:12px;align-items:start}
@media (max-width:1000px){.parity-explore{grid-template-columns:minmax(0,1fr)}}
.parity-explore .v-text-field__details,.parity-picker .v-text-field__details,
.parity-explore .v-input--checkbox .v-messages{display:none}
.parity-explore .v-input--checkbox{margin-top:0;padding-top:0}
.parity-which{display:grid;grid-template-columns:1fr 1fr;gap:12px;padding-top:12px}
.parity-explore .v-input__slot{margin-bottom:0!important}
.parity-explore .parity-box strong{font-weight:600}
.parity-controls{margin-top:10px;display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:14px 12px}
.parity-command{font-family:monospace;font-size:.78rem;white-space:pre-wrap;overflow-wrap:anywhere;
 border:1px solid rgba(127,127,127,.45);border-radius:4px;padding:6px 8px;margin:0;user-select:all}
.parity-note{font-size:.85rem;opacity:.85}
.parity-scroll{max-height:420px;overflow:auto}
.parity-lines{margin:0;padding-left:1.2em;font-size:.9rem}
.parity-file{max-height:320px;overflow:auto;user-select:text}
.parity-shelf{display:grid;grid-template-columns:repeat(auto-fill,minmax(330px,1fr));gap:12px}
.parity-shelf .v-btn{justify-content:flex-start;text-transform:none;letter-spacing:0;height:auto!important;
 font-weight:400;line-height:1.45;
 padding:10px 12px!important;white-space:normal;text-align:left}
.parity-shelf strong{font-weight:600}
.parity-shelf .v-btn__content{display:block;white-space:normal;flex:1}
"""


@solara.component
def Note(text: str) -> None:
    """A remark in small type."""
    solara.HTML(tag="div", unsafe_innerHTML=escape(text), classes=["parity-note"])


@solara.component
def Lines(texts: Sequence[str], label: str) -> None:
    """Short sentences, one below another."""
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    solara.HTML(tag="ul", unsafe_innerHTML=items, classes=["parity-lines"], attributes={"aria-label": label})


@solara.component
def Working(words: str) -> None:
    """What is being computed."""
    Bar(words)
    solara.HTML(tag="div", unsafe_innerHTML=escape(words), attributes={"role": "status"})


@solara.component
def Command(text: str, label: str = "Command") -> None:
    """A command that a click selects as a whole."""
    solara.HTML(tag="div", unsafe_innerHTML=escape(label), classes=["parity-note"])
    solara.HTML(
        tag="pre", unsafe_innerHTML=escape(text), classes=["parity-command"],
        attributes={"tabindex": "0", "role": "group", "aria-label": f"{label}: {text}"},
    )  # fmt: skip


@solara.component
def Table(lines: Sequence[Mapping[str, Any]], label: str, numbers: Sequence[str] = ()) -> None:
    """Rows of texts as a table; columns in ``numbers`` are set right."""
    solara.HTML(tag="div", unsafe_innerHTML=html_table(lines, label, numbers), classes=["parity-scroll"])


def html_table(lines: Sequence[Mapping[str, Any]], label: str, numbers: Sequence[str] = ()) -> str:
    """A table as HTML; everything in it is escaped."""
    if not lines:
        return ""
    columns = list(lines[0])
    right = dict.fromkeys(numbers, " class='number'")
    head = "".join(f"<th scope='col'{right.get(name, '')}>{escape(name)}</th>" for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td{right.get(name, '')}>{escape(str(line[name]))}</td>" for name in columns) + "</tr>"
        for line in lines
    )  # fmt: skip
    head = f"<thead><tr>{head}</tr></thead>"
    return f"<table class='parity' aria-label='{escape(label)}'>{head}<tbody>{body}</tbody></table>"


def shown(table: pd.DataFrame, index: bool = True) -> list[dict[str, str]]:
    """Rows of a table as texts, numbers with four digits, nothing where a number is not defined."""
    held = table.reset_index() if index else table
    return [
        {heading(str(key)): cell(value) for key, value in line.items()} for line in held.to_dict("records")
    ]


def heading(name: str) -> str:
    """Name of a column in words: ``share_low`` becomes ``share, low end``."""
    for end in ("low", "high"):
        if name.endswith(f"_{end}"):
            return f"{name.removesuffix(f'_{end}').replace('_', ' ')}, {end} end"
    return name.replace("_", " ")


def cell(value: Any) -> str:
    """A value of a table in words."""
    value = value.item() if hasattr(value, "item") else value
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)

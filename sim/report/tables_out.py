"""Tables of a report: in the page, as CSV for programs, as LaTeX for papers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report import numbers
from sim.report.markup import escape, inline, words

if TYPE_CHECKING:
    import pandas as pd

#: Rows from which a LaTeX table may break over pages.
LONG = 40
#: Size, against the largest of the column and against 1, below which a number is what rounding left of a zero.
RESIDUE = 1e-13
#: Letters from which a text, or a name in code, gets a column wide enough to read on a phone.
LONG_TEXT, LONG_NAME = 36, 18

_TEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": "$<$", ">": "$>$", "|": "$|$",
    "\N{NO-BREAK SPACE}": "~", "→": r"$\to$", "×": r"$\times$", "′": "'", "δ": r"$\delta$", "ε": r"$\epsilon$",
    numbers.MINUS: "$-$", numbers.DASH: "--", "\N{INFINITY}": r"$\infty$",
    "±": r"$\pm$", "≤": r"$\leq$", "≥": r"$\geq$", "≈": r"$\approx$", "…": r"\ldots{}", "·": r"$\cdot$",
    "µ": r"$\mu$", "μ": r"$\mu$", "σ": r"$\sigma$", "κ": r"$\kappa$", "ψ": r"$\psi$", "λ": r"$\lambda$",
    "ρ": r"$\rho$", "τ": r"$\tau$", "ω": r"$\omega$", "χ": r"$\chi$", "ζ": r"$\zeta$", "β": r"$\beta$", "★": "*",
}  # fmt: skip
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table as readers see it.

    Attributes
    ----------
    name
        Column of the frame.
    label, unit
        Heading (default: the name) and unit below it.
    digits
        Significant digits of numbers.
    low, high
        Columns of the frame with the ends of an interval, shown in brackets behind the number.
    code
        Show texts as code.
    most
        Most decimals, for pure numbers such as shares and indices; nothing: as many as digits or intervals ask for.

    """

    name: str
    label: str = ""
    unit: str = ""
    digits: int = 3
    low: str = ""
    high: str = ""
    code: bool = False
    most: int | None = None

    @property
    def heading(self) -> str:
        """What stands above the column."""
        return self.label or self.name


@dataclass(frozen=True)
class Table:
    """A frame, which of its columns are shown and how, a caption and a remark below.

    The CSV file has every column of the frame under its own name and with all digits; page and LaTeX have the shown
    ones with units and with the digits that count. Texts may carry the markup of :mod:`sim.report.markup`.
    """

    frame: pd.DataFrame
    columns: tuple[Column, ...] = ()
    caption: str = ""
    under: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shown(self) -> tuple[Column, ...]:
        """Shown columns; all of the frame's, if none were chosen."""
        return self.columns or tuple(Column(str(name)) for name in self.frame.columns)

    def is_number(self, column: Column) -> bool:
        """Whether a column holds numbers (truth values are words here)."""
        from pandas.api.types import is_bool_dtype, is_numeric_dtype

        values = self.frame[column.name]
        return bool(is_numeric_dtype(values) and not is_bool_dtype(values))

    def cell(self, column: Column, place: int) -> str:
        """One cell as text, with its markup."""
        import numpy as np
        import pandas as pd

        value = self.frame[column.name].iloc[place]
        if self.is_number(column):
            if pd.isna(value):
                return numbers.DASH
            # What is left of a zero after rounding is no number to show.
            least = RESIDUE * min(float(self.frame[column.name].abs().max()), 1.0)
            value = 0 * value if abs(value) < least else value
            if column.low:
                low, high = (float(self.frame[end].iloc[place]) for end in (column.low, column.high))
                low, high = (0.0 if abs(end) < least else end for end in (low, high))
                return numbers.estimate(float(value), low, high, column.most)
            whole = np.issubdtype(type(value), np.integer)
            return numbers.fixed(value, 0) if whole else numbers.number(value, column.digits, column.most)
        if isinstance(value, bool | np.bool_):
            return "yes" if value else "no"
        if value is None or (isinstance(value, float) and np.isnan(value)):
            return numbers.DASH
        return f"`{value}`" if column.code and "`" not in str(value) else str(value)

    # -- formats -----------------------------------------------------------------------------------------------

    def csv(self) -> str:
        """The frame as CSV: names of the columns, all digits, empty where a value is not defined."""
        return str(self.frame.to_csv(index=False, lineterminator="\n"))

    def tex(self, label: str = "") -> str:
        """The table as LaTeX for the package booktabs (and longtable, if it is long)."""
        rows = [
            " & ".join(_tex(words(self.cell(column, place))) for column in self.shown) + r" \\"
            for place in range(len(self.frame))
        ]
        form = "".join("r" if self.is_number(column) else "l" for column in self.shown)
        head = " & ".join(_tex_heading(column) for column in self.shown) + r" \\"
        caption = rf"\caption{{{_tex(words(self.caption))}}}" if self.caption else ""
        name = rf"\label{{tab:{label}}}" if label else ""
        above = [f"% {key}: {' '.join(str(value).split())}" for key, value in self.facts.items()]
        packages = "booktabs, longtable" if len(rows) > LONG else "booktabs"
        above.append(rf"% needs \usepackage{{{packages}}}")
        if len(rows) > LONG:
            first = f"{caption}{name}" + (r" \\" if caption or name else "")
            body = [rf"\begin{{longtable}}{{{form}}}", first, r"\toprule", head, r"\midrule", r"\endhead"]
            body += [*rows, r"\bottomrule", r"\end{longtable}"]
        else:
            body = [r"\begin{table}", r"\centering", caption, name, rf"\begin{{tabular}}{{{form}}}"]
            body += [r"\toprule", head, r"\midrule", *rows, r"\bottomrule", r"\end{tabular}", r"\end{table}"]
        return "\n".join([*above, *(line for line in body if line), ""])

    def html(self, number: int = 0, files: str = "") -> str:
        """The table as an element of a page; a click on a heading sorts by its column."""
        name = f"<b>Table {number}.</b> " if number else ""
        caption = (
            f"<caption><span>{name}{inline(self.caption)}{files}</span></caption>"
            if self.caption or number
            else ""
        )
        head = "".join(self._heading(column) for column in self.shown)
        body = "\n".join(f"<tr>{self._line(place)}</tr>" for place in range(len(self.frame)))
        under = f'<p class="under">{inline(self.under)}</p>' if self.under else ""
        sortable = ' class="sortable"' if len(self.frame) > 1 else ""
        label = escape(words(self.caption)) or "Table"
        return (
            f'<div class="tablewrap"><div class="scroll" tabindex="0" role="region" aria-label="{label}">'
            f"<table{sortable}>{caption}\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
            f"{under}</div>"
        )

    def _heading(self, column: Column) -> str:
        kind = ' class="number"' if self.is_number(column) else ""
        unit = f'<span class="unit">{escape(column.unit)}</span>' if column.unit else ""
        if len(self.frame) < 2:
            return f'<th scope="col"{kind}><span>{inline(column.heading)}{unit}</span></th>'
        return (
            f'<th scope="col"{kind} aria-sort="none">'
            f'<button type="button"><span class="label">{inline(column.heading)}</span>{unit}</button></th>'
        )

    def _line(self, place: int) -> str:
        cells = []
        for order, column in enumerate(self.shown):
            is_number = self.is_number(column)
            value = self.frame[column.name].iloc[place]
            key = f"{float(value):.9g}" if is_number else words(self.cell(column, place))
            long = not is_number and len(key) > (LONG_NAME if column.code else LONG_TEXT)
            kind = ' class="number"' if is_number else ' class="long"' if long else ""
            tag = "td" if order or is_number else 'th scope="row"'
            cells.append(
                f'<{tag}{kind} data-value="{escape(key)}">{inline(self.cell(column, place))}</{tag[:2]}>'
            )
        return "".join(cells)


def write_table(table: Table, folder: Path, name: str) -> dict[str, Path]:
    """Write a table as ``folder/NAME.csv`` and ``NAME.tex``; returns the files by format."""
    from sim.recording.store import write_bytes

    folder.mkdir(parents=True, exist_ok=True)
    files = {"csv": folder / f"{name}.csv", "tex": folder / f"{name}.tex"}
    write_bytes(table.csv().encode(), files["csv"])
    write_bytes(table.tex(name).encode(), files["tex"])
    return files


def _tex(text: str) -> str:
    """Text as LaTeX; raised figures become powers."""
    raised = _RAISED.sub(lambda found: f"\x00{numbers.typewriter(found[0])}\x01", text)
    escaped = "".join(_TEX.get(letter, letter) for letter in raised)
    return re.sub("\x00(.*?)\x01", lambda found: f"$^{{{found[1]}}}$", escaped)


def _tex_heading(column: Column) -> str:
    unit = f" ({_tex(column.unit)})" if column.unit else ""
    return f"{_tex(words(column.heading))}{unit}"

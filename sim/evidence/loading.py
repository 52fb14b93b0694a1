"""Loading: a table of evidence becomes a tidy, dated DataFrame, or a list of all that is wrong with it."""

from __future__ import annotations

import csv
import datetime as dt
import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pandas as pd
from pydantic import BaseModel, ValidationError

from sim.evidence.errors import EvidenceError, EvidenceProblem
from sim.evidence.schema import ROWS, Row

FOLDER = Path(__file__).parent / "data"
TABLES: tuple[str, ...] = tuple(ROWS)
"""Names of the tables of facts."""

SIGNS = ("sign", "direction")
LATER = re.compile(r"\b202[6-9]\b")


def load(name: str) -> pd.DataFrame:
    """Return a table of evidence, checked row by row.

    Besides the columns of the file: ``date`` (the day the row speaks about; for money of a year its last
    day), ``is_allegation``, ``recalled`` (nobody looked it up) and ``later_vintage`` (a board or report of
    after 2025 gave the value, which may differ from what was printed at the time). Numbers are floats with
    NaN where the file has nothing; texts are empty there.

    Raises
    ------
    EvidenceError
        With all rows that do not fit the schema.

    """
    if name not in ROWS:
        raise ValueError(f"no evidence table {name!r}; there are {', '.join(TABLES)}")
    return _table(name).copy()


@functools.cache
def _table(name: str) -> pd.DataFrame:
    return read_table(FOLDER / f"{name}.csv", ROWS[name])


def read_table(path: Path, model: type[Row]) -> pd.DataFrame:
    """Return the rows of a file as a tidy table; see :func:`load`."""
    rows = read_rows(path, model)
    own = [key for key in model.model_fields if key not in Row.model_fields]
    source = list(Row.model_fields)
    table = pd.DataFrame([row.model_dump() for row in rows], columns=[*own, *source])
    for column in table.columns:
        kind = _kind(model, column)
        if column in SIGNS or kind == "number":
            table[column] = pd.to_numeric(table[column]).astype(float)
        elif kind == "day":
            table[column] = pd.to_datetime(table[column])
        else:
            table[column] = table[column].fillna("").astype(str)
    days = pd.to_datetime([row.day for row in rows])
    table = table.drop(columns=[key for key in ("date", "is_allegation") if key in table.columns])
    table.insert(0, "date", days)
    table["is_allegation"] = [row.alleged for row in rows]
    table["recalled"] = [row.recalled for row in rows]
    told = table["source_title"] + " " + (table["note"] if "note" in table.columns else "")
    table["later_vintage"] = [bool(LATER.search(text)) for text in told]
    return table


def read_rows[R: BaseModel](path: Path, model: type[R]) -> list[R]:
    """Return the rows of a file, every cell checked.

    A row with a cell too many or too few is a problem of its own: an unquoted comma moves all that follow.
    """
    problems: list[EvidenceProblem] = []
    rows: list[R] = []
    expected = list(model.model_fields)
    lines = _lines(path)
    head = next(lines, (1, []))[1]
    if sorted(head) != sorted(expected):
        raise EvidenceError(
            [EvidenceProblem(path.name, 1, "", f"the columns {', '.join(head)}", ", ".join(expected))]
        )
    for line, cells in lines:
        if len(cells) != len(head):
            found = f"{len(cells)} cells"
            allowed = (
                f"{len(head)}, one a column; a comma inside a text needs quotation marks around the text"
            )
            problems.append(EvidenceProblem(path.name, line, "", found, allowed))
            continue
        try:
            rows.append(model.model_validate(dict(zip(head, cells, strict=True))))
        except ValidationError as error:
            problems.extend(_explain(path.name, line, error))
    if problems:
        raise EvidenceError(problems)
    return rows


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        start = 1
        try:
            for cells in reader:
                if cells:
                    yield start, cells
                start = reader.line_num + 1
        except csv.Error as error:
            raise EvidenceError(
                [EvidenceProblem(path.name, start, "", str(error), "a row of comma-separated values")]
            ) from None


def _explain(file: str, line: int, error: ValidationError) -> Iterator[EvidenceProblem]:
    for one in error.errors():
        context: dict[str, Any] = one.get("ctx", {})
        column = str(one["loc"][0]) if one["loc"] else ""
        found = one["msg"] if one["type"] == "evidence" else repr(one["input"])
        allowed = context.get("allowed") or context.get("expected") or one["msg"]
        yield EvidenceProblem(file, line, column, found, str(allowed))


def _kind(model: type[BaseModel], column: str) -> str:
    """Whether a column holds a number, a day or a text, by its annotation."""
    types = set(_parts(model.model_fields[column].annotation))
    return "number" if float in types else "day" if dt.date in types else "text"


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)

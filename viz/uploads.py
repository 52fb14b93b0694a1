"""Scenario files that come from outside, read as data only.

An uploaded text can name a shipped scenario to extend and nothing else: it opens no file of this machine. Texts that
are large, deep or made to keep a reader busy are refused before they are read.
"""

from __future__ import annotations

import dataclasses
import re
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sim
from sim.scenario import Problem, shipped_scenarios
from viz.limits import MOST_EVENTS, UPLOAD_BYTES

#: Tables inside tables; scenarios have four (adoption.segments.NAME.KEY).
DEEPEST = 8
#: Keys of a file and entries of its lists, keys of one table, letters of a key: each unknown one is compared with
#: all known ones to tell which was meant. A complete scenario has about 500 keys.
MOST_VALUES, MOST_KEYS, LONGEST_KEY = 5_000, 80, 100
LONGEST_LINE = 5_000
#: Dots in a line: a dotted key of thousands of parts takes the reader of TOML seconds.
MOST_DOTS = 400
#: Problems that are told at once.
MOST_PROBLEMS = 50
#: Blanks in a row: more of them would keep the finder of line numbers busy for hours.
_BLANKS = re.compile(r"[^\S\n]{61,}")


def load_text(text: str, name: str) -> sim.Scenario:
    """Return the scenario of a text; ``name`` is the name of its file, and is used in messages only.

    Raises :class:`sim.ScenarioError` with all that is wrong, also for texts that are refused.
    """
    shown = plain_name(name)
    table = _parsed(text, shown)
    stem = shown.removesuffix(".toml")
    try:
        with tempfile.TemporaryDirectory(prefix="parity-upload-") as folder:
            # A name that no shipped scenario has: "extends" looks beside the file first.
            path = Path(folder) / "uploaded-scenario.toml"
            path.write_text(text, encoding="utf-8")
            try:
                overrides = {} if "name" in table else {"name": stem or "uploaded"}
                return sim.load_scenario(path, overrides)
            except sim.ScenarioError as error:
                raise sim.ScenarioError(_told(error, path, shown)) from None
    except RecursionError:
        raise _refused(shown, "nesting that is too deep", "tables as in the shipped scenarios") from None


def plain_name(name: str) -> str:
    """A file name without folders and odd characters."""
    last = str(name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = re.sub(r"[^\w. -]", "_", last)[:80].strip()
    return kept or "uploaded.toml"


def _parsed(text: str, shown: str) -> dict[str, Any]:
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > UPLOAD_BYTES:
        raise _refused(shown, f"{size:,} bytes", f"at most {UPLOAD_BYTES:,} bytes")
    if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise _refused(shown, "characters that are no text", "a TOML file in UTF-8")
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            raise _refused(
                shown, f"a line of {len(line):,} characters", f"lines of up to {LONGEST_LINE:,}", number
            )
        if line.count(".") > MOST_DOTS:
            raise _refused(shown, "a line of very many dots", f"at most {MOST_DOTS}", number)
        if _BLANKS.search(line):
            raise _refused(shown, "more than 60 blanks in a row", "fewer blanks", number)
    from sim.scenario.toml import parse_toml

    table = parse_toml(text, shown)
    _measured(table, shown)
    parent = table.get("extends")
    if parent is not None and not _is_shipped(parent):
        names = ", ".join(shipped_scenarios())
        raise _refused(
            shown, f'"{str(parent)[:60]}"', f"an uploaded file may extend a shipped scenario only: {names}",
            _line_of(text, "extends"), "extends", "write the name of a shipped scenario, without a path",
        )  # fmt: skip
    return table


def _is_shipped(parent: Any) -> bool:
    return isinstance(parent, str) and parent.removesuffix(".toml") in shipped_scenarios()


def _measured(table: Mapping[str, Any], shown: str) -> None:
    """Refuse tables that are deep or have very many values; works without recursion."""
    waiting: list[tuple[Any, int]] = [(table, 0)]
    count = 0
    while waiting:
        held, depth = waiting.pop()
        inner = list(held.values()) if isinstance(held, Mapping) else list(held)
        count += len(inner)
        if isinstance(held, Mapping) and len(held) > MOST_KEYS:
            raise _refused(shown, f"a table of {len(held):,} keys", f"at most {MOST_KEYS}")
        if isinstance(held, Mapping) and any(len(key) > LONGEST_KEY for key in held):
            raise _refused(shown, "a very long key", f"keys of up to {LONGEST_KEY} letters")
        if depth >= DEEPEST:
            raise _refused(shown, "nesting that is too deep", f"at most {DEEPEST} tables inside each other")
        if count > MOST_VALUES:
            raise _refused(shown, "too many values", f"at most {MOST_VALUES:,}")
        waiting += [(value, depth + 1) for value in inner if isinstance(value, Mapping | list)]
    events = table.get("events")
    if isinstance(events, list) and len(events) > MOST_EVENTS:
        raise _refused(shown, f"{len(events):,} dated events", f"at most {MOST_EVENTS}", key="events")


def _told(error: sim.ScenarioError, path: Path, shown: str) -> list[Problem]:
    """The problems with the names that the user knows; no path of this machine."""
    names = {str(path): shown, path.name: shown, path.stem: shown.removesuffix(".toml")}
    names |= {str(file): file.name for file in shipped_scenarios().values()}
    names |= {f"{path.parent}/": "", str(path.parent): ""}

    def known(text: str) -> str:
        for long, short in names.items():
            text = text.replace(long, short)
        return text

    told = [
        dataclasses.replace(
            problem,
            **{field: known(getattr(problem, field)) for field in ("file", "found", "allowed", "hint")},
        )
        for problem in error.problems[:MOST_PROBLEMS]
    ]
    left = len(error.problems) - len(told)
    return [*told, Problem(shown, "", f"{left:,} more problems", "")] if left else told


def _line_of(text: str, key: str) -> int | None:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip().startswith(key):
            return number
    return None


def _refused(
    shown: str, found: str, allowed: str, line: int | None = None, key: str = "", hint: str = ""
) -> sim.ScenarioError:
    return sim.ScenarioError([Problem(shown, key, found, allowed, hint, line)])


def value_of(text: str) -> Any:
    """A value written as in TOML (or JSON); a bare word is a text."""
    try:
        table = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return table["value"] if set(table) == {"value"} else text

"""Changes to a sweep from outside its file: ``--set design.samples=64`` or ``--set size.investors=50``."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.experiments.sweep.reading.findings import Path
from sim.experiments.sweep.reading.tables import TABLES, Header
from sim.scenario import Problem, Scenario
from sim.scenario.layers import OVERRIDE
from sim.scenario.problems import did_you_mean

_OWN = (*Header.model_fields, *TABLES)


def lay_over(
    data: Mapping[str, Any], changes: Sequence[str] | Mapping[str, Any]
) -> tuple[dict[str, Any], dict[Path, str], list[Problem]]:
    """Lay changes over a sweep's data.

    Returns the data, the paths that were set with the name of where from, and what is wrong with changes.
    """
    table: dict[str, Any] = copy.deepcopy(dict(data))
    paths: dict[Path, str] = {}
    problems: list[Problem] = []
    label = "changes" if isinstance(changes, Mapping) else OVERRIDE
    for key, parts, value in _read(changes, label, problems):
        path = _place(parts, table)
        if path is None:
            known = [*_OWN, *Scenario.model_fields]
            allowed = "a key of the sweep file or of the base scenario"
            problems.append(Problem(label, key, "an unknown key", allowed, did_you_mean(parts[0], known)))
            continue
        inner: Any = table
        for part in path[:-1]:
            inner[part] = _opened(inner.get(part))
            inner = inner[part]
        inner[path[-1]] = value
        paths[path] = label
    return table, paths, problems


def _opened(held: Any) -> dict[Any, Any]:
    """A table as it is, an outcome in the short form as a table, anything else as an empty one."""
    if isinstance(held, dict):
        return held
    words = held.split() if isinstance(held, str) else []
    return dict(zip(("output", "reduce"), words, strict=True)) if len(words) == 2 else {}


def _read(
    changes: Sequence[str] | Mapping[str, Any], label: str, problems: list[Problem]
) -> Iterator[tuple[str, list[str], Any]]:
    """Changes as key text, parts of the key, and value."""
    if isinstance(changes, Mapping):
        for key, value in changes.items():
            if (parts := _parts(str(key))) is None:
                problems.append(Problem(label, str(key), "not a key", "a path such as design.samples"))
            else:
                yield str(key), parts, value
        return
    for text in [changes] if isinstance(changes, str) else changes:
        key, equals, value = str(text).partition("=")
        key = key.strip()
        parts = _parts(key)
        if not equals:
            problems.append(Problem(label, key, "no value", "key=value", f"write {key or 'key'}=..."))
        elif parts is None:
            problems.append(Problem(label, key, "not a key", "a path such as design.samples"))
        else:
            yield key, parts, _value(value.strip())


def _parts(key: str) -> list[str] | None:
    """Parts of a key in TOML's notation, quotes included."""
    try:
        inner: Any = tomllib.loads(f"{key} = 0")
    except (ValueError, RecursionError):
        # Keys of events, events[0].week, are written without quotes.
        return key.split(".") if key.startswith("events[") and "=" not in key else None
    parts = []
    while isinstance(inner, dict):
        if len(inner) != 1:
            return None
        ((part, inner),) = inner.items()
        parts.append(part)
    return parts


def _value(text: str) -> Any:
    try:
        table = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return table["value"] if set(table) == {"value"} else text


def _place(parts: list[str], table: Mapping[str, Any]) -> Path | None:
    """Where a key belongs in the file: keys of the scenario go to ``base_changes``, factors by header or name."""
    first, rest = parts[0], parts[1:]
    if first in ("base", "base_changes") and rest:
        return ("base_changes", ".".join(rest))
    if first in _OWN:
        return (first, *_header(rest, table.get("factors"))) if first == "factors" and rest else tuple(parts)
    if first in Scenario.model_fields or first.startswith("events["):
        return ("base_changes", ".".join(parts))
    return None


def _header(rest: list[str], factors: Any) -> Path:
    """Let ``export_control.strength.range`` find the factor ``"export_control.strength"``, and so its short name."""
    if isinstance(factors, Mapping):
        for end in range(len(rest), 0, -1):
            word = ".".join(rest[:end])
            for header, table in factors.items():
                if word == header or (isinstance(table, Mapping) and table.get("name") == word):
                    return (header, *rest[end:])
    return tuple(rest)

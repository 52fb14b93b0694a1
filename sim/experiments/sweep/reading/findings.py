"""What is wrong with a sweep file: problems gathered with file, key and line, so that all are told at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from sim.scenario import Problem, ScenarioError
from sim.scenario.explain import allowed_values
from sim.scenario.parameter import Section
from sim.scenario.problems import did_you_mean, show

Path = tuple[str | int, ...]
#: What a problem of a sweep file is a problem of.
SWEEP = "sweep"
_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")


class Findings:
    """Problems found so far, and where the keys of the file stand.

    Attributes
    ----------
    file
        Name of the file in messages.
    lines
        Line of each key and table, by path.
    overrides
        Paths that were set from outside the file, and the name of where.

    """

    def __init__(
        self, file: str, lines: Mapping[Path, int], overrides: Mapping[Path, str] | None = None
    ) -> None:
        self.file, self.lines, self.overrides = file, lines, dict(overrides or {})
        self.problems: list[Problem] = []

    def add(self, path: Path, found: str, allowed: str, hint: str = "") -> None:
        """Note that what stands at ``path`` is wrong."""
        label = next((name for known, name in self.overrides.items() if known == path[: len(known)]), None)
        line = None if label else self.line(path)
        self.problems.append(Problem(label or self.file, key_path(path), found, allowed, hint, line, SWEEP))

    def take(self, problems: Sequence[Problem]) -> None:
        """Note problems that were found elsewhere, as they are: those of a scenario stay the scenario's."""
        self.problems.extend(problem for problem in problems if problem not in self.problems)

    def line(self, path: Path) -> int | None:
        """Line of a key, or of the nearest table around it."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return None

    def error(self) -> ScenarioError:
        """Everything found as an exception, in the order of the file."""
        last = 10**9
        order = sorted(self.problems, key=lambda one: (one.file != self.file, one.file, one.line or last))
        return ScenarioError(order)

    def table[T: Section](self, kind: type[T], data: Any, path: Path) -> tuple[T | None, set[str]]:
        """Read a table; problems are noted.

        Returns what can be made without the keys that are wrong (nothing, if that leaves a required one out),
        and the names of these keys.
        """
        if not isinstance(data, Mapping):
            self.add(path, show(data), f"a table with {', '.join(kind.model_fields)}")
            return None, set(kind.model_fields)
        wrong: set[str] = set()
        told: set[Path] = set()
        kept = dict(data)
        for _ in range(len(data) + 2):
            try:
                return kind.model_validate(kept), wrong
            except ValidationError as error:
                found = error.errors(include_url=False)
            names = {str(one["loc"][0]) for one in found}
            for one in found:
                where = _shortest(one["loc"])
                if where not in told and not (one["type"] == "missing" and where[0] in wrong):
                    told.add(where)
                    self.add((*path, *where), *_told(one, where, kind, data))
            wrong |= names
            if not names & kept.keys():
                break
            kept = {key: value for key, value in kept.items() if key not in names}
        return None, wrong


def key_path(path: Path) -> str:
    """A path as one would write it in the file: ``factors."claims.policy".values[0]``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f"{'.' if text else ''}{part if _BARE.match(part) else chr(34) + part + chr(34)}"
    return text


def _shortest(loc: Sequence[str | int]) -> Path:
    """Where pydantic found something: the key, and the place in a list or table below it."""
    return tuple(loc[:3])


def _told(error: Any, where: Path, kind: type[Section], data: Mapping[str, Any]) -> tuple[str, str, str]:
    """Found, allowed and hint for one of pydantic's errors."""
    name, value = str(where[0]), error.get("input")
    if error["type"] == "extra_forbidden":
        known = list(kind.model_fields)
        what = "table" if isinstance(value, Mapping) else "key"
        return f"an unknown {what}", f"one of {', '.join(known)}", did_you_mean(name, known)
    field = kind.model_fields[name]
    allowed = _allowed(field)
    if error["type"] == "missing":
        near = did_you_mean(name, [key for key in data if key not in kind.model_fields])
        return (
            f"no {name}",
            allowed,
            near and f"{near.removesuffix('?')} is an unknown key".replace("did you mean ", ""),
        )
    if allowed.startswith("one of ") and isinstance(value, str):
        return show(value), allowed, did_you_mean(value, allowed.removeprefix("one of ").split(", "))
    return (
        (f"{show(value)} (text)" if isinstance(value, str) else show(value)),
        allowed,
        _hint(value, allowed),
    )


def _allowed(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    if isinstance(extra, Mapping) and "allowed" in extra:
        return str(extra["allowed"])
    return allowed_values(field)


def _hint(value: Any, allowed: str) -> str:
    number = "number" in allowed and not isinstance(value, bool)
    if isinstance(value, str):
        text = value.strip()
        if number and re.fullmatch(r"-?\d+(\.\d+)?", text):
            return f"write {text} without quotes"
        if allowed == "true or false" and text.lower() in ("true", "false"):
            return f"write {text.lower()} without quotes"
    if isinstance(value, float) and "whole number" in allowed and value == value and abs(value) < 1e15:
        return f"write {value:.0f}" if value.is_integer() else "only whole numbers"
    return ""

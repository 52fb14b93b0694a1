"""Layers of settings: a file, the files it extends, and overrides, merged key by key."""

from __future__ import annotations

import copy
import dataclasses
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.scenario.problems import Problem, ScenarioError, show
from sim.scenario.shipped import find_scenario, shipped_scenarios
from sim.scenario.toml import find_lines, read_toml

Path_ = tuple[str | int, ...]
OVERRIDE = "--set"

NAMED_TABLES: tuple[tuple[str, ...], ...] = (
    ("labs",),
    ("sources",),
    ("benchmarks", "sets"),
    ("adoption", "segments"),
)
"""Tables whose entries a layer changes one by one, also when the layers below leave the defaults alone."""

OWN_KEYS = ("name", "description", "inspired_by")
"""Keys that speak about one file only and are not inherited."""


@dataclasses.dataclass(frozen=True)
class Origin:
    """Where a key was set: a file or ``--set``, its path there, and its line."""

    file: str
    path: Path_
    line: int | None = None


@dataclasses.dataclass
class Layers:
    """Merged settings and where each was set."""

    main: str
    override: str = OVERRIDE
    data: dict[str, Any] = dataclasses.field(default_factory=dict)
    origins: dict[Path_, Origin] = dataclasses.field(default_factory=dict)
    files: list[str] = dataclasses.field(default_factory=list)
    problems: list[Problem] = dataclasses.field(default_factory=list)

    def origin(self, path: Path_) -> Origin:
        """Return where ``path`` was set: the path itself, else what is inside it, else what is around it."""
        if path in self.origins:
            return self.origins[path]
        inside = [origin for known, origin in self.origins.items() if known[: len(path)] == path]
        if inside:
            top = min(inside, key=lambda origin: self.rank(origin.file))
            return Origin(top.file, path, top.line)
        for end in range(len(path) - 1, 0, -1):
            if path[:end] in self.origins:
                around = self.origins[path[:end]]
                return Origin(around.file, (*around.path, *path[end:]), around.line)
        return Origin(self.main, path)

    def sets(self, path: Path_) -> bool:
        """Tell whether some layer set ``path`` or the entry of a list or named table that it is in."""
        return any(
            path[:end] in self.origins for end in range(2 if len(path) > 2 else len(path), len(path) + 1)
        )

    def rank(self, file: str) -> int:
        """Return how far down a layer is: -1 for overrides, 0 for the main file, then what it extends."""
        return self.files.index(file) if file in self.files else -1

    def add(
        self, table: Mapping[str, Any], file: str, lines: Mapping[Path_, int], replace_events: bool
    ) -> None:
        """Lay a table over what is there."""
        own = {key: value for key, value in table.items() if key != "events"}
        self._seed(own)
        self._merge(self.data, own, (), file, lines)
        if "events" in table or replace_events:
            self._add_events(table.get("events", []), file, lines, replace_events)

    def _seed(self, table: Mapping[str, Any]) -> None:
        """Bring in the defaults of a named table before a layer above the lowest changes single entries."""
        if not self.files:
            return
        for path in NAMED_TABLES:
            if isinstance(_at(table, path), Mapping) and _at(self.data, path) is None:
                inner = self.data
                for part in path[:-1]:
                    held = inner.setdefault(part, {})
                    if not isinstance(held, dict):
                        return
                    inner = held
                inner[path[-1]] = copy.deepcopy(_at(_defaults(), path))

    def _merge(
        self,
        into: dict[str, Any],
        table: Mapping[str, Any],
        path: Path_,
        file: str,
        lines: Mapping[Path_, int],
    ) -> None:
        for key, value in table.items():
            here = (*path, key)
            if isinstance(value, Mapping) and (isinstance(into.get(key), dict) or key not in into):
                self.origins[here] = Origin(file, here, lines.get(here))
                self._merge(into.setdefault(key, {}), value, here, file, lines)
                continue
            if isinstance(into.get(key), dict):
                for known in [known for known in self.origins if known[: len(here)] == here]:
                    del self.origins[known]
            into[key] = _plain(value)
            self.origins[here] = Origin(file, here, lines.get(here))

    def _add_events(self, events: Any, file: str, lines: Mapping[Path_, int], replace: bool) -> None:
        held = self.data.get("events", [])
        if replace or not isinstance(held, list):
            held = []
            for known in [known for known in self.origins if known[0] == "events"]:
                del self.origins[known]
        if not isinstance(events, Sequence) or isinstance(events, str | bytes):
            self.data["events"] = events
            self.origins[("events",)] = Origin(file, ("events",), lines.get(("events",)))
            return
        self.data["events"] = [*held, *_plain(events)]
        for index, event in enumerate(events):
            here: Path_ = ("events", len(held) + index)
            there: Path_ = ("events", index)
            self.origins[here] = Origin(file, there, lines.get(there))
            for key in event if isinstance(event, Mapping) else ():
                self.origins[(*here, key)] = Origin(file, (*there, key), lines.get((*there, key)))

    def set(self, key: str, path: Path_, value: Any) -> None:
        """Lay one override over what is there."""
        if path[0] == "events" and len(path) > 1:
            self._set_in_events(key, path, value)
            return
        table: Any = value
        for part in reversed(path):
            table = {part: table}
        self.add(table, self.override, {}, replace_events=path == ("events",))

    def _set_in_events(self, key: str, path: Path_, value: Any) -> None:
        events = self.data.get("events")
        index, rest = path[1], path[2:]
        count = len(events) if isinstance(events, list) else 0
        if (
            not isinstance(index, int)
            or not 0 <= index < count
            or not all(isinstance(part, str) for part in rest)
        ):
            allowed = (
                f"events[0] to events[{count - 1}]" if count else "no such key: the scenario has no events"
            )
            self.problems.append(Problem(self.override, key, "no such event", allowed))
            return
        assert isinstance(events, list)
        inner: Any = events
        last: str | int = index
        for part in rest:
            if not isinstance(inner[last], dict):
                break
            inner, last = inner[last], part
        inner[last] = _plain(value)
        self.origins[path] = Origin(self.override, path)


def _plain(value: Any) -> Any:
    """Return a value with NumPy scalars, tuples and mappings turned into what a TOML file would give."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if type(value).__module__ == "numpy" and hasattr(value, "item") and getattr(value, "ndim", 1) == 0:
        return value.item()
    return value


def _at(table: Any, path: Sequence[str]) -> Any:
    for part in path:
        if not isinstance(table, Mapping) or part not in table:
            return None
        table = table[part]
    return table


def _defaults() -> dict[str, Any]:
    from sim.scenario.scenario import Scenario

    return Scenario().resolved()


def layers_of_file(path: Path) -> Layers:
    """Return a file merged with all the files it extends."""
    chain: list[tuple[dict[str, Any], str, dict[Path_, int], bool]] = []
    problems: list[Problem] = []
    seen: list[Path] = []
    next_path: Path | None = path
    while next_path is not None:
        current, shown = next_path, str(next_path)
        seen.append(current.resolve())
        table, text = read_toml(current, shown)
        lines = find_lines(text)
        replace = table.pop("events_replace", False)
        if not isinstance(replace, bool):
            problems.append(
                Problem(
                    shown,
                    "events_replace",
                    show(replace),
                    "true or false",
                    line=lines.get(("events_replace",)),
                )
            )
            replace = False
        parent = table.pop("extends", None)
        chain.append((table, shown, lines, replace))
        next_path = None
        if parent is not None:
            line = lines.get(("extends",))
            try:
                next_path = _parent(current, parent, shown, line, seen)
            except ScenarioError as error:
                problems.extend(error.problems)
    main, shown, _, _ = chain[0]
    main.setdefault("name", path.stem)
    layers = Layers(main=shown, problems=problems)
    for depth, (table, file, lines, replace) in reversed(list(enumerate(chain))):
        if depth > 0:
            table = {key: value for key, value in table.items() if key not in OWN_KEYS}
        layers.add(table, file, lines, replace)
        layers.files.insert(0, file)
    return layers


def _parent(path: Path, extends: Any, shown: str, line: int | None, seen: list[Path]) -> Path:
    def problem(found: str, allowed: str, hint: str = "") -> ScenarioError:
        return ScenarioError([Problem(shown, "extends", found, allowed, hint, line)])

    allowed = f"a path relative to this file, or one of {', '.join(shipped_scenarios())}"
    if not isinstance(extends, str):
        raise problem(show(extends), allowed)
    parent = path.parent / extends
    if not parent.is_file():
        try:
            parent = find_scenario(parent) if Path(extends).parent != Path(".") else _beside(path, extends)
        except ScenarioError as error:
            hint = error.problems[0].hint
            raise problem(f'"{extends}", {error.problems[0].found}', allowed, hint) from None
    if parent.resolve() in seen:
        round_trip = [*(one.name for one in seen[seen.index(parent.resolve()) :]), parent.name]
        raise problem(
            f'"{extends}", a circle: {" -> ".join(round_trip)}', "a file that does not lead back here"
        )
    return parent


def _beside(path: Path, extends: str) -> Path:
    """Return the file of this name: in the folder of ``path``, else a shipped one."""
    from sim.scenario.problems import did_you_mean

    shipped = shipped_scenarios()
    stem = extends.removesuffix(".toml")
    here = path.parent / f"{stem}.toml"
    if here.is_file():
        return here
    if stem in shipped:
        return shipped[stem]
    near = did_you_mean(extends, [*(other.name for other in path.parent.glob("*.toml")), *shipped])
    raise ScenarioError([Problem(str(path), "extends", "no such file", "", near)])


_PART = re.compile(r"([A-Za-z0-9_-]+)((?:\[\d{1,6}\])*)\Z")


def read_overrides(
    overrides: Sequence[str] | Mapping[str, Any], label: str = OVERRIDE
) -> tuple[list[tuple[str, Path_, Any]], list[Problem]]:
    """Return overrides as (text of the key, path, value), and what is wrong with others."""
    if isinstance(overrides, str):
        overrides = [overrides]
    given: list[tuple[str, Any]] = []
    problems = []
    if isinstance(overrides, Mapping):
        given = [(str(key), value) for key, value in overrides.items()]
    else:
        for text in overrides:
            key, equals, value = str(text).partition("=")
            key = key.strip()
            if equals:
                given.append((key, read_value(value.strip())))
            else:
                problems.append(Problem(label, key, "no value", "key=value", f"write {key or 'key'}=..."))
    parsed = []
    for key, value in given:
        path = _override_path(key)
        if path is None:
            problems.append(Problem(label, key, "not a key", "a path such as export_control.strength"))
        elif key in ("extends", "events_replace"):
            problems.append(Problem(label, key, "a key that belongs to files", "keys of the scenario itself"))
        else:
            parsed.append((key, path, value))
    return parsed, problems


def _override_path(key: str) -> Path_ | None:
    path: list[str | int] = []
    for part in key.split("."):
        match = _PART.match(part)
        if not match:
            return None
        path.append(int(part) if part.isdigit() and path == ["events"] else match[1])
        path.extend(int(index) for index in re.findall(r"\[(\d+)\]", match[2]))
    return tuple(path)


def read_value(text: str) -> Any:
    """Return the value of an override: TOML, or the bare text where it is not TOML."""
    try:
        table = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return table["value"] if set(table) == {"value"} else text

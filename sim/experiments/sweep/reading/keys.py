"""Keys of a scenario as factors see them: does it exist, what may it be, and what is it in the base."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario import Scenario, parameter_info
from sim.scenario.explain import allowed_values, bounds
from sim.scenario.layers import OWN_KEYS
from sim.scenario.problems import did_you_mean, key_text

ValueKind = Literal["number", "whole number", "switch", "choice", "text"]


@dataclass(frozen=True)
class Key:
    """A key that a factor can move."""

    key: str
    kind: ValueKind
    unit: str
    description: str
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    default: Any
    """Value in the scenario; nothing if the model works it out."""
    allowed: str
    """What it takes, in words."""


@dataclass(frozen=True)
class NoKey:
    """Why something is not a key that a factor can move."""

    found: str
    allowed: str
    hint: str


def look_up(scenario: Scenario, key: str) -> Key | NoKey:
    """Find a key path such as ``labs.us-closed-1.compute`` or ``events[0].strength`` in a scenario."""
    held: Any = scenario
    field: FieldInfo | None = None
    for part in _parts(key):
        if isinstance(part, int):
            if not isinstance(held, tuple) or not 0 <= part < len(held):
                return _none(scenario, key)
            held = held[part]
        elif isinstance(held, BaseModel) and part in type(held).model_fields:
            field = type(held).model_fields[part]
            held = getattr(held, part)
        elif isinstance(held, Mapping) and part in held:
            held = held[part]
        else:
            return _none(scenario, key)
    if _idle(key):
        return NoKey("a key that no run depends on", "a key path of the scenario", "")
    if field is None or isinstance(held, BaseModel | Mapping | tuple):
        inside = [one for one in known_keys(scenario) if one.startswith(f"{key}.")]
        hint = f"for instance {inside[0]}" if inside else ""
        return NoKey("a table, not a value", "the key path of one value", hint)
    kind, choices = _kind(field)
    low, high = bounds(field)
    info = parameter_info(key)
    if info is not None and info.choices:
        kind, choices = "choice", info.choices
    allowed = f"one of {', '.join(choices)}" if choices else allowed_values(field)
    unit = info.unit if info is not None and kind in ("number", "whole number") else "1"
    return Key(key, kind, unit, field.description or "", low, high, choices, held, allowed)


def known_keys(scenario: Scenario) -> list[str]:
    """All key paths of single values in a scenario."""
    return [key for key in _walk(scenario, ()) if not _idle(key)]


def _idle(key: str) -> bool:
    """Whether a key says something about the scenario and nothing to the model."""
    return key in OWN_KEYS or (key.startswith("events[") and key.endswith((".label", ".type")))


def _walk(held: Any, path: tuple[str | int, ...]) -> Iterator[str]:
    if isinstance(held, BaseModel):
        for name in type(held).model_fields:
            yield from _walk(getattr(held, name), (*path, name))
    elif isinstance(held, Mapping):
        for name, inner in held.items():
            yield from _walk(inner, (*path, name))
    elif isinstance(held, tuple):
        for place, inner in enumerate(held):
            if isinstance(inner, BaseModel):
                yield from _walk(inner, (*path, place))
    else:
        yield key_text(path)


def _parts(key: str) -> Iterator[str | int]:
    for part in key.split("."):
        name, *indices = part.split("[")
        yield name
        for index in indices:
            digits = index.removesuffix("]")
            yield int(digits) if digits.isdecimal() and len(digits) < 7 else f"[{index}"


def _none(scenario: Scenario, key: str) -> NoKey:
    known = known_keys(scenario)
    last = key.rsplit(".", 1)[-1]
    hint = did_you_mean(key, known)
    places = [one for one in known if one.rsplit(".", 1)[-1] == last]
    if places and (not hint or "." not in key):
        hint = f'did you mean "{places[0]}"?'
    return NoKey("no such key in the base scenario", "a key path such as export_control.strength", hint)


def _kind(field: FieldInfo) -> tuple[ValueKind, tuple[str, ...]]:
    kind: Any = field.annotation
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(one for one in get_args(kind) if one is not type(None))
    if get_origin(kind) is Literal:
        choices = get_args(kind)
        if all(isinstance(one, str) for one in choices):
            return "choice", tuple(choices)
        return "whole number", ()
    kinds: dict[Any, ValueKind] = {bool: "switch", int: "whole number", float: "number"}
    return kinds.get(kind, "text"), ()

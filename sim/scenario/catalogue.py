"""All parameters in one list, for documentation, sweeps and editors."""

from __future__ import annotations

import dataclasses
import functools
import types
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario.explain import bounds
from sim.scenario.parameter import STATUS
from sim.scenario.scenario import Scenario


@dataclasses.dataclass(frozen=True)
class ParameterInfo:
    """One parameter: what it is, what it may be, and where its default comes from."""

    key: str
    """Path, for instance ``capability.spillover_rate``; ``<name>`` stands for any entry of a named table."""
    section: str
    kind: str
    """``number``, ``whole number``, ``switch``, ``choice`` or ``text``."""
    unit: str
    symbol: str
    default: Any
    """Default; nothing where every entry gives its own value, or where the model computes one."""
    minimum: float | None
    maximum: float | None
    choices: tuple[str, ...]
    provenance: str
    status: str
    """One letter, see :data:`sim.scenario.parameter.STATUS`."""
    description: str

    @property
    def status_text(self) -> str:
        """The status in words."""
        return STATUS[self.status]


def parameters() -> Iterator[ParameterInfo]:
    """Yield every parameter of a scenario, in the order of the schema."""
    for section, field in Scenario.model_fields.items():
        yield from _inside(field, section, section)


def _inside(field: FieldInfo, key: str, section: str) -> Iterator[ParameterInfo]:
    kind = field.annotation
    facts = field.json_schema_extra
    if isinstance(facts, dict) and "provenance" in facts:
        yield _info(field, key, section, facts)
        return
    if get_origin(kind) is dict:
        kind, key = get_args(kind)[1], f"{key}.<name>"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, inner in kind.model_fields.items():
            yield from _inside(inner, f"{key}.{name}", section)


def _info(field: FieldInfo, key: str, section: str, facts: Any) -> ParameterInfo:
    low, high = bounds(field)
    kind, choices = _kind(field)
    return ParameterInfo(
        key=key,
        section=section,
        kind=kind,
        unit=facts["unit"],
        symbol=facts["symbol"],
        default=None if field.is_required() else field.default,
        minimum=low,
        maximum=high,
        choices=choices,
        provenance=facts["provenance"],
        status=facts["status"],
        description=field.description or "",
    )


def _kind(field: FieldInfo) -> tuple[str, tuple[str, ...]]:
    kind: Any = field.annotation
    if get_origin(kind) in (Union, types.UnionType):
        kind = get_args(kind)[0]
    if get_origin(kind) is Literal:
        return "choice", tuple(map(str, get_args(kind)))
    for rule in field.metadata:
        if hasattr(rule, "names"):
            return "choice", tuple(rule.names())
    return {bool: "switch", int: "whole number", float: "number"}.get(kind, "text"), ()


def parameter_info(key: str) -> ParameterInfo | None:
    """Return what is known about the key of a value, for instance ``labs.us-closed-1.compute``."""
    return _by_key(key.split("."))


@functools.cache
def _known() -> dict[tuple[str, ...], ParameterInfo]:
    return {tuple(info.key.split(".")): info for info in parameters()}


def _by_key(parts: list[str]) -> ParameterInfo | None:
    for key, info in _known().items():
        if len(key) == len(parts) and all(a in ("<name>", b) for a, b in zip(key, parts, strict=True)):
            return info
    return None


def file_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file, for completion and checks in an editor.

    It is that of :class:`Scenario` with the keys that belong to files only, and without the demand that
    every lab, source, set and segment be complete: a file that extends another gives what differs.
    """
    schema = Scenario.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Parity scenario"
    for name in ("Lab", "Source", "Segment", "BenchmarkSet"):
        schema["$defs"][name].pop("required", None)
    own = {
        "extends": {
            "type": "string",
            "description": "File this one changes, relative to it, or a shipped name.",
        },
        "events_replace": {
            "type": "boolean",
            "default": False,
            "description": "Drop the events of the file this one extends.",
        },
    }
    schema["properties"] = own | schema["properties"]
    return schema

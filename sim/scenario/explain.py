"""Validation of merged settings: pydantic's findings told in terms of files, keys and allowed values."""

from __future__ import annotations

import copy
import types
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from sim.scenario.checks import Conflict
from sim.scenario.events import EVENT_MODELS
from sim.scenario.layers import Layers
from sim.scenario.problems import Problem, did_you_mean, key_text, nearest, show
from sim.scenario.scenario import Scenario

Path = tuple[str | int, ...]


def validate(layers: Layers) -> tuple[Scenario | None, list[Problem]]:
    """Return the scenario that the settings make, and every problem with them.

    Checks that look at several values run also when single values are wrong: the wrong ones are taken
    out, the rest is checked, and only what does not rest on them is reported.
    """
    problems: list[Problem] = []
    wrong: list[Path] = []
    data, numbers = copy.deepcopy(layers.data), None
    for _ in range(20):
        try:
            scenario = Scenario.model_validate(data)
            return (None if wrong else scenario), problems
        except ValidationError as error:
            found = error.errors(include_url=False)
        if [one["type"] for one in found] == ["conflicts"]:
            for conflict in found[0]["ctx"]["conflicts"]:
                told = _renumbered(conflict, numbers)
                if not _rests_on(told, wrong):
                    problems.append(_of_conflict(told, layers))
            return None, problems
        if numbers is None:
            wrong = [_path(one["loc"]) for one in found]
            problems.extend(_of_errors(found, layers))
        data, numbers = _without(data, [_path(one["loc"]) for one in found], numbers)
    return None, problems


def _path(loc: tuple[str | int, ...]) -> Path:
    """Return the path in the file: without the names pydantic adds for kinds of events and for keys."""
    path = tuple(part for part in loc if part != "[key]")
    if len(path) > 2 and path[0] == "events" and path[2] in EVENT_MODELS:
        path = (*path[:2], *path[3:])
    return path


def _without(
    data: dict[str, Any], wrong: list[Path], numbers: list[int] | None
) -> tuple[dict[str, Any], list[int]]:
    """Return the settings without wrong values; events go as a whole, so their old numbers are kept."""
    events = data.get("events")
    if numbers is None:
        numbers = list(range(len(events))) if isinstance(events, list) else []
    drop = {path[1] for path in wrong if path[0] == "events" and len(path) > 1}
    if isinstance(events, list):
        data["events"] = [event for index, event in enumerate(events) if index not in drop]
        numbers = [number for index, number in enumerate(numbers) if index not in drop]
    for path in wrong:
        if path[0] == "events" and len(path) > 1:
            continue
        inner: Any = data
        *around, last = path
        for part in around:
            inner = inner.get(part) if isinstance(inner, dict) else None
        if isinstance(inner, dict):
            if last in inner:
                del inner[last]
            elif len(path) > 1:  # something is missing inside: the whole entry goes
                _delete(data, path[:-1])
    return data, numbers


def _delete(data: Any, path: Path) -> None:
    for part in path[:-1]:
        data = data.get(part) if isinstance(data, dict) else None
    if isinstance(data, dict):
        data.pop(path[-1], None)


def _renumbered(conflict: Conflict, numbers: list[int] | None) -> Conflict:
    path = conflict.path
    if numbers is None or path[0] != "events":
        return conflict
    path = ("events", numbers[int(path[1])], *path[2:])
    return Conflict(path, conflict.found, conflict.allowed, conflict.hint, conflict.needs)


def _rests_on(conflict: Conflict, wrong: list[Path]) -> bool:
    for path in (conflict.path, *conflict.needs):
        for bad in wrong:
            shorter = min(len(path), len(bad))
            if path[:shorter] == bad[:shorter]:
                return True
    return False


def _of_conflict(conflict: Conflict, layers: Layers) -> Problem:
    """Name the topmost layer that set one of the values: what is below was fine before."""
    places = [(conflict.path, layers.origin(conflict.path))]
    places += [(path, layers.origins[path]) for path in conflict.needs if path in layers.origins]
    held = [place for place in places if layers.sets(place[0])] or places
    path, origin = min(held, key=lambda place: layers.rank(place[1].file))
    found = conflict.found
    if path != conflict.path and conflict.path[0] == "events":
        event = layers.origin(conflict.path)
        found = f"{key_text(event.path)} of {event.file}: {found}"
    return Problem(origin.file, key_text(origin.path), found, conflict.allowed, conflict.hint, origin.line)


def _of_errors(errors: list[Any], layers: Layers) -> Iterator[Problem]:
    """Tell each of pydantic's errors; all that is missing in one table is told together."""
    missing: dict[Path, list[str]] = {}
    for error in errors:
        path = _path(error["loc"])
        if error["type"] == "missing":
            missing.setdefault(path[:-1], []).append(str(path[-1]))
            continue
        found, allowed, hint = _told(error, path, layers.data)
        if error["type"] == "conflict" and error["ctx"]["keys"]:
            keys = error["ctx"]["keys"]
            given = [key for key in keys if (*path, key) in layers.origins]
            path = (*path, (given or keys)[-1])
        origin = layers.origin(path)
        yield Problem(origin.file, key_text(origin.path), found, allowed, hint, origin.line)
    for path, keys in missing.items():
        if all(nearest(key, _unknown_in(errors, path)) for key in keys):
            continue  # reported as unknown keys, each with the right name as its hint
        yield _of_missing(path, keys, layers, set(missing))


def _of_missing(path: Path, keys: list[str], layers: Layers, incomplete: set[Path]) -> Problem:
    origin = layers.origin(path)
    given = [str(key) for key in _table_at(layers.data, path) or () if str(key) not in keys]
    found = f"no {', '.join(keys)}" + (f" (only {', '.join(given)})" if given else "")
    allowed = "; ".join(f"{key}: {allowed_values(_field((*path, key), layers.data))}" for key in keys)
    hint = ""
    if path[0] != "events":
        table, name = _table_at(layers.data, path[:-1]), str(path[-1])
        others = [str(other) for other in table or () if (*path[:-1], other) not in incomplete]
        hint = did_you_mean(name, others)
        defaults = _table_at(Scenario().resolved(), path[:-1]) or {}
        if not hint and name in defaults:
            hint = 'write extends = "baseline.toml" at the top to change single values of what is there'
    return Problem(origin.file, key_text(origin.path), found, allowed, hint, origin.line)


def _unknown_in(errors: list[Any], path: Path) -> list[str]:
    extra = (_path(error["loc"]) for error in errors if error["type"] == "extra_forbidden")
    return [str(one[-1]) for one in extra if one[:-1] == path]


def _told(error: Any, path: Path, data: Any) -> tuple[str, str, str]:
    """Return found, allowed and hint for one of pydantic's errors."""
    kind, value = error["type"], error.get("input")
    context = error.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(path, value, data)
    if kind == "conflict":
        return context["found"], context["allowed"], context["hint"]
    if kind in ("bad_name", "bad_date", "bad_text"):
        return show(value), context["allowed"], context["hint"]
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        given = value.get("type") if isinstance(value, Mapping) else None
        found = "no type" if given is None else f"type = {show(given)}"
        near = did_you_mean(given, EVENT_MODELS) if isinstance(given, str) else ""
        return found, f"type: one of {', '.join(EVENT_MODELS)}", near
    field = _field(path, data)
    allowed = allowed_values(field)
    choices = context.get("choices") or _choices(field)
    if choices:
        allowed = f"one of {', '.join(map(str, choices))}"
        return show(value), allowed, did_you_mean(value, map(str, choices)) if isinstance(value, str) else ""
    return _found(value), allowed, _type_hint(kind, value, field)


def _found(value: Any) -> str:
    return f"{show(value)} (text)" if isinstance(value, str) else show(value)


def _type_hint(kind: str, value: Any, field: FieldInfo | None) -> str:
    if isinstance(value, str) and (kind.startswith(("float", "int", "bool"))):
        text = value.strip()
        if kind.startswith("bool"):
            return f"write {text.lower()} without quotes" if text.lower() in ("true", "false") else ""
        if text.replace(".", "", 1).replace("-", "", 1).isdigit():
            return f"write {text} without quotes"
        if text.replace(",", "", 1).isdigit():
            return f"write {text.replace(',', '.')}"
    if kind.startswith("int") and isinstance(value, float) and value == value and abs(value) < 1e15:
        return f"write {value:.0f}" if value == int(value) else "only whole numbers"
    if isinstance(value, bool) and kind.startswith(("float", "int")):
        return "true and false are not numbers"
    return ""


def _unknown_key(path: Path, value: Any, data: Any) -> tuple[str, str, str]:
    model = _model(path[:-1], data)
    known = list(model.model_fields) if model else []
    if not path[:-1]:
        known = ["extends", "events_replace", *known]
    word = str(path[-1])
    hint = did_you_mean(word, known)
    if not hint:
        places = [key for key in _all_keys() if key.rsplit(".", 1)[-1] == word]
        hint = f"it is in {places[0]}" if places else ""
    found = f"an unknown {'table' if isinstance(value, Mapping) else 'key'}"
    return found, f"one of {', '.join(known)}", hint


def _all_keys() -> Iterator[str]:
    from sim.scenario.catalogue import parameters

    return (parameter.key for parameter in parameters())


def _table_at(data: Any, path: Path) -> Any:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _model(path: Path, data: Any) -> type[BaseModel] | None:
    """Return the model of the table at ``path``."""
    if not path:
        return Scenario
    if path[0] == "events" and len(path) == 2:
        event = _table_at(data, path)
        return EVENT_MODELS.get(str(event.get("type"))) if isinstance(event, Mapping) else None
    parent = _model(path[:-1], data)
    if parent is None:
        if len(path) > 1 and (field := _field(path[:-1], data)) is not None:
            values = get_args(field.annotation)
            if get_origin(field.annotation) is dict and _is_model(values[1]):
                return values[1]
        return None
    field = parent.model_fields.get(str(path[-1]))
    annotation = field.annotation if field is not None else None
    return annotation if _is_model(annotation) else None


def _is_model(annotation: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _field(path: Path, data: Any) -> FieldInfo | None:
    model = _model(path[:-1], data)
    return model.model_fields.get(str(path[-1])) if model else None


def _choices(field: FieldInfo | None) -> tuple[Any, ...]:
    if field is None:
        return ()
    for kind in (field.annotation, *get_args(field.annotation)):
        if get_origin(kind) is Literal:
            return get_args(kind)
    return ()


def bounds(field: FieldInfo) -> tuple[Any, Any]:
    """Return the smallest and largest value of a field, where it has them."""
    low = high = None
    for rule in field.metadata:
        low = getattr(rule, "ge", low)
        high = getattr(rule, "le", high)
    return low, high


def allowed_values(field: FieldInfo | None) -> str:
    """Return what a field takes, in words."""
    if field is None:
        return "a table"
    if choices := _choices(field):
        return f"one of {', '.join(map(str, choices))}"
    kind = field.annotation
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(one for one in get_args(kind) if one is not type(None))
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "a text in quotes"}
    text = names.get(kind) if isinstance(kind, type) else None
    if text is None:
        if get_origin(kind) is tuple:
            inner = get_args(kind)[0]
            return (
                "a list of texts"
                if getattr(inner, "__origin__", inner) is str
                else "a list of [[events]] tables"
            )
        return "a table"
    low, high = bounds(field)
    if low is not None and high is not None:
        text += f" from {low:g} to {high:g}"
    elif low is not None:
        text += f" of at least {low:g}"
    extra = field.json_schema_extra
    unit = extra.get("unit") if isinstance(extra, dict) else None
    return (
        f"{text} ({unit})"
        if isinstance(unit, str) and unit not in ("1", "switch", "choice", "name")
        else text
    )

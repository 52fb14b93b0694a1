"""Reading and writing TOML: errors with a place, keys with a line, and a small writer."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sim.scenario.problems import Problem, ScenarioError

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)\s*\Z")
_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?\Z")
_KEY = re.compile(
    r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)


def read_toml(path: Path, shown: str) -> tuple[dict[str, Any], str]:
    """Return the table in a file and its text; ``shown`` names the file in errors."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"bytes that are not UTF-8 text (at byte {error.start})"
        raise ScenarioError(
            [Problem(shown, "", found, "a TOML file in UTF-8", "save the file as UTF-8")]
        ) from None
    except OSError as error:
        what = "a folder" if path.is_dir() else (error.strerror or str(error)).lower()
        raise ScenarioError([Problem(shown, "", what, "a TOML file that can be read")]) from None
    return parse_toml(text, shown), text


def parse_toml(text: str, shown: str) -> dict[str, Any]:
    """Return the table that a TOML text holds."""
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = _PLACE.search(message)
        line = column = None
        if place:
            message = message[: place.start()]
            if place[1]:
                line, column = int(place[1]), int(place[2])
            else:
                line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
        found = f"{message} (line {line}, column {column})" if line else message
        hint = _syntax_hint(message, text, line)
        raise ScenarioError([Problem(shown, "", found, "TOML syntax", hint, line)]) from None
    except (ValueError, RecursionError) as error:
        found = "nesting that is too deep" if isinstance(error, RecursionError) else str(error)
        raise ScenarioError([Problem(shown, "", found, "TOML syntax")]) from None


def _syntax_hint(message: str, text: str, line: int | None) -> str:
    lines = text.split("\n")
    source = lines[line - 1].strip() if line and line <= len(lines) else ""
    if "Invalid value" in message and "=" in source:
        value = source.split("=", 1)[1].split("#")[0].strip()
        if value in ("True", "False"):
            return f"write {value.lower()}"
        if re.fullmatch(r"[+-]?\.\d+|[+-]?\d+\.", value):
            return "a number needs digits on both sides of the point"
        if re.fullmatch(r"[A-Za-z][\w .-]*", value):
            return f'texts need quotes: "{value}"'
    if "Cannot overwrite a value" in message or "Cannot declare" in message:
        return "the same key or table is written twice"
    return f"the line reads: {source}" if source and source.isprintable() else ""


def find_lines(text: str) -> dict[tuple[str | int, ...], int]:
    """Return the line of every key and table header, by path; multi-line values may hide some."""
    lines: dict[tuple[str | int, ...], int] = {}
    counts: dict[tuple[str | int, ...], int] = {}
    table: tuple[str | int, ...] = ()
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            table = _split(header[2])
            if header[1] == "[[":
                index = counts[table] = counts.get(table, -1) + 1
                table = (*table, index)
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault((*table, *_split(key[1])), number)
    return lines


def _split(key: str) -> tuple[str, ...]:
    return tuple(part.strip("\"' ") for part in re.findall(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""", key))


Comment = Callable[[tuple[str, ...]], str]


def write_toml(table: Mapping[str, Any], comment: Comment | None = None) -> str:
    """Return a table as TOML text; ``comment`` gives a remark to stand behind a key or header."""
    lines: list[str] = []
    _write_table(table, (), lines, comment)
    return "\n".join(lines).strip("\n") + "\n"


def _write_table(
    table: Mapping[str, Any], path: tuple[str, ...], lines: list[str], comment: Comment | None
) -> None:
    plain = {key: value for key, value in table.items() if not _is_table(value) and not _is_tables(value)}
    rest = {key: value for key, value in table.items() if key not in plain}
    if path and (plain or not rest):
        lines.extend(["", f"[{_dotted(path)}]{_remark(path, comment)}"])
    for key, value in plain.items():
        lines.append(f"{_key(key)} = {_value(value)}{_remark((*path, key), comment)}")
    for key, value in rest.items():
        inner = (*path, key)
        if _is_table(value):
            _write_table(value, inner, lines, comment)
            continue
        for entry in value:
            lines.extend(["", f"[[{_dotted(inner)}]]"])
            lines.extend(f"{_key(k)} = {_value(v)}" for k, v in entry.items())


def _remark(path: tuple[str, ...], comment: Comment | None) -> str:
    text = comment(path) if comment else ""
    return f"  # {text}" if text else ""


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_tables(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(_is_table(entry) for entry in value)


def _dotted(path: tuple[str, ...]) -> str:
    return ".".join(map(_key, path))


def _key(key: str) -> str:
    return key if _BARE.match(key) else _text(key)


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return _text(value)
        case list() | tuple() if not value:
            return "[]"
        case list() | tuple() if all(isinstance(entry, str) for entry in value):
            return "[\n" + "".join(f"  {_text(entry)},\n" for entry in value) + "]"
        case list() | tuple():
            return "[" + ", ".join(map(_value, value)) + "]"
        case Mapping():
            return "{" + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + "}"
    raise TypeError(f"cannot write {type(value).__name__} as TOML")


def _text(text: str) -> str:
    # JSON escapes are TOML escapes; DEL is the one control character that JSON leaves as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

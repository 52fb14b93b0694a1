"""A world as a query string: scenario, seed, changes, acts, week; and back."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import sim
from sim.scenario import Problem
from viz.limits import UPLOAD_BYTES
from viz.repeat import Act
from viz.uploads import value_of

#: An uploaded file travels in the link if it is not longer than this when packed.
LONGEST_FILE = 6_000
#: A query string that is read at all, and changes and acts in it.
LONGEST_QUERY, MOST_PARTS = 40_000, 200
LARGEST_SEED = 9 * 10**18


@dataclass(frozen=True)
class Place:
    """What a link says."""

    base: str = "baseline"
    text: str | None = None
    seed: int = 1
    changes: dict[str, Any] = field(default_factory=dict)
    acts: tuple[Act, ...] = ()
    week: int = 0


def written(
    base: str, text: str | None, seed: int, changes: Mapping[str, Any], acts: Sequence[Act], week: int
) -> str:
    """The query string, with its question mark."""
    pairs = [("scenario", base), ("seed", str(seed))]
    pairs += [("set", f"{key}={_json(value)}") for key, value in changes.items()]
    pairs += [("act", _json(act.event)) for act in acts]
    pairs += [("week", str(week))] if week else []
    if text is not None:
        packed = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")
        # A file too long for a link is asked for again when the link is opened.
        pairs.append(("file", packed if len(packed) <= LONGEST_FILE else ""))
    return "?" + urlencode(pairs)


def read(query: str, text: str | None = None) -> Place:
    """What a query string says; :class:`sim.ScenarioError` names what cannot be read in it.

    ``text`` is the scenario file, for a link that has no room for it.
    """
    if len(query) > LONGEST_QUERY:
        raise _problem("", f"{len(query):,} characters", f"at most {LONGEST_QUERY:,}")
    found: dict[str, list[str]] = {}
    for key, value in parse_qsl(query.lstrip("?"), keep_blank_values=True):
        found.setdefault(key, []).append(value)
    if len(found.get("set", [])) + len(found.get("act", [])) > MOST_PARTS:
        raise _problem("set, act", "too many", f"at most {MOST_PARTS}")
    base = found.get("scenario", ["baseline"])[-1] or "baseline"
    return Place(
        base, _text(found, base) if text is None else text, _number(found, "seed", 1, LARGEST_SEED),
        dict(_change(each) for each in found.get("set", [])),
        tuple(_act(each) for each in found.get("act", [])), _number(found, "week", 0, 10_000),
    )  # fmt: skip


def _change(text: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise _problem("set", f'"{text[:60]}"', "key=value, for instance distillation.potency=0.3")
    try:
        return key.strip(), json.loads(value, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return key.strip(), value_of(value)


def _act(text: str) -> Act:
    try:
        event = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        raise _problem("act", f'"{text[:60]}"', "an event as JSON")
    week = event.get("week")
    if not isinstance(week, int) or isinstance(week, bool) or week < 0:
        raise _problem("act", f"week = {str(week)[:20]}", "the week of the event, 0 or more")
    return Act(week, event)


def _text(found: Mapping[str, list[str]], base: str) -> str | None:
    if "file" not in found:
        return None
    packed = found["file"][-1]
    if not packed:
        raise _problem(
            "file", "a link to a scenario file that is too long for a link", "",
            f"upload {base[:80]} again; the link holds its other settings",
        )  # fmt: skip
    try:
        raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        # Not more is unpacked than may be uploaded, however well it was packed.
        reader = zlib.decompressobj()
        data = reader.decompress(raw, UPLOAD_BYTES + 1)
        if len(data) <= UPLOAD_BYTES:
            if not reader.eof:
                raise ValueError("it ends too soon")
            return data.decode()
    except (ValueError, binascii.Error, zlib.error):
        raise _problem("file", "text that cannot be unpacked", "a link as this page gives it") from None
    raise _problem("file", "a file that is too large", f"at most {UPLOAD_BYTES:,} bytes")


def _number(found: Mapping[str, list[str]], key: str, default: int, most: int) -> int:
    text = found.get(key, [""])[-1].strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 19) or int(text) > most:
        raise _problem(key, f'"{text[:30]}"', f"a whole number from 0 to {most}")
    return int(text)


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _problem(key: str, found: str, allowed: str, hint: str = "") -> sim.ScenarioError:
    return sim.ScenarioError([Problem("link", key, found, allowed, hint)])

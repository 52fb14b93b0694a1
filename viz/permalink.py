"""A link that reproduces a view: scenario, seed, settings, acts and week in the query of the address."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sim.scenario.layers import read_value

#: Longest query that is read, and most settings and acts in it.
LONGEST, MOST = 8_000, 100


@dataclass(frozen=True)
class Address:
    """What a link says."""

    scenario: str = "baseline"
    seed: int = 1
    week: int = 0
    changes: Mapping[str, Any] = field(default_factory=dict)
    acts: Sequence[Mapping[str, Any]] = ()


def write(address: Address) -> str:
    """The query, with its question mark."""
    pairs: list[tuple[str, str]] = [("scenario", address.scenario), ("seed", str(address.seed))]
    pairs += [("set", f"{key}={_text(value)}") for key, value in address.changes.items()]
    pairs += [("act", json.dumps(dict(act), sort_keys=True, separators=(",", ":"))) for act in address.acts]
    pairs.append(("week", str(address.week)))
    return "?" + urlencode(pairs)


def read(query: str) -> Address:
    """What a query says; ``ValueError`` with a sentence for one that cannot be read."""
    if len(query) > LONGEST:
        raise ValueError("the link is too long to be read")
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    named = dict(pairs)
    changes: dict[str, Any] = {}
    acts: list[Mapping[str, Any]] = []
    for key, value in pairs:
        if key == "set":
            name, equals, text = value.partition("=")
            if not equals:
                raise ValueError(f"the link's setting {value[:60]!r} has no value")
            changes[name] = read_value(text)
        elif key == "act":
            try:
                act = json.loads(value)
            except ValueError:
                act = None
            if not isinstance(act, dict):
                raise ValueError("an act in the link cannot be read")
            acts.append(act)
    if len(changes) + len(acts) > MOST:
        raise ValueError(f"the link holds more than {MOST} settings and acts")
    return Address(
        named.get("scenario", "baseline") or "baseline",
        _whole(named, "seed", 1),
        _whole(named, "week", 0),
        changes,
        acts,
    )


def _whole(named: Mapping[str, str], key: str, default: int) -> int:
    text = named.get(key, "")
    if not text:
        return default
    if not text.isdecimal() or len(text) > 15:
        raise ValueError(f"the link's {key} {text[:30]!r} is not a whole number")
    return int(text)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)

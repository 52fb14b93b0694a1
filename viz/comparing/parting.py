"""Where two runs with the same luck part: the first week, and the first event that only one of them has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from viz import feed

#: What tells events apart; their place in the table does not.
COLUMNS = ("type", "origin", "source", "target", "quantity", "narrative", "value", "bias", "effect")
#: Two events that agree in these are the same kind of act, with other numbers.
KIND = ("type", "origin", "source", "target", "quantity", "narrative")
ARTICLES = {"evaluation": "an evaluation", "election": "an election", "control_act": "an act of control"}


@dataclass(frozen=True)
class Parting:
    """The first week whose events differ, and what only A has, only B has, and both have with other numbers."""

    week: int
    only_a: list[dict[str, Any]]
    only_b: list[dict[str, Any]]
    other: list[tuple[dict[str, Any], dict[str, Any]]]


def first_week(a: np.ndarray, b: np.ndarray, weeks: np.ndarray) -> int | None:
    """The first week in which two series ``(weeks,)`` differ in any bit; None where they never do."""
    apart = ~((a == b) | (np.isnan(a) & np.isnan(b)))
    return int(weeks[np.argmax(apart)]) if apart.any() else None


def first_clear(low: np.ndarray, high: np.ndarray, weeks: np.ndarray) -> int | None:
    """The first week whose interval leaves zero out; None where there is none."""
    clear = (low > 0) | (high < 0)
    return int(weeks[np.argmax(clear)]) if clear.any() else None


def first_events(a: Sequence[Mapping[str, Any]], b: Sequence[Mapping[str, Any]]) -> Parting | None:
    """Compare two logs week by week; None where they are the same."""
    in_a, in_b = _by_week(a), _by_week(b)
    for week in sorted({*in_a, *in_b}):
        counts = [Counter(rows) for rows in (in_a.get(week, []), in_b.get(week, []))]
        only_a, only_b = counts[0] - counts[1], counts[1] - counts[0]
        if only_a or only_b:
            left_a = _in_order(in_a.get(week, []), only_a)
            left_b = _in_order(in_b.get(week, []), only_b)
            return _matched(week, left_a, left_b)
    return None


def rows_of(events: Any) -> list[dict[str, Any]]:
    """Rows of a run's table of events, an Arrow table."""
    return events.select(["week", *COLUMNS]).to_pylist()  # type: ignore[no-any-return]


def told(parting: Parting | None, most: int = 6) -> list[str]:
    """The first difference in plain words, most telling first."""
    if parting is None:
        return ["The logs of pair 0 are the same in every week."]
    acts = [(row, "A") for row in parting.only_a] + [(row, "B") for row in parting.only_b]
    lines = [f"{_event(row)} that only {who} has: {_said(row)}" for row, who in acts]
    lines += [
        f"{_event(one)} with other numbers. A: {_said(one)} B: {_said(two)}" for one, two in parting.other
    ]
    when = f"week {parting.week}" if parting.week >= 0 else f"week {parting.week} (before the start)"
    first, *rest = lines
    left = len(rest) - (most - 1)
    shown = [
        f"First difference: {when}, {first}",
        *(f"In the same week: {line}" for line in rest[: most - 1]),
    ]
    return [*shown, f"... and {left} more events of that week."] if left > 0 else shown


def _by_week(rows: Sequence[Mapping[str, Any]]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        found.setdefault(int(row["week"]), []).append(tuple(_plain(row.get(name)) for name in COLUMNS))
    return found


def _plain(value: Any) -> Any:
    """NaN equals nothing, not even itself: it stands for a missing value."""
    return None if value is None or value != value or value == "" else value


def _in_order(rows: Sequence[tuple[Any, ...]], wanted: Counter[tuple[Any, ...]]) -> list[dict[str, Any]]:
    left, found = Counter(wanted), []
    for row in rows:
        if left[row] > 0:
            left[row] -= 1
            found.append(dict(zip(COLUMNS, row, strict=True)))
    return found


def _matched(week: int, a: list[dict[str, Any]], b: list[dict[str, Any]]) -> Parting:
    """Take pairs that differ in numbers only out of the two lists."""
    only_b, only_a, other = list(b), [], []
    for row in a:
        twin = next((each for each in only_b if all(each[name] == row[name] for name in KIND)), None)
        if twin is None:
            only_a.append(row)
        else:
            only_b.remove(twin)
            other.append((row, twin))
    return Parting(week, only_a, only_b, other)


def _event(row: Mapping[str, Any]) -> str:
    kind = str(row["type"])
    text = ARTICLES.get(kind, f"a {kind.replace('_', ' ')}")
    text += f" of {row['source']}" if row.get("source") else ""
    return text + (f" ({str(row['narrative']).replace('_', ' ')})" if row.get("narrative") else "")


def _said(row: Mapping[str, Any]) -> str:
    sentence = feed.sentence(dict(row))
    if sentence:
        return sentence
    value = row.get("value")
    return (
        f"{row.get('source') or ''} {row.get('target') or ''} {'' if value is None else f'{value:.4g}'}".strip()
        + "."
    )

"""Where two runs with the same luck part: the first week, and the first event that only one of them has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

#: What tells events apart; their place in the table does not.
COLUMNS = ("type", "origin", "source", "target", "quantity", "narrative", "value", "bias", "effect")
#: Two events that agree in these are the same kind of act, with other numbers.
KIND = ("type", "origin", "source", "target", "quantity", "narrative")


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


def first_missing(a: Sequence[Mapping[str, Any]], b: Sequence[Mapping[str, Any]]) -> Parting | None:
    """The first week with an event that only one log has, whatever its numbers; None where there is none."""
    in_a, in_b = _by_week(a), _by_week(b)
    for week in sorted({*in_a, *in_b}):
        rows = [[dict(zip(COLUMNS, row, strict=True)) for row in each.get(week, [])] for each in (in_a, in_b)]
        if Counter(map(kind, rows[0])) != Counter(map(kind, rows[1])):
            return _matched(week, *rows)
    return None


def next_of(row: Mapping[str, Any], week: int, rows: Sequence[Mapping[str, Any]]) -> int | None:
    """The first later week in which a log has an event like this one."""
    return min(
        (int(each["week"]) for each in rows if each["week"] > week and kind(each) == kind(row)), default=None
    )


def kind(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What an event is, without its numbers."""
    return tuple(_plain(row.get(name)) for name in KIND)


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
        twin = next((each for each in only_b if kind(each) == kind(row)), None)
        if twin is None:
            only_a.append(row)
        else:
            only_b.remove(twin)
            other.append((row, twin))
    return Parting(week, only_a, only_b, other)

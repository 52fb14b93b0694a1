"""What the address of the sweep explorer carries: sweep, view, what is drawn in it, ranges, and the run looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode

#: Longest query that is read, and most fields in it.
LONGEST, MOST_FIELDS = 4_000, 60
#: Most parallel axes, and most columns with a range.
MOST_AXES, MOST_RANGES = 12, 16
#: Names of the views, in the order of the tabs, with their labels.
VIEWS = {
    "scatter": "Scatter",
    "heat": "Heat map",
    "parallel": "Parallel axes",
    "sensitivity": "Sensitivity",
    "box": "Box (PRIM)",
    "table": "Table",
}
#: The condition's direction: its sign, and how it is said.
SIGNS = {"above": ">", "below": "<"}


class Range(NamedTuple):
    """What a column's values lie between, ends included (viz/exploring/ranges.py says what they count)."""

    column: str
    low: float
    high: float

    @property
    def query(self) -> str:
        """The field of the query."""
        return "~".join(
            [self.column, *(repr(float(end)).removesuffix(".0") for end in (self.low, self.high))]
        )


@dataclass(frozen=True)
class Address:
    """The state that a link repeats; an empty text or nothing stands for the default.

    ``axes`` are those of the parallel view, ``box`` draws PRIM's box over scatter and heat map, ``run`` is the run
    looked at (design row and replicate); ``ranges``, one a column, select the runs that are in all of them.
    """

    sweep: str = ""
    outcome: str = ""
    x: str = ""
    y: str = ""
    view: str = "scatter"
    side: str = "above"
    threshold: float | None = None
    axes: tuple[str, ...] = ()
    box: bool = False
    run: tuple[int, int] | None = None
    ranges: tuple[Range, ...] = ()

    def query(self) -> str:
        """The query string, with ``?``; empty for the page as it opens."""
        pairs = {
            "sweep": self.sweep,
            "outcome": self.outcome,
            "x": self.x,
            "y": self.y,
            "view": "" if self.view == "scatter" else self.view,
            "side": "" if self.side == "above" else self.side,
            "threshold": "" if self.threshold is None else repr(float(self.threshold)),
            "axis": list(self.axes),
            "box": "1" if self.box else "",
            "run": "" if self.run is None else f"{self.run[0]}.{self.run[1]}",
            "range": [one.query for one in self.ranges],
        }
        told = urlencode({key: value for key, value in pairs.items() if value}, doseq=True)
        return f"?{told}" if told else ""

    def settled(self, outcomes: Sequence[str], factors: Sequence[str]) -> Address:
        """The same with names that exist: what is unknown or missing becomes the first, and ``y`` the second factor."""
        outcome = self.outcome if self.outcome in outcomes else outcomes[0]
        x = self.x if self.x in factors else factors[0]
        others = [name for name in factors if name != x]
        y = self.y if self.y in others else (others[0] if others else "")
        every = (*factors, *outcomes)
        axes = tuple(name for name in every if name in self.axes)[:MOST_AXES]
        ranges = tuple(one for one in self.ranges if one.column in every)
        return replace(self, outcome=outcome, x=x, y=y, axes=axes, ranges=ranges)


def read_address(query: str | None) -> Address:
    """Read a query; what is not understood is left out."""
    text = (query or "").removeprefix("?")
    if len(text) > LONGEST:
        return Address()
    try:
        every = parse_qs(text, max_num_fields=MOST_FIELDS)
    except ValueError:
        return Address()
    found = {key: values[-1] for key, values in every.items()}
    view, side = found.get("view", "scatter"), found.get("side", "above")
    return Address(
        sweep=found.get("sweep", ""),
        outcome=found.get("outcome", ""),
        x=found.get("x", ""),
        y=found.get("y", ""),
        view=view if view in VIEWS else "scatter",
        side=side if side in SIGNS else "above",
        threshold=_number(found.get("threshold")),
        axes=tuple(dict.fromkeys(every.get("axis", [])))[:MOST_AXES],
        box=found.get("box") == "1",
        run=_run(found.get("run")),
        ranges=_ranges(every.get("range", [])),
    )


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None


def _run(text: str | None) -> tuple[int, int] | None:
    row, _, replicate = (text or "").partition(".")
    if not (row.isascii() and row.isdecimal() and replicate.isascii() and replicate.isdecimal()):
        return None
    return (int(row), int(replicate)) if len(row) < 12 and len(replicate) < 12 else None


def _ranges(texts: Sequence[str]) -> tuple[Range, ...]:
    """One a column, the last that is told of it."""
    found: dict[str, Range] = {}
    for text in texts:
        # A column's name may hold the sign that stands between.
        column, *ends = text.rsplit("~", 2)
        if not column or len(ends) != 2:
            continue
        low, high = map(_number, ends)
        if low is not None and high is not None and low <= high:
            found[column] = Range(column, low, high)
    return tuple(found.values())[:MOST_RANGES]

"""What the charts of the Live page share: the week looked at, lines by name, dots of events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from viz import theme
from viz.charts import marks
from viz.feed import sentence

if TYPE_CHECKING:
    from viz.view import View

#: Dots of one chart at most; the newest are kept.
DOTS = 300
EPOCH = dt.date(1970, 1, 1).toordinal()
#: Types that are news of every week, not something that happened to the world.
ROUTINE = {"claim", "score", "evaluation", "model_release", "benchmark_release", "round"}


def cursor(view: View) -> Any:
    """Date of the week looked at, or None before the first week."""
    if not len(view.weeks):
        return None
    return view.dates[int(np.clip(np.searchsorted(view.weeks, view.cursor), 0, len(view.weeks) - 1))]


def waiting(view: View, dark: bool) -> dict[str, Any] | None:
    """The option of a world that has not begun, or None."""
    return None if len(view.weeks) else marks.empty("The first week has not run yet: press Play.", dark)


def start(view: View, unit: str, dark: bool, names: Iterable[str], **more: Any) -> dict[str, Any]:
    """Option over the weeks of the view without series."""
    return marks.frame(view.dates, unit, dark, list(names), **more)


def end(option: dict[str, Any], view: View, dark: bool) -> dict[str, Any]:
    """The same with the line at the week looked at."""
    option["series"].append(marks.cursor_line(cursor(view), dark))
    return option


def labs(view: View, dark: bool) -> list[tuple[int, str, str, theme.Dash]]:
    """Number, name, colour and dash of each lab."""
    return [(k, lab.name, *theme.lab_style(lab, k, dark)) for k, lab in enumerate(view.labs)]


def recent(view: View, kinds: set[str] | None = None, most: int = DOTS) -> list[dict[str, Any]]:
    """The newest events of some types (None: all but routine ones) that can be placed in the view's weeks."""
    found = [
        e for e in view.events if (e["type"] in kinds if kinds is not None else e["type"] not in ROUTINE)
    ]
    return [event for event in found if event["week"] >= 0][-most:]


def dots(
    name: str, rows: list[list[Any]], colour: str, symbol: str = "circle", size: int = 6, *, hollow: bool = False,
    **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """Dots of events; a row is ``[date in ms, y, event id, words]`` and a click tells ``event``."""
    look = (
        {"color": "transparent", "borderColor": colour, "borderWidth": 1.4}
        if hollow
        else {"color": colour, "opacity": 0.85}
    )
    return {
        "type": "scatter", "name": name, "data": rows, "dimensions": ["x", "y", "event", "says"],
        "encode": {"x": 0, "y": 1}, "symbol": symbol, "symbolSize": size, "color": colour, "itemStyle": look, "z": 4,
        "id": f"dots:{name}", **more,
    }  # fmt: skip


def day(event: Mapping[str, Any]) -> int:
    """Date of an event in milliseconds."""
    return (dt.date.fromisoformat(str(event["date"])[:10]).toordinal() - EPOCH) * 86_400_000


def words(event: Mapping[str, Any], view: View) -> str:
    """An event in a sentence, for a tooltip that has the date already."""
    return sentence(dict(event), view.value_unit)


def placed(events: Sequence[Mapping[str, Any]], view: View, heights: Any = None) -> list[list[Any]]:
    """Rows of :func:`dots`: at the events' values, or at one height, or at a height for each."""
    values = (
        [e["value"] if e["value"] is not None else np.nan for e in events] if heights is None else heights
    )
    at = marks.numbers(np.broadcast_to(np.asarray(values, float), len(events)))
    return [[day(e), height, e["id"], words(e, view)] for e, height in zip(events, at, strict=True)]


def lab_lines(
    option: dict[str, Any], view: View, dark: bool, values: np.ndarray, kind: str, symbol: str, size: int
) -> dict[str, Any]:
    """A line for each lab, with hollow dots at its events of a kind; the line at the week looked at ends it."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for event in recent(view, {kind}):
        if event["value"] is not None:
            found.setdefault(event["source"], []).append(event)
    for k, name, colour, dash in labs(view, dark):
        option["series"].append(marks.line(name, view.dates, values[:, k], colour, dash))
        if name in found:
            option["series"].append(
                dots(
                    name,
                    placed(found[name], view),
                    colour,
                    symbol,
                    size,
                    hollow=True,
                    id=f"dots:{kind}:{name}",
                )
            )
    return end(option, view, dark)

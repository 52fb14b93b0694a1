"""Benchmarks: each lab's score on each set, with its 95 % interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from viz import theme
from viz.charts import live, marks

if TYPE_CHECKING:
    from viz.view import View

#: Sets in the chart at most; the newest are kept.
SETS = 8
#: Half width of a 95 % interval in standard errors.
REACH = 1.96


def scores(view: View, dark: bool, most: int = SETS) -> dict[str, Any]:
    """Dots with whiskers, a row a set; a filled dot is an open-weights lab; saturated sets are named so."""
    held: dict[str, list[dict[str, Any]]] = {}
    for entry in view.board:
        held.setdefault(entry["benchmark"], []).append(entry)
    sets = list(held)[-most:]
    if not sets:
        return marks.empty("No score has been published yet.", dark)
    option = theme.option_base(dark, [lab.name for lab in view.labs])
    option["legend"]["data"] = [{"name": lab.name} for lab in view.labs]
    option["legend"]["itemWidth"] = 12
    for item, (k, _name, colour, _dash) in zip(option["legend"]["data"], live.labs(view, dark), strict=True):
        filled = view.labs[k].openness == "open"
        item |= {"icon": "circle", "itemStyle": {
            "color": colour if filled else theme.paper(dark), "borderColor": colour, "borderWidth": 1.5, "opacity": 1,
        }}  # fmt: skip
    option["tooltip"] |= {"trigger": "item", "formatter": "@says"}
    option["grid"]["bottom"] = 22
    option["xAxis"] = theme.x_axis(dark, "score, share of items right", min=0, max=1)
    option["xAxis"]["splitLine"]["show"] = True
    option["yAxis"] = theme.axis(
        "category", dark, data=[_set_name(held[name]) for name in sets], inverse=True
    )
    option["yAxis"]["axisLabel"] |= {"interval": 0, "width": 130, "overflow": "truncate", "fontSize": 10}
    option["yAxis"]["splitLine"]["show"] = True
    count = max(len(view.labs), 1)
    for k, name, colour, _dash in live.labs(view, dark):
        is_open = view.labs[k].openness == "open"
        rows = []
        for place, test in enumerate(sets):
            for entry in held[test]:
                if entry["lab"] == name and entry["score"] is not None:
                    rows.append(_row(entry, place, (k + 0.5) / count * 0.8 - 0.4, is_open))
        option["series"].append({
            "type": "custom", "name": name, "renderItem": "errorbar", "color": colour, "itemStyle": {"color": colour},
            "encode": {"x": [0], "y": 1}, "data": rows, "clip": True,
        })  # fmt: skip
    return option


def saturated(view: View) -> str:
    """Which sets tell no more at the top, in words."""
    standing = list(dict.fromkeys(entry["benchmark"] for entry in view.board))
    full = list(dict.fromkeys(entry["benchmark"] for entry in view.board if entry["saturated"]))
    if not standing:
        return ""
    if not full:
        return f"None of {len(standing)} test sets is saturated."
    named = ", ".join(full[-5:]) + (f" and {len(full) - 5} older ones" if len(full) > 5 else "")
    return f"{len(full)} of {len(standing)} test sets are saturated, too easy to tell models apart at the top: {named}."


def _set_name(entries: list[dict[str, Any]]) -> str:
    first = entries[0]
    told = [
        word for word, holds in (("saturated", first["saturated"]), ("private", not first["public"])) if holds
    ]
    return first["benchmark"] + (f" ({', '.join(told)})" if told else "")


def _row(entry: dict[str, Any], place: int, offset: float, is_open: bool) -> dict[str, Any]:
    score, error = (marks.number(entry[key], 3) for key in ("score", "standard_error"))
    low = high = None
    if score is not None and error is not None:
        low = marks.number(max(score - REACH * error, 0.0), 3)
        high = marks.number(min(score + REACH * error, 1.0), 3)
    said = [
        f"{entry['lab']} on {entry['benchmark']}",
        f"score {score}" + (f" [{low}, {high}]" if low is not None else ""),
    ]
    for key, name in (("chance_floor", "by chance"), ("surprise", "surprise, standard deviations")):
        if entry.get(key) is not None:
            said.append(f"{name}: {marks.number(entry[key], 3)}")
    said += ["saturated: it tells no more at the top"] if entry["saturated"] else []
    return {"value": [score, place, low, high, round(offset, 3), int(is_open)], "says": "\n".join(said)}

"""The week in a few figures: what a reader wants to know before looking at any chart."""

from __future__ import annotations

import numpy as np
import solara

from viz import shell, theme, wording
from viz.charts.capability import months_per_oom
from viz.live import state
from viz.view import View


@solara.component
def Headline(now: state.Now) -> None:
    """Each figure with its name, and below it what it is held against."""
    with solara.v.Html(
        tag="div", class_="parity-figures",
        attributes={"aria-label": "The week looked at, in figures", "role": "group"},
    ):  # fmt: skip
        for each in figures(now.view):
            Figure(*each)


@solara.component
def Figure(name: str, value: str, beside: str, meaning: str) -> None:
    """One figure; its meaning is a tooltip, which a keyboard reaches too."""
    with solara.Div(classes=["parity-figure"]):
        shell.Term(name, meaning)
        words = f"<b>{shell.escape(value)}</b><small>{shell.escape(beside)}</small>"
        solara.HTML(tag="div", unsafe_innerHTML=words)


def figures(view: View) -> list[tuple[str, str, str, str]]:
    """Name, value, what stands beside it, and its meaning; at the week looked at."""
    if not len(view.weeks):
        return []
    at = min(view.cursor, len(view.weeks) - 1)
    ago = max(at - 52, 0)

    def value(name: str, week: int = at) -> float:
        return float(view.series[name][week])

    unit = view.value_unit
    months = value("gap_months")
    believed = value("believed_gap_investors") * float(months_per_oom(view)[at])
    before, worth = value("valuation_us_labs", ago), value("valuation_us_labs")
    attention = {name: value(f"claims_{name}") for name in theme.CLAIMS}
    loudest = max(attention, key=lambda name: attention[name])
    return [
        (
            "Lead of the US", f"{wording.number(months, 1)} months",
            f"investors believe {wording.number(believed, 1)}",
            "How long the best Chinese lab needs, at the frontier's growth, to reach the best US lab of this week.",
        ),
        (
            "Closed by copying", wording.quantity(value("copied_share"), "share"),
            f"investors believe {wording.quantity(value('believed_copied_share_investors'), 'share')}",
            "Share of the gap there would be without copying that copying has closed, in the model.",
        ),
        (
            "Chip control", wording.number(value("control_strength_chips")),
            f"in force {wording.number(value('control_effective_chips'))}",
            "Strictness as announced, 0 none to 1 full; in force is what leakage leaves of it.",
        ),
        (
            "Value of US labs", f"{wording.number(worth, 0 if worth >= 100 else 1)} {unit}",
            f"{_times(worth, before)} {_span(at - ago)} ago",
            "What investors pay for all US labs together.",
        ),
        (
            "Listed index", wording.number(value("listed_index"), 1),
            f"fundamental {wording.number(value('listed_fundamental'), 1)}",
            "Price of listed chip makers, the week before the start = 1.",
        ),
        (
            "Loudest story", loudest if attention[loudest] > 0 else "none",
            f"{wording.quantity(attention[loudest], 'share')} of its topic's attention",
            wording.STORY.get({short: long for long, short in theme.NARRATIVES.items()}.get(loudest, loudest), ""),
        ),
    ]  # fmt: skip


def _times(now: float, before: float) -> str:
    ratio = now / before if before > 0 else float("nan")
    return f"{wording.number(ratio, 1)} times what it was" if np.isfinite(ratio) else "no value"


def _span(weeks: int) -> str:
    return "a year" if weeks == 52 else f"{weeks} weeks"

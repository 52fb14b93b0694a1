"""The line of weeks: shows how far the world is, and looks back without moving it."""

from __future__ import annotations

import solara

from viz import shell
from viz.live import state
from viz.live.widgets import Range


@solara.component
def Timeline(now: state.Now) -> None:
    """A slider over the weeks so far; at its right end the page follows the newest week."""
    view, newest = now.view, now.controller.week
    looked = view.cursor
    looking_back = state.cursor.value is not None and looked < newest - 1
    done = f"{newest} of {now.controller.last_week} weeks done"
    words = f"{'Looking back at week' if looking_back else 'Week'} {looked} ({_date(view, looked)}); {done}"
    with solara.Row(style="align-items:center;flex-wrap:wrap;", gap="12px", classes=["parity-timeline"]):
        solara.HTML(
            tag="strong", unsafe_innerHTML=shell.escape(words), attributes={"role": "status"},
            style="min-width:250px;font-variant-numeric:tabular-nums;", classes=["parity-week"],
        )  # fmt: skip
        with solara.Div(style="flex:1 1 260px;min-width:200px;"):
            Range(
                "Week looked at", looked, 0, max(newest - 1, 1), 1, lambda week: look_at(int(week), newest),
                disabled=newest < 2,
            )  # fmt: skip
        solara.Button(
            "To the newest week", on_click=lambda: state.cursor.set(None), outlined=True, disabled=not looking_back,
            classes=["parity-action"],
        )  # fmt: skip


def look_at(week: int, newest: int) -> None:
    """Look at a week; at the newest one the page follows again."""
    state.cursor.set(None if week >= newest - 1 else max(0, week))


def _date(view: object, week: int) -> str:
    dates = view.dates  # type: ignore[attr-defined]
    if not len(dates):
        return "start"
    return str(dates[min(max(week, 0), len(dates) - 1)])

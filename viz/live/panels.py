"""The grid of charts: which there are, what each says in words, and when each is drawn anew."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import solara

import sim
from viz import shell
from viz.charts import adoption, board, capability, network, policy, story, surprises, valuation
from viz.components.chart import Chart, Drawn
from viz.live import state
from viz.live.reading import HELP

if TYPE_CHECKING:
    from viz.view import View

Draw = Callable[["View", bool], dict[str, Any]]
#: While playing, a drawing of thousands of marks follows this often (seconds).
SLOW = 1.5


@dataclass(frozen=True)
class Spec:
    """One chart: ``outputs`` are the series whose present values its description tells.

    ``note`` writes a line below the chart; ``wide`` lets it take two columns.
    """

    name: str
    title: str
    draw: Draw
    outputs: tuple[str, ...] = ()
    height: int = 250
    slow: bool = False
    wide: bool = False
    on_click: Callable[[dict[str, Any]], None] | None = None
    note: Callable[[View], str] | None = None

    @property
    def help(self) -> str:
        """What the chart shows and how to read it."""
        return HELP[self.name]


def clicked_claim(told: dict[str, Any]) -> None:
    """Open the card of the claim whose dot was clicked."""
    number = _number(told, "id", "event", "event_id")
    if number is not None:
        state.claim.set(number)


def clicked_agent(told: dict[str, Any]) -> None:
    """Inspect the agent whose mark was clicked."""
    number = _number(told, "index", "agent", "id")
    if number is not None:
        state.agent.set(number)


def _number(told: dict[str, Any], *keys: str) -> int | None:
    data = told.get("data")
    if isinstance(data, dict):
        for key in keys:
            if isinstance(data.get(key), (int, float)):
                return int(data[key])
    return None


STORIES = tuple(f"claims_{kind}" for kind in ("parity", "moat", "copying", "cost", "control", "motive"))
BELIEVERS = ("believed_gap_investors", "believed_gap_policymakers", "believed_gap_communities")
BEST = ("capability_us_best", "capability_cn_best", "capability_open_best")
CONTROLS = ("control_strength_chips", "control_effective_chips")

CAPABILITY = Spec("capability", "Capability of each lab", capability.labs, BEST)
GAP = Spec("gap", "US–China gap in months", capability.gap, ("gap_months",))
STORY = Spec("story", "The story: which claims get attention", story.stream, STORIES, 390, wide=True,
             on_click=clicked_claim)  # fmt: skip
BOARD = Spec("benchmarks", "Benchmark board", board.scores, ("score_gap",), 280, note=board.saturated)
SURPRISES = Spec("surprises", "Surprises in scores", surprises.stems, ("surprise",), 330)
VALUATIONS = Spec(
    "valuations", "Valuations of labs", valuation.labs, ("valuation_us_labs", "valuation_cn_labs")
)
LISTED = Spec("listed", "Listed index", valuation.listed, ("listed_index", "listed_fundamental"))
CONTROL = Spec("policy", "Export control", policy.control, CONTROLS)
PRESSURE = Spec("pressure", "Pressure for an act", policy.pressure)
ATTENTION = Spec("attention", "Attention of policy, and acts", policy.attention, ("issue_attention",))
ADOPTION = Spec("adoption", "Adoption", adoption.shares, ("open_share", "cn_open_share"))
NETWORK = Spec(
    "network", "Who believes what", network.beliefs, BELIEVERS, 360, slow=True, on_click=clicked_agent
)
#: All charts, in the order of the page.
CHARTS = (
    CAPABILITY,
    GAP,
    STORY,
    BOARD,
    SURPRISES,
    VALUATIONS,
    LISTED,
    CONTROL,
    PRESSURE,
    ATTENTION,
    ADOPTION,
    NETWORK,
)


def in_words(spec: Spec, view: View) -> str:
    """What the chart shows, for those who do not see it."""
    parts = []
    at = min(view.cursor, len(view.weeks) - 1)
    for name in spec.outputs:
        series = view.series.get(name)
        if series is not None and at >= 0 and np.isfinite(series[at]):
            unit = sim.OUTPUTS[name].unit
            parts.append(f"{name.replace('_', ' ')} {series[at]:.3g}{'' if unit == '1' else ' ' + unit}")
    now = f" At week {view.cursor}: {'; '.join(parts)}." if parts else ""
    return f"{spec.title}, {view.week} weeks.{now}"


def drawn(spec: Spec, view: View, dark: bool) -> tuple[str, Drawn]:
    """The chart in words and as an option."""
    return in_words(spec, view), Drawn(spec.draw(view, dark))


@solara.component
def ChartPanel(spec: Spec, now: state.Now) -> None:
    """A chart in its card."""
    dark = shell.use_dark()
    shown = use_shown(now, spec.slow)
    words, option = solara.use_memo(lambda: drawn(spec, shown.view, dark), [shown.key, dark])
    note = spec.note(shown.view) if spec.note is not None else ""
    with shell.Panel(spec.title, spec.help, classes=["parity-wide"] if spec.wide else []):
        Chart(
            option, words, height=spec.height, on_click=spec.on_click,
            name=f"parity-{spec.name}-week-{shown.view.cursor}",
        )  # fmt: skip
        if note:
            solara.HTML(tag="p", unsafe_innerHTML=shell.escape(note), classes=["parity-note"])


def use_shown(now: state.Now, slow: bool) -> state.Now:
    """What a panel draws: the newest; a slow one, while playing, what it drew a moment ago."""
    held = solara.use_ref((now, 0.0))
    before, at = held.current
    same_world = before.controller is now.controller
    if slow and same_world and before is not now and state.playing.value and time.monotonic() - at < SLOW:
        return before
    if before is not now:
        held.current = (now, time.monotonic())
    return now

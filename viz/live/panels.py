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
from viz.charts import adoption, board, capability, network, policy, story, valuation
from viz.components.chart import Chart, Drawn
from viz.live import state

if TYPE_CHECKING:
    from viz.view import View

Draw = Callable[["View", bool], dict[str, Any]]
#: While playing, a drawing of thousands of marks follows this often (seconds).
SLOW = 1.5


@dataclass(frozen=True)
class Spec:
    """One chart: ``outputs`` are the series whose present values its description tells."""

    name: str
    title: str
    help: str
    draw: Draw
    outputs: tuple[str, ...] = ()
    height: int = 250
    slow: bool = False
    on_click: Callable[[dict[str, Any]], None] | None = None


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


CAPABILITY = Spec(
    "capability", "Capability of each lab",
    "What a lab's best model can do, in orders of magnitude (OOM) of effective compute: one OOM is a factor of ten.",
    capability.labs, ("capability_us_best", "capability_cn_best", "capability_open_best"),
)  # fmt: skip
GAP = Spec(
    "gap", "US–China gap in months",
    "How long the best Chinese lab needs at the frontier's growth to reach where the best US lab is now; "
    "true in the model, and as each group believes it.",
    capability.gap, ("gap_months",),
)  # fmt: skip
BOARD = Spec(
    "benchmarks", "Benchmark board",
    "Latest score of each model on each test, with the error of measurement. A saturated test is too easy to tell "
    "models apart. A surprise is a score far from what was expected.",
    board.scores, ("score_gap", "surprise"), height=300,
)  # fmt: skip
VALUATIONS = Spec(
    "valuations", "Valuations of labs",
    "What investors pay for each lab at its last funding round, in billions of US$.",
    valuation.labs, ("valuation_us_labs", "valuation_cn_labs"),
)  # fmt: skip
LISTED = Spec(
    "listed", "Listed index",
    "Price of listed chip makers, and what its expected earnings would justify "
    "(fundamental); rounds and shocks are marked.",
    valuation.listed, ("listed_index", "listed_fundamental"),
)  # fmt: skip
STORY = Spec(
    "story", "The story: which claims get attention",
    "Shares of public attention by kind of claim. Each dot is a claim: click it to read it, or choose it "
    "under Claim card.",
    story.stream, tuple(f"claims_{kind}" for kind in ("parity", "moat", "copying", "cost", "control", "motive")),
    height=300, on_click=clicked_claim,
)  # fmt: skip
CONTROL = Spec(
    "policy", "Export control",
    "Strictness of control from 0 (none) to 1 (full): as announced, as in force, and as the pivotal policymaker would "
    "have it. Issue attention is how much policy looks at this matter.",
    policy.control, ("control_strength_chips", "control_effective_chips", "issue_attention"),
)  # fmt: skip
PRESSURE = Spec(
    "pressure", "Pressure for an act",
    "Policy acts when the pressure between what is and what is wanted passes a threshold: "
    "long calm, then a sudden step.",
    policy.pressure,
)  # fmt: skip
NETWORK = Spec(
    "network", "Who believes what",
    "Investors, policymakers and communities, each a mark coloured by the gap it believes in; faint lines are who "
    "listens to whom (a sample). Click a mark, or choose a number under Agent.",
    network.beliefs, ("believed_gap_investors", "believed_gap_policymakers", "believed_gap_communities"),
    height=340, slow=True, on_click=clicked_agent,
)  # fmt: skip
ADOPTION = Spec(
    "adoption", "Adoption", "Share of users of each kind who use open weights: models whose files anyone may run.",
    adoption.shares, ("open_share", "cn_open_share"),
)  # fmt: skip


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
    """The chart in words and as an option; ECharts describes its picture itself unless it is given the words."""
    words = in_words(spec, view)
    option = spec.draw(view, dark)
    return words, Drawn({**option, "aria": {"enabled": True, "label": {"description": words}}})


@solara.component
def ChartPanel(spec: Spec, now: state.Now) -> None:
    """A chart in its card."""
    dark = shell.use_dark()
    shown = use_shown(now, spec.slow)
    words, option = solara.use_memo(lambda: drawn(spec, shown.view, dark), [shown.key, dark])
    with shell.Panel(spec.title, spec.help):
        Chart(
            option, words, height=spec.height, on_click=spec.on_click,
            name=f"parity-{spec.name}-week-{shown.view.cursor}",
        )  # fmt: skip


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

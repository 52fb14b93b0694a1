"""One agent: who it is, whom it listens to, and how its beliefs went."""

from __future__ import annotations

from typing import Any

import solara

import sim
from viz import shell, view
from viz.charts import generic
from viz.components.chart import Chart, Drawn
from viz.live import state

KINDS = {0: "investor", 1: "policymaker", 2: "community"}
#: Neighbours named at most.
NAMED = 8


@solara.component
def AgentInspector(now: state.Now) -> None:
    """The agent clicked in the network, or chosen by its number."""
    dark = shell.use_dark()
    network = now.view.network
    chosen = state.agent.value
    week = now.view.week
    history = solara.use_memo(lambda: _history(now, chosen), [now.key[0], week, chosen])
    drawn = solara.use_memo(
        lambda: Drawn(draw(history, dark)) if history is not None else None, [now.key[0], week, chosen, dark]
    )
    with shell.Panel(
        "Agent", "One investor, policymaker or community: its beliefs week by week, and whom it listens to."
    ):
        count = len(network.kind) if network is not None else 0
        if not count:
            solara.Text("This scenario has no network.")
            return
        solara.InputInt(
            f"Agent number (0 to {count - 1})", value=chosen, optional=True, continuous_update=True,
            on_value=lambda number: state.agent.set(number if number is not None and 0 <= number < count else None),
        )  # fmt: skip
        if history is None or drawn is None:
            solara.Text("Click a mark in the network, or type a number.")
            return
        told(history)
        Chart(
            drawn, f"Believed gap of {history['name']} over the weeks", height=190, name=f"parity-agent-{chosen}"
        )  # fmt: skip


def _history(now: state.Now, number: int | None) -> dict[str, Any] | None:
    if number is None:
        return None
    try:
        return view.agent_history(now.controller, number)
    except (IndexError, KeyError, ValueError):
        return None


def told(history: dict[str, Any]) -> None:
    """Name, kind and neighbours."""
    kind = history["kind"]
    around = [str(each) for each in history["neighbours"]]
    listed = ", ".join(around[:NAMED]) + (f" and {len(around) - NAMED} more" if len(around) > NAMED else "")
    pairs = [
        ("name", history["name"]),
        ("kind", KINDS.get(kind, str(kind)) if isinstance(kind, int) else str(kind)),
        ("listens to", listed or "nobody"),
    ]
    rows = "".join(f"<dt>{shell.escape(a)}</dt><dd>{shell.escape(str(b))}</dd>" for a, b in pairs)
    solara.HTML(
        tag="dl", unsafe_innerHTML=rows, classes=["parity-facts", "parity-agent"],
        attributes={"role": "region", "aria-live": "polite", "aria-label": "Agent"},
    )  # fmt: skip


def draw(history: dict[str, Any], dark: bool) -> dict[str, Any]:
    """Both beliefs of the agent."""
    unit = sim.OUTPUTS["believed_gap_investors"].unit
    lines = {
        f"believed gap ({unit})": history["believed_gap"],
        "believed copied share": history["believed_share"],
    }
    return generic.lines(history["weeks"], lines, f"{unit}; share of the gap", dark, x_unit="week")

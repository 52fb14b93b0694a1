"""One agent: who it is, whom it listens to, and how its beliefs went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import solara

import sim
from viz import shell, view
from viz.charts import generic
from viz.components.chart import Chart, Drawn
from viz.live import state
from viz.live.widgets import Choice, facts

if TYPE_CHECKING:
    from viz.view import Network

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
        if network is None or not len(network.kind):
            solara.Text("This scenario has no network.")
            return
        Which(network, chosen)
        if history is None or drawn is None:
            solara.Text("Click a mark in the network, or choose a group and a number.")
            return
        told(history)
        Chart(
            drawn, f"Believed gap of {history['name']} over the weeks", height=190, name=f"parity-{history['name']}"
        )  # fmt: skip


@solara.component
def Which(network: Network, chosen: int | None) -> None:
    """The agent by its group and its number in it, as its name says."""
    kind = int(network.kind[chosen]) if chosen is not None and 0 <= chosen < len(network.kind) else 0
    first, count = members(network, kind)
    number = chosen - first + 1 if chosen is not None else None
    present = [each for each in range(len(view.KINDS)) if members(network, each)[1]]
    with solara.Row(gap="12px", style="align-items:center;flex-wrap:wrap;"):
        with solara.Div(style="flex:1 1 130px;"):
            Choice(
                "Group", kind, {each: view.KINDS[each] for each in present},
                lambda other: state.agent.set(members(network, int(other))[0]),
            )  # fmt: skip
        with solara.Div(style="flex:1 1 130px;"):
            solara.InputInt(
                f"Number (1 to {count})", value=number, optional=True, continuous_update=True,
                on_value=lambda typed: choose(first, count, typed),
            )  # fmt: skip


def choose(first: int, count: int, number: int | None) -> None:
    """Inspect the agent with this number in its group; while none is typed the one before stays."""
    if number is not None and 1 <= number <= count:
        state.agent.set(first + number - 1)


def members(network: Network, kind: int) -> tuple[int, int]:
    """First agent of a group, and how many it has; agents are numbered group by group."""
    mine = np.flatnonzero(network.kind == kind)
    return (int(mine[0]), len(mine)) if len(mine) else (0, 0)


def _history(now: state.Now, number: int | None) -> dict[str, Any] | None:
    if number is None:
        return None
    try:
        return view.agent_history(now.controller, number)
    except (IndexError, KeyError, ValueError):
        return None


def told(history: dict[str, Any]) -> None:
    """Name, kind and neighbours."""
    around = [str(each) for each in history["neighbours"]]
    listed = ", ".join(around[:NAMED]) + (f" and {len(around) - NAMED} more" if len(around) > NAMED else "")
    pairs = [
        ("name", history["name"]),
        ("group", str(history["kind"])),
        ("listens to", listed or "nobody"),
    ]
    facts(pairs, "Agent", "parity-agent")


def draw(history: dict[str, Any], dark: bool) -> dict[str, Any]:
    """Both beliefs of the agent."""
    unit = sim.OUTPUTS["believed_gap_investors"].unit
    lines = {
        f"believed gap ({unit})": history["believed_gap"],
        "believed copied share": history["believed_share"],
    }
    return generic.lines(history["weeks"], lines, f"{unit}; share of the gap", dark, x_unit="week")

"""The page Live: watch a world week by week, steer it, look back, and take it home."""

from __future__ import annotations

import solara

from viz import server, shell
from viz.controller import LiveController
from viz.live import panels, player, state
from viz.live.feed import Feed
from viz.live.headline import Headline
from viz.live.inspector import AgentInspector
from viz.live.settings import Settings
from viz.live.story_card import ClaimCard
from viz.live.takeaway import Takeaway
from viz.live.timeline import Timeline
from viz.live.toolbar import Motion, Trouble, World

STYLE = """
.parity-live{display:flex;flex-direction:column;gap:12px;min-width:0}
.parity-toolbar{position:sticky;top:0;z-index:3;margin-top:-16px;padding:6px 0;display:flex;
 flex-direction:column;gap:10px}
.parity-toolbar::before{content:"";position:absolute;left:0;right:0;top:-24px;height:24px;background:inherit}
.parity-toolbar .parity-timeline,.parity-toolbar .parity-motion{margin:0}
.theme--dark input{color-scheme:dark}
.parity-pending{position:sticky;bottom:0;z-index:2;padding:8px 0;border-top:1px solid rgba(127,127,127,.4)!important}
.parity-panel .parity-choice{margin-top:12px;padding-top:4px}
.parity-setting .v-text-field{padding-top:14px;margin-top:0}
.parity-grid>*{min-width:0}
.parity-whole{grid-column:1/-1}
.parity-live-grid{grid-auto-flow:dense;grid-template-columns:repeat(auto-fill,minmax(min(100%,360px),1fr))}
.parity-note{font-size:.8rem;opacity:.85;margin:0}
.parity-figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(118px,1fr));gap:1px;margin:0;
 border:1px solid rgba(127,127,127,.35);border-radius:4px;overflow:hidden}
.parity-figure{padding:8px 12px;box-shadow:1px 0 0 rgba(127,127,127,.25),0 1px 0 rgba(127,127,127,.25)}
.parity-figure div{font-variant-numeric:tabular-nums}
.parity-figure small{display:block;font-size:.75rem;opacity:.8}
.parity-figure div b{display:block;font-size:1.2rem;font-weight:600}
.parity-figure .parity-term{font-size:.75rem}
@media (min-width:800px){.parity-wide{grid-column:span 2}}
.parity-feed{max-height:320px;overflow:auto;padding-left:18px!important;font-size:.875rem;margin:0}
.parity-feed li{margin-bottom:4px}
.parity-new{border-left:3px solid #0072B2;padding-left:6px}
.parity-facts{display:grid;grid-template-columns:max-content 1fr;gap:2px 12px;font-size:.875rem;margin:0}
.parity-facts dt{opacity:.75}
.parity-facts dd{margin:0;overflow-wrap:anywhere}
.parity-tag{display:inline-block;border:1px solid currentColor;border-radius:10px;padding:0 8px;
 font-size:.75rem;white-space:nowrap}
.parity-toolbar .parity-action.v-btn{padding:0 10px}
.parity-live .v-btn,.parity-action.v-btn{text-transform:none;letter-spacing:0}
:is(.parity-live-grid,.parity-figures) :is(button,input,a,pre,[tabindex]){scroll-margin-top:180px}
.parity-setting :is(input,button,[tabindex]){scroll-margin-bottom:130px}
@media (max-width:700px),(max-height:500px){.parity-toolbar{position:static;margin-top:0}
 :is(.parity-live-grid,.parity-figures) :is(button,input,a,pre,[tabindex]){scroll-margin-top:0}}
.parity-setting{border-top:1px solid rgba(127,127,127,.3);padding-top:6px}
"""


@solara.component
def LivePage() -> None:
    """The whole page. It alone follows the world's moves: each follower would cost a pass over the page."""
    solara.Title("Live - Parity")
    solara.Style(STYLE)
    moved = shell.moved.value
    search = solara.use_router().search or ""

    def begin() -> None:
        """Open what the address asks for; a world that another page opened, or that was here before, stays."""
        query = "?" + search.lstrip("?") if search else ""
        if query and query != state.opened.peek():
            state.opened.set(query)
            player.open_world(
                lambda: LiveController.from_permalink(query, player.tell), "Building the linked world …"
            )
        elif shell.controller.peek() is None:
            name = server.scenario_to_open() or "baseline"
            player.open_world(lambda: first(name))

    solara.use_effect(begin, [search])
    solara.use_effect(lambda: player.pause, [])
    with solara.Sidebar():
        Side(moved)
    LiveBody(moved)


@solara.component
def Side(moved: int) -> None:
    """What is chosen: the scenario, its seed, the settings."""
    with solara.Column(gap="10px", style="padding:12px;min-width:280px;"):
        World(moved)
        Settings(moved)


@solara.component
def LiveBody(moved: int) -> None:
    """What is watched: drawn once for each week and each week looked at."""
    controller, cursor = shell.controller.value, state.cursor.value
    now = solara.use_memo(
        lambda: state.Now(controller, cursor) if controller is not None else None,
        [moved, id(controller), cursor],
    )
    with solara.Column(gap="12px", style="min-width:0;", classes=["parity-live"]):
        with solara.v.Sheet(class_="parity-toolbar"):
            Motion(moved)
            if now is not None:
                Timeline(now)
        Trouble(controller.week if controller is not None else 0)
        if now is not None:
            if now.view.week:
                Headline(now).key("headline")
            # By its key it stays what it is when the headline comes: else all its widgets would be made anew.
            Grid(now).key("grid")
        elif not state.busy.value:
            solara.Text("No world is open. Choose a scenario on the left.")


@solara.component
def Grid(now: state.Now) -> None:
    """The cards."""
    with solara.Div(classes=["parity-grid", "parity-live-grid"]):
        for spec in panels.CHARTS:
            panels.ChartPanel(spec, now)
            if spec is panels.STORY:
                ClaimCard(now)
                Feed(now)
        AgentInspector(now)
        with solara.Div(classes=["parity-whole"]):
            Takeaway(now)


def first(name: str) -> LiveController:
    """The world that the command was asked to open: a shipped name, or a file of the person who started the server."""
    from pathlib import Path

    if name.endswith(".toml"):
        return LiveController(Path(name).name, text=Path(name).read_text(encoding="utf-8"))
    return LiveController(name)

"""The application: four pages under one frame. ``parity viz`` serves it, and so does ``solara run viz/app.py``."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

# Imported whole before any session: a first import in a thread is seen half done by Solara in another.
import pandas  # noqa: F401
import solara
import solara.lab
import traitlets
from solara.widgets.widgets import Navigator

import sim
from viz import server, shell
from viz.pages import about, compare, live, sweeps

server.settle()
# The model too: its import takes seconds, which the first visitor would wait for.
assert sim.NarrativeModel
log = logging.getLogger("parity.viz")


class MendedNavigator(Navigator):
    """Solara's, whose script (1.58.2) writes "modules.export": it works, after a warning in every browser's console."""

    template_file = None

    @traitlets.default("template")
    def _mended(self) -> str:
        text = Path(Navigator.template_file).read_text(encoding="utf-8")
        return text.replace("modules.export =", "module.exports =")


solara.Navigator.widget = MendedNavigator

STYLE = """
.v-btn{text-transform:none!important;letter-spacing:0!important}
.parity-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);
  white-space:nowrap}
.parity-panel{height:100%}
.parity-grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(360px,1fr));gap:12px;width:100%}
.parity-panel-head{min-height:28px}
:focus-visible{outline:3px solid #0072B2;outline-offset:2px}
.v-navigation-drawer{min-width:320px!important;max-width:320px!important}
.v-navigation-drawer .v-sheet{min-width:0!important;background:transparent!important}
.v-navigation-drawer .parity-pending{background:inherit!important}
.v-navigation-drawer.theme--dark .parity-pending{background:#363636!important}
.v-navigation-drawer.theme--light .parity-pending{background:#fff!important}
.parity-term{border-bottom:1px dotted currentColor;cursor:help}
.parity-help{border:1px solid currentColor;border-radius:50%;width:1.25em;height:1.25em;line-height:1.2em;
  display:inline-block;text-align:center;font-size:.75rem;opacity:.7;cursor:help}
.parity-nav{display:flex;gap:4px;flex-wrap:wrap}
.parity-nav a{color:inherit!important;text-decoration:none;border-radius:4px}
.parity-nav span{padding:6px 10px;display:inline-block}
.parity-nav .parity-here{font-weight:600;border-bottom:2px solid currentColor}
table.parity{border-collapse:collapse;width:100%;font-size:.85rem}
table.parity th,table.parity td{text-align:left;padding:3px 8px;border-bottom:1px solid rgba(127,127,127,.35)}
table.parity td.number,table.parity th.number{text-align:right;font-variant-numeric:tabular-nums}
@media (prefers-reduced-motion:reduce){*{transition:none!important;animation:none!important}}
"""


@solara.component
def Guard(children: list[Any] = []) -> None:  # noqa: B006
    """Shows a sentence in place of a page that failed; what happened is in the server's log, not in the page."""
    error, clear = solara.use_exception()
    if error is not None:
        log.error("a page failed", exc_info=error)
        # Not a Column: the root of both branches would be the same, and the failed page's state used again.
        with solara.v.Sheet(class_="pa-3"):
            solara.Error("This page could not be shown. The server's log says why.")
            solara.Button("Try again", on_click=clear, outlined=True)
    else:
        solara.Column(children=children, gap="12px", style="padding:12px;min-width:0;")


@solara.component
def Navigation() -> None:
    """Links to the pages; the one shown is marked for eyes and for screen readers."""
    router = solara.use_router()
    here = router.path.strip("/")
    with solara.v.Html(tag="nav", attributes={"aria-label": "Pages"}, class_="parity-nav"):
        for route in routes:
            target = route.path.strip("/")
            with solara.Link("/" + target):
                solara.HTML(
                    tag="span", unsafe_innerHTML=str(route.label), classes=["parity-here"] if target == here else [],
                    attributes={"aria-current": "page"} if target == here else {},
                )  # fmt: skip


@solara.component
def Heading() -> None:
    """Where the content begins: heading of pages that show none, and target of the skip link."""
    router = solara.use_router()
    here = router.path.strip("/")
    label = next((str(route.label) for route in routes if route.path.strip("/") == here), "Parity")
    # The page About shows a heading of its own.
    solara.HTML(
        tag="p" if here == "about" else "h1", unsafe_innerHTML=label, classes=["parity-hidden"],
        attributes={"id": "parity-content", "tabindex": "-1"},
    )  # fmt: skip


@solara.component
def Layout(children: list[Any] = []) -> Any:  # noqa: B006
    """Head, navigation, theme, and the page."""
    # None: open where there is room beside the page, closed where the side bar would lie over it.
    with solara.AppLayout(title="Parity", navigation=False, sidebar_open=None, color=None) as frame:
        with solara.AppBar():
            Navigation()
            # Light or dark; the sun also stands for "as the system has it", with which a visit begins.
            solara.lab.ThemeToggle(enable_auto=False, auto_icon="mdi-weather-sunny")
        # One child: AppLayout would take the first of two for the side bar.
        with solara.Column(gap="0px", style="min-width:0;"):
            solara.Style(STYLE)
            shell.DarkProbe()
            Heading()
            Guard(children=children)
    return frame


routes = [
    solara.Route(path="/", component=live.Page, label="Live", layout=Layout),
    solara.Route(path="compare", component=compare.Page, label="Compare"),
    solara.Route(path="sweeps", component=sweeps.Page, label="Sweep explorer"),
    solara.Route(path="about", component=about.Page, label="About the model"),
]

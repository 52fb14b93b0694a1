"""The page 'About the model': the week, mechanisms, parameters, outputs, strategies, what is not claimed."""

from __future__ import annotations

import logging

import ipyvuetify
import solara
import solara.lab
import traitlets

from viz.explain import document, files, tables
from viz.shell import download_button

log = logging.getLogger("parity.viz")


class AboutWidget(ipyvuetify.VuetifyTemplate):
    """Shows the text; search, jumps and links to a place happen in the browser."""

    template_file = (document.__file__, "about.vue")
    page = traitlets.Unicode("").tag(sync=True)


@solara.component
def Page() -> None:
    """Show the page."""
    solara.Title("About the model - Parity")
    solara.HTML(tag="h1", unsafe_innerHTML="About the model", style="font-size:1.5rem;margin:0;")
    solara.Text("Made from the code and the schema that run here.")
    with solara.Row(style="flex-wrap:wrap;row-gap:8px;", gap="8px"):
        download_button("Parameters (CSV)", tables.parameters_csv, "parity-parameters.csv")
        download_button("Outputs (CSV)", tables.outputs_csv, "parity-outputs.csv")
        download_button("The week (SVG)", files.week_svg, "parity-week.svg")
        download_button("Equations (Markdown)", files.equations_markdown, "parity-equations.md")
        download_button("This page (HTML)", files.page_html, "parity-about-the-model.html")
    Body()


@solara.component
def Body() -> None:
    """The text, or word that it is being made: the first time in a process takes some seconds."""
    text, set_text = solara.use_state(document.made())
    failed, fail = solara.use_state(False)

    def make() -> None:
        if text is None:
            try:
                set_text(document.document())
            except Exception:
                log.exception("'About the model' could not be made")
                fail(True)

    solara.use_thread(make, dependencies=[])
    if failed:
        solara.Error("This page could not be made. The server's log says why.")
    elif text is None:
        with solara.Row(gap="10px", style="align-items:center;"):
            solara.SpinnerSolara(size="22px")
            solara.HTML(
                tag="span",
                unsafe_innerHTML="Reading the model's code and schema …",
                attributes={"role": "status"},
            )
    else:
        AboutWidget.element(page=text)

"""The page 'About the model': the week, mechanisms, parameters, outputs, strategies, what is not claimed."""

from __future__ import annotations

import ipyvuetify
import solara
import traitlets

from viz.explain import document, tables
from viz.shell import download_button


class AboutWidget(ipyvuetify.VuetifyTemplate):
    """Shows the text; search and jumps happen in the browser."""

    template_file = (document.__file__, "about.vue")
    page = traitlets.Unicode("").tag(sync=True)


@solara.component
def Page() -> None:
    """Show the page."""
    solara.Title("About the model")
    solara.HTML(tag="h1", unsafe_innerHTML="About the model", style="font-size:1.5rem;margin:0;")
    solara.Text("Made from the code and the schema that run here.")
    with solara.Row(style="flex-wrap:wrap;"):
        download_button("Parameters (CSV)", tables.parameters_csv, "parity-parameters.csv")
        download_button("Outputs (CSV)", tables.outputs_csv, "parity-outputs.csv")
    AboutWidget.element(page=document.document())

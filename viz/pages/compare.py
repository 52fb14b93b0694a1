"""The page Compare: two scenarios under the same luck, run in the background."""

from __future__ import annotations

import pandas  # noqa: F401  Whole before any thread starts: reacton looks into it, and must not find half of it.
import solara
import solara.lab

from viz import shell
from viz.comparing import address, request, session
from viz.comparing.asking import FIRST, Form
from viz.comparing.request import Request
from viz.comparing.showing import Shown, note
from viz.live.widgets import AddressWidget

STYLE = """
.parity-sides,.parity-two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:12px;
 width:100%}
@media (min-width:760px){.parity-sides{grid-template-columns:1fr 1fr}}
.parity-luck{display:grid;grid-template-columns:repeat(3,minmax(120px,190px)) 190px 130px;gap:12px;align-items:center}
.parity-sides .v-text-field__details,.parity-luck .v-text-field__details{display:none}
.parity-sides .v-select{margin-top:8px}
@media (max-width:860px){.parity-luck{grid-template-columns:1fr 1fr 1fr}}
@media (max-width:560px){.parity-luck{grid-template-columns:1fr 1fr}}
.parity-luck .v-btn,.parity-two .v-btn{text-transform:none;letter-spacing:0}
.parity-drawn{scroll-margin-top:72px}
.parity-note{font-size:.85rem;opacity:.85}
.parity-said{font-size:1rem;line-height:1.6}
.parity-said>*{display:inline}
.parity-command{font-family:monospace;font-size:.78rem;white-space:pre-wrap;overflow-wrap:anywhere;
 border:1px solid rgba(127,127,127,.45);border-radius:4px;padding:6px 8px;margin:0;user-select:all}
.parity-parting li{margin-bottom:4px}
.parity-scrolled{max-height:230px;overflow:auto}
.parity-scrolled td{overflow-wrap:anywhere}
.parity-setting-row{display:grid;grid-template-columns:minmax(0,1.1fr) minmax(0,1fr) 32px;gap:10px;align-items:center;
 border-left:3px solid rgba(127,127,127,.45);padding-left:8px}
.parity-setting-row .v-text-field{padding-top:12px;margin-top:0}
.parity-setting-facts{font-size:.78rem;line-height:1.35}
.parity-wrong{font-weight:600;color:#b3261e}
.theme--dark .parity-wrong{color:#ffb4ab}
.theme--dark input{color-scheme:dark}
"""


@solara.component
def Page() -> None:
    """Show the page."""
    solara.Title("Compare - Parity")
    solara.Style(STYLE)
    router = solara.use_router()
    search = router.search

    def linked() -> tuple[Request | None, str | None, Exception | None]:
        try:
            return *address.read(search), None
        except request.TOLD as error:
            return None, None, error

    asked_for, shown, wrong = solara.use_memo(linked, [search])

    def open_link() -> None:
        held = session.job.peek()
        if shown is not None:
            session.outcome.set(shown)
        if asked_for is not None and (held is None or held.request != asked_for):
            session.begin(asked_for)

    solara.use_effect(open_link, [search])
    _ = session.state.value
    job, outcome = session.job.value, session.outcome.value
    asked = job.request if job is not None else asked_for or FIRST

    if wrong is not None:
        shell.Problems(wrong)
    Form(asked, job, job is not None and job.active, session.begin).key(f"form-{search}")
    if job is None:
        note("Choose two scenarios, or the same one with different settings, and press Compare.")
        return
    AddressWidget.element(
        query=address.written(job.request, outcome), path=f"{router.root_path.rstrip('/')}/compare"
    )
    if job.state == "cancelled":
        solara.Info("Cancelled. Nothing is running any more.")
    elif job.error is not None:
        shell.Problems(job.error)
    elif job.result is not None:
        Shown(job.result, outcome, session.outcome.set)

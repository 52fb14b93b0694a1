"""The page Compare: two scenarios under the same luck, run in the background."""

from __future__ import annotations

from collections.abc import Callable

import pandas  # noqa: F401  Whole before any thread starts: reacton looks into it, and must not find half of it.
import solara
import solara.lab

from viz import shell
from viz.comparing import running
from viz.comparing.asking import FIRST, Form
from viz.comparing.running import Job, Request
from viz.comparing.showing import Shown, note
from viz.live.widgets import AddressWidget

STYLE = """
.parity-sides,.parity-two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:12px;width:100%}
.parity-luck{display:grid;grid-template-columns:repeat(3,minmax(120px,190px)) 190px 130px;gap:12px;align-items:center}
.parity-sides .v-text-field__details,.parity-luck .v-text-field__details{display:none}
.parity-sides .v-select{margin-top:8px}
@media (max-width:800px){.parity-luck{grid-template-columns:1fr 1fr}}
.parity-note{font-size:.85rem;opacity:.85}
.parity-command{font-family:monospace;font-size:.78rem;white-space:pre-wrap;overflow-wrap:anywhere;
 border:1px solid rgba(127,127,127,.45);border-radius:4px;padding:6px 8px;margin:0;user-select:all}
.parity-parting li{margin-bottom:4px}
.parity-table td,.parity-table th{font-size:.8rem!important;padding:0 8px!important;font-variant-numeric:tabular-nums}
.parity-table tbody tr{cursor:pointer}
"""

#: The comparison of this browser session, there is one at most; and a counter that grows with its progress.
_job: solara.Reactive[Job | None] = solara.reactive(None)
_told: solara.Reactive[int] = solara.reactive(0)


@solara.lab.on_kernel_start
def _stop_at_the_end() -> Callable[[], None]:
    """Stop the work when the browser session goes away."""

    def close() -> None:
        job = _job.peek()
        if job is not None:
            job.cancel()

    return close


def begin(request: Request) -> None:
    """Run a comparison; one that still runs is cancelled."""
    old = _job.peek()
    if old is not None:
        old.cancel()
    job = Job(request, told=lambda: _told.set(_told.peek() + 1))
    _job.set(job)
    job.start()


@solara.component
def Page() -> None:
    """Show the page."""
    solara.Title("Compare - Parity")
    solara.Style(STYLE)
    router = solara.use_router()
    search = router.search
    outcome, choose = solara.use_state(None)

    def linked() -> tuple[Request | None, Exception | None]:
        try:
            return running.read(search), None
        except running.TOLD as error:
            return None, error

    request, wrong = solara.use_memo(linked, [search])

    def begin_linked() -> None:
        held = _job.peek()
        if request is not None and (held is None or held.request != request):
            begin(request)

    solara.use_effect(begin_linked, [request])
    _ = _told.value
    job = _job.value
    asked = request if job is None and request is not None else FIRST if job is None else job.request

    if wrong is not None:
        shell.Problems(wrong)
    busy = job is not None and job.active
    Form(asked, busy, begin, lambda: job.cancel() if job else None, job.share if job else 0.0).key(
        f"form-{search}"
    )
    if job is None:
        note("Choose two scenarios, or the same one with different settings, and press Compare.")
        return
    AddressWidget.element(query=job.request.query(), path=f"{router.root_path.rstrip('/')}/compare")
    if job.state == "cancelled":
        solara.Info("Cancelled.")
    elif job.error is not None:
        shell.Problems(job.error)
    elif job.result is not None:
        Shown(job.result, outcome, choose)

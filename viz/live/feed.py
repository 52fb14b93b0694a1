"""What happened, in sentences."""

from __future__ import annotations

import solara

from viz import shell, view
from viz.live import state

#: Weeks that the list reaches back, and sentences that it holds at most.
WEEKS, MOST = 8, 40
NEW = ' class="parity-new"'


@solara.component
def Feed(now: state.Now) -> None:
    """The events of the week looked at and of those just before it, newest first."""
    told = solara.use_memo(lambda: view.feed(now.view, weeks=WEEKS)[:MOST], [now.key])
    with shell.Panel("What happened", f"Events of the {WEEKS} weeks up to the one looked at, newest first."):
        if not told:
            solara.Text("Nothing has happened yet. Press Play or Step.")
            return
        lines = "".join(
            f"<li{NEW if week == now.view.cursor else ''}><b>Week {week}</b> {shell.escape(sentence)}</li>"
            for week, sentence in told
        )
        solara.HTML(
            tag="ul", unsafe_innerHTML=lines, classes=["parity-feed"],
            attributes={"tabindex": "0", "aria-label": "Events, newest first"},
        )  # fmt: skip

"""The page Live; its parts are in viz/live."""

from __future__ import annotations

import solara

from viz.live.page import LivePage


@solara.component
def Page() -> None:
    """Show the page."""
    LivePage()

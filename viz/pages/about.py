"""The page About (being written)."""

from __future__ import annotations

import solara


@solara.component
def Page() -> None:
    """Show the page."""
    solara.Title("About")
    solara.Text("About")

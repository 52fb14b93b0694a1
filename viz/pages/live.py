"""The page Live (being written)."""

from __future__ import annotations

import solara


@solara.component
def Page() -> None:
    """Show the page."""
    solara.Title("Live")
    solara.Text("Live")

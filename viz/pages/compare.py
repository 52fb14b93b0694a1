"""The page Compare (being written)."""

from __future__ import annotations

import solara


@solara.component
def Page() -> None:
    """Show the page."""
    solara.Title("Compare")
    solara.Text("Compare")

"""What the person at this page has chosen; each value is one a browser session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import solara

if TYPE_CHECKING:
    from viz.controller import LiveController
    from viz.view import View

#: Week that is looked at; None follows the newest.
cursor: solara.Reactive[int | None] = solara.reactive(None)
playing: solara.Reactive[bool] = solara.reactive(False)
#: Weeks a second.
speed: solara.Reactive[int] = solara.reactive(5)
#: What the page is waiting for, in words; empty when it waits for nothing.
busy: solara.Reactive[str] = solara.reactive("")
#: Weeks between which the page runs without a pause to look at them: first and last; None while it does not.
running: solara.Reactive[tuple[int, int] | None] = solara.reactive(None)
#: How much of what the page waits for is done, 0 to 1; None where that cannot be told.
done: solara.Reactive[float | None] = solara.reactive(None)
problem: solara.Reactive[Exception | None] = solara.reactive(None)
#: Settings that were moved and not yet used.
pending: solara.Reactive[dict[str, Any]] = solara.reactive({})
#: Event number of the claim whose card is open, and number of the agent that is inspected.
claim: solara.Reactive[int | None] = solara.reactive(None)
agent: solara.Reactive[int | None] = solara.reactive(None)
#: Query string that this session has already opened, so that it is not opened again.
opened: solara.Reactive[str] = solara.reactive("")
FASTEST = 10


class Now:
    """What all panels of one redraw show; compared by identity, since arrays have no plain equality."""

    def __init__(self, controller: LiveController, cursor: int | None) -> None:
        self.controller = controller
        self.view: View = controller.view(cursor)
        self.key = (id(controller), controller.version, cursor)


def forget_choices() -> None:
    """Close what belongs to a world that is gone."""
    cursor.set(None)
    claim.set(None)
    agent.set(None)

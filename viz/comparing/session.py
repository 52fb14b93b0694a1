"""The comparison of a browser session: there is one at most; a new one replaces it, and it ends with the session."""

from __future__ import annotations

from collections.abc import Callable

import solara
import solara.lab

from viz.comparing.request import Request
from viz.comparing.running import Job

job: solara.Reactive[Job | None] = solara.reactive(None)
#: State of the job; the page is drawn anew when it changes.
state: solara.Reactive[str] = solara.reactive("")
#: Grows with every report of progress; only the bar follows it.
told: solara.Reactive[int] = solara.reactive(0)
#: The outcome that is looked at; None for the one that differs most.
outcome: solara.Reactive[str | None] = solara.reactive(None)


def begin(request: Request) -> None:
    """Run a comparison; the one before is stopped and forgotten."""
    forget()
    new = Job(request)

    def hear() -> None:
        if job.peek() is new:
            told.set(told.peek() + 1)
            state.set(new.state)

    new.told = hear
    job.set(new)
    state.set(new.state)
    new.start()


def cancel() -> None:
    """Stop the work."""
    held = job.peek()
    if held is not None:
        held.cancel()


def forget() -> None:
    """Stop the work and hear no more of it."""
    held = job.peek()
    if held is not None:
        held.forget()


@solara.lab.on_kernel_start
def _stop_at_the_end() -> Callable[[], None]:
    """Stop the work when the browser session goes away."""
    return forget

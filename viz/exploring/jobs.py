"""Computations of the explorer: in a thread of their own, few at once on the server, kept for the session."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable, MutableMapping
from dataclasses import dataclass
from typing import Any

import solara
import solara.lab

from sim.analysis import AnalysisError
from sim.recording.store import StoreError
from viz.exploring.explored import Empty
from viz.exploring.folders import Refused

log = logging.getLogger("parity.viz")
#: Heavy computations that run at once, for all sessions together.
_TURN = threading.BoundedSemaphore(2)
#: Errors whose message is written for the reader.
TOLD = (AnalysisError, StoreError, Empty, Refused)
#: Results that a session keeps.
MOST_KEPT = 24


@dataclass(frozen=True)
class Outcome:
    """A result, or a sentence why there is none, or neither while it is being computed."""

    value: Any = None
    refused: str = ""

    @property
    def ready(self) -> bool:
        """Whether there is an answer."""
        return self.value is not None or bool(self.refused)


def answer(compute: Callable[[], Any]) -> Outcome:
    """Compute, and turn what goes wrong into a sentence; what happened is in the server's log."""
    with _TURN:
        try:
            return Outcome(compute())
        except TOLD as error:
            return Outcome(refused=_plain(error))
        except Exception:
            log.exception("a computation of the sweep explorer failed")
            return Outcome(refused="This could not be computed. The server's log says why.")


def use_answer(
    kept: MutableMapping[Hashable, Outcome], key: Hashable, compute: Callable[[], Any] | None
) -> Outcome:
    """The answer to ``key``, computed in the background if it is not ``kept``; ``None`` computes nothing."""

    def work() -> Outcome:
        if compute is None or key in kept:
            return kept.get(key, Outcome())
        found = answer(compute)
        while len(kept) >= MOST_KEPT:
            kept.pop(next(iter(kept)), None)
        kept[key] = found
        return found

    task = solara.lab.use_task(
        work, dependencies=[key, compute is None], raise_error=False, prefer_threaded=True
    )
    # Reading the state makes the component draw again when the thread is done.
    _ = task.pending
    return kept.get(key, Outcome()) if compute is not None else Outcome()


def _plain(error: Exception) -> str:
    """The message without paths of the server."""
    from pathlib import PurePath

    words = str(error).splitlines()[0].split(" ") if str(error) else ["That did not work."]
    return " ".join(PurePath(word).name if word.startswith("/") else word for word in words)

"""Computations of the explorer: in a thread of their own, few at once on the server, kept for all sessions."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import solara
import solara.lab

from sim.analysis import AnalysisError
from sim.recording.store import StoreError
from viz.exploring.explored import Empty
from viz.exploring.folders import Refused
from viz.exploring.kept import ANSWERS, Kept

log = logging.getLogger("parity.viz")
#: Heavy computations that run at once, for all sessions together.
_TURN = threading.BoundedSemaphore(2)
#: Errors whose message is written for the reader.
TOLD = (AnalysisError, StoreError, Empty, Refused)


@dataclass(frozen=True)
class Outcome:
    """A result, or a sentence why there is none (and a command that helps), or neither while it is being computed."""

    value: Any = None
    refused: str = ""
    command: str = ""

    @property
    def ready(self) -> bool:
        """Whether there is an answer."""
        return self.value is not None or bool(self.refused)


def answer(compute: Callable[[], Any]) -> Outcome:
    """Compute, and turn what goes wrong into a sentence; what happened is in the server's log."""
    try:
        return Outcome(compute())
    except TOLD as error:
        return Outcome(refused=_plain(error), command=getattr(error, "command", ""))
    except Exception:
        log.exception("a computation of the sweep explorer failed")
        return Outcome(refused="This could not be computed. The server's log says why.")


def kept_answer(key: Hashable, compute: Callable[[], Any], kept: Kept = ANSWERS) -> Outcome:
    """The answer to ``key``; computed when it is this one's turn, unless somebody else asked for it meanwhile."""
    with _TURN:
        found: Outcome = kept.made(key, lambda: answer(compute))
    return found


def use_answer(key: Hashable, compute: Callable[[], Any] | None, kept: Kept = ANSWERS) -> Outcome:
    """The answer to ``key``, computed in the background if it is not kept; ``None`` computes nothing.

    The key holds the digest of the data (see :class:`~viz.exploring.kept.Kept`) and every choice that matters.
    """

    def work() -> None:
        if compute is not None and kept.get(key) is None:
            kept_answer(key, compute, kept)

    task = solara.lab.use_task(
        work, dependencies=[key, compute is None], raise_error=False, prefer_threaded=True
    )
    # Reading the state makes the component draw again when the thread is done.
    _ = task.pending
    return (kept.get(key) or Outcome()) if compute is not None else Outcome()


def _plain(error: Exception) -> str:
    """The message without paths of the server."""
    words = str(error).splitlines()[0].split(" ") if str(error) else ["That did not work."]
    return " ".join(PurePath(word).name if word.startswith("/") else word for word in words)

"""The background job of a comparison: started, watched, cancelled. Nothing here knows Solara."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from viz import limits
from viz.comparing import worker
from viz.comparing.effort import Effort
from viz.comparing.request import TOLD, Refused, Request

if TYPE_CHECKING:
    from sim import Comparison, Run

log = logging.getLogger("parity.viz")
#: Comparisons that run at once on the server; others wait.
_TURN = threading.BoundedSemaphore(2)
#: Seconds between two looks at the process.
LOOK = 0.2
#: Agent-weeks a second of the comparison that ended last, for the first estimate of the next.
_pace: list[float] = []


class Cancelled(Exception):
    """The reader stopped the comparison."""


@dataclass(frozen=True)
class Result:
    """A finished comparison, and pair 0 of it with its events, from the first week of the burn-in on."""

    request: Request
    comparison: Comparison
    log_a: Run
    log_b: Run


@dataclass
class Job:
    """A comparison that runs in a process of its own; ``told`` is called when something has changed."""

    request: Request
    told: Callable[[], None] = lambda: None
    state: str = "waiting"  # waiting, running, done, cancelled, failed
    share: float = 0.0
    result: Result | None = None
    error: Exception | None = None
    #: Largest share between two reports.
    step: float = 0.0
    _work: int = 0
    _began: float = 0.0
    _heard: float = 0.0
    _halt: threading.Event = field(default_factory=threading.Event)
    _process: Any = None
    _last: float = 0.0

    @property
    def active(self) -> bool:
        """Whether it still has work before it."""
        return self.state in ("waiting", "running")

    @property
    def pace(self) -> float:
        """Share done a second, as far as it is known; 0 where it is not."""
        took = self._heard - self._began
        if self.share > 0.0 and took > 0.0:
            return self.share / took
        return _pace[-1] / self._work if _pace and self._work else 0.0

    @property
    def left(self) -> float | None:
        """Seconds left, as estimated from the pace so far; None where there is no estimate yet."""
        if self.state != "running" or not self.pace:
            return None
        return max((1.0 - self.share) / self.pace - (time.monotonic() - self._heard), 0.0)

    def start(self) -> threading.Thread:
        """Begin in the background."""
        thread = threading.Thread(target=self.work, daemon=True)
        thread.start()
        return thread

    def cancel(self) -> None:
        """Stop now: the process is ended wherever it is."""
        self._halt.set()
        if self._process is not None:
            with contextlib.suppress(ValueError):  # It is over already.
                self._process.kill()

    def forget(self) -> None:
        """Stop, and tell nobody: the page that asked is gone."""
        self.told = lambda: None
        self.cancel()

    def work(self) -> None:
        """Wait for a turn and see it through; whatever goes wrong ends up in ``state`` and ``error``."""
        try:
            while not _TURN.acquire(timeout=LOOK):
                self._check()
            try:
                self._check()
                self.result = self._run()
            finally:
                _TURN.release()
            self.state = "done"
            _pace[:] = [self._work / max(time.monotonic() - self._began, 1e-3)]
        except Cancelled:
            self.state = "cancelled"
        except TOLD as error:
            self.state, self.error = "failed", error
        except Exception:
            log.exception("a comparison failed")
            self.state = "failed"
            self.error = Refused("This comparison could not be run. The server's log says why.")
        self.told()

    def _run(self) -> Result:
        pair, asked = self.request.scenarios(), self.request
        effort = Effort.of(*pair, asked.replicates, asked.weeks)
        self.step, self._work = effort.step, effort.whole * max(limits.agents(each) for each in pair)
        self.state = "running"
        self._began = self._heard = time.monotonic()
        self.told()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        task = (*pair, asked.replicates, asked.seed, asked.weeks)
        # A daemon ends with the server.
        process = context.Process(target=worker.work, args=(theirs, task), daemon=True)
        process.start()
        self._process = process
        theirs.close()
        try:
            return Result(asked, *self._listen(ours))
        finally:
            process.kill()
            process.join()
            process.close()
            ours.close()

    def _listen(self, pipe: Any) -> worker.Found:
        while True:
            self._check()
            try:
                if not pipe.poll(LOOK):
                    continue
                said = pipe.recv()
            except (EOFError, OSError):
                self._check()
                log.error("the process of a comparison ended before its work was done")
                raise Refused(
                    "The comparison ended before its work was done. If memory ran out, fewer pairs or agents help; "
                    "else the server's log says why."
                ) from None
            if isinstance(said, tuple):
                return said
            self.share, self._heard = float(said), time.monotonic()
            if not self.share:
                self._began = self._heard  # The process is up; its start says nothing of the pace.
            if self._heard - self._last > 0.25:
                self._last = self._heard
                self.told()

    def _check(self) -> None:
        if self._halt.is_set():
            raise Cancelled

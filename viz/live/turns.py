"""Worlds that play at the same time are stepped and drawn in turns, first come, first served.

All sessions share one process, and threads that all compute at once hand its one interpreter round for every message
they send: with twenty of them a click waits for a minute. In turns only one computes; the others and all clicks find
the interpreter free, and each session gets the same share.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Iterator

#: A turn that takes longer no longer holds up the others: its browser may have stopped reading (seconds).
LONGEST = 1.5
#: So often those who wait look whether they were told to stop, or whether the turn takes too long (seconds).
LOOK = 0.25


class Turns:
    """A queue for the one place at which work is done."""

    def __init__(self, longest: float = LONGEST) -> None:
        self.longest = longest
        self._lock = threading.Lock()
        self._queue: deque[threading.Event] = deque()
        self._holder: threading.Event | None = None
        self._since = 0.0

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._queue)

    @contextlib.contextmanager
    def mine(self, stop: threading.Event | None = None) -> Iterator[None]:
        """Wait for a turn and have it; whoever is told to ``stop`` while waiting goes on without one."""
        me = threading.Event()
        with self._lock:
            self._queue.append(me)
            self._next()
        while not me.wait(LOOK) and not (stop is not None and stop.is_set()):
            with self._lock:
                self._next()
        try:
            yield
        finally:
            with self._lock:
                if me in self._queue:
                    self._queue.remove(me)
                if self._holder is me:
                    self._holder = None
                self._next()

    def _next(self) -> None:
        """Let the first go if the place is free, or was held too long."""
        if self._queue and (self._holder is None or time.monotonic() - self._since > self.longest):
            self._holder, self._since = self._queue.popleft(), time.monotonic()
            self._holder.set()


#: The one queue of this process.
turns = Turns()

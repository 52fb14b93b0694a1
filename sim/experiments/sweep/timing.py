"""Time limits: work that may take so long and no longer, interrupted if it does not look at the clock itself."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

#: Raises :class:`OverTime` if the time is up; long work calls it now and then.
Check = Callable[[], None]


class OverTime(BaseException):
    """Work took longer than it may; not an ``Exception``, so that no model can swallow it."""


@contextlib.contextmanager
def limited(seconds: float | None, grace: float = 0.0) -> Iterator[Check]:
    """Yield a check for work that may take ``seconds``; None: for ever.

    Work that does not call the check is interrupted ``grace`` seconds after its time: in the main thread by an alarm
    signal, which also ends a sleep; in another thread by an exception, which waits until a call into a library
    returns.
    """
    if seconds is None:
        yield _never
        return
    end = time.monotonic() + seconds

    def check() -> None:
        if time.monotonic() > end:
            raise OverTime

    main = threading.current_thread() is threading.main_thread()
    backstop = _alarm if main and hasattr(signal, "setitimer") else _interruption
    with backstop(seconds + grace):
        yield check


def _never() -> None:
    """Check of work without a limit."""


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    working = True

    def ring(_signal: int, _frame: Any) -> None:
        if working:
            raise OverTime

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-3))
    try:
        yield
    finally:
        working = False
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _interruption(seconds: float) -> Iterator[None]:
    thread = ctypes.c_ulong(threading.get_ident())
    lock = threading.Lock()
    working, struck = True, False

    def strike() -> None:
        nonlocal struck
        with lock:
            if working:
                struck = True
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(OverTime))

    timer = threading.Timer(max(seconds, 1e-3), strike)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        with lock:
            working = False
            if struck:  # it may still be on its way
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, None)

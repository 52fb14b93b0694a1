"""Memory of sessions that are gone is given back: by Solara, by Python, and by the C library.

Without this a server whose sessions come and go holds half as much again as it needs: the C library keeps a heap a
thread, each as large as it ever was, and what a page was made of waits in circles until Python looks for such.
"""

from __future__ import annotations

import ctypes
import gc
import os
import threading

#: Sessions that end within this time (seconds) are swept up together.
WAIT = 5.0
#: Heaps of the C library, of which it would else make eight a core; only one thread computes at a time anyway.
HEAPS = 2
#: A redraw makes thousands of small objects: Python looks for circles among this many, not among each 700 (a tenth of
#: the time of a server on which twenty play).
YOUNG = 20_000
#: Number of that setting in the C library's ``malloc.h``.
M_ARENA_MAX = -8
_begun, _due = threading.Event(), threading.Event()
_one = threading.Lock()


def _library() -> ctypes.CDLL | None:
    """The C library, if it is the one (GNU's) that has these settings."""
    try:
        found = ctypes.CDLL(None)
    except (OSError, TypeError):
        return None
    return found if hasattr(found, "gnu_get_libc_version") else None


def settle() -> None:
    """Few heaps for many threads, unless whoever started the server said how many; and a sweep after each session."""
    import solara.lab

    library = _library()
    if library is not None and "MALLOC_ARENA_MAX" not in os.environ:
        library.mallopt(M_ARENA_MAX, HEAPS)
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
    if not _begun.is_set():
        _begun.set()
        solara.lab.on_kernel_start(lambda: sweep_later)


def sweep_later() -> None:
    """Sweep once in a while, however many sessions end until then."""
    from solara.server import kernel_context

    with _one:
        if _due.is_set():
            return
        _due.set()
    # A thread that is started in a session would keep it.
    with kernel_context.without_context():
        timer = threading.Timer(WAIT, _swept)
        timer.daemon = True
        timer.start()


def _swept() -> None:
    _due.clear()
    sweep()


def sweep() -> None:
    """Free what sessions that are gone have left."""
    gc.collect()
    forget_listeners()
    library = _library()
    if library is not None:
        library.malloc_trim(0)


def forget_listeners() -> int:
    """Remove what every reactive value keeps of a session that is gone; how many entries that were.

    Each has a set of those who follow it, a session, and Solara 1.58.2 leaves it there when it is empty and its session
    over: 26 sets a visit of the page Live.
    """
    from solara.server import kernel_context
    from solara.toestand import ValueBase

    removed = 0
    for value in [each for each in gc.get_objects() if issubclass(type(each), ValueBase)]:
        for held in (getattr(value, "listeners", {}), getattr(value, "listeners2", {})):
            # First the names, then who lives: a session that begins in between is not missed.
            gone = set(held) - {"global"} - set(kernel_context.contexts)
            for name in gone:
                if not held.get(name, True):
                    held.pop(name, None)
                    removed += 1
    return removed

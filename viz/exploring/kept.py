"""What was computed once for a sweep and a choice, kept for all sessions so that nobody waits for it twice."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from viz.components.chart import Drawn

#: Opened sweeps, answers and drawn charts that the server keeps; the one not asked for longest goes first.
MOST_SWEEPS, MOST_ANSWERS, MOST_CHARTS = 4, 64, 32
#: What a sweep's tables are read from.
_TABLES = ("runs", "base", "failures.parquet")


class Kept:
    """The most recently used values by key, bounded; safe between threads.

    Keys begin with the digest of what was read, so that a sweep that has grown is never answered for by what it was.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Values that are kept."""
        return len(self._held)

    def get(self, key: Hashable) -> Any:
        """The value, or None."""
        with self._lock:
            if key not in self._held:
                return None
            self._held.move_to_end(key)
            return self._held[key]

    def put(self, key: Hashable, value: Any) -> None:
        """Keep a value."""
        with self._lock:
            self._held[key] = value
            self._held.move_to_end(key)
            while len(self._held) > self._most:
                self._held.popitem(last=False)

    def made(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """The value, made now if it is not kept; not while others wait, so that two may make it at once."""
        found = self.get(key)
        if found is None:
            found = make()
            self.put(key, found)
        return found


SWEEPS, ANSWERS, CHARTS = Kept(MOST_SWEEPS), Kept(MOST_ANSWERS), Kept(MOST_CHARTS)


def drawn(key: Hashable, make: Callable[[], dict[str, Any]]) -> Drawn:
    """A chart's option as it is sent, kept: making it for thousands of runs takes longer than sending it."""
    from viz.components.chart import Drawn

    found: Drawn = CHARTS.made(key, lambda: Drawn(make()))
    return found


def digest_of(folder: Path) -> str:
    """What a sweep's folder holds now: its manifest, and names, sizes and times of its tables."""
    told = hashlib.sha256((folder / "manifest.json").read_bytes())
    for name in _TABLES:
        place = folder / name
        files = sorted(place.glob("*.parquet")) if place.is_dir() else [place]
        for path in files:
            if path.is_file():
                state = path.stat()
                told.update(f"{name}/{path.name}:{state.st_size}:{state.st_mtime_ns}\n".encode())
    return told.hexdigest()

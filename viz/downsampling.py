"""Fewer points of a long line, extremes kept."""

from __future__ import annotations

from itertools import pairwise

import numpy as np


def downsample(x: np.ndarray, y: np.ndarray, most: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """At most ``most`` points of a line ``(n,)``: of each stretch its lowest and highest, and both ends.

    The same line always gives the same points. NaN counts as neither low nor high.
    """
    x, y = np.asarray(x), np.asarray(y)
    n = len(y)
    if n <= most or most < 4:
        return x, y
    edges = np.linspace(1, n - 1, (most - 2) // 2 + 1).astype(int)
    kept = {0, n - 1}
    for start, end in pairwise(edges):
        stretch = y[start:end]
        if len(stretch) and np.isfinite(stretch.astype(float)).any():
            kept |= {start + int(np.nanargmin(stretch)), start + int(np.nanargmax(stretch))}
    places = np.array(sorted(kept))
    return x[places], y[places]

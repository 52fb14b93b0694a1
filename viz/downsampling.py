"""Fewer points for a long line, without losing its extremes."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np


def downsample(x: Any, y: Any, most: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """At most ``most`` points of a line: both ends, and the lowest and highest of each stretch between.

    Every kept point is one of the line's own, in their order; the same line gives the same points. A stretch
    without a number keeps its first point, so that gaps stay gaps.
    """
    x, y = np.asarray(x), np.asarray(y, dtype=float)
    length = len(y)
    if length <= most:
        return x, y
    if most < 4:
        kept = np.unique(np.linspace(0, length - 1, max(most, 1)).round().astype(int))
        return x[kept], y[kept]
    edges = np.linspace(1, length - 1, (most - 2) // 2 + 1).round().astype(int)
    chosen = [0, length - 1]
    for first, end in itertools.pairwise(edges):
        part = y[first:end]
        if not len(part):
            continue
        if np.isnan(part).all():
            chosen.append(first)
            continue
        chosen += [first + int(np.nanargmin(part)), first + int(np.nanargmax(part))]
    kept = np.unique(chosen)
    return x[kept], y[kept]

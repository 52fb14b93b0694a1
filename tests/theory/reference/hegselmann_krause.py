"""Synchronous bounded confidence.

Source: R. Hegselmann, U. Krause (2002), "Opinion dynamics and bounded confidence: models, analysis and
simulation", Journal of Artificial Societies and Social Simulation 5(3)2,
https://www.jasss.org/5/3/2.html (the journal issues no DOI for this volume).

All agents move at once to the mean of the opinions within `bound` of their own, their own included.

Units: opinions and bound on [0, 1].
"""

import numpy as np


def average_neighbours(ordered: np.ndarray, bound: float) -> np.ndarray:
    """One synchronous step on opinions sorted in ascending order (the order is kept)."""
    low = np.searchsorted(ordered, ordered - bound, side="left")
    high = np.searchsorted(ordered, ordered + bound, side="right")
    total = np.concatenate([[0.0], np.cumsum(ordered)])
    return (total[high] - total[low]) / (high - low)


def settle(opinions: np.ndarray, bound: float, max_steps: int = 2000) -> np.ndarray:
    """Sorted opinions after the process has stopped (it always stops after finitely many steps)."""
    ordered = np.sort(opinions)
    for _ in range(max_steps):
        moved = average_neighbours(ordered, bound)
        if np.max(np.abs(moved - ordered)) < 1e-12:
            return moved
        ordered = np.sort(moved)  # rounding may swap equal opinions
    raise RuntimeError("opinions did not settle")

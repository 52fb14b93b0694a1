"""Pairwise bounded confidence.

Source: G. Deffuant, D. Neau, F. Amblard, G. Weisbuch (2000), "Mixing beliefs among interacting agents",
Advances in Complex Systems 3:87-98, doi:10.1142/S0219525900000078.

One random pair meets at a time; if the two opinions differ by less than `bound`, each moves by `pace` of the
difference towards the other. Several independent replicates run side by side.

Units: opinions and bound on [0, 1]; pace dimensionless in (0, 1/2].
"""

import numpy as np


def meet(first: np.ndarray, second: np.ndarray, bound: np.ndarray, pace: float = 0.5):
    """Opinions of the pairs (first, second) after one meeting each."""
    step = np.where(np.abs(second - first) < bound, pace * (second - first), 0.0)
    return first + step, second - step


def is_settled(opinions: np.ndarray, bound: float, gap: float = 0.01, minimum_share: float = 0.03) -> bool:
    """True if no major cluster can change any more.

    Cut the line where neighbours are too far apart to meet: every group of more than `minimum_share` of the
    agents must have closed up to gaps of at most `gap`. A few stragglers among themselves need not: two given
    agents out of N meet once in N meetings per agent, which is long to wait for a cluster nobody counts.
    """
    gaps = np.diff(np.sort(opinions))
    ends = np.flatnonzero(gaps >= bound)
    first, last = np.append(0, ends + 1), np.append(ends, gaps.size)
    return all(
        np.max(gaps[i:j], initial=0.0) <= gap
        for i, j in zip(first, last, strict=True)
        if j - i + 1 > minimum_share * opinions.size
    )


def settle(opinions: np.ndarray, bound: np.ndarray, rng: np.random.Generator, max_meetings: int = 1000):
    """Opinions, one row per replicate with its own `bound`, once every row is settled (see is_settled).

    `max_meetings` is the largest number of meetings per agent; more raise a RuntimeError.
    """
    opinions = opinions.copy()
    replicates, agents = opinions.shape
    active = np.arange(replicates)
    for _ in range(max_meetings // 10):
        rounds = 5 * agents  # ten meetings per agent between two checks
        one = rng.integers(agents, size=(rounds, active.size))
        other = (one + rng.integers(1, agents, size=one.shape)) % agents
        rows, limit = opinions[active], bound[active]
        line = np.arange(active.size)
        for i, j in zip(one, other, strict=True):
            rows[line, i], rows[line, j] = meet(rows[line, i], rows[line, j], limit)
        opinions[active] = rows
        active = active[[not is_settled(opinions[r], bound[r]) for r in active]]
        if active.size == 0:
            return opinions
    raise RuntimeError("opinions did not settle")

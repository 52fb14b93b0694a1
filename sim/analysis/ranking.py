"""Whether intervals are narrow enough to put inputs in an order, and how many samples would be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

#: An input whose upper limit is below this share of the largest value need not be ranked: it does little.
LITTLE = 0.05
#: Beyond so many times the samples, two inputs count as equal for all practical purposes.
TOO_MANY = 64


@dataclass(frozen=True)
class Ranking:
    """Neighbours in the order of importance that the intervals do not separate."""

    close: tuple[tuple[str, str], ...]
    """Pairs that more samples would separate, if their difference is what it seems."""
    equal: tuple[tuple[str, str], ...]
    """Pairs for which more than :data:`TOO_MANY` times the samples would be needed."""
    samples: int | None
    """Samples that would separate all of ``close``."""

    @property
    def settled(self) -> bool:
        """Whether all neighbours are separated."""
        return not (self.close or self.equal)

    def remarks(self, now: int, what: str) -> list[str]:
        """Say which neighbours are not separated and what would do; ``what`` are the samples, ``now`` of them."""
        found = []
        if self.close:
            found.append(
                f"order not settled, intervals overlap: {_list(self.close)}; with {now:,} {what} now, "
                f"about {self.samples:,} would do if the differences are what they seem"
            )
        if self.equal:
            found.append(
                f"practically equal: {_list(self.equal)}; to tell them apart would take more than "
                f"{TOO_MANY} times the {now:,} {what}"
            )
        return found


def rank(
    names: Sequence[str],
    values: np.ndarray,
    half: np.ndarray,
    apart: Callable[[int, int], float],
    samples: int,
    power_of_two: bool = False,
) -> Ranking:
    """Compare neighbours in the order of importance.

    Parameters
    ----------
    names, values
        Inputs and their importance ``(inputs,)``, not negative where it means something.
    half
        Half widths of their intervals ``(inputs,)``.
    apart
        Half width of the interval of the difference of two inputs, by their places.
    samples
        Samples now; widths shrink with the root of their number.
    power_of_two
        Round the samples needed up to a power of two, as Sobol' sequences want.

    """
    order = np.argsort(-values, kind="stable")
    top = float(values[order[0]]) if len(order) else 0.0
    close, equal, needed = [], [], samples
    for first, second in pairwise(order):
        gap, width = float(values[first] - values[second]), apart(int(first), int(second))
        if not np.isfinite(width) or gap > width or values[first] + half[first] <= LITTLE * top:
            continue
        pair = (names[first], names[second])
        times = (width / gap) ** 2 if gap > 0 else np.inf
        if times > TOO_MANY or width == 0:
            equal.append(pair)
            continue
        close.append(pair)
        needed = max(needed, int(np.ceil(samples * times)) + 1)
    if close:
        needed = 2 ** int(np.ceil(np.log2(needed))) if power_of_two else _rounded(needed)
    return Ranking(tuple(close), tuple(equal), needed if close else None)


def by_intervals(half: np.ndarray) -> Callable[[int, int], float]:
    """Half width of a difference of two independent estimates."""
    return lambda first, second: float(np.hypot(half[first], half[second]))


def _rounded(number: int) -> int:
    """Two digits that count, upwards."""
    step = 10 ** max(len(str(number)) - 2, 0)
    return -(-number // step) * step


def _list(pairs: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{first} and {second}" for first, second in pairs)

"""A toy whose posterior is known: two places, of which the data inform one; and one that costs time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Standard deviation of the toy's luck.
SD = 0.1


@dataclass(frozen=True)
class Gaussian:
    """``summary = informed + N(0, SD)``; the other place does nothing."""

    factors: tuple[str, ...] = ("informed", "idle")
    summaries: tuple[str, ...] = ("mean",)

    def simulate(self, places, seeds):
        luck = np.array([np.random.default_rng(seed).standard_normal() for seed in seeds])
        return (places[:, :1] + SD * luck[:, None]).astype(float)

"""A sample of the prior, simulated once and used three times.

Its best points are the first generation of the sequential sampling; its points with the observations exchanged are the
synthetic data of the check by simulation; and regressions on it say which factors the data could inform at all. It is
written in parts, so that it goes on where it was interrupted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import ndtr

from sim.calibration.evaluation import Evaluate, Problem
from sim.calibration.proposals import prior_points
from sim.calibration.sampler import world_seeds

Array = np.ndarray
#: Points that are kept at a time.
PART = 160


@dataclass(frozen=True)
class PriorSample:
    """Points drawn from the prior and their summaries.

    Attributes
    ----------
    normal
        Points as pyabc knows them, standard normal, ``(points, factors)``.
    seeds
        Seed of each point's world.
    summaries
        ``(points, summaries)``; NaN where not defined.

    """

    factors: tuple[str, ...]
    names: tuple[str, ...]
    normal: Array
    seeds: list[int]
    summaries: Array

    def __len__(self) -> int:
        return len(self.normal)

    @property
    def places(self) -> Array:
        """Places in [0, 1], ``(points, factors)``."""
        found: Array = ndtr(self.normal)
        return found

    def remembering(self, evaluate: Evaluate) -> Evaluate:
        """Return an evaluation that looks up the points of this sample and simulates all others."""
        known = {
            (place.tobytes(), seed): k
            for k, (place, seed) in enumerate(zip(self.places, self.seeds, strict=True))
        }

        def evaluated(places: Array, seeds: Sequence[int]) -> Array:
            rows = [known.get((place.tobytes(), seed)) for place, seed in zip(places, seeds, strict=True)]
            found = np.empty((len(places), self.summaries.shape[1]))
            new = [k for k, row in enumerate(rows) if row is None]
            old = [k for k, row in enumerate(rows) if row is not None]
            found[old] = self.summaries[[row for row in rows if row is not None]]
            if new:
                found[new] = evaluate(places[new], [seeds[k] for k in new])
            return found

        return evaluated


def draw(
    problem: Problem,
    evaluate: Evaluate,
    folder: Path,
    points: int,
    seed: int,
    tell: Callable[[int], None] | None = None,
) -> PriorSample:
    """Simulate the sample, or what of it is not in ``folder`` yet.

    ``tell`` takes the number of points that are there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    normal = prior_points(len(problem.factors), points, seed)
    seeds = world_seeds(seed, 0, 0, points)
    parts = []
    for first in range(0, points, PART):
        last = min(first + PART, points)
        path = folder / f"part-{first:06d}-{last:06d}.npy"
        found = read_part(path, (last - first, len(problem.summaries)))
        if found is None:
            found = evaluate(ndtr(normal[first:last]), seeds[first:last])
            write_part(found, path)
        parts.append(found)
        if tell is not None:
            tell(last)
    return PriorSample(problem.factors, problem.summaries, normal, seeds, np.concatenate(parts))


def read_part(path: Path, shape: tuple[int, int]) -> Array | None:
    """Read a part; None if it is not there or was cut off."""
    try:
        found: Array = np.load(path, allow_pickle=False)
    except (OSError, ValueError):
        return None
    return found if found.shape == shape else None


def write_part(values: Array, path: Path) -> None:
    """Write a part, whole or not at all."""
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        np.save(file, values)
    partial.replace(path)

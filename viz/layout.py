"""Where receivers are drawn: three rings, one a group, in which neighbours stand close together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from viz.view import Network

#: Edges that are drawn at most; a larger network shows a fixed sample of its ties.
MOST_EDGES = 3000
#: Centre of each group: investors left, policymakers between and below, communities right.
CENTRES = np.array([(-1.1, 0.25), (0.0, -0.75), (1.1, 0.25)])
#: Inner radius of a ring as a part of the outer one.
HOLE = 0.45
NAMES = ("investor", "policymaker", "community")


def network_of(sizes: tuple[int, int, int], ties: Any, seed: int) -> Network:
    """Place all receivers; ``ties`` is their sparse network, or None where nobody listens to anybody."""
    from viz.view import Network

    kind = np.repeat(np.arange(3), sizes)
    names = tuple(f"{NAMES[group]} {k + 1}" for group, size in enumerate(sizes) for k in range(size))
    return Network(positions(sizes, seed), kind, names, edges(ties, seed))


def positions(sizes: tuple[int, int, int], seed: int) -> np.ndarray:
    """Rings of a few layers; agents go round in their order, since the ties of a small world are along it."""
    generator = np.random.default_rng([seed, 17])
    largest = max(max(sizes), 1)
    parts = []
    for centre, size in zip(CENTRES, sizes, strict=True):
        outer = 0.3 + 0.6 * np.sqrt(size / largest)
        layers = max(1, int(np.sqrt(size) / 3))
        place = np.arange(size)
        angle = 2 * np.pi * (place + generator.uniform(-0.3, 0.3, size)) / max(size, 1)
        level = (place % layers + generator.uniform(0.15, 0.85, size)) / layers
        # Areas of equal size get equally many agents.
        radius = outer * np.sqrt(HOLE**2 + (1 - HOLE**2) * level)
        parts.append(centre + np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]))
    return np.concatenate(parts).astype(np.float32)


def edges(ties: Any, seed: int) -> np.ndarray:
    """Pairs of agents with a tie, each once; at most :data:`MOST_EDGES`, sampled with the seed."""
    if ties is None:
        return np.zeros((0, 2), dtype=np.int32)
    row = np.repeat(np.arange(ties.shape[0]), np.diff(ties.indptr))
    once = row < ties.indices
    pairs = np.column_stack([row[once], ties.indices[once]]).astype(np.int32)
    if len(pairs) > MOST_EDGES:
        generator = np.random.default_rng([seed, 18])
        pairs = pairs[np.sort(generator.choice(len(pairs), MOST_EDGES, replace=False))]
    return pairs

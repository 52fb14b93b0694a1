"""Where receivers stand in the picture of the network: one disc a group, neighbours on the ring near each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from viz.view import KINDS, Network

if TYPE_CHECKING:
    from sim import NarrativeModel

CENTRES = np.array([[-1.0, 0.0], [0.0, 1.15], [1.0, 0.0]])
#: Edges drawn at most; more are sampled, always the same.
MOST_EDGES = 3000


def lay_out(model: NarrativeModel, seed: int = 0) -> Network | None:
    """The network of world 0, or nothing where nobody listens to anybody."""
    graph = model.network
    sizes = model.receiver_sizes
    total = sum(sizes)
    if graph is None or not total:
        return None
    rng = np.random.default_rng(seed)
    largest = max(sizes)
    places = []
    for size, centre in zip(sizes, CENTRES, strict=True):
        turn = 2 * np.pi * np.arange(size) / max(size, 1)
        # Members of the small-world ring stand in its order; three rings deep, so that marks do not touch.
        depth = 0.55 + 0.15 * (np.arange(size) % 4) + 0.03 * rng.standard_normal(size)
        radius = 0.9 * np.sqrt(size / largest) * depth
        places.append(centre + radius[:, None] * np.column_stack([np.cos(turn), np.sin(turn)]))
    pairs = graph[:total, :total].tocoo()
    edges = np.column_stack([pairs.row, pairs.col])
    edges = edges[edges[:, 0] < edges[:, 1]]
    if len(edges) > MOST_EDGES:
        edges = edges[np.sort(rng.choice(len(edges), MOST_EDGES, replace=False))]
    kind = np.repeat(np.arange(3), sizes)
    names = tuple(f"{KINDS[k]} {i + 1}" for k, size in enumerate(sizes) for i in range(size))
    return Network(np.concatenate(places), kind, names, edges)

"""Who listens to whom: small-world networks inside groups, with sparse ties across.

Row-normalised ``scipy.sparse`` CSR, block-diagonal over worlds. Source: Watts & Strogatz 1998
(doi:10.1038/30918), vectorised: networkx builds the same kind of graph edge by edge, too slow for a batch of
worlds or for 10^6 agents.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import block_diag, coo_array, csr_array

from sim.randomness import Streams


def small_world(
    size: int, degree: int, rewiring: float, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Edges of a ring lattice of even ``degree``, each rewired with probability ``rewiring``."""
    half = min(degree // 2, (size - 1) // 2) if size > 2 else min(1, size - 1)
    if half < 1:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    start = np.repeat(np.arange(size), half)
    end = (start + np.tile(np.arange(1, half + 1), size)) % size
    moved = generator.random(len(start)) < rewiring
    elsewhere = (start + generator.integers(1, size, len(start))) % size
    return start, np.where(moved, elsewhere, end)


def receiver_network(
    groups: Sequence[int], degree: int, rewiring: float, cross_degree: int, streams: Streams
) -> csr_array:
    """Network of all receivers in all worlds; ``groups`` lists group sizes in slot order."""
    total = sum(groups)
    by_seed: dict[int, csr_array] = {}
    for world, seed in enumerate(streams.seeds):
        if seed in by_seed:
            continue
        starts, ends, first = [], [], 0
        for part, size in enumerate(groups):
            start, end = small_world(size, degree, rewiring, streams.generator("social.network", world, part))
            starts.append(start + first)
            ends.append(end + first)
            others = total - size
            if cross_degree and others:
                generator = streams.generator("social.cross_ties", world, part)
                tie = np.repeat(np.arange(size), cross_degree) + first
                partner = generator.integers(0, others, len(tie))
                starts.append(tie)
                ends.append(np.where(partner >= first, partner + size, partner))
            first += size
        by_seed[seed] = _normalised(np.concatenate(starts), np.concatenate(ends), total)
    blocks = [by_seed[seed] for seed in streams.seeds]
    return blocks[0] if len(blocks) == 1 else csr_array(block_diag(blocks, format="csr"))


def _normalised(start: np.ndarray, end: np.ndarray, size: int) -> csr_array:
    row, column = np.concatenate([start, end]), np.concatenate([end, start])
    network = coo_array((np.ones(len(row)), (row, column)), shape=(size, size)).tocsr()
    network.data[:] = 1.0
    degree = np.diff(network.indptr)
    alone = np.flatnonzero(degree == 0)
    if len(alone):
        # A receiver without neighbours hears itself.
        loops = coo_array((np.ones(len(alone)), (alone, alone)), shape=(size, size)).tocsr()
        network = csr_array(network + loops)
        degree = np.diff(network.indptr)
    network.sort_indices()
    network.data[:] = np.repeat(1.0 / degree, degree)
    return csr_array(network)

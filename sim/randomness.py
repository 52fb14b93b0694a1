"""Named, event-keyed random draws.

Every random decision has a name, and its draws are keyed by (seed, name, week, slot); nothing is taken from a
shared stateful stream. Switching a mechanism off, adding a claim or changing a count leaves every other draw as
it was, so that two scenarios with one seed share all the luck they can (Klein et al. 2024, arXiv:2409.02086).

In practice one Philox generator makes a block of weeks for each (seed, name, part), slots before weeks, so that
adding agents at the end of a kind does not move the draws of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from sim.mechanisms.numerics import Array

#: Weeks in a block; streams with a draw for each agent use short blocks to save memory.
BLOCK_WEEKS = 64
AGENT_BLOCK_WEEKS = 16
AGENT_STREAMS = frozenset({"media.contagion", "adoption.reconsider", "adoption.choice"})
#: Blocks start here, so that a week has the same draws whatever the length of the burn-in.
FIRST_WEEK = -520


class Streams:
    """Random draws for a batch of worlds; worlds that share a seed share their draws.

    ``uniform`` and ``normal`` return ``(worlds, slots)``; ``sizes`` lists the slots of each part (for example of
    each kind of agent), every part with a key of its own.
    """

    def __init__(self, seeds: Sequence[int]) -> None:
        self.seeds = tuple(int(seed) for seed in seeds)
        distinct = sorted(set(self.seeds))
        self._distinct = distinct
        self._rows_of_seed = [np.flatnonzero(np.array(self.seeds) == seed).tolist() for seed in distinct]
        self._blocks: dict[tuple[str, str], tuple[int, Array]] = {}

    def uniform(self, name: str, week: int, *sizes: int) -> Array:
        """Uniform draws in [0, 1) for one week, ``(worlds, sum(sizes))``; read-only."""
        return self._week("random", name, week, sizes)

    def normal(self, name: str, week: int, *sizes: int) -> Array:
        """Standard normal draws for one week, ``(worlds, sum(sizes))``; read-only."""
        return self._week("standard_normal", name, week, sizes)

    def generator(self, name: str, world: int, part: int = 0) -> np.random.Generator:
        """A generator for a one-off structure (for example a network), keyed by (seed, name, part)."""
        return _generator(self.seeds[world], name, part, "once")

    def _week(self, kind: str, name: str, week: int, sizes: tuple[int, ...]) -> Array:
        length = AGENT_BLOCK_WEEKS if name in AGENT_STREAMS else BLOCK_WEEKS
        block, offset = divmod(week - FIRST_WEEK, length)
        held = self._blocks.get((kind, name))
        if held is None or held[0] != block or held[1].shape[2] != sum(sizes):
            held = (block, self._draw(kind, name, block, length, sizes))
            self._blocks[(kind, name)] = held
        return held[1][offset]

    def _draw(self, kind: str, name: str, block: int, length: int, sizes: tuple[int, ...]) -> Array:
        """A block of draws, ``(weeks, worlds, slots)``."""
        slots = sum(sizes)
        by_week = np.empty((length, len(self.seeds), slots))
        drawn = np.empty((slots, length))
        for row, seed in enumerate(self._distinct):
            start = 0
            for part, size in enumerate(sizes):
                draw = getattr(_generator(seed, name, part, str(block)), kind)
                draw(out=drawn[start : start + size])
                start += size
            for world in self._rows_of_seed[row]:
                by_week[:, world] = drawn.T
        by_week.setflags(write=False)
        return by_week


def _generator(seed: int, name: str, part: int, block: str) -> np.random.Generator:
    digest = blake2b(f"{seed}\x1f{name}\x1f{part}\x1f{block}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=np.frombuffer(digest, dtype=np.uint64)))

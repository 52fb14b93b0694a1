"""Named, event-keyed random draws.

Every random decision has a name, and its draws are keyed by (seed, name, week, slot); nothing is taken from a
shared stateful stream. Switching a mechanism off, adding a claim or changing a count leaves every other draw as
it was, so that two scenarios with one seed share all the luck they can (Klein et al. 2024, arXiv:2409.02086).

In practice one Philox generator makes a block of weeks for each (seed, name, part), slots before weeks, so that
adding agents at the end of a kind does not move the draws of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
        self._uniform_blocks: dict[str, _Block] = {}
        self._normal_blocks: dict[str, _Block] = {}
        # One generator, given the key of each block in turn: making a new one takes five times as long.
        self._bits = np.random.Philox(key=0)
        self._numbers = np.random.Generator(self._bits)

    def uniform(self, name: str, week: int, *sizes: int) -> Array:
        """Uniform draws in [0, 1) for one week, ``(worlds, sum(sizes))``; read-only, good for this week."""
        block = self._uniform_blocks.get(name)
        if block is None or not block.first <= week < block.end or block.sizes != sizes:
            block = self._uniform_blocks[name] = self._draw(self._numbers.random, block, name, week, sizes)
        return block.weeks[week - block.first]

    def normal(self, name: str, week: int, *sizes: int) -> Array:
        """Standard normal draws for one week, ``(worlds, sum(sizes))``; read-only, good for this week."""
        block = self._normal_blocks.get(name)
        if block is None or not block.first <= week < block.end or block.sizes != sizes:
            draw = self._numbers.standard_normal
            block = self._normal_blocks[name] = self._draw(draw, block, name, week, sizes)
        return block.weeks[week - block.first]

    def generator(self, name: str, world: int, part: int = 0) -> np.random.Generator:
        """A generator for a one-off structure (for example a network), keyed by (seed, name, part)."""
        return _generator(self.seeds[world], name, part, "once")

    def _draw(
        self, draw: Callable[..., object], last: _Block | None, name: str, week: int, sizes: tuple[int, ...]
    ) -> _Block:
        """The block of draws that holds ``week``, in the memory of the last one if that fits."""
        length = AGENT_BLOCK_WEEKS if name in AGENT_STREAMS else BLOCK_WEEKS
        number = (week - FIRST_WEEK) // length
        slots, worlds = sum(sizes), len(self.seeds)
        if last is not None and last.sizes == sizes:
            memory, drawn = last.memory, last.drawn
        else:
            memory, drawn = np.empty((length, worlds, slots)), np.empty((slots, length))
        for row, seed in enumerate(self._distinct):
            start = 0
            for part, size in enumerate(sizes):
                self._turn_to(seed, name, part, str(number))
                draw(out=drawn[start : start + size])
                start += size
            for world in self._rows_of_seed[row]:
                memory[:, world] = drawn.T
        weeks = memory.view()
        weeks.setflags(write=False)
        first = FIRST_WEEK + number * length
        return _Block(first, first + length, sizes, weeks, memory, drawn)

    def _turn_to(self, seed: int, name: str, part: int, block: str) -> None:
        """Set the generator to the start of a key's numbers; the same numbers as those of :func:`_generator`."""
        self._bits.state = {
            "bit_generator": "Philox",
            "state": {"counter": _NOTHING, "key": _key(seed, name, part, block)},
            "buffer": _NOTHING,
            "buffer_pos": len(_NOTHING),  # used up
            "has_uint32": 0,
            "uinteger": 0,
        }


@dataclass(slots=True)
class _Block:
    """Draws of one name for the weeks from ``first`` to before ``end``."""

    first: int
    end: int
    sizes: tuple[int, ...]
    weeks: Array  #: ``(weeks, worlds, slots)``, read-only
    memory: Array  #: the same, to be written over by the next block
    drawn: Array  #: ``(slots, weeks)``, one world's draws


_NOTHING = np.zeros(4, dtype=np.uint64)


def _key(seed: int, name: str, part: int, block: str) -> Array:
    digest = blake2b(f"{seed}\x1f{name}\x1f{part}\x1f{block}".encode(), digest_size=16).digest()
    return np.frombuffer(digest, dtype=np.uint64)


def _generator(seed: int, name: str, part: int, block: str) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=_key(seed, name, part, block)))

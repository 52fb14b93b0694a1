"""A pyabc sampler for models that run many worlds at once.

pyabc asks for one particle at a time: a function draws a proposal, calls the model and decides. Here each such call
runs in a greenlet of its own that stops where the model is called; when a round of them has stopped, all their points
are simulated as one batch, and the greenlets go on in the order in which they began. What is proposed depends on the
seed and the generation only, what is accepted on the order of the proposals: the result has the same bytes whatever
the number of workers, and a generation can be repeated by itself.

pyabc sees each factor as a standard normal variable, the place of the factor is its distribution function: kernels
then never propose outside the prior, and weights at its ends stay bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyabc
from greenlet import getcurrent, greenlet
from pyabc.sampler import Sampler
from scipy.special import ndtr

from sim.calibration.evaluation import Evaluate

Array = np.ndarray
#: Fewest and most proposals of a round.
LEAST, MOST = 40, 160


class BatchModel(pyabc.Model):
    """A model that stops its greenlet and is handed the summaries when the round has been simulated."""

    def sample(self, pars: Any) -> dict[str, Array]:
        """Return the summaries at a point."""
        parent = getcurrent().parent
        if parent is None:
            raise RuntimeError("a model of batches runs in a BatchSampler only")
        found: Array = parent.switch(pars)
        return {"summaries": found}


class BatchSampler(Sampler):
    """Sampler that proposes and simulates in rounds.

    Parameters
    ----------
    evaluate
        Simulates a batch of points.
    factors
        Names of the parameters in the order of the columns.
    seed
        Of proposals and worlds.

    """

    def __init__(self, evaluate: Evaluate, factors: Sequence[str], seed: int) -> None:
        super().__init__()
        self.evaluate, self.factors, self.seed = evaluate, tuple(factors), seed

    def sample_until_n_accepted(
        self,
        n: int,
        simulate_one: Callable[[], Any],
        t: int,
        *,
        max_eval: float = np.inf,
        all_accepted: bool = False,
        ana_vars: Any = None,
    ) -> Any:
        """Return a sample with the first ``n`` accepted particles, in the order of the proposals.

        A sample that would need more than ``max_eval`` simulations is marked as not all right, which ends the
        inference before this generation.
        """
        sample = self._create_empty_sample()
        before = np.random.get_state()
        np.random.seed(_state(self.seed, t, 4).astype(np.uint32))  # pyabc draws from this generator
        done = accepted = 0
        try:
            while accepted < n and done < max_eval:
                count = n - accepted if all_accepted else _round(n - accepted, accepted, done)
                for particle in self._round(simulate_one, t, done, count):
                    if particle.accepted and accepted == n:
                        continue  # more than were asked for: the first in order are taken
                    sample.append(particle)
                    accepted += bool(particle.accepted)
                done += count
        finally:
            np.random.set_state(before)
        self.nr_evaluations_ = done
        sample.ok = accepted == n
        return sample

    def _round(self, simulate_one: Callable[[], Any], t: int, first: int, count: int) -> list[Any]:
        waiting = [greenlet(simulate_one) for _ in range(count)]
        points = [one.switch() for one in waiting]
        places = ndtr([[point[name] for name in self.factors] for point in points])
        found = self.evaluate(places, world_seeds(self.seed, t, first, count))
        return [one.switch(found[k]) for k, one in enumerate(waiting)]


def world_seeds(seed: int, generation: int, first: int, count: int) -> list[int]:
    """Seeds of the worlds ``first, first + 1, ...`` of a generation."""
    return [int(_state(seed, generation, 2, k).view(np.uint64)[0] >> 1) for k in range(first, first + count)]


def _state(seed: int, generation: int, words: int, *more: int) -> Array:
    # Entropy must not be negative; pyabc counts a sample before the first generation as -1.
    return np.random.SeedSequence([seed, generation + 1, *more]).generate_state(words, np.uint32)


def _round(wanted: int, accepted: int, done: int) -> int:
    """Proposals of the next round: as many as will probably be needed, within bounds."""
    expected = wanted * (done + LEAST) / (accepted + LEAST)
    return int(min(max(np.ceil(expected / LEAST) * LEAST, LEAST), MOST))

"""Simulations by the batch: a problem says how points become summaries, a pool of processes does the work.

A batch of points is cut for the workers; the same point with the same seed gives the same numbers in any cut, so that
nothing depends on how many workers there are.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from concurrent.futures import Future

Array = np.ndarray
#: Points that a worker advances together.
PIECE = 40
#: Takes the number of simulations done since the last call.
Tick = Callable[[int], None]


class Problem(Protocol):
    """What is to be inferred from what; goes to workers by pickle."""

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of the factors."""

    @property
    def summaries(self) -> tuple[str, ...]:
        """Names of the summaries."""

    def simulate(self, places: Array, seeds: Sequence[int]) -> Array:
        """Summaries ``(points, summaries)`` at places ``(points, factors)`` in [0, 1]; NaN where not defined."""


#: Takes places ``(points, factors)`` and a seed for each; returns summaries ``(points, summaries)``.
Evaluate = Callable[[Array, Sequence[int]], Array]


def evaluator(problem: Problem, executor: Executor, workers: int, tick: Tick | None = None) -> Evaluate:
    """Return a function that has an executor simulate points."""

    def evaluate(places: Array, seeds: Sequence[int]) -> Array:
        size = max(1, min(PIECE, -(-len(seeds) // workers)))
        futures: list[Future[Array]] = [
            executor.submit(_simulate, problem, places[k : k + size], list(seeds[k : k + size]))
            for k in range(0, len(seeds), size)
        ]
        found = []
        for future in futures:
            found.append(future.result())
            if tick is not None:
                tick(len(found[-1]))
        return np.concatenate(found)

    return evaluate


def _simulate(problem: Problem, places: Array, seeds: Sequence[int]) -> Array:
    found = problem.simulate(places, seeds)
    wanted = (len(seeds), len(problem.summaries))
    if found.shape != wanted:
        raise ValueError(f"the problem gave summaries of shape {found.shape}, not {wanted}")
    return found


@contextlib.contextmanager
def pool(workers: int) -> Iterator[Executor]:
    """Processes of this machine, or this process alone; a lost process is a plain error."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    from sim.experiments.batches import start_worker
    from sim.experiments.runner import WorkerError, uninterrupted
    from sim.experiments.sweep.executors import SerialExecutor

    if workers == 1:
        yield SerialExecutor()
        return
    made = ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=start_worker, initargs=(None,)
    )
    finished = False
    try:
        with uninterrupted():  # all workers start now, and leave Ctrl-C to this process
            for future in [made.submit(_nothing) for _ in range(workers)]:
                future.result()
        yield made
        finished = True
    except BrokenProcessPool as error:
        raise WorkerError(
            "a worker process ended before its work was done; if memory ran out, use fewer workers"
        ) from error
    finally:
        processes: list[Any] = list((getattr(made, "_processes", None) or {}).values())
        made.shutdown(wait=finished, cancel_futures=True)
        if not finished:
            for process in processes:
                process.terminate()


def _nothing() -> None:
    """Start a worker."""

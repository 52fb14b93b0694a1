"""ABC-SMC by pyabc, a generation at a time: each is read from the database and leaves the next one there.

Sequential Monte Carlo for approximate Bayesian computation: Toni et al. 2009 (doi:10.1098/rsif.2008.0172); pyabc:
Schaelte et al. 2022 (doi:10.21105/joss.04304). The threshold of a generation is a quantile of the distances of the one
before. Since every generation starts from the database alone, a calibration that was ended goes on with the same bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyabc
from scipy.special import ndtr

from sim.calibration.evaluation import Evaluate, Problem
from sim.calibration.proposals import AdaptedNormal, NormalPrior
from sim.calibration.sampler import BatchModel, BatchSampler

if TYPE_CHECKING:
    from pyabc import History
    from sqlalchemy.exc import OperationalError

Array = np.ndarray
#: Distance of summaries ``(summaries,)`` from what was observed.
Distance = Callable[[Array], float]


@dataclass(frozen=True)
class Settings:
    """How the sampling goes.

    Attributes
    ----------
    particles
        Particles of each generation.
    populations
        Generations.
    quantile
        Share of a generation's distances below the threshold of the next.
    least_accepted
        Share of accepted proposals below which no further generation is tried.
    seed
        Of everything random.

    """

    particles: int
    populations: int
    quantile: float = 0.5
    least_accepted: float = 0.02
    seed: int = 0


@dataclass(frozen=True)
class Generation:
    """One population of particles.

    Attributes
    ----------
    places, weights, summaries, distances
        ``(particles, factors)``, ``(particles,)`` that sum to 1, ``(particles, summaries)``, ``(particles,)``.
    threshold
        Largest distance.
    simulations
        Simulations that it took.

    """

    number: int
    places: Array
    weights: Array
    summaries: Array
    distances: Array
    threshold: float
    simulations: int

    @property
    def effective(self) -> float:
        """Effective number of particles."""
        return float(1.0 / (self.weights**2).sum())

    @property
    def accepted(self) -> float:
        """Share of the simulations that were accepted."""
        return len(self.weights) / self.simulations


def infer(
    problem: Problem,
    evaluate: Evaluate,
    distance: Distance,
    database: Path,
    settings: Settings,
    first_threshold: float,
    stored: Array | None = None,
    tell: Callable[[Generation], None] | None = None,
) -> list[Generation]:
    """Run the generations that the database does not hold yet; returns all of them.

    The first generation is drawn from the prior, ``stored`` points of it first. Stops early when too few proposals are
    accepted.
    """
    logging.getLogger("ABC").setLevel(logging.WARNING)
    held = generations(database, problem)
    while len(held) < settings.populations and not _ended(held, settings):
        _next(problem, evaluate, distance, database, settings, first_threshold, stored, len(held))
        done = generations(database, problem, first=len(held))
        if not done:
            break
        held += done
        if tell is not None:
            tell(held[-1])
    return held


def _ended(held: list[Generation], settings: Settings) -> bool:
    return bool(held) and held[-1].accepted < settings.least_accepted


def _next(
    problem: Problem,
    evaluate: Evaluate,
    distance: Distance,
    database: Path,
    settings: Settings,
    first_threshold: float,
    stored: Array | None,
    number: int,
) -> None:
    epsilon = pyabc.QuantileEpsilon(
        initial_epsilon="from_sample" if number else first_threshold, alpha=settings.quantile
    )
    abc = pyabc.ABCSMC(
        BatchModel("parity"),
        NormalPrior(problem.factors, None if number else stored),
        pyabc.distance.FunctionDistance(lambda x, _observed: distance(x["summaries"])),
        population_size=settings.particles,
        transitions=AdaptedNormal(),
        eps=epsilon,
        sampler=BatchSampler(evaluate, problem.factors, settings.seed),
    )
    if number:
        abc.load(_address(database))
    else:
        database.unlink(missing_ok=True)  # begun, and cut off before the first generation was complete
        # Distances are from fixed observations that the function knows; pyabc only keeps this beside them.
        abc.new(_address(database), {"summaries": np.zeros(len(problem.summaries))})
    abc.run(max_nr_populations=1, min_acceptance_rate=settings.least_accepted / 4)


def generations(database: Path, problem: Problem, first: int = 0) -> list[Generation]:
    """Read the populations of a database from number ``first`` on."""
    from pyabc import History

    if not database.is_file() or not database.stat().st_size:
        return []
    history = History(_address(database), create=False)
    try:
        begun = history.all_runs()
    except OperationalError:  # cut off while its tables were made
        return []
    if not begun:
        return []
    history.id = 1
    table = history.get_all_populations().set_index("t")
    return [_read(history, problem, number, table) for number in range(first, history.max_t + 1)]


def _read(history: History, problem: Problem, number: int, table: Any) -> Generation:
    frame, weights = history.get_distribution(0, number)
    extended = history.get_weighted_distances(number)
    _, summaries = history.get_weighted_sum_stats(number)
    return Generation(
        number=number,
        places=ndtr(frame[list(problem.factors)].to_numpy()),
        weights=np.asarray(weights, dtype=float),
        summaries=np.array([one["summaries"] for one in summaries]),
        distances=extended["distance"].to_numpy(),
        threshold=float(table.loc[number, "epsilon"]),
        simulations=int(table.loc[number, "samples"]),
    )


def _address(database: Path) -> str:
    return f"sqlite:///{database.resolve()}"

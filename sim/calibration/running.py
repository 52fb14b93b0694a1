"""A calibration from beginning to end, in steps that are kept as they come.

1. Luck: how far runs differ that share all factors. 2. The prior sample, from which history matching says what is ruled
out at once. 3. Sequential sampling; its first generation comes from the prior sample. 4. Part of the prior sample once
more with a tightening of access, for what would break the ridge. 5. The posterior's prediction. What is in the folder
already is not done again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from sim.calibration import probes, smc
from sim.calibration.evaluation import Evaluate, Tick, evaluator, pool
from sim.calibration.luck import POINTS as LUCK_POINTS
from sim.calibration.luck import WORLDS as LUCK_WORLDS
from sim.calibration.luck import repeated, spread, typical
from sim.calibration.nearness import Nearness
from sim.calibration.predictive import Prediction, predict, prediction_problem
from sim.calibration.prior_sample import PriorSample, draw
from sim.calibration.problem import HindcastProblem, hindcast_problem
from sim.calibration.recovery import Recovery, recover
from sim.calibration.regression import Amortised, Posterior, adjusted, with_errors
from sim.calibration.settings import Plan, claim, identity
from sim.calibration.targets import Misfit, point_weights

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray
#: Takes what is being done, simulations done, and simulations expected in all.
Progress = Callable[[str, int, int], None]
#: Share of accepted proposals that the estimate of the work expects; it falls from one generation to the next.
EXPECTED_ACCEPTED = 0.13
#: The first generation's threshold lets this many times as many points of the prior sample pass as are needed.
SPARE = 1.05
#: Factor whose ridge with other catch-up is reported.
COPYING = "potency"


@dataclass(frozen=True)
class Calibration:
    """All that came out.

    Attributes
    ----------
    misfit, typical_misfit
        Root mean square residual, and its median between a world and a record that a world with the same factors made.
    nearness
        The distance of the sequential sampling.
    sample, generations
        The prior sample and the populations.
    recovery
        The check on synthetic data.
    by_regression
        Posterior for the observed data by regression on the prior sample.
    gains
        What further observables would add; :func:`sim.calibration.probes.gains`.
    predicted
        Scores of the posterior's prediction; :func:`sim.calibration.predictive.predict`.

    """

    plan: Plan
    problem: HindcastProblem
    misfit: Misfit
    typical_misfit: float
    nearness: Nearness
    sample: PriorSample
    generations: list[smc.Generation]
    recovery: Recovery
    by_regression: Posterior
    gains: pd.DataFrame
    predicted: pd.DataFrame
    simulations: int

    @property
    def last(self) -> smc.Generation:
        """The last population."""
        return self.generations[-1]

    @property
    def particles(self) -> Posterior:
        """The last population's places and weights."""
        return Posterior(self.last.places, self.last.weights)

    @cached_property
    def posterior(self) -> Posterior:
        """The last population moved to the record by local linear regression."""
        return _posterior(self.last, self.nearness)

    @property
    def points(self) -> int:
        """Number of fitted points."""
        return len(self.misfit.weights)

    @property
    def not_ruled_out(self) -> float:
        """Share of the prior sample that history matching leaves."""
        return float(1.0 - self.misfit.implausible(self.sample.summaries).mean())

    def latent(self, name: str) -> Array:
        """A latent figure of the last population, ``(particles,)``."""
        found: Array = self.last.summaries[:, self.problem.summaries.index(f"latent/{name}")]
        return found


def expected(plan: Plan) -> int:
    """Simulations that a calibration will probably take."""
    later = plan.particles * max(plan.populations - 1, 0) / EXPECTED_ACCEPTED
    return int(LUCK_POINTS * LUCK_WORLDS + plan.prior + later + plan.probes + 2 * plan.worlds)


def calibrate(
    folder: Path,
    plan: Plan | None = None,
    *,
    workers: int = 1,
    resume: bool = True,
    progress: Progress | None = None,
    warn: Callable[[str], None] | None = None,
    problem: HindcastProblem | None = None,
    prediction: Prediction | None = None,
) -> Calibration:
    """Calibrate on the record, or go on with what a folder holds.

    Parameters
    ----------
    folder
        Folder for the steps' results; what is in it is not computed again.
    plan
        Sizes and seed.
    workers
        Processes; results do not depend on it.
    resume
        Go on with a calibration that is in the folder; otherwise that is an error.
    progress, warn
        Take reports of progress, and remarks.
    problem, prediction
        In place of the shipped hindcast, for instance with fewer agents.

    Raises
    ------
    StoreError
        If the folder holds something else.

    """
    plan = plan or Plan()
    problem = problem or hindcast_problem()
    prediction = prediction or prediction_problem(problem.chosen)
    remark = claim(folder, identity(plan, problem), resume)
    if remark and warn:
        warn(remark)
    told = _Told(progress, expected(plan))
    with pool(workers) as executor:

        def by(of: HindcastProblem | Prediction) -> Evaluate:
            return evaluator(of, executor, workers, told.tick)

        told.begin("luck", 0)
        points = sum(len(target.rows) for target in problem.fitted)
        groups = repeated(problem, by(problem), folder / "luck.npy", points, plan.seed)
        misfit = Misfit(point_weights(problem.fitted), spread(groups))
        typical_misfit = typical(groups, misfit, plan.seed)
        told.begin("prior sample", LUCK_POINTS * LUCK_WORLDS)
        sample = draw(problem, by(problem), folder / "prior", plan.prior, plan.seed)
        nearness = Nearness(sample.normal, sample.summaries, points)
        generations = _sequential(folder, plan, problem, nearness, sample, by(problem), told)
        told.begin("tightening of access", told.done)
        probe = probes.probe_problem(problem)
        probed = draw(probe, by(probe), folder / "probes", plan.probes, plan.seed)
        told.begin("prediction", told.done)
        posterior = _posterior(generations[-1], nearness)
        predicted = predict(
            prediction, by(prediction), posterior, folder / "predicted", plan.worlds, plan.seed
        )
        told.finish()
    data = with_errors(sample.summaries, points, plan.seed)
    return Calibration(
        plan, problem, misfit, typical_misfit, nearness, sample, generations,
        recovery=recover(problem.factors, sample.normal, data, plan.sets),
        by_regression=Amortised(sample.normal, data).posterior(np.zeros(points)),
        gains=probes.gains(probe, probed.normal, probed.summaries, COPYING, plan.seed),
        predicted=predicted,
        simulations=LUCK_POINTS * LUCK_WORLDS + len(sample) + sum(one.simulations for one in generations)
        - min(generations[0].simulations, len(sample)) + len(probed) + 2 * plan.worlds,
    )  # fmt: skip


def _sequential(
    folder: Path, plan: Plan, problem: HindcastProblem, nearness: Nearness, sample: PriorSample, evaluate: Evaluate,
    told: _Told,
) -> list[smc.Generation]:  # fmt: skip
    """Run the generations, the first from the prior sample."""
    told.begin("generation 1", LUCK_POINTS * LUCK_WORLDS + len(sample))
    distances = np.sort(nearness.many(sample.summaries))
    enough = min(int(SPARE * plan.particles) + 1, len(distances) - 1)
    settings = smc.Settings(plan.particles, plan.populations, seed=plan.seed)

    def tell(one: smc.Generation) -> None:
        told.begin(f"generation {one.number + 2}", told.done)

    found = smc.infer(
        problem, sample.remembering(evaluate), nearness, folder / "abc.db", settings, float(distances[enough]),
        stored=sample.normal, tell=tell,
    )  # fmt: skip
    if not found:
        from sim.recording.store import StoreError

        raise StoreError(
            "no generation came through: more points of the prior sample, or fewer particles, are needed"
        )
    return found


def _posterior(last: smc.Generation, nearness: Nearness) -> Posterior:
    # Places at the very ends, which rounding can make of extreme scores, have no finite score.
    normal = ndtri(np.clip(last.places, 1e-9, 1.0 - 1e-9))
    return adjusted(normal, nearness.away(last.summaries), last.weights)


class _Told:
    """Counts simulations and passes progress on."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._label = progress, total, ""
        self.done = 0

    def begin(self, label: str, done: int) -> None:
        """Begin a step, before which so many simulations were done or were there already."""
        self._label, self.done = label, max(self.done, done)
        self._tell()

    @property
    def tick(self) -> Tick:
        """Takes simulations done since the last call."""

        def tick(count: int) -> None:
            self.done += count
            self._tell()

        return tick

    def finish(self) -> None:
        """All is done."""
        self._total = self.done
        self._tell()

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(self._label, self.done, max(self._total, self.done))

"""The calibration's problem: places of the factors become residuals of the observables.

All points of a batch run together, since psi and the other factors are reals of one structure. Runs end with the fit
window. Beside the residuals each run leaves a few latent figures, which nobody observes and no distance uses: they show
what the data leave open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.calibration import factors as all_factors
from sim.calibration.factors import FACTORS, Factor
from sim.calibration.targets import FIT_UNTIL, Target, point_names

if TYPE_CHECKING:
    from sim.hindcast.observable import Mode
    from sim.recording.run import Run
    from sim.scenario import Scenario

Array = np.ndarray
#: Latent figures: means over the last year of the fit window in free mode.
LATENT = ("gap_months", "copied_share")
LATENT_WEEKS = 52


class FactorProblem:
    """What problems have in common whose places are those of chosen factors."""

    chosen: tuple[Factor, ...]
    """Factors in the order of the columns of places."""

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of the factors."""
        return all_factors.names(self.chosen)

    def run(self, scenario: Scenario, places: Array, seeds: Sequence[int]) -> Run:
        """Run one world of a scenario for each place ``(points, factors)``."""
        return run_points(scenario, all_factors.values(places, self.chosen), seeds, self.chosen)


@dataclass(frozen=True)
class HindcastProblem(FactorProblem):
    """Hindcasts against observables.

    Attributes
    ----------
    scenarios
        By mode.
    fitted
        The points, those of free mode first.
    chosen
        Factors in the order of the columns of places.

    """

    scenarios: Mapping[str, Scenario]
    fitted: tuple[Target, ...]
    chosen: tuple[Factor, ...] = FACTORS

    @cached_property
    def summaries(self) -> tuple[str, ...]:
        """Names of the points, then of the latent figures."""
        return (*point_names(self.fitted), *(f"latent/{name}" for name in LATENT))

    def simulate(self, places: Array, seeds: Sequence[int]) -> Array:
        """Residuals in standard deviations and latent figures, ``(points, summaries)``."""
        from sim.hindcast.observables import OBSERVABLES
        from sim.hindcast.reading import Reading

        columns: list[Array] = []
        further: list[Array] = []
        for mode, scenario in self.scenarios.items():
            run = self.run(scenario, places, seeds)
            reading = Reading(run)
            for target in self.fitted:
                if target.mode == mode:
                    predicted = OBSERVABLES[target.observable].predict(reading, target.rows, until=FIT_UNTIL)
                    columns.append(target.residuals(predicted))
            further = further or self.further(run, seeds)
        return np.column_stack([*columns, *further])

    def further(self, run: Run, seeds: Sequence[int]) -> list[Array]:
        """Figures beside the residuals, from the run of the first mode: the latent ones."""
        return [run.array(name)[:, -LATENT_WEEKS:].mean(axis=1) for name in LATENT]


def run_points(scenario: Scenario, values: Array, seeds: Sequence[int], chosen: Sequence[Factor]) -> Run:
    """Run one world for each point of values ``(points, factors)``; replicate k of the run is point k.

    The run's scenario is that of the first point: names, events and sizes are common to all, reals are not.
    """
    from sim.model import NarrativeModel
    from sim.recording.run import Run, new_manifest
    from sim.recording.tables import tables_of

    rows = [
        (scenario.with_changes(all_factors.changes(scenario, point, chosen)), int(seed))
        for point, seed in zip(values, seeds, strict=True)
    ]
    model = NarrativeModel.batch(rows, log_events=True)
    model.run_for(scenario.run.weeks)
    held = tables_of(model)
    model.__dict__.clear()  # model and agents refer to each other; free their arrays now
    return Run(rows[0][0], held, new_manifest(rows[0][0], seeds, held["series"]))


def shortened(scenario: Scenario, until: dt.date = FIT_UNTIL) -> Scenario:
    """Return a scenario that ends with the week of a day, with the switches that all points share."""
    from sim.experiments.runner import with_weeks

    weeks = (until - scenario.run.first_day).days // 7 + 1
    return with_weeks(scenario.with_changes(all_factors.common_changes()), weeks)[0]


def hindcast_problem(modes: Sequence[Mode] = ("free",)) -> HindcastProblem:
    """Return the problem of the shipped hindcast; each observable is held against the first of the modes given."""
    from sim.calibration.targets import targets
    from sim.hindcast.observables import OBSERVABLES
    from sim.hindcast.scenario import hindcast_scenario

    fitted = targets(OBSERVABLES.values(), modes=modes)
    needed = [mode for mode in modes if any(one.mode == mode for one in fitted)]
    return HindcastProblem({mode: shortened(hindcast_scenario(mode)) for mode in needed}, fitted)

"""Posterior predictive hindcast: does the calibrated model do better where it was fitted, and where it was not?

Worlds are drawn from the posterior, with luck of their own, and run to the end of the record; beside them run worlds
with the factors as the scenario has them. Both are scored against the observations of the fit window and of the half
year after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.calibration import factors as all_factors
from sim.calibration.evaluation import Evaluate
from sim.calibration.factors import FACTORS, Factor
from sim.calibration.prior_sample import read_part, write_part
from sim.calibration.problem import FactorProblem
from sim.calibration.regression import Posterior
from sim.calibration.sampler import world_seeds
from sim.calibration.targets import FIT_UNTIL, TWICE

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario

Array = np.ndarray
#: Number of the draw of seeds, apart from those of all generations.
DRAW = 20_000
POSTERIOR, DEFAULT = "posterior", "as shipped"


@dataclass(frozen=True)
class Prediction(FactorProblem):
    """Free hindcasts to the end of the record as a problem: all its summaries are predictions in their own units."""

    scenario: Scenario
    names: tuple[str, ...]
    chosen: tuple[Factor, ...] = FACTORS

    @cached_property
    def summaries(self) -> tuple[str, ...]:
        """Name and number of each observation."""
        table = self.observations
        return tuple(
            f"{name}/{place}" for name, place in zip(table["observable"], table["place"], strict=True)
        )

    @cached_property
    def observations(self) -> pd.DataFrame:
        """Observations: ``observable``, ``place``, ``date``, ``value``, ``sd``, ``since``, ``unit``, ``window``."""
        import pandas as pd

        from sim.hindcast.observables import OBSERVABLES

        parts = []
        for name in self.names:
            rows = OBSERVABLES[name].observed()[["date", "value", "sd", "since"]]
            rows = rows[rows["date"] <= pd.Timestamp(_last_day(self.scenario))].reset_index(drop=True)
            parts.append(rows.assign(observable=name, unit=OBSERVABLES[name].unit, place=range(len(rows))))
        table = pd.concat(parts, ignore_index=True)
        late = table["date"] > pd.Timestamp(FIT_UNTIL)
        return table.assign(window=np.where(late, "validation", "fit"))

    def simulate(self, places: Array, seeds: Sequence[int]) -> Array:
        """Predictions ``(points, observations)`` without errors of observation."""
        from sim.hindcast.observables import OBSERVABLES
        from sim.hindcast.reading import Reading

        reading = Reading(self.run(self.scenario, places, seeds))
        columns = []
        for name in self.names:
            rows = self.observations[self.observations["observable"] == name].reset_index(drop=True)
            columns.append(OBSERVABLES[name].predict(reading, rows, until=FIT_UNTIL))
        return np.concatenate(columns, axis=1)


def prediction_problem(chosen: tuple[Factor, ...] = FACTORS) -> Prediction:
    """Return the free hindcast over the whole record, with all observables that it is scored on."""
    from sim.hindcast.observables import scored_in
    from sim.hindcast.scenario import hindcast_scenario

    names = tuple(one.name for one in scored_in("free") if one.name not in TWICE and len(one.observed()))
    scenario = hindcast_scenario("free").with_changes(all_factors.common_changes())
    return Prediction(scenario, names, chosen)


def shipped_places(scenario: Scenario, chosen: Sequence[Factor] = FACTORS) -> Array:
    """Places of the factors as a scenario has them, within the ends of their priors, ``(factors,)``."""
    found = []
    for factor in chosen:
        key = factor.keys[0]
        value = 0.0 if key.startswith("labs.CONTROLLED.") else _value(scenario, key)
        found.append(float(np.clip(factor.place(np.clip(value, factor.low, factor.high)), 0.0, 1.0)))
    return np.array(found)


def predict(
    problem: Prediction, evaluate: Evaluate, posterior: Posterior, folder: Path, worlds: int, seed: int
) -> pd.DataFrame:
    """Score the posterior and the scenario as shipped on every observation.

    One row an observation and ``who``: columns of the observations and of :func:`sim.hindcast.scores.summarise`.
    """
    import pandas as pd

    from sim.hindcast import scores

    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, 7])
    drawn = posterior.places[rng.choice(len(posterior.weights), worlds, p=posterior.weights)]
    shipped = np.tile(shipped_places(problem.scenario, problem.chosen), (worlds, 1))
    table, parts = problem.observations, []
    for who, places in ((POSTERIOR, drawn), (DEFAULT, shipped)):
        path = folder / f"{who.replace(' ', '-')}.npy"
        held = read_part(path, (worlds, len(table)))
        if held is None:
            held = evaluate(places, world_seeds(seed, DRAW, 0, worlds))  # the same luck for both
            write_part(held, path)
        errors = scores.noise(seed, "calibration", held.shape) * table["sd"].to_numpy()
        scored = scores.summarise(held + errors, table["value"].to_numpy())
        parts.append(pd.concat([table, scored], axis=1).assign(who=who))
    return pd.concat(parts, ignore_index=True)


def summary(predicted: pd.DataFrame) -> pd.DataFrame:
    """CRPS and coverage by observable and window, posterior against shipped factors.

    Columns ``observable``, ``unit``, ``window``, ``n``, ``crps_posterior``, ``crps_shipped``, ``in50``,
    ``in90`` (of the posterior), ``better``.
    """
    import pandas as pd

    rows = []
    for (name, unit, window), held in predicted.groupby(["observable", "unit", "window"], sort=False):
        mine, other = held[held["who"] == POSTERIOR], held[held["who"] == DEFAULT]
        crps = float(mine["crps"].mean()), float(other["crps"].mean())
        rows.append(
            {"observable": name, "unit": unit, "window": window, "n": len(mine), "crps_posterior": crps[0],
             "crps_shipped": crps[1], "in50": float(mine["in50"].mean()), "in90": float(mine["in90"].mean()),
             "better": POSTERIOR if crps[0] < crps[1] else DEFAULT}
        )  # fmt: skip
    return pd.DataFrame(rows)


def _value(scenario: Scenario, key: str) -> float:
    value: object = scenario
    for part in key.split("."):
        value = getattr(value, part)
    return float(value)  # type: ignore[arg-type]


def _last_day(scenario: Scenario) -> np.datetime64:
    return np.datetime64(scenario.run.first_day) + np.timedelta64(7 * scenario.run.weeks - 1, "D")

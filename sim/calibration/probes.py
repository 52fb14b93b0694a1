"""Which further observables would tell copying from other catch-up, measured on synthetic data.

Worlds are drawn from the prior and run with a dated tightening of access to closed models. Beside the fitted
observables, each world yields what an observer could add: how a follower's gains line up with the teacher's releases,
how its pace answers the tightening, how much closed labs disclose that rivals buy from them, and a forensic finding on
the copied share. All carry errors of measurement. The gain of each is the contraction of the potency that it adds.

That a copy inherits its teacher's profile over kinds of tasks is no part of the model, so that it cannot be measured
here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr

from sim.calibration.problem import HindcastProblem
from sim.calibration.regression import Learned, with_errors

if TYPE_CHECKING:
    import pandas as pd

    from sim.recording.run import Run
    from sim.scenario import Scenario

Array = np.ndarray
#: The tightening: day and strength.
ACT, STRENGTH = dt.date(2024, 4, 1), 0.9
#: Weeks before and after the act over which paces are compared.
WINDOW = 52
#: Weeks by which the follower's gains may lag behind a release.
LAGS = (4, 13, 26, 39)
#: Errors, one standard deviation: of a model's capability (OOM; intervals of the index), of the logarithm of disclosed
#: revenue, of a forensic finding on the share.
CAPABILITY_SD, LN_REVENUE_SD, FORENSIC_SD = 0.15, 0.2, 0.1
#: Parts of the cross-validation, and resamples behind intervals.
FOLDS, RESAMPLES = 8, 400
#: Observables that say how far behind the follower is and nothing else.
LAG_ALONE = ("eci_gap", "catch_up_lag")
LAG, FITTED, ALL = "gap and lag alone", "all fitted observables", "all fitted and all of these"
#: What an observer could add, and the names of its figures.
ADDED: Mapping[str, tuple[str, ...]] = {
    "timing of gains after teacher releases": tuple(f"follow/{lag}" for lag in LAGS),
    "response to a dated tightening of access": ("response/follower", "response/difference"),
    "disclosed revenue from rivals": ("disclosed/level", "disclosed/change"),
    "one forensic finding on the copied share": ("forensic/share",),
}


@dataclass(frozen=True)
class ProbeProblem(HindcastProblem):
    """The fitted observables and the added ones, in worlds with a tightening of access."""

    act_week: int = field(default=0)

    @cached_property
    def summaries(self) -> tuple[str, ...]:
        """Names of the points, of the latent figures, then of the added observables."""
        return (*super().summaries, *(name for names in ADDED.values() for name in names))

    def further(self, run: Run, seeds: Sequence[int]) -> list[Array]:
        """Latent figures and added observables."""
        return [*super().further(run, seeds), added(run, self.act_week, seeds)]


def added(run: Run, act_week: int, seeds: Sequence[int]) -> Array:
    """Added observables of each replicate, ``(replicates, figures)``, with errors keyed by its seed."""
    errors = np.stack(
        [np.random.default_rng([seed, 5]).standard_normal(2 * len(run.weeks) + 3) for seed in seeds]
    )
    columns = len(run.weeks)
    start = int(act_week - run.weeks[0])
    teacher = run.array("released_capability_closed_best") + CAPABILITY_SD * _kept(
        run.array("released_capability_closed_best"), errors[:, :columns]
    )
    follower = run.array("released_capability_cn_best") + CAPABILITY_SD * _kept(
        run.array("released_capability_cn_best"), errors[:, columns : 2 * columns]
    )
    revenue = np.log(np.maximum(run.array("api_revenue_from_rivals"), 1e-6))
    before, after = slice(max(start - WINDOW, 0), start), slice(start, start + WINDOW)
    pace = [_slope(values[:, after]) - _slope(values[:, before]) for values in (follower, teacher)]
    share = run.array("copied_share")[:, -1]
    return np.column_stack(
        [
            *(_following(teacher, follower, lag) for lag in LAGS),
            pace[0],
            pace[0] - pace[1],
            revenue[:, before].mean(axis=1) + LN_REVENUE_SD * errors[:, -1],
            revenue[:, after].mean(axis=1) - revenue[:, before].mean(axis=1) + LN_REVENUE_SD * errors[:, -2],
            share + FORENSIC_SD * errors[:, -3],
        ]
    )


def _kept(values: Array, errors: Array) -> Array:
    """One error for each model: it stays until the best capability changes."""
    changed = np.diff(values, axis=1, prepend=-np.inf) != 0.0
    last = np.maximum.accumulate(np.where(changed, np.arange(values.shape[1]), 0), axis=1)
    return np.take_along_axis(errors, last, axis=1)


def _slope(values: Array) -> Array:
    """Pace of a series ``(replicates, weeks)``, a year."""
    clock = np.arange(values.shape[1]) / 52.0
    clock = clock - clock.mean()
    return (values @ clock) / (clock @ clock)


def _following(teacher: Array, follower: Array, lag: int) -> Array:
    """Correlation of the teacher's gains with the follower's ``lag`` weeks later, less that with those before."""
    gain, gains = np.diff(teacher, axis=1), follower[:, lag:] - follower[:, :-lag]
    later = _correlation(gain[:, : gains.shape[1] - 1], gains[:, 1:])
    earlier = _correlation(gain[:, lag:], gains[:, : gain.shape[1] - lag])
    return later - earlier


def _correlation(x: Array, y: Array) -> Array:
    width = min(x.shape[1], y.shape[1])
    x, y = x[:, :width], y[:, :width]
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    scale = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    return np.where(scale > 0, (x * y).sum(axis=1) / np.where(scale > 0, scale, 1.0), 0.0)


def probe_problem(problem: HindcastProblem) -> ProbeProblem:
    """Return the problem with a dated tightening of access in free mode."""
    scenario = problem.scenarios["free"]
    fitted = tuple(one for one in problem.fitted if one.mode == "free")
    week = (ACT - scenario.run.first_day).days // 7
    return ProbeProblem({"free": _with_act(scenario)}, fitted, problem.chosen, week)


def _with_act(scenario: Scenario) -> Scenario:
    act = {
        "type": "control_act", "instrument": "access", "date": ACT.isoformat(), "strength": STRENGTH,
        "label": "tightening of access", "replace": True, "replace_weeks": 520,
    }  # fmt: skip
    return scenario.with_changes({"events": [*scenario.resolved()["events"], act]})


def gains(problem: ProbeProblem, normal: Array, summaries: Array, factor: str, seed: int) -> pd.DataFrame:
    """Contraction of one factor that is expected with each added observable, and with all.

    The mean variance of posteriors is the error of the best prediction of the factor, estimated out of sample (so that
    it is not too optimistic): contraction is the share of the variance that the prediction takes away.

    Columns ``observables``, ``contraction``, ``low`` and ``high`` (95 %, resampled worlds), ``gain`` over the fitted
    observables alone with ``gain_low`` and ``gain_high``.
    """
    import pandas as pd

    points = len(problem.summaries) - sum(map(len, ADDED.values())) - _latent(problem)
    base = with_errors(summaries, points, seed)
    place = ndtr(normal[:, problem.factors.index(factor)])
    names = list(problem.summaries)
    lag = [k for k, name in enumerate(names[:points]) if name.split("/")[1] in LAG_ALONE]
    choices: dict[str, tuple[list[int], tuple[str, ...]]] = {
        LAG: (lag, ()),
        FITTED: (list(range(points)), ()),
    }
    choices |= {label: (list(range(points)), extra) for label, extra in ADDED.items()}
    choices[ALL] = (list(range(points)), tuple(name for group in ADDED.values() for name in group))
    drawn = np.random.default_rng([seed, 6]).integers(len(place), size=(RESAMPLES, len(place)))
    spread = (place - place.mean()) ** 2
    rows: list[dict[str, Any]] = []
    resampled: dict[str, Array] = {}
    for label, (kept, extra) in choices.items():
        columns = [_standard(summaries[:, names.index(name)]) for name in extra]
        seen = np.column_stack([base[:, kept], *columns])
        error = (place - out_of_sample(seen, place, seed)) ** 2
        resampled[label] = 1.0 - error[drawn].mean(axis=1) / spread[drawn].mean(axis=1)
        low, high = np.quantile(resampled[label], [0.025, 0.975])
        found = 1.0 - error.mean() / spread.mean()
        rows.append({"observables": label, "contraction": found, "low": low, "high": high})
    for row in rows:
        row["gain"] = row["contraction"] - rows[1]["contraction"]
        more = resampled[row["observables"]] - resampled[FITTED]
        row["gain_low"], row["gain_high"] = np.quantile(more, [0.025, 0.975])
    return pd.DataFrame(rows)


def out_of_sample(summaries: Array, target: Array, seed: int) -> Array:
    """Prediction of a target by regressions that did not see it, ``(points,)``."""
    fold = np.random.default_rng([seed, 9]).permutation(len(target)) % FOLDS
    found = np.empty(len(target))
    for k in range(FOLDS):
        seen = fold != k
        found[~seen] = Learned(target[seen, None], summaries[seen])(summaries[~seen])[:, 0]
    return found


def _latent(problem: ProbeProblem) -> int:
    return sum(name.startswith("latent/") for name in problem.summaries)


def _standard(column: Array) -> Array:
    """A column in its own standard deviations, so that nothing is cut."""
    return (column - np.nanmean(column)) / max(float(np.nanstd(column)), 1e-12)

"""Parity surprises in a run, and how the listed index moves around a week."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.hindcast.reading import Reading

#: A parity surprise is an evaluation whose gap is smaller than expected by this many standard deviations ...
THRESHOLD = -3.0
#: ... and within this many parity margins: that a weak follower does better than thought is no news of parity.
#: Both are round numbers, set after a look at how often each comes in the model and not tuned to a score.
MARGINS = 2.0
#: Weeks between two surprises that count as different ones.
APART = 8
#: Weeks before an event from which the ordinary growth of the index is taken.
ESTIMATION = 26


def first_surprises(reading: Reading, count: int) -> np.ndarray:
    """Return the weeks of the first parity surprises of each replicate, ``(replicates, count)``; NaN for none."""
    margin = MARGINS * float(reading.run.scenario.benchmarks.parity_margin)
    large = (reading.series("surprise") <= THRESHOLD) & (reading.series("score_gap") <= margin)
    large &= reading.weeks[None, :] >= 0
    found = np.full((reading.replicates, count), np.nan)
    for replicate in range(reading.replicates):
        last, k = -np.inf, 0
        for week in reading.weeks[large[replicate]].tolist():
            if week - last >= APART and k < count:
                found[replicate, k], last, k = week, week, k + 1
    return found


def surprise_weeks(reading: Reading, day: Any, number: int = 0) -> np.ndarray:
    """Return the week of a parity surprise in each replicate, ``(replicates,)``.

    Where the scenario dates a Chinese release in the week of ``day`` this is that week; elsewhere (free mode)
    it is the model's own surprise number ``number``, counted from 0.
    """
    week = int(reading.week_of([pd.Timestamp(day)])[0])
    start = reading.run.scenario.run.start_date
    chinese = set(reading.labs(bloc="cn"))
    for event in reading.run.scenario.events:
        if event.type == "model_release" and event.lab in chinese and abs(event.week_of(start) - week) <= 1:
            return np.full(reading.replicates, float(week))
    return first_surprises(reading, number + 1)[:, number]


def abnormal_change(reading: Reading, weeks: np.ndarray, after: int, *, ordinary: bool = True) -> np.ndarray:
    """Return the log change of the index from the week before to ``after`` weeks after each replicate's week.

    With ``ordinary``, what it would have grown anyway is taken off: the mean weekly change of the half year
    before, as in event studies. Weeks are ``(replicates,)``; NaN gives NaN.
    """
    index = reading.log_index
    before = reading.pick_own(index, weeks - 1)
    change = reading.pick_own(index, weeks + after) - before
    if not ordinary:
        return change
    usual = (before - reading.pick_own(index, weeks - 1 - ESTIMATION)) / ESTIMATION
    return change - (after + 1) * np.where(np.isfinite(usual), usual, 0.0)

"""Forecasts: what a run and the baselines say about every observation, as one tidy table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from sim.evidence.dated_events import WEEKS
from sim.evidence.scale import LAST_FITTED
from sim.hindcast import baselines, scores
from sim.hindcast.observable import Mode, Observable
from sim.hindcast.observables import OBSERVABLES
from sim.hindcast.reading import Reading

#: Columns of the table. ``place`` is the row of the observation among those of its observable; ``window`` is
#: ``fit`` or ``validation`` without an origin, ``past`` or ``forecast`` with one.
COLUMNS = (
    "origin", "mode", "forecaster", "observable", "place", "date", "observed", "sd", "mean", *scores.QUANTILES,
    "crps", "in50", "in90", "members", "sign_hit", "timing_hit", "timing_chance", "window", "use",
)  # fmt: skip
KEYS = ("place", "date", "observed", "sd", "window")
#: Days of the hindcast.
LENGTH = 7 * WEEKS


def observations() -> pd.DataFrame:
    """Return all observations of all observables in one table."""
    parts = [
        observable.observed().assign(observable=observable.name).rename_axis("place").reset_index()
        for observable in OBSERVABLES.values()
    ]
    return pd.concat(parts, ignore_index=True)


def forecasts_of(reading: Reading, mode: Mode, origin: dt.date | None, seed: int) -> pd.DataFrame:
    """Return forecasts of every observation by the model, the model anchored, and the baselines.

    Without an origin each observation is forecast by itself: a baseline sees all observations before it, and
    the anchored model is made to pass through the last of them. With an origin baselines and anchor see the
    observations until then, without those of a later vintage, and are asked about all days after it.
    """
    parts = [part for each in OBSERVABLES.values() for part in _of_one(each, reading, mode, origin, seed)]
    table = pd.concat(parts, ignore_index=True)
    table["origin"] = pd.Timestamp(origin) if origin is not None else pd.NaT
    table["origin"] = table["origin"].astype("datetime64[us]")
    table["date"] = table["date"].astype("datetime64[us]")
    table["mode"] = mode
    return table[list(COLUMNS)]


def _of_one(
    observable: Observable, reading: Reading, mode: Mode, origin: dt.date | None, seed: int
) -> Iterator[pd.DataFrame]:
    observed = observable.observed()
    if not len(observed):
        return
    observed = observed.assign(place=np.arange(len(observed)), window=_windows(observed["date"], origin))
    values = observable.predict(reading, observed, origin)
    errors = scores.noise(seed, observable.name, values.shape) * observed["sd"].to_numpy()
    facts = observed.rename(columns={"value": "observed"})[list(KEYS)]
    facts = facts.assign(observable=observable.name, use=observable.uses[mode])
    yield _scored(observable, facts, values + errors, observed).assign(forecaster=scores.MODEL)

    seen = _Past(observed, origin)
    past = seen.last
    known = np.flatnonzero(past >= 0)
    if not len(known):
        return
    anchor = past[known]
    # Every replicate is moved to pass through the last observation, with the error that this one has.
    moved = values[:, known] - values[:, anchor] + observed["value"].to_numpy()[anchor]
    error = scores.noise(seed, f"{observable.name}, anchor", values.shape)[:, known]
    moved = moved + errors[:, known] + error * observed["sd"].to_numpy()[anchor]
    held = observed.iloc[known].reset_index(drop=True)
    yield _scored(observable, facts.iloc[known], moved, held, observed, anchor).assign(
        forecaster=scores.ANCHORED
    )

    days, sds = list(observed["date"]), observed["sd"].to_numpy()
    for name in baselines.BASELINES:
        rows, members = [], []
        for k in known.tolist():
            found = baselines.forecast(name, seen.of(k), days[k], float(sds[k]), reading.replicates)
            if found is not None:
                rows.append(k)
                members.append(found)
        if rows:
            held = observed.iloc[rows].reset_index(drop=True)
            table = _scored(
                observable, facts.iloc[rows], np.array(members).T, held, observed, past[np.array(rows)]
            )
            yield table.assign(forecaster=name)


def _windows(days: pd.Series, origin: dt.date | None) -> np.ndarray:
    last = pd.Timestamp(LAST_FITTED if origin is None else origin)
    before, after = ("fit", "validation") if origin is None else ("past", "forecast")
    return np.where(days <= last, before, after)


class _Past:
    """The observations that a forecast of each row may use."""

    def __init__(self, observed: pd.DataFrame, origin: dt.date | None) -> None:
        days = observed["date"]
        if origin is None:
            # Rows are ordered by date; those of the same day do not see each other.
            self.usable = observed
            self.count = np.searchsorted(days.to_numpy(), days.to_numpy(), side="left")
        else:
            last = pd.Timestamp(origin)
            self.usable = observed[(days <= last) & ~observed["later_vintage"]]
            self.count = np.where(days > last, len(self.usable), 0)

    def of(self, row: int) -> pd.DataFrame:
        """Return the observations that the forecast of a row may use."""
        return self.usable.iloc[: self.count[row]]

    @property
    def last(self) -> np.ndarray:
        """Row of the last of them; -1 where there is none, or no forecast is asked for."""
        places = self.usable["place"].to_numpy()
        return np.array([places[count - 1] if count else -1 for count in self.count], dtype=int)


def _scored(
    observable: Observable,
    facts: pd.DataFrame,
    members: np.ndarray,
    held: pd.DataFrame,
    observed: pd.DataFrame | None = None,
    past: np.ndarray | None = None,
) -> pd.DataFrame:
    """Return facts and scores side by side; ``past`` is the row before, from which a change is counted."""
    table = scores.summarise(members, held["value"].to_numpy())
    if observed is None or past is None:
        observed, past = held, np.arange(len(held)) - 1
        before = np.concatenate([np.full((len(members), 1), np.nan), members[:, :-1]], axis=1)
        change = _mean(members - before)
    else:
        change = _mean(members) - observed["value"].to_numpy()[past]
    table["sign_hit"] = _sign_hits(observable, table["mean"], change, held, observed, past)
    table["timing_hit"], table["timing_chance"] = np.nan, np.nan
    if observable.kind == "date":
        near = np.abs(members - held["value"].to_numpy()) <= scores.HIT_DAYS
        table["timing_hit"] = np.where(np.isfinite(members).any(axis=0), near.mean(axis=0), np.nan)
        # A day drawn at random from those of the hindcast is as near as this.
        table["timing_chance"] = (2 * scores.HIT_DAYS + 1) / LENGTH
    return pd.concat([facts.reset_index(drop=True), table.reset_index(drop=True)], axis=1)


def _mean(members: np.ndarray) -> np.ndarray:
    known = np.isfinite(members)
    count = known.sum(axis=0)
    total = np.where(known, members, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _sign_hits(
    observable: Observable,
    mean: pd.Series,
    change: np.ndarray,
    held: pd.DataFrame,
    observed: pd.DataFrame,
    past: np.ndarray,
) -> Any:
    """Whether the direction is right: of a reaction, or of the change since the last observation.

    Only what exceeds its own error of observation has a direction; other rows are left out.
    """
    value, sd = held["value"].to_numpy(), held["sd"].to_numpy()
    if observable.unit == "days":
        return np.full(len(held), np.nan)
    if observable.kind == "size":
        clear, right = np.abs(value) > sd, np.sign(mean.to_numpy()) == np.sign(value)
    else:
        before, error = observed["value"].to_numpy()[past], observed["sd"].to_numpy()[past]
        moved = value - before
        clear = (past >= 0) & (np.abs(moved) > np.hypot(sd, error)) & np.isfinite(change)
        right = np.sign(change) == np.sign(moved)
    return np.where(clear, right.astype(float), np.nan)

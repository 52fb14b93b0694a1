"""Baselines: what one would have forecast from the past values of the same series, without a model.

Each gives a normal or Student distribution as quantiles, so that it is scored like a model with as many members
and no luck of its own. They know the errors of observation, as the model does.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import stats

#: Days of a year.
YEAR = 365.25


def persistence(past: pd.DataFrame, day: pd.Timestamp, sd: float, quantiles: np.ndarray) -> np.ndarray | None:
    """The last value, with the spread of earlier changes; needs two past values to know a spread."""
    if len(past) < 2:
        return None
    last = past.iloc[-1]
    spread = np.sqrt(last["sd"] ** 2 + sd**2 + _change_variance(past, 0.0) * _years(past, day))
    return stats.norm.ppf(quantiles, last["value"], spread)


def random_walk_with_drift(
    past: pd.DataFrame, day: pd.Timestamp, sd: float, quantiles: np.ndarray
) -> np.ndarray | None:
    """The last value plus the mean change so far; needs three past values."""
    if len(past) < 3:
        return None
    first, last = past.iloc[0], past.iloc[-1]
    length = (last["date"] - first["date"]).days / YEAR
    if length <= 0:
        return None
    drift = (last["value"] - first["value"]) / length
    ahead = _years(past, day)
    # The drift itself is known no better than the walk's spread over the length of the record.
    variance = _change_variance(past, drift) * ahead * (1.0 + ahead / length)
    spread = np.sqrt(last["sd"] ** 2 + sd**2 + variance)
    return stats.norm.ppf(quantiles, last["value"] + drift * ahead, spread)


def linear_trend(
    past: pd.DataFrame, day: pd.Timestamp, sd: float, quantiles: np.ndarray
) -> np.ndarray | None:
    """Least squares on all past values with its prediction interval (Student); needs four past values."""
    if len(past) < 4:
        return None
    origin = past["date"].iloc[0]
    t = (past["date"] - origin).dt.days.to_numpy() / YEAR
    y, x = past["value"].to_numpy(dtype=float), (day - origin).days / YEAR
    centred = t - t.mean()
    spread = float(centred @ centred)
    if spread <= 0:
        return None
    slope = float(centred @ y) / spread
    residual = y - y.mean() - slope * centred
    variance = float(residual @ residual) / (len(y) - 2)
    leverage = 1.0 / len(y) + (x - t.mean()) ** 2 / spread
    scale = np.sqrt(variance * leverage + max(variance, sd**2))
    return stats.t.ppf(quantiles, len(y) - 2, y.mean() + slope * (x - t.mean()), scale)


Baseline = Callable[[pd.DataFrame, pd.Timestamp, float, np.ndarray], "np.ndarray | None"]
BASELINES: dict[str, Baseline] = {
    "persistence": persistence,
    "linear trend": linear_trend,
    "random walk with drift": random_walk_with_drift,
}
"""All baselines by name."""


def forecast(name: str, past: pd.DataFrame, day: pd.Timestamp, sd: float, members: int) -> np.ndarray | None:
    """Return a baseline's forecast for a day as ``members`` quantiles; None where the past is too short for it.

    ``past`` holds ``date, value, sd`` of the series before the origin, ordered by date; ``sd`` is the error with
    which the value of the day will be observed.
    """
    quantiles = (np.arange(members) + 0.5) / members
    return BASELINES[name](past, pd.Timestamp(day), sd, quantiles)


def _years(past: pd.DataFrame, day: pd.Timestamp) -> float:
    return max((day - past["date"].iloc[-1]).days, 0) / YEAR


def _change_variance(past: pd.DataFrame, drift: float) -> float:
    """Variance of changes a year about a drift, from one value to the next; errors of observation taken off."""
    dates, values, sds = past["date"], past["value"].to_numpy(dtype=float), past["sd"].to_numpy(dtype=float)
    apart = np.diff(dates.to_numpy()) / np.timedelta64(1, "D") / YEAR
    apart = np.maximum(apart, 1 / YEAR)
    squares = (np.diff(values) - drift * apart) ** 2 - sds[1:] ** 2 - sds[:-1] ** 2
    return float(max(squares.sum() / apart.sum(), 0.0))

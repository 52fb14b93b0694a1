"""Controls: how many acts, in which direction, how many were taken back soon, how lumpy they came.

Acts of the evidence are inputs in driven mode. In free mode the model's own government acts. Only acts with a date
in force or in public count, not bills and proposals; sizes are judgement and are not used.

Whether attention leads to acts is shown and never scored: with fifty to eighty days allowed between story and act,
a date drawn at random would count as a success with probability .45.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.evidence import START, load
from sim.hindcast import error_models as errors
from sim.hindcast.observable import INPUT_WHEN_DRIVEN, SHOWN, Observable, Predict, described
from sim.hindcast.reading import Reading

#: Days at which acts are counted.
COUNTED = ("2023-06-30", "2023-12-31", "2024-06-30", "2024-12-31", "2025-06-30", "2025-12-31")
#: A bill or a proposal is no act.
NO_ACTS = ("proposed", "dropped")
#: Days within which a tightening that is undone counts as taken back soon; the longest in the evidence took 120.
SOON = 130
#: Weeks of a window in which nothing or something is done.
WINDOW = 4
#: Weeks over which claims are counted, and in which an act may follow.
STORY, FOLLOWS = 8, 8


def _acts() -> pd.DataFrame:
    """Acts of the controlling state from the start on, without bills and proposals."""
    rows = load("export_controls")
    rows = rows[(rows["side"] == "US") & (rows["date"] >= pd.Timestamp(START))]
    rows = rows[~rows["status"].isin(NO_ACTS)].copy()
    rows["note"] = rows["action"]
    return rows.reset_index(drop=True)


def _counted(rows: pd.DataFrame, day: str) -> pd.Series:
    """One row for a day of counting, described by the last act before it."""
    last = rows[rows["date"] <= pd.Timestamp(day)].iloc[-1].copy()
    last["date"] = pd.Timestamp(day)
    last["note"] = "count of the table of acts"
    return last


def _number_observed(direction: int) -> pd.DataFrame:
    rows = _acts()
    mine = rows[rows["direction"] == direction]
    counts = [int((mine["date"] <= pd.Timestamp(day)).sum()) for day in COUNTED]
    table = pd.DataFrame([_counted(rows, day) for day in COUNTED])
    # Half a unit where nothing has been counted yet: nobody overlooks a rule, but listings are easily missed.
    sd = np.minimum(errors.ACTS, 0.5 + 0.3 * np.sqrt(counts))
    return described(table, np.array(counts, dtype=float), sd)


def model_acts(reading: Reading) -> pd.DataFrame:
    """Return the model's acts on chip control from the start on: replicate, week and direction.

    A truce that removes bargaining measures is a loosening act.
    """
    events = reading.events_of("control_act", "truce")
    events = events[(events["week"] >= 0) & ((events["type"] == "truce") | (events["target"] == "chips"))]
    direction = np.where(events["type"] == "truce", -1.0, np.sign(events["effect"].to_numpy(dtype=float)))
    acts = events[["replicate", "week"]].assign(direction=direction)
    return acts[acts["direction"] != 0.0].sort_values(["replicate", "week"]).reset_index(drop=True)


def _counter(direction: int) -> Predict:
    def read(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
        acts = model_acts(reading)
        acts = acts[acts["direction"] == direction]
        return _cumulative(reading, acts, rows["date"])

    return read


def _cumulative(reading: Reading, acts: pd.DataFrame, days: pd.Series) -> np.ndarray:
    """Number of some acts in each replicate up to each day."""
    found = np.zeros((reading.replicates, len(days)))
    weeks = reading.week_of(days)
    replicate, when = acts["replicate"].to_numpy(), acts["week"].to_numpy()
    for k, week in enumerate(weeks.tolist()):
        found[:, k] = np.bincount(replicate[when <= week], minlength=reading.replicates)
    return found


# -- taken back soon -------------------------------------------------------------------------------------------


def _taken_back_observed() -> pd.DataFrame:
    """Acts that the table marks as reversed, rescinded or suspended, counted at the day they were undone."""
    rows = _acts()
    undone = rows[rows["status"].isin(("reversed", "rescinded", "suspended"))]
    loosened = rows[rows["direction"] == -1]["date"].to_numpy()
    ends = []
    for day in undone["date"]:
        later = loosened[loosened > day.to_datetime64()]
        later = later[later - day.to_datetime64() <= np.timedelta64(SOON, "D")]
        if len(later):
            ends.append(later.max())
    counts = [int((np.array(ends) <= np.datetime64(day)).sum()) for day in COUNTED]
    table = pd.DataFrame([_counted(rows, day) for day in COUNTED])
    return described(table, np.array(counts, dtype=float), 0.3 + 0.3 * np.sqrt(counts))


def _taken_back(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    """Loosening acts that follow a tightening one within :data:`SOON` days; each loosening counts once."""
    acts = model_acts(reading)
    within = SOON // 7
    kept = []
    for _replicate, held in acts.groupby("replicate"):
        tight = held.loc[held["direction"] > 0, "week"].to_numpy()
        loose = held[held["direction"] < 0]
        near = [bool(((week - tight > 0) & (week - tight <= within)).any()) for week in loose["week"]]
        kept.append(loose[np.array(near, dtype=bool)])
    undone = pd.concat(kept) if kept else acts.iloc[:0]
    return _cumulative(reading, undone, rows["date"])


# -- lumpiness -------------------------------------------------------------------------------------------------


def _quiet_observed() -> pd.DataFrame:
    """Share of four-week windows without an act, from the start to the day."""
    rows = _acts()
    weeks = (rows["date"] - pd.Timestamp(START)).dt.days.to_numpy() // 7
    ends = [(pd.Timestamp(day) - pd.Timestamp(START)).days // 7 for day in COUNTED[-2:]]
    value = [_quiet_share(weeks, end) for end in ends]
    table = pd.DataFrame([_counted(rows, day) for day in COUNTED[-2:]])
    return described(table, np.array(value), np.full(len(value), 0.05))


def _quiet_share(weeks: np.ndarray, end: int) -> float:
    windows = (end + 1) // WINDOW
    busy = np.unique(weeks[(weeks >= 0) & (weeks < windows * WINDOW)] // WINDOW)
    return 1.0 - len(busy) / max(windows, 1)


def _quiet(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    acts = model_acts(reading)
    by_replicate = {key: held["week"].to_numpy() for key, held in acts.groupby("replicate")}
    none = np.empty(0, dtype=int)
    ends = reading.week_of(rows["date"]).tolist()
    return np.array(
        [
            [_quiet_share(by_replicate.get(replicate, none), end) for end in ends]
            for replicate in range(reading.replicates)
        ]
    )


# -- from story to act: shown only -----------------------------------------------------------------------------


def _hazard_ratio(claims: np.ndarray, acts: np.ndarray, length: int) -> float:
    """Tightening acts a week after weeks with many claims, over acts after other weeks; NaN without either.

    ``claims`` and ``acts`` are weeks. Weeks with many claims are those whose count over the last
    :data:`STORY` weeks is in the upper quarter; an act follows if it comes in the :data:`FOLLOWS` weeks after.
    """
    counts = np.bincount(claims[(claims >= 0) & (claims < length)], minlength=length).astype(float)
    recent = np.convolve(counts, np.ones(STORY), mode="full")[:length]
    many = recent > np.quantile(recent, 0.75)
    acted = np.bincount(acts[(acts >= 0) & (acts < length)], minlength=length).astype(float)
    ahead = np.array([acted[week + 1 : week + 1 + FOLLOWS].sum() for week in range(length)])
    if not many.any() or many.all() or ahead[~many].sum() == 0:
        return float("nan")
    return float(ahead[many].mean() / ahead[~many].mean())


def _hazard_observed() -> pd.DataFrame:
    acts, claims = _acts(), load("narratives")
    day = pd.Timestamp(START)
    tight = (acts.loc[acts["direction"] > 0, "date"] - day).dt.days.to_numpy() // 7
    told = (claims["date"] - day).dt.days.to_numpy() // 7
    length = (pd.Timestamp(COUNTED[-1]) - day).days // 7 + 1
    ratio = _hazard_ratio(told, tight, length)
    last = pd.DataFrame([_counted(acts, COUNTED[-1])])
    # With a dozen acts the logarithm of the ratio has a standard error of about .6.
    return described(last, np.array([np.log(ratio)]), np.array([0.6]))


def _hazard(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    claims = reading.claim_weeks
    acts = model_acts(reading)
    tight = acts[acts["direction"] > 0]
    length = int(reading.weeks[-1]) + 1
    none = np.empty(0, dtype=int)
    by_replicate = {key: held["week"].to_numpy() for key, held in tight.groupby("replicate")}
    ratios = [
        _hazard_ratio(claims.get(replicate, none), by_replicate.get(replicate, none), length)
        for replicate in range(reading.replicates)
    ]
    positive = np.array(ratios)
    return np.log(np.where(positive > 0, positive, np.nan))[:, None]


def _first_loosening_observed() -> pd.DataFrame:
    rows = _acts()
    first = rows[rows["direction"] == -1].iloc[[0]]
    return described(first, (first["date"] - pd.Timestamp(START)).dt.days, np.array([3.0]))


def _first_loosening(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    """Day of the first loosening act; the end of the run where there was none."""
    acts = model_acts(reading)
    first = acts[acts["direction"] < 0].groupby("replicate")["week"].min()
    weeks = np.full(reading.replicates, float(reading.weeks[-1]))
    weeks[first.index.to_numpy()] = first.to_numpy()
    return (7.0 * weeks)[:, None]


COUNTING = "1.5 acts at most: two rules of one week may be one act, and small listings count or not"
OBSERVABLES = (
    Observable(
        "tightening_acts",
        "acts",
        "Acts that tightened control of chips since the start",
        "controls",
        INPUT_WHEN_DRIVEN,
        ("export_controls",),
        COUNTING,
        lambda: _number_observed(1),
        _counter(1),
        kind="count",
    ),
    Observable(
        "loosening_acts",
        "acts",
        "Acts that loosened control of chips since the start",
        "controls",
        INPUT_WHEN_DRIVEN,
        ("export_controls",),
        COUNTING,
        lambda: _number_observed(-1),
        _counter(-1),
        kind="count",
    ),
    Observable(
        "acts_taken_back",
        "acts",
        "Tightening acts undone within 130 days",
        "controls",
        INPUT_WHEN_DRIVEN,
        ("export_controls",),
        "0.3 acts and more with their number: which loosening undoes which act is judgement",
        _taken_back_observed,
        _taken_back,
        kind="count",
    ),
    Observable(
        "quiet_share",
        "share",
        "Share of four-week windows without an act (lumpiness)",
        "controls",
        INPUT_WHEN_DRIVEN,
        ("export_controls",),
        "0.05: two acts more or less in forty windows",
        _quiet_observed,
        _quiet,
    ),
    Observable(
        "first_loosening_day",
        "days",
        "Day of the first act that loosened, counted from the start of the hindcast",
        "controls",
        INPUT_WHEN_DRIVEN,
        ("export_controls",),
        "3 days",
        _first_loosening_observed,
        _first_loosening,
        kind="date",
    ),
    Observable(
        "story_to_act",
        "log ratio",
        "Tightening acts in the eight weeks after weeks with many claims, against other weeks (hazard ratio, "
        "logarithm). Not scored: with so few acts a random date would often succeed",
        "controls",
        SHOWN,
        ("export_controls", "narratives"),
        "0.6: standard error of the logarithm with a dozen acts",
        _hazard_observed,
        _hazard,
        kind="size",
    ),
)

"""Reactions of the listed chip index: to parity surprises, the first and the later ones, and to acts of control."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.evidence.groups import CHIP_SHARES, SECTOR_INDEX, SUPPLIER_SHARE
from sim.hindcast import error_models as errors
from sim.hindcast.observable import (
    ONLY_DRIVEN,
    SCORED,
    Observable,
    described,
    rows_of,
)
from sim.hindcast.reading import Reading
from sim.hindcast.surprises import abnormal_change, first_surprises, surprise_weeks

#: Release, reaction and recovery (16 trading days later) of the first parity shock.
FIRST_RELEASE, FIRST_REACTION, RECOVERED = "2025-01-20", "2025-01-27", "2025-02-18"


def _shock_rows(day: str, shares: tuple[str, ...], kind: str) -> pd.DataFrame:
    rows = rows_of("market_shocks", event_type=kind, asset=shares)
    return rows[rows["date"] == pd.Timestamp(day)].reset_index(drop=True)


def _shock_observed() -> pd.DataFrame:
    """Mean log change of listed chip shares on the day; its error is how far they differ."""
    rows = _shock_rows(FIRST_REACTION, CHIP_SHARES, "parity_surprise")
    moves = np.log1p(rows["move_pct"] / 100)
    one = rows[rows["asset"] == SUPPLIER_SHARE].reset_index(drop=True)
    note = f"mean of {len(rows)} chip shares and indices on the day"
    return described(one.assign(note=note), [moves.mean()], [moves.std(ddof=1)])


def _shock(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    """Largest fall below the week before the surprise, in its week and the two after; ordinary growth taken off."""
    weeks = surprise_weeks(reading, FIRST_RELEASE)
    changes = np.stack([abnormal_change(reading, weeks, after) for after in range(3)])
    return np.minimum(changes.min(axis=0), 0.0)[:, None]


def _delay_observed() -> pd.DataFrame:
    rows = _shock_rows(FIRST_REACTION, (SUPPLIER_SHARE,), "parity_surprise")
    days = (pd.Timestamp(FIRST_REACTION) - pd.Timestamp(FIRST_RELEASE)).days
    return described(rows, [days], [2.0])


def _delay(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    weeks = surprise_weeks(reading, FIRST_RELEASE)
    changes = np.stack([abnormal_change(reading, weeks, after) for after in range(5)])
    days = 7.0 * changes.argmin(axis=0)
    return np.where(np.isfinite(changes).all(axis=0), days, np.nan)[:, None]


def _recovery_observed() -> pd.DataFrame:
    """Log price 16 trading days after the reaction, relative to the day before it."""
    back = rows_of("market_shocks", event_type="recovery", asset=SUPPLIER_SHARE)
    back = back[back["date"] == pd.Timestamp(RECOVERED)].reset_index(drop=True)
    fall = _shock_rows(FIRST_REACTION, (SUPPLIER_SHARE,), "parity_surprise")
    value = np.log1p(fall["move_pct"] / 100) + np.log1p(back["move_pct"] / 100)
    return described(back, value, errors.scaled(errors.LN_EVENT, back["confidence"]))


def _recovery(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    """Change from the week before the first surprise to four weeks after it (release to reaction: one)."""
    return abnormal_change(reading, surprise_weeks(reading, FIRST_RELEASE), 4, ordinary=False)[:, None]


def _repeat_rows() -> pd.DataFrame:
    rows = rows_of("market_shocks", event_type="parity_surprise", asset=SUPPLIER_SHARE)
    return rows[rows["date"] > pd.Timestamp(RECOVERED)].reset_index(drop=True)


def _repeat_observed() -> pd.DataFrame:
    rows = _repeat_rows()
    return described(
        rows, np.log1p(rows["move_pct"] / 100), errors.scaled(errors.LN_EVENT, rows["confidence"])
    )


def _repeat(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    """Change in the week of the second, third, ... surprise."""
    number = {day: k for k, day in enumerate(_repeat_rows()["date"], start=1)}
    found = np.full((reading.replicates, len(rows)), np.nan)
    for k, day in enumerate(rows["date"]):
        weeks = surprise_weeks(reading, day, number=number.get(day, 1))
        found[:, k] = abnormal_change(reading, weeks, 0)
    return found


def _act_rows(kind: str) -> pd.DataFrame:
    """Day moves on acts, of the leading share or, without a row of it, of the sector."""
    rows = rows_of("market_shocks", event_type=kind, asset=(SUPPLIER_SHARE, SECTOR_INDEX))
    rows = rows[rows["window"].str.startswith("1d") & (rows["date"] >= pd.Timestamp("2022-10-03"))]
    rows = rows.assign(order=rows["asset"] != SUPPLIER_SHARE).sort_values(["date", "order"])
    return rows.drop_duplicates("date").reset_index(drop=True)


def _act_observed(kind: str) -> pd.DataFrame:
    rows = _act_rows(kind)
    return described(
        rows, np.log1p(rows["move_pct"] / 100), errors.scaled(errors.LN_EVENT, rows["confidence"])
    )


def _act(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    weeks = reading.week_of(rows["date"])
    each = [abnormal_change(reading, np.full(reading.replicates, float(week)), 0) for week in weeks.tolist()]
    return np.stack(each, axis=1)


def _asymmetry_observed() -> pd.DataFrame:
    """Mean move on loosening plus mean move on tightening: negative where bad news weighs more."""
    tight, loose = _act_observed("control_tighten"), _act_observed("control_loosen")
    value = tight["value"].mean() + loose["value"].mean()
    sd = np.hypot(*(np.sqrt((part["sd"] ** 2).sum()) / len(part) for part in (tight, loose)))
    last = loose.iloc[[-1]].assign(note=f"{len(tight)} tightening and {len(loose)} loosening acts")
    return described(last, [value], [sd])


def _asymmetry(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    tight, loose = _act_rows("control_tighten"), _act_rows("control_loosen")
    total = _act(reading, tight).mean(axis=1) + _act(reading, loose).mean(axis=1)
    return total[:, None]


def _surprise_day_observed() -> pd.DataFrame:
    rows = _shock_rows(FIRST_REACTION, (SUPPLIER_SHARE,), "parity_surprise")
    days = (pd.Timestamp(FIRST_RELEASE) - pd.Timestamp("2022-10-03")).days
    return described(rows, [days], [7.0])


def _surprise_day(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    """Day of the model's first parity surprise; the end of the run where there was none."""
    weeks = first_surprises(reading, 1)[:, 0]
    return (7.0 * np.where(np.isfinite(weeks), weeks, reading.weeks[-1]))[:, None]


EVENT = "3 % for a day's move of one share without news, wider by confidence"
OBSERVABLES = (
    Observable(
        "listed_shock",
        "log change",
        "Fall of listed chips on the first parity surprise, within two weeks of the release",
        "markets",
        SCORED,
        ("market_shocks",),
        "Spread of six chip shares and indices on the day",
        _shock_observed,
        _shock,
        kind="size",
    ),
    Observable(
        "listed_shock_delay",
        "days",
        "Days from the release to the low after the first parity surprise",
        "markets",
        SCORED,
        ("market_shocks",),
        "2 days: half of the model's week",
        _delay_observed,
        _delay,
        kind="size",
    ),
    Observable(
        "listed_recovery",
        "log change",
        "Listed chips 16 trading days after the first parity shock, against the day before it",
        "markets",
        SCORED,
        ("market_shocks",),
        EVENT,
        _recovery_observed,
        _recovery,
        kind="size",
    ),
    Observable(
        "listed_repeat",
        "log change",
        "Move of listed chips on later parity surprises (habituation)",
        "markets",
        SCORED,
        ("market_shocks",),
        EVENT,
        _repeat_observed,
        _repeat,
        kind="size",
    ),
    Observable(
        "listed_tightening",
        "log change",
        "Move of listed chips in the week of an act that tightens control",
        "markets",
        ONLY_DRIVEN,
        ("market_shocks",),
        EVENT,
        lambda: _act_observed("control_tighten"),
        _act,
        kind="size",
    ),
    Observable(
        "listed_loosening",
        "log change",
        "Move of listed chips in the week of an act that loosens control",
        "markets",
        ONLY_DRIVEN,
        ("market_shocks",),
        EVENT,
        lambda: _act_observed("control_loosen"),
        _act,
        kind="size",
    ),
    Observable(
        "listed_asymmetry",
        "log change",
        "Mean move on loosening plus mean move on tightening (negative: bad news weighs more)",
        "markets",
        ONLY_DRIVEN,
        ("market_shocks",),
        EVENT,
        _asymmetry_observed,
        _asymmetry,
        kind="size",
    ),
    Observable(
        "parity_surprise_day",
        "days",
        "Day of the first parity surprise, counted from the start of the hindcast",
        "markets",
        SCORED,
        ("market_shocks",),
        "A week: release and reaction are a week apart",
        _surprise_day_observed,
        _surprise_day,
        kind="date",
    ),
)

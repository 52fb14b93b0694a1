"""Adoption: shares of open and of Chinese open models, and prices of closed over open ones."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.evidence import START
from sim.hindcast import error_models as errors
from sim.hindcast.observable import SCORED, Observable, Predict, described, rows_of
from sim.hindcast.reading import Reading

#: Growth of downloads: from .05 to 1.0 billion between January 2024 and October 2025, in the table of adoption.
DOWNLOAD_GROWTH = float(np.log(1.0 / 0.05) / 1.75)
#: Days at which list prices of the year before are compared.
PRICED = ("2024-06-30", "2024-12-31", "2025-06-30", "2025-12-31")
#: How far back.
YEAR = pd.Timedelta(days=365)


# -- surveys ---------------------------------------------------------------------------------------------------


def _enterprise_observed() -> pd.DataFrame:
    rows = rows_of("adoption", metric="enterprise_share_open", segment="all open")
    return described(rows, rows["value"] / 100, errors.scaled(errors.SURVEY_SHARE, rows["confidence"]))


def _developer_observed() -> pd.DataFrame:
    rows = rows_of("adoption", metric="openrouter_token_share", segment="all open")
    return described(rows, rows["value"] / 100, errors.scaled(2 * errors.SURVEY_SHARE, rows["confidence"]))


def _output(name: str) -> Predict:
    def read(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
        return reading.at(reading.series(name), rows["date"])

    return read


# -- downloads -------------------------------------------------------------------------------------------------


def _cumulative_observed() -> pd.DataFrame:
    """Chinese share of downloads so far of US and Chinese open models: even at the crossing, then two families."""
    crossing = rows_of("adoption", metric="hf_crossing")
    totals = rows_of("adoption", metric="hf_cumulative_downloads")
    # The larger total of the two families is the Chinese one at the date of the row, as the note says.
    ours, others = totals["value"].max(), totals["value"].min()
    family = totals.iloc[[int(totals["value"].argmax())]]
    table = pd.concat(
        [crossing.assign(share=0.5), family.assign(share=ours / (ours + others))], ignore_index=True
    )
    return described(table, table["share"], errors.scaled(errors.DOWNLOAD_SHARE, table["confidence"]))


def _year_observed() -> pd.DataFrame:
    """Chinese over Chinese and US downloads in the twelve months before."""
    rows = rows_of("adoption", metric="hf_download_share_12m")
    share = rows.set_index("segment")["value"]
    ours = rows[rows["segment"] == "CN"].reset_index(drop=True)
    value = share["CN"] / (share["CN"] + share["US"])
    return described(ours, [value], errors.scaled(errors.DOWNLOAD_SHARE, ours["confidence"]))


def _download_share(reading: Reading, weeks: int | None) -> np.ndarray:
    """Chinese share of downloads of US and Chinese open models over some weeks (None: since the start).

    Downloads of a week are in proportion to users, and all downloads grow at the observed rate: what counts
    is recent. Open models of other blocs, which the model has not, are left out of the observations too.
    """
    weight = np.exp(DOWNLOAD_GROWTH * reading.weeks / 52.0) * (reading.weeks >= 0)
    ours = np.cumsum(weight * reading.series("cn_open_share"), axis=1)
    both = np.cumsum(weight * reading.series("open_share"), axis=1)
    if weeks is not None:
        ours = ours - np.pad(ours, ((0, 0), (weeks, 0)))[:, :-weeks]
        both = both - np.pad(both, ((0, 0), (weeks, 0)))[:, :-weeks]
    return np.divide(ours, both, out=np.full_like(both, np.nan), where=both > 0)


def _cumulative(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    return reading.at(_download_share(reading, None), rows["date"])


def _year(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    return reading.at(_download_share(reading, 52), rows["date"])


def _lead_observed() -> pd.DataFrame:
    rows = rows_of("adoption", metric="hf_crossing")
    days = (rows["date"] - pd.Timestamp(START)).dt.days
    return described(rows, days, errors.scaled(20.0, rows["confidence"]))


def _lead(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    """Day on which the Chinese share of downloads so far exceeds one half; the end of the run without one.

    Where it exceeds one half from the very start, the day is that of the start: the model then has no crossing.
    """
    above = (_download_share(reading, None) > 0.5) & (reading.weeks >= 0)
    weeks = np.where(above.any(axis=1), reading.weeks[above.argmax(axis=1)], reading.weeks[-1])
    return (7.0 * weeks)[:, None]


# -- prices ----------------------------------------------------------------------------------------------------


def _price_observed() -> pd.DataFrame:
    """Geometric mean list price of output of closed over open models of the year before; and the pair in print."""
    prices = rows_of("adoption", metric="api_price_out")
    prices = prices.assign(closed=_is_closed(prices["segment"]))
    records = []
    for day in pd.to_datetime(PRICED):
        held = prices[(prices["date"] <= day) & (prices["date"] > day - YEAR)]
        logs = np.log(held["value"])
        closed, opened = logs[held["closed"]], logs[~held["closed"]]
        if len(closed) and len(opened):
            row = held.iloc[-1].copy()
            row["date"], row["value"] = day, closed.mean() - opened.mean()
            row["confidence"] = "medium"
            row["note"] = f"{len(closed)} closed and {len(opened)} open list prices of the year before"
            records.append(row)
    table = pd.DataFrame(records)
    return described(table, table["value"], errors.scaled(errors.LN_PRICE_RATIO, table["confidence"]))


def _is_closed(models: pd.Series) -> pd.Series:
    """Whether the weights of each model in the table of prices are closed."""
    from sim.evidence.groups import bloc_of_model

    return models.map(lambda name: bloc_of_model(name) == "us")


def _price(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    return np.log(reading.at(reading.series("price_ratio_closed_open"), rows["date"]))


DOWNLOADS = "6 points: what counts as a model, a country and a download differs by study; wider by confidence"
OBSERVABLES = (
    Observable(
        "open_share_enterprise",
        "share",
        "Share of open models among enterprises",
        "adoption",
        SCORED,
        ("adoption",),
        "4 points: some hundred firms asked, and definitions that differ; wider by confidence",
        _enterprise_observed,
        _output("open_share_enterprise"),
    ),
    Observable(
        "open_share_developer",
        "share",
        "Share of open models among developers (tokens on one router, which is skewed)",
        "adoption",
        SCORED,
        ("adoption",),
        "8 points: tokens of one router stand for developers",
        _developer_observed,
        _output("open_share_developer"),
    ),
    Observable(
        "cn_downloads",
        "share",
        "Chinese share of all downloads so far of US and Chinese open models",
        "adoption",
        SCORED,
        ("adoption",),
        DOWNLOADS,
        _cumulative_observed,
        _cumulative,
    ),
    Observable(
        "cn_downloads_12m",
        "share",
        "The same in the last twelve months, by another study",
        "adoption",
        SCORED,
        ("adoption",),
        DOWNLOADS,
        _year_observed,
        _year,
    ),
    Observable(
        "cn_lead_day",
        "days",
        "Day on which Chinese open models lead in downloads so far, counted from the start of the hindcast",
        "adoption",
        SCORED,
        ("adoption",),
        "20 days: the month is approximate; wider by confidence",
        _lead_observed,
        _lead,
        kind="date",
    ),
    Observable(
        "price_ratio",
        "log ratio",
        "List price of closed over open models (logarithm)",
        "adoption",
        SCORED,
        ("adoption",),
        "Factor 2: which models are compared decides it; wider by confidence",
        _price_observed,
        _price,
    ),
)

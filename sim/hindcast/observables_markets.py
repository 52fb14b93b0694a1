"""Markets: valuations by rounds, value over revenue, and the listed chip supplier through time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.evidence import load, role_of
from sim.hindcast import error_models as errors
from sim.hindcast.observable import SCORED, Observable, described, rows_of
from sim.hindcast.reading import Reading

#: The supplier's market value in the table of valuations.
SUPPLIER_ROLE = "chip-vendor-1"


def _rounds(role: str) -> pd.DataFrame:
    """Rounds of the companies that a role stands for, each after its first: log growth since that first round."""
    table = load("valuations")
    table = table[[role_of(company) == role for company in table["company"]]]
    parts = []
    for _company, held in table.sort_values("date", kind="stable").groupby("company", sort=True):
        held = held[held["date"] >= pd.Timestamp("2022-10-03")].reset_index(drop=True)
        if len(held) < 2:
            continue
        talks = held["status"] == "reported_talks"
        each = errors.combined(
            errors.scaled(errors.LN_ROUND, held["confidence"]),
            pd.Series(np.where(talks, errors.LN_TALKS, 0.0)),
        )
        growth = np.log(held["valuation_usd_bn"] / held["valuation_usd_bn"].iloc[0])
        since = pd.Series(held["date"].iloc[0], index=held.index)
        both = described(held, growth, errors.combined(each, float(each.iloc[0]))).assign(since=since)
        parts.append(both.iloc[1:])
    return pd.concat(parts, ignore_index=True) if parts else table.assign(value=np.nan, sd=np.nan)


def _valuation(role: str, who: str, extra: str = "") -> Observable:
    def read(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
        if role not in reading.labs():
            return np.full((reading.replicates, len(rows)), np.nan)
        value = reading.log_value(role)
        return reading.at(value, rows["date"]) - reading.at(value, rows["since"])

    return Observable(
        f"valuation_growth_{role.replace('-', '_')}",
        "log growth",
        f"Growth of the valuation of {who} since its first round in the record (logarithm){extra}",
        "markets",
        SCORED,
        ("valuations",),
        "8 % for a round and for the first round, both wider by confidence; 20 % more for talks not closed",
        lambda: _rounds(role),
        read,
    )


def _multiple_observed() -> pd.DataFrame:
    """Value at a round over the revenue (or run rate) dated nearest before or at most nine months after it."""
    values = load("valuations")
    money = rows_of("funding_capex", metric=("revenue", "revenue_run_rate"))
    money = money.assign(company=money["entity"].str.replace(r"\s*\(.*\)", "", regex=True))
    parts = []
    for _, row in money.iterrows():
        held = values[(values["company"] == row["company"]) & (values["country"] == "US")]
        held = held[(held["date"] - row["date"]).abs() <= pd.Timedelta(days=275)]
        if not len(held):
            continue
        nearest = held.loc[(held["date"] - row["date"]).abs().idxmin()]
        ratio = np.log(nearest["valuation_usd_bn"] / row["value_usd_bn"])
        parts.append(described(nearest.to_frame().T, np.array([ratio]), np.array([errors.LN_MULTIPLE])))
    table = pd.concat(parts, ignore_index=True)
    table["date"] = pd.to_datetime(table["date"])
    table["sd"] = errors.scaled(errors.LN_MULTIPLE, table["confidence"])
    return table.drop_duplicates("date")


def _multiple(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    return reading.at(np.log(reading.series("valuation_multiple_us")), rows["date"])


def _supplier_rows() -> pd.DataFrame:
    table = load("valuations")
    mine = [role_of(company) == SUPPLIER_ROLE for company in table["company"]]
    return table[mine].sort_values("date", kind="stable").reset_index(drop=True)


def _supplier_observed() -> pd.DataFrame:
    rows = _supplier_rows()
    each = errors.scaled(errors.LN_CLOSE, rows["confidence"])
    growth = np.log(rows["valuation_usd_bn"] / rows["valuation_usd_bn"].iloc[0])
    table = described(rows, growth, errors.combined(each, float(each.iloc[0])))
    return table.assign(since=rows["date"].iloc[0]).iloc[1:]


def _supplier(reading: Reading, rows: pd.DataFrame) -> np.ndarray:
    return reading.at(reading.log_index, rows["date"]) - reading.at(reading.log_index, rows["since"])


OBSERVABLES = (
    _valuation("us-closed-1", "the first closed US lab"),
    _valuation("us-closed-2", "the second closed US lab"),
    _valuation("us-closed-4", "the fourth closed US lab"),
    _valuation(
        "cn-open-3", "the smaller Chinese labs", "; the jump after 2025 is not among the data: a forecast"
    ),
    Observable(
        "value_over_revenue_us",
        "log years",
        "Valuation over revenue of closed US labs (logarithm)",
        "markets",
        SCORED,
        ("valuations", "funding_capex"),
        "25 %: value and revenue are dated up to nine months apart; wider by confidence",
        _multiple_observed,
        _multiple,
    ),
    Observable(
        "listed_growth",
        "log growth",
        "Growth of the listed chip supplier's market value since the start (logarithm)",
        "markets",
        SCORED,
        ("valuations",),
        "3 % a value; 8 % for the first, which was recalled. One firm stands for the model's index",
        _supplier_observed,
        _supplier,
    ),
)

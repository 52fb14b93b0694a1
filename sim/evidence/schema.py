"""One row model a table: what a cell may hold, so that a shifted or mistyped row is refused, not read."""

from __future__ import annotations

import datetime as dt
import math
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

RECALLED = ("own memory (not looked up)", "release date recalled")
"""Titles of rows that nobody looked up; they may lack an address and must then have low confidence."""

FIRST_DAY, LAST_DAY = dt.date(2010, 1, 1), dt.date(2025, 12, 31)
"""Days that the tables may speak about: later ones score forecasts and are not evidence here."""


def refuse(message: str, allowed: str) -> PydanticCustomError:
    """Make the error of a cell."""
    return PydanticCustomError("evidence", "{found}", {"found": message, "allowed": allowed})


def _empty_is_none(value: Any) -> Any:
    return None if value == "" else value


def _day(value: Any) -> Any:
    if value is None or value == "":
        return None
    try:
        day = dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise refuse(repr(value), "a calendar day, YYYY-MM-DD") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise refuse(repr(value), f"a day from {FIRST_DAY} to {LAST_DAY}")
    return day


def _number(value: Any) -> Any:
    if value is None or value == "":
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise refuse(repr(value), "a number, or nothing") from None
    if not math.isfinite(number):
        raise refuse(repr(value), "a finite number")
    return number


Text = str
Given = Annotated[str, Field(min_length=1)]
Day = Annotated[dt.date, BeforeValidator(_day)]
MaybeDay = Annotated[dt.date | None, BeforeValidator(_day)]
Number = Annotated[float, BeforeValidator(_number)]
MaybeNumber = Annotated[float | None, BeforeValidator(_number)]
Positive = Annotated[Annotated[float, Field(gt=0)] | None, BeforeValidator(_number)]
Percent = Annotated[Annotated[float, Field(ge=0, le=100)] | None, BeforeValidator(_number)]
Index = Annotated[Annotated[float, Field(ge=50, le=250)] | None, BeforeValidator(_number)]
Strength = Annotated[Annotated[float, Field(ge=0, le=1)] | None, BeforeValidator(_number)]
Sign = Literal["1", "-1"]
MaybeSign = Annotated[Literal["1", "-1"] | None, BeforeValidator(_empty_is_none)]
Flag = Literal["0", "1"]


class Row(BaseModel):
    """What every row has: a source, how sure it is, and whether it is only alleged."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    source_title: Given
    source_url: Text
    confidence: Literal["high", "medium", "low"]

    @property
    def day(self) -> dt.date:
        """The day the row speaks about."""
        raise NotImplementedError

    @property
    def alleged(self) -> bool:
        """Whether the row reports what somebody alleges, not what is known."""
        return getattr(self, "is_allegation", "0") == "1"

    @property
    def recalled(self) -> bool:
        """Whether nobody looked the row up."""
        return "recalled" in self.source_title or self.source_title in RECALLED

    @field_validator("source_url")
    @classmethod
    def _addresses(cls, text: str) -> str:
        for address in text.split(" ; ") if text else ():
            if not address.startswith(("https://", "http://")) or " " in address:
                raise refuse(repr(address), "an address that starts with https:// or http://")
        return text

    @model_validator(mode="after")
    def _has_a_source(self) -> Row:
        if not self.source_url and self.source_title not in RECALLED:
            raise refuse("a source without an address", f"an address, or the title {' or '.join(RECALLED)}")
        if self.recalled and self.confidence != "low":
            raise refuse(f"confidence {self.confidence} in a recalled row", "low")
        return self


class Dated(Row):
    """A row with its day in the column ``date``."""

    date: Day

    @property
    def day(self) -> dt.date:
        """The day in the column ``date``."""
        return self.date


class AsOf(Row):
    """A row with its day in the column ``as_of``."""

    as_of: Day

    @property
    def day(self) -> dt.date:
        """The day in the column ``as_of``."""
        return self.as_of


class Access(Dated):
    """An act on access to models, or what followed it."""

    actor: Given
    side: Literal["US", "CN", "third"]
    kind: Literal[
        "supported_regions", "ban", "ban_cn_app", "detection", "capacity", "kyc", "cost", "counter_offer",
        "workaround",
    ]  # fmt: skip
    direction: Sign
    is_allegation: Flag
    magnitude: Text
    description: Given


class Adoption(Dated):
    """A share of use, a count of downloads or a price."""

    metric: Given
    segment: Given
    value: Number
    unit: Literal["percent", "months", "event", "billion", "elasticity", "ratio", "usd_per_m_tokens"]
    note: Text


class Benchmark(Row):
    """A test set."""

    benchmark: Given
    release_date: Day
    domain: Given
    floor_pct: Percent
    human_baseline_pct: Percent
    human_baseline_note: Text
    first_ge_90_date: MaybeDay
    first_ge_90_model: Text
    lifetime_months: Positive
    top_score_pct: Percent
    top_score_date: MaybeDay
    top_score_model: Text
    contamination_note: Text

    @property
    def day(self) -> dt.date:
        """The day of release."""
        return self.release_date


class Compute(AsOf):
    """A stock, growth or cost of compute."""

    actor: Given
    metric: Given
    value: Number
    low: MaybeNumber
    high: MaybeNumber
    unit: Given
    note: Text


class Distillation(AsOf):
    """A score of a student model, a price, the cost of a campaign, or an allegation."""

    kind: Literal[
        "student_score", "rl_vs_distill", "distill_gain", "base_score", "distill_run", "distill_cost",
        "allegation", "api_price", "derived_cost",
    ]  # fmt: skip
    actor: Given
    target: Given
    metric: Given
    value: MaybeNumber
    unit: Text
    note: Text

    @property
    def alleged(self) -> bool:
        """Whether the row is of the kind allegation."""
        return self.kind == "allegation"

    @model_validator(mode="after")
    def _has_a_value(self) -> Distillation:
        if self.value is None and self.kind != "allegation":
            raise refuse("no value", "a number; only an allegation may lack one")
        return self


class ExportControl(Dated):
    """An act on export control by either side; the index columns are judgement."""

    side: Literal["US", "CN"]
    action: Given
    direction: Sign
    instrument: Given
    announced_by: Given
    effective_date: Text
    status: Literal[
        "in_force", "in_force_partly", "proposed", "dropped", "rescinded", "reversed", "suspended",
        "suspended_2025-11",
    ]  # fmt: skip
    us_strength_index_after: Strength
    cn_counter_index_after: Strength
    index_reason: Given


class Funding(Row):
    """Money of a year."""

    year: Literal["2022", "2023", "2024", "2025"]
    country: Literal["US", "CN", "WORLD"]
    metric: Literal[
        "capex", "corporate_ai_investment", "private_ai_investment", "revenue", "revenue_run_rate"
    ]
    entity: Given
    value_usd_bn: Number
    note: Text

    @property
    def day(self) -> dt.date:
        """The last day of the year, or of the month that the entity names in brackets."""
        year = int(self.year)
        if self.entity.endswith(")") and self.entity[-5:-4] == "(":
            month = dt.datetime.strptime(self.entity[-4:-1], "%b").month
            return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
        return dt.date(year, 12, 31)


class Gap(Dated):
    """The gap between the blocs by one metric."""

    metric: Given
    us_model: Text
    us_value: MaybeNumber
    china_model: Text
    china_value: MaybeNumber
    gap: Number
    unit: Literal["pct of CN score", "pct more tasks solved", "months", "ECI points", "percentage points"]
    lag_months: MaybeNumber
    note: Text


class MarketShock(Dated):
    """A dated move of a price."""

    event: Given
    asset: Given
    move_pct: Annotated[float, BeforeValidator(_number), Field(ge=-100, le=200)]
    window: Given
    event_type: Literal[
        "control_tighten", "control_loosen", "parity_surprise", "recovery", "cn_upgrade", "cn_counter",
        "mixed", "bubble", "escalation",
    ]  # fmt: skip
    note: Text


class ModelReleaseRow(Dated):
    """A model, its scores with their basis, and its place on the capability index."""

    model: Given
    developer: Given
    country: Literal["US", "CN", "other"]
    weights: Literal["open", "closed"]
    mmlu: Percent
    mmlu_basis: Text
    gpqa_diamond: Percent
    gpqa_basis: Text
    math: Percent
    math_basis: Text
    aime_mock: Percent
    humaneval: Percent
    humaneval_basis: Text
    swe_bench_verified: Percent
    swe_basis: Text
    epoch_eci: Index
    eci_ci_low: Index
    eci_ci_high: Index
    price_in_usd_per_mtok: MaybeNumber
    price_out_usd_per_mtok: MaybeNumber
    training_flop: Positive
    note: Text

    @model_validator(mode="after")
    def _interval_holds_the_index(self) -> ModelReleaseRow:
        low, middle, high = self.eci_ci_low, self.epoch_eci, self.eci_ci_high
        if middle is not None and not (low or middle) <= middle <= (high or middle):
            raise refuse(f"index {middle:g} outside {low} to {high}", "an interval that holds the index")
        return self


class NarrativeRow(Dated):
    """A public claim: who made it, what kind, which way."""

    source: Given
    source_type: Literal["official", "lab", "investor", "media", "analyst"]
    side: Literal["US_gov", "CN_gov", "US_closed", "CN_open", "community", "investor"]
    claim_type: Literal[
        "control_call", "moat", "cost_efficiency", "parity", "illicit_means", "bubble", "safety_risk",
        "motive",
    ]  # fmt: skip
    sign: MaybeSign
    is_allegation: Flag
    reach_proxy: Text
    description: Given


class OpenClosedGap(Dated):
    """The gap between closed and open models by one metric."""

    metric: Given
    closed_model: Text
    closed_value: MaybeNumber
    open_model: Text
    open_value: MaybeNumber
    gap: Number
    unit: Literal["Elo points", "pct of open score", "months", "ECI points"]
    lag_months: MaybeNumber
    note: Text


class Valuation(Dated):
    """A round, tender or market value of a company."""

    company: Given
    country: Literal["US", "CN", "FR"]
    kind: Literal["private_round", "tender", "market_cap"]
    valuation_usd_bn: Annotated[float, BeforeValidator(_number), Field(gt=0)]
    raised_usd_bn: Positive
    status: Literal["closed", "reported_talks", "close", "intraday", "open", "approx"]
    note: Text


ROWS: dict[str, type[Row]] = {
    "access": Access,
    "adoption": Adoption,
    "benchmarks": Benchmark,
    "compute": Compute,
    "distillation": Distillation,
    "export_controls": ExportControl,
    "funding_capex": Funding,
    "gap_series": Gap,
    "market_shocks": MarketShock,
    "model_releases": ModelReleaseRow,
    "narratives": NarrativeRow,
    "open_closed_gap": OpenClosedGap,
    "valuations": Valuation,
}
"""The row model of every table of facts."""

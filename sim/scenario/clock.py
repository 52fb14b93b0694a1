"""Sections of the frame: how long, how many agents, which bloc has which role."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from sim.scenario.parameter import Section, parameter

Bloc = Literal["us", "cn"]


def _as_text(value: Any) -> Any:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    return value


def _check_date(text: str) -> str:
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date().isoformat()
    except ValueError:
        raise PydanticCustomError(
            "bad_date", "not a date", {"allowed": 'a calendar date "YYYY-MM-DD"', "hint": ""}
        ) from None


Date = Annotated[str, BeforeValidator(_as_text), AfterValidator(_check_date)]
"""A calendar date as text, ``YYYY-MM-DD``; a TOML date without quotes is taken too."""


class Run(Section):
    """Length of a run and what it writes."""

    weeks: int = parameter(
        156,
        "Recorded weeks.",
        unit="wk",
        ge=1,
        le=2600,
        status="A",
        source="assumption: three years, about the time the public record covers",
    )
    burn_in: int = parameter(
        104,
        "Weeks before the first recorded one, in which the model settles and costs are calibrated.",
        unit="wk",
        ge=0,
        le=520,
        status="A",
        source="assumption: long against the relaxation of the copied uplift (1.5 years)",
    )
    start_date: Date = parameter(
        "2024-01-01",
        "Calendar date of recorded week 0.",
        unit="date",
        status="A",
        source="assumption: the year in which prices, market size and compute are anchored",
    )
    record_burn_in: bool = parameter(
        False,
        "Record the burn-in weeks too (with negative week numbers).",
        unit="switch",
        status="N",
        source="assumption: outcomes are measured after the burn-in",
    )
    snapshot_every: int = parameter(
        0,
        "Record every agent each so many weeks; 0 records no agents.",
        unit="wk",
        ge=0,
        le=2600,
        status="N",
        source="assumption: agent records are large and seldom needed",
    )

    @property
    def first_day(self) -> dt.date:
        """The start date as a date."""
        return dt.date.fromisoformat(self.start_date)


class Size(Section):
    """How many agents of each kind."""

    investors: int = parameter(
        200,
        "Investors.",
        unit="count",
        symbol="N",
        ge=1,
        le=1_000_000,
        status="A",
        source="assumption: enough for stable quantiles, see the size check in the studies",
    )
    policymakers: int = parameter(
        60,
        "Policymakers of the controlling state.",
        unit="count",
        symbol="N",
        ge=1,
        le=1_000_000,
        status="A",
        source="assumption: the size of a committee system, enough for a pivot quantile",
    )
    communities: int = parameter(
        200,
        "Developer communities and enterprises that choose a model.",
        unit="count",
        symbol="N",
        ge=1,
        le=1_000_000,
        status="A",
        source="assumption: enough for shares in steps of half a percent",
    )


class Blocs(Section):
    """Which bloc sets export controls and which is subject to them; the equations know only these roles."""

    controlling: Bloc = parameter(
        "us",
        "Bloc whose state sets export controls.",
        unit="choice",
        status="S",
        source="CRS 2025, U.S. Export Controls and China: Advanced Semiconductors, R48642",
    )
    controlled: Bloc = parameter(
        "cn",
        "Bloc that is subject to export controls.",
        unit="choice",
        status="S",
        source="CRS 2025, U.S. Export Controls and China: Advanced Semiconductors, R48642",
    )

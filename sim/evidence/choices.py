"""Choices: which claims and acts of the record enter the driven scenario, and at what size.

Dates, sources and signs are of the record; speakers, sizes and wording are judgement and kept apart from it,
in files of their own. Every claim and every act of the controlling side has a row: with an event, or with
the reason why there is none.
"""

from __future__ import annotations

import datetime as dt
import functools
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from sim.evidence.loading import FOLDER, read_rows
from sim.evidence.schema import Day, Given, MaybeNumber, MaybeSign, Text, refuse


def _none(value: object) -> object:
    return None if value == "" else value


class ClaimChoice(BaseModel):
    """A row of ``narratives`` and the claim it becomes; no speaker: none, for the reason given."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    date: Day
    source: Given
    speaker: Text
    narrative: Annotated[
        Literal["parity", "moat", "copying", "cost_efficiency", "control_call", "motive"] | None,
        BeforeValidator(_none),
    ]
    quantity: Annotated[Literal["gap", "speed", "share", "compute", "bias"] | None, BeforeValidator(_none)]
    value: MaybeNumber
    direction: MaybeSign
    target: Text
    label: Text
    reason: Text

    @model_validator(mode="after")
    def _complete(self) -> ClaimChoice:
        if self.speaker and not (self.narrative and self.label):
            raise refuse("a speaker without narrative or label", "both")
        if not self.speaker and not self.reason:
            raise refuse("neither speaker nor reason", "a reason where there is no speaker")
        return self


class ActChoice(BaseModel):
    """A row of ``export_controls`` or ``access`` and the act it becomes; no instrument: none, for the reason."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    date: Day
    table: Literal["export_controls", "access"]
    about: Given
    instrument: Annotated[Literal["chips", "access", "truce"] | None, BeforeValidator(_none)]
    change: Annotated[Annotated[float, Field(ge=-1, le=1)] | None, BeforeValidator(_none)]
    durable: Annotated[Literal["0", "1"] | None, BeforeValidator(_none)]
    label: Text
    reason: Text

    @model_validator(mode="after")
    def _complete(self) -> ActChoice:
        if self.instrument in ("chips", "access") and (self.change is None or self.durable is None):
            raise refuse("an act without change or durable", "both")
        if self.instrument is None and not self.reason:
            raise refuse("neither instrument nor reason", "a reason where there is no instrument")
        return self


@functools.cache
def claim_choices() -> tuple[ClaimChoice, ...]:
    """Return the choices on claims, by date."""
    rows = read_rows(FOLDER / "hindcast_claims.csv", ClaimChoice)
    return tuple(sorted(rows, key=lambda row: row.date))


@functools.cache
def act_choices() -> tuple[ActChoice, ...]:
    """Return the choices on acts, by date."""
    rows = read_rows(FOLDER / "hindcast_acts.csv", ActChoice)
    return tuple(sorted(rows, key=lambda row: row.date))


def week_of(day: dt.date, start: dt.date) -> int:
    """Return the week of a day, counted from the day on which week 0 starts."""
    return (day - start).days // 7

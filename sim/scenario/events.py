"""Dated events: what a scenario makes happen, whatever the model would do by itself."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sim.scenario.clock import Date
from sim.scenario.measurement import Family
from sim.scenario.parameter import DefaultPolicy, Name, Section, Text
from sim.scenario.problems import show

Narrative = Literal["parity", "moat", "copying", "cost_efficiency", "control_call", "motive"]
Quantity = Literal["gap", "speed", "share", "compute", "bias"]

QUANTITIES: dict[str, tuple[str, ...]] = {
    "parity": ("gap", "speed"),
    "moat": ("gap", "speed"),
    "copying": ("share",),
    "cost_efficiency": ("share", "compute"),
    "control_call": (),
    "motive": ("bias",),
}
"""What each narrative can speak about; the first is meant when an event does not say."""

UNITS = {"gap": "OOM", "speed": "OOM/yr", "share": "1", "compute": "OOM", "bias": "OOM or 1"}


FROM_START = (
    "from the best released model at the start of recorded week 0, for data on a scale of their own; false: "
    "from the frontier at the start of the burn-in. Such an event lies in a recorded week."
)


def conflict(keys: tuple[str, ...], message: str, allowed: str, hint: str = "") -> PydanticCustomError:
    """Make the error for fields that do not go together."""
    context = {"keys": list(keys), "found": message, "allowed": allowed, "hint": hint}
    return PydanticCustomError("conflict", "{found}; allowed: {allowed}", context)  # type: ignore[arg-type]


class EventBase(Section):
    """When an event happens and what it replaces."""

    date: Date | None = Field(default=None, description="Calendar date; give either date or week.")
    week: int | None = Field(
        default=None,
        ge=-520,
        le=2600,
        description="Week, counted from recorded week 0; negative in the burn-in.",
    )
    label: Text = Field(default="", description="Text for figures and tables.")
    replace: bool = Field(
        default=False,
        description="Suppress what the model itself would generate of this kind for this agent.",
    )
    replace_weeks: int = Field(default=13, ge=1, le=2600, description="Weeks for which that is suppressed.")

    @model_validator(mode="after")
    def _one_time(self) -> EventBase:
        if self.date is None and self.week is None:
            raise conflict(("date", "week"), "neither is given", "exactly one of date and week")
        if self.date is not None and self.week is not None:
            raise conflict(("date", "week"), "both are given", "exactly one of date and week")
        return self

    def week_of(self, start_date: str | dt.date) -> int:
        """Return the week of the event in a run that records week 0 from ``start_date``."""
        if self.week is not None:
            return self.week
        start = dt.date.fromisoformat(start_date) if isinstance(start_date, str) else start_date
        return (dt.date.fromisoformat(str(self.date)) - start).days // 7


class BenchmarkRelease(EventBase):
    """A new test set appears."""

    type: Literal["benchmark_release"]
    benchmark: Name = Field(description="Name of the set; must be new.")
    family: Family = Field(default="knowledge", description="Kind of task.")
    chance_floor: float = Field(default=0.0, ge=0, le=0.5, description="Score of a guesser.")
    difficulty: float = Field(ge=-5, le=20, description="Capability at which half is solved, OOM.")
    from_start: bool = Field(default=False, description=f"difficulty is measured {FROM_START}")
    discrimination: float = Field(default=2.0, ge=1.3, le=3.9, description="Steepness, 1/OOM.")
    items: int = Field(default=500, ge=50, le=5000, description="Number of items.")
    public: bool = Field(default=True, description="The items are public.")


class ModelRelease(EventBase):
    """A lab releases its current model, after a gain."""

    type: Literal["model_release"]
    lab: Name = Field(description="Lab that releases.")
    capability_gain: float = Field(
        default=0.0, ge=0, le=3, description="Added to the lab's algorithms before, OOM."
    )
    capability: float | None = Field(
        default=None,
        ge=-10,
        le=20,
        description=(
            "Capability of the released model, OOM, whatever the lab has reached by itself; its algorithms "
            "make up the difference, up or down. Not together with capability_gain."
        ),
    )
    from_start: bool = Field(default=False, description=f"capability is measured {FROM_START}")

    @model_validator(mode="after")
    def _one_level(self) -> ModelRelease:
        if self.capability is not None and self.capability_gain:
            raise conflict(
                ("capability", "capability_gain"), "both are given", "capability or capability_gain"
            )
        if self.capability is None and self.from_start:
            raise conflict(("from_start",), "given without capability", "only with capability")
        return self


class ClaimEvent(EventBase):
    """A source makes a claim, whatever its policy is."""

    type: Literal["claim"]
    source: Name = Field(description="Lab, vendor or other source that speaks.")
    narrative: Narrative = Field(description="What kind of claim.")
    value: float | None = Field(
        default=None,
        ge=-5,
        le=5,
        description="Stated value: OOM for gap and compute, OOM/yr for speed, a share for share.",
    )
    quantity: Quantity | None = Field(
        default=None, description="What the value is about; default: the narrative's first."
    )
    bias: float = Field(default=0.0, ge=-5, le=5, description="Part of the value that is bias.")
    target: Name | None = Field(default=None, description="Source whose bias a motive claim is about.")
    target_quantity: Literal["gap", "share"] | None = Field(
        default=None, description="Quantity about which the target is said to be biased (motive only)."
    )
    repeat_every: int = Field(default=0, ge=0, le=2600, description="Repeat each so many weeks; 0: once.")
    until: int | None = Field(
        default=None, ge=-520, le=2600, description="Last week in which it is repeated."
    )
    direction: Literal[1, -1] = Field(
        default=1, description="A call to tighten (1) or to loosen (-1); control_call only."
    )

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, data: Any) -> Any:
        """Name the quantity where an event leaves it open: the narrative's first, the gap for a motive."""
        if not isinstance(data, dict) or not isinstance(data.get("narrative"), str):
            return data
        filled = dict(data)
        first = QUANTITIES.get(data["narrative"], ())
        if first and filled.get("quantity") is None:
            filled["quantity"] = first[0]
        if data["narrative"] == "motive" and filled.get("target_quantity") is None:
            filled["target_quantity"] = "gap"
        return filled

    @model_validator(mode="after")
    def _parts_fit(self) -> ClaimEvent:
        told = self.narrative
        if told == "control_call":
            if self.value is not None:
                raise conflict(
                    ("value",),
                    f'{self.value:g} with narrative "control_call"',
                    "no value: a call states none",
                )
        elif self.value is None:
            raise conflict(("value",), f"no value with narrative {show(told)}", "a value")
        if self.quantity is not None and self.quantity not in QUANTITIES[told]:
            allowed = " or ".join(QUANTITIES[told]) or "no quantity"
            raise conflict(("quantity",), f"{show(self.quantity)} with narrative {show(told)}", allowed)
        if self.quantity == "share" and self.value is not None and not 0 <= self.value <= 1:
            raise conflict(("value",), f"{self.value:g} about a share", "0 to 1")
        if told == "motive":
            if self.target is None:
                raise conflict(
                    ("target",), 'no target with narrative "motive"', "the source whose bias is meant"
                )
            if self.target == self.source:
                raise conflict(("target",), f"{show(self.target)}, the speaker itself", "another source")
        elif self.target is not None or self.target_quantity is not None:
            key = "target" if self.target is not None else "target_quantity"
            raise conflict((key,), f"given with narrative {show(told)}", 'only with narrative "motive"')
        if told != "control_call" and "direction" in self.model_fields_set and self.direction != 1:
            raise conflict(
                ("direction",),
                f"{self.direction} with narrative {show(told)}",
                'only with narrative "control_call"',
            )
        if self.until is not None and self.repeat_every == 0:
            raise conflict(("until",), "given without repeat_every", "only with repeat_every of 1 or more")
        if self.until is not None and self.week is not None and self.until < self.week:
            raise conflict(("until",), f"{self.until}, before week {self.week}", f"{self.week} or later")
        return self


class ClaimPolicyChange(EventBase):
    """A source makes its claims by another policy from this week on."""

    type: Literal["claim_policy"]
    source: Name = Field(description="Lab, vendor or other source that changes.")
    policy: DefaultPolicy = Field(description="How it makes claims from then on; 'none': none of its own.")


class ControlAct(EventBase):
    """The controlling state changes a control."""

    type: Literal["control_act"]
    instrument: Literal["chips", "access"] = Field(default="chips", description="Chips or access to models.")
    strength: float | None = Field(
        default=None, ge=0, le=1, description="New strength; give strength or change."
    )
    change: float | None = Field(
        default=None, ge=-1, le=1, description="Change of strength; give strength or change."
    )
    durable: bool = Field(
        default=True, description="A durable rule; false: a bargaining measure that a truce removes."
    )

    @model_validator(mode="after")
    def _one_size(self) -> ControlAct:
        if (self.strength is None) == (self.change is None):
            found = "neither is given" if self.strength is None else "both are given"
            raise conflict(("strength", "change"), found, "exactly one of strength and change")
        return self


class Election(EventBase):
    """An election or change of government."""

    type: Literal["election"]
    shift: float = Field(ge=-5, le=5, description="Added to the marginal cost of control.")


class WeightExfiltration(EventBase):
    """A student obtains a teacher's weights."""

    type: Literal["weight_exfiltration"]
    student: Name = Field(description="Lab that obtains them.")
    teacher: Name = Field(description="Lab whose weights they are.")


class ChipDiversion(EventBase):
    """A shipment reaches the controlled bloc past the controls."""

    type: Literal["chip_diversion"]
    amount: float = Field(
        ge=0, le=3, description="Added to the compute of every lab of the controlled bloc, OOM."
    )


class Shock(EventBase):
    """A lab's compute or algorithms change at once."""

    type: Literal["shock"]
    lab: Name = Field(description="Lab concerned.")
    to: Literal["compute", "algorithms"] = Field(description="What changes.")
    amount: float = Field(ge=-3, le=3, description="By how much, OOM.")


class Reveal(EventBase):
    """Evidence about the copied share becomes public."""

    type: Literal["reveal"]
    kind: Literal["forensic", "reproduction"] = Field(
        default="forensic", description="Forensic finding or reproduction."
    )


class Truce(EventBase):
    """Both sides withdraw bargaining measures."""

    type: Literal["truce"]


Event = Annotated[
    BenchmarkRelease
    | ModelRelease
    | ClaimEvent
    | ClaimPolicyChange
    | ControlAct
    | Election
    | WeightExfiltration
    | ChipDiversion
    | Shock
    | Reveal
    | Truce,
    Field(discriminator="type"),
]
"""Any event; its ``type`` says which."""

EVENT_MODELS: dict[str, type[EventBase]] = {
    get_args(model.model_fields["type"].annotation)[0]: model for model in get_args(get_args(Event)[0])
}
"""The model of every event type."""

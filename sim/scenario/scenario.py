"""The scenario: everything that, with a seed and a version, determines a run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from sim.scenario.adoption import Adoption
from sim.scenario.beliefs import Beliefs, Social
from sim.scenario.checks import advice, conflicts
from sim.scenario.claims import Claims
from sim.scenario.clock import Blocs, Run, Size
from sim.scenario.copying import Distillation, Enforcement
from sim.scenario.events import Event
from sim.scenario.government import Counter, Policy
from sim.scenario.labs import Lab, Source, Vendor, default_labs, default_sources
from sim.scenario.markets import Capital, Market
from sim.scenario.measurement import Benchmarks
from sim.scenario.media import Credibility, Media
from sim.scenario.parameter import Name, Section, Text, Texts, _listed, frozen, table
from sim.scenario.problems import key_text
from sim.scenario.technology import Capability, ExportControl
from sim.scenario.toml import write_toml
from sim.scenario.valuation import Listed, Rounds, Valuation


class Scenario(Section):
    """A complete, frozen description of one world; ``Scenario()`` is the baseline."""

    name: Text = Field(
        default="baseline", min_length=1, description="Name of the scenario; default: the file's stem."
    )
    description: Text = Field(default="", description="The question it is for.")
    inspired_by: Texts = Field(
        default=(), description="Public events it is stylised after: text, source and date."
    )

    run: Run = table(Run, "Length of a run and what it writes.")
    size: Size = table(Size, "How many agents of each kind.")
    blocs: Blocs = table(Blocs, "Which bloc controls and which is controlled.")
    capability: Capability = table(Capability, "Growth of compute and algorithms.")
    export_control: ExportControl = table(ExportControl, "Control of chips and of model access.")
    distillation: Distillation = table(Distillation, "Copying from closed models.")
    enforcement: Enforcement = table(Enforcement, "What closed labs do about it.")
    benchmarks: Benchmarks = table(Benchmarks, "Test sets and scores.")
    labs: Annotated[dict[Name, Lab], AfterValidator(frozen)] = table(default_labs, "Labs by name.")
    vendor: Vendor = table(Vendor, "The chip vendor.")
    sources: Annotated[dict[Name, Source], AfterValidator(frozen)] = table(
        default_sources, "Further sources of claims by name."
    )
    claims: Claims = table(Claims, "When sources speak and how far they lean.")
    beliefs: Beliefs = table(Beliefs, "What receivers know and how they learn.")
    social: Social = table(Social, "Influence among receivers.")
    media: Media = table(Media, "How stories spread.")
    credibility: Credibility = table(Credibility, "How sources are scored.")
    valuation: Valuation = table(Valuation, "From beliefs to value.")
    rounds: Rounds = table(Rounds, "Private financing rounds.")
    listed: Listed = table(Listed, "The listed chip index.")
    policy: Policy = table(Policy, "How policymakers come to act.")
    counter: Counter = table(Counter, "The controlled side's answer.")
    adoption: Adoption = table(Adoption, "Who uses which model.")
    market: Market = table(Market, "Revenue of model providers.")
    capital: Capital = table(Capital, "What money buys.")
    events: Annotated[tuple[Event, ...], BeforeValidator(_listed)] = table(tuple, "Dated events.")

    @model_validator(mode="after")
    def _parts_go_together(self) -> Scenario:
        found = conflicts(self)
        if found:
            text = "; ".join(f"{key_text(one.path)}: {one.found} (allowed: {one.allowed})" for one in found)
            raise PydanticCustomError("conflicts", "{text}", {"text": text, "conflicts": found})
        return self

    def advice(self) -> list[str]:
        """Return remarks on settings that are valid and probably not meant."""
        return advice(self)

    def with_changes(self, changes: Mapping[str, Any]) -> Scenario:
        """Return a validated copy with some values changed.

        Keys are paths: ``scenario.with_changes({"export_control.strength": 0.6})``. A table given as a
        value is merged into the one that is there. Anything wrong raises :class:`ScenarioError`.
        """
        from sim.scenario.loading import changed

        return changed(self, changes)

    def to_toml(self) -> str:
        """Return the whole scenario as the text of a scenario file."""
        return write_toml(self.resolved())

    def resolved(self) -> dict[str, Any]:
        """Return every value as plain dictionaries, lists, numbers and texts (what is absent is left out)."""
        values = self.model_dump(mode="json", exclude_none=True)
        values["events"] = [{"type": event.pop("type"), **event} for event in values["events"]]
        return _without_negative_zero(values)

    def digest(self) -> str:
        """Return the SHA-256 of the canonical JSON of every value, as 64 hexadecimal digits.

        The order of tables is left out, though labs and sources draw their luck by their place: two scenarios with
        the same labs in another order are equal, but give other runs. A manifest keeps the order.
        """
        text = json.dumps(
            self.resolved(), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def __hash__(self) -> int:
        return int(self.digest()[:16], 16)


def _without_negative_zero(value: Any) -> Any:
    """Turn -0.0 into 0.0, so that equal scenarios have equal digests."""
    if isinstance(value, dict):
        return {key: _without_negative_zero(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_negative_zero(inner) for inner in value]
    return value + 0.0 if isinstance(value, float) else value

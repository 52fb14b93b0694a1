"""The event log: what happened, dated, with source and effect; written as rows when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy import count_nonzero

from sim.mechanisms.claims import QUANTITIES
from sim.mechanisms.numerics import Array

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.institutions.public_record import Claims
    from sim.model import NarrativeModel

#: Columns of the events table, in order.
EVENT_COLUMNS = (
    "replicate",
    "seed",
    "week",
    "date",
    "type",
    "origin",
    "source",
    "target",
    "quantity",
    "narrative",
    "value",
    "bias",
    "effect",
)
INSTRUMENT_NAMES = ("chips", "access")
#: Narrative of a claim about each quantity (gap, share, compute), against and for a larger one.
NARRATIVES_OF = (("parity", "moat"), ("cost_efficiency", "copying"), ("cost_efficiency", "cost_efficiency"))


def entries(mask: Array) -> Iterator[tuple[int, ...]]:
    """Indices of the true entries, one after the other; for few of them in a third of the time of ``np.argwhere``."""
    return zip(*[axis.tolist() for axis in mask.nonzero()], strict=True)


class EventLog:
    """Collects events of all worlds; a disabled log costs nothing."""

    def __init__(self, model: NarrativeModel, enabled: bool) -> None:
        self.model, self.enabled = model, enabled
        self._rows: list[dict[str, Any]] = []

    def add(self, world: int, kind: str, **facts: Any) -> None:
        """One event of one world in the current week."""
        self._rows.append({"world": world, "week": self.model.week, "type": kind, **facts})

    def releases(self, released: Array) -> None:
        """Model releases: value is the released capability (OOM)."""
        if not self.enabled or self.model.parameters.capability.continuous_releases:
            return
        forced = self.model.today.forced_releases
        for world, lab in entries(released):
            dated = forced is not None and bool(np.broadcast_to(forced, released.shape)[world, lab])
            self.add(
                world,
                "model_release",
                origin="scenario" if dated else "model",
                source=self.model.source_names[lab],
                quantity="capability",
                value=float(self.model.labs.released_capability[world, lab]),
            )

    def scores(self, news: Array) -> None:
        """Published gap of a week with a new evaluation, and the scores of the sets in use."""
        if not self.enabled or self.model.parameters.capability.continuous_releases:
            return
        evaluation, office = self.model.record.evaluation, self.model.office
        for world, _ in entries(news):
            self.add(
                world,
                "evaluation",
                origin="model",
                source="benchmark-office",
                quantity="gap",
                value=float(evaluation.gap[world, 0]),
                effect=float(evaluation.surprise[world, 0]),
            )
            fresh = office.just_scored[world]
            for lab, test in entries(fresh):
                self.add(
                    world,
                    "score",
                    origin="model",
                    source=self.model.source_names[lab],
                    target=office.names[test],
                    quantity="score",
                    value=float(office.score[world, lab, test]),
                )

    def sets(self, new_sets: Array) -> None:
        """New benchmark sets: value is their difficulty (OOM)."""
        if self.enabled and count_nonzero(new_sets):
            office = self.model.office
            for world, test in entries(new_sets):
                generated = test >= office.first_generated
                self.add(
                    world,
                    "benchmark_release",
                    origin="model" if generated else "scenario",
                    source="benchmark-office",
                    target=office.names[test],
                    quantity="difficulty",
                    value=float(office.difficulty[world, test]),
                )

    def claims(self, claims: Claims) -> None:
        """Claims with their stated value and the part of it that is bias."""
        if not self.enabled or not claims.any:
            return
        names, dated = self.model.source_names, self.model.today.events.get("claim", [])
        scripted = {(fact.source, fact.narrative) for fact, _ in dated}
        for world, source, quantity in entries(claims.published):
            up = bool(claims.upward[world, source, quantity])
            self._claim(
                world,
                names[source],
                NARRATIVES_OF[quantity][up],
                scripted,
                quantity=QUANTITIES[quantity],
                value=float(claims.value[world, source, quantity]),
                bias=float(claims.bias[world, source, quantity]),
            )
        for world, source in entries(claims.control_call):
            self._claim(
                world,
                names[source],
                "control_call",
                scripted,
                value=float(claims.control_call[world, source]),
            )
        for world, source in entries(claims.motive_target >= 0):
            self._claim(
                world,
                names[source],
                "motive",
                scripted,
                target=names[int(claims.motive_target[world, source])],
                quantity=QUANTITIES[int(claims.motive_quantity[world, source])],
                value=float(claims.motive_value[world, source]),
            )
        if claims.speed is not None:
            for world, source in entries(np.isfinite(claims.speed)):
                narrative = "parity" if claims.upward[world, source, 0] else "moat"
                self._claim(
                    world,
                    names[source],
                    narrative,
                    scripted,
                    quantity="speed",
                    value=float(claims.speed[world, source]),
                )

    def _claim(
        self, world: int, source: str, narrative: str, scripted: set[tuple[str, str]], **facts: Any
    ) -> None:
        origin = "scenario" if (source, narrative) in scripted else "model"
        self.add(world, "claim", origin=origin, source=source, narrative=narrative, **facts)

    def acts(self, change: Array, origin: str) -> None:
        """Acts on a control: value is the new strictness, effect the change."""
        if self.enabled and count_nonzero(change):
            for world, k in entries(change != 0.0):
                self.add(
                    world,
                    "control_act",
                    origin=origin,
                    source="government",
                    target=INSTRUMENT_NAMES[k],
                    quantity="strength",
                    value=float(self.model.regime.announced[world, k]),
                    effect=float(change[world, k]),
                )

    def truces(self, truce: Array) -> None:
        """Truces: value is the strictness of chip control afterwards."""
        if self.enabled and count_nonzero(truce):
            for world, _ in entries(truce):
                self.add(
                    world,
                    "truce",
                    origin="model",
                    source="government",
                    quantity="strength",
                    value=float(self.model.regime.announced[world, 0]),
                )

    def exfiltrations(self, student: Array, origin: str) -> None:
        """Weight exfiltrations: value is the student's capability afterwards (OOM)."""
        if self.enabled:
            for world, lab in entries(student):
                self.add(
                    world,
                    "weight_exfiltration",
                    origin=origin,
                    source=self.model.source_names[lab],
                    quantity="capability",
                    value=float(self.model.labs.capability[world, lab]),
                )

    def reveals(self, happens: Array, value: Array) -> None:
        """Public measurements of the copied share."""
        if self.enabled:
            for world, _ in entries(happens):
                origin = "scenario" if "reveal" in self.model.today.events else "model"
                self.add(world, "reveal", origin=origin, quantity="share", value=float(value[world, 0]))

    def rounds(self, rounds: Array) -> None:
        """Private rounds: value is the reported mark, effect the money raised (bn US$, with the capital loop)."""
        if self.enabled:
            labs, money = self.model.labs, self.model.parameters.capital.buys_compute
            for world, lab in entries(rounds):
                raised = (
                    self.model.round_fraction[world, lab] * labs.valuation[world, lab] if money else np.nan
                )
                self.add(
                    world,
                    "round",
                    origin="model",
                    source=self.model.source_names[lab],
                    quantity="valuation",
                    value=float(labs.private_mark[world, lab]),
                    effect=float(raised),
                )

    def dated(self, kind: str, source: str, amount: Array) -> None:
        """Other dated events of the scenario."""
        if self.enabled:
            for world in range(self.model.worlds):
                self.add(world, kind, origin="scenario", source=source, value=float(amount[world, 0]))

    def policies(self, source: str, policy: str) -> None:
        """A source's change of claim policy; the target is the new policy."""
        if self.enabled:
            for world in range(self.model.worlds):
                self.add(world, "claim_policy", origin="scenario", source=source, target=policy)

    def since(self, row: int = 0) -> list[dict[str, Any]]:
        """Events as they were written, from the given row on: facts by name, with ``world`` and ``week``."""
        return [dict(each) for each in self._rows[row:]]

    def frame(self, first_replicate: int = 0) -> pd.DataFrame:
        """Events as a tidy table, one row an event; weeks of the burn-in are negative."""
        rows = sorted(self._rows, key=lambda row: row["world"])
        table = pd.DataFrame(
            rows, columns=["world", *[c for c in EVENT_COLUMNS if c not in ("replicate", "seed", "date")]]
        )
        table["replicate"] = table["world"].astype("int64") + first_replicate
        table["seed"] = table["world"].map(lambda world: self.model.draws.seeds[int(world)])
        table["week"] = table["week"].astype("int64")
        table["date"] = pd.to_datetime(self.model.start_date) + pd.to_timedelta(table["week"] * 7, unit="D")
        for name in ("value", "bias", "effect"):
            table[name] = table[name].astype(float)
        for name in ("type", "origin", "source", "target", "quantity", "narrative"):
            table[name] = table[name].astype("string")
        return table[list(EVENT_COLUMNS)]

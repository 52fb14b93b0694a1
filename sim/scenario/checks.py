"""Combinations that cannot be: checks that look at more than one value of a scenario."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sim.scenario.adoption import SEGMENTS
from sim.scenario.events import (
    BenchmarkRelease,
    ClaimEvent,
    ClaimPolicyChange,
    ControlAct,
    Event,
    ModelRelease,
    Shock,
    WeightExfiltration,
)
from sim.scenario.problems import did_you_mean

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

Path = tuple[str | int, ...]


@dataclasses.dataclass(frozen=True)
class Conflict:
    """Values that do not go together; ``needs`` are further paths that the finding rests on."""

    path: Path
    found: str
    allowed: str
    hint: str = ""
    needs: tuple[Path, ...] = ()


def conflicts(scenario: Scenario) -> list[Conflict]:
    """Return everything in the scenario that does not go together."""
    found: list[Conflict] = []
    for check in (
        _roles,
        _growth,
        _control,
        _copying,
        _benchmarks,
        _adoption,
        _names,
        _policies,
        _events,
    ):
        found.extend(check(scenario))
    return found


def _roles(scenario: Scenario) -> Iterator[Conflict]:
    blocs = scenario.blocs
    if blocs.controlling == blocs.controlled:
        yield Conflict(
            ("blocs", "controlled"),
            f'"{blocs.controlled}" in both roles',
            "two different blocs",
            needs=(("blocs", "controlling"),),
        )
        return
    labs = [lab for lab in scenario.labs.values() if lab.enabled]
    needs: tuple[Path, ...] = (("labs",), ("blocs",))
    for role, bloc in (("controlling", blocs.controlling), ("controlled", blocs.controlled)):
        if not any(lab.bloc == bloc for lab in labs):
            yield Conflict(
                ("labs",),
                f'no enabled lab of the {role} bloc "{bloc}"',
                "at least one",
                "the gap is between blocs",
                needs,
            )
    own = [lab for lab in labs if lab.bloc == blocs.controlling]
    if own and not any(lab.openness == "closed" for lab in own):
        yield Conflict(
            ("labs",),
            f'no enabled closed lab of the controlling bloc "{blocs.controlling}"',
            "at least one",
            "valuation and enforcement are those of its closed labs",
            needs,
        )


def _growth(scenario: Scenario) -> Iterator[Conflict]:
    growth = scenario.capability
    if growth.compute_growth_floor > growth.compute_growth_controlled:
        yield Conflict(
            ("capability", "compute_growth_floor"),
            f"compute_growth_floor = {growth.compute_growth_floor:g} above "
            f"compute_growth_controlled = {growth.compute_growth_controlled:g}",
            "a floor of at most compute_growth_controlled",
            "control cannot speed compute up",
            (("capability", "compute_growth_controlled"),),
        )


def _control(scenario: Scenario) -> Iterator[Conflict]:
    control = scenario.export_control
    limit = (1 - control.leakage) / 2
    if control.leakage_slope > limit + 1e-12:
        yield Conflict(
            ("export_control", "leakage_slope"),
            f"leakage_slope = {control.leakage_slope:g} with leakage = {control.leakage:g}",
            f"leakage_slope of at most (1 - leakage)/2 = {limit:g}",
            "above that, stronger control would have less effect",
            (("export_control", "leakage"),),
        )


def _copying(scenario: Scenario) -> Iterator[Conflict]:
    copying = scenario.distillation
    if copying.iso_lag and not copying.initial_share_at_steady_state:
        yield Conflict(
            ("distillation", "iso_lag"),
            "iso_lag = true with initial_share_at_steady_state = false",
            "iso_lag only with initial_share_at_steady_state = true",
            "the shift is computed for a copied uplift at its steady state",
            (("distillation", "initial_share_at_steady_state"),),
        )


def _benchmarks(scenario: Scenario) -> Iterator[Conflict]:
    marks = scenario.benchmarks
    if marks.headroom_low > marks.headroom_high:
        yield Conflict(
            ("benchmarks", "headroom_low"),
            f"headroom_low = {marks.headroom_low:g} above headroom_high = {marks.headroom_high:g}",
            "headroom_low of at most headroom_high",
            needs=(("benchmarks", "headroom_high"),),
        )


def _adoption(scenario: Scenario) -> Iterator[Conflict]:
    adoption = scenario.adoption
    where = adoption.bloc_shares
    total = where.us + where.cn + where.other
    if not math.isclose(total, 1, abs_tol=1e-9):
        path: Path = ("adoption", "bloc_shares")
        yield Conflict(path, f"shares that sum to {total:g}", "us, cn and other that sum to 1", needs=(path,))
    segments: Path = ("adoption", "segments")
    if set(adoption.segments) != set(SEGMENTS):
        names = ", ".join(adoption.segments) or "none"
        odd = [name for name in adoption.segments if name not in SEGMENTS]
        hint = did_you_mean(odd[0], SEGMENTS) if odd else ""
        yield Conflict(segments, names, "exactly enterprise and developer", hint, (segments,))
        return
    total = sum(segment.share for segment in adoption.segments.values())
    if not math.isclose(total, 1, abs_tol=1e-9):
        yield Conflict(segments, f"shares that sum to {total:g}", "shares that sum to 1", needs=(segments,))


def _names(scenario: Scenario) -> Iterator[Conflict]:
    for name in scenario.sources:
        if name in scenario.labs:
            yield Conflict(
                ("sources", name), f'"{name}", a lab too', "a name no lab has", needs=(("labs", name),)
            )
    if scenario.vendor.enabled:
        for table in ("labs", "sources"):
            if scenario.vendor.name in getattr(scenario, table):
                name = scenario.vendor.name
                yield Conflict(
                    ("vendor", "name"),
                    f'"{name}", also in [{table}]',
                    "a name no lab and no other source has",
                    needs=((table, name),),
                )


def _policies(scenario: Scenario) -> Iterator[Conflict]:
    for name, source in scenario.sources.items():
        if source.claim_policy == "relay" and source.kind not in ("official", "media"):
            yield Conflict(
                ("sources", name, "claim_policy"),
                f'claim_policy = "relay" with kind = "{source.kind}"',
                '"relay" only with kind "official" or "media"',
                needs=(("sources", name, "kind"),),
            )


def _events(scenario: Scenario) -> Iterator[Conflict]:
    sets = dict.fromkeys(scenario.benchmarks.sets, "in [benchmarks.sets]")
    for index, event in enumerate(scenario.events):
        yield from _time(scenario, index, event)
        match event:
            case ModelRelease() | Shock():
                yield from _lab(scenario, index, "lab", event.lab)
            case WeightExfiltration():
                yield from _exfiltration(scenario, index, event)
            case ClaimEvent():
                yield from _speaker(scenario, index, "source", event.source)
                if event.target is not None:
                    yield from _speaker(scenario, index, "target", event.target)
            case ClaimPolicyChange():
                yield from _speaker(scenario, index, "source", event.source)
            case ControlAct():
                yield from _act(scenario, index, event)
            case BenchmarkRelease():
                if event.benchmark in sets:
                    yield Conflict(
                        ("events", index, "benchmark"),
                        f'"{event.benchmark}", already {sets[event.benchmark]}',
                        "a new name",
                        needs=(("benchmarks", "sets"),),
                    )
                sets[event.benchmark] = "released by an earlier event"


def _time(scenario: Scenario, index: int, event: Event) -> Iterator[Conflict]:
    run = scenario.run
    week = event.week_of(run.start_date)
    needs: tuple[Path, ...] = (("run", "weeks"), ("run", "burn_in"), ("run", "start_date"))
    if not -run.burn_in <= week < run.weeks:
        key = "week" if event.week is not None else "date"
        found = f"week {week}" if key == "week" else f'"{event.date}", week {week} from {run.start_date}'
        allowed = f"week {-run.burn_in} to {run.weeks - 1} (run.burn_in and run.weeks)"
        yield Conflict(("events", index, key), found, allowed, needs=needs)
    elif week < 0 and getattr(event, "from_start", False):
        yield Conflict(
            ("events", index, "from_start"),
            f"true in week {week} of the burn-in",
            "true only from week 0 on, where the start is known",
            needs=needs,
        )
    elif isinstance(event, ClaimEvent) and event.until is not None and event.until < week:
        yield Conflict(
            ("events", index, "until"),
            f"{event.until}, before the event's week {week}",
            f"{week} or later",
            needs=needs,
        )


def _lab(scenario: Scenario, index: int, key: str, name: str) -> Iterator[Conflict]:
    path: Path = ("events", index, key)
    needs: tuple[Path, ...] = (("labs", name),)
    enabled = [lab for lab, value in scenario.labs.items() if value.enabled]
    if name not in scenario.labs:
        yield _unknown(path, name, enabled, "lab", needs)
    elif name not in enabled:
        yield Conflict(
            path, f'"{name}", a lab that is switched off', "a lab with enabled = true", needs=needs
        )


def _speaker(scenario: Scenario, index: int, key: str, name: str) -> Iterator[Conflict]:
    vendor = scenario.vendor
    if name in scenario.labs:
        yield from _lab(scenario, index, key, name)
    elif name in scenario.sources or (name == vendor.name and vendor.enabled):
        return
    elif name == vendor.name:
        yield Conflict(
            ("events", index, key),
            f'"{name}", which is switched off',
            "a source that takes part",
            needs=(("vendor",),),
        )
    else:
        known = [*(lab for lab, value in scenario.labs.items() if value.enabled), *scenario.sources]
        if vendor.enabled:
            known.append(vendor.name)
        needs: tuple[Path, ...] = (("labs", name), ("sources", name), ("vendor", "name"))
        yield _unknown(("events", index, key), name, known, "lab, vendor or source", needs)


def _unknown(path: Path, name: str, known: Iterable[str], kind: str, needs: tuple[Path, ...]) -> Conflict:
    known = list(known)
    return Conflict(
        path, f'"{name}", no {kind} of this scenario', ", ".join(known), did_you_mean(name, known), needs
    )


def _exfiltration(scenario: Scenario, index: int, event: WeightExfiltration) -> Iterator[Conflict]:
    yield from _lab(scenario, index, "student", event.student)
    yield from _lab(scenario, index, "teacher", event.teacher)
    if event.student == event.teacher:
        yield Conflict(("events", index, "teacher"), f'"{event.teacher}", the student too', "another lab")
    teacher = scenario.labs.get(event.teacher)
    if teacher is not None and teacher.enabled and teacher.openness == "open":
        yield Conflict(
            ("events", index, "teacher"),
            f'"{event.teacher}", a lab that publishes its weights',
            "a closed lab",
            needs=(("labs", event.teacher),),
        )


def _act(scenario: Scenario, index: int, event: ControlAct) -> Iterator[Conflict]:
    key = "mode" if event.instrument == "chips" else "access_mode"
    if getattr(scenario.export_control, key) == "endogenous":
        yield Conflict(
            ("events", index, "instrument"),
            f'"{event.instrument}" with export_control.{key} = "endogenous"',
            f'acts on {event.instrument} only with export_control.{key} = "exogenous" or "both"',
            f'set export_control.{key} = "both" to let policymakers act besides',
            (("export_control", key),),
        )


def advice(scenario: Scenario) -> list[str]:
    """Return remarks on settings that are valid and probably not meant."""
    remarks = []
    control, run = scenario.export_control, scenario.run
    if scenario.enforcement.level > 0 and scenario.enforcement.rule != "fixed":
        remarks.append(f'enforcement.level is not used with enforcement.rule = "{scenario.enforcement.rule}"')
    if control.mode == "exogenous" and any(event.type == "election" for event in scenario.events):
        remarks.append('elections have no effect on chip control with export_control.mode = "exogenous"')
    if not scenario.benchmarks.generated and not scenario.benchmarks.sets:
        remarks.append("there is no benchmark at all unless events release some")
    social = scenario.social
    for group in ("investors", "policymakers", "communities"):
        count: int = getattr(scenario.size, group)
        if count <= social.degree and (social.rule != "none" or scenario.media.contagion):
            remarks.append(
                f"social.degree = {social.degree} with {count} {group}: each is tied to all the others"
            )
    growth = scenario.capability
    if growth.jumps and growth.jump_rate * growth.jump_mean > growth.algorithmic_growth:
        remarks.append("jumps alone exceed algorithmic_growth; between jumps algorithms get worse")
    market = scenario.market
    if scenario.capital.buys_compute and market.growth > 0 and market.cap > market.size_2024:
        years = math.log(market.cap / market.size_2024) / market.growth
        end = run.first_day.year + run.first_day.timetuple().tm_yday / 365 + run.weeks / 52
        if end > 2024 + years:
            remarks.append(
                f"market.cap stops growth of revenue {years:.1f} years after 2024-01, inside this run"
            )
    return remarks

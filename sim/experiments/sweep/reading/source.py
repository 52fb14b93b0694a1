"""A sweep as plain data that stands on its own: scenarios written out, defaults left out, equal sweeps equal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.experiments.sweep.designs import Design
from sim.experiments.sweep.factors import Factor
from sim.experiments.sweep.outcomes import Outcome
from sim.experiments.sweep.reading.design import USES
from sim.experiments.sweep.reading.tables import Header
from sim.scenario import Scenario


def source_of(
    header: Header,
    name: str,
    design: Design,
    factors: Mapping[str, Factor],
    outcomes: Sequence[Outcome],
    series: tuple[str, ...],
    every: int,
    *,
    base: Scenario | None,
    base_changes: Mapping[str, Any],
    scenarios: Mapping[str, Mapping[str, Scenario]],
    defaults: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the plain data of a sweep, from which ``sweep_from`` makes an equal one.

    ``factors``, ``scenarios`` and ``defaults`` (those that the file gives) are by header; ``base`` and ``scenarios``
    are as they stand in their files, without ``base_changes`` and ``weeks``.
    """
    source: dict[str, Any] = {"name": name, "title": header.title or name}
    if base is None:
        source["model"] = header.model
    if header.weeks is not None:
        source["weeks"] = header.weeks
    source |= {"replicates": header.replicates, "seed": header.seed}
    source["design"] = _design(design)
    source["factors"] = {key: _factor(key, factor, scenarios.get(key, {})) for key, factor in factors.items()}
    for key, default in defaults.items():
        source["factors"][key]["default"] = default
    if base is None and all(outcome == Outcome(outcome.output, outcome.output) for outcome in outcomes):
        source["outcomes"] = [outcome.name for outcome in outcomes]
    else:
        source["outcomes"] = {outcome.name: _outcome(outcome, base is None) for outcome in outcomes}
    if series:
        source["series"] = {"outputs": list(series), "every": every}
    if base_changes:
        source["base_changes"] = dict(base_changes)
    if base is not None:
        source["base"] = base.resolved()
    return source


def _design(design: Design) -> dict[str, Any]:
    plain: dict[str, Any] = {"kind": design.kind, "seed": design.seed}
    for name in USES[design.kind]:
        plain[name] = [dict(row) for row in design.rows] if name == "rows" else getattr(design, name)
    return plain


def _factor(header: str, factor: Factor, scenarios: Mapping[str, Scenario]) -> dict[str, Any]:
    plain: dict[str, Any] = {} if factor.name == header else {"name": factor.name}
    if factor.settings:
        plain["settings"] = {label: dict(bundle) for label, bundle in factor.settings.items()}
    elif factor.scenarios:
        plain["scenarios"] = {label: scenario.resolved() for label, scenario in scenarios.items()}
    else:
        plain |= _values(header, factor)
    for name in ("group", "unit", "description"):
        value = getattr(factor, name)
        if value not in (None, ""):
            plain[name] = value
    return plain


def _values(header: str, factor: Factor) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    if factor.keys and factor.keys != (header,):
        plain["keys"] = list(factor.keys)
    if factor.values is not None:
        plain["values"] = list(factor.values)
        return plain
    plain["range"] = [factor.low, factor.high]
    plain["scale"] = factor.scale
    if factor.kind == "integer":
        plain["integer"] = True
    if factor.levels is not None:
        plain["levels"] = factor.levels
    return plain


def _outcome(outcome: Outcome, external: bool) -> dict[str, Any]:
    plain: dict[str, Any] = {"output": outcome.output}
    if not external:
        plain["reduce"] = outcome.reduce
        for name in ("weeks", "last", "week", "threshold", "transform"):
            value = getattr(outcome, name)
            if value is not None:
                plain[name] = list(value) if name == "weeks" else value
    for name in ("unit", "description"):
        if getattr(outcome, name):
            plain[name] = getattr(outcome, name)
    return plain

"""A scenario file for a box: the base with the restricted factors at one point of it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.analysis.boxes import Box, Limit
from sim.analysis.discovery import Discovery
from sim.analysis.problem import AnalysisError, positions, text
from sim.experiments.sweep.factors import Factor

if TYPE_CHECKING:
    from sim.experiments.sweep.specification import Sweep
    from sim.scenario import Scenario

Point = Literal["centre", "medoid"]
#: How a file written here begins its second line; such a file may be replaced.
MADE_BY = "# Made by: "
_Missing = KeyError


def box_values(
    found: Discovery, factors: Sequence[Factor], point: Point = "centre", box: Box | None = None
) -> dict[str, Any]:
    """Return one value for each factor that a box restricts.

    Parameters
    ----------
    found
        What was discovered.
    factors
        Factors of the sweep.
    point
        ``centre``: the middle of the limits on the factor's own scale, and the label that most cases of interest
        inside have. ``medoid``: the case of interest inside with the least sum of distances to the others.
    box
        Box to take; by default the chosen one.

    """
    box = box or found.box
    by_name = {factor.name: factor for factor in factors}
    inside = found.cases[box.inside & found.of_interest]
    if not len(inside):
        raise AnalysisError("the box holds no case of interest")
    restricted = [by_name[limit.factor] for limit in box.limits]
    if point == "medoid":
        row = inside.iloc[_medoid(inside, restricted)]
        return {factor.name: factor.plain(row[factor.name]) for factor in restricted}
    if point != "centre":
        raise AnalysisError(f'no point "{point}"; centre or medoid')
    return {
        limit.factor: _centre(limit, factor, list(inside[limit.factor]))
        for limit, factor in zip(box.limits, restricted, strict=True)
    }


def _centre(limit: Limit, factor: Factor, inside: list[Any]) -> Any:
    if limit.low is None or limit.high is None:
        counts = {label: sum(text(one) == label for one in inside) for label in limit.labels}
        most = max(limit.labels, key=lambda label: counts[label])
        return factor.plain(next(one for one in inside if text(one) == most))
    if factor.values is not None:
        middle = (limit.low + limit.high) / 2.0
        listed = [one for one in factor.values if limit.low <= one <= limit.high]
        return factor.plain(min(listed or inside, key=lambda one: abs(one - middle)))
    low = factor.low if limit.low == limit.whole_low and factor.low is not None else limit.low
    high = factor.high if limit.high == limit.whole_high and factor.high is not None else limit.high
    middle = float(np.sqrt(low * high)) if factor.scale == "log" else (low + high) / 2.0
    if factor.kind == "integer":
        return int(np.clip(round(middle), limit.low, limit.high))
    short = float(f"{middle:.4g}")
    return short if limit.low <= short <= limit.high else middle


def _medoid(cases: Any, factors: Sequence[Factor]) -> int:
    """Place of the case with the least sum of city-block distances to all; each factor's range counts as 1."""
    total = np.zeros(len(cases))
    for factor in factors:
        if factor.numeric:
            x = (
                positions(factor, cases[factor.name])
                if factor.values is None
                else _scaled(cases[factor.name])
            )
            order = np.argsort(x, kind="stable")
            ranked, count = x[order], np.arange(len(x))
            below = np.concatenate([[0.0], np.cumsum(ranked)])
            sums = ranked * count - below[:-1] + (below[-1] - below[1:]) - ranked * (len(x) - 1 - count)
            total[order] += sums
        else:
            labels = np.array([text(one) for one in cases[factor.name]])
            _, which, counts = np.unique(labels, return_inverse=True, return_counts=True)
            total += len(labels) - counts[which]
    return int(np.argmin(total))


def _scaled(column: Any) -> np.ndarray:
    x = column.to_numpy(dtype=float)
    return (x - x.min()) / max(float(np.ptp(x)), 1e-300)


def box_scenario(sweep: Sweep, values: Mapping[str, Any]) -> Scenario:
    """Return the scenario of a sweep with some factors at given values, the others as in the base."""
    _check_scenarios(sweep)
    return sweep.scenario_of(values)


def try_scenario(
    scenario: Scenario, sweep: Sweep, found: Discovery, values: Mapping[str, Any]
) -> tuple[dict[str, float], bool]:
    """Run a scenario with the seeds of the sweep; returns means of the outcomes that the condition uses, and whether
    it holds for these.

    Parameters
    ----------
    scenario
        For instance that of a box.
    sweep, found
        The sweep and what was discovered in it.
    values
        Values of factors that differ from the base.

    """
    from sim.analysis.expressions import condition
    from sim.experiments.runner import run

    asked = condition(found.condition, [outcome.name for outcome in sweep.outcomes], sweep.factors)
    done = run(scenario, sweep.seed, sweep.replicates, log_events=False)
    means = {
        outcome.name: float(np.mean(outcome.of(done.weeks, done.array(outcome.output).T)))
        for outcome in sweep.outcomes
        if outcome.name in asked.outcomes
    }
    columns = {name: np.array([value]) for name, value in means.items()}
    for factor in sweep.factors:
        if factor.name in asked.factors:
            columns[factor.name] = np.array([factor.default], dtype=object)
    columns |= {name: np.array([value], dtype=object) for name, value in values.items()}
    return means, bool(asked.holds(columns, found.baseline)[0])


def _check_scenarios(sweep: Sweep) -> None:
    if sweep.base_scenario is None:
        raise AnalysisError(f"the sweep runs the external model {sweep.model}: there is no scenario to write")


def write_box(
    path: Path,
    sweep: Sweep,
    found: Discovery,
    values: Mapping[str, Any],
    *,
    point: str = "centre",
    command: str = "",
    box: Box | None = None,
) -> list[Path]:
    """Write a scenario file for a box and check that it loads to the scenario meant.

    The file extends the base of the sweep if that is a shipped scenario; else a second file beside it, which holds
    the base as the sweep had it.

    Parameters
    ----------
    path
        File to write; an earlier one of the same making is replaced, any other is not.
    sweep, found
        The sweep and what was discovered in it.
    values, point
        Values of the restricted factors, and where in the box they lie.
    command
        Command line to put into the file.
    box
        Box to write; by default the chosen one.

    Returns
    -------
    list
        The files written, that for the box first.

    """
    from sim.scenario import load_scenario

    box = box or found.box
    target = _plain(box_scenario(sweep, values))
    if path.suffix != ".toml":
        raise AnalysisError(f"{path}: a scenario file ends in .toml")
    _check_replaceable(path)
    parent, beside = _parent(path, sweep)
    heading = _heading(sweep, found, box, values, point, command)
    files = [path]
    if beside is not None:
        _check_replaceable(beside)
        _write(
            beside,
            f"# The base of the sweep {sweep.name}, written out.\n{MADE_BY}{_line(command)}\n\n",
            parent,
        )
        files.append(beside)
    about = {"description": f"Box {box.number} of {box.method} for: {_line(found.condition)}"}
    remarks = _remarks(sweep, box)
    for attempt in ("changes", "whole"):
        try:
            changes = _changes(parent, target) if attempt == "changes" else target
        except _Missing:
            continue
        _keep(changes, target, remarks)
        extends = beside.name if beside is not None else sweep.base
        head = {"extends": extends} if attempt == "changes" else {}
        _write(path, heading, {**head, **about, **changes}, remarks)
        if _plain(load_scenario(path)) == target:
            return files if attempt == "changes" else [path]
    raise AnalysisError(f"{path} does not load to the scenario of the box")


def _plain(scenario: Scenario) -> dict[str, Any]:
    from sim.scenario.layers import OWN_KEYS

    return {key: value for key, value in scenario.resolved().items() if key not in OWN_KEYS}


def _parent(path: Path, sweep: Sweep) -> tuple[dict[str, Any], Path | None]:
    """The scenario to extend, as plain data, and the file to write it to if it is none that ships."""
    from sim.scenario import load_scenario, shipped_scenarios
    from sim.scenario.layers import OWN_KEYS

    held = {key: value for key, value in sweep.source["base"].items() if key not in OWN_KEYS}
    shipped = shipped_scenarios()
    if sweep.base in shipped and not path.with_name(f"{sweep.base}.toml").exists():
        scenario = _plain(load_scenario(shipped[sweep.base]))
        if scenario == held:
            return scenario, None
    return held, path.with_name(f"{path.stem}-base.toml")


def _changes(parent: Mapping[str, Any], target: Mapping[str, Any]) -> dict[str, Any]:
    """What differs in ``target``; KeyError if something of ``parent`` is absent, which no file can say."""
    if parent.keys() - target.keys():
        raise _Missing
    found: dict[str, Any] = {}
    for key, value in target.items():
        before = parent.get(key)
        if value == before and type(value) is type(before):
            continue
        if isinstance(value, Mapping) and isinstance(before, Mapping):
            found[key] = _changes(before, value)
        else:
            found[key] = value
            if key == "events":
                found["events_replace"] = True
    return found


def _keep(changes: dict[str, Any], target: Mapping[str, Any], paths: Iterable[tuple[str, ...]]) -> None:
    """Write the keys of restricted factors out even where the base has the same value."""
    for path in paths:
        value: Any = target
        for part in path:
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is None:
            continue
        table = changes
        for part in path[:-1]:
            table = table.setdefault(part, {})
        table[path[-1]] = value


def _heading(
    sweep: Sweep, found: Discovery, box: Box, values: Mapping[str, Any], point: str, command: str
) -> str:
    about = f" of {sweep.title}" if sweep.title else ""
    lines = [
        f"# What goes with {_line(found.condition)}, in the sweep {sweep.name}{_line(about)}?",
        f"{MADE_BY}{_line(command or 'sim.analysis.write_box')}",
        "#",
        f"# Box {box.number} of {box.method.upper()}: {box.of_interest:,} of {box.cases:,} cases inside are of "
        f"interest (density {box.density:.2f});",
        f"# they are {box.coverage:.0%} of all cases of interest (coverage {box.coverage:.2f}). "
        f"The box holds {box.mass:.0%} of all cases.",
    ]
    lines += [f"#   baseline of {name}: {value:.6g}" for name, value in found.baseline.items()]
    for limit in box.limits:
        lines.append(
            f"#   {limit.factor}: {limit.text}{_whole(limit)}; here {text(values[limit.factor])} ({_line(point)})"
        )
    lines.append("# Everything else is as in the base of the sweep.")
    return "\n".join(lines) + "\n\n"


def _whole(limit: Limit) -> str:
    if limit.whole_low is None:
        return f" (of {', '.join(limit.whole_labels)})"
    return f" (of {limit.whole_low:.4g} to {limit.whole_high:.4g})"


def _remarks(sweep: Sweep, box: Box) -> dict[tuple[str, ...], str]:
    """What to write behind the keys that restricted factors set."""
    limits = {limit.factor: limit.text for limit in box.limits}
    return {
        tuple(key.split(".")): f"box: {limits[factor.name]}"
        for factor in sweep.factors
        if factor.name in limits and not factor.settings
        for key in factor.keys
    }


def _line(words: str) -> str:
    """A text for a comment: one line, no control characters."""
    return "".join(one if one.isprintable() else " " for one in words)


def _check_replaceable(path: Path) -> None:
    if not os.path.lexists(path):
        return
    try:
        ours = f"\n{MADE_BY}" in path.read_text(encoding="utf-8")[:2000]
    except (OSError, UnicodeDecodeError):
        ours = False
    if not ours:
        raise AnalysisError(f"{path} exists and was not made by parity discover; choose another --out")


def _write(
    path: Path, heading: str, table: Mapping[str, Any], remarks: Mapping[tuple[str, ...], str] | None = None
) -> None:
    from sim.recording.store import write_bytes
    from sim.scenario.toml import write_toml

    held = remarks or {}
    # Tables first would swallow the single keys behind them.
    ordered = {key: value for key, value in table.items() if key != "events"}
    if "events" in table:
        ordered["events"] = table["events"]
    text_ = heading + write_toml(ordered, lambda key: held.get(tuple(key), ""))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(text_.encode(), path)
    except OSError as error:
        raise AnalysisError(f"{path} could not be written: {error.strerror or error}") from None

"""Trials: scenarios at the edges of a design are made before anything runs, so that impossible rows are told first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from sim.experiments.sweep.factors import Factor
from sim.experiments.sweep.reading.findings import Findings
from sim.experiments.sweep.reading.findings import Path as KeyPath
from sim.experiments.sweep.specification import Sweep
from sim.scenario import Problem, ScenarioError
from sim.scenario.problems import show

#: Corners of the space of the factors that are tried: any two ends meet in one of them but once in 10^8.
CORNERS = 64
#: Rows of the design that are tried; a list is tried whole up to so many.
ROWS, LIST_ROWS = 48, 500
#: Rows up to which the design is made for trials: of a larger one, a row costs as much as the whole.
MADE = 200_000


def try_scenarios(findings: Findings, sweep: Sweep, headers: Mapping[str, str]) -> None:
    """Make scenarios at corners of the design and for some of its rows, and note what is wrong with them.

    ``headers`` are the factors' tables in the file, by name. A problem is noted once, at the table of the factor
    that it is about (of the last such, if several are).
    """
    told: set[tuple[KeyPath, str]] = set()
    for values in _trials(sweep):
        try:
            sweep.scenario_of(values)
        except ScenarioError as error:
            for problem in error.problems:
                path, found = _told(sweep, headers, problem, values)
                if (path, problem.key) not in told:
                    told.add((path, problem.key))
                    findings.add(path, found, problem.allowed, problem.hint)


def _trials(sweep: Sweep) -> Iterator[dict[str, Any]]:
    if sweep.design.kind not in ("list", "one-at-a-time"):  # of these, corners are no rows
        luck = np.random.default_rng(0)
        ends = {factor.name: _ends(factor) for factor in sweep.factors}
        yield {name: both[0] for name, both in ends.items()}
        yield {name: both[-1] for name, both in ends.items()}
        for _ in range(CORNERS):
            yield {name: both[luck.integers(len(both))] for name, both in ends.items()}
        for factor in sweep.factors:
            for value in factor.values or ():
                corner = {name: both[luck.integers(len(both))] for name, both in ends.items()}
                yield corner | {factor.name: value}
    if (count := sweep.rows) <= MADE:
        most = LIST_ROWS if sweep.design.kind == "list" else ROWS
        # Multiples of the golden section fall in step with no levels of a grid.
        places = (
            {int(count * ((k * 0.6180339887498949) % 1.0)) for k in range(most)}
            if count > most
            else range(count)
        )
        yield from sweep.table().iloc[sorted(places)].to_dict("records")  # type: ignore[misc]


def _ends(factor: Factor) -> list[Any]:
    if factor.values is not None:
        return list(factor.values)
    return [factor.plain(value) for value in (factor.low, factor.high)]


def _told(
    sweep: Sweep, headers: Mapping[str, str], problem: Problem, values: Mapping[str, Any]
) -> tuple[KeyPath, str]:
    """Where in the file a problem of a scenario belongs, and what to say was found."""
    about = [factor for factor in sweep.factors if _touches(factor, problem.key)]
    about = about or [factor for factor in sweep.factors if factor.scenarios]
    if not about:
        return ("factors",), f"{problem.key}: {problem.found}"
    factor = about[-1]
    path: KeyPath = ("factors", headers[factor.name])
    if factor.settings:
        path = (*path, "settings", str(values[factor.name]))
    found = problem.found if factor.keys == (problem.key,) else f"{problem.key}: {problem.found}"
    if not factor.settings and show(values[factor.name]) != problem.found:
        found += f" ({factor.name} = {show(factor.plain(values[factor.name]))})"
    return path, found


def _touches(factor: Factor, key: str) -> bool:
    inside = (f"{key}.", f"{key}[")
    return any(
        key == moved or key.startswith((f"{moved}.", f"{moved}[")) or moved.startswith(inside)
        for moved in factor.moved
    )

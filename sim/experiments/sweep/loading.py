"""Loading a sweep: a file and changes become a validated sweep, or a list of everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.experiments.sweep.reading.findings import SWEEP, Findings
from sim.experiments.sweep.reading.findings import Path as KeyPath
from sim.experiments.sweep.reading.overrides import lay_over
from sim.experiments.sweep.reading.tables import TABLES, sweep_schema
from sim.experiments.sweep.reading.whole import SweepReader
from sim.experiments.sweep.shipped import find_sweep, is_sweep_file, shipped_sweeps
from sim.experiments.sweep.specification import Sweep
from sim.scenario import Problem, Scenario, ScenarioError
from sim.scenario.problems import belonging_to, problems_of
from sim.scenario.toml import find_lines, read_toml

__all__ = ["find_sweep", "is_sweep_file", "load_sweep", "shipped_sweeps", "sweep_from", "sweep_schema"]

Changes = Sequence[str] | Mapping[str, Any]


def load_sweep(
    file_or_name: str | Path, changes: Changes = (), *, data: Mapping[str, Any] | None = None
) -> Sweep:
    """Return the sweep of a file, or the shipped sweep of that name.

    Parameters
    ----------
    file_or_name
        Path of a TOML file, or a shipped name such as ``"control-and-copying"``.
    changes
        Changes on top, as texts ``"replicates=4"`` or a mapping: keys of the sweep file
        (``design.samples``, ``factors.control.range``), or keys of the base scenario
        (``size.investors``), which are added to ``base_changes``.
    data
        The content of the file, if it is at hand; ``file_or_name`` then only names it in messages, and
        relative paths start from its folder. Keys whose value is ``None`` count as left out.

    Raises
    ------
    ScenarioError
        With everything that is wrong with it, at once: file, key, line, what was found, what is allowed, and whether
        the sweep or its base scenario is meant.

    """
    if data is None:
        with problems_of(SWEEP):
            path = find_sweep(file_or_name)
            table, text = read_toml(path, str(path))
        lines: Mapping[KeyPath, int] = find_lines(text)
    else:
        path, table, lines = Path(file_or_name), _without_none(data), {}
    if not table.keys() & set(TABLES) and table.keys() & {"extends", *Scenario.model_fields} - {"name"}:
        allowed = "a sweep, with tables [design], [factors] and [outcomes]"
        raise ScenarioError([Problem(str(path), "", "a scenario", allowed, f"parity run {path}", of=SWEEP)])
    table, overrides, problems = lay_over(table, changes)
    findings = Findings(str(path), lines, overrides)
    findings.take(belonging_to(SWEEP, problems))
    return SweepReader(findings, table, path).read()


def sweep_from(data: Mapping[str, Any], changes: Changes = ()) -> Sweep:
    """Return the sweep of plain data: what a sweep file holds, or :attr:`Sweep.source`.

    Relative paths start from the working directory. Raises like :func:`load_sweep`.
    """
    name = data.get("name")
    return load_sweep(name if isinstance(name, str) and name else "sweep", changes, data=data)


def _without_none(table: Any) -> Any:
    """Plain data as a file could hold them: TOML has no word for nothing, so that such a key is left out."""
    if isinstance(table, Mapping):
        return {key: _without_none(value) for key, value in table.items() if value is not None}
    return table

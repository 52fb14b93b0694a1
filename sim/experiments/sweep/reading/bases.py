"""The base scenario of a sweep and the scenarios that may take its place: found, changed, or told what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.experiments.runner import with_weeks
from sim.experiments.sweep.reading.factors import flat
from sim.experiments.sweep.reading.findings import Findings
from sim.scenario import Problem, Scenario, ScenarioError, load_scenario, shipped_scenarios
from sim.scenario.explain import validate
from sim.scenario.layers import Layers
from sim.scenario.problems import did_you_mean, show
from sim.scenario.shipped import find_scenario

Path_ = tuple[str | int, ...]


@dataclass
class Bases:
    """Scenarios of one sweep file.

    Attributes
    ----------
    findings
        Where problems go.
    folder
        Folder that relative paths start from.
    changes
        ``base_changes`` by key path; also made to scenarios that take the base's place.
    weeks
        Recorded weeks in place of ``run.weeks``, or nothing.
    notes
        Remarks on what was left out.

    """

    findings: Findings
    folder: Path
    changes: Mapping[str, Any]
    weeks: int | None
    notes: list[str] = field(default_factory=list)
    _told: set[str] = field(default_factory=set)

    def read(self, given: Any, path: Path_) -> tuple[Scenario, Scenario] | None:
        """Return a scenario as it stands in its file, and with the sweep's changes; nothing if it is wrong."""
        original = self._original(given, path)
        changed = None if original is None else self._changed(original)
        return None if original is None or changed is None else (original, changed)

    def read_factor(self, given: Any, path: Path_) -> dict[str, tuple[Scenario, Scenario]] | None:
        """Return the scenarios of a factor by label."""
        if isinstance(given, list | tuple) and all(isinstance(one, str) for one in given):
            labelled = {Path(one).stem if one.endswith(".toml") else one: one for one in given}
            if len(labelled) < len(given):
                self.findings.add(path, "a name twice", "each scenario once")
                return None
        elif isinstance(given, Mapping):
            labelled = dict(given)
        else:
            self.findings.add(
                path, show(given), "a list of names or paths of scenarios, or a table of these by label"
            )
            return None
        if len(labelled) < 2:
            self.findings.add(
                path, f"{len(labelled)} scenario{'s' if not labelled else ''}", "at least two scenarios"
            )
            return None
        found = {}
        for place, (label, one) in enumerate(labelled.items()):
            here = (*path, label if isinstance(given, Mapping) else place)
            if (read := self.read(one, here)) is not None:
                found[label] = read
        return found if len(found) == len(labelled) else None

    def _original(self, given: Any, path: Path_) -> Scenario | None:
        if isinstance(given, Mapping):
            return self._of_table(given, path)
        if isinstance(given, Scenario):
            return given
        if not isinstance(given, str | Path) or not str(given):
            self.findings.add(path, show(given), self._allowed())
            return None
        try:
            file = self._find(str(given))
        except ScenarioError as error:
            self.findings.add(
                path,
                f"{show(str(given))}, {error.problems[0].found}",
                self._allowed(),
                error.problems[0].hint,
            )
            return None
        try:
            return load_scenario(file)
        except ScenarioError as error:
            self.findings.take(error.problems)
            return None

    def _find(self, given: str) -> Path:
        stem = given.removesuffix(".toml")
        for candidate in (self.folder / given, self.folder / f"{stem}.toml"):
            if candidate.is_file():
                return candidate
        if Path(given).name == given and stem in shipped_scenarios():
            return shipped_scenarios()[stem]
        if Path(given).name == given:
            names = [*shipped_scenarios(), *(one.stem for one in self.folder.glob("*.toml"))]
            raise ScenarioError([Problem("", "", "no scenario of that name", "", did_you_mean(stem, names))])
        return find_scenario(self.folder / given)

    def _of_table(self, table: Mapping[str, Any], path: Path_) -> Scenario | None:
        layers = Layers(main="base")
        layers.add(table, "base", {}, replace_events=False)
        layers.files.append("base")
        scenario, problems = validate(layers)
        for problem in [*layers.problems, *problems]:
            parts = [part for part in problem.key.split(".") if part]
            self.findings.add((*path, *parts), problem.found, problem.allowed, problem.hint)
        return None if problems or layers.problems else scenario

    def _changed(self, scenario: Scenario) -> Scenario | None:
        try:
            changed = scenario.with_changes(self.changes) if self.changes else scenario
            if self.weeks is None:
                return changed
            changed, notes = with_weeks(changed, self.weeks)
        except ScenarioError as error:
            for problem in error.problems:
                if problem.key not in self._told:
                    self._told.add(problem.key)
                    self._note(problem)
            return None
        self.notes.extend(f"{changed.name}: {note}" for note in notes)
        return changed

    def _note(self, problem: Problem) -> None:
        """Tell a problem of the changed scenario at the change that it is about."""
        for key in reversed(list(self.changes)):
            if (
                problem.key == key
                or problem.key.startswith((f"{key}.", f"{key}["))
                or key.startswith(f"{problem.key}.")
            ):
                self.findings.add(("base_changes", key), problem.found, problem.allowed, problem.hint)
                return
        where = "weeks" if self.weeks is not None and problem.key == "run.weeks" else "base_changes"
        self.findings.add((where,), f"{problem.key}: {problem.found}", problem.allowed, problem.hint)

    @staticmethod
    def _allowed() -> str:
        return f"a path relative to the sweep's file, or one of {', '.join(shipped_scenarios())}"


def read_changes(findings: Findings, data: Any) -> dict[str, Any]:
    """Return ``base_changes`` by full key path."""
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        findings.add(("base_changes",), show(data), 'a table of "key.path" = value')
        return {}
    return flat(data)

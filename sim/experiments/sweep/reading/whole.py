"""The whole of a sweep file: its parts are read one by one, and what is right is checked against the rest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.experiments.sweep.designs import Design
from sim.experiments.sweep.external import model_function
from sim.experiments.sweep.factors import Factor
from sim.experiments.sweep.reading.bases import Bases, read_changes
from sim.experiments.sweep.reading.design import check_design, read_design
from sim.experiments.sweep.reading.factors import FactorReader, moved_by
from sim.experiments.sweep.reading.findings import Findings, key_path
from sim.experiments.sweep.reading.findings import Path as KeyPath
from sim.experiments.sweep.reading.outcomes import read_outcomes, read_series
from sim.experiments.sweep.reading.source import source_of
from sim.experiments.sweep.reading.tables import TABLES, Header
from sim.experiments.sweep.reading.trials import try_scenarios
from sim.experiments.sweep.specification import RESERVED, Sweep
from sim.scenario import Scenario
from sim.scenario.problems import did_you_mean, show


class SweepReader:
    """Reads one sweep.

    Attributes
    ----------
    findings
        Where problems go.
    data
        The file as plain data.
    path
        The file; relative paths start from its folder, its stem is the sweep's name.

    """

    def __init__(self, findings: Findings, data: Mapping[str, Any], path: Path) -> None:
        self.findings, self.data, self.path = findings, data, path
        top = {key: value for key, value in data.items() if key in Header.model_fields}
        header, self.wrong = findings.table(Header, top, ())
        assert header is not None, "every key at the top has a default"
        self.header = header
        self.external = "model" in data and "base" not in data
        self.changes = {} if self.external else read_changes(findings, data.get("base_changes"))
        self.bases = Bases(findings, path.parent, self.changes, header.weeks)

    def read(self) -> Sweep:
        """Return the sweep, or raise :class:`ScenarioError` with everything that is wrong with it."""
        self._check_top()
        original, base = self._base()
        design = read_design(self.findings, self.data.get("design"), self.header.seed)
        scenarios = self._scenarios()
        factors = self._factors(base, design, scenarios)
        self._check_overlaps()
        taken = self._check_names(self._columns(), {})
        if design is not None and len(factors) == len(self._tables()):
            check_design(self.findings, design, list(factors.values()), list(factors))
        sound = not self.findings.problems  # what follows cannot make a scenario wrong
        weeks = self._shortest(base, factors)
        outcomes = read_outcomes(self.findings, self.data.get("outcomes"), weeks, self.external)
        series, every = read_series(self.findings, self.data.get("series"), self.external)
        self._check_names({("outcomes", outcome.name): outcome.name for outcome in outcomes}, taken)
        if not sound or design is None:
            raise self.findings.error()
        header, name = self.header, self.header.name or self.path.stem
        source = source_of(
            header,
            name,
            design,
            factors,
            outcomes,
            series,
            every,
            base=original,
            base_changes=self.changes,
            scenarios={
                key: {label: both[0] for label, both in one.items()} for key, one in scenarios.items()
            },
            defaults={key: table["default"] for key, table in self._tables().items() if "default" in table},
        )
        sweep = Sweep(
            name=name,
            title=header.title or name,
            base="" if base is None else base.name,
            base_scenario=base,
            model=header.model,
            weeks=header.weeks,
            factors=tuple(factors.values()),
            design=design,
            replicates=header.replicates,
            seed=header.seed,
            outcomes=tuple(outcomes),
            series=series,
            series_every=every,
            source=source,
            notes=tuple(dict.fromkeys(self.bases.notes)),
        )
        if not self.external:
            try_scenarios(self.findings, sweep, {factor.name: key for key, factor in factors.items()})
        if self.findings.problems:
            raise self.findings.error()
        return sweep

    # -- what is run ---------------------------------------------------------------------------------------

    def _check_top(self) -> None:
        """Keys at the top are known, and exactly one of base and model is given."""
        known = [*Header.model_fields, *TABLES]
        for key, value in self.data.items():
            if key not in known:
                what = "table" if isinstance(value, Mapping) else "key"
                self.findings.add(
                    (key,), f"an unknown {what}", f"one of {', '.join(known)}", did_you_mean(key, known)
                )
        has_base, has_model = "base" in self.data, "model" in self.data
        if has_base and has_model:
            self.findings.add(("model",), "base and model", "one of base and model")
        elif not has_base and not has_model:
            allowed = 'base = "baseline", or model = "package.module:function"'
            self.findings.add((), "neither base nor model", allowed)
        if self.external:
            for key in ("base_changes", "weeks"):
                if key in self.data:
                    self.findings.add((key,), f"{key} with an external model", "nothing: it has no scenario")
            if self.header.model is not None:
                try:
                    model_function(self.header.model)
                except ValueError as error:
                    found = f"{show(self.header.model)}: {error}"
                    self.findings.add(("model",), found, '"package.module:function"')

    def _base(self) -> tuple[Scenario | None, Scenario | None]:
        """The base as it stands in its file, and with the sweep's changes."""
        if self.external or "base" not in self.data:
            return None, None
        return self.bases.read(self.data["base"], ("base",)) or (None, None)

    def _scenarios(self) -> dict[str, dict[str, tuple[Scenario, Scenario]]]:
        """Scenarios of factors of whole scenarios, by header and label; as they stand, and with the changes."""
        found = {}
        for header, table in {} if self.external else self._tables().items():
            if isinstance(table, Mapping) and "scenarios" in table:
                read = self.bases.read_factor(table["scenarios"], ("factors", header, "scenarios"))
                if read is not None:
                    found[header] = read
        return found

    def _shortest(self, base: Scenario | None, factors: Mapping[str, Factor]) -> int | None:
        """Weeks of the shortest run, if they are known."""
        if base is None or "weeks" in self.wrong:
            return self.header.weeks
        lengths = [base.run.weeks]
        for factor in factors.values():
            lengths += [scenario.run.weeks for scenario in factor.scenarios.values()]
            held = (one.get("run.weeks") for one in factor.settings.values())
            lengths += [weeks for weeks in held if isinstance(weeks, int)]
            if "run.weeks" in factor.keys:
                lengths.append(int(factor.low or 1))
        return min(lengths)

    # -- factors -------------------------------------------------------------------------------------------

    def _tables(self) -> Mapping[str, Any]:
        """Tables of the factors by header."""
        given = self.data.get("factors")
        return given if isinstance(given, Mapping) else {}

    def _factors(
        self,
        base: Scenario | None,
        design: Design | None,
        scenarios: Mapping[str, Mapping[str, tuple[Scenario, Scenario]]],
    ) -> dict[str, Factor]:
        """Factors that are right, by header."""
        tables = self._tables()
        if not tables:
            given = self.data.get("factors")
            found = "no factors" if given is None else show(given)
            self.findings.add(("factors",), found, 'at least one table [factors."key.path"]')
        reader = FactorReader(
            self.findings,
            base,
            self.external,
            design is not None and design.kind == "one-at-a-time",
            {key: {label: both[1] for label, both in one.items()} for key, one in scenarios.items()},
        )
        read = {header: reader.read(header, table) for header, table in tables.items()}
        return {header: factor for header, factor in read.items() if factor is not None}

    def _check_names(self, names: Mapping[KeyPath, str], taken: Mapping[str, str]) -> dict[str, str]:
        """Columns of the table of runs have names of their own; returns whose each name is."""
        whose = dict(taken) or {name: f"every table of runs has a column {name}" for name in RESERVED}
        for path, name in names.items():
            if name in whose:
                self.findings.add(path, f"the name {show(name)}", "a name of its own", whose[name])
            elif not name.strip() or not name.isprintable():
                self.findings.add(path, f"the name {show(name)}", "a name of printable characters")
            whose.setdefault(name, f"{key_path(path)} is called that")
        return whose

    def _columns(self) -> dict[KeyPath, str]:
        """Columns of the factors, by where they got their name."""
        columns: dict[KeyPath, str] = {}
        for header, table in self._tables().items():
            if isinstance(table, Mapping) and isinstance(table.get("name"), str):
                columns[("factors", header, "name")] = table["name"]
            else:
                columns[("factors", header)] = header
        return columns

    def _check_overlaps(self) -> None:
        """No two factors set the same value, and no two replace the scenario."""
        if self.external:
            return
        tables = self._tables()
        replacing = [
            key for key, table in tables.items() if isinstance(table, Mapping) and "scenarios" in table
        ]
        for header in replacing[1:]:
            allowed = f"one factor of scenarios; {replacing[0]} is one already"
            self.findings.add(("factors", header), "a second factor of scenarios", allowed)
        moved: dict[str, str] = {}
        for header, table in tables.items():
            mine = moved_by(header, table)
            if "run.weeks" in mine and self.header.weeks is not None:
                self.findings.add(("factors", header), "run.weeks, besides weeks at the top", "one of them")
            both = [(key, by) for key in mine for known, by in moved.items() if _overlap(known, key)]
            if both:
                key, by = both[0]
                self.findings.add(("factors", header), f"{key}, which {by} moves too", "keys of its own")
            moved |= {key: header for key in mine if key not in moved}


def _overlap(a: str, b: str) -> bool:
    return a == b or a.startswith((f"{b}.", f"{b}[")) or b.startswith((f"{a}.", f"{a}["))

"""The sweep: a frozen description of what is varied, how often it is run, and what is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiments.sweep.changes import with_values
from sim.experiments.sweep.designs import SAMPLED, Design
from sim.experiments.sweep.factors import BASE, Factor
from sim.experiments.sweep.outcomes import Outcome
from sim.scenario import Scenario, ScenarioError
from sim.scenario.layers import OWN_KEYS
from sim.scenario.toml import write_toml

if TYPE_CHECKING:
    import pandas as pd

#: Columns of the table of runs that no factor or outcome may be called.
RESERVED = ("row", "replicate", "seed", "week", "date")
_MOST_SCENARIOS = 4096


@dataclass(frozen=True, repr=False)
class Sweep:
    """A sweep, validated; made by :func:`~sim.experiments.sweep.loading.load_sweep` or ``sweep_from``.

    Attributes
    ----------
    name, title
        Name (the file's stem) and the one-line title.
    base
        Name of the base scenario; an empty text for an external model.
    base_scenario
        The base with ``base_changes`` and ``weeks``; nothing for an external model.
    model
        External model, ``package.module:function``; nothing for a scenario.
    weeks
        Recorded weeks in place of ``run.weeks``, or nothing.
    factors, design, outcomes
        What varies, how, and what is kept.
    replicates, seed
        Every design row is run with the seeds ``seed, seed + 1, ...``.
    series, series_every
        Outputs kept as weekly series, and every how many weeks.
    source
        The file as plain data with scenarios written out: :func:`sweep_from` makes the same sweep of it.
    notes
        Remarks for the user, for instance on dated events left out.

    """

    name: str
    title: str
    base: str
    base_scenario: Scenario | None
    model: str | None
    weeks: int | None
    factors: tuple[Factor, ...]
    design: Design
    replicates: int
    seed: int
    outcomes: tuple[Outcome, ...]
    series: tuple[str, ...]
    series_every: int
    source: dict[str, Any]
    notes: tuple[str, ...] = ()
    _cache: dict[Any, Any] = field(default_factory=dict, init=False, compare=False)

    def __repr__(self) -> str:
        what = self.model or self.base
        return (
            f"<Sweep {self.name!r} of {what!r}: {self.design.kind} design of {len(self.factors)} factors, "
            f"{self.rows} rows x {self.replicates} replicates>"
        )

    # -- runs ----------------------------------------------------------------------------------------------

    @property
    def seeds(self) -> tuple[int, ...]:
        """Seeds of the replicates, the same for every row."""
        return tuple(range(self.seed, self.seed + self.replicates))

    @property
    def rows(self) -> int:
        """Number of design rows."""
        return self.design.count(self.factors)

    @property
    def runs(self) -> int:
        """Number of runs: rows times replicates."""
        return self.rows * self.replicates

    def factor(self, name: str) -> Factor:
        """The factor of that name; KeyError if there is none."""
        for factor in self.factors:
            if factor.name == name:
                return factor
        raise KeyError(name)

    # -- design --------------------------------------------------------------------------------------------

    def table(self) -> pd.DataFrame:
        """The design: index ``row`` 0 to n - 1, one column a factor; the same each time."""
        return self.design.table(self.factors, self._points())

    def unit_table(self) -> pd.DataFrame:
        """The design on the unit cube, for SALib: same rows and columns as :meth:`table`."""
        import pandas as pd

        points = self._points()
        if points is None:
            return self.design.unit_table(self.factors)
        index = pd.RangeIndex(len(points), name="row")
        return pd.DataFrame(points, index=index, columns=[factor.name for factor in self.factors])

    def problem(self) -> dict[str, Any]:
        """SALib's problem on the unit cube; see :meth:`Design.problem`."""
        return self.design.problem(self.factors)

    def _points(self) -> np.ndarray | None:
        if self.design.kind not in SAMPLED:
            return None
        if "points" not in self._cache:
            self._cache["points"] = self.design.unit(self.factors)
        points: np.ndarray = self._cache["points"]
        return points.copy()

    # -- scenarios -----------------------------------------------------------------------------------------

    def scenario_of(self, values: Mapping[str, Any]) -> Scenario:
        """Return the scenario of one design row, validated.

        Parameters
        ----------
        values
            Values by factor name, for instance one row of :meth:`table` as a dictionary; factors left out
            keep their base value.

        Raises
        ------
        ScenarioError
            If the values do not make a scenario.
        ValueError
            If a name is none of a factor, or the sweep runs an external model.

        """
        scenario, choices, numbers = self.changes_of(values)
        if not choices:
            return with_values(scenario, numbers)
        try:
            chosen = self._chosen(scenario, choices)
        except ScenarioError:
            # Choices that go with the row's numbers only; or the error that tells all that is wrong.
            return scenario.with_changes({**choices, **numbers})
        return with_values(chosen, numbers)

    def changes_of(self, values: Mapping[str, Any]) -> tuple[Scenario, dict[str, Any], dict[str, Any]]:
        """Return what one design row starts from and changes: the scenario, choices and numbers by key path.

        Nothing is validated. Raises like :meth:`scenario_of` for names that are none of a factor.
        """
        if self.base_scenario is None:
            raise ValueError("a sweep of an external model has no scenarios")
        unknown = values.keys() - {factor.name for factor in self.factors}
        if unknown:
            raise ValueError(f"no factor of this sweep: {', '.join(sorted(map(str, unknown)))}")
        scenario = self.base_scenario
        choices: dict[str, Any] = {}
        numbers: dict[str, Any] = {}
        for factor in self.factors:
            if factor.name not in values:
                continue
            value = factor.plain(values[factor.name])
            if factor.scenarios:
                scenario = _labelled(factor, factor.scenarios, value, scenario)
            elif factor.settings:
                choices.update(_labelled(factor, factor.settings, value, {}))
            else:
                (numbers if factor.values is None else choices).update(dict.fromkeys(factor.keys, value))
        return scenario, choices, numbers

    def _chosen(self, scenario: Scenario, choices: Mapping[str, Any]) -> Scenario:
        """The scenario with the choices, before numbers: there are few of these, so each is made once."""
        try:
            key = (id(scenario), *((key, type(value), value) for key, value in choices.items()))
            hash(key)
        except TypeError:  # a bundle with a list, such as events
            return with_values(scenario, choices)
        held = self._cache.setdefault("scenarios", {})
        if key not in held:
            if len(held) >= _MOST_SCENARIOS:
                held.clear()
            held[key] = with_values(scenario, choices)
        chosen: Scenario = held[key]
        return chosen

    # -- identity ------------------------------------------------------------------------------------------

    def digest(self) -> str:
        """Return the SHA-256 of every value that results depend on, as 64 hexadecimal digits.

        Title, name and descriptions do not count; the base scenario counts with every value. Nor does the order of
        tables, though the rows of a design follow the order of its factors and of the labels of a choice: where
        results are put together, :func:`~sim.experiments.sweep.identity.differences` compares that as well.
        """
        plain = json.dumps(_bare(self.source), sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(plain.encode()).hexdigest()

    def with_changes(self, changes: Mapping[str, Any]) -> Sweep:
        """Return a validated copy with some keys changed, for instance ``{"replicates": 2, "design.samples": 64}``.

        Keys and errors are those of :func:`~sim.experiments.sweep.loading.load_sweep`.
        """
        from sim.experiments.sweep.loading import sweep_from

        return sweep_from(self.source, changes)

    def to_toml(self) -> str:
        """Return the sweep as the text of a sweep file that stands on its own, scenarios written out."""
        return write_toml(self.source)

    def __hash__(self) -> int:
        return int(self.digest()[:16], 16)

    def __getstate__(self) -> dict[str, Any]:
        """Leave what can be made again out of pickles."""
        return self.__dict__ | {"_cache": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)


def _labelled[T](factor: Factor, known: Mapping[str, T], label: Any, base: T) -> T:
    """What a label stands for; the word for the base, if it is no label, stands for no change."""
    if label in known:
        return known[label]
    if label != BASE:
        raise ValueError(f"{factor.name} = {label!r}: none of {', '.join(known)}")
    return base


def _bare(source: Mapping[str, Any]) -> dict[str, Any]:
    """A sweep's plain data without what is there for readers only."""
    bare = {key: value for key, value in source.items() if key not in ("name", "title")}
    if isinstance(bare.get("base"), Mapping):
        bare["base"] = _unlabelled(bare["base"])
    bare["factors"] = {}
    for header, table in source["factors"].items():
        kept = {key: value for key, value in table.items() if key not in ("unit", "description")}
        if "scenarios" in kept:
            kept["scenarios"] = {label: _unlabelled(one) for label, one in kept["scenarios"].items()}
        bare["factors"][header] = kept
    if isinstance(source["outcomes"], Mapping):
        bare["outcomes"] = {
            name: {key: value for key, value in table.items() if key not in ("unit", "description")}
            for name, table in source["outcomes"].items()
        }
    return bare


def _unlabelled(scenario: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in scenario.items() if key not in OWN_KEYS}

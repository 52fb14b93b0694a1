"""Factors from the tables of a sweep file: what each may be, checked against the keys it moves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.experiments.sweep.changes import with_values
from sim.experiments.sweep.factors import BASE, Factor
from sim.experiments.sweep.reading.findings import Findings
from sim.experiments.sweep.reading.keys import Key, NoKey, look_up
from sim.experiments.sweep.reading.tables import FactorTable
from sim.scenario import Scenario, ScenarioError
from sim.scenario.layers import OWN_KEYS
from sim.scenario.problems import did_you_mean, show

#: Keys of a factor that say what its values are; one of them is given.
WAYS = ("range", "values", "settings", "scenarios")
_RANGE_ONLY = ("scale", "integer", "levels")
_NUMBERS = ("number", "whole number")


@dataclass
class FactorReader:
    """Reads the factors of one file.

    Attributes
    ----------
    findings
        Where problems go.
    base
        The base scenario; nothing for an external model, or when the base itself is wrong.
    external
        Whether factors have free names.
    needs_base
        Whether the design uses base values.
    scenarios
        Scenarios of the factors of whole scenarios, by header and label; see :mod:`loading`.

    """

    findings: Findings
    base: Scenario | None
    external: bool
    needs_base: bool
    scenarios: Mapping[str, Mapping[str, Scenario]] = field(default_factory=dict)

    def read(self, header: str, data: Any) -> Factor | None:
        """Return the factor of one table, or nothing if it is wrong; problems are noted."""
        path = ("factors", header)
        table, wrong = self.findings.table(FactorTable, data, path)
        if table is None:
            return None
        given = table.model_fields_set
        if not self._one_way(path, given, wrong):
            return None
        before = len(self.findings.problems)
        for name in _RANGE_ONLY if "range" not in given | wrong else ():
            if name in given:
                self.findings.add(
                    (*path, name), f"{name} without a range", "a factor with range = [low, high]"
                )
        if "keys" in given and not given & {"range", "values"}:
            self.findings.add(
                (*path, "keys"), "keys without range or values", "no keys: the labels say what is set"
            )
        factor = self._factor(header, table, wrong)
        return factor if not wrong and len(self.findings.problems) == before else None

    def _one_way(self, path: tuple[str, ...], given: set[str], wrong: set[str]) -> bool:
        ways = [way for way in WAYS if way in given]
        if len(ways) == 1:
            return True
        if not ways and not wrong & set(WAYS):
            allowed = "range = [low, high], values = [...], settings or scenarios"
            self.findings.add(path, "nothing says what its values are", allowed)
        elif len(ways) > 1:
            self.findings.add((*path, ways[-1]), " and ".join(ways), f"one of {', '.join(WAYS)}")
        return False

    def _factor(self, header: str, table: FactorTable, wrong: set[str]) -> Factor | None:
        if table.settings is not None:
            return self._bundles(header, table)
        if table.scenarios is not None:
            return self._scenarios(header, table)
        if self.external:
            return self._free(header, table)
        if self.base is None or "keys" in wrong:
            return None
        return self._moved(header, table)

    # -- factors that move keys ----------------------------------------------------------------------------

    def _moved(self, header: str, table: FactorTable) -> Factor | None:
        path = ("factors", header)
        names = table.keys if table.keys is not None else (header,)
        if not names:
            self.findings.add((*path, "keys"), "an empty list", "at least one key path")
            return None
        found = [self._key(header, name, table) for name in names]
        keys = [key for key in found if key is not None]
        if len(keys) < len(found):
            return None
        if len({key.kind for key in keys}) > 1:
            kinds = ", ".join(f"{key.key}: {key.kind}" for key in keys)
            self.findings.add((*path, "keys"), f"keys of different kinds ({kinds})", "keys of one kind")
            return None
        defaults = [key.default for key in keys]
        agree = all(one == defaults[0] for one in defaults)
        default = self._default(header, table, defaults[0] if agree else None, defaults)
        common = {
            "name": table.name or header,
            "keys": tuple(names),
            "default": default,
            "unit": keys[0].unit if table.unit is None else table.unit,
            "description": self._description(table, keys),
            "group": table.group,
        }
        if table.values is not None:
            values = self._values(header, table.values, keys)
            return None if values is None else _choice(values, **common)
        return self._ranged(header, table, keys, common)

    def _key(self, header: str, name: str, table: FactorTable) -> Key | None:
        """Look a key up in the base and in every scenario that may take its place."""
        assert self.base is not None
        place = ("factors", header) if table.keys is None else ("factors", header, "keys")
        found = look_up(self.base, name)
        if isinstance(found, NoKey):
            hint = found.hint
            if table.keys is None and not hint:
                hint = "a factor of a free name needs keys = [...], settings or scenarios"
            what = found.found if table.keys is None else f"{name}: {found.found}"
            self.findings.add(place, what, found.allowed, hint)
            return None
        for by_label in self.scenarios.values():
            for label, scenario in by_label.items():
                if isinstance(look_up(scenario, name), NoKey):
                    self.findings.add(place, f"{name}: no such key in {label}", "a key of all scenarios")
                    return None
        return found

    def _description(self, table: FactorTable, keys: Sequence[Key]) -> str:
        if table.description is not None:
            return table.description
        return keys[0].description if len(keys) == 1 else f"Sets {', '.join(key.key for key in keys)}."

    def _default(self, header: str, table: FactorTable, default: Any, all_defaults: Sequence[Any]) -> Any:
        path = ("factors", header, "default")
        if table.default is not None:
            if default is not None:
                self.findings.add(
                    path,
                    show(table.default),
                    "no default: the base has a value",
                    "change the base with [base_changes]",
                )
            return table.default
        if default is None and self.needs_base:
            values = ", ".join("none" if one is None else show(one) for one in all_defaults)
            found = f"no single base value (the base has {values})" if values else "no base value"
            self.findings.add(path[:-1], found, "default = ... in this factor: the design uses base values")
        return default

    def _ranged(
        self, header: str, table: FactorTable, keys: Sequence[Key], common: dict[str, Any]
    ) -> Factor | None:
        path = ("factors", header, "range")
        assert table.range is not None
        if keys and keys[0].kind not in _NUMBERS:
            kind = keys[0].kind
            values = {"switch": "[true, false]", "choice": f"[{', '.join(map(show, keys[0].choices))}]"}
            self.findings.add(path, f"a range for a {kind}", f"values = {values.get(kind, '[...]')}")
            return None
        whole = table.integer or bool(keys and keys[0].kind == "whole number")
        low, high = table.range
        before, found = len(self.findings.problems), f"{low:g} to {high:g}"
        if not low < high:
            self.findings.add(path, found, "a low end below the high end")
        if whole and not (float(low).is_integer() and float(high).is_integer()):
            self.findings.add(path, found, "whole numbers at both ends")
        for key in keys:
            if (key.low is not None and low < key.low) or (key.high is not None and high > key.high):
                what = "" if key.key == header else f"{key.key}: "
                self.findings.add(path, found, f"{what}{key.allowed}")
        if table.scale == "log" and low <= 0:
            self.findings.add((*path[:2], "scale"), f"a logarithmic scale from {low:g}", "a low end above 0")
        if len(self.findings.problems) > before:
            return None
        default = common["default"]
        return Factor(
            kind="integer" if whole else "real",
            low=float(low),
            high=float(high),
            scale=table.scale,
            levels=table.levels,
            **common | {"default": _number(default, whole and not keys)},
        )

    def _values(self, header: str, values: Sequence[Any], keys: Sequence[Key]) -> tuple[Any, ...] | None:
        """Values of the right kind, inside the bounds, at least two and each once."""
        path = ("factors", header, "values")
        taken: list[Any] = []
        for place, value in enumerate(values):
            for key in keys:
                if (wrong := _misfit(value, key)) is not None:
                    self.findings.add((*path, place), show(value), key.allowed, wrong)
                    break
            else:
                taken.append(float(value) if keys and keys[0].kind == "number" else value)
        if len(taken) < len(values):
            return None
        alike = taken if keys else self._alike(path, taken)
        if alike is None:
            return None
        if len(alike) < 2:
            self.findings.add(path, f"{len(alike)} value{'s' if not alike else ''}", "at least two values")
            return None
        twice = [one for place, one in enumerate(alike) if _at(one, alike) < place]
        if twice:
            self.findings.add(path, f"{show(twice[0])} twice", "each value once")
            return None
        return tuple(alike)

    def _alike(self, path: tuple[str, ...], values: list[Any]) -> list[Any] | None:
        """Values of a free factor: all numbers, all texts or all truth values."""
        kinds = {
            bool if isinstance(one, bool) else float if isinstance(one, int | float) else type(one)
            for one in values
        }
        allowed = "all numbers, all texts, or all true or false"
        if len(kinds) > 1 or not kinds <= {bool, float, str}:
            self.findings.add(path, "values of different kinds", allowed)
            return None
        if not all(isinstance(one, str) or math.isfinite(one) for one in values):
            self.findings.add(path, "a number that is not finite", allowed)
            return None
        if any(isinstance(one, float) for one in values):
            return [float(one) for one in values]
        return values

    # -- other factors -------------------------------------------------------------------------------------

    def _free(self, header: str, table: FactorTable) -> Factor | None:
        """A factor of an external model: its name is all that is known."""
        path = ("factors", header)
        if table.keys is not None:
            self.findings.add(
                (*path, "keys"), "keys with an external model", "no keys: the model gets the name"
            )
            return None
        common = {
            "name": table.name or header,
            "default": self._default(header, table, None, ()),
            "unit": table.unit or "1",
            "description": table.description or "",
            "group": table.group,
        }
        if table.values is not None:
            values = self._values(header, table.values, ())
            return None if values is None else _choice(values, **common)
        return self._ranged(header, table, (), common)

    def _bundles(self, header: str, table: FactorTable) -> Factor | None:
        path = ("factors", header, "settings")
        assert table.settings is not None
        if self.external:
            self.findings.add(path, "settings with an external model", "range or values")
            return None
        if len(table.settings) < 2:
            self.findings.add(path, f"{len(table.settings)} label", "at least two labels")
            return None
        bundles = {label: flat(bundle) for label, bundle in table.settings.items()}
        default = None if self.base is None else _same_settings(bundles, self.base)
        return Factor(
            name=table.name or header,
            kind="choice",
            values=tuple(bundles),
            default=default,
            unit="choice",
            description=table.description or f"Settings {', '.join(bundles)}.",
            group=table.group,
            settings=bundles,
        )

    def _scenarios(self, header: str, table: FactorTable) -> Factor | None:
        path = ("factors", header, "scenarios")
        if self.external:
            self.findings.add(path, "scenarios with an external model", "range or values")
            return None
        held = self.scenarios.get(header)
        if held is None:
            return None
        default = None if self.base is None else _same_scenario(held, self.base)
        return Factor(
            name=table.name or header,
            kind="choice",
            values=tuple(held),
            default=default,
            unit="choice",
            description=table.description or f"Scenarios {', '.join(held)}.",
            group=table.group,
            scenarios=held,
        )


def moved_by(header: str, table: Any) -> list[str]:
    """Return the key paths that a factor's table sets, as far as it can be read."""
    if not isinstance(table, Mapping) or "scenarios" in table:
        return []
    if isinstance(table.get("settings"), Mapping):
        bundles = [flat(bundle) for bundle in table["settings"].values() if isinstance(bundle, Mapping)]
        return list(dict.fromkeys(key for bundle in bundles for key in bundle))
    keys = table.get("keys", [header])
    return [key for key in keys if isinstance(key, str)] if isinstance(keys, list | tuple) else []


def flat(table: Mapping[str, Any], around: str = "") -> dict[str, Any]:
    """Changes by full key path, whether they were written with dots or as tables."""
    keys: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, Mapping):
            keys |= flat(value, f"{around}{name}.")
        else:
            keys[f"{around}{name}"] = value
    return keys


def _choice(values: tuple[Any, ...], **common: Any) -> Factor:
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in values)
    low, high = (float(min(values)), float(max(values))) if numbers else (None, None)
    return Factor(kind="choice", values=values, low=low, high=high, **common)


def _number(default: Any, whole: bool) -> Any:
    if isinstance(default, bool) or not isinstance(default, int | float):
        return default
    return int(default) if whole and float(default).is_integer() else default


def _at(value: Any, values: Sequence[Any]) -> int:
    kind = isinstance(value, bool)
    return next(k for k, one in enumerate(values) if one == value and isinstance(one, bool) == kind)


def _misfit(value: Any, key: Key) -> str | None:
    """A hint, perhaps empty, if a value is not one that a key takes; nothing if it is."""
    if key.kind == "choice":
        if value in key.choices:
            return None
        return did_you_mean(value, key.choices) if isinstance(value, str) else ""
    if key.kind == "switch":
        return None if isinstance(value, bool) else "write true or false without quotes"
    if key.kind == "text":
        return None if isinstance(value, str) else "texts need quotes"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "numbers have no quotes" if isinstance(value, str) else ""
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    if key.kind == "whole number" and not isinstance(value, int):
        return "only whole numbers, without a point"
    inside = (key.low is None or value >= key.low) and (key.high is None or value <= key.high)
    return None if inside else ""


def _same_settings(bundles: Mapping[str, Mapping[str, Any]], base: Scenario) -> str:
    """Label of the bundle that leaves the base as it is, else the word for that."""
    for label, bundle in bundles.items():
        try:
            if with_values(base, bundle) == base:
                return label
        except ScenarioError:
            continue  # told when the bundle is tried in a row
    return BASE


def _same_scenario(scenarios: Mapping[str, Scenario], base: Scenario) -> str:
    plain = {key: value for key, value in base.resolved().items() if key not in OWN_KEYS}
    for label, scenario in scenarios.items():
        if {key: value for key, value in scenario.resolved().items() if key not in OWN_KEYS} == plain:
            return label
    return BASE

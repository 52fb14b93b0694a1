"""Factors: what a sweep varies, and how a number between 0 and 1 becomes a value of one.

Every design lives on the unit cube. A real factor stretches [0, 1] over its range, on a linear or a logarithmic
scale; an integer or a choice cuts it into slices, one for each value, so that each is as likely as its scale says.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from sim.scenario import Scenario

Kind = Literal["real", "integer", "choice"]
Scale = Literal["linear", "log"]

#: Levels of a range in a grid, one at a time, or a Morris design, where nothing else is said.
LEVELS = 4
#: Value of a factor of bundles or scenarios that stands for the base as it is.
BASE = "base"
# A grid of thirds hits the edges of slices; rounding must not decide to which side a point falls.
_EDGE = 1e-9


@dataclass(frozen=True)
class Factor:
    """One factor of a sweep.

    Attributes
    ----------
    name
        Column in the tables of a sweep.
    keys
        Key paths of the scenario that it sets, all to the same value; none for bundles, whole scenarios and
        external models.
    kind
        ``"choice"`` exactly if it lists values; else a range of reals or of whole numbers.
    low, high
        Ends of the range, in ``unit``; of a list of numbers, the smallest and the largest; else nothing.
    scale
        How a range is covered.
    values
        Values of a choice: numbers, truth values, texts, or labels of bundles and scenarios.
    default
        Value in the base, nothing where it has none.
    unit, description
        Of the parameter behind it.
    group
        Group for grouped Sobol' and Morris designs.
    levels
        Levels of the range in a grid and one at a time; nothing: those of the design.
    settings
        Changes ``{key path: value}`` by label, for a factor of bundles.
    scenarios
        Scenarios by label, for a factor of whole scenarios.

    """

    name: str
    keys: tuple[str, ...] = ()
    kind: Kind = "real"
    low: float | None = None
    high: float | None = None
    scale: Scale = "linear"
    values: tuple[Any, ...] | None = None
    default: Any = None
    unit: str = "1"
    description: str = ""
    group: str | None = None
    levels: int | None = None
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    scenarios: Mapping[str, Scenario] = field(default_factory=dict, repr=False)

    @property
    def numeric(self) -> bool:
        """Whether values are numbers, so that an order and a distance between them mean something."""
        if self.values is None:
            return True
        return all(isinstance(one, int | float) and not isinstance(one, bool) for one in self.values)

    @property
    def moved(self) -> tuple[str, ...]:
        """Key paths that the factor sets for some value; none if it replaces the scenario."""
        if self.settings:
            return tuple(dict.fromkeys(key for bundle in self.settings.values() for key in bundle))
        return self.keys

    def from_unit(self, u: Any) -> np.ndarray:
        """Values ``(n,)`` at positions ``u`` ``(n,)`` in [0, 1]: floats, integers, or one of the values."""
        u = np.clip(np.asarray(u, dtype=float), 0.0, 1.0)
        if self.values is not None:
            chosen = _slices(u, len(self.values))
            return _array(self.values)[chosen]
        low, high = self._range()
        if self.kind == "integer":
            return self._whole(u, int(low), int(high))
        if self.scale == "log":
            bottom, top = math.log(low), math.log(high)
            inside = np.exp(bottom + u * (top - bottom))
        else:
            inside = low + u * (high - low)
        return np.where(u == 0.0, low, np.where(u == 1.0, high, np.clip(inside, low, high)))

    def to_unit(self, values: Any) -> np.ndarray:
        """Positions ``(n,)`` of values ``(n,)``: the middle of its slice for a choice or whole number.

        A base value outside the range lies outside [0, 1]; NaN for what has no position (a value that is not
        among the choices, a number at or below 0 on a logarithmic scale, nothing).
        """
        given = [None if _missing(one) else one for one in np.asarray(values, dtype=object).ravel().tolist()]
        if self.values is not None:
            count = len(self.values)
            places = {_key(value): (index + 0.5) / count for index, value in enumerate(self.values)}
            return np.array([places.get(_key(one), np.nan) for one in given])
        low, high = self._range()
        x = np.array([np.nan if one is None else float(one) for one in given])
        if self.kind == "integer":
            return (self._position(x, low, high + 1.0) + self._position(x + 1.0, low, high + 1.0)) / 2.0
        return self._position(x, low, high)

    def grid(self, levels: int | None = None) -> list[Any]:
        """All values of a choice, or values at equal steps over the range, both ends included.

        ``levels`` is what the design says, for a factor that does not say itself; whole numbers that fall
        together are given once.
        """
        if self.values is not None:
            return list(self.values)
        low, high = self._range()
        count = self.levels or levels or LEVELS
        if self.kind == "integer":
            steps = np.geomspace(low, high, count) if self.scale == "log" else np.linspace(low, high, count)
            return sorted({int(one) for one in np.floor(steps + 0.5)})
        # 0.3 rather than 0.30000000000000004, for readers and so that a base value is met exactly.
        inside = [float(f"{one:.12g}") for one in self.from_unit(np.linspace(0.0, 1.0, count)[1:-1])]
        return [low, *inside, high]

    def plain(self, value: Any) -> Any:
        """One value of a table as plain Python: numbers as int or float, truth values as bool."""
        if hasattr(value, "item"):
            value = value.item()
        if isinstance(value, float) and self.kind == "integer" and value.is_integer():
            return int(value)
        return value

    def _range(self) -> tuple[float, float]:
        assert self.low is not None
        assert self.high is not None
        return float(self.low), float(self.high)

    def _whole(self, u: np.ndarray, low: int, high: int) -> np.ndarray:
        if self.scale == "linear":
            return low + _slices(u, high - low + 1)
        edge = math.log((high + 1.0) / low)
        return np.clip(np.floor(low * np.exp(u * edge) + _EDGE), low, high).astype(np.int64)

    def _position(self, x: np.ndarray, low: float, high: float) -> np.ndarray:
        if self.scale == "linear":
            return (x - low) / (high - low)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(x > 0, np.log(x / low) / math.log(high / low), np.nan)


def column(factor: Factor, values: Iterable[Any]) -> np.ndarray:
    """Values of one factor as the column of a design table ``(n,)``: float64, int64, bool or texts."""
    plain = [factor.plain(value) for value in values]
    if factor.kind == "real":
        return np.array(plain, dtype=float)
    if factor.kind == "integer":
        return np.array(plain, dtype=np.int64)
    return _array(plain)


def _slices(u: np.ndarray, count: int) -> np.ndarray:
    return np.minimum(np.floor(u * count + _EDGE).astype(np.int64), count - 1)


def _array(values: Sequence[Any]) -> np.ndarray:
    """An array of one natural type: bool, int64, float64, or objects (texts)."""
    if values and all(isinstance(one, bool) for one in values):
        return np.array(values, dtype=bool)
    if values and all(isinstance(one, int) and not isinstance(one, bool) for one in values):
        return np.array(values, dtype=np.int64)
    if values and all(isinstance(one, int | float) and not isinstance(one, bool) for one in values):
        return np.array(values, dtype=float)
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _key(value: Any) -> Any:
    # True and 1 are equal in Python, and different values of a factor.
    return (isinstance(value, bool), value)


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))

"""Outcomes: one number a run, reduced from a weekly output.

NaN marks a week in which an output is not defined. The rule for all reductions: such weeks are left out, and the
result is NaN if no week is left, or too few for the statistic. ``final``, ``at`` and ``change`` read single weeks
and are NaN where these are. Reductions run along one world's weeks, laid out contiguously, so that a result does
not depend on the worlds beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

Array = np.ndarray
Transform = Literal["log", "log10", "change"]
TRANSFORMS: tuple[Transform, ...] = ("log", "log10", "change")


@dataclass(frozen=True)
class Outcome:
    """One outcome of a run.

    Attributes
    ----------
    name
        Column in the table of runs.
    output
        Registered weekly output; of an external model, the name in what it returns.
    reduce
        One of :data:`REDUCTIONS`.
    weeks
        First and last week of the window; nothing: all recorded weeks from week 0.
    last
        The window is the last so many recorded weeks.
    week
        Week that ``at`` reads.
    threshold
        Of ``first_week_above``, ``first_week_below`` and ``share_above``, in the unit of the transformed output.
    transform
        ``log``, ``log10`` (NaN for what is not positive) or ``change`` (difference to the week before), over all
        recorded weeks, before the window is taken.
    unit, description
        Of the result.

    """

    name: str
    output: str
    reduce: str = "value"
    weeks: tuple[int, int] | None = None
    last: int | None = None
    week: int | None = None
    threshold: float | None = None
    transform: Transform | None = None
    unit: str = "1"
    description: str = ""

    def of(self, weeks: Array, values: Array) -> Array:
        """Reduce an output ``(weeks, worlds)`` at the given week numbers ``(weeks,)`` to ``(worlds,)``.

        NaN where the outcome is not defined.
        """
        numbers = np.asarray(weeks)
        series = np.ascontiguousarray(np.asarray(values, dtype=float).T)
        inside = self._inside(numbers)
        with np.errstate(all="ignore"):
            series = np.ascontiguousarray(_transformed(series, self.transform)[:, inside])
            if series.shape[1] == 0:
                return np.full(len(series), np.nan)
            level = np.nan if self.threshold is None else float(self.threshold)
            return REDUCTIONS[self.reduce].of(series, numbers[inside], level)

    def _inside(self, numbers: Array) -> Array:
        if self.week is not None:
            return numbers == self.week
        if self.weeks is not None:
            return (numbers >= self.weeks[0]) & (numbers <= self.weeks[1])
        recorded = numbers >= 0
        if self.last is not None and recorded.any():
            return recorded & (numbers > numbers[recorded].max() - self.last)
        return recorded


def _transformed(series: Array, transform: str | None) -> Array:
    if transform == "change":
        moved = np.full_like(series, np.nan)
        moved[:, 1:] = series[:, 1:] - series[:, :-1]
        return moved
    if transform is None:
        return series
    positive = np.where(series > 0, series, np.nan)
    return np.log(positive) if transform == "log" else np.log10(positive)


# -- reductions: (worlds, weeks), week numbers, threshold -> (worlds,) -------------------------------------------------
Of = Callable[[Array, Array, float], Array]


@dataclass(frozen=True)
class Reduction:
    """A way to make one number of a series: its function, what it says, and the unit of the result."""

    of: Of
    description: str
    unit: str | None = None
    """Unit of the result; nothing: that of the output."""
    needs: Literal["week", "threshold"] | None = None


def _count(x: Array) -> Array:
    return np.sum(~np.isnan(x), axis=-1)


def _where(condition: Array, values: Array) -> Array:
    return np.where(condition, values, np.nan)


def _sum(x: Array) -> Array:
    return _where(_count(x) > 0, np.nansum(x, axis=-1))


def _mean(x: Array) -> Array:
    return _sum(x) / _count(x)


def _deviations(x: Array) -> Array:
    return x - _mean(x)[:, None]


def _sd(x: Array) -> Array:
    squares = np.nansum(_deviations(x) ** 2, axis=-1)
    return _where(_count(x) > 1, np.sqrt(squares / np.maximum(_count(x) - 1, 1)))


def _extreme(x: Array, sign: float) -> Array:
    return _where(_count(x) > 0, sign * np.where(np.isnan(x), -np.inf, sign * x).max(axis=-1))


def _median(x: Array) -> Array:
    ordered, count = np.sort(x, axis=-1), _count(x)  # NaN go to the end
    rows = np.arange(len(x))
    low, high = (
        ordered[rows, np.maximum(count - 1, 0) // 2],
        ordered[rows, np.minimum(count // 2, x.shape[1] - 1)],
    )
    return _where(count > 0, np.where(low == high, low, (low + high) / 2.0))


def _first_week(crossed: Array, numbers: Array) -> Array:
    return _where(crossed.any(axis=-1), numbers[crossed.argmax(axis=-1)].astype(float))


def _share_above(x: Array, level: float) -> Array:
    return _where(_count(x) > 0, np.sum(x > level, axis=-1) / np.maximum(_count(x), 1))


def _kurtosis(x: Array) -> Array:
    moved = _deviations(x)
    second = np.nansum(moved**2, axis=-1) / _count(x)
    fourth = np.nansum(moved**4, axis=-1) / _count(x)
    varies = (_count(x) > 3) & (_extreme(x, 1.0) > _extreme(x, -1.0))
    return _where(varies, fourth / second**2)


def _l_kurtosis(x: Array) -> Array:
    from sim.experiments.statistics import l_kurtosis  # scipy.stats takes a second to import

    found = [l_kurtosis(world[~np.isnan(world)]) for world in x]
    return np.array([np.nan if one is None else one for one in found])


REDUCTIONS: dict[str, Reduction] = {
    "final": Reduction(lambda x, w, level: x[:, -1].copy(), "value in the last week"),
    "mean": Reduction(lambda x, w, level: _mean(x), "mean"),
    "median": Reduction(lambda x, w, level: _median(x), "median"),
    "max": Reduction(lambda x, w, level: _extreme(x, 1.0), "largest value"),
    "min": Reduction(lambda x, w, level: _extreme(x, -1.0), "smallest value"),
    "sd": Reduction(lambda x, w, level: _sd(x), "standard deviation over weeks (n - 1)"),
    "sum": Reduction(lambda x, w, level: _sum(x), "sum over weeks"),
    "range": Reduction(
        lambda x, w, level: _extreme(x, 1.0) - _extreme(x, -1.0), "largest less smallest value"
    ),
    "at": Reduction(lambda x, w, level: x[:, -1].copy(), "value", needs="week"),
    "first_week_above": Reduction(
        lambda x, w, level: _first_week(x > level, w), "first week above", "wk", "threshold"
    ),
    "first_week_below": Reduction(
        lambda x, w, level: _first_week(x < level, w), "first week below", "wk", "threshold"
    ),
    "kurtosis": Reduction(lambda x, w, level: _kurtosis(x), "kurtosis over weeks (normal: 3)", "1"),
    "l_kurtosis": Reduction(
        lambda x, w, level: _l_kurtosis(x), "L-kurtosis over weeks (normal: 0.1226)", "1"
    ),
    "share_above": Reduction(
        lambda x, w, level: _share_above(x, level), "share of weeks above", "1", "threshold"
    ),
    "change": Reduction(lambda x, w, level: x[:, -1] - x[:, 0], "last less first week"),
}
"""Reductions by name; ``first_week_above`` and ``first_week_below`` are NaN where it never happens."""

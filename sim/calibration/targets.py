"""What the calibration is held against: observed points up to the end of the fit window, with their errors.

Free mode is fitted to everything it predicts. Driven mode would add what only it can be asked, such as the reaction of
prices to dated acts: a handful of points for as many simulations again. What counts is when something was measured:
an index of an earlier model that was compiled later is in the window; a second board for the same quantity is not used.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from sim.hindcast.observable import Observable

Array = np.ndarray
#: Last day of the fit window; the second half of 2025 is for validation.
FIT_UNTIL = dt.date(2025, 6, 30)
#: Modes in the order in which their summaries stand.
MODES = ("free", "driven")
#: Observables that measure once more what another one does.
TWICE = ("arena_gap_fixed_board",)
#: What the model is allowed to be off at least, one standard deviation, by kind of observable: when a single event
#: comes, and how many of a few acts come, is luck to that extent in a world that is free to go its own way.
LEAST_DISCREPANCY = {"date": 120.0, "count": 2.0}
#: Distance at which a point is implausible (history matching), and what a point counts that a run does not define.
IMPLAUSIBLE = 3.0
#: Distance above which it does not matter how far off a point is, so that no single one decides alone.
CAP = 6.0


@dataclass(frozen=True)
class Target:
    """The points of one observable in one mode.

    Attributes
    ----------
    mode, observable
        Which run predicts it.
    rows
        Observations with ``date``, ``value``, ``sd`` and ``since``.
    discrepancy
        What the model itself is allowed to be off, one standard deviation.

    """

    mode: str
    observable: str
    unit: str
    rows: pd.DataFrame
    discrepancy: float

    @property
    def names(self) -> list[str]:
        """Names of the points."""
        dates = [f"{date:%Y-%m-%d}" for date in self.rows["date"]]
        seen: dict[str, int] = {}
        found = []
        for date in dates:
            seen[date] = seen.get(date, 0) + 1
            found.append(
                f"{self.mode}/{self.observable}/{date}" + (f"#{seen[date]}" if seen[date] > 1 else "")
            )
        return found

    @property
    def sd(self) -> Array:
        """Standard deviation of observed minus predicted: error of observation and discrepancy, ``(points,)``."""
        return np.sqrt(self.rows["sd"].to_numpy(dtype=float) ** 2 + self.discrepancy**2)

    def residuals(self, predicted: Array) -> Array:
        """Predictions ``(..., points)`` as residuals in standard deviations."""
        return (predicted - self.rows["value"].to_numpy(dtype=float)) / self.sd


def targets(
    observables: Iterable[Observable], until: dt.date = FIT_UNTIL, modes: Sequence[str] = MODES
) -> tuple[Target, ...]:
    """Choose the points that are fitted, each observable in the first mode that scores it.

    The discrepancy of an observable is as large as the error of its typical measurement: the model is granted as much
    as the instrument; dates and counts have a least one, :data:`LEAST_DISCREPANCY`.
    """
    import pandas as pd

    found: dict[str, list[Target]] = {mode: [] for mode in modes}
    for one in observables:
        mode = next((mode for mode in modes if dict(one.uses).get(mode) == "scored"), None)  # type: ignore[call-overload]
        if mode is None or one.name in TWICE:
            continue
        rows = one.observed()
        rows = rows.loc[rows["date"] <= pd.Timestamp(until), ["date", "value", "sd", "since"]]
        if len(rows):
            discrepancy = max(float(rows["sd"].median()), LEAST_DISCREPANCY.get(one.kind, 0.0))
            found[mode].append(Target(mode, one.name, one.unit, rows.reset_index(drop=True), discrepancy))
    return tuple(target for mode in modes for target in found[mode])


def point_names(chosen: Sequence[Target]) -> tuple[str, ...]:
    """Names of all points in the order of the summaries."""
    return tuple(name for target in chosen for name in target.names)


def point_weights(chosen: Sequence[Target]) -> Array:
    """Weight of each point's squared residual ``(points,)``: every observable counts once; they sum to 1."""
    sizes = [len(target.rows) for target in chosen]
    return np.concatenate([np.full(size, 1.0 / size) for size in sizes]) / len(sizes)


class Misfit:
    """Distance of residuals from zero: root of the weighted mean square, each observable counting once.

    Residuals are in standard deviations of observation and discrepancy; here they are divided by those with luck added,
    as in history matching: a run and the world differ in luck even where the factors are right. A point that a run does
    not define counts as implausible, and none counts more than the cap.

    Parameters
    ----------
    weights
        Of the points, ``(points,)``; summaries may be longer, the rest is ignored.
    luck
        Standard deviation of each residual over runs that differ in nothing but luck, ``(points,)``.

    """

    def __init__(self, weights: Array, luck: Array | None = None) -> None:
        self.weights = weights
        self.scale = np.sqrt(1.0 + np.square(np.zeros(len(weights)) if luck is None else luck))

    def counted(self, residuals: Array) -> Array:
        """Absolute residuals as they count, ``(..., points)``."""
        points = residuals[..., : len(self.weights)] / self.scale
        return np.minimum(np.where(np.isfinite(points), np.abs(points), IMPLAUSIBLE), CAP)

    def __call__(self, residuals: Array) -> float:
        """Distance of one run."""
        return float(np.sqrt(self.counted(residuals) ** 2 @ self.weights))

    def many(self, residuals: Array) -> Array:
        """Distances of many runs, ``(runs,)``."""
        return np.sqrt(self.counted(residuals) ** 2 @ self.weights)

    def implausible(self, residuals: Array) -> Array:
        """Which runs history matching rules out, ``(runs,)``: those whose third worst point is implausible.

        With some hundred points the worst ones are over the limit by luck; the second and third are customary
        (Vernon, Goldstein & Bower 2010, doi:10.1214/10-BA524).
        """
        counted = np.sort(self.counted(residuals), axis=-1)
        return counted[..., -min(3, counted.shape[-1])] > IMPLAUSIBLE

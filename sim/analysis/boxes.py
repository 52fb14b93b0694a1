"""Boxes in the space of the factors: limits, what lies inside, and which box to choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.problem import text
from sim.experiments.sweep.factors import Factor

if TYPE_CHECKING:
    import pandas as pd

#: Quasi-p value above which a limit could well be luck.
DOUBTFUL = 0.05


@dataclass(frozen=True)
class Limit:
    """What a box says about one factor.

    Attributes
    ----------
    factor, kind
        Name, and ``real``, ``integer`` or ``choice`` (labels).
    low, high
        Ends, both inside the box; those of the cases where the box does not restrict them. Nothing for labels.
    whole_low, whole_high
        Ends over all cases.
    labels, whole_labels
        Labels inside the box, and all of them; empty for numbers.
    quasi_p_low, quasi_p_high
        One-sided binomial test of whether the box holds more cases of interest than it would without this end
        (Bryant & Lempert 2010, doi:10.1016/j.techfore.2009.08.002); NaN where the end is free or not tested. Labels
        have ``quasi_p_low`` only.

    """

    factor: str
    kind: str
    low: float | None = None
    high: float | None = None
    whole_low: float | None = None
    whole_high: float | None = None
    labels: tuple[str, ...] = ()
    whole_labels: tuple[str, ...] = ()
    quasi_p_low: float = float("nan")
    quasi_p_high: float = float("nan")

    @property
    def text(self) -> str:
        """The limit in words: ``at least 0.3``, ``0.1 to 0.4``, ``strategic or none``."""
        if self.low is None or self.high is None:
            return " or ".join(self.labels)
        if self.low == self.whole_low:
            return f"at most {self.high:.4g}"
        if self.high == self.whole_high:
            return f"at least {self.low:.4g}"
        return f"{self.low:.4g} to {self.high:.4g}"

    @property
    def doubtful(self) -> bool:
        """Whether some end of it could well be luck."""
        return any(p > DOUBTFUL for p in (self.quasi_p_low, self.quasi_p_high) if p == p)

    def holds(self, values: pd.Series) -> np.ndarray:
        """Whether values of the factor ``(n,)`` lie inside."""
        if self.low is None or self.high is None:
            return np.array(values.isin(self.labels), dtype=bool)
        numbers = values.to_numpy(dtype=float)
        return np.asarray((numbers >= self.low) & (numbers <= self.high))


@dataclass(frozen=True)
class Box:
    """A box: limits on some factors, the others free.

    Attributes
    ----------
    method, number
        ``prim`` or ``cart``, and the number on the peeling trajectory or of the leaf.
    coverage
        Share of the cases of interest that are inside.
    density
        Share of the cases inside that are of interest.
    mass
        Share of all cases inside.
    cases, of_interest
        Numbers of cases inside.
    limits
        One for each restricted factor.
    inside
        Whether each case is inside ``(cases,)``.

    """

    method: str
    number: int
    coverage: float
    density: float
    mass: float
    cases: int
    of_interest: int
    limits: tuple[Limit, ...]
    inside: np.ndarray

    @property
    def table(self) -> pd.DataFrame:
        """One row a limit, index ``factor``; labels joined by ``|``."""
        import pandas as pd

        columns = ("low", "high", "whole_low", "whole_high", "quasi_p_low", "quasi_p_high")
        lines = [
            [
                one.kind,
                *(getattr(one, name) for name in columns),
                "|".join(one.labels),
                "|".join(one.whole_labels),
            ]
            for one in self.limits
        ]
        index = pd.Index([one.factor for one in self.limits], name="factor")
        table = pd.DataFrame(lines, index=index, columns=["kind", *columns, "labels", "whole_labels"])
        return table.astype(dict.fromkeys(columns, float))

    @property
    def text(self) -> str:
        """The limits in a line."""
        return "; ".join(f"{one.factor} {one.text}" for one in self.limits) or "no limits"


def make_box(
    method: str, number: int, limits: Sequence[Limit], frame: pd.DataFrame, wanted: np.ndarray
) -> Box:
    """Count what lies inside some limits; ``frame`` holds the factors of all cases, ``wanted`` those of interest."""
    inside = np.ones(len(frame), dtype=bool)
    for limit in limits:
        inside &= limit.holds(frame[limit.factor])
    cases, hits = int(inside.sum()), int((inside & wanted).sum())
    return Box(
        method,
        number,
        hits / max(int(wanted.sum()), 1),
        hits / cases if cases else float("nan"),
        cases / len(frame),
        cases,
        hits,
        tuple(limits),
        inside,
    )


def choose(
    coverage: np.ndarray, density: np.ndarray, restricted: np.ndarray, density_min: float
) -> tuple[int, str]:
    """Place of the box to choose, and the rule in words.

    Among boxes of the density asked for the one with the highest coverage (then the fewest restricted factors); if no
    box is so dense, the one with the highest F1, the harmonic mean of density and coverage.
    """
    dense = np.flatnonzero(density >= density_min)
    if len(dense):
        order = sorted(dense, key=lambda k: (-coverage[k], restricted[k], -density[k]))
        return int(order[0]), f"highest coverage among boxes with density of at least {density_min:g}"
    both = coverage + density
    f1 = np.divide(2.0 * coverage * density, both, out=np.zeros_like(both), where=both > 0)
    order = sorted(np.arange(len(f1)), key=lambda k: (-f1[k], restricted[k]))
    return int(order[0]), f"highest F1 of density and coverage: no box has a density of {density_min:g}"


def frame_of(cases: pd.DataFrame, factors: Sequence[Factor]) -> pd.DataFrame:
    """Factors of the cases in the types that PRIM and CART tell apart; those that do not vary are left out.

    Reals and lists of numbers are floats, whole numbers integers, all else labels (texts).
    """
    import pandas as pd

    columns = {}
    for factor in factors:
        column = cases[factor.name]
        if factor.numeric:
            whole = factor.kind == "integer"
            made = pd.Series(column.to_numpy(dtype=float), index=cases.index)
            made = made.astype("int64") if whole and bool((made == made.round()).all()) else made
        else:
            made = pd.Series([text(value) for value in column], index=cases.index, dtype=object)
        if made.nunique() > 1:
            columns[factor.name] = made
    return pd.DataFrame(columns, index=cases.index)


def numeric_limit(factor: str, column: Any, low: float, high: float, quasi_p: Sequence[float] = ()) -> Limit:
    """Limit on a column of numbers; the ends of whole numbers are drawn in to the numbers that occur."""
    numbers = column.to_numpy()
    whole_low, whole_high = float(numbers.min()), float(numbers.max())
    is_whole = numbers.dtype.kind in "iu"
    if is_whole:
        low, high = float(np.ceil(low)), float(np.floor(high))
    return Limit(
        factor,
        "integer" if is_whole else "real",
        max(float(low), whole_low),
        min(float(high), whole_high),
        whole_low,
        whole_high,
        quasi_p_low=_tested(quasi_p, 0),
        quasi_p_high=_tested(quasi_p, 1),
    )


def label_limit(
    factor: str, labels: Sequence[str], whole: Sequence[str], quasi_p: Sequence[float] = ()
) -> Limit:
    """Limit on a column of labels, in the order of ``whole``."""
    kept = tuple(label for label in whole if label in set(labels))
    return Limit(factor, "choice", labels=kept, whole_labels=tuple(whole), quasi_p_low=_tested(quasi_p, 0))


def labels_in(column: pd.Series, factor: Factor) -> list[str]:
    """Labels of a column, in the order of the sweep."""
    order = {text(value): place for place, value in enumerate(factor.values or ())}
    return sorted(column.unique(), key=lambda label: (order.get(label, len(order)), label))


def _tested(quasi_p: Sequence[float], place: int) -> float:
    """A quasi-p value; EMA Workbench writes -1 for an end that is free."""
    value = float(quasi_p[place]) if len(quasi_p) > place else -1.0
    return value if value >= 0 else float("nan")

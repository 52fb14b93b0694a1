"""What an observable is: a quantity that was measured, and how the same quantity is read from a run."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from sim.evidence import load
from sim.hindcast.reading import Reading

if TYPE_CHECKING:
    import datetime as dt

    from sim.recording.run import Run

Mode = Literal["driven", "free"]
#: ``scored``; ``input``: the scenario of this mode sets the quantity, so that agreement means nothing;
#: ``shown``: drawn, but not scored, for the reason that the description gives.
Use = Literal["scored", "input", "shown"]
#: ``series``: a quantity through time; ``size``: how large one reaction was; ``date``: when something happened,
#: in days after the start of the hindcast; ``count``: how many acts up to a date.
Kind = Literal["series", "size", "date", "count"]
Group = Literal["capability", "compute", "markets", "controls", "adoption"]

#: Columns of a table of observations. ``since`` is the day from which growth counts, where growth is measured.
OBSERVED = (
    "date",
    "value",
    "sd",
    "confidence",
    "source_title",
    "source_url",
    "note",
    "later_vintage",
    "since",
)

#: What stands in columns that a table of evidence has not.
ABSENT: dict[str, Any] = {"later_vintage": False, "since": pd.NaT}

#: Takes the run and the rows asked for (``date`` and, where growth is measured, ``since``).
Predict = Callable[[Reading, pd.DataFrame], np.ndarray]


@dataclass(frozen=True)
class Observable:
    """A quantity that was measured and that the model has too.

    Attributes
    ----------
    name, unit, description, group, kind
        What it is.
    uses
        What it counts for in each mode.
    tables
        Tables of evidence that the observations come from.
    error_model
        Where the standard deviations come from, in words.

    """

    name: str
    unit: str
    description: str
    group: Group
    uses: Mapping[Mode, Use]
    tables: tuple[str, ...]
    error_model: str
    observe: Callable[[], pd.DataFrame] = field(repr=False)
    read: Predict = field(repr=False)
    kind: Kind = "series"

    def observed(self) -> pd.DataFrame:
        """Return the observations, ordered by date, with the columns :data:`OBSERVED`.

        ``sd`` is the error of observation, a stated judgement; ``later_vintage`` marks values that were
        printed after 2025 or on a later board, which a forecast made at the time could not have used.
        """
        return self._observed.copy()

    @functools.cached_property
    def _observed(self) -> pd.DataFrame:
        table = self.observe()
        for column in OBSERVED:
            if column not in table.columns:
                table[column] = ABSENT.get(column, "")
        table = table[list(OBSERVED)].dropna(subset=["date", "value", "sd"])
        table["later_vintage"] = table["later_vintage"].astype(bool)
        table["since"] = pd.to_datetime(table["since"])
        return table.sort_values("date", kind="stable", ignore_index=True)

    def predict(
        self, run: Run | Reading, rows: pd.DataFrame | np.ndarray | None = None, until: dt.date | None = None
    ) -> np.ndarray:
        """Return the model's value without error of observation, ``(replicates, rows)``; NaN where undefined.

        Parameters
        ----------
        run
            A run, or its reading, which several observables can share.
        rows
            Days, or a table with a column ``date`` and, where growth is measured, ``since``; default: the
            observations.
        until
            Last day of the evidence that a conversion between scales may use; default: the fit window.

        """
        if rows is None:
            rows = self.observed()
        table = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame({"date": pd.to_datetime(rows)})
        if "since" not in table.columns:
            table = table.assign(since=self._since())
        reading = run if isinstance(run, Reading) else Reading(run)
        if not len(table):
            return np.empty((reading.replicates, 0))
        with reading.evidence_until(until):
            values = self.read(reading, table.reset_index(drop=True))
        return np.broadcast_to(np.asarray(values, dtype=float), (reading.replicates, len(table))).copy()

    def _since(self) -> Any:
        """Day from which growth counts when a caller names none: that of the first observation."""
        since = self.observed()["since"].dropna()
        return since.min() if len(since) else pd.NaT


def rows_of(table: str, **wanted: str | tuple[str, ...]) -> pd.DataFrame:
    """Return rows of a table of evidence whose columns have one of the values wanted."""
    found = load(table)
    for column, values in wanted.items():
        found = found[found[column].isin([values] if isinstance(values, str) else list(values))]
    return found.reset_index(drop=True)


def described(
    rows: pd.DataFrame,
    value: pd.Series | np.ndarray | list[float],
    sd: pd.Series | np.ndarray | list[float],
) -> pd.DataFrame:
    """Return rows of evidence as observations: value and error beside where they come from."""
    table = rows.assign(value=np.asarray(value, dtype=float), sd=np.asarray(sd, dtype=float))
    return table[[column for column in OBSERVED if column in table.columns]].copy()


SCORED: dict[Mode, Use] = {"driven": "scored", "free": "scored"}
INPUT_WHEN_DRIVEN: dict[Mode, Use] = {"driven": "input", "free": "scored"}
ONLY_DRIVEN: dict[Mode, Use] = {"driven": "scored", "free": "shown"}
SHOWN: dict[Mode, Use] = {"driven": "shown", "free": "shown"}

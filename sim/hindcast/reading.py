"""Reading a run: the series and events that observables are made of, ready as arrays.

Arrays are ``(replicates, weeks)`` over the recorded weeks; with ``run.record_burn_in``, as in the hindcast's
scenarios, weeks before the start are among them, so that a lag can reach back behind the start.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.evidence.scale import LAST_FITTED
from sim.mechanisms.benchmarks import capability_from_score

if TYPE_CHECKING:
    from sim.recording.run import Run

EVENTS = ("benchmark_release", "control_act", "model_release", "round", "score", "truce")
COLUMNS = ["replicate", "week", "type", "source", "target", "value", "effect"]


class Reading:
    """A run, as observables read it."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.weeks = np.asarray(run.weeks)
        self.replicates = run.replicates
        self.first_day = np.datetime64(run.scenario.run.start_date)
        self.conversions_until: dt.date = LAST_FITTED

    @contextlib.contextmanager
    def evidence_until(self, until: dt.date | None) -> Iterator[None]:
        """Let conversions between scales use the evidence until a day only; None for the fit window."""
        before = self.conversions_until
        self.conversions_until = LAST_FITTED if until is None else min(until, LAST_FITTED)
        try:
            yield
        finally:
            self.conversions_until = before

    # -- time ----------------------------------------------------------------------------------------------

    def week_of(self, days: Any) -> np.ndarray:
        """Return the week of each day, counted from recorded week 0."""
        passed = pd.DatetimeIndex(days).to_numpy().astype("datetime64[D]") - self.first_day
        return np.floor(passed / np.timedelta64(7, "D")).astype(int)

    def column_of(self, weeks: np.ndarray) -> np.ndarray:
        """Return the column of each week in the arrays; -1 where it was not recorded."""
        columns = np.asarray(weeks) - self.weeks[0]
        return np.where((columns >= 0) & (columns < len(self.weeks)), columns, -1)

    def pick(self, values: np.ndarray, weeks: np.ndarray) -> np.ndarray:
        """Return the values of an array ``(replicates, weeks)`` in some weeks; NaN where not recorded."""
        columns = self.column_of(weeks)
        return np.where(columns >= 0, values[:, np.maximum(columns, 0)], np.nan)

    def pick_own(self, values: np.ndarray, weeks: np.ndarray) -> np.ndarray:
        """Return the value in one week of each replicate's own, ``(replicates,)``; NaN where not recorded."""
        known = np.isfinite(weeks)
        columns = self.column_of(np.where(known, weeks, self.weeks[0] - 1).astype(int))
        picked = values[np.arange(len(values)), np.maximum(columns, 0)]
        return np.where(columns >= 0, picked, np.nan)

    def at(self, values: np.ndarray, days: Any) -> np.ndarray:
        """Return the values of an array in the weeks of some days; NaN where not recorded."""
        return self.pick(values, self.week_of(days))

    # -- series --------------------------------------------------------------------------------------------

    def series(self, name: str) -> np.ndarray:
        """Return an output of the run."""
        return self.run.array(name)

    @cached_property
    def start(self) -> np.ndarray:
        """Best released capability when recorded week 0 begins, ``(replicates, 1)``: zero of the evidence's scale."""
        best = np.fmax(self.series("released_capability_us_best"), self.series("released_capability_cn_best"))
        return best[:, [max(int(self.column_of(np.array([-1]))[0]), 0)]]

    @cached_property
    def log_index(self) -> np.ndarray:
        """Logarithm of the listed chip index."""
        return np.log(self.series("listed_index"))

    # -- events --------------------------------------------------------------------------------------------

    @cached_property
    def events(self) -> pd.DataFrame:
        """Events that observables use, with the column of their week."""
        import pyarrow.compute as pc

        table = self.run.tables["events"]
        kept = table.filter(pc.is_in(table["type"], value_set=_texts(EVENTS))).select(COLUMNS)
        for name in ("type", "source", "target"):
            # Few different texts in many rows: as categories they are compared as numbers.
            kept = kept.set_column(COLUMNS.index(name), name, kept[name].dictionary_encode())
        frame = kept.to_pandas()
        return frame.assign(column=self.column_of(frame["week"].to_numpy()))

    @cached_property
    def claim_weeks(self) -> dict[int, np.ndarray]:
        """Weeks of the claims of each replicate."""
        import pyarrow.compute as pc

        table = self.run.tables["events"]
        claims = table.filter(pc.equal(table["type"], "claim")).select(["replicate", "week"]).to_pandas()
        return {int(str(key)): held["week"].to_numpy() for key, held in claims.groupby("replicate")}

    def events_of(self, *kinds: str) -> pd.DataFrame:
        """Return the events of some kinds."""
        return self.events[self.events["type"].isin(kinds)]

    def stepped(self, events: pd.DataFrame, running_best: bool = False) -> np.ndarray:
        """Return the last value (or the best so far) of some events, week by week; NaN before the first."""
        values = np.full((self.replicates, len(self.weeks)), -np.inf)
        columns, rows = events["column"].to_numpy(), events["replicate"].to_numpy()
        if running_best:
            np.maximum.at(values, (rows, columns), events["value"].to_numpy(dtype=float))
            best = np.maximum.accumulate(values, axis=1)
            return np.where(np.isfinite(best), best, np.nan)
        values[rows, columns] = events["value"].to_numpy(dtype=float)
        seen = np.where(np.isfinite(values), np.arange(values.shape[1]), -1)
        last = np.maximum.accumulate(seen, axis=1)
        return np.where(last >= 0, np.take_along_axis(values, np.maximum(last, 0), axis=1), np.nan)

    # -- labs ----------------------------------------------------------------------------------------------

    def labs(self, *, bloc: str | None = None, openness: str | None = None) -> list[str]:
        """Return the names of the labs of a bloc, of an openness, or both."""
        return [
            name
            for name, lab in self.run.scenario.labs.items()
            if lab.enabled and bloc in (None, lab.bloc) and openness in (None, lab.openness)
        ]

    def best_score(self, benchmark: str, labs: list[str]) -> np.ndarray:
        """Return the best score on a set that any model of some labs has had so far, as a leaderboard shows it."""
        found = self.events_of("score")
        found = found[(found["target"] == benchmark) & found["source"].isin(labs)]
        return self.stepped(found, running_best=True)

    def best_scored_capability(self, benchmark: str, labs: list[str]) -> np.ndarray:
        """Return the capability that the best score on a set speaks for, OOM; NaN without such a set."""
        facts = self.benchmark(benchmark)
        if facts is None:
            return np.full((self.replicates, len(self.weeks)), np.nan)
        difficulty, discrimination, floor = facts
        score = self.best_score(benchmark, labs)
        return np.where(
            np.isfinite(score),
            capability_from_score(np.nan_to_num(score), difficulty, discrimination, floor),
            np.nan,
        )

    def benchmark(self, name: str) -> tuple[np.ndarray, float, float] | None:
        """Return difficulty ``(replicates, 1)``, discrimination and chance floor of a dated set; None without it."""
        dated = [
            event
            for event in self.run.scenario.events
            if event.type == "benchmark_release" and event.benchmark == name
        ]
        released = self.events_of("benchmark_release")
        released = released[released["target"] == name]
        if not dated or released["replicate"].nunique() < self.replicates:
            return None
        difficulty = released.drop_duplicates("replicate").set_index("replicate")["value"].sort_index()
        return (
            difficulty.to_numpy(dtype=float)[:, None],
            float(dated[0].discrimination),
            float(dated[0].chance_floor),
        )

    def log_value(self, lab: str) -> np.ndarray:
        """Return the logarithm of a lab's valuation, week by week.

        Values of single labs are in the record where they raised money. Between its rounds a lab is taken to
        move with the total of its bloc; what it gained or lost against that from one round to the next is
        spread evenly between them.
        """
        bloc = self.run.scenario.labs[lab].bloc
        total = np.log(self.series(f"valuation_{bloc}_labs"))
        rounds = self.events_of("round")
        rounds = rounds[rounds["source"] == lab]
        values = np.full(total.shape, np.nan)
        where = np.arange(total.shape[1])
        replicates = rounds["replicate"].to_numpy(dtype=int)
        columns, marks = rounds["column"].to_numpy(dtype=int), rounds["value"].to_numpy(dtype=float)
        for replicate in np.unique(replicates).tolist():
            mine = replicates == replicate
            against = np.log(marks[mine]) - total[replicate, columns[mine]]
            values[replicate] = total[replicate] + np.interp(where, columns[mine], against)
        return values


def _texts(values: tuple[str, ...]) -> Any:
    import pyarrow as pa

    return pa.array(values, type=pa.string())

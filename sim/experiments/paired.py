"""Paired comparison: two scenarios under the same luck, and what differs between them.

Replicate k of both scenarios has the same seed, and draws are keyed by what they decide (see
``sim.randomness``), so that the difference of a pair holds what the scenarios make, and as little as
possible of what luck makes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiments.runner import Progress, run, with_weeks
from sim.scenario import Scenario, load_scenario

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from sim.recording.run import Run

#: Weeks at the end of a run whose mean is the outcome, where nothing else is asked for.
WINDOW = 26
FORMAT = "parity-comparison/1"
Figure = Any


@dataclass(frozen=True, slots=True)
class Difference:
    """B minus A in one outcome, over the pairs; NaN where a number is not defined."""

    output: str
    unit: str
    pairs: int
    mean_a: float
    mean_b: float
    difference: float
    low: float
    """Lower end of the 95 % interval of the mean difference (Student's t)."""
    high: float
    standardised: float
    """Mean difference over the pooled standard deviation of the outcome between replicates."""
    variance_ratio: float
    """Variance of the mean difference without pairing over that with pairing; NaN if pairs do not vary."""

    @property
    def clear(self) -> bool:
        """Whether the interval leaves zero out."""
        return bool(self.low > 0 or self.high < 0)


class Comparison:
    """Two runs under the same luck.

    Attributes
    ----------
    a, b
        The runs, with equal seeds and weeks.
    window
        Weeks that an outcome is the mean of, first and last.
    rows
        One :class:`Difference` for each output.

    """

    def __init__(self, a: Run, b: Run, window: int | None = None, at_week: int | None = None) -> None:
        if a.seeds != b.seeds:
            raise ValueError("the runs have different seeds")
        if not np.array_equal(a.weeks, b.weeks):
            raise ValueError("the runs have different weeks")
        if a.replicates < 2:
            raise ValueError("a comparison needs at least 2 replicates")
        self.a, self.b = a, b
        self.outputs = [name for name in a.outputs if name in b.outputs]
        self.window = _window(a.weeks, window, at_week)
        self.rows = [self._row(name) for name in self.outputs]

    def __repr__(self) -> str:
        return f"<Comparison of {self.names[0]!r} and {self.names[1]!r}, {self.a.replicates} pairs>"

    @property
    def names(self) -> tuple[str, str]:
        """Names of the scenarios, marked if they are the same."""
        a, b = self.a.scenario.name, self.b.scenario.name
        return (a, b) if a != b else (f"{a} (A)", f"{b} (B)")

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row an output: means, paired difference with interval, standardised size, gain from pairing."""
        import pandas as pd

        return pd.DataFrame([astuple(row) for row in self.rows], columns=_columns()).set_index("output")

    @cached_property
    def differences(self) -> pd.DataFrame:
        """B minus A by pair and week: ``replicate, seed, week, date``, then every output."""
        return self.difference_table().to_pandas()

    def difference_table(self) -> pa.Table:
        """The same as an Arrow table."""
        import pyarrow as pa

        from sim.recording import tables

        series = self.a.tables["series"]
        columns = {name: series.column(name) for name in tables.KEYS}
        columns |= {name: tables.numbers(self.path(name).ravel()) for name in self.outputs}
        return pa.table(columns)

    def path(self, output: str) -> np.ndarray:
        """B minus A ``(pairs, weeks)`` in the unit of the output; NaN where either is not defined."""
        return self.b.array(output) - self.a.array(output)

    def csv(self) -> str:
        """The table as CSV; empty where a number is not defined."""
        held = io.StringIO()
        writer = csv.writer(held, lineterminator="\n")
        writer.writerow(_columns())
        for row in self.rows:
            writer.writerow(["" if value != value else value for value in astuple(row)])
        return held.getvalue()

    def save(
        self,
        directory: str | Path,
        *,
        force: bool = False,
        figures: Mapping[str, Figure] | None = None,
        command: str | None = None,
    ) -> Path:
        """Write table, differences by week and manifest to a folder, whole or not at all; returns the folder.

        ``figures`` are image files to write besides: functions from the comparison to bytes, by file name.
        """
        from sim.recording import store

        target = Path(directory)
        images = {name: draw(self) for name, draw in (figures or {}).items()}
        with store.folder(target, force) as folder:
            table = self.csv().encode()
            store.write_bytes(table, folder / "comparison.csv")
            written = store.write_table(self.difference_table(), folder / "differences.parquet")
            for name, image in images.items():
                store.write_bytes(image, folder / name)
            facts = {
                "sha256": store.digest(folder / "comparison.csv"),
                "bytes": len(table),
                "rows": len(self.rows),
            }
            manifest = self.manifest() | {"tables": {"comparison.csv": facts, "differences.parquet": written}}
            if command is not None:
                manifest["command"] = command
            store.write_json(manifest, folder / store.MANIFEST)
        return target

    def manifest(self) -> dict[str, Any]:
        """All that is needed to make the comparison again."""
        a, b = self.a.manifest, self.b.manifest
        keys = ("name", "scenario_sha256", "wall_seconds", "notes", "scenario")
        first, last = self.window
        return {
            "format": FORMAT,
            "seeds": a["seeds"],
            "weeks": a["weeks"],
            "outcome": f"mean over weeks {first} to {last}" if first != last else f"value in week {first}",
            "versions": a["versions"],
            "outputs": a["outputs"],
            "conventions": a["conventions"]
            | {
                "difference": "B minus A, pair by pair: replicate k of both has seed seeds[k]",
                "interval": "95 %, Student's t over the pairs; for one output at a time",
                "standardised": "mean difference over the pooled standard deviation between replicates",
                "variance_ratio": "(var A + var B) / var (B - A); empty where the difference does not vary",
            },
            "a": {key: a[key] for key in keys},
            "b": {key: b[key] for key in keys},
        }

    def _row(self, output: str) -> Difference:
        columns = np.isin(self.a.weeks, np.arange(self.window[0], self.window[1] + 1))
        a = self.a.array(output)[:, columns].mean(axis=1)
        b = self.b.array(output)[:, columns].mean(axis=1)
        unit = str(self.a.manifest["outputs"][output]["unit"])
        return paired_difference(output, unit, a, b)


def compare(
    a: Scenario | str | Path,
    b: Scenario | str | Path,
    replicates: int = 30,
    seed: int = 0,
    *,
    weeks: int | None = None,
    window: int | None = None,
    at_week: int | None = None,
    workers: int = 1,
    batch: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Run two scenarios under the same luck and return what differs, B minus A.

    Parameters
    ----------
    a, b
        Scenarios, paths of scenario files, or names of shipped scenarios.
    replicates
        Pairs, at least 2; pair k has seed ``seed + k``.
    seed
        Seed of pair 0.
    weeks
        Recorded weeks; by default those of the shorter scenario.
    window
        Weeks at the end whose mean is the outcome; 26 by default.
    at_week
        One week that is the outcome, in place of the window.
    workers, batch, progress
        As in :func:`sim.run`.

    """
    pair = [each if isinstance(each, Scenario) else load_scenario(each) for each in (a, b)]
    if replicates < 2:
        raise ValueError(f"replicates = {replicates}: a comparison needs at least 2")
    length = min(each.run.weeks for each in pair) if weeks is None else weeks
    first = max(-each.run.burn_in if each.run.record_burn_in else 0 for each in pair)
    _window(np.arange(first, length), window, at_week)
    runs = []
    efforts = [each.run.burn_in + length for each in pair]
    for place, each in enumerate(pair):
        notes: list[str] = []
        if length != each.run.weeks:
            each, notes = with_weeks(each, length)
        if each.run.record_burn_in and not all(other.run.record_burn_in for other in pair):
            each = each.with_changes({"run.record_burn_in": False})
        before = sum(efforts[:place]) * replicates
        report = _shifted(progress, before, sum(efforts) * replicates)
        done = run(each, seed, replicates, workers=workers, batch=batch, log_events=False, progress=report)
        done.manifest["notes"] = [*notes, *done.notes]
        runs.append(done)
    return Comparison(runs[0], runs[1], window=window, at_week=at_week)


def paired_difference(output: str, unit: str, a: np.ndarray, b: np.ndarray) -> Difference:
    """Compare two outcomes ``(pairs,)`` pair by pair; pairs in which either is not defined are left out."""
    from scipy.special import stdtrit

    held = np.isfinite(a) & np.isfinite(b)
    a, b, n = a[held], b[held], int(held.sum())
    nan = float("nan")
    if n == 0:
        return Difference(output, unit, 0, nan, nan, nan, nan, nan, nan, nan)
    d = b - a
    mean = float(d.mean())
    if n == 1:
        return Difference(output, unit, 1, float(a.mean()), float(b.mean()), mean, nan, nan, nan, nan)
    apart = float(a.var(ddof=1) + b.var(ddof=1))
    paired = float(d.var(ddof=1))
    half = float(stdtrit(n - 1, 0.975)) * np.sqrt(paired / n)
    return Difference(
        output,
        unit,
        n,
        float(a.mean()),
        float(b.mean()),
        mean,
        mean - half,
        mean + half,
        mean / np.sqrt(apart / 2.0) if apart > 0 else nan,
        apart / paired if paired > 0 else nan,
    )


def _columns() -> list[str]:
    return [field.name for field in fields(Difference)]


def _window(weeks: np.ndarray, window: int | None, at_week: int | None) -> tuple[int, int]:
    """First and last week of the outcome."""
    first, last = int(weeks[0]), int(weeks[-1])
    if at_week is not None:
        if window is not None:
            raise ValueError("give window or at_week, not both")
        if not first <= at_week <= last:
            raise ValueError(f"at_week = {at_week}: {first} to {last}, the recorded weeks")
        return at_week, at_week
    if window is None:
        return max(first, last + 1 - WINDOW), last
    if not 1 <= window <= len(weeks):
        raise ValueError(f"window = {window}: 1 to {len(weeks)}, the recorded weeks")
    return last + 1 - window, last


def _shifted(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Return progress of one of two runs as progress of both."""
    if progress is None:
        return None
    told = progress

    def report(done: int, _total: int) -> None:
        told(before + done, total)

    return report

"""An opened sweep as the explorer reads it: tables, names, units, samples, what failed, how to go on."""

from __future__ import annotations

import io
import shlex
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import sim
from sim.experiments.sweep.identity import differences, identity_of
from sim.recording.store import StoreError
from sim.report.labels import Label, Labels
from viz.exploring.kept import SWEEPS, digest_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.sweep.dataset import SweepData
    from sim.experiments.sweep.factors import Factor

#: Most points or lines that are sent to the browser.
MOST_DRAWN = 3_000
#: Most rows that a table in the page shows; downloads have all of them.
SHOWN_ROWS = 100


class Empty(ValueError):
    """There is nothing to explore yet; the message can be shown, and the command helps."""

    def __init__(self, message: str, command: str = "") -> None:
        super().__init__(message)
        self.command = command


@dataclass(frozen=True)
class Explored:
    """One sweep.

    Attributes
    ----------
    name
        Its name in page and address.
    data
        Its data.
    command_path
        Its folder for commands.
    digest
        What its folder held when it was read; what is computed from it is kept under this.
    changed
        What differs between the code and libraries that made it and those of this server; nothing if they are the same.

    """

    name: str
    data: SweepData
    command_path: str
    digest: str = ""
    changed: tuple[str, ...] = ()

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run of the design; the runs of the base scenario are left out."""
        runs = self.data.runs
        return runs[runs["row"] >= 0].reset_index(drop=True)

    @cached_property
    def labels(self) -> Labels:
        """What factors and outcomes are called."""
        sweep = self.data.sweep
        return Labels.of(sweep.factors, sweep.outcomes, sweep.base_scenario)

    @property
    def outcomes(self) -> list[str]:
        """Names of the outcomes."""
        return list(self.data.outcomes)

    @cached_property
    def factors(self) -> dict[str, Factor]:
        """Factors by name."""
        return {factor.name: factor for factor in self.data.factors}

    def label(self, name: str) -> Label:
        """Label of a factor or an outcome."""
        return self.labels.factor(name) if name in self.factors else self.labels.outcome(name)

    def numeric(self, name: str) -> bool:
        """Whether a column holds numbers (outcomes do)."""
        return name not in self.factors or self.factors[name].numeric

    def log(self, name: str) -> bool:
        """Whether an axis of the column is logarithmic."""
        return name in self.factors and self.factors[name].scale == "log"

    def levels(self, name: str) -> list[str]:
        """Labels of a factor without numbers, in the order of the sweep."""
        return [written(value) for value in self.factors[name].values or ()]

    def sample(self, most: int = MOST_DRAWN) -> np.ndarray:
        """Places in :attr:`runs` that are drawn ``(n,)``, in order: all, or a sample that is the same each time."""
        count = len(self.runs)
        if count <= most:
            return np.arange(count)
        return np.sort(np.random.default_rng(0).choice(count, most, replace=False))

    def place(self, row: int, replicate: int) -> int | None:
        """Place of a run in :attr:`runs`, or nothing if it is not there."""
        found = np.flatnonzero((self.runs["row"] == row) & (self.runs["replicate"] == replicate))
        return int(found[0]) if len(found) else None

    @property
    def summary(self) -> str:
        """Runs, design and state in a sentence."""
        sweep = self.data.sweep
        planned, here = sweep.rows * sweep.replicates, len(self.runs)
        head = f"{here:,} runs" if here == planned else f"{here:,} of {planned:,} runs"
        return (
            f"{head}: {_some(sweep.rows, 'design row')} ({sweep.design.kind}), "
            f"{_some(sweep.replicates, 'replicate')} each; {_some(len(self.factors), 'factor')}, "
            f"{_some(len(self.outcomes), 'outcome')}."
        )

    @property
    def waiting(self) -> int:
        """Runs that have neither outcomes nor a failure yet."""
        sweep = self.data.sweep
        failed = int((self.data.failures["row"] >= 0).sum())
        return max(sweep.rows * sweep.replicates - len(self.runs) - failed, 0)

    @property
    def command(self) -> str:
        """The command that makes the sweep again, or what is missing of it."""
        return shlex.join(["parity", "sweep", f"{self.command_path}/sweep.toml", "--out", self.command_path])

    @property
    def retry_command(self) -> str:
        """The command that tries again what failed."""
        return f"{self.command} --retry-failures"

    def failed_runs(self) -> list[dict[str, str]]:
        """Kinds of failures, the most common first: how many, what the first said, and which it was."""
        lines = []
        failures = self.data.failures
        for kind, group in failures[failures["row"] >= 0].groupby("kind", sort=False):
            first = group.iloc[0]
            where = f"row {int(first['row'])}, replicate {int(first['replicate'])}"
            lines.append((len(group), str(kind), str(first["error"]).splitlines()[0], where))
        return [
            {"runs": f"{count:,}", "kind": kind, "the first says": error, "it was": where}
            for count, kind, error, where in sorted(lines, reverse=True)
        ]


def open_sweep(name: str, folder: Path, command_path: str) -> Explored:
    """Read a sweep, or return it as it was read before if nothing in its folder has changed since.

    Raises
    ------
    Empty
        If there are no runs, factors or outcomes yet.
    sim.recording.store.StoreError
        If the directory cannot be read.

    """
    try:
        digest = digest_of(folder)
        found: Explored = SWEEPS.made(
            (digest, name, command_path), lambda: _read(name, folder, command_path, digest)
        )
    except StoreError as error:
        # The page names no path of the server.
        raise StoreError(str(error).replace(str(folder), name)) from None
    except OSError as error:
        # pyarrow's errors for a file that is no table are of this kind too.
        raise StoreError(f"a file of {name} cannot be read: {str(error).splitlines()[0]}") from None
    if not found.factors or not found.outcomes:
        raise Empty("This sweep has no factors or no outcomes to draw.")
    if not len(found.runs):
        raise _nothing(found)
    return found


def _read(name: str, folder: Path, command_path: str, digest: str) -> Explored:
    import pyarrow

    data = sim.load_data(folder)
    held = data.manifest
    changed = differences(
        held.get("identity", {}), identity_of(data.sweep), held.get("sweep", {}), data.sweep.source
    )
    found = Explored(name, data, command_path, digest, tuple(changed))
    try:
        # Read now, in the thread that reads, and not when the page is drawn.
        _ = (found.runs, found.data.failures)
    except pyarrow.ArrowException as error:
        raise StoreError(f"a table of {name} cannot be read: {str(error).splitlines()[0]}") from None
    return found


def _nothing(found: Explored) -> Empty:
    """Why there is no run, and what to do."""
    failed = found.failed_runs()
    if not failed:
        return Empty("This sweep has no finished runs yet. This starts it or goes on with it:", found.command)
    count, first = sum(int(line["runs"].replace(",", "")) for line in failed), failed[0]
    return Empty(
        f"No run of this sweep has outcomes: {count:,} failed ({first['kind']}: {first['the first says']}). "
        "This tries them again:",
        found.retry_command,
    )


def _some(count: int, thing: str) -> str:
    """A number of things."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def written(value: Any) -> str:
    """A value of a factor as in a file."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def csv_bytes(table: pd.DataFrame) -> bytes:
    """A table as CSV, empty where a number is not defined."""
    return table.to_csv(index=False, lineterminator="\n").encode()


def parquet_bytes(table: pd.DataFrame) -> bytes:
    """A table as Parquet."""
    held = io.BytesIO()
    table.to_parquet(held, index=False)
    return held.getvalue()

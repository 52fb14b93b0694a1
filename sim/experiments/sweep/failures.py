"""Failures: runs without outcomes, with the reason and a command that repeats each."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiments.sweep.columns import failures_table
from sim.experiments.sweep.shards import write_shard
from sim.recording import store

if TYPE_CHECKING:
    from sim.experiments.sweep.evaluation import Failure
    from sim.experiments.sweep.plan import Plan

FAILURES = "failures.parquet"
#: The file is written again when so large a part of it is new; runs whose failure is lost are made again.
_PART_NEW = 0.05


class Failures:
    """Failed runs of a sweep, kept in one small file that is replaced as a whole.

    Parameters
    ----------
    directory
        Directory of the sweep.
    plan
        Its runs.
    command
        Start of the command that repeats a run: ``parity sweep FILE``, and what changes FILE.
    forget
        Leave out what is in the file: the runs are tried again.

    """

    def __init__(self, directory: Path, plan: Plan, command: str, forget: bool = False) -> None:
        self._path, self._plan, self._command = directory / FAILURES, plan, command
        self._rows: dict[int, Mapping[str, Any]] = {}
        self._new = 0
        if self._path.exists() and not forget:
            for row in store.read_table(self._path).to_pylist():
                self._rows[int(plan.number(row["row"], row["replicate"]))] = row

    def __len__(self) -> int:
        """Number of failed runs."""
        return len(self._rows)

    @property
    def runs(self) -> np.ndarray:
        """Failed runs ``(failed,)``."""
        return np.array(sorted(self._rows), dtype=np.int64)

    @property
    def kinds(self) -> dict[str, int]:
        """Number of failed runs by kind."""
        counts: dict[str, int] = {}
        for row in self._rows.values():
            counts[row["kind"]] = counts.get(row["kind"], 0) + 1
        return counts

    def add(self, run: int, failure: Failure) -> None:
        """Note that a run failed."""
        keys = {name: int(values[0]) for name, values in self._plan.keys(np.array([run])).items()}
        again = f"{self._command} --only-row {keys['row']} --replicate {keys['replicate']}"
        self._rows[run] = keys | {
            "kind": failure.kind,
            "error": failure.error,
            "traceback": failure.traceback,
            "command": again,
        }
        self._new += 1
        if self._new >= _PART_NEW * len(self._rows):
            self.write()

    def drop(self, runs: np.ndarray) -> None:
        """Forget failures of runs that came through after all."""
        for run in runs.tolist():
            self._rows.pop(run, None)

    def write(self) -> None:
        """Write the file, ordered by row and replicate."""
        table = failures_table([self._rows[run] for run in sorted(self._rows)])
        write_shard(table, self._path)
        self._new = 0


def repeating(file: str | Path, changes: list[str] | None = None) -> str:
    """Return the start of the command that repeats a run of a sweep file with changes."""
    return shlex.join(["parity", "sweep", str(file), *(part for c in changes or [] for part in ("--set", c))])

"""Shards: the tables of a sweep on disk, a file for what came back together, canonical files when it is complete.

A shard is written under a hidden name, waited for, and renamed, so that what is there is whole. Of a shard the series
are written first and the runs last: the runs are the mark that its runs are done, and series without are dropped
when the sweep goes on. :func:`merge` lays shards together in the order of rows and replicates; it never has a moment
in which a table is in no folder, and :func:`recover` finishes or undoes what a killed process left.
"""

from __future__ import annotations

import contextlib
import errno
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from sim.experiments.sweep.columns import KEYS
from sim.recording import store
from sim.recording.store import StoreError

if TYPE_CHECKING:
    from sim.experiments.sweep.plan import Plan

#: Folders of shards, in the order in which a batch is written; the last one marks it as done.
SERIES, BASE, RUNS = "series", "base", "runs"
#: Rows of a canonical file, about: so much is in memory while shards are merged.
ROWS_IN_FILE = 1_000_000
#: Errors of a disk that is full, of a quota that is used up, of a file that may not grow.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SHARD = re.compile(r"batch-(\d+)\.parquet\Z")
_PART = re.compile(r"part-(\d+)\.parquet\Z")


class Shards:
    """The tables of a sweep in its directory.

    Parameters
    ----------
    directory
        Directory of the sweep.
    plan
        Its runs.

    """

    def __init__(self, directory: Path, plan: Plan) -> None:
        self.directory, self.plan = directory, plan
        self.schemas = {RUNS: plan.columns.runs}
        if plan.has_base:
            self.schemas[BASE] = plan.columns.runs
        if plan.columns.series:
            self.schemas[SERIES] = plan.columns.weeks
        self.count = 0
        """Runs that are done, without those of the base."""
        self._next = 0

    def prepare(self) -> np.ndarray:
        """Make the folders, clear up after a killed process; returns the runs that are done ``(done,)``."""
        for name in self.schemas:
            folder = self.directory / name
            recover(folder)
            folder.mkdir(exist_ok=True)
            for path in folder.glob(".*.tmp"):
                path.unlink()
        numbers = [
            int(match[1])
            for name in (RUNS, BASE)
            if name in self.schemas
            for match in _matches(self.directory / name, _SHARD)
        ]
        self._next = max(numbers, default=-1) + 1
        if SERIES in self.schemas:
            for match in list(_matches(self.directory / SERIES, _SHARD)):
                if not (self.directory / RUNS / match.string).exists():
                    (self.directory / SERIES / match.string).unlink()
        return self.recount()

    def recount(self) -> np.ndarray:
        """Look again at what is done, for instance after an interruption; returns the runs ``(done,)``."""
        done = self.done()
        self.count = int((done >= self.plan.replicates).sum())
        return done

    def commit(self, runs: pa.Table, series: pa.Table, base: bool) -> None:
        """Write a shard of runs and the series of the same; either all are of the base scenario, or none is."""
        name = f"batch-{self._next:06d}.parquet"
        self._next += 1
        if SERIES in self.schemas and not base:
            write_shard(series, self.directory / SERIES / name)
        write_shard(runs, self.directory / (BASE if base else RUNS) / name)
        self.count += 0 if base else runs.num_rows

    def merge(self) -> None:
        """Make canonical files of all shards; the bytes depend on the rows only."""
        # Series first: while their shards are there, those of the runs of the same names are there too.
        for name in (SERIES, BASE, RUNS):
            if name not in self.schemas:
                continue
            folder = self.directory / name
            if not any(_matches(folder, _SHARD)) and any(_matches(folder, _PART)):
                continue
            merge(folder, self.schemas[name], self.plan)

    def done(self) -> np.ndarray:
        """Return the runs that are done ``(done,)``, and change nothing."""
        folders = (standing(self.directory / name) for name in (BASE, RUNS) if name in self.schemas)
        runs = np.concatenate([np.zeros(0, dtype=np.int64), *map(self._runs_in, filter(None, folders))])
        distinct, counts = np.unique(runs, return_counts=True)
        if len(distinct) < len(runs):
            twice = self.plan.keys(distinct[counts > 1][:1])
            raise StoreError(
                f"{self.directory} holds row {twice['row'][0]}, replicate {twice['replicate'][0]} more than once; "
                "was it copied together from two directories?"
            )
        return distinct

    def _runs_in(self, folder: Path) -> np.ndarray:
        parts = (self.plan.number(*keys) for _path, keys in keys_of(folder))
        return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def write_shard(table: pa.Table, path: Path) -> None:
    """Write a table so that it is there whole or not at all."""
    hidden = path.with_name(f".{path.name}.tmp")
    try:
        store.write_table(table, hidden)
        hidden.rename(path)
    except OSError:
        with contextlib.suppress(OSError):
            hidden.unlink()
        raise
    store.sync_folder(path.parent)


def standing(folder: Path) -> Path | None:
    """Return where the files of a folder are now: another process may just be merging them."""
    return next((path for path in (folder, _hidden(folder)[1]) if path.is_dir()), None)


def files_in(folder: Path) -> list[Path]:
    """Return the finished files of a folder of shards."""
    return sorted(folder / match.string for pattern in (_PART, _SHARD) for match in _matches(folder, pattern))


def keys_of(folder: Path) -> Iterator[tuple[Path, tuple[np.ndarray, np.ndarray]]]:
    """Yield each file of a folder with its rows and replicates."""
    import pyarrow.parquet as pq

    for path in files_in(folder):
        try:
            table = pq.ParquetFile(path).read(columns=list(KEYS[:2]))
        except (OSError, pa.ArrowException) as error:
            raise StoreError(
                f"{path} cannot be read ({error}); move it away, and its runs are made again"
            ) from None
        yield path, (table.column(0).to_numpy(), table.column(1).to_numpy())


# -- merging ---------------------------------------------------------------------------------------------------


def merge(folder: Path, schema: pa.Schema, plan: Plan, rows_in_file: int = ROWS_IN_FILE) -> None:
    """Replace the files of a folder by canonical ones of about so many rows, ordered by run."""
    where: dict[Path, np.ndarray] = {path: plan.number(*keys) for path, keys in keys_of(folder)}
    runs = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *where.values()]))
    rows = sum(map(len, where.values()))
    runs_in_file = max(1, rows_in_file * len(runs) // max(1, rows))
    merged, shards = _hidden(folder)
    shutil.rmtree(merged, ignore_errors=True)
    merged.mkdir()
    for number, start in enumerate(range(0, max(len(runs), 1), runs_in_file)):
        wanted = runs[start : start + runs_in_file]
        store.write_table(_collected(where, wanted, schema), merged / f"part-{number:05d}.parquet")
    store.sync_folder(merged)
    folder.rename(shards)
    merged.rename(folder)
    store.sync_folder(folder.parent)
    shutil.rmtree(shards, ignore_errors=True)


def recover(folder: Path) -> None:
    """Put a folder right whose merge was interrupted."""
    merged, shards = _hidden(folder)
    if shards.is_dir() and not folder.exists():
        shards.rename(folder)
    shutil.rmtree(merged, ignore_errors=True)
    shutil.rmtree(shards, ignore_errors=True)


def _collected(where: Mapping[Path, np.ndarray], wanted: np.ndarray, schema: pa.Schema) -> pa.Table:
    """Rows of the wanted runs from all files, ordered by run; rows of one run stay in their order.

    ``wanted`` are sorted, and all runs that there are between the first and the last of them.
    """
    tables, numbers = [schema.empty_table()], [np.zeros(0, dtype=np.int64)]
    for path, runs in where.items():
        inside = (
            (runs >= wanted[0]) & (runs <= wanted[-1]) if len(wanted) else np.zeros(len(runs), dtype=bool)
        )
        if inside.any():
            table = store.read_table(path)
            tables.append(table if inside.all() else table.take(pa.array(np.flatnonzero(inside))))
            numbers.append(runs[inside])
    order = np.argsort(np.concatenate(numbers), kind="stable")
    return pa.concat_tables(tables).combine_chunks().take(pa.array(order))


def _hidden(folder: Path) -> tuple[Path, Path]:
    return folder.with_name(f".{folder.name}.merged"), folder.with_name(f".{folder.name}.shards")


def _matches(folder: Path, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    for path in folder.iterdir():
        if (match := pattern.match(path.name)) is not None:
            yield match

"""What a sweep leaves: one row a run as DataFrames, with the sweep that made them."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.sweep.columns import KEYS, failures_table
from sim.experiments.sweep.directory import read_manifest
from sim.experiments.sweep.failures import FAILURES
from sim.experiments.sweep.loading import sweep_from
from sim.experiments.sweep.plan import Plan
from sim.experiments.sweep.shards import BASE, RUNS, SERIES, files_in, standing
from sim.recording import store
from sim.recording.store import StoreError
from sim.scenario import ScenarioError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from sim.experiments.sweep.factors import Factor
    from sim.experiments.sweep.specification import Sweep


class SweepData:
    """The results of a sweep, whole or as far as it has come.

    Attributes
    ----------
    sweep
        The sweep.
    manifest
        Its manifest: identity, versions, unit and description of every column, state.
    directory
        Where it is; None for results that are in memory only.

    """

    def __init__(self, sweep: Sweep, manifest: dict[str, Any], directory: Path) -> None:
        self.sweep, self.manifest = sweep, manifest
        self.directory: Path | None = directory
        self._place = directory
        self._plan = Plan(sweep)

    def __repr__(self) -> str:
        """Name, runs and state."""
        counts = self.manifest["runs"]
        state = "complete" if self.complete else f"{len(self.runs):,} of {counts['planned']:,} so far"
        failed = f", {len(self.failures):,} failed" if len(self.failures) else ""
        return f"<SweepData of {self.sweep.name!r}, {counts['planned']:,} runs, {state}{failed}>"

    @property
    def complete(self) -> bool:
        """Whether every run has outcomes or a failure."""
        return bool(self.manifest["state"] == "complete")

    @property
    def factors(self) -> tuple[Factor, ...]:
        """The factors."""
        return self.sweep.factors

    @property
    def outcomes(self) -> list[str]:
        """Names of the outcomes, which are columns of :attr:`runs`."""
        return [outcome.name for outcome in self.sweep.outcomes]

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run: ``row, replicate, seed``, factors, outcomes; ordered by row and replicate."""
        return self._frame(RUNS, self._plan.columns.runs)

    @cached_property
    def base(self) -> pd.DataFrame:
        """The same columns for the base scenario itself (row -1); no rows for an external model."""
        return self._frame(BASE, self._plan.columns.runs)

    @cached_property
    def series(self) -> pd.DataFrame:
        """One row a run and week: ``row, replicate, seed, week, date``, then the outputs that the sweep keeps."""
        return self._frame(SERIES, self._plan.columns.weeks)

    @cached_property
    def design(self) -> pd.DataFrame:
        """The design: index ``row``, one column a factor."""
        return self.sweep.table()

    @cached_property
    def failures(self) -> pd.DataFrame:
        """One row a failed run: ``row, replicate, seed, kind, error, traceback, command``."""
        path = self._place / FAILURES
        table = self._joined(failures_table([]), [path] if path.exists() else [])
        frame: pd.DataFrame = table.to_pandas()
        return frame

    def keep_in_memory(self) -> SweepData:
        """Read everything, so that the directory can go."""
        for name in ("runs", "base", "series", "design", "failures"):
            getattr(self, name)
        self.directory = None
        return self

    def _frame(self, name: str, schema: pa.Schema) -> pd.DataFrame:
        folder = standing(self._place / name)
        frame: pd.DataFrame = self._joined(
            schema.empty_table(), files_in(folder) if folder is not None else []
        ).to_pandas()
        order = [*KEYS[:2], *(["week"] if name == SERIES else [])]
        return frame.sort_values(order, ignore_index=True)

    def _joined(self, empty: pa.Table, files: list[Path]) -> pa.Table:
        """The tables of files, one below the other; StoreError names one that is broken or of another shape."""
        import pyarrow as pa

        tables = [empty]
        for path in files:
            try:
                tables.append(pa.concat_tables([empty, store.read_table(path)]))
            except (OSError, pa.ArrowException) as error:
                name = path.relative_to(self._place)
                raise StoreError(
                    f"a table of {self._place} cannot be read: {name} ({str(error).splitlines()[0]}); move that file "
                    "away, and parity sweep makes its runs again"
                ) from None
        return pa.concat_tables(tables)


def load_data(directory: str | Path) -> SweepData:
    """Return the results of a sweep from its directory, complete or not.

    Raises
    ------
    StoreError
        If the directory holds no sweep, or one that this version of Parity cannot read.

    """
    place = Path(directory)
    manifest = read_manifest(place)
    missing = [key for key in ("sweep", "state", "runs") if key not in manifest]
    if missing:
        raise StoreError(f"{place / store.MANIFEST} cannot be read: it has no {', '.join(missing)}")
    try:
        sweep = sweep_from(manifest["sweep"])
    except ScenarioError as error:
        version = manifest.get("versions", {}).get("parity", "?")
        raise StoreError(
            f"{place} was written by Parity {version}; this version reads its sweep differently:\n{error}"
        ) from None
    return SweepData(sweep, manifest, place)

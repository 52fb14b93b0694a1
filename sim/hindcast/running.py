"""Running the hindcast: the whole of it and from each forecast origin, and the folder it is kept in."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.experiments.batches import deal
from sim.experiments.runner import Progress, execute, remarks, seeds_from
from sim.hindcast.observable import Mode
from sim.hindcast.scenario import hindcast_scenario

if TYPE_CHECKING:
    from sim.recording.run import Run
    from sim.scenario import Scenario

FORMAT = "parity-hindcast/1"
#: Days up to which the record enters, each the start of a forecast to the end of 2025.
ORIGINS = (dt.date(2023, 12, 31), dt.date(2024, 6, 30), dt.date(2024, 12, 31), dt.date(2025, 6, 30))

#: Makes the bytes of a file from a hindcast, as the report does.
File = Callable[["Hindcast"], bytes]


@dataclass
class Hindcast:
    """What came of a hindcast.

    Attributes
    ----------
    run
        The run without an origin, or up to the one that was asked for.
    forecasts
        One row an observation and forecaster, and with origins one more for each of these; see
        :data:`sim.hindcast.forecasts.COLUMNS`.
    observed
        The observations with their errors and sources.
    manifest
        All that is needed to make it again.

    """

    mode: Mode
    run: Run
    forecasts: pd.DataFrame
    observed: pd.DataFrame
    manifest: dict[str, Any]

    def scores(self, origins: bool = False) -> pd.DataFrame:
        """Return one row an observable: scores of the model, the best baseline, and who wins."""
        from sim.hindcast import scores

        return scores.table(self.forecasts, origins)

    def save(
        self,
        directory: str | Path,
        *,
        force: bool = False,
        files: Mapping[str, File] | None = None,
        command: str | None = None,
    ) -> Path:
        """Write ``forecasts.parquet``, ``observed.parquet``, further files and the manifest to a folder.

        The folder appears whole or not at all.

        Parameters
        ----------
        directory
            Folder to make. One that exists is an error.
        force
            Replace the results that are in it.
        files
            Functions from the hindcast to the bytes of a file, by file name: ``sim.hindcast.page.files()``.
        command
            Command line to note in the manifest.

        """
        import pyarrow as pa

        from sim.recording import store

        target = Path(directory)
        if command is not None:
            self.manifest = {**self.manifest, "command": command}
        held = {name: make(self) for name, make in (files or {}).items()}
        with store.folder(target, force) as folder:
            tables = {"forecasts": self.forecasts, "observed": self.observed}
            written = {
                f"{name}.parquet": store.write_table(
                    pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None),
                    folder / f"{name}.parquet",
                )
                for name, table in tables.items()
            }
            for name, data in held.items():
                store.write_bytes(data, folder / name)
            self.manifest = {**self.manifest, "tables": written}
            store.write_json(self.manifest, folder / store.MANIFEST)
        return target


def hindcast(
    mode: Mode = "driven",
    replicates: int = 200,
    until: dt.date | None = None,
    seed: int = 0,
    workers: int = 2,
    progress: Progress | None = None,
    *,
    changes: Mapping[str, Any] | Sequence[str] = (),
    rolling: bool = False,
) -> Hindcast:
    """Run the hindcast and score it against the observations.

    Parameters
    ----------
    mode
        ``driven``: releases, acts and claims of the record enter on their days; ``free``: they are the model's.
    replicates
        Runs that differ in nothing but luck.
    until
        Forecast origin: nothing of the record enters after it. Driven mode only.
    seed
        Seed of replicate 0; replicate k has ``seed + k``.
    workers
        Processes. Results do not depend on it.
    progress
        Called now and then with the work done and all work, in world-weeks.
    changes
        Changes of values of the scenario, as in ``load_scenario``.
    rolling
        Forecast from each of :data:`ORIGINS` too. Driven mode only.

    """
    from sim.hindcast.forecasts import forecasts_of, observations
    from sim.hindcast.reading import Reading

    started = time.perf_counter()
    origins = origins_of(mode, until, rolling)
    scenarios = [hindcast_scenario(mode, origin, changes) for origin in origins]
    runs = run_together(scenarios, seed, replicates, workers, progress)
    parts, first = [], None
    for origin in origins:
        run = next(runs)
        first = first if first is not None else run
        parts.append(forecasts_of(Reading(run), mode, origin, seed))
    assert first is not None
    held = first.manifest
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "mode": mode,
        "until": None if until is None else until.isoformat(),
        "origins": [origin.isoformat() for origin in origins if origin is not None],
        **{key: held[key] for key in ("seeds", "replicates", "weeks", "versions", "notes")},
        "scenario": first.scenario.resolved(),
        "wall_seconds": round(time.perf_counter() - started, 3),
    }
    return Hindcast(mode, first, pd.concat(parts, ignore_index=True), observations(), manifest)


def origins_of(mode: Mode, until: dt.date | None, rolling: bool) -> list[dt.date | None]:
    """Return the origins to run from, that which was asked for first; None is the record to its end."""
    if not rolling or mode == "free":
        return [until]
    return [until, *(origin for origin in ORIGINS if origin != until)]


def effort(scenario: Scenario, replicates: int) -> int:
    """Return the work of a scenario in world-weeks, the burn-in included."""
    return replicates * (scenario.run.burn_in + scenario.run.weeks)


def run_together(
    scenarios: Sequence[Scenario],
    seed: int,
    replicates: int,
    workers: int,
    progress: Progress | None = None,
) -> Iterator[Run]:
    """Run scenarios under the same seeds in one set of processes; yields the runs in their order."""
    from sim.recording.run import Run, new_manifest
    from sim.recording.tables import joined

    if workers < 1:
        raise ValueError(f"workers = {workers}: at least 1")
    seeds = seeds_from(seed, replicates)
    dealt = [deal(scenario, seeds, workers, None, True) for scenario in scenarios]
    started = time.perf_counter()
    tables = execute([task for tasks in dealt for task in tasks], workers, progress)
    took = time.perf_counter() - started
    for scenario, tasks in zip(scenarios, dealt, strict=True):
        mine, tables = tables[: len(tasks)], tables[len(tasks) :]
        held = joined(mine)
        yield Run(scenario, held, new_manifest(scenario, seeds, held["series"], remarks(scenario), took))

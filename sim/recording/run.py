"""A run: its tables, its manifest, and the folder they are kept in."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.recording import store, tables
from sim.recording.outputs import OUTPUTS
from sim.recording.store import StoreError
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FORMAT = "parity-run/1"
LIBRARIES = ("mesa", "numpy", "scipy", "pandas", "pyarrow", "pydantic", "networkx")
UNDEFINED = "not defined in this scenario: it has no lab or value that this output refers to"

#: Draws a run as bytes of an image file.
Figure = Callable[["Run"], bytes]


class Run:
    """What came out of one scenario: replicates under seeds ``seed, seed + 1, ...``.

    Attributes
    ----------
    scenario
        The scenario, with every change made for this run.
    tables
        Arrow tables ``series``, ``events`` and, where the scenario records them, ``agents``.
    manifest
        All that is needed to make the run again and to read its tables: resolved scenario, seeds, versions,
        unit and description of every output, remarks; once saved also rows and SHA-256 of every table.

    """

    def __init__(self, scenario: Scenario, tables: Mapping[str, pa.Table], manifest: dict[str, Any]) -> None:
        self.scenario, self.tables, self.manifest = scenario, dict(tables), manifest

    def __repr__(self) -> str:
        shape = f"{self.replicates} replicate{'s' if self.replicates != 1 else ''} of {len(self.weeks)} weeks"
        return f"<Run {self.scenario.name!r}, seed {self.seeds[0]}, {shape}>"

    @cached_property
    def series(self) -> pd.DataFrame:
        """Weekly outputs, one row a replicate and week: ``replicate, seed, week, date``, then the outputs."""
        return self.tables["series"].to_pandas()

    @cached_property
    def events(self) -> pd.DataFrame:
        """What happened: one row an event, tidy."""
        return self.tables["events"].to_pandas()

    @cached_property
    def agents(self) -> pd.DataFrame | None:
        """Snapshots of all agents every ``run.snapshot_every`` weeks; None where there are none."""
        return self.tables["agents"].to_pandas() if "agents" in self.tables else None

    @property
    def seeds(self) -> list[int]:
        """Seed of each replicate."""
        return list(self.manifest["seeds"])

    @property
    def replicates(self) -> int:
        """Number of replicates."""
        return len(self.manifest["seeds"])

    @property
    def notes(self) -> list[str]:
        """Remarks on the scenario and on outputs without a value."""
        return list(self.manifest["notes"])

    @property
    def outputs(self) -> list[str]:
        """Names of the outputs, in the order of the columns."""
        return self.tables["series"].column_names[len(tables.KEYS) :]

    @cached_property
    def weeks(self) -> np.ndarray:
        """Recorded weeks ``(weeks,)``; those of the burn-in are negative."""
        first = self.manifest["first_week"]
        return np.arange(first, first + self.tables["series"].num_rows // self.replicates)

    @cached_property
    def dates(self) -> np.ndarray:
        """First day of each recorded week ``(weeks,)``, datetime64[D]."""
        return np.datetime64(self.scenario.run.start_date) + 7 * self.weeks.astype("timedelta64[D]")

    def array(self, name: str) -> np.ndarray:
        """One output ``(replicates, weeks)``, in its unit; NaN where it is not defined."""
        if name not in self.outputs:
            raise KeyError(f"no output {name!r} in this run")
        return tables.floats(self.tables["series"].column(name)).reshape(self.replicates, -1)

    def save(
        self,
        directory: str | Path,
        *,
        force: bool = False,
        figures: Mapping[str, Figure] | None = None,
        command: str | None = None,
    ) -> Path:
        """Write the run to a folder, whole or not at all; returns the folder.

        Parameters
        ----------
        directory
            Folder to make. One that exists is an error.
        force
            Replace the run that is in ``directory``.
        figures
            Image files to write besides, by file name: functions from the run to the bytes of the file, for
            instance ``{"overview.png": sim.report.overview.png}``.
        command
            Command line to note in the manifest.

        """
        target = Path(directory)
        images = {name: draw(self) for name, draw in (figures or {}).items()}
        with store.folder(target, force) as folder:
            written = {
                f"{name}.parquet": store.write_table(table, folder / f"{name}.parquet")
                for name, table in self.tables.items()
            }
            for name, image in images.items():
                store.write_bytes(image, folder / name)
            manifest = {**self.manifest, "tables": written}
            if command is not None:
                manifest["command"] = command
            store.write_json(manifest, folder / store.MANIFEST)
        self.manifest = manifest
        return target

    @classmethod
    def load(cls, directory: str | Path, *, verify: bool = True) -> Run:
        """Read a run from its folder; with ``verify``, tables whose bytes have changed are an error."""
        folder = Path(directory)
        manifest = _read_manifest(folder)
        held = {}
        for file, facts in manifest["tables"].items():
            path = folder / file
            if not path.is_file():
                raise StoreError(f"{folder} is not complete: {file} is missing")
            if verify and store.digest(path) != facts["sha256"]:
                raise StoreError(
                    f"{path} is not what was written: its SHA-256 differs from that in the manifest"
                )
            held[path.stem] = store.read_table(path)
        try:
            scenario = Scenario.model_validate(manifest["scenario"])
        except ValueError as error:
            version = manifest["versions"].get("parity", "?")
            raise StoreError(
                f"{folder} was written by Parity {version}, whose scenarios differ: {error}"
            ) from None
        return cls(scenario, held, manifest)


def new_manifest(
    scenario: Scenario,
    seeds: Sequence[int],
    series: pa.Table,
    notes: Sequence[str] = (),
    wall_seconds: float | None = None,
) -> dict[str, Any]:
    """Manifest of a run that is not on disk yet."""
    empty = tables.missing(series, series.column_names)
    described: dict[str, dict[str, Any]] = {}
    remarks = list(notes)
    for name in series.column_names[len(tables.KEYS) :]:
        known = OUTPUTS.get(name)
        described[name] = {
            "unit": known.unit if known else "",
            "group": known.group if known else "",
            "description": known.description if known else "",
        }
        if name in empty:
            described[name]["missing_rows"] = empty[name]
            whole = empty[name] == series.num_rows
            described[name]["missing_because"] = UNDEFINED if whole else "not a finite number in these weeks"
            if not whole:
                remarks.append(
                    f"{name} has no finite value in {empty[name]} of {series.num_rows} rows; empty there"
                )
    run = scenario.run
    return {
        "format": FORMAT,
        "name": scenario.name,
        "seeds": list(seeds),
        "replicates": len(seeds),
        "weeks": run.weeks,
        "first_week": -run.burn_in if run.record_burn_in else 0,
        "start_date": run.start_date,
        "scenario_sha256": scenario.digest(),
        "versions": versions(),
        "wall_seconds": None if wall_seconds is None else round(wall_seconds, 3),
        "notes": remarks,
        "outputs": described,
        "conventions": {
            "sign": "gaps and closing speeds are US minus China, whichever bloc controls",
            "empty": "an empty cell is a value that is not defined; see missing_because of the output",
            "replicates": "replicate k has seed seeds[k] = seeds[0] + k",
        },
        "scenario": scenario.resolved(),
    }


def versions() -> dict[str, str]:
    """Versions of Parity, Python and the libraries that results rest on."""
    found = {"parity": _version("parity-sim"), "python": platform.python_version()}
    return found | {name: _version(name) for name in LIBRARIES} | {"platform": platform.platform()}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / store.MANIFEST
    try:
        manifest = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise StoreError(f"{folder} holds no run: there is no {store.MANIFEST}") from None
    except (OSError, ValueError) as error:
        raise StoreError(f"{path} cannot be read: {error}") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else None
        raise StoreError(
            f"{folder} holds no run of this version of Parity (format {found!r}, expected {FORMAT!r})"
        )
    return manifest

"""The directory of a sweep: made, locked, recognised, or refused with the reason."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from sim.experiments.sweep.identity import differences, identity_of
from sim.experiments.sweep.shards import FULL
from sim.recording import store
from sim.recording.store import StoreError

if TYPE_CHECKING:
    from sim.experiments.sweep.plan import Plan

FORMAT = "parity-sweep/1"
SWEEP, DESIGN, LOCK = "sweep.toml", "design.parquet", ".lock"
#: Names that a directory may hold before its manifest is there: it is written last.
_BEFORE_MANIFEST = {SWEEP, DESIGN, LOCK, f".{store.MANIFEST}.tmp"}


@contextlib.contextmanager
def opened(directory: Path, plan: Plan, force_new: bool = False) -> Iterator[dict[str, Any]]:
    """Lock a directory for a sweep and yield its manifest: a new one, or that of the sweep begun there.

    Parameters
    ----------
    directory
        Directory to make or to go on with.
    plan
        The sweep's runs.
    force_new
        Move a directory of another sweep or code aside, and begin a new one.

    Raises
    ------
    StoreError
        If the directory holds something else, belongs to another sweep or other code, is in use, or cannot be written.

    """
    target = directory.absolute()
    try:
        if force_new and target.is_dir() and _manifest_of(target, directory, any_format=True) is not None:
            with _locked(target):
                move_aside(target)
        refuse_foreign(target, directory)
        if target.is_dir():
            _manifest_of(target, directory)  # what is no sweep's is refused before anything is written there
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno in FULL:
            raise
        raise StoreError(f"{directory} cannot be made: {error.strerror or error}") from None
    with _locked(target):
        manifest = _manifest_of(target, directory)
        if manifest is None:
            manifest = _begin(target, plan)
        else:
            refuse_other(manifest, plan, directory)
        yield manifest


def read_manifest(directory: Path) -> dict[str, Any]:
    """Return the manifest of a sweep's directory; StoreError if it is none."""
    if not directory.is_dir():
        raise StoreError(f"{directory} is not a folder")
    manifest = _manifest_of(directory, directory)
    if manifest is None:
        raise StoreError(f"{directory} holds no sweep: there is no {store.MANIFEST}")
    return manifest


def refuse_other(manifest: Mapping[str, Any], plan: Plan, directory: Path) -> None:
    """Raise StoreError if a manifest is of another sweep or other code, saying what differs."""
    found = differences(
        manifest.get("identity", {}), identity_of(plan.sweep), manifest.get("sweep", {}), plan.sweep.source
    )
    if found:
        lines = "\n".join(f"  {line}" for line in found)
        raise StoreError(
            f"{directory} holds results of another sweep or of other code, and the two must not be mixed:\n{lines}\n"
            "choose another folder with --out, or begin anew with --force-new (what is there is moved aside)"
        )


def write_manifest(directory: Path, manifest: Mapping[str, Any]) -> None:
    """Replace the manifest, whole or not at all."""
    hidden = directory / f".{store.MANIFEST}.tmp"
    store.write_json(manifest, hidden)
    hidden.replace(directory / store.MANIFEST)
    store.sync_folder(directory)


def move_aside(directory: Path) -> Path:
    """Rename a directory to ``NAME-old``, ``NAME-old-2``, ...; returns the new path."""
    free = store.free_name(directory.with_name(f"{directory.name}-old"))
    directory.rename(free)
    return free


def refuse_foreign(target: Path, told: Path | None = None) -> None:
    """Raise StoreError if a folder holds what no sweep has left there."""
    if not target.is_dir() or (target / store.MANIFEST).exists():
        return
    left = {path.name for path in target.iterdir()} - _BEFORE_MANIFEST
    if left:
        some = ", ".join(sorted(left)[:3])
        raise StoreError(
            f"{told or target} exists and holds no sweep of Parity ({some}, ...); choose another folder"
        )


def _begin(target: Path, plan: Plan) -> dict[str, Any]:
    store.write_bytes(plan.sweep.to_toml().encode(), target / SWEEP)
    store.write_table(plan.columns.design_table(plan.design), target / DESIGN)
    manifest = new_manifest(plan)
    write_manifest(target, manifest)
    return manifest


def new_manifest(plan: Plan) -> dict[str, Any]:
    """Manifest of a sweep of which nothing has run yet."""
    from sim.recording.run import versions

    sweep = plan.sweep
    return {
        "format": FORMAT,
        "name": sweep.name,
        "title": sweep.title,
        "state": "running",
        "rows": plan.rows,
        "replicates": plan.replicates,
        "seeds": list(sweep.seeds),
        "runs": {"planned": plan.rows * plan.replicates, "done": 0, "failed": 0},
        "base_runs": plan.replicates if plan.has_base else 0,
        "wall_seconds": 0.0,
        "identity": identity_of(sweep),
        "versions": versions(),
        "columns": _described(plan),
        "conventions": {
            "runs": "one row a run; sorted by row and replicate once the state is complete",
            "replicates": "replicate k of every row has seed seeds[0] + k",
            "base": "row -1 is the base scenario itself",
            "empty": "an empty cell is a value that is not defined",
        },
        "notes": list(sweep.notes),
        "sweep": sweep.source,
        "base_scenario": None if sweep.base_scenario is None else sweep.base_scenario.resolved(),
    }


def _described(plan: Plan) -> dict[str, dict[str, Any]]:
    """Kind, unit and description of every column."""
    from sim.recording.outputs import OUTPUTS

    sweep = plan.sweep
    told: dict[str, dict[str, Any]] = {
        "row": {"kind": "key", "unit": "", "description": "Row of the design; -1: the base scenario"},
        "replicate": {"kind": "key", "unit": "", "description": "Replicate of the row"},
        "seed": {"kind": "key", "unit": "", "description": "Seed of the run"},
    }
    for factor in sweep.factors:
        told[factor.name] = {
            "kind": "factor", "unit": factor.unit, "description": factor.description, "keys": list(factor.keys),
            "type": str(plan.columns.factors[factor.name]),
        }  # fmt: skip
    for outcome in sweep.outcomes:
        told[outcome.name] = {"kind": "outcome", "unit": outcome.unit, "description": outcome.description}
    for name in sweep.series:
        known = OUTPUTS[name]
        told.setdefault(name, {"kind": "series", "unit": known.unit, "description": known.description})
    return told


def _manifest_of(target: Path, told: Path, any_format: bool = False) -> dict[str, Any] | None:
    path = target / store.MANIFEST
    try:
        manifest = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StoreError(f"{told / store.MANIFEST} cannot be read: {error}") from None
    found = manifest.get("format") if isinstance(manifest, dict) else None
    of_parity = str(found).startswith("parity-")
    if of_parity and not any_format and not str(found).startswith("parity-sweep/"):
        kind = str(found).removeprefix("parity-").partition("/")[0]
        raise StoreError(
            f"{told} holds a {kind} of Parity and no sweep (format {found!r}); choose another folder"
        )
    if found != FORMAT and not (any_format and of_parity):
        raise StoreError(
            f"{told} holds no sweep of this version of Parity (format {found!r}, expected {FORMAT!r}); "
            "choose another folder"
        )
    held: dict[str, Any] = manifest
    return held


# -- one process at a time -------------------------------------------------------------------------------------


@contextlib.contextmanager
def _locked(target: Path) -> Iterator[None]:
    """Hold the lock of a directory; it is free again when this process ends, however it ends."""
    try:
        file = (target / LOCK).open("a+b")
    except OSError as error:
        if error.errno in FULL:
            raise
        raise StoreError(f"{target} cannot be written: {error.strerror or error}") from None
    with file:
        if not _lock(file):
            file.seek(0)
            holder = file.read().decode(errors="replace").strip()
            raise StoreError(
                f"another process{f' ({holder})' if holder else ''} is running the sweep in {target}"
            )
        file.truncate(0)
        file.write(f"process {os.getpid()}".encode())
        file.flush()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                file.truncate(0)


def _lock(file: IO[bytes]) -> bool:
    try:
        import fcntl
    except ImportError:  # a system without flock: nothing keeps two processes apart
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True

"""Which sweeps may be opened: folders with a sweep's manifest below the results folders, and no others.

A sweep is named in the page and in its address by the name of its results folder and the path below it
(``sweeps/demo``); the server's own paths are never shown. Symbolic links are followed before the check, so that a
link that leads out of the results folders is refused like any other path outside.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

#: Deepest level below a results folder, and most folders looked at, when sweeps are listed.
DEEPEST, MOST_FOLDERS = 4, 5_000
#: Largest manifest that is read when sweeps are listed (bytes).
LARGEST_MANIFEST = 20_000_000
MANIFEST, FORMAT = "manifest.json", "parity-sweep/"
#: What a sweep is read from; each must lie inside the results folders too.
_READ = (MANIFEST, "runs", "base", "design.parquet", "failures.parquet")


class Refused(ValueError):
    """A folder cannot be opened; the message can be shown."""


@dataclass(frozen=True)
class Found:
    """One sweep that can be opened: its name for page and address, what its manifest tells, and when it last changed.

    ``done`` and ``failed`` are as the manifest has them, which a sweep that runs writes from time to time.
    """

    name: str
    title: str = ""
    state: str = ""
    runs: int = 0
    done: int = 0
    failed: int = 0
    design: str = ""
    changed: float = 0.0

    @property
    def label(self) -> str:
        """A line for the picker."""
        told = f"{self.name}: {self.title}" if self.title else self.name
        return told if self.state == "complete" else f"{told} (not complete)"

    @property
    def told(self) -> str:
        """Design and runs in a line."""
        if self.state == "complete":
            failed = f", {self.failed:,} failed" if self.failed else ""
            runs = f"{self.done:,} runs{failed}"
        else:
            # While it runs, the manifest lags behind the tables.
            runs = f"{self.runs:,} runs planned, not complete"
        return f"{self.design.replace('-', ' ')}: {runs}".removeprefix(": ")


def list_sweeps(roots: Sequence[Path]) -> list[Found]:
    """Sweeps below the results folders, by name; folders that cannot be read are passed over."""
    found: dict[str, Found] = {}
    left = MOST_FOLDERS
    for root in roots:
        real = root.resolve()
        queue = [(real, 0)]
        while queue and left > 0:
            folder, depth = queue.pop(0)
            left -= 1
            if (folder / MANIFEST).is_file():
                one = _read(folder, real)
                if one is not None:
                    found.setdefault(one.name, one)
                    continue
            if depth < DEEPEST:
                queue += [(inner, depth + 1) for inner in _folders(folder)]
    return sorted(found.values(), key=lambda one: one.name)


def sweep_folder(name: str, roots: Sequence[Path]) -> Path:
    """Return the folder of a sweep by its name.

    Raises
    ------
    Refused
        If the name leads out of the results folders, or there is no sweep.

    """
    pure = PurePosixPath(name.replace("\\", "/"))
    if not name.strip() or pure.is_absolute() or ".." in pure.parts or "\0" in name or ":" in name:
        raise Refused("Only sweeps inside the results folders can be opened.")
    for root in roots:
        real = root.resolve()
        if pure.parts[:1] != (real.name,):
            continue
        try:
            folder = real.joinpath(*pure.parts[1:]).resolve()
        except OSError:
            continue
        if not _inside(folder, real):
            raise Refused("Only sweeps inside the results folders can be opened.")
        if not (folder / MANIFEST).is_file():
            continue
        if any(not _inside((folder / part).resolve(), real) for part in _READ):
            raise Refused("This folder links to data outside the results folders, so it is not opened.")
        return folder
    raise Refused(f"There is no sweep {pure.as_posix()} in the results folders.")


def shown_path(folder: Path, given: str | None = None, start: Path | None = None) -> str:
    """Path of a folder for a command typed in the start folder: relative where it can be, else as it was given.

    ``given`` is the results folder as the user wrote it when starting the server.
    """
    here = (start or Path.cwd()).resolve()
    if _inside(folder, here):
        return folder.relative_to(here).as_posix() or "."
    if given and _inside(folder, Path(given).resolve()):
        return (Path(given) / folder.relative_to(Path(given).resolve())).as_posix()
    return folder.name


def _folders(folder: Path) -> list[Path]:
    """Folders in a folder, without hidden ones and links; none if it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            names = [
                each.name
                for each in entries
                if each.is_dir(follow_symlinks=False) and each.name[0] not in "._"
            ]
    except OSError:
        return []
    return [folder / name for name in sorted(names)]


def _read(folder: Path, root: Path) -> Found | None:
    """What the manifest tells, or nothing if it is not that of a sweep."""
    path = folder / MANIFEST
    try:
        if not _inside(path.resolve(), root) or path.stat().st_size > LARGEST_MANIFEST:
            return None
        manifest = json.loads(path.read_bytes())
        if not str(manifest["format"]).startswith(FORMAT):
            return None
        runs = manifest.get("runs", {})
        counts = {key: int(runs.get(key, 0)) for key in ("planned", "done", "failed")}
        design = str(manifest.get("sweep", {}).get("design", {}).get("kind", ""))
        changed = path.stat().st_mtime
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    below = folder.relative_to(root).parts
    name = "/".join((root.name, *below))
    return Found(
        name, str(manifest.get("title", "")), str(manifest.get("state", "")), counts["planned"], counts["done"],
        counts["failed"], design, changed,
    )  # fmt: skip


def _inside(path: Path, root: Path) -> bool:
    return path == root or root in path.parents

"""What a sweep's results rest on besides the sweep file: our code, the libraries that compute, the user's model.

Two sessions may add to one directory only if all of it is the same; else the directory is refused and the user is
told what differs.
"""

from __future__ import annotations

import functools
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.experiments.sweep.specification import Sweep

#: Libraries whose version can move the last digit of a result.
LIBRARIES = ("numpy", "scipy")
#: Parts of ``sim`` that show, arrange or keep results. Whatever is not listed counts as determining them.
WITHOUT_EFFECT = (
    "cli/", "report/", "analysis/", "studies/", "evidence/", "hindcast/", "calibration/", "_scenarios/",
    "__init__.py", "__main__.py", "experiments/checks.py", "experiments/peers.py",
    "recording/store.py", "recording/run.py", "recording/tables.py", "experiments/batches.py",
    "experiments/runner.py", "experiments/paired.py", "experiments/verification.py", "experiments/coldstart.py",
    "experiments/sweep/columns.py", "experiments/sweep/conductor.py", "experiments/sweep/dataset.py",
    "experiments/sweep/dispatcher.py",
    "experiments/sweep/directory.py", "experiments/sweep/estimate.py", "experiments/sweep/executors.py",
    "experiments/sweep/failures.py", "experiments/sweep/identity.py", "experiments/sweep/plan.py",
    "experiments/sweep/shards.py", "experiments/sweep/timing.py", "experiments/sweep/reading/findings.py",
)  # fmt: skip
_SIM = Path(__file__).resolve().parents[2]
#: Differences told one by one.
_TOLD = 12
_ABSENT = "nothing"


@functools.cache
def code_files() -> dict[str, str]:
    """Digest of each file of ``sim`` that determines results, by path: 16 hexadecimal digits of its SHA-256."""
    found = {}
    for path in sorted(_SIM.rglob("*.py")):
        name = path.relative_to(_SIM).as_posix()
        if not name.startswith(WITHOUT_EFFECT):
            found[f"sim/{name}"] = _digest(path)
    return found


@functools.cache
def code_digest() -> str:
    """SHA-256 of all files that determine results, as 64 hexadecimal digits."""
    return hashlib.sha256(json.dumps(code_files(), sort_keys=True).encode()).hexdigest()


def identity_of(sweep: Sweep) -> dict[str, Any]:
    """What the results of a sweep rest on, as plain data for its manifest."""
    files = dict(code_files())
    if sweep.model is not None:
        module = sweep.model.partition(":")[0]
        source = _source_of(module)
        if source is not None:
            files[f"module {module}"] = _digest(source)
    return {
        "sweep_sha256": sweep.digest(),
        # The digest leaves order out; what else is ordered is compared in the sweeps themselves.
        "order": [factor.name for factor in sweep.factors],
        "code_sha256": hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest(),
        "code_files": files,
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
    }


def differences(
    held: Mapping[str, Any], mine: Mapping[str, Any], held_source: Any, my_source: Any
) -> list[str]:
    """Say what of two identities differs, one line each; an empty list if nothing does.

    Parameters
    ----------
    held, mine
        Identities of the directory and of this sweep; see :func:`identity_of`.
    held_source, my_source
        The two sweeps as plain data. Tables in another order make another sweep, though the digest is the same: see
        :func:`_tables_in_order`.

    """
    found: list[str] = []
    if held.get("sweep_sha256") != mine["sweep_sha256"]:
        lines = list(_changed(_flat(held_source), _flat(my_source)))
        found += [f"sweep: {line}" for line in _cut(lines, "keys of the sweep")] or ["sweep: another digest"]
    else:
        found += [f"sweep: {line}" for line in _cut(list(_reordered(held_source, my_source)), "tables")]
    lines = [
        f"{file}: {'new' if old == _ABSENT else 'gone' if new == _ABSENT else 'changed'}"
        for file, old, new in _pairs(held.get("code_files", {}), mine["code_files"])
    ]
    found += [f"code: {line}" for line in _cut(lines, "files of the code")]
    found += [
        f"library: {name} {old} there, {new} here"
        for name, old, new in _pairs(held.get("libraries", {}), mine["libraries"])
    ]
    return found


def _changed(held: Mapping[str, Any], mine: Mapping[str, Any]) -> Iterator[str]:
    for key, old, new in _pairs(held, mine):
        if key in ("name", "title"):
            continue
        yield f"{key} = {_shown(old)} there, {_shown(new)} here"


def _reordered(held_source: Any, my_source: Any) -> Iterator[str]:
    """Say which tables of two sweeps that are equal otherwise have their keys in another order."""
    held, mine = _tables_in_order(held_source), _tables_in_order(my_source)
    for path, keys in mine.items():
        there = [key for key in held.get(path, ()) if key in keys]
        here = [key for key in keys if key in there]
        if there != here:
            yield _shortened(f"{path} in the order {', '.join(there)} there, {', '.join(here)} here")


def _tables_in_order(source: Any, path: str = "") -> dict[str, list[str]]:
    """Return the keys of each table of a sweep's plain data, by path, in the order that a TOML file keeps.

    The order of the factors is that of the columns of a sampled design and of the loops of a grid; labels of settings
    and scenarios are the levels of a choice in their order; labs and sources draw their luck by their place.
    """
    if not isinstance(source, Mapping):
        return {}
    # In a file single values stand before tables, wherever they were.
    ordered = sorted(source, key=lambda key: _is_table(source[key]))
    found = {path: ordered} if path else {}
    for key in ordered:
        found |= _tables_in_order(source[key], f"{path}.{key}" if path else key)
    return found


def _is_table(value: Any) -> bool:
    entries = value if isinstance(value, list | tuple) and value else [value]
    return all(isinstance(entry, Mapping) for entry in entries)


def _pairs(held: Mapping[str, Any], mine: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for key in dict.fromkeys([*mine, *held]):
        old, new = held.get(key, _ABSENT), mine.get(key, _ABSENT)
        if old != new:
            yield key, old, new


def _cut(lines: list[str], what: str) -> list[str]:
    more = len(lines) - _TOLD
    return lines if more <= 0 else [*lines[:_TOLD], f"... and {more} more {what}"]


def _flat(value: Any, path: str = "") -> dict[str, Any]:
    """Plain data as values by key path."""
    if isinstance(value, Mapping) and value:
        parts = (_flat(inner, f"{path}.{key}" if path else str(key)) for key, inner in value.items())
    elif isinstance(value, list | tuple) and any(isinstance(inner, Mapping) for inner in value):
        parts = (_flat(inner, f"{path}[{index}]") for index, inner in enumerate(value))
    else:
        return {path: list(value) if isinstance(value, tuple) else value}
    return {key: inner for part in parts for key, inner in part.items()}


def _shown(value: Any) -> str:
    return _shortened(value if value is _ABSENT else json.dumps(value, ensure_ascii=False, default=str), 80)


def _shortened(text: str, most: int = 240) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _source_of(module: str) -> Path | None:
    """File of a module that was imported when its sweep was read."""
    origin = getattr(sys.modules.get(module), "__file__", None)
    path = Path(origin) if origin else None
    return path if path is not None and path.is_file() else None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]

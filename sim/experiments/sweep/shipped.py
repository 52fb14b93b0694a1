"""The sweeps that ship with Parity, and how a name or path given by a user is found."""

from __future__ import annotations

import tomllib
from pathlib import Path

from sim.scenario import Problem, ScenarioError, shipped_scenarios
from sim.scenario.problems import did_you_mean
from sim.scenario.shipped import scenario_folder


def sweep_folder() -> Path:
    """Return the folder of the shipped sweeps."""
    return scenario_folder() / "sweeps"


def shipped_sweeps() -> dict[str, Path]:
    """Return the shipped sweeps by name."""
    return {path.stem: path for path in sorted(sweep_folder().glob("*.toml"))}


def is_sweep_file(path: str | Path) -> bool:
    """Tell whether a file is a sweep rather than a scenario, by its tables ``design`` and ``factors``."""
    try:
        table = tomllib.loads(Path(path).read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
    except (OSError, ValueError, RecursionError):
        return False
    return bool(table.keys() & {"design", "factors"})


def find_sweep(given: str | Path) -> Path:
    """Return the file that a path or the name of a shipped sweep stands for."""
    text, path = str(given), Path(given)
    looks_like_path = path.suffix == ".toml" or "/" in text or "\\" in text
    shipped = shipped_sweeps()
    if looks_like_path and _is_file(path):
        return path
    if path.name == text and text.removesuffix(".toml") in shipped:
        return shipped[text.removesuffix(".toml")]
    if not looks_like_path and path.name and _is_file(path.with_name(f"{path.name}.toml")):
        return path.with_name(f"{path.name}.toml")
    beside = [one.stem for one in path.parent.glob("*.toml")] if _is_folder(path.parent) else []
    stem = path.name.removesuffix(".toml")
    hint = did_you_mean(stem, [*shipped, *beside])
    if stem in shipped_scenarios() and not looks_like_path:
        hint = f"{stem} is a scenario: parity run {stem}"
    missing = "no such file" if looks_like_path else "no sweep of that name"
    found = "a folder" if text and _is_folder(path) else missing
    raise ScenarioError(
        [Problem(text, "", found, f"a path to a .toml file, or one of {', '.join(shipped)}", hint)]
    )


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False

"""The scenarios that ship with Parity, and how a name or path given by a user is found."""

from __future__ import annotations

import re
from pathlib import Path

from sim.scenario.problems import Problem, ScenarioError, nearest

_PACKAGE = Path(__file__).resolve().parents[1]


def scenario_folder() -> Path:
    """Return the folder of shipped scenarios: package data when installed, else that of the repository."""
    installed = _PACKAGE / "_scenarios"
    return installed if installed.is_dir() else _PACKAGE.parent / "scenarios"


def shipped_scenarios() -> dict[str, Path]:
    """Return the shipped scenarios by name; core and baseline come first."""
    files = {path.stem: path for path in scenario_folder().glob("*.toml")}
    first = [name for name in ("baseline", "core") if name in files]
    return {name: files[name] for name in [*first, *sorted(files.keys() - set(first))]}


def find_scenario(given: str | Path) -> Path:
    """Return the file that a path or the name of a shipped scenario stands for."""
    text, path = str(given), Path(given)
    shipped = shipped_scenarios()
    looks_like_path = path.suffix == ".toml" or "/" in text or "\\" in text
    if looks_like_path and _exists(path):
        return path
    if path.name == text and text.removesuffix(".toml") in shipped:
        return shipped[text.removesuffix(".toml")]
    if not looks_like_path and path.name and _exists(path.with_name(f"{path.name}.toml")):
        return path.with_name(f"{path.name}.toml")
    near = nearest(path.stem, [*shipped, *(other.stem for other in _beside(path))])
    missing = "no such file" if looks_like_path else "no scenario of that name"
    found = "a folder" if text and _exists(path) and path.is_dir() else missing
    hint = f'did you mean "{near}"?' if near else ""
    raise ScenarioError([Problem(text, "", found, _allowed(shipped), hint)])


def _beside(path: Path) -> list[Path]:
    return list(path.parent.glob("*.toml")) if _exists(path.parent) else []


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _allowed(shipped: dict[str, Path]) -> str:
    return f"a path to a .toml file, or one of {', '.join(shipped)}"


def opening_comment(path: Path) -> str:
    """Return the comment a scenario file opens with, as one paragraph."""
    lines = []
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("#").strip())
    return " ".join(filter(None, lines))


def question(path: Path) -> str:
    """Return the question of a scenario file: its opening comment up to the question mark or full stop."""
    text = opening_comment(path)
    end = re.search(r"\?|\.(?=\s|$)", text)
    return text[: end.end()] if end else text

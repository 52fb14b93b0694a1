import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario import Scenario, load_scenario

SMALL = {
    "size.investors": 12,
    "size.policymakers": 8,
    "size.communities": 10,
    "social.degree": 4,
    "run.burn_in": 6,
    "run.weeks": 10,
}


@pytest.fixture
def small() -> Scenario:
    """The baseline with few agents and weeks."""
    return load_scenario("baseline").with_changes(SMALL)


@pytest.fixture
def small_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write a small scenario file into an empty folder, which is also the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(os.environ, "COLUMNS", "160")

    def write(text: str = "", name: str = "small.toml") -> Path:
        sections: dict[str, list[str]] = {}
        for key, value in SMALL.items():
            section, field = key.split(".")
            sections.setdefault(section, []).append(f"{field} = {value}")
        body = "\n".join(f"[{section}]\n" + "\n".join(lines) for section, lines in sections.items())
        path = tmp_path / name
        path.write_text(f'extends = "baseline"\n{body}\n{text}', encoding="utf-8")
        return path

    return write

"""``parity report``: where it writes, what it refuses, what it says."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from sim.cli import Group, report
from tests.report.examples import example

app = typer.Typer(cls=Group)
report.register(app)


@app.callback()
def parity() -> None:
    """Stand in for the whole command line."""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["report", *map(str, arguments)])


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("cli") / "sweep"
    example("list", place)
    return place


def test_a_report_is_written_beside_the_runs_and_replaced(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The command is read from the process's own arguments, which inside pytest are pytest's.
    monkeypatch.setattr("sys.argv", ["parity", "report", str(directory), "--outcome", "lag"])
    before = (directory / "manifest.json").read_bytes()
    done = run(directory, "--outcome", "lag")
    assert done.exit_code == 0, done.output
    folder = directory / "report"
    assert {path.name for path in folder.iterdir()} == {"report.html", "figures", "tables", "manifest.json"}
    assert "2 figures" in " ".join(done.output.split())
    assert "lag" in done.output
    told = json.loads((folder / "manifest.json").read_text())
    assert told["command"].startswith("parity report ")
    assert str(directory) not in (folder / "report.html").read_text(), "a page names no path of this machine"
    again = run(directory, "--outcome", "lag", "--quiet")
    assert again.exit_code == 0, again.output
    assert again.output.strip() == str(folder / "report.html")
    assert (directory / "manifest.json").read_bytes() == before


def test_another_folder_is_not_replaced_unasked(directory: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    done = run(directory, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "--force" in done.output
    (tmp_path / "out" / "letter.txt").write_text("mine")
    done = run(directory, "--out", tmp_path / "out", "--force")
    assert done.exit_code == 2
    assert (tmp_path / "out" / "letter.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--outcome", "lagg"), '"lagg"'),
        (("--discover", "lag >"), "lag >"),
        (("--discover", "lag > 1000"), "holds in none"),
    ],
)
def test_mistakes_are_told_in_a_line(
    directory: Path, options: tuple[str, ...], said: str, undrawn: None
) -> None:
    done = run(directory, *options)
    assert done.exit_code == 2
    assert said in done.output
    assert "Traceback" not in done.output


def test_a_folder_without_a_sweep_is_refused(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.exit_code == 2
    assert "holds no sweep" in done.output
    assert not list(tmp_path.iterdir())


def test_the_page_is_opened_when_asked(
    directory: Path, monkeypatch: pytest.MonkeyPatch, undrawn: None
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(typer, "launch", lambda url: opened.append(url))
    done = run(directory, "--outcome", "lag", "--open")
    assert done.exit_code == 0, done.output
    assert opened == [(directory / "report" / "report.html").resolve().as_uri()]

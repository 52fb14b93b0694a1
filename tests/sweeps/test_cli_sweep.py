"""``parity sweep``: output, exit codes, dry run, one run, interruption."""

import re
import signal
from pathlib import Path
from typing import Any

import pytest

from sim.cli import sweep as command
from sim.experiments.sweep import conductor
from sim.experiments.sweep.conductor import DiskFullError
from sim.experiments.sweep.dataset import load_data
from sim.experiments.sweep.dispatcher import Progress
from tests.sweeps.running import (
    contents,
    external,
    narrative,
    parity,
    serial,
    sleepy,
    started,
    wait_until,
    write_file,
)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run commands in an empty folder, with wide lines."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")


def test_a_sweep_and_once_more() -> None:
    file = write_file(narrative(), Path("mine.toml"))
    first = parity("sweep", file, "--executor", "serial")
    assert first.exit_code == 0, first.output
    assert re.search(r"sweeps/narrative +12 of 12 runs, 6 rows x 2 replicates; .* runs/s", first.stdout)
    assert "narrative: 12 runs" in first.stderr
    assert load_data("sweeps/narrative").complete
    again = parity("sweep", file, "--executor", "serial")
    assert again.exit_code == 0
    assert "nothing was missing" in again.stdout
    quiet = parity("sweep", file, "--executor", "serial", "--quiet")
    assert quiet.output.strip() == "sweeps/narrative"


def test_processes_give_the_same(tmp_path: Path) -> None:
    file = write_file(external(), Path("mine.toml"))
    result = parity("sweep", file, "--out", "out", "--workers", "2", "--batch", "10")
    assert result.exit_code == 0, result.output
    serial(external(), tmp_path / "whole")
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_changes_on_the_command_line() -> None:
    file = write_file(narrative(), Path("mine.toml"))
    result = parity(
        "sweep", file, "--out", "out", "--executor", "serial", "--set", "size.investors=13", "--replicates", "1",
        "--samples", "3",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    data = load_data("out")
    assert len(data.runs) == 3
    assert data.manifest["base_scenario"]["size"]["investors"] == 13


def test_a_broken_sweep_and_a_broken_base_have_headings_of_their_own() -> None:
    Path("base.toml").write_text('extends = "baseline"\n[claims]\nrate = 3\n')
    Path("mine.toml").write_text(
        'base = "base"\nreplicates = 0\n[design]\nkind = "grid"\n[factors."claims.rate"]\nrange = [0, 1]\n'
        '[outcomes]\nx = "gap mean"\n'
    )
    for words in (("sweep",), ("scenario", "check")):
        told = parity(*words, "mine.toml")
        assert told.exit_code == 2
        sweep, _, scenario = told.stderr.partition("\n1 problem in the scenario\n\nbase.toml\n  claims.rate")
        assert sweep.startswith("1 problem in the sweep\n\nmine.toml\n  replicates")
        assert "found:   3" in scenario


def test_mistakes_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    file = write_file(external(), Path("mine.toml"))
    assert parity("sweep", "nowhere.toml").exit_code == 2
    wrong = parity("sweep", file, "--set", "design.sample=3")
    assert wrong.exit_code == 2
    assert "samples" in wrong.stderr
    assert parity("sweep", file, "--executor", "threads").exit_code == 2
    assert parity("sweep", file, "--workers", "0").exit_code == 2
    dask = parity("sweep", file, "--executor", "dask")
    assert dask.exit_code == 1
    assert "--dask-scheduler ADDRESS" in dask.stderr
    for wrong_run in (("--only-row", "20"), ("--only-row", "-1"), ("--only-row", "0", "--replicate", "3")):
        assert parity("sweep", file, *wrong_run).exit_code == 2


def test_another_sweep_is_refused() -> None:
    file = write_file(external(), Path("mine.toml"))
    assert parity("sweep", file, "--out", "out", "--executor", "serial").exit_code == 0
    for more in ((), ("--dry-run",)):
        result = parity("sweep", file, "--out", "out", "--executor", "serial", "--replicates", "2", *more)
        assert result.exit_code == 2
        assert "replicates = 3 there, 2 here" in result.stderr
        assert "--force-new" in result.stderr
    forced = parity("sweep", file, "--out", "out", "--executor", "serial", "--replicates", "2", "--force-new")
    assert forced.exit_code == 0
    assert len(load_data("out-old").runs) == 60
    assert len(load_data("out").runs) == 40


def test_failures_give_exit_code_3() -> None:
    data = external("crashing", samples=10, replicates=1)
    file = write_file(data, Path("mine.toml"))
    for _ in range(2):
        result = parity("sweep", file, "--out", "out", "--executor", "serial")
        assert result.exit_code == 3
        assert re.search(r"\d runs? failed \(\d error\); see out/failures\.parquet", result.stderr)
        assert "RuntimeError: a is above 0.8" in result.stderr
        assert "parity sweep mine.toml --only-row" in result.stderr
        assert re.search(r"\d of 10 runs", result.stdout)


def test_a_full_disk_gives_exit_code_4(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: Any, **_named: Any) -> None:
        raise DiskFullError("no room to write in out; make room")

    monkeypatch.setattr(conductor, "sweep", full)
    result = parity("sweep", write_file(external(), Path("mine.toml")), "--out", "out")
    assert result.exit_code == 4
    assert "no room to write" in result.stderr


def test_a_dry_run_writes_nothing() -> None:
    file = write_file(narrative(samples=20), Path("mine.toml"))
    result = parity("sweep", file, "--dry-run", "--workers", "2")
    assert result.exit_code == 0, result.output
    for line in (
        r"design +20 rows, 2 factors, latin-hypercube",
        r"replicates +2",
        r"runs +40, and 2 runs of the base",
        r"to be made +42",
        r"time +about .* on 2 workers: .* ms a run and worker, from \d+ runs",
        r"disk +about .* kB, .* free",
        r"folder +sweeps/narrative",
    ):
        assert re.search(line, result.stdout), line
    assert [path.name for path in Path().iterdir()] == ["mine.toml"]


def test_a_dry_run_counts_what_is_there() -> None:
    file = write_file(external("crashing", samples=10, replicates=2), Path("mine.toml"))
    assert parity("sweep", file, "--out", "out", "--executor", "serial").exit_code == 3
    before = {path: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()}
    failed = len(load_data("out").failures)
    assert failed
    for more, count in (((), 0), (("--retry-failures",), failed), (("--force-new",), 20)):
        result = parity("sweep", file, "--out", "out", "--dry-run", *more)
        assert re.search(rf"to be made +{count}\b", result.stdout)
    assert {path: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()} == before


def test_one_run_of_the_base_or_the_design() -> None:
    file = write_file(narrative(), Path("mine.toml"))
    data = serial(narrative())
    for row, frame in ((-1, data.base), (4, data.runs)):
        result = parity("sweep", file, "--only-row", str(row), "--replicate", "1")
        assert result.exit_code == 0, result.output
        run = frame[(frame["row"] == row) & (frame["replicate"] == 1)].iloc[0]
        assert f"lag = {float(run['lag'])!r}" in result.stdout
        assert f"seed = {run['seed']}" in result.stdout
    assert not Path("sweeps").exists()


@pytest.mark.parametrize("notice", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_an_interruption_keeps_what_is_finished(notice: signal.Signals, tmp_path: Path) -> None:
    data = sleepy(40, 0.1)
    file, out = write_file(data, tmp_path / "mine.toml"), tmp_path / "out"
    process = started("sweep", file, "--out", out, "--workers", "2", "--batch", "2")
    wait_until(lambda: len(list(out.glob("runs/batch-*"))) >= 3)
    process.send_signal(notice)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    told = re.search(r"interrupted; (\d+) of 120 runs are kept in .*out", errors)
    assert told
    assert f"parity sweep {file} --out {out} --workers 2 --batch 2" in errors
    kept = load_data(out)
    assert not kept.complete
    assert len(kept.runs) == kept.manifest["runs"]["done"] == int(told[1]) >= 6
    assert not output


# -- progress ----------------------------------------------------------------------------------------------------


def test_progress_in_words() -> None:
    state = command._state(Progress(30, 120, 2, 20, 10.0))
    assert state == "2 runs/s, 45 s left, 2 failed"
    assert (
        command._state(Progress(0, 10, 0, 0, 1.0, "waiting for a Dask worker")) == "waiting for a Dask worker"
    )
    assert command._state(Progress(0, 10, 0, 0, 1.0)) == "starting"
    assert [command._span(s) for s in (3, 89, 600, 7200, 3e5)] == [
        "3 s",
        "89 s",
        "10 min",
        "2.0 h",
        "3.5 days",
    ]
    assert [command._size(s) for s in (12, 3456, 7.89e6, 1.2e9, 3e12)] == [
        "12 B", "3.46 kB", "7.89 MB", "1.2 GB", "3 TB",
    ]  # fmt: skip


def test_lines_now_and_then(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    now = 0.0
    monkeypatch.setattr(command.time, "monotonic", lambda: now)
    report = command._lines()
    for second in range(200):
        now = float(second)
        report(Progress(second, 200, 0, max(second, 1), max(second, 1)))
    lines = capsys.readouterr().err.splitlines()
    assert 3 <= len(lines) <= 6
    assert lines[0] == "  10 of 200 runs, 1 runs/s, 190 s left".replace("190 s", "3 min")


def test_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with command.contextlib.contextmanager(command._bar)("mine") as report:
        report(Progress(30, 120, 2, 20, 10.0))
    shown = capsys.readouterr().err
    assert "mine" in shown
    assert "30/120" in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown)

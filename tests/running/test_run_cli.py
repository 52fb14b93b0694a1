"""``parity run``: files, messages, exit codes, interruption."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import sim
from sim.cli import app

ROOT = Path(__file__).parents[2]
Write = Callable[..., Path]


def parity(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_run_writes_a_folder(small_file: Write) -> None:
    result = parity("run", small_file(), "--seed", "3")
    assert result.exit_code == 0, result.output
    folder = Path("runs/small-seed3")
    assert sorted(path.name for path in folder.iterdir()) == [
        "events.parquet",
        "manifest.json",
        "overview.png",
        "series.parquet",
    ]
    assert "gap_months" in result.stdout
    assert re.search(r"listed_index +\S", result.stdout)
    assert "week 9" in result.stdout
    assert "runs/small-seed3" in result.stdout
    assert sim.Run.load(folder).seeds == [3]


def test_default_names(small_file: Write) -> None:
    path = small_file()
    for _ in range(2):
        assert parity("run", path, "--no-figures", "--quiet").exit_code == 0
    many = parity("run", path, "--no-figures", "-r", "2", "--seed", "4")
    assert "90 % band" in many.stdout
    assert sorted(each.name for each in Path("runs").iterdir()) == [
        "small-seed0",
        "small-seed0-2",
        "small-seed4-x2",
    ]
    named = small_file("[labs]\n", "named.toml")
    named.write_text('name = "../odd name"\n' + named.read_text(encoding="utf-8"), encoding="utf-8")
    quiet = parity("run", named, "--no-figures", "--quiet")
    assert quiet.stdout.strip() == "runs/odd-name-seed0"


def test_quiet_prints_the_folder_only(small_file: Write) -> None:
    result = parity("run", small_file(), "--quiet", "--no-figures", "--out", "here")
    assert result.stdout == "here\n"
    assert result.stderr == ""
    assert sorted(path.name for path in Path("here").iterdir()) == [
        "events.parquet",
        "manifest.json",
        "series.parquet",
    ]


def test_changes_weeks_and_command_are_in_the_manifest(
    small_file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = [
        "run",
        str(small_file()),
        "--set",
        "distillation.potency=0.4",
        "--weeks",
        "3",
        "--out",
        "here",
    ]
    monkeypatch.setattr("sys.argv", ["parity", *arguments])
    result = parity(*arguments, "--no-figures", "-q")
    assert result.exit_code == 0, result.output
    manifest = json.loads(Path("here/manifest.json").read_text(encoding="utf-8"))
    assert manifest["scenario"]["distillation"]["potency"] == 0.4
    assert manifest["scenario"]["run"]["weeks"] == manifest["weeks"] == 3
    assert manifest["command"].startswith("parity run ")


def test_tables_are_those_of_python(small_file: Write) -> None:
    path = small_file()
    assert (
        parity("run", path, "-s", "2", "-r", "3", "-w", "1", "-q", "--no-figures", "-o", "cli").exit_code == 0
    )
    sim.run(path, seed=2, replicates=3, batch=1).save("api")
    for name in ("series.parquet", "events.parquet"):
        assert Path("cli", name).read_bytes() == Path("api", name).read_bytes()


def test_an_existing_folder_is_an_error_before_the_run(small_file: Write) -> None:
    path = small_file()
    Path("here").mkdir()
    Path("here/thesis.tex").write_text("", encoding="utf-8")
    result = parity("run", path, "--out", "here")
    assert result.exit_code == 2
    assert "here exists" in result.stderr
    assert "--force" in result.stderr
    assert "running" not in result.stderr
    forced = parity("run", path, "--out", "here", "--force")
    assert forced.exit_code == 2
    assert "not replaced" in forced.stderr
    assert Path("here/thesis.tex").exists()


def test_force(small_file: Write) -> None:
    path = small_file()
    for seed in ("1", "2"):
        assert (
            parity("run", path, "--seed", seed, "--out", "here", "--force", "-q", "--no-figures").exit_code
            == 0
        )
    assert sim.Run.load("here").seeds == [2]


def test_remarks_go_to_stderr(small_file: Write) -> None:
    result = parity(
        "run", small_file(), "--set", "market.cap=10", "--set", "run.weeks=90", "--no-figures", "-o", "x"
    )
    assert result.exit_code == 0
    assert "note: market.cap" in result.stderr
    assert "market.cap" not in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no-such"], "no scenario of that name"),
        (["baselin"], 'did you mean "baseline"'),
        (["missing.toml"], "no such file"),
        (["small.toml", "--set", "distillation.potncy=1"], "potency"),
        (["small.toml", "--set", "distillation.potency=-1"], "allowed"),
        (["small.toml", "--set", "distillation.potency"], "no value"),
        (["small.toml", "--seed", "-1"], "--seed"),
        (["small.toml", "--seed", "one"], "--seed"),
        (["small.toml", "--replicates", "0"], "--replicates"),
        (["small.toml", "--weeks", "0"], "--weeks"),
        (["small.toml", "--workers", "0"], "--workers"),
        (["small.toml", "--outt", "x"], "--out"),
        ([], "SCENARIO"),
    ],
)
def test_bad_input_is_told_and_writes_nothing(small_file: Write, arguments: list[str], message: str) -> None:
    small_file()
    result = parity("run", *arguments)
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output
    assert [path.name for path in Path().iterdir()] == ["small.toml"]


def test_a_failed_invariant_is_told_in_a_line(small_file: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim import model
    from sim.recording.invariants import InvariantError

    def fail(_model: object) -> None:
        raise InvariantError("week 1, seed 0, us-closed-1: valuation = nan")

    monkeypatch.setattr(model, "check_invariants", fail)
    result = parity("run", small_file())
    assert result.exit_code == 1
    assert "us-closed-1: valuation = nan" in result.stderr
    assert not Path("runs").exists()


def test_no_permission_is_told_before_the_run(small_file: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    result = parity("run", small_file(), "--out", "deep/er")
    assert result.exit_code == 2
    assert "no permission" in result.stderr


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_leaves_nothing(small_file: Write, workers: str) -> None:
    path = small_file()
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "run", str(path), "-r", "20000", "-w", workers],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True,
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.readline().startswith("running small")
    os.killpg(process.pid, signal.SIGINT)
    stdout, stderr = process.communicate(timeout=120)
    assert process.returncode == 130, stderr
    assert "interrupted; nothing was written" in stderr
    assert "Traceback" not in stderr
    assert stdout == ""
    assert [each.name for each in path.parent.iterdir()] == ["small.toml"]


def test_python_m_sim_and_no_pandas(small_file: Write) -> None:
    code = (
        "import sys; from sim.cli import app\n"
        "app(sys.argv[1:], standalone_mode=False)\n"
        "print(sorted({'pandas._libs', 'networkx.classes'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "run", str(small_file()), "-r", "2"],
        capture_output=True, text=True, timeout=120, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"
    module = subprocess.run(
        [sys.executable, "-m", "sim", "run", "--help"],
        capture_output=True, text=True, timeout=120, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True,
    )  # fmt: skip
    assert "--replicates" in module.stdout

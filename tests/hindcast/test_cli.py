"""``parity hindcast``: the folder, the table in the terminal, and mistakes told in a line."""

import json

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.recording import store

SMALL = [
    part
    for size in ("investors=20", "policymakers=10", "communities=20")
    for part in ("--set", f"size.{size}")
]


def call(*arguments):
    return CliRunner().invoke(app, ["hindcast", *arguments], env={"COLUMNS": "200"})


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hindcast") / "driven"
    done = call("-r", "20", "--no-rolling", "--no-report", "-o", str(folder), *SMALL)
    assert done.exit_code == 0, done.output
    return folder, done


def test_the_folder_holds_forecasts_observations_and_how_to_make_them_again(result):
    folder, _done = result
    assert {path.name for path in folder.iterdir()} == {
        "forecasts.parquet", "observed.parquet", "manifest.json",
    }  # fmt: skip
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["mode"] == "driven"
    assert manifest["replicates"] == 20
    assert manifest["scenario"]["size"]["investors"] == 20
    assert manifest["tables"]["forecasts.parquet"]["sha256"] == store.digest(folder / "forecasts.parquet")


def test_the_terminal_says_who_wins_and_how_often_intervals_hold(result):
    text = result[1].stdout
    for word in ("arena_gap", "listed_shock", "best baseline", "in 90", "none can", "forecasts.parquet"):
        assert word in text
    # Inputs of this mode are not in the table of scores.
    assert "eci_gap" not in text


def test_quiet_prints_the_folder_only_and_the_seed_fixes_the_bytes(result, tmp_path):
    folder, _done = result
    done = call("-r", "20", "--no-rolling", "--no-report", "-q", "-w", "2", "-o", str(tmp_path / "h"), *SMALL)
    assert done.exit_code == 0, done.output
    assert done.stdout.strip() == str(tmp_path / "h")
    assert store.digest(tmp_path / "h" / "forecasts.parquet") == store.digest(folder / "forecasts.parquet")


def test_a_forecast_origin_and_free_mode(tmp_path):
    done = call("-r", "20", "--until", "2024-12-31", "--no-report", "-o", str(tmp_path / "o"), *SMALL)
    assert done.exit_code == 0, done.output
    assert "record until 2024-12-31" in done.stdout
    manifest = json.loads((tmp_path / "o" / "manifest.json").read_text())
    assert manifest["origins"] == ["2024-12-31"]
    done = call("-r", "20", "--mode", "free", "--no-report", "-o", str(tmp_path / "f"), *SMALL)
    assert done.exit_code == 0, done.output
    assert "tightening_acts" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--until", "tomorrow"], "not a date"),
        (["--until", "2020-01-01"], "origin lies after"),
        (["--mode", "free", "--until", "2024-12-31"], "driven mode"),
        (["--mode", "free", "--rolling"], "driven"),
        (["--mode", "both"], "both"),
        (["-r", "3"], "20"),
        (["--set", "claims.polcy=none"], "polcy"),
    ],
)
def test_mistakes_are_told_without_a_traceback(arguments, told):
    done = call(*arguments)
    assert done.exit_code == 2
    assert told in " ".join(done.output.split())
    assert "Traceback" not in done.output


def test_a_folder_that_exists_is_left_alone(result):
    folder, _done = result
    before = store.digest(folder / "forecasts.parquet")
    done = call("-r", "20", "--no-report", "-o", str(folder), *SMALL)
    assert done.exit_code == 2
    assert "exists" in done.output
    assert store.digest(folder / "forecasts.parquet") == before

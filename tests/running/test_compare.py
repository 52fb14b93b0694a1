"""Paired comparison: statistics, pairing, files, command."""

import csv
import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from typer.testing import CliRunner, Result

import sim
from sim.cli import app
from sim.experiments.paired import paired_difference
from sim.scenario import Scenario

Write = Callable[..., Path]


def parity(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_paired_difference_against_scipy() -> None:
    rng = np.random.default_rng(1)
    luck = rng.normal(size=40)
    a, b = luck + 0.1 * rng.normal(size=40), 0.3 + luck + 0.1 * rng.normal(size=40)
    row = paired_difference("x", "1", a, b)
    interval = stats.ttest_rel(b, a).confidence_interval(0.95)
    assert row.pairs == 40
    assert math.isclose(row.difference, np.mean(b) - np.mean(a))
    assert math.isclose(row.low, interval.low)
    assert math.isclose(row.high, interval.high)
    pooled = math.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    assert math.isclose(row.standardised, row.difference / pooled)
    assert math.isclose(row.variance_ratio, (a.var(ddof=1) + b.var(ddof=1)) / (b - a).var(ddof=1))
    assert row.variance_ratio > 20
    assert row.clear


def test_independent_luck_saves_nothing() -> None:
    rng = np.random.default_rng(2)
    row = paired_difference("x", "1", rng.normal(size=4000), rng.normal(size=4000))
    assert 0.9 < row.variance_ratio < 1.1


def test_paired_difference_without_spread_or_values() -> None:
    same = paired_difference("x", "1", np.ones(3), np.ones(3))
    assert (same.difference, same.low, same.high) == (0.0, 0.0, 0.0)
    assert math.isnan(same.variance_ratio)
    assert math.isnan(same.standardised)
    assert not same.clear
    none = paired_difference("x", "1", np.full(3, np.nan), np.ones(3))
    assert none.pairs == 0
    assert math.isnan(none.difference)
    some = paired_difference("x", "1", np.array([1.0, np.nan, 2.0]), np.array([2.0, 5.0, 4.0]))
    assert some.pairs == 2
    assert some.difference == 1.5


def test_a_scenario_does_not_differ_from_itself(small: Scenario) -> None:
    found = sim.compare(small, small, replicates=3, seed=2)
    assert (found.table["difference"].dropna() == 0.0).all()
    assert not any(row.clear for row in found.rows)
    assert found.names == ("baseline (A)", "baseline (B)")


def test_table_and_differences(small: Scenario) -> None:
    other = small.with_changes({"distillation.potency": 0.6, "name": "copying"})
    found = sim.compare(small, other, replicates=4, seed=5, window=4)
    assert found.names == ("baseline", "copying")
    a, b = sim.run(small, seed=5, replicates=4), sim.run(other, seed=5, replicates=4)
    frame = found.differences
    assert list(frame.columns) == list(a.series.columns)
    assert frame["seed"].tolist() == a.series["seed"].tolist()
    np.testing.assert_array_equal(frame["gap"], b.series["gap"] - a.series["gap"])
    row = found.table.loc["gap"]
    expected = (b.array("gap")[:, -4:].mean(axis=1) - a.array("gap")[:, -4:].mean(axis=1)).mean()
    assert math.isclose(row["difference"], expected)
    assert row["unit"] == "OOM"
    assert list(found.table.index) == a.outputs
    at_week = sim.compare(small, other, replicates=4, seed=5, at_week=3)
    expected = (b.array("gap")[:, 3] - a.array("gap")[:, 3]).mean()
    assert math.isclose(at_week.table.loc["gap", "difference"], expected)


def test_pairing_saves_variance_in_what_is_not_changed(small: Scenario) -> None:
    other = small.with_changes({"valuation.copying_stalls": 0.3})
    row = {row.output: row for row in sim.compare(small, other, replicates=6).rows}["gap_months"]
    assert math.isnan(row.variance_ratio) or row.variance_ratio > 1.5


def test_lengths_are_matched(small: Scenario) -> None:
    found = sim.compare(small, small.with_changes({"run.weeks": 7}), replicates=2)
    assert found.a.weeks.tolist() == list(range(7))
    recorded = small.with_changes({"run.record_burn_in": True})
    assert sim.compare(recorded, small, replicates=2).a.weeks[0] == 0
    assert sim.compare(recorded, recorded, replicates=2, at_week=-3).window == (-3, -3)


def test_progress_covers_both(small: Scenario) -> None:
    told: list[tuple[int, int]] = []
    sim.compare(small, small, replicates=2, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (2 * 2 * 16, 2 * 2 * 16)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"replicates": 1}, "at least 2"),
        ({"window": 11}, "window"),
        ({"window": 0}, "window"),
        ({"at_week": 10}, "at_week"),
        ({"at_week": 2, "window": 2}, "not both"),
    ],
)
def test_arguments_out_of_range(small: Scenario, wrong: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sim.compare(small, small, **{"replicates": 2, **wrong})


def test_runs_that_are_no_pairs_are_refused(small: Scenario) -> None:
    a = sim.run(small, seed=1, replicates=2)
    with pytest.raises(ValueError, match="seeds"):
        sim.Comparison(a, sim.run(small, seed=2, replicates=2))
    with pytest.raises(ValueError, match="weeks"):
        sim.Comparison(a, sim.run(small, seed=1, replicates=2, weeks=5))


def test_command(small_file: Write) -> None:
    path = small_file()
    result = parity(
        "compare", path, path, "-r", "3", "--set-b", "distillation.potency=0.6", "--set", "run.weeks=8",
        "--out", "out",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert sorted(each.name for each in Path("out").iterdir()) == [
        "comparison.csv",
        "comparison.pdf",
        "comparison.png",
        "differences.parquet",
        "manifest.json",
    ]
    assert "95 % interval" in result.stdout
    assert "copied_share" in result.stdout
    assert "3 pairs, mean of weeks 0 to 7" in result.stdout
    manifest = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))
    assert manifest["b"]["scenario"]["distillation"]["potency"] == 0.6
    assert manifest["a"]["scenario"]["distillation"]["potency"] != 0.6
    with Path("out/comparison.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["output"]: row for row in csv.DictReader(file)}
    found = sim.compare(
        sim.load_scenario(path, ["run.weeks=8"]),
        sim.load_scenario(path, ["run.weeks=8", "distillation.potency=0.6"]),
        replicates=3,
    )
    assert float(rows["gap"]["difference"]) == found.table.loc["gap", "difference"]
    assert rows["control_strength_access"]["variance_ratio"] == ""
    assert "nan" not in Path("out/comparison.csv").read_text(encoding="utf-8")


def test_command_is_quiet_and_names_its_folder(small_file: Write) -> None:
    path = small_file()
    result = parity(
        "compare", path, "baseline", "-r", "2", "--weeks", "2", "--no-figures", "-q", "--set", "run.burn_in=2"
    )
    assert result.exit_code == 0, result.output
    assert result.stdout == "runs/compare-small-baseline-seed0-x2\n"
    assert result.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["small.toml", "no-such"], "no scenario of that name"),
        (["small.toml"], "B"),
        (["small.toml", "small.toml", "--replicates", "1"], "--replicates"),
        (["small.toml", "small.toml", "--set-a", "oh=1"], "oh"),
        (["small.toml", "small.toml", "--at-week", "99"], "--at-week 99: 0 to 9"),
        (["small.toml", "small.toml", "--window", "99"], "--window 99: at most 10"),
        (["small.toml", "small.toml", "--window", "2", "--at-week", "2"], "not both"),
        (["small.toml", "small.toml", "--out", "."], "exists"),
    ],
)
def test_bad_input_is_told_and_writes_nothing(small_file: Write, arguments: list[str], message: str) -> None:
    small_file()
    result = parity("compare", *arguments)
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output
    assert [path.name for path in Path().iterdir()] == ["small.toml"]

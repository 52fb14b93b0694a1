"""The commands: tables, files, and plain words with exit code 2."""

import importlib
import json

import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from sim.cli import Group
from sim.experiments.sweep.conductor import sweep
from sim.experiments.sweep.loading import sweep_from
from sim.scenario import load_scenario

app = typer.Typer(cls=Group)
for name in ("sensitivity", "discover", "effect", "report"):
    importlib.import_module(f"sim.cli.{name}").register(app)

EXTERNAL = {
    "model": "tests.sweeps.models:linear",
    "replicates": 2,
    "factors": {name: {"range": [0.0, 1.0]} for name in ("a", "b")},
    "outcomes": ["y"],
}
PARITY = {
    "base": "baseline",
    "weeks": 4,
    "replicates": 1,
    "base_changes": {"run.burn_in": 2, "size.investors": 10, "size.policymakers": 10, "size.communities": 10},
    "design": {"kind": "latin-hypercube", "samples": 30},
    "factors": {
        "distillation.potency": {"range": [0.0, 0.3], "name": "potency"},
        "export_control.strength": {"range": [0.0, 0.9]},
    },
    "outcomes": {"lag": "gap_months mean"},
}


def made(folder, **design):
    sweep(sweep_from(EXTERNAL | {"design": design}), folder, executor="serial")
    return folder


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    return made(tmp_path_factory.mktemp("cli") / "grid", kind="grid", levels=3)


@pytest.fixture(scope="module")
def hypercube(tmp_path_factory):
    return made(tmp_path_factory.mktemp("cli") / "lhs", kind="latin-hypercube", samples=100)


@pytest.fixture(scope="module")
def parity(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli") / "parity"
    sweep(sweep_from(PARITY), folder, executor="serial")
    return folder


def invoke(*words, code=0):
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result


def test_sensitivity_prints_and_writes(grid):
    result = invoke("sensitivity", grid)
    assert "shares of variance over the grid" in result.stdout
    assert "a x b" in result.stdout
    table = pd.read_csv(grid / "analysis" / "sensitivity-y.csv", index_col="input")
    assert table.loc["a", "share"] == pytest.approx(0.8)
    assert pd.read_csv(grid / "analysis" / "sensitivity-y-pairs.csv").shape[0] == 1
    noise = pd.read_csv(grid / "analysis" / "noise.csv")
    assert noise.loc[0, "of_means"] == 0.0


def test_quiet_prints_the_folder_alone(hypercube):
    result = invoke("sensitivity", hypercube, "--quiet", "--bootstrap", 20)
    assert result.stdout.strip() == str(hypercube / "analysis")
    table = pd.read_csv(hypercube / "analysis" / "sensitivity-y.csv", index_col="input")
    assert table.loc["b", "SRC"] < 0


def test_regression_works_on_other_designs_too(grid):
    result = invoke("sensitivity", grid, "--method", "regression", "--outcome", "y", code=2)
    assert "9 complete design rows for 2 terms" in result.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--outcome", "z"], 'no outcome "z"'),
        (["--method", "sobl"], 'no method "sobl"; did you mean "sobol"?'),
        (["--method", "sobol"], "needs a design of kind sobol"),
        (["--given-data", "delta"], "rbd-fast or none"),
        (["--bootstrap", "3"], "bootstrap"),
        (["--confidence", "2"], "confidence"),
    ],
)
def test_sensitivity_tells_what_is_wrong(hypercube, options, message):
    assert message in invoke("sensitivity", hypercube, *options, code=2).stderr


def test_a_folder_without_a_sweep_is_told(tmp_path):
    for command in (["sensitivity"], ["discover", "-y", "y > 1"], ["effect", "-f", "a"]):
        assert str(tmp_path) in invoke(command[0], tmp_path, *command[1:], code=2).stderr.replace("\n", "")


@pytest.mark.parametrize("command", ["sensitivity", "discover -y y>2", "effect -f a", "report"])
def test_a_torn_table_is_told_in_a_line(tmp_path, command):
    name, *more = command.split()
    folder = made(tmp_path / "torn", kind="grid", levels=3)
    (file,) = (folder / "runs").glob("*.parquet")
    file.write_bytes(file.read_bytes()[:200])
    told = invoke(name, folder, *more, code=2)
    assert "runs/part-00000.parquet" in told.stderr.replace("\n", "")
    assert isinstance(told.exception, SystemExit)


@pytest.mark.parametrize(
    ("file", "content"), [("x.csv", bytes(range(128, 255))), ("y.csv", b""), ("box.json", b"[]")]
)
def test_files_of_others_beside_the_analyses_are_passed_over(tmp_path, file, content):
    folder = made(tmp_path / "mine", kind="grid", levels=3)
    invoke("discover", folder, "-y", "y > 2", "-q")
    (folder / "analysis" / file).write_bytes(content)
    invoke("report", folder, "-q")


def test_a_run_is_no_sweep(tmp_path):
    (tmp_path / "manifest.json").write_text('{"format": "parity-run/1"}')
    for command in (["sensitivity"], ["report"]):
        told = invoke(*command, tmp_path, code=2).stderr.replace("\n", "")
        assert "holds a run of Parity and no sweep" in told


def test_effect_prints_and_writes(grid):
    result = invoke("effect", grid, "--factor", "a", "--by", "b")
    assert "3 cells x 2 seeds, interval over seeds" in result.stdout
    table = pd.read_csv(grid / "analysis" / "effect-a.csv")
    assert table.loc[0, "difference"] == pytest.approx(2.0)
    assert (table.loc[0, "low"], table.loc[0, "high"]) == pytest.approx((2.0, 2.0))
    by = pd.read_csv(grid / "analysis" / "effect-a-by.csv")
    assert by["change"].to_numpy() == pytest.approx(np.zeros(3), abs=1e-9)
    half = invoke("effect", grid, "-f", "a", "--from", "0", "--to", "0.5", "-q")
    assert half.stdout.strip() == str(grid / "analysis")
    assert pd.read_csv(grid / "analysis" / "effect-a.csv").loc[0, "difference"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-f", "aa"], 'did you mean "a"?'),
        (["-f", "a", "--from", "0"], "give --from and --to together"),
        (["-f", "a", "--from", "0", "--to", "9"], "no level 9"),
        (["-f", "a", "--by", "c"], 'no factor "c"'),
    ],
)
def test_effect_tells_what_is_wrong(grid, options, message):
    assert message in invoke("effect", grid, *options, code=2).stderr


def test_effect_without_pairs_says_so_once(hypercube):
    told = invoke("effect", hypercube, "-f", "a", code=2).stderr
    assert told.count("no two rows differ in a alone") == 1


def test_discover_writes_tables_for_an_external_model_and_no_scenario(hypercube):
    result = invoke("discover", hypercube, "--outcome", "y > 2")
    assert "no scenario file: the sweep runs the external model" in result.stderr
    assert "Box" in result.stdout
    box = pd.read_csv(hypercube / "analysis" / "box.csv", index_col="factor")
    assert box.loc["a", "low"] > 0.3
    trajectory = pd.read_csv(hypercube / "analysis" / "box-trajectory.csv")
    assert trajectory["chosen"].sum() == 1
    assert (hypercube / "analysis" / "box-leaves.csv").exists()
    assert not (hypercube / "analysis" / "box.toml").exists()
    told = json.loads((hypercube / "analysis" / "box.json").read_text())
    assert (told["condition"], told["asked"]["method"], told["scenario"]) == ("y > 2", "both", None)
    chosen = trajectory[trajectory["chosen"]].iloc[0]
    for name in ("coverage", "density", "mass", "cases", "of_interest"):
        assert told["box"][name] == pytest.approx(chosen[name])
    limit = next(one for one in told["box"]["limits"] if one["factor"] == "a")
    assert limit["low"] == pytest.approx(box.loc["a", "low"])
    assert limit["quasi_p_high"] is None  # free at its high end: not a number there
    assert told["remarks"][-1].startswith("no scenario file")


def test_discover_writes_a_scenario_that_runs(parity, tmp_path):
    out = tmp_path / "wide gap.toml"
    result = invoke("discover", parity, "-y", "lag > baseline", "--out", out, "--method", "prim", "--try")
    assert "run with the seeds of the sweep: lag = " in result.stderr
    assert load_scenario(out).run.weeks == 4
    assert (parity / "analysis" / "wide-gap-trajectory.csv").exists()
    assert not (parity / "analysis" / "wide-gap-leaves.csv").exists()
    told = json.loads((parity / "analysis" / "wide-gap.json").read_text())
    assert told["scenario"] == str(out)
    assert "the scenario of the box, run with the seeds" in told["remarks"][-1]
    assert set(told["baseline"]) == {"lag"}


def test_a_later_discovery_leaves_no_table_of_an_earlier_one(hypercube):
    leaves = hypercube / "analysis" / "again-leaves.csv"
    for method, there in (("both", True), ("prim", False)):
        invoke("discover", hypercube, "-y", "y > 2", "--method", method, "--out", "again.toml", "-q")
        assert leaves.exists() is there


def test_a_report_knows_the_condition_of_a_discovery_without_a_scenario(hypercube):
    """Of an external model there is no scenario file, which would say it."""
    from sim.experiments.sweep.dataset import load_data
    from sim.report.discovery_section import _left

    invoke("discover", hypercube, "-y", "y > 2.1", "--out", "told.toml", "-q")
    (told,) = (one for one in _left(load_data(hypercube).directory) if one.name == "told")
    assert told.condition == "y > 2.1"
    assert any(remark.startswith("no scenario file") for remark in told.remarks)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-y", "lagg > 1"], 'did you mean "lag"?'),
        (["-y", "lag > 1e9"], "holds in none of 30 cases"),
        (["-y", "lag > 6", "--method", "tree"], 'no method "tree"'),
        (["-y", "lag > 6", "--point", "edge"], "centre or medoid"),
        (["-y", "lag > 6", "--mass-min", "2"], "mass_min = 2"),
    ],
)
def test_discover_tells_what_is_wrong(parity, options, message):
    assert message in invoke("discover", parity, *options, code=2).stderr

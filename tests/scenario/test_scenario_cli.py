"""``parity scenario`` as a user sees it: output, messages, exit codes."""

import json
import subprocess
import sys
import tomllib

import jsonschema
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.scenario import Scenario, load_scenario, shipped_scenarios


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")


def parity(*arguments):
    return CliRunner().invoke(app, list(arguments))


def test_list():
    result = parity("scenario", "list")
    assert result.exit_code == 0
    for name in shipped_scenarios():
        assert name in result.stdout
    assert "Does the model treat both blocs alike?" in result.stdout


def test_show_is_a_scenario_file(write):
    result = parity("scenario", "show", "controls-schedule", "--set", "policy.friction=0.7")
    assert result.exit_code == 0
    path = write(result.stdout)
    assert load_scenario(path) == load_scenario("controls-schedule", ["policy.friction=0.7"])
    assert "friction = 0.7  # x wk; set by --set, default 0.5; [A] assumption" in result.stdout
    assert "strength = 0.15  # set by controls-schedule.toml, default 0.35" in result.stdout
    assert "potency = 0.15  # 1/yr; set by baseline.toml, the default" in result.stdout
    assert "jump_rate = 1.0  # 1/yr; default; [A]" in result.stdout


def test_show_json():
    result = parity("scenario", "show", "baseline", "--json")
    document = json.loads(result.stdout)
    assert Scenario.model_validate(document["scenario"]) == load_scenario("baseline")
    assert document["digest"] == load_scenario("baseline").digest()
    potency = document["parameters"]["distillation.potency"]
    assert (potency["unit"], potency["default"]) == ("1/yr", 0.15)
    assert potency["set_by"].endswith("baseline.toml")
    assert document["parameters"]["labs.cn-open-1.compute"]["default"] == -0.75


def test_check(write):
    good = write('extends = "baseline"\n[run]\nweeks = 300\n', "good.toml")
    bad = write('extends = "baseline"\n[run]\nweks = 3\n', "bad.toml")
    worse = write("[run\n", "worse.toml")
    result = parity("scenario", "check", str(good), "core")
    assert result.exit_code == 0
    assert "ok  core" in result.stdout
    assert "note: market.cap" in result.stdout
    result = parity("scenario", "check", str(bad), str(worse), str(good))
    assert result.exit_code == 2
    assert "ok" in result.stdout
    for text in ("bad.toml", "run.weks", "line 3", 'did you mean "weeks"?', "worse.toml", "line 1, column 5"):
        assert text in result.stderr
    assert "Traceback" not in result.output


def test_scenario_errors_exit_with_2():
    for arguments in (("show", "baselin"), ("diff", "baseline", "cor"), ("show", "baseline", "--set", "a=1")):
        result = parity("scenario", *arguments)
        assert result.exit_code == 2
        assert "problem" in result.stderr
        assert "Traceback" not in result.output
        assert not result.stdout


def test_brackets_in_messages_are_printed_as_they_are(write):
    path = write('extends = "baseline"\n[[events]]\ntype = "[bold]x[/bold]"\nweek = 1\n')
    result = parity("scenario", "check", str(path))
    assert "events[0]" in result.stderr
    assert '"[bold]x[/bold]"' in result.stderr


def test_diff():
    result = parity("scenario", "diff", "baseline", "tight-controls")
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["export_control.strength", "0.35", "0.7", "1"] in lines
    assert len(lines) == 3
    assert "do not differ" in parity("scenario", "diff", "core", "core.toml").stdout
    assert "control_act, 2022-10-07" in parity("scenario", "diff", "baseline", "controls-schedule").stdout
    result = parity("scenario", "diff", "core", "baseline")
    assert any(line.split()[:3] == ["export_control.lag", "0", "26"] for line in result.stdout.splitlines())


def test_schema(tmp_path):
    result = parity("scenario", "schema")
    jsonschema.Draft202012Validator.check_schema(json.loads(result.stdout))
    path = tmp_path / "schema.json"
    assert parity("scenario", "schema", "--output", str(path)).exit_code == 0
    assert json.loads(path.read_text()) == json.loads(result.stdout)


def test_mistyped_commands_and_options():
    result = parity("scenaro")
    assert result.exit_code == 2
    assert "scenario" in result.stderr
    result = parity("scenario", "shw", "baseline")
    assert result.exit_code == 2
    assert "show" in result.stderr
    result = parity("scenario", "show", "baseline", "--jso")
    assert result.exit_code == 2
    assert "--json" in result.stderr


def test_help_and_version():
    assert "parity scenario check mine.toml" in parity("--help").stdout
    assert parity("--version").stdout.startswith("parity ")
    for command in ("list", "show", "check", "schema", "diff"):
        assert parity("scenario", command, "-h").exit_code == 0


def test_as_a_program(write):
    bad = write('[policy]\nfriction = "high"\n')
    command = [sys.executable, "-m", "sim"]
    result = subprocess.run(
        [*command, "scenario", "check", str(bad)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert "policy.friction" in result.stderr
    assert "Traceback" not in result.stderr
    names = ("matplotlib", "pandas", "pyarrow", "mesa", "scipy", "pydantic")
    heavy = f"import sys, sim.cli; print(set({names}) & {{*sys.modules}})"
    result = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"


def test_show_pipes_into_a_valid_file():
    shown = tomllib.loads(parity("scenario", "show", "baseline").stdout)
    assert shown == load_scenario("baseline").resolved()

"""A whole small calibration: what it writes, that it goes on, and that workers do not matter."""

import json
import shutil
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

pytest.importorskip("pyabc", reason="the extra 'calibration' is not installed")

from sim.calibration import running
from sim.calibration.factors import FACTORS
from sim.calibration.outputs import PARTICLES, POSTERIOR, SCENARIO, write
from sim.calibration.settings import FILE, Plan, claim, identity
from sim.cli import app
from sim.recording.store import StoreError
from sim.scenario import load_scenario

PLAN = Plan(prior=120, particles=24, populations=2, probes=64, sets=20, worlds=24, seed=2)
COMMAND = "parity calibrate"


@pytest.fixture
def few_lucky(monkeypatch):
    for module in ("luck", "running"):
        for name, value in (("POINTS", 4), ("WORLDS", 3)):
            target = name if module == "luck" else f"LUCK_{name}"
            monkeypatch.setattr(f"sim.calibration.{module}.{target}", value)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        name: (folder / name).read_bytes() for name in (POSTERIOR, PARTICLES, SCENARIO, "report/report.html")
    }


@pytest.mark.slow
def test_a_calibration_from_beginning_to_end(tmp_path, problem, prediction, few_lucky):
    told: list[tuple[str, int, int]] = []
    folder = tmp_path / "one"
    done = running.calibrate(
        folder, PLAN, problem=problem, prediction=prediction, progress=lambda *one: told.append(one)
    )
    page = write(done, folder, COMMAND, 1.0)
    assert page.is_file()

    table = pd.read_parquet(folder / POSTERIOR)
    assert len(table) == PLAN.particles
    assert table["weight"].sum() == pytest.approx(1.0)
    for factor in FACTORS:
        assert table[factor.name].between(factor.low, factor.high).all(), factor.name
    particles = pd.read_parquet(folder / PARTICLES)
    assert (particles["distance"] <= done.last.threshold).all()
    assert particles["latent_copied_share"].between(0, 1).all()
    assert list(particles["weight"]) == list(table["weight"])

    text = (folder / SCENARIO).read_text(encoding="utf-8")
    values = tomllib.loads(text)
    assert values["claims"]["policy"] == "strategic"
    assert len(values["distillation"]) == 2
    shutil.copy(Path("scenarios") / "baseline.toml", folder)  # the file stands beside what it extends
    shutil.copy(Path("scenarios") / "hindcast-2022-2025.toml", folder)
    scenario = load_scenario(str(folder / SCENARIO))
    median = float(np.median(table["potency"]))
    assert scenario.distillation.potency == pytest.approx(median, abs=0.5)
    (folder / "baseline.toml").unlink()
    (folder / "hindcast-2022-2025.toml").unlink()

    labels = list(dict.fromkeys(label for label, _done, _total in told))
    assert labels[:3] == ["luck", "prior sample", "generation 1"]
    counts = [number for _label, number, _total in told]
    assert counts == sorted(counts)
    assert counts[-1] == told[-1][2]
    page_text = page.read_text(encoding="utf-8")
    for words in ("What this cannot say", "The ridge", "not identified", "Check by simulation"):
        assert words in page_text
    manifest = json.loads((folder / FILE).read_bytes())
    assert manifest["simulations"] == done.simulations
    assert len(manifest["generations"]) == len(done.generations)

    # Everything is there: going on simulates nothing and gives the same bytes.
    before = bytes_of(folder)
    again = running.calibrate(folder, PLAN, problem=problem, prediction=prediction)
    write(again, folder, COMMAND, 1.0)
    assert bytes_of(folder) == before

    # Cut off in the middle, and with two workers.
    other = tmp_path / "two"
    shutil.copytree(folder / "prior", other / "prior")
    shutil.copy(folder / FILE, other / FILE)
    two = running.calibrate(other, PLAN, problem=problem, prediction=prediction, workers=2)
    write(two, other, COMMAND, 1.0)
    assert bytes_of(other) == before


def test_a_folder_holds_one_calibration(tmp_path, problem):
    mine = identity(PLAN, problem)
    assert claim(tmp_path / "a", mine, resume=True) is None
    assert claim(tmp_path / "a", mine, resume=True) is None
    with pytest.raises(StoreError, match="holds a calibration"):
        claim(tmp_path / "a", mine, resume=False)
    other = identity(Plan(prior=121, seed=2), problem)
    with pytest.raises(StoreError, match="prior 120, not 121"):
        claim(tmp_path / "a", other, resume=True)
    longer = identity(Plan(**{**PLAN.__dict__, "populations": 9}), problem)
    assert claim(tmp_path / "a", longer, resume=True) is None
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "letter.txt").write_text("mine")
    with pytest.raises(StoreError, match="holds no calibration"):
        claim(tmp_path / "b", mine, resume=True)
    (tmp_path / "a" / FILE).write_text("{")
    with pytest.raises(StoreError, match="cannot be read"):
        claim(tmp_path / "a", mine, resume=True)


def test_the_command_explains_and_estimates():
    runner = CliRunner()
    told = runner.invoke(app, ["calibrate", "--help"])
    assert told.exit_code == 0
    assert "posterior.parquet" in told.output
    plan = runner.invoke(app, ["calibrate", "--dry-run", "--prior", "1000", "--workers", "2"])
    assert plan.exit_code == 0
    assert "1,000" in plan.output
    assert "minutes" in plan.output


def test_a_foreign_folder_is_a_plain_error(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    told = CliRunner().invoke(app, ["calibrate", "--out", str(tmp_path), "--fast"])
    assert told.exit_code == 2
    assert "holds no calibration" in told.output
    assert "Traceback" not in told.output


def test_without_the_extra_the_command_says_what_to_install(monkeypatch):
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *_: None)
    told = CliRunner().invoke(app, ["calibrate", "--dry-run"])
    assert told.exit_code == 2
    assert "parity-sim[calibration]" in told.output

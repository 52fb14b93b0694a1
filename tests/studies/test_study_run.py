"""Running a study: parts, folds, resuming, the command."""

from dataclasses import replace

import pytest
import typer
from typer.testing import CliRunner

from sim.cli import study as command
from sim.studies import gates
from sim.studies.running import run_parts

TINY = {
    "run.burn_in": 4,
    "size.investors": 8,
    "size.policymakers": 4,
    "size.communities": 8,
    "social.degree": 2,
}


@pytest.fixture(scope="module")
def tiny(study):
    """Three parts, as short as they get: a grid with series, folds of a crossed hypercube, an external model."""
    short = dict(study.short) | {"weeks": 8, "replicates": 2, "folds": 2, "draws": 2, "base_changes": TINY}
    parts = {}
    for name in ("decay", "plausible", "records"):
        part = {key: value for key, value in study.parts[name].items() if key != "fast"}
        parts[name] = part
    parts["plausible"] |= {
        "cross": [{"arm": "all"}, {"arm": "silent"}],
        "common_outcomes": ["share", "share_investors"],
    }
    parts["records"] |= {"fast": {"row": {"weeks": 20, "size": 20}, "replicates": 1}}
    parts["records"]["design"] = dict(parts["records"]["design"]) | {
        "rows": parts["records"]["design"]["rows"][:2]
    }
    parts["decay"]["factors"] = {
        "copying": parts["decay"]["factors"]["copying"],
        "campaign": {"settings": {"all": {}, "year": {"use": ["copying-campaign"]}}},
    }
    return replace(study, parts=parts, short=short, fast=True)


@pytest.fixture
def quick_gates(monkeypatch):
    """Neutrality tests take a while and are tested elsewhere."""
    check = {"group": "T0", "statement": "s", "predicted": "0", "measured": "0", "agrees": True}
    monkeypatch.setattr(gates, "_checks", lambda seeds: iter([check]))


def test_parts_run_and_go_on(tiny, tmp_path, quick_gates):
    told = []
    first = run_parts(
        tiny,
        tmp_path,
        executor="serial",
        progress=lambda label, done, total: told.append((label, done / total)),
    )
    assert told[-1][1] == 1.0
    runs = first.runs["plausible"]
    assert len(runs) == 2 * 2 * 2  # folds, draws, arms
    assert runs["error_investors"].notna().all()
    # Arms of a draw share everything but the arm.
    shared = runs.groupby(["fold", "draw", "seed"])["potency"]
    assert (shared.nunique() == 1).all()
    assert (shared.size() == 2).all()
    assert set(first.series["decay"]["week"]) == {0, 4}
    assert (first.runs["records"]["timing_n"] == 3 * 20).all()
    # What is finished is not run again, and what is missing is.
    import shutil

    shutil.rmtree(tmp_path / "parts" / "plausible" / "fold-01")
    stamp = (tmp_path / "parts" / "decay" / "manifest.json").stat().st_mtime_ns
    second = run_parts(tiny, tmp_path, executor="serial")
    assert (tmp_path / "parts" / "decay" / "manifest.json").stat().st_mtime_ns == stamp
    assert second.runs["plausible"].equals(runs)


def application() -> typer.Typer:
    app = typer.Typer()
    command.register(app)
    app.command("other")(lambda: None)
    return app


def test_the_list(study):
    answer = CliRunner().invoke(application(), ["study", "list"])
    assert answer.exit_code == 0
    assert "narrative-vs-benchmark" in answer.output


def test_a_dry_run_plans_and_runs_nothing(tmp_path, study):
    where = tmp_path / "out"
    answer = CliRunner().invoke(
        application(), ["study", "narrative-vs-benchmark", "--fast", "--dry-run", "--out", str(where)]
    )
    assert answer.exit_code == 0, answer.output
    assert all(part in answer.output for part in study.parts)
    assert "minutes" in answer.output
    assert not where.exists()


def test_faulty_options_are_told():
    run = CliRunner()
    assert (
        run.invoke(application(), ["study", "narrative-vs-benchmark", "--executor", "magic"]).exit_code == 2
    )


@pytest.mark.slow
def test_the_short_version_runs_from_end_to_end(tmp_path):
    answer = CliRunner().invoke(
        application(), ["study", "narrative-vs-benchmark", "--fast", "--out", str(tmp_path), "--workers", "2"]
    )
    assert answer.exit_code == 0, answer.output
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "This is no result" in page
    assert "S25" in page

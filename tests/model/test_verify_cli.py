"""``parity verify``: what it prints, and what its exit codes mean."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.experiments import verification
from sim.experiments.checks import Check


def invoke(*words, code=0):
    result = CliRunner().invoke(app, ["verify", *words])
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def two_groups(monkeypatch):
    """Groups that agree and disagree as they are named."""

    def checks(group, agrees):
        return lambda seeds: iter([Check(group, f"[{group}] holds", "yes", f"{len(seeds)} seeds", agrees)])

    monkeypatch.setattr(
        verification, "GROUPS", {"control": checks("control", True), "peers": checks("peers", False)}
    )


def test_all_agree(two_groups):
    told = invoke("control", "--seeds", "7").stdout
    assert "agrees    [control] holds" in told
    assert told.endswith("1 of 1 statement agrees (7 paired seeds).\n")


def test_a_disagreement_is_named_again_and_told_to_be_a_result(two_groups):
    told = invoke("--seeds", "90", code=1).stdout
    assert "disagrees [peers] holds" in told
    end = told.partition("1 of 2 statements agree (90 paired seeds; peers: 40).")[2]
    assert "peers: [peers] holds" in end
    assert "predicted yes; measured 90 seeds" in end
    assert "a result about the model, not a failure of the run" in end
    assert "Exit code 1" in end


def test_an_unknown_group_has_another_exit_code():
    told = invoke("contrl", code=2).stderr
    assert "unknown group contrl: one of control, campaign" in told
    assert 'did you mean "control"?' in told


def test_groups_of_few_seeds_are_as_few_as_said():
    (check,) = verification.label_swap(range(2))
    assert check.statement.endswith("2 seeds")
    assert verification.MOST_SEEDS == {"label-swap": 10, "peers": 40}
    assert verification.MOST_SEEDS.keys() <= verification.GROUPS.keys()

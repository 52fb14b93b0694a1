"""Failures: noted with reason and command, the other runs of the batch are made, the sweep completes."""

import shlex
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.experiments.runner import WorkerError
from sim.experiments.sweep import dispatcher
from sim.experiments.sweep.conductor import sweep
from sim.experiments.sweep.specification import Sweep
from sim.experiments.sweep.timing import OverTime, limited
from tests.sweeps.running import contents, external, made, narrative, parity, serial, tidy, write_file

HIGH = [0.1, 0.95, 0.2, 0.3, 0.4, 0.99, 0.5, 0.6]
BAD = [1, 5]


def listed(model: str, values: list[float] = HIGH, replicates: int = 2, **more: Any) -> dict[str, Any]:
    """A sweep of an external model over a list of values of a."""
    data = external(model, replicates=replicates, **more)
    data["factors"] = {"a": {"range": [0.0, 1.0]}}
    data["design"] = {"kind": "list", "rows": [{"a": a} for a in values]}
    if ":" in model:
        data["model"] = model
    return data


def test_a_run_that_raises(tmp_path: Path) -> None:
    data = serial(listed("crashing"), tmp_path / "out")
    assert data.complete
    assert sorted(set(data.runs["row"])) == [0, 2, 3, 4, 6, 7]
    assert len(data.runs) == 12
    failures = data.failures
    assert list(zip(failures["row"], failures["replicate"], failures["seed"], strict=True)) == [
        (1, 0, 5), (1, 1, 6), (5, 0, 5), (5, 1, 6),
    ]  # fmt: skip
    assert set(failures["kind"]) == {"error"}
    assert set(failures["error"]) == {"RuntimeError: a is above 0.8"}
    assert failures["traceback"].str.contains("in crashing").all()
    assert data.manifest["runs"] == {"planned": 16, "done": 12, "failed": 4}
    assert tidy(tmp_path / "out")


def test_batches_do_not_matter_to_failures(tmp_path: Path) -> None:
    for name, batch in (("one", 1), ("five", 5), ("all", 100)):
        serial(listed("crashing"), tmp_path / name, batch=batch, command="again")
    assert contents(tmp_path / "one") == contents(tmp_path / "five") == contents(tmp_path / "all")


def test_the_command_repeats_the_run(tmp_path: Path) -> None:
    file = write_file(listed("crashing"), tmp_path / "crashing.toml")
    result = parity("sweep", file, "--out", tmp_path / "out", "--executor", "serial", "--set", "seed=9")
    assert result.exit_code == 3
    from sim.experiments.sweep.dataset import load_data

    command = load_data(tmp_path / "out").failures["command"].iloc[3]
    words = shlex.split(command)
    assert words[:2] == ["parity", "sweep"]
    again = parity(*words[1:])
    assert again.exit_code == 1
    assert "row = 5\nreplicate = 1\nseed = 10\na = 0.99" in again.stdout
    assert "RuntimeError: a is above 0.8" in again.stderr
    assert "in crashing" in again.stderr
    fine = parity("sweep", file, "--only-row", "2", "--replicate", "1")
    assert fine.exit_code == 0
    assert "y = 1.4" in fine.stdout


def test_a_run_that_takes_its_worker_down(tmp_path: Path) -> None:
    data = sweep(made(listed("killing", HIGH[:4], replicates=1)), tmp_path / "out", workers=1, batch=2)
    assert data.failures["row"].tolist() == [1]
    assert data.failures["kind"].tolist() == ["worker lost"]
    assert data.failures["traceback"].str.contains("SIGKILL").all()
    assert data.runs["row"].tolist() == [0, 2, 3]
    assert tidy(tmp_path / "out")


@pytest.mark.slow
def test_several_runs_that_take_their_workers_down(tmp_path: Path) -> None:
    data = sweep(made(listed("killing")), tmp_path / "out", workers=2, batch=4)
    assert sorted(set(data.failures["row"])) == BAD
    assert set(data.failures["kind"]) == {"worker lost"}
    assert len(data.runs) == 12


@pytest.mark.parametrize("executor", ["serial", "threads"])
def test_a_run_that_takes_too_long(executor: str, tmp_path: Path) -> None:
    data = listed("sleeping", [0.5, 0.6, 0.7], replicates=1)
    data["factors"] = {"sleep": {"range": [0.0, 1.0]}}
    data["design"]["rows"] = [{"sleep": s} for s in (0.001, 0.4, 0.002)]
    with ThreadPoolExecutor(1) as pool:
        hands: Any = pool if executor == "threads" else executor
        found = sweep(made(data), tmp_path / "out", executor=hands, time_limit_per_run=0.1)
    assert found.failures["row"].tolist() == [1]
    assert found.failures["kind"].tolist() == ["time limit"]
    assert found.failures["error"].tolist() == ["more than 0.1 s"]
    assert found.runs["row"].tolist() == [0, 2]


def test_a_model_that_computes_for_ever_is_interrupted() -> None:
    data = made(listed("tests.sweeps.troubles:busy", [0.1, 0.95], replicates=1))
    for executor in ("serial", ThreadPoolExecutor(1)):
        found = sweep(data, executor=executor, time_limit_per_run=0.1)
        assert found.failures["kind"].tolist() == ["time limit"]
        assert found.runs["row"].tolist() == [0]


@pytest.mark.slow
def test_a_model_that_hears_no_signal_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatcher, "PATIENCE_SECONDS", 6.0)
    data = made(listed("tests.sweeps.troubles:deaf", [0.1, 0.95], replicates=1))
    found = sweep(data, workers=1, time_limit_per_run=0.05, batch=1)
    assert found.failures["row"].tolist() == [1]
    assert found.failures["kind"].tolist() == ["time limit"]
    assert found.runs["row"].tolist() == [0]


def test_narrative_runs_look_at_the_clock() -> None:
    found = serial(narrative(samples=2, replicates=1, weeks=40), time_limit_per_run=0.001)
    assert set(found.failures["kind"]) == {"time limit"}
    assert sorted(found.failures["row"]) == [-1, 0, 1]
    assert found.runs.empty
    assert found.complete
    plenty = serial(narrative(samples=2, replicates=1), time_limit_per_run=60.0)
    assert plenty.failures.empty


def test_an_error_in_one_world_leaves_the_others_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from sim import model
    from sim.recording.invariants import InvariantError

    whole = serial(narrative(replicates=1), tmp_path / "whole").runs
    bad = whole["control"].iloc[3]
    before = model.check_invariants

    def fragile(world: Any) -> None:
        if world.week == 4 and np.any(world.parameters.export_control.strength == bad):
            raise InvariantError("out of range")
        before(world)

    monkeypatch.setattr(model, "check_invariants", fragile)
    found = serial(narrative(replicates=1), tmp_path / "out")
    assert found.failures["row"].tolist() == [3]
    assert found.failures["error"].tolist() == ["InvariantError: out of range"]
    assert found.runs["lag"].tolist() == whole["lag"].drop(3).tolist()
    assert found.series["row"].nunique() == 5


def test_a_row_that_makes_no_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = made(narrative(replicates=1))
    before = Sweep.scenario_of
    bad = chosen.table()["control"].iloc[2]

    def choosy(self: Sweep, values: Any) -> Any:
        if values.get("control") == bad:
            raise ValueError("not this one")
        return before(self, values)

    monkeypatch.setattr(Sweep, "scenario_of", choosy)
    found = serial(chosen)
    assert found.failures["row"].tolist() == [2]
    assert found.failures["error"].tolist() == ["ValueError: not this one"]
    assert len(found.runs) == 5


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("nothing", "returned no 'y', only z"),
        ("one_number", "of shape (), not one number for each of 1 runs"),
        ("a_list", "returned list, not a mapping"),
    ],
)
def test_models_that_return_something_else(model: str, told: str) -> None:
    found = serial(listed(f"tests.sweeps.troubles:{model}", [0.1], replicates=1))
    assert told in found.failures["error"].iloc[0]
    assert found.runs.empty


def test_a_model_that_leaves_python() -> None:
    found = serial(listed("tests.sweeps.troubles:leaving", [0.1, 0.95], replicates=1))
    assert found.failures["error"].tolist() == ["SystemExit: 7"]
    assert found.runs["row"].tolist() == [0]


@pytest.fixture
def here_only() -> Iterator[str]:
    """A claim policy that this process knows and no other."""
    import sim.model
    from sim.registry import claim_policies

    assert sim.model
    claim_policies.register("here-only")(claim_policies.get("sincere"))
    yield "here-only"
    claim_policies.unregister("here-only")


@pytest.mark.slow
def test_a_strategy_that_workers_do_not_know(here_only: str) -> None:
    data = narrative(samples=2, replicates=1)
    data["base_changes"]["labs.us-closed-1.claim_policy"] = here_only
    with pytest.raises(WorkerError, match=r'here-only.*executor="serial"'):
        sweep(made(data), workers=1)
    assert serial(data).failures.empty


def test_failures_are_kept_until_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = made(listed("crashing"))
    first = serial(chosen, tmp_path / "out", command="c")
    assert len(first.failures) == 4
    held = contents(tmp_path / "out")
    told: list[Any] = []
    serial(chosen, tmp_path / "out", progress=told.append)
    assert not told
    serial(chosen, tmp_path / "out", retry_failures=True, progress=told.append, command="c")
    assert told[-1].new == 4
    assert contents(tmp_path / "out") == held
    from tests.sweeps import models

    monkeypatch.setattr(models, "crashing", models.linear)
    mended = serial(chosen, tmp_path / "out", retry_failures=True)
    assert mended.failures.empty
    assert len(mended.runs) == 16
    serial(listed("crashing"), tmp_path / "whole")
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_time_limits() -> None:
    with limited(None) as check:
        check()
    with limited(60.0) as check:
        check()
    with limited(0.01, grace=60.0) as check:
        time.sleep(0.02)
        with pytest.raises(OverTime):
            check()
    with pytest.raises(OverTime), limited(0.01):
        time.sleep(30)
    time.sleep(0.05)  # no alarm is left
    assert not issubclass(OverTime, Exception)

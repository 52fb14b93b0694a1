"""Running a sweep: the right runs, the same luck for every row, tables and manifest that say what they hold."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.experiments.batches import RECEIVERS, WORLDS
from sim.experiments.sweep.conductor import sweep
from sim.experiments.sweep.dataset import load_data
from sim.experiments.sweep.loading import load_sweep
from sim.experiments.sweep.plan import Plan, Queue
from sim.recording import outputs
from sim.recording.store import StoreError
from tests.sweeps.running import contents, external, made, narrative, serial, tidy


def batches(plan: Plan, workers: int = 2, size: int | None = None) -> list[np.ndarray]:
    queue = Queue(plan, plan.runs, workers, size)
    taken = []
    while (runs := queue.next()) is not None:
        taken.append(runs)
    return taken


def test_a_run_is_that_of_its_scenario_and_seed() -> None:
    chosen = made(narrative())
    data = serial(chosen)
    for row, values in data.design.iterrows():
        run = sim.run(chosen.scenario_of(dict(values)), seed=3, replicates=2)
        found = data.runs[data.runs["row"] == row]
        assert found["seed"].tolist() == run.seeds
        series = data.series[data.series["row"] == row]
        for k in range(2):
            lag = outputs_mean(run.array("gap_months")[k])
            assert found["lag"].iloc[k] == lag
            weekly = series[series["replicate"] == k]
            assert weekly["week"].tolist() == [0, 3, 6]
            assert weekly["gap_months"].tolist() == run.array("gap_months")[k, ::3].tolist()
            assert weekly["date"].tolist() == run.series["date"].iloc[:8:3].tolist()


def outputs_mean(values: np.ndarray) -> float:
    return float(np.nansum(values) / len(values))


def test_the_base_is_run_with_the_same_seeds() -> None:
    chosen = made(narrative())
    data = serial(chosen)
    assert chosen.base_scenario is not None
    run = sim.run(chosen.base_scenario, seed=3, replicates=2)
    assert data.base["row"].tolist() == [-1, -1]
    assert data.base["seed"].tolist() == data.runs["seed"].unique().tolist() == run.seeds
    assert data.base["lag"].tolist() == [outputs_mean(world) for world in run.array("gap_months")]
    assert data.base["control"].tolist() == [chosen.base_scenario.export_control.strength] * 2
    assert list(data.base.columns) == list(data.runs.columns)


def test_every_row_has_the_same_luck() -> None:
    data = serial(external(outcomes=["y", "noise"]))
    noise = data.runs.pivot(index="row", columns="replicate", values="noise")
    assert (noise.nunique() == 1).all()
    assert noise.iloc[0].nunique() == 3
    expected = 1.0 + 2.0 * data.runs["a"] - data.runs["b"] + data.runs["noise"]
    np.testing.assert_allclose(data.runs["y"], expected, rtol=1e-12)


def test_what_a_directory_holds(tmp_path: Path) -> None:
    chosen = made(narrative())
    data = serial(chosen, tmp_path / "out")
    assert data.complete
    assert tidy(tmp_path / "out")
    runs = pd.read_parquet(tmp_path / "out" / "runs")
    assert list(runs.columns) == ["row", "replicate", "seed", "control", "claims.policy", "lag", "multiple"]
    assert [str(kind) for kind in runs.dtypes[:4]] == ["int64", "int64", "int64", "float64"]
    assert list(zip(runs["row"], runs["replicate"], strict=True)) == [
        (r, k) for r in range(6) for k in range(2)
    ]
    pd.testing.assert_frame_equal(runs, data.runs)
    design = pd.read_parquet(tmp_path / "out" / "design.parquet").set_index("row")
    assert design["control"].tolist() == data.design["control"].tolist()
    assert load_sweep(tmp_path / "out" / "sweep.toml").digest() == chosen.digest()
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["format"] == "parity-sweep/1"
    assert manifest["state"] == "complete"
    assert manifest["runs"] == {"planned": 12, "done": 12, "failed": 0}
    assert manifest["seeds"] == [3, 4]
    assert manifest["columns"]["lag"]["unit"] == "months"
    assert manifest["columns"]["control"]["keys"] == ["export_control.strength"]
    assert manifest["base_scenario"]["size"]["investors"] == 12
    assert manifest["wall_seconds"] > 0
    again = load_data(tmp_path / "out")
    pd.testing.assert_frame_equal(again.runs, data.runs)
    assert again.outcomes == ["lag", "multiple"]
    assert [factor.name for factor in again.factors] == ["control", "claims.policy"]
    assert "complete" in repr(again)


def test_results_in_memory_leave_no_directory() -> None:
    data = serial(external())
    assert data.directory is None
    assert len(data.runs) == 60
    assert data.base.empty
    assert data.failures.empty
    assert data.series.empty


def test_undefined_outcomes_are_empty_cells(tmp_path: Path) -> None:
    data = narrative(series={"outputs": ["gap"]})
    data["outcomes"] = {"never": {"output": "gap_months", "reduce": "first_week_above", "threshold": 1e6}}
    runs = serial(data, tmp_path / "out").runs
    assert runs["never"].isna().all()


def test_an_incomplete_directory_can_be_read(tmp_path: Path) -> None:
    def stop(progress: object) -> None:
        if progress.new >= 20:  # type: ignore[attr-defined]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        serial(external(), tmp_path / "out", batch=10, progress=stop)
    data = load_data(tmp_path / "out")
    assert not data.complete
    assert len(data.runs) == 20
    assert data.manifest["runs"]["done"] == 20
    assert len(data.design) == 20
    assert "20 of 60 so far" in repr(data)


def test_what_is_no_directory_of_a_sweep(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is not a folder"):
        load_data(tmp_path / "none")
    with pytest.raises(StoreError, match=r"holds no sweep: there is no manifest\.json"):
        load_data(tmp_path)
    (tmp_path / "manifest.json").write_text('{"format": "parity-run/1"}', encoding="utf-8")
    with pytest.raises(StoreError, match="parity-run/1"):
        load_data(tmp_path)


def test_wrong_arguments(tmp_path: Path) -> None:
    for wrong in ({"workers": 0}, {"batch": 0}, {"time_limit_per_run": 0.0}, {"executor": "threads"}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            sweep(made(external()), tmp_path / "out", **wrong)


# -- the plan ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [None, 1, 7])
def test_batches_are_all_runs_once_and_of_one_structure(size: int | None) -> None:
    plan = Plan(made(narrative(samples=30, replicates=3)))
    taken = batches(plan, size=size)
    assert sorted(np.concatenate(taken).tolist()) == plan.runs.tolist()
    assert len(plan.runs) == 31 * 3
    for runs in taken:
        assert len(runs) <= (size or WORLDS)
        rows = plan.keys(runs)["row"]
        assert len({plan.design["claims.policy"][row] if row >= 0 else "base" for row in rows.tolist()}) == 1


def test_batches_share_seeds_and_begin_all_over_the_design() -> None:
    plan = Plan(made(narrative(samples=60, replicates=4)))
    design = [runs for runs in batches(plan, size=10) if plan.keys(runs)["row"][0] >= 0]
    first = np.concatenate(design[: len(design) // 4])
    assert len(np.unique(plan.keys(first)["row"])) > 50
    one_seed = [len(np.unique(plan.keys(runs)["seed"])) == 1 for runs in design]
    assert np.mean(one_seed) > 0.6


def test_numbers_to_choose_from_do_not_split_batches() -> None:
    data = narrative(replicates=1)
    data["design"] = {"kind": "grid"}
    data["factors"] = {
        "export_control.strength": {"values": [0.1, 0.3, 0.5, 0.7]},
        "policy.friction": {"values": [0.4, 0.5, 0.6]},
        "beliefs.policy_delay": {"range": [1, 3], "integer": True},
    }
    plan = Plan(made(data))
    assert len(np.unique(plan.groups())) == 3


def test_large_worlds_go_in_small_batches() -> None:
    data = narrative(samples=30, replicates=1)
    data["factors"]["size.communities"] = {"values": [10, 40_000]}
    plan = Plan(made(data))
    for runs in batches(plan, workers=1):
        rows = plan.keys(runs)["row"]
        if rows[0] >= 0 and plan.design["size.communities"][rows[0]] == 40_000:
            assert len(runs) <= RECEIVERS // 40_000
    assert max(map(len, batches(plan, workers=1))) > RECEIVERS // 40_000


def test_batches_of_an_external_model_follow_its_speed() -> None:
    plan = Plan(made(external(samples=2000)))
    queue = Queue(plan, plan.runs, 1)
    sizes = []
    for seconds in (0.016, 0.064, 0.256, 1.0, 1e5, 1.0):
        runs = queue.next()
        assert runs is not None
        sizes.append(len(runs))
        queue.learn(len(runs), seconds)
    assert sizes == [16, 64, 256, 1000, 1000, 1]


def test_only_the_outputs_that_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    whole = outputs.series

    def watched(model: object, burn_in: bool = False, names: object = None) -> dict:
        asked.append(list(names))  # type: ignore[call-overload]
        return whole(model, burn_in, names)  # type: ignore[arg-type]

    monkeypatch.setattr(outputs, "series", watched)
    serial(narrative(samples=2, replicates=1))
    assert asked
    assert all(names == ["gap_months", "valuation_multiple_us"] for names in asked)


def test_the_same_sweep_gives_the_same_bytes(tmp_path: Path) -> None:
    serial(narrative(), tmp_path / "one")
    serial(narrative(), tmp_path / "two", batch=1)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")

"""``sim.run`` and what it returns; remarks; the public names."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.experiments.batches import deal
from sim.experiments.runner import remarks, with_weeks
from sim.scenario import Scenario, ScenarioError, load_scenario

ROOT = Path(__file__).parents[2]


def python(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True, timeout=120
    ).stdout


def test_every_public_name_is_there() -> None:
    for name in sim.__all__:
        assert getattr(sim, name) is not None
        assert name in dir(sim)
    assert sim.__version__.count(".") == 2
    with pytest.raises(AttributeError, match="nothing"):
        _ = sim.nothing


def test_importing_sim_loads_nothing_heavy() -> None:
    heavy = "{'numpy', 'pandas', 'mesa', 'pyarrow', 'matplotlib', 'scipy', 'pydantic', 'rich'}"
    assert python(f"import sim, sys; print({heavy} & set(sys.modules))").strip() == "set()"


def test_help_loads_no_model() -> None:
    heavy = "{'numpy', 'pandas', 'mesa', 'pyarrow', 'matplotlib', 'scipy', 'pydantic'}"
    code = f"import sim.cli, sys; print({heavy} & set(sys.modules))"
    assert python(code).strip() == "set()"


def test_run_takes_names_paths_and_scenarios(small: Scenario, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(small.to_toml(), encoding="utf-8")
    from_file, from_object = sim.run(path, seed=1), sim.run(small, seed=1)
    np.testing.assert_array_equal(from_file.array("gap"), from_object.array("gap"))
    with pytest.raises(ScenarioError):
        sim.run("no-such-scenario")


def test_what_a_run_knows(small: Scenario) -> None:
    result = sim.run(small, seed=4, replicates=2)
    assert result.seeds == [4, 5]
    assert result.replicates == 2
    assert result.scenario == small
    assert result.array("gap").shape == (2, 10)
    assert result.dates[1] - result.dates[0] == np.timedelta64(7, "D")
    assert "2 replicates of 10 weeks" in repr(result)
    with pytest.raises(KeyError, match="no output 'gab'"):
        result.array("gab")


def test_manifest(small: Scenario) -> None:
    manifest = sim.run(small, seed=4, replicates=2).manifest
    assert manifest["seeds"] == [4, 5]
    assert manifest["scenario"] == small.resolved()
    assert manifest["scenario_sha256"] == small.digest()
    assert {"parity", "python", "numpy", "scipy", "mesa", "pyarrow"} <= set(manifest["versions"])
    assert manifest["outputs"]["gap"]["unit"] == "OOM"
    assert all(facts["description"] for facts in manifest["outputs"].values())
    assert manifest["wall_seconds"] > 0


@pytest.mark.parametrize(
    "wrong",
    [{"seed": -1}, {"seed": 2**63}, {"replicates": 0}, {"workers": 0}, {"batch": 0}],
)
def test_arguments_out_of_range(small: Scenario, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        sim.run(small, **wrong)


def test_weeks_replace_the_length(small: Scenario) -> None:
    short, full = sim.run(small, seed=1, weeks=4), sim.run(small, seed=1)
    assert short.scenario.run.weeks == 4
    np.testing.assert_array_equal(short.array("gap"), full.array("gap")[:, :4])
    with pytest.raises(ScenarioError):
        sim.run(small, weeks=0)


def test_events_after_the_end_are_left_out_with_a_remark() -> None:
    scenario = load_scenario("weight-exfiltration-shock")
    short, notes = with_weeks(scenario, 20)
    assert scenario.events
    assert not short.events
    assert notes == ["1 dated event after week 19 left out"]
    assert with_weeks(scenario, scenario.run.weeks + 1)[1] == []


def test_remark_when_the_cap_of_the_market_binds(small: Scenario) -> None:
    assert not any("market.cap" in each for each in remarks(small))
    for loop in (True, False):
        low = small.with_changes({"market.cap": 10.0, "run.weeks": 104, "capital.buys_compute": loop})
        assert sum("market.cap" in each for each in remarks(low)) == 1


def test_remarks_are_in_the_manifest(small: Scenario) -> None:
    odd = small.with_changes({"social.degree": 30})
    assert any("social.degree" in note for note in sim.run(odd).notes)


def test_progress_grows_to_the_whole(small: Scenario) -> None:
    told: list[tuple[int, int]] = []
    sim.run(small, replicates=3, batch=2, progress=lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert {total for _, total in told} == {3 * 16}
    assert told[-1][0] == 3 * 16
    assert len(told) > 4


def test_progress_from_workers(small: Scenario) -> None:
    told: list[tuple[int, int]] = []
    sim.run(small, replicates=2, batch=1, workers=2, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (2 * 16, 2 * 16)


def test_an_error_in_a_worker_comes_through(small: Scenario) -> None:
    from sim.registry import UnknownStrategyError, claim_policies

    claim_policies.register("only-here", object())
    try:
        odd = small.with_changes({"claims.policy": "only-here"})
        with pytest.raises(UnknownStrategyError, match="only-here"):
            sim.run(odd, replicates=2, batch=1, workers=2)
    finally:
        claim_policies.unregister("only-here")


def test_deal_covers_all_replicates_in_order(small: Scenario) -> None:
    seeds = list(range(95))
    for workers, size in ((1, None), (2, None), (4, 7)):
        batches = deal(small, seeds, workers, size, True)
        assert [seed for batch in batches for seed in batch.seeds] == seeds
        assert [batch.first for batch in batches] == [batch.seeds[0] for batch in batches]
        assert len(batches) >= workers
    many = small.with_changes({"size.communities": 50_000})
    assert {len(batch.seeds) for batch in deal(many, seeds[:3], 1, None, True)} == {1}

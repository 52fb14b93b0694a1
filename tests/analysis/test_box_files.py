"""The scenario file of a box: it loads, is the scenario meant, and runs."""

import numpy as np
import pytest

import sim
from sim.analysis import AnalysisError, Problem, box_scenario, box_values, discover, try_scenario, write_box
from sim.experiments.sweep.loading import sweep_from
from sim.scenario import load_scenario
from sim.scenario.layers import OWN_KEYS
from tests.analysis.tables import run

SWEEP = {
    "name": "trial",
    "title": "What goes with a wide gap",
    "base": "baseline",
    "weeks": 6,
    "replicates": 2,
    "seed": 3,
    "base_changes": {"run.burn_in": 4, "size.investors": 20},
    "design": {"kind": "latin-hypercube", "samples": 240},
    "factors": {
        "export_control.strength": {"range": [0.0, 0.9], "name": "control"},
        "both": {"keys": ["policy.friction", "policy.access_friction"], "range": [0.1, 1.0], "scale": "log"},
        "cell": {"settings": {"silent": {"claims.policy": "none"}, "loud": {"claims.policy": "strategic"}}},
        "scenario": {"scenarios": ["copying-strategic", "no-controls"]},
        "size.communities": {"range": [50, 300], "integer": True},
    },
    "outcomes": {"lag": "gap_months mean"},
}


def wide(x, seeds):
    return (
        1.0 * (x["control"] > 0.3) * (x["both"] < 0.5) * (x["cell"] == "loud") * (x["size.communities"] > 100)
    )


def plain(scenario):
    return {key: value for key, value in scenario.resolved().items() if key not in OWN_KEYS}


@pytest.fixture(scope="module")
def sweep():
    return sweep_from(SWEEP)


@pytest.fixture(scope="module")
def found(sweep):
    return discover(run(Problem.of(sweep), wide, name="lag"), sweep, "lag > 0.5", method="prim")


@pytest.mark.parametrize("point", ["centre", "medoid"])
def test_the_file_is_the_scenario_of_the_box(sweep, found, tmp_path, point):
    values = box_values(found, sweep.factors, point)
    assert set(values) == {limit.factor for limit in found.box.limits}
    for limit in found.box.limits:
        if limit.low is not None:
            assert limit.low <= values[limit.factor] <= limit.high
        else:
            assert values[limit.factor] in limit.labels
    files = write_box(tmp_path / "box.toml", sweep, found, values, point=point, command="parity discover X")
    assert files == [tmp_path / "box.toml"]
    loaded = load_scenario(files[0])
    assert plain(loaded) == plain(box_scenario(sweep, values))
    assert loaded.export_control.strength == values["control"]
    assert loaded.policy.friction == loaded.policy.access_friction == values["both"]
    assert loaded.claims.policy == "strategic"
    assert loaded.size.investors == 20
    text = files[0].read_text()
    assert 'extends = "baseline"' in text
    assert "# Made by: parity discover X" in text
    assert f"density {found.box.density:.2f}" in text
    for limit in found.box.limits:
        assert f"#   {limit.factor}: {limit.text}" in text


def test_the_file_runs_and_the_condition_is_tried(sweep, found, tmp_path):
    values = box_values(found, sweep.factors)
    path = write_box(tmp_path / "box.toml", sweep, found, values)[0]
    done = sim.run(path, seed=3, replicates=2)
    expected = done.array("gap_months").mean()
    means, holds = try_scenario(load_scenario(path), sweep, found, values)
    assert means == {"lag": pytest.approx(expected)}
    assert holds == (expected > 0.5)


def test_the_centre_is_on_the_scale_of_the_factor(sweep, found):
    values, limits = box_values(found, sweep.factors), {limit.factor: limit for limit in found.box.limits}
    assert values["both"] == pytest.approx(np.sqrt(0.1 * limits["both"].high), rel=1e-3)
    assert values["control"] == pytest.approx((limits["control"].low + limits["control"].high) / 2, abs=0.01)
    assert values["cell"] == "loud"


def test_the_medoid_is_the_case_nearest_to_all_others(sweep, found):
    values = box_values(found, sweep.factors, "medoid")
    inside = found.cases[found.box.inside & found.of_interest]
    numbers = [limit.factor for limit in found.box.limits if limit.low is not None]
    units = np.column_stack([sweep.factor(name).to_unit(inside[name]) for name in numbers])
    distance = np.abs(units[:, None, :] - units[None, :, :]).sum(axis=(1, 2))
    best = inside.iloc[int(np.argmin(distance))]
    assert {name: values[name] for name in numbers} == {name: best[name] for name in numbers}


def test_whole_scenarios_in_place_of_the_base(sweep, tmp_path):
    runs = run(Problem.of(sweep), lambda x, seeds: 1.0 * (x["scenario"] == "no-controls"), name="lag")
    found = discover(runs, sweep, "lag > 0.5", method="prim")
    values = box_values(found, sweep.factors)
    assert values == {"scenario": "no-controls"}
    path = write_box(tmp_path / "other.toml", sweep, found, values)[0]
    assert plain(load_scenario(path)) == plain(sweep.scenario_of(values))


def test_a_base_of_ones_own_is_written_beside(found, tmp_path):
    (tmp_path / "mine.toml").write_text('extends = "core"\n[capability]\nrelease_rate = 2.5\n')
    data = SWEEP | {"base": str(tmp_path / "mine.toml")}
    sweep = sweep_from(data)
    values = box_values(found, sweep.factors)
    out = tmp_path / "out" / "box.toml"
    files = write_box(out, sweep, found, values)
    assert [file.name for file in files] == ["box.toml", "box-base.toml"]
    loaded = load_scenario(out)
    assert loaded.capability.release_rate == 2.5
    assert plain(loaded) == plain(sweep.scenario_of(values))


def test_files_of_others_are_not_replaced(sweep, found, tmp_path):
    values = box_values(found, sweep.factors)
    path = tmp_path / "box.toml"
    write_box(path, sweep, found, values)
    write_box(path, sweep, found, values, point="medoid")  # its own may be
    path.write_text('extends = "baseline"\n')
    with pytest.raises(AnalysisError, match="not made by parity discover"):
        write_box(path, sweep, found, values)
    with pytest.raises(AnalysisError, match=r"ends in \.toml"):
        write_box(tmp_path / "box.txt", sweep, found, values)


def test_a_condition_of_several_lines_stays_in_the_comment(sweep, tmp_path):
    runs = run(Problem.of(sweep), wide, name="lag")
    found = discover(runs, sweep, "(lag > 0.5 and\n lag < 9)", method="prim")
    path = write_box(tmp_path / "box.toml", sweep, found, box_values(found, sweep.factors))[0]
    assert load_scenario(path).run.weeks == 6


def test_an_external_model_has_no_scenario(found):
    external = sweep_from(
        {
            "model": "tests.sweeps.models:linear",
            "design": {"kind": "latin-hypercube", "samples": 8},
            "factors": {"a": {"range": [0.0, 1.0]}},
            "outcomes": ["y"],
        }
    )
    with pytest.raises(AnalysisError, match="external model"):
        box_scenario(external, {"a": 0.5})

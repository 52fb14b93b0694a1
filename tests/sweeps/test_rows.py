"""Scenarios of design rows: right, validated, cheap, and equal to what the slow way gives."""

import tomllib

import numpy as np
import pytest

from sim.experiments.sweep.changes import with_values
from sim.experiments.sweep.loading import sweep_from
from sim.experiments.sweep.reading.keys import Key, known_keys, look_up
from sim.parameters import structure_key
from sim.scenario import Scenario, ScenarioError, load_scenario
from sweeps.files import EVERYTHING, with_factors


@pytest.fixture(scope="module")
def everything():
    return sweep_from({"name": "everything"} | tomllib.loads(EVERYTHING))


def test_a_rows_scenario_is_the_base_with_changes(everything):
    row = {
        "control": 0.25, "distillation.potency": 0.02, "beliefs.policy_delay": np.int64(5),
        "claims.publication": "common", "capital.buys_compute": np.bool_(False), "enforcement.level": 0.5,
        "both": np.float64(0.75), "cell": "silent",
    }  # fmt: skip
    expected = everything.base_scenario.with_changes(
        {
            "export_control.strength": 0.25, "distillation.potency": 0.02, "beliefs.policy_delay": 5,
            "claims.publication": "common", "capital.buys_compute": False, "enforcement.level": 0.5,
            "policy.friction": 0.75, "policy.access_friction": 0.75,
            "claims.motive_rate": 0.0, "claims.relay_probability": 0.0,
        }
    )  # fmt: skip
    assert everything.scenario_of(row) == expected
    assert everything.scenario_of(row).digest() == expected.digest()


def test_a_whole_scenario_takes_the_bases_place_and_keeps_the_common_changes(everything):
    found = everything.scenario_of({"scenario": "copying-sincere", "control": 0.2})
    expected = load_scenario("copying-sincere").with_changes(
        {
            "claims.policy": "strategic",
            "enforcement.rule": "fixed",
            "run.weeks": 100,
            "export_control.strength": 0.2,
        }
    )
    assert found == expected


def test_what_is_left_out_stays_at_the_base(everything):
    assert everything.scenario_of({}) == everything.base_scenario
    assert everything.scenario_of({"cell": "base", "scenario": "base"}) == everything.base_scenario


def test_every_row_makes_a_valid_scenario_and_reals_share_a_structure(everything):
    table = everything.table()
    choices = ["beliefs.policy_delay", "claims.publication", "capital.buys_compute", "cell", "scenario"]
    structures = {}
    for values in table.to_dict("records"):
        scenario = everything.scenario_of(values)
        assert scenario.policy.friction == values["both"]
        structures.setdefault(tuple(values[name] for name in choices), set()).add(structure_key(scenario))
    assert all(len(keys) == 1 for keys in structures.values())


def test_rows_that_differ_in_reals_share_one_structure():
    factors = {
        "claims.rate": {"range": [0, 1]},
        "labs.us-closed-1.compute": {"range": [-0.1, 0.1]},
        "benchmarks.sets.coding-tasks.difficulty": {"range": [0.0, 1.0]},
        "market.cap": {"range": [100, 1000], "integer": True},
    }
    sweep = with_factors(factors, design={"kind": "latin-hypercube", "samples": 10})
    scenarios = [sweep.scenario_of(values) for values in sweep.table().to_dict("records")]
    assert len({structure_key(scenario) for scenario in scenarios}) == 1
    assert len({scenario.digest() for scenario in scenarios}) == 10
    assert {type(scenario.market.cap) for scenario in scenarios} == {float}


def test_values_that_do_not_go_together_are_told():
    factors = {"export_control.leakage_slope": {"range": [0.0, 0.3]}}
    sweep = with_factors(factors, base_changes={"export_control.leakage": 0.4})
    with pytest.raises(ScenarioError, match="leakage_slope of at most"):
        sweep.scenario_of({"export_control.leakage_slope": 0.31})
    with pytest.raises(ScenarioError, match=r"from 0 to 0\.45"):
        sweep.scenario_of({"export_control.leakage_slope": 7})


def test_choices_that_go_with_the_numbers_of_a_row_only():
    """A ceiling of 0.3 is below the floor of the base, 0.4, and above that of the row."""
    sweep = with_factors(
        {
            "capability.compute_growth_controlled": {"values": [0.3, 0.6]},
            "capability.compute_growth_floor": {"range": [0.2, 0.3]},
        }
    )
    row = {"capability.compute_growth_controlled": 0.3, "capability.compute_growth_floor": 0.25}
    assert sweep.scenario_of(row).capability.compute_growth_floor == 0.25
    with pytest.raises(ScenarioError, match="compute_growth_floor"):
        sweep.scenario_of({"capability.compute_growth_controlled": 0.3})


def test_names_and_labels_that_are_none_are_refused(everything):
    with pytest.raises(ValueError, match="contrl"):
        everything.scenario_of({"contrl": 0.3})
    with pytest.raises(ValueError, match="none of silent, loud"):
        everything.scenario_of({"cell": "quiet"})


def test_factors_may_move_dated_events():
    factors = {"events[0].week": {"range": [10, 20]}, "events[0].strength": {"range": [0.2, 0.9]}}
    act = {"type": "control_act", "week": 12, "strength": 0.5}
    sweep = with_factors(factors, base_changes={"events": [act], "export_control.mode": "both"})
    assert [factor.kind for factor in sweep.factors] == ["integer", "real"]
    event = sweep.scenario_of({"events[0].week": 15, "events[0].strength": 0.7}).events[0]
    assert (event.week, event.strength) == (15, 0.7)


def test_bundles_may_hold_lists():
    act = {"type": "control_act", "week": 12, "strength": 0.5}
    cell = {"settings": {"none": {"events": []}, "act": {"events": [act]}}}
    sweep = with_factors({"cell": cell}, base_changes={"export_control.mode": "both"})
    assert sweep.factors[0].default == "none"
    assert len(sweep.scenario_of({"cell": "act"}).events) == 1


@pytest.mark.parametrize("base", ["baseline", "controls-schedule"])
def test_fast_changes_equal_slow_ones_for_every_key(base):
    """The same scenario, or the same message."""
    scenario = load_scenario(base)
    tried = 0
    for key in known_keys(scenario)[:: 5 if base == "baseline" else 23]:
        info = look_up(scenario, key)
        assert isinstance(info, Key)
        values = [info.low, info.high, *info.choices, True, 0.5, 3, 1e9, "2024-02-03"]
        for value in values:
            if value is None:
                continue
            outcomes = []
            for change in (scenario.with_changes, lambda changes: with_values(scenario, changes)):
                try:
                    outcomes.append(change({key: value}).model_dump())
                except ScenarioError as error:
                    outcomes.append(str(error))
            assert outcomes[0] == outcomes[1], (key, value)
            tried += 1
    assert tried > 100


def test_fast_changes_check_what_looks_across_tables():
    scenario = load_scenario("baseline")
    with pytest.raises(ScenarioError, match="sum to"):
        with_values(scenario, {"adoption.bloc_shares.us": 0.6})
    assert (
        with_values(scenario, {"adoption.bloc_shares.us": 0.6, "adoption.bloc_shares.cn": 0.15}) != scenario
    )
    with pytest.raises(ScenarioError, match="unknown key"):
        with_values(scenario, {"claims.polcy": "none"})
    with pytest.raises(ScenarioError):
        with_values(scenario, {"claims": 3})
    with pytest.raises(ScenarioError):
        with_values(scenario, {"labs.us-closed-1": 3})


def test_fast_changes_do_not_touch_the_scenario():
    scenario = load_scenario("baseline")
    before = scenario.digest()
    with_values(scenario, {"labs.us-closed-1.compute": 0.2, "claims.rate": 0.9})
    assert scenario.digest() == before


def test_scenarios_of_rows_cost_little(everything):
    """No timed assertion: the work is counted instead, in scenarios validated as a whole."""
    counted = 0
    whole = Scenario.with_changes

    def counting(self, changes):
        nonlocal counted
        counted += 1
        return whole(self, changes)

    rows = everything.table().to_dict("records")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Scenario, "with_changes", counting)
        for values in rows:
            everything.scenario_of(values)
    assert counted == 0

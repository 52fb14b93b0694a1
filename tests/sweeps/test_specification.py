"""Sweep files: what they say, that they come back from plain data, and that scenarios are made right."""

import pickle
import tomllib

import pytest

from sim.experiments.sweep.loading import is_sweep_file, load_sweep, sweep_from, sweep_schema
from sweeps.files import EVERYTHING, external, small


@pytest.fixture
def everything(tmp_path):
    path = tmp_path / "everything.toml"
    path.write_text(EVERYTHING, encoding="utf-8")
    return load_sweep(path)


def test_a_file_is_read(everything):
    sweep = everything
    assert (sweep.name, sweep.title, sweep.base, sweep.model) == (
        "everything",
        "Everything at once",
        "baseline",
        None,
    )
    assert (sweep.replicates, sweep.seeds) == (8, (3, 4, 5, 6, 7, 8, 9, 10))
    assert sweep.base_scenario.run.weeks == sweep.weeks == 100
    assert sweep.base_scenario.claims.policy == "strategic"
    assert sweep.base_scenario.enforcement.rule == "fixed"
    design = sweep.design
    assert (design.kind, design.samples, design.second_order, design.seed, design.grouped) == (
        "sobol", 16, False, 7, True,
    )  # fmt: skip
    assert (sweep.rows, sweep.runs) == (16 * 11, 16 * 11 * 8)
    assert (sweep.series, sweep.series_every) == (("gap_months",), 4)


def test_factors_know_what_the_schema_knows(everything):
    control, potency, delay, publication, capital, level, both, cell, scenario = everything.factors
    assert (control.name, control.keys, control.kind) == ("control", ("export_control.strength",), "real")
    assert (control.low, control.high, control.default, control.group) == (0.0, 0.9, 0.35, "policy")
    assert control.description == "Initial strength of chip control; 1 would be complete denial."
    assert (potency.name, potency.unit, potency.scale, potency.levels) == (
        "distillation.potency",
        "1/yr",
        "log",
        7,
    )
    assert (delay.kind, delay.unit, delay.default) == ("integer", "wk", 2)
    assert (publication.kind, publication.values, publication.numeric) == (
        "choice",
        ("by_rule", "common"),
        False,
    )
    assert (capital.values, capital.numeric, capital.default) == ((True, False), False, True)
    assert (level.values, level.numeric, level.low, level.high) == ((0.0, 0.5, 1.0), True, 0.0, 1.0)
    assert (both.keys, both.default) == (("policy.friction", "policy.access_friction"), 0.5)
    assert (cell.values, cell.default, cell.settings["silent"]) == (
        ("silent", "loud"), "base", {"claims.motive_rate": 0, "claims.relay_probability": 0.0},
    )  # fmt: skip
    assert (scenario.values, scenario.default) == (("copying-strategic", "copying-sincere"), "base")


def test_outcomes_know_what_the_registry_knows(everything):
    by_name = {outcome.name: outcome for outcome in everything.outcomes}
    assert [one.unit for one in by_name.values()] == ["months", "1", "ln(yr)", "months", "wk", "1"]
    assert (
        by_name["half"].description
        == "The gap as a lead at the reference growth of the frontier: value in week 78"
    )
    assert by_name["tails"].weeks == (0, 99)


def test_plain_data_and_toml_make_the_same_sweep(everything):
    for again in (sweep_from(everything.source), sweep_from(tomllib.loads(everything.to_toml()))):
        assert again == everything
        assert again.source == everything.source
        assert again.digest() == everything.digest()
        assert again.table().equals(everything.table())


def test_plain_data_do_not_need_other_files(tmp_path, monkeypatch):
    (tmp_path / "mine.toml").write_text('extends = "baseline"\n[claims]\nrate = 0.3\n')
    path = tmp_path / "sweep.toml"
    path.write_text(
        'base = "mine"\n[design]\nkind = "grid"\n[factors.s]\nscenarios = ["mine.toml", "core"]\n'
        '[outcomes]\nlag = "gap_months mean"\n'
    )
    sweep = load_sweep(path)
    assert sweep.factors[0].values == ("mine", "core")
    assert sweep.factors[0].default == "mine"
    (tmp_path / "mine.toml").unlink()
    again = sweep_from(sweep.source)
    assert again == sweep
    assert again.base_scenario.claims.rate == 0.3


def test_external_models(tmp_path):
    sweep = sweep_from(external("linear", factors={"a": {"range": [0, 1], "default": 0.5, "unit": "m"}, "k": {
        "values": [1, 2.5], "default": 1}}, design={"kind": "one-at-a-time", "levels": 3}))  # fmt: skip
    assert (sweep.base, sweep.base_scenario, sweep.model) == ("", None, "tests.sweeps.models:linear")
    assert sweep.table().to_dict("list") == {"a": [0.5, 0.0, 1.0, 0.5], "k": [1.0, 1.0, 1.0, 2.5]}
    assert [one.name for one in sweep.outcomes] == ["y"]
    assert sweep.factors[0].unit == "m"
    assert sweep_from(tomllib.loads(sweep.to_toml())) == sweep
    with pytest.raises(ValueError, match="no scenarios"):
        sweep.scenario_of({"a": 1.0})


def test_the_digest_follows_what_results_depend_on():
    sweep = sweep_from(small())
    same = [{"title": "Other"}, {"name": "other"}, {"factors.control.description": "Other."}]
    other = [
        {"replicates": 4},
        {"seed": 6},
        {"size.investors": 150},
        {"factors.control.levels": 5},
        {"factors.control.name": "strength"},
        {"outcomes.lag.reduce": "final"},
        {"weeks": 52},
        {"series": {"outputs": ["gap"]}},
    ]
    assert {sweep.with_changes(changes).digest() for changes in same} == {sweep.digest()}
    digests = [sweep.digest(), *(sweep.with_changes(changes).digest() for changes in other)]
    assert len(set(digests)) == len(digests)


def test_sweeps_are_pickled_small_and_equal(everything):
    size = len(pickle.dumps(everything))
    everything.table()
    everything.scenario_of({"control": 0.4, "claims.publication": "common"})
    again = pickle.loads(pickle.dumps(everything))
    assert again == everything
    assert hash(again) == hash(everything)
    assert again.table().equals(everything.table())
    assert len(pickle.dumps(everything)) == size


def test_the_short_text_of_a_sweep_is_one_line(everything):
    assert (
        repr(everything)
        == "<Sweep 'everything' of 'baseline': sobol design of 9 factors, 176 rows x 8 replicates>"
    )


# -- changes from outside ----------------------------------------------------------------------------------------------


def test_changes_reach_every_part():
    sweep = sweep_from(
        small(),
        [
            "replicates=2",
            "design.kind=one-at-a-time",
            "design.levels=9",
            "factors.control.levels=5",
            "factors.export_control.strength.range=[0.1, 0.5]",
            'factors."claims.policy".values=["none", "sincere"]',
            "outcomes.lag.reduce=final",
            "outcomes.open=open_share mean",
            "size.investors=150",
            "labs.us-closed-1.compute=0.1",
            "base.claims.rate=0.3",
            "series.outputs=['gap']",
        ],
    )
    assert (sweep.replicates, sweep.design.kind) == (2, "one-at-a-time")
    assert (sweep.factors[0].low, sweep.factors[0].high, sweep.factors[0].levels) == (0.1, 0.5, 5)
    assert sweep.factors[1].values == ("none", "sincere")
    assert [(one.name, one.reduce) for one in sweep.outcomes] == [("lag", "final"), ("open", "mean")]
    assert sweep.base_scenario.size.investors == 150
    assert sweep.base_scenario.labs["us-closed-1"].compute == 0.1
    assert sweep.base_scenario.claims.rate == 0.3
    assert sweep.series == ("gap",)


def test_changes_may_be_a_mapping():
    sweep = sweep_from(small(), {"design": {"kind": "latin-hypercube", "samples": 5}, "size.investors": 150})
    assert (sweep.rows, sweep.base_scenario.size.investors) == (5, 150)


def test_data_at_hand_is_not_changed():
    data = small()
    sweep_from(data, ["factors.control.levels=5", "outcomes.lag.reduce=final"])
    assert data == small()


# -- files -------------------------------------------------------------------------------------------------------------


def test_files_are_told_apart(tmp_path):
    for name, text, expected in (
        ("sweep.toml", EVERYTHING, True),
        ("scenario.toml", 'extends = "baseline"\n[claims]\nrate = 1', False),
        ("broken.toml", "[design", False),
    ):
        (tmp_path / name).write_text(text)
        assert is_sweep_file(tmp_path / name) is expected
    assert not is_sweep_file(tmp_path / "absent.toml")
    assert not is_sweep_file(tmp_path)


def test_paths_start_from_the_file(tmp_path, monkeypatch):
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "sweeps").mkdir()
    (tmp_path / "scenarios" / "mine.toml").write_text('extends = "baseline"\n[claims]\nrate = 0.3\n')
    path = tmp_path / "sweeps" / "one.toml"
    path.write_text(
        'base = "../scenarios/mine.toml"\n[design]\nkind = "grid"\n[factors."claims.policy"]\n'
        'values = ["none", "sincere"]\n[outcomes]\nlag = "gap_months mean"\n'
    )
    monkeypatch.chdir(tmp_path)
    assert load_sweep("sweeps/one.toml").base_scenario.claims.rate == 0.3
    assert load_sweep(path).name == "one"


def test_dated_events_after_the_last_week_are_left_out_with_a_note():
    sweep = sweep_from(small(base="controls-schedule", weeks=10))
    assert sweep.base_scenario.run.weeks == 10
    assert len(sweep.notes) == 1
    assert "after week 9 left out" in sweep.notes[0]


def test_the_schema_of_sweep_files_accepts_them_and_refuses_typing_errors(everything):
    from jsonschema import Draft202012Validator

    schema = sweep_schema()
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    fine = [tomllib.loads(EVERYTHING), everything.source, external(), sweep_from(external()).source, small()]
    for data in fine:
        assert [error.message for error in validator.iter_errors(data)] == []
    wrong = [
        small(replicates=0),
        small(design={"kind": "sobl"}),
        small(design=None),
        small(base=None),
        small(model="a:b"),
        small(titel="x"),
        small(outcomes={"lag": "gap_months maen"}),
        small(outcomes={"lag": {"output": "gap_month", "reduce": "mean"}}),
        small(factors={"claims.rate": {"rang": [0, 1]}}),
        small(factors={}),
        small(series={"outputs": ["gap_month"]}),
    ]
    for data in wrong:
        assert not validator.is_valid(data), data

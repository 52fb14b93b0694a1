"""Extending files, overriding keys, and saying which layer is to blame."""

import numpy as np
import pytest

from sim.scenario import Scenario, ScenarioError, load, load_scenario


def failing(path, overrides=()):
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, overrides)
    return caught.value.problems


def test_chain_of_files(write):
    write("[policy]\nfriction = 1\n[export_control]\nstrength = 0.1\n", "grand.toml")
    write('extends = "grand.toml"\n[export_control]\nstrength = 0.2\n', "sub/../parent.toml")
    child = write('extends = "../parent.toml"\n[run]\nweeks = 9\n', "sub/child.toml")
    scenario = load_scenario(child)
    assert (scenario.policy.friction, scenario.export_control.strength, scenario.run.weeks) == (1, 0.2, 9)
    assert scenario.name == "child"


def test_own_keys_are_not_inherited(write):
    write('name = "p"\ndescription = "d"\ninspired_by = ["x, 2024"]\n', "parent.toml")
    child = load_scenario(write('extends = "parent.toml"\n'))
    assert (child.name, child.description, child.inspired_by) == ("mine", "", ())
    assert load_scenario("parent.toml").inspired_by == ("x, 2024",)


def test_shipped_name_or_file_beside(write):
    path = write('extends = "baseline"\n')
    assert load_scenario(path).labs == Scenario().labs
    write("[run]\nweeks = 3\n", "baseline.toml")
    assert load_scenario(path).run.weeks == 3


def test_single_fields_of_named_entries(write):
    write("[run]\nweeks = 3\n", "parent.toml")
    text = 'extends = "parent.toml"\n[labs.cn-open-1]\ncompute = -0.2\n'
    text += "[benchmarks.sets.coding-tasks]\nitems = 100\n"
    scenario = load_scenario(
        write(text + "[sources]\ntrade-press.trust = 0.4\n[adoption.segments]\ndeveloper.weight_price = 2\n")
    )
    assert scenario.labs["cn-open-1"].compute == -0.2
    assert scenario.labs["cn-open-1"].algorithms == -0.30
    assert list(scenario.labs) == list(Scenario().labs)
    assert scenario.benchmarks.sets["coding-tasks"].items == 100
    assert scenario.sources["trade-press"].trust == 0.4
    assert list(scenario.adoption.segments) == ["enterprise", "developer"]


def test_a_file_on_its_own_lists_all_its_labs(write):
    text = "".join(
        f'[labs.{name}]\nbloc = "{name[:2]}"\nopenness = "closed"\ncompute = 0\nalgorithms = 0\n'
        for name in ("us-a", "cn-a")
    )
    assert list(load_scenario(write(text)).labs) == ["us-a", "cn-a"]


def test_segments_keep_their_order(write):
    one = "share = 0.5\nweight_capability = 2\nweight_price = 1\nweight_distrust = 0\nnetwork_effect = 0\n"
    scenario = load_scenario(
        write(f"[adoption.segments.developer]\n{one}[adoption.segments.enterprise]\n{one}")
    )
    assert list(scenario.adoption.segments) == ["enterprise", "developer"]


def test_events_add_up_unless_replaced(write):
    write('[[events]]\ntype = "truce"\nweek = 1\n', "parent.toml")
    event = '[[events]]\ntype = "truce"\nweek = 2\n'
    weeks = [e.week for e in load_scenario(write(f'extends = "parent.toml"\n{event}')).events]
    assert weeks == [1, 2]
    path = write(f'extends = "parent.toml"\nevents_replace = true\n{event}')
    assert [e.week for e in load_scenario(path).events] == [2]
    assert load_scenario(write('extends = "parent.toml"\nevents_replace = true\n')).events == ()
    (problem,) = failing(write('extends = "parent.toml"\nevents_replace = 1\n'))
    assert (problem.key, problem.allowed, problem.line) == ("events_replace", "true or false", 2)


def test_circle(write):
    write('extends = "b.toml"\n', "a.toml")
    b = write('extends = "a.toml"\n', "b.toml")
    (problem,) = failing("a.toml")
    assert problem.file == b.name
    assert problem.key == "extends"
    assert "a.toml -> b.toml -> a.toml" in problem.found
    (itself,) = failing(write('extends = "mine.toml"\n'))
    assert "mine.toml -> mine.toml" in itself.found


def test_missing_parent(write):
    write("", "parent.toml")
    (problem,) = failing(write('extends = "parnt.toml"\n'))
    assert (problem.key, problem.line) == ("extends", 1)
    assert "no such file" in problem.found
    assert "parent" in problem.hint
    (problem,) = failing(write('extends = "../nowhere/x.toml"\n'))
    assert "no such file" in problem.found
    (problem,) = failing(write("extends = 3\n"))
    assert problem.found == "3"


def test_syntax_error_in_parent_names_the_parent(write):
    parent = write("[run\n", "parent.toml")
    (problem,) = failing(write('extends = "parent.toml"\n'))
    assert problem.file == str(parent)


def test_each_problem_names_the_layer_that_set_it(write):
    parent = write(
        '# a comment\n\n[policy]\nfriction = 9\n[[events]]\ntype = "truce"\nweek = 999\n', "parent.toml"
    )
    child = write(
        'extends = "parent.toml"\n[policy]\nadjustment = 9\n[[events]]\ntype = "truce"\nweek = 998\n'
    )
    found = {(p.file, p.key, p.line) for p in failing(child, ["policy.max_step=9"])}
    assert found == {
        (str(parent), "policy.friction", 4),
        (str(parent), "events[0].week", 7),
        (str(child), "policy.adjustment", 3),
        (str(child), "events[0].week", 6),
        ("--set", "policy.max_step", None),
    }


def test_a_conflict_is_blamed_on_the_layer_on_top(write):
    write('[export_control]\nleakage_slope = 0.4\n[[events]]\ntype = "truce"\nweek = 100\n', "parent.toml")
    child = write('extends = "parent.toml"\n[run]\nweeks = 50\n')
    (late,) = failing(child)
    assert (late.file, late.key, late.line) == (str(child), "run.weeks", 3)
    assert "events[0].week of" in late.found
    assert "parent.toml: week 100" in late.found
    slope = failing("parent.toml", ["export_control.leakage=0.4"])[0]
    assert (slope.file, slope.key) == ("--set", "export_control.leakage")
    assert "leakage_slope = 0.4" in slope.found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("export_control.strength=0.6", 0.6),
        ("export_control.strength = 1", 1.0),
        ("export_control.mode=exogenous", "exogenous"),
        ('export_control.mode="exogenous"', "exogenous"),
        ("run.record_burn_in=true", True),
        ("run.weeks=12", 12),
        ("run.start_date=2023-05-01", "2023-05-01"),
        ("labs.cn-open-1.compute=-0.2", -0.2),
        ("benchmarks.sets.coding-tasks.items=100", 100),
        ("description=a = b, bare", "a = b, bare"),
        ('inspired_by=["a, 2024"]', ("a, 2024",)),
        ("policy.marginal_cost=-0.5", -0.5),
    ],
)
@pytest.mark.parametrize("base", ["baseline", "core"])
def test_overrides(base, text, value):
    scenario = load_scenario(base, [text])
    found = scenario
    for part in text.split("=")[0].strip().split("."):
        found = found[part] if isinstance(found, dict) else getattr(found, part)
    assert found == value
    assert type(found) is type(value)


def test_overrides_as_mapping_and_tables():
    scenario = load_scenario("baseline", {"policy.friction": 1, "labs": {"cn-open-1": {"compute": -0.1}}})
    assert scenario.policy.friction == 1
    assert scenario.labs["cn-open-1"].compute == -0.1
    assert load_scenario("baseline", ["policy={friction = 1}"]).policy.friction == 1


def test_overrides_of_events(write):
    path = write('[[events]]\ntype = "truce"\nweek = 1\n')
    assert load_scenario(path, ["events[0].week=5"]).events[0].week == 5
    assert load_scenario(path, ["events.0.week=5"]).events[0].week == 5
    assert load_scenario(path, ["events=[]"]).events == ()
    (problem,) = failing(path, ["events[1].week=5"])
    assert (problem.file, problem.key, problem.allowed) == (
        "--set",
        "events[1].week",
        "events[0] to events[0]",
    )


def test_a_parent_value_can_be_put_back_to_calibrated(write):
    write("[policy]\nmarginal_cost = 0.3\n", "parent.toml")
    assert (
        load_scenario(
            write('extends = "parent.toml"\n[policy]\nmarginal_cost = "calibrated"\n')
        ).policy.marginal_cost
        is None
    )


@pytest.mark.parametrize(
    ("text", "key", "found"),
    [
        ("policy.friction", "policy.friction", "no value"),
        ("=3", "", "not a key"),
        ("policy..friction=3", "policy..friction", "not a key"),
        ("policy.friction=", "policy.friction", '"" (text)'),
        ("policy.fricton=1", "policy.fricton", "unknown key"),
        ("policy.friction.x=1", "policy.friction", "a table (x)"),
        ("extends=core", "extends", "belongs to files"),
        ("labs.cn-open-9.compute=0", "labs.cn-open-9", "no bloc, openness, algorithms"),
        ("policy.friction=1\nrun.weeks = 3", "policy.friction", "(text)"),
    ],
)
def test_wrong_overrides(text, key, found):
    (problem,) = failing("baseline", [text])
    assert (problem.file, problem.key) == ("--set", key)
    assert found in problem.found


def test_origins(write):
    write("[run]\nweeks = 9\nburn_in = 9\n", "parent.toml")
    loaded = load(write('extends = "parent.toml"\n[run]\nweeks = 8\n'), ["policy.friction=1"])
    assert [path.split("/")[-1] for path in loaded.files] == ["mine.toml", "parent.toml"]
    assert loaded.origins["run.weeks"].endswith("mine.toml")
    assert loaded.origins["run.burn_in"].endswith("parent.toml")
    assert loaded.origins["policy.friction"] == "--set"
    assert "policy.adjustment" not in loaded.origins


def test_with_changes():
    base = load_scenario("controls-schedule")
    other = base.with_changes({"export_control.strength": 0.6, "events": [], "labs.us-open-1.enabled": False})
    assert (base.export_control.strength, other.export_control.strength) == (0.15, 0.6)
    assert other.events == ()
    assert not other.labs["us-open-1"].enabled
    assert other.run == base.run
    assert base.with_changes({}) == base
    with pytest.raises(ScenarioError) as caught:
        base.with_changes({"export_control.strenth": 0.6, "run.weeks": 0})
    assert {(p.file, p.key) for p in caught.value.problems} == {
        ("changes", "export_control.strenth"),
        ("changes", "run.weeks"),
    }


def test_with_changes_takes_numpy_numbers():
    scenario = Scenario().with_changes({"run.weeks": np.int64(5), "policy.friction": np.float32(0.5)})
    assert type(scenario.run.weeks) is int
    assert type(scenario.policy.friction) is float


def test_unknown_names(write):
    write("", "other.toml")
    for given, hint in (
        ("baselin", "baseline"),
        ("othr.toml", "other"),
        ("nothing-like-it", ""),
        ("x" * 5000, ""),
        ("a\0b", ""),
    ):
        (problem,) = failing(given)
        assert hint in problem.hint
        assert "baseline, core" in problem.allowed
    assert load_scenario("other").name == "other"

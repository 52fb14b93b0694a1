"""Every kind of mistake in a sweep file names file, key and line, what was found, what is allowed, and a way out."""

import pytest

from sim.experiments.sweep.loading import load_sweep, sweep_from
from sim.scenario import ScenarioError
from sweeps.files import external, problems, small, the_problem, with_factors
from sweeps.mistakes import SINGLE


@pytest.mark.parametrize(
    ("data", "key", "found", "allowed", "hint"), SINGLE, ids=lambda one: one if isinstance(one, str) else ""
)
def test_one_mistake_is_told_once_and_well(data, key, found, allowed, hint):
    problem = the_problem(data)
    assert problem.key == key
    assert found in problem.found
    assert allowed in problem.allowed
    assert hint in problem.hint


def test_a_misspelt_required_key_is_told_with_what_is_missing():
    keys = [problem.key for problem in problems(small(design={"knd": "grid"}))]
    assert keys == ["design.kind", "design.knd"]


@pytest.mark.parametrize(
    "other",
    [
        {"keys": ["policy.friction"], "range": [0, 1]},
        {"settings": {"a": {"policy.friction": 1.0}, "b": {"policy.friction": 2.0}}},
        {"settings": {"a": {"policy": {"friction": 1.0}}, "b": {}}},
    ],
)
def test_two_factors_do_not_move_the_same_key(other):
    problem = the_problem(small(factors={"policy.friction": {"range": [0, 1]}, "other": other}))
    assert (problem.key, problem.found) == (
        "factors.other",
        "policy.friction, which policy.friction moves too",
    )


def test_two_factors_do_not_replace_the_scenario():
    scenarios = {"scenarios": ["core", "baseline"]}
    assert "a second factor" in the_problem(small(factors={"a": scenarios, "b": scenarios})).found


def test_two_factors_do_not_have_the_same_name():
    factors = {
        "claims.rate": {"range": [0, 1], "name": "x"},
        "claims.max_bias": {"range": [0, 0.5], "name": "x"},
    }
    problem = the_problem(small(factors=factors))
    assert problem.key == 'factors."claims.max_bias".name'
    assert problem.hint == 'factors."claims.rate".name is called that'


def test_keys_of_factors_are_in_all_scenarios():
    data = small(
        base="core",
        base_changes={"labs.extra": {"bloc": "cn", "openness": "open", "compute": 0.0, "algorithms": 0.0}},
        factors={"labs.extra.compute": {"range": [0, 1]}, "s": {"scenarios": ["core", "baseline"]}},
    )
    assert sweep_from(data).factors[0].default == 0.0
    data["factors"] = {"labs.none.compute": {"range": [0, 1]}, "s": {"scenarios": ["core", "baseline"]}}
    assert "no such key" in the_problem(data).found


def test_weeks_are_set_once():
    problem = the_problem(small(weeks=52, factors={"run.weeks": {"range": [20, 60]}}))
    assert problem.found == "run.weeks, besides weeks at the top"


def test_windows_fit_the_shortest_run():
    factors = {"run.weeks": {"range": [20, 60]}}
    data = small(factors=factors, outcomes={"x": {"output": "gap", "reduce": "at", "week": 20}})
    assert the_problem(data).allowed == "weeks from 0 to 19, the last of the run"
    assert (
        the_problem(small(weeks=15, outcomes={"x": {"output": "gap", "reduce": "mean", "last": 16}})).key
        == "outcomes.x.last"
    )


# -- rows --------------------------------------------------------------------------------------------------------------


def listed(*rows, **factors):
    return small(
        design={"kind": "list", "rows": list(rows)}, factors=factors or {"claims.rate": {"range": [0.1, 0.5]}}
    )


@pytest.mark.parametrize(
    ("data", "key", "found", "allowed"),
    [
        (listed({"claims.rate": 0.6}), 'design.rows[0]."claims.rate"', "0.6", "from 0.1 to 0.5"),
        (listed({}, {"claims.rate": "a"}), 'design.rows[1]."claims.rate"', '"a"', "a number"),
        (listed({"claims.rat": 0.2}), 'design.rows[0]."claims.rat"', "no such factor", "claims.rate"),
        (
            listed({"c": "d"}, c={"settings": {"a": {}, "b": {"claims.rate": 0.3}}}),
            "design.rows[0].c",
            '"d"',
            '"base"',
        ),
        (
            listed({}, **{"beliefs.prior_gap": {"range": [0, 1]}}),
            "design.rows[0]",
            "no base value",
            "default = ",
        ),
    ],
)
def test_rows_of_a_list_are_checked(data, key, found, allowed):
    problem = the_problem(data)
    assert problem.key == key
    assert found in problem.found
    assert allowed in problem.allowed


@pytest.mark.parametrize(
    "table",
    [{"range": [0, 1]}, {"keys": ["labs.us-closed-1.compute", "labs.us-closed-2.compute"], "range": [-1, 1]}],
)
def test_base_values_that_are_used_are_there(table):
    header = "x" if "keys" in table else "beliefs.prior_gap"
    one = {"kind": "one-at-a-time"}
    problem = the_problem(small(design=one, factors={header: table}))
    assert "base value" in problem.found
    assert with_factors({header: table | {"default": 0.5}}, design=one).table()[header][0] == 0.5
    assert with_factors({header: table}).rows == 4


CONFLICTS = {
    "capability.compute_growth_floor": {"range": [0.3, 0.55]},
    "capability.compute_growth_controlled": {"range": [0.5, 0.9]},
}


@pytest.mark.parametrize(
    "design",
    [{"kind": "grid"}, {"kind": "latin-hypercube", "samples": 200}, {"kind": "morris", "samples": 30}],
)
def test_rows_that_cannot_be_are_told_before_anything_runs(design):
    problem = the_problem(small(design=design, factors=CONFLICTS))
    assert problem.key == 'factors."capability.compute_growth_floor"'
    assert "compute_growth_floor = 0.55 above compute_growth_controlled = 0.5" in problem.found
    assert problem.hint == "control cannot speed compute up"


def test_corners_that_are_no_rows_may_be_impossible():
    rows = [dict.fromkeys(CONFLICTS, 0.5), dict.fromkeys(CONFLICTS, 0.55)]
    assert with_factors(CONFLICTS, design={"kind": "list", "rows": rows}).rows == 2
    bad = {**rows[0], "capability.compute_growth_floor": 0.55}
    found = the_problem(small(factors=CONFLICTS, design={"kind": "list", "rows": [*rows, bad]}))
    assert "above compute_growth_controlled = 0.5" in found.found


def test_switches_that_do_not_go_together_are_found_wherever_they_stand():
    """Also among many factors and in a design that is too large to be tried whole."""
    keys = [
        "claims.rate",
        "claims.sophistication",
        "claims.strategic_weight",
        "claims.motive_rate",
        "beliefs.motivated",
    ]
    factors = {key: {"range": [0, 0.5]} for key in keys}
    factors["distillation.iso_lag"] = {"values": [True, False]}
    factors["distillation.initial_share_at_steady_state"] = {"values": [True, False]}
    problem = the_problem(small(factors=factors))
    assert "iso_lag = true with initial_share_at_steady_state = false" in problem.found


def test_a_wrong_bundle_does_not_hide_what_else_is_wrong():
    factors = CONFLICTS | {"cell": {"settings": {"a": {"claims.rat": 1}, "b": {"claims.policy": "nne"}}}}
    keys = {problem.key for problem in problems(small(factors=factors, outcomes={"x": "gap maen"}))}
    assert keys == {
        'factors."capability.compute_growth_floor"',
        "factors.cell.settings.a",
        "factors.cell.settings.b",
        "outcomes.x.reduce",
    }


def test_a_grid_nobody_can_run_is_refused():
    labs = ("us-closed-1", "us-closed-2", "us-closed-3", "us-open-1")
    keys = [f"labs.{lab}.{key}" for lab in labs for key in ("compute", "algorithms", "price_markup")]
    design = {"kind": "grid", "levels": 5}
    problem = the_problem(small(factors={key: {"range": [0.5, 1]} for key in keys}, design=design))
    assert problem.found == "244,140,625 rows"
    assert "latin-hypercube" in problem.hint


def test_groups_are_groups():
    factors = {
        "claims.rate": {"range": [0, 1], "group": "g"},
        "claims.max_bias": {"range": [0, 0.5], "group": "g"},
    }
    design = {"kind": "sobol", "samples": 8, "grouped": True}
    assert "one group" in the_problem(small(factors=factors, design=design)).found
    factors |= {"claims.max_bias": {"range": [0, 0.5], "name": "g"}, "beliefs.motivated": {"range": [0, 0.5]}}
    assert "no factor's name" in the_problem(small(factors=factors, design=design)).allowed


# -- files -------------------------------------------------------------------------------------------------------------
BAD = """titel = "x"
base = "baseline"

[design]
kind = "sobol"
samples = 100

[factors."export_control.strenght"]
range = [0.0, 0.9]

[factors."claims.policy"]
values = ["sincere",
  "strtegic"]

[outcomes]
lag = "gap_month mean"
half = { output = "gap_months", reduce = "at", week = 500 }
"""


@pytest.fixture
def bad(tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text(BAD, encoding="utf-8")
    return path


def test_all_mistakes_of_a_file_are_told_at_once_in_its_order(bad):
    found = problems(bad)
    assert [(problem.line, problem.key) for problem in found] == [
        (1, "titel"),
        (6, "design.samples"),
        (8, 'factors."export_control.strenght"'),
        (12, 'factors."claims.policy".values[1]'),
        (16, "outcomes.lag.output"),
        (17, "outcomes.half.week"),
    ]
    assert {problem.file for problem in found} == {str(bad)}


def test_changes_are_named_as_the_place(bad):
    found = problems(
        bad, ["design.samples=99", "outcomes.lag=gap_months mean", "factors.claims.policy.values=['none']"]
    )
    places = {problem.key: problem.file for problem in found}
    assert places["design.samples"] == "--set"
    assert places['factors."claims.policy".values'] == "--set"
    assert places["outcomes.half.week"] == str(bad)
    assert "outcomes.lag.output" not in places


@pytest.mark.parametrize(
    ("change", "key", "found", "hint"),
    [
        ("replicates", "replicates", "no value", "write replicates=..."),
        ("=3", "", "not a key", ""),
        ("a b=3", "a b", "not a key", ""),
        ("replicate=3", "replicate", "unknown key", '"replicates"'),
        ("claim.rate=3", "claim.rate", "unknown key", '"claims"'),
    ],
)
def test_changes_that_are_none(change, key, found, hint):
    problem = the_problem(small(), [change])
    assert (problem.file, problem.key) == ("--set", key)
    assert found in problem.found
    assert hint in problem.hint


def test_mistakes_in_a_base_are_told_in_its_file(tmp_path):
    (tmp_path / "mine.toml").write_text('extends = "baseline"\n[claims]\nrate = 3\n')
    path = tmp_path / "one.toml"
    path.write_text(
        'base = "mine"\n[design]\nkind = "grid"\n[factors.s]\nscenarios = ["mine", "core"]\n'
        '[outcomes]\nx = "gap mean"\n'
    )
    problem = the_problem(path)
    assert (problem.file, problem.key, problem.line) == (str(tmp_path / "mine.toml"), "claims.rate", 3)
    assert problem.of == "scenario"


def test_the_heading_says_what_the_problems_are_in(tmp_path):
    """Those of the sweep file and those of its base scenario are told apart."""
    (tmp_path / "mine.toml").write_text('extends = "baseline"\n[claims]\nrate = 3\n')
    path = tmp_path / "one.toml"
    path.write_text(
        'base = "mine"\nreplicates = 0\nseed = -1\n[design]\nkind = "grid"\n'
        '[factors."claims.rate"]\nrange = [0, 1]\n[outcomes]\nx = "gap mean"\n'
    )
    with pytest.raises(ScenarioError) as caught:
        load_sweep(path)
    assert str(caught.value) == (
        f"2 problems in the sweep\n{path}:\n"
        "  replicates (line 2)\n    found:   0\n    allowed: a whole number from 1 to 1,000,000\n"
        "  seed (line 3)\n    found:   -1\n    allowed: a whole number from 0 to 2^62\n"
        f"1 problem in the scenario\n{tmp_path / 'mine.toml'}:\n"
        "  claims.rate (line 3)\n    found:   3\n    allowed: a number from 0 to 1 (1/wk)"
    )


@pytest.mark.parametrize("text", ["", "[design", "\x00", 'extends = "baseline"\n'])
def test_files_that_are_no_sweep_are_told_as_sweeps(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    assert {problem.of for problem in problems(path)} == {"sweep"}
    assert {problem.of for problem in problems(tmp_path / "none.toml")} == {"sweep"}
    assert {problem.of for problem in problems(small(), ["replicate=2"])} == {"sweep"}


@pytest.mark.parametrize(
    ("name", "found", "hint"),
    [
        ("control-and-copyin", "no sweep of that name", '"control-and-copying"'),
        ("baseline", "no sweep of that name", "parity run baseline"),
        ("no/such.toml", "no such file", ""),
        ("", "no sweep of that name", ""),
        ("scenarios/sweeps", "a folder", ""),
    ],
)
def test_sweeps_that_are_not_there(name, found, hint):
    with pytest.raises(ScenarioError) as caught:
        load_sweep(name)
    (problem,) = caught.value.problems
    assert problem.found == found
    assert hint in problem.hint
    assert "morris-screening" in problem.allowed


def test_a_scenario_is_no_sweep(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('extends = "baseline"\n[claims]\nrate = 0.3\n')
    assert the_problem(path).found == "a scenario"


def test_broken_toml_is_told_with_its_line(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('base = "baseline"\n[design\n')
    assert the_problem(path).line == 2


@pytest.mark.parametrize("module", ["raises", "missing"])
def test_modules_that_cannot_be_imported(module, tmp_path, monkeypatch):
    text = {"raises": "raise RuntimeError('no licence')", "missing": "import no_such_library"}[module]
    (tmp_path / f"broken_{module}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    problem = the_problem(external() | {"model": f"broken_{module}:f"})
    assert "cannot be imported" in problem.found
    assert {"raises": "no licence", "missing": "no_such_library"}[module] in problem.found

"""The sweep explorer without a browser: folders, address, tables, charts, single runs."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.experiments.sweep.loading import sweep_from
from tests.report.examples import FACTORS, example
from viz.exploring import boxes, findings, onerun, pictures, sensing
from viz.exploring.address import Address, read_address
from viz.exploring.brushing import summary
from viz.exploring.cells import binned, heat
from viz.exploring.explored import Empty, Explored, csv_bytes, open_sweep, parquet_bytes
from viz.exploring.folders import Refused, list_sweeps, shown_path, sweep_folder
from viz.exploring.jobs import answer
from viz.exploring.pieces import html_table

SMALL = {
    "name": "small",
    "title": "Control and copying",
    "base": "baseline",
    "weeks": 30,
    "replicates": 2,
    "seed": 5,
    "base_changes": {"export_control.mode": "exogenous"},
    "design": {"kind": "grid", "levels": 2},
    "factors": {
        "export_control.strength": {"range": [0.0, 0.8], "name": "control"},
        "claims.policy": {"values": ["sincere", "strategic"], "name": "policy"},
    },
    "outcomes": {"lead": "gap_months final", "copied": "copied_share mean"},
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder with a sweep of an external model, one of a scenario, and things that are no sweeps."""
    root = tmp_path_factory.mktemp("place") / "sweeps"
    example("latin-hypercube", root / "deep" / "lhs")
    sim.sweep(sweep_from(SMALL), root / "small", executor="serial")
    (root / "other").mkdir()
    (root / "other" / "manifest.json").write_text(json.dumps({"format": "parity-run/1"}))
    (root / "broken").mkdir()
    (root / "broken" / "manifest.json").write_text("{")
    return root


@pytest.fixture(scope="module")
def small(results: Path) -> Explored:
    return open_sweep("sweeps/small", sweep_folder("sweeps/small", [results]), "sweeps/small")


@pytest.fixture(scope="module")
def lhs(results: Path) -> Explored:
    return open_sweep("sweeps/deep/lhs", sweep_folder("sweeps/deep/lhs", [results]), "sweeps/deep/lhs")


# -- folders -----------------------------------------------------------------------------------------------


def test_only_folders_with_a_sweep_are_listed(results: Path) -> None:
    found = list_sweeps([results, results.parent / "absent"])
    assert [one.name for one in found] == ["sweeps/deep/lhs", "sweeps/small"]
    assert found[1].title == "Control and copying"
    assert found[1].runs == 8
    assert found[1].state == "complete"


def test_a_results_folder_may_be_a_sweep_itself(results: Path) -> None:
    assert [one.name for one in list_sweeps([results / "small"])] == ["small"]
    assert sweep_folder("small", [results / "small"]) == (results / "small").resolve()


@pytest.mark.parametrize(
    "name",
    ["", " ", "/etc", "../secret", "sweeps/../../secret", "sweeps/./../..", "..\\secret",
     "sweeps\\..\\..\\secret", "C:/x", "sweeps/small\0", "~", "sweeps/absent", "secret", "sweeps/other/..", "sweeps"],
)  # fmt: skip
def test_names_that_lead_elsewhere_are_refused(results: Path, name: str) -> None:
    with pytest.raises(Refused) as told:
        sweep_folder(name, [results])
    assert str(results.parent) not in str(told.value)


def test_links_that_lead_outside_are_refused_and_not_listed(results: Path, tmp_path: Path) -> None:
    root = tmp_path / "sweeps"
    root.mkdir()
    os.symlink(results / "small", root / "link")
    (root / "half").mkdir()
    (root / "half" / "manifest.json").write_bytes((results / "small" / "manifest.json").read_bytes())
    os.symlink(results / "small" / "runs", root / "half" / "runs")
    (root / "file").mkdir()
    os.symlink(results / "small" / "manifest.json", root / "file" / "manifest.json")
    for name in ("sweeps/link", "sweeps/half", "sweeps/file"):
        with pytest.raises(Refused):
            sweep_folder(name, [root])
    assert [one.name for one in list_sweeps([root])] == ["sweeps/half"]


def test_the_path_for_commands_is_relative_or_as_it_was_given(tmp_path: Path) -> None:
    inside = tmp_path / "start" / "sweeps" / "demo"
    inside.mkdir(parents=True)
    assert shown_path(inside, None, tmp_path / "start") == "sweeps/demo"
    given = str(tmp_path / "start")
    assert shown_path(inside, given, tmp_path / "elsewhere") == f"{given}/sweeps/demo"
    assert shown_path(inside, None, tmp_path / "elsewhere") == "demo"


# -- address -----------------------------------------------------------------------------------------------


def test_an_address_survives_its_query() -> None:
    address = Address(
        "sweeps/a b&c",
        "lead",
        "control",
        "policy",
        "box",
        "below",
        -1.2345678901234567,
        ("a,b", "lead"),
        True,
        (7, 2),
    )
    assert read_address(address.query()) == address
    assert Address().query() == ""


@pytest.mark.parametrize(
    "query",
    [
        None,
        "",
        "?",
        "view=none&side=x&threshold=nan&box=yes",
        "run=1.-2",
        "run=5",
        "run=1.2.3",
        "threshold=1e999",
        "a=" + "x" * 9000,
        "&" * 200,
    ],
)
def test_faulty_queries_give_the_defaults(query: str | None) -> None:
    assert read_address(query) == Address()


def test_unknown_names_become_the_first(small: Explored) -> None:
    settled = Address(outcome="gone", x="policy", y="policy").settled(small.outcomes, list(small.factors))
    assert (settled.outcome, settled.x, settled.y) == ("lead", "policy", "control")


# -- tables ------------------------------------------------------------------------------------------------


def test_heat_is_the_mean_of_the_runs_in_each_cell(small: Explored) -> None:
    found = heat(small, "lead", "control", "policy")
    assert (found.x.names, found.y.names) == (("0", "0.8"), ("sincere", "strategic"))
    runs = small.runs
    cell = runs[(runs["control"] == 0.8) & (runs["policy"] == "sincere")]["lead"]
    assert found.mean[0, 1] == pytest.approx(cell.mean())
    assert found.count.tolist() == [[2, 2], [2, 2]]


def test_many_values_are_put_into_bins_that_hold_every_run(lhs: Explored) -> None:
    found_bins = binned(lhs, "potency", 6)
    places = found_bins.places
    assert found_bins.together
    assert len(found_bins.names) == 6
    assert set(places.tolist()) <= set(range(6))
    potency = lhs.runs["potency"].to_numpy()
    assert all(potency[places == k].max() <= potency[places == k + 1].min() for k in range(5))
    found = heat(lhs, "lag", "potency", "control", 6)
    assert found.count.sum() == len(lhs.runs)


def test_a_cell_without_runs_has_no_mean(lhs: Explored) -> None:
    found = heat(lhs, "lag", "potency", "control", 20)
    assert np.isnan(found.mean[found.count == 0]).all()
    assert (found.count == 0).any()


def test_samples_are_bounded_sorted_and_the_same_each_time(lhs: Explored) -> None:
    assert lhs.sample().tolist() == list(range(len(lhs.runs)))
    few = lhs.sample(10)
    assert len(few) == 10
    assert np.array_equal(few, np.unique(few))
    assert np.array_equal(few, lhs.sample(10))


def test_brushed_runs_are_summed_up(small: Explored) -> None:
    places = np.flatnonzero(small.runs["policy"] == "strategic").tolist()
    lines = {line["column"]: line for line in summary(small, places, ["control", "policy", "lead"])}
    assert lines["policy"]["brushed"] == "strategic 4"
    assert lines["control"]["range"] == "0 to 0.8"
    assert lines["lead"]["brushed"] == f"{small.runs['lead'].iloc[places].mean():.4g}"


def test_downloads_can_be_read_again(small: Explored) -> None:
    import io

    import pandas as pd

    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(parquet_bytes(small.runs))), small.runs)
    again = pd.read_csv(io.BytesIO(csv_bytes(small.runs)))
    assert again["lead"].to_numpy() == pytest.approx(small.runs["lead"].to_numpy())


def test_a_sweep_without_runs_says_so(results: Path, tmp_path: Path) -> None:
    place = tmp_path / "new"
    (place / "runs").mkdir(parents=True)
    (place / "manifest.json").write_bytes((results / "small" / "manifest.json").read_bytes())
    with pytest.raises(Empty, match="no finished runs"):
        open_sweep("new", place, "new")


def test_tables_in_the_page_are_escaped() -> None:
    text = html_table([{"<a>": "<script>"}], '"x"')
    assert "<script>" not in text
    assert "<a>" not in text


# -- findings ----------------------------------------------------------------------------------------------


def test_sensitivity_uses_the_method_of_the_design(small: Explored, lhs: Explored) -> None:
    assert findings.sensitivity_of(small, "lead").method == "variance-shares"
    found = findings.sensitivity_of(lhs, "lag")
    assert found.method == "regression"
    for dark in (False, True):
        option = sensing.bars(found, dark)
        assert "potency" in option["yAxis"]["data"]
        assert_plain(option)


def test_the_box_is_the_one_of_the_analysis(lhs: Explored) -> None:
    asked = findings.asked_for(lhs, "lag", "above", None)
    assert asked is not None
    assert asked.condition == f"lag > {asked.threshold!r}"
    found = findings.box_of(lhs, asked)
    inside = boxes.in_box(lhs, found.box)
    rows = set(lhs.runs["row"][inside])
    assert rows == set(found.cases.index[found.box.inside])
    x = found.box.limits[0].factor
    scatter = pictures.scatter(lhs, "lag", x, False, found.box, asked, chosen=3)
    drawn = {series["name"]: series for series in scatter["series"]}
    assert len(drawn[pictures.INSIDE]["data"]) == inside.sum()
    assert "chosen run" in drawn
    for option in (
        scatter,
        boxes.trajectory(found, True),
        boxes.box_plane(lhs, found, asked, "potency", "control", False),
    ):
        assert_plain(option)


def test_conditions_quote_names_that_are_no_python_names() -> None:
    assert findings.Asked("a-b", "below", 1.5).condition == "`a-b` < 1.5"


def test_what_cannot_be_analysed_is_told(small: Explored) -> None:
    told = answer(lambda: findings.box_of(small, findings.Asked("lead", "above", 1e9)))
    assert told.value is None
    assert "nothing to tell apart" in told.refused


def test_errors_of_the_program_are_not_shown() -> None:
    told = answer(lambda: 1 // 0)
    assert told.refused
    assert "division" not in told.refused


# -- charts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dark", [False, True])
def test_charts_are_plain_json(small: Explored, lhs: Explored, dark: bool) -> None:
    for one, outcome in ((small, "lead"), (lhs, "lag")):
        names = list(one.factors)
        for x in names:
            assert_plain(pictures.scatter(one, outcome, x, dark))
        assert_plain(pictures.heat_map(one, outcome, names[0], names[1], dark))
        assert_plain(pictures.parallel(one, [*names, outcome], outcome, dark))


def test_a_dot_tells_its_run(small: Explored) -> None:
    data = pictures.scatter(small, "lead", "policy", False)["series"][0]["data"]
    assert len(data) == len(small.runs)
    for across, up, row, says in data:
        line = small.runs.iloc[row]
        assert ("sincere", "strategic")[int(across)] == line["policy"]
        assert up == pytest.approx(line["lead"], rel=1e-3)
        assert f"seed {line['seed']}" in says


def test_no_more_lines_are_sent_than_said(lhs: Explored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Explored, "sample", lambda self: np.arange(7))
    option = pictures.parallel(lhs, ["control", "potency", "claims"], "control", False)
    assert len(option["series"][0]["data"]) == 7
    dots = [
        one for one in pictures.scatter(lhs, "lag", "control", False)["series"] if one["type"] == "scatter"
    ]
    assert sum(len(one["data"]) for one in dots) == 7


def test_axes_follow_the_factors(lhs: Explored) -> None:
    option = pictures.parallel(lhs, ["potency", "claims"], "", False)
    axes, levels = option["parallelAxis"], FACTORS["claims"]["values"]
    assert axes[0]["type"] == "log"
    assert axes[1]["axisLabel"]["formatter"] == f"@names:{json.dumps(levels)}"
    assert [levels[line[1]] for line in option["series"][0]["data"]] == lhs.runs["claims"].tolist()
    assert pictures.scatter(lhs, "lag", "potency", False)["xAxis"]["type"] == "log"


# -- one run -----------------------------------------------------------------------------------------------


def test_a_run_opens_as_the_world_that_it_was(small: Explored) -> None:
    place = 5
    run = onerun.one_run(small, place)
    made = onerun.opening(small, run)
    assert made.base == "baseline"
    assert made.text is None
    assert made.changes["export_control.mode"] == "exogenous"
    scenario = sim.load_scenario(made.base, made.changes)
    again = sim.run(scenario, seed=made.seed).series
    assert again["gap_months"].iloc[-1] == small.runs["lead"].iloc[place]


def test_a_base_that_is_not_shipped_opens_by_its_text(small: Explored, tmp_path: Path) -> None:
    import dataclasses

    sweep = dataclasses.replace(small.data.sweep, base="mine")
    data = type(small.data)(sweep, small.data.manifest, small.data.directory)
    other = Explored("other", data, "other")
    run = onerun.one_run(other, 2)
    made = onerun.opening(other, run)
    assert made.base == "small-row1.toml"
    assert made.changes == {}
    assert made.text is not None
    (tmp_path / made.base).write_text(made.text)
    again = sim.load_scenario(tmp_path / made.base)
    assert again.digest() == small.data.sweep.scenario_of(run.values).digest()


def test_the_command_of_a_run_names_it(small: Explored) -> None:
    run = onerun.one_run(small, 5)
    assert run.command == "parity sweep sweeps/small/sweep.toml --only-row 2 --replicate 1"
    assert (run.row, run.replicate, run.seed) == (2, 1, 6)
    assert dict(run.factors)["policy"] == small.runs["policy"].iloc[5]


def test_a_run_is_found_by_its_numbers(small: Explored) -> None:
    assert small.place(2, 1) == 5
    assert small.place(99, 0) is None


def test_the_factors_that_a_box_narrows_most_are_proposed(lhs: Explored) -> None:
    asked = findings.asked_for(lhs, "lag", "above", None)
    assert asked is not None
    box = findings.box_of(lhs, asked).box
    numbers = [limit.factor for limit in box.limits if limit.low is not None]
    proposed = boxes.restricted(box, "claims", "claims")
    assert proposed is not None
    assert proposed[0] in numbers
    assert boxes.restricted(box, *proposed) is None


def test_runs_of_an_external_model_cannot_be_opened(lhs: Explored) -> None:
    assert "model of its own" in onerun.one_run(lhs, 0).refused


def assert_plain(option: object) -> None:
    from viz.components.chart import finite

    json.dumps(finite(option), allow_nan=False)

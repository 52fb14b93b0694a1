"""The sweep explorer's analyses in pictures and words, answers that are kept, and what a sweep lacks."""

import json
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.experiments.sweep.loading import sweep_from
from tests.report.examples import example, source
from viz.exploring import boxes, cells, findings, jobs, pictures, sensing
from viz.exploring.explored import MOST_DRAWN, Empty, Explored, open_sweep
from viz.exploring.kept import SWEEPS, Kept, digest_of, drawn
from viz.exploring.overlay import told
from viz.exploring.views import told_sample


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("analyses")


def opened(place: Path, kind: str, **changes: object) -> Explored:
    folder = place / kind
    if not folder.exists():
        example(kind, folder, **changes)
    return open_sweep(f"sweeps/{kind}", folder, f"sweeps/{kind}")


@pytest.fixture(scope="module")
def lhs(place: Path) -> Explored:
    return opened(place, "latin-hypercube", design={"kind": "latin-hypercube", "samples": 120})


def plain(option: object) -> None:
    from viz.components.chart import finite

    json.dumps(finite(option), allow_nan=False)


# -- sensitivity -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "method", "column"),
    [
        ("sobol", "sobol", "ST"),
        ("morris", "morris", "mu_star"),
        ("one-at-a-time", "one-at-a-time", "range"),
        ("grid", "variance-shares", "share"),
    ],
)
def test_every_design_has_its_measure_and_says_why(place: Path, kind: str, method: str, column: str) -> None:
    found = findings.sensitivity_of(opened(place, kind), "lag")
    assert (found.method, found.importance) == (method, column)
    assert "because" in findings.METHODS[found.method]
    for dark in (False, True):
        option = sensing.bars(found, dark)
        assert option["yAxis"]["data"] == list(found.table.index)
        plain(option)


def test_intervals_of_bars_are_those_of_the_table(place: Path) -> None:
    found = findings.sensitivity_of(opened(place, "sobol"), "lag")
    drawn_series = {one.get("name"): one for one in sensing.bars(found, False)["series"]}
    for column in ("ST", "S1"):
        data = drawn_series[findings.MEASURES[column]]["data"]
        for place_, item in enumerate(data):
            line = found.table.iloc[place_]
            expected = [line[column], line[f"{column}_low"], line[f"{column}_high"]]
            assert [item["value"][k] for k in (0, 2, 3)] == pytest.approx(expected, rel=1e-3, abs=1e-9)


def test_given_data_have_first_order_shares_beside_the_coefficients(lhs: Explored) -> None:
    found = findings.sensitivity_of(lhs, "lag")
    assert "S1" in found.table
    option = sensing.bars(found, False, "S1")
    order = [float(found.table.loc[name, "S1"]) for name in option["yAxis"]["data"]]
    assert order == sorted(order, reverse=True)


def test_the_morris_plane_has_every_factor_and_its_interval(place: Path) -> None:
    found = findings.sensitivity_of(opened(place, "morris"), "lag")
    option = sensing.morris_plane(found, False)
    dots = option["series"][0]["data"]
    assert [dot["says"].split("\n")[0] for dot in dots] == list(found.table.index)
    for dot, name in zip(dots, found.table.index, strict=True):
        assert dot["value"] == pytest.approx(found.table.loc[name, ["mu_star", "sigma"]].tolist(), rel=1e-3)
    assert sum(one["id"].startswith("silent:whisker") for one in option["series"][1:]) == len(dots)
    plain(option)


def test_curves_are_means_with_paired_intervals(place: Path) -> None:
    explored = opened(place, "one-at-a-time")
    curves = {one.factor: one for one in findings.curves_of(explored, "lag")}
    assert set(curves) == {"control", "potency", "claims"}
    control, runs = curves["control"], explored.runs
    assert list(control.values) == sorted(control.values)
    assert control.values[control.base] == 0.3
    base = runs[runs["row"] == 0].set_index("seed")["lag"]
    for k, value in enumerate(control.values):
        level = runs[(runs["control"] == value) & (runs["potency"] == 1.0) & (runs["claims"] == "sincere")]
        assert control.mean[k] == pytest.approx(level["lag"].mean())
        apart = level.set_index("seed")["lag"] - base
        half = (control.high[k] - control.low[k]) / 2
        # Student's t with two degrees of freedom.
        assert half == pytest.approx(4.302653 * apart.std(ddof=1) / np.sqrt(3), abs=1e-6)
    assert half < 4.302653 * base.std(ddof=1) / np.sqrt(3)
    option = sensing.curves(explored, "lag", list(curves.values()), True)
    assert len(option["grid"]) == len(option["xAxis"]) == 3
    assert option["xAxis"][1]["type"] == "log"
    assert option["xAxis"][2]["data"] == ["sincere", "strategic"]
    plain(option)


def test_curves_without_the_base_have_intervals_of_their_own(place: Path) -> None:
    explored = opened(place, "one-at-a-time")
    part = Explored("part", explored.data, "part")
    part.__dict__["runs"] = explored.runs[explored.runs["row"] > 0].reset_index(drop=True)
    curves = findings.curves_of(part, "lag")
    assert {one.base for one in curves} == {-1}
    assert all(np.isfinite(one.low).all() for one in curves)


# -- the box over other pictures ---------------------------------------------------------------------------


def box_for(explored: Explored) -> tuple[findings.Asked, object]:
    asked = findings.asked_for(explored, "lag", "above", None)
    assert asked is not None
    return asked, findings.box_of(explored, asked).box


def test_a_range_lies_among_the_bins_where_its_values_are(lhs: Explored) -> None:
    from sim.analysis import Limit

    bins = cells.binned(lhs, "potency", 6)
    assert bins.log
    edges = bins.ends
    assert edges is not None
    limit = Limit("potency", "real", float(edges[2]), float(edges[5]), float(edges[0]), float(edges[-1]))
    assert bins.spans(limit) == [pytest.approx((1.5, 4.5))]
    middle = Limit("potency", "real", float(np.sqrt(edges[2] * edges[3])), float(edges[5]), 0.1, 10.0)
    assert bins.spans(middle)[0][0] == pytest.approx(2.0)


def test_levels_and_labels_inside_are_whole_cells(place: Path) -> None:
    from sim.analysis import Limit

    grid = opened(place, "grid")
    control = cells.binned(grid, "control")
    assert control.spans(Limit("control", "real", 0.45, 0.9, 0.0, 0.9)) == [(0.5, 2.5)]
    labels = cells.Bins(np.zeros(0, dtype=int), ("a", "b", "c", "d"), None, False)
    apart = Limit("x", "choice", labels=("a", "c", "d"), whole_labels=("a", "b", "c", "d"))
    assert labels.spans(apart) == [(-0.5, 0.5), (1.5, 3.5)]


def test_the_heat_map_shows_the_box_where_it_limits_an_axis(lhs: Explored) -> None:
    asked, box = box_for(lhs)
    limited = [limit.factor for limit in box.limits]
    free = [name for name in lhs.factors if name not in limited]
    x = limited[0]
    y = next(name for name in lhs.factors if name != x)
    option = pictures.heat_map(lhs, "lag", x, y, False, box)
    rectangles = [one for one in option["series"] if one["type"] == "custom"]
    # A light line and a dark one beside it.
    assert len({one["color"] for one in rectangles}) == len(rectangles) == 2
    assert all(one["xAxisIndex"] == one["yAxisIndex"] == 1 for one in rectangles)
    # Numbers on the hidden axes count bins, and the colours leave the box alone.
    assert option["xAxis"][1] == {
        "type": "value",
        "min": -0.5,
        "max": len(option["xAxis"][0]["data"]) - 0.5,
        "show": False,
    }
    assert option["visualMap"]["seriesIndex"] == 0
    plain(option)
    assert "no rectangle" not in told(box, asked, (x, y))
    for name in free:
        assert f"It does not restrict {name}, so no rectangle" in told(box, asked, (name,))
        assert not [
            one
            for one in pictures.scatter(lhs, "lag", name, False, box, asked)["series"]
            if one["type"] == "custom"
        ]


def test_limits_are_told_with_their_quasi_p(lhs: Explored) -> None:
    _, box = box_for(lhs)
    for limit in box.limits:
        words = findings.limit_words(limit, "1/yr")
        assert limit.text in words
        assert "quasi-p" in words
        assert ("could well be luck" in words) == limit.doubtful


def test_a_box_over_labels_is_drawn(lhs: Explored) -> None:
    from dataclasses import replace

    from sim.analysis import Limit

    asked, box = box_for(lhs)
    limit = Limit(
        "claims", "choice", labels=("strategic",), whole_labels=("sincere", "strategic"), quasi_p_low=0.2
    )
    found = replace(box, limits=(limit,))
    option = pictures.scatter(lhs, "lag", "claims", False, found, asked)
    (rectangle,) = [one for one in option["series"] if one["type"] == "custom"]
    assert rectangle["data"] == [[0.5, asked.threshold, 1.5, None]]
    assert "could well be luck" in findings.limit_words(limit)
    assert boxes.in_box(lhs, found).tolist() == (lhs.runs["claims"] == "strategic").tolist()


# -- selected runs, large sweeps ---------------------------------------------------------------------------


def test_selected_runs_are_marked_in_the_scatter(lhs: Explored) -> None:
    selected = np.isin(np.arange(len(lhs.runs)), (3, 5, 8))
    series = {
        one["name"]: one
        for one in pictures.scatter(lhs, "lag", "control", False, selected=selected)["series"]
    }
    assert [item[2] for item in series[pictures.SELECTED]["data"]] == [3, 5, 8]
    assert len(series[pictures.OUTSIDE]["data"]) == len(lhs.runs) - 3


def test_of_many_runs_a_sample_is_drawn_and_the_mean_is_of_all(
    lhs: Explored, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = pictures.scatter(lhs, "lag", "control", False)["series"][-1]
    assert whole["name"] == pictures.MEAN
    monkeypatch.setattr(Explored, "sample", lambda self: np.arange(7))
    option = pictures.scatter(lhs, "lag", "control", False)
    assert len(option["series"][0]["data"]) == 7
    assert option["series"][-1]["data"] == whole["data"]
    total = sum(
        up * n
        for (_, up), n in zip(whole["data"], np.bincount(cells.binned(lhs, "control").places), strict=True)
    )
    assert total / len(lhs.runs) == pytest.approx(lhs.runs["lag"].mean(), rel=1e-3)


def test_a_large_sweep_says_how_many_runs_are_drawn(lhs: Explored) -> None:
    import pandas as pd

    large = Explored("large", lhs.data, "large")
    large.__dict__["runs"] = pd.concat([lhs.runs] * 10, ignore_index=True)
    count = len(large.runs)
    assert count > MOST_DRAWN
    assert told_sample(large).startswith(f"3,000 of {count:,} runs are drawn")
    assert len(large.sample()) == MOST_DRAWN
    assert told_sample(lhs) == ""


# -- answers that are kept ---------------------------------------------------------------------------------


def test_an_answer_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, calls = Kept(2), []

    def compute() -> int:
        calls.append(1)
        return len(calls)

    assert [jobs.kept_answer("a", compute, kept).value for _ in range(3)] == [1, 1, 1]
    assert jobs.kept_answer("b", compute, kept).value == 2
    assert jobs.kept_answer("c", compute, kept).value == 3
    assert len(kept) == 2
    assert kept.get("a") is None


def test_a_chart_is_made_once() -> None:
    made = []

    def make() -> dict[str, object]:
        made.append(1)
        return {"series": []}

    assert drawn(("test", "x"), make) is drawn(("test", "x"), make)
    assert len(made) == 1


def test_a_sweep_is_read_again_only_when_its_folder_has_changed(place: Path) -> None:
    folder = place / "growing"
    example("grid", folder)
    first = open_sweep("growing", folder, "growing")
    assert open_sweep("growing", folder, "growing") is first
    before = digest_of(folder)
    shutil.copy(next((folder / "runs").glob("*.parquet")), folder / "runs" / "batch-999.parquet")
    assert digest_of(folder) != before
    assert open_sweep("growing", folder, "growing") is not first
    assert len(SWEEPS) <= 4


# -- what is missing ---------------------------------------------------------------------------------------


def half(place: Path, name: str) -> Path:
    """A sweep of which the first half of the runs is there, as after a kill."""
    folder = place / name
    example("grid", folder)
    import pyarrow.parquet as pq

    (file,) = (folder / "runs").glob("*.parquet")
    runs = pq.ParquetFile(file).read()
    pq.write_table(runs.slice(0, len(runs) // 2), file)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["state"] = "running"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_an_unfinished_sweep_opens_and_says_how_much_is_missing(place: Path) -> None:
    explored = open_sweep("half", half(place, "half"), "sweeps/half")
    whole = explored.data.sweep.rows * explored.data.sweep.replicates
    assert 0 < len(explored.runs) < whole
    assert explored.waiting == whole - len(explored.runs)
    assert explored.summary.startswith(f"{len(explored.runs)} of {whole} runs")
    assert explored.command == "parity sweep sweeps/half/sweep.toml --out sweeps/half"


def test_the_command_shown_completes_a_stopped_sweep(tmp_path: Path) -> None:
    """The sweep file in the folder is that of the sweep, so that the command goes on and does not refuse."""
    from typer.testing import CliRunner

    from sim.cli import app

    source_ = {
        "name": "tiny", "base": "core", "weeks": 4, "replicates": 2, "seed": 1,
        "design": {"kind": "grid", "levels": 3}, "factors": {"export_control.strength": {"range": [0.0, 0.8]}},
        "outcomes": {"lead": "gap_months final"},
    }  # fmt: skip
    folder = tmp_path / "tiny"
    sim.sweep(sweep_from(source_), folder, executor="serial")
    whole = open_sweep("tiny", folder, str(folder)).runs
    shutil.rmtree(folder / "runs")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["state"] = "running"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(Empty) as nothing:
        open_sweep("tiny", folder, str(folder))
    words = shlex.split(nothing.value.command)
    assert words[0] == "parity"
    done = CliRunner().invoke(app, [*words[1:], "--executor", "serial", "--quiet"])
    assert done.exit_code == 0, done.output
    again = open_sweep("tiny", folder, str(folder))
    assert again.waiting == 0
    assert again.runs["lead"].tolist() == whole["lead"].tolist()


def test_failed_runs_are_told_by_kind(place: Path) -> None:
    folder = place / "failing"
    sim.sweep(sweep_from(source("grid", model="tests.report.examples:failing")), folder, executor="serial")
    explored = open_sweep("failing", folder, "sweeps/failing")
    assert explored.waiting == 0
    (line,) = explored.failed_runs()
    assert line["runs"] == str(len(explored.data.failures))
    assert line["the first says"].startswith("RuntimeError") or "control" in line["the first says"]
    assert explored.retry_command.endswith("--retry-failures")


def test_a_sweep_of_which_all_failed_says_why(tmp_path: Path) -> None:
    factors = source("grid")["factors"] | {"control": {"range": [0.86, 0.9], "default": 0.88}}
    all_fail = source("grid", model="tests.report.examples:failing", factors=factors)
    sim.sweep(sweep_from(all_fail), tmp_path / "bad", executor="serial")
    with pytest.raises(Empty, match="No run of this sweep has outcomes: 54 failed") as nothing:
        open_sweep("bad", tmp_path / "bad", "sweeps/bad")
    assert nothing.value.command.endswith("--retry-failures")


def test_faulty_folders_are_told_without_a_path(place: Path) -> None:
    folder = place / "torn"
    example("grid", folder)
    (file,) = (folder / "runs").glob("*.parquet")
    file.write_bytes(b"PAR1 and no more")
    told_torn = jobs.answer(lambda: open_sweep("sweeps/torn", folder, "sweeps/torn"))
    assert "sweeps/torn cannot be read" in told_torn.refused
    (folder / "manifest.json").write_text("{")
    told_broken = jobs.answer(lambda: open_sweep("sweeps/torn", folder, "sweeps/torn"))
    assert told_broken.refused.startswith("sweeps/torn/manifest.json cannot be read")
    assert str(place) not in told_torn.refused + told_broken.refused


def test_where_there_is_no_sweep_the_page_says_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ipyvuetify
    import solara
    from solara.widgets import HTML

    from viz.pages import sweeps

    (tmp_path / "sweeps" / "notes").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PARITY_RESULTS", raising=False)
    _box, context = solara.render(sweeps.Page(), handle_error=False)
    try:
        told_ = [widget.unsafe_innerHTML for widget in context.find(HTML).widgets]
        assert "parity sweep control-and-copying --out sweeps/demo" in told_
        assert not context.find(ipyvuetify.Select).widgets
    finally:
        context.close()


def test_a_sweep_of_other_code_says_so(place: Path) -> None:
    folder = place / "foreign-code"
    example("grid", folder)
    assert open_sweep("foreign-code", folder, "foreign-code").changed == ()
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["identity"]["code_sha256"] = "0" * 64
    manifest["identity"]["code_files"]["sim/model.py"] = "0" * 16
    (folder / "manifest.json").write_text(json.dumps(manifest))
    changed = open_sweep("foreign-code", folder, "foreign-code").changed
    assert any("model.py" in line for line in changed)

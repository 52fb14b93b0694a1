"""Reports of sweeps: every design, incomplete ones, failures; derived from the data and nothing else."""

import functools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.analysis import AnalysisError
from sim.experiments.sweep.dataset import SweepData
from sim.experiments.sweep.loading import load_sweep
from sim.experiments.sweep.shipped import shipped_sweeps
from sim.report import Report, sweep_report
from sim.report.figure_files import read_facts
from sim.report.response_figures import response
from sim.scenario.shipped import question
from tests.report.examples import DESIGNS, FACTORS, example
from tests.report.pages import Reader


@functools.cache
def data(kind: str) -> SweepData:
    return example(kind)


@functools.cache
def made(kind: str) -> Report:
    # Two outcomes for one design that is quick to draw; elsewhere the second would only be more of the same.
    return sweep_report(data(kind), None if kind == "morris" else ["lag"])


#: Figures that a report of a design must have.
EXPECTED = {
    "grid": {"outcomes", "factors-lag", "curves-lag", "pairs-lag", "choices"},
    "list": {"rows", "choices"},
    "latin-hypercube": {"outcomes", "factors-lag", "scatter-lag"},
    "sobol": {"outcomes", "factors-lag", "scatter-lag"},
    "morris": {"outcomes", "overview", "factors-lag", "factors-value"},
    "one-at-a-time": {"factors-lag", "curves-lag", "choices"},
}


@pytest.mark.parametrize("kind", list(DESIGNS))
def test_every_design_is_reported(kind: str) -> None:
    report = made(kind)
    assert set(report.figures) >= EXPECTED[kind]
    read = Reader(report.page.html())
    assert all(address.startswith(("#", "data:")) for address in read.loaded)
    assert {link[1:] for link in read.links if link.startswith("#")} <= set(read.ids)
    text = read.words()
    assert "Does control & copying decide the lead?" in text
    assert "Mean lead <b>of</b> one bloc & the other" in text
    assert {"factors", "definitions", "outcomes"} <= set(report.tables)
    for figure in report.figures.values():
        for axes in figure.figure.axes:
            assert not axes.get_visible() or axes.has_data() or axes.texts, f"an empty panel in {kind}"
    assert report.facts["complete"] is True
    assert "nan" not in text.lower().replace("finance", "")


def test_numbers_in_words_are_those_of_the_data() -> None:
    report = made("one-at-a-time")
    table = report.tables["factors-lag"].frame.set_index("input")
    assert table.index[0] == "potency"
    assert table.loc["control", "range"] == pytest.approx(2.7, abs=0.3)
    assert any(said.startswith("`potency` moves *lag* most") for said in report.findings)


def test_sentences_change_with_the_data(undrawn: None) -> None:
    weaker = {**FACTORS, "potency": FACTORS["potency"] | {"range": [0.99, 1.01]}}
    other = sweep_report(example("one-at-a-time", factors=weaker), ["lag"])
    assert any(said.startswith("`control` moves *lag* most") for said in other.findings)
    assert not any(said.startswith("`potency` moves *lag* most") for said in other.findings)


@pytest.mark.parametrize("factors", [["control"], ["control", "potency"], ["claims", "potency"]])
def test_small_grids_get_curve_or_map(factors: list[str], undrawn: None) -> None:
    source = {name: FACTORS[name] for name in factors}
    report = sweep_report(example("grid", factors=source, model="tests.report.examples:lead_of"), ["lag"])
    names = set(report.figures)
    assert ("curves-lag" in names) == (len(factors) == 1)
    assert ("map-lag" in names) == (len(factors) == 2)
    if len(factors) == 2:
        cells = report.tables["map-lag"].frame
        assert len(cells) == 9 if "claims" not in factors else 6
        assert "is smallest" in " ".join(report.findings)
    else:
        assert "Along `control`, *lag* rises" in " ".join(report.findings)


def test_the_same_data_give_the_same_files(tmp_path: Path) -> None:
    folders = []
    for name in ("a", "b"):
        report = sweep_report(example("list"), ["lag"])
        folders.append(report.save(tmp_path / name).parent)
    files = [
        sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file()) for folder in folders
    ]
    assert files[0] == files[1]
    for file in files[0]:
        assert (folders[0] / file).read_bytes() == (folders[1] / file).read_bytes(), file
    manifest = json.loads((folders[0] / "manifest.json").read_text())
    assert manifest["format"] == "parity-report/1"
    assert manifest["files"].keys() == {file.as_posix() for file in files[0]} - {"manifest.json"}
    for kind in ("pdf", "svg", "png"):
        facts = read_facts(folders[0] / "figures" / f"rows.{kind}")
        assert facts["sweep_sha256"] == data("list").sweep.digest()
        assert facts["code_sha256"]
        assert facts["command"] == "parity report example-list"
    for table in (folders[0] / "tables").glob("*.csv"):
        assert len(pd.read_csv(table)) == len(report.tables[table.stem].frame)
        assert table.with_suffix(".tex").exists()


def test_an_incomplete_sweep_is_reported_with_a_warning(tmp_path: Path, undrawn: None) -> None:
    held = example("latin-hypercube", tmp_path / "s")
    held.runs = held.runs[held.runs["row"] < 20].iloc[:-1].reset_index(drop=True)
    held.manifest["state"] = "running"
    report = sweep_report(held, ["lag"])
    text = Reader(report.page.html()).words()
    assert "This sweep is not complete" in text
    assert "59 of 72 runs are there" in text
    assert report.facts["complete"] is False
    assert "5 of 24 design rows left out" in text
    assert "not complete" not in Reader(made("latin-hypercube").page.html()).words()


def test_failures_are_listed_and_left_out(undrawn: None) -> None:
    report = sweep_report(example("grid", model="tests.report.examples:failing"), ["lag"])
    text = Reader(report.page.html()).words()
    assert "18 runs failed" in text
    assert "18 × error" in text
    assert "is above 0.85" in text
    assert len(report.tables["failures"].frame) == 18
    assert "traceback" not in report.tables["failures"].frame
    assert report.facts["runs"] == 36


def test_nothing_to_report(tmp_path: Path, undrawn: None) -> None:
    held = example("list", tmp_path / "s")
    held.runs = held.runs.iloc[:0]
    with pytest.raises(AnalysisError, match="no runs to report"):
        sweep_report(held)
    with pytest.raises(AnalysisError, match="lag"):
        sweep_report(data("list"), ["lagg"])


def test_outcomes_that_are_never_defined(undrawn: None) -> None:
    held = example("grid")
    held.runs = held.runs.assign(value=np.nan)
    report = sweep_report(held)
    text = Reader(report.page.html()).words()
    assert "value: no complete rows" in text
    assert "curves-lag" in report.figures
    assert "curves-value" not in report.figures


def test_a_constant_outcome_is_no_finding(undrawn: None) -> None:
    held = example("sobol")
    held.runs = held.runs.assign(value=3.0)
    text = Reader(sweep_report(held, ["value"]).page.html()).words()
    assert "Nothing varies" in text
    assert "has the largest" not in text


def test_boxes_are_looked_for_and_found_again(tmp_path: Path, undrawn: None) -> None:
    held = data("latin-hypercube")
    report = sweep_report(held, ["lag"], conditions=["lag > 8"])
    assert "discovery-asked" in report.figures
    assert any("`lag > 8` holds in" in said for said in report.findings)
    from sim.analysis import discover

    found = discover(held.runs, held, "lag > 8")
    folder = tmp_path / "analysis"
    folder.mkdir()
    found.box.table.to_csv(folder / "box.csv")
    found.trajectory.to_csv(folder / "box-trajectory.csv")  # type: ignore[union-attr]
    (folder / "box.toml").write_text('description = "Box 3 of prim for: lag > 8"\n')
    (folder / "noise.csv").write_text("outcome,replicates\nlag,3\n")
    held = example("latin-hypercube")
    held.directory = tmp_path
    again = sweep_report(held, ["lag"])
    assert [said for said in report.findings if "lag > 8" in said] == [
        said for said in again.findings if "lag > 8" in said
    ]


def test_intervals_for_comparison_leave_out_what_all_points_share() -> None:
    rng = np.random.default_rng(1)
    seeds, levels = np.arange(6), np.array([0.0, 0.5, 1.0])
    luck = 10.0 * rng.normal(size=6)
    runs = pd.DataFrame(
        [(x, s, 2 * x + luck[s] + 0.01 * rng.normal()) for x in levels for s in seeds],
        columns=["x", "seed", "y"],
    )
    plain, compared = response(runs, "x", "y"), response(runs, "x", "y", runs)
    np.testing.assert_allclose(plain["mean"], compared["mean"])
    assert (plain["high"] - plain["low"]).min() > 5
    assert (compared["high"] - compared["low"]).max() < 0.1
    # Morey 2008: on average over points, the variance is that of the differences, halved.
    from scipy.special import stdtrit

    wide = runs.pivot(index="seed", columns="x", values="y")
    pairs = [(wide[a] - wide[b]).var() for a in levels for b in levels if a < b]
    half = (compared["high"] - compared["mean"]).to_numpy() / stdtrit(5, 0.975) * 6**0.5
    assert np.mean(half**2) == pytest.approx(np.mean(pairs) / 2)


def test_one_replicate_is_enough(undrawn: None) -> None:
    for kind in ("grid", "list"):
        report = sweep_report(example(kind, replicates=1), ["lag"])
        Reader(report.page.html())
        assert "Luck" not in " ".join(report.findings)


def test_a_shipped_sweep_tells_its_question(undrawn: None) -> None:
    path = shipped_sweeps()["control-and-copying"]
    asked = question(path)
    assert asked.endswith("?")
    title = load_sweep("control-and-copying").title
    told = sweep_report(example("list", name=path.stem, title=title), ["lag"]).page.lead
    assert told.startswith(f"{asked} List of rows over 3 factors: 3 rows with 3 replicates each, 9 runs of")
    assert asked not in sweep_report(example("list", name=path.stem), ["lag"]).page.lead

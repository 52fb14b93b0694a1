"""The sweep explorer: open a sweep, its views, a run of it in Live, what can be taken home."""

import json
import re
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from tests.browser.charts import click_dot, drawn, points
from tests.browser.visits import PATIENCE, expect, never_a_traceback

VIEWS = {
    "scatter": ("Scatter", "scatter of"),
    "heat": ("Heat map", "heat map"),
    "parallel": ("Parallel axes", "parallel"),
    "sensitivity": ("Sensitivity", "sensitivity of"),
    "box": ("Box (PRIM)", "."),
}
#: Ends of each parallel axis in the window: x, top, bottom.
AXES = """
async () => {
  const place = [...document.querySelectorAll('.parity-chart [role=img]')]
    .find((e) => e.getAttribute('aria-label').startsWith('Parallel axes'));
  const chart = (await window.parityECharts).getInstanceByDom(place), frame = place.getBoundingClientRect();
  const system = chart.getModel().getComponent('parallel').coordinateSystem;
  return system.dimensions.map((name) => {
    const [x, y] = system.getAxisLayout(name).position, ends = system.getAxis(name).getExtent();
    return [frame.left + x, frame.top + y - Math.max(...ends), frame.top + y - Math.min(...ends)];
  });
}
"""


#: The range that ECharts holds marked on each parallel axis.
RANGES = """
async () => {
  const place = [...document.querySelectorAll('.parity-chart [role=img]')]
    .find((e) => e.getAttribute('aria-label').startsWith('Parallel axes'));
  const found = [];
  (await window.parityECharts).getInstanceByDom(place).getModel()
    .eachComponent('parallelAxis', (axis) => found.push(axis.activeIntervals[0] || null));
  return found;
}
"""


@pytest.fixture(scope="module")
def half(sweeps: Path) -> Path:
    """The tiny sweep as a kill would leave it: six of its sixteen runs."""
    folder = sweeps / "half"
    shutil.copytree(sweeps / "tiny", folder)
    (file,) = (folder / "runs").glob("*.parquet")
    pq.write_table(pq.ParquetFile(file).read().slice(0, 6), file)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["state"] = "running"
    manifest["title"] = manifest["sweep"]["title"] = "Stopped halfway"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def drag(page: Any, axis: int, start: float, end: float) -> None:
    """Drag along a parallel axis, from a part of it (0: its top) to another."""
    x, top, bottom = page.evaluate(AXES)[axis]
    page.mouse.move(x, top + start * (bottom - top))
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(x, top + (start + (end - start) * step / 8) * (bottom - top))
        page.wait_for_timeout(30)
    page.mouse.up()


def test_a_sweep_is_chosen_from_the_list(visit: Callable[..., Any], sweeps: Path) -> None:
    visitor = visit()
    page = visitor.open("/sweeps")
    page.get_by_label("Sweep", exact=True).first.click(force=True)
    page.get_by_role("option", name=re.compile("tiny", re.I)).first.click()
    expect(page.get_by_role("heading", name="Tiny sweep of the browser tests")).to_be_visible()
    assert f"sweep={sweeps.name}%2Ftiny" in page.url


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_draws(visit: Callable[..., Any], sweeps: Path, view: str) -> None:
    visitor = visit()
    page = visitor.open("/sweeps", f"?sweep={sweeps.name}/tiny")
    button, label = VIEWS[view]
    visitor.button(button).click()
    expect(visitor.button(button)).to_have_attribute("aria-pressed", "true")
    if view != "box":
        assert drawn(page, label)
    visitor.settled()
    never_a_traceback(page)


def test_a_clicked_run_opens_in_live_as_it_was(
    visit: Callable[..., Any], sweeps: Path, tmp_path: Path
) -> None:
    visitor = visit()
    page = visitor.open("/sweeps", f"?sweep={sweeps.name}/tiny")
    runs = pd.read_csv(visitor.save(visitor.button("Runs (CSV)"), tmp_path))
    drawn(page, "scatter of")
    visitor.settled()
    click_dot(page, "scatter of", 5)
    expect(page.get_by_text("Seed 1.")).to_be_visible()
    expect(page.get_by_label("Design row")).to_have_value(re.compile(r"^\d+$"))
    row = int(page.get_by_label("Design row").input_value())
    assert f"run={row}.0" in page.url
    line = runs[(runs["row"] == row) & (runs["replicate"] == 0)].iloc[0]
    visitor.button(re.compile("Open this run in Live")).click()
    expect(visitor.label).to_have_text(re.compile(r"\d+\s+of\s+26"), timeout=2 * PATIENCE)
    visitor.idle()
    visitor.run_to(26)
    visitor.idle()
    visitor.settled()
    weeks = pd.read_csv(visitor.save(visitor.button("Series (CSV)"), tmp_path))
    assert len(weeks) == 26
    assert weeks["seed"].unique().tolist() == [line["seed"]]
    assert weeks["gap_months"].mean() == pytest.approx(line["lead"], rel=1e-9)
    assert weeks["copied_share"].mean() == pytest.approx(line["copied"], rel=1e-9)


def test_runs_are_selected_by_dragging_along_an_axis(
    visit: Callable[..., Any], sweeps: Path, tmp_path: Path
) -> None:
    visitor = visit()
    page = visitor.open("/sweeps", f"?sweep={sweeps.name}/tiny&view=parallel")
    assert drawn(page, "parallel axes") == ["parallel"]
    visitor.settled()
    expect(page.get_by_text("No runs are selected.")).to_be_visible()
    # Potency has the levels 0, 1/3, 2/3 and 1, the last at the top.
    drag(page, 0, 0.2, 0.9)
    expect(page.get_by_text("8 of 16 runs selected")).to_be_visible()
    drag(page, 1, 0.0, 0.2)
    expect(page.get_by_text("2 of 16 runs selected")).to_be_visible()
    taken = pd.read_csv(visitor.save(visitor.button("Selected runs (CSV)"), tmp_path))
    assert sorted(taken["potency"].round(3)) == [0.333, 0.667]
    assert set(taken["enforcement"]) == {1.0}
    visitor.button("Scatter").click()
    expect(page.get_by_text("2 runs within the ranges of the parallel axes are marked.")).to_be_visible()
    drawn(page, "scatter of")
    assert points(page, "scatter of")[:2] == [14, 2]
    visitor.button("Parallel axes").click()
    drawn(page, "parallel axes")
    assert [ends is None for ends in page.evaluate(RANGES)] == [False, False, True]
    # The link carries the ranges, and they are drawn again.
    assert page.url.count("range=") == 2
    page.reload()
    drawn(page, "parallel axes")
    expect(page.get_by_text("2 of 16 runs selected")).to_be_visible()
    before = page.evaluate(RANGES)
    assert [ends is None for ends in before] == [False, False, True]
    # A click on an axis beside its range clears that one; the other stays.
    drag(page, 1, 0.8, 0.8)
    expect(page.get_by_text("8 of 16 runs selected")).to_be_visible()
    assert page.evaluate(RANGES) == [before[0], None, None]
    visitor.button("Clear selection").click()
    expect(page.get_by_text("No runs are selected.")).to_be_visible()
    page.wait_for_function("() => !location.search.includes('range=')")
    assert page.evaluate(RANGES) == [None, None, None]


def test_a_link_shows_the_same_again(visit: Callable[..., Any], sweeps: Path) -> None:
    visitor = visit()
    page = visitor.open("/sweeps", f"?sweep={sweeps.name}/tiny")
    drawn(page, "scatter of")
    visitor.button("Box (PRIM)").click()
    threshold = page.get_by_label(re.compile("^Threshold"))
    threshold.fill("1.5")
    threshold.press("Enter")
    expect(page).to_have_url(re.compile("threshold=1.5"))
    visitor.button("Heat map").click()
    drawn(page, "heat map")
    page.get_by_label("Show the box of PRIM").check(force=True)
    expect(page).to_have_url(re.compile("box=1"))
    for part in ("view=heat", "threshold=1.5", f"sweep={sweeps.name}%2Ftiny"):
        assert part in page.url
    other = visit()
    again = other.open("/sweeps", "?" + page.url.partition("?")[2])
    drawn(again, "heat map")
    expect(again.get_by_label("Show the box of PRIM")).to_be_checked()
    expect(other.button("Heat map")).to_have_attribute("aria-pressed", "true")
    other.button("Box (PRIM)").click()
    expect(again.get_by_label(re.compile("^Threshold"))).to_have_value("1.5")


def test_a_stopped_sweep_shows_what_is_there_and_how_to_go_on(
    visit: Callable[..., Any], sweeps: Path, half: Path
) -> None:
    visitor = visit()
    page = visitor.open("/sweeps")
    page.get_by_role("button", name=re.compile("Stopped halfway")).click()
    expect(page.get_by_role("heading", name="Stopped halfway")).to_be_visible()
    expect(page.get_by_text("6 of 16 runs are done; 10 are still to be made.")).to_be_visible()
    command = f"{sweeps.name}/half/sweep.toml"
    expect(page.get_by_label(re.compile("Go on where it stopped"))).to_contain_text(command)
    drawn(page, "scatter of")
    assert points(page, "scatter of")[0] == 6
    never_a_traceback(page)


def test_runs_and_file_can_be_taken_home(visit: Callable[..., Any], sweeps: Path, tmp_path: Path) -> None:
    visitor = visit()
    page = visitor.open("/sweeps", f"?sweep={sweeps.name}/tiny")
    drawn(page, "scatter of")
    csv = visitor.save(visitor.button("Runs (CSV)"), tmp_path)
    assert len(pd.read_csv(csv)) == 16
    parquet = visitor.save(visitor.button("Runs (Parquet)"), tmp_path)
    assert len(pd.read_parquet(parquet)) == 16
    toml = visitor.save(visitor.button("Sweep file (TOML)"), tmp_path)
    assert set(tomllib.loads(toml.read_text())["factors"]) == {"distillation.potency", "enforcement.level"}
    for kind in ("PNG", "SVG"):
        picture = visitor.save(page.get_by_role("button", name=re.compile(f"as {kind}$")).first, tmp_path)
        assert picture.stat().st_size > 1000


@pytest.mark.parametrize("name", ["../../etc", "/etc", "{}/../..", "{}/none"])
def test_no_other_folder_can_be_opened(visit: Callable[..., Any], sweeps: Path, name: str) -> None:
    visitor = visit()
    page = visitor.open("/sweeps", f"?sweep={name.format(sweeps.name)}")
    expect(page.get_by_role("alert").first).to_be_visible()
    never_a_traceback(page)
    assert str(sweeps.parent) not in page.locator("body").inner_text()

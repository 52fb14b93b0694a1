"""The report of a hindcast: self-contained, honest about what a baseline does better, and the same each time."""

from __future__ import annotations

import numpy as np
import pytest

from sim.hindcast import figures, page, scores
from sim.hindcast.observables import OBSERVABLES
from sim.hindcast.running import hindcast
from sim.recording.store import write_bytes
from tests.report.pages import Reader

pytestmark = pytest.mark.slow

FEW = {"size.investors": 30, "size.policymakers": 20, "size.communities": 30}


@pytest.fixture(scope="module")
def driven():
    return hindcast("driven", replicates=20, workers=1, changes=FEW)


@pytest.fixture(scope="module")
def html(driven):
    return page.report(driven).decode()


def test_the_page_holds_all_it_shows(html):
    reader = Reader(html)
    assert all(link.startswith(("data:", "#")) for link in reader.loaded)
    assert all(link.startswith("#") for link in reader.links)
    for heading in (
        "Summary",
        "Capability",
        "Markets",
        "Adoption",
        "What this cannot say",
        "How to reproduce",
    ):
        assert heading in html


def test_every_observable_with_observations_is_described(driven, html):
    for name, observable in OBSERVABLES.items():
        if (driven.observed["observable"] == name).any():
            assert name in html, name
            assert observable.uses["driven"] != "input" or "agreement means nothing" in html


def test_what_a_baseline_does_better_is_said(driven, html):
    table = driven.scores()
    lost = table[(table["wins"] != "") & (table["wins"] == table["baseline"])]
    assert ("Where a baseline is better" in html) == bool(len(lost))
    box = html[html.find("Where a baseline is better") :][:4000]
    for name in lost["observable"]:
        assert name.replace("_", "_<wbr>") in box or name in box


def test_the_same_hindcast_gives_the_same_page(driven, html):
    assert page.report(driven).decode() == html


def test_bands_are_those_of_the_members(driven):
    """The band drawn for a series is the quantile of what the observable reads on those days."""
    figure = figures.through_time(driven, ["arena_gap"])
    (panel,) = [axes for axes in figure.axes if axes.get_visible()]
    drawn = panel.get_lines()[0]
    days = np.asarray(drawn.get_xdata()).astype("datetime64[D]")
    values = OBSERVABLES["arena_gap"].predict(driven.run, days)
    np.testing.assert_allclose(drawn.get_ydata(), np.nanmedian(values, axis=0), rtol=1e-12)


def test_coverage_counts_scored_observations_only(driven):
    figure = figures.coverage(driven)
    rows = driven.forecasts
    held = rows[(rows["use"] == "scored") & rows["origin"].isna() & (rows["forecaster"] == scores.MODEL)]
    held = held[held["crps"].notna()]
    first = next(line for line in figure.axes[0].get_lines() if len(line.get_xdata()) > 1)
    assert float(np.asarray(first.get_xdata())[0]) == pytest.approx(held["in50"].mean())


def test_files_for_print(driven, tmp_path):
    for name, make in page.files().items():
        data = make(driven)
        write_bytes(data, tmp_path / name)
        assert data[:4] == b"%PDF" if name.endswith(".pdf") else len(data) > 100

"""Figures: they are drawn for every kind of scenario, tell where they come from, and take no side."""

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import sim
from sim.report import differences, overview, style
from sim.report.headlines import HEADLINES, names_in, shown, span, summary
from sim.scenario import Scenario


def texts(figure) -> str:  # type: ignore[no-untyped-def]
    found = [text.get_text() for text in figure.texts]
    for axes in figure.axes:
        found += [axes.get_title(loc="left"), axes.get_ylabel(), *(each.get_text() for each in axes.texts)]
        legend = axes.get_legend()
        found += [each.get_text() for each in legend.get_texts()] if legend else []
    return "\n".join(found)


def test_overview_tells_where_it_comes_from(small: Scenario) -> None:
    result = sim.run(small, seed=3, replicates=2)
    image = Image.open(io.BytesIO(overview.png(result)))
    image.load()
    facts = json.loads(image.text["Description"])
    assert facts["scenario_sha256"] == small.digest()
    assert (facts["seed"], facts["replicates"], facts["scenario"]) == (3, 2, "baseline")
    assert image.text["Software"] == f"Parity {sim.__version__}"
    assert min(image.size) >= 1500
    words = texts(overview.draw(result))
    assert "baseline" in words
    assert "seeds 3 to 4" in words
    assert sim.__version__ in words


def test_overview_is_the_same_picture_every_time(small: Scenario) -> None:
    result = sim.run(small, seed=3)
    assert overview.png(result) == overview.png(result)
    assert overview.pdf(result) == overview.pdf(result)


def test_every_panel_has_an_output_and_a_unit(small: Scenario) -> None:
    result = sim.run(small)
    assert {curve.output for panel in overview.PANELS for curve in panel.curves} <= set(result.outputs)
    assert {output for output, _title, _unit in differences.PANELS} <= set(result.outputs)
    assert set(names_in(HEADLINES.values())) <= set(result.outputs)
    figure = overview.draw(result)
    assert len(figure.axes) == len(overview.PANELS)
    assert all(axes.get_ylabel() and axes.lines for axes in figure.axes)


def test_the_palette_takes_no_side() -> None:
    # Neither bloc is red or blue, and all narratives are drawn with one weight.
    for colour in (style.US, style.CN):
        red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
        assert not (red > 1.6 * green and red > 1.6 * blue)
        assert not (blue > 1.6 * green and blue > 1.6 * red)
    attention = next(panel for panel in overview.PANELS if "Attention" in panel.title)
    assert [curve.output for curve in attention.curves] == sorted(curve.output for curve in attention.curves)


def test_an_undefined_panel_says_so(small: Scenario) -> None:
    result = sim.run(small)
    column = result.tables["series"].column_names.index("compute_cn_over_us")
    from sim.recording.tables import numbers

    empty = numbers(np.full(10, np.nan))
    result.tables["series"] = result.tables["series"].set_column(column, "compute_cn_over_us", empty)
    assert "not defined" in texts(overview.draw(result))
    assert all(line.output != "" for lines in summary(result).values() for line in lines)


@pytest.mark.parametrize("changes", [{"capital.buys_compute": False}, {"run.weeks": 1}, {"run.weeks": 2}])
def test_odd_runs_are_drawn(small: Scenario, changes: dict[str, object], tmp_path: Path) -> None:
    result = sim.run(small.with_changes(changes))
    assert overview.png(result).startswith(b"\x89PNG")
    words = texts(overview.draw(result))
    assert ("years of rent" in words) == (changes.get("capital.buys_compute") is False)


def test_comparison_figure(small: Scenario) -> None:
    found = sim.compare(
        small, small.with_changes({"distillation.potency": 0.5, "name": "other"}), replicates=3
    )
    image = Image.open(io.BytesIO(differences.png(found)))
    image.load()
    facts = json.loads(image.text["Description"])
    assert facts["scenario_a_sha256"] == small.digest()
    assert facts["replicates"] == 3
    assert "other  minus  baseline" in texts(differences.draw(found))
    pdf = differences.pdf(found)
    assert pdf.startswith(b"%PDF")
    assert pdf == differences.pdf(found)
    assert b"CreationDate" not in pdf


def test_interval_of_a_path() -> None:
    from scipy import stats

    paths = np.random.default_rng(3).normal(size=(12, 5))
    mean, half = differences._interval(paths)
    low, high = stats.ttest_1samp(paths, 0.0, axis=0).confidence_interval(0.95)
    np.testing.assert_allclose(mean - half, low)
    np.testing.assert_allclose(mean + half, high)


def test_running_mean() -> None:
    values = np.arange(1.0, 7.0)[None, :]
    np.testing.assert_allclose(overview._running_mean(values, 3), [[1.0, 1.5, 2.0, 3.0, 4.0, 5.0]])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (13630.9, "13,631"), (999.6, "1,000"), (123.4, "123"), (45.67, "45.7"), (9.996, "10.0"),
        (1.234, "1.23"), (0.0461, "0.046"), (-0.35, "-0.35"), (4e-81, "4.0e-81"), (float("nan"), "–"),
    ],
)  # fmt: skip
def test_numbers_are_written_with_what_counts(value: float, text: str) -> None:
    assert shown(value) == text


def test_spans() -> None:
    assert span(-1.0, 2.5) == "-1.00 to 2.50"
    assert span(float("nan"), float("nan")) == "–"
    assert not re.search("nan", span(float("nan"), 1.0))

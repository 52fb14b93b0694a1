"""Charts are small plain JSON, readable in both themes, and non-empty on a run of the baseline."""

from __future__ import annotations

import dataclasses
import json
import re
import time

import numpy as np
import pytest

pytest.importorskip("solara")

from viz import theme
from viz.charts import (
    adoption,
    board,
    capability,
    generic,
    marks,
    network,
    policy,
    story,
    surprises,
    valuation,
)
from viz.components.chart import ChartWidget, file_name, finite
from viz.controller import LiveController

LIVE = {
    "capability.labs": capability.labs,
    "capability.gap": capability.gap,
    "board.scores": board.scores,
    "valuation.labs": valuation.labs,
    "valuation.listed": valuation.listed,
    "story.stream": story.stream,
    "policy.control": policy.control,
    "policy.pressure": policy.pressure,
    "policy.attention": policy.attention,
    "surprises.stems": surprises.stems,
    "network.beliefs": network.beliefs,
    "adoption.shares": adoption.shares,
}
OVER_TIME = sorted(set(LIVE) - {"board.scores", "network.beliefs"})
WEEKS, CURSOR = 156, 100


@pytest.fixture(scope="module")
def view():
    controller = LiveController("baseline", seed=1)
    controller.run_to(WEEKS)
    seen = controller.view(CURSOR)
    controller.close()
    return seen


def text(option):
    return json.dumps(option, allow_nan=False)


def lengths(option):
    return [len(series["data"]) for series in option["series"] if series["type"] == "line"]


def colours_in(option):
    return {found.lower() for found in re.findall(r"#[0-9a-fA-F]{6}", text(option))}


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", sorted(LIVE))
def test_live_charts_are_plain_small_and_not_empty(view, name, dark):
    option = LIVE[name](view, dark)
    written = text(option)
    assert json.loads(written) == option
    assert len(written) < 150_000
    assert "title" not in option
    assert max(lengths(option), default=0) <= 400
    drawn = [series for series in option["series"] if series["data"]]
    assert drawn
    # The page describes the chart; ECharts would write its own words over that.
    assert "aria" not in option
    assert option["animation"] is False
    assert "function" not in written


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", sorted(LIVE))
def test_every_colour_is_of_the_theme(view, name, dark):
    known = {colour.lower() for colour in theme.colours(dark)}
    assert colours_in(LIVE[name](view, dark)) <= known


def test_themes_differ(view):
    for draw in LIVE.values():
        assert colours_in(draw(view, False)) != colours_in(draw(view, True))


@pytest.mark.parametrize("name", OVER_TIME)
def test_the_week_looked_at_is_marked(view, name):
    option = LIVE[name](view, False)
    found = [s["markLine"]["data"] for s in option["series"] if s.get("id") == "silent:cursor"]
    place = int(np.flatnonzero(view.weeks == CURSOR)[0])
    assert found == [[{"xAxis": generic.times(view.dates[[place]])[0]}]]
    assert option["yAxis"]["name"]


def test_lines_of_a_chart_differ_without_colour(view):
    for bloc in ("us", "cn"):
        dashes = [str(theme.lab_style(lab, k)[1]) for k, lab in enumerate(view.labs) if lab.bloc == bloc]
        assert len(set(dashes)) == len(dashes)
    looks = [theme.lab_style(lab, k) for k, lab in enumerate(view.labs)]
    assert len({str(look) for look in looks}) == len(looks)


def test_true_gap_in_the_gap_chart_is_the_recorded_one(view):
    option = capability.gap(view, False)
    true = next(series for series in option["series"] if series.get("name") == "true")
    assert [value for _, value in true["data"]] == generic.numbers(view.series["gap_months"])


@pytest.mark.parametrize("competition", ["within_quantity", "all", "none"])
def test_each_topic_of_the_story_has_a_band_that_its_claims_lie_in(view, competition):
    seen_view = dataclasses.replace(view, competition=competition)
    option = story.stream(seen_view, False)
    topics = story.bands(competition)
    assert sorted(name for names in topics for name in names) == sorted(theme.CLAIMS)
    stacks = {}
    for series in option["series"]:
        if "stack" in series:
            stacks.setdefault(series["stack"], []).append(series)
    assert len(stacks) == len(topics) == {"within_quantity": 4, "all": 1, "none": 6}[competition]
    events = {event["id"]: event for event in view.events}
    dots = {s["name"]: s["data"] for s in option["series"] if str(s.get("id")).startswith("dots:")}
    seen = 0
    for (foot, *areas), names in zip(stacks.values(), topics, strict=True):
        assert [area["name"] for area in areas] == list(names)
        base = foot["data"][0][1]
        low = np.full(len(foot["data"]), base)
        place = {at: k for k, (at, _) in enumerate(foot["data"])}
        for area in areas:
            high = low + [value for _, value in area["data"]]
            # The attention of a week as the record has it, in per cent; nothing is normalised anew.
            assert np.allclose(
                high - low, 100 * story.smooth(view.series[f"claims_{area['name']}"]), atol=0.06
            )
            for at, height, number, _ in dots.get(area["name"], []):
                assert events[number]["type"] == "claim"
                assert low[place[at]] - 0.1 <= height <= high[place[at]] + 0.1
                seen += 1
            low = high
        # What shares one budget of attention never has more than all of it.
        if competition == "within_quantity":
            assert low.max() <= base + story.WHOLE + 1e-6
    assert 0 < seen <= 300
    assert story.stream(seen_view, False) == option


def test_an_act_stands_on_the_pressure_and_on_the_line_of_time(view):
    event = {
        "id": len(view.events), "week": 60, "date": str(view.dates[60]), "type": "control_act", "origin": "scenario",
        "source": None, "target": "chips", "quantity": None, "narrative": None, "value": 0.6, "bias": None,
        "effect": 0.25,
    }  # fmt: skip
    acted = dataclasses.replace(view, events=[*view.events, event])
    for draw, height in (
        (policy.control, 0.6), (policy.attention, policy.ROWS["act"]),
        (policy.pressure, generic.numbers([view.policy["pressure_chips"][60]])[0]),
    ):  # fmt: skip
        rows = next(s["data"] for s in draw(acted, False)["series"] if s.get("id") == "dots:act")
        assert [row[1:3] for row in rows] == [[height, event["id"]]]
        assert "tightens chip control to 0.60" in rows[0][3]


def test_surprises_are_those_of_the_record(view):
    drawn = [s for s in surprises.stems(view, False)["series"] if s["type"] == "bar"]
    values = sorted(value for series in drawn for _, value in series["data"])
    known = view.series["surprise"][view.series["surprise"] != 0]
    assert values == sorted(generic.numbers(known, 3))
    assert all(value > 0 for _, value in drawn[0]["data"])
    assert all(value < 0 for _, value in drawn[1]["data"])


def test_saturated_sets_are_told(view):
    full = {entry["benchmark"] for entry in view.board if entry["saturated"]}
    assert full
    words = board.saturated(view)
    assert words.startswith(f"{len(full)} of {len({entry['benchmark'] for entry in view.board})} ")
    assert board.saturated(dataclasses.replace(view, board=[])) == ""


def test_nodes_carry_their_agent_and_belief(view):
    option = network.beliefs(view, False)
    rows = {
        row[3]: row for series in option["series"] if series["type"] == "scatter" for row in series["data"]
    }
    assert sorted(rows) == list(range(len(view.network.kind)))
    assert [rows[k][2] for k in sorted(rows)] == generic.numbers(view.belief["believed_gap"], 3)
    symbols = {series["symbol"] for series in option["series"] if series["type"] == "scatter"}
    assert len(symbols) == 3
    assert network.beliefs(view, False, variable="believed_share")["series"]


def test_a_large_network_is_small_and_quick(view):
    count = 2000
    draw = np.random.default_rng(1)
    places = dataclasses.replace(
        view.network, positions=draw.normal(size=(count, 2)), kind=np.arange(count) % 3,
        names=tuple(map(str, range(count))), edges=draw.integers(0, count, (3000, 2)),
    )  # fmt: skip
    large = dataclasses.replace(view, network=places, belief={"believed_gap": draw.normal(size=count)})
    option = network.beliefs(large, False)
    took = []
    for _ in range(5):
        start = time.perf_counter()
        written = text(option)
        took.append(time.perf_counter() - start)
    assert len(written) < 150_000
    assert min(took) < 0.01


def test_undefined_values_are_empty(view):
    missing = np.full(len(view.weeks), np.nan)
    broken = dataclasses.replace(
        view,
        series=dict.fromkeys(view.series, missing),
        policy=dict.fromkeys(view.policy, missing),
        lab_series={
            name: np.full_like(np.asarray(values, float), np.nan) for name, values in view.lab_series.items()
        },
        belief={
            name: np.full_like(np.asarray(values, float), np.nan) for name, values in view.belief.items()
        },
        board=[{**entry, "score": None, "standard_error": None} for entry in view.board],
    )
    for draw in LIVE.values():
        text(draw(broken, False))
    gap = capability.gap(broken, False)
    assert {value for series in gap["series"] if series["type"] == "line" for _, value in series["data"]} == {
        None
    }


def test_a_world_that_has_not_begun_says_so(view):
    none = np.zeros(0)
    first = dataclasses.replace(
        view, week=0, cursor=0, weeks=view.weeks[:0], dates=view.dates[:0], board=[], events=[],
        series=dict.fromkeys(view.series, none), policy=dict.fromkeys(view.policy, none),
        lab_series={name: values[:0] for name, values in view.lab_series.items()},
    )  # fmt: skip
    for name, draw in LIVE.items():
        option = draw(first, False)
        text(option)
        if name in OVER_TIME:
            assert option["title"]["text"]


def test_long_lines_are_thinned_and_keep_their_extremes():
    weeks = np.datetime64("2023-01-02") + 7 * np.arange(3000)
    values = np.zeros(3000)
    values[1234] = 5.0
    option = generic.lines(weeks, {"one": values}, "OOM", False, bands={"one": (values - 1, values + 1)})
    line, band = option["series"]
    assert len(line["data"]) <= 400
    assert max(value for _, value in line["data"]) == 5
    assert len(band["data"]) <= 400
    assert band["renderItem"] == "band"


def test_numbers_are_rounded_and_plain():
    assert generic.numbers([0.123456, 123456.0, np.nan, np.inf, 0, -2.0]) == [
        0.1235,
        123500,
        None,
        None,
        0,
        -2,
    ]
    assert generic.times(np.array(["1970-01-02"], "datetime64[D]")) == [86_400_000]
    assert finite({"a": [float("nan"), (1.0, float("inf"))]}) == {"a": [None, [1.0, None]]}


@pytest.mark.parametrize("dark", [False, True])
def test_other_charts_are_plain_json(dark):
    draw = np.random.default_rng(1)
    made = [
        generic.scatter(
            {"a": (draw.normal(size=9), draw.normal(size=9))}, "OOM", "months", dark, rows={"a": np.arange(9) + 5},
            says={"a": list("abcdefghi")}, boxes=[{"x": (0, None), "y": (-1, 1)}], diagonal=True,
        ),
        generic.heatmap([0.1, 0.2], ["x", "y", "z"], draw.normal(size=(3, 2)), "months", dark, centre=0.0),
        generic.heatmap([1], [1], [[np.nan]], "", dark),
        generic.parallel(
            {"p": draw.random(5), "rule": np.array(list("abcab")), "out": draw.random(5)}, dark, colour_by="out",
            boxes={"p": (0.2, None)}, rows=[0, 2, 4],
        ),
        generic.bars(["a", "b"], [1, np.nan], "months", dark, intervals=([0, np.nan], [2, 3]), level=0),
        generic.bars(["a", "b"], [1, 2], "months", dark, horizontal=False),
        generic.lines([1, 2, 3], {"a": [1, np.nan, 3]}, "months", dark, cursor=2, level=0.0, x_unit="weeks"),
        generic.empty("nothing", dark),
        generic.lines([], {"a": []}, "months", dark),
    ]  # fmt: skip
    for option in made:
        text(option)
        assert colours_in(option) <= {colour.lower() for colour in theme.colours(dark)}
    assert [row[2] for row in made[0]["series"][0]["data"]] == list(range(5, 14))
    assert len(made[3]["series"][0]["data"]) == 3


def test_every_name_of_a_function_is_known_to_the_browser(view):
    known = ChartWidget.template_file[0].replace("chart.py", "chart.vue")
    with open(known, encoding="utf-8") as held:
        source = held.read()
    names = set()
    for draw in LIVE.values():
        written = text(draw(view, False))
        names |= set(re.findall(r'formatter": "@(\w+)', written)) | set(
            re.findall(r'renderItem": "(\w+)', written)
        )
    assert names
    for name in names:
        assert re.search(rf"^  {name}: \(", source, re.M), name


def test_chart_names_are_files():
    assert file_name("gap / months: baseline") == "gap-months-baseline"
    assert file_name("///") == "figure"


def test_marks_are_shared():
    assert marks.cursor_line(3, False, time=False)["markLine"]["data"] == [{"xAxis": 3}]

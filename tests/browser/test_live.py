"""Live: play, steer, look back, read a claim, look into an agent, take it home, and come back by the link."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sim
from tests.browser.charts import click_dot, drawn, points
from tests.browser.visits import PATIENCE, Visit, expect, never_a_traceback

SAME, NEW = re.compile("^Restart, same luck"), re.compile("^Restart, new luck")
CHARTS = [
    "Capability of each lab", "gap in months", "story", "Benchmark board", "Surprises", "Valuations of labs",
    "Listed index", "Export control", "Pressure", "Attention of policy", "Adoption", "Who believes what",
]  # fmt: skip
BAD = """
extends = "baseline"

[distillation]
potency = 7.5
potenzy = 0.1
"""


def series(visitor: Visit, folder: Path) -> pd.DataFrame:
    """The weekly series as downloaded."""
    return pd.read_csv(visitor.save(visitor.button("Series (CSV)"), folder))


def test_all_panels_are_drawn_and_a_step_moves_the_week(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.live()
    assert visitor.week == 0
    visitor.step(3)
    visitor.run_to(26)
    for chart in CHARTS:
        assert drawn(page, chart), chart
    expect(page.get_by_label("Events, newest first")).to_contain_text("Week")
    never_a_traceback(page)


def test_play_moves_the_week_and_pause_stops_it(visit: Callable[..., Any]) -> None:
    visitor = visit()
    visitor.live()
    visitor.button("Play").click()
    visitor.beyond(4)
    visitor.button("Pause").click()
    expect(visitor.button("Play")).to_be_visible()
    visitor.page.wait_for_timeout(700)
    stopped = visitor.week
    visitor.page.wait_for_timeout(1500)
    assert visitor.week == stopped


def test_the_world_runs_to_a_week_and_its_charts_stay_bounded(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.live()
    visitor.run_to(min(120, visitor.last_week))
    assert max(points(page, "Capability of each lab")) <= 400
    visitor.run_to(visitor.last_week)
    expect(visitor.button("Play")).to_be_disabled()
    assert max(points(page, "Capability of each lab")) <= 400


def test_the_same_luck_repeats_the_run_and_new_luck_does_not(
    visit: Callable[..., Any], tmp_path: Path
) -> None:
    visitor = visit()
    visitor.live()
    visitor.run_to(8)
    first = series(visitor, tmp_path)
    visitor.button(SAME).click()
    visitor.reaches(0)
    visitor.run_to(8)
    pd.testing.assert_frame_equal(series(visitor, tmp_path), first)
    visitor.button(NEW).click()
    visitor.reaches(0)
    visitor.run_to(8)
    again = series(visitor, tmp_path)
    assert len(again) == len(first)
    assert not np.allclose(again["gap_months"], first["gap_months"], equal_nan=True)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("bad.toml", BAD, ["distillation.potency", "potenzy", "found: 7.5", "allowed"]),
        ("broken.toml", "this is [not TOML", ["problem"]),
        ("huge.toml", "# " + "x" * 400_000, ["bytes"]),
    ],
)
def test_a_bad_file_is_told_in_the_page(
    visit: Callable[..., Any], tmp_path: Path, name: str, text: str, told: list[str]
) -> None:
    visitor = visit()
    page = visitor.live()
    visitor.step()
    file = tmp_path / name
    file.write_text(text)
    page.locator("input[type=file]").first.set_input_files(file)
    alert = page.get_by_role("alert").filter(has_text=re.compile(re.escape(told[0]))).first
    expect(alert).to_be_visible()
    for words in told:
        expect(alert).to_contain_text(words)
    never_a_traceback(page)
    assert str(tmp_path) not in page.locator("body").inner_text()
    # The world that was there is still there.
    visitor.step()


def test_a_good_file_is_opened(visit: Callable[..., Any], tmp_path: Path) -> None:
    visitor = visit()
    page = visitor.live()
    file = tmp_path / "mine.toml"
    file.write_text('extends = "baseline"\n\n[run]\nweeks = 40\n')
    page.locator("input[type=file]").first.set_input_files(file)
    expect(visitor.label).to_have_text(re.compile(r"\b0\s+of\s+40"))
    visitor.step()


def test_a_live_slider_acts_from_the_next_week(visit: Callable[..., Any], tmp_path: Path) -> None:
    visitor = visit()
    page = visitor.live()
    visitor.run_to(4)
    visitor.slide("Chip control, strictness", "End")
    visitor.button(re.compile("^Act from next week")).click()
    expect(page.locator(".parity-acts li")).to_have_count(1)
    visitor.step(2)
    seen = series(visitor, tmp_path)["control_strength_chips"].to_numpy()
    assert seen[-1] > seen[3]
    # The file that is downloaded has the act, and repeats the run.
    file = visitor.save(visitor.button("Scenario (TOML)"), tmp_path)
    run = sim.run(sim.load_scenario(file), seed=1)
    np.testing.assert_allclose(seen, run.array("control_strength_chips")[0][: len(seen)], rtol=1e-12)


def test_other_sliders_wait_for_a_restart(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.live()
    visitor.step()
    visitor.slide("Distillation, potency", "End")
    expect(page.get_by_text("1 change waiting")).to_be_visible()
    visitor.button("Restart with these").click()
    visitor.reaches(0)
    expect(page.get_by_text("No change is waiting")).to_be_visible()
    page.wait_for_function("() => location.search.includes('set=distillation.potency')")


def test_looking_back_moves_the_view_and_not_the_world(visit: Callable[..., Any]) -> None:
    visitor = visit()
    visitor.live()
    visitor.run_to(12)
    visitor.slide("Week looked at", "Home", "ArrowRight", "ArrowRight", "ArrowRight")
    expect(visitor.label).to_have_text(re.compile(r"Looking back at week\s+3\b"))
    visitor.button("To the newest week").click()
    visitor.reaches(12)
    visitor.slide("Week looked at", "Home")
    visitor.button(re.compile("^Step")).click()
    visitor.reaches(13)


def test_a_claim_opens_its_card(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.live()
    visitor.run_to(12)
    click_dot(page, "story", -1)
    card = page.get_by_role("region", name="Claim", exact=True)
    expect(card).to_be_visible()
    expect(card).to_contain_text("who")
    for part in ("truth", "bias", "reach", "effect"):
        expect(card).to_contain_text(part)


def test_an_agent_is_inspected_by_click_and_by_number(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.live()
    visitor.run_to(12)
    click_dot(page, "Who believes what", 0)
    agent = page.get_by_role("region", name="Agent", exact=True)
    expect(agent).to_be_visible()
    expect(agent).to_contain_text("investor 1")
    page.get_by_label(re.compile("^Number")).fill("7")
    # The name says what was asked for.
    expect(agent).to_contain_text("investor 7")
    # Where ECharts has written a description of its own over ours, that one names the series.
    assert drawn(page, "Believed gap of|representing believed gap")
    expect(agent).to_contain_text("listens to")


def test_the_downloaded_file_repeats_the_downloaded_series(visit: Callable[..., Any], tmp_path: Path) -> None:
    visitor = visit()
    visitor.live("?scenario=baseline&seed=3&set=distillation.potency%3D0.3&week=10")
    visitor.reaches(10)
    seen = series(visitor, tmp_path)
    file = visitor.save(visitor.button("Scenario (TOML)"), tmp_path)
    run = sim.run(sim.load_scenario(file), seed=3)
    assert list(seen["week"])[:1] in ([0], [1])
    np.testing.assert_allclose(seen["gap_months"], run.array("gap_months")[0][: len(seen)], rtol=1e-12)
    assert len(seen) == 10
    parquet = pd.read_parquet(visitor.save(visitor.button("Series (Parquet)"), tmp_path))
    np.testing.assert_allclose(parquet["gap_months"], seen["gap_months"])
    assert len(pd.read_csv(visitor.save(visitor.button("Events (CSV)"), tmp_path))) > 0
    for kind in ("PNG", "SVG"):
        button = visitor.page.get_by_role("button", name=re.compile(f"as {kind}$")).first
        assert visitor.save(button, tmp_path).stat().st_size > 1000


def test_the_address_repeats_the_view(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.live("?scenario=baseline&seed=5&week=6")
    visitor.reaches(6)
    visitor.step(2)
    page.wait_for_function("() => /week=8/.test(location.search) && /seed=5/.test(location.search)")
    page.reload()
    visitor.reaches(8, 2 * PATIENCE)
    expect(page.get_by_role("textbox", name="Seed")).to_have_value("5")


def test_two_visitors_have_their_own_worlds(visit: Callable[..., Any]) -> None:
    one, other = visit(), visit()
    one.live()
    other.live()
    one.step(3)
    other.page.wait_for_timeout(1000)
    assert (one.week, other.week) == (3, 0)
    other.step()
    one.page.wait_for_timeout(1000)
    assert (one.week, other.week) == (3, 1)


def test_play_is_reached_and_pressed_by_keyboard(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.live()
    for _ in range(80):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "() => (document.activeElement.ariaLabel || document.activeElement.innerText || '').trim()"
        )
        if name == "Play":
            break
    else:
        raise AssertionError("Tab does not reach Play")
    page.keyboard.press("Enter")
    visitor.beyond(1)
    page.keyboard.press("Enter")
    expect(visitor.button("Play")).to_be_visible()

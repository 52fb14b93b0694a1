"""Live: acts, choices, restarts, looking back, narrow screens, and what a click is answered with."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.browser.charts import click_dot, dots
from tests.browser.visits import PATIENCE, Visit, expect
from viz.controller import LiveController

TABLET = {"width": 820, "height": 1180}


def series(visitor: Visit, folder: Path) -> pd.DataFrame:
    return pd.read_csv(visitor.save(visitor.button("Series (CSV)"), folder))


def choose(visitor: Visit, label: str, words: str) -> None:
    """Choose from a list by the words it shows."""
    field = visitor.page.locator(".parity-choice, .v-select").filter(has_text=label).first
    field.scroll_into_view_if_needed()
    field.locator(".v-select__slot").click()
    visitor.page.get_by_role("option", name=words, exact=True).click()


def test_the_console_stays_silent(visit: Callable[..., Any]) -> None:
    visitor = visit()
    said: list[str] = []
    visitor.page.on("console", lambda m: said.append(m.text) if m.type in ("warning", "error") else None)
    visitor.live()
    visitor.step(2)
    visitor.dark()
    for path in ("/compare", "/sweeps", "/about"):
        visitor.open(path)
        visitor.settled()
    assert said == []


def test_an_act_of_chip_control_stands_on_every_chart_of_policy(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.live()
    visitor.run_to(5)
    visitor.slide("Chip control, strictness", "End")
    visitor.button(re.compile("^Act from next week")).click()
    expect(page.locator(".parity-acts li")).to_have_text("Week 5: chip control set to 1")
    visitor.step(2)
    for chart, height in (("Export control", 1), ("Attention of policy", 1.1)):
        rows = dots(page, chart, "act")
        assert [row[1] for row in rows] == [height]
        assert "tightens chip control to 1.00" in rows[0][3]
    assert len(dots(page, "Pressure for an act", "act")) == 1
    expect(page.get_by_label("Events, newest first")).to_contain_text(
        "The government tightens chip control to 1.00"
    )


def test_claims_of_the_focal_lab_change_as_an_act(visit: Callable[..., Any], tmp_path: Path) -> None:
    visitor = visit()
    page = visitor.live()
    visitor.run_to(5)
    choose(visitor, "Claims of us-closed-1", "chosen for effect (strategic)")
    expect(page.get_by_text("Adds to its own estimate what serves its value").first).to_be_visible()
    visitor.button(re.compile("^Act from next week")).click()
    expect(page.locator(".parity-acts li")).to_have_text(
        "Week 5: claims of us-closed-1: chosen for effect (strategic)"
    )
    visitor.step()
    told = page.get_by_label("Events, newest first")
    expect(told).to_contain_text("us-closed-1 changes its claims to: chosen for effect (strategic)")
    visitor.run_to(30)
    same = LiveController("baseline", seed=1)
    same.run_to(5)
    same.schedule({"type": "claim_policy", "source": "us-closed-1", "policy": "strategic"})
    same.run_to(30)
    seen = series(visitor, tmp_path)
    np.testing.assert_allclose(seen["claims_moat"], same.view().series["claims_moat"])


def test_a_seed_of_ones_own_starts_that_world(visit: Callable[..., Any], tmp_path: Path) -> None:
    visitor = visit()
    page = visitor.live()
    visitor.step()
    page.get_by_role("textbox", name="Seed").fill("7")
    visitor.button(re.compile("^Restart with seed")).click()
    visitor.reaches(0)
    visitor.run_to(10)
    same = LiveController("baseline", seed=7)
    same.run_to(10)
    np.testing.assert_allclose(series(visitor, tmp_path)["gap_months"], same.view().series["gap_months"])
    page.wait_for_function("() => /seed=7/.test(location.search)")


def test_a_run_to_a_week_shows_how_far_it_is(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.live("?scenario=baseline&seed=1&set=size.communities%3D1500")
    page.get_by_label("Run to week").fill("156")
    visitor.button(re.compile("^Run\\b.*[Ww]eek$|^Run$")).click()
    expect(page.get_by_role("status").filter(has_text="Running to week 156")).to_be_visible()
    expect(page.get_by_role("progressbar").first).to_be_visible()
    visitor.reaches(156, 4 * PATIENCE)
    expect(page.get_by_role("status").filter(has_text="Running to week")).to_have_count(0)


def test_the_dot_that_is_clicked_is_the_claim_that_opens(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.live("?scenario=baseline&seed=1&week=40")
    visitor.reaches(40)
    names = ("parity", "moat", "copying", "cost", "control", "motive")
    held = LiveController("baseline", seed=1)
    held.run_to(40)
    drawn = [e for e in held.view().events if e["type"] == "claim"]
    click_dot(page, "story", 3)
    card = page.get_by_role("region", name="Claim", exact=True)
    shown = page.locator(".parity-panel").filter(has=card)
    expect(shown.locator("h2")).to_have_text("Claim card")
    number = int(re.search(r"\(no\. (\d+)\)", shown.inner_text())[1])
    event = next(e for e in drawn if e["id"] == number)
    expect(card).to_contain_text(f"week {event['week']}, {event['date']}")
    expect(card).to_contain_text(event["source"])
    assert any(event["narrative"].startswith(name) for name in names)


def test_the_slider_of_weeks_is_dragged(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.live("?scenario=baseline&seed=1&week=60")
    visitor.reaches(60)
    box = page.get_by_role("slider", name="Week looked at").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] - 8, middle)
    page.mouse.down()
    for part in (0.8, 0.6, 0.5):
        page.mouse.move(box["x"] + part * box["width"], middle)
    page.mouse.up()
    expect(visitor.label).to_have_text(re.compile(r"Looking back at week\s+(2[6-9]|3[0-3])\b"))
    before = page.locator(".parity-figures").inner_text()
    visitor.button("To the newest week").click()
    visitor.reaches(60)
    expect(page.locator(".parity-figures")).not_to_have_text(before)


def test_a_narrow_page_opens_with_its_charts_in_sight(visit: Callable[..., Any]) -> None:
    visitor = visit(viewport=TABLET)
    page = visitor.live()
    expect(page.locator(".v-overlay--active")).to_have_count(0)
    expect(page.get_by_role("slider", name="Chip control, strictness")).not_to_be_in_viewport()
    page.get_by_role("button", name="Show or hide the settings").click()
    expect(page.get_by_role("slider", name="Chip control, strictness")).to_be_in_viewport()
    page.locator(".v-overlay--active .v-overlay__scrim").click(position={"x": 700, "y": 900}, force=True)
    expect(page.locator(".v-overlay--active")).to_have_count(0)
    visitor.step()


def test_a_wide_page_opens_with_its_settings(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.live()
    slider = page.get_by_role("slider", name="Chip control, strictness")
    expect(slider).to_be_in_viewport()
    page.get_by_role("button", name="Show or hide the settings").click()
    expect(slider).not_to_be_in_viewport()
    page.get_by_role("button", name="Show or hide the settings").click()
    expect(slider).to_be_in_viewport()

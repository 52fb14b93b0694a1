"""About the model: the week, each mechanism with its rendered equation, links to a place, search, and what it gives."""

import csv
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.visits import PATIENCE, Visit, expect, never_a_traceback

EQUATIONS = "math, .katex, mjx-container, .parity-equation"


def about(visit: Callable[..., Any], rest: str = "", **options: Any) -> Visit:
    """The page, once its text is there: the first time in a server takes some seconds."""
    visitor: Visit = visit(**options)
    visitor.open("/about", rest)
    expect(visitor.page.locator(".parity-about")).to_be_visible(timeout=4 * PATIENCE)
    return visitor


def test_equations_are_rendered(visit: Callable[..., Any]) -> None:
    visitor = about(visit)
    page = visitor.page
    expect(page.locator(EQUATIONS).first).to_be_attached(timeout=PATIENCE)
    visitor.settled()
    never_a_traceback(page)
    text = page.locator("main, .v-main, body").first.inner_text()
    # No equation is left in its source form.
    for sign in ("\\frac", "$$", "\\kappa", "\\left("):
        assert sign not in text, sign
    assert page.locator("h1, h2, h3").count() >= 5


def test_a_step_leads_to_its_mechanisms_and_back(visit: Callable[..., Any]) -> None:
    visitor = about(visit)
    page = visitor.page
    page.locator("#step-speak a", has_text="claims").click()
    fold = page.locator("#mechanisms-claims")
    expect(fold).to_have_attribute("open", "")
    expect(page).to_have_url(re.compile("#mechanisms-claims$"))
    expect(fold.locator("summary")).to_be_focused()
    fold.locator("a", has_text="5 Speak").first.click()
    expect(page.locator("#step-speak")).to_be_in_viewport()
    expect(page).to_have_url(re.compile("#step-speak$"))


@pytest.mark.parametrize(
    ("rest", "name"),
    [
        ("#mechanism-valuation-leader_annuity", "mechanism-valuation-leader_annuity"),
        ("?item=parameter-distillation.potency", "parameter-distillation.potency"),
        ("#output-gap_months", "output-gap_months"),
    ],
)
def test_a_link_opens_its_place(visit: Callable[..., Any], rest: str, name: str) -> None:
    target = about(visit, rest).page.locator(f"[id='{name}']")
    expect(target).to_be_in_viewport()
    expect(target).to_be_focused()


def test_a_link_to_nothing_shows_the_page(visit: Callable[..., Any]) -> None:
    visitor = about(visit, "#no'such\"place")
    expect(visitor.page.locator("#week")).to_be_visible()


def test_search_finds_mechanisms_and_parameters(visit: Callable[..., Any]) -> None:
    visitor = about(visit)
    page = visitor.page
    box = page.get_by_role("searchbox", name="Search the model")
    box.fill("potency")
    status = page.locator(".parity-find [role=status]")
    expect(status).to_have_text(re.compile(r"^\d+ found$"))
    expect(page.locator("[id='parameter-distillation.potency']")).to_be_visible()
    expect(page.locator("[id='parameter-attention.capacity'], #week").first).to_be_hidden()
    expect(page).to_have_url(re.compile(r"\?find=potency$"))
    page.reload()
    expect(page.get_by_role("searchbox")).to_have_value("potency", timeout=4 * PATIENCE)
    expect(status).to_have_text(re.compile(r"^\d+ found$"))
    page.get_by_role("searchbox").fill("no such word")
    expect(status).to_have_text("Nothing found")
    page.get_by_role("searchbox").fill("")
    expect(page.locator("#week")).to_be_visible()


def test_downloads(visit: Callable[..., Any], tmp_path: Path) -> None:
    visitor = about(visit)

    def saved(name: str) -> str:
        return visitor.save(visitor.button(re.compile(re.escape(name), re.I)), tmp_path).read_text(
            encoding="utf-8"
        )

    rows = list(csv.DictReader(saved("Parameters (CSV)").splitlines()))
    assert "distillation.potency" in {row["key"] for row in rows}
    assert "gap_months" in saved("Outputs (CSV)")
    assert ET.fromstring(saved("The week (SVG)")).tag.endswith("svg")
    assert "### leader_annuity" in saved("Equations (Markdown)")
    assert saved("This page (HTML)").startswith("<!doctype html>")


def test_every_control_is_reached_by_tab_and_seen(visit: Callable[..., Any]) -> None:
    page = about(visit).page
    page.locator("h1").click()
    reached = []
    for _ in range(16):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(
            "() => { const e = document.activeElement, s = getComputedStyle(e);"
            "return [e.innerText || e.type, s.outlineStyle, parseFloat(s.outlineWidth)]; }"
        ))  # fmt: skip
    words = " ".join(str(each[0]).lower() for each in reached)
    for name in ("parameters (csv)", "this page (html)", "search", "open all", "close all", "export control"):
        assert name in words, (name, words)
    assert [each for each in reached if each[1] == "none" or each[2] < 1] == []


def test_it_fits_a_tablet(visit: Callable[..., Any]) -> None:
    page = about(visit, "?find=distillation", viewport={"width": 820, "height": 1180}).page
    wide = page.evaluate("() => [document.scrollingElement.scrollWidth, window.innerWidth]")
    assert wide[0] <= wide[1] + 1

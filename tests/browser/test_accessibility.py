"""Whoever uses a keyboard, a screen reader or a small screen can use every page: axe's rules, Tab, Escape, widths."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.charts import click_dot
from tests.browser.test_compare import QUICK, finished
from tests.browser.visits import PATIENCE, Visit, expect

pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
import axe_playwright_python

#: axe-core, from the package's own files.
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
ASK = f"async () => (await axe.run(document, {{runOnly: {RULES}}})).violations"
PAGES = ("/", "/compare", "/sweeps", "/about")
TABLET, PHONE = {"width": 820, "height": 1180}, {"width": 400, "height": 800}
#: What sticks out of the window to the right and is neither hidden nor within something that scrolls.
TOO_WIDE = """
() => [...document.querySelectorAll('body *')].filter((e) => {
  const frame = e.getBoundingClientRect();
  if (!frame.width || frame.right <= innerWidth + 1 || frame.left >= innerWidth + 1e5) return false;
  if (getComputedStyle(e).visibility === 'hidden') return false;
  for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
    if (/auto|scroll|hidden/.test(getComputedStyle(p).overflowX)) return false;
  return true;
}).map((e) => `${e.tagName}.${e.className}`)
"""
#: What has the focus: its name, and whether something shows that it has.
FOCUSED = """
() => {
  const e = document.activeElement, style = getComputedStyle(e);
  const label = e.labels && e.labels[0] ? e.labels[0].innerText : '';
  const ring = e.closest('.v-input--selection-controls__input');
  const shown = style.outlineStyle !== 'none' || (ring && getComputedStyle(ring).outlineStyle !== 'none');
  const slider = e.closest('.v-slider, .v-slider__thumb-container') !== null;
  return [(e.ariaLabel || label || e.innerText || e.title || '').trim(), e.tagName, !!shown || slider];
}
"""


def live(visitor: Visit, *_folders: Path) -> None:
    visitor.live("?scenario=baseline&seed=3&week=12")
    visitor.reaches(12)
    click_dot(visitor.page, "Who believes what", 0)
    visitor.idle()


def refused_file(visitor: Visit, folder: Path, _sweeps: Path) -> None:
    visitor.live()
    bad = folder / "bad.toml"
    bad.write_text('extends = "baseline"\n\n[distillation]\npotency = 7.5\npotenzy = 0.1\n')
    visitor.page.locator("input[type=file]").first.set_input_files(bad)
    expect(visitor.page.get_by_role("alert").first).to_be_visible()


def compared(visitor: Visit, *_folders: Path) -> None:
    finished(visitor.open("/compare", QUICK))


def refused_comparison(visitor: Visit, *_folders: Path) -> None:
    page = visitor.open("/compare", "?a=nothing&b=baseline")
    expect(page.get_by_text("no scenario of that name").first).to_be_visible()


def about(visitor: Visit, *_folders: Path) -> None:
    expect(visitor.open("/about").locator(".parity-about")).to_be_visible(timeout=4 * PATIENCE)


def explored(visitor: Visit, _folder: Path, sweeps: Path, view: str = "scatter") -> None:
    page = visitor.open("/sweeps", f"?sweep={sweeps.name}/tiny&view={view}")
    expect(page.get_by_role("heading", name="Tiny sweep of the browser tests")).to_be_visible()
    page.wait_for_timeout(1500)


def parallel(visitor: Visit, folder: Path, sweeps: Path) -> None:
    explored(visitor, folder, sweeps, "parallel")


VIEWS = (live, refused_file, compared, refused_comparison, explored, parallel, about)


def violations(visitor: Visit) -> list[str]:
    """What axe finds, a line an element."""
    visitor.page.wait_for_timeout(500)
    visitor.page.evaluate(AXE)
    return [
        f"{rule['id']} ({rule['help']}): {node['target']} {node['html'][:160]}"
        for rule in visitor.page.evaluate(ASK)
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(
    visit: Callable[..., Any], tmp_path: Path, sweeps: Path, view: Callable[..., None], theme: str
) -> None:
    visitor = visit()
    view(visitor, tmp_path, sweeps)
    if theme == "dark":
        visitor.button("Light or dark").click()
    expect(visitor.page.locator(f".v-application.theme--{theme}").first).to_be_attached()
    assert not violations(visitor)


def test_axe_finds_nothing_on_a_tablet(visit: Callable[..., Any]) -> None:
    visitor = visit(viewport=TABLET)
    live(visitor)
    assert not violations(visitor)


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_shows_every_page_in_its_width(visit: Callable[..., Any], path: str) -> None:
    page = visit(viewport=PHONE).open(path)
    page.wait_for_timeout(2500)
    for link in page.get_by_role("navigation", name="Pages").get_by_role("link").all():
        box = link.bounding_box()
        assert box is not None, link.inner_text()
        assert box["x"] >= 0, link.inner_text()
        assert box["x"] + box["width"] <= PHONE["width"], link.inner_text()
    assert not page.evaluate(TOO_WIDE)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]


def tabbed(visitor: Visit, last: str, most: int = 150) -> list[str]:
    """Names of what Tab reaches, up to the first whose name begins with ``last``; the focus is always in sight."""
    seen: list[str] = []
    for _ in range(most):
        visitor.page.keyboard.press("Tab")
        name, tag, shown = visitor.page.evaluate(FOCUSED)
        if tag == "BODY":
            continue
        assert name, f"a {tag} without a name has the focus, after {seen[-3:]}"
        assert shown, f"nothing shows that {name} has the focus"
        seen.append(name)
        if name.startswith(last):
            return seen
    raise AssertionError(f"Tab does not reach {last}: {seen}")


def test_the_controls_of_live_are_reached_in_order(visit: Callable[..., Any]) -> None:
    visitor = visit()
    visitor.live("?scenario=baseline&seed=3&week=12")
    visitor.reaches(12)
    seen = tabbed(visitor, "Scenario (TOML)")
    assert seen[0] == "Skip to the content"
    order = [
        "Chip control",
        "Live",
        "About the model",
        "Play",
        "Step",
        "Run to week",
        "Week looked at",
        "Series (CSV)",
    ]
    places = [next((k for k, name in enumerate(seen) if name.startswith(word)), -1) for word in order]
    assert -1 not in places, (dict(zip(order, places, strict=True)), seen)
    assert places == sorted(places), dict(zip(order, places, strict=True))


def test_space_steps_and_arrows_look_back(visit: Callable[..., Any]) -> None:
    visitor = visit()
    live(visitor)
    visitor.button(re.compile("^Step")).focus()
    visitor.page.keyboard.press("Space")
    visitor.reaches(13)
    visitor.slide(re.compile("[Ww]eek"), "ArrowLeft", "ArrowLeft")
    expect(visitor.page.get_by_text(re.compile("[Ll]ooking (back )?at week|week 11")).first).to_be_visible()


def test_escape_closes_the_settings_on_a_tablet(visit: Callable[..., Any]) -> None:
    visitor = visit(viewport=TABLET)
    page = visitor.live()
    button = visitor.button("Show or hide the settings")
    cover = page.locator(".v-overlay--active")
    if not cover.count():
        button.click()
    expect(cover).to_be_visible()
    page.keyboard.press("Escape")
    expect(cover).to_have_count(0)
    expect(button).to_be_focused()


def test_the_sweep_explorer_is_used_by_keyboard(
    visit: Callable[..., Any], tmp_path: Path, sweeps: Path
) -> None:
    visitor = visit()
    explored(visitor, tmp_path, sweeps)
    seen = tabbed(visitor, "Runs (CSV)")
    for word in ("Scatter", "Save"):
        assert any(name.startswith(word) for name in seen), seen
    visitor.button("Heat map").focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("img", name=re.compile("heat map", re.I))).to_be_visible()

"""Every control is reached by keys in order, in sight and with a ring; meanings show; a phone keeps to its width."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.test_accessibility import PHONE, about, compared, explored, live
from tests.browser.visits import Page, expect

#: What around the content scrolls sideways, and the links of the head that are not seen.
FITS = """
() => {
  const wide = [], hidden = [];
  for (let e = document.getElementById('parity-content'); e; e = e.parentElement)
    if (e.id !== 'parity-content' && getComputedStyle(e).overflowX !== 'visible' && e.scrollWidth > e.clientWidth)
      wide.push([e.tagName, e.scrollWidth]);
  for (const link of document.querySelectorAll('.parity-nav a')) {
    const frame = link.getBoundingClientRect();
    const top = document.elementFromPoint((frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2);
    if (frame.left < 0 || frame.right > innerWidth || !link.contains(top)) hidden.push(link.innerText);
  }
  return [wide, hidden];
}
"""
#: What has the focus: its name, whether a ring is around it, and whether it is in the window and nothing covers it.
FOCUSED = """
() => {
  const e = document.activeElement, label = e.labels && e.labels[0] ? e.labels[0].innerText : '';
  if (e === document.body) return null;
  // A box that Vuetify draws hides its field: what is drawn has the ring.
  const seen = e.closest('.v-input--selection-controls__input') || e, style = getComputedStyle(seen);
  const frame = seen.getBoundingClientRect();
  const top = document.elementFromPoint((frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2);
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const sight = !!top && (seen.contains(top) || top.contains(seen));
  return [(e.ariaLabel || label || e.innerText || '').trim(), ring, sight];
}
"""


VIEWS = (live, compared, explored, about)


@pytest.mark.parametrize("view", VIEWS)
def test_a_phone_shows_every_page_in_its_width(
    visit: Callable[..., Any], tmp_path: Path, sweeps: Path, view: Callable[..., None]
) -> None:
    visitor = visit(viewport=PHONE)
    view(visitor, tmp_path, sweeps)
    visitor.page.wait_for_timeout(500)
    wide, hidden = visitor.page.evaluate(FITS)
    assert not wide
    assert not hidden


def stops(page: Page, key: str, most: int = 200) -> Iterator[str]:
    """Names of what a key reaches up to the page's end or beginning; each has a ring and can be seen."""
    for _ in range(most):
        page.keyboard.press(key)
        at = page.evaluate(FOCUSED)
        if at is None:
            return
        name, ring, seen = at
        assert name, "something without a name has the focus"
        assert ring, f"nothing shows that {name} has the focus"
        assert seen, f"{name} has the focus behind something else"
        yield name
        if key == "Shift+Tab" and name == "Skip to the content":
            return
    raise AssertionError("the focus does not leave the page")


def in_order(names: list[str], words: list[str]) -> None:
    """Each word begins a name, after that of the word before."""
    place = -1
    for word in words:
        later = [k for k, name in enumerate(names) if k > place and name.startswith(word)]
        assert later, f"{word} is not reached after what comes before it: {names}"
        place = later[0]


def test_live_is_used_by_keyboard(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.live("?scenario=baseline&seed=3&week=12")
    visitor.reaches(12)
    visitor.idle()
    # The skip link is the first stop and leads past settings and head.
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(visitor.button("Play")).to_be_focused()
    rest = list(stops(page, "Tab"))
    in_order(rest, ["Step", "Speed", "Run to week", "Run", "Restart, same luck", "Week looked at", "Lead of the US",
                    "Claim", "Events", "Group", "Number", "Series (CSV)", "Link to this view", "Copy"])  # fmt: skip
    back = list(stops(page, "Shift+Tab"))[::-1]
    in_order(back, ["Skip", "Scenario", "Seed", "Chip control", "Distillation, potency", "Live", "About the model",
                    "Light or dark", "Play", *rest[:3]])  # fmt: skip
    visitor.button(re.compile("^Step")).focus()
    page.keyboard.press("Space")
    visitor.reaches(13)
    visitor.slide("Week looked at", "ArrowLeft", "ArrowLeft")
    expect(visitor.label).to_have_text(re.compile(r"Looking back at week\s+10\b"))


def test_claims_and_meanings_are_opened_by_keyboard(
    visit: Callable[..., Any], tmp_path: Path, sweeps: Path
) -> None:
    visitor = visit()
    live(visitor, tmp_path, sweeps)
    page = visitor.page
    claim, card = (
        page.get_by_role("combobox", name="Claim", exact=True),
        page.get_by_role("region", name="Claim"),
    )
    before = card.inner_text()
    claim.focus()
    page.keyboard.press("Enter")
    expect(claim).to_have_attribute("aria-expanded", "true")
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(card).not_to_have_text(before, use_inner_text=True)
    expect(claim).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Space")
    expect(claim).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(claim).to_have_attribute("aria-expanded", "false")
    # A meaning shows under the pointer and with the focus, and Escape takes it away.
    term, tip = (
        page.get_by_role("note", name=re.compile("^Lead of the US")),
        page.get_by_text(re.compile("^How long the best Chinese lab needs")),
    )
    term.hover()
    expect(tip).to_be_visible()
    page.mouse.move(1, 1)
    expect(tip).to_be_hidden()
    term.focus()
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_the_sweep_explorer_is_used_by_keyboard(
    visit: Callable[..., Any], tmp_path: Path, sweeps: Path
) -> None:
    visitor = visit()
    explored(visitor, tmp_path, sweeps)
    page = visitor.page
    in_order(list(stops(page, "Tab")), [
        "Skip", "Live", "Light or dark", "Sweep", "Outcome", "Factor", "Scatter", "Heat map", "Table", "Save",
        "Show the box", "Design row", "Replicate", "Make the sweep again", "Runs (CSV)", "The sweep file",
    ])  # fmt: skip
    assert list(stops(page, "Shift+Tab"))
    fold = page.get_by_text("The sweep file", exact=True)
    fold.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("The sweep file")).to_be_visible()
    # The dots' alternative: a run by its number.
    row = page.get_by_label("Design row")
    row.focus()
    page.keyboard.type("5")
    expect(page.get_by_text(re.compile("^Seed"))).to_be_visible()
    for key, view in (("Enter", "Heat map"), ("Space", "Scatter")):
        visitor.button(view).focus()
        page.keyboard.press(key)
        expect(visitor.button(view)).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_role("img", name=re.compile(f"^{view}"))).to_be_visible()

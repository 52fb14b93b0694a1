"""Pictures of every page in both themes and two sizes, and what every page must have for eyes and screen readers."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.visits import PATIENCE, Visit, expect, never_a_traceback

SIZES = {"desk": {"width": 1280, "height": 800}, "tablet": {"width": 820, "height": 1180}}


def shown(visitor: Visit, name: str, sweep: str) -> None:
    """Open a page with something on it."""
    if name == "live":
        visitor.live("?scenario=baseline&seed=1&week=80")
        visitor.reaches(80)
    elif name == "compare":
        visitor.open("/compare")
        visitor.button(re.compile("^Compare$", re.I)).click()
        expect(visitor.page.get_by_role("table").first).to_be_visible(timeout=6 * PATIENCE)
    elif name == "sweeps":
        visitor.open("/sweeps", f"?sweep={sweep}&view=heat")
    else:
        visitor.open("/about")
    visitor.settled()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["live", "compare", "sweeps", "about"])
def test_pictures(visit: Callable[..., Any], sweeps: Path, screenshots: Path, name: str, size: str) -> None:
    visitor = visit(viewport=SIZES[size])
    shown(visitor, name, f"{sweeps.name}/tiny")
    page = visitor.page
    wide = page.evaluate("() => [document.scrollingElement.scrollWidth, window.innerWidth]")
    never_a_traceback(page)
    for theme in ("light", "dark"):
        if theme == "dark":
            visitor.dark()
            visitor.settled()
        page.screenshot(path=screenshots / f"{name}-{size}-{theme}.png")
        page.screenshot(path=screenshots / f"{name}-{size}-{theme}-whole.png", full_page=True)
    assert wide[0] <= wide[1] + 1, f"the page is wider than the window: {wide}"


NAMELESS = """
() => [...document.querySelectorAll('button, a[href], input:not([type=hidden]), [role=button], canvas')].filter((e) => {
  if (!e.offsetParent || e.closest('[aria-hidden=true]')) return false;
  if (e.tagName === 'CANVAS') return !e.closest('[role=img][aria-label]');
  const label = e.labels && e.labels.length ? [...e.labels].map((l) => l.innerText).join('') : '';
  const by = (e.getAttribute('aria-labelledby') || '').split(' ')
    .map((i) => (document.getElementById(i) || {}).innerText || '');
  const icon = e.querySelector('[aria-label], title, img[alt]') ? 'icon' : '';
  return !(e.textContent + (e.getAttribute('aria-label') || '') + (e.title || '') + label + by.join('') + icon
    + (e.placeholder || '')).trim();
}).map((e) => e.outerHTML.slice(0, 160))
"""


@pytest.mark.parametrize("name", ["live", "compare", "sweeps", "about"])
def test_everything_that_can_be_used_has_a_name(visit: Callable[..., Any], sweeps: Path, name: str) -> None:
    visitor = visit()
    shown(visitor, name, f"{sweeps.name}/tiny")
    assert visitor.page.evaluate(NAMELESS) == []
    assert visitor.page.title().strip()
    assert visitor.page.locator("html").get_attribute("lang")

"""The frame around the pages: navigation, theme, addresses that do not exist, two visitors."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.visits import expect, never_a_traceback

PAGES = {"Live": "/", "Compare": "/compare", "Sweep explorer": "/sweeps", "About the model": "/about"}


def test_every_page_is_reached_by_its_link(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.open()
    pages = page.get_by_role("navigation", name="Pages")
    for label, path in PAGES.items():
        pages.get_by_role("link", name=label).click()
        expect(page).to_have_url(re.compile(re.escape(visitor.server + path) + r"(\?.*)?$"))
        expect(pages.locator("[aria-current=page]")).to_have_text(label)
        never_a_traceback(page)


@pytest.mark.parametrize(
    "path", ["/nowhere", "/compare/nowhere", "/?scenario=nowhere", "/?seed=many", "/?week=-3"]
)
def test_a_wrong_address_shows_no_traceback(visit: Callable[..., Any], path: str) -> None:
    visitor = visit()
    visitor.page.goto(visitor.server + path)
    visitor.settled()
    assert visitor.page.locator("body").inner_text().strip()
    never_a_traceback(visitor.page)
    # The browser itself notes a page that is not there as an error.
    visitor.complaints[:] = [text for text in visitor.complaints if "404" not in text]


def test_the_theme_can_be_turned_dark(visit: Callable[..., Any]) -> None:
    visitor = visit()
    visitor.open("/about")
    visitor.dark()
    colour = visitor.page.locator(".v-application").first.evaluate("e => getComputedStyle(e).backgroundColor")
    assert sum(map(int, re.findall(r"\d+", colour)[:3])) < 3 * 80, colour

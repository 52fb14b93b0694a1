"""Compare: run, table of differences, cancel."""

import re
from collections.abc import Callable
from typing import Any

from tests.browser.visits import PATIENCE, expect, never_a_traceback

RUN = re.compile(r"^(Compare|Run)\b", re.I)
CANCEL = re.compile(r"^(Cancel|Stop)\b", re.I)


def test_a_comparison_shows_curves_and_a_table(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.open("/compare")
    page.locator("main").get_by_role("button", name=RUN).first.click()
    expect(page.get_by_role("table").first).to_be_visible(timeout=6 * PATIENCE)
    expect(page.locator(".parity-chart").first).to_be_visible()
    visitor.settled()
    never_a_traceback(page)


def test_a_comparison_can_be_cancelled(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.open("/compare")
    page.locator("main").get_by_role("button", name=RUN).first.click()
    expect(page.get_by_role("progressbar").first).to_be_visible()
    page.get_by_role("button", name=CANCEL).first.click()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(page.locator("main").get_by_role("button", name=RUN).first).to_be_enabled()
    never_a_traceback(page)

"""About the model: the week, and each mechanism with its rendered equation, parameters and sources."""

from collections.abc import Callable
from typing import Any

from tests.browser.visits import PATIENCE, expect, never_a_traceback

EQUATIONS = "math, .katex, mjx-container, .parity-equation"


def test_equations_are_rendered(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.open("/about")
    expect(page.locator(EQUATIONS).first).to_be_attached(timeout=PATIENCE)
    visitor.settled()
    never_a_traceback(page)
    text = page.locator("main, .v-main, body").first.inner_text()
    # No equation is left in its source form.
    for sign in ("\\frac", "$$", "\\kappa", "\\left("):
        assert sign not in text, sign
    assert page.locator("h1, h2, h3").count() >= 5

"""axe finds nothing to say of any page, in either theme."""

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
TABLET, PHONE = {"width": 820, "height": 1180}, {"width": 400, "height": 800}


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


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_in_either_theme(
    visit: Callable[..., Any], tmp_path: Path, sweeps: Path, view: Callable[..., None]
) -> None:
    visitor = visit()
    view(visitor, tmp_path, sweeps)
    for theme in ("light", "dark"):
        if theme == "dark":
            visitor.button("Light or dark").click()
        expect(visitor.page.locator(f".v-application.theme--{theme}").first).to_be_attached()
        assert not violations(visitor), theme


def test_axe_finds_nothing_on_a_tablet(visit: Callable[..., Any]) -> None:
    visitor = visit(viewport=TABLET)
    live(visitor)
    assert not violations(visitor)


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

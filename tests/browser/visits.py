"""A visit to the application: a browser context whose page is watched, and words for what a visitor does."""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

if os.environ.get("PARITY_REQUIRE_BROWSER") != "1":
    # Skips the module that imports this one; where a browser was promised, the import below fails instead.
    pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, Locator, Page, expect

__all__ = [
    "PATIENCE",
    "WEEK",
    "Locator",
    "Page",
    "Visit",
    "expect",
    "never_a_traceback",
]

LOOPBACK = {"127.0.0.1", "localhost", "::1", ""}
#: "5 of 156 weeks done", or "Week 5 of 156".
WEEK = re.compile(r"\b(\d+)\s+of\s+(\d+)")
#: What shows the week.
LABEL = ".parity-week"
#: Time for a page to appear or to follow a click; the machine may be busy.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)


class Visit:
    """One browser session; ``check`` fails if the page complained or asked anything of another machine."""

    def __init__(self, browser: Browser, server: str, **options: Any) -> None:
        self.server = server
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self.context = browser.new_context(
            viewport=options.pop("viewport", {"width": 1280, "height": 800}), accept_downloads=True, **options
        )
        self.context.set_default_timeout(PATIENCE)
        # A request that would leave the machine is noted and stopped.
        self.context.route("**/*", self._watch)
        self.page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        self.page.on("websocket", lambda socket: self._host(socket.url))

    def check(self) -> None:
        """Fail on what was noted so far."""
        assert not self.strangers, f"requests that leave this machine: {self.strangers}"
        assert not self.complaints, f"the browser's console: {self.complaints}"

    def _watch(self, route: Any) -> None:
        if self._host(route.request.url):
            route.continue_()
        else:
            route.abort()

    def _host(self, url: str) -> bool:
        parts = urlsplit(url)
        local = parts.scheme in {"data", "blob", "about"} or (parts.hostname or "") in LOOPBACK
        if not local:
            self.strangers.append(url)
        return local

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    # What a visitor does ------------------------------------------------------------------------------------

    def open(self, path: str = "/", query: str = "") -> Page:
        """Open a page and wait until it is drawn."""
        self.page.goto(self.server + path + query)
        expect(self.page.get_by_role("navigation", name="Pages")).to_be_visible(timeout=PATIENCE)
        return self.page

    def live(self, query: str = "") -> Page:
        """Open Live and wait for its first week."""
        self.open("/", query)
        expect(self.label).to_have_text(WEEK, timeout=2 * PATIENCE)
        self.idle()
        return self.page

    def idle(self) -> None:
        """Wait until the page waits for nothing."""
        expect(self.page.get_by_role("status").filter(has_text="…")).to_have_count(0, timeout=2 * PATIENCE)

    @property
    def label(self) -> Locator:
        """The text "Week N of M"."""
        return self.page.locator(LABEL).first

    @property
    def week(self) -> int:
        """The week shown."""
        found = WEEK.search(self.label.inner_text())
        assert found, f"no week in {self.label.inner_text()!r}"
        return int(found.group(1))

    @property
    def last_week(self) -> int:
        """The week the run ends with."""
        found = WEEK.search(self.label.inner_text())
        assert found
        return int(found.group(2))

    def button(self, name: str | re.Pattern[str]) -> Locator:
        """A button by its name."""
        return self.page.get_by_role("button", name=name, exact=isinstance(name, str)).first

    def reaches(self, week: int, timeout: int = PATIENCE) -> None:
        """Wait until this week is shown."""
        expect(self.label).to_have_text(re.compile(rf"\b{week}\s+of\s+\d"), timeout=timeout)

    def beyond(self, week: int, timeout: int = PATIENCE) -> None:
        """Wait until a later week is shown."""
        self.page.wait_for_function(
            "([week]) => { const e = document.querySelector('.parity-week');"
            "const m = e && e.innerText.match(/(\\d+)\\s+of\\s+\\d/); return m && Number(m[1]) > week; }",
            arg=[week],
            timeout=timeout,
        )

    def step(self, weeks: int = 1) -> None:
        """Press Step so many times, each time waiting for the week."""
        for _ in range(weeks):
            before = self.week
            self.button(re.compile("^Step")).click()
            self.reaches(before + 1)

    def run_to(self, week: int) -> None:
        """Run to a week and wait for it."""
        self.page.get_by_label("Run to week").fill(str(week))
        self.button(re.compile("^Run\\b.*[Ww]eek$|^Run$")).click()
        self.reaches(week, 4 * PATIENCE)
        expect(self.button("Play")).to_be_visible(timeout=PATIENCE)

    def slide(self, label: str | re.Pattern[str], *keys: str) -> None:
        """Move a slider by keys."""
        slider = self.page.get_by_role("slider", name=label).first
        slider.scroll_into_view_if_needed()
        slider.focus()
        for key in keys:
            slider.press(key)

    def save(self, button: Locator, folder: Path) -> Path:
        """Press a download button; the file it gives."""
        with self.page.expect_download(timeout=2 * PATIENCE) as waiting:
            button.click()
        target = folder / waiting.value.suggested_filename
        waiting.value.save_as(target)
        return target

    def settled(self) -> None:
        """Wait until charts have been drawn and nothing moves any more."""
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_timeout(1200)

    def dark(self) -> None:
        """Turn the dark theme on by the button in the head."""
        shade = self.page.locator(".v-overlay--active .v-overlay__scrim")
        if shade.count():
            # On a narrow window the side bar lies over the page; a click beside it closes it.
            shade.first.click(position={"x": 700, "y": 600}, force=True)
            expect(shade).to_have_count(0)
        for _ in range(3):
            if self.page.locator(".theme--dark.v-application, .v-theme--dark").count():
                return
            self.page.locator(
                "header button.solara-theme-toggle, header .v-btn--icon, header button"
            ).last.click()
            self.page.wait_for_timeout(500)
        raise AssertionError("no dark theme")


def never_a_traceback(page: Page) -> None:
    """No page shows the inside of the server: no stack trace, no file of its."""
    text = page.locator("body").inner_text()
    for sign in ("Traceback (most recent", 'File "/', "site-packages", str(Path(__file__).parents[2])):
        assert sign not in text, f"the page shows {sign!r}"

"""Browser sessions that all play at once, against a real server: memory, weeks a second, time to react to a click.

Run: ``python benchmarks/viz_twenty.py [--sessions 20] [--seconds 120] [--without-browser]``

Every session has a scenario and a seed of its own, and a browser context of its own in one Chromium, whose own work
shares the machine with the server. ``--without-browser`` plays them over plain websockets instead, one client a
session, which reads everything that is sent and draws nothing: the server's share alone.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import time
from typing import Any, Protocol
from urllib.parse import urlencode

from viz_lean import LeanSessions
from viz_watched import Watched

from sim.scenario import shipped_scenarios

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: Long enough that no world ends while it is watched.
WEEKS = 900
#: Presses Pause and waits until the page offers Play; the page's own clock.
REACTION = """
() => new Promise((done, fail) => {
  const named = (word) => [...document.querySelectorAll('button')].find(
    (b) => b.innerText.trim().toLowerCase() === word);
  const began = performance.now();
  const timer = setTimeout(() => fail(new Error('no reaction in a minute')), 60000);
  const look = () => { if (named('play')) { clearTimeout(timer); done(performance.now() - began); return true; } };
  const button = named('pause');
  if (!button) return done(null);
  new MutationObserver((_, me) => { if (look()) me.disconnect(); })
    .observe(document.body, {childList: true, subtree: true, characterData: true});
  button.click();
})
"""
PRESS = """
(word) => [...document.querySelectorAll('button')].find((b) => b.innerText.trim().toLowerCase() === word).click()
"""
WEEK = """
() => {
  const line = document.querySelector('.parity-week');
  const found = line && line.innerText.match(/(\\d+) of \\d+/);
  return found ? Number(found[1]) : -1;
}
"""


class Sessions(Protocol):
    """Sessions of one kind, by number."""

    def open(self, number: int, query: str) -> None:
        """Open a session at an address and wait until it can play."""
        ...

    def play(self, number: int) -> None:
        """Press Play."""
        ...

    def week(self, number: int) -> int:
        """The week that the session shows."""
        ...

    def reaction(self, number: int) -> float | None:
        """Press Pause; seconds until Play is offered again."""
        ...

    def rest(self, seconds: float) -> None:
        """Let time pass."""
        ...

    def close(self) -> None:
        """Close all sessions."""
        ...


class BrowserSessions:
    """One Chromium, one context a session."""

    def __init__(self, server: str) -> None:
        from playwright.sync_api import sync_playwright

        self.server, self.pages = server, dict[int, Any]()
        self.driver = sync_playwright().start()
        path = next(filter(None, map(shutil.which, BROWSERS)))
        self.browser = self.driver.chromium.launch(executable_path=path, args=["--no-sandbox"])

    def open(self, number: int, query: str) -> None:
        """Open a session at an address and wait until it can play."""
        page = self.browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.set_default_timeout(120_000)
        page.goto(self.server + query)
        page.wait_for_selector(".parity-week")
        self.pages[number] = page

    def play(self, number: int) -> None:
        """Press Play."""
        self.pages[number].evaluate(PRESS, "play")

    def week(self, number: int) -> int:
        """The week that the session shows."""
        return int(self.pages[number].evaluate(WEEK))

    def reaction(self, number: int) -> float | None:
        """Press Pause; seconds until Play is offered again."""
        found = self.pages[number].evaluate(REACTION)
        return None if found is None else found / 1000

    def rest(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)

    def close(self) -> None:
        """Close all sessions."""
        for page in self.pages.values():
            page.context.close()
        self.browser.close()
        self.driver.stop()


def query(number: int) -> str:
    """Address of a session's world: a scenario and a seed of its own."""
    names = sorted(shipped_scenarios())
    asked = {"scenario": names[number % len(names)], "seed": number + 1, "set": f"run.weeks={WEEKS}"}
    return "/?" + urlencode(asked)


def watched(sessions: Sessions, server: Watched, count: int, seconds: float) -> None:
    """Open, play, measure, print."""
    for number in range(count):
        sessions.open(number, query(number))
    sessions.rest(3)
    opened = server.megabytes()
    print(f"{count} sessions open: {opened:.0f} MB, {server.census()}", flush=True)
    for number in range(count):
        sessions.play(number)
    sessions.rest(5)
    first = {number: (time.monotonic(), sessions.week(number)) for number in range(count)}
    began, worked = time.monotonic(), server.cpu_seconds()
    reactions: list[float] = []
    turn = 0
    while time.monotonic() - began < seconds:
        found = sessions.reaction(turn % count)
        if found is not None:
            reactions.append(found)
            sessions.play(turn % count)
        turn += 1
        sessions.rest(1.0)
    rates = []
    for number in range(count):
        when, week = first[number]
        rates.append((sessions.week(number) - week) / (time.monotonic() - when))
    spent, took = server.cpu_seconds() - worked, time.monotonic() - began
    print(
        f"playing {took:.0f} s: server {100 * spent / took:.0f} % of a core, "
        f"{1000 * spent / took / max(sum(rates), 1e-9):.1f} ms of it a week, {server.megabytes():.0f} MB"
    )
    print(
        f"weeks a second and session: slowest {min(rates):.2f}, median {statistics.median(rates):.2f}, "
        f"fastest {max(rates):.2f} (asked: 5), all together {sum(rates):.1f}"
    )
    if reactions:
        print(
            f"reaction to Pause, {len(reactions)} clicks: median {statistics.median(reactions):.2f} s, "
            f"slowest {max(reactions):.2f} s",
            flush=True,
        )


def main() -> None:
    """Start the server, open the sessions, play, close, and see that all has gone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--without-browser", action="store_true")
    parser.add_argument("--waves", type=int, default=1, help="sessions come and go so many times")
    asked = parser.parse_args()
    with Watched() as server:
        print(
            f"server started: {server.megabytes():.0f} MB, load of the machine {os.getloadavg()[0]:.1f}",
            flush=True,
        )
        for _ in range(asked.waves):
            sessions: Sessions = (LeanSessions if asked.without_browser else BrowserSessions)(server.url)
            try:
                watched(sessions, server, asked.sessions, asked.seconds)
            finally:
                sessions.close()
            time.sleep(15)
            print(f"all closed: {server.megabytes():.0f} MB, {server.census()}", flush=True)
        said = server.log.read_text(encoding="utf-8").strip()
        print(f"the server's log: {said[-2000:] if said else 'empty'}")


if __name__ == "__main__":
    main()

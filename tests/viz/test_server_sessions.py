"""Sessions of a real server over websockets: each has a world of its own, all have turns, and they are freed."""

import importlib
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("solara", reason="solara is not installed")

from viz.live.turns import Turns

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The server and the clients of benchmarks/viz_twenty.py."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield importlib.import_module("viz_watched").Watched, importlib.import_module("viz_lean").LeanSessions
    for name in ("viz_watched", "viz_lean"):
        sys.modules.pop(name, None)


def until(told: Any, timeout: float = 60) -> None:
    end = time.monotonic() + timeout
    while not told():
        assert time.monotonic() < end, "that did not come to be"
        time.sleep(0.1)


def when_quiet(session: Any) -> int:
    """Bytes that a session was sent, once it is sent no more."""
    before = -1
    while before != session.heard:
        before = session.heard
        time.sleep(3)
    return before


@pytest.mark.slow  # a server of its own
def test_one_session_moves_no_other_and_all_are_freed(tools: Any) -> None:
    watched, lean = tools
    with watched(forget_after="1s") as server:
        sessions = lean(server.url)
        for number, name in enumerate(("baseline", "tight-controls", "baseline")):
            sessions.open(number, f"/?scenario={name}&seed=1")
        until(lambda: [sessions.week(k) for k in range(3)] == [0, 0, 0])
        still = when_quiet(sessions.held[2])
        for week in (1, 2, 3):
            sessions.held[0].press("Step")
            until(lambda week=week: sessions.week(0) == week)
        sessions.play(1)
        until(lambda: sessions.week(1) >= 5)
        sessions.held[1].press("Pause")
        sessions.held[1].wait_for("Play")
        assert sessions.week(0) == 3
        assert sessions.week(2) == 0
        assert sessions.held[2].heard == still, "a session that stands still was sent something"
        sessions.held[2].press("Step")
        until(lambda: sessions.week(2) == 1)
        assert sessions.week(0) == 3
        assert server.census()["models"] == 3
        # One goes while it plays.
        sessions.play(1)
        sessions.close()
        until(lambda: server.census()["sessions"] == 0, 30)
        until(lambda: server.census()["models"] == 0, 30)
        assert "Traceback" not in server.log.read_text()


@pytest.mark.slow  # a server of its own, whose sessions come and go
def test_waves_of_sessions_leave_nothing_behind(tools: Any) -> None:
    watched, lean = tools
    with watched(forget_after="1s") as server:
        left: list[dict[str, int]] = []
        for _ in range(4):
            sessions = lean(server.url)
            for number in range(3):
                sessions.open(number, f"/?scenario=baseline&seed={number + 1}")
                sessions.play(number)
            until(lambda sessions=sessions: min(sessions.week(k) for k in range(3)) >= 5)
            lives = server.census()
            assert lives["models"] == 3
            assert lives["widgets"] > 300
            sessions.close()
            until(lambda: server.census()["sessions"] == 0, 30)
            # Somewhat later what they left is swept up.
            until(lambda lives=lives: server.census()["followed"] < lives["followed"] / 2, 30)
            left.append(server.census())
        for kind in ("models", "contexts", "widgets", "ours", "followed"):
            # The first visit also makes what stays for all.
            assert left[3][kind] == left[2][kind] == left[1][kind], (kind, left)
        assert left[3]["models"] == 0
        assert "Traceback" not in server.log.read_text()


def begin(turns: Turns, name: str, done: list[str], stop: threading.Event | None = None) -> threading.Thread:
    def work() -> None:
        with turns.mine(stop):
            done.append(name)

    before = turns.waiting
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    until(lambda: turns.waiting > before or name in done, 5)
    return thread


def test_turns_come_in_order_and_one_at_a_time() -> None:
    turns, done = Turns(longest=60), list[str]()
    with turns.mine():
        threads = [begin(turns, name, done) for name in "abc"]
        assert turns.waiting == 3
        assert done == []
    for thread in threads:
        thread.join(5)
    assert done == ["a", "b", "c"]
    assert turns.waiting == 0


def test_a_turn_that_never_ends_holds_nobody_up() -> None:
    """A browser that stopped reading blocks the thread that draws for it."""
    turns, done = Turns(longest=0.3), list[str]()
    with turns.mine():
        begin(turns, "a", done).join(5)
        begin(turns, "b", done).join(5)
        assert done == ["a", "b"]
    with turns.mine():
        done.append("c")
    assert done == ["a", "b", "c"]


def test_who_is_told_to_stop_waits_no_longer() -> None:
    turns, done, stop = Turns(longest=60), list[str](), threading.Event()
    with turns.mine():
        waiting = begin(turns, "stopped", done, stop)
        stop.set()
        waiting.join(5)
        assert not waiting.is_alive()
        assert turns.waiting == 0
    begin(turns, "next", done).join(5)
    assert done == ["stopped", "next"]


def test_a_failure_ends_its_turn() -> None:
    turns, done = Turns(longest=60), list[str]()
    with pytest.raises(RuntimeError), turns.mine():
        raise RuntimeError
    begin(turns, "next", done).join(5)
    assert done == ["next"]

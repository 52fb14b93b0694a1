"""What sessions that are gone have left in Solara's values is removed, and nothing else is."""

import threading
import time
from collections.abc import Iterator

import pytest

pytest.importorskip("solara", reason="solara is not installed")

import solara
from solara.server import kernel_context

from viz import memory


@pytest.fixture
def held() -> Iterator[dict[str, set[object]]]:
    """Those who follow a value, by session; one session lives."""
    value = solara.reactive(0)
    listeners: dict[str, set[object]] = value._storage.listeners
    kernel_context.contexts["lives"] = object()  # type: ignore[assignment]
    yield listeners
    del kernel_context.contexts["lives"]


def test_only_what_is_empty_and_of_no_living_session_is_forgotten(held: dict[str, set[object]]) -> None:
    follower = (print, None)
    held |= {"gone": set(), "lives": set(), "global": set(), "gone, but followed": {follower}}
    assert memory.forget_listeners() >= 1
    assert held == {"lives": set(), "global": set(), "gone, but followed": {follower}}


def test_many_ends_make_one_sweep_and_a_later_end_another(monkeypatch: pytest.MonkeyPatch) -> None:
    swept, ended = list[float](), threading.Event()

    def sweep() -> None:
        swept.append(time.monotonic())
        ended.set()

    monkeypatch.setattr(memory, "WAIT", 0.05)
    monkeypatch.setattr(memory, "sweep", sweep)
    for wave in (1, 2):
        ended.clear()
        for _ in range(20):
            memory.sweep_later()
        assert ended.wait(10)
        time.sleep(0.2)
        assert len(swept) == wave


def test_a_sweep_works_on_any_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other systems have another C library."""
    memory.sweep()
    monkeypatch.setattr(memory, "_library", lambda: None)
    memory.sweep()
    memory.settle()

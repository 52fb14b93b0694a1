"""The one thread a session that steps its world, and the slow jobs that would hold up the page."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import solara
import solara.lab

from viz import shell
from viz.live import state
from viz.live.turns import turns

if TYPE_CHECKING:
    from viz.controller import LiveController

log = logging.getLogger("parity.viz")
#: The page is redrawn at most this often; faster play takes several weeks a redraw.
REDRAWS_A_SECOND = 5
#: Weeks that one redraw may take at most when the machine is too slow for the speed chosen; twice as many while other
#: sessions play too.
MOST_AT_ONCE = 5
#: A run to a week lets the page answer the click first (seconds), then works in bursts between two redraws.
FIRST_ANSWER, BURST = 0.1, 0.3
#: Set to end the thread that runs now.
_halt: solara.Reactive[threading.Event | None] = solara.reactive(None)


@solara.lab.on_kernel_start
def _stop_at_the_end() -> Callable[[], None]:
    """A world stops when its browser session goes away."""
    return halt


def halt() -> None:
    """Tell the thread that runs now to end."""
    going = _halt.peek()
    if going is not None:
        going.set()


def pause() -> None:
    """Stop playing; the week that is being computed is finished."""
    halt()
    state.playing.set(False)
    state.running.set(None)
    state.busy.set("")


def play() -> None:
    """Go on from the newest week at the speed chosen."""
    _run(None, paced=True)


def run_to(week: int) -> None:
    """Go to a week as fast as the machine can; a past week is only looked at."""
    controller = shell.controller.peek()
    if controller is None:
        return
    if week <= controller.week:
        pause()
        state.cursor.set(week)
        return
    _run(week, paced=False)


def step() -> None:
    """One week."""
    pause()
    controller = shell.controller.peek()
    if controller is None:
        return
    state.cursor.set(None)
    controller.step(1)
    _drawn()


def _run(week: int | None, *, paced: bool) -> None:
    controller = shell.controller.peek()
    if controller is None or controller.week >= controller.last_week:
        return
    halt()
    stop = threading.Event()
    _halt.set(stop)
    state.cursor.set(None)
    target = controller.last_week if week is None else min(week, controller.last_week)
    state.running.set(None if paced else (controller.week, target))
    state.playing.set(True)
    # Solara lets a new thread keep the session it was started in.
    threading.Thread(target=_loop, args=(stop, controller, target, paced), daemon=True).start()


def _loop(stop: threading.Event, controller: LiveController, target: int, paced: bool) -> None:
    try:
        if not paced:
            stop.wait(FIRST_ANSWER)
        owed, last = 1.0, time.monotonic()
        while not stop.is_set() and controller.week < target and shell.controller.peek() is controller:
            began = time.monotonic()
            with turns.mine(stop):
                now = time.monotonic()
                if paced:
                    owed = min(
                        owed + (now - last) * state.speed.peek(), MOST_AT_ONCE * (1 + bool(turns.waiting))
                    )
                    last = now
                    weeks = int(owed)
                    owed -= weeks
                    if weeks and not stop.is_set():
                        controller.step(weeks)
                else:
                    long = 0.1 if turns.waiting else BURST
                    while controller.week < target and time.monotonic() - now < long and not stop.is_set():
                        controller.step(1)
                    weeks = 1
                if weeks and not stop.is_set():
                    if controller.week >= target:
                        _ended()
                    _drawn()
            pace = min(max(1, state.speed.peek()), REDRAWS_A_SECOND) if paced else REDRAWS_A_SECOND
            stop.wait(max(0.01, 1 / pace - (time.monotonic() - began)))
    except Exception as error:
        if not stop.is_set():
            log.exception("a world stopped while playing")
            state.problem.set(_told(error))
    finally:
        if not stop.is_set() and _halt.peek() is stop:
            _ended()


def _ended() -> None:
    """The page stops saying that the world moves; before the last redraw, so that there is none after it."""
    state.running.set(None)
    state.playing.set(False)


def _drawn() -> None:
    shell.moved.set(shell.moved.peek() + 1)


def background(words: str, work: Callable[[], None]) -> None:
    """Do something slow while the page says ``words``; a failure is shown in the page."""
    pause()
    stop = threading.Event()
    _halt.set(stop)
    state.problem.set(None)
    state.done.set(None)
    state.busy.set(words)

    def job() -> None:
        try:
            work()
        except Exception as error:
            state.problem.set(_told(error))
        finally:
            if _halt.peek() is stop:
                state.busy.set("")
            if not stop.is_set():
                _drawn()

    threading.Thread(target=job, daemon=True).start()


def tell(week: int, target: int) -> None:
    """How far a linked world is on its way to its week."""
    state.done.set(week / target)


def _told(error: Exception) -> Exception:
    """Errors meant for people as they are; any other goes to the log and becomes a sentence."""
    if hasattr(error, "problems") or type(error).__module__.startswith(("viz.", "sim.")):
        return error
    log.error("a request failed", exc_info=error)
    return RuntimeError("That did not work. The server's log says why.")


def open_world(make: Callable[[], LiveController], words: str = "Building the world …") -> None:
    """Make another world and show it; the one before stays if this one cannot be made."""

    def work() -> None:
        made = make()
        state.forget_choices()
        state.pending.set({})
        shell.open_in_live(made)

    background(words, work)


def restart(seed: int | None = None, changes: dict[str, object] | None = None) -> None:
    """Start the same scenario anew; ``changes`` are all settings that differ from its file."""

    def work() -> None:
        controller = shell.controller.peek()
        if controller is None:
            return
        if changes is None:
            controller.restart(seed=seed)
        else:
            controller.restart(seed=seed, changes=changes)
            state.pending.set({})
        state.forget_choices()

    background("Building the world …", work)

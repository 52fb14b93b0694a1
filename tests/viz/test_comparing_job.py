"""The job of the page Compare: a process of its own, told in steps, stopped at once, replaced and freed."""

from __future__ import annotations

import os
import threading
import time

import pytest

from viz.comparing import effort, running, session, setting
from viz.comparing.request import Request, Side
from viz.comparing.running import Job

SMALL = ("size.investors=12", "size.policymakers=6", "size.communities=12", "run.burn_in=8")
ASKED = Request(
    Side("copying-sincere", SMALL), Side("no-copying-sincere", SMALL), seed=3, replicates=3, weeks=12
)
#: Takes minutes where nobody stops it.
LONG = Request(Side("baseline"), Side("tight-controls"), replicates=60)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def started(job: Job) -> tuple[threading.Thread, int]:
    """Start a job and wait for its process."""
    thread = job.start()
    end = time.monotonic() + 60
    while job._process is None:
        assert time.monotonic() < end
        time.sleep(0.02)
    return thread, int(job._process.pid)


def test_cancelling_stops_the_process_at_once() -> None:
    job = Job(LONG)
    thread, pid = started(job)
    assert alive(pid)
    begun = time.monotonic()
    job.cancel()
    thread.join(20)
    assert time.monotonic() - begun < 5
    assert not alive(pid)
    assert (job.state, job.result) == ("cancelled", None)


def test_cancelling_before_its_turn_and_after_its_end_does_no_harm() -> None:
    job = Job(LONG)
    job.cancel()
    job.work()
    assert job.state == "cancelled"
    assert job._process is None
    done = Job(ASKED)
    done.work()
    done.cancel()
    assert done.state == "done"


def test_a_process_that_dies_is_told_in_words() -> None:
    job = Job(LONG)
    thread, _pid = started(job)
    job._process.kill()
    thread.join(30)
    assert job.state == "failed"
    assert "ended before its work was done" in str(job.error)


def test_a_second_comparison_replaces_the_first_and_the_end_of_the_session_frees_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import ipywidgets
    from solara.server.kernel import Kernel
    from solara.server.kernel_context import (
        VirtualKernelContext,
        clear_context_for_thread,
        set_context_for_thread,
    )

    # Widgets that other tests of this process made belong to no session.
    monkeypatch.setattr(ipywidgets.Widget, "close_all", lambda: None)
    context = VirtualKernelContext(id="compare-test", kernel=Kernel(), session_id="session")
    set_context_for_thread(context, threading.current_thread())
    with context:
        session.begin(LONG)
        first = session.job.peek()
        assert first is not None
        end = time.monotonic() + 60
        while first._process is None and time.monotonic() < end:
            time.sleep(0.02)
        pid = first._process.pid
        session.begin(LONG)
        second = session.job.peek()
        assert second is not first
        wait(lambda: not alive(pid) and first.state == "cancelled")
        wait(lambda: second is not None and second._process is not None)
        assert second is not None
        pid = second._process.pid
    context.close()
    clear_context_for_thread(
        threading.current_thread()
    )  # or the next test would render into a closed session
    wait(lambda: not alive(pid) and second.state == "cancelled")


def wait(holds) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_progress_grows_evenly_to_its_end() -> None:
    seen: list[tuple[float, float | None]] = []
    job = Job(ASKED)
    job.told = lambda: seen.append((job.share, job.left))
    job.work()
    shares = [share for share, _left in seen]
    assert shares == sorted(shares)
    assert job.share == pytest.approx(1.0)
    assert job.left is None  # Nothing is left of what is done.


def test_the_time_left_follows_from_the_pace() -> None:
    job = Job(ASKED, state="running", share=0.25)
    now = time.monotonic()
    job._began, job._heard = now - 10.0, now
    assert job.pace == pytest.approx(0.025)
    assert job.left == pytest.approx(30.0, abs=0.5)
    job.share = 0.0
    running._pace.clear()
    assert job.left is None


def test_the_share_counts_weeks_as_often_as_they_are_run() -> None:
    made = effort.Effort(8, ((10, 4, 20), (10, 1, 20)))
    weeks = [0, 6 * 10, 6 * 30, 6 * 30 + 2 * 10, 8 * 30, 8 * 30 + 6 * 10, 2 * 8 * 30]
    cost = [0, 6 * 40, 6 * 60, 6 * 60 + 2 * 40, 8 * 60, 8 * 60 + 6 * 10, 8 * 60 + 8 * 30]
    assert [made.paired(done) * made.whole for done in weeks] == pytest.approx(cost)
    assert made.logged(0, 0, 30) == pytest.approx(made.paired(weeks[-1]))
    assert made.logged(1, 30, 30) == pytest.approx(1.0)
    assert made.step == pytest.approx(6 * 40 / made.whole)


def test_settings_know_their_bounds_and_units() -> None:
    held = setting.values(Side("baseline").scenario())
    assert held["distillation.potency"] == 0.15
    line = setting.split("distillation.potency=7")
    assert line is not None
    assert line.info is not None
    assert setting.bounds(line.info) == "0 to 2 1/yr"
    assert line.problem == "7 is outside 0 to 2 1/yr"
    assert setting.Line("distillation.potency", "0.4").problem == ""
    assert setting.Line("size.investors", "1.5").problem == "1.5 is no whole number"
    assert "no number" in setting.Line("distillation.potency", "nan").problem
    assert setting.split("nothing") is None


def test_every_parameter_of_the_scenario_is_offered_once() -> None:
    held = setting.values(Side("baseline").scenario())
    items = [item["value"] for item in setting.offered(held, {"distillation.potency"}) if "value" in item]
    assert sorted(items) == sorted(set(held) - {"distillation.potency"})
    assert items[0] == "export_control.strength"


@pytest.mark.parametrize("value", [True, 0.25, 3, "fixed"])
def test_values_are_written_as_the_command_line_reads_them(value: object) -> None:
    from viz.uploads import value_of

    assert value_of(setting.written(value)) == value

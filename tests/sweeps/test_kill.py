"""Kill -9 at any moment: at most the batches in flight are lost, no row is there twice, the end is the same."""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim.experiments.sweep.dataset import load_data
from sim.experiments.sweep.specification import Sweep
from tests.sweeps.running import (
    contents,
    ended,
    external,
    in_child,
    made,
    narrative,
    serial,
    sleepy,
    started,
    tidy,
    wait_until,
    write_file,
)

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork"),
]
#: Calls to the system between which a kill is tried.
CALLS = ("rename", "replace", "fsync", "unlink", "mkdir", "rmdir")


def no_row_twice(out: Path) -> int:
    """Check what a killed sweep has left; returns the runs that are kept."""
    if not (out / "manifest.json").exists():
        return 0
    runs = load_data(out).runs
    assert not runs.duplicated(["row", "replicate"]).any()
    return len(runs)


def killed_at(call: int, chosen: Sweep, out: Path) -> bool:
    """Run a sweep in a child that is killed before its n-th call that changes the disk; False if it has fewer."""

    def work() -> None:
        count = 0

        def counted(function: Callable[..., Any]) -> Callable[..., Any]:
            def call_it(*arguments: Any, **named: Any) -> Any:
                nonlocal count
                count += 1
                if count == call:
                    os.kill(os.getpid(), signal.SIGKILL)
                return function(*arguments, **named)

            return call_it

        for name in CALLS:
            setattr(os, name, counted(getattr(os, name)))
        serial(chosen, out, batch=5)

    code = ended(in_child(work))
    assert code in (None, 0)
    return code is None


def enumerate_kills(chosen: Sweep, folder: Path, step: int) -> int:
    """Kill a sweep before each n-th call, and again while it recovers, and look at what comes out in the end."""
    serial(chosen, folder / "whole")
    whole = contents(folder / "whole")
    call = 1
    while killed_at(call, chosen, folder / f"out-{call}"):
        out = folder / f"out-{call}"
        no_row_twice(out)
        killed_at(1 + call % 7, chosen, out)  # once more, early
        no_row_twice(out)
        serial(chosen, out)
        assert contents(out) == whole, f"killed before call {call}"
        assert tidy(out)
        call += step
    return call


def test_killed_between_calls_that_change_the_disk(tmp_path: Path) -> None:
    assert enumerate_kills(made(external(samples=4, replicates=3)), tmp_path, 3) > 25


def test_killed_between_calls_with_series_and_base(tmp_path: Path) -> None:
    assert enumerate_kills(made(narrative(samples=4, replicates=2, weeks=4)), tmp_path, 9) > 40


@pytest.mark.slow
@pytest.mark.parametrize("data", [external(samples=4), narrative(4, 2, 4)], ids=["external", "narrative"])
def test_killed_before_every_call_that_changes_the_disk(data: dict[str, Any], tmp_path: Path) -> None:
    assert enumerate_kills(made(data), tmp_path, 1) > 25


def kill_at_random(chosen: Sweep, out: Path, luck: random.Random, longest: float, batch: int) -> int:
    """Start a sweep in children that are killed after random times until one ends by itself; returns the kills."""
    kills = 0
    while True:
        child = in_child(lambda: serial(chosen, out, batch=batch))
        time.sleep(luck.uniform(0.0, longest))
        os.kill(child, signal.SIGKILL)
        code = ended(child)
        if code is not None:
            assert code == 0
            return kills
        kills += 1
        before = no_row_twice(out)
        longest *= 1.05 if before else 1.2  # a slow machine comes to an end too


def test_killed_at_random_moments(tmp_path: Path) -> None:
    chosen = made(sleepy(40, 0.003))
    serial(chosen, tmp_path / "whole")
    kills = kill_at_random(chosen, tmp_path / "out", random.Random(1), 0.15, 4)
    assert kills >= 3
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_the_command_killed_with_its_workers(tmp_path: Path) -> None:
    """Kill the process of the command; its workers end by themselves, and the lock is free."""
    data = sleepy(20, 0.08)
    file, out = write_file(data, tmp_path / "sweep.toml"), tmp_path / "out"
    process = started("sweep", file, "--out", out, "--workers", "2", "--batch", "3", "--quiet")
    wait_until(lambda: len(list(out.glob("runs/batch-*"))) >= 2)
    workers = children(process.pid)
    process.kill()
    process.communicate()
    assert len(workers) >= 2
    wait_until(lambda: not any(map(alive, workers)), 30)
    kept = no_row_twice(out)
    assert 6 <= kept < 60
    assert serial(data, out).complete
    serial(data | {"model": "tests.sweeps.models:linear"}, tmp_path / "whole")
    assert contents(out)["runs/part-00000.parquet"] == contents(tmp_path / "whole")["runs/part-00000.parquet"]


@pytest.mark.slow
def test_command_and_workers_killed_many_times(tmp_path: Path) -> None:
    """Parent and workers in turn, at random moments, until the sweep is complete."""
    chosen = made(narrative(samples=40, replicates=4, weeks=40))
    serial(chosen, tmp_path / "whole")
    out = tmp_path / "out"
    (tmp_path / "sweep.toml").write_text(chosen.to_toml(), encoding="utf-8")
    luck, parents, workers = random.Random(3), 0, 0
    for _session in range(200):
        process = started(
            "sweep", tmp_path / "sweep.toml", "--out", out, "--workers", "2", "--batch", "2", "--quiet"
        )
        before = len(list(out.glob("runs/batch-*")))
        wait_until(lambda: process.poll() is not None or len(list(out.glob("runs/batch-*"))) > before)  # noqa: B023
        for _ in range(luck.randrange(3)):
            time.sleep(luck.uniform(0.0, 0.6))
            found = children(process.pid)
            if process.poll() is None and found:
                os.kill(luck.choice(found), signal.SIGKILL)
                workers += 1
        time.sleep(luck.uniform(0.0, 1.0))
        if process.poll() is not None:
            assert process.returncode == 0, process.stderr.read() if process.stderr else ""
            break
        process.kill()
        process.communicate()
        parents += 1
        no_row_twice(out)
    assert parents >= 5
    assert workers >= 3
    assert contents(out) == contents(tmp_path / "whole")
    assert load_data(out).failures.empty
    pd.testing.assert_frame_equal(load_data(out).runs, load_data(tmp_path / "whole").runs)


def children(parent: int) -> list[int]:
    """Processes that a process has started."""
    if not sys.platform.startswith("linux"):
        pytest.skip("needs /proc")
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent and b"spawn_main" in _command_line(path.parent):
            found.append(int(path.parent.name))
    return found


def _command_line(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def alive(process: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False

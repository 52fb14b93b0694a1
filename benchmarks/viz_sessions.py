"""Memory of browser sessions: many controllers, each played to the end, in one process.

Run: ``python benchmarks/viz_sessions.py [--sessions 20] [--scenario baseline] [--set size.investors=1000]...``
"""

from __future__ import annotations

import argparse
import gc
import time
from pathlib import Path

from viz.controller import LiveController


def resident_mb() -> float:
    """Memory that this process holds (MB), from the kernel's table."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS in /proc/self/status")


def value(text: str) -> object:
    """A setting's value: number, switch or text."""
    import tomllib

    try:
        return tomllib.loads(f"x = {text}")["x"]
    except tomllib.TOMLDecodeError:
        return text


def main() -> None:
    """Print memory and time for a number of sessions, and memory after they have gone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--scenario", default="baseline")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    asked = parser.parse_args()
    changes = {key: value(text) for key, text in (entry.split("=", 1) for entry in asked.set)}
    LiveController(asked.scenario, seed=0, changes=changes).close()
    gc.collect()
    before = resident_mb()
    held = [LiveController(asked.scenario, seed=k, changes=changes) for k in range(asked.sessions)]
    founded = resident_mb()
    start = time.perf_counter()
    weeks = 0
    # In turns, as sessions that play at once do.
    while any(each.week < each.last_week for each in held):
        for each in held:
            weeks += each.week < each.last_week
            each.step()
            each.view()
    seconds = time.perf_counter() - start
    after = resident_mb()
    for each in held:
        each.close()
    held.clear()
    gc.collect()
    print(
        f"{asked.sessions} sessions of {asked.scenario}: {(founded - before) / asked.sessions:.1f} MB each when"
    )
    print(f"founded, {(after - before) / asked.sessions:.1f} MB each when played to the end;")
    print(f"{1000 * seconds / weeks:.1f} ms a week and session (step and view);")
    print(f"{resident_mb() - before:.1f} MB more than at the start once all have gone")


if __name__ == "__main__":
    main()

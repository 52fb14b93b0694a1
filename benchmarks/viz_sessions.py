"""Memory of browser sessions: many controllers, each played to the end, in one process.

Run: ``python benchmarks/viz_sessions.py [--sessions 20] [--scenario baseline] [--set size.investors=1000]...``

``--largest`` measures the runs at the edges of viz/limits.py, one after another, and fails if one takes more memory
than is stated there.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from pathlib import Path
from typing import Any

import sim
from viz import limits
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


def many_speakers(count: int) -> str:
    """A scenario file with so many labs and other sources."""
    base = sim.load_scenario("baseline")
    lines = ['extends = "baseline"', 'name = "many-speakers"']
    for number in range(count - len(base.labs) - len(base.sources)):
        lines += [
            f"[labs.extra-{number}]", f'bloc = "{("us", "cn")[number % 2]}"',
            f'openness = "{("open", "closed")[number % 3 > 1]}"',
            f"compute = {-1 + number % 20 / 20}", f"algorithms = {-1 + number % 17 / 20}",
        ]  # fmt: skip
    return "\n".join(lines) + "\n"


def largest() -> dict[str, dict[str, Any]]:
    """Runs at the edges of what is taken."""
    burn_in = sim.load_scenario("baseline").run.burn_in

    def sized(weeks: int) -> dict[str, Any]:
        count = min(limits.MOST_AGENTS, limits.LARGEST // (weeks + burn_in))
        return {
            "run.weeks": weeks, "size.policymakers": count // 10, "size.communities": count // 5,
            "size.investors": count - count // 10 - count // 5,
        }  # fmt: skip

    loud = limits.MOST_SPEAKER_WEEKS // limits.MOST_SPEAKERS - burn_in
    return {
        "most agents": {"changes": sized(limits.LARGEST // limits.MOST_AGENTS - burn_in)},
        "most weeks": {"changes": sized(2_600)},
        "most labs and sources": {
            "base": "many.toml", "text": many_speakers(limits.MOST_SPEAKERS), "changes": sized(loud),
        },
    }  # fmt: skip


def measure_largest() -> int:
    """Print the memory of each; 1 if one takes more than is stated."""
    LiveController("baseline").close()
    worst, kept = 0.0, []
    for name, asked in largest().items():
        gc.collect()
        before = resident_mb()
        held = LiveController(**asked)
        while held.week < held.last_week:
            held.step(10)
            held.view()
        taken = resident_mb() - before
        worst = max(worst, taken)
        agents, weeks = limits.agents(held.scenario), held.last_week
        print(
            f"{name}: {agents:,} agents, {weeks:,} weeks, {len(held.view().events):,} events: {taken:.0f} MB",
            flush=True,
        )
        kept.append(held)  # else the next would take the memory that this one leaves
    print(f"largest {worst:.0f} MB, stated {limits.SESSION_BYTES / 1e6:.0f} MB")
    return int(worst * 1.048576e6 > limits.SESSION_BYTES)


def main() -> int:
    """Print memory and time for a number of sessions, and memory after they have gone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--scenario", default="baseline")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--largest", action="store_true")
    asked = parser.parse_args()
    if asked.largest:
        return measure_largest()
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
    return 0


if __name__ == "__main__":
    sys.exit(main())

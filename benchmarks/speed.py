"""Speed of the simulation: one world, a batch of worlds, the object-per-agent oracle, and the cold command.

``uv run python benchmarks/speed.py`` prints a table: minimum and median over repetitions, burn-in included, on an
otherwise idle machine. Never part of a timed test.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def repeated(action: Callable[[], object], times: int) -> tuple[float, float]:
    """Minimum and median wall time of ``action`` in seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return min(taken), statistics.median(taken)


def cold_command() -> None:
    """The whole command in a new process, tables and figure included."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "sim", "run", str(ROOT / "scenarios" / "baseline.toml"), "--quiet",
             "--out", str(Path(folder) / "run")],
            check=True, cwd=ROOT,
        )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch", type=int, default=100, help="worlds in the batch")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--without-oracle", action="store_true")
    options = parser.parse_args()

    from sim.model import NarrativeModel
    from sim.scenario import load_scenario

    scenario = load_scenario("baseline")
    weeks = scenario.run.weeks
    total = weeks + scenario.run.burn_in
    agents = sum((scenario.size.investors, scenario.size.policymakers, scenario.size.communities)) + len(
        scenario.labs
    )
    print(
        f"baseline: {total} weeks with burn-in, {agents} agents, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )

    def one() -> None:
        NarrativeModel(scenario, 1, log_events=False).run_for(weeks)

    def many() -> None:
        NarrativeModel.batch([(scenario, seed) for seed in range(options.batch)]).run_for(weeks)

    one()
    rows = [("one world", *repeated(one, options.repeat), 1)]
    rows.append(
        (
            f"a world in a batch of {options.batch}",
            *repeated(many, max(options.repeat // 2, 1)),
            options.batch,
        )
    )
    if not options.without_oracle:
        from tests.oracle.oracle_model import run_oracle

        rows.append(
            ("object-per-agent oracle, one world", *repeated(lambda: run_oracle(scenario, 1, weeks), 1), 1)
        )
    rows.append(("cold command, tables and figure", *repeated(cold_command, 3), 1))
    for name, best, median, worlds in rows:
        print(f"{name:40s} min {1e3 * best / worlds:9.1f} ms   median {1e3 * median / worlds:9.1f} ms")


if __name__ == "__main__":
    main()

"""Speed of parameter sweeps: ours, Mesa's ``batch_run`` and the EMA Workbench, on the same model.

``uv run python benchmarks/sweeps.py`` runs a Sobol sweep of the baseline (10,240 runs of nine factors, written to disk
with fsync) and, for time's sake, fewer runs with the other two, which keep results in memory; it prints a Markdown
table. One run is one world of :class:`sim.NarrativeModel` with burn-in, reduced to the same outcomes. Every system
works in a process tree of its own, whose resident memory is summed ten times a second (pages that processes share
count for each). Start and end of processes are part of the time. Never part of a timed test.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

SYSTEMS = {"parity": "Parity", "mesa": "Mesa batch_run", "ema": "EMA Workbench MultiprocessingEvaluator"}
#: Nine factors, so that Saltelli's scheme has 20 N rows.
FACTORS = {
    "export_control.strength": (0.0, 0.9),
    "distillation.potency": (0.0, 0.6),
    "distillation.unauthorised_share": (0.0, 1.0),
    "claims.strategic_weight": (0.0, 1.0),
    "claims.rate": (0.05, 0.5),
    "claims.sophistication": (0.0, 1.0),
    "valuation.copying_stalls": (0.0, 0.5),
    "policy.friction": (0.1, 0.9),
    "policy.link_copying": (-1.0, 1.0),
}
ROWS_PER_SAMPLE = 2 * len(FACTORS) + 2
OUTCOMES = {
    "lag": "gap_months mean",
    "believed": "believed_gap_investors mean",
    "multiple": "valuation_multiple_us mean",
    "control": "control_strength_chips final",
}


def sweep_data(runs: int) -> dict[str, Any]:
    """The sweep as plain data, with at least so many runs."""
    samples = 1
    while samples * ROWS_PER_SAMPLE < runs:
        samples *= 2
    return {
        "name": "benchmark",
        "base": "baseline",
        "replicates": 1,
        "seed": 1,
        "design": {"kind": "sobol", "samples": samples, "seed": 1},
        "factors": {key: {"range": list(ends)} for key, ends in FACTORS.items()},
        "outcomes": {
            name: dict(zip(("output", "reduce"), text.split(), strict=True))
            for name, text in OUTCOMES.items()
        },
    }


# -- one world, for the others ---------------------------------------------------------------------------------

_sweep: Any = None


def sweep_of_process() -> Any:
    """The sweep, made once in a process."""
    global _sweep
    if _sweep is None:
        from sim.experiments.sweep.loading import sweep_from

        _sweep = sweep_from(sweep_data(1))
    return _sweep


def scenario_of(values: tuple[float, ...]) -> Any:
    return sweep_of_process().scenario_of(dict(zip(FACTORS, values, strict=True)))


def outcomes_of(model: Any) -> dict[str, float]:
    """The outcomes of a world that has run."""
    from sim.recording import outputs

    sweep = sweep_of_process()
    held = outputs.series(model, names=[one.output for one in sweep.outcomes])
    weeks = model.recorder.weeks
    return {one.name: float(one.of(weeks, held[one.output])[0]) for one in sweep.outcomes}


def one_world_class() -> Any:
    """A Mesa model as ``batch_run`` wants it: made from values and a seed, with a data collector."""
    from mesa import DataCollector

    from sim.model import NarrativeModel

    class OneWorld(NarrativeModel):
        def __init__(self, values: tuple[float, ...], seed: int | None = None) -> None:
            super().__init__(scenario_of(values), seed or 0, log_events=False)
            self.datacollector = DataCollector(
                model_reporters={name: (lambda model, name=name: model.found[name]) for name in OUTCOMES}
            )

        def step(self) -> None:
            super().step()
            if self.week == self.source_scenario.run.weeks:
                self.found = outcomes_of(self)
                self.datacollector.collect(self)

    OneWorld.__module__, OneWorld.__qualname__ = __name__, "OneWorld"
    return OneWorld


def __getattr__(name: str) -> Any:
    """Let the class be found by processes that unpickle it, and be made only where it is needed."""
    if name == "OneWorld":
        globals()[name] = one_world_class()
        return globals()[name]
    raise AttributeError(name)


def one_run(**values: float) -> dict[str, float]:
    """One run, as a function for the EMA Workbench."""
    from sim.model import NarrativeModel

    seed = int(values.pop("seed"))
    scenario = scenario_of(tuple(values[f"x{k}"] for k in range(len(FACTORS))))
    model = NarrativeModel(scenario, seed, log_events=False)
    model.run_for(scenario.run.weeks)
    return outcomes_of(model)


# -- the three systems -------------------------------------------------------------------------------------------


def run_parity(runs: int, workers: int) -> int:
    from sim.experiments.sweep.conductor import sweep
    from sim.experiments.sweep.loading import sweep_from

    with tempfile.TemporaryDirectory() as folder:
        data = sweep(sweep_from(sweep_data(runs)), Path(folder) / "sweep", workers=workers)
        return len(data.runs) + len(data.base)


def run_mesa(runs: int, workers: int) -> int:
    from mesa.batchrunner import batch_run

    table = sweep_of_process().design.table(sweep_of_process().factors)
    rows = [tuple(map(float, row)) for row in table.to_numpy()]
    rows = (rows * (runs // len(rows) + 1))[:runs]
    found = batch_run(
        sys.modules[__name__].OneWorld,
        {"values": rows},
        number_processes=workers,
        max_steps=sweep_of_process().base_scenario.run.weeks,
        rng=[1],
        display_progress=False,
    )
    return len(found)


def run_ema(runs: int, workers: int) -> int:
    from ema_workbench import Constant, Model, MultiprocessingEvaluator, RealParameter, ScalarOutcome

    model = Model("parity", function=one_run)
    model.uncertainties = [RealParameter(f"x{k}", *ends) for k, ends in enumerate(FACTORS.values())]
    model.constants = [Constant("seed", 1)]
    model.outcomes = [ScalarOutcome(name) for name in OUTCOMES]
    with MultiprocessingEvaluator(model, n_processes=workers) as evaluator:
        _experiments, outcomes = evaluator.perform_experiments(runs, log_progress=True)
    return len(next(iter(outcomes.values())))


# -- measuring ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measured:
    """What a system needed."""

    system: str
    runs: int
    seconds: float
    peak: float
    """Resident memory of all processes, MB."""


def measured(system: str, runs: int, workers: int) -> Measured:
    """Run a system in a process of its own and watch it."""
    import psutil

    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, __file__, "--system", system, "--runs", str(runs), "--workers", str(workers)],
        stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    root, peak = psutil.Process(process.pid), 0
    while process.poll() is None:
        peak = max(peak, _resident(psutil, root))
        time.sleep(0.1)
    seconds = time.perf_counter() - started
    output = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise SystemExit(f"{system} ended with exit code {process.returncode}")
    return Measured(system, int(output.split()[-1]), seconds, peak / 1e6)


def _resident(psutil: Any, root: Any) -> int:
    total = 0
    try:
        processes = [root, *root.children(recursive=True)]
    except psutil.Error:
        return 0
    for each in processes:
        try:
            total += each.memory_info().rss
        except psutil.Error:
            continue
    return total


def table(found: list[Measured]) -> str:
    """The results as Markdown."""
    own = next((one for one in found if one.system == "parity"), None)
    lines = [
        "| system | runs | time, s | runs/s | ms a run | peak memory, MB | Parity is faster by |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for one in found:
        rate = one.runs / one.seconds
        ratio = "" if own is None or one is own else f"{own.runs / own.seconds / rate:.1f} times"
        lines.append(
            f"| {SYSTEMS[one.system]} | {one.runs:,} | {one.seconds:.0f} | {rate:.1f} | {1e3 / rate:.0f} "
            f"| {one.peak:.0f} | {ratio} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000, help="runs of our sweep, at least")
    parser.add_argument("--peer-runs", type=int, default=400, help="runs of the other systems")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", choices=SYSTEMS, action="append", help="measure these only")
    parser.add_argument("--system", choices=SYSTEMS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.system:
        function = {"parity": run_parity, "mesa": run_mesa, "ema": run_ema}[options.system]
        print(function(options.runs, options.workers))
        return
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(
        f"{options.workers} processes on {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"load before {load:.1f}\n",
        file=sys.stderr,
    )
    found = []
    for system in options.only or SYSTEMS:
        runs = options.runs if system == "parity" else options.peer_runs
        found.append(measured(system, runs, options.workers))
        print(f"{SYSTEMS[system]}: {found[-1].runs:,} runs in {found[-1].seconds:.0f} s", file=sys.stderr)
    print(table(found))


if __name__ == "__main__":
    main()

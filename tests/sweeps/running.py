"""Helpers of the tests that run sweeps: small sweeps, the bytes of a directory, the command."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from sim.cli import app
from sim.experiments.sweep.conductor import sweep
from sim.experiments.sweep.dataset import SweepData
from sim.experiments.sweep.loading import sweep_from
from sim.experiments.sweep.specification import Sweep

ROOT = Path(__file__).parents[2]
TABLES = ("runs", "base", "series")


def external(model: str = "noisy", samples: int = 20, replicates: int = 3, **more: Any) -> dict[str, Any]:
    """A sweep of an external model with factors a and b, as plain data."""
    return {
        "name": "external",
        "model": f"tests.sweeps.models:{model}",
        "replicates": replicates,
        "seed": 5,
        "design": {"kind": "latin-hypercube", "samples": samples, "seed": 1},
        "factors": {"a": {"range": [0.0, 1.0]}, "b": {"range": [-1.0, 1.0]}},
        "outcomes": ["y"],
        **more,
    }


def sleepy(rows: int, longest: float) -> dict[str, Any]:
    """A sweep whose runs sleep up to so many seconds; a list, since a command starts faster without SciPy."""
    listed = [{"a": k / rows, "sleep": longest * ((k % 7) / 6)} for k in range(rows)]
    return external(
        "sleeping",
        factors={"a": {"range": [0, 1]}, "sleep": {"range": [0.0, longest]}},
        design={"kind": "list", "rows": listed},
    )


def narrative(samples: int = 6, replicates: int = 2, weeks: int = 8, **more: Any) -> dict[str, Any]:
    """A sweep of a small world over a number and a choice, with a series."""
    return {
        "name": "narrative",
        "base": "baseline",
        "weeks": weeks,
        "replicates": replicates,
        "seed": 3,
        "base_changes": {
            "size.investors": 12,
            "size.policymakers": 8,
            "size.communities": 10,
            "social.degree": 4,
            "run.burn_in": 5,
        },
        "design": {"kind": "latin-hypercube", "samples": samples, "seed": 2},
        "factors": {
            "export_control.strength": {"range": [0.0, 0.9], "name": "control"},
            "claims.policy": {"values": ["sincere", "strategic"]},
        },
        "outcomes": {
            "lag": {"output": "gap_months", "reduce": "mean"},
            "multiple": {"output": "valuation_multiple_us", "reduce": "final", "transform": "log"},
        },
        "series": {"outputs": ["gap_months"], "every": 3},
        **more,
    }


def made(data: dict[str, Any]) -> Sweep:
    """The sweep of plain data."""
    return sweep_from(data)


def serial(data: dict[str, Any] | Sweep, out: Path | None = None, **options: Any) -> SweepData:
    """Run a sweep in this process."""
    chosen = data if isinstance(data, Sweep) else made(data)
    return sweep(chosen, out, executor="serial", **options)


def contents(directory: Path) -> dict[str, bytes]:
    """Bytes of every table of a complete sweep by path."""
    files = [path for name in TABLES for path in sorted((directory / name).glob("*"))]
    files += [directory / "design.parquet", directory / "failures.parquet", directory / "sweep.toml"]
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in files}


def tidy(directory: Path) -> bool:
    """Whether nothing temporary is left in a directory."""
    hidden = {path.name for path in directory.rglob(".*")} - {".lock"}
    shards = list(directory.rglob("batch-*"))
    return not hidden and not shards


def write_file(data: dict[str, Any], path: Path) -> Path:
    """Write a sweep as a file."""
    path.write_text(made(data).to_toml(), encoding="utf-8")
    return path


def parity(*arguments: str | Path) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def started(*arguments: str | Path, **options: Any) -> subprocess.Popen[str]:
    """Start the command in a process of its own, which is the leader of its own group."""
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *map(str, arguments)],
        cwd=ROOT, env=os.environ | {"COLUMNS": "160"}, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True, **options,
    )  # fmt: skip


def in_child(work: Callable[[], Any]) -> int:
    """Do something in a copy of this process; returns the process."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return child


def ended(child: int) -> int | None:
    """Wait for a child: its exit code, or nothing if it was killed."""
    status = os.waitpid(child, 0)[1]
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else None


def wait_until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for something to happen."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.005)

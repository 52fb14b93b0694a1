"""What is taken home of a comparison: the numbers of the page, and a command that repeats them."""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from viz.comparing import files, summary, worker
from viz.comparing.request import Request, Side
from viz.comparing.running import Result

ROOT = Path(__file__).parents[2]
SMALL = ("size.investors=12", "size.policymakers=6", "size.communities=12", "run.burn_in=8")
WORLD = "?scenario=baseline&set=distillation.potency%3D0.4&seed=9"
ASKED = Request(Side("copying-sincere", SMALL), Side(WORLD, SMALL), seed=3, replicates=3, weeks=30)
SHIPPED = Request(Side("baseline", SMALL), Side("baseline", (*SMALL, "distillation.potency=0.4")), 5, 3, 14)


def compared(asked: Request) -> Result:
    found = worker.run(*asked.scenarios(), asked.replicates, asked.seed, asked.weeks, lambda share: None)
    return Result(asked, *found)


@pytest.fixture(scope="module")
def result() -> Result:
    return compared(ASKED)


def run(command: str, folder: Path) -> Path:
    """Run a command as it is shown, in a shell of the folder; what it wrote."""
    assert command.startswith("parity compare ")
    words = f"{shlex.quote(sys.executable)} -m sim" + command.removeprefix("parity")
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    subprocess.run(
        f"{words} --out out --no-figures --quiet", shell=True, cwd=folder, check=True, timeout=300,
        env=os.environ | {"PYTHONPATH": path},
    )  # fmt: skip
    return folder / "out"


def test_the_command_shown_gives_the_numbers_of_the_page(tmp_path: Path) -> None:
    made = compared(SHIPPED).comparison
    out = run(SHIPPED.command(), tmp_path)
    assert (out / "comparison.csv").read_text() == made.csv()
    assert_frames(pd.read_parquet(out / "differences.parquet"), made.differences)
    shown = {row["output"]: row["difference"] for row in summary.table(made)}
    told = pd.read_csv(out / "comparison.csv", index_col="output")["difference"]
    for name, value in shown.items():
        assert value is None or value == pytest.approx(told[name], rel=0.005)


def test_the_command_with_the_files_gives_the_numbers_of_the_page(tmp_path: Path, result: Result) -> None:
    made = result.comparison
    for which, run_of in (("a", made.a), ("b", made.b)):
        text = files.toml(run_of.scenario, ASKED)
        (tmp_path / ASKED.file(which)).write_text(text, encoding="utf-8")
    in_file = text.splitlines()[0].removeprefix("# ")
    assert in_file == ASKED.command(files=True)
    out = run(in_file, tmp_path)
    assert (out / "comparison.csv").read_text() == made.csv()
    assert_frames(pd.read_parquet(out / "differences.parquet"), made.differences)
    # The command of the page names the shipped scenario, and the file of the other side.
    assert ASKED.command().split()[2:4] == ["copying-sincere", ASKED.file("b")]


def test_curves_are_those_that_are_drawn(result: Result) -> None:
    made = result.comparison
    table = files.curves(made)
    from_csv = pd.read_csv(io.BytesIO(files.csv(table)))
    from_parquet = pd.read_parquet(io.BytesIO(files.parquet(table)))
    assert len(from_csv) == len(from_parquet) == 30 * len(made.outputs)
    rows = from_parquet[from_parquet["output"] == "gap"]
    drawn = summary.curve(made.path("gap"))
    assert np.array_equal(rows["difference"], drawn.mean, equal_nan=True)
    assert np.array_equal(rows["interval_low"], drawn.interval[0], equal_nan=True)
    assert np.allclose(rows["mean_b"] - rows["mean_a"], rows["difference"])
    assert list(rows["week"]) == list(range(30))


def test_differences_hold_every_pair_and_week(result: Result) -> None:
    made = result.comparison
    weekly = pd.read_csv(io.BytesIO(files.csv(made.difference_table())))
    assert len(weekly) == 3 * 30
    assert set(made.outputs) <= set(weekly.columns)
    final = pd.read_parquet(io.BytesIO(files.parquet(files.final(made))))
    assert list(final["output"]) == made.outputs
    assert np.array_equal(final["difference"], made.table["difference"], equal_nan=True)


def assert_frames(one: pd.DataFrame, two: pd.DataFrame) -> None:
    assert list(one.columns) == list(two.columns)
    for name in one.columns:
        assert one[name].equals(two[name]) or np.array_equal(one[name], two[name], equal_nan=True), name

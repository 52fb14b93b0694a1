"""Running a study: each part is a sweep (or several) with a directory of its own, so that everything can be resumed.

``OUT/parts/PART[/fold-NN]`` hold the sweeps, ``OUT/gates.json`` the neutrality tests, ``OUT/report`` the report.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.studies.data import StudyData, tables
from sim.studies.frames import Frame
from sim.studies.gates import neutrality
from sim.studies.parts import Block, blocks, effort, sweep_of
from sim.studies.study import Study, load_study

if TYPE_CHECKING:
    from sim.experiments.sweep.specification import Sweep

PARTS, REPORT = "parts", "report"
#: World-weeks of one baseline run with its burn-in.
BASELINE = 260

#: Takes the name of what is done now, world-weeks done, and all of them.
Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Planned:
    """A sweep that a study will run."""

    block: Block
    sweep: Sweep
    effort: int


def plan(study: Study) -> list[Planned]:
    """All sweeps of a study, validated; raises ScenarioError with what is wrong with a part."""
    planned = []
    for part in study.parts:
        for block in blocks(study, part):
            sweep = sweep_of(block)
            planned.append(Planned(block, sweep, effort(sweep)))
    return planned


def plan_table(planned: list[Planned]) -> Frame:
    """Planned runs by part: ``part``, ``title``, ``sweeps``, ``rows``, ``runs``, ``baseline_runs`` (as long as)."""
    import pandas as pd

    rows: dict[str, dict[str, Any]] = {}
    for one in planned:
        row = rows.setdefault(
            one.block.part,
            {"part": one.block.part, "title": one.sweep.title, "sweeps": 0, "rows": 0, "runs": 0, "baseline_runs": 0.0},
        )  # fmt: skip
        row["sweeps"] += 1
        row["rows"] += one.sweep.rows
        row["runs"] += one.sweep.runs
        row["baseline_runs"] += one.effort / BASELINE
    table = pd.DataFrame(rows.values())
    table["baseline_runs"] = table["baseline_runs"].round().astype("int64")
    return table


def run_study(
    name: str | Path | Study,
    out: str | Path,
    *,
    fast: bool = False,
    workers: int | None = None,
    executor: str | Executor = "processes",
    dask_scheduler: str | None = None,
    force_new: bool = False,
    progress: Report | None = None,
    command: str = "",
) -> Path:
    """Run a study, or what is missing of it, and write its report.

    Parameters
    ----------
    name
        A shipped study, a folder with ``study.toml``, or a study.
    out
        Folder; one in which the same study was begun is completed.
    fast
        The short version: it shows that everything works and is no result.
    workers, executor, dask_scheduler
        As of :func:`sim.experiments.sweep.conductor.sweep`; one pool of processes serves all parts.
    force_new
        Begin parts anew whose directories belong to another version.
    progress
        Told what is done now, and world-weeks done and planned.
    command
        The command that did it, for the report.

    Returns
    -------
    Path
        The report's page.

    Raises
    ------
    ScenarioError
        If a file of the study is wrong.
    StoreError
        If a folder cannot be used.

    """
    from sim.studies.report import write_report

    data = run_parts(
        name, out, fast=fast, workers=workers, executor=executor, dask_scheduler=dask_scheduler, force_new=force_new,
        progress=progress,
    )  # fmt: skip
    return write_report(data, Path(out) / REPORT, command=command)


def run_parts(
    name: str | Path | Study,
    out: str | Path,
    *,
    fast: bool = False,
    workers: int | None = None,
    executor: str | Executor = "processes",
    dask_scheduler: str | None = None,
    force_new: bool = False,
    progress: Report | None = None,
) -> StudyData:
    """Run the parts of a study and return their data; parameters as of :func:`run_study`."""
    from sim.experiments.sweep.conductor import sweep as run_sweep
    from sim.experiments.sweep.identity import code_digest

    study = name if isinstance(name, Study) else load_study(name)
    if fast and not study.fast:
        study = study.shortened()
    folder = Path(out)
    tell = progress or _quiet
    planned = plan(study)
    total = sum(one.effort for one in planned)
    tell("neutrality tests", 0, total)
    gates = neutrality(study, folder)
    held: dict[str, list[Any]] = {}
    failures: dict[str, int] = {}
    digests: dict[str, str] = {}
    done = 0
    with _workers(executor, workers) as hands:
        for one in planned:
            label = one.block.folder

            def report(p: Any, done: int = done, one: Planned = one, label: str = label) -> None:
                tell(label, done + round(one.effort * p.done / max(p.total, 1)), total)

            data = run_sweep(
                one.sweep, folder / PARTS / label, workers=workers, executor=hands, dask_scheduler=dask_scheduler,
                force_new=force_new, progress=report,
            )  # fmt: skip
            held.setdefault(one.block.part, []).append((one.block, data))
            failures[one.block.part] = failures.get(one.block.part, 0) + len(data.failures)
            digests[label] = one.sweep.digest()
            done += one.effort
            tell(label, done, total)
    together = {part: tables(study, part, pieces) for part, pieces in held.items()}
    facts = {
        "study_sha256": study.digest(), "code_sha256": code_digest(), "sweeps_sha256": _joined(digests),
        "runs": sum(one.sweep.runs for one in planned), "baseline_runs": round(total / BASELINE),
    }  # fmt: skip
    return StudyData(
        study=study,
        runs={part: runs for part, (runs, _) in together.items()},
        series={part: weekly for part, (_, weekly) in together.items() if len(weekly)},
        gates=gates,
        failures={part: count for part, count in failures.items() if count},
        facts=facts,
    )


def _joined(digests: dict[str, str]) -> str:
    import hashlib

    return hashlib.sha256(
        "".join(f"{name} {one}\n" for name, one in sorted(digests.items())).encode()
    ).hexdigest()


def _quiet(label: str, done: int, total: int) -> None:
    """Say nothing."""


@contextlib.contextmanager
def _workers(executor: str | Executor, workers: int | None) -> Iterator[str | Executor]:
    """One pool of processes for all parts: a new one for each of a hundred small sweeps would cost minutes."""
    if executor != "processes":
        yield executor
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from sim.experiments.batches import start_worker
    from sim.experiments.sweep.executors import available

    count = workers or available()
    if count == 1:
        yield "serial"
        return
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))  # processes that start now use one thread each
    pool = ProcessPoolExecutor(count, get_context("spawn"), initializer=start_worker, initargs=(None,))
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        pool.shutdown(wait=True, cancel_futures=True)

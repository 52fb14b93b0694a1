"""Executors: the same bytes from all of them, whatever the batches; workers that die are replaced."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sim.experiments.runner import WorkerError
from sim.experiments.sweep import executors
from sim.experiments.sweep.conductor import sweep
from sim.experiments.sweep.executors import Given, Processes, engine
from sim.experiments.sweep.plan import Plan
from tests.sweeps.running import ROOT, contents, external, made, narrative, serial, sleepy, wait_until


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Tables of the narrative sweep, run in one piece in this process."""
    out = tmp_path_factory.mktemp("reference") / "out"
    serial(narrative(), out)
    return contents(out)


@pytest.mark.parametrize("batch", [1, 5])
def test_batches_do_not_matter(batch: int, tmp_path: Path, reference: dict[str, bytes]) -> None:
    serial(narrative(), tmp_path / "out", batch=batch)
    assert contents(tmp_path / "out") == reference


def test_processes(tmp_path: Path, reference: dict[str, bytes]) -> None:
    sweep(made(narrative()), tmp_path / "out", workers=2, batch=3)
    assert contents(tmp_path / "out") == reference


def test_an_executor_of_ones_own(tmp_path: Path, reference: dict[str, bytes]) -> None:
    with ThreadPoolExecutor(3) as pool:
        sweep(made(narrative()), tmp_path / "out", executor=pool, batch=2)
        assert pool.submit(int).result() == 0, "it is left to its owner"
    assert contents(tmp_path / "out") == reference


def test_workers_have_one_thread_and_leave_interruptions_to_the_parent() -> None:
    hands = Processes(1)
    hands.submit(Plan(made(external())).task(Plan(made(external())).runs[:2], None)).result()
    (pool,) = (pool for pool in hands._pools.values() if pool is not None)
    threads, blocked = pool.submit(_state_of_worker).result()
    assert set(threads) == {"1"}
    assert signal.SIGINT in blocked
    hands.close(finished=True)
    assert os.environ.get("OMP_NUM_THREADS") == _OMP


_OMP = os.environ.get("OMP_NUM_THREADS")


def _state_of_worker() -> tuple[list[str | None], set[int]]:
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return [os.environ.get(name) for name in names], signal.pthread_sigmask(signal.SIG_BLOCK, set())


def test_a_worker_killed_from_outside_costs_nothing(tmp_path: Path) -> None:
    chosen = made(sleepy(30, 0.03))
    serial(chosen, tmp_path / "whole")
    killed = threading.Event()

    def kill_one(progress: Any) -> None:
        if progress.new >= 20 and not killed.is_set():
            killed.set()
            ((_, processes),) = hands._processes.items()
            os.kill(next(iter(processes)), signal.SIGKILL)

    hands = Processes(1)
    with _engine(hands):
        sweep(chosen, tmp_path / "out", batch=5, progress=kill_one)
    assert killed.is_set()
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


@contextmanager
def _engine(hands: Any) -> Iterator[None]:
    """Let sweeps run with an engine that the test holds."""
    from sim.experiments.sweep import conductor

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conductor, "engine", lambda *_arguments: hands)
        yield


def test_a_death_that_the_pool_cannot_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that dies in the middle of a message leaves the reader of the pool waiting for the rest."""
    monkeypatch.setattr(executors, "_PATIENCE", 0.2)
    plan = Plan(made(external("sleeping", factors={"sleep": {"range": [0.0, 0.001]}})))
    hands = Processes(1)
    hands.submit(plan.task(plan.runs[:1], None)).result()
    (pool,) = (pool for pool in hands._pools.values() if pool is not None)
    half = pool.submit(_half_a_message)
    end = time.monotonic() + 30
    while not half.done() and time.monotonic() < end:
        hands.watch()
        time.sleep(0.05)
    assert isinstance(half.exception(timeout=0), BrokenExecutor)
    hands.close(finished=False)


def _half_a_message() -> None:
    """Write the length of a message to the pipe of results, and no message."""
    import gc
    import struct
    from multiprocessing.queues import SimpleQueue

    for queue in [one for one in gc.get_objects() if isinstance(one, SimpleQueue)]:
        os.write(queue._writer.fileno(), struct.pack("!i", 100) + b"begin")  # type: ignore[attr-defined]
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.slow
def test_a_script_without_a_guard_is_told(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from sim.experiments.sweep.conductor import sweep\n"
        "from tests.sweeps.running import external, made\n"
        "sweep(made(external()), executor='processes', workers=1)\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode != 0
    assert 'if __name__ == "__main__":' in done.stderr.splitlines()[-1]


def test_a_pool_of_ones_own_that_breaks_ends_the_sweep_resumably(tmp_path: Path) -> None:
    class Breaking(ThreadPoolExecutor):
        left = 3

        def submit(self, *arguments: Any, **named: Any) -> Future[Any]:  # type: ignore[override]
            self.left -= 1
            if self.left >= 0:
                return super().submit(*arguments, **named)
            future: Future[Any] = Future()
            future.set_exception(BrokenExecutor("gone"))
            return future

    chosen = made(external())
    with Breaking(1) as pool, pytest.raises(WorkerError, match="lost a worker"):
        sweep(chosen, tmp_path / "out", executor=pool, batch=10)
    serial(chosen, tmp_path / "out")
    serial(chosen, tmp_path / "whole")
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_a_worker_with_other_code_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.experiments.sweep import dispatcher

    monkeypatch.setattr(dispatcher, "code_digest", lambda: "other")
    with pytest.raises(WorkerError, match="another version of Parity's code"):
        serial(external(), tmp_path / "out")


def test_engines_by_name() -> None:
    assert engine("serial").slots == 1
    assert engine("processes", 3).slots == 4
    with ThreadPoolExecutor(5) as pool:
        assert engine(pool).slots == 6
        assert isinstance(engine(pool), Given)
    with pytest.raises(WorkerError, match="dask scheduler"):
        engine("dask")
    with pytest.raises(ValueError, match="one of serial, processes, dask"):
        engine("threads")


# -- Dask --------------------------------------------------------------------------------------------------------


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A Dask scheduler and workers on this machine, each a process that nobody replaces."""
    file = folder / "scheduler.json"
    own = {"PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
    options: dict[str, Any] = {
        "cwd": ROOT,
        "env": os.environ | own,
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
    }  # fmt: skip
    runs = "from distributed.cli.dask_{0} import main; main()"
    command = [sys.executable, "-c"]
    scheduler = subprocess.Popen(
        [*command, runs.format("scheduler"), "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
         "--scheduler-file", str(file)], **options,
    )  # fmt: skip
    hands: list[subprocess.Popen[bytes]] = []
    try:
        wait_until(file.exists)
        hands += [
            subprocess.Popen(
                [*command, runs.format("worker"), "--scheduler-file", str(file), "--no-nanny", "--no-dashboard",
                 "--nthreads", "1", "--local-directory", str(folder / f"worker-{k}")], **options,
            )
            for k in range(workers)
        ]  # fmt: skip
        import json

        yield json.loads(file.read_text(encoding="utf-8"))["address"], hands
    finally:
        for process in [*hands, scheduler]:
            process.kill()
            process.wait()


@pytest.mark.slow
def test_dask_with_a_worker_killed_on_the_way(tmp_path: Path) -> None:
    chosen = made(narrative(samples=40, weeks=30, replicates=3))
    serial(chosen, tmp_path / "whole")
    killed = threading.Event()
    with cluster(tmp_path, 2) as (address, hands):

        def kill_one(progress: Any) -> None:
            if progress.new >= 20 and not killed.is_set():
                killed.set()
                hands[0].kill()

        sweep(chosen, tmp_path / "out", executor="dask", dask_scheduler=address, batch=4, progress=kill_one)
    assert killed.is_set()
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


@pytest.mark.slow
def test_dask_and_a_run_that_takes_its_worker_down(tmp_path: Path) -> None:
    """Each death takes a worker away, here for good: a fifth of the runs kill, and the cluster heals itself."""
    data = external("killing", samples=3, replicates=1)
    data["design"] = {
        "kind": "list",
        "rows": [{"a": 0.1, "b": 0.0}, {"a": 0.9, "b": 0.0}, {"a": 0.2, "b": 0.0}],
    }
    with cluster(tmp_path, 0) as (address, _hands):
        stop = threading.Event()

        def heal() -> None:
            """Keep two workers, as a batch system does."""
            hands: list[subprocess.Popen[bytes]] = []
            while not stop.is_set():
                hands = [one for one in hands if one.poll() is None]
                while len(hands) < 2:
                    hands.append(_worker(tmp_path))
                stop.wait(0.2)
            for one in hands:
                one.kill()

        healer = threading.Thread(target=heal)
        healer.start()
        try:
            found = sweep(made(data), tmp_path / "out", executor="dask", dask_scheduler=address, batch=3)
        finally:
            stop.set()
            healer.join()
    assert found.runs["row"].tolist() == [0, 2]
    assert found.failures["row"].tolist() == [1]
    assert found.failures["kind"].tolist() == ["worker lost"]


def _worker(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", "from distributed.cli.dask_worker import main; main()", "--scheduler-file",
         str(folder / "scheduler.json"), "--no-nanny", "--no-dashboard", "--nthreads", "1"],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip

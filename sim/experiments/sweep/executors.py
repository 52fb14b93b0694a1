"""Where batches run: in this process, in processes of this machine, on a Dask cluster, or on an executor given.

All share the interface of ``concurrent.futures``. What an :class:`Engine` adds is what a sweep needs when a worker
dies: to know that it was that, to go on, and to run a suspect alone so that the right run is blamed.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, Protocol

from sim.experiments.batches import start_worker
from sim.experiments.runner import WorkerError, uninterrupted
from sim.experiments.sweep.evaluation import Result, Task, evaluate

#: Names under which executors are asked for.
NAMES = ("serial", "processes", "dask")
#: Libraries that would use all cores in every worker, were they let.
_THREADS = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "BLIS_NUM_THREADS"),
    "1",
)
#: Seconds after which a pool that has not noticed the death of a process is given up.
_PATIENCE = 5.0
_GUARD = (
    "worker processes cannot be started. A script that sweeps with several processes needs the line "
    'if __name__ == "__main__": above the call; executor="serial" does without processes'
)


class Engine(Protocol):
    """Runs tasks."""

    apart: bool
    """Whether a task can run alone while others go on elsewhere."""

    @property
    def slots(self) -> int:
        """Tasks to hand out at a time."""

    def submit(self, task: Task, alone: bool = False) -> Future[Result]:
        """Hand out a task."""

    def done(self, future: Future[Result]) -> None:
        """Take note that a task came back."""

    def lost(self, future: Future[Result], error: BaseException) -> str | None:
        """Say how the worker of a task was lost, and make ready for more; None if that is not what happened."""

    def watch(self) -> str | None:
        """Look after the workers; returns what the user should know."""

    def stop(self, future: Future[Result]) -> bool:
        """End the worker of a task that does not answer; returns whether that can be done."""

    def close(self, finished: bool) -> None:
        """Let go of the workers, at once unless all work is finished."""


class SerialExecutor(Executor):
    """Runs what is submitted at once, in this thread."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Call a function and return its future, done."""
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future


class Given:
    """An executor that somebody else made and will end."""

    apart = False

    def __init__(self, executor: Executor, workers: int | None) -> None:
        self._executor, self._workers = executor, workers

    @property
    def slots(self) -> int:
        """One task more than there are workers, so that none of them waits for us."""
        if isinstance(self._executor, SerialExecutor):
            return 1
        known = self._workers or getattr(self._executor, "_max_workers", None) or os.cpu_count() or 1
        return int(known) + 1

    def submit(self, task: Task, alone: bool = False) -> Future[Result]:
        """Hand out a task."""
        return self._executor.submit(evaluate, task)

    def done(self, future: Future[Result]) -> None:
        """Nothing to note."""

    def lost(self, future: Future[Result], error: BaseException) -> str | None:
        """A pool that is broken is not ours to renew; a Dask worker is replaced by its cluster."""
        if isinstance(error, BrokenExecutor):
            raise WorkerError(f"the executor lost a worker and cannot go on ({error})") from error
        return str(error) if type(error).__name__ == "KilledWorker" else None

    def watch(self) -> str | None:
        """Nothing to look after."""
        return None

    def stop(self, future: Future[Result]) -> bool:
        """Workers of others are not ended."""
        return False

    def close(self, finished: bool) -> None:
        """Leave the executor to who made it."""


class Dask(Given):
    """A Dask cluster; its scheduler replaces workers that die and gives their tasks to others."""

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client

            self._client = Client(address, timeout="15s", set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise WorkerError(f"no Dask scheduler answers at {address} ({error})") from None
        # Not pure: a task that is handed out again is to run again.
        super().__init__(self._client.get_executor(pure=False), None)

    @property
    def slots(self) -> int:
        """Twice the threads of the workers that are there now, so that none waits for the network."""
        return max(2, 2 * sum(self._client.nthreads().values()))

    def lost(self, future: Future[Result], error: BaseException) -> str | None:
        """A task that ended so many workers that the scheduler gave it up."""
        if isinstance(error, CancelledError) or "Cancelled" in type(error).__name__:
            raise WorkerError("the Dask scheduler has gone") from error
        return super().lost(future, error)

    def watch(self) -> str | None:
        """Tell when there is nobody to work."""
        if self._client.status != "running":
            return "the Dask scheduler does not answer"
        return None if self._client.nthreads() else "waiting for a Dask worker"

    def close(self, finished: bool) -> None:
        """Take back what is waiting, and leave the cluster."""
        with contextlib.suppress(Exception):
            self._executor.shutdown(wait=False)
            self._client.close(timeout=5)


class Processes:
    """Processes of this machine: started fresh, with one thread each, and replaced when one dies.

    ``concurrent.futures`` ends a whole pool when one of its processes dies. Suspects then run one at a time in a pool
    of one process, beside the others.
    """

    apart = True

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pools: dict[bool, ProcessPoolExecutor | None] = {False: None, True: None}
        self._homes: dict[Future[Result], ProcessPoolExecutor] = {}
        self._processes: dict[ProcessPoolExecutor, dict[int, Any]] = {}
        self._dead_since: dict[ProcessPoolExecutor, float] = {}
        self._proven = False

    @property
    def slots(self) -> int:
        """One task more than there are workers, so that none of them waits for us."""
        return self._workers + 1

    def submit(self, task: Task, alone: bool = False) -> Future[Result]:
        """Hand out a task."""
        pool = self._pools[alone]
        if pool is None:
            pool = self._pools[alone] = _pool(1 if alone else self._workers)
        try:
            with uninterrupted(), _one_thread():
                future = pool.submit(evaluate, task)
            self._processes.setdefault(pool, {}).update(getattr(pool, "_processes", None) or {})
        except BrokenProcessPool as error:
            future = Future()
            future.set_exception(error)
        self._homes[future] = pool
        return future

    def done(self, future: Future[Result]) -> None:
        """Note that a task came back."""
        self._homes.pop(future, None)
        self._proven = True

    def lost(self, future: Future[Result], error: BaseException) -> str | None:
        """Drop the pool of a lost worker, so that the next task makes a new one."""
        pool = self._homes.pop(future, None)
        if not isinstance(error, BrokenProcessPool) or pool is None:
            return None
        how = _endings(self._processes.get(pool, {}))
        for alone, held in self._pools.items():
            if held is pool:
                self._pools[alone] = None
                pool.shutdown(wait=False, cancel_futures=True)
                if not self._proven:
                    self._prove()
        return how

    def watch(self) -> str | None:
        """Give up a pool that cannot notice the death of a process, for instance in the middle of a message."""
        for pool in filter(None, self._pools.values()):
            ended = any(process.exitcode is not None for process in self._processes.get(pool, {}).values())
            if ended and not getattr(pool, "_broken", False):
                since = self._dead_since.setdefault(pool, time.monotonic())
                if time.monotonic() - since > _PATIENCE:
                    self._give_up(pool)
        return None

    def stop(self, future: Future[Result]) -> bool:
        """End the processes of the pool that has a task."""
        pool = self._homes.get(future)
        if pool is not None:
            self._give_up(pool)
        return pool is not None

    def close(self, finished: bool) -> None:
        """End the processes."""
        for pool in filter(None, self._pools.values()):
            pool.shutdown(wait=finished, cancel_futures=True)
            if not finished:
                for process in self._processes.get(pool, {}).values():
                    process.terminate()
        self._pools = {False: None, True: None}

    def _give_up(self, pool: ProcessPoolExecutor) -> None:
        """End all processes of a pool; a reader that waits for the rest of a message gets the end of the file."""
        for process in self._processes.get(pool, {}).values():
            process.kill()
        with contextlib.suppress(AttributeError, OSError):
            pool._result_queue._writer.close()  # type: ignore[attr-defined]

    def _prove(self) -> None:
        """See that processes can be started at all, before runs are blamed for the end of one."""
        with _pool(1) as pool:
            try:
                with uninterrupted(), _one_thread():
                    future = pool.submit(os.getpid)
                future.result()
            except BrokenProcessPool:
                raise WorkerError(_GUARD) from None
        self._proven = True


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=start_worker, initargs=(None,)
    )


def engine(executor: str | Executor, workers: int | None = None, dask_scheduler: str | None = None) -> Engine:
    """Return the engine of a name, or for an executor.

    Raises :class:`WorkerError` if it cannot be had, ValueError for a name that is not known.
    """
    if isinstance(executor, Executor):
        return Given(executor, workers)
    if executor == "serial":
        return Given(SerialExecutor(), 1)
    if executor == "processes":
        return Processes(workers or available())
    if executor == "dask":
        if not dask_scheduler:
            raise WorkerError(
                "Dask needs the address of a scheduler: start one with `dask scheduler` and workers with "
                "`dask worker ADDRESS`, then give --dask-scheduler ADDRESS"
            )
        return Dask(dask_scheduler)
    raise ValueError(f"executor = {executor!r}: one of {', '.join(NAMES)}, or an Executor")


def available() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def _endings(processes: dict[int, Any]) -> str:
    """How the processes of a broken pool ended; those that the pool itself ended are left out."""
    codes = {_exit_code(process) for process in processes.values()}
    told = sorted(_ending(code) for code in codes if code is not None and code != -15)
    return "; ".join(told) or "the process ended"


def _exit_code(process: Any) -> int | None:
    """Exit code of a process that has ended; the thread of its pool asks at the same time, and one is told later."""
    for _ in range(100):
        with contextlib.suppress(ValueError, AssertionError, OSError):
            if process.exitcode is not None:
                return int(process.exitcode)
        time.sleep(0.01)
    return None


def _ending(code: int) -> str:
    if code >= 0:
        return f"the process ended with exit code {code}"
    from signal import Signals

    with contextlib.suppress(ValueError):
        why = ", as the system does when memory runs out" if code == -9 else ""
        return f"the process was ended by {Signals(-code).name}{why}"
    return f"the process was ended by signal {-code}"


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Let processes that start now use one thread each in numerical libraries."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(_THREADS)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

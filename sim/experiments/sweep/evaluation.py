"""What a worker does: advance some runs of a sweep together and reduce them to outcomes.

A task holds everything a worker needs; the same task gives the same numbers in any process, and a run gives the same
numbers in any task. What goes wrong in the model comes back as a value, so that an exception means trouble with the
worker itself.
"""

from __future__ import annotations

import hashlib
import pickle
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.experiments.sweep.external import ExternalModel, model_function
from sim.experiments.sweep.identity import code_digest
from sim.experiments.sweep.timing import Check, OverTime, limited
from sim.registry import UnknownStrategyError

if TYPE_CHECKING:
    from sim.experiments.sweep.specification import Sweep
    from sim.scenario import Scenario

Kind = Literal["error", "time limit", "worker lost"]
#: Weeks between two looks at the clock, and seconds after which a model that does not look is interrupted.
STRIDE, GRACE = 4, 2.0
#: Sweeps that a worker keeps ready.
_KEPT = 4


@dataclass(frozen=True, slots=True)
class Packed:
    """A sweep as it goes to workers: its pickle, and the SHA-256 by which a worker knows that it has it."""

    digest: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Task:
    """Runs that a worker advances together.

    Attributes
    ----------
    sweep
        The sweep, packed; see :func:`packed`.
    rows, seeds
        Design row (-1: the base scenario) and seed of each run, ``(runs,)``.
    values
        Values of the factors in each run, ``(runs,)`` each.
    limit
        Seconds that one run may take; the task may take as much for each of its runs.

    """

    sweep: Packed
    rows: np.ndarray
    seeds: np.ndarray
    values: Mapping[str, Any]
    limit: float | None = None

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why runs have no outcomes: one of the runs at ``places`` of the task failed, or all did."""

    places: tuple[int, ...]
    kind: Kind
    error: str
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What came out of a task.

    Attributes
    ----------
    places
        Places in the task of the runs that came through, ``(done,)``.
    outcomes
        By name, ``(done,)``.
    series_places, weeks, days, series
        Weekly series, one entry a run and week, ``(entries,)``: place in the task, week number, first day of the week
        (datetime64[D]), and the outputs by name.
    failures
        What went wrong.
    seconds
        Time that the task took.
    code
        Digest of the worker's code.

    """

    places: np.ndarray
    outcomes: dict[str, np.ndarray]
    series_places: np.ndarray
    weeks: np.ndarray
    days: np.ndarray
    series: dict[str, np.ndarray]
    failures: tuple[Failure, ...]
    seconds: float
    code: str


@dataclass(frozen=True, slots=True)
class _Part:
    """What came out of runs of one structure; ``series`` are ``(runs, weeks)``."""

    places: Sequence[int]
    outcomes: dict[str, np.ndarray]
    weeks: np.ndarray
    days: np.ndarray
    series: dict[str, np.ndarray]


def evaluate(task: Task) -> Result:
    """Advance the runs of a task; called in a worker."""
    started = time.perf_counter()
    sweep = _sweep(task)
    function = model_function(sweep.model) if sweep.model is not None else None
    if function is None:
        import sim.model  # noqa: F401  (loading it is no part of a run's time)
    failures: list[Failure] = []
    parts: list[_Part] = []
    everything = tuple(range(len(task)))
    limit = None if task.limit is None else task.limit * len(task)
    try:
        with limited(limit, 0.0 if function is not None else GRACE) as check:
            if function is not None:
                parts += _guarded(everything, failures, lambda: _called(function, sweep, task))
            else:
                for places, scenarios in _by_structure(sweep, task, failures):
                    parts += _guarded(places, failures, _advance(sweep, task, places, scenarios, check))
    except OverTime:
        done = {place for part in parts for place in part.places}
        done |= {place for failure in failures for place in failure.places}
        left = tuple(place for place in everything if place not in done)
        if left:
            failures.append(Failure(left, "time limit", f"more than {task.limit:g} s"))
    return _joined(sweep, parts, tuple(failures), time.perf_counter() - started, code_digest())


# -- one structure, or one call --------------------------------------------------------------------------------


def _guarded(places: tuple[int, ...], failures: list[Failure], work: Callable[[], _Part]) -> Iterator[_Part]:
    """Yield what the work returns; what it raises is a failure of its runs."""
    try:
        part = work()
    except UnknownStrategyError:
        raise  # known to the process that made the sweep, not to this worker
    except (Exception, SystemExit) as error:
        failures.append(_told(places, error))
    else:
        yield part


def _by_structure(
    sweep: Sweep, task: Task, failures: list[Failure]
) -> list[tuple[tuple[int, ...], list[Scenario]]]:
    """Scenarios of the task, those of one structure together; rows that make no scenario are failures."""
    from sim.parameters import structure_key

    made: dict[int, tuple[str, Scenario]] = {}
    groups: dict[str, list[tuple[int, Scenario]]] = {}
    for place, row in enumerate(task.rows.tolist()):
        if row not in made:
            try:
                scenario = _scenario(sweep, task, place)
                made[row] = (structure_key(scenario), scenario)
            except Exception as error:
                failures.append(_told((place,), error))
                continue
        key, scenario = made[row]
        groups.setdefault(key, []).append((place, scenario))
    return [(tuple(place for place, _ in group), [one for _, one in group]) for group in groups.values()]


def _scenario(sweep: Sweep, task: Task, place: int) -> Scenario:
    if task.rows[place] < 0:
        assert sweep.base_scenario is not None
        return sweep.base_scenario
    return sweep.scenario_of({name: column[place] for name, column in task.values.items()})


def _advance(
    sweep: Sweep, task: Task, places: tuple[int, ...], scenarios: list[Scenario], check: Check
) -> Callable[[], _Part]:
    """Return the work of advancing worlds of one structure."""

    def work() -> _Part:
        from sim.model import NarrativeModel
        from sim.recording import outputs

        check()
        seeds = [int(task.seeds[place]) for place in places]
        model = NarrativeModel.batch(list(zip(scenarios, seeds, strict=True)), log_events=False)
        length = scenarios[0].run.weeks
        for week in range(0, length, STRIDE):
            check()
            model.run_for(min(STRIDE, length - week))
        burn_in = scenarios[0].run.record_burn_in
        names = dict.fromkeys([*(outcome.output for outcome in sweep.outcomes), *sweep.series])
        held = outputs.series(model, burn_in, names)
        weeks = np.arange(
            model.recorder.first_week if burn_in else max(model.recorder.first_week, 0),
            model.recorder.first_week + model.recorder.length,
        )
        shape = (len(weeks), len(places))
        values = {name: np.broadcast_to(array, shape) for name, array in held.items()}
        outcomes = {one.name: one.of(weeks, values[one.output]) for one in sweep.outcomes}
        kept = weeks % sweep.series_every == 0 if sweep.series else np.zeros(len(weeks), dtype=bool)
        days = np.datetime64(model.start_date) + 7 * weeks[kept].astype("timedelta64[D]")
        series = {name: np.ascontiguousarray(values[name][kept].T) for name in sweep.series}
        # Model and agents refer to each other: without this their arrays stay until the collector comes round.
        vars(model).clear()
        return _Part(places, outcomes, weeks[kept], days, series)

    return work


def _called(function: ExternalModel, sweep: Sweep, task: Task) -> _Part:
    """Call an external model and look at what it returns."""
    given = {name: np.asarray(column) for name, column in task.values.items()}
    returned = function(given, task.seeds.copy())
    if not isinstance(returned, Mapping):
        raise TypeError(
            f"{sweep.model} returned {type(returned).__name__}, not a mapping from names to arrays"
        )
    outcomes = {}
    for one in sweep.outcomes:
        if one.output not in returned:
            names = ", ".join(map(str, returned)) or "nothing"
            raise KeyError(f"{sweep.model} returned no {one.output!r}, only {names}")
        values = np.asarray(returned[one.output], dtype=float)
        if values.shape != (len(task),):
            raise ValueError(
                f"{sweep.model} returned {one.output!r} of shape {values.shape}, not one number for each of "
                f"{len(task)} runs"
            )
        outcomes[one.name] = values
    return _Part(range(len(task)), outcomes, np.zeros(0, dtype=np.int64), _no_days(), {})


# -- results ---------------------------------------------------------------------------------------------------


def _joined(
    sweep: Sweep, parts: list[_Part], failures: tuple[Failure, ...], seconds: float, code: str
) -> Result:
    """Lay parts end to end."""
    lengths = [len(part.weeks) for part in parts]
    return Result(
        places=np.array([place for part in parts for place in part.places], dtype=np.int64),
        outcomes={
            one.name: np.concatenate([part.outcomes[one.name] for part in parts] or [np.zeros(0)])
            for one in sweep.outcomes
        },
        series_places=_end_to_end(
            [np.repeat(part.places, length) for part, length in zip(parts, lengths, strict=True)]
        ),
        weeks=_end_to_end([np.tile(part.weeks, len(part.places)) for part in parts]),
        days=np.concatenate([_no_days(), *(np.tile(part.days, len(part.places)) for part in parts)]),
        series={
            name: np.concatenate([np.zeros(0), *(part.series[name].ravel() for part in parts)])
            for name in sweep.series
        },
        failures=failures,
        seconds=seconds,
        code=code,
    )


def _end_to_end(arrays: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.zeros(0, dtype=np.int64), *arrays]).astype(np.int64)


def _no_days() -> np.ndarray:
    return np.zeros(0, dtype="datetime64[D]")


def _told(places: tuple[int, ...], error: BaseException) -> Failure:
    text = str(error).strip()
    name = type(error).__name__
    return Failure(places, "error", f"{name}: {text}" if text else name, traceback.format_exc().rstrip())


# -- the sweep, kept ready in a worker ---------------------------------------------------------------------------
_ready: OrderedDict[str, Sweep] = OrderedDict()


def packed(sweep: Sweep) -> Packed:
    """Pack a sweep for workers; this process keeps it ready too."""
    data = pickle.dumps(sweep)
    digest = hashlib.sha256(data).hexdigest()
    _keep(digest, sweep)
    return Packed(digest, data)


def _sweep(task: Task) -> Sweep:
    """The sweep of a task: unpacked once in a process, since it keeps what is made again and again."""
    held = _ready.get(task.sweep.digest)
    if held is None:
        held = pickle.loads(task.sweep.data)
        _keep(task.sweep.digest, held)
    return held


def _keep(digest: str, sweep: Sweep) -> None:
    _ready[digest] = sweep
    while len(_ready) > _KEPT:
        _ready.popitem(last=False)

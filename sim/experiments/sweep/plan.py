"""The plan of a sweep: its runs, numbered; which may advance together; in which order they are taken.

Runs of one batch share seeds where they can, since worlds with one seed share their draws: a batch holds many rows
of one replicate. That also lets early results cover the whole design.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiments.batches import RECEIVERS, WORLDS
from sim.experiments.sweep.columns import Columns, columns_of
from sim.experiments.sweep.evaluation import Task, packed
from sim.parameters import STRUCTURAL_REALS, structure_key
from sim.scenario import Scenario, ScenarioError

if TYPE_CHECKING:
    from sim.experiments.sweep.factors import Factor
    from sim.experiments.sweep.specification import Sweep

#: Row of the base scenario itself.
BASE_ROW = -1
#: Runs of an external model in the first batches, at most in any, and the seconds that a batch aims at.
FIRST_BATCH, LARGEST_BATCH, BATCH_SECONDS = 16, 1000, 2.0
#: Smallest batch that is made at the end of a sweep to keep all workers at work.
SMALLEST_BATCH = 10


class Plan:
    """Runs of a sweep.

    A run is a number: ``(row + 1) * replicates + replicate``, so that those of the base (row -1) come first.

    Attributes
    ----------
    sweep
        The sweep.
    design
        Columns of the design by factor, each ``(rows,)``.
    columns
        Columns of the tables.
    total
        All runs, those of the base included.

    """

    def __init__(self, sweep: Sweep) -> None:
        table = sweep.table()
        self.sweep = sweep
        self.design: dict[str, np.ndarray] = {str(name): _plain(table[name]) for name in table.columns}
        self.columns: Columns = columns_of(sweep, self.design)
        self.rows = len(table)
        self.replicates = sweep.replicates
        self.has_base = sweep.base_scenario is not None
        self.total = (self.rows + self.has_base) * self.replicates
        self._packed = packed(sweep)

    @property
    def runs(self) -> np.ndarray:
        """All runs ``(total,)``."""
        return np.arange(0 if self.has_base else self.replicates, (self.rows + 1) * self.replicates)

    def number(self, rows: np.ndarray, replicates: np.ndarray) -> np.ndarray:
        """Runs of rows and replicates."""
        return (np.asarray(rows) + 1) * self.replicates + np.asarray(replicates)

    def keys(self, runs: np.ndarray) -> dict[str, np.ndarray]:
        """Row, replicate and seed of runs, each ``(runs,)``."""
        rows, replicates = np.divmod(np.asarray(runs, dtype=np.int64), self.replicates)
        return {"row": rows - 1, "replicate": replicates, "seed": self.sweep.seed + replicates}

    def values(self, rows: np.ndarray) -> dict[str, Any]:
        """Values of the factors in design rows ``(runs,)``; of the base where the row is -1."""
        if len(rows) and rows[0] == BASE_ROW:
            return {factor.name: [factor.default] * len(rows) for factor in self.sweep.factors}
        return {name: column[rows] for name, column in self.design.items()}

    def task(self, runs: np.ndarray, limit: float | None) -> Task:
        """What a worker needs to know about some runs; ``limit`` is in seconds for each."""
        keys = self.keys(runs)
        return Task(self._packed, keys["row"], keys["seed"], self.values(keys["row"]), limit)

    def groups(self) -> np.ndarray:
        """Group of each design row ``(rows,)``: rows of one group have, as a rule, one structure.

        A worker looks again; what is missed here makes batches smaller and nothing else.
        """
        if self.sweep.base_scenario is None or not self.rows:
            return np.zeros(self.rows, dtype=np.int64)
        classes = [_classes(self.sweep, factor, self.design[factor.name]) for factor in self.sweep.factors]
        return np.unique(np.stack(classes, axis=1), axis=0, return_inverse=True)[1].reshape(-1)

    def scenario(self, row: int) -> Scenario | None:
        """Scenario of a row; None if its values make none, or for an external model."""
        if self.sweep.base_scenario is None or row == BASE_ROW:
            return self.sweep.base_scenario
        try:
            return self.sweep.scenario_of({name: column[row] for name, column in self.design.items()})
        except ScenarioError:
            return None


class Queue:
    """Runs that are still to be made, in batches."""

    def __init__(self, plan: Plan, missing: np.ndarray, workers: int, size: int | None = None) -> None:
        self._plan, self._workers, self._size = plan, workers, size
        self._again: deque[np.ndarray] = deque()
        self._waiting = len(missing)
        self._external = FIRST_BATCH
        self._largest: dict[int, int] = {}
        self._varied_sizes = any(
            factor.scenarios or any(key.startswith("size.") for key in factor.moved)
            for factor in plan.sweep.factors
        )
        rows, replicates = plan.keys(missing)["row"], plan.keys(missing)["replicate"]
        group_of = np.concatenate([[-1], plan.groups()])  # the base is a group of its own
        order = np.lexsort((rows, replicates, group_of[rows + 1]))
        missing, groups = missing[order], group_of[rows[order] + 1]
        self._groups = np.split(missing, np.flatnonzero(np.diff(groups)) + 1) if len(groups) else []
        self._heads: list[tuple[int, int, int, int]] = []
        for index in range(len(self._groups)):
            self._push(index, 0)

    def __len__(self) -> int:
        """Runs that are waiting."""
        return self._waiting

    def next(self) -> np.ndarray | None:
        """Take a batch of runs; None if there are none."""
        if self._again:
            runs = self._again.popleft()
            self._waiting -= len(runs)
            return runs
        if not self._heads:
            return None
        _replicate, _row, index, start = heapq.heappop(self._heads)
        runs = self._groups[index][start : start + self._size_of(index)]
        self._waiting -= len(runs)
        if start + len(runs) < len(self._groups[index]):
            self._push(index, start + len(runs))
        return runs

    def put_back(self, runs: np.ndarray) -> None:
        """Give back runs; they are the next batch, as they are."""
        self._again.append(runs)
        self._waiting += len(runs)

    def learn(self, runs: int, seconds: float) -> None:
        """Take note of how long a batch took, to size those of an external model."""
        if runs and not self._plan.has_base:
            wanted = BATCH_SECONDS * runs / max(seconds, 1e-3)
            self._external = int(np.clip(wanted, 1, min(4 * self._external, LARGEST_BATCH)))

    def _push(self, index: int, start: int) -> None:
        first = self._plan.keys(self._groups[index][start : start + 1])
        heapq.heappush(self._heads, (int(first["replicate"][0]), int(first["row"][0]), index, start))

    def _size_of(self, index: int) -> int:
        if self._size is not None:
            return self._size
        if not self._plan.has_base:
            return self._external
        if index not in self._largest:
            row = int(self._plan.keys(self._groups[index][:1])["row"][0]) if self._varied_sizes else BASE_ROW
            self._largest[index] = _worlds(self._plan.scenario(row))
        share = max(-(-self._waiting // self._workers), SMALLEST_BATCH)
        return min(self._largest[index], share)


def _worlds(scenario: Scenario | None) -> int:
    """Most worlds of a scenario that advance together."""
    if scenario is None:
        return WORLDS
    size = scenario.size
    return max(1, min(WORLDS, RECEIVERS // (size.investors + size.policymakers + size.communities)))


def _classes(sweep: Sweep, factor: Factor, values: np.ndarray) -> np.ndarray:
    """Class of a factor's value in each row: values of one class make, as far as we see, one structure."""
    if factor.values is None and factor.kind == "real":
        last = {key.rpartition(".")[2] for key in factor.keys}
        if last & STRUCTURAL_REALS:
            return np.unique(values, return_inverse=True)[1]
        return (
            (values > 0.0).astype(np.int64) if "distillation_effort" in last else np.zeros(len(values), int)
        )
    texts, first, places = np.unique(values.astype(str), return_index=True, return_inverse=True)
    if factor.values is None:
        return places
    structure = _structure(sweep, factor)
    labels = np.array([structure(values[first[k]]) for k in range(len(texts))])
    return np.unique(labels, return_inverse=True)[1][places]


def _structure(sweep: Sweep, factor: Factor) -> Callable[[Any], str]:
    def of(value: Any) -> str:
        try:
            return structure_key(sweep.scenario_of({factor.name: value}))
        except (ScenarioError, ValueError):
            return repr(value)  # valid only together with other factors, if at all

    return of


def _plain(column: Any) -> np.ndarray:
    """A column of a DataFrame as an array of bools, integers, floats or objects."""
    values: np.ndarray = column.to_numpy()
    return values if values.dtype.kind in "bif" else column.to_numpy(dtype=object)

"""Numeric parameters of a batch of worlds.

A batch holds scenarios of one *structure*: same switches, strategies, events, names and sizes; real-valued
parameters may differ from world to world and are columns ``(worlds, 1)``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel

#: Keys that describe a scenario without entering the model.
LABELS = frozenset({"name", "description", "inspired_by", "label"})
#: Reals that choose an order statistic or shape a network: equal within a batch.
STRUCTURAL_REALS = frozenset({"pivot_quantile", "quantile", "rewiring"})


class Parameters:
    """Values by name, to be read as attributes; a plain class, which Python reads faster than its own namespaces."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


def structure_key(scenario: BaseModel) -> str:
    """Text that is equal for two scenarios exactly if their worlds can run in one batch.

    The order of tables counts: labs and sources draw their luck by their place.
    """
    return json.dumps(_without_reals(scenario.model_dump()))


def _without_reals(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _structure_of(key, item) for key, item in value.items() if key not in LABELS}
    if isinstance(value, list | tuple):
        return [_without_reals(item) for item in value]
    return "real" if isinstance(value, float) else value


def _structure_of(key: str, item: Any) -> Any:
    if key == "distillation_effort":
        return item > 0.0  # a student or not; how much effort may differ within a batch
    return item if key in STRUCTURAL_REALS else _without_reals(item)


def parameter_columns(scenarios: Sequence[Any]) -> Any:
    """Nested namespace like a scenario: reals as arrays ``(worlds, 1)``, everything else as the common value.

    Tables keyed by name (labs, sources, benchmark sets, segments) become dictionaries of namespaces.
    """
    first = scenarios[0]
    if isinstance(first, BaseModel):
        fields = type(first).model_fields
        return Parameters(
            **{name: parameter_columns([getattr(s, name) for s in scenarios]) for name in fields}
        )
    if isinstance(first, Mapping):
        return {key: parameter_columns([s[key] for s in scenarios]) for key in first}
    if isinstance(first, float):
        return np.array(scenarios, dtype=float)[:, None]
    if isinstance(first, list | tuple) and first and isinstance(first[0], BaseModel):
        return [parameter_columns([s[k] for s in scenarios]) for k in range(len(first))]
    return first


def shared_numbers(parameters: Any) -> Any:
    """The same namespace for arithmetic: a real that all worlds share is one number, an array without axes.

    NumPy combines a small array with a number in a third of the time that it takes to broadcast a column
    ``(worlds, 1)``; the bits are the same. Reals that differ between worlds stay columns, tables stay as they are.
    """
    if isinstance(parameters, Parameters):
        return Parameters(**{name: shared_numbers(value) for name, value in vars(parameters).items()})
    if isinstance(parameters, np.ndarray) and parameters.dtype == float and parameters.shape[1:] == (1,):
        bits = parameters.view(np.int64)
        return parameters[:1].reshape(()) if (bits == bits[0]).all() else parameters
    return parameters


def in_worlds(parameter: np.ndarray, worlds: np.ndarray | None) -> np.ndarray:
    """A parameter in the worlds named by index, ``(k, 1)``; a shared number, and for ``None``, as it is."""
    return parameter if worlds is None or not parameter.ndim else parameter[worlds]


def table_column(table: dict[str, Any], field: str, worlds: int) -> np.ndarray:
    """One field of a table keyed by name as an array: reals ``(worlds, entries)``, others ``(entries,)``."""
    values = [getattr(entry, field) for entry in table.values()]
    if values and isinstance(values[0], np.ndarray):
        return np.concatenate(values, axis=1)
    if not values:
        return np.zeros((worlds, 0))
    return np.array(values)

"""The registry of outputs: what a weekly series is, and how one is added.

Each output is a pure function of the recorder's raw columns; results are ``(weeks, worlds)``. The registry also
feeds the
manifest, the documentation and figures. Add one with :func:`output`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.mechanisms.numerics import Array

if TYPE_CHECKING:
    from sim.model import NarrativeModel

Series = Callable[["Columns"], Array]


@dataclass(frozen=True, slots=True)
class Output:
    """A named weekly series."""

    name: str
    unit: str
    description: str
    group: str
    series: Series


def masked_sum(values: Array, mask: Array) -> Array:
    """Sum over the entries of the last axis in ``mask``, in one order whatever the batch's memory layout."""
    return np.add.reduce(np.ascontiguousarray(values[..., mask]), axis=-1)


class Columns:
    """Raw columns and masks, as outputs read them; ``burn_in`` includes weeks before 0."""

    def __init__(self, model: NarrativeModel, burn_in: bool = False) -> None:
        self.model, self.burn_in = model, burn_in
        us = np.array([side == "us" for side in model.sides[: model.counts["labs"]]])
        cn = np.array([side == "cn" for side in model.sides[: model.counts["labs"]]])
        self.us, self.cn, self.closed = us, cn, model.is_closed
        #: +1 if the US controls, -1 under exchanged labels: gaps are reported as US minus China.
        self.sign: float = 1.0 if model.source_scenario.blocs.controlling == "us" else -1.0

    def __getitem__(self, name: str) -> Array:
        return self.model.recorder.history(name, burn_in=self.burn_in)

    def best(self, name: str, mask: Array) -> Array:
        """Largest value over the labs in ``mask``; NaN-free: the smallest float where the mask is empty."""
        if not mask.any():
            return np.full(self[name].shape[:2], np.nan)
        return self[name][..., mask].max(axis=-1)

    def total(self, name: str, mask: Array) -> Array:
        """Sum over the labs in ``mask``."""
        return masked_sum(self[name], mask)

    def users(self) -> Array:
        """Share of adopters by lab, ``(weeks, worlds, labs)``."""
        total = self["users"].sum(axis=(2, 3))
        return total / total.sum(axis=-1, keepdims=True)

    def parameter(self, section: str, name: str) -> Array:
        """A scenario parameter as ``(1, worlds)``."""
        return getattr(getattr(self.model.parameters, section), name)[:, 0][None, :]


OUTPUTS: dict[str, Output] = {}


def output(name: str, unit: str, group: str, description: str) -> Callable[[Series], Series]:
    """Register a series under ``name``."""

    def add(series: Series) -> Series:
        if name in OUTPUTS and OUTPUTS[name].series.__qualname__ != series.__qualname__:
            raise ValueError(f"output {name!r} is registered already")
        OUTPUTS[name] = Output(name, unit, description, group, series)
        return series

    return add


def add(name: str, unit: str, group: str, description: str, series: Series) -> None:
    """Register a series without the decorator."""
    output(name, unit, group, description)(series)


def element(column: str, k: int, *, signed: bool = False) -> Series:
    """Series of one entry of a raw column's last axis; ``signed`` turns it to US minus China."""

    def values(c: Columns) -> Array:
        return c.sign * c[column][..., k] if signed else c[column][..., k]

    return values


def trust_of(bloc: str) -> Series:
    """Mean trust in the claims of a bloc's labs, over receiver groups and quantities."""

    def values(c: Columns) -> Array:
        labs = c["trust"][:, :, : len(c.us)]
        mine = np.ascontiguousarray(labs[:, :, getattr(c, bloc)])
        return mine.reshape(*mine.shape[:2], -1).mean(axis=-1)

    return values


def enforcement_of(bloc: str) -> Series:
    """Mean enforcement of a bloc's closed labs, 0 where it has none."""

    def values(c: Columns) -> Array:
        mask = getattr(c, bloc) & c.closed
        return (
            c["enforcement"][..., mask].mean(axis=-1) if mask.any() else np.zeros(c["enforcement"].shape[:2])
        )

    return values


def series(
    model: NarrativeModel, burn_in: bool = False, names: Iterable[str] | None = None
) -> dict[str, Array]:
    """Registered outputs as arrays ``(weeks, worlds)``: all of them, or those of the given names."""
    columns = Columns(model, burn_in)
    return {name: OUTPUTS[name].series(columns) for name in (OUTPUTS if names is None else names)}

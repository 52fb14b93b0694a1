"""Where values stand on the axes of the explorer's charts, and what the pointer shows of a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from viz.exploring.explored import Explored, written


def positions(explored: Explored, name: str, table: Any = None) -> tuple[np.ndarray, list[str] | None]:
    """Positions of a factor's values on an axis, and the labels of the axis if it has no numbers."""
    column = (explored.runs if table is None else table)[name]
    if explored.numeric(name):
        return column.to_numpy(dtype=float), None
    labels = explored.levels(name)
    places = {label: place for place, label in enumerate(labels)}
    # Each value is looked up once, however many runs have it; a missing one is the last.
    codes, kinds = pd.factorize(column)
    found = [places.get(written(value), np.nan) for value in kinds]
    return np.array([*found, np.nan], dtype=float)[codes], labels


def dress_axis(
    option: dict[str, Any], key: str, explored: Explored, name: str, labels: list[str] | None
) -> None:
    """Make an axis one of labels, or logarithmic, where the factor is."""
    if labels is not None:
        option[key] |= {"type": "category", "data": labels}
    elif explored.log(name):
        option[key] |= {"type": "log"}
        option[key]["axisLabel"]["formatter"] = "@short:"


def words(explored: Explored, places: np.ndarray, names: Sequence[str]) -> list[str]:
    """What the pointer shows of some runs: row and seed, then a line a column."""
    lines = explored.runs.iloc[places]
    told = [
        f"row {row}, seed {seed}"
        for row, seed in zip(lines["row"].tolist(), lines["seed"].tolist(), strict=True)
    ]
    for name in names:
        unit = explored.label(name).unit
        values = [_shown(value) for value in lines[name].tolist()]
        told = [
            f"{head}\n{f'{name}: {value} {unit}'.rstrip()}" for head, value in zip(told, values, strict=True)
        ]
    return told


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}" if value == value else "not defined"
    return written(value)

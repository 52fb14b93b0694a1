"""The benchmark board as of a week, from the events of releases and scores."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from sim import NarrativeModel

#: A set is called saturated where the best lab solves this share of what a guesser leaves.
SATURATED = 0.9


def board(model: NarrativeModel, events: Iterable[dict[str, Any]], week: int) -> list[dict[str, Any]]:
    """Latest score of each lab on each set still in use after the events up to ``week``, newest sets last."""
    office = model.office
    places = {name: k for k, name in enumerate(office.names)}
    scores: dict[str, dict[str, float]] = {}
    surprise = None
    for event in events:
        if event["week"] > week:
            continue
        if event["type"] == "benchmark_release":
            scores.pop(event["target"], None)  # a slot that is used again
        elif event["type"] == "score":
            scores.setdefault(event["target"], {})[event["source"]] = event["value"]
        elif event["type"] == "evaluation":
            surprise = event["effect"]
    rows = []
    for name, by_lab in scores.items():
        place = places[name]
        floor, items = float(office.chance_floor[0, place]), float(office.items[0, place])
        full = max(by_lab.values()) >= floor + SATURATED * (1 - floor)
        for lab, score in by_lab.items():
            rows.append(
                {
                    "lab": lab, "benchmark": name, "score": score,
                    "standard_error": float(np.sqrt(max(score * (1 - score), 0) / items)),
                    "chance_floor": floor, "saturated": full, "public": bool(office.public[0, place]),
                    "surprise": surprise,
                }
            )  # fmt: skip
    return rows

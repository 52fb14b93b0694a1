"""A statement about the model, with what was predicted and what was measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One statement about the model: prediction, what was measured, and whether they agree."""

    group: str
    statement: str
    predicted: str
    measured: str
    agrees: bool

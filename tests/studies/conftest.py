"""A study to test with, and synthetic tables that say one thing or the opposite."""

import pandas as pd
import pytest

from sim.studies.statistics import reading
from sim.studies.study import load_study

CELLS = [(copying, claims) for copying in (0.0, 0.5) for claims in ("sincere", "strategic")]


@pytest.fixture(scope="session")
def study():
    return load_study("narrative-vs-benchmark")


@pytest.fixture
def statement(study):
    return lambda key: study.statements[key]


def cells(
    effect: float, width: float = 0.01, margin: float = 0.005, outcome: str = "log_multiple"
) -> pd.DataFrame:
    """One effect in all four cells."""
    low, high = effect - width, effect + width
    return pd.DataFrame(
        [
            {"copying": copying, "claims": claims, "outcome": outcome, "effect": effect, "low": low, "high": high,
             "reading": reading(low, high, margin)}
            for copying, claims in CELLS
        ]
    )  # fmt: skip


def shares(positive: float) -> dict[str, float]:
    """Shares of the plausible set, for a share of positive effects."""
    found = {"draws": 400.0, "mean": positive - 0.5, "mean_low": positive - 0.6, "mean_high": positive - 0.4}
    parts = {
        "positive": positive,
        "negative": 1 - positive,
        "small": 0.1,
        "raised": positive,
        "lowered": 1 - positive,
    }
    for name, value in parts.items():
        found |= {name: value, f"{name}_low": value - 0.04, f"{name}_high": value + 0.04}
    return found

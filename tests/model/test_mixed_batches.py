"""Worlds that differ in many real parameters keep their bytes in a common batch, over random structures."""

from __future__ import annotations

import random

import numpy as np
import pytest

from sim.model import NarrativeModel
from sim.parameters import structure_key
from sim.recording.outputs import series
from sim.scenario import Scenario, ScenarioError
from tests.oracle.fuzz import drawn, random_scenario, settings

WEEKS = 30
#: Their values belong together (they sum to one, or are ordered), or they are the size of something.
TOGETHER = ("adoption.segments", "adoption.bloc_shares", "benchmarks.headroom")


def with_other_reals(scenario: Scenario, number: int) -> Scenario:
    """The same structure with about a third of all real parameters drawn anew."""
    luck = random.Random(10_000 + number)
    changed = scenario
    for key, field, value in settings(scenario):
        if not isinstance(value, float) or key.startswith(TOGETHER) or luck.random() > 0.35:
            continue
        try:
            candidate = changed.with_changes({key: drawn(luck, key, field, value)})
        except ScenarioError:
            continue
        if structure_key(candidate) == structure_key(scenario):
            changed = candidate
    return changed


def check(number: int) -> None:
    first = random_scenario(number)
    second = with_other_reals(first, number)
    assert first != second
    rows = [(first, number), (second, number), (first, number + 1), (second, number)]
    batch = NarrativeModel.batch(rows)
    batch.run_for(WEEKS)
    outputs = series(batch)
    for k in (0, 1):
        alone = NarrativeModel(*rows[k])
        alone.run_for(WEEKS)
        differing = [
            name
            for name, values in series(alone).items()
            if not np.array_equal(values[:, 0], outputs[name][:, k], equal_nan=True)
        ]
        assert not differing, (number, k, differing)
    for name in ("gap", "valuation_us_labs", "believed_gap_investors"):
        assert np.array_equal(outputs[name][:, 1], outputs[name][:, 3], equal_nan=True), name


@pytest.mark.parametrize("number", range(3))
def test_random_reals_in_one_batch(number):
    check(number)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(3, 60))
def test_more_random_reals_in_one_batch(number):
    check(number)

"""Every parameter at both ends of its range: the model runs, without a warning, and every output is finite."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from sim.model import NarrativeModel
from sim.recording.outputs import series
from sim.scenario import ScenarioError, parameters
from tests.model.worlds import small

EXAMPLES = {
    "labs.<name>": "labs.cn-open-1",
    "sources.<name>": "sources.independent-analyst",
    "benchmarks.sets.<name>": "benchmarks.sets.coding-tasks",
    "adoption.segments.<name>": "adoption.segments.developer",
}
SHORT = {
    "run.burn_in": 6,
    "run.weeks": 14,
    "size.investors": 12,
    "size.policymakers": 5,
    "size.communities": 12,
}


def extremes():
    for info in parameters():
        if info.section in ("run", "size", "events"):
            continue
        key = info.key
        for pattern, example in EXAMPLES.items():
            key = key.replace(pattern, example)
        values = [v for v in (info.minimum, info.maximum) if v is not None]
        if info.choices:
            values = list(info.choices)
        elif isinstance(info.default, bool):
            values = [not info.default]
        yield from ((key, value) for value in values)


CASES = list(extremes())


def run(key, value):
    base = small(SHORT | {"claims.policy": "strategic"})
    try:
        scenario = base.with_changes({key: value})
    except ScenarioError:
        return False  # refused by the schema: an impossible combination
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = NarrativeModel(scenario, 3)
        model.run_for(14)
        for name, values in series(model).items():
            assert np.isfinite(values).all(), (key, value, name)
    return True


@pytest.mark.parametrize("part", range(4))
def test_a_tenth_of_the_extremes(part):
    chosen = CASES[part::40]
    assert sum(run(key, value) for key, value in chosen) > len(chosen) // 2


@pytest.mark.slow
def test_all_extremes():
    assert sum(run(key, value) for key, value in CASES) > 400

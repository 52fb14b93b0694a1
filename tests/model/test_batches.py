"""A result does not depend on the batch in which it was computed: same bytes in a batch of 1, 7 or more."""

from __future__ import annotations

import numpy as np
import pytest

from sim.model import NarrativeModel
from sim.recording.outputs import series
from tests.model.worlds import small


@pytest.mark.parametrize("changes", [
    {}, {"claims.policy": "strategic", "beliefs.motivated": 0.2, "policy.retaliation_probability": 0.3},
    {"capital.buys_compute": False, "social.rule": "bounded_confidence", "valuation.rule": "creative_destruction"},
], ids=["baseline", "strategic", "alternatives"])  # fmt: skip
def test_worlds_keep_their_bytes_in_any_batch(changes):
    first = small(changes)
    second = first.with_changes(
        {"export_control.strength": 0.55, "distillation.potency": 0.4, "social.weight": 0.3}
    )
    rows = [(first, 3), (second, 3), (first, 11), (second, 8), (first, 3), (second, 1), (first, 2)]
    batch = NarrativeModel.batch(rows)
    batch.run_for(40)
    outputs = series(batch)
    for k in (0, 1, 3, 6):
        alone = NarrativeModel(*rows[k])
        alone.run_for(40)
        for name, values in series(alone).items():
            assert np.array_equal(values[:, 0], outputs[name][:, k], equal_nan=True), (name, k)
        for name in alone.recorder.columns:
            assert np.array_equal(
                alone.recorder.history(name, burn_in=True)[:, 0], batch.recorder.history(name, burn_in=True)[:, k],
                equal_nan=True,
            ), (name, k)  # fmt: skip
    for name in ("capability", "believed_gap"):
        column = batch.recorder.history(name)
        assert np.array_equal(column[:, 0], column[:, 4]), "same scenario and seed"


def test_worlds_of_different_structure_are_refused():
    with pytest.raises(ValueError, match="one structure"):
        NarrativeModel.batch([(small(), 1), (small({"media.contagion": False}), 1)])
    with pytest.raises(ValueError, match="one structure"):
        NarrativeModel.batch([(small(), 1), (small({"labs.cn-open-1.distillation_effort": 0.0}), 1)])


def test_labs_in_another_order_are_another_structure():
    # They draw their luck by their place, so that a common batch would give one of the two the other's runs.
    first = small()
    turned = first.model_copy(update={"labs": dict(reversed(first.labs.items()))})
    assert turned == first
    with pytest.raises(ValueError, match="one structure"):
        NarrativeModel.batch([(first, 1), (turned, 1)])
    worlds = [NarrativeModel(scenario, 1) for scenario in (first, turned)]
    assert not np.array_equal(*(np.sort(world.labs.capability) for world in worlds))


@pytest.mark.slow
def test_a_batch_of_three_hundred_keeps_its_bytes():
    scenario = small()
    batch = NarrativeModel.batch([(scenario, seed) for seed in range(300)])
    batch.run_for(20)
    for seed in (0, 123, 299):
        alone = NarrativeModel(scenario, seed)
        alone.run_for(20)
        for name in alone.recorder.columns:
            assert np.array_equal(
                alone.recorder.history(name)[:, 0], batch.recorder.history(name)[:, seed], equal_nan=True
            )

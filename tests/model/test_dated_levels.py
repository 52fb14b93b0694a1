"""Dated releases and test sets on a scale of their own: measured from the best released model at the start."""

from __future__ import annotations

import numpy as np
import pytest

import sim

SMALL = {
    "size.investors": 12,
    "size.policymakers": 8,
    "size.communities": 12,
    "run.burn_in": 20,
    "run.weeks": 12,
}


def model(*events, **changes):
    return sim.NarrativeModel(
        sim.load_scenario("baseline", {**SMALL, **changes, "events": list(events)}), seed=3
    )


@pytest.mark.parametrize(("level", "lab"), [(0.75, "cn-open-2"), (2.5, "us-closed-1"), (-4.0, "cn-closed-1")])
def test_a_release_has_the_level_it_is_given(level, lab):
    release = {"type": "model_release", "week": 4, "lab": lab, "capability": level, "from_start": True}
    run, without = model(release), model()
    k = run.source_names.index(lab)
    start = run.labs.released_capability.max()
    for each in (run, without):
        each.run_for(5)
    assert run.labs.capability[0, k] == pytest.approx(start + level, abs=1e-12)
    best_before = without.labs.released_capability[0, k]
    assert run.labs.released_capability[0, k] == pytest.approx(max(start + level, best_before), abs=1e-12)
    # Only algorithms make up the difference: compute and what was copied are those of the world without it.
    for column in ("compute", "distilled"):
        assert np.array_equal(getattr(run.labs, column), getattr(without.labs, column))


def test_a_level_on_the_scale_of_the_model_needs_no_start():
    run = model({"type": "model_release", "week": -5, "lab": "us-open-1", "capability": 1.25})
    k = run.source_names.index("us-open-1")
    assert run.labs.released_capability[0, k] >= 1.25
    row = next(e for e in run.log.since() if e["type"] == "model_release" and e["origin"] == "scenario")
    assert row["value"] == pytest.approx(1.25, abs=1e-12)


def test_a_set_is_as_hard_as_it_is_given():
    run = model(
        {"type": "benchmark_release", "week": 2, "benchmark": "later", "difficulty": 0.6, "from_start": True}
    )
    start = run.labs.released_capability.max()
    run.run_for(3)
    slot = run.office.names.index("later")
    assert run.office.difficulty[0, slot] == pytest.approx(start + 0.6, abs=1e-12)


def test_worlds_of_a_batch_have_starts_of_their_own():
    events = [{"type": "model_release", "week": 1, "lab": "cn-open-1", "capability": 1.0, "from_start": True}]
    scenario = sim.load_scenario("baseline", {**SMALL, "events": events})
    batch = sim.NarrativeModel.batch([(scenario, seed) for seed in range(3)])
    starts = batch.labs.released_capability.max(axis=1)
    batch.run_for(2)
    k = batch.source_names.index("cn-open-1")
    assert np.ptp(starts) > 0
    np.testing.assert_allclose(batch.labs.capability[:, k] - starts, 1.0, atol=1e-12)


@pytest.mark.parametrize(
    ("event", "key", "found"),
    [
        ({"capability": 1.0, "capability_gain": 0.5, "week": 1}, "events[0].capability", "both are given"),
        ({"from_start": True, "week": 1}, "events[0].from_start", "without capability"),
        ({"capability": 1.0, "from_start": True, "week": -2}, "events[0].from_start", "burn-in"),
    ],
)
def test_what_cannot_be_is_refused(event, key, found):
    with pytest.raises(sim.ScenarioError) as caught:
        model({"type": "model_release", "lab": "us-open-1", **event})
    (problem,) = caught.value.problems
    assert problem.key.startswith(key)
    assert found in problem.found

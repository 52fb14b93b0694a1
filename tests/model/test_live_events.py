"""Events scheduled in a running model, and changes of claim policy: the bytes of a fresh run with the event."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from sim.model import NarrativeModel
from sim.recording.outputs import series
from sim.scenario import Scenario, ScenarioError
from sim.scenario.events import EVENT_MODELS
from tests.model.worlds import small
from tests.oracle.fuzz import random_scenario
from tests.oracle.worlds import CLAIM_EVENTS, EVENTS, POLICY_EVENTS

WEEK, WEEKS = 20, 36
SHORT: dict[str, Any] = {"run.weeks": WEEKS}
ACTS: dict[str, Any] = {**SHORT, "export_control.mode": "both", "export_control.lag": 4}
LOUD: dict[str, Any] = {**SHORT, "claims.rate": 1.0, "claims.private_gap_sd": 0.03}
#: Nobody speaks, and nobody has a use for his interest, until an event says so.
SILENT: dict[str, Any] = {
    **LOUD, "claims.policy": "none", "sources.independent-analyst.claim_policy": "none", "policy.lobbying": False,
    "enforcement.rule": "none",
}  # fmt: skip
ISO_LAG: dict[str, Any] = {**LOUD, "distillation.iso_lag": True, "run.burn_in": 30}

ACT = {"type": "control_act", "strength": 0.9}


def policy(source: str, name: str) -> dict[str, Any]:
    return {"type": "claim_policy", "source": source, "policy": name}


def raw(model: NarrativeModel) -> dict[str, np.ndarray]:
    """All columns, burn-in included, and all outputs."""
    columns = {name: model.recorder.history(name, burn_in=True) for name in model.recorder.columns}
    return columns | {f"output {name}": values for name, values in series(model).items()}


def assert_equal(first: Mapping[str, np.ndarray], second: Mapping[str, np.ndarray]) -> None:
    assert set(first) == set(second)
    for name, values in first.items():
        assert np.array_equal(values, second[name], equal_nan=True), name


def fresh(scenario: Scenario, weeks: int, seed: int = 5) -> NarrativeModel:
    model = NarrativeModel(scenario, seed)
    model.run_for(weeks)
    return model


CASES = [
    (ACTS, ACT),
    (ACTS, {"type": "control_act", "instrument": "access", "change": 0.3, "durable": False, "replace": True,
            "week": 24}),
    (ACTS, {"type": "truce"}),
    (LOUD, policy("us-closed-1", "strategic")),
    (LOUD, policy("cn-open-1", "none")),
    (LOUD, policy("trade-press", "strategic")),
    (LOUD, policy("us-official", "strategic")),
    (LOUD, policy("chip-vendor-1", "strategic") | {"week": 26}),
    (SILENT, policy("us-closed-2", "strategic") | {"week": 21}),
    (SILENT, policy("us-official", "sincere") | {"week": 22}),
    (ISO_LAG, policy("us-closed-1", "strategic")),
    (SHORT, {"type": "claim", "source": "us-closed-1", "narrative": "moat", "value": 1.2, "repeat_every": 3}),
    (LOUD, {"type": "claim", "source": "independent-analyst", "narrative": "moat", "quantity": "speed",
            "value": -0.4}),
    (SHORT, {"type": "election", "shift": -0.3}),
    (SHORT, {"type": "shock", "lab": "cn-open-1", "to": "algorithms", "amount": 0.5, "week": 23}),
    (SHORT, {"type": "reveal", "date": "2024-06-10"}),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "event"), CASES)
def test_a_live_event_gives_the_bytes_of_a_fresh_run(changes, event):
    scenario = small(changes)
    live = NarrativeModel(scenario, 5)
    live.run_for(WEEK)
    live.schedule(event)
    live.run_for(WEEKS - WEEK)
    assert len(live.source_scenario.events) == 1
    again = fresh(live.source_scenario, WEEKS)
    assert_equal(raw(live), raw(again))
    assert live.log.frame().equals(again.log.frame())
    week = live.source_scenario.events[0].week_of(live.start_date)
    without = fresh(scenario, WEEKS)
    before = week + scenario.run.burn_in
    some_differ = False
    for name, values in raw(without).items():
        first = values[: week if name.startswith("output") else before]
        assert np.array_equal(first, raw(live)[name][: len(first)], equal_nan=True), name
        some_differ |= not np.array_equal(values, raw(live)[name], equal_nan=True)
    assert some_differ or event["type"] == "truce", "the event does something"


def test_several_events_keep_their_order_and_the_sets_of_the_file():
    release = {"type": "benchmark_release", "week": 25, "benchmark": "later", "difficulty": 1.0}
    live = NarrativeModel(small(ACTS | {"events": [release]}), 3)
    live.run_for(10)
    live.schedule(ACT | {"week": 22})
    live.schedule(EVENT_MODELS["control_act"].model_validate({**ACT, "strength": 0.1, "week": 30}))
    live.run_for(10)
    live.schedule(policy("us-closed-2", "strategic"))
    live.run_for(WEEKS - 20)
    kinds = [(event.type, event.week) for event in live.source_scenario.events]
    assert kinds == [
        ("benchmark_release", 25), ("control_act", 22), ("control_act", 30), ("claim_policy", 20)
    ]  # fmt: skip
    assert_equal(raw(live), raw(fresh(live.source_scenario, WEEKS, 3)))


def test_a_file_with_a_change_of_policy_runs_like_the_one_without_until_then():
    changes = LOUD | {"events": [policy("us-closed-1", "strategic") | {"week": -3}]}
    model = fresh(small(changes), 30)
    assert model.policies[0] == "strategic"
    row = model.log.frame().query("type == 'claim_policy'").iloc[0]
    assert (row.week, row.origin, row.source, row.target) == (-3, "scenario", "us-closed-1", "strategic")
    all_along = fresh(small(LOUD | {"labs.us-closed-1.claim_policy": "strategic"}), 30)
    assert_equal(raw(model), raw(all_along))


def test_a_relay_that_falls_silent_drops_what_it_had_planned():
    names = ("us-official", "cn-official", "trade-press")
    changes = LOUD | {"claims.relay_probability": 0.5} | {f"sources.{name}.delay": 8 for name in names}

    def speakers(silenced: bool) -> set[str]:
        model = fresh(small(changes), WEEK)
        if silenced:
            model.schedule(policy("trade-press", "none"))
        model.run_for(8)
        log = model.log.frame()
        return set(log[(log.type == "claim") & (log.week >= WEEK)].source)

    assert "trade-press" in speakers(False), "it repeats what was said before the change"
    assert speakers(True) == speakers(False) - {"trade-press"}


def test_policies_are_those_of_the_file_again_in_every_pass_of_the_burn_in():
    changes = ISO_LAG | {"events": [policy("us-closed-1", "strategic") | {"week": -2}]}
    model = NarrativeModel(small(changes), 1)
    assert model.log.frame().type.eq("claim_policy").sum() == 1
    without = NarrativeModel(small(ISO_LAG), 1)
    # Nobody speaks in the burn-in: a policy alone leaves the initial state as it is.
    for name in without.recorder.columns:
        ours, theirs = (m.recorder.history(name, burn_in=True) for m in (model, without))
        assert np.array_equal(ours[:-2], theirs[:-2], equal_nan=True), name


def test_worlds_of_a_batch_take_part_alike():
    first = small(ACTS)
    rows = [(first, 1), (first.with_changes({"distillation.potency": 0.3}), 2), (first, 3)]
    batch = NarrativeModel.batch(rows)
    batch.run_for(WEEK)
    batch.schedule(ACT)
    batch.schedule(policy("us-closed-1", "strategic") | {"week": 24})
    batch.run_for(WEEKS - WEEK)
    assert batch.scenarios[0] is batch.scenarios[2] is batch.source_scenario
    assert [scenario.distillation.potency for scenario in batch.scenarios][1] == 0.3
    assert [seed for _scenario, seed in batch.rows] == [1, 2, 3]
    for k, (scenario, seed) in enumerate(batch.rows):
        alone = raw(fresh(scenario, WEEKS, seed))
        for name, values in raw(batch).items():
            assert np.array_equal(values[:, k], alone[name][:, 0], equal_nan=True), (name, k)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(200, 230))
def test_random_events_in_random_worlds(number):
    luck = random.Random(number)
    live = NarrativeModel(random_scenario(number), number)
    for week in range(30):
        for event in [*POLICY_EVENTS, *CLAIM_EVENTS, *EVENTS]:
            if event["type"] == "benchmark_release" or luck.random() > 0.02:
                continue
            kept = {key: value for key, value in event.items() if key != "until"}
            with contextlib.suppress(ScenarioError):  # acts on a control that only policymakers set
                live.schedule({**kept, "week": week + luck.choice([0, 0, 1, 5])})
        live.step()
    again = fresh(live.source_scenario, 30, number)
    assert_equal(raw(live), raw(again))
    assert live.log.frame().equals(again.log.frame())


@pytest.fixture(scope="module")
def running() -> NarrativeModel:
    return fresh(small({"export_control.mode": "both"}), 5)


@pytest.mark.parametrize(("event", "key", "found", "hint"), [
    (policy("us-closd-1", "none"), "events[0].source", "us-closd-1", "us-closed-1"),
    (policy("us-closed-1", "strategc"), "events[0].policy", "strategc", "strategic"),
    (policy("trade-press", "relay"), "events[0].policy", "relay", ""),
    (policy("us-closed-1", "default"), "events[0].policy", "default", ""),
    ({"type": "control_ac", "strength": 0.5}, "events[0]", "control_ac", "control_act"),
    ({"type": "control_act", "strength": 1.5}, "events[0].strength", "1.5", ""),
    ({"type": "control_act", "strength": 0.5, "week": 60}, "events[0].week", "week 60", ""),
    ({"strength": 0.5}, "events[0]", "", ""),
])  # fmt: skip
def test_what_is_wrong_with_an_event_is_said(running, event, key, found, hint):
    with pytest.raises(ScenarioError) as caught:
        running.schedule(event)
    problem = caught.value.problems[0]
    assert problem.key == key
    assert found in problem.found
    assert hint in problem.hint
    assert running.source_scenario.events == ()


def test_the_past_and_sets_that_need_room_are_refused(running):
    with pytest.raises(ValueError, match="week 4 has been run; an event can happen from week 5 on"):
        running.schedule(ACT | {"week": 4})
    with pytest.raises(ValueError, match="benchmark_release cannot be added to a running model"):
        running.schedule({"type": "benchmark_release", "week": 9, "benchmark": "new", "difficulty": 1.0})
    assert running.source_scenario.events == ()
    assert running.rows[0][0] is running.source_scenario

"""The schema itself: documentation of every parameter, freezing, round trips, digests, JSON Schema."""

import copy
import json
import pickle
import tomllib

import jsonschema
import pytest
from pydantic import BaseModel, ValidationError

from sim.scenario import Scenario, file_schema, load_scenario, parameter_info, parameters, shipped_scenarios
from sim.scenario.events import EVENT_MODELS
from sim.scenario.parameter import STATUS


def test_every_parameter_is_documented():
    infos = list(parameters())
    assert len(infos) > 240
    assert len({info.key for info in infos}) == len(infos)
    for info in infos:
        assert info.description.endswith("."), info.key
        assert info.unit, info.key
        assert info.status in STATUS, info.key
        assert len(info.provenance) > 10, info.key
        if info.kind in ("number", "whole number"):
            assert info.minimum is not None, info.key
            assert info.maximum is not None, info.key
            assert info.default is None or info.minimum <= info.default <= info.maximum, info.key


def test_every_key_of_the_baseline_is_in_the_list():
    def walk(table, path):
        for key, value in table.items():
            if isinstance(value, dict):
                yield from walk(value, (*path, key))
            elif path:
                yield ".".join((*path, key))

    keys = list(walk(Scenario().resolved(), ()))
    assert len(keys) > 300
    assert all(parameter_info(key) for key in keys)


def test_defaults_obey_their_own_rules():
    assert Scenario.model_validate(Scenario().resolved()) == Scenario()


def test_real_defaults_are_floats():
    def walk(model, path=()):
        for name, field in type(model).model_fields.items():
            value = getattr(model, name)
            if isinstance(value, BaseModel):
                walk(value, (*path, name))
            elif isinstance(value, dict):
                for key, inner in value.items():
                    walk(inner, (*path, name, key))
            elif field.annotation is float:
                assert type(value) is float, (*path, name)

    walk(Scenario())


def test_contract_defaults():
    s = Scenario()
    assert list(s.labs) == [
        "us-closed-1", "us-closed-2", "us-closed-3", "us-open-1",
        "cn-open-1", "cn-open-2", "cn-open-3", "cn-closed-1",
    ]  # fmt: skip
    assert [lab.compute for lab in s.labs.values()] == [0, -0.05, -0.15, -0.10, -0.75, -0.80, -0.90, -0.75]
    assert [lab.algorithms for lab in s.labs.values()] == [0, 0, -0.05, -0.15, -0.30, -0.30, -0.35, -0.35]
    assert [lab.distillation_effort for lab in s.labs.values()] == [0, 0, 0, 0, 1, 1, 1, 1]
    assert {name: (source.kind, source.claim_policy) for name, source in s.sources.items()} == {
        "us-official": ("official", "relay"),
        "cn-official": ("official", "relay"),
        "independent-analyst": ("analyst", "sincere"),
        "trade-press": ("media", "relay"),
    }
    assert list(s.benchmarks.sets) == [
        "knowledge-exam", "holistic-composite", "coding-tasks", "mathematics-problems", "private-held-out",
    ]  # fmt: skip
    assert all(-0.2 <= one.difficulty <= 1.2 for one in s.benchmarks.sets.values())
    assert s.policy.marginal_cost is None
    assert s.events == ()


def test_frozen():
    s = Scenario()
    with pytest.raises(ValidationError):
        s.run.weeks = 3
    with pytest.raises(TypeError, match="with_changes"):
        s.labs["x"] = s.labs["us-open-1"]
    with pytest.raises(TypeError):
        s.benchmarks.sets.clear()


def test_copies_and_hash():
    s = load_scenario("controls-schedule")
    assert pickle.loads(pickle.dumps(s)) == s
    assert copy.deepcopy(s) == s
    assert hash(s) == hash(load_scenario("controls-schedule"))
    with pytest.raises(TypeError):
        pickle.loads(pickle.dumps(s)).labs["x"] = None


def test_direct_construction_checks_combinations():
    with pytest.raises(ValidationError, match="two different blocs"):
        Scenario.model_validate({"blocs": {"controlling": "cn"}})


def test_claim_quantities_are_filled_in():
    claim = {"type": "claim", "week": 1, "source": "us-closed-1", "value": 0.1}
    events = [
        {**claim, "narrative": "cost_efficiency"},
        {**claim, "narrative": "motive", "target": "trade-press"},
        {"type": "claim", "week": 1, "source": "trade-press", "narrative": "control_call", "direction": -1},
    ]
    cost, motive, call = Scenario().with_changes({"events": events}).events
    assert cost.quantity == "share"
    assert (motive.quantity, motive.target_quantity) == ("bias", "gap")
    assert (call.quantity, call.value, call.direction) == (None, None, -1)


def test_week_of():
    truce = EVENT_MODELS["truce"].model_validate({"type": "truce", "date": "2024-01-08"})
    assert [truce.week_of(day) for day in ("2024-01-01", "2024-01-02", "2024-01-08", "2024-01-09")] == [
        1,
        0,
        0,
        -1,
    ]


def test_digest_is_stable_and_sensitive():
    s = Scenario()
    assert s.digest() == Scenario().digest() == Scenario.model_validate(s.resolved()).digest()
    assert len(s.digest()) == 64
    assert s.digest() != s.with_changes({"policy.friction": 0.51}).digest()
    assert s.with_changes({"policy.link_gap": -0.0}).digest() == s.digest()
    assert (
        s.with_changes({"policy.friction": 1}).digest() == s.with_changes({"policy.friction": 1.0}).digest()
    )


def test_toml_round_trip_of_odd_texts():
    odd = 'quote " backslash \\ newline \n tab \t delete \x7f é 漢 \u2028 '
    s = Scenario().with_changes({"description": odd, "inspired_by": [odd], "claims.publication_cost": 1e-7})
    assert Scenario.model_validate(tomllib.loads(s.to_toml())) == s


def test_json_schema():
    schema = file_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(json.loads(json.dumps(schema)))
    for path in shipped_scenarios().values():
        validator.validate(tomllib.loads(path.read_text(encoding="utf-8")))
    validator.validate(Scenario().resolved())
    for wrong in (
        {"policy": {"friction": 9}},
        {"nonsense": 1},
        {"social": {"rule": "nobody"}},
        {"events": [{"type": "x"}]},
    ):
        assert list(validator.iter_errors(wrong)), wrong
    order = list(schema["properties"])
    assert order.index("run") < order.index("labs") < order.index("claims") < order.index("events")


def test_advice():
    s = Scenario().with_changes({"enforcement.level": 0.5, "size.investors": 5, "run.weeks": 260})
    notes = "\n".join(s.advice())
    assert "enforcement.level is not used" in notes
    assert "5 investors" in notes
    assert "market.cap" in notes
    assert Scenario().advice() == []

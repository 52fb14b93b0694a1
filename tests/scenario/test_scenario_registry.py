"""Strategies by name: registration, plug-ins, and their use in scenarios."""

import warnings
from types import SimpleNamespace

import pytest

from sim import registry
from sim.registry import Registry, UnknownStrategyError, claim_policies, social_rules
from sim.scenario import Scenario, ScenarioError


def test_register_and_get():
    rules = Registry("rule", ("none",))

    @rules.register("mine")
    class Mine: ...

    thing = rules.register("other", object())
    assert rules.get("mine") is Mine
    assert rules.get("other") is thing
    assert rules.names() == ("none", "mine", "other")
    assert "mine" in rules
    assert "none" in rules
    assert "nothing" not in rules


def test_refusals():
    rules = Registry("rule", ("none",))
    rules.register("mine", object())
    with pytest.raises(ValueError, match="already registered"):
        rules.register("mine", object())
    with pytest.raises(ValueError, match="not a usable"):
        rules.register(" ", object())
    with pytest.raises(UnknownStrategyError, match="did you mean 'mine'"):
        rules.get("mines")
    with pytest.raises(UnknownStrategyError, match="not imported"):
        rules.get("none")


def test_a_cell_run_twice_replaces_its_own_definition():
    rules = Registry("rule")

    def define():
        @rules.register("mine")
        class Mine: ...

        return Mine

    define()
    again = define()
    assert rules.get("mine") is again


def test_registered_names_are_valid_in_scenarios():
    with pytest.raises(ScenarioError, match="default, none, sincere, strategic"):
        Scenario().with_changes({"labs.us-open-1.claim_policy": "cautious"})
    claim_policies.register("cautious", object())
    try:
        s = Scenario().with_changes({"labs.us-open-1.claim_policy": "cautious", "claims.policy": "cautious"})
        assert s.labs["us-open-1"].claim_policy == "cautious"
        labs = Scenario.model_json_schema()["$defs"]["Lab"]["properties"]["claim_policy"]
        assert "cautious" in labs["enum"]
    finally:
        claim_policies.unregister("cautious")


def test_plugins_load_once_and_may_fail(monkeypatch):
    calls = []

    def good():
        calls.append(1)
        social_rules.register("from-plugin", object())

    def bad():
        raise RuntimeError("broken")

    points = [
        SimpleNamespace(name="g", value="p:good", load=lambda: good),
        SimpleNamespace(name="b", value="p:bad", load=lambda: bad),
    ]
    monkeypatch.setattr(registry, "_plugins", registry._Plugins("parity.strategies"))
    monkeypatch.setattr(registry.metadata, "entry_points", lambda group: points)
    try:
        with pytest.warns(UserWarning, match=r"'b' .* was not loaded: broken"):
            assert "from-plugin" in social_rules
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert "something-else" not in social_rules
            assert Scenario().with_changes({"social.rule": "from-plugin"}).social.rule == "from-plugin"
        assert calls == [1]
    finally:
        social_rules.unregister("from-plugin")

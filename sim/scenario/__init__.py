"""Scenarios: frozen, validated descriptions of a world, with unit, bounds and source of every parameter."""

from sim.scenario.catalogue import ParameterInfo, file_schema, parameter_info, parameters
from sim.scenario.difference import differing_events, differing_values, flat_values
from sim.scenario.loading import Loaded, load, load_scenario
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.scenario import Scenario
from sim.scenario.shipped import shipped_scenarios

__all__ = [
    "Loaded",
    "ParameterInfo",
    "Problem",
    "Scenario",
    "ScenarioError",
    "differing_events",
    "differing_values",
    "file_schema",
    "flat_values",
    "load",
    "load_scenario",
    "parameter_info",
    "parameters",
    "shipped_scenarios",
]

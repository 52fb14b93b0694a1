"""Two implementations, one trajectory: every registered output agrees within 1e-9 in every week."""

import math

import pytest

from sim.model import NarrativeModel
from sim.recording.outputs import OUTPUTS, series

from .fuzz import random_scenario
from .oracle_model import run_oracle
from .worlds import SHIPPED, SWITCHES, shipped, variant

TOLERANCE = 1e-9


def differences(mine, theirs, first_week):
    """Where two runs differ: ``(week, output, oracle, simulator)``, the first week of each output."""
    found = []
    for name in theirs:
        for k, (a, b) in enumerate(zip(mine[name], theirs[name], strict=True)):
            same = (math.isnan(a) and math.isnan(b)) or abs(a - b) <= TOLERANCE * max(1.0, abs(b))
            if not same:
                found.append((first_week + k, name, a, b))
                break
    return sorted(found)


def assert_same_trajectory(scenario, seed, weeks):
    model = NarrativeModel(scenario, seed, log_events=False)
    model.run_for(weeks)
    theirs = {name: values[:, 0].tolist() for name, values in series(model, burn_in=True).items()}
    mine = run_oracle(scenario, seed, weeks)
    assert set(mine) == set(theirs) == set(OUTPUTS)
    found = differences(mine, theirs, -scenario.run.burn_in)
    lines = [
        f"week {week}: {name} is {a!r} in the oracle, {b!r} in the simulator"
        for week, name, a, b in found[:12]
    ]
    assert not found, "\n".join(["the trajectories part:", *lines])


def test_baseline_at_full_size():
    assert_same_trajectory(shipped("baseline", small=False), 1, 60)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenario(name):
    assert_same_trajectory(shipped(name), 2, 24)


@pytest.mark.parametrize("name", SWITCHES)
def test_switches(name):
    scenario = variant(name)
    assert_same_trajectory(scenario, 3, scenario.run.weeks)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenario_in_full(name):
    scenario = shipped(name, small=False)
    assert_same_trajectory(scenario, 1, scenario.run.weeks)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4, 12))
@pytest.mark.parametrize("name", SWITCHES)
def test_switches_with_other_luck(name, seed):
    scenario = variant(name)
    assert_same_trajectory(scenario, seed, scenario.run.weeks)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(120))
def test_random_world(number):
    scenario = random_scenario(number)
    assert_same_trajectory(scenario, number, scenario.run.weeks)

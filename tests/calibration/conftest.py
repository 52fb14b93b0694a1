"""A small hindcast: few agents, so that a world takes a fraction of a second."""

import pytest

SMALL = {"size.investors": 20, "size.policymakers": 10, "size.communities": 20}


@pytest.fixture(scope="session")
def problem():
    from sim.calibration.problem import HindcastProblem, shortened
    from sim.calibration.targets import targets
    from sim.hindcast.observables import OBSERVABLES
    from sim.hindcast.scenario import hindcast_scenario

    scenario = shortened(hindcast_scenario("free").with_changes(SMALL))
    return HindcastProblem({"free": scenario}, targets(OBSERVABLES.values(), modes=("free",)))


@pytest.fixture(scope="session")
def prediction():
    from dataclasses import replace

    from sim.calibration.predictive import prediction_problem

    whole = prediction_problem()
    return replace(whole, scenario=whole.scenario.with_changes(SMALL))

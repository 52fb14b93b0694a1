"""Factors: priors as in the studies, places and values, and what they change in a scenario."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from sim.calibration.factors import BY_NAME, FACTORS, REGISTERED, changes, common_changes, names, values
from sim.parameters import structure_key
from sim.scenario import load_scenario
from sim.scenario.catalogue import parameter_info

PLAUSIBLE = Path(__file__).parents[2] / "scenarios/studies/narrative-vs-benchmark/parts/plausible.toml"


def test_the_registered_twelve_have_the_ranges_of_the_study():
    study = tomllib.loads(PLAUSIBLE.read_text(encoding="utf-8"))["factors"]
    twelve = [factor for factor in FACTORS if factor.kind == REGISTERED]
    assert len(twelve) == 12
    for factor in twelve:
        if factor.name == "strategy":  # three settings of claims in the study
            settings = study["psi"]["settings"].values()
            assert {one.get("claims.strategic_weight", 0.0) for one in settings} == {0.0, 0.5, 1.0}
            assert (factor.low, factor.high) == (0.0, 1.0)
        else:
            assert [factor.low, factor.high] == study[factor.name]["range"], factor.name
            assert list(factor.keys) == study[factor.name]["keys"], factor.name


@pytest.mark.parametrize("factor", FACTORS, ids=lambda factor: factor.name)
def test_priors_lie_within_what_the_parameter_allows(factor):
    for key in factor.keys:
        if key.startswith("labs.CONTROLLED."):
            continue
        info = parameter_info(key)
        assert info is not None, key
        scenario = load_scenario("baseline")
        for end in (factor.low, factor.high):
            scenario.with_changes(factor.changes(scenario, end))


@pytest.mark.parametrize("factor", FACTORS, ids=lambda factor: factor.name)
def test_place_is_the_inverse_of_value(factor):
    places = np.linspace(0.0, 1.0, 7)
    assert np.allclose(factor.place(factor.value(places)), places)
    assert np.isclose(factor.value(0.0), factor.low)
    assert np.isclose(factor.value(1.0), factor.high)
    assert (np.diff(factor.value(places)) > 0).all()


def test_all_points_share_one_structure():
    """Otherwise their worlds could not run in one batch."""
    base = load_scenario("baseline").with_changes(common_changes())
    rng = np.random.default_rng(0)
    keys = {
        structure_key(base.with_changes(changes(base, point)))
        for point in values(rng.random((5, len(FACTORS))))
    }
    assert len(keys) == 1


def test_the_offset_moves_all_chinese_labs_and_no_other():
    base = load_scenario("baseline")
    moved = base.with_changes(BY_NAME["offset"].changes(base, 0.2))
    for name, lab in base.labs.items():
        by = moved.labs[name].compute - lab.compute
        assert by == pytest.approx(0.2 if lab.bloc == "cn" else 0.0), name


def test_names_are_unique():
    assert len(set(names())) == len(FACTORS) == 19

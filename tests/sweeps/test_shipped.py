"""The sweeps that ship: they load, say what they are for, cost what they say, and their rows run."""

import re
import tomllib

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from sim.experiments.sweep.loading import load_sweep, shipped_sweeps, sweep_from, sweep_schema
from sim.model import NarrativeModel
from sim.parameters import STRUCTURAL_REALS, structure_key
from sim.recording.outputs import series
from sim.scenario import parameter_info, parameters
from sim.scenario.shipped import opening_comment, question

NAMES = [
    "baseline-sobol",
    "claims-one-at-a-time",
    "control-and-copying",
    "latin-hypercube-discovery",
    "morris-screening",
]
RUNS = {
    "baseline-sobol": 256 * (13 + 2) * 3,
    "claims-one-at-a-time": 81 * 20,
    "control-and-copying": 25 * 8,
    "latin-hypercube-discovery": 2000 * 4,
    "morris-screening": 20 * (102 + 1) * 4,
}


@pytest.fixture(scope="module", params=NAMES)
def sweep(request):
    return load_sweep(request.param)


def test_these_ship():
    assert list(shipped_sweeps()) == NAMES


def test_each_opens_with_its_question_and_says_how_many_runs_it_takes(sweep):
    path = shipped_sweeps()[sweep.name]
    assert question(path).endswith("?")
    said = re.search(r"([\d,]+) runs", opening_comment(path))
    assert said, "the number of runs"
    assert int(said[1].replace(",", "")) == RUNS[sweep.name] == sweep.runs


def test_each_is_right_for_an_editor(sweep):
    data = tomllib.loads(shipped_sweeps()[sweep.name].read_text(encoding="utf-8"))
    validator = Draft202012Validator(sweep_schema())
    assert [error.message for error in validator.iter_errors(data)] == []
    assert [error.message for error in validator.iter_errors(sweep.source)] == []


def test_each_comes_back_from_its_own_text(sweep):
    assert sweep_from(tomllib.loads(sweep.to_toml())) == sweep


def test_rows_make_scenarios_of_few_structures(sweep):
    rows = sweep.table()
    spread = rows.iloc[:: max(1, len(rows) // 40)].to_dict("records")
    structures = {structure_key(sweep.scenario_of(values)) for values in spread}
    choices = [factor for factor in sweep.factors if factor.values is not None]
    assert len(structures) <= np.prod([len(factor.values) for factor in choices])


def test_first_and_last_row_run_and_have_outcomes(sweep):
    """Over two months instead of three years, and with a short burn-in; windows follow."""
    table = sweep.table().iloc[[0, -1]].to_dict("records")
    changes = {"run.weeks": 9, "run.burn_in": 8}
    for values in table:
        model = NarrativeModel.batch([(sweep.scenario_of(values).with_changes(changes), sweep.seed)])
        model.run_for(9)
        outputs, weeks = series(model), model.recorder.weeks
        for outcome in sweep.outcomes:
            assert np.isfinite(outcome.of(weeks, outputs[outcome.output])).all(), outcome.name


#: Symbols of the pre-registered free factors and the keys they stand for.
PREREGISTERED = {
    "kappa_d": "distillation.potency",
    "lambda_P": "distillation.unauthorised_share",
    "psi": "claims.strategic_weight",
    "omega": "claims.sophistication",
    "tau_0": "credibility.initial_trust",
    "sigma_b": "benchmarks.family_sd",
    "lambda_c": "claims.rate",
    "s_m": "policy.link_copying",
    "s_g": "policy.link_gap",
    "q_c": "valuation.copying_stalls",
    "tau_P": "policy.friction",
    "chi_d": "adoption.distrust_response",
}


@pytest.mark.parametrize("name", ["baseline-sobol", "latin-hypercube-discovery"])
def test_the_preregistered_factors_are_all_there_over_the_range_of_the_schema(name):
    sweep = load_sweep(name)
    by_key = {factor.keys[0]: factor for factor in sweep.factors}
    assert by_key.keys() == {*PREREGISTERED.values(), "capital.buys_compute"}
    for symbol, key in PREREGISTERED.items():
        info = parameter_info(key)
        assert info.symbol == symbol
        # r = kappa_d q / delta_D reaches 2 at half of the largest potency.
        assert (by_key[key].low, by_key[key].high) == (
            info.minimum,
            1.0 if symbol == "kappa_d" else info.maximum,
        )
    base = sweep.base_scenario
    assert (base.distillation.access, base.distillation.obsolescence, base.distillation.iso_lag) == (
        1.0,
        0.5,
        True,
    )
    assert len({factor.group for factor in sweep.factors}) == 5


#: Assumptions that the screening leaves out, and why.
UNSCREENED = {
    "capability.compute_growth_controlled": "capital buys compute in the baseline",
    "capability.compute_growth_floor": "the same",
    "capability.algorithmic_noise": "algorithms jump in the baseline",
    "enforcement.level": "enforcement is chosen in the baseline",
    "social.confidence_bound": "influence is not bounded in the baseline",
    "adoption.bloc_shares.us": "shares sum to 1",
    "adoption.bloc_shares.cn": "shares sum to 1",
    "adoption.bloc_shares.other": "shares sum to 1",
}


def test_the_screening_takes_every_assumption_or_says_why_not():
    factors = {factor.keys[0]: factor for factor in load_sweep("morris-screening").factors}
    expected = {
        info.key: info
        for info in parameters()
        if info.kind == "number"
        and info.status == "A"
        and "<name>" not in info.key
        and info.key.rsplit(".", 1)[-1] not in STRUCTURAL_REALS
    }
    assert factors.keys() == expected.keys() - UNSCREENED.keys()
    for key, factor in factors.items():
        if not key.startswith("benchmarks.headroom"):  # the low end must stay below the high end
            assert (factor.low, factor.high) == (expected[key].minimum, expected[key].maximum)


def test_the_heat_map_of_the_tutorial_shows_something():
    """Control widens the lead and copying narrows it, by months; the sweep's own seeds."""
    sweep = load_sweep("control-and-copying")
    corners = [{"control": c, "potency": p} for c in (0.0, 0.8) for p in (0.0, 1.0)]
    worlds = [(sweep.scenario_of(values), seed) for values in corners for seed in sweep.seeds]
    model = NarrativeModel.batch(worlds, log_events=False)
    model.run_for(sweep.base_scenario.run.weeks)
    outputs, weeks = series(model), model.recorder.weeks
    found = {
        one.name: one.of(weeks, outputs[one.output]).reshape(2, 2, -1).mean(axis=-1) for one in sweep.outcomes
    }
    lead, copied = found["lead"], found["copied_share"]
    assert np.all(lead[1] - lead[0] > 2.0)
    assert np.all(lead[:, 0] - lead[:, 1] > 2.0)
    assert np.all(copied[:, 1] - copied[:, 0] > 0.2)
    assert np.ptp(found["valuation_multiple"]) > 5.0

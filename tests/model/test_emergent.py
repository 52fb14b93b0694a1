"""The emergent model against the derivations, with few seeds; `parity verify` does the same with 200."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from sim.experiments import peers, verification
from sim.experiments.statistics import l_kurtosis, mean_interval
from sim.model import NarrativeModel
from sim.scenario import load_scenario


def assert_agreement(checks):
    found = list(checks)
    assert found
    for check in found:
        assert check.agrees, f"{check.statement}: predicted {check.predicted}, measured {check.measured}"


def test_campaign_has_the_derived_sign_and_the_exact_zeros():
    assert_agreement(verification.campaign_and_multiple(range(8)))


def test_sophistication_undoes_bias_and_silences_strategic_sources():
    assert_agreement(verification.sophistication(range(3)))


def test_exchanged_labels_mirror_every_output():
    assert_agreement(verification.label_swap(range(3)))


def test_a_convinced_minority_moves_prices():
    assert_agreement(verification.convinced_minority(range(3)))


def test_nobody_is_persuaded_without_social_influence():
    """The minority's own money still counts; the others' opinions stay as they are, bit for bit."""
    alone, without = (peers.persuade(each, "none", 0.3, range(2)) for each in (peers.CONVICTION, None))
    assert np.array_equal(alone.opinion, without.opinion)
    heard = peers.persuade(peers.CONVICTION, "friedkin_johnsen", 0.3, range(2))
    assert (heard.log_value > alone.log_value).all()


@pytest.mark.slow
def test_control_widens_the_lag_unless_scarcity_induces_efficiency():
    assert_agreement(verification.control_and_lag(range(20)))


@pytest.mark.slow
def test_friction_makes_policy_lumpy():
    assert_agreement(verification.friction(range(20)))


@pytest.mark.slow
def test_beliefs_are_right_on_average_with_sincere_sources():
    assert_agreement(verification.martingale(range(100)))


def test_statistics():
    interval = mean_interval([1.0, 2.0, 3.0])
    assert interval.mean == 2.0
    assert interval.low == pytest.approx(2.0 - 4.302653 * 3**-0.5, abs=1e-6)
    assert interval.excludes(0.0) is False
    assert l_kurtosis([1.0] * 9) is None
    assert l_kurtosis(range(101)) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.slow
def test_sincere_labs_make_some_copying_claims_where_nothing_is_copied():
    """False positives among paying customers mislead sincere labs with an API now and then (never those who know)."""
    scenario = load_scenario("no-copying-sincere")
    model = NarrativeModel.batch([(scenario, seed) for seed in range(100, 160)], log_events=True)
    model.run_for(scenario.run.weeks)
    assert not model.recorder.history("copied_share").any()
    claims = model.log.frame()
    mistaken = set(claims[(claims["narrative"] == "copying")]["source"])
    assert mistaken
    assert not mistaken & {"cn-open-1", "cn-open-2", "cn-open-3", "cn-closed-1"}


@pytest.mark.slow
def test_the_gain_of_the_capital_loop_is_below_one():
    """A shock to a leading lab's compute brings back less than itself in three years."""
    shock = {"events": [{"type": "shock", "week": 0, "lab": "us-closed-1", "to": "compute", "amount": 0.1}]}
    quiet = {"capability.jumps": False, "capability.algorithmic_noise": 0.0}
    compute = []
    for changes in (quiet, quiet | shock):
        scenario = verification.baseline(changes)
        model = NarrativeModel.batch([(scenario, seed) for seed in range(40)])
        model.run_for(scenario.run.weeks)
        compute.append(model.recorder.history("compute")[-1, :, 0])
    gain = mean_interval((compute[1] - compute[0]) / 0.1 - 1.0)
    assert gain.high < 1.0, gain


@pytest.mark.slow
def test_the_documented_figures_of_the_capital_loop_are_those_of_the_code():
    """docs/odd.md 7.20: extra compute over extra capability after a shock to one lab's algorithms."""
    text = " ".join((Path(__file__).parents[2] / "docs" / "odd.md").read_text(encoding="utf-8").split())
    told = re.search(
        r"its extra compute over its extra capability is (\S+), (\S+) and (\S+) after one, two and three years for the "
        r"leading US lab \(`(\S+)`\), (\S+), (\S+) and (\S+) for the leading Chinese lab \(`(\S+)`\)",
        text,
    )
    assert told
    quiet = {"export_control.mode": "exogenous", "claims.policy": "none", "run.weeks": 157}
    before = _compute_and_capability(quiet)
    for lab, figures in ((told[4], told.group(1, 2, 3)), (told[8], told.group(5, 6, 7))):
        shock = {"type": "shock", "week": 0, "lab": lab, "to": "algorithms", "amount": 0.1}
        after = _compute_and_capability(quiet | {"events": [shock]})
        place = list(verification.baseline({}).labs).index(lab)
        compute, capability = (after - before)[..., place].mean(axis=-1)[:, [52, 104, 156]]
        assert compute / capability == pytest.approx([float(one) for one in figures], abs=0.0051)


def _compute_and_capability(changes):
    """Both ``(2, weeks, seeds, labs)`` for 60 seeds."""
    scenario = verification.baseline(changes)
    model = NarrativeModel.batch([(scenario, seed) for seed in range(60)])
    model.run_for(scenario.run.weeks)
    return np.stack([model.recorder.history(name) for name in ("compute", "capability")])

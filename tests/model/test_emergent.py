"""The emergent model against the derivations, with few seeds; `parity verify` does the same with 200."""

from __future__ import annotations

import pytest

from sim.experiments import verification
from sim.experiments.statistics import l_kurtosis, mean_interval


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

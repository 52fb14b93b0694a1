"""SIR contagion on the complete graph (T4.4): final size, peak and threshold."""

import numpy as np
import pytest

from .reference.sir_epidemic import (
    agent_final_sizes,
    final_size,
    infection_probability,
    mean_field_path,
    peak_prevalence,
)

# R0, final size without seed, peak prevalence
VANISHING_SEED = [(1.2, 0.3137, 0.0147), (1.5, 0.5828, 0.0630), (2.0, 0.7968, 0.1534), (3.0, 0.9405, 0.3005)]
# R0, final size when one per cent is infected at first
ONE_PER_CENT_SEED = [(1.2, 0.3478), (1.5, 0.5936), (1.8, 0.7375), (2.0, 0.8002), (3.0, 0.9412)]


@pytest.mark.parametrize(("r0", "size", "peak"), VANISHING_SEED)
def test_final_size_and_peak_from_a_vanishing_seed(r0, size, peak):
    assert final_size(r0) == pytest.approx(size, abs=5e-5)
    assert peak_prevalence(r0) == pytest.approx(peak, abs=5e-5)


@pytest.mark.parametrize(("r0", "size"), ONE_PER_CENT_SEED)
@pytest.mark.parametrize("recovery", [0.05, 0.35, 1.0])
def test_final_size_is_exact_for_every_step_length(r0, size, recovery):
    susceptible, infected = mean_field_path(r0, recovery, seed=0.01)
    assert final_size(r0, seed=0.01) == pytest.approx(size, abs=5e-5)
    assert 1 - susceptible[-1] == pytest.approx(final_size(r0, seed=0.01), abs=1e-10)
    assert recovery * infected.sum() == pytest.approx(1 - susceptible[-1], abs=1e-10)


@pytest.mark.parametrize(("r0", "size", "peak"), VANISHING_SEED)
def test_short_steps_reach_the_continuous_peak(r0, size, peak):
    _, infected = mean_field_path(r0, recovery=0.002, seed=1e-6)
    assert infected.max() == pytest.approx(peak, abs=1e-4)


@pytest.mark.parametrize("recovery", [0.05, 0.35, 1.0])
def test_every_step_lies_on_the_continuous_curve(recovery):
    susceptible, infected = mean_field_path(2.0, recovery, seed=0.01)
    recovered = 1 - susceptible - infected
    assert infected == pytest.approx(1 - recovered - 0.99 * np.exp(-2.0 * recovered), abs=1e-12)


@pytest.mark.parametrize("recovery", [0.1, 0.35])
def test_stochastic_agents_agree_with_the_final_size(recovery):
    sizes = agent_final_sizes(1.8, recovery, 20_000, 200, 100, np.random.default_rng(18))
    error = sizes.std(ddof=1) / np.sqrt(sizes.size)
    assert error < 1e-3
    assert abs(sizes.mean() - final_size(1.8, seed=0.01)) < 4 * error


def test_below_the_threshold_a_single_case_stays_a_vanishing_share():
    assert final_size(0.8) == 0.0
    small, large = (
        agent_final_sizes(0.8, 0.35, agents, 1, 1000, np.random.default_rng(8)).mean()
        for agents in (500, 50_000)
    )
    assert large * 50_000 < 10  # about 1 / (1 - R0) cases, whatever the population
    assert large < 0.05 * small


def test_infection_probability_is_linear_only_for_small_shares():
    assert infection_probability(1e-9, 1.8, 0.35) == pytest.approx(1.8 * 0.35 * 1e-9, rel=1e-6)
    assert infection_probability(1.0, 1.8, 0.35) == pytest.approx(1 - np.exp(-0.63), rel=1e-12)

"""The listed index: Franke-Westerhoff moments (T5.3), news, and the fundamental of a seller of chips."""

import numpy as np
import pytest
from scipy.special import expit

from sim.mechanisms.listed import (
    attractiveness,
    chip_fundamental,
    efficiency_sensitivity,
    fundamentalist_share,
    misalignment_step,
)

from .reference.franke_westerhoff import simulate
from .reference.return_statistics import autocorrelation, kurtosis

DAYS, BURN_IN, DOCUMENTED_SEEDS = 6866, 1000, 200
MU, BETA, PHI, CHI, SIGMA_F, SIGMA_C = 0.01, 1.0, 0.12, 1.50, 0.758, 2.087
ALPHA_0, ALPHA_N, ALPHA_P = -0.327, 1.79, 18.43

# RESOLUTIONS section 6 (200 seeds): mean, unit of its last digit
DOCUMENTED = [
    ("mean absolute return, per cent", 0.741, 0.001),
    ("standard deviation, per cent", 0.983, 0.001),
    ("kurtosis", 4.77, 0.01),
    ("fundamentalist share", 0.711, 0.001),
    ("weekly standard deviation, per cent", 2.20, 0.01),
    ("weekly kurtosis", 4.72, 0.01),
]


def trade(days: int, burn_in: int, seeds: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Daily returns and shares with a constant fundamental, in the order of the model's week."""
    z, previous, share = np.zeros(seeds), np.zeros(seeds), np.full(seeds, 0.5)
    returns, shares = np.empty((days, seeds)), np.empty((days, seeds))
    for day in range(-burn_in, days):
        noise = rng.standard_normal((2, seeds))
        following = misalignment_step(z, previous, share, noise[0], noise[1], MU, PHI, CHI, SIGMA_F, SIGMA_C)
        if day >= 0:
            returns[day], shares[day] = following - z, share
        share = fundamentalist_share(attractiveness(share, z, ALPHA_0, ALPHA_N, ALPHA_P), BETA)
        previous, z = z, following
    return returns, shares


@pytest.fixture(scope="module")
def market():
    return trade(DAYS, BURN_IN, 400, np.random.default_rng(5353))


def test_moments_agree_with_the_documented_ones(market):
    """T5.3, within three standard errors of the difference between 200 documented seeds and ours."""
    returns, shares = market
    weekly = returns[: DAYS // 5 * 5].reshape(DAYS // 5, 5, -1).sum(axis=1)
    values = [
        100.0 * np.abs(returns).mean(axis=0),
        100.0 * returns.std(axis=0),
        kurtosis(returns),
        shares.mean(axis=0),
        100.0 * weekly.std(axis=0),
        kurtosis(weekly),
    ]
    for (name, documented, digit), sample in zip(DOCUMENTED, values, strict=True):
        error = sample.std(ddof=1) * np.sqrt(1.0 / DOCUMENTED_SEEDS + 1.0 / sample.size)
        assert abs(sample.mean() - documented) < 3.0 * error + digit / 2.0, (name, sample.mean(), error)


def test_returns_cluster_without_being_correlated(market):
    returns, _ = market
    assert abs(autocorrelation(returns, 1).mean()) < 0.02
    assert autocorrelation(np.abs(returns), 1).mean() > 0.13
    assert autocorrelation(np.abs(returns), 100).mean() > 0.04


def test_the_same_noise_gives_the_same_path_as_the_published_equations():
    """Driven on the misalignment, with a constant fundamental, the index is the reference model (E12)."""
    ours, our_shares = trade(500, 0, 6, np.random.default_rng(54))
    theirs, their_shares = simulate(500, 0, 6, np.random.default_rng(54))
    assert ours == pytest.approx(theirs, abs=1e-12)
    assert our_shares == pytest.approx(their_shares, abs=1e-12)


def test_fundamentalists_pull_towards_the_fundamental_and_chartists_follow_the_trend():
    none = np.zeros(1)
    pulled = misalignment_step(
        np.array([0.2]), np.array([0.2]), np.ones(1), none, none, MU, PHI, CHI, SIGMA_F, SIGMA_C
    )
    assert pulled[0] == pytest.approx(0.2 * (1.0 - MU * PHI), rel=1e-14)
    followed = misalignment_step(
        np.array([0.2]), np.array([0.1]), none, none, none, MU, PHI, CHI, SIGMA_F, SIGMA_C
    )
    assert followed[0] == pytest.approx(0.2 + MU * CHI * 0.1, rel=1e-14)


def test_misalignment_makes_fundamentalism_attractive():
    shares = fundamentalist_share(
        attractiveness(0.5, np.array([0.0, 0.2, -0.2, 0.45]), ALPHA_0, ALPHA_N, ALPHA_P), BETA
    )
    assert shares[0] == pytest.approx(expit(ALPHA_0), rel=1e-14)
    assert shares[1] == shares[2] > shares[0]
    # Section 4: a misalignment of .45 gives alpha_p z^2 of about 3.7; a step of 1 overflows nothing.
    assert pytest.approx(3.7, abs=0.05) == ALPHA_P * 0.45**2
    assert fundamentalist_share(1e4, 1.0) == 1.0


def test_chip_demand_is_neutral_to_efficiency_at_unit_elasticity():
    """AMENDMENTS H: believed efficiency lowers demand for compute iff believed elasticity is below one."""
    base = chip_fundamental(100.0, 0.0, 1.0, 0.15, 0.0)
    assert chip_fundamental(100.0, 0.5, 1.0, 0.15, 0.0) == base
    assert chip_fundamental(100.0, 0.5, 0.8, 0.15, 0.0) < base < chip_fundamental(100.0, 0.5, 1.2, 0.15, 0.0)


def test_control_takes_the_controlled_blocs_share_of_sales():
    """Full control: sales fall by the share s; free sales are spending / (1 - s)."""
    free, barred = (chip_fundamental(100.0, 0.0, 1.0, 0.15, x) for x in (0.0, 1.0))
    assert barred - free == pytest.approx(np.log(1.0 - 0.15), rel=1e-12)
    assert barred == pytest.approx(np.log(100.0), rel=1e-14)
    # The marginal loss d ln p*/dx at x = 0 is the sales share itself, the vendor's interest in R9.
    slope = (chip_fundamental(100.0, 0.0, 1.0, 0.15, 1e-6) - free) / 1e-6
    assert slope == pytest.approx(-0.15, rel=1e-5)


@pytest.mark.parametrize("elasticity", [0.5, 1.0, 1.7])
@pytest.mark.parametrize(("efficiency", "control"), [(0.0, 0.0), (0.4, 0.35), (-0.3, 1.0)])
def test_sensitivity_to_efficiency_is_the_slope_of_the_fundamental(elasticity, efficiency, control):
    up, down = (chip_fundamental(100.0, efficiency + h, elasticity, 0.15, control) for h in (1e-5, -1e-5))
    found = efficiency_sensitivity(efficiency, elasticity, 0.15, control)
    assert found == pytest.approx(float(up - down) / 2e-5, rel=1e-7, abs=1e-10)
    if elasticity == 1.0:
        assert found == 0.0

"""Valuation: annuities (T5.1), the sign of copying (AMENDMENTS C), quadrature over speed, private rounds."""

import numpy as np
import pytest
from scipy import integrate, stats

from sim.mechanisms import valuation
from sim.mechanisms.valuation import (
    catch_up_time,
    closing_factor,
    creative_destruction,
    finite_moat,
    follower_annuity,
    follower_rent_value,
    leader_annuity,
    post_money,
    sector_weight,
)

# discount, years, annuity (1 - exp(-rho T))/rho
ANNUITIES = [
    (0.10, 1, 0.9516), (0.10, 2, 1.8127), (0.10, 3, 2.5918), (0.10, 5, 3.9347), (0.10, 10, 6.3212),
    (0.15, 1, 0.9286), (0.15, 2, 1.7279), (0.15, 3, 2.4158), (0.15, 5, 3.5176), (0.15, 10, 5.1791),
]  # fmt: skip


@pytest.mark.parametrize(("discount", "years", "annuity"), ANNUITIES)
def test_annuities(discount, years, annuity):
    """T5.1: value of a rent that ends at T, in years of rent."""
    found = leader_annuity(finite_moat(discount, np.array(float(years))), 0.0) / discount
    assert found == pytest.approx(annuity, abs=5e-5)


@pytest.mark.parametrize("years", [0.0, 0.7, 4.0, 15.0])
def test_values_are_integrals_of_discounted_rents(years):
    """Leader: rent 1 before catch-up, pi_C after; follower without the loop: pi_F before, pi_C after."""
    rho, catchup, follower = 0.12, 0.15, 0.05
    after = finite_moat(rho, np.array(years))
    before_value = integrate.quad(lambda t: rho * np.exp(-rho * t), 0.0, years)[0]
    after_value = integrate.quad(lambda t: rho * np.exp(-rho * t), years, np.inf)[0]
    assert leader_annuity(after, catchup) == pytest.approx(before_value + catchup * after_value, abs=1e-9)
    assert follower_rent_value(after, catchup, follower) == pytest.approx(
        follower * before_value + catchup * after_value, abs=1e-9
    )
    assert follower_annuity(after, catchup, 0.05) == pytest.approx(catchup * after_value + 0.05, abs=1e-9)


def test_limits_and_slope_of_value():
    """T5.1: V(inf) = pi_M/rho, V(0) = pi_C/rho, dV/dT = (pi_M - pi_C) exp(-rho T), in units of pi_M/rho."""
    rho, catchup = 0.12, 0.15

    def value(years):
        return float(leader_annuity(finite_moat(rho, np.array(years)), catchup)) / rho

    assert value(0.0) == pytest.approx(catchup / rho, rel=1e-14)
    assert value(1e4) == pytest.approx(1.0 / rho, rel=1e-14)
    for years in (0.5, 2.0, 10.0):
        slope = (value(years + 1e-5) - value(years - 1e-5)) / 2e-5
        assert slope == pytest.approx((1.0 - catchup) * np.exp(-rho * years), rel=1e-7)


def test_parity_raises_a_followers_value():
    early, late = (finite_moat(0.12, np.array(t)) for t in (0.5, 3.0))
    assert follower_rent_value(early, 0.15, 0.05) > follower_rent_value(late, 0.15, 0.05)
    assert follower_annuity(early, 0.15, 0.05) > follower_annuity(late, 0.15, 0.05)
    assert leader_annuity(early, 0.15) < leader_annuity(late, 0.15)


@pytest.mark.parametrize("years", [0.3, 2.0, 8.0])
def test_creative_destruction_averages_over_a_random_date(years):
    """Aghion & Howitt: with hazard h = 1/T the weight is h/(rho + h), and V = pi_M/(rho + h) at pi_C = 0."""
    rho, hazard = 0.12, 1.0 / years
    weight = creative_destruction(rho, np.array(years))
    expected, _ = integrate.quad(lambda t: hazard * np.exp(-hazard * t) * np.exp(-rho * t), 0.0, np.inf)
    assert weight == pytest.approx(expected, rel=1e-9)
    assert weight == pytest.approx(hazard / (rho + hazard), rel=1e-14)
    assert leader_annuity(weight, 0.0) / rho == pytest.approx(1.0 / (rho + hazard), rel=1e-12)
    assert creative_destruction(rho, np.array(0.0)) == 1.0
    # Jensen: a random date is worth less to a leader than the same date for certain.
    assert weight > finite_moat(rho, np.array(years))


def log_value(share, control, enforcement, stalls, gap=0.6, speed=0.6, effect=0.5, rho=0.12, catchup=0.15):
    factor = closing_factor(share, control, enforcement, effect, effect, stalls)
    years = catch_up_time(gap, speed, factor, 0.15, 0.10, 15.0)
    return np.log(leader_annuity(finite_moat(rho, years), catchup))


def slope_in_share(control, enforcement, stalls, share=0.25, h=1e-5):
    up, down = (log_value(share + s * h, control, enforcement, stalls) for s in (1.0, -1.0))
    return float(up - down) / (2.0 * h)


@pytest.mark.parametrize(
    ("enforcement", "control", "stalls", "slope"),
    [(0.0, 0.3, 0.0, -0.057), (0.3, 0.0, 0.0, 0.050), (0.0, 0.0, 0.3, 0.106)],
)
def test_slope_of_value_in_the_copied_share(enforcement, control, stalls, slope):
    """AMENDMENTS C, figures of RESOLUTIONS 0.4 at g = .6, nu = .6, eps = .15, m = .25, rho = .12."""
    assert slope_in_share(control, enforcement, stalls) == pytest.approx(slope, abs=5e-4)


@pytest.mark.parametrize("level", [0.0, 0.3, 0.35, 0.7, 1.0])
def test_equal_expectations_make_copying_immaterial_exactly(level):
    """AMENDMENTS C: E[e] = E[x], equal effects and q_c = 0: value does not depend on m, to the bit."""
    shares = np.linspace(0.0, 1.0, 101)
    factors = closing_factor(shares, level, level, 0.5, 0.5, 0.0)
    assert np.unique(factors).size == 1
    assert np.unique(log_value(shares, level, level, 0.0)).size == 1
    assert slope_in_share(level, level, 0.0) == 0.0


def test_sign_of_copying_is_an_outcome():
    """V rises in m iff (1 - q_c)(1 - eta_e E[e]) < 1 - eta_x E[x]."""
    rng = np.random.default_rng(5)
    signs = set()
    for _ in range(300):
        control, enforcement, effect_x, effect_e = rng.uniform(0.0, 1.0, 4)
        stalls = rng.choice([0.0, rng.uniform(0.0, 0.8)])
        share = rng.uniform(0.1, 0.9)

        def value(m, arguments=(control, enforcement, effect_x, effect_e, stalls)):
            years = catch_up_time(0.6, 0.6, closing_factor(m, *arguments), 0.15, 0.10, 1e3)
            return float(leader_annuity(finite_moat(0.12, years), 0.15))

        margin = (1.0 - effect_x * control) - (1.0 - stalls) * (1.0 - effect_e * enforcement)
        rise = value(share + 1e-3) - value(share - 1e-3)
        assert np.sign(rise) == np.sign(margin)
        signs.add(float(np.sign(rise)))
    assert signs == {-1.0, 1.0}


def test_closing_factor_formula():
    share, control, enforcement = 0.3, 0.4, 0.2
    expected = 0.7 * (1 - 0.5 * 0.4) + 0.3 * 0.9 * (1 - 0.6 * 0.2)
    assert closing_factor(share, control, enforcement, 0.5, 0.6, 0.1) == pytest.approx(expected, rel=1e-14)


def test_catch_up_time_guards():
    """RESOLUTIONS 0.5: 0 at or below the margin, speed floored, at most T_max if nothing closes."""
    assert catch_up_time(0.15, 0.6, 1.0, 0.15, 0.10, 15.0) == 0.0
    assert catch_up_time(-0.4, 0.6, 0.0, 0.15, 0.10, 15.0) == 0.0
    assert catch_up_time(0.6, 0.6, 1.0, 0.15, 0.10, 15.0) == pytest.approx(0.75, rel=1e-14)
    assert catch_up_time(0.6, -0.3, 1.0, 0.15, 0.10, 15.0) == pytest.approx(4.5, rel=1e-14)
    assert catch_up_time(0.6, 0.6, 0.0, 0.15, 0.10, 15.0) == 15.0


@pytest.mark.parametrize("degree", range(6))
def test_three_points_integrate_cubics_exactly(degree):
    """Gauss-Hermite with three nodes is exact for polynomials up to degree five, and not beyond."""
    mean, sd = 0.3, 0.15
    nodes = valuation.speed_quadrature(np.array(mean), np.array(sd**2))
    exact = stats.norm(mean, sd).moment(degree) if degree else 1.0
    assert valuation.QUADRATURE_WEIGHTS @ nodes**degree == pytest.approx(exact, rel=1e-13)
    assert valuation.posterior_mean(nodes**degree) == pytest.approx(exact, rel=1e-13)


def test_three_points_are_not_exact_beyond_degree_five():
    nodes = valuation.speed_quadrature(np.array(0.0), np.array(1.0))
    assert valuation.QUADRATURE_WEIGHTS @ nodes**6 == pytest.approx(9.0)  # the normal's sixth moment is 15


def test_quadrature_keeps_the_shape_of_beliefs():
    nodes = valuation.speed_quadrature(np.full((2, 7), 0.3), np.zeros((2, 7)))
    assert nodes.shape == (3, 2, 7)
    assert np.all(nodes == 0.3)


def test_reference_gives_joint_value_over_joint_revenue():
    """AMENDMENTS G.2: at the reference the controlling bloc's labs are together worth k_0 times their revenue."""
    rng = np.random.default_rng(52)
    after, revenue = rng.uniform(0.1, 1.0, (5, 4)), rng.lognormal(0.0, 1.0, (5, 4))
    reference = sector_weight(after, revenue)
    joint = (revenue * leader_annuity(after, 0.15)).sum(axis=-1, keepdims=True)
    assert leader_annuity(reference, 0.15) * revenue.sum(axis=-1, keepdims=True) == pytest.approx(joint)
    # Not the leading lab's moat: that would value every other lab, and so the sum, below what was observed.
    assert np.all(reference > after.min(axis=-1, keepdims=True))
    # Labs of equal moats, or one lab alone: the reference is theirs.
    assert sector_weight(np.full((1, 3), 0.6), revenue[:1, :3]) == pytest.approx(0.6, rel=1e-14)
    assert sector_weight(after[:1], np.array([[0.0, 2.0, 0.0, 0.0]])) == pytest.approx(after[0, 1], rel=1e-14)


def test_post_money_is_the_marginal_optimists_value_with_a_premium():
    """R26: (1 + pi_p) Q_.9 over investors, as an order statistic."""
    values = np.random.default_rng(51).lognormal(0.0, 0.5, (4, 3, 200))
    fresh = post_money(values, 0.9, 0.48, np.zeros((4, 3)), 0.2)
    expected = 1.48 * np.quantile(values, 0.9, axis=-1, method="inverted_cdf")
    assert fresh == pytest.approx(expected, rel=1e-14)
    assert np.all((values * 1.48 >= fresh[..., None]).mean(axis=-1) >= 0.1)


def test_marks_fall_only_in_a_real_down_round():
    """A lower value keeps the last mark down to 1 - kappa_dn = .8 of it; else the mark is renewed."""
    values = np.full((1, 4, 5), 1.0)
    last = np.array([[0.9, 1.0, 1.2, 1.3]])
    assert post_money(values, 0.9, 0.0, last, 0.2).tolist() == [[1.0, 1.0, 1.2, 1.0]]

"""Invariants of beliefs, claims, media, influence, value, policy and adoption, for any plausible input."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from sim.mechanisms import adoption, beliefs, claims, credibility, listed, media, policy, social, valuation
from sim.mechanisms.beliefs import Trend

from .strategies import FEW, finite, inside, numbers, rows, unit


@st.composite
def trends(draw) -> Trend:
    """Three coherent beliefs, far enough from certainty to stay clear of the variance floor."""
    gap_variance, speed_variance = draw(rows(1e-4, 0.5, 3)), draw(rows(1e-4, 0.5, 3))
    covariance = draw(rows(-0.99, 0.99, 3)) * np.sqrt(gap_variance * speed_variance)
    return Trend(draw(rows(-1, 2, 3)), draw(rows(-1, 1, 3)), gap_variance, covariance, speed_variance)


def determinant(trend: Trend) -> np.ndarray:
    return trend.gap_variance * trend.speed_variance - trend.covariance**2


@FEW
@given(trends(), rows(0, 1e4, 3), rows(-1, 2, 3))
def test_news_narrows_beliefs_and_moves_them_towards_the_signal(trend, precision, signal):
    after = beliefs.observe_gap(trend, precision, precision * signal)
    assert finite(*after)
    assert np.all(after.gap_variance <= trend.gap_variance)
    assert np.all(after.speed_variance <= trend.speed_variance)
    low, high = np.minimum(trend.gap, signal), np.maximum(trend.gap, signal)
    assert np.all((after.gap >= low - 1e-9) & (after.gap <= high + 1e-9))
    assert np.all(determinant(after) >= -1e-12)


@FEW
@given(trends(), rows(0, 1e4, 3), rows(-1, 2, 3), rows(-1, 1, 3), unit)
def test_motivated_reasoning_keeps_beliefs_coherent(trend, precision, signal, leaning, strength):
    caution = beliefs.motivated_gain(signal - trend.gap, np.sign(leaning), 0.6 * strength)
    after = beliefs.observe_gap(trend, precision, precision * signal, caution)
    assert finite(*after)
    assert np.all(after.gap_variance >= beliefs.VARIANCE_FLOOR)
    assert np.all(determinant(after) >= -1e-12)
    low, high = np.minimum(trend.gap, signal), np.maximum(trend.gap, signal)
    assert np.all((after.gap >= low - 1e-9) & (after.gap <= high + 1e-9))


@FEW
@given(trends(), numbers(0, 0.01), numbers(0, 1))
def test_a_week_without_news_widens_uncertainty_about_speed_and_stays_coherent(trend, drift, speed_variance):
    after = beliefs.predict(trend, drift, speed_variance)
    assert finite(*after)
    assert np.all(after.speed_variance >= trend.speed_variance)
    below_cap = after.gap_variance < beliefs.VARIANCE_CAP
    assert np.all(determinant(after)[below_cap] >= -1e-12)
    assert np.allclose(after.gap, trend.gap - trend.speed / 52.0, rtol=0.0, atol=1e-15)
    assert np.array_equal(after.speed, trend.speed)


@FEW
@given(trends(), rows(0, 1e3, 3), rows(-1, 2, 3), rows(0, 1e3, 3), rows(-1, 2, 3))
def test_two_claims_in_either_order_leave_one_belief(trend, p1, y1, p2, y2):
    one = beliefs.observe_gap(beliefs.observe_gap(trend, p1, p1 * y1), p2, p2 * y2)
    two = beliefs.observe_gap(beliefs.observe_gap(trend, p2, p2 * y2), p1, p1 * y1)
    both = beliefs.observe_gap(trend, p1 + p2, p1 * y1 + p2 * y2)
    for a, b, c in zip(one, two, both, strict=True):
        assert np.allclose(a, b, rtol=1e-9, atol=1e-10)
        assert np.allclose(a, c, rtol=1e-9, atol=1e-10)


@FEW
@given(rows(0.05, 20), rows(0.05, 20), rows(0, 20), rows(0, 1), unit, numbers(0.9, 1), numbers(5, 200))
def test_share_counts_stay_positive_and_capped(a, b, counts, value, prior, retention, cap):
    prior_a = 0.1 + 3.8 * prior
    after = beliefs.observe_share(a, b, counts, counts * value, prior_a, 4.0 - prior_a, retention, cap)
    assert finite(*after)
    assert all(np.all(x > 0.0) for x in after)
    assert np.all(after[0] + after[1] <= cap * (1.0 + 1e-12))
    more = beliefs.observe_share(
        a, b, counts + 1.0, counts * value + 1.0, prior_a, 4.0 - prior_a, retention, cap
    )
    assert np.all(more[0] / (more[0] + more[1]) >= after[0] / (after[0] + after[1]) - 1e-12)


@FEW
@given(rows(0, 1), numbers(0.02, 0.5), numbers(0, 1))
def test_trusted_claims_are_more_precise(trust, stated, noise):
    precision = beliefs.claim_precision(np.sort(trust), stated**2, noise)
    assert finite(precision)
    assert np.all(precision > 0.0)
    assert np.all(np.diff(precision) >= 0.0)


@FEW
@given(rows(-100, 100), unit, unit, unit, numbers(0.05, 2), numbers(0, 0.5))
def test_bias_has_the_sign_of_interest_and_shrinks_with_sophistication(value, gain, omega, psi, cost, limit):
    bias = claims.optimal_bias(value, gain, omega, psi, cost, limit)
    assert inside(bias, -limit, limit)
    assert np.all(bias * value >= 0.0)
    wiser = claims.optimal_bias(value, gain, min(1.0, omega + 0.1), psi, cost, limit)
    assert np.all(np.abs(wiser) <= np.abs(bias) + 1e-15)


@FEW
@given(unit, numbers(2, 50), rows(0, 1000), rows(0, 1000), numbers(1, 4))
def test_trust_rises_with_hits_and_falls_with_misses(initial, prior, hits, misses, weight):
    trust = credibility.trust(initial, prior, hits, misses, weight)
    assert inside(trust, 0.0, 1.0)
    assert np.all(credibility.trust(initial, prior, hits + 1.0, misses, weight) >= trust - 1e-15)
    assert np.all(credibility.trust(initial, prior, hits, misses + 1.0, weight) <= trust + 1e-15)


@FEW
@given(
    rows(-20, 20, (4, 6)),
    st.lists(st.booleans(), min_size=24, max_size=24),
    numbers(-2, 4),
    st.sampled_from(["within_quantity", "all", "none"]),
)
def test_attention_is_shared_out(scores, live, other, competition):
    live, matrix = np.array(live).reshape(4, 6), media.competition_matrix(competition)
    shares = media.attention_shares(scores, live, other, matrix)
    assert inside(shares, 0.0, 1.0)
    assert np.all(shares[~live] == 0.0)
    groups = shares @ matrix
    assert np.all(groups[live] <= 1.0 + 1e-12) or competition == "none"
    louder = scores.copy()
    louder[:, 2] += 1.0
    after = media.attention_shares(louder, live, other, matrix)
    assert np.all(after[:, 2] >= shares[:, 2])
    rivals = [k for k in range(6) if k != 2]
    assert np.all(after[:, rivals] <= shares[:, rivals] + 1e-12)


@FEW
@given(rows(0, 1), rows(0, 1), numbers(0, 4), numbers(0.1, 1.5), numbers(0, 5))
def test_infection_is_a_probability_that_rises_with_exposure(
    infected, share, reproduction, recovery, exposure
):
    chance = media.infection_probability(np.sort(infected), np.sort(share), reproduction, recovery, exposure)
    assert inside(chance, 0.0, 1.0, 0.0)
    assert np.all(np.diff(chance) >= 0.0)


@FEW
@given(
    rows(-1, 2, (9, 2)),
    st.integers(0, 10_000),
    unit,
    numbers(0.05, 1),
    st.sampled_from(
        [social.no_influence, social.degroot, social.friedkin_johnsen, social.bounded_confidence]
    ),
)
def test_talk_never_leaves_the_range_of_opinions(opinions, seed, weight, bound, rule):
    network = np.random.default_rng(seed).random((9, 9)) < 0.4
    network = network | np.eye(9, dtype=bool) & ~network.any(axis=1)[:, None]
    network = csr_array(network / network.sum(axis=1, keepdims=True))
    after = rule(opinions, network, np.full((1, 1), weight), np.full((1, 1), bound))
    assert finite(after)
    assert np.all(after.min(axis=0) >= opinions.min(axis=0) - 1e-12)
    assert np.all(after.max(axis=0) <= opinions.max(axis=0) + 1e-12)
    if rule is not social.degroot:
        assert np.all(np.abs(after - opinions) <= np.ptp(opinions, axis=0) * weight + 1e-12)


@FEW
@given(unit, unit, unit, unit, unit, unit, numbers(-0.5, 2), numbers(-1, 2))
def test_value_lies_between_sharing_now_and_leading_for_ever(
    share, x, e, effect_x, effect_e, stalls, gap, speed
):
    factor = valuation.closing_factor(share, x, e, effect_x, effect_e, stalls)
    assert inside(factor, 0.0, 1.0)
    years = valuation.catch_up_time(gap, speed, factor, 0.15, 0.10, 15.0)
    assert inside(years, 0.0, 15.0, 0.0)
    for rule in (valuation.finite_moat, valuation.creative_destruction):
        after = rule(0.12, years)
        assert inside(after, 0.0, 1.0, 0.0)
        assert inside(valuation.leader_annuity(after, 0.15), 0.15, 1.0)
        assert inside(valuation.follower_rent_value(after, 0.15, 0.05), 0.05, 0.15)
        assert inside(valuation.follower_annuity(after, 0.15, 0.05), 0.05, 0.20)


@FEW
@given(unit, unit, unit, rows(-0.5, 2), rows(0.1, 2))
def test_moats_lengthen_with_the_gap_and_with_control_and_shorten_with_speed(share, x, e, gap, speed):
    def years(g, v, control):
        return valuation.catch_up_time(
            g, v, valuation.closing_factor(share, control, e, 0.5, 0.5, 0.0), 0.15, 0.10, 15.0
        )

    assert np.all(np.diff(years(np.sort(gap), 0.6, x)) >= 0.0)
    assert np.all(np.diff(years(0.8, np.sort(speed), x)) <= 0.0)
    assert np.all(years(gap, speed, 1.0) >= years(gap, speed, x) - 1e-9)


@FEW
@given(unit, unit, unit)
def test_copying_is_immaterial_when_both_closing_channels_are_slowed_alike(share, level, effect):
    assert valuation.closing_factor(share, level, level, effect, effect, 0.0) == valuation.closing_factor(
        0.0, level, level, effect, effect, 0.0
    )


@FEW
@given(rows(0.01, 100, (3, 20)), numbers(0.5, 0.99), numbers(0, 1), rows(0, 100, 3), unit)
def test_marks_are_some_investors_value_or_the_last_mark(values, quantile, premium, last, threshold):
    mark = valuation.post_money(values, quantile, premium, last, threshold)
    fresh = (1.0 + premium) * values
    for k in range(3):
        assert mark[k] == last[k] or mark[k] in fresh[k]
        kept = last[k] > 0.0 and mark[k] == last[k] and mark[k] not in fresh[k]
        assert not kept or np.sum(fresh[k] >= (1.0 - threshold) * last[k]) >= 20 - np.ceil(20 * quantile)


@FEW
@given(rows(-1, 1), rows(0, 1), rows(-0.5, 0.5), rows(-4, 4), rows(-4, 4))
def test_the_market_stays_finite_and_its_shares_are_shares(z, share, move, fundamental, chartist):
    following = listed.misalignment_step(
        z, z - move, share, fundamental, chartist, 0.01, 0.12, 1.5, 0.758, 2.087
    )
    assert finite(following)
    pull = listed.attractiveness(share, z, -0.327, 1.79, 18.43)
    assert inside(listed.fundamentalist_share(pull, 1.0), 0.0, 1.0, 0.0)
    calm = listed.misalignment_step(z, z, share, 0.0, 0.0, 0.01, 0.12, 1.5, 0.758, 2.087)
    assert np.all(np.abs(calm) <= np.abs(z))


@FEW
@given(numbers(1e-3, 1e4), numbers(-2, 2), numbers(0.5, 2), numbers(0, 0.4), rows(0, 1))
def test_control_never_raises_the_fundamental_of_a_seller_of_chips(
    spending, efficiency, elasticity, share, control
):
    value = listed.chip_fundamental(spending, efficiency, elasticity, share, np.sort(control))
    assert finite(value)
    assert np.all(np.diff(value) <= 1e-12)


@FEW
@given(rows(-5, 5), numbers(-2, 2), numbers(0.1, 5))
def test_ideal_control_is_a_strength_and_rises_with_demand(demand, cost, curvature):
    ideal = policy.ideal_point(np.sort(demand), cost, curvature)
    assert inside(ideal, 0.0, 1.0, 0.0)
    assert np.all(np.diff(ideal) >= 0.0)


@FEW
@given(rows(-5, 5), rows(0, 1), rows(0, 1), numbers(0, 2), numbers(0, 3), numbers(0.3, 1), numbers(0.05, 1))
def test_acts_move_towards_the_target_by_at_most_one_step(
    pressure, target, announced, tau, hysteresis, gamma, largest
):
    acts, change = policy.act(pressure, target, announced, tau, hysteresis, gamma, largest)
    assert np.all(change[~acts] == 0.0)
    assert np.all(np.abs(change) <= largest)
    assert np.all(change * (target - announced) >= 0.0)
    assert np.all(np.abs(change) <= np.abs(target - announced) + 1e-15)
    assert np.all(np.abs(pressure[acts]) >= tau)
    fewer, _ = policy.act(pressure, target, announced, tau + 0.1, hysteresis, gamma, largest)
    assert not np.any(fewer & ~acts)


@FEW
@given(rows(0, 1), rows(0, 5), unit, numbers(4, 26), numbers(0.02, 0.3), rows(0, 1), rows(0, 1))
def test_attention_and_pressure_stay_bounded(attention, inputs, base, fading, decay, target, announced):
    after = policy.attention_step(attention, inputs, base, fading)
    assert inside(after, 0.0, 1.0, 0.0)
    assert np.all(after >= policy.attention_step(attention, np.zeros(5), base, fading))
    pressure = np.zeros(5)
    for _ in range(60):
        pressure = policy.pressure_step(pressure, after, target, announced, decay)
    assert np.all(np.abs(pressure) <= np.abs(target - announced) / decay + 1e-9)


@FEW
@given(rows(0, 20), rows(0, 1), numbers(0, 3), numbers(0.25, 5))
def test_counter_measures_are_never_negative_and_answer_control(index, strength, response, decay):
    after = policy.counter_index_step(index, strength, response, decay)
    assert np.all(after >= 0.0)
    assert np.all(policy.counter_index_step(index, np.minimum(strength + 0.1, 1.1), response, decay) >= after)


@FEW
@given(rows(0, 1), rows(0, 1), unit, unit)
def test_expectations_are_strengths(announced, target, weight, leakage):
    assert inside(policy.expected_strength(announced, target, weight, leakage), 0.0, 1.0)
    assert inside(policy.expected_enforcement(announced, target), 0.0, 1.0)
    assert np.all(policy.expected_enforcement(announced, target) >= np.maximum(announced, target) - 1e-12)


@FEW
@given(rows(-50, 50, (5, 8)), numbers(-1e3, 1e3), rows(0, 0.999999999, 5))
def test_choice_probabilities(utilities, constant, quantile):
    probabilities = adoption.choice_probabilities(utilities)
    assert inside(probabilities, 0.0, 1.0)
    assert np.allclose(probabilities.sum(axis=-1), 1.0, atol=1e-12)
    assert np.allclose(adoption.choice_probabilities(utilities + constant), probabilities, atol=1e-9)
    better = utilities.copy()
    better[:, 3] += 0.5
    assert np.all(adoption.choice_probabilities(better)[:, 3] >= probabilities[:, 3])
    choice = adoption.choose(probabilities, quantile)
    assert np.all((choice >= 0) & (choice < 8))
    assert np.all(probabilities[np.arange(5), choice] > 0.0)


@FEW
@given(rows(0.1, 500, (2, 1)), rows(0.5, 200, (2, 6)), rows(0.01, 50, (1, 6)))
def test_revenue_is_a_division_of_the_market(sizes, users, price):
    earned = adoption.revenue(sizes, users, price)
    assert np.all(earned >= 0.0)
    assert np.isclose(earned.sum(), sizes.sum(), rtol=1e-12)
    more = users.copy()
    more[:, 1] += 10.0
    assert adoption.revenue(sizes, more, price)[1] >= earned[1] - 1e-9


@FEW
@given(rows(0.0, 100, (3, 2, 4)))
def test_bifurcation_is_at_most_one(spending):
    home = np.array([1.0, 1.0, 0.0, 0.0])
    value = adoption.bifurcation(spending + 0.01, home, 1.0 - home)
    assert finite(value)
    assert np.all(value <= 1.0)
    # Exchanging the blocs changes nothing.
    swapped = adoption.bifurcation((spending + 0.01)[:, ::-1], 1.0 - home, home)
    assert np.allclose(value, swapped, atol=1e-12)


@FEW
@given(rows(-3, 3), numbers(0.1, 5), numbers(1, 100), numbers(1, 30), numbers(0, 3))
def test_prices_are_positive_and_never_fall_with_the_lead(lead, markup, frontier, ratio, premium):
    for closed in (True, False):
        price = adoption.list_price(
            np.sort(lead), np.full(5, closed), np.full(5, markup), frontier, ratio, premium
        )
        assert finite(price)
        assert np.all(price > 0.0)
        assert np.all(np.diff(price) >= 0.0)
    level = adoption.list_price(np.zeros(2), np.array([True, False]), np.ones(2), frontier, ratio, premium)
    assert np.isclose(level[0] / level[1], ratio)

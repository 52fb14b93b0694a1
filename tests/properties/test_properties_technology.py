"""Invariants of capability, export control, copying, benchmarks and capital, for any plausible input."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.mechanisms import benchmarks, capability, capital, distillation, export_control, numerics

from .strategies import FEW, finite, inside, numbers, rows, unit


@FEW
@given(rows(-2, 2), numbers(-2, 2), numbers(-2, 2), numbers(0, 1), numbers(0, 1), numbers(0, 1.5))
def test_algorithms_never_fall_and_never_overtake_by_spillover_alone(
    stock, frontier, released, growth, kappa_s, kappa_o
):
    step = capability.algorithmic_step(
        stock, np.array([frontier]), np.array([released]), growth, kappa_s, kappa_o
    )
    own = growth * numerics.YEAR_STEP
    assert finite(step)
    assert np.all(step >= own)
    ahead = np.maximum(max(frontier, released) - stock, 0.0)
    assert np.all(step - own <= ahead + 1e-12)


@FEW
@given(rows(-1, 2), rows(-1, 2))
def test_copied_share_is_a_share_and_falls_with_the_remaining_gap(counterfactual, gap):
    share = capability.copied_share(counterfactual, gap)
    assert inside(share, 0.0, 1.0, 0.0)
    assert np.all(capability.copied_share(counterfactual, gap + 0.1) <= share)


@FEW
@given(rows(0, 0.999999), numbers(0, 0.5), st.booleans())
def test_discoveries_are_not_negative(quantile, mean, occurs):
    size = capability.jump_size(np.full(5, occurs), quantile, mean)
    assert finite(size)
    assert np.all(size >= 0.0)
    assert occurs or np.all(size == 0.0)


@FEW
@given(rows(0, 1), numbers(0, 0.4), unit)
def test_leakage_never_makes_control_stronger_nor_stricter_control_weaker(strength, leakage, part):
    slope = part * (1.0 - leakage) / 2.0
    effective = export_control.effective_strength(np.sort(strength), leakage, slope)
    assert inside(effective, 0.0, 1.0)
    assert np.all(effective <= np.sort(strength))
    assert np.all(np.diff(effective) >= -1e-15)


@FEW
@given(rows(0, 1), numbers(0.3, 0.9), numbers(0, 0.3), numbers(0, 3), rows(-1, 1))
def test_growth_falls_with_control_and_stays_above_the_floor(effective, free, floor, stockpiling, rise):
    growth = export_control.compute_growth(np.sort(effective), free, floor, stockpiling, 0.0)
    assert inside(growth, floor, free)
    assert np.all(np.diff(growth) <= 0.0)
    assert np.all(export_control.compute_growth(np.sort(effective), free, floor, stockpiling, rise) >= growth)


@FEW
@given(numbers(0, 1), numbers(0, 3), rows(0, 10), rows(0, 20))
def test_necessity_and_learning_only_add(growth, zeta, scarcity, cumulated):
    induced = export_control.induced_growth(growth, zeta, np.sort(scarcity))
    assert inside(induced, growth, growth * (1.0 + zeta))
    assert np.all(np.diff(induced) >= -1e-15)
    learning = export_control.learning_growth(0.5, np.sort(cumulated), 0.322, 1.0)
    assert np.all(learning > 0.0)
    assert np.all(np.diff(learning) <= 0.0)


@FEW
@given(rows(0, 100), rows(1e-6, 50), unit, unit, numbers(0.2, 0.55), numbers(0.1, 0.5))
def test_imports_never_exceed_demand_and_fall_with_control(demand, stock, first, second, floor, depreciation):
    weak, strong = min(first, second), max(first, second)
    freer, tighter = (
        capital.imports_under_control(demand, stock, x, floor, depreciation) for x in (weak, strong)
    )
    assert finite(freer, tighter)
    assert np.all(freer <= demand)
    assert np.all(tighter <= freer + 1e-12)
    assert np.all(tighter >= 0.0)


@FEW
@given(unit, unit, unit, unit, numbers(0, 0.2), numbers(0, 1), numbers(0.1, 2), unit)
def test_access_is_a_share_that_enforcement_and_access_control_reduce(
    paid, part, effort, bar, h0, h1, again, effect
):
    breach = (1.0 - paid) * part

    def access(e, x):
        return float(distillation.api_access(paid, breach, e, x, h0, h1, again, effect))

    assert inside(access(effort, bar), paid, paid + breach)
    assert access(1.0, bar) <= access(effort, bar) + 1e-15
    assert access(effort, 1.0) <= access(effort, bar) + 1e-15


@FEW
@given(rows(0, 2), rows(-1, 2), unit, numbers(0, 2), numbers(0.25, 1), numbers(0.03, 0.4))
def test_copying_never_lifts_a_student_over_its_ceiling(uplift, gap, access, potency, obsolescence, margin):
    """A student below teacher - f stays below it, D stays non-negative, and without potency D only decays."""
    teacher, student = gap + 0.0, np.zeros(5)
    gain = distillation.teaching_gain(np.array(access), teacher, student, margin)
    step = distillation.uplift_step(uplift, gain, potency, obsolescence)
    room = teacher - margin - student
    assert finite(step)
    assert np.all(step <= np.maximum(room, 0.0) + 1e-15)
    assert np.all(uplift + step >= -1e-15)
    assert np.all(distillation.uplift_step(uplift, gain, 0.0, obsolescence) <= 0.0)


@FEW
@given(rows(-0.5, 3), numbers(0, 4), numbers(0.03, 0.4))
def test_steady_states_agree_with_each_other(gap, ratio, margin):
    uplift = distillation.steady_state_uplift(gap, ratio, margin)
    assert finite(uplift)
    assert np.all(uplift >= 0.0)
    observed = gap - uplift
    assert np.all(observed <= gap)
    works = gap >= margin
    assert np.allclose(observed[works], distillation.steady_state_gap(gap, ratio, margin)[works], atol=1e-12)
    assert np.all(observed[works] >= margin - 1e-12)
    assert np.allclose(distillation.iso_lag_counterfactual_gap(observed, ratio, margin), gap, atol=1e-9)


@FEW
@given(rows(0, 2), rows(-2, 2), numbers(-2, 2), numbers(0, 0.2))
def test_exfiltration_never_lowers_uplift(uplift, own, teacher, margin):
    after = distillation.exfiltrated_uplift(uplift, own, np.array(teacher), margin)
    assert np.all(after >= uplift)
    assert np.all(own + after >= teacher - margin - 1e-12)


@FEW
@given(rows(0, 0.999999999), numbers(10, 200), numbers(10, 200))
def test_drawn_counts_are_integers_and_grow_with_luck_and_mean(quantile, first, second):
    low, high = sorted((first, second))
    counts = distillation.poisson_quantile(np.sort(quantile), np.array(low))
    assert np.array_equal(counts, np.floor(counts))
    assert np.all(counts >= 0.0)
    assert np.all(np.diff(counts) >= 0.0)
    assert np.all(distillation.poisson_quantile(np.sort(quantile), np.array(high)) >= counts)


@FEW
@given(numbers(0.05, 0.9), numbers(0.5, 20), rows(0, 100), numbers(0.3, 1), numbers(1, 50), numbers(0, 50))
def test_more_flags_never_lower_the_estimate_of_the_copied_share(
    prior, counts, flags, activity, legal, copying
):
    flags, ones = np.sort(np.floor(flags))[None, :], np.ones((1, 1))
    posterior = distillation.SharePosterior(ones * prior * counts, ones * (1.0 - prior) * counts)
    mean, sd = posterior(flags, ones * activity, ones * legal, ones * copying, ones * prior)
    assert inside(mean, 0.0, 1.0)
    assert inside(sd, 0.0, 0.5)
    assert np.all(np.diff(mean[0]) >= -1e-9)


@FEW
@given(rows(-20, 20), numbers(-3, 3), numbers(1.3, 3.9), numbers(0, 0.5), numbers(-1, 1))
def test_scores_lie_between_floor_and_one_and_rise_with_capability(theta, difficulty, slope, floor, shift):
    score = benchmarks.expected_score(np.sort(theta), difficulty, slope, floor, shift)
    assert inside(score, floor, 1.0)
    assert np.all(np.diff(score) >= 0.0)
    assert np.all(benchmarks.expected_score(np.sort(theta), difficulty + 0.5, slope, floor, shift) <= score)
    information = benchmarks.item_information(score, slope, floor)
    assert inside(information, 0.0, slope**2 / 4.0, 1e-9)


@FEW
@given(rows(0, 1), numbers(-3, 3), numbers(1.3, 3.9), numbers(0, 0.5))
def test_every_score_has_a_finite_inverse_that_rises_with_it(score, difficulty, slope, floor):
    found = benchmarks.capability_from_score(np.sort(score), difficulty, slope, floor)
    assert finite(found)
    assert np.all(np.diff(found) >= 0.0)
    inside_range = benchmarks.usable(np.sort(score), floor)
    back = benchmarks.expected_score(found, difficulty, slope, floor)
    assert np.allclose(back[inside_range], np.sort(score)[inside_range], atol=1e-9)


@FEW
@given(
    rows(0, 1, (3, 6)), st.lists(st.booleans(), min_size=18, max_size=18), numbers(0, 0.5), numbers(0, 0.4)
)
def test_one_more_set_never_lowers_precision(score, used, floor, family_sd):
    use = np.array(used).reshape(3, 6) & benchmarks.usable(score, floor)
    same = np.kron(np.eye(3), np.ones((2, 2)))
    # Equal errors: a family's items are exchangeable.
    score = np.where(use, 0.7, score)

    def precision(use):
        return benchmarks.composite_weights(score, use, same, 2.0, floor, 500, family_sd).sum(axis=1)

    less = use.copy()
    less[:, 0] = False
    assert finite(precision(use))
    assert np.all(precision(use) >= precision(less) - 1e-9)


@FEW
@given(rows(0, 1, (5, 4)))
def test_win_rates_average_one_half(score):
    rate = benchmarks.mean_win_rate(score)
    assert inside(rate, 0.0, 1.0)
    assert abs(rate.mean() - 0.5) < 1e-12


@FEW
@given(rows(0, 1), numbers(0.2, 2))
def test_exposure_stays_a_share(exposure, rate):
    step = benchmarks.exposure_step(exposure, rate, 1.0, numerics.YEAR_STEP)
    assert np.all(step >= 0.0)
    assert inside(exposure + step, 0.0, 1.0)


@FEW
@given(rows(0, 1e5), rows(-700, 700))
def test_probabilities_of_hazards_and_log_cosh(rate, z):
    chance = numerics.weekly_probability(rate)
    assert inside(chance, 0.0, 1.0, 0.0)
    assert np.all(np.diff(numerics.weekly_probability(np.sort(rate))) >= 0.0)
    value = numerics.log_cosh(z)
    assert finite(value)
    assert np.all(value >= -1e-15)
    assert np.all(value <= np.abs(z))


@FEW
@given(numbers(0, 20), numbers(0, 1000), rows(0, 1000), rows(0, 1000))
def test_money_stays_non_negative(years, cap, cash, revenue):
    assume(cap > 0)
    assert 0.0 < capital.market_size(years, 2.4, 1.25, cap) <= cap
    assert 0.0 < capital.compute_price(years, 30.0, 0.3) <= 30.0
    assert np.all(capital.compute_spending(cash, revenue, 0.6, 0.5) >= 0.0)
    assert np.all(capital.cash_step(cash, np.array(0.0)) >= 0.0)
    assert np.all(capital.cash_step(cash, np.array(0.0)) <= cash)

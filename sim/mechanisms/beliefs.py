"""Belief updates: a local linear trend of the gap, a Beta belief about the copied share, learned bias.

Benchmarks and claims enter by the same formula, weighted by precision. Gap beliefs in OOM, closing speed in
OOM/yr, precisions in 1/OOM^2.
"""

from __future__ import annotations

from typing import NamedTuple

from numpy import asarray, count_nonzero, maximum, minimum, sign, sqrt, where

from sim.mechanisms.numerics import ONE, YEAR_STEP, ZERO, Array, Numbers, constant

VARIANCE_FLOOR, VARIANCE_CAP = constant(1e-8), constant(1.0)
#: Smallest Beta count, and smallest trust in a claim.
SMALLEST_COUNT, SMALLEST_TRUST = constant(0.05), constant(1e-3)


class Trend(NamedTuple):
    """Gaussian belief about the gap (OOM) and the speed at which it closes (OOM/yr)."""

    gap: Array
    speed: Array
    gap_variance: Array
    covariance: Array
    speed_variance: Array


def predict(trend: Trend, drift_variance: Numbers, speed_drift_variance: Numbers) -> Trend:
    """One week passes: ``g' = g - nu dt`` with noise; ``nu' = nu`` with noise.

    ``drift_variance`` Q in OOM^2/wk, ``speed_drift_variance`` q_nu^2 dt in (OOM/yr)^2/wk. Source: local linear
    trend, Harvey 1989; docs/odd.md 7.13.
    """
    gap, speed, gap_variance, covariance, speed_variance = trend
    spread = covariance - YEAR_STEP * speed_variance
    wider = gap_variance - YEAR_STEP * (covariance + spread) + drift_variance
    if count_nonzero(wider > VARIANCE_CAP):
        # The covariance shrinks with the capped deviation, so that the belief stays a proper distribution.
        capped = minimum(wider, VARIANCE_CAP)
        spread, wider = spread * sqrt(capped / wider), capped
    return Trend(
        gap - YEAR_STEP * speed,
        speed,
        wider,
        spread,
        speed_variance + speed_drift_variance,
    )


def observe_gap(trend: Trend, precision: Array, information: Array, caution: Array | None = None) -> Trend:
    """Bayesian update by signals about the gap with total ``precision`` and ``information = sum precision*y``.

    Kalman gain ``K = v p/(1 + v p)``; with precision 0 the belief is returned bit for bit. Signals of one week
    add their precisions, so that their order does not matter. ``caution`` multiplies the gain (motivated
    reasoning), capped at one. Source: normal-normal updating; docs/odd.md 7.13.
    """
    gap, speed, gap_variance, covariance, speed_variance = trend
    scale = ONE / (ONE + gap_variance * precision)
    if caution is not None:
        scale = minimum(scale * caution, ONE / maximum(gap_variance * precision, 1e-300))
    innovation = (information - precision * gap) * scale
    shrink = precision * scale
    gap_gain = gap_variance * shrink
    return Trend(
        gap + gap_variance * innovation,
        speed + covariance * innovation,
        maximum(gap_variance - gap_gain * gap_variance, minimum(gap_variance, VARIANCE_FLOOR)),
        covariance - gap_gain * covariance,
        maximum(speed_variance - shrink * (covariance * covariance), minimum(speed_variance, VARIANCE_FLOOR)),
    )


def observe_speed(trend: Trend, precision: Array, information: Array) -> Trend:
    """Bayesian update by signals about the closing speed (precision in (OOM/yr)^-2)."""
    mirrored = observe_gap(
        Trend(trend.speed, trend.gap, trend.speed_variance, trend.covariance, trend.gap_variance),
        precision,
        information,
    )
    return Trend(
        mirrored.speed, mirrored.gap, mirrored.speed_variance, mirrored.covariance, mirrored.gap_variance
    )


def observe_level(
    mean: Array, variance: Array, precision: Array, information: Array, drift_variance: Numbers
) -> tuple[Array, Array]:
    """Scalar normal-normal update (compute gap, learned bias) after a week of drift; exact with precision 0."""
    prior_variance = less_certain(variance, drift_variance)
    posterior_variance = prior_variance / (ONE + prior_variance * precision)
    return mean + posterior_variance * (information - precision * mean), posterior_variance


def less_certain(variance: Array, drift_variance: Numbers) -> Array:
    """Variance of a level after a week of drift without a signal."""
    return minimum(variance + drift_variance, VARIANCE_CAP)


def observe_share(
    successes: Array,
    failures: Array,
    counts: Array | None,
    counts_times_value: Array,
    prior_successes: Numbers,
    prior_failures: Numbers,
    retention: Numbers,
    max_counts: Numbers,
) -> tuple[Array, Array]:
    """A week of the Beta belief about the copied share m: forgetting to the prior, then claims as counts.

    ``a <- a_0 + phi (a - a_0) + sum n y``, ``b`` likewise with ``n (1 - y)``; total counts are capped so that
    beliefs keep moving. ``counts`` = sum of ``n_0 tau`` over claims heard, ``None`` where nobody has heard one.
    Source: docs/odd.md 7.13.
    """
    a = prior_successes + retention * (successes - prior_successes)
    b = prior_failures + retention * (failures - prior_failures)
    if counts is not None:
        a, b = a + counts_times_value, b + (counts - counts_times_value)
    a, b = maximum(a, SMALLEST_COUNT), maximum(b, SMALLEST_COUNT)
    total = a + b
    if count_nonzero(total > max_counts):
        scale = minimum(max_counts / total, ONE)
        a, b = a * scale, b * scale
    return a, b


def claim_precision(trust: Array, stated_variance: Numbers, claim_noise: Numbers) -> Array:
    """Precision a receiver grants a claim: ``tau/(sigma_y^2 + sigma_0^2)`` (1/OOM^2), tau = trust in [0, 1].

    The effective variance is ``(sigma_y^2 + sigma_0^2)/max(tau, 1e-3)``. Source: docs/odd.md 7.13.
    """
    return maximum(trust, SMALLEST_TRUST) / asarray(stated_variance + claim_noise * claim_noise)


def discounted(value: Array, believed_bias: Array, sophistication: Numbers) -> Array:
    """What a receiver takes a claim to say: ``y - omega b_hat``; omega = 1 and b_hat = b undo the bias."""
    return value - sophistication * believed_bias


def motivated_gain(signal_minus_belief: Array, leaning: Array, strength: Numbers) -> Array:
    """Factor on the gain: ``1 + mu_r`` for congenial news, ``1 - mu_r`` for uncongenial."""
    # News that differs from the belief by rounding only is neither.
    news = where(abs(signal_minus_belief) > 1e-9, signal_minus_belief, ZERO)
    return ONE + strength * sign(news) * leaning


def acted_on(belief: Array, salient_value: Array, salience: Array) -> Array:
    """The value a receiver acts on while a narrative is salient: ``g + theta_s (y - g)``.

    ``salience`` is theta_s where a narrative is salient and exactly 0 elsewhere. Source: docs/odd.md 7.13.
    """
    return belief + salience * (salient_value - belief)

"""Units of time and a few scalar helpers."""

import math

#: One week in years: every rate a year is multiplied by it (explicit Euler).
WEEK = 1.0 / 52.0
LN10 = math.log(10.0)


def clip(value, low, high):
    return min(max(value, low), high)


def mean(values):
    values = list(values)
    return math.fsum(values) / len(values)


def event_chance(rate_per_year):
    """Probability of an event in one week, for a hazard a year."""
    return -math.expm1(-rate_per_year * WEEK)


def hazard_chance(rate_per_week):
    """Probability of an event in one week, for a hazard a week."""
    return -math.expm1(-rate_per_week)


def logistic(x):
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    odds = math.exp(x)
    return odds / (1.0 + odds)


def order_statistic(values, quantile):
    """The ceil(q n)-th smallest value."""
    ranked = sorted(values)
    return ranked[int(clip(math.ceil(quantile * len(ranked)) - 1, 0, len(ranked) - 1))]


def choose(utilities, quantile):
    """Multinomial logit by the inverse distribution function: the index that the uniform draw picks."""
    top = max(utilities)
    weights = [math.exp(utility - top) for utility in utilities]
    total = math.fsum(weights)
    cumulated = 0.0
    for option, weight in enumerate(weights):
        cumulated += weight / total
        if quantile < cumulated:
            return option
    return len(weights) - 1

"""Institutional friction (T6.2) and L-moments: punctuated policy has heavy tails."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from .reference.l_moments import l_kurtosis, l_kurtosis_of_distribution, sample_l_moments
from .reference.return_statistics import kurtosis
from .reference.stick_slip import Friction, changes_over_windows

# threshold, L-kurtosis, kurtosis, share of windows without a change
TABLE = [
    (0.0, 0.124, 3.05, 0.00),
    (0.1, 0.156, 3.37, 0.22),
    (0.25, 0.269, 3.99, 0.50),
    (0.5, 0.479, 4.87, 0.70),
    (1.0, 0.699, 8.37, 0.85),
    (2.0, 0.863, 18.3, 0.94),
]
NORMAL_L_KURTOSIS = 0.122602


@pytest.fixture(scope="module")
def changes():
    """Half a million four-week changes for each threshold; s.e. of the L-kurtosis below .001."""
    return {
        threshold: changes_over_windows(Friction(threshold), 500, 1000, np.random.default_rng(62))
        for threshold, *_ in TABLE
    }


@pytest.mark.parametrize(("threshold", "l_kurt", "kurt", "zeros"), TABLE)
def test_friction_table(changes, threshold, l_kurt, kurt, zeros):
    sample = changes[threshold]
    assert l_kurtosis(sample) == pytest.approx(l_kurt, abs=0.007)  # documented to .006
    assert kurtosis(sample.reshape(-1, 1))[0] == pytest.approx(kurt, rel=0.03)  # documented from one sample
    assert np.mean(sample == 0.0) == pytest.approx(zeros, abs=0.006)


def test_without_friction_policy_is_as_normal_as_its_target(changes):
    assert l_kurtosis(changes[0.0]) == pytest.approx(NORMAL_L_KURTOSIS, abs=0.002)
    assert kurtosis(changes[0.0].reshape(-1, 1))[0] == pytest.approx(3.0, abs=0.03)


def test_tails_grow_with_friction(changes):
    ordered = [l_kurtosis(changes[threshold]) for threshold, *_ in TABLE]
    assert np.all(np.diff(ordered) > 0.02)
    assert ordered[1] > NORMAL_L_KURTOSIS + 0.01


def test_the_level_tracks_its_target_whatever_the_friction(changes):
    """Friction bunches changes: it does not create a drift, and the variance stays of the same order."""
    for sample in changes.values():
        assert abs(sample.mean()) < 5 * sample.std() / np.sqrt(sample.size)
    assert 0.5 < changes[2.0].var() / changes[0.0].var() < 2.0


def test_full_adjustment_without_friction_reproduces_the_target():
    """With adjustment 1 the level equals the wanted level, whose four-week changes have a known variance."""
    sample = changes_over_windows(Friction(0.0, adjustment=1.0), 250, 1000, np.random.default_rng(1))
    friction = Friction(0.0)
    variance = (
        2 * friction.shock**2 * (1 - (1 - friction.reversion) ** 4) / (1 - (1 - friction.reversion) ** 2)
    )
    assert sample.var() == pytest.approx(variance, rel=0.01)


@pytest.mark.parametrize(
    ("distribution", "expected", "digits"),
    [
        (stats.uniform, 0.0, 1e-9),
        (stats.norm, 0.1226, 5e-5),
        (stats.logistic, 1 / 6, 1e-9),
        (stats.laplace, 17 / 72, 1e-9),
        (stats.t(3), 0.261, 5e-4),
    ],
)
def test_l_kurtosis_of_known_distributions(distribution, expected, digits):
    assert l_kurtosis_of_distribution(distribution.ppf) == pytest.approx(expected, abs=digits)
    shifted = l_kurtosis_of_distribution(lambda u: 3 + distribution.ppf(u))
    assert shifted == pytest.approx(expected, abs=digits)
    sample = distribution.rvs(size=200_000, random_state=np.random.default_rng(90))
    assert l_kurtosis(sample) == pytest.approx(expected, abs=0.006)


def test_sample_l_moments_equal_their_definition_by_subsets():
    x = np.sort(np.random.default_rng(4).normal(size=9) ** 3)
    kernels = {1: [1], 2: [-1, 1], 3: [1, -2, 1], 4: [-1, 3, -3, 1]}
    expected = [
        np.mean([np.dot(kernel, subset) for subset in combinations(x, order)]) / order
        for order, kernel in kernels.items()
    ]
    assert sample_l_moments(x) == pytest.approx(expected, rel=1e-10)


def test_l_kurtosis_does_not_depend_on_location_and_scale():
    x = np.random.default_rng(5).standard_t(4, size=300)
    assert l_kurtosis(7 - 3 * x) == pytest.approx(l_kurtosis(x), abs=1e-12)


def test_l_kurtosis_of_constant_data_is_missing():
    assert l_kurtosis(np.zeros(50)) is None
    assert l_kurtosis(np.array([1.0, 2.0])) is None

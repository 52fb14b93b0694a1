"""L-moments, and L-kurtosis as a measure of heavy tails that does not need a fourth moment.

Source: J. R. M. Hosking (1990), "L-moments: analysis and estimation of distributions using linear
combinations of order statistics", Journal of the Royal Statistical Society B 52:105-124,
doi:10.1111/j.2517-6161.1990.tb01775.x.

Units: L-moments as the data; L-kurtosis dimensionless in [-1/4, 1).
"""

import numpy as np
from scipy.integrate import quad


def sample_l_moments(data: np.ndarray) -> np.ndarray:
    """Unbiased first four sample L-moments (needs at least four numbers)."""
    x = np.sort(np.asarray(data, float).ravel())
    n, rank = x.size, np.arange(x.size)
    weight, b = np.ones(n), []
    for r in range(4):
        b.append(np.mean(weight * x))
        weight = weight * (rank - r) / (n - 1 - r) if r < 3 else weight
    return np.array(
        [
            b[0],
            2 * b[1] - b[0],
            6 * b[2] - 6 * b[1] + b[0],
            20 * b[3] - 30 * b[2] + 12 * b[1] - b[0],
        ]
    )


def l_kurtosis(data: np.ndarray) -> float | None:
    """Fourth over second L-moment; None (missing, not 0) for constant data."""
    data = np.asarray(data, float)
    if data.size < 4 or np.ptp(data) == 0.0:
        return None
    moments = sample_l_moments(data)
    return float(moments[3] / moments[1])


def l_kurtosis_of_distribution(quantile) -> float:
    """L-kurtosis of a distribution from its quantile function: integrals against shifted Legendre weights."""

    def l_moment(weight):
        return quad(lambda u: quantile(u) * weight(u), 0.0, 1.0, limit=500, epsabs=1e-11)[0]

    second = l_moment(lambda u: 2 * u - 1)
    fourth = l_moment(lambda u: 20 * u**3 - 30 * u**2 + 12 * u - 1)
    return fourth / second

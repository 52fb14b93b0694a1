"""Averaging by agents who hold on to their first opinion.

Source: N. E. Friedkin, E. C. Johnsen (1990), "Social influence and opinions", Journal of Mathematical
Sociology 15:193-206, doi:10.1080/0022250X.1990.9990069.

x(t + 1) = L W x(t) + (I - L) x(0), L = diag(susceptibility), tends to (I - L W)^-1 (I - L) x(0).

Units: opinions in any unit, weights and susceptibility dimensionless in [0, 1].
"""

import numpy as np


def anchored_path(
    weights: np.ndarray, susceptibility: np.ndarray, first: np.ndarray, steps: int
) -> np.ndarray:
    """Opinions after `steps` rounds, starting from `first`."""
    opinions = first
    for _ in range(steps):
        opinions = susceptibility * (weights @ opinions) + (1 - susceptibility) * first
    return opinions


def anchored_fixed_point(weights: np.ndarray, susceptibility: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Opinions that the process tends to, in closed form."""
    influence = np.eye(len(weights)) - susceptibility[:, None] * weights
    return np.linalg.solve(influence, (1 - susceptibility) * first)

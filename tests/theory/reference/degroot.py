"""Consensus by repeated averaging.

Source: M. H. DeGroot (1974), "Reaching a consensus", Journal of the American Statistical Association
69:118-121, doi:10.1080/01621459.1974.10480137.

x(t + 1) = W x(t) with a row-stochastic W tends to (w . x(0)) 1, w the stationary left eigenvector of W.

Units: opinions in any unit, weights dimensionless.
"""

import numpy as np


def averaging_path(weights: np.ndarray, opinions: np.ndarray, steps: int) -> np.ndarray:
    """Opinions after `steps` rounds of averaging."""
    for _ in range(steps):
        opinions = weights @ opinions
    return opinions


def consensus_weights(weights: np.ndarray) -> np.ndarray:
    """Influence of each agent's first opinion on the consensus (solves w W = w, sum w = 1)."""
    n = len(weights)
    system = np.vstack([weights.T - np.eye(n), np.ones(n)])
    return np.linalg.lstsq(system, np.append(np.zeros(n), 1.0), rcond=None)[0]

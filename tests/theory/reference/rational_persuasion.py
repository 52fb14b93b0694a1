"""Upper bound on persuading a Bayesian receiver.

Source: E. Kamenica, M. Gentzkow (2011), "Bayesian persuasion", American Economic Review 101:2590-2615,
doi:10.1257/aer.101.6.2590.

The receiver acts if the posterior probability of the good state reaches `threshold`. Posteriors average to
the prior, so P(act) <= prior / threshold, and one binary signal attains the bound.

Units: probabilities.
"""

import numpy as np
from scipy.optimize import linprog


def largest_act_probability(prior: float, threshold: float) -> float:
    """Largest P(act) over all signals: min(1, prior / threshold)."""
    return min(1.0, prior / threshold)


def act_probability(prior: float, threshold: float, signal: np.ndarray) -> float:
    """P(act) under a signal given as rows P(message | bad state), P(message | good state)."""
    joint_bad, joint_good = (1.0 - prior) * signal[0], prior * signal[1]
    message = joint_bad + joint_good
    acts = joint_good >= threshold * message * (1.0 - 1e-12)
    return float(message[acts].sum())


def best_signal(prior: float, threshold: float) -> np.ndarray:
    """Signal that attains the bound: praise every good state and just enough bad ones."""
    praise_bad = min(1.0, prior * (1.0 - threshold) / ((1.0 - prior) * threshold))
    return np.array([[1.0 - praise_bad, praise_bad], [0.0, 1.0]])


def act_probability_by_linear_program(prior: float, threshold: float, grid: int = 1001) -> float:
    """Largest P(act) over all distributions of posteriors on an even grid that average to the prior."""
    posterior = np.linspace(0.0, 1.0, grid)
    acts = (posterior >= threshold - 1e-12).astype(float)
    solution = linprog(-acts, A_eq=np.vstack([np.ones(grid), posterior]), b_eq=[1.0, prior])
    return float(-solution.fun)

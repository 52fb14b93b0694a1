"""Fixation of one mutant under pairwise comparison, and the small-mutation limit of two strategies.

Sources: A. Traulsen, M. A. Nowak, J. M. Pacheco (2006), "Stochastic dynamics of invasion and fixation",
Physical Review E 74:011909, doi:10.1103/PhysRevE.74.011909 (Fermi rule); D. Fudenberg, L. A. Imhof (2006),
"Imitation processes with small mutations", Journal of Economic Theory 131:251-262 (small-mutation limit).

A random agent imitates another with probability 1 / (1 + exp(-beta (payoff_other - payoff_own))). Payoffs are
averages over the other size - 1 agents (no self-play). Everything is done in logs, because
beta * payoff * size easily exceeds the range of a float.

Units: payoffs in the game's unit, `selection` (beta) in its inverse; `size` is a number of agents.
"""

import numpy as np
from scipy.special import expit, logsumexp


def payoff_advantage_of_mutants(game: np.ndarray, size: int) -> np.ndarray:
    """Mutant minus resident average payoff with 1 .. size - 1 mutants; index 0 of `game` is the mutant."""
    mutants = np.arange(1, size)
    residents = size - mutants
    mutant = ((mutants - 1) * game[0, 0] + residents * game[0, 1]) / (size - 1)
    resident = (mutants * game[1, 0] + (residents - 1) * game[1, 1]) / (size - 1)
    return mutant - resident


def log_fixation(game: np.ndarray, size: int, selection: float) -> float:
    """Natural log of the probability that one mutant takes over a resident population."""
    log_loss_over_gain = -selection * payoff_advantage_of_mutants(game, size)
    return float(-logsumexp(np.concatenate([[0.0], np.cumsum(log_loss_over_gain)])))


def share_of_second_strategy(game: np.ndarray, size: int, selection: float) -> float:
    """Long-run share of strategy 1 when mutations are so rare that the population is always uniform."""
    to_second = log_fixation(game[::-1, ::-1], size, selection)
    to_first = log_fixation(game, size, selection)
    return float(expit(to_second - to_first))

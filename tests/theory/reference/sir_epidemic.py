"""Final size of an epidemic, and a discrete process that reproduces it exactly.

Source: W. O. Kermack, A. G. McKendrick (1927), "A contribution to the mathematical theory of epidemics",
Proceedings of the Royal Society A 115:700-721, doi:10.1098/rspa.1927.0118.

With infection hazard 1 - exp(-R0 recovery I / N) and recovery probability `recovery` per step, the share ever
infected r solves r = 1 - (1 - seed) exp(-R0 r) for every step length: the sum of recovery * I over time is r.
For the same reason every step lies on the continuous curve I = 1 - R - (1 - seed) exp(-R0 R), R recovered.

Units: shares of the population; recovery per step; R0 dimensionless.
"""

import numpy as np
from scipy.optimize import brentq


def final_size(r0: float, seed: float = 0.0) -> float:
    """Share ever infected in an infinite population; the positive root if `seed` is 0."""

    def excess(r):
        return 1.0 - (1.0 - seed) * np.exp(-r0 * r) - r

    if seed == 0.0 and r0 <= 1.0:
        return 0.0
    return float(brentq(excess, 1e-9 if seed == 0.0 else 0.0, 1.0, xtol=1e-15))


def peak_prevalence(r0: float) -> float:
    """Largest infected share in continuous time from a vanishing seed: 1 - (1 + ln R0) / R0."""
    return 1.0 - (1.0 + np.log(r0)) / r0


def infection_probability(infected_share, r0: float, recovery: float):
    """Probability that a susceptible agent is infected in one step."""
    return -np.expm1(-r0 * recovery * np.asarray(infected_share, float))


def mean_field_path(r0: float, recovery: float, seed: float) -> tuple[np.ndarray, np.ndarray]:
    """Shares (susceptible, infected) step by step until fewer than 1e-14 are infected."""
    susceptible, infected = [1.0 - seed], [seed]
    while infected[-1] > 1e-14:
        new = susceptible[-1] * infection_probability(infected[-1], r0, recovery)
        susceptible.append(susceptible[-1] - new)
        infected.append(infected[-1] * (1.0 - recovery) + new)
    return np.array(susceptible), np.array(infected)


def agent_final_sizes(
    r0: float, recovery: float, agents: int, seeds: int, replicates: int, rng: np.random.Generator
) -> np.ndarray:
    """Share ever infected, per replicate, of the stochastic process on the complete graph."""
    susceptible = np.full(replicates, agents - seeds)
    infected = np.full(replicates, seeds)
    while infected.any():
        new = rng.binomial(susceptible, infection_probability(infected / agents, r0, recovery))
        infected = infected - rng.binomial(infected, recovery) + new
        susceptible = susceptible - new
    return 1.0 - susceptible / agents

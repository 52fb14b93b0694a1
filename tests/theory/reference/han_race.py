"""Safe and unsafe developers in an idealised AI race: payoffs and thresholds.

Source: T. A. Han, L. M. Pereira, F. C. Santos, T. Lenaerts (2020), "To regulate or not: a social dynamics
analysis of an idealised AI race", Journal of Artificial Intelligence Research 69:881-921,
doi:10.1613/jair.1.12225. The matrix is restated from the project's model description.

A safe developer (AS) pays the safety cost each round; an unsafe one (AU) skips it, advances `speed` times as
fast, is found out with probability `detection` per round, and keeps nothing with probability `disaster`.

Units: benefit, cost and prize in the same payoff unit, the first two per round; horizon in rounds; speed is a
ratio above 1; detection and disaster are probabilities. Payoffs are per round.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Race:
    """Parameters of one race (defaults: the finite case of the model description)."""

    speed: float = 1.5
    cost: float = 1.0
    benefit: float = 4.0
    prize: float = 1e4
    horizon: float = 100.0
    detection: float = 0.0


def payoffs(race: Race, disaster: float) -> np.ndarray:
    """Payoff of the row strategy against the column strategy; index 0 = safe, 1 = unsafe."""
    s, b, found = race.speed, race.benefit, race.detection
    per_round = race.prize / race.horizon
    both_safe = -race.cost + b / 2
    safe_meets_unsafe = -race.cost + (1 - found) * b / (s + 1) + found * b
    unsafe_meets_safe = (1 - found) * s * b / (s + 1)
    both_unsafe = (1 - found**2) * b / 2
    survive = 1.0 - disaster
    return np.array(
        [
            [both_safe + per_round / 2, safe_meets_unsafe],
            [survive * (unsafe_meets_safe + s * per_round), survive * (both_unsafe + s * per_round / 2)],
        ]
    )


def collective_threshold(race: Race) -> float:
    """Disaster probability above which an all-safe population earns more than an all-unsafe one."""
    safe, unsafe = payoffs(race, 0.0)
    return float(1.0 - safe[0] / unsafe[1])


def risk_dominance_threshold(race: Race) -> float:
    """Disaster probability above which safe is the better reply to an even mix (risk dominance)."""
    safe, unsafe = payoffs(race, 0.0)
    return float(1.0 - safe.sum() / unsafe.sum())


def collective_limit(speed: float) -> float:
    """Collective threshold for prize / horizon to infinity: 1 - 1 / s."""
    return 1.0 - 1.0 / speed


def risk_dominance_limit(speed: float) -> float:
    """Risk-dominance threshold for prize / horizon to infinity: 1 - 1 / (3 s)."""
    return 1.0 - 1.0 / (3.0 * speed)

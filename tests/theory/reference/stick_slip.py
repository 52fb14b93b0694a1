"""Policy that moves only when accumulated pressure passes a threshold.

Source of the idea: B. D. Jones, T. Sulkin, H. A. Larsen (2003), "Policy punctuations in American political
institutions", American Political Science Review 97:151-169, doi:10.1017/S0003055403000583 (institutional
friction makes policy changes leptokurtic). Equations: form 6b of the project's model description, at full
attention and without bounds, lag or quantum.

The wanted level follows an Ornstein-Uhlenbeck walk. Each week pressure decays and adds the distance between
wanted and actual level; when it exceeds `threshold` in size, the level moves by `adjustment` of the distance
and the pressure is gone.

Units: levels are dimensionless (control 0 to 1, not clipped here); one step is a week; pressure in
level-weeks.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Friction:
    """Parameters of the wanted level and of the institution."""

    threshold: float
    reversion: float = 0.02
    shock: float = 0.05
    decay: float = 0.1
    adjustment: float = 0.8


def changes_over_windows(
    friction: Friction, windows: int, replicates: int, rng: np.random.Generator, weeks: int = 4
) -> np.ndarray:
    """Change of the level over consecutive windows of `weeks` weeks, shape (windows, replicates).

    The wanted level starts in its stationary distribution and the actual level at the wanted one; a burn-in
    of 26 windows is dropped.
    """
    k = friction
    stationary = k.shock / np.sqrt(1.0 - (1.0 - k.reversion) ** 2)
    wanted = rng.normal(0.0, stationary, replicates)
    level, pressure = wanted.copy(), np.zeros(replicates)
    changes = np.zeros((windows, replicates))
    for window in range(-26, windows):
        before = level
        for _ in range(weeks):
            wanted = (1.0 - k.reversion) * wanted + k.shock * rng.standard_normal(replicates)
            gap = wanted - level
            pressure = (1.0 - k.decay) * pressure + gap
            acts = np.abs(pressure) > k.threshold
            level = level + np.where(acts, k.adjustment * gap, 0.0)
            pressure = np.where(acts, 0.0, pressure)
        if window >= 0:
            changes[window] = level - before
    return changes

"""Logit choice with a bonus for what others choose.

Source: W. A. Brock, S. N. Durlauf (2001), "Discrete choice with social interactions", Review of Economic
Studies 68:235-260, doi:10.1111/1467-937X.00168.

Options are equally good but for a bonus J times their share, P(k) = softmax(J share). With two options and
m = share_1 - share_2 the fixed points solve m = tanh(J m / 2), so the critical J is 2.

Units: utility is in units of the logit noise, shares and m dimensionless.
"""

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import softmax


def choice_shares(shares: np.ndarray, bonus: float) -> np.ndarray:
    """Choice probabilities when the present shares are `shares`."""
    return softmax(bonus * shares)


def settle(shares: np.ndarray, bonus: float, pace: float = 1.0, tolerance: float = 1e-13) -> np.ndarray:
    """Shares after a fraction `pace` of agents has reconsidered again and again, until nothing moves."""
    for _ in range(200_000):
        step = pace * (choice_shares(shares, bonus) - shares)
        shares = shares + step
        if np.max(np.abs(step)) < tolerance * pace:
            return shares
    raise RuntimeError("shares did not settle")


def binary_majority(bonus: float) -> float:
    """Largest root m of m = tanh(J m / 2): 0 up to J = 2."""
    if bonus <= 2.0:
        return 0.0
    return float(brentq(lambda m: np.tanh(bonus * m / 2.0) - m, 1e-9, 1.0, xtol=1e-15))


def lowest_lock_in_bonus(options: int) -> float:
    """Lowest J at which one of K options can stay ahead of K - 1 equal ones.

    A favourite with share s needs J = ln(s (K - 1) / (1 - s)) / (s - (1 - s) / (K - 1)).
    """

    def bonus_needed(s):
        rest = (1.0 - s) / (options - 1)
        return np.log(s / rest) / (s - rest)

    ahead = (1.0 / options + 1e-4, 1.0 - 1e-9)
    return float(minimize_scalar(bonus_needed, bounds=ahead, method="bounded").fun)

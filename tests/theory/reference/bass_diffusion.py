"""Diffusion of a new product among those who have not adopted it yet.

Source: F. M. Bass (1969), "A new product growth for model consumer durables", Management Science 15:215-227,
doi:10.1287/mnsc.15.5.215. Not a limit of the simulator's logit choice, which has no non-adopters: a plain
helper for comparison.

Units: time in years, innovation p and imitation q per year, adoption as a share of the market.
"""

import numpy as np


def adopted_share(years, innovation: float, imitation: float):
    """Share that has adopted by a time: solves F' = (p + q F) (1 - F), F(0) = 0."""
    decay = np.exp(-(innovation + imitation) * np.asarray(years, float))
    return (1.0 - decay) / (1.0 + imitation / innovation * decay)


def peak_time(innovation: float, imitation: float) -> float:
    """Time of the fastest adoption: ln(q / p) / (p + q)."""
    return float(np.log(imitation / innovation) / (innovation + imitation))

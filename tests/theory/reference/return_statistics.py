"""Moments by which simulated and real returns are compared.

Source of the list: R. Cont (2001), "Empirical properties of asset returns: stylized facts and statistical
issues", Quantitative Finance 1:223-236, doi:10.1080/713665670. Source of the tail index: B. M. Hill (1975),
"A simple general approach to inference about the tail of a distribution", Annals of Statistics 3:1163-1174,
doi:10.1214/aos/1176343247.

Every function takes an array of shape (time, replicates) and returns one number per replicate.

Units: as the series for the mean and the standard deviation, dimensionless for the others.
"""

import numpy as np


def kurtosis(series: np.ndarray) -> np.ndarray:
    """Fourth standardised moment (3 for a normal distribution)."""
    centred = series - series.mean(axis=0)
    return (centred**4).mean(axis=0) / (centred**2).mean(axis=0) ** 2


def autocorrelation(series: np.ndarray, lag: int) -> np.ndarray:
    """Sample autocorrelation at a lag."""
    centred = series - series.mean(axis=0)
    return (centred[lag:] * centred[:-lag]).sum(axis=0) / (centred**2).sum(axis=0)


def hill_index(series: np.ndarray, tail: float = 0.05) -> np.ndarray:
    """Hill's tail index of the largest `tail` share of absolute values."""
    size = np.sort(np.abs(series), axis=0)[::-1]
    k = int(tail * len(series))
    return 1.0 / np.mean(np.log(size[:k] / size[k]), axis=0)

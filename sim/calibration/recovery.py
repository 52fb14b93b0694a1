"""Simulation-based calibration: are factors that made synthetic data found again with the stated coverage?

Data are made from points of the prior, each gets its posterior from the other points, and the rank of the truth in its
posterior must be uniform (Cook, Gelman & Rubin 2006; Talts et al. 2018, arXiv:1804.06788). The posterior checked is
that by regression, :mod:`sim.calibration.regression`; a sequential sampling for each of hundreds of data sets would
take days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from sim.calibration.regression import Amortised

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray
#: Bars of a rank histogram.
BARS = 10
#: Chance of calling a sound factor unsound, over all factors together.
SIGNIFICANCE = 0.05
LEVELS = (0.5, 0.9)


@dataclass(frozen=True)
class Recovery:
    """What came out of the synthetic data sets.

    Attributes
    ----------
    ranks
        Rank of the truth in its posterior, in [0, 1], ``(data sets, factors)``.
    variances
        Variance of each posterior in places, ``(data sets, factors)``; that of the prior is 1/12.
    errors
        Posterior mean minus truth, in places.

    """

    factors: tuple[str, ...]
    ranks: Array
    variances: Array
    errors: Array

    @property
    def contraction(self) -> Array:
        """Expected contraction 1 - Var_post/Var_prior of each factor."""
        return 1.0 - 12.0 * self.variances.mean(axis=0)

    def histogram(self) -> Array:
        """Counts of ranks ``(factors, bars)``."""
        return np.stack([np.histogram(column, BARS, (0.0, 1.0))[0] for column in self.ranks.T])

    def band(self) -> tuple[float, float]:
        """Counts of a bar between which 95 % lie if ranks are uniform."""
        from scipy.stats import binom

        low, high = binom.ppf([0.025, 0.975], len(self.ranks), 1.0 / BARS)
        return float(low), float(high)

    def table(self) -> pd.DataFrame:
        """Table by factor: coverage, and tests of uniform ranks.

        Columns ``factor``, ``coverage_50``, ``coverage_90``, ``p_ks`` (Kolmogorov and Smirnov), ``p_chi2``, ``uniform``
        (no test rejects at 5 % over all factors, Holm's rule), ``contraction``, ``correlation`` (of posterior mean and
        truth).
        """
        import pandas as pd
        from scipy.stats import chisquare, kstest

        rows = []
        for k, name in enumerate(self.factors):
            rank = self.ranks[:, k]
            covered = {f"coverage_{level:.0%}".rstrip("%"): self.coverage(level)[k] for level in LEVELS}
            p = {"p_ks": kstest(rank, "uniform").pvalue, "p_chi2": chisquare(self.histogram()[k]).pvalue}
            rows.append({"factor": name, **covered, **p, "contraction": self.contraction[k]})
        table = pd.DataFrame(rows)
        worst = 2.0 * table[["p_ks", "p_chi2"]].min(axis=1)  # two tests of one factor
        table["uniform"] = ~_holm(worst.to_numpy(), SIGNIFICANCE)
        return table

    def coverage(self, level: float) -> Array:
        """Share of the data sets whose central interval of a level holds the truth, by factor."""
        found: Array = (np.abs(self.ranks - 0.5) <= level / 2.0).mean(axis=0)
        return found


def recover(factors: tuple[str, ...], normal: Array, data: Array, sets: int, share: float = 0.15) -> Recovery:
    """Recover the factors of some points of a sample from their data.

    Each posterior is made of all points but its own, and the statistics were learned from none of these.

    Parameters
    ----------
    factors
        Names.
    normal
        Normal scores of the factors, ``(points, factors)``.
    data
        Summaries with errors of observation, ``(points, summaries)``.
    sets
        Data sets.
    share
        Part of the sample that is kept as nearest.

    """
    amortised = Amortised(normal, data, share)
    sets = min(sets, len(amortised.normal))
    truth = ndtr(amortised.normal[:sets])
    found = [amortised.posterior(amortised.summaries[k], without=k) for k in range(sets)]
    return Recovery(
        factors,
        np.array([one.rank(truth[k]) for k, one in enumerate(found)]),
        np.array([one.variance() for one in found]),
        np.array([one.mean() - truth[k] for k, one in enumerate(found)]),
    )


def _holm(p: Array, level: float) -> Array:
    """Which of several tests reject at a level over all of them (Holm 1979)."""
    order = np.argsort(p)
    rejected = np.zeros(len(p), dtype=bool)
    for step, place in enumerate(order):
        if p[place] > level / (len(p) - step):
            break
        rejected[place] = True
    return rejected

"""How much of what varies between design rows is luck.

An outcome of row x under seed s is taken apart as ``f(x) + g(s) + h(x, s)``: what the factors do on average over seeds,
what a seed does to all rows alike, and the rest, which holds also that a factor acts more strongly under one seed than
under another. The classical two-way analysis of variance with one run a cell estimates the parts, also with two
replicates. If all rows share their seeds, g shifts all row means alike and tells no row from another: what blurs the
comparison of rows is h alone, and its variance in a mean over R replicates is that of h over R. If rows have seeds of
their own, all variance within a row counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.problem import Problem, replicated

if TYPE_CHECKING:
    import pandas as pd

#: Share of luck in the variance of row means above which a remark is made, and the one that is good enough.
MUCH = 0.10
LITTLE = 0.05


@dataclass(frozen=True)
class Noise:
    """Parts of the variance of one outcome, in its unit squared; NaN where one replicate cannot tell.

    Attributes
    ----------
    replicates, rows
        What was there.
    total
        Variance of the row means between rows.
    noise
        Part of it that luck makes: the variance of h over the replicates.
    of_means
        ``noise / total``, at most 1.
    of_run
        Share of luck, shared or not, in the variance of single runs.
    seeds_shared
        Whether all rows have the same seeds.

    """

    replicates: int
    rows: int
    total: float
    noise: float
    of_means: float
    of_run: float
    seeds_shared: bool

    @property
    def signal(self) -> float:
        """Variance between rows that the factors make; not below 0."""
        return max(self.total - self.noise, 0.0)

    def replicates_for(self, share: float = LITTLE) -> int | None:
        """Replicates that would bring the share of luck in the row means down to ``share``; None if unknown."""
        if not self.signal > 0 or not self.noise > 0:
            return None
        return max(1, int(np.ceil(self.noise * self.replicates * (1.0 - share) / (share * self.signal))))

    def remarks(self) -> list[str]:
        """Say that luck cannot be told from factors, or that there is much of it."""
        if self.replicates < 2:
            return ["one replicate a row: luck cannot be told apart from what the factors do"]
        if not self.of_means > MUCH:
            return []
        if self.of_means >= 0.95:
            return [
                f"luck makes {self.of_means:.0%} of the variance of row means: what the factors do to the expected "
                f"outcome cannot be told from what these {self.replicates} seeds happen to do; run more replicates"
            ]
        needed = self.replicates_for()
        more = f"; {needed:,} replicates would bring it down to {LITTLE:.0%}" if needed else ""
        return [
            f"luck makes {self.of_means:.0%} of the variance of row means ({self.replicates} replicates){more}"
        ]


def noise_share(runs: pd.DataFrame, source: Any, outcome: str) -> Noise:
    """Take the variance of an outcome apart into factors and luck.

    Parameters
    ----------
    runs
        One row a run.
    source
        Sweep, data of a sweep, or :class:`Problem`.
    outcome
        Column of ``runs``.

    """
    data = replicated(runs, Problem.of(source), outcome)
    return noise_of(data.values, data.seeds_shared)


def noise_of(values: np.ndarray, seeds_shared: bool = True) -> Noise:
    """Take the variance of values ``(rows, replicates)`` apart.

    Source: Searle, Casella & McCulloch 1992, Variance Components, ch. 4 (expected mean squares).
    """
    rows, replicates = values.shape
    nan = float("nan")
    total = float(values.mean(axis=1).var(ddof=1)) if rows > 1 else nan
    if replicates < 2 or rows < 2:
        return Noise(replicates, rows, total, nan, nan, nan, seeds_shared)
    if seeds_shared:
        by_seed = values.mean(axis=0)
        rest = values - values.mean(axis=1, keepdims=True) - by_seed + values.mean()
        apart = float((rest**2).sum() / ((rows - 1) * (replicates - 1)))
        together = max((rows * float(by_seed.var(ddof=1)) - apart) / rows, 0.0)
    else:
        apart, together = float(values.var(axis=1, ddof=1).mean()), 0.0
    noise = apart / replicates
    signal = max(total - noise, 0.0)
    luck = apart + together
    # Rounding leaves a trace of luck in runs that do not vary between seeds at all.
    if luck <= 1e-24 * float(np.square(values).mean()):
        noise = luck = 0.0
    return Noise(
        replicates,
        rows,
        total,
        noise,
        min(noise / total, 1.0) if total > 0 else nan,
        luck / (luck + signal) if luck + signal > 0 else nan,
        seeds_shared,
    )

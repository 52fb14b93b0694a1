"""How near a run is to the record: by what residuals say about the factors, not by the residuals themselves.

Two worlds with the same factors differ in luck about as much as two worlds drawn from the prior: measured over all
residuals, hardly any run is nearer to the record than another. Regressions that learned each factor's posterior mean
from the residuals let the luck go (Fearnhead & Prangle 2012); the distance is that between the posterior means of a run
and of the record. A factor about which residuals say nothing has a constant posterior mean and does not count.
"""

from __future__ import annotations

import zlib

import numpy as np

from sim.calibration.regression import Learned

Array = np.ndarray


class Nearness:
    """Distance of runs from the record, in the factors' normal scores.

    Parameters
    ----------
    normal
        Normal scores of a sample of the prior, ``(points, factors)``.
    residuals
        Its residuals in standard deviations of the errors, ``(points, summaries)``; the first ``points`` count.
    points
        Number of fitted points.

    """

    def __init__(self, normal: Array, residuals: Array, points: int) -> None:
        self._points = points
        self.learned = Learned(normal, self._as_data(residuals))
        self.record: Array = self.learned(np.zeros(points))[0]

    def many(self, residuals: Array) -> Array:
        """Distances ``(runs,)``."""
        found: Array = np.sqrt((self.away(residuals) ** 2).sum(axis=1))
        return found

    def away(self, residuals: Array) -> Array:
        """Statistics of runs minus those of the record, ``(runs, factors)``."""
        found: Array = self.learned(self._as_data(residuals)) - self.record
        return found

    def __call__(self, residuals: Array) -> float:
        """Distance of one run."""
        return float(self.many(residuals[None])[0])

    def unusual(self, residuals: Array) -> float:
        """Share of a sample whose posterior means are nearer to their centre than the record's: 1 is far out."""
        found = self.learned(self._as_data(residuals))
        centre, spread = found.mean(axis=0), np.maximum(found.std(axis=0), 1e-12)
        far = (((found - centre) / spread) ** 2).sum(axis=1)
        mine = (((self.record - centre) / spread) ** 2).sum()
        return float((far < mine).mean())

    def _as_data(self, residuals: Array) -> Array:
        """Residuals as a record would have them: with errors, the same for the same run."""
        found = np.array(residuals[:, : self._points], dtype=float)
        for row in found:
            row += np.random.default_rng(zlib.crc32(row.tobytes())).standard_normal(self._points)
        return found

"""Investors: value laboratories by the moat they believe in."""

from __future__ import annotations

from typing import NamedTuple

from numpy import minimum, where

from sim.agents.receiver import Receiver
from sim.institutions.public_record import PublicRecord
from sim.mechanisms import valuation
from sim.mechanisms.numerics import ONE, ZERO, Array, deeper, row_mean
from sim.registry import valuation_rules


class Appraisal(NamedTuple):
    """What investors believe about the time after catch-up, per lab and for the controlling bloc's labs together."""

    after: Array  #: ``(worlds, labs, investors)`` weight of the time after catch-up in the value of each lab
    mean: Array  #: ``(worlds, labs)`` its mean over investors
    reference: Array  #: ``(worlds, 1)`` the same for the controlling bloc's labs, weighted by revenue


class Investor(Receiver):
    """Prices rents with a finite, believed moat; the marginal buyer of a private round is an optimist."""

    kind = "investors"

    def appraise(self, record: PublicRecord) -> Appraisal:
        """Value each lab's moat, averaged over the investor's posterior of the closing speed.

        An annuity is linear in the weight of the time after catch-up, so that means may be taken first.
        """
        model, p = self.model, self.model.settings
        factor = valuation.closing_factor(
            self.acted_share,
            record.controls.expected[:, :1],
            record.expected_enforcement,
            p.valuation.believed_control_effect,
            p.valuation.believed_enforcement_effect,
            p.valuation.copying_stalls,
        )
        gap = self.acted_gap[:, None, :] + record.evaluation.own_gap[:, :, None]
        gap = valuation.gap_to_close(gap, deeper(p.benchmarks.parity_margin))
        speeds = valuation.speed_quadrature(self.believed_speed, self.speed_variance)
        years = valuation.years_per_gap(speeds, factor, p.valuation.min_closing_speed)
        rule, discount = valuation_rules.get(p.valuation.rule), deeper(p.valuation.discount_less_growth)
        longest = deeper(p.valuation.max_moat)
        # Node by node: three arrays of this size at once would not fit a processor's cache.
        moats = (gap * node[:, None, :] for node in years)
        nodes = [rule(discount, minimum(moat, longest, out=moat)) for moat in moats]
        after = valuation.posterior_mean(nodes)
        mean = row_mean(after)[..., 0]
        reference = valuation.sector_weight(mean, where(model.is_home, model.labs.revenue, ZERO))
        return Appraisal(after, mean, reference)

    def believed_efficiency(self) -> Array:
        """Mean believed efficiency of the controlled bloc, ``(c_hat - g)(1 - m)``, ``(worlds, 1)`` in OOM."""
        return row_mean((self.believed_compute - self.believed_gap) * (ONE - self.believed_share))

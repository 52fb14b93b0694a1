"""What labs and the listed index are worth, from what investors believe: the accounting between phases."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.agents.investor import Appraisal
from sim.agents.lab import STATE_REFERENCE_YEAR
from sim.mechanisms import capital, listed, valuation
from sim.mechanisms.numerics import Array

#: Smallest annuity: values stay positive, logs finite.
SMALLEST_ANNUITY = 1e-3


class Worth:
    """Values of a batch of worlds; a part of :class:`sim.model.NarrativeModel`."""

    def sector_scale(self: Any, years: float) -> Array:
        """Purchasing power of the sector for compute, relative to mid-2025."""
        p = self.parameters

        def power(t: float) -> Array:
            size = capital.market_size(t, p.market.size_2024, p.market.growth, p.market.cap)
            return size / capital.compute_price(t, p.capital.compute_price_2024, p.capital.price_decline)

        return power(years) / power(STATE_REFERENCE_YEAR)

    def annuity(self: Any, after: Array, rival: Array) -> Array:
        """Value per unit of a frontier lab's rent: leaders and their mirrored followers."""
        p = self.parameters.valuation
        extra = (None,) * (after.ndim - 2) if rival.ndim == 2 else ()
        catchup, home, follower = (
            value[(..., *extra)] for value in (p.catchup_rent, p.home_rent, p.follower_rent)
        )
        leader = valuation.leader_annuity(after, catchup)
        if self.parameters.capital.buys_compute:
            mirrored = valuation.follower_annuity(after, catchup, home)
        else:
            mirrored = valuation.follower_rent_value(after, catchup, follower)
        return np.maximum(np.where(rival, mirrored, leader), SMALLEST_ANNUITY)

    def value_of(self: Any, appraisal: Appraisal) -> Array:
        """Value of each lab, ``(worlds, labs)``: revenue times multiple, or rent without the capital loop."""
        p = self.parameters
        if p.capital.buys_compute:
            reference = appraisal.reference if self.in_burn_in else self.reference_after
            unit = np.maximum(valuation.leader_annuity(reference, p.valuation.catchup_rent), SMALLEST_ANNUITY)
            self.value_scale = p.valuation.revenue_multiple * self.labs.revenue / unit
            self.flow = self.labs.revenue
        else:
            self.flow = self.market.rent_flow()
            self.value_scale = self.flow / p.valuation.discount_less_growth
        return self.value_scale * self.annuity(appraisal.mean, self.is_rival)

    def listed_fundamental(self: Any, appraisal: Appraisal) -> Array:
        """Log fundamental of the listed index, ``(worlds, 1)``: chip demand, or rents without the capital loop."""
        p = self.parameters
        if p.capital.buys_compute:
            return listed.chip_fundamental(
                np.add.reduce(self.labs.spending, axis=-1, keepdims=True),
                self.investors.believed_efficiency(),
                p.listed.believed_demand_elasticity,
                p.vendor.controlled_sales_share,
                self.regime.announced[:, :1],
            )
        closed = np.where(self.is_home & self.is_closed, self.labs.valuation, 0.0)
        return np.log(np.maximum(np.add.reduce(closed, axis=-1, keepdims=True), 1e-12))

"""What labs and the listed index are worth, from what investors believe: the accounting between phases."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import numpy as np
from numpy import arange, log, maximum, where

from sim.agents.investor import Appraisal
from sim.mechanisms import capital, listed, valuation
from sim.mechanisms.numerics import ZERO, Array, Numbers, constant, sum_of
from sim.parameters import in_worlds

#: Smallest annuity: values stay positive, logs finite.
SMALLEST_ANNUITY = constant(1e-3)
#: Calendar origin of the market's time path (2024.0 in the sources).
MARKET_ORIGIN = dt.date(2024, 1, 1)
#: Sector purchasing power is expressed relative to mid-2025 (years after 2024.0).
STATE_REFERENCE_YEAR = 1.5
#: Weeks of the market's path worked out at once.
WEEKS_AHEAD = 520


class Economy(NamedTuple):
    """Market and compute in one week, each ``(worlds, 1)``."""

    size: Array  #: yearly spending on AI models (bn US$/yr)
    compute_price: Array  #: bn US$ per million H100-equivalents
    scale: Array  #: purchasing power of the sector for compute, relative to mid-2025


class Worth:
    """Values of a batch of worlds; a part of :class:`sim.model.NarrativeModel`."""

    _economy: list[Economy] = []  # noqa: RUF012 - replaced, never changed
    _economy_from = 0

    def economy(self: Any, week: int) -> Economy:
        """What the calendar alone decides, worked out for a stretch of weeks at once."""
        if not self._economy or not 0 <= week - self._economy_from < len(self._economy):
            self._economy_from = week
            self._economy = self._economy_of(week + arange(WEEKS_AHEAD))
        return self._economy[week - self._economy_from]

    def _economy_of(self: Any, weeks: Array) -> list[Economy]:
        p = self.parameters

        def market(years: Numbers) -> tuple[Array, Array]:
            return (
                capital.market_size(years, p.market.size_2024, p.market.growth, p.market.cap),
                capital.compute_price(years, p.capital.compute_price_2024, p.capital.price_decline),
            )

        size, price = market(((self.start_date - MARKET_ORIGIN).days / 365.25 + weeks / 52.0)[:, None, None])
        reference_size, reference_price = market(STATE_REFERENCE_YEAR)
        scale = (size / price) / (reference_size / reference_price)
        return [Economy(*week) for week in zip(size, price, scale, strict=True)]

    def annuity(self: Any, after: Array, rival: Array, world: Array | None = None) -> Array:
        """Value per unit of a frontier lab's rent: leaders and their mirrored followers.

        ``after`` is ``(worlds, labs)``, or ``(k, n)`` for rows of the worlds ``world``.
        """
        p = self.settings.valuation
        catchup = in_worlds(p.catchup_rent, world)
        leader = valuation.leader_annuity(after, catchup)
        if self.settings.capital.buys_compute:
            mirrored = valuation.follower_annuity(after, catchup, in_worlds(p.home_rent, world))
        else:
            mirrored = valuation.follower_rent_value(after, catchup, in_worlds(p.follower_rent, world))
        return maximum(where(rival, mirrored, leader), SMALLEST_ANNUITY)

    def marks(self: Any, rounds: Array, appraisal: Appraisal) -> Array:
        """Reported values after this week's private rounds, ``(worlds, labs)``."""
        p, marks = self.settings.rounds, self.labs.private_mark.copy()
        world, lab = np.nonzero(rounds)
        # One row a round, (rounds, investors).
        values = self.annuity(appraisal.after[world, lab], self.is_rival[lab, None], world)
        marks[world, lab] = valuation.post_money(
            (values * self.value_scale[world, lab, None])[:, None, :],
            float(p.quantile.flat[0]),
            in_worlds(p.premium, world),
            marks[world, lab, None],
            in_worlds(p.down_threshold, world),
        )[:, 0]
        return marks

    def value_of(self: Any, appraisal: Appraisal) -> Array:
        """Value of each lab, ``(worlds, labs)``: revenue times multiple, or rent without the capital loop."""
        p = self.settings
        if p.capital.buys_compute:
            reference = appraisal.reference if self.in_burn_in else self.reference_after
            unit = maximum(valuation.leader_annuity(reference, p.valuation.catchup_rent), SMALLEST_ANNUITY)
            unit = unit.repeat(self.counts["labs"], 1)
            self.value_scale = p.valuation.revenue_multiple * self.labs.revenue / unit
            self.flow = self.labs.revenue
        else:
            self.flow = self.market.rent_flow()
            self.value_scale = self.flow / p.valuation.discount_less_growth
        return self.value_scale * self.annuity(appraisal.mean, self.is_rival)

    def listed_fundamental(self: Any, appraisal: Appraisal) -> Array:
        """Log fundamental of the listed index, ``(worlds, 1)``: chip demand, or rents without the capital loop."""
        p = self.settings
        if p.capital.buys_compute:
            # At an elasticity of one what investors believe about efficiency leaves demand as it is.
            believed = self.investors.believed_efficiency() if self.uses.believed_demand else 0.0
            return listed.chip_fundamental(
                sum_of(self.labs.spending, axis=-1, keepdims=True),
                believed,
                p.listed.believed_demand_elasticity,
                p.vendor.controlled_sales_share,
                self.regime.announced[:, :1],
            )
        closed = where(self.defenders, self.labs.valuation, ZERO)
        return log(maximum(sum_of(closed, axis=-1, keepdims=True), 1e-12))

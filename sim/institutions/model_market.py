"""The market for models: list prices, users, revenue; and the listed index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import arange, asarray, concatenate, maximum, minimum, where, zeros

from sim.mechanisms import adoption, capability, listed
from sim.mechanisms.numerics import HALF, ONE, ZERO, Array, constant, sum_of

if TYPE_CHECKING:
    from sim.model import NarrativeModel

#: Share of one adopter below which a lab's users never fall, so that a small sample cannot end a lab.
SMALLEST_USE = constant(0.5)
#: Smallest share of revenue kept and smallest flow of rent, so that values stay positive.
SMALLEST_KEPT, SMALLEST_FLOW = constant(1e-3), constant(1e-9)


class ModelMarket:
    """Users by segment and bloc, prices and revenue by lab; one listed index a world."""

    def __init__(self, model: NarrativeModel) -> None:
        self.model = model
        p, worlds = model.parameters, model.worlds
        self.segment_share = concatenate([s.share for s in p.adoption.segments.values()], axis=1)
        self.initial_weight = np.ones((worlds, model.counts["labs"]))
        self.initial_share = np.full((worlds, model.counts["labs"]), 1.0 / model.counts["labs"])
        self.users = zeros((worlds, 3, 2, model.counts["labs"]))
        self.misalignment = zeros((worlds, 1))
        self.previous_misalignment = zeros((worlds, 1))
        self.fundamentalists = np.full((worlds, 1), 0.5)
        self.fundamental = zeros((worlds, 1))
        self.price = zeros((worlds, 1))  # log of the listed index
        self.reference: Array = zeros((worlds, 1))
        self.started = False
        self._priced: Array | None = None
        trading = model.settings.listed

        def rates(*names: str) -> list[Any]:
            """Rates of trading: of one world as plain numbers, as :meth:`trade` wants them."""
            values = [getattr(trading, name) for name in names]
            return [value.item() for value in values] if worlds == 1 else values

        self._trading_rates = rates("mu", "phi", "chi", "sigma_f", "sigma_c")
        self._appeal = rates("alpha_0", "alpha_n", "alpha_p")
        (self._choice_intensity,) = rates("beta")

    def set_prices(self) -> None:
        """List prices follow from released capability alone, and change with it only."""
        model, p = self.model, self.model.parameters
        labs = model.labs
        released = labs.released_capability
        if released is self._priced:
            return
        self._priced = released
        best_home = capability.bloc_best(released, model.home_only)
        best_rival = capability.bloc_best(released, model.rival_only)
        lead = released - where(model.is_rival, best_home, best_rival)
        labs.price = adoption.list_price(
            lead,
            model.is_closed,
            labs.price_markup,
            p.adoption.price_frontier,
            p.market.closed_open_price_ratio,
            p.market.premium_per_lead,
        )

    def count_users(self) -> None:
        """Users by bloc, segment and lab from the adopters' current choices."""
        model = self.model
        communities = model.communities
        labs = model.counts["labs"]
        code = communities.group * labs + communities.current_model
        cells = 6 * labs
        code = code + arange(model.worlds)[:, None] * cells
        counts = np.bincount(code.ravel(), minlength=model.worlds * cells)
        self.users = counts.reshape(model.worlds, 3, 2, labs).astype(float)

    def earn(self, week: int) -> None:
        """Revenue by lab from last week's users and this week's prices, net of the cost of enforcement."""
        model, p = self.model, self.model.settings
        labs = model.labs
        self.set_prices()
        self.size = model.economy(week).size
        paying = sum_of(self.users, axis=1) + SMALLEST_USE
        if model.any_student:
            # A student's paid use counts as one developer's use of its teacher.
            paying[:, 1] += where(model.has_api, labs.paying_students, ZERO)
        money = (self.size * self.segment_share)[:, :, None]
        gross = adoption.revenue(money, paying, labs.price[:, None, :])
        kept = ONE - p.enforcement.false_positive_cost * labs.enforcement
        if model.uses.retaliation:
            cost = p.policy.retaliation_cost * model.regime.retaliation
            kept = kept * where(model.is_home, ONE - cost, ONE)
        self.kept = maximum(kept, SMALLEST_KEPT)
        labs.revenue = gross * self.kept

    def rent_flow(self) -> Array:
        """Flow of rent without the capital loop, in rents of a frontier lab."""
        model, p = self.model, self.model.parameters
        total = sum_of(self.users, axis=(1, 2))
        share = total / sum_of(total, axis=-1, keepdims=True)
        floor = 1.0 / model.counts["communities"]
        ratio = maximum(share, 1e-3 * floor) / maximum(self.initial_share, floor)
        if not p.adoption.enabled:
            ratio = np.ones_like(ratio)
        open_rent = where(model.is_closed, ONE, p.valuation.open_rent)
        return maximum(ratio * open_rent * self.kept, SMALLEST_FLOW)

    def trade(self, week: int, fundamental: Array) -> None:
        """One week of the listed index: news in the fundamental, then five days of misalignment."""
        p, draws = self.model.settings.listed, self.model.draws
        if not self.started:
            self.fundamental = self.price = self.reference = fundamental
            self.started = True
        news = minimum(maximum(fundamental - self.fundamental, -HALF), HALF)
        fundamental = self.fundamental = self.fundamental + news
        if p.rule == "fundamental":
            self.price = fundamental
            return
        # With full pass-through the whole news enters the price; else the rest becomes misalignment.
        kept = asarray(p.news_pass_through - ONE) * news
        z: Any = self.misalignment + kept
        previous: Any = self.previous_misalignment + kept
        share: Any = self.fundamentalists
        fundamental_luck: Any = draws.normal("listed.fundamentalists", week, 5)
        chartist_luck: Any = draws.normal("listed.chartists", week, 5)
        plain = self.model.worlds == 1
        if plain:
            # Plain numbers: the same operations and bits, without the cost of arrays of one element.
            z, previous, share = z.item(), previous.item(), share.item()
            fundamental_luck, chartist_luck = fundamental_luck[0].tolist(), chartist_luck[0].tolist()
        else:
            fundamental_luck, chartist_luck = fundamental_luck.T[..., None], chartist_luck.T[..., None]
        for day in range(p.steps_per_week):
            following = listed.misalignment_step(
                z, previous, share, fundamental_luck[day], chartist_luck[day], *self._trading_rates
            )
            appeal = listed.attractiveness(share, z, *self._appeal)
            share = listed.fundamentalist_share(appeal, self._choice_intensity)
            if plain:
                share = float(share)
            previous, z = z, following
        if plain:
            z, previous, share = np.array([[z]]), np.array([[previous]]), np.array([[share]])
        self.misalignment, self.previous_misalignment, self.fundamentalists = z, previous, share
        self.price = fundamental + self.misalignment

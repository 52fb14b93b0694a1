"""Open-source communities and enterprises: adopt and switch models."""

from __future__ import annotations

import numpy as np
from numpy import arange, asarray, count_nonzero, maximum, where

from sim.agents.columns import Column
from sim.agents.receiver import Receiver
from sim.mechanisms import adoption
from sim.mechanisms.numerics import ONE, YEAR_STEP, ZERO, Array, deeper, sum_of

#: Order of adopters' blocs in arrays with a bloc axis: the controlling bloc and allies, the controlled bloc, others.
HOME, RIVAL, ELSEWHERE = 0, 1, 2


class Community(Receiver):
    """An adopter of models: one of two segments (enterprise, developer) in one of three blocs."""

    kind = "communities"

    current_model = Column("communities", "lab", "index of the lab whose model is in use", fill=0)
    group = Column("communities", "index", "2 * bloc + segment", fill=0)

    #: Cache of the cohort: the part of utility that lies in the models themselves.
    _appealing_index: Array | None = None
    _appealing_price: Array | None = None
    _appeal: Array

    def group_utilities(self, measured: Array) -> Array:
        """Utility of each lab's model to each group without inertia, ``(worlds, 6 groups, labs)``."""
        model, p = self.model, self.model.settings.adoption
        labs, weights = model.labs, model.segment_weights
        by_bloc = sum_of(model.market.users, axis=2)
        share = by_bloc / maximum(sum_of(by_bloc, axis=-1, keepdims=True), ONE)
        if measured is not self._appealing_index or labs.price is not self._appealing_price:
            # Indices and prices change with releases and evaluations only.
            self._appealing_index, self._appealing_price = measured, labs.price
            self._appeal = adoption.product_utility(
                measured[:, None, None, :],
                labs.price[:, None, None, :],
                model.cross_bloc_distrust,
                weights.capability,
                weights.price,
                weights.distrust,
            )
        utilities = self._appeal + adoption.social_utility(
            share[:, :, None, :],
            labs.derivatives[:, None, None, :],
            weights.network,
            deeper(deeper(p.weight_ecosystem)),
        )
        banned = model.parameters.enforcement.ban_paying_access
        if banned or count_nonzero(model.regime.effective[:, 1]):
            closed_home = model.is_home & model.is_closed
            strictness = 1.0 if banned else model.regime.effective[:, 1:]
            strictness = asarray(p.weight_access_control * strictness).reshape(-1, 1, 1)
            utilities = utilities - where(model.buyer_is_rival & closed_home, strictness, ZERO)[:, :, None, :]
        return utilities.reshape(model.worlds, 6, -1)

    def reconsider(self, week: int, measured: Array) -> None:
        """A few adopters reconsider each week and choose by logit, with inertia."""
        model, p = self.model, self.model.settings.adoption
        count = model.counts["communities"]
        luck = model.draws.uniform("adoption.reconsider", week, count)
        world, slot = np.nonzero(luck < p.reconsider)
        if len(world) == 0:
            return
        group, held = self.group[world, slot], self.current_model
        current = held[world, slot]
        utilities = self.group_utilities(measured)[world, group]
        switching = p.switching_cost[world, 0] if p.switching_cost.ndim else p.switching_cost
        utilities[arange(len(world)), current] += switching
        if model.uses.distrust_of_copying:
            utilities = utilities - self._distrust_of_copying(world, slot, group)
        choice = adoption.choose(
            adoption.choice_probabilities(utilities),
            model.draws.uniform("adoption.choice", week, count)[world, slot],
        )
        held[world, slot] = choice

    def _distrust_of_copying(self, world: Array, slot: Array, group: Array) -> Array:
        """Distrust of the models of students of other blocs, ``w_t chi_d m_j lambda_P``."""
        model, p = self.model, self.model.parameters
        share = self.acted_share[world, slot] * p.distillation.unauthorised_share[world, 0]
        response = (
            model.segment_weights.distrust[world, 0, group % 2, 0]
            * p.adoption.distrust_response[world, 0]
            * share
        )
        foreign = model.cross_bloc[group // 2] * model.is_student
        return response[:, None] * foreign

    def build_on_open_models(self) -> None:
        """Derivatives of open models grow with their share of use."""
        model = self.model
        users = sum_of(model.market.users, axis=(1, 2))
        share = users / sum_of(users, axis=-1, keepdims=True)
        born = model.settings.adoption.derivative_rate * share * YEAR_STEP
        model.labs.derivatives = model.labs.derivatives + where(model.is_closed, ZERO, born)

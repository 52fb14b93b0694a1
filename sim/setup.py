"""The state of the worlds before the first week: labs, receivers, market, all at their own equilibrium."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sim.institutions.public_record import Evaluation
from sim.mechanisms import adoption, capability, capital, credibility, distillation
from sim.mechanisms.numerics import Array
from sim.parameters import table_column

#: Weeks at the end of the burn-in over which iso-lag worlds are compared.
ISO_LAG_WINDOW = 26

if TYPE_CHECKING:
    from sim.model import NarrativeModel


def found_labs(model: NarrativeModel) -> None:
    """Labs' capability, with copying at its steady state and, in iso-lag worlds, the observed gap held fixed."""
    p, labs, worlds = model.parameters, model.labs, model.worlds
    table = model.lab_table
    labs.compute = table_column(table, "compute", worlds)
    labs.algorithms = table_column(table, "algorithms", worlds)
    labs.distillation_effort = table_column(table, "distillation_effort", worlds)
    labs.price_markup = table_column(table, "price_markup", worlds)
    labs.enforcement = np.where(
        model.has_api & (p.enforcement.rule == "fixed"), p.enforcement.level, np.zeros((worlds, 1))
    ) + np.zeros((worlds, model.counts["labs"]))
    own = labs.own_capability
    copying = p.distillation
    paying = copying.access * (1.0 - copying.unauthorised_share)
    access = distillation.api_access(
        np.where(model.is_rival, 0.0, paying) if p.enforcement.ban_paying_access else paying,
        copying.access * copying.unauthorised_share,
        p.enforcement.level if p.enforcement.rule == "fixed" else 0.0,
        # Only use across the controlled border meets model-access control.
        np.where(model.is_rival, model.regime.initial[:, 1:], 0.0),
        copying.base_detection,
        copying.enforced_detection,
        copying.account_replacement,
        p.export_control.access_effect,
    )
    ratio = copying.potency * access * labs.distillation_effort / copying.obsolescence
    best_home = capability.bloc_best(own, model.home_only)
    if copying.iso_lag:
        observed = wanted_gap(model)
        best_ratio = np.max(np.where(model.is_rival, ratio, 0.0), axis=-1, keepdims=True)
        wanted = distillation.iso_lag_counterfactual_gap(observed, best_ratio, copying.ceiling_margin)
        shift = model.iso_lag_shift + wanted - (best_home - capability.bloc_best(own, model.rival_only))
        labs.compute = np.where(model.is_rival, labs.compute - shift, labs.compute)
        own = labs.own_capability
    if copying.initial_share_at_steady_state:
        uplift = distillation.steady_state_uplift(best_home - own, ratio, copying.ceiling_margin)
        labs.distilled = np.where(model.is_student, uplift, 0.0)
    labs.released_capability, labs.released_algorithms = labs.capability, labs.algorithms
    luck = np.stack(
        [model.draws.generator("labs.selective_reporting", w).random(own.shape[1]) for w in range(worlds)]
    )
    labs.selective_reporting = (luck < p.benchmarks.gaming_share).astype(float)
    week = model.week - 1
    errors = model.draws.normal("labs.model_family", week, own.shape[1] * 4).reshape(labs.family_error.shape)
    labs.family_error = p.benchmarks.family_sd[..., None] * errors
    gap = best_home_gap(model, labs.capability)
    model.initial_gap = np.where(np.abs(gap) < capability.SMALLEST_GAP, capability.SMALLEST_GAP, gap)
    model.initial_compute_gap = best_home_gap(model, labs.compute)


def wanted_gap(model: NarrativeModel) -> Array:
    """Public gap that iso-lag worlds show at the start of the record, ``(worlds, 1)`` OOM."""
    p = model.parameters
    reference = p.capability.compute_growth_controlling + p.capability.algorithmic_growth
    return p.distillation.observed_gap_months * reference / 12.0


def iso_lag_error(model: NarrativeModel) -> Array:
    """By how much the released gap of the burn-in's last half year falls short of the one wanted (OOM)."""
    released = model.recorder.history("released_capability", burn_in=True)[-ISO_LAG_WINDOW:]
    gaps = best_home_gap(model, released)[..., 0]
    return wanted_gap(model) - (sum(gaps[1:], gaps[0]) / len(gaps))[:, None]


def best_home_gap(model: NarrativeModel, values: Array) -> Array:
    """Best controlling lab minus best controlled lab, ``(worlds, 1)``."""
    return capability.bloc_best(values, model.home_only) - capability.bloc_best(values, model.rival_only)


def found_sources(model: NarrativeModel) -> None:
    """Reach and initial trust of every source of claims."""
    p, sources = model.parameters, model.sources
    worlds, labs = model.worlds, model.counts["labs"]
    reach = [table_column(model.lab_table, "reach", worlds)]
    trust = np.broadcast_to(p.credibility.initial_trust, (worlds, labs))
    trusts = [trust]
    if model.vendors is not None:
        reach.append(np.broadcast_to(p.vendor.reach, (worlds, 1)))
        trusts.append(p.credibility.initial_trust)
    if model.source_table:
        reach.append(table_column(model.source_table, "reach", worlds))
        trusts.append(table_column(model.source_table, "trust", worlds))
    sources.reach = np.concatenate(reach, axis=1)
    sources.initial_trust = np.ascontiguousarray(
        np.broadcast_to(np.concatenate(trusts, axis=1)[..., None, None], sources.trust.shape)
    )
    # By the same rule as later, so that working trust out again without a check gives the same bits.
    credit = p.credibility
    sources.trust = credibility.trust(
        sources.initial_trust,
        credit.prior_counts[..., None, None],
        sources.hits[..., None, :],
        sources.misses[..., None, :],
        credit.miss_weight[..., None, None],
    )
    prior = p.beliefs.bias_prior_sd[..., None, None]
    sources.bias_variance = np.zeros(sources.bias_variance.shape) + prior * prior


def found_receivers(model: NarrativeModel) -> None:
    """Beliefs before the burn-in: the initial gap with some dispersion, and the priors of the scenario."""
    p, receivers = model.parameters.beliefs, model.receivers
    shape = (model.worlds, model.counts["receivers"])
    sizes = model.receiver_sizes

    def drawn(name: str) -> Array:
        rows = [
            np.concatenate(
                [model.draws.generator(name, w, part).standard_normal(n) for part, n in enumerate(sizes)]
            )
            for w in range(model.worlds)
        ]
        return np.stack(rows)

    everybody = np.zeros(shape)
    prior_gap = model.initial_gap if p.prior_gap is None else p.prior_gap
    receivers.believed_gap = prior_gap + p.dispersion * drawn("beliefs.initial_gap")
    receivers.believed_speed = everybody + p.prior_closing_speed
    receivers.gap_variance = everybody + p.prior_sd * p.prior_sd
    receivers.gap_speed_covariance = everybody
    receivers.speed_variance = everybody + p.prior_speed_sd * p.prior_speed_sd
    receivers.share_successes = everybody + model.prior_successes
    receivers.share_failures = everybody + model.prior_failures
    receivers.believed_compute = everybody + model.initial_compute_gap
    receivers.compute_variance = everybody + p.prior_sd * p.prior_sd
    receivers.leaning = np.where(drawn("beliefs.leaning") >= 0.0, 1.0, -1.0)
    model.policymakers.security_weight = np.maximum(
        1.0
        + model.parameters.policy.security_weight_sd
        * np.stack(
            [
                model.draws.generator("policy.security_weight", w).standard_normal(sizes[1])
                for w in range(model.worlds)
            ]
        ),
        0.2,
    )
    model.mean_security_weight = model.policymakers.security_weight.mean(axis=1, keepdims=True)


def found_adopters(model: NarrativeModel) -> None:
    """Adopters' blocs and segments by quota, first choice by logit without inertia."""
    p, communities = model.parameters.adoption, model.communities
    count = model.counts["communities"]
    position = (np.arange(count) + 0.5) / count
    blocs = np.concatenate([getattr(p.bloc_shares, name) for name in model.buyer_blocs], axis=1)
    bloc = (position[None, :, None] >= np.add.accumulate(blocs, axis=1)[:, None, :-1]).sum(axis=-1)
    # Segments alternate evenly inside each bloc (golden-ratio sequence).
    turn = (np.arange(count) * 0.6180339887498949) % 1.0
    first = next(iter(p.segments.values())).share
    communities.group = 2 * bloc + (turn[None, :] >= first)
    model.market.set_prices()
    weight = np.log(np.maximum(table_column(model.lab_table, "home_share", model.worlds), 1e-6))
    utilities = communities.group_utilities(model.office.measured) + weight[:, None, :]
    world = np.arange(model.worlds)[:, None]
    probabilities = adoption.choice_probabilities(utilities)[world, communities.group]
    luck = np.stack(
        [model.draws.generator("adoption.first_choice", w).random(count) for w in range(model.worlds)]
    )
    communities.current_model = adoption.choose(probabilities, luck)
    model.market.count_users()
    total = np.add.reduce(model.market.users, axis=(1, 2))
    model.market.initial_share = total / np.add.reduce(total, axis=-1, keepdims=True)


def found_capital(model: NarrativeModel) -> None:
    """Cash and compute of every lab on the balanced path without control; units tied to capability.

    Control then bites from the first week of the burn-in. The offset turns a lab's stock into its initial
    effective training compute, so that the scenario's capability holds whatever money says.
    """
    p, labs = model.parameters, model.labs
    economy = model.economy(model.week)
    growth = p.market.growth + p.capital.price_decline
    model.market.earn(model.week)
    model.receivers.resolve(model.media)
    appraisal = model.investors.appraise(model.record)
    model.reference_after = appraisal.reference
    labs.valuation = model.value_of(appraisal)
    labs.cash = capital.balanced_cash(p.rounds.rate, model.round_fraction, labs.valuation, p.market.growth)
    labs.spending = capital.compute_spending(
        labs.cash, labs.revenue, p.capital.spend_share, p.capital.revenue_share
    )
    state = p.capital.state_compute * economy.scale / max(model.rival_count, 1)
    purchases = labs.spending / economy.compute_price + np.where(model.is_rival, state, 0.0)
    labs.compute_stock = capital.balanced_compute(np.maximum(purchases, 1e-9), p.capital.depreciation, growth)
    labs.compute_offset = labs.compute - np.log10(labs.compute_stock)


def first_evaluation(model: NarrativeModel) -> Evaluation:
    """The measured gap before the first week; no news any more."""
    everywhere = np.ones((model.worlds, 1), dtype=bool)
    expected = model.initial_gap
    bulletin = model.office.bulletin(everywhere, expected, np.ones((model.worlds, 1)), None)
    return replace(bulletin, new=model.office.no_news, surprise=model.office.no_surprise, any=False)

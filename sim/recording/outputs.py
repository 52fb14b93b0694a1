"""Registered outputs: one weekly series each, with unit, description and group (output_registry.py)."""

from __future__ import annotations

import numpy as np

from sim.mechanisms import adoption, capability
from sim.mechanisms.numerics import Array
from sim.recording.output_registry import (
    OUTPUTS,
    Columns,
    Output,
    add,
    element,
    enforcement_of,
    masked_sum,
    output,
    series,
    trust_of,
)

__all__ = ["OUTPUTS", "Columns", "Output", "output", "series"]

GROUPS = ("investors", "policymakers", "communities")

# -- capability ---------------------------------------------------------------------------------------------------
add(
    "capability_us_best",
    "OOM",
    "capability",
    "Latent capability of the best US lab",
    lambda c: c.best("capability", c.us),
)
add(
    "capability_cn_best",
    "OOM",
    "capability",
    "Latent capability of the best Chinese lab",
    lambda c: c.best("capability", c.cn),
)
add(
    "capability_open_best",
    "OOM",
    "capability",
    "Released capability of the best open-weights lab",
    lambda c: c.best("released_capability", ~c.closed),
)
add(
    "gap",
    "OOM",
    "capability",
    "Latent gap: best US lab minus best Chinese lab",
    lambda c: c.sign * c["gap"][..., 0],
)


@output("gap_months", "months", "capability", "The gap as a lead at the reference growth of the frontier")
def _gap_months(c: Columns) -> Array:
    growth = c.parameter("capability", "compute_growth_controlling") + c.parameter(
        "capability", "algorithmic_growth"
    )
    return capability.months(c.sign * c["gap"][..., 0], growth)


add(
    "released_gap",
    "OOM",
    "capability",
    "Gap of released models, US minus China",
    lambda c: c.best("released_capability", c.us) - c.best("released_capability", c.cn),
)
add(
    "released_capability_us_best",
    "OOM",
    "capability",
    "Released capability of the best US lab",
    lambda c: c.best("released_capability", c.us),
)
add(
    "released_capability_cn_best",
    "OOM",
    "capability",
    "Released capability of the best Chinese lab",
    lambda c: c.best("released_capability", c.cn),
)
add(
    "released_capability_closed_best",
    "OOM",
    "capability",
    "Released capability of the best closed lab",
    lambda c: c.best("released_capability", c.closed),
)
add(
    "copied_share",
    "1",
    "capability",
    "Latent share of the counterfactual gap closed by copying, m*",
    lambda c: c["copied_share"][..., 0],
)
add(
    "compute_cn_over_us",
    "1",
    "capability",
    "Effective compute of the best Chinese over the best US lab",
    lambda c: 10.0 ** (c.best("compute", c.cn) - c.best("compute", c.us)),
)


@output(
    "frontier_compute_growth",
    "OOM/yr",
    "capability",
    "Growth of the best lab's compute over the last 52 weeks",
)
def _frontier_growth(c: Columns) -> Array:
    frontier = c.model.recorder.history("compute", burn_in=True).max(axis=-1)
    growth = np.full(frontier.shape, np.nan)
    span = min(52, len(frontier) - 1)
    if span > 0:
        growth[span:] = (frontier[span:] - frontier[:-span]) * (52.0 / span)
        growth[1:span] = (frontier[1:span] - frontier[0]) * (52.0 / np.arange(1, span))[:, None]
        growth[0] = growth[1]
    else:
        growth[:] = 0.0
    return growth if c.burn_in else growth[len(frontier) - len(c["gap"]) :]


# -- benchmarks and beliefs ---------------------------------------------------------------------------------------
add(
    "score_gap",
    "OOM",
    "benchmarks",
    "Measured gap as published by the benchmark office (last evaluation)",
    lambda c: c.sign * c["score_gap"][..., 0],
)
add(
    "surprise",
    "1",
    "benchmarks",
    "Standardised surprise of this week's evaluation (0 without news)",
    lambda c: c.sign * c["surprise"][..., 0],
)
for _k, _group in enumerate(GROUPS):
    add(
        f"believed_gap_{_group}",
        "OOM",
        "beliefs",
        f"Mean believed gap of {_group}, US minus China",
        element("believed_gap", _k, signed=True),
    )
    add(
        f"believed_copied_share_{_group}",
        "1",
        "beliefs",
        f"Mean believed copied share of {_group}",
        element("believed_share", _k),
    )
    add(
        f"believed_closing_speed_{_group}",
        "OOM/yr",
        "beliefs",
        f"Mean believed closing speed of {_group}",
        element("believed_speed", _k, signed=True),
    )
add(
    "believed_compute_gap_investors",
    "OOM",
    "beliefs",
    "Mean believed compute gap of investors",
    lambda c: c.sign * c["believed_compute"][..., 0],
)


@output(
    "parity_probability_investors",
    "1",
    "beliefs",
    "Probability of parity at investors' mean belief, P(G < eps)",
)
def _parity(c: Columns) -> Array:
    from scipy.special import ndtr

    margin = c.parameter("benchmarks", "parity_margin")
    return ndtr((margin - c["believed_gap"][..., 0]) / np.sqrt(c["gap_variance"][..., 0]))


# -- valuation ------------------------------------------------------------------------------------------------------
add(
    "valuation_us_labs",
    "bn US$ (years of rent without the capital loop)",
    "valuation",
    "Total value of US labs",
    lambda c: c.total("valuation", c.us),
)
add(
    "valuation_cn_labs",
    "bn US$ (years of rent without the capital loop)",
    "valuation",
    "Total value of Chinese labs",
    lambda c: c.total("valuation", c.cn),
)
add(
    "revenue_us_labs",
    "bn US$/yr",
    "valuation",
    "Total revenue of US labs",
    lambda c: c.total("revenue", c.us),
)
add(
    "revenue_cn_labs",
    "bn US$/yr",
    "valuation",
    "Total revenue of Chinese labs",
    lambda c: c.total("revenue", c.cn),
)
add(
    "valuation_multiple_us",
    "yr",
    "valuation",
    "Value over revenue (or rent flow) of US labs, V/R",
    lambda c: c.total("valuation", c.us) / c.total("flow", c.us),
)
add(
    "valuation_multiple_cn",
    "yr",
    "valuation",
    "Value over revenue (or rent flow) of Chinese labs",
    lambda c: c.total("valuation", c.cn) / c.total("flow", c.cn),
)


@output("listed_index", "1", "valuation", "Listed chip index relative to the week before recorded week 0")
def _listed(c: Columns) -> Array:
    return np.exp(c["listed"][..., 0] - c.model.market.reference[:, 0][None, :])


add(
    "listed_fundamental",
    "1",
    "valuation",
    "Fundamental of the listed index, same scale",
    lambda c: np.exp(c["fundamental"][..., 0] - c.model.market.reference[:, 0][None, :]),
)

# -- policy ---------------------------------------------------------------------------------------------------------
add(
    "control_strength_chips",
    "1",
    "policy",
    "Announced strictness of chip control",
    lambda c: c["announced"][..., 0],
)
add(
    "control_strength_access",
    "1",
    "policy",
    "Announced strictness of model-access control",
    lambda c: c["announced"][..., 1],
)
add(
    "control_effective_chips",
    "1",
    "policy",
    "Strictness of chip control in force",
    lambda c: c["effective"][..., 0],
)
add(
    "control_target_chips",
    "1",
    "policy",
    "Pivotal policymaker's ideal strictness of chip control",
    lambda c: c["target"][..., 0],
)
add("issue_attention", "1", "policy", "Issue attention of policy", lambda c: c["attention"][..., 0])
add(
    "lobbying", "1", "policy", "Sum of signed lobbying for chip control", lambda c: c["lobbying"].sum(axis=-1)
)
add(
    "counter_measures_cn",
    "1",
    "policy",
    "Counter-measures of the controlled side (index)",
    lambda c: c["counter_index"][..., 0],
)

# -- narratives -----------------------------------------------------------------------------------------------------
for _k, _name in enumerate(("parity", "moat", "copying", "cost", "control", "motive")):
    add(f"claims_{_name}", "1", "narratives", f"Attention share of {_name} claims", element("coverage", _k))
    add(
        f"carriers_{_name}",
        "1",
        "narratives",
        f"Share of receivers who carry the {_name} narrative",
        element("infected", _k),
    )
for _bloc in ("us", "cn"):
    add(
        f"credibility_{_bloc}_labs",
        "1",
        "narratives",
        f"Mean trust in claims of {_bloc.upper()} labs",
        trust_of(_bloc),
    )
    add(
        f"enforcement_{_bloc}_labs",
        "1",
        "narratives",
        f"Mean enforcement effort of closed {_bloc.upper()} labs",
        enforcement_of(_bloc),
    )


# -- adoption -------------------------------------------------------------------------------------------------------
add(
    "open_share",
    "1",
    "adoption",
    "Share of adopters who use open weights",
    lambda c: masked_sum(c.users(), ~c.closed),
)
add(
    "cn_open_share",
    "1",
    "adoption",
    "Share of adopters who use Chinese open weights",
    lambda c: masked_sum(c.users(), c.cn & ~c.closed),
)
add(
    "open_share_enterprise",
    "1",
    "adoption",
    "Open share among enterprises",
    lambda c: _segment_open_share(c, 0),
)
add(
    "open_share_developer",
    "1",
    "adoption",
    "Open share among developers",
    lambda c: _segment_open_share(c, 1),
)


def _segment_open_share(c: Columns, segment: int) -> Array:
    users = c["users"][:, :, :, segment].sum(axis=2)
    return masked_sum(users, ~c.closed) / np.maximum(users.sum(axis=-1), 1.0)


@output("price_ratio_closed_open", "1", "adoption", "Mean list price of closed over open models")
def _price_ratio(c: Columns) -> Array:
    if not c.closed.any() or c.closed.all():
        return np.full(c["price"].shape[:2], np.nan)
    closed, open_ = (masked_sum(c["price"], mask) / mask.sum() for mask in (c.closed, ~c.closed))
    return closed / open_


@output(
    "bifurcation",
    "1",
    "adoption",
    "How far the two blocs' ecosystems have parted in spending: 0 same, 1 disjoint",
)
def _bifurcation(c: Columns) -> Array:
    home, rival = c.model.is_home, c.model.is_rival
    spending = c["users"][:, :, :2].sum(axis=3) * c["price"][:, :, None, :]
    return adoption.bifurcation(spending, home.astype(float), rival.astype(float))


@output(
    "api_revenue_from_rivals",
    "bn US$/yr",
    "adoption",
    "Revenue of the controlling bloc's closed labs from the controlled bloc's adopters and from students",
)
def _api_revenue(c: Columns) -> Array:
    home_closed = c.model.is_home & c.model.is_closed
    by_segment = c["users"].sum(axis=2)
    by_segment_all = by_segment + 0.5
    by_segment_all[:, :, 1] += np.where(c.model.has_api, c["paying_students"], 0.0)
    rival_units = c["users"][:, :, 1].copy()
    rival_units[:, :, 1] += np.where(c.model.has_api, c["paying_students"], 0.0)
    price = c["price"][:, :, None, :]
    share = rival_units * price / (by_segment_all * price).sum(axis=-1, keepdims=True)
    segment_share = c.model.market.segment_share[None]
    money = c["market_size"] * segment_share
    return masked_sum((money[..., None] * share).sum(axis=2) * c["revenue_kept"], home_closed)


add(
    "win_rate_gap",
    "1",
    "benchmarks",
    "Mean win rate of the best US minus the best Chinese lab (HELM-like composite)",
    lambda c: c.best("win_rate", c.us) - c.best("win_rate", c.cn),
)

"""The claims section: when sources speak and how far they lean."""

from __future__ import annotations

from typing import Literal

from sim.scenario.parameter import DefaultPolicy, Section, parameter


class Claims(Section):
    """When sources speak and how far they lean."""

    policy: DefaultPolicy = parameter(
        "sincere",
        "What 'default' means for labs and vendor: silent, own estimate, or chosen for effect.",
        unit="choice",
        symbol="psi",
        status="A",
        source="assumption: the neutral start; the cells set it",
    )
    publication: Literal["by_rule", "common"] = parameter(
        "by_rule",
        "Claim weeks follow each policy, or are drawn alike for all, so that policies differ in bias only.",
        unit="choice",
        status="N",
        source="assumption: timing is part of the behaviour unless a study removes it",
    )
    strategic_weight: float = parameter(
        1.0,
        "Weight of the effect in a strategic claim.",
        symbol="psi",
        ge=0,
        le=1,
        status="A",
        source="assumption: full weight; a main factor of every study",
    )
    rate: float = parameter(
        0.17,
        "Claims a week and source when there is something to say.",
        unit="1/wk",
        symbol="lambda_c",
        ge=0,
        le=1,
        status="A",
        source="assumption: a statement every six weeks; a main factor of every study",
    )
    publication_cost: float = parameter(
        1e-4,
        "Gain below which a strategic source stays silent.",
        unit="ln V",
        symbol="F",
        ge=0,
        le=0.01,
        status="N",
        source="assumption: small against the gain of a typical claim",
    )
    bias_cost_gap: float = parameter(
        0.23,
        "Cost of bias in claims about the gap.",
        unit="1/OOM^2",
        symbol="c_G",
        ge=0.05,
        le=2,
        status="N",
        source=(
            "tuned: gives a bias of 0.15-0.2 OOM for the labs ahead; form after Kartik 2009, Strategic "
            "communication with lying costs, REStud 76(4)"
        ),
    )
    bias_cost_share: float = parameter(
        0.15,
        "Cost of bias in claims about the copied share.",
        symbol="c_m",
        ge=0.05,
        le=2,
        status="N",
        source="tuned: gives a bias of 0.04 to 0.07; form after Kartik 2009, REStud 76(4)",
    )
    max_bias: float = parameter(
        0.3,
        "Largest bias.",
        unit="OOM or 1",
        symbol="b_max",
        ge=0,
        le=0.5,
        status="A",
        source="assumption: beyond it a claim would be dismissed",
    )
    sophistication: float = parameter(
        0.5,
        "Share of the expected bias that receivers discount.",
        symbol="omega",
        ge=0,
        le=1,
        status="A",
        source="assumption: half; at 1 bias moves no mean belief; a main factor of every study",
    )
    stated_sd: float = parameter(
        0.10,
        "Precision a claim states about itself.",
        unit="OOM",
        symbol="sigma_y",
        ge=0.02,
        le=0.5,
        status="N",
        source="assumption: about a month",
    )
    private_gap_sd: float = parameter(
        0.10,
        "Error of a lab's own estimate of the gap.",
        unit="OOM",
        symbol="sigma_G",
        ge=0.02,
        le=0.5,
        status="N",
        source="assumption: about a month",
    )
    lobby_cost: float = parameter(
        1.0,
        "Cost of lobbying for or against control.",
        symbol="c_lob",
        ge=0.1,
        le=10,
        status="N",
        source="assumption: scale of the lobbying intensity",
    )
    flags_legal: float = parameter(
        10.0,
        "Queries flagged a week that are legitimate use.",
        unit="1/wk",
        ge=0,
        le=100,
        status="A",
        source="assumption: half of what a lab flags at full access",
    )
    flags_copying: float = parameter(
        10.0,
        "Queries flagged a week that come from copying, at the prior mean of the copied share.",
        unit="1/wk",
        ge=0,
        le=100,
        status="A",
        source="assumption: half of what a lab flags at full access",
    )
    relay_probability: float = parameter(
        0.1,
        "Probability that a relaying source repeats a claim it is aligned with.",
        symbol="p_r",
        ge=0,
        le=0.5,
        status="A",
        source="assumption: half of the observed statements are repetitions by others",
    )
    review_every: int = parameter(
        4,
        "Weeks between two looks of a lab at its own logs and interest.",
        unit="wk",
        ge=1,
        le=52,
        status="A",
        source="assumption: a monthly review; 1 is weekly",
    )
    motive_rate: float = parameter(
        0.02,
        "Claims a week and source about another source's bias.",
        unit="1/wk",
        ge=0,
        le=1,
        status="A",
        source="assumption: one a year; such claims are the rarest in the coded record",
    )

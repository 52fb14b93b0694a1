"""Sections on receivers: what they believe and how they influence each other."""

from __future__ import annotations

from sim.scenario.parameter import Section, SocialRule, parameter


class Beliefs(Section):
    """What receivers know at the start and how they learn."""

    claim_noise: float = parameter(
        0.20,
        "Error receivers add to what a claim states.",
        unit="OOM",
        symbol="sigma_0",
        ge=0,
        le=1,
        status="N",
        source="assumption: a claim weighs less than an evaluation",
    )
    claim_counts: float = parameter(
        2.0,
        "Weight of a claim about the copied share, in observations.",
        unit="count",
        symbol="n_0",
        ge=0,
        le=10,
        status="N",
        source="assumption: half of the prior's weight",
    )
    drift_variance: float = parameter(
        0.0004,
        "Variance that the believed gap gains each week.",
        unit="OOM^2/wk",
        symbol="Q",
        ge=0,
        le=0.01,
        status="A",
        source="assumption: 0.02 OOM a week, the drift the model itself has",
    )
    prior_sd: float = parameter(
        0.15,
        "Initial uncertainty about the gap.",
        unit="OOM",
        symbol="v_0^0.5",
        ge=0.02,
        le=0.5,
        status="A",
        source="assumption: about the parity margin",
    )
    dispersion: float = parameter(
        0.1,
        "Spread of the initial believed gap over receivers.",
        unit="OOM",
        ge=0,
        le=0.5,
        status="A",
        source="assumption: disagreement smaller than each one's uncertainty",
    )
    prior_share: float = parameter(
        0.18,
        "Prior mean of the copied share.",
        symbol="m_0",
        ge=0.01,
        le=0.99,
        status="A",
        source="assumption: mean of m* over the four cells of copying and strategy, so that none is favoured",
    )
    prior_share_counts: float = parameter(
        4.0,
        "Weight of that prior, in observations.",
        unit="count",
        symbol="a_0+b_0",
        ge=0.1,
        le=20,
        status="A",
        source="assumption: weak",
    )
    retention: float = parameter(
        0.99,
        "Share of learned evidence about the copied share kept each week.",
        unit="1/wk",
        symbol="phi_f",
        ge=0.9,
        le=1,
        status="A",
        source="assumption: a half-life of about 16 months",
    )
    max_counts: float = parameter(
        20.0,
        "Cap on the weight of evidence about the copied share.",
        unit="count",
        ge=5,
        le=200,
        status="C",
        source="computed: without a cap beliefs freeze",
    )
    motivated: float = parameter(
        0.0,
        "Extra weight of congenial news, and less of uncongenial.",
        symbol="mu_r",
        ge=0,
        le=0.6,
        status="A",
        source="assumption: off; 0.2 when a study turns it on",
    )
    briefing_probability: float = parameter(
        0.3,
        "Probability that a policymaker hears a copying claim directly.",
        symbol="iota",
        ge=0,
        le=1,
        status="A",
        source="assumption: officials are briefed besides the media",
    )
    policy_delay: int = parameter(
        2,
        "Weeks after which policymakers see an evaluation.",
        unit="wk",
        ge=0,
        le=13,
        status="A",
        source="assumption: staff work",
    )
    prior_gap: float | None = parameter(
        None,
        "Mean of the prior belief about the gap; left out, the true initial gap.",
        unit="OOM",
        symbol="g_0",
        ge=-2,
        le=3,
        status="N",
        source="assumption: the public knows the gap at the start; set it to draw worlds from receivers' prior",
    )
    prior_closing_speed: float = parameter(
        0.3,
        "Prior mean of the speed at which the gap closes.",
        unit="OOM/yr",
        symbol="nu_0",
        ge=0.0,
        le=1.5,
        status="A",
        source="assumption: parity expected in about two years at the initial gap",
    )
    prior_speed_sd: float = parameter(
        0.15,
        "Initial uncertainty about that speed.",
        unit="OOM/yr",
        ge=0,
        le=1,
        status="N",
        source="assumption: half of the mean",
    )
    speed_drift: float = parameter(
        0.2,
        "Drift of the believed speed.",
        unit="OOM/yr^1.5",
        symbol="q_nu",
        ge=0,
        le=1,
        status="A",
        source="assumption: speeds of past years say little about the next",
    )
    salience: float = parameter(
        0.5,
        "Weight of a story on what an agent acts on while it is infected by it.",
        symbol="theta_s",
        ge=0,
        le=1,
        status="A",
        source="assumption: gives the rebound of about 90 percent in 16 trading days with the recovery rate",
    )
    bias_learning: bool = parameter(
        True,
        "Receivers learn each source's bias.",
        unit="switch",
        status="A",
        source="assumption: off, receivers know each bias",
    )
    bias_prior_sd: float = parameter(
        0.15,
        "Initial uncertainty about a source's bias.",
        unit="OOM",
        ge=0,
        le=0.5,
        status="A",
        source="assumption: the size of a typical bias",
    )
    bias_drift: float = parameter(
        0.01,
        "Drift of the believed bias.",
        unit="OOM/wk^0.5",
        ge=0,
        le=0.1,
        status="A",
        source="assumption: small",
    )


class Social(Section):
    """Influence among receivers, and the network that stories spread on."""

    rule: SocialRule = parameter(
        "friedkin_johnsen",
        "Rule of social influence on believed gap and copied share.",
        unit="choice",
        status="A",
        source=(
            "assumption: Friedkin & Johnsen 1990, doi:10.1080/0022250X.1990.9990069, anchored to the own "
            "updated belief"
        ),
    )
    weight: float = parameter(
        0.1,
        "Weight of neighbours each week.",
        unit="1/wk",
        symbol="lambda",
        ge=0,
        le=1,
        status="N",
        source="assumption: weak against own evidence",
    )
    confidence_bound: float = parameter(
        0.3,
        "Distance beyond which neighbours are ignored (bounded confidence).",
        unit="OOM or 1",
        symbol="epsilon_bc",
        ge=0.05,
        le=1,
        status="A",
        source="assumption: Hegselmann & Krause 2002, JASSS 5(3)2, give consensus near this bound",
    )
    degree: int = parameter(
        8,
        "Neighbours inside the own group.",
        unit="count",
        symbol="k",
        ge=2,
        le=50,
        status="A",
        source="assumption: Watts & Strogatz 1998, doi:10.1038/30918, small world",
    )
    rewiring: float = parameter(
        0.1,
        "Share of ties rewired at random.",
        symbol="p",
        ge=0,
        le=1,
        status="A",
        source="assumption: Watts & Strogatz 1998, doi:10.1038/30918, small world",
    )
    cross_degree: int = parameter(
        1,
        "Neighbours in other groups.",
        unit="count",
        ge=0,
        le=8,
        status="N",
        source="assumption: groups talk mostly among themselves",
    )

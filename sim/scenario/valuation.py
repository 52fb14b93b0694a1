"""Sections on prices: valuation, private rounds, the listed index."""

from __future__ import annotations

from typing import Literal

from sim.scenario.parameter import Section, ValuationRule, parameter

FW = "Franke & Westerhoff 2012, Structural stochastic volatility, JEDC 36(8), doi:10.1016/j.jedc.2011.10.004"


class Valuation(Section):
    """How investors turn beliefs into the value of a lab."""

    rule: ValuationRule = parameter(
        "finite_moat",
        "Rents that end at the believed catch-up, or a hazard of catch-up.",
        unit="choice",
        status="A",
        source="assumption: the alternative follows Aghion & Howitt 1992, Econometrica 60(2)",
    )
    discount_less_growth: float = parameter(
        0.12,
        "Discount rate less growth of rents.",
        unit="1/yr",
        symbol="rho",
        ge=0.06,
        le=0.25,
        status="A",
        source="assumption: venture-like return less growth",
    )
    catchup_rent: float = parameter(
        0.15,
        "A leader's rent after catch-up, against before.",
        unit="pi_M",
        symbol="pi_C",
        ge=0,
        le=0.5,
        status="A",
        source="assumption: margin of a commodity",
    )
    follower_rent: float = parameter(
        0.05,
        "A follower's rent before catch-up.",
        unit="pi_M",
        symbol="pi_F",
        ge=0,
        le=0.15,
        status="N",
        source="assumption: below the rent after catch-up, so that parity is worth something to a follower",
    )
    home_rent: float = parameter(
        0.05,
        "Rent in the protected home market.",
        unit="pi_M",
        ge=0,
        le=0.5,
        status="N",
        source="assumption: some customers buy at home whatever the gap",
    )
    open_rent: float = parameter(
        0.3,
        "Rent of an open lab against a closed one.",
        unit="pi_M",
        ge=0,
        le=1,
        status="N",
        source="assumption: hosting and services without a price premium",
    )
    believed_enforcement_effect: float = parameter(
        0.5,
        "Share of copying that investors expect full enforcement to stop.",
        symbol="eta_e",
        ge=0,
        le=1,
        status="A",
        source="assumption: equal to that of control, so that the sign of a copying claim is not built in",
    )
    believed_control_effect: float = parameter(
        0.5,
        "Share of the follower's own closing speed that investors expect full control to stop.",
        symbol="eta_x",
        ge=0,
        le=1,
        status="A",
        source=(
            "assumption: equal to that of enforcement, so that the sign of a copying claim is not built in"
        ),
    )
    copying_stalls: float = parameter(
        0.0,
        "Believed probability that copying stalls short of parity.",
        unit="probability",
        symbol="q_c",
        ge=0,
        le=1,
        status="A",
        source="assumption: neutral zero; a main factor of every study",
    )
    max_moat: float = parameter(
        15.0,
        "Longest believed time to catch-up.",
        unit="yr",
        symbol="T_max",
        ge=5,
        le=30,
        status="A",
        source="assumption: nobody prices further ahead",
    )
    min_closing_speed: float = parameter(
        0.10,
        "Lowest believed closing speed.",
        unit="OOM/yr",
        symbol="nu_min",
        ge=0.01,
        le=0.3,
        status="N",
        source="assumption: keeps the time to catch-up finite",
    )
    expected_policy_weight: float = parameter(
        1.0,
        "Weight of the policy that is due against the one announced.",
        symbol="kappa_E",
        ge=0,
        le=1,
        status="N",
        source="assumption: investors see what policymakers want; no effect where policy is exogenous",
    )
    revenue_multiple: float = parameter(
        40.0,
        "Value of the controlling bloc's labs over their revenue at the burn-in's times to catch-up.",
        unit="yr",
        symbol="k_0",
        ge=10,
        le=80,
        status="S",
        source="computed from reported rounds and revenue of large private labs: 37-42, nearly constant",
    )


class Rounds(Section):
    """Private financing rounds."""

    enabled: bool = parameter(
        True,
        "Labs raise rounds.",
        unit="switch",
        status="N",
        source="assumption: off, no marks and no capital raised",
    )
    rate: float = parameter(
        1.5,
        "Rounds a year and lab.",
        unit="1/yr",
        symbol="lambda_r",
        ge=0,
        le=4,
        status="A",
        source="assumption: one or two a year, as reported",
    )
    premium: float = parameter(
        0.48,
        "Reported post-money value above fair value.",
        symbol="pi_p",
        ge=0,
        le=1,
        status="S",
        source=(
            "Gornall & Strebulaev 2020, Squaring venture capital valuations with reality, "
            "doi:10.1016/j.jfineco.2018.04.015: 48 percent"
        ),
    )
    quantile: float = parameter(
        0.9,
        "Quantile of investors' values that sets the round.",
        symbol="q",
        ge=0.5,
        le=1,
        status="A",
        source="assumption: the marginal buyer is an optimist",
    )
    down_threshold: float = parameter(
        0.2,
        "Fall of value below which the mark is lowered.",
        symbol="kappa_dn",
        ge=0,
        le=1,
        status="A",
        source="assumption: down rounds are avoided",
    )


class Listed(Section):
    """The listed chip index: fundamental and the trading around it."""

    rule: Literal["fundamental", "franke_westerhoff"] = parameter(
        "franke_westerhoff",
        "Price equals the fundamental, or fundamentalists and chartists trade around it.",
        unit="choice",
        status="A",
        source=FW,
    )
    mu: float = parameter(
        0.01, "Price impact of demand.", unit="1/day", symbol="mu", ge=0, le=0.1, status="S", source=FW
    )
    beta: float = parameter(
        1.0, "Intensity of choice between styles.", symbol="beta", ge=0, le=10, status="S", source=FW
    )
    phi: float = parameter(
        0.12,
        "Aggressiveness of fundamentalists.",
        unit="1/day",
        symbol="phi",
        ge=0,
        le=5,
        status="S",
        source=FW,
    )
    chi: float = parameter(
        1.5, "Aggressiveness of chartists.", unit="1/day", symbol="chi", ge=0, le=5, status="S", source=FW
    )
    alpha_0: float = parameter(
        -0.327, "Predisposition for fundamentalism.", symbol="alpha_0", ge=-5, le=5, status="M", source=FW
    )
    alpha_n: float = parameter(1.79, "Herding.", symbol="alpha_n", ge=0, le=10, status="M", source=FW)
    alpha_p: float = parameter(
        18.43, "Pull of misalignment.", symbol="alpha_p", ge=0, le=100, status="M", source=FW
    )
    sigma_f: float = parameter(
        0.758, "Noise of fundamentalists.", unit="1/day", symbol="sigma_f", ge=0, le=10, status="S", source=FW
    )
    sigma_c: float = parameter(
        2.087, "Noise of chartists.", unit="1/day", symbol="sigma_c", ge=0, le=10, status="M", source=FW
    )
    news_pass_through: float = parameter(
        1.0,
        "Share of a move of the fundamental that passes into the price at once.",
        symbol="lambda_p",
        ge=0,
        le=1.5,
        status="N",
        source="assumption: public news is priced within the week",
    )
    believed_demand_elasticity: float = parameter(
        1.0,
        "Believed elasticity of chip demand to efficiency; 1 is neutral.",
        symbol="epsilon_J",
        ge=0.5,
        le=2,
        status="A",
        source="assumption: neutral; below 1 efficiency lowers chip demand, above it raises it",
    )
    steps_per_week: Literal[5] = parameter(
        5,
        "Trading days a week (fixed: the daily model is calibrated so).",
        unit="1/wk",
        status="A",
        source=FW,
    )

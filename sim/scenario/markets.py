"""Sections on money: the market for models, and what capital buys."""

from __future__ import annotations

from sim.scenario.parameter import Section, parameter


class Market(Section):
    """Revenue of model providers."""

    size_2024: float = parameter(
        2.4,
        "Revenue of model providers at the start of 2024.",
        unit="bn US$/yr",
        symbol="M_0",
        ge=0.1,
        le=50,
        status="S",
        source=(
            "reported run-rate revenue of large private labs around 2024-01, see the evidence on valuations"
        ),
    )
    growth: float = parameter(
        1.25,
        "Growth of that revenue.",
        unit="1/yr",
        symbol="g_M",
        ge=0,
        le=3,
        status="S",
        source="reported run-rate revenue of large private labs 2024-2025, see the evidence on valuations",
    )
    cap: float = parameter(
        500.0,
        "Revenue at which growth ends.",
        unit="bn US$/yr",
        symbol="M_max",
        ge=10,
        le=10_000,
        status="A",
        source="assumption: about the size of the software market; binds 4.3 years after the start of 2024",
    )
    premium_per_lead: float = parameter(
        1.0,
        "Log price premium per OOM of lead over the best lab of the other bloc.",
        unit="1/OOM",
        symbol="eta_p",
        ge=0,
        le=3,
        status="A",
        source="assumption: unit elasticity",
    )
    closed_open_price_ratio: float = parameter(
        10.0,
        "Price of closed against open models of equal capability.",
        ge=1,
        le=30,
        status="S",
        source="public list prices 2024-2025: output ratio up to 27 for models of similar score",
    )


class Capital(Section):
    """What money buys: the loop from value to compute."""

    buys_compute: bool = parameter(
        True,
        "Compute is bought with raised capital and revenue; off, it grows at the rates of [capability].",
        unit="switch",
        status="A",
        source="assumption: the loop is a subject of the model, results are reported both ways",
    )
    round_fraction_controlling: float = parameter(
        0.07,
        "Share of the value raised in a round, labs of the controlling bloc and others.",
        symbol="d_US",
        ge=0.01,
        le=0.4,
        status="S",
        source="computed from reported rounds of large private labs, see the evidence on funding",
    )
    round_fraction_controlled: float = parameter(
        0.15,
        "The same, labs of the controlled bloc.",
        symbol="d_CN",
        ge=0.01,
        le=0.4,
        status="S",
        source="computed from reported rounds, see the evidence on funding",
    )
    spend_share: float = parameter(
        0.6,
        "Share of cash spent on compute within a year.",
        unit="1/yr",
        symbol="sigma_K",
        ge=0,
        le=1,
        status="A",
        source="assumption: compute is the largest item of spending",
    )
    revenue_share: float = parameter(
        0.5,
        "Share of revenue spent on compute.",
        symbol="mu_R",
        ge=0,
        le=1,
        status="A",
        source="assumption: compute is the largest item of spending",
    )
    depreciation: float = parameter(
        0.25,
        "Depreciation of compute.",
        unit="1/yr",
        symbol="delta_K",
        ge=0.1,
        le=0.5,
        status="A",
        source="assumption: accelerators serve about four years",
    )
    compute_price_2024: float = parameter(
        30.0,
        "Price of compute at the start of 2024.",
        unit="bn US$/million H100e",
        symbol="p_K",
        ge=10,
        le=60,
        status="A",
        source="assumption: list price of an accelerator with its share of the data centre",
    )
    price_decline: float = parameter(
        0.3,
        "Decline of that price.",
        unit="1/yr",
        ge=0,
        le=0.6,
        status="A",
        source="assumption: about the long trend of performance per dollar",
    )
    control_price_markup: float = parameter(
        1.0,
        "Extra price of compute for the controlled bloc at full effective control.",
        symbol="pi_x",
        ge=0,
        le=5,
        status="A",
        source="assumption: reported grey-market premia up to the price itself",
    )
    state_compute: float = parameter(
        0.05,
        "Compute funded by the controlled bloc's state at mid-2025; grows with the sector's purchasing power.",
        unit="million H100e/yr",
        symbol="s_0",
        ge=0,
        le=2,
        status="A",
        source="assumption: small against private purchases",
    )
    state_compute_response: float = parameter(
        0.015,
        "Further state-funded domestic compute at full effective control, at mid-2025; grows with the sector.",
        unit="million H100e/yr",
        symbol="s_1",
        ge=0,
        le=2,
        status="A",
        source=(
            "assumption: import substitution answers control; at .3 the state would more than replace"
            " what control denies at every strength"
        ),
    )

"""Sections on the technical side: capability and export control."""

from __future__ import annotations

from typing import Literal

from sim.scenario.parameter import Section, parameter

Mode = Literal["endogenous", "exogenous", "both"]

EPOCH = "Epoch AI 2025, trends in machine learning (epoch.ai/trends)"


class Capability(Section):
    """Growth of compute and algorithms, spread of knowledge, releases."""

    compute_growth_controlling: float = parameter(
        0.65,
        "Growth of the controlling bloc's training compute while capital does not buy compute.",
        unit="OOM/yr",
        symbol="gamma_US",
        ge=0.3,
        le=0.9,
        status="S",
        source=f"{EPOCH}: frontier training compute grew 4-5 times a year",
    )
    compute_growth_controlled: float = parameter(
        0.65,
        "The same for the controlled bloc when no control binds.",
        unit="OOM/yr",
        symbol="gamma_free",
        ge=0.3,
        le=0.9,
        status="A",
        source="assumption: equal to the controlling bloc, so that control is the only difference",
    )
    compute_growth_floor: float = parameter(
        0.40,
        "The same for the controlled bloc under full control: domestic chips only.",
        unit="OOM/yr",
        symbol="gamma_floor",
        ge=0.2,
        le=0.55,
        status="A",
        source=(
            "assumption: 2.5 times a year, a little below the 3 times reported for Chinese language models "
            "after 2021"
        ),
    )
    algorithmic_growth: float = parameter(
        0.48,
        "Growth of algorithmic efficiency, jumps included.",
        unit="OOM/yr",
        symbol="alpha_0",
        ge=0.26,
        le=1.0,
        status="S",
        source=(
            "Ho et al. 2024, Algorithmic progress in language models, arXiv:2403.05812: halving in 8 months,"
            " 5-14"
        ),
    )
    spillover_rate: float = parameter(
        0.35,
        "Rate at which papers and people close a gap in algorithms.",
        unit="1/yr",
        symbol="kappa_s",
        ge=0,
        le=1,
        status="A",
        source="assumption: gives a lag of about 7 months at a control strength of 0.35",
    )
    open_diffusion_rate: float = parameter(
        0.3,
        "Rate at which released open weights close a gap in algorithms.",
        unit="1/yr",
        symbol="kappa_o",
        ge=0,
        le=1.5,
        status="A",
        source="assumption: as fast as other spillover",
    )
    algorithmic_noise: float = parameter(
        0.10,
        "Diffusion of algorithmic efficiency, used when jumps are off.",
        unit="OOM/yr^0.5",
        symbol="sigma_A",
        ge=0,
        le=0.2,
        status="A",
        source="assumption: jitter from release to release",
    )
    jumps: bool = parameter(
        True,
        "Algorithms advance by jumps at random dates; the mean growth stays the same.",
        unit="switch",
        status="N",
        source="assumption: gives the observed spread of the lag, 3.4-3.7 months, where diffusion does not",
    )
    jump_rate: float = parameter(
        1.0,
        "Jumps a year and lab.",
        unit="1/yr",
        ge=0,
        le=3,
        status="A",
        source="assumption: with the mean size, tuned to the spread of the lag between blocs",
    )
    jump_mean: float = parameter(
        0.25,
        "Mean size of a jump (exponential).",
        unit="OOM",
        ge=0,
        le=0.5,
        status="A",
        source="assumption: with the rate, tuned to the spread of the lag between blocs",
    )
    release_rate: float = parameter(
        3.0,
        "Model releases a year and lab.",
        unit="1/yr",
        ge=1,
        le=6,
        status="A",
        source="assumption: two to four releases a year, as in public release lists",
    )
    continuous_releases: bool = parameter(
        False,
        "What a lab has is public at once, instead of at releases.",
        unit="switch",
        status="A",
        source="assumption: labs train continuously and publish at releases",
    )
    derivative_feedback: float = parameter(
        0.02,
        "Growth of an open lab's algorithms per log unit of thousands of derivative models.",
        unit="OOM/yr",
        symbol="kappa_u",
        ge=0,
        le=0.1,
        status="A",
        source="assumption: small; no estimate is published",
    )
    eci_per_oom: float = parameter(
        13.7,
        "Points of the Epoch Capabilities Index per OOM (figures only).",
        unit="ECI/OOM",
        symbol="k",
        ge=12,
        le=15,
        status="D",
        source="derived from Ho et al. 2025, arXiv:2512.00193: 15.5 points a year at 1.13 OOM a year",
    )
    eci_at_zero: float = parameter(
        150.0,
        "Index at capability zero (figures only).",
        unit="ECI",
        symbol="b",
        ge=0,
        le=300,
        status="D",
        source="derived: index of the frontier model at the start, Epoch Capabilities Index",
    )


class ExportControl(Section):
    """Control of chips and of model access, and what the controlled side does about it."""

    strength: float = parameter(
        0.35,
        "Initial strength of chip control; 1 would be complete denial.",
        symbol="x_0",
        ge=0,
        le=1,
        status="A",
        source="assumption: a judgement of the rules of 2023; only timing and sign are observed",
    )
    mode: Mode = parameter(
        "endogenous",
        "Who moves chip control: policymakers in the model, dated events, or both.",
        unit="choice",
        status="N",
        source="assumption: the feedback is the subject of the model",
    )
    access_strength: float = parameter(
        0.0,
        "Initial strength of control on access to closed models.",
        symbol="x_m0",
        ge=0,
        le=1,
        status="A",
        source="assumption: no such rule was in force at the start",
    )
    access_mode: Mode = parameter(
        "exogenous",
        "Who moves model-access control.",
        unit="choice",
        status="N",
        source="assumption: only one such rule was announced, and it was rescinded before it applied",
    )
    leakage: float = parameter(
        0.10,
        "Share of chip control undone by smuggling and third countries.",
        symbol="l_0",
        ge=0,
        le=0.4,
        status="S",
        source=(
            "Grunewald & Fist 2025, Countering AI chip smuggling, CNAS: order of magnitude, range 1-40 "
            "percent"
        ),
    )
    leakage_slope: float = parameter(
        0.0,
        "Further leakage per unit of strength.",
        symbol="l_1",
        ge=0,
        le=0.45,
        status="N",
        source="assumption: constant leakage unless a study varies it",
    )
    ally_coordination: float = parameter(
        0.0,
        "Share of leakage that coordination with allies removes.",
        symbol="kappa_al",
        ge=0,
        le=1,
        status="A",
        source="assumption: the leakage estimate already contains present coordination",
    )
    stockpiling: float = parameter(
        1.0,
        "Buying ahead per unit of control expected but not yet effective.",
        symbol="phi_s",
        ge=0,
        le=3,
        status="A",
        source="assumption: purchases ahead of announced rules are reported, their size is not",
    )
    lag: int = parameter(
        26,
        "Weeks between an act and its effect on compute.",
        unit="wk",
        symbol="L_x",
        ge=0,
        le=78,
        status="A",
        source="assumption: delivery and deployment take about half a year",
    )
    learning_exponent: float = parameter(
        0.322,
        "Wright exponent of domestic chips: cost falls by 20 percent per doubling.",
        symbol="b",
        ge=0,
        le=0.45,
        status="M",
        source=(
            "Irwin & Klenow 1994, Learning-by-doing in the semiconductor industry, JPE 102(6): about 20 "
            "percent"
        ),
    )
    learning_base: float = parameter(
        1.0,
        "Years of full control that double the domestic output accumulated before.",
        unit="yr",
        symbol="T_Q",
        ge=0.5,
        le=5,
        status="N",
        source="assumption: domestic output starts from about a year's worth",
    )
    induced_efficiency: float = parameter(
        0.3,
        "Extra algorithmic growth of the controlled bloc under scarcity.",
        symbol="zeta",
        ge=0,
        le=3,
        status="A",
        source=(
            "assumption, sign and order from Popp 2002, doi:10.1257/000282802760015658: elasticity about 0.35"
        ),
    )
    access_effect: float = parameter(
        0.7,
        "Share of access to closed models that full access control removes.",
        symbol="eta_m",
        ge=0,
        le=1,
        status="N",
        source="assumption: some access through third countries always remains",
    )

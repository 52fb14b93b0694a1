"""Sections of the state side: the controlling bloc's policy and the other side's answer."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from sim.scenario.parameter import Section, parameter


def _calibrated(value: Any) -> Any:
    return None if value == "calibrated" else value


class Policy(Section):
    """How policymakers of the controlling bloc come to act."""

    curvature: float = parameter(
        1.0,
        "Rise of the marginal cost of control with its strength (numeraire).",
        symbol="c_2",
        ge=0.1,
        le=10,
        status="N",
        source="assumption: numeraire",
    )
    marginal_cost: Annotated[float | None, BeforeValidator(_calibrated)] = parameter(
        None,
        'Marginal cost of control at zero; left out or "calibrated", the burn-in finds it.',
        symbol="c_1",
        ge=-5,
        le=5,
        status="C",
        source="computed in the burn-in, so that the initial strength is the initial ideal",
    )
    security_weight_sd: float = parameter(
        0.3,
        "Spread of security weights over policymakers.",
        symbol="s_j",
        ge=0,
        le=1,
        status="N",
        source="assumption: weights around 1, none below 0.2",
    )
    pivot_quantile: float = parameter(
        0.40,
        "Quantile of ideals that decides: 0.4 means that 60 percent must want at least as much.",
        ge=0.2,
        le=0.5,
        status="A",
        source="assumption: supermajority, as with a veto",
    )
    lobbying: bool = parameter(
        True,
        "Labs and vendor lobby, and calls for control raise attention.",
        unit="switch",
        status="N",
        source="assumption: the same rule for every firm of the controlling bloc",
    )
    lobby_weight: float = parameter(
        0.05,
        "Weight of lobbying against welfare.",
        symbol="lambda_L",
        ge=0,
        le=0.1,
        status="S",
        source="Goldberg & Maggi 1999, Protection for sale, AER 89(5); later estimates are lower still",
    )
    chip_efficacy: float = parameter(
        1.0,
        "Believed efficacy of chip control.",
        symbol="e_0",
        ge=0,
        le=2,
        status="A",
        source="assumption: unit of the scale",
    )
    access_efficacy: float = parameter(
        0.9,
        "Believed efficacy of access control per unit of believed copied share.",
        symbol="e_a",
        ge=0,
        le=2,
        status="A",
        source="assumption: access control bears on copying only",
    )
    link_copying: float = parameter(
        0.0,
        "How believed copying changes the efficacy of chip control: -1 it matters less, 1 issues are linked.",
        symbol="s_m",
        ge=-1,
        le=1,
        status="A",
        source="assumption: neutral zero; a main factor of every study",
    )
    link_gap: float = parameter(
        0.0,
        "How the believed gap changes the efficacy of chip control.",
        symbol="s_g",
        ge=-1,
        le=1,
        status="A",
        source="assumption: neutral zero; a main factor of every study",
    )
    friction: float = parameter(
        0.5,
        "Pressure that must build up before chip control is changed.",
        unit="x wk",
        symbol="tau_P",
        ge=0,
        le=2,
        status="A",
        source=(
            "assumption; Jones, Sulkin & Larsen 2003, APSR 97:151: policy change is leptokurtic; a main "
            "factor of every study"
        ),
    )
    access_friction: float = parameter(
        0.5,
        "The same for access control.",
        unit="x wk",
        symbol="tau_P",
        ge=0,
        le=2,
        status="A",
        source="assumption: as for chips",
    )
    pressure_decay: float = parameter(
        0.1,
        "Decay of pressure.",
        unit="1/wk",
        symbol="rho_P",
        ge=0.02,
        le=0.3,
        status="A",
        source="assumption: agendas turn over in about ten weeks",
    )
    adjustment: float = parameter(
        0.8,
        "Share of the distance to the ideal that an act covers.",
        unit="1/act",
        symbol="gamma_P",
        ge=0.3,
        le=1,
        status="A",
        source="assumption: acts fall a little short",
    )
    max_step: float = parameter(
        0.3,
        "Largest change in one act.",
        unit="x",
        ge=0.05,
        le=1,
        status="A",
        source="assumption: what one rule can do",
    )
    loosening_hysteresis: float = parameter(
        1.0,
        "Extra pressure needed to loosen, against tightening.",
        symbol="i_R",
        ge=0,
        le=3,
        status="A",
        source="assumption: most durable rules of 2022-2024 were not reversed",
    )
    bargaining_share: float = parameter(
        0.25,
        "Probability that a tightening is a bargaining measure.",
        symbol="p_B",
        ge=0,
        le=1,
        status="S",
        source="counted: 3 of 13 dated acts, see the evidence on export controls",
    )
    truce_hazard: float = parameter(
        0.1,
        "Hazard of a truce that removes bargaining measures, while the other side answers.",
        unit="1/wk",
        ge=0,
        le=1,
        status="A",
        source="assumption: bargaining measures were withdrawn after 18-120 days",
    )
    base_attention: float = parameter(
        0.2,
        "Attention to the issue without news.",
        symbol="A_0",
        ge=0.02,
        le=1,
        status="A",
        source="assumption: low",
    )
    attention_time: float = parameter(
        10.0,
        "Time over which attention fades.",
        unit="wk",
        symbol="h_A",
        ge=4,
        le=26,
        status="A",
        source="assumption: issue-attention cycle, Downs 1972",
    )
    attention_surprise: float = parameter(
        0.1,
        "Attention per unit of surprise beyond 1.5.",
        symbol="w_s",
        ge=0,
        le=1,
        status="A",
        source="assumption: news matters less than an incident",
    )
    attention_call: float = parameter(
        0.25,
        "Attention from calls for control that are fully covered by the media.",
        symbol="w_call",
        ge=0,
        le=1,
        status="N",
        source="assumption: half of an incident",
    )
    attention_incident: float = parameter(
        0.5,
        "Attention per exfiltration, diversion or finding.",
        symbol="w_th",
        ge=0,
        le=1,
        status="N",
        source="assumption: half of the scale",
    )
    election_rate: float = parameter(
        0.5,
        "Rate at which elections and diplomacy renew the cost of control (Ornstein-Uhlenbeck).",
        unit="1/yr",
        ge=0,
        le=2,
        status="A",
        source="assumption: every two years",
    )
    election_sd: float = parameter(
        0.1,
        "Stationary spread of the marginal cost of control around its calibrated level.",
        ge=0,
        le=0.5,
        status="A",
        source="assumption: both directions equally likely",
    )
    retaliation_probability: float = parameter(
        0.0,
        "Probability of retaliation per unit of tightening.",
        ge=0,
        le=1,
        status="A",
        source="assumption: off; 0.3 when a study turns it on",
    )
    retaliation_cost: float = parameter(
        0.1,
        "Revenue lost to full retaliation.",
        symbol="kappa_r",
        ge=0,
        le=1,
        status="A",
        source="assumption: order of magnitude",
    )


class Counter(Section):
    """Measures of the controlled side in answer to control."""

    response: float = parameter(
        1.0,
        "Growth of counter-measures per unit of control.",
        unit="1/yr",
        symbol="psi_y",
        ge=0,
        le=3,
        status="A",
        source="assumption: answers follow within about a year",
    )
    decay_time: float = parameter(
        1.0,
        "Time over which counter-measures fade.",
        unit="yr",
        symbol="tau_y",
        ge=0.25,
        le=5,
        status="A",
        source="assumption: suspensions run for about a year",
    )

"""Sections on copying: learning from closed models, exfiltration, and what closed labs do about it."""

from __future__ import annotations

from typing import Literal

from sim.scenario.parameter import Section, parameter


class Distillation(Section):
    """Copying from closed models through their interfaces, and exfiltration of weights."""

    potency: float = parameter(
        0.15,
        "Rate at which full access closes the gap to the teacher; 0 is a world without copying.",
        unit="1/yr",
        symbol="kappa_d",
        ge=0,
        le=2,
        status="A",
        source="assumption: no estimate exists; a main factor of every study",
    )
    obsolescence: float = parameter(
        0.5,
        "Rate at which copied capability is outdated.",
        unit="1/yr",
        symbol="delta_D",
        ge=0.25,
        le=1,
        status="A",
        source="assumption: one or two model generations",
    )
    ceiling_margin: float = parameter(
        0.10,
        "A student stays at least this far below its teacher.",
        unit="OOM",
        symbol="f",
        ge=0.03,
        le=0.4,
        status="M",
        source="Gudibande et al. 2023, arXiv:2305.15717; Busbridge et al. 2025, arXiv:2502.08606",
    )
    access: float = parameter(
        1.0,
        "Access to closed models without detection or control.",
        symbol="q_0",
        ge=0,
        le=1,
        status="A",
        source="assumption: normalisation; scales the potency",
    )
    unauthorised_share: float = parameter(
        0.5,
        "Share of that access that breaches terms of use.",
        symbol="lambda_P",
        ge=0,
        le=1,
        status="A",
        source="assumption: unknown, the middle of the range; a main factor of every study",
    )
    base_detection: float = parameter(
        0.02,
        "Weekly hazard that an account is closed without enforcement.",
        unit="1/wk",
        symbol="h_0",
        ge=0,
        le=0.2,
        status="A",
        source="assumption: accounts live about a year",
    )
    enforced_detection: float = parameter(
        0.30,
        "Further hazard at full enforcement.",
        unit="1/wk",
        symbol="h_1",
        ge=0,
        le=1,
        status="A",
        source="assumption: accounts live about three weeks under full enforcement",
    )
    account_replacement: float = parameter(
        0.5,
        "Weekly hazard that a closed account is replaced.",
        unit="1/wk",
        symbol="rho_r",
        ge=0.1,
        le=2,
        status="A",
        source="assumption: a new account takes two weeks",
    )
    exfiltration_rate: float = parameter(
        0.02,
        "Hazard that a student obtains a teacher's weights.",
        unit="1/yr",
        symbol="lambda_th",
        ge=0,
        le=0.2,
        status="A",
        source="assumption: Nevo et al. 2024, RAND RR-A2849-1, list 38 attack vectors and no rates",
    )
    exfiltration_margin: float = parameter(
        0.05,
        "Distance to the teacher after that.",
        unit="OOM",
        symbol="f_th",
        ge=0,
        le=0.2,
        status="A",
        source="assumption: weights without the teacher's know-how lose a little",
    )
    initial_share_at_steady_state: bool = parameter(
        True,
        "The copied uplift starts at its steady state, so that the start is no shock.",
        unit="switch",
        symbol="D(0)=D*",
        status="N",
        source="assumption: else a transient of three years is measured",
    )
    iso_lag: bool = parameter(
        False,
        "Shift every student's initial compute so that the observed initial gap does not depend on the "
        "potency.",
        unit="switch",
        status="N",
        source="assumption: worlds that look alike at the start differ only in how the gap came about",
    )
    observed_gap_months: float = parameter(
        7.0,
        "Initial public gap that iso_lag holds fixed.",
        unit="months",
        symbol="G_obs",
        ge=0,
        le=36,
        status="S",
        source="Epoch AI 2025: Chinese models lag 7 months on average, 4-14",
    )


class Enforcement(Section):
    """What closed labs do about use of their models that breaches terms."""

    rule: Literal["none", "fixed", "chosen"] = parameter(
        "chosen",
        "No enforcement, a fixed level, or the level that pays for the lab.",
        unit="choice",
        status="N",
        source="assumption: a decision of its own, never tied to claims",
    )
    level: float = parameter(
        0.0,
        "Level under the rule 'fixed'.",
        symbol="e",
        ge=0,
        le=1,
        status="A",
        source="assumption: set by the scenario that uses it",
    )
    announced: bool = parameter(
        True,
        "The public knows the level.",
        unit="switch",
        status="N",
        source="assumption: terms and bans are usually published",
    )
    false_positive_cost: float = parameter(
        0.02,
        "Share of revenue lost to wrongly closed accounts at full enforcement.",
        symbol="phi_fp",
        ge=0,
        le=0.05,
        status="A",
        source="assumption: 1-3 percent of paying customers",
    )
    cost: float = parameter(
        0.1,
        "Curvature of the cost of enforcement.",
        symbol="c_e",
        ge=0.02,
        le=1,
        status="N",
        source="assumption: about 0.3 at a gap of 0.6 OOM and a believed copied share of 0.2",
    )
    ban_paying_access: bool = parameter(
        False,
        "Closed labs of the controlling bloc refuse paying use from the controlled bloc; those users turn elsewhere.",
        unit="switch",
        status="N",
        source="assumption: off unless a scenario studies it",
    )

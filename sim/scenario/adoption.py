"""The adoption section: who uses which model."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from sim.scenario.parameter import Name, Section, frozen, parameter, table

SEGMENTS = ("enterprise", "developer")


class BlocShares(Section):
    """Where communities are; the shares sum to 1."""

    us: float = parameter(
        0.5,
        "Share of communities in the United States and allied countries.",
        ge=0,
        le=1,
        status="A",
        source="assumption: about the shares of spending",
    )
    cn: float = parameter(
        0.25,
        "Share of communities in China.",
        ge=0,
        le=1,
        status="A",
        source="assumption: about the shares of spending",
    )
    other: float = parameter(
        0.25,
        "Share of communities elsewhere.",
        ge=0,
        le=1,
        status="A",
        source="assumption: about the shares of spending",
    )


class Segment(Section):
    """One kind of adopter."""

    share: float = parameter(
        ...,
        "Share of communities; sums to 1 over segments.",
        ge=0,
        le=1,
        status="A",
        source="assumption: halves",
    )
    weight_capability: float = parameter(
        ...,
        "Weight of capability.",
        unit="1/OOM",
        symbol="w_theta",
        ge=0,
        le=6,
        status="N",
        source=(
            "assumption: a lead of half an OOM raises the odds by 40 %; at 2 per OOM the gain of the capital loop"
            " passes one and leads explode (see docs/odd.md, calibration)"
        ),
    )
    weight_price: float = parameter(
        ...,
        "Weight of price.",
        unit="1/decade",
        symbol="w_p",
        ge=0,
        le=3,
        status="N",
        source="assumption: developers look at price more than enterprises do",
    )
    weight_distrust: float = parameter(
        ...,
        "Weight of distrust of a model's origin.",
        symbol="w_t",
        ge=0,
        le=3,
        status="N",
        source="assumption: enterprises look at origin more than developers do",
    )
    network_effect: float = parameter(
        ...,
        "Pull of what others in the bloc use; lock-in needs more than 2.",
        symbol="J",
        ge=0,
        le=6,
        status="A",
        source="assumption; Brock & Durlauf 2001, REStud 68(2): threshold of the logit",
    )


def _default_segments() -> dict[str, Segment]:
    return frozen(
        {
            "enterprise": Segment(
                share=0.5, weight_capability=0.7, weight_price=0.3, weight_distrust=2.0, network_effect=0.2
            ),
            "developer": Segment(
                share=0.5, weight_capability=0.7, weight_price=1.0, weight_distrust=0.1, network_effect=2.5
            ),
        }
    )


def _in_order(segments: dict[str, Segment]) -> dict[str, Segment]:
    """Put the segments in their fixed order, whatever order a file lists them in."""
    known = [name for name in SEGMENTS if name in segments]
    return {name: segments[name] for name in [*known, *(name for name in segments if name not in SEGMENTS)]}


class Adoption(Section):
    """How communities choose models."""

    enabled: bool = parameter(
        True,
        "Communities choose; off freezes the shares.",
        unit="switch",
        status="N",
        source="assumption: adoption feeds revenue and derivatives",
    )
    reconsider: float = parameter(
        0.05,
        "Share of communities that reconsider each week.",
        unit="1/wk",
        symbol="mu_s",
        ge=0,
        le=1,
        status="A",
        source="assumption: every five months",
    )
    bloc_shares: BlocShares = table(BlocShares, "Where communities are.")
    distrust_cross_bloc: float = parameter(
        0.5,
        "Distrust of models from the rival bloc at the start.",
        symbol="d_0",
        ge=0,
        le=3,
        status="A",
        source="assumption: the same both ways",
    )
    distrust_response: float = parameter(
        0.0,
        "Rise of distrust of students' models with believed unauthorised copying.",
        symbol="chi_d",
        ge=0,
        le=0.5,
        status="A",
        source="assumption: neutral zero; a main factor of every study",
    )
    weight_access_control: float = parameter(
        2.0,
        "Loss of appeal of closed models under full access control.",
        symbol="w_m",
        ge=0,
        le=6,
        status="N",
        source="assumption: as much as 2.9 OOM of capability at its default weight",
    )
    weight_ecosystem: float = parameter(
        0.1,
        "Weight of the number of derivatives.",
        symbol="w_e",
        ge=0,
        le=1,
        status="N",
        source="assumption: small",
    )
    switching_cost: float = parameter(
        0.5,
        "Appeal needed to leave the model in use.",
        symbol="c_s",
        ge=0,
        le=2,
        status="A",
        source="assumption: 0.7 OOM of capability at its default weight",
    )
    derivative_rate: float = parameter(
        2e4,
        "Derivatives a year of an open model that everyone uses.",
        unit="1/yr",
        symbol="rho_der",
        ge=0,
        le=1e6,
        status="S",
        source="ATOM report 2026, arXiv:2604.07190: counts of derivatives on the largest hub",
    )
    price_frontier: float = parameter(
        10.0,
        "Price of the frontier model before markups.",
        unit="US$/Mtok",
        symbol="p_0",
        ge=0.1,
        le=100,
        status="S",
        source="public list prices 2024",
    )
    segments: Annotated[dict[Name, Segment], AfterValidator(_in_order), AfterValidator(frozen)] = table(
        _default_segments, "The two kinds of adopter: enterprise and developer."
    )

"""Who acts and speaks: labs, the chip vendor, and further sources of claims."""

from __future__ import annotations

from typing import Literal

from sim.scenario.clock import Bloc
from sim.scenario.parameter import LabPolicy, Name, Section, SourcePolicy, frozen, parameter

INITIAL = (
    "assumption: stylised ranks at the start; cluster shares of Epoch AI 2025 set the ratio between blocs"
)


class Lab(Section):
    """One lab: where it stands, whether it publishes weights, how it speaks."""

    bloc: Literal["us", "cn", "other"] = parameter(
        ..., "Bloc of the lab.", unit="choice", status="A", source=INITIAL
    )
    openness: Literal["open", "closed"] = parameter(
        ..., "Publishes weights, or sells access only.", unit="choice", status="A", source=INITIAL
    )
    compute: float = parameter(
        ...,
        "Training compute at the start of the burn-in, against the frontier.",
        unit="OOM",
        symbol="c",
        ge=-3,
        le=3,
        status="A",
        source=INITIAL,
    )
    algorithms: float = parameter(
        ...,
        "Algorithmic efficiency at the start of the burn-in, against the frontier.",
        unit="OOM",
        symbol="A",
        ge=-3,
        le=3,
        status="A",
        source=INITIAL,
    )
    claim_policy: LabPolicy = parameter(
        "default",
        "How the lab makes claims; 'default' is claims.policy.",
        unit="choice",
        symbol="psi",
        status="A",
        source="assumption: one rule for every lab unless a scenario says otherwise",
    )
    distillation_effort: float = parameter(
        0.0,
        "Effort put into learning from closed models of others.",
        symbol="a_i",
        ge=0,
        le=1,
        status="N",
        source="assumption: who is behind learns from who is ahead; every lab can be given an effort",
    )
    price_markup: float = parameter(
        1.0,
        "Price against the price curve of its openness.",
        ge=0.1,
        le=10,
        status="N",
        source="assumption: one price curve for open and one for closed models",
    )
    reach: float = parameter(
        0.5,
        "Share of the public that its claims can reach.",
        ge=0,
        le=1,
        status="N",
        source="assumption: 1 for the two labs ahead in each bloc, 0.5 for the others",
    )
    home_share: float = parameter(
        1.0,
        "Weight among the models that communities use at the start.",
        ge=0,
        le=1,
        status="N",
        source="assumption: equal weights, capability and price do the rest",
    )
    enabled: bool = parameter(
        True,
        "Takes part; off removes the lab without removing its table.",
        unit="switch",
        status="N",
        source="assumption: lets a scenario that extends another drop a lab",
    )


def _lab(bloc: str, openness: str, compute: float, algorithms: float, effort: float, reach: float) -> Lab:
    values = {
        "bloc": bloc,
        "openness": openness,
        "compute": compute,
        "algorithms": algorithms,
        "distillation_effort": effort,
        "reach": reach,
    }
    return Lab.model_validate(values)


def default_labs() -> dict[str, Lab]:
    """Return the eight labs of the baseline."""
    return frozen(
        {
            "us-closed-1": _lab("us", "closed", 0.0, 0.0, 0.0, 1.0),
            "us-closed-2": _lab("us", "closed", -0.05, 0.0, 0.0, 1.0),
            "us-closed-3": _lab("us", "closed", -0.15, -0.05, 0.0, 0.5),
            "us-open-1": _lab("us", "open", -0.10, -0.15, 0.0, 0.5),
            "cn-open-1": _lab("cn", "open", -0.75, -0.30, 1.0, 1.0),
            "cn-open-2": _lab("cn", "open", -0.80, -0.30, 1.0, 1.0),
            "cn-open-3": _lab("cn", "open", -0.90, -0.35, 1.0, 0.5),
            "cn-closed-1": _lab("cn", "closed", -0.75, -0.35, 1.0, 0.5),
        }
    )


class Vendor(Section):
    """The chip vendor: listed, sells to both blocs, may speak."""

    enabled: bool = parameter(
        True,
        "Takes part.",
        unit="switch",
        status="N",
        source="assumption: one vendor stands for the listed suppliers",
    )
    name: Name = parameter(
        "chip-vendor-1",
        "Name as a source of claims.",
        unit="name",
        status="N",
        source="assumption: a role, not a firm",
    )
    bloc: Bloc = parameter(
        "us",
        "Bloc of the vendor.",
        unit="choice",
        status="S",
        source="CRS 2025, U.S. Export Controls and China: Advanced Semiconductors, R48642",
    )
    claim_policy: LabPolicy = parameter(
        "default",
        "How the vendor makes claims; 'default' is claims.policy.",
        unit="choice",
        symbol="psi",
        status="A",
        source="assumption: the same rule as for labs",
    )
    reach: float = parameter(
        1.0,
        "Share of the public that its claims can reach.",
        ge=0,
        le=1,
        status="N",
        source="assumption: as the labs that lead",
    )
    controlled_sales_share: float = parameter(
        0.15,
        "Share of sales that full chip control would end.",
        ge=0,
        le=0.4,
        status="A",
        source="assumption: about the share of sales that listed suppliers report for the controlled bloc",
    )


class Source(Section):
    """A source of claims that is neither a lab nor the vendor."""

    kind: Literal["official", "analyst", "investor", "media"] = parameter(
        ...,
        "Class of source.",
        unit="choice",
        status="S",
        source="coded public statements: half of them do not come from labs",
    )
    alignment: Literal["us", "cn", "none"] = parameter(
        "none",
        "Bloc whose claims it prefers to pass on.",
        unit="choice",
        status="N",
        source="assumption: officials pass on their own bloc's claims, others any",
    )
    claim_policy: SourcePolicy = parameter(
        "none",
        "How it makes claims; 'relay' passes on claims of others (officials and media only).",
        unit="choice",
        symbol="psi",
        status="A",
        source="assumption: analysts report, officials and media repeat",
    )
    trust: float = parameter(
        0.5,
        "Trust that receivers start with.",
        symbol="tau_0",
        ge=0,
        le=1,
        status="A",
        source="assumption: as for labs",
    )
    reach: float = parameter(
        1.0,
        "Share of the public that its claims can reach.",
        ge=0,
        le=1,
        status="N",
        source="assumption: officials, trade press and analysts are widely quoted",
    )
    delay: int = parameter(
        1,
        "Weeks between a claim and its repetition.",
        unit="wk",
        ge=1,
        le=26,
        status="N",
        source="assumption: a weekly news cycle",
    )


def default_sources() -> dict[str, Source]:
    """Return the four further sources of the baseline."""
    return frozen(
        {
            "us-official": Source(kind="official", alignment="us", claim_policy="relay"),
            "cn-official": Source(kind="official", alignment="cn", claim_policy="relay"),
            "independent-analyst": Source(kind="analyst", alignment="none", claim_policy="sincere"),
            "trade-press": Source(kind="media", alignment="none", claim_policy="relay"),
        }
    )

"""Sections on stories: how they spread, and how their sources are scored."""

from __future__ import annotations

from typing import Literal

from sim.scenario.parameter import Section, parameter


class Media(Section):
    """How stories spread and compete for attention."""

    contagion: bool = parameter(
        True,
        "Stories reach agents by media and neighbours; off, everybody hears everything at once.",
        unit="switch",
        status="N",
        source="Shiller 2017, Narrative economics, doi:10.1257/aer.107.4.967",
    )
    reproduction_number: float = parameter(
        1.8,
        "New infections per infected agent in a mixed population.",
        symbol="R_0",
        ge=0,
        le=4,
        status="A",
        source=(
            "assumption: above 1, below a panic; Flynn & Sastry 2022, SSRN 4140751, find contagious granular"
            " narratives"
        ),
    )
    recovery: float = parameter(
        0.72,
        "Rate at which a story fades for one agent.",
        unit="1/wk",
        symbol="gamma_rec",
        ge=0.1,
        le=1.5,
        status="A",
        source="assumption: matches a rebound of 90 percent in 16 trading days after a dated shock",
    )
    exposure: float = parameter(
        1.5,
        "Hazard of hearing a story with the whole attention of the media.",
        unit="1/wk",
        symbol="beta_m",
        ge=0,
        le=5,
        status="A",
        source="assumption: else the first shock peaks after months",
    )
    novelty_time: float = parameter(
        3.0,
        "Time over which novelty fades.",
        unit="wk",
        symbol="h_n",
        ge=1,
        le=8,
        status="S",
        source=(
            "Wu & Huberman 2007, PNAS 104:17599; Lorenz-Spreen et al. 2019, doi:10.1038/s41467-019-09311-w"
        ),
    )
    weight_novelty: float = parameter(
        1.0,
        "Weight of novelty in attention.",
        symbol="eta_n",
        ge=0,
        le=3,
        status="N",
        source="assumption: unit weight",
    )
    weight_surprise: float = parameter(
        0.5,
        "Weight of surprise in attention.",
        symbol="eta_s",
        ge=0,
        le=3,
        status="N",
        source="assumption: half weight",
    )
    weight_reach: float = parameter(
        0.5,
        "Weight of the source's reach in attention.",
        symbol="eta_r",
        ge=0,
        le=3,
        status="N",
        source="assumption: half weight",
    )
    weight_infected: float = parameter(
        1.0,
        "Weight of the share of agents already talking about it.",
        symbol="eta_I",
        ge=0,
        le=3,
        status="N",
        source="assumption: unit weight",
    )
    other_news: float = parameter(
        1.0,
        "Pull of all other news.",
        symbol="u_0",
        ge=-2,
        le=4,
        status="N",
        source="assumption: without it a lone story always has the whole attention",
    )
    competition: Literal["none", "within_quantity", "all"] = parameter(
        "within_quantity",
        "Which stories compete for attention.",
        unit="choice",
        status="N",
        source="assumption: stories about the same quantity; makes zero effects exactly zero",
    )


class Credibility(Section):
    """How receivers score sources, and how the copied share comes to light."""

    enabled: bool = parameter(
        True,
        "Trust follows the record of each source.",
        unit="switch",
        status="N",
        source="assumption: off keeps the initial trust",
    )
    initial_trust: float = parameter(
        0.5,
        "Trust at the start (labs and vendor; others have their own).",
        symbol="tau_0",
        ge=0.1,
        le=0.9,
        status="A",
        source="assumption: the middle; a main factor of every study",
    )
    prior_counts: float = parameter(
        8.0,
        "Weight of the initial trust, in scored claims.",
        unit="count",
        symbol="n_tau",
        ge=2,
        le=50,
        status="A",
        source="assumption: eight claims halve the weight of the start",
    )
    miss_weight: float = parameter(
        1.0,
        "Weight of a miss against a hit.",
        symbol="lambda_-",
        ge=1,
        le=4,
        status="A",
        source="assumption: symmetric",
    )
    forensic_reveal_rate: float = parameter(
        0.15,
        "Rate of forensic findings about the copied share.",
        unit="1/yr",
        symbol="lambda_+",
        ge=0,
        le=2,
        status="A",
        source="assumption: no anchor; equal to the other kind",
    )
    reproduction_reveal_rate: float = parameter(
        0.15,
        "Rate of independent reproductions that bear on the copied share.",
        unit="1/yr",
        symbol="lambda_rep",
        ge=0,
        le=2,
        status="A",
        source="assumption: no anchor; equal to the other kind",
    )
    reveal_counts: float = parameter(
        8.0,
        "Weight of such a finding, in observations.",
        unit="count",
        symbol="n_r",
        ge=1,
        le=50,
        status="N",
        source="assumption: twice the prior",
    )
    reveal_sd: float = parameter(
        0.1,
        "Error of such a finding.",
        ge=0,
        le=0.5,
        status="N",
        source="assumption: published with an error whatever the share is",
    )

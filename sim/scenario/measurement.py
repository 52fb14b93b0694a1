"""The benchmark section: test sets, their errors, and how parity is read off them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator

from sim.scenario.parameter import Name, Section, frozen, parameter, table

Family = Literal["chat_preference", "knowledge", "reasoning_and_code", "agentic"]
STYLISED = "assumption: stylised after public sets of this kind; no named set is reproduced"


class BenchmarkSet(Section):
    """One test set."""

    family: Family = parameter(
        ...,
        "Kind of task; models have a constant error per family.",
        unit="choice",
        status="A",
        source=STYLISED,
    )
    difficulty: float = parameter(
        ...,
        "Capability at which half of the learnable items are solved.",
        unit="OOM",
        symbol="d_b",
        ge=-5,
        le=20,
        status="A",
        source=STYLISED,
    )
    chance_floor: float = parameter(
        0.0, "Score of a guesser.", symbol="g_b", ge=0, le=0.5, status="A", source=STYLISED
    )
    discrimination: float = parameter(
        2.0,
        "Steepness; from 10 to 90 percent takes 4.4/steepness OOM.",
        unit="1/OOM",
        symbol="a_b",
        ge=1.3,
        le=3.9,
        status="S",
        source="Epoch AI 2025: benchmarks saturate in one to three years",
    )
    items: int = parameter(
        500,
        "Number of items.",
        unit="count",
        symbol="n_b",
        ge=50,
        le=5000,
        status="D",
        source=(
            "Miller 2024, Adding error bars to evals, arXiv:2411.00640: 2 points standard error at 500 items"
        ),
    )
    public: bool = parameter(
        True,
        "The items are public, so that models may have seen them.",
        unit="switch",
        status="A",
        source=STYLISED,
    )


def _default_sets() -> dict[str, BenchmarkSet]:
    return frozen(
        {
            "knowledge-exam": BenchmarkSet(
                family="knowledge",
                chance_floor=0.25,
                difficulty=0.0,
                discrimination=1.8,
                items=2000,
                public=True,
            ),
            "holistic-composite": BenchmarkSet(
                family="chat_preference",
                chance_floor=0.0,
                difficulty=0.2,
                discrimination=1.5,
                items=1000,
                public=True,
            ),
            "coding-tasks": BenchmarkSet(
                family="reasoning_and_code",
                chance_floor=0.0,
                difficulty=0.3,
                discrimination=2.2,
                items=164,
                public=True,
            ),
            "mathematics-problems": BenchmarkSet(
                family="reasoning_and_code",
                chance_floor=0.0,
                difficulty=0.7,
                discrimination=2.2,
                items=500,
                public=True,
            ),
            "private-held-out": BenchmarkSet(
                family="agentic",
                chance_floor=0.0,
                difficulty=1.1,
                discrimination=2.0,
                items=300,
                public=False,
            ),
        }
    )


class Benchmarks(Section):
    """Test sets that exist at the start, those that follow, and how scores become news."""

    family_sd: float = parameter(
        0.20,
        "Error of a model on a family of tasks that more items do not average away.",
        unit="OOM",
        symbol="sigma_b",
        ge=0,
        le=0.4,
        status="A",
        source="computed from three public metrics about the same quarter, which spread by 0.16-0.29 OOM",
    )
    release_rate: float = parameter(
        6.0,
        "New sets a year.",
        unit="1/yr",
        ge=3,
        le=12,
        status="S",
        source=(
            "Ho et al. 2025, A Rosetta Stone for AI benchmarks, arXiv:2512.00193: 37-39 sets in about three "
            "years, doubled for those it leaves out"
        ),
    )
    headroom_low: float = parameter(
        0.3,
        "A new set is at least so far above the frontier.",
        unit="OOM",
        ge=0,
        le=2,
        status="A",
        source="assumption: new sets start at scores of 10-35 percent",
    )
    headroom_high: float = parameter(
        1.0,
        "A new set is at most so far above the frontier.",
        unit="OOM",
        ge=0,
        le=2,
        status="A",
        source="assumption: new sets start at scores of 10-35 percent",
    )
    discrimination: float = parameter(
        2.0,
        "Steepness of new sets.",
        unit="1/OOM",
        symbol="a_b",
        ge=1.3,
        le=3.9,
        status="S",
        source="Epoch AI 2025: benchmarks saturate in one to three years",
    )
    items: int = parameter(
        500,
        "Items of new sets.",
        unit="count",
        symbol="n_b",
        ge=50,
        le=5000,
        status="D",
        source=(
            "Miller 2024, Adding error bars to evals, arXiv:2411.00640: 2 points standard error at 500 items"
        ),
    )
    chance_floor: float = parameter(
        0.1,
        "Score of a guesser on new sets.",
        symbol="g_b",
        ge=0,
        le=0.5,
        status="A",
        source="assumption: between open answers (0) and four choices (0.25)",
    )
    contamination: float = parameter(
        0.5,
        "Gain on a public set whose items all leaked into training.",
        unit="logit",
        symbol="kappa_c",
        ge=0,
        le=1,
        status="S",
        source=(
            "Zhang et al. 2024, A careful examination of LLM performance on grade school arithmetic, "
            "arXiv:2405.00332"
        ),
    )
    exposure_rate: float = parameter(
        0.7,
        "Rate at which public sets leak.",
        unit="1/yr",
        symbol="rho_z",
        ge=0.2,
        le=2,
        status="A",
        source="assumption: half of a set has leaked after a year",
    )
    public_share: float = parameter(
        0.7,
        "Share of new sets that are public.",
        ge=0,
        le=1,
        status="A",
        source="assumption: most sets are published, held-out sets have become more common",
    )
    gaming_share: float = parameter(
        0.3,
        "Share of labs that submit the best of several private variants.",
        ge=0,
        le=1,
        status="A",
        source=(
            "assumption: a minority; Singh et al. 2025, The leaderboard illusion, arXiv:2504.20879, report "
            "up to 27 variants"
        ),
    )
    gaming_variants: int = parameter(
        5,
        "Variants they choose from.",
        unit="count",
        symbol="N",
        ge=1,
        le=30,
        status="A",
        source="assumption: well below the 27 of Singh et al. 2025, arXiv:2504.20879",
    )
    variant_sd: float = parameter(
        0.05,
        "Spread of the variants.",
        unit="OOM",
        symbol="sigma_v",
        ge=0,
        le=0.2,
        status="N",
        source="assumption: a month or two of progress between variants",
    )
    composite: Literal["ability_index", "win_rate"] = parameter(
        "ability_index",
        "Composite by which the naive parity rule (overlap) reads equality; win rate is always recorded.",
        unit="choice",
        status="A",
        source="assumption: an interval scale; win rate is the common alternative",
    )
    noise: bool = parameter(
        True,
        "Scores have sampling error.",
        unit="switch",
        status="N",
        source="assumption: off gives the perfect-measurement limit",
    )
    news: bool = parameter(
        True,
        "Evaluations are news to the public; off keeps the believed trend and drops the news.",
        unit="switch",
        status="N",
        source="assumption: off is the knock-out that claims are compared with",
    )
    parity_margin: float = parameter(
        0.15,
        "A gap below this counts as parity.",
        unit="OOM",
        symbol="epsilon",
        ge=0,
        le=0.4,
        status="A",
        source="assumption: about 1.6 months of progress",
    )
    parity_rule: Literal["bayesian", "overlap"] = parameter(
        "bayesian",
        "How parity is read: by probability, or by overlapping error bars.",
        unit="choice",
        status="A",
        source="assumption: overlap of 95 percent bars is the headline reading and too lax",
    )
    generated: bool = parameter(
        True,
        "New sets appear by themselves; off leaves those named here and in events.",
        unit="switch",
        status="N",
        source="assumption: benchmarks saturate and are replaced",
    )
    sets: Annotated[dict[Name, BenchmarkSet], AfterValidator(frozen)] = table(
        _default_sets, "Sets that exist at the start of the burn-in, by name."
    )

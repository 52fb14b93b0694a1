"""What is calibrated: the twelve pre-registered factors of the studies, and a few scales that data inform.

A factor is drawn as a place in [0, 1] between its ends, so that all factors are comparable: kernels, contraction and
ranks are computed in these places, and only scenarios and people see natural units. The prior is uniform over the
stated range, in logs where the range spans ratios.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from sim.scenario import Scenario

Array = np.ndarray
Kind = Literal["pre-registered", "scale"]
#: Factors whose ranges are those of the studies' plausible set, and scales that data inform.
REGISTERED: Kind = "pre-registered"
SCALE: Kind = "scale"


@dataclass(frozen=True)
class Factor:
    """One calibrated quantity with its prior.

    Attributes
    ----------
    name, symbol, unit, meaning
        For tables and figures.
    keys
        Parameters of the scenario that it sets. ``labs.CONTROLLED.x`` stands for ``x`` of every lab of the controlled
        bloc, to which the value is added.
    low, high
        Ends of the prior.
    source
        Where the range comes from.
    scale
        Uniform in the value or in its logarithm.
    kind
        Pre-registered, or a scale.

    """

    name: str
    symbol: str
    keys: tuple[str, ...]
    low: float
    high: float
    meaning: str
    source: str
    unit: str = "1"
    scale: Literal["linear", "log"] = "linear"
    kind: Kind = REGISTERED

    def value(self, place: Any) -> Any:
        """Value at a place in [0, 1]; arrays give arrays."""
        if self.scale == "log":
            return np.exp(math.log(self.low) + place * (math.log(self.high) - math.log(self.low)))
        return self.low + place * (self.high - self.low)

    def place(self, value: Any) -> Any:
        """Place of a value: the inverse of :meth:`value`."""
        if self.scale == "log":
            return (np.log(value) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        return (value - self.low) / (self.high - self.low)

    def changes(self, base: Scenario, value: float) -> dict[str, Any]:
        """Changes of a scenario that set the factor."""
        found: dict[str, Any] = {}
        for key in self.keys:
            if key.startswith("labs.CONTROLLED."):
                field = key.rpartition(".")[2]
                for name, lab in base.labs.items():
                    if lab.bloc == base.blocs.controlled:
                        found[f"labs.{name}.{field}"] = getattr(lab, field) + value
            else:
                found[key] = value
        return found


STUDY = "range of the studies' plausible set"
FACTORS: tuple[Factor, ...] = (
    Factor(
        "potency", "kappa_d", ("distillation.potency",), 0.0, 1.0,
        "Potency of copying; the ratio r = kappa_d q/delta_D is about twice as much", STUDY, "1/yr",
    ),
    Factor(
        "unauthorised", "lambda_P", ("distillation.unauthorised_share",), 0.0, 1.0,
        "Share of the access used that breaches terms", STUDY,
    ),
    Factor(
        "strategy", "psi", ("claims.strategic_weight",), 0.0, 1.0,
        "Weight of the effect in what sources say (at 0 only the timing of claims is strategic)", STUDY,
    ),
    Factor(
        "sophistication", "omega", ("claims.sophistication",), 0.0, 1.0,
        "Share of the expected bias that receivers discount", STUDY,
    ),
    Factor("trust", "tau_0", ("credibility.initial_trust",), 0.1, 0.9, "Initial trust in a source", STUDY),
    Factor(
        "family_sd", "sigma_b", ("benchmarks.family_sd",), 0.1, 0.3,
        "Error per model and kind of task", STUDY, "OOM",
    ),
    Factor("claim_rate", "lambda_c", ("claims.rate",), 0.05, 0.5, "Claims a week and source", STUDY, "1/wk", "log"),
    Factor(
        "link_copying", "s_m", ("policy.link_copying",), -1.0, 1.0,
        "How believed copying moves the wish for chip control", STUDY,
    ),
    Factor(
        "link_gap", "s_g", ("policy.link_gap",), -1.0, 1.0,
        "How the believed gap moves the wish for chip control", STUDY,
    ),
    Factor(
        "stalls", "q_c", ("valuation.copying_stalls",), 0.0, 1.0,
        "Believed probability that copying stops short of parity", STUDY,
    ),
    Factor(
        "friction", "tau_P", ("policy.friction", "policy.access_friction"), 0.05, 1.0,
        "Pressure that an act needs", STUDY, "strength times weeks", "log",
    ),
    Factor(
        "distrust", "chi_d", ("adoption.distrust_response",), 0.0, 0.5,
        "Rise of distrust with believed unauthorised copying", STUDY,
    ),
    Factor(
        "offset", "c_0", ("labs.CONTROLLED.compute",), -0.4, 0.4,
        "Compute of Chinese labs at the start, added to that of the scenario",
        "assumption: two fifths of an order of magnitude either way covers the spread of public metrics of 2023",
        "OOM", kind=SCALE,
    ),
    Factor(
        "spillover", "kappa_s", ("capability.spillover_rate",), 0.0, 0.9,
        "Rate at which papers and people close a gap in algorithms", "range of the parameter", "1/yr", kind=SCALE,
    ),
    Factor(
        "diffusion", "kappa_o", ("capability.open_diffusion_rate",), 0.0, 0.9,
        "Rate at which released open weights close a gap in algorithms", "as for other spillover", "1/yr", kind=SCALE,
    ),
    Factor(
        "algorithms", "alpha_0", ("capability.algorithmic_growth",), 0.26, 0.72,
        "Growth of algorithmic efficiency", "Ho et al. 2024, arXiv:2403.05812: halving in 5-14 months", "OOM/yr", "log",
        kind=SCALE,
    ),
    Factor(
        "market_growth", "g_M", ("market.growth",), 0.6, 2.2,
        "Growth of the market for models", "assumption: reported growth of revenue, two years either way", "1/yr",
        kind=SCALE,
    ),
    Factor(
        "price_ratio", "p_c/p_o", ("market.closed_open_price_ratio",), 2.0, 30.0,
        "Price of closed against open models of equal capability", "list prices of 2024-2025", "1", "log", kind=SCALE,
    ),
    Factor(
        "elasticity", "epsilon_J", ("listed.believed_demand_elasticity",), 0.5, 2.0,
        "Believed elasticity of chip demand to efficiency", "range of the parameter; 1 is neutral", "1", "log",
        kind=SCALE,
    ),
)  # fmt: skip
BY_NAME: Mapping[str, Factor] = {factor.name: factor for factor in FACTORS}


def names(factors: Sequence[Factor] = FACTORS) -> tuple[str, ...]:
    """Names in the order of the columns of a table of places."""
    return tuple(factor.name for factor in factors)


def values(places: Array, factors: Sequence[Factor] = FACTORS) -> Array:
    """Values of places ``(points, factors)``, same shape."""
    return np.stack([factor.value(places[..., k]) for k, factor in enumerate(factors)], axis=-1)


def changes(base: Scenario, point: Sequence[float], factors: Sequence[Factor] = FACTORS) -> dict[str, Any]:
    """Changes of a scenario that set all factors to the values of one point ``(factors,)``."""
    found: dict[str, Any] = {}
    for factor, value in zip(factors, point, strict=True):
        found |= factor.changes(base, float(value))
    return found


def common_changes() -> dict[str, Any]:
    """Switches that all points share, so that their worlds have one structure: psi needs strategic claims."""
    return {"claims.policy": "strategic"}

"""When a campaign backfires: boxes in the space of the pre-registered factors (PRIM)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.studies.frames import Frame
from sim.studies.statistics import differences
from sim.studies.study import Study

if TYPE_CHECKING:
    from sim.analysis.boxes import Box
    from sim.studies.data import StudyData

#: Campaigns that may backfire: name to (from, to) arms of the part ``plausible``.
CAMPAIGNS: Mapping[str, tuple[str, str]] = {
    "US side": ("us-off", "all"),
    "copying campaign": ("all", "copying"),
}
#: Ways that are about the answer to a campaign, not about the campaign.
ANSWERS: Mapping[str, tuple[str, str]] = {"answered": ("copying", "copying-and-motive")}
ARM = "arm"


@dataclass(frozen=True)
class Backfire:
    """One way in which one campaign may backfire.

    Attributes
    ----------
    campaign, way, meaning
        Which campaign, the way's name and what it means.
    cases, of_interest
        Draws, and those in which it backfires in this way.
    box
        The box in which it does so most, or nothing.
    effects
        One row a draw: factors, ``effect``, ``backfires``.
    remarks
        Plain sentences.

    """

    campaign: str
    way: str
    meaning: str
    cases: int
    of_interest: int
    box: Box | None
    effects: Frame
    remarks: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Share of the draws."""
        return self.of_interest / self.cases if self.cases else float("nan")


def backfires(data: StudyData, runs: Frame) -> list[Backfire]:
    """Look for a box for every campaign and way of the study's file.

    Parameters
    ----------
    data
        The study, for factors and rules.
    runs
        Runs of the part ``plausible`` that count (draws not ruled out).

    """
    study = data.study
    factors = drawn_factors(study)
    found = []
    for way, rule in study.thresholds["backfire"].items():
        campaigns = {"copying campaign": ANSWERS[way]} if way in ANSWERS else CAMPAIGNS
        for campaign, (first, second) in campaigns.items():
            effects = draw_effects(
                runs, first, second, str(rule["outcome"]), [factor.name for factor in factors]
            )
            found.append(backfire(campaign, way, rule, effects, factors, study))
    return found


def backfire(
    campaign: str,
    way: str,
    rule: Mapping[str, Any],
    effects: Frame,
    factors: tuple[Any, ...],
    study: Study,
) -> Backfire:
    """Find the box in which an effect passes a rule's limit most densely.

    Parameters
    ----------
    campaign, way
        Names.
    rule
        ``below`` or ``above``, and ``meaning``.
    effects
        One row a draw: ``row``, factors, ``effect``.
    factors
        :class:`sim.experiments.sweep.factors.Factor` of each.
    study
        Rules for boxes.

    """
    from sim.analysis.problem import AnalysisError, Problem
    from sim.experiments.sweep.designs import Design

    condition = f"effect <= {rule['below']}" if "below" in rule else f"effect >= {rule['above']}"
    limit = float(rule.get("below", rule.get("above", 0.0)))
    wanted = (effects["effect"] <= limit if "below" in rule else effects["effect"] >= limit).to_numpy()
    effects = effects.assign(backfires=wanted)
    counts = {"cases": len(effects), "of_interest": int(wanted.sum())}
    box, remarks = None, []
    boxes = study.thresholds["boxes"]
    fewest = min(counts["of_interest"], counts["cases"] - counts["of_interest"])
    if fewest < int(boxes["least_cases"]):
        remarks.append(
            f"{counts['of_interest']} of {counts['cases']} draws: too few, or too many, to look for a box."
        )
    else:
        from sim.analysis.discovery import discover

        problem = Problem(factors, Design(kind="latin-hypercube", samples=len(effects)), 1)
        try:
            discovery = discover(
                effects.drop(columns="backfires"), problem, condition, method="prim",
                density_min=float(boxes["density_min"]), peel_alpha=float(boxes["peel_alpha"]),
                mass_min=float(boxes["mass_min"]),
            )  # fmt: skip
            box, remarks = discovery.box, list(discovery.remarks)
        except AnalysisError as error:
            remarks.append(str(error))
    return Backfire(
        campaign, way, str(rule["meaning"]), box=box, effects=effects, remarks=tuple(remarks), **counts
    )


def drawn_factors(study: Study) -> tuple[Any, ...]:
    """The factors of the part ``plausible`` without the arms."""
    from sim.studies.parts import blocks, sweep_of

    return tuple(factor for factor in sweep_of(blocks(study, "plausible")[0]).factors if factor.name != ARM)


def draw_effects(runs: Frame, first: str, second: str, outcome: str, factors: list[str]) -> Frame:
    """Effect of one arm against another in each draw, with the draw's factors: ``row``, factors, ``effect``."""
    table = differences(runs, ARM, first, second, [outcome]).dropna()
    drawn = runs[runs[ARM] == first].drop_duplicates(["fold", "draw"])[["fold", "draw", *factors]]
    joined = table.rename(columns={outcome: "effect"}).merge(drawn, on=["fold", "draw"])
    joined.insert(0, "row", np.arange(len(joined)))
    return joined[["row", *factors, "effect"]]

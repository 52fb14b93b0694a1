"""All analyses of a study's data, and the verdicts they lead to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.studies import (
    cells,
    claim_times,
    control_curves,
    knockout,
    mediators,
    plausible,
    smaller,
    statements,
    statements_more,
)  # fmt: skip
from sim.studies.backfire import Backfire, backfires
from sim.studies.decidability import Decidability, decidability
from sim.studies.frames import Frame
from sim.studies.gates import passed
from sim.studies.verdicts import Verdict, not_tested, withheld

if TYPE_CHECKING:
    from sim.studies.data import StudyData


@dataclass(frozen=True)
class Results:
    """Tables by name, and what was found.

    Attributes
    ----------
    data
        The runs.
    neutral
        Whether the neutrality tests passed.
    decidability
        What classifiers made of public records.
    tables
        All tables by name.
    backfires
        Boxes of campaigns that backfire.
    verdicts
        One for each statement, in the order of the study's file.

    """

    data: StudyData
    neutral: bool
    decidability: Decidability
    tables: Mapping[str, Frame]
    numbers: Mapping[str, Mapping[str, float]]
    backfires: list[Backfire]
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def gates(self) -> dict[str, bool]:
        """Properties of worlds that public records tell apart, given that the model is neutral."""
        return {name: state and self.neutral for name, state in self.decidability.open.items()}

    def verdict(self, key: str) -> Verdict:
        """The verdict on a statement."""
        return next(one for one in self.verdicts if one.statement.key == key)


def analyse(data: StudyData) -> Results:
    """Analyse everything and judge every statement."""
    study, runs = data.study, data.runs
    found = decidability(data)
    ruled = plausible.implausibility(runs["plausible"], runs["cells"], study)
    kept = plausible.kept_runs(runs["plausible"], ruled)
    loads = claim_times.timing_loadings(runs["records"], study)
    counts = [int(one) for one in study.statements["S7"].numbers["claims"]]
    tables = {
        "implausibility": ruled,
        "contraction": plausible.contraction(runs["plausible"], ruled, study),
        "cell_effects": cells.cell_effects(runs["cells"], study),
        "believers": cells.believers(runs["cells"]),
        "linkage": cells.linkage_effects(runs["linkage"], study),
        "mediation": mediators.mediation(runs["mediators"], study),
        "frozen": mediators.frozen_effects(runs["mediators"], study),
        "knockout": knockout.knockout_ratios(kept, "arm", study),
        "knockout_all_draws": knockout.knockout_ratios(runs["plausible"], "arm", study),
        "knockout_cells": knockout.cell_ratios(runs["cells"], study),
        "group_shares": knockout.group_shares(data),
        "curves": control_curves.curves(runs["control-curves"], study),
        "curve_interactions": control_curves.interactions(runs["control-curves"], study),
        "lead_effects": control_curves.lead_effects(runs["control-lag"], study),
        "lead_thresholds": control_curves.thresholds(runs["control-lag"], study),
        "potency": smaller.lead_by_potency(runs["potency"], study),
        "surprise": smaller.surprise_effects(runs["surprise"], study),
        "decay": smaller.decay_path(
            smaller.with_factors(data.series["decay"], runs["decay"], ["copying", "campaign"]), study
        ),
        "two_instruments": smaller.cross_difference(runs["two-instruments"], study),
        "diffusion": smaller.diffusion_slopes(runs["diffusion"], study),
        "intensity": smaller.intensity_slopes(runs["intensity"], study),
        "ecosystems": smaller.ecosystem_slopes(runs["ecosystems"], study),
        "amplification": smaller.amplification(runs["capital"], study),
        "timing": loads,
        "timing_power": claim_times.timing_power(loads, counts, study.confidence),
        "bias": claim_times.bias_by_reveals(runs["records"], study),
    }
    numbers = {
        "us_side": plausible.sign_shares(kept, "us-off", "all", "log_multiple", study),
        "copying_campaign": plausible.sign_shares(kept, "all", "copying", "log_multiple", study),
        "surprise": smaller.surprise_asymmetry(runs["surprise"], study),
        "bias_slope": claim_times.bias_slope(runs["records"], study),
        "fingerprint": claim_times.fingerprint_auc(runs["records"], study),
    }
    results = Results(data, passed(data.gates), found, tables, numbers, backfires(data, kept))
    return Results(**{**results.__dict__, "verdicts": judge(results)})


def judge(results: Results) -> list[Verdict]:
    """Verdicts on all statements of the study, withheld where their gate is closed."""
    study = results.data.study
    judges = _judges(results)
    verdicts = []
    for key, statement in study.statements.items():
        verdict = (
            judges[key]()
            if key in judges
            else not_tested(statement, "This version of the study holds no test of it.")
        )
        verdicts.append(withheld(verdict, results.gates))
    return verdicts


def _judges(results: Results) -> dict[str, Callable[[], Verdict]]:
    """How each statement is judged."""
    t, n, study = results.tables, results.numbers, results.data.study
    s = study.statements
    effects = t["cell_effects"]
    us_side = effects[(effects["contrast"] == cells.US_SIDE) & (effects["outcome"] == "log_multiple")]
    answers = effects[effects["contrast"] == "motive answer"]
    more: Any = statements_more
    return {
        "S1": lambda: statements.knockout(s["S1"], t["knockout"]),
        "S2": lambda: statements.protection(s["S2"], us_side, n["us_side"]),
        "S3": lambda: statements.controls(s["S3"], t["linkage"]),
        "S4": lambda: statements.two_step(s["S4"], t["mediation"]),
        "S5": lambda: more.material(s["S5"], t["potency"]),
        "S6": lambda: statements.decidable(
            s["S6"], results.decidability.table, results.decidability.open, study
        ),
        "S7": lambda: more.timing(s["S7"], t["timing_power"], t["timing"]),
        "S8": lambda: more.parity_threat(s["S8"], t["surprise"], n["surprise"]),
        "S10": lambda: more.decay(s["S10"], t["decay"]),
        "S13": lambda: more.observability(s["S13"], n["bias_slope"], t["bias"]),
        "S14": lambda: more.fingerprint(s["S14"], n["fingerprint"], study),
        "S15": lambda: statements.backfiring_control(s["S15"], t["lead_effects"], t["lead_thresholds"]),
        "S17": lambda: more.two_instruments(s["S17"], t["two_instruments"]),
        "S18": lambda: more.diffusion(s["S18"], t["diffusion"]),
        "S22": lambda: statements.social_value(s["S22"], t["intensity"]),
        "S23": lambda: more.ecosystems(s["S23"], t["ecosystems"]),
        "S24": lambda: statements.motive(s["S24"], answers),
        "S25": lambda: statements.capital_loop(s["S25"], t["amplification"]),
        "S26": lambda: more.symmetric_errors(s["S26"], t["believers"], study),
    }

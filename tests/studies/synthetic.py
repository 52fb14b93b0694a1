"""Data of a study without running it: every part's own design, outcomes from a formula that a test chooses."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from sim.studies.data import StudyData, with_errors
from sim.studies.parts import blocks, cross_size, sweep_of
from sim.studies.study import Study

#: Takes a part's name and runs (factors, seed, luck); returns effects by outcome, added to luck.
World = Callable[[str, pd.DataFrame], Mapping[str, object]]

CHECKS = [
    {"group": "T0", "statement": "right on average", "predicted": "0", "measured": "0.001", "agrees": True}
]


def synthetic(
    study: Study,
    world: World,
    gates: list[dict[str, object]] | None = None,
    parts: Sequence[str] | None = None,
) -> StudyData:
    """Make data for all parts of a study, or some.

    Every outcome is 1 plus luck shared by all runs of a seed, plus what ``world`` says, plus a little noise.
    """
    runs, series = {}, {}
    for number, part in enumerate(study.parts):
        if parts is not None and part not in parts:
            continue
        pieces, weekly = [], []
        for block in blocks(study, part):
            sweep = sweep_of(block)
            made = _runs(sweep, block.fold, cross_size(study, part) if "cross" in study.parts[part] else 0)
            generator = np.random.default_rng([number, block.fold + 1])
            luck = made["seed"].map(
                {seed: np.random.default_rng(seed).normal(0.0, 0.5) for seed in made["seed"].unique()}
            )
            added = world(part, made.assign(luck=luck))
            columns = {
                outcome.name: 1.0
                + luck
                + generator.normal(0.0, 1e-3, len(made))
                + added.get(outcome.name, 0.0)
                for outcome in sweep.outcomes
            }
            pieces.append(made.assign(**columns))
            if sweep.series:
                weekly.append(_series(sweep, pieces[-1], added, generator))
        runs[part] = with_errors(pd.concat(pieces, ignore_index=True))
        if weekly:
            series[part] = pd.concat(weekly, ignore_index=True)
    facts = {"study_sha256": study.digest(), "code_sha256": "0" * 64, "runs": sum(map(len, runs.values()))}
    return StudyData(study, runs, series, CHECKS if gates is None else gates, facts=facts)


def _runs(sweep, fold: int, cross: int) -> pd.DataFrame:
    design = sweep.table().reset_index()
    made = design.merge(
        pd.DataFrame({"replicate": range(sweep.replicates), "seed": sweep.seeds}), how="cross"
    )
    made.insert(0, "fold", fold)
    made.insert(1, "draw", made["row"] // cross if cross else -1)
    return made


def _series(sweep, runs: pd.DataFrame, added: Mapping[str, object], generator) -> pd.DataFrame:
    weeks = np.arange(0, sweep.base_scenario.run.weeks, sweep.series_every)
    long = runs[["fold", "row", "replicate", "seed"]].merge(pd.DataFrame({"week": weeks}), how="cross")
    shift = pd.Series(added.get("public", np.zeros(len(runs)))).to_numpy()
    for name in sweep.series:
        noise = generator.normal(0.0, 0.1, len(long))
        long[name] = 10.0 + np.repeat(runs["seed"].to_numpy() % 7 * 0.01 + shift, len(weeks)) + noise
    return long


def quiet(part: str, runs: pd.DataFrame) -> Mapping[str, object]:
    """A world in which nothing does anything; sums of records are such that regressions exist."""
    if part != "records":
        return {
            "lead": 6.0,
            "lead_spread": 2.5,
            "growth": -0.325,
            "log_multiple": 2.68,
        }  # near observed patterns
    n = len(runs)
    spread = np.random.default_rng(5)
    return {
        "timing_n": 467.0 - runs["luck"], "timing_claim": 9.0 - runs["luck"],
        "timing_surprise_surprise": 900.0 + spread.normal(size=n),
        "timing_flags_flags": 800.0 + spread.normal(size=n),
        "share_claims": 20.0, "share_bias": 1.0, "share_wrong": 0.5,
    }  # fmt: skip


def loud(part: str, runs: pd.DataFrame) -> Mapping[str, object]:
    """A world in which claims move everything, records give themselves away, and control narrows the lead at last."""
    found: dict[str, object] = dict(quiet(part, runs))
    campaign = runs.get("campaign", runs.get("arm", pd.Series("", index=runs.index))).astype(str)
    speaks = (~campaign.isin(["silent", "none", "cn", "us-off"])).astype(float)
    copying = campaign.str.contains("copying").astype(float)
    motive = campaign.str.contains("motive").astype(float)
    found |= {
        "lead_spread": 2.5,
        "growth": -0.325,
        "log_multiple": 2.7 + 0.3 * speaks + 0.1 * copying, "log_revenue": 0.2 * speaks, "chips": 0.1 * speaks,
        "lead": 6.0 + 2.0 * speaks,
        "access": 0.2 * copying, "chips_target": 0.1 * copying, "share_policymakers": 0.2 * copying - 0.1 * motive,
    }  # fmt: skip
    if "frozen" in runs:
        found["log_multiple"] = (
            2.7 + 0.3 * speaks + 0.1 * copying * (~runs["frozen"].str.contains("policy")).astype(float)
        )
    if part == "plausible":
        found["log_multiple"] = 0.3 * speaks + 0.3 * (runs["arm"] == "no-news") + 2.4
    if part == "control-lag":
        tight = (runs["strength"] == "0.70").astype(float)
        found["lead_year_5"] = tight * (1.0 - 2.0 * runs["zeta"])
        found["lead_year_3"] = found["lead_year_1"] = tight * 1.0
    if part == "decidability":
        found["public"] = 5.0 * (runs["potency"] > 0.0) + 9.0 * (runs["claims"] == "strategic")
    return found

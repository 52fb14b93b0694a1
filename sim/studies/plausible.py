"""The plausible set: draws that observed patterns do not rule out, and how often an effect has a sign over it."""

from __future__ import annotations

import numpy as np

from sim.studies.frames import Frame
from sim.studies.statistics import differences, percentile, weights
from sim.studies.study import Study

#: Arm that stands for the world as it is drawn.
REFERENCE = "all"


def implausibility(runs: Frame, cells: Frame, study: Study) -> Frame:
    """Distance of each draw from observed patterns, in standard deviations.

    ``I = |y - z|/sqrt(observation^2 + discrepancy^2 + luck^2)`` (history matching, McCulloch et al. 2022,
    doi:10.18564/jasss.4791); the variance due to luck is that over seeds in the four cells.

    Parameters
    ----------
    runs, cells
        Runs of the parts ``plausible`` and ``cells``.
    study
        Patterns and the limit.

    Returns
    -------
    pandas.DataFrame
        One row a draw: ``fold``, ``draw``, one column a pattern, ``worst``, ``plausible``.

    """
    reference = runs[runs["arm"] == REFERENCE]
    table = reference[["fold", "draw"]].reset_index(drop=True)
    home = cells[cells["campaign"] == REFERENCE]
    patterns = study.thresholds["patterns"]
    for name, pattern in patterns.items():
        luck = float(home.groupby(["copying", "claims"])[name].var(ddof=1).mean())
        sd = np.sqrt(pattern["observation_sd"] ** 2 + pattern["discrepancy_sd"] ** 2 + luck)
        distance = np.abs(reference[name].to_numpy() - pattern["observed"]) / sd
        counts = np.ones(len(reference), dtype=bool)
        for factor, value in pattern.get("only", {}).items():
            counts &= (reference[factor] == value).to_numpy()
        table[name] = np.where(counts, distance, 0.0)
    table["worst"] = table[list(patterns)].max(axis=1)
    table["plausible"] = table["worst"] <= float(study.thresholds["implausible"])
    return table


def kept_runs(runs: Frame, table: Frame) -> Frame:
    """Runs of the draws that are not ruled out."""
    return runs.merge(table.loc[table["plausible"], ["fold", "draw"]], on=["fold", "draw"])


def sign_shares(runs: Frame, first: str, second: str, outcome: str, study: Study) -> dict[str, float]:
    """Shares of the draws in which an effect is positive, negative, or inside the margin, with intervals.

    Intervals are percentiles over resampled folds. The effect of one draw is that in one history. Nothing if no draw is
    left.
    """
    table = differences(runs, "arm", first, second, [outcome]).dropna()
    if table.empty:
        return {}
    effect, margin = table[outcome].to_numpy(), study.margin(outcome)
    names, place = np.unique(table["fold"], return_inverse=True)
    drawn = weights(len(names), study.bootstrap, study.seed)[:, place]
    found = {"draws": float(len(effect)), "mean": float(effect.mean())}
    for name, is_so in (
        ("positive", effect > 0.0), ("negative", effect < 0.0), ("small", np.abs(effect) < margin),
        ("raised", effect >= margin), ("lowered", effect <= -margin),
    ):  # fmt: skip
        share = float(is_so.mean())
        low, high = percentile((drawn * is_so).sum(axis=1) / drawn.sum(axis=1), study.confidence)
        found |= {name: share, f"{name}_low": low, f"{name}_high": high}
    low, high = percentile((drawn * effect).sum(axis=1) / drawn.sum(axis=1), study.confidence)
    return found | {"mean_low": low, "mean_high": high}


def contraction(runs: Frame, table: Frame, study: Study) -> Frame:
    """How much observed patterns narrow each factor.

    Columns ``factor``, ``contraction`` (1 - Var kept/Var drawn), ``identified``.

    Choices count as their place in order. A contraction below the study's limit says "not identified"; it can be
    negative by chance.
    """
    import pandas as pd

    from sim.studies.backfire import drawn_factors

    drawn = runs[runs["arm"] == REFERENCE].merge(table[["fold", "draw", "plausible"]], on=["fold", "draw"])
    limit = float(study.thresholds["boxes"]["not_identified"])
    rows = []
    for factor in drawn_factors(study):
        values = pd.Series(factor.to_unit(drawn[factor.name]))
        spread = float(values.var())
        kept = float(values[drawn["plausible"].to_numpy()].var())
        found = 1.0 - kept / spread if spread > 0.0 else float("nan")
        rows.append({"factor": factor.name, "contraction": found, "identified": bool(found >= limit)})
    return pd.DataFrame(rows)

"""Analyses of the part ``records``: the timing of claims, their bias and errors, and fingerprints of copying."""

from __future__ import annotations

import numpy as np

from sim.studies.frames import Frame
from sim.studies.records import TIMING
from sim.studies.statistics import percentile, weights
from sim.studies.study import Study

Array = np.ndarray
#: Spillover rate of records that are about claims; the two others are about fingerprints.
USUAL_SPILLOVER = 0.35


def timing_loadings(runs: Frame, study: Study) -> Frame:
    """Loadings of claim times on narrowing surprises and on detections, pooled over records (S7).

    A linear probability model per lab-week with standardised inputs, from the sums of each record; percentile intervals
    over resampled records.

    Returns
    -------
    pandas.DataFrame
        ``strategic``, ``on`` (surprise, flags), ``loading`` (change of the weekly probability of a claim per s.d.),
        ``low``, ``high``, ``claims`` (claims in all records), ``error_of_one`` (standard error times the root of the
        number of claims: what one claim is worth).

    """
    import pandas as pd

    rows = []
    for strategic, group in runs[runs["spillover"] == USUAL_SPILLOVER].groupby("strategic"):
        sums = group[[f"timing_{name}" for name in TIMING]].to_numpy(dtype=float)
        drawn = weights(len(sums), study.bootstrap, study.seed) @ sums
        again = np.array([loadings(one) for one in drawn])
        whole = loadings(sums.sum(axis=0))
        claims = float(sums[:, TIMING.index("claim")].sum())
        for k, name in enumerate(("surprise", "flags")):
            low, high = percentile(again[:, k], study.confidence)
            error = float(np.nanstd(again[:, k], ddof=1)) * np.sqrt(claims)
            rows.append(
                {"strategic": bool(strategic), "on": name, "loading": whole[k], "low": low, "high": high,
                 "claims": claims, "records": len(sums), "error_of_one": error}
            )  # fmt: skip
    return pd.DataFrame(rows)


def loadings(sums: Array) -> Array:
    """Standardised least-squares loadings ``(2,)`` from sums in the order of :data:`sim.studies.records.TIMING`."""
    n, s, f, y, ss, sf, ff, sy, fy = sums
    if n <= 0.0:
        return np.full(2, np.nan)
    spread = np.array(
        [[ss / n - (s / n) ** 2, sf / n - s * f / n**2], [sf / n - s * f / n**2, ff / n - (f / n) ** 2]]
    )
    together = np.array([sy / n - s * y / n**2, fy / n - f * y / n**2])
    if np.linalg.det(spread) <= 1e-12:
        return np.full(2, np.nan)
    slope = np.linalg.solve(spread, together)
    standard: Array = slope * np.sqrt(np.diag(spread))
    return standard


def timing_power(table: Frame, claims: list[int], confidence: float = 0.95) -> Frame:
    """Power to tell strategic from sincere timing by the difference of a loading, by number of claims in a record.

    Normal approximation: both groups' records hold so many claims. Columns ``on``, ``difference``, ``low``, ``high``
    (of the pooled records), and one column a number of claims.
    """
    import pandas as pd
    from scipy.stats import norm

    limit = norm.ppf(0.5 + confidence / 2.0)
    rows = []
    for name, group in table.groupby("on"):
        one = group.set_index("strategic")
        if set(one.index) != {True, False}:
            continue
        gap = float(one.loc[True, "loading"] - one.loc[False, "loading"])
        pooled = np.sqrt(((one["error_of_one"] ** 2) / one["claims"].clip(lower=1.0)).sum())
        row = {"on": name, "difference": gap, "low": gap - limit * pooled, "high": gap + limit * pooled}
        for count in claims:
            error = float(np.sqrt((one["error_of_one"] ** 2).sum() / count))
            z = abs(gap) / error if error > 0.0 else float("nan")
            row[str(count)] = float(norm.cdf(z - limit) + norm.cdf(-z - limit))
        rows.append(row)
    return pd.DataFrame(rows)


def bias_by_reveals(runs: Frame, study: Study) -> Frame:
    """Bias of strategic and errors of sincere share claims by reveal rate (S13): ratios of sums over records."""
    import pandas as pd

    rows = []
    for (strategic, rate), group in runs[runs["spillover"] == USUAL_SPILLOVER].groupby(
        ["strategic", "reveal_rate"]
    ):
        sums = group[["share_claims", "share_bias", "share_wrong"]].to_numpy(dtype=float)
        drawn = weights(len(sums), study.bootstrap, study.seed) @ sums
        total = sums.sum(axis=0)
        for k, name in ((1, "bias"), (2, "wrong")):
            with np.errstate(divide="ignore", invalid="ignore"):
                low, high = percentile(drawn[:, k] / drawn[:, 0], study.confidence)
                value = total[k] / total[0] if total[0] else float("nan")
            rows.append(
                {"strategic": bool(strategic), "reveal_rate": rate, "what": name, "value": value, "low": low,
                 "high": high, "claims": total[0]}
            )  # fmt: skip
    return pd.DataFrame(rows)


def bias_slope(runs: Frame, study: Study) -> dict[str, float]:
    """Slope of the mean size of strategic bias in share claims on the natural log of the reveal rate (S13)."""
    mine = runs[(runs["spillover"] == USUAL_SPILLOVER) & (runs["strategic"] == 1)]
    rates = np.sort(mine["reveal_rate"].unique())
    x = np.log(rates) - np.log(rates).mean()
    wide = [
        mine[mine["reveal_rate"] == rate].sort_values(["row", "seed"])[["share_bias", "share_claims"]]
        for rate in rates
    ]
    count = min(len(one) for one in wide)
    sums = np.stack([one.to_numpy(dtype=float)[:count] for one in wide])  # (rates, records, 2)
    drawn = np.einsum("br,kri->bki", weights(count, study.bootstrap, study.seed), sums)
    with np.errstate(divide="ignore", invalid="ignore"):
        again = (drawn[..., 0] / drawn[..., 1]) @ x / (x @ x)
        whole = sums.sum(axis=1)
        value = float((whole[:, 0] / whole[:, 1]) @ x / (x @ x))
    low, high = percentile(again, study.confidence)
    return {"slope": value, "low": low, "high": high}


def fingerprint_auc(runs: Frame, study: Study) -> dict[str, float]:
    """AUC of followers' answers to leaders' releases between copying-only and spillover-only worlds (S14)."""
    from sim.studies.decidability import weighted_auc

    only = runs[runs["spillover"] != USUAL_SPILLOVER].dropna(subset=["answer"])
    truth = (only["potency"] > 0.0).to_numpy()
    guess = only["answer"].to_numpy(dtype=float)
    names, place = np.unique(only["seed"], return_inverse=True)
    auc = float(weighted_auc(truth, guess, np.ones((1, len(truth))))[0])
    drawn = weights(len(names), study.bootstrap, study.seed)[:, place]
    low, high = percentile(weighted_auc(truth, guess, drawn), study.confidence)
    leads = only.groupby(truth)["lead"].mean()
    return {
        "auc": auc, "low": low, "high": high, "records": float(len(truth)),
        "lead_copying": float(leads.get(True, np.nan)), "lead_spillover": float(leads.get(False, np.nan)),
    }  # fmt: skip

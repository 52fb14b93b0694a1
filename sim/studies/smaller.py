"""Analyses of the smaller parts: potency, surprise, decay, instruments, diffusion, intensity, ecosystems, capital."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.experiments.statistics import mean_interval
from sim.studies.frames import Frame
from sim.studies.statistics import differences, effect_table, reading, slopes, split
from sim.studies.study import Study

Array = np.ndarray
#: Weeks of the campaign in the part ``decay``.
CAMPAIGN_ENDS = 52


def lead_by_potency(runs: Frame, study: Study) -> Frame:
    """How much shorter the lead is than without copying, by potency, under the same luck (S5).

    Returns
    -------
    pandas.DataFrame
        ``potency``, ``ratio`` (r = kappa_d q/delta_D, with the enforcement and access control that came about),
        ``shorter`` (months), ``low``, ``high``, ``share`` (mean copied share).

    """
    import pandas as pd

    from sim.scenario import load_scenario

    baseline = load_scenario("baseline").distillation
    rows = []
    for potency in sorted(runs["potency"].unique()):
        pairs = differences(runs, "potency", potency, 0.0, ["lead"])["lead"].dropna()
        found = mean_interval(pairs, study.confidence)
        mine = runs[runs["potency"] == potency]
        access = effective_access(mine["enforcement"].to_numpy(), mine["access"].to_numpy()).mean()
        shorter, low, high = (found.mean, found.low, found.high) if potency else (0.0, 0.0, 0.0)
        rows.append(
            {"potency": potency, "ratio": potency * access / baseline.obsolescence, "shorter": shorter, "low": low,
             "high": high, "share": mine["share"].mean()}
        )  # fmt: skip
    return pd.DataFrame(rows)


def effective_access(enforcement: Array, access_control: Array) -> Array:
    """Effective access q of a student to a rival's interface with the baseline's other values (docs/odd.md 7.3)."""
    from sim.mechanisms.distillation import api_access
    from sim.scenario import load_scenario

    scenario = load_scenario("baseline")
    copying = scenario.distillation
    found: Array = api_access(
        copying.access * (1.0 - copying.unauthorised_share), copying.access * copying.unauthorised_share, enforcement,
        access_control, copying.base_detection, copying.enforced_detection, copying.account_replacement,
        scenario.export_control.access_effect,
    )  # fmt: skip
    return found


def ratio_needed(table: Frame, months: float, column: str = "shorter") -> float:
    """Copying ratio r at which the lead is so many months shorter, by interpolation; NaN if none in the range."""
    ratio, shorter = table["ratio"].to_numpy(), np.maximum.accumulate(table[column].to_numpy())
    if shorter[-1] < months:
        return float("nan")
    return float(np.interp(months, shorter, ratio))


def surprise_effects(runs: Frame, study: Study) -> Frame:
    """Response to a release that narrows or widens the gap (S8): ``release``, ``outcome``, ``effect``, ``low``, ..."""
    contrasts = {"narrower": ("none", "narrower"), "wider": ("none", "wider")}
    return effect_table(
        runs, "release", contrasts, ["log_multiple", "log_revenue", "gap_investors", "score_gap"],
        confidence=split(study.confidence, 2), margins=study.margin,
    )  # fmt: skip


def surprise_asymmetry(runs: Frame, study: Study) -> dict[str, float]:
    """Size of the response to a narrower gap less that to a wider one, and both elasticities (per OOM believed)."""
    keys = ["fold", "draw", "seed"]
    columns = ["log_multiple", "gap_investors"]
    down, up = (
        differences(runs, "release", "none", level, columns).set_index(keys)
        for level in ("narrower", "wider")
    )
    both = down.index.intersection(up.index)
    gap = (-down.loc[both, "log_multiple"] - up.loc[both, "log_multiple"]).dropna()
    found = mean_interval(gap, study.confidence)
    elastic = {
        name: float(table["log_multiple"].mean() / table["gap_investors"].mean())
        for name, table in (("narrower", down), ("wider", up))
    }
    return {"difference": found.mean, "low": found.low, "high": found.high, **elastic}


def decay_path(series: Frame, study: Study) -> Frame:
    """Effect of a campaign of one year by week (S10).

    Parameters
    ----------
    series
        Weekly series with ``campaign`` and ``copying`` (see :func:`with_factors`).
    study
        Confidence.

    Returns
    -------
    pandas.DataFrame
        ``copying``, ``outcome``, ``week``, ``effect``, ``low``, ``high`` (pointwise).

    """
    import pandas as pd

    table = series.assign(log_multiple=np.log(series["valuation_multiple_us"])).rename(
        columns={"believed_copied_share_policymakers": "share_policymakers"}
    )
    table["draw"] = -1
    names = ["log_multiple", "share_policymakers"]
    pairs = differences(table, "campaign", "all", "year", names, ("copying", "week"))
    rows = []
    for (copying, week), group in pairs.groupby(["copying", "week"]):
        for name in names:
            found = mean_interval(group[name].dropna(), study.confidence)
            rows.append(
                {"copying": copying, "outcome": name, "week": week, "effect": found.mean, "low": found.low,
                 "high": found.high}
            )  # fmt: skip
    return pd.DataFrame(rows)


def with_factors(series: Frame, runs: Frame, factors: list[str]) -> Frame:
    """Weekly series with the factors of their runs."""
    held: Frame = series.merge(runs[["fold", "row", "seed", *factors]], on=["fold", "row", "seed"])
    return held


def half_life(path: Frame, ends: int = CAMPAIGN_ENDS) -> float:
    """Weeks after the campaign until the effect is half of what it was at its end; infinite if the record is too short.

    ``path`` has ``week`` and ``effect`` of one outcome and cell. NaN where the effect at the end is not clear of 0.
    """
    ordered = path.sort_values("week")
    last = ordered[ordered["week"] <= ends].tail(1)
    if last.empty or (float(last["low"].iloc[0]) <= 0.0 <= float(last["high"].iloc[0])):
        return float("nan")
    start, peak = int(last["week"].iloc[0]), float(last["effect"].iloc[0])
    later = ordered[ordered["week"] >= start]
    week, share = later["week"].to_numpy(dtype=float), later["effect"].to_numpy() / peak
    below = np.flatnonzero(share <= 0.5)
    if not len(below):
        return float("inf")
    k = int(below[0])
    crossed = week[k - 1] + (week[k] - week[k - 1]) * (share[k - 1] - 0.5) / (share[k - 1] - share[k])
    return float(crossed - start)


def cross_difference(runs: Frame, study: Study) -> Frame:
    """Cross difference in enforcement and chip control of lead, ln(V/R), ln R and ln V (S17): one row an outcome."""
    import pandas as pd

    levels = {name: sorted(runs[name].unique()) for name in ("enforcement_level", "strength")}
    outcomes = ["lead", "log_multiple", "log_revenue", "log_value"]
    low, high = levels["enforcement_level"]
    pairs = differences(runs, "enforcement_level", low, high, outcomes, ("strength",))
    wide = pairs.set_index(["strength", "seed"])
    gap = (wide.loc[levels["strength"][1]] - wide.loc[levels["strength"][0]])[outcomes].dropna()
    rows = []
    for outcome in outcomes:
        found = mean_interval(gap[outcome], study.confidence)
        rows.append({"outcome": outcome, **_read(found, study.margin(outcome))})
    return pd.DataFrame(rows)


def diffusion_slopes(runs: Frame, study: Study) -> Frame:
    """Slopes on kappa_o of ln(V/R) and of the US side's effect on it (S18): ``what``, ``slope``, ``low``, ``high``."""
    import pandas as pd

    level = slopes(runs[runs["campaign"] == "all"], "diffusion", ["log_multiple"])["log_multiple"]
    effects = differences(runs, "campaign", "us-off", "all", ["log_multiple"], ("diffusion",))
    effect = slopes(effects, "diffusion", ["log_multiple"])["log_multiple"]
    margin = float(study.statements["S18"].numbers["margin"])
    rows = []
    for what, values in (("ln(V/R)", level), ("effect of the US side's claims", effect)):
        found = mean_interval(values, split(study.confidence, 2))
        rows.append({"what": what, **_read(found, margin, "slope")})
    return pd.DataFrame(rows)


def intensity_slopes(runs: Frame, study: Study) -> Frame:
    """Slope of the error of policymakers' believed copied share on the rate of claims (S22), by cell."""
    import pandas as pd

    table = slopes(runs, "rate", ["error_policymakers"], ("claims", "copying"))
    margin = float(study.statements["S22"].numbers["margin"])
    rows = []
    for (claims, copying), group in table.groupby(["claims", "copying"]):
        found = mean_interval(group["error_policymakers"], split(study.confidence, 4))
        rows.append({"claims": claims, "copying": copying, **_read(found, margin, "slope")})
    return pd.DataFrame(rows)


def ecosystem_slopes(runs: Frame, study: Study) -> Frame:
    """Slopes of bifurcation on chip control and on chi_d by year (S23): ``on``, ``year``, ``slope``, ..."""
    import pandas as pd

    margin = float(study.statements["S23"].numbers["margin"])
    years = [f"bifurcation_year_{year}" for year in (1, 2, 3)]
    rows = []
    for factor, other in (("strength", "distrust"), ("distrust", "strength")):
        table = slopes(runs, factor, years, (other,)).groupby("seed")[years].mean()
        for year, name in zip((1, 2, 3), years, strict=True):
            found = mean_interval(table[name], split(study.confidence, 2))
            rows.append({"on": factor, "year": year, **_read(found, margin, "slope")})
    return pd.DataFrame(rows)


def amplification(runs: Frame, study: Study) -> Frame:
    """Size of a campaign's effect with the capital loop less that without (S25).

    Sizes are signed by the mean effect with the loop, so that luck does not count as size: one row a campaign, outcome
    and ``copying``, with ``with_loop``, ``without_loop``, their difference, its interval, and whether either is clear.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    outcomes = ["log_multiple", "log_revenue"]
    for campaign, (first, second) in {
        "US side": ("us-off", "all"),
        "copying campaign": ("all", "copying"),
    }.items():
        pairs = differences(runs, "campaign", first, second, outcomes, ("loop", "copying")).set_index(
            ["copying", "seed"]
        )
        on, off = pairs[pairs["loop"].astype(bool)], pairs[~pairs["loop"].astype(bool)]
        for copying in sorted(runs["copying"].unique()):
            for outcome in outcomes:
                held, free = on.loc[copying, outcome].dropna(), off.loc[copying, outcome].dropna()
                both = held.index.intersection(free.index)
                level = split(study.confidence, 2)
                effects = [mean_interval(one.loc[both], level) for one in (held, free)]
                larger = max(effects, key=lambda one: abs(one.mean))
                sign = 1.0 if larger.mean >= 0 else -1.0
                found = mean_interval(sign * (held.loc[both] - free.loc[both]), level)
                rows.append(
                    {"campaign": campaign, "copying": copying, "outcome": outcome, "with_loop": effects[0].mean,
                     "without_loop": effects[1].mean, "clear": any(one.excludes() for one in effects),
                     **_read(found, study.margin(outcome))}
                )  # fmt: skip
    return pd.DataFrame(rows)


def _read(found: Any, margin: float, name: str = "effect") -> dict[str, Any]:
    return {
        name: found.mean,
        "low": found.low,
        "high": found.high,
        "reading": reading(found.low, found.high, margin),
    }

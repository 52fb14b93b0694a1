"""The 2x2 of copying by claims: what campaigns of each side do, under the same luck."""

from __future__ import annotations

from collections.abc import Mapping

from sim.studies.frames import Frame
from sim.studies.statistics import effect_table, split
from sim.studies.study import Study

CELL = ("copying", "claims")
#: Contrasts of campaigns: name to (from, to). By rule, a side's own claims
#: are switched on; dated campaigns are added.
CONTRASTS: Mapping[str, tuple[str, str]] = {
    "US side": ("none", "us"),
    "US side, others speaking": ("cn", "us-and-cn"),
    "Chinese side": ("none", "cn"),
    "Chinese side, others speaking": ("us", "us-and-cn"),
    "both sides": ("none", "us-and-cn"),
    "vendor": ("us-and-cn", "all"),
    "all claims": ("silent", "all"),
    "benchmark news": ("no-news", "all"),
    "copying campaign": ("all", "copying"),
    "parity campaign": ("all", "parity"),
    "both campaigns": ("all", "copying-and-parity"),
    "motive answer": ("copying", "copying-and-motive"),
}
#: Outcomes by what they are about.
OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "valuation": ("log_multiple", "log_revenue", "log_value", "log_multiple_cn", "lead"),
    "control": ("chips", "chips_target", "access", "enforcement"),
    "beliefs": (
        "share_investors", "share_policymakers", "share_communities", "error_investors", "error_policymakers",
        "error_communities", "gap_error_investors", "gap_error_policymakers", "gap_error_communities",
        "parity_probability",
    ),
    "adoption and trust": ("cn_open_share", "bifurcation", "credibility_us", "credibility_cn"),
}  # fmt: skip
#: The contrast that S2 is about.
US_SIDE = "US side"


def margin_of(study: Study, outcome: str) -> float:
    """Margin of an outcome; errors of beliefs have one of their own."""
    if outcome.startswith("error_"):
        return study.margin("error")
    if outcome.startswith("gap_error_"):
        return study.margin("gap_investors")
    return study.margin(outcome)


def cell_effects(cells: Frame, study: Study) -> Frame:
    """Effects of all campaigns in all four cells; columns of :func:`sim.studies.statistics.effect_table`.

    Intervals are simultaneous over the four cells (Bonferroni), for one contrast and outcome at a time.
    """
    return effect_table(
        cells, "campaign", CONTRASTS, [name for group in OUTCOMES.values() for name in group], CELL,
        confidence=split(study.confidence, 4), margins=lambda outcome: margin_of(study, outcome),
    )  # fmt: skip


def linkage_effects(linkage: Frame, study: Study) -> Frame:
    """Effect of the copying campaign on both instruments by issue linkage s_m and copying (S3)."""
    return effect_table(
        linkage, "campaign", {"copying campaign": ("all", "copying")}, ["chips", "chips_target", "access", "lead"],
        ("link", "copying"), confidence=split(study.confidence, 6), margins=study.margin,
    )  # fmt: skip


def believers(cells: Frame, level: float | None = None) -> Frame:
    """How often investors side wrongly: with copying where there is none, or against it where there is (S26).

    An investor public sides with copying if its mean belief is nearer ``level`` (default: the mean copied share of the
    cells with copying) than 0.

    Returns
    -------
    pandas.DataFrame
        One row a seed and claims policy: ``claims``, ``seed``, ``without`` (wrong without copying, 0 or 1), ``with``,
        ``difference`` (without less with).

    """
    home = cells[cells["campaign"] == "all"]
    level = float(home.loc[home["copying"] > 0.0, "share"].mean()) if level is None else level
    sides = home.assign(sides=(home["share_investors"] > level / 2.0).astype(float))
    wide = sides.pivot_table(index=["claims", "seed"], columns="copying", values="sides").dropna()
    none, some = sorted(wide.columns)
    table = wide.reset_index()[["claims", "seed"]]
    table["without"], table["with"] = wide[none].to_numpy(), 1.0 - wide[some].to_numpy()
    table["difference"] = table["without"] - table["with"]
    return table

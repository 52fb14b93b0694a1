"""Chapters of a study's report: figures, tables, and sentences made from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.report.bundle import Report
from sim.report.tables_out import Column, Table
from sim.studies import figures, wording
from sim.studies.frames import Frame
from sim.studies.results import Results
from sim.studies.verdicts import NAMES, Verdict, cell_name

#: Contrasts and outcomes drawn in the report; the table has them all.
SHOWN_CONTRASTS = (
    "US side",
    "Chinese side",
    "both sides",
    "vendor",
    "copying campaign",
    "parity campaign",
    "motive answer",
)
SHOWN_OUTCOMES = (
    "log_multiple",
    "log_revenue",
    "chips_target",
    "access",
    "error_policymakers",
    "cn_open_share",
)
CURVES = {
    "lead_year_3": "Lead before year 3 (months)",
    "lead_year_5": "Lead before year 5 (months)",
    "log_multiple_year_3": "ln(V/R), year 3",
    "log_revenue_year_3": "ln R, year 3",
    "access_year_3": "Access control, year 3",
    "counter_measures": "Counter-measures, year 3",
}
INTERVAL: dict[str, Any] = {"low": "low", "high": "high"}


def gates(report: Report, results: Results) -> None:
    """Neutrality, and whether public records could tell worlds apart."""
    import pandas as pd

    page, found, study = report.page, results.decidability, results.data.study
    weeks = int(results.data.series["decidability"]["week"].max()) + 1
    rule = study.thresholds["decidability"]
    page.section("Gates: neutrality, and what public records could tell", key="gates")
    report.say(wording.neutrality(results.data.gates))
    if results.data.gates:
        checks = pd.DataFrame(results.data.gates)[["group", "statement", "predicted", "measured", "agrees"]]
        report.table("neutrality", Table(checks, caption="Neutrality tests of the model as it is."))
    for sentence in results.verdict("S6").sentences:
        report.say(sentence)
    bound = (
        "lower bound of the better classifier's interval"
        if rule["rule"] == "lower"
        else "better classifier's estimate"
    )
    page.text(
        f"Rule, stated beforehand: the {bound} must reach {rule['auc']:g}, when sources choose the times of their "
        f"claims and when times are alike for all. Each record is one history of {weeks} weeks "
        "with parameters drawn from their ranges and luck of its own; classifiers see public series only and are "
        "tested on draws and luck that they were not trained on. Intervals resample whole folds."
    )
    page.text(
        "A classifier knows the model and has seen many labelled histories of it. What it can tell says how much is in "
        "such records, not that anybody with one history and without labels could tell as much."
    )
    report.say(wording.kinds(found.by_kind))
    report.figure(
        "decidability", figures.auc_figure(found.table, found.by_potency, found.by_kind, float(rule["auc"])),
        caption="Out-of-sample AUC with intervals (dashed: the gate; grey: guessing); from one kind of series only, "
        "and by potency of copying.",
        alternative="Points with intervals: area under the curve of two classifiers for two questions.",
    )  # fmt: skip
    report.table(
        "decidability-auc",
        Table(
            found.table,
            (
                Column("question"),
                Column("classifier"),
                Column("stratum"),
                Column("auc", "AUC", **INTERVAL),
                Column("records"),
                Column("folds"),
            ),
            "Classifiers on public records.",
        ),
    )


def cells(report: Report, results: Results) -> None:
    """Campaigns in the four cells, and beliefs against the truth."""
    page, effects = report.page, results.tables["cell_effects"]
    page.section("Campaigns in the four cells", key="cells")
    page.text(
        "Worlds with and without copying (kappa_d = 0.5 and 0) show the same gap at the start; claims are sincere or "
        "strategic. Effects are differences between runs under the same luck, means over the last two years. By rule, "
        "a side's own claims are switched on; dated campaigns add claims of fixed content every four weeks to a world "
        "in which everybody speaks by rule. Intervals hold together over the four cells."
    )
    for sentence in wording.both_sides(effects):
        report.say(sentence)
    for key in ("S2", "S3", "S24"):
        say_verdict(report, results.verdict(key))
    report.figure(
        "cells", figures.effects_figure(effects, SHOWN_OUTCOMES, SHOWN_CONTRASTS),
        caption="Effects of campaigns in the four cells, with simultaneous intervals.",
        alternative="Six panels of points with intervals: effects of seven campaigns in four cells.",
    )  # fmt: skip
    page.section("Beliefs against the truth", level=3, key="beliefs")
    for sentence in wording.beliefs(effects):
        report.say(sentence)
    for key in ("S22", "S26"):
        say_verdict(report, results.verdict(key))
    table = effects.assign(
        cell=[cell_name(a, b) for a, b in zip(effects["copying"], effects["claims"], strict=True)],
        name=[NAMES[one] for one in effects["outcome"]],
    )
    columns = (
        Column("contrast", "campaign"), Column("name", "outcome"), Column("cell"), Column("effect", **INTERVAL),
        Column("size", "size", "pair s.d."), Column("reading"), Column("pairs"),
    )  # fmt: skip
    headline = table[table["contrast"].isin(SHOWN_CONTRASTS) & table["outcome"].isin(SHOWN_OUTCOMES)]
    report.table("cell-effects", Table(headline, columns, "Effects of campaigns by cell."))
    report.table("cell-effects-all", Table(table, columns, "All effects of campaigns by cell."), show=False)
    linkage = results.tables["linkage"]
    shown = linkage[linkage["outcome"].isin(["chips_target", "access"])]
    report.table(
        "issue-linkage",
        Table(
            shown,
            (Column("outcome"), Column("link", "s_m"), Column("copying", "kappa_d", "1/yr"),
             Column("effect", **INTERVAL), Column("reading"), Column("pairs")),
            "Effect of the dated copying campaign on both instruments, by issue linkage.",
        ),
    )  # fmt: skip


def paths(report: Report, results: Results) -> None:
    """Which path carries a campaign's effect."""
    page = report.page
    page.section("Through which path", key="paths")
    page.text(
        "Policy (both instruments exogenous), enforcement (fixed at .05) and adoption (shares frozen) are frozen in "
        "all combinations. A path's contribution is averaged over the orders in which paths are freed "
        "(Shapley); with the effect of beliefs alone, contributions add up to the total. Shares are controlled direct "
        "effects in the model."
    )
    say_verdict(report, results.verdict("S4"))
    for sentence in wording.frozen(results.tables["frozen"]):
        report.say(sentence)
    report.figure(
        "paths", figures.paths_figure(results.tables["mediation"]),
        caption="Contribution of each path to a campaign's effect on ln(V/R), with bootstrap intervals.",
        alternative="Four panels of points with intervals: policy, enforcement, adoption, beliefs alone, total.",
    )  # fmt: skip
    columns = (
        Column("campaign"), Column("copying", "kappa_d", "1/yr"), Column("outcome"), Column("path"),
        Column("effect", **INTERVAL), Column("share", low="share_low", high="share_high"),
    )  # fmt: skip
    report.table(
        "paths", Table(results.tables["mediation"], columns, "Paths of campaigns' effects (Shapley).")
    )
    report.table("frozen", Table(results.tables["frozen"], caption="Effects with paths frozen."), show=False)


def knockout(report: Report, results: Results) -> None:
    """Claims against benchmark news, and shares of variance."""
    page, tables = report.page, results.tables
    page.section("Claims against benchmark news", key="knockout")
    say_verdict(report, results.verdict("S1"))
    band = results.data.study.statements["S1"].numbers["band"]
    report.figure(
        "knockout", figures.ratio_figure(tables["knockout"], tables["knockout_cells"], band),
        caption="What switching claims off moves, over what switching benchmark news off moves.",
        alternative="Points with intervals on a logarithmic axis; a band from one half to two is shaded.",
    )  # fmt: skip
    columns = (
        Column("outcome"), Column("narrative", "claims off, I_N"), Column("benchmark", "news off, I_B"),
        Column("ratio", **INTERVAL), Column("pairs"),
    )  # fmt: skip
    report.table("knockout", Table(tables["knockout"], columns, "Knock-outs over the plausible set."))
    report.table(
        "knockout-all-draws",
        Table(tables["knockout_all_draws"], columns, "Knock-outs over all draws."),
        show=False,
    )
    report.table(
        "knockout-cells", Table(tables["knockout_cells"], caption="Knock-outs in the four cells."), show=False
    )
    page.section("Shares of variance over the stated ranges", level=3, key="groups")
    report.say(wording.groups(tables["group_shares"]))
    if not tables["group_shares"].empty:
        report.figure(
            "groups", figures.groups_figure(tables["group_shares"]),
            caption="Total Sobol' indices of groups of parameters over their stated ranges, averaged over luck.",
            alternative="Four panels of points with intervals: total index of five groups of parameters.",
        )  # fmt: skip
        report.table(
            "groups",
            Table(
                tables["group_shares"],
                (Column("outcome"), Column("group"), Column("first", "first order", low="first_low", high="first_high"),
                 Column("total", "total", low="total_low", high="total_high"), Column("samples")),
                "Grouped Sobol' indices. A statement about the ranges in parts/ranges.toml.",
            ),
        )  # fmt: skip


def control(report: Report, results: Results) -> None:
    """Along the strength of chip control, and where it narrows the lead."""
    page, tables = report.page, results.tables
    page.section("Along the strength of chip control", key="control")
    for sentence in wording.control(tables["curves"]):
        report.say(sentence)
    report.say(wording.claims_matter(tables["curve_interactions"]))
    report.figure(
        "curves", figures.curves_figure(tables["curves"], CURVES),
        caption="Change of outcomes against strength .35, which all worlds share before, by the strength that a dated "
        "act sets at week 0. Bands: simultaneous interval of the mean paired change; thin lines: 5th and 95th "
        "percentile over seeds. The market's cap binds in year 5.",
        alternative="Six panels of three curves with bands along the strength of chip control.",
    )  # fmt: skip
    report.table(
        "curves", Table(tables["curves"], caption="Outcomes along the strength of chip control."), show=False
    )
    page.section("Where tighter control narrows the lead", level=3, key="lead")
    say_verdict(report, results.verdict("S15"))
    report.figure(
        "lead", figures.lead_figure(tables["lead_effects"]),
        caption="Effect of tightening chip control from .35 to .70 on the lead (below 0: narrower), by induced "
        "efficiency zeta and learning exponent b; nobody speaks.",
        alternative="Three panels of curves along induced efficiency, one for each learning exponent.",
    )  # fmt: skip
    report.table(
        "lead-thresholds",
        Table(
            tables["lead_thresholds"],
            (Column("learning", "b"), Column("year"), Column("zeta", "zeta from which it narrows", **INTERVAL),
             Column("found", "found in resamples")),
            "Thresholds; a dash where the lead widens over the whole range.",
        ),
    )  # fmt: skip
    report.table(
        "lead-effects", Table(tables["lead_effects"], caption="Effect of tightening on the lead."), show=False
    )


def backfire(report: Report, results: Results) -> None:
    """When campaigns backfire; what observed patterns rule out."""
    import pandas as pd

    page, study = report.page, results.data.study
    page.section("When a campaign backfires", key="backfire")
    patterns = list(study.thresholds["patterns"])
    report.say(
        wording.plausible(results.tables["implausibility"], patterns, float(study.thresholds["implausible"]))
    )
    page.text(
        "Boxes over the pre-registered factors and the capital loop (PRIM): where a campaign backfires most densely."
    )
    for one in results.backfires:
        report.say(wording.backfire(one))
    rows = [
        {"campaign": one.campaign, "way": one.way, "meaning": one.meaning, "draws": one.cases, "share": one.share,
         "box": one.box.text if one.box else "", "density": one.box.density if one.box else float("nan"),
         "coverage": one.box.coverage if one.box else float("nan")}
        for one in results.backfires
    ]  # fmt: skip
    columns = (
        Column("campaign"), Column("meaning"), Column("draws"), Column("share"), Column("box"), Column("density"),
        Column("coverage"),
    )  # fmt: skip
    report.table("backfire", Table(pd.DataFrame(rows), columns, "Ways in which campaigns backfire."))
    limit = float(study.thresholds["boxes"]["not_identified"])
    report.say(wording.identified(results.tables["contraction"], limit))
    report.table(
        "identification",
        Table(results.tables["contraction"], caption="Contraction by observed patterns."),
        show=False,
    )


def more(report: Report, results: Results) -> None:
    """All statements with their rules."""
    page, tables, fast = report.page, results.tables, results.data.study.fast
    page.section("All statements", key="statements")
    page.text(
        "Each with its claim, the rule that was written down beforehand, and what the numbers make of it."
    )
    report.table("statements", verdict_table(results.verdicts, "All statements.", fast=fast, short=True))
    for verdict in results.verdicts:
        statement = verdict.statement
        page.section(f"{statement.key}: {wording.word(verdict, fast)}", level=3, key=statement.key)
        page.text(f"*Claim.* {statement.claim}", f"*Rule.* {statement.rule}")
        page.box("verdict", wording.word(verdict, fast), " ".join(verdict.sentences))
    report.figure(
        "decay", figures.decay_figure(tables["decay"], 52),
        caption="Effect of a copying campaign of one year, by week (S10).",
        alternative="Two panels of curves with bands: effect on policymakers' beliefs and on ln(V/R).",
    )  # fmt: skip
    for name, caption in (
        ("potency", "Lead along the potency of copying (S5)."), ("surprise", "Response to surprises (S8)."),
        ("timing", "Loadings of claim times (S7)."), ("timing_power", "Power by number of claims (S7)."),
        ("bias", "Bias and errors of share claims (S13)."), ("two_instruments", "Cross differences (S17)."),
        ("diffusion", "Slopes on the diffusion of open weights (S18)."),
        ("intensity", "Slopes on the rate of claims (S22)."),
        ("ecosystems", "Slopes of bifurcation (S23)."), ("amplification", "With and without the capital loop (S25)."),
    ):  # fmt: skip
        report.table(name.replace("_", "-"), Table(tables[name], caption=caption), show=False)


# -- pieces ----------------------------------------------------------------------------------------------------------


def say_verdict(report: Report, verdict: Verdict) -> None:
    """A statement's verdict and sentences, with a link to its rule."""
    key = verdict.statement.key
    told = wording.word(verdict, bool(report.facts["short_version"]))
    report.say(f"**[{key}](#{key.lower()}), {told}.** *{verdict.statement.claim}*", *verdict.sentences)


def verdict_table(verdicts: Sequence[Verdict], caption: str, *, fast: bool, short: bool = False) -> Table:
    """Statements with their verdicts; with ``short`` without the reasons."""
    import pandas as pd

    rows: list[dict[str, Any]] = [
        {"key": f"[{one.statement.key}](#{one.statement.key.lower()})", "claim": one.statement.claim,
         "verdict": f"**{wording.word(one, fast)}**", "why": one.why}
        for one in verdicts
    ]  # fmt: skip
    columns = [Column("key", "statement"), Column("claim", "claim judged"), Column("verdict")]
    frame: Frame = pd.DataFrame(rows, columns=["key", "claim", "verdict", "why"])
    return Table(frame, tuple(columns if short else [*columns, Column("why")]), caption)

"""Headline statements: verdicts from tables, by the numbers of the study file (AMENDMENTS J of the design).

Every function takes the statement with its numbers and small tables, and returns a verdict whose sentences are made of
the numbers. None of them knows what came out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.studies.frames import Frame
from sim.studies.statistics import Reading, reading
from sim.studies.study import Statement, Study
from sim.studies.verdicts import (
    NAMES,
    Verdict,
    Word,
    cell_name,
    cited,
    in_all_cells,
    listed,
    not_tested,
    says,
    shown,
)


def knockout(statement: Statement, ratios: Frame) -> Verdict:
    """S1: claims against benchmark news; ``ratios`` as of :func:`sim.studies.knockout.knockout_ratios`."""
    low_band, high_band = statement.numbers["band"]
    table = ratios.set_index("outcome")
    row = table.loc["log_multiple"]
    if not row["pairs"]:
        return not_tested(statement, "Observed patterns rule out all draws.")
    word = _in_band(row["low"], row["high"], low_band, high_band)
    told = cited(row, "ratio")
    place = {
        "supported": f"inside the band of {low_band:g} to {high_band:g}",
        "contradicted": f"outside the band of {low_band:g} to {high_band:g}: claims move it "
        + ("less" if row["high"] < low_band else "more") + " than news does",
        "not decidable": f"across an end of the band of {low_band:g} to {high_band:g}",
    }[word]  # fmt: skip
    sentences = [
        f"Switching claims off moves {NAMES['log_multiple']} by {row['narrative']:.3g} on average, switching benchmark "
        f"news off by {row['benchmark']:.3g}: a ratio of {told}, {place}."
    ]
    others = [
        f"{cited(one, 'ratio')} for {NAMES[str(name)]}"
        for name, one in table.iterrows()
        if name != "log_multiple"
    ]
    if others:
        sentences.append(f"For other outcomes the ratio is {listed(others)}.")
    return Verdict(
        statement, word, tuple(sentences), {"ratio": row["ratio"], "low": row["low"], "high": row["high"]}
    )


def _in_band(low: float, high: float, bottom: float, top: float) -> Word:
    if low >= bottom and high <= top:
        return "supported"
    if high < bottom or low > top:
        return "contradicted"
    return "not decidable"


def protection(statement: Statement, effects: Frame, shares: Mapping[str, float]) -> Verdict:
    """S2: the US side's claims and ln(V/R).

    ``effects``: one row a cell (``copying``, ``claims``, ``effect``, ``low``, ``high``, ``reading``); ``shares`` as of
    :func:`sim.studies.plausible.sign_shares`.
    """
    if effects.empty:
        return not_tested(statement, "No runs of the cells.")
    word = in_all_cells(list(effects["reading"]), "positive")
    least = float(statement.numbers["least_share"])
    sentences = [f"Effect of the US side's claims on {NAMES['log_multiple']}: {_by_cell(effects)}."]
    sentences.append(_cells_said(effects, "The effect"))
    if shares:
        low, high = shares["positive_low"], shares["positive_high"]
        sentences.append(
            f"Over the plausible set it is positive in {shown(shares['positive'], low, high)} of {shares['draws']:.0f} "
            f"draws and raises ln(V/R) by more than the margin in {shares['raised']:.2f}, lowers it by more in "
            f"{shares['lowered']:.2f}; its mean is {shown(shares['mean'], shares['mean_low'], shares['mean_high'])}."
        )
        if shares["negative"] > 0.5:
            word = "contradicted"
        elif word == "supported" and low < least:
            word = "contradicted" if high < least else "not decidable"
    brief = _cells_said(effects, "The effect on ln(V/R)")
    return Verdict(statement, word, tuple(sentences), _cell_numbers(effects) | dict(shares), brief)


def controls(statement: Statement, effects: Frame) -> Verdict:
    """S3: a copying campaign and both instruments over s_m.

    ``effects``: one row an ``outcome`` (``chips_target``, ``access``), ``link`` and ``copying``.
    """
    neutral = effects[(effects["link"] == 0.0) & effects["outcome"].isin(["chips_target", "access"])]
    if neutral.empty:
        return not_tested(statement, "No runs at s_m = 0.")
    word = in_all_cells(list(neutral["reading"]), "positive")
    sentences = []
    for outcome in ("access", "chips_target"):
        mine = effects[effects["outcome"] == outcome]
        parts = [
            f"{cited(row)} at s_m = {row['link']:g} "
            f"{'with' if row['copying'] > 0 else 'without'} copying ({says(row['reading'])})"
            for _, row in mine.sort_values(["link", "copying"]).iterrows()
        ]
        sentences.append(f"Effect on {NAMES[outcome]}: {'; '.join(parts)}.")
    by_itself = {
        name: in_all_cells(list(group["reading"]), "positive") for name, group in neutral.groupby("outcome")
    }
    raised = [NAMES[str(name)] for name, one in by_itself.items() if one == "supported"]
    linked = effects[(effects["outcome"] == "chips_target") & (effects["link"] > 0.0)]
    brief = (
        f"Without issue linkage the campaign raises {listed(raised)}{' only' if len(raised) == 1 else ''}." if raised
        else "Without issue linkage the campaign clearly raises neither instrument in both cells."
    )  # fmt: skip
    sentences.append(brief)
    if (
        not linked.empty
        and in_all_cells(list(linked["reading"]), "positive") == "supported"
        and len(raised) < 2
    ):
        sentences.append(
            "Chip control rises only where the model is told that the issues are linked (s_m > 0)."
        )
    return Verdict(
        statement, word, tuple(sentences), {str(name): one for name, one in by_itself.items()}, brief
    )


def two_step(statement: Statement, table: Frame) -> Verdict:
    """S4: share of the policy path; ``table`` as of :func:`sim.studies.mediators.mediation`, copying campaign only."""
    least = float(statement.numbers["least_share"])
    mine = table[(table["outcome"] == "log_multiple") & (table["campaign"] == "copying campaign")]
    if mine.empty:
        return not_tested(statement, "No runs with frozen paths.")
    words: list[Word] = []
    sentences = []
    numbers: dict[str, Any] = {}
    for copying, cell in mine.groupby("copying"):
        by_path = cell.set_index("path")
        total, policy, rest = by_path.loc["total"], by_path.loc["policy"], by_path.loc["beliefs alone"]
        where = f"{'With' if float(str(copying)) > 0 else 'Without'} copying"
        effect = f"the campaign's effect is {cited(total)}"
        pieces = f"policy contributes {cited(policy)}, beliefs alone {cited(rest)}"
        if policy["share"] != policy["share"]:
            words.append("not decidable")
            sentences.append(
                f"{where} {effect}, not clear of 0, so that there is nothing to share out; {pieces}."
            )
            continue
        low, high = policy["share_low"], policy["share_high"]
        words.append("supported" if low > least else "contradicted" if high < least else "not decidable")
        told = shown(policy["share"], low, high)
        sentences.append(f"{where} {effect}; {pieces}: a policy share of {told}.")
        numbers[f"policy_share_{copying:g}"] = float(policy["share"])
    word = _agreed(words)
    if len(set(words)) > 1:
        sentences.append("The two cells do not agree.")
    return Verdict(statement, word, tuple(sentences), numbers)


def _agreed(words: list[Word]) -> Word:
    """One word for several cells: against the claim in one is against the claim."""
    if not words:
        return "not tested"
    if all(word == "supported" for word in words):
        return "supported"
    return "contradicted" if "contradicted" in words else "not decidable"


def decidable(statement: Statement, table: Frame, gates: Mapping[str, bool], study: Study) -> Verdict:
    """S6: what classifiers make of public records; ``table`` as of :class:`sim.studies.decidability.Decidability`."""
    gate = study.thresholds["decidability"]
    asked = {"lower": "the lower bound must reach", "estimate": "the estimate must reach"}[gate["rule"]]
    sentences = []
    names = {"copying": "whether copying matters", "strategy": "whether claims are strategic"}
    strata = {"by_rule": "claims timed by rule", "common": "claims at common times"}
    for question, rows in table.groupby("question"):
        parts = []
        for stratum, mine in rows.groupby("stratum", sort=False):
            told = listed(f"{row['classifier']} {cited(row, 'auc')}" for _, row in mine.iterrows())
            parts.append(f"{told} ({strata.get(str(stratum), str(stratum))})")
        state = "decidable" if gates.get(str(question), False) else "not decidable"
        sentences.append(
            f"AUC for {names[str(question)]}: {'; '.join(parts)}; {asked} {gate['auc']:g} in each: {state}."
        )
    is_open = {name: gates.get(name, False) for name in names}
    if len(set(is_open.values())) == 2:
        yes, no = (listed(names[one] for one in names if is_open[one] is state) for state in (True, False))
        sentences.append(f"Public records tell {yes}, not {no}: the statement holds in part.")
    word: Word = "supported" if all(is_open.values()) else "contradicted"
    brief = f"The gate is {listed(f'{"open" if state else "closed"} for {name}' for name, state in is_open.items())}."
    return Verdict(
        statement, word, tuple(sentences), {f"open_{name}": state for name, state in gates.items()}, brief
    )


def backfiring_control(statement: Statement, effects: Frame, thresholds: Frame) -> Verdict:
    """S15: where tighter control narrows the lead; tables as of :mod:`sim.studies.control_curves`."""
    later = effects[effects["outcome"].isin(["lead_year_3", "lead_year_5"])]
    if later.empty:
        return not_tested(statement, "No runs along zeta and b.")
    narrowing = later["reading"] == "negative"
    unknown = (later["reading"] == "open").any()
    word: Word = "supported" if narrowing.any() else "not decidable" if unknown else "contradicted"
    sentences = []
    for year, outcome in ((3, "lead_year_3"), (5, "lead_year_5")):
        mine = later[later["outcome"] == outcome]
        clear, wider = (mine["reading"] == "negative").mean(), (mine["reading"] == "positive").mean()
        parts = []
        for _, row in thresholds[thresholds["year"] == year].iterrows():
            told = (
                f"none up to {effects['zeta'].max():g}" if row["zeta"] != row["zeta"]
                else cited(row, "zeta")
            )  # fmt: skip
            parts.append(f"{told} at b = {row['learning']:g}")
        sentences.append(
            f"After {year} years tightening clearly narrows the lead in {clear:.0%} and widens it in {wider:.0%} of "
            "the "
            f"grid of zeta and b; the threshold zeta is {listed(parts)}."
        )
    early = effects[effects["outcome"] == "lead_year_1"]
    if not early.empty:
        wider, clear = ((early["reading"] == one).mean() for one in ("positive", "negative"))
        sentences.append(
            f"In the first year it widens the lead in {wider:.0%} of the grid and narrows it in {clear:.0%}."
        )
    brief = f"Tightening clearly narrows the lead in {narrowing.mean():.0%} of the grid of zeta, b and year."
    return Verdict(statement, word, tuple(sentences), {"narrowing": float(narrowing.mean())}, brief)


def social_value(statement: Statement, table: Frame) -> Verdict:
    """S22: error of beliefs along the rate of claims; one row a ``claims`` and ``copying`` with ``slope``."""
    if table.empty:
        return not_tested(statement, "No runs along the rate of claims.")
    wanted: Mapping[str, Reading] = {"strategic": "positive", "sincere": "negative"}
    words = [in_all_cells([row["reading"]], wanted[row["claims"]]) for _, row in table.iterrows()]
    parts = [
        f"{cited(row, 'slope')} {cell_name(row['copying'], row['claims'])} ({says(row['reading'])})"
        for _, row in table.iterrows()
    ]
    sentences = [
        f"Slope of {NAMES['error_policymakers']} on the rate of claims (per claim a week and source): "
        f"{'; '.join(parts)}."
    ]
    right = [
        cell_name(row["copying"], row["claims"])
        for (_, row), word in zip(table.iterrows(), words, strict=True)
        if word == "supported"
    ]
    brief = (
        f"The sign claimed is found {listed(right)}." if right else "The sign claimed is found in no cell."
    )
    sentences.append(brief)
    return Verdict(statement, _agreed(words), tuple(sentences), {"cells_as_claimed": len(right)}, brief)


def motive(statement: Statement, effects: Frame) -> Verdict:
    """S24: effect of a motive campaign given the copying campaign, by outcome and cell."""
    mine = effects[effects["outcome"] == "share_policymakers"]
    if mine.empty:
        return not_tested(statement, "No runs with a motive campaign.")
    word = in_all_cells(list(mine["reading"]), "negative")
    sentences = [f"Effect of the motive campaign on {NAMES['share_policymakers']}: {_by_cell(mine)}."]
    sentences.append(_cells_said(mine, "The effect"))
    errors = effects[(effects["outcome"] == "error_policymakers") & (effects["copying"] > 0.0)]
    if not errors.empty:
        sentences.append(f"Where copying matters it changes the error of that belief by {_by_cell(errors)}.")
    brief = _cells_said(mine, "The effect on policymakers' believed copied share")
    return Verdict(statement, word, tuple(sentences), _cell_numbers(mine), brief)


def capital_loop(statement: Statement, table: Frame) -> Verdict:
    """S25: effects with and without the capital loop; ``table`` as of :func:`sim.studies.smaller.amplification`."""
    mine = table[(table["campaign"] == "US side") & (table["outcome"] == "log_multiple")]
    if mine.empty:
        return not_tested(statement, "No runs with and without the loop.")
    words: list[Word] = [
        "not decidable" if not row["clear"] else in_all_cells([row["reading"]], "positive")
        for _, row in mine.iterrows()
    ]
    sentences = []
    for _, row in table.iterrows():
        where = "with" if row["copying"] > 0 else "without"
        sentences.append(
            f"{row['campaign'][0].upper()}{row['campaign'][1:]}, {where} copying, {NAMES[row['outcome']]}: "
            f"{row['with_loop']:+.3g} with the loop, {row['without_loop']:+.3g} without; larger with it by "
            f"{cited(row)} ({says(row['reading'])})."
        )
    told = [
        f"{cited(row)} {'with' if row['copying'] > 0 else 'without'} copying" for _, row in mine.iterrows()
    ]
    brief = f"The US side's effect on ln(V/R) is larger with the loop by {listed(told)}."
    return Verdict(statement, _agreed(words), tuple(sentences), {"difference": list(mine["effect"])}, brief)


# -- words -----------------------------------------------------------------------------------------------------------


def _by_cell(effects: Frame) -> str:
    return "; ".join(
        f"{cited(row)} {cell_name(row['copying'], row['claims'])}" for _, row in effects.iterrows()
    )


def _cells_said(effects: Frame, subject: str) -> str:
    """How many cells read how."""
    counts = effects["reading"].value_counts()
    parts = [
        f"{says(name)} in {counts[name]}"
        for name in ("positive", "negative", "none", "open")
        if name in counts
    ]
    return f"{subject} is {listed(parts)} of {len(effects)} cells."


def _cell_numbers(effects: Frame) -> dict[str, Any]:
    return {
        f"{row['claims']}_{row['copying']:g}": {
            "effect": row["effect"],
            "low": row["low"],
            "high": row["high"],
        }
        for _, row in effects.iterrows()
    }


def read(value: float, low: float, high: float, margin: float = 0.0) -> str:
    """A number with its interval and what that says."""
    return f"{shown(value, low, high)} ({says(reading(low, high, margin))})"

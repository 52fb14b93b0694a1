"""Sentences of the report, each made from a table: the same function says the opposite of opposite numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.studies.backfire import Backfire
from sim.studies.frames import Frame
from sim.studies.statistics import reading
from sim.studies.verdicts import NAMES, Verdict, cited, listed, says, shown

#: Verdicts as readers see them.
WORDS: Mapping[str, str] = {
    "supported": "supported",
    "contradicted": "contradicted",
    "not decidable": "not decidable",
    "not tested": "not tested",
    "withheld": "no verdict",
}


def word(verdict: Verdict, fast: bool = False) -> str:
    """The verdict as readers see it; that of the short version is none."""
    return f"{WORDS[verdict.word]} (no result)" if fast else WORDS[verdict.word]


def summary(verdicts: Sequence[Verdict]) -> str:
    """How many statements came out how."""
    parts = []
    for word, name in WORDS.items():
        keys = [one.statement.key for one in verdicts if one.word == word]
        if keys:
            parts.append(f"{name}: {listed(keys)}")
    return f"Of {len(verdicts)} statements: {'; '.join(parts)}."


def neutrality(checks: Sequence[Mapping[str, object]]) -> str:
    """What the neutrality tests say."""
    failed = [str(check["statement"]) for check in checks if not check["agrees"]]
    if not checks:
        return "The neutrality tests were not run: no verdict on motive or materiality is printed."
    if failed:
        return (
            f"{len(failed)} of {len(checks)} neutrality tests disagree ({'; '.join(failed)}): the model takes a side "
            "as it is, and no verdict on motive or materiality is printed."
        )
    return (
        f"All {len(checks)} neutrality tests agree: beliefs are right on average where they should be, and labels do "
        "not matter."
    )


def gate(gates: Mapping[str, bool]) -> str:
    """What the gates allow."""
    questions = {
        "copying": "materiality (how much copying matters)",
        "strategy": "motive (how claims are chosen)",
    }
    shut = [text for name, text in questions.items() if not gates.get(name, False)]
    if not shut:
        return "Both gates are open: verdicts that need them are printed below."
    opened = [text for name, text in questions.items() if gates.get(name, False)]
    sentence = f"No verdict on {listed(shut)} is printed"
    return f"{sentence}; the gate for {listed(opened)} is open." if opened else f"{sentence}."


def kinds(table: Frame) -> str:
    """From which kind of public series alone the answer can be read."""
    names = {"copying": "whether copying matters", "strategy": "whether claims are strategic"}
    parts = []
    for question, rows in table.groupby("question"):
        ordered = rows.sort_values("auc", ascending=False)
        told = listed(f"{row['kind']} {cited(row, 'auc')}" for _, row in ordered.iterrows())
        parts.append(f"{names[str(question)]}: {told}")
    return f"AUC from one kind of public series alone, {'; '.join(parts)}."


def both_sides(effects: Frame) -> list[str]:
    """What each side's claims by rule, and both together, do to valuation and control."""
    told = []
    for contrast in ("US side", "Chinese side", "both sides", "copying campaign", "parity campaign"):
        parts = []
        for outcome in ("log_multiple", "log_revenue", "access", "chips_target"):
            mine = effects[(effects["contrast"] == contrast) & (effects["outcome"] == outcome)]
            if len(mine):
                parts.append(f"{NAMES[outcome]} {_directions(mine)}")
        if parts:
            told.append(f"**{contrast[0].upper()}{contrast[1:]}**: {'; '.join(parts)}.")
    return told


def beliefs(effects: Frame) -> list[str]:
    """Whether claims bring beliefs nearer to the truth."""
    told = []
    for contrast in ("all claims", "benchmark news", "copying campaign", "parity campaign"):
        parts = []
        for outcome in ("error_investors", "error_policymakers", "gap_error_investors"):
            mine = effects[(effects["contrast"] == contrast) & (effects["outcome"] == outcome)]
            if len(mine):
                parts.append(f"{NAMES[outcome]} {_directions(mine)}")
        if parts:
            told.append(f"**{contrast[0].upper()}{contrast[1:]}**: {'; '.join(parts)}.")
    return told


def _directions(mine: Frame) -> str:
    """Cells that rise, fall, stay or are open, with the range of effects."""
    names = {
        "positive": "rises in",
        "negative": "falls in",
        "none": "stays inside the margin in",
        "open": "is open in",
    }
    counts = mine["reading"].value_counts()
    parts = [f"{names[one]} {counts[one]}" for one in names if one in counts]
    low, high = mine["effect"].min(), mine["effect"].max()
    return f"{listed(parts)} of {len(mine)} cells ({low:+.3g} to {high:+.3g})"


def groups(shares: Frame) -> str:
    """Which group of parameters moves outcomes most over its stated ranges."""
    if shares.empty:
        return "No outcome varies over the stated ranges."
    parts = []
    for outcome, table in shares.groupby("outcome", sort=False):
        ordered = table.sort_values("total", ascending=False)
        first, second = ordered.iloc[0], ordered.iloc[1]
        clear = first["total_low"] > second["total_high"]
        told = shown(first["total"], first["total_low"], first["total_high"])
        parts.append(
            f"{NAMES[str(outcome)]}: {first['group']} ({told})"
            + ("" if clear else f", not clearly before {second['group']}")
        )
    return (
        f"Over the stated ranges the largest total index has, for {'; for '.join(parts)}. Other ranges would give "
        "other indices."
    )


def control(curves: Frame) -> list[str]:
    """What tightening and loosening do along the curves, by way of claiming."""
    told = []
    for outcome, name in (
        ("lead_year_3", "the lead before year 3 (months)"), ("lead_year_5", "the lead before year 5 (months)"),
        ("log_multiple_year_3", "ln(V/R) in year 3"), ("log_revenue_year_3", "ln R in year 3"),
        ("access_year_3", "access control in year 3"),
    ):  # fmt: skip
        parts = []
        for claims in ("silent", "sincere", "strategic"):
            mine = curves[(curves["outcome"] == outcome) & (curves["claims"] == claims)].set_index("strength")
            if {0.0, 0.7} <= set(mine.index):
                up, down = mine.loc[0.7], mine.loc[0.0]
                parts.append(
                    f"{shown(up['change'], up['change_low'], up['change_high'])} at .70 and "
                    f"{shown(down['change'], down['change_low'], down['change_high'])} at 0 with {claims} sources"
                )
        if parts:
            told.append(f"Against .35, {name} changes by {'; '.join(parts)}.")
    return told


def claims_matter(interactions: Frame) -> str:
    """Whether the way of claiming changes what control does."""
    clear = interactions[
        [reading(row["low"], row["high"]) in ("positive", "negative") for _, row in interactions.iterrows()]
    ]
    if clear.empty:
        return "How claims are made clearly changes none of these effects of tightening from .35 to .70."
    parts = [
        f"{row['outcome'].replace('_', ' ')} with {row['against']} instead of silent sources by {cited(row)}"
        for _, row in clear.iterrows()
    ]
    return (
        f"How claims are made changes the effect of tightening from .35 to .70 on {listed(parts)}; the others not "
        "clearly."
    )


def frozen(table: Frame) -> list[str]:
    """What is left of a campaign's effect with paths, and with beliefs about copying, frozen."""
    told = []
    for (campaign, copying), mine in table.groupby(["campaign", "copying"], sort=False):
        by_name = mine.set_index("frozen")
        parts = [
            f"{shown(by_name.loc[name, 'effect'], by_name.loc[name, 'low'], by_name.loc[name, 'high'])} with {text} "
            f"({says(by_name.loc[name, 'reading'])})"
            for name, text in (
                ("nothing", "nothing frozen"), ("policy", "policy frozen"),
                ("policy-enforcement-adoption", "policy, enforcement and adoption frozen"),
                ("beliefs", "beliefs about copying frozen"),
            )
            if name in by_name.index
        ]  # fmt: skip
        where = "with" if float(str(copying)) > 0 else "without"
        told.append(
            f"{str(campaign)[0].upper()}{str(campaign)[1:]}, {where} copying, effect on ln(V/R): {listed(parts)}."
        )
    return told


def backfire(found: Backfire) -> str:
    """One way in which a campaign may backfire, and where."""
    campaign = "The US side's claims by rule" if found.campaign == "US side" else "The dated copying campaign"
    if found.way == "answered":
        campaign = "The dated copying campaign, answered"
    sentence = f"{campaign}: {found.meaning} in {found.of_interest} of {found.cases} plausible draws."
    if found.box is None:
        return f"{sentence} {' '.join(found.remarks)}".strip()
    doubtful = [one.factor for one in found.box.limits if one.doubtful]
    sentence += (
        f" Most densely where {found.box.text} (density {found.box.density:.2f}, coverage {found.box.coverage:.2f}, "
        f"against {found.share:.2f} overall)."
    )
    return f"{sentence} Limits that could be luck: {listed(doubtful)}." if doubtful else sentence


def plausible(table: Frame, patterns: Sequence[str], limit: float) -> str:
    """How many draws observed patterns rule out, and which pattern does."""
    ruled = int((~table["plausible"]).sum())
    if not ruled:
        return f"None of {len(table)} draws lies further than {limit:g} standard deviations from an observed pattern."
    by = {name: int((table[name] > limit).sum()) for name in patterns}
    told = listed(f"{name.replace('_', ' ')} {count}" for name, count in by.items() if count)
    return f"Observed patterns rule out {ruled} of {len(table)} draws ({told})."


def identified(table: Frame, limit: float) -> str:
    """Which factors observed patterns narrow."""
    narrowed = table[table["identified"]]
    rest = f"contraction below {limit:g}"
    if narrowed.empty:
        return f"Observed patterns identify none of the {len(table)} factors ({rest})."
    told = listed(f"{row['factor']} ({row['contraction']:.2f})" for _, row in narrowed.iterrows())
    return f"Observed patterns narrow {told}; the other factors are not identified ({rest})."


def limits(always: Sequence[str], gates: Mapping[str, bool], verdicts: Sequence[Verdict]) -> list[str]:
    """What the study cannot say: what holds always, and what these results add."""
    found = list(always)
    if not gates.get("copying", False):
        found.append(
            "In these results: whether public records of the observed kind come from a world with or without copying."
        )
    if not gates.get("strategy", False):
        found.append(
            "In these results: whether public records of the observed kind come from strategic or sincere sources."
        )
    open_ones = [one.statement.key for one in verdicts if one.word == "not decidable"]
    if open_ones:
        found.append(
            f"In these results: {listed(open_ones)}, for which intervals are too wide or cells disagree."
        )
    untested = [one.statement.key for one in verdicts if one.word == "not tested"]
    if untested:
        found.append(f"In these results: {listed(untested)}, which were not tested.")
    return found

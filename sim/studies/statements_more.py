"""The other statements: verdicts from tables, by the numbers of the study file."""

from __future__ import annotations

from collections.abc import Mapping

from sim.experiments.statistics import mean_interval
from sim.studies.frames import Frame
from sim.studies.smaller import half_life, ratio_needed
from sim.studies.statistics import reading, split
from sim.studies.study import Statement, Study
from sim.studies.verdicts import NAMES, Verdict, Word, cited, in_all_cells, listed, not_tested, says, shown


def material(statement: Statement, table: Frame) -> Verdict:
    """S5: copying ratio needed for two and four months; ``table`` as of :func:`sim.studies.smaller.lead_by_potency`."""
    months = list(statement.numbers["months"])
    low_ratio, high_ratio = float(statement.numbers["r_low"]), float(statement.numbers["r_high"])
    # The interval of the lead turns into one of the ratio: a longer effect needs a smaller ratio.
    needed = [
        (ratio_needed(table, m), ratio_needed(table, m, "high"), ratio_needed(table, m, "low"))
        for m in months
    ]
    value, least, most = needed[0]
    if most == most and most <= low_ratio:
        word: Word = "supported"
    elif value != value or (least == least and least > high_ratio):
        word = "contradicted"
    else:
        word = "not decidable"
    largest = table["ratio"].max()
    parts = []
    for m, (one, low, high) in zip(months, needed, strict=True):
        if one == one:
            above = f"{high:.2g}" if high == high else f"more than {largest:.2g}"
            parts.append(f"{m:g} months need r = {one:.2g} (interval {low:.2g} to {above})")
        else:
            parts.append(f"{m:g} months are not reached up to r = {largest:.2g}")
    sentences = (
        f"How much copying shortens the lead: {listed(parts)}.",
        f"Whether access was that large is not in the data: {low_ratio:g} and {high_ratio:g} are the file's bounds.",
    )
    return Verdict(
        statement,
        word,
        sentences,
        {f"ratio_{m:g}": one for m, (one, _, _) in zip(months, needed, strict=True)},
    )


def timing(statement: Statement, power: Frame, table: Frame) -> Verdict:
    """S7: loadings of claim times; tables as of :mod:`sim.studies.claim_times`."""
    if power.empty:
        return not_tested(statement, "No records of both kinds of source.")
    counts = [int(one) for one in statement.numbers["claims"]]
    wanted = float(statement.numbers["power"])
    names = {"surprise": "narrowing surprises", "flags": "detections"}
    sentences = []
    for _, row in table.iterrows():
        kind = "Strategic" if row["strategic"] else "Sincere"
        sentences.append(
            f"{kind} sources' claims load on {names[row['on']]} by {cited(row, 'loading')} "
            f"(change of the weekly probability per s.d.; {row['claims']:.0f} claims)."
        )
    strong = power[
        [reading(row["low"], row["high"]) in ("positive", "negative") for _, row in power.iterrows()]
    ]
    for _, row in power.iterrows():
        told = listed(f"{row[str(count)]:.2f} with {count}" for count in counts)
        sentences.append(f"Power of the difference on {names[row['on']]}, by claims in a record: {told}.")
    enough = str(20 if 20 in counts else counts[-1])
    if (strong[enough] >= wanted).any():
        word: Word = "supported"
    elif (power[str(counts[-1])] < wanted).all():
        word = "contradicted"
    else:
        word = "not decidable"
    return Verdict(statement, word, tuple(sentences), {"power": power[str(counts[-1])].max()})


def parity_threat(statement: Statement, effects: Frame, asymmetry: Mapping[str, float]) -> Verdict:
    """S8: response to a release one way and the other; tables as of :mod:`sim.studies.smaller`."""
    mine = effects[effects["outcome"] == "log_multiple"].set_index("contrast")
    if set(mine.index) != {"narrower", "wider"}:
        return not_tested(statement, "No runs with surprises both ways.")
    down, up = mine.loc["narrower"], mine.loc["wider"]
    larger = reading(asymmetry["low"], asymmetry["high"])
    if down["reading"] == "negative" and larger == "positive":
        word: Word = "supported"
    elif down["reading"] in ("none", "positive") or larger == "negative":
        word = "contradicted"
    else:
        word = "not decidable"
    observed = float(statement.numbers["observed_change"])
    size = abs(float(down["effect"]))
    sentences = (
        f"A release that narrows the gap by .3 OOM moves ln(V/R) by {cited(down)} over "
        f"13 weeks, one that widens it by {cited(up)}.",
        f"The first is larger in size by {cited(asymmetry, 'difference')}; per OOM "
        f"of believed gap ln(V/R) moves by {asymmetry['narrower']:.2f} and {asymmetry['wider']:.2f}.",
        f"Reported multiples moved by less than {observed:g} in logarithm through the first parity shock; the model's "
        f"response is {'larger' if size > observed else 'not larger'} than that.",
    )
    return Verdict(
        statement, word, sentences, {"narrower": float(down["effect"]), "wider": float(up["effect"])}
    )


def decay(statement: Statement, path: Frame) -> Verdict:
    """S10: half-life of a campaign's effect; ``path`` as of :func:`sim.studies.smaller.decay_path`."""
    limit = float(statement.numbers["half_life"])
    words: list[Word] = []
    sentences = []
    for outcome in ("share_policymakers", "log_multiple"):
        for copying, mine in path[path["outcome"] == outcome].groupby("copying"):
            found = half_life(mine)
            where = "with" if float(str(copying)) > 0 else "without"
            if found != found:
                told, one = "no effect clear of 0 when it ended", "not decidable"
            elif found == float("inf"):
                told, one = "more than half of the effect left at the end of the record", "contradicted"
            else:
                told, one = (
                    f"half of the effect gone after {found:.0f} weeks",
                    "supported" if found < limit else "contradicted",
                )
            sentences.append(f"{NAMES[outcome][0].upper()}{NAMES[outcome][1:]}, {where} copying: {told}.")
            if outcome == "share_policymakers":
                words.append(one)  # type: ignore[arg-type]
    word: Word = (
        "not tested" if not words else "supported" if all(one == "supported" for one in words)
        else "contradicted" if "contradicted" in words else "not decidable"
    )  # fmt: skip
    return Verdict(statement, word, tuple(sentences))


def observability(statement: Statement, slope: Mapping[str, float], table: Frame) -> Verdict:
    """S13: bias of share claims along the reveal rate; inputs as of :mod:`sim.studies.claim_times`."""
    found = reading(slope["low"], slope["high"], float(statement.numbers["margin"]))
    word: Word = (
        "supported" if found == "negative" else "not decidable" if found == "open" else "contradicted"
    )
    sentences = [
        f"The mean size of bias in strategic claims about the copied share changes by "
        f"{cited(slope, 'slope')} per unit of the log of the reveal rate ({says(found)})."
    ]
    for what, strategic, name in (
        ("bias", True, "Mean bias of strategic claims"),
        ("wrong", False, "Share of sincere claims off by more than 0.2"),
    ):
        rows = table[(table["what"] == what) & (table["strategic"] == strategic)]
        told = listed(f"{cited(row, 'value')} at {row['reveal_rate']:g} a year" for _, row in rows.iterrows())
        sentences.append(f"{name}: {told}." if told else "")
    return Verdict(statement, word, tuple(filter(None, sentences)), dict(slope))


def fingerprint(statement: Statement, found: Mapping[str, float], study: Study) -> Verdict:
    """S14: copying against spillover worlds; ``found`` as of :func:`sim.studies.claim_times.fingerprint_auc`."""
    gate = study.thresholds["decidability"]
    limit = float(gate["auc"])
    value = found["low"] if gate["rule"] == "lower" else found["auc"]
    word: Word = (
        "supported" if value >= limit else "contradicted" if found["high"] < limit else "not decidable"
    )
    sentences = (
        f"AUC of the cross-correlation: {cited(found, 'auc')} over {found['records']:.0f} records "
        f"({limit:g} is asked); the mean gap is {found['lead_copying']:.2f} OOM with copying only and "
        f"{found['lead_spillover']:.2f} with spillovers only.",
    )
    return Verdict(statement, word, sentences, dict(found))


def two_instruments(statement: Statement, table: Frame) -> Verdict:
    """S17: enforcement and control together; ``table`` as of :func:`sim.studies.smaller.cross_difference`."""
    by_outcome = table.set_index("outcome")
    if "lead" not in by_outcome.index:
        return not_tested(statement, "No runs of the two instruments.")
    word = in_all_cells([by_outcome.loc["lead", "reading"]], "positive")
    told = [
        f"{NAMES[str(name)]} {cited(row)} ({says(row['reading'])})" for name, row in by_outcome.iterrows()
    ]
    substitutes = [NAMES[str(name)] for name, row in by_outcome.iterrows() if row["reading"] == "negative"]
    second = (
        f"They are substitutes for {listed(substitutes)}."
        if substitutes
        else "They are clearly substitutes for none of these."
    )
    return Verdict(statement, word, (f"Cross difference: {'; '.join(told)}.", second))


def diffusion(statement: Statement, table: Frame) -> Verdict:
    """S18: slopes on kappa_o; ``table`` as of :func:`sim.studies.smaller.diffusion_slopes`."""
    word = in_all_cells(list(table["reading"]), "negative")
    told = [f"{row['what']} {cited(row, 'slope')} ({says(row['reading'])})" for _, row in table.iterrows()]
    return Verdict(statement, word, (f"Slopes per unit of kappa_o: {'; '.join(told)}.",))


def ecosystems(statement: Statement, table: Frame) -> Verdict:
    """S23: slopes of bifurcation; ``table`` as of :func:`sim.studies.smaller.ecosystem_slopes`."""
    last = table[table["year"] == table["year"].max()]
    word = in_all_cells(list(last["reading"]), "positive")
    names = {"strength": "chip control", "distrust": "chi_d"}
    sentences = []
    for factor, rows in table.groupby("on"):
        told = listed(f"{cited(row, 'slope')} in year {row['year']}" for _, row in rows.iterrows())
        sentences.append(f"Slope of bifurcation on {names[str(factor)]}: {told}.")
    return Verdict(statement, word, tuple(sentences))


def symmetric_errors(statement: Statement, table: Frame, study: Study) -> Verdict:
    """S26: rates of error with and without copying; ``table`` as of :func:`sim.studies.cells.believers`."""
    margin = float(statement.numbers["margin"])
    words: list[Word] = []
    sentences = []
    for claims, rows in table.groupby("claims"):
        found = mean_interval(rows["difference"], split(study.confidence, table["claims"].nunique()))
        low, high = (found.mean, found.mean) if rows["difference"].std() == 0.0 else (found.low, found.high)
        is_so = reading(low, high, margin)
        words.append(
            "supported" if is_so == "none" else "not decidable" if is_so == "open" else "contradicted"
        )
        sentences.append(
            f"With {claims} claims investors side wrongly in {rows['without'].mean():.2f} of the histories without and "
            f"{rows['with'].mean():.2f} of those with copying; difference {shown(found.mean, low, high)}."
        )
    word: Word = (
        "not tested" if not words else "supported" if all(one == "supported" for one in words)
        else "contradicted" if "contradicted" in words else "not decidable"
    )  # fmt: skip
    return Verdict(statement, word, tuple(sentences))

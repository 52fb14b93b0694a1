"""Verdicts from synthetic tables: each statement is fed numbers for and against, and word and sentence must turn."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.studies import statements, statements_more
from sim.studies.statistics import reading
from sim.studies.verdicts import Verdict, in_all_cells, withheld
from tests.studies.conftest import cells, shares


def say(verdict: Verdict) -> str:
    return " ".join(verdict.sentences)


# -- S1 ---------------------------------------------------------------------------------------------------------------


def ratios(ratio: float, spread: float = 0.1) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"outcome": name, "narrative": ratio, "benchmark": 1.0, "ratio": ratio, "low": ratio * (1 - spread),
             "high": ratio * (1 + spread), "pairs": 100}
            for name in ("log_multiple", "log_revenue", "chips", "lead")
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("ratio", "spread", "word", "said"),
    [
        (1.0, 0.1, "supported", "inside the band"), (0.1, 0.1, "contradicted", "less than news"),
        (5.0, 0.1, "contradicted", "more than news"), (0.5, 0.3, "not decidable", "across an end"),
        (1.0, 0.9, "not decidable", "across an end"),
    ],
)  # fmt: skip
def test_knockout(statement, ratio, spread, word, said):
    verdict = statements.knockout(statement("S1"), ratios(ratio, spread))
    assert verdict.word == word
    assert said in say(verdict)


def test_the_band_is_that_of_the_file(statement):
    wider = replace(statement("S1"), numbers={"band": [0.05, 0.2]})
    assert statements.knockout(wider, ratios(0.1)).word == "supported"


# -- S2, S24 ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("effect", "positive", "word"),
    [
        (0.05, 0.9, "supported"), (-0.05, 0.1, "contradicted"), (0.0001, 0.5, "not decidable"),
        (0.05, 0.2, "contradicted"), (0.05, 0.5, "not decidable"),
    ],
)  # fmt: skip
def test_protection(statement, effect, positive, word):
    verdict = statements.protection(statement("S2"), cells(effect), shares(positive))
    assert verdict.word == word
    assert f"{positive:.2f}" in say(verdict)


def test_an_effect_of_no_size_contradicts_protection(statement):
    verdict = statements.protection(statement("S2"), cells(0.0, width=0.001), shares(0.5))
    assert verdict.word == "contradicted"
    assert "inside the margin in 4 of 4 cells" in verdict.brief


def test_one_cell_against_it_is_enough(statement):
    table = cells(0.05)
    table.loc[0, ["effect", "low", "high", "reading"]] = [-0.05, -0.06, -0.04, "negative"]
    assert statements.protection(statement("S2"), table, shares(0.9)).word == "contradicted"


@pytest.mark.parametrize(
    ("effect", "word"), [(-0.1, "supported"), (0.1, "contradicted"), (0.0, "not decidable")]
)
def test_motive(statement, effect, word):
    table = pd.concat(
        [cells(effect, outcome="share_policymakers"), cells(-effect, outcome="error_policymakers")]
    )
    verdict = statements.motive(statement("S24"), table)
    assert verdict.word == word
    assert "Where copying matters" in say(verdict)


# -- S3 ---------------------------------------------------------------------------------------------------------------


def linkage(access: float, neutral: float, linked: float) -> pd.DataFrame:
    rows = []
    for outcome, effects in (("access", (access,) * 3), ("chips_target", (-linked, neutral, linked))):
        for link, effect in zip((-1.0, 0.0, 1.0), effects, strict=True):
            for copying in (0.0, 0.5):
                low, high = effect - 0.01, effect + 0.01
                rows.append(
                    {"outcome": outcome, "link": link, "copying": copying, "effect": effect, "low": low, "high": high,
                     "reading": reading(low, high, 0.02)}
                )  # fmt: skip
    return pd.DataFrame(rows)


def test_controls_raised_by_themselves(statement):
    verdict = statements.controls(statement("S3"), linkage(0.2, 0.1, 0.3))
    assert verdict.word == "supported"
    assert "raises access control and target of chip control" in verdict.brief


def test_controls_raised_only_where_issues_are_linked(statement):
    verdict = statements.controls(statement("S3"), linkage(0.2, 0.0, 0.3))
    assert verdict.word == "contradicted"
    assert "raises access control only" in verdict.brief
    assert "told that the issues are linked" in say(verdict)


def test_controls_lowered(statement):
    verdict = statements.controls(statement("S3"), linkage(-0.2, -0.1, 0.0))
    assert verdict.word == "contradicted"
    assert "neither instrument" in verdict.brief
    assert "issues are linked" not in say(verdict)


# -- S4 ---------------------------------------------------------------------------------------------------------------


def paths(share: float, spread: float = 0.1, clear: bool = True) -> pd.DataFrame:
    rows = []
    for copying in (0.0, 0.5):
        for path, part in (
            ("policy", share),
            ("enforcement", 0.0),
            ("adoption", 0.0),
            ("beliefs alone", 1 - share),
            ("total", 1.0),
        ):
            row = {"campaign": "copying campaign", "copying": copying, "outcome": "log_multiple", "path": path,
                   "effect": 0.1 * part, "low": 0.1 * part - 0.01, "high": 0.1 * part + 0.01}  # fmt: skip
            known = clear and path != "total"
            rows.append(
                row
                | {
                    "share": part if known else np.nan,
                    "share_low": part - spread,
                    "share_high": part + spread,
                }
            )
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("share", "spread", "clear", "word"),
    [
        (0.9, 0.1, True, "supported"),
        (0.1, 0.1, True, "contradicted"),
        (0.5, 0.2, True, "not decidable"),
        (0.9, 0.1, False, "not decidable"),
    ],
)
def test_two_step(statement, share, spread, clear, word):
    verdict = statements.two_step(statement("S4"), paths(share, spread, clear))
    assert verdict.word == word
    assert ("nothing to share out" in say(verdict)) is not clear


# -- S6 and gates -----------------------------------------------------------------------------------------------------


def aucs(copying: float, strategy: float) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "question": question,
                "classifier": name,
                "stratum": stratum,
                "auc": auc,
                "low": auc - 0.03,
                "high": auc + 0.03,
            }
            for stratum in ("all records", "by_rule", "common")
            for question, auc in (("copying", copying), ("strategy", strategy))
            for name in ("logistic regression", "random forest")
        ]
    )


@pytest.mark.parametrize(
    ("copying", "strategy", "word"),
    [
        (0.9, 0.9, "supported"),
        (0.6, 0.6, "contradicted"),
        (0.9, 0.6, "contradicted"),
        (0.72, 0.71, "contradicted"),
    ],
)
def test_decidable(study, statement, copying, strategy, word):
    from sim.studies.decidability import gates

    table = aucs(copying, strategy)
    verdict = statements.decidable(statement("S6"), table, gates(table, study), study)
    assert verdict.word == word


def test_a_gate_must_be_passed_in_every_stratum(study):
    from sim.studies.decidability import gates

    table = aucs(0.9, 0.9)
    weak = (table["question"] == "strategy") & (table["stratum"] == "common")
    table.loc[weak, ["auc", "low", "high"]] = [0.65, 0.6, 0.7]
    assert gates(table, study) == {"copying": True, "strategy": False}
    # One classifier that passes everywhere is enough.
    table.loc[weak & (table["classifier"] == "random forest"), ["auc", "low", "high"]] = [0.9, 0.87, 0.93]
    assert gates(table, study) == {"copying": True, "strategy": True}


def test_the_rule_of_the_gate_is_that_of_the_file(study):
    from sim.studies.decidability import gates

    table = aucs(0.72, 0.72)
    by_estimate = dict(study.thresholds) | {
        "decidability": dict(study.thresholds["decidability"]) | {"rule": "estimate"}
    }
    assert gates(table, study) == {"copying": False, "strategy": False}
    assert gates(table, replace(study, thresholds=by_estimate)) == {"copying": True, "strategy": True}


def test_a_closed_gate_leaves_no_verdict_and_no_sentence(statement):
    verdict = Verdict(statement("S5"), "supported", ("Copying is material.",), {"ratio": 1.0}, "It is.")
    shut = withheld(verdict, {"copying": False, "strategy": True})
    assert shut.word == "withheld"
    assert "material" not in say(shut)
    assert shut.why != "It is."
    assert not shut.numbers
    assert withheld(verdict, {"copying": True}) is verdict
    # No gate known is a closed gate; a statement without a gate has none to pass.
    assert withheld(verdict, {}).word == "withheld"
    free = Verdict(statement("S1"), "supported", ("It is.",))
    assert withheld(free, {}) is free


def test_statements_on_motive_and_materiality_have_gates(study):
    assert study.statements["S5"].gate == "copying"
    assert study.statements["S7"].gate == "strategy"


# -- S15 --------------------------------------------------------------------------------------------------------------


def lead(late: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = [
        {"zeta": zeta, "learning": b, "outcome": outcome, "effect": effect, "low": effect - 0.1, "high": effect + 0.1,
         "reading": reading(effect - 0.1, effect + 0.1, 0.25)}
        for zeta in (0.0, 3.0)
        for b in (0.0, 0.3)
        for outcome, effect in (("lead_year_1", 1.0), ("lead_year_3", 1.0), ("lead_year_5", late if zeta else 1.0))
    ]  # fmt: skip
    edges = [
        {
            "learning": b,
            "year": year,
            "zeta": 2.0 if late < 0 and year == 5 else np.nan,
            "low": 1.5,
            "high": 2.5,
            "found": 1.0,
        }
        for b in (0.0, 0.3)
        for year in (1, 3, 5)
    ]
    return pd.DataFrame(rows), pd.DataFrame(edges)


@pytest.mark.parametrize(
    ("late", "word", "said"), [(-2.0, "supported", "2.0 [1.5, 2.5]"), (2.0, "contradicted", "none up to 3")]
)
def test_backfiring_control(statement, late, word, said):
    verdict = statements.backfiring_control(statement("S15"), *lead(late))
    assert verdict.word == word
    assert said in say(verdict)


# -- S22, S25 ---------------------------------------------------------------------------------------------------------


def intensity(strategic: float, sincere: float) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"claims": claims, "copying": copying, "slope": slope, "low": slope - 0.01, "high": slope + 0.01,
             "reading": reading(slope - 0.01, slope + 0.01, 0.02)}
            for claims, slope in (("sincere", sincere), ("strategic", strategic))
            for copying in (0.0, 0.5)
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("strategic", "sincere", "word", "said"),
    [
        (0.1, -0.1, "supported", "found without copying, sincere"),
        (-0.1, -0.1, "contradicted", "found without copying, sincere"),
        (-0.1, 0.1, "contradicted", "in no cell"), (0.02, -0.02, "not decidable", "found without"),
    ],
)  # fmt: skip
def test_social_value(statement, strategic, sincere, word, said):
    table = intensity(strategic, sincere)
    if word == "not decidable":
        table.loc[table["claims"] == "strategic", ["low", "high", "reading"]] = [-0.1, 0.14, "open"]
    verdict = statements.social_value(statement("S22"), table)
    assert verdict.word == word
    assert said in say(verdict)


def loop(difference: float, clear: bool = True) -> pd.DataFrame:
    rows = []
    for campaign in ("US side", "copying campaign"):
        for copying in (0.0, 0.5):
            low, high = difference - 0.005, difference + 0.005
            rows.append(
                {"campaign": campaign, "copying": copying, "outcome": "log_multiple", "with_loop": 0.05 + difference,
                 "without_loop": 0.05, "clear": clear, "effect": difference, "low": low, "high": high,
                 "reading": reading(low, high, 0.01)}
            )  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("difference", "clear", "word"),
    [
        (0.03, True, "supported"),
        (-0.03, True, "contradicted"),
        (0.0, True, "contradicted"),
        (0.03, False, "not decidable"),
    ],
)
def test_capital_loop(statement, difference, clear, word):
    assert statements.capital_loop(statement("S25"), loop(difference, clear)).word == word


# -- the others -------------------------------------------------------------------------------------------------------


def potency(months_at_two: float) -> pd.DataFrame:
    ratio = np.linspace(0.0, 2.0, 9)
    shorter = months_at_two * ratio / 2.0
    return pd.DataFrame({"ratio": ratio, "shorter": shorter, "low": 0.9 * shorter, "high": 1.1 * shorter})


@pytest.mark.parametrize(
    ("months", "word", "said"),
    [(20.0, "supported", "r = 0.2"), (8.0, "not decidable", "r = 0.5"), (1.0, "contradicted", "not reached")],
)
def test_material(statement, months, word, said):
    verdict = statements_more.material(statement("S5"), potency(months))
    assert verdict.word == word
    assert said in say(verdict)


def surprise(narrower: float, wider: float) -> tuple[pd.DataFrame, dict[str, float]]:
    rows = [
        {"contrast": name, "outcome": "log_multiple", "effect": effect, "low": effect - 0.01, "high": effect + 0.01,
         "reading": reading(effect - 0.01, effect + 0.01, 0.01)}
        for name, effect in (("narrower", narrower), ("wider", wider))
    ]  # fmt: skip
    gap = -narrower - wider
    found = {
        "difference": gap,
        "low": gap - 0.02,
        "high": gap + 0.02,
        "narrower": narrower / 0.3,
        "wider": wider / 0.3,
    }
    return pd.DataFrame(rows), found


@pytest.mark.parametrize(
    ("narrower", "wider", "word"),
    [
        (-0.3, 0.1, "supported"),
        (-0.1, 0.3, "contradicted"),
        (0.1, 0.1, "contradicted"),
        (-0.2, 0.2, "not decidable"),
    ],
)
def test_parity_threat(statement, narrower, wider, word):
    assert statements_more.parity_threat(statement("S8"), *surprise(narrower, wider)).word == word


def fading(half: float) -> pd.DataFrame:
    week = np.arange(0, 156, 4)
    effect = np.where(week <= 52, 0.2 * week / 52, 0.2 * 0.5 ** ((week - 52) / half))
    rows = [
        pd.DataFrame(
            {
                "copying": copying,
                "outcome": outcome,
                "week": week,
                "effect": effect,
                "low": effect - 0.005,
                "high": effect + 0.005,
            }
        )
        for copying in (0.0, 0.5)
        for outcome in ("share_policymakers", "log_multiple")
    ]
    return pd.concat(rows)


@pytest.mark.parametrize(
    ("half", "word"), [(10.0, "supported"), (90.0, "contradicted"), (1000.0, "contradicted")]
)
def test_decay(statement, half, word):
    verdict = statements_more.decay(statement("S10"), fading(half))
    assert verdict.word == word
    if half == 10.0:
        assert "after 10 weeks" in say(verdict)


@pytest.mark.parametrize(
    ("auc", "word"), [(0.9, "supported"), (0.55, "contradicted"), (0.69, "not decidable")]
)
def test_fingerprint(study, statement, auc, word):
    found = {
        "auc": auc,
        "low": auc - 0.03,
        "high": auc + 0.03,
        "records": 100.0,
        "lead_copying": 0.6,
        "lead_spillover": 0.6,
    }
    assert statements_more.fingerprint(statement("S14"), found, study).word == word


def test_instruments(statement):
    def table(lead: float, revenue: float) -> pd.DataFrame:
        return pd.DataFrame(
            [
                {
                    "outcome": name,
                    "effect": effect,
                    "low": effect - 0.1,
                    "high": effect + 0.1,
                    "reading": reading(effect - 0.1, effect + 0.1, 0.25),
                }
                for name, effect in (("lead", lead), ("log_revenue", revenue))
            ]
        )

    together = statements_more.two_instruments(statement("S17"), table(1.0, -1.0))
    assert together.word == "supported"
    assert "substitutes for ln R" in say(together)
    assert statements_more.two_instruments(statement("S17"), table(-1.0, 1.0)).word == "contradicted"


@pytest.mark.parametrize(
    ("slope", "word"), [(-0.1, "supported"), (0.1, "contradicted"), (0.0, "contradicted")]
)
def test_observability_and_diffusion(statement, slope, word):
    low, high = slope - 0.002, slope + 0.002
    bias = pd.DataFrame(
        [{"what": "bias", "strategic": True, "reveal_rate": 0.1, "value": 0.05, "low": 0.04, "high": 0.06}]
    )
    verdict = statements_more.observability(
        statement("S13"), {"slope": slope, "low": low, "high": high}, bias
    )
    assert verdict.word == word
    table = pd.DataFrame(
        [
            {"what": what, "slope": slope, "low": low, "high": high, "reading": reading(low, high, 0.01)}
            for what in "ab"
        ]
    )
    assert statements_more.diffusion(statement("S18"), table).word == word


@pytest.mark.parametrize(
    ("slope", "word"), [(0.1, "supported"), (-0.1, "contradicted"), (0.0, "contradicted")]
)
def test_ecosystems(statement, slope, word):
    table = pd.DataFrame(
        [
            {
                "on": on,
                "year": year,
                "slope": slope,
                "low": slope - 0.01,
                "high": slope + 0.01,
                "reading": reading(slope - 0.01, slope + 0.01, 0.02),
            }
            for on in ("strength", "distrust")
            for year in (1, 2, 3)
        ]
    )
    assert statements_more.ecosystems(statement("S23"), table).word == word


@pytest.mark.parametrize(("without", "word"), [(0.2, "supported"), (0.9, "contradicted")])
def test_errors_of_believers(study, statement, without, word):
    luck = np.random.default_rng(0).random((2, 200))
    rows = [
        {"claims": claims, "without": float(luck[k, seed] < without), "with": float(luck[k, seed] < 0.2)}
        for k, claims in enumerate(("sincere", "strategic"))
        for seed in range(200)
    ]
    table = pd.DataFrame(rows)
    table["difference"] = table["without"] - table["with"]
    assert statements_more.symmetric_errors(statement("S26"), table, study).word == word


def test_timing(statement):
    def power(at_20: float, at_60: float, gap: float) -> pd.DataFrame:
        return pd.DataFrame(
            [
                {
                    "on": "surprise",
                    "difference": gap,
                    "low": gap - 0.01,
                    "high": gap + 0.01,
                    "3": 0.1,
                    "7": 0.2,
                    "20": at_20,
                    "60": at_60,
                }
            ]
        )

    loads = pd.DataFrame(
        [{"strategic": True, "on": "surprise", "loading": 0.1, "low": 0.05, "high": 0.15, "claims": 40.0}]
    )
    judge = statements_more.timing
    assert judge(statement("S7"), power(0.9, 1.0, 0.1), loads).word == "supported"
    assert judge(statement("S7"), power(0.2, 0.4, 0.1), loads).word == "contradicted"
    assert judge(statement("S7"), power(0.5, 0.9, 0.1), loads).word == "not decidable"
    assert judge(statement("S7"), power(0.9, 1.0, 0.0), loads).word == "not decidable"


def test_cells_agree_or_not():
    assert in_all_cells(["positive"] * 3, "positive") == "supported"
    assert in_all_cells(["positive", "open"], "positive") == "not decidable"
    assert in_all_cells(["positive", "open", "none"], "positive") == "contradicted"
    assert in_all_cells([], "positive") == "not tested"

"""Sentences of the report turn with the numbers that they are made of."""

import pandas as pd
import pytest

from sim.studies import wording
from sim.studies.verdicts import Verdict
from tests.studies.conftest import cells


def moves(claims_alone: float) -> pd.DataFrame:
    rows = []
    for switch, other, size in (
        ("claims", "on", 0.1),
        ("claims", "off", claims_alone),
        ("news", "on", 0.3),
        ("news", "off", 0.3),
    ):
        rows.append(
            {
                "outcome": "log_multiple",
                "switch": switch,
                "other": other,
                "moves": size,
                "low": size - 0.02,
                "high": size + 0.02,
            }
        )
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("claims_alone", "said"),
    [(0.3, "with news off (more)"), (0.05, "with news off (less)"), (0.11, "with news off (not clearly")],
)
def test_substitutes(claims_alone, said):
    assert said in wording.substitutes(moves(claims_alone))


def test_the_largest_group_is_named_and_doubted():
    def table(first: float, second: float) -> pd.DataFrame:
        rows = [("narrative", first), ("benchmark", second), ("investors", 0.01)]
        return pd.DataFrame(
            [
                {
                    "outcome": "log_multiple",
                    "group": group,
                    "total": total,
                    "total_low": total - 0.1,
                    "total_high": total + 0.1,
                }
                for group, total in rows
            ]
        )

    assert "narrative (0.8" in wording.groups(table(0.8, 0.2))
    assert "not clearly" not in wording.groups(table(0.8, 0.2))
    assert "benchmark (0.8" in wording.groups(table(0.2, 0.8))
    assert "not clearly before narrative" in wording.groups(table(0.7, 0.8))
    assert "No outcome varies" in wording.groups(pd.DataFrame())


def test_gates_in_words():
    assert wording.gate({"copying": True, "strategy": True}).startswith("Both gates are open")
    half = wording.gate({"copying": False, "strategy": True})
    assert "No verdict on materiality" in half
    assert "the gate for motive" in half
    assert "materiality" in wording.gate({})
    assert "motive" in wording.gate({})


def test_cells_are_counted():
    table = cells(0.05).assign(contrast="US side")
    assert "rises in 4 of 4 cells" in wording.both_sides(table)[0]
    assert "falls in 4 of 4 cells" in wording.both_sides(cells(-0.05).assign(contrast="US side"))[0]
    assert "is open in 4 of 4 cells" in wording.both_sides(cells(0.001).assign(contrast="US side"))[0]


def test_whether_claims_change_what_control_does():
    table = pd.DataFrame(
        [{"against": "strategic", "outcome": "lead_year_3", "effect": 1.0, "low": 0.5, "high": 1.5}]
    )
    assert "changes the effect" in wording.claims_matter(table)
    assert "clearly changes none" in wording.claims_matter(table.assign(low=-0.5))


def test_what_patterns_narrow():
    table = pd.DataFrame(
        {"factor": ["potency", "trust"], "contraction": [0.5, 0.05], "identified": [True, False]}
    )
    assert "narrow potency (0.50)" in wording.identified(table, 0.2)
    assert "identify none of the 2 factors" in wording.identified(table.assign(identified=False), 0.2)


def test_limits_grow_with_what_is_open(statement):
    verdicts = [
        Verdict(statement("S2"), "not decidable", ("x",)),
        Verdict(statement("S13"), "not tested", ("y",)),
    ]
    found = wording.limits(["Always."], {"copying": True, "strategy": True}, verdicts)
    assert found[0] == "Always."
    assert any("S2" in line for line in found)
    assert any("S13" in line for line in found)
    assert len(wording.limits(["Always."], {"copying": True, "strategy": True}, [])) == 1
    assert len(wording.limits(["Always."], {}, [])) == 3


def test_the_summary_counts_every_word(statement):
    verdicts = [
        Verdict(statement(key), word, ("x",))
        for key, word in (("S1", "supported"), ("S2", "contradicted"), ("S5", "withheld"))
    ]
    told = wording.summary(verdicts)
    assert "supported: S1" in told
    assert "contradicted: S2" in told
    assert "no verdict: S5" in told

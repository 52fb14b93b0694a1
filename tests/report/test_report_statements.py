"""Sentences follow the numbers: other numbers, other sentences."""

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from sim.analysis.noise import Noise
from sim.analysis.results import Sensitivity
from sim.experiments.sweep.factors import Factor
from sim.experiments.sweep.outcomes import Outcome
from sim.report import statements
from sim.report.labels import Labels, described, provenance, value_range, wrapped
from sim.report.markup import words

FACTORS = (
    Factor("a", low=0.0, high=1.0),
    Factor("b", low=0.0, high=1.0),
    Factor("c", kind="choice", values=("x", "y")),
)
LABELS = Labels.of(FACTORS, (Outcome("lag", "lag", unit="months"), Outcome("n", "n", unit="count")))
NOISE = Noise(4, 20, 1.0, 0.1, 0.1, 0.4, True)


def found(
    method: Any, table: pd.DataFrame, pairs: pd.DataFrame | None = None, **statistics: float
) -> Sensitivity:
    return Sensitivity(
        outcome="lag", unit="months", method=method, table=table, pairs=pairs, statistics=statistics, noise=NOISE,
        rows=20, rows_left_out=0, samples=20, confidence=0.95, bootstrap=100,
    )  # fmt: skip


def told(result: Sensitivity) -> str:
    return words(" ".join(statements.sensitivity(result, LABELS)))


def intervals(name: str, values: list[float], half: float, index: str = "abc") -> pd.DataFrame:
    frame = pd.DataFrame({name: values}, index=pd.Index(list(index[: len(values)]), name="input"))
    return frame.assign(**{f"{name}_low": frame[name] - half, f"{name}_high": frame[name] + half})


def sobol(first: float, second: float, alone: float, half: float) -> pd.DataFrame:
    total = intervals("ST", [first, second, 0.01], half)
    return total.join(intervals("S1", [alone, 0.1, 0.0], half))


def test_sobol_apart_and_overlapping() -> None:
    text = told(found("sobol", sobol(0.61, 0.3, 0.5, 0.03)))
    assert "a has the largest total index for lag, 0.61 [0.58, 0.64]" in text
    assert "does not overlap that of the next, b, 0.30 [0.27, 0.33]" in text
    assert "On their own, factors explain 60 % of the variance" in text.replace("\xa0", " ")
    assert "c hardly matters" in text
    text = told(found("sobol", sobol(0.61, 0.55, 0.88, 0.1)))
    assert "overlaps that of the next, b" in text
    assert "so that their order is open" in text
    assert "add up to 0.98" in text
    assert "hardly" not in text


def test_interactions_are_told_only_if_clear() -> None:
    index = pd.MultiIndex.from_tuples([("a", "b"), ("a", "c")], names=["first", "second"])
    pairs = pd.DataFrame({"S2": [0.2, 0.3], "S2_low": [0.1, -0.1], "S2_high": [0.3, 0.7]}, index=index)
    table = sobol(0.61, 0.3, 0.5, 0.03)
    assert "strongest interaction is that of a and b: second-order index 0.20" in told(
        found("sobol", table, pairs)
    )
    none = pairs.assign(S2_low=-0.2)
    assert "No pair of factors" in told(found("sobol", table, none))


def test_morris_tells_direction_for_numbers_only() -> None:
    table = intervals("mu_star", [2.0, 1.0, 0.9], 0.2).assign(mu=[2.0, -1.0, 0.9], sigma=[0.1, 0.2, 1.5])
    text = told(found("morris", table))
    assert "a moves lag most over its range, 2.00 [1.80, 2.20] months" in text
    assert "a raises it" in text
    assert "b lowers it" in text
    assert "c raises" not in text
    assert "The effect of c depends on where" in text
    other = told(found("morris", table.assign(mu=[-2.0, 0.1, 0.9])))
    assert "a lowers it" in other
    assert "b " not in other.partition("lowers it")[2].partition("The effect")[0]


@pytest.mark.parametrize(
    ("r2", "said"), [(0.9, "describe the responses well"), (0.6, "part of the variance"), (0.2, "say little")]
)
def test_regression_tells_sign_and_fit(r2: float, said: str) -> None:
    table = intervals("SRRC", [-0.7, 0.4, 0.01], 0.05)
    text = told(found("regression", table, r2=r2, r2_rank=r2))
    assert "a has the largest rank regression coefficient in size for lag, 0.70 [0.65, 0.75]" in text
    assert "lag falls with a" in text
    assert said in text
    assert "The interval of c includes zero" in text
    choice = told(found("regression", intervals("SRRC", [0.7, 0.4], 0.05, "cb"), r2=r2))
    assert "lag is higher with c = y" in choice


def test_one_at_a_time_and_grid() -> None:
    table = intervals("range", [3.0, 1.0], 0.5).assign(
        base=5.0,
        lowest=[4.0, 4.5],
        at_lowest=[0.0, 0.1],
        highest=[7.0, 5.5],
        at_highest=[1.0, 0.9],
        noise=[0.1, 0.9],
    )
    text = told(found("one-at-a-time", table))
    assert "a moves lag most: from 4.00 months (at 0) to 7.00 months (at 1)" in text
    assert "The range of b could be luck alone" in text
    shares = intervals("share", [0.4, 0.35], 0.05)
    assert "explains the largest part of the variance" in told(found("variance-shares", shares))
    shares = intervals("share", [0.8, 0.1], 0.05)
    text = told(found("variance-shares", shares)).replace("\xa0", " ")
    assert "a explains most of the variance of lag over the grid, on its own, 0.80 [0.75, 0.85]" in text
    assert "does not overlap that of the next, b" in text
    assert "each on its own, explain 90 %" in text
    open_ = told(found("variance-shares", intervals("share", [0.51, 0.49], 0.3)))
    assert "a explains the largest part" in open_
    assert "so that their order is open" in open_
    bare = told(found("variance-shares", shares[["share"]])).replace("\xa0", " ")
    assert "on its own: 80 %." in bare


def test_luck() -> None:
    text = statements.noise(NOISE).replace("\xa0", " ")
    assert (
        text == "Luck makes 40 % of the variance of single runs, and 10 % of that of means over 4 replicates."
    )
    nan = float("nan")
    assert statements.noise(Noise(1, 20, 1.0, nan, nan, nan, True)) == ""
    assert "no part" in statements.noise(Noise(4, 20, 1.0, 0.0, 0.0, 0.0, True))


def effect(difference: float, low: float, high: float, standardised: float = 0.5) -> Any:
    return SimpleNamespace(
        outcome="lag", factor="c", from_level="x", to_level="y", difference=difference, low=low, high=high,
        standardised=standardised,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (effect(0.4, 0.2, 0.6), "c raises lag by 0.40 [0.20, 0.60] months (0.50 standard deviations)"),
        (effect(-0.4, -0.6, -0.2), "c lowers lag by 0.40 [0.20, 0.60] months"),
        (effect(0.1, -0.2, 0.4), "no effect on lag that can be told from zero: 0.1 [−0.2, 0.4] months"),
        (effect(0.0, 0.0, 0.0), "does not change lag at all"),
        (effect(0.1, float("nan"), float("nan")), "one seed gives no interval"),
    ],
)
def test_effects(case: Any, said: str) -> None:
    assert said in words(statements.effect(case, LABELS))


def test_courses() -> None:
    table = pd.DataFrame({"level": [0.0, 0.5, 1.0], "mean": [1.0, 2.0, 3.0]})
    assert "rises from 1.00 months at 0 to 3.00 months at 1, without a turn" in statements.course(
        table, "a", "lag", LABELS
    )
    assert "falls from" in statements.course(table.assign(mean=[3.0, 2.0, 2.0]), "a", "lag", LABELS)
    turning = statements.course(table.assign(mean=[1.0, 4.0, 3.0]), "a", "lag", LABELS)
    assert "turns" in turning
    assert "largest, 4.00 months, at 0.5" in turning
    assert "does not change" in statements.course(table.assign(mean=2.0), "a", "lag", LABELS)


def test_where_outcomes_lie() -> None:
    many = pd.Series([float(k) for k in range(101)])
    assert "nine rows in ten lie between 5.00 and 95.0 months" in statements.spread(many, "lag", LABELS)
    assert "the base scenario has 7.00 months" in statements.spread(many, "lag", LABELS, 7.0)
    assert "all lie between 0 and 3.00" in statements.spread(many.head(4), "n", LABELS)
    assert "in every row" in statements.spread(pd.Series([2.0] * 5), "n", LABELS)
    assert "not defined" in statements.spread(pd.Series([float("nan")]), "n", LABELS)


def test_labels_come_from_the_schema() -> None:
    factor = Factor(
        "x", keys=("export_control.strength",), low=0.0, high=0.9, description="strength of it.", unit="1"
    )
    labels = Labels.of(
        [factor], [Outcome("v", "v", unit="ln(bn US$ (years of rent without the capital loop))")]
    )
    assert labels.factor("x").axis() == "x\nStrength of it"
    assert labels.factor("unknown").with_unit == "unknown"
    assert labels.outcome("v").unit == "ln(bn US$)"
    rent = Labels(labels.factors, labels.outcomes, years_of_rent=True)
    assert rent.outcome("v").unit == "ln(years of rent)"
    assert provenance(factor).startswith("[")
    assert (
        value_range(Factor("x", kind="integer", low=1, high=9, scale="log"))
        == "1 to 9 (whole numbers, log scale)"
    )
    assert value_range(Factor("x", kind="choice", values=(True, False))) == "on, off"
    assert len(wrapped("word " * 40, 20, 2)) == 2
    cut = described("word " * 40, "bn US$", 30, 2)
    assert len(cut) == 2
    assert cut[-1].endswith("… (bn\xa0US$)")
    assert described("", "months", 30, 2) == ["(months)"]
    assert described("A lead", "", 30, 2) == ["A lead"]

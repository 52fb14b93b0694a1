"""What the page Compare says about where two runs part, and about the final difference: computed, never guessed."""

from __future__ import annotations

import pytest

from viz.comparing import cause, statement, summary, worker
from viz.comparing.request import Request, Side
from viz.comparing.running import Result

SMALL = ("size.investors=12", "size.policymakers=6", "size.communities=12", "run.burn_in=8", "run.weeks=20")
ACT = (
    "?scenario=baseline&act=%7B%22type%22%3A%22control_act%22%2C%22week%22%3A7%2C%22instrument%22%3A%22chips%22%2C"
    "%22strength%22%3A0.9%7D"
)


def compared(a: Side, b: Side, pairs: int = 2) -> Result:
    asked = Request(a, b, seed=3, replicates=pairs)
    return Result(asked, *worker.run(*asked.scenarios(), pairs, 3, None, lambda share: None))


@pytest.fixture(scope="module")
def settings() -> Result:
    return compared(Side("no-controls", SMALL), Side("tight-controls", SMALL), 4)


def test_settings_that_differ_are_listed_with_their_values(settings: Result) -> None:
    found = cause.find(settings)
    assert [(each.key, each.a, each.b) for each in found.settings] == [
        ("export_control.strength", "0", "0.7")
    ]
    assert found.dated == []
    assert found.lines[0].startswith(
        "A and B differ from the start, in 1 setting: it holds in the 8 weeks before"
    )


def test_the_burn_in_is_looked_at_too(settings: Result) -> None:
    found = cause.find(settings)
    assert found.apart == -8
    assert settings.log_a.tables["events"].column("week").to_pylist()[0] < 0


def test_the_first_event_that_one_lacks_is_in_one_log_only() -> None:
    long = (*SMALL[:-1], "run.weeks=80")
    made = compared(Side("copying-sincere", long), Side("no-copying-sincere", long))
    logs = [cause.parting.rows_of(run.tables["events"]) for run in (made.log_a, made.log_b)]
    missing = cause.parting.first_missing(*logs)
    assert missing is not None
    row, here, there = (missing.only_a[0], *logs) if missing.only_a else (missing.only_b[0], logs[1], logs[0])
    kinds = [
        [cause.parting.kind(each) for each in log if each["week"] == missing.week] for log in (here, there)
    ]
    kind = cause.parting.kind(row)
    assert kinds[0].count(kind) > kinds[1].count(kind)
    told = "\n".join(cause.find(made).lines)
    assert f"one has and the other has not is in {cause.week_words(missing.week)}" in told


def test_a_dated_event_is_named_as_the_place_where_they_part() -> None:
    plain = Side("?scenario=baseline", (*SMALL, "export_control.mode=both"))
    found = cause.find(compared(plain, Side(ACT, SMALL)))
    assert found.settings == []
    assert [(each.week, each.who, each.words) for each in found.dated] == [
        (7, "B", "control act (strength 0.9)")
    ]
    assert found.apart == 7
    assert found.mark == (7, "only B: control act")
    assert "nothing but one dated event" in found.lines[0]
    assert "before week 7 all outputs of pair 0 are the same to the last digit" in found.lines[0]


def test_settings_without_effect_are_told_as_such() -> None:
    found = cause.find(compared(Side("baseline", SMALL), Side("baseline", (*SMALL, "enforcement.level=0.7"))))
    assert [each.key for each in found.settings] == ["enforcement.level"]
    assert found.apart is None
    assert "no output of pair 0 differs in any digit in any week" in found.lines[0]
    assert found.mark is None


def test_equal_scenarios() -> None:
    side = Side("baseline", SMALL)
    found = cause.find(compared(side, side))
    assert found.lines[0].startswith("A and B are the same scenario")


def test_a_lab_that_one_lacks_is_one_row() -> None:
    a, b = Side("baseline").scenario(), Side("core").scenario()
    keys = [each.key for each in cause.settings_apart(a, b)]
    assert len(keys) == len(set(keys))
    for name in set(a.labs) ^ set(b.labs):
        assert f"labs.{name}" in keys
        assert not any(key.startswith(f"labs.{name}.") for key in keys)


def test_numbers_get_the_digits_that_tell_them_apart() -> None:
    assert cause._told_apart(0.707221, 0.707224) == ("0.707221", "0.707224")
    assert cause._told_apart(-0.5, 0.25) == ("−0.5", "0.25")
    assert cause._told_apart(True, None) == ("on", "absent")


def test_the_statement_has_the_numbers_of_the_table(settings: Result) -> None:
    made = settings.comparison
    row = next(each for each in made.rows if each.output == "gap")
    text = "".join(part if isinstance(part, str) else part[0] for part in statement.parts(made, "gap"))
    assert f"paired difference is {summary.signed(row.difference)} OOM" in text
    assert f"95 % interval {summary.span(row.low, row.high)} OOM, over 4 pairs" in text
    assert ("clear of zero" in text) == row.clear
    a, b = made.a.array("gap").mean(axis=1), made.b.array("gap").mean(axis=1)
    ratio = (a.var(ddof=1) + b.var(ddof=1)) / (b - a).var(ddof=1)
    assert row.variance_ratio == pytest.approx(ratio)
    assert (f"pairing saved {statement.percent(ratio)}" in text) == (ratio >= 1)


def test_what_pairing_saves() -> None:
    assert statement.percent(4.0) == "75 %"
    assert statement.percent(5_000.0) == "more than 99 %"
    assert "nothing" in "".join(each for each in statement._saved(0.5) if isinstance(each, str))
    assert statement._saved(float("nan")) == []


def test_terms_say_something_each(settings: Result) -> None:
    parts = statement.parts(settings.comparison, "gap")
    assert {part[0] for part in parts if isinstance(part, tuple)} >= {
        "paired difference",
        "95 % interval",
        "pairs",
    }
    assert all(len(part[1]) > 40 for part in parts if isinstance(part, tuple))


def test_spans_show_two_ends() -> None:
    assert summary.span(0.10001, 0.10002) == "0.10001 to 0.10002"
    assert summary.span(-1.0, 2.0) == "−1 to 2"
    assert summary.span(float("nan"), float("nan")) == "not defined to not defined"

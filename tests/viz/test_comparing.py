"""The page Compare, without its page: requests and links, the job, where two runs part, the numbers."""

from __future__ import annotations

import shlex

import numpy as np
import pytest

import sim
from viz import limits
from viz.comparing import address, parting, request, running, summary
from viz.comparing.request import Refused, Request, Side
from viz.comparing.running import Job

SMALL = ("size.investors=12", "size.policymakers=6", "size.communities=12", "run.burn_in=8")
ASKED = Request(
    Side("copying-sincere", SMALL), Side("no-copying-sincere", SMALL), seed=3, replicates=3, weeks=12
)


@pytest.fixture(scope="module")
def result() -> running.Result:
    job = Job(ASKED)
    job.work()
    assert job.state == "done", job.error
    assert job.result is not None
    return job.result


def test_a_link_asks_for_the_same() -> None:
    assert address.read(address.written(ASKED)) == (ASKED, None)
    assert address.read(address.written(ASKED, "gap_months")) == (ASKED, "gap_months")
    assert address.read("") == address.read(None) == (None, None)


def test_a_link_may_name_one_scenario_only() -> None:
    found, _ = address.read("?a=baseline&set-b=distillation.potency%3D0.4")
    assert found is not None
    assert (found.a.name, found.b.name, found.b.settings) == (
        "baseline",
        "baseline",
        ("distillation.potency=0.4",),
    )


@pytest.mark.parametrize(
    "query",
    [
        "?a=baseline&seed=x",
        "?a=baseline&weeks=-3",
        "?a=" + "x" * 50_000,
        "?outcome=gaps",
        "?a=core" + "&set-b=a=1" * 300,
    ],
)
def test_links_that_say_nothing_are_refused(query: str) -> None:
    with pytest.raises(Refused):
        address.read(query)


def test_settings_are_validated_as_on_the_command_line() -> None:
    wrong = Request(Side("baseline", ("distillation.potensy=0.4",)), Side("baseline"))
    with pytest.raises(sim.ScenarioError) as ours:
        wrong.scenarios()
    with pytest.raises(sim.ScenarioError) as theirs:
        sim.load_scenario("baseline", ["distillation.potensy=0.4"])
    assert ours.value.problems == theirs.value.problems


@pytest.mark.parametrize("name", ["/etc/passwd", "../baseline", "nothing"])
def test_only_shipped_names_are_opened(name: str) -> None:
    with pytest.raises(sim.ScenarioError):
        Side(name).scenario()


def test_a_world_of_live_with_its_changes_can_be_compared() -> None:
    side = Side("?scenario=baseline&seed=9&set=distillation.potency%3D0.4", ("claims.sophistication=0.5",))
    made = side.scenario()
    assert made.distillation.potency == 0.4
    assert made.claims.sophistication == 0.5


@pytest.mark.parametrize("changes", [{"replicates": 1}, {"replicates": 101}, {"seed": -1}, {"weeks": 0}])
def test_numbers_out_of_bounds_are_refused(changes: dict[str, int]) -> None:
    import dataclasses

    with pytest.raises(Refused):
        dataclasses.replace(ASKED, **changes).scenarios()


def test_what_is_too_large_names_the_command() -> None:
    large = ("size.investors=1500",)
    asked = Request(Side("baseline", large), Side("baseline", large), replicates=100)
    with pytest.raises(limits.TooLarge, match="parity compare baseline baseline"):
        asked.scenarios()


def test_lines_of_settings() -> None:
    assert request.lines_of(" a.b=1 \n\n# no\nc.d=2") == ("a.b=1", "c.d=2")


def test_the_command_repeats_the_request() -> None:
    words = shlex.split(ASKED.command())
    assert words[:4] == ["parity", "compare", "copying-sincere", "no-copying-sincere"]
    assert words.count("--set-a") == words.count("--set-b") == len(SMALL)
    assert words[-6:] == ["--replicates", "3", "--seed", "3", "--weeks", "12"]
    assert ASKED.file("a") in ASKED.command(files=True)


def test_the_job_gives_what_sim_compare_gives(result: running.Result) -> None:
    plain = sim.compare(*ASKED.scenarios(), 3, 3, weeks=12)
    assert result.comparison.csv() == plain.csv()
    recorded = result.log_a.weeks >= 0
    assert np.array_equal(result.log_a.array("gap")[0][recorded], result.comparison.a.array("gap")[0])
    assert result.log_a.weeks[0] == -8


def test_what_goes_wrong_is_told_without_a_trace() -> None:
    job = Job(Request(Side("nothing"), Side("baseline")))
    job.work()
    assert job.state == "failed"
    assert isinstance(job.error, sim.ScenarioError)


def test_first_week_is_bitwise_and_knows_what_is_not_defined() -> None:
    weeks, nan = np.arange(-1, 3), float("nan")
    a, b = np.array([nan, 1.0, 2.0, nan]), np.array([nan, 1.0, 2.0 + 1e-15, nan])
    assert parting.first_week(a, b, weeks) == 1
    assert parting.first_week(a, a, weeks) is None
    assert parting.first_week(a, np.array([0.0, 1.0, 2.0, nan]), weeks) == -1


def test_first_clear_week() -> None:
    nan = float("nan")
    low, high = np.array([nan, -1.0, 0.1, -3.0]), np.array([nan, 1.0, 0.2, -1.0])
    assert parting.first_clear(low, high, np.arange(4)) == 2
    assert parting.first_clear(low[:2], high[:2], np.arange(2)) is None


def _claim(week: int, source: str, value: float = 1.0) -> dict[str, object]:
    row = dict.fromkeys(parting.COLUMNS)
    return row | {
        "week": week, "type": "claim", "origin": "model", "source": source, "quantity": "share",
        "narrative": "copying", "value": value, "bias": float("nan"),
    }  # fmt: skip


def test_the_first_event_that_only_one_has() -> None:
    both = [_claim(3, "us-open-1"), _claim(3, "cn-open-1")]
    found = parting.first_events(both, [*reversed(both), _claim(31, "us-closed-1", 0.5)])
    assert found is not None
    assert (found.week, len(found.only_a), len(found.only_b), len(found.other)) == (31, 0, 1, 0)


def test_events_with_other_numbers_are_one_pair() -> None:
    found = parting.first_events([_claim(2, "x", 0.2)], [_claim(2, "x", 0.3)])
    assert found is not None
    assert not found.only_a
    assert not found.only_b
    assert len(found.other) == 1
    assert parting.first_missing([_claim(2, "x", 0.2)], [_claim(2, "x", 0.3)]) is None


def test_equal_logs_do_not_part() -> None:
    rows = [_claim(1, "x"), _claim(1, "x")]
    assert parting.first_events(rows, rows) is None
    assert parting.first_missing(rows, rows) is None
    twice = parting.first_events(rows, rows[:1])
    assert twice is not None
    assert len(twice.only_a) == 1


def test_real_logs_part_no_later_than_their_curves(result: running.Result) -> None:
    logs = [parting.rows_of(run.tables["events"]) for run in (result.log_a, result.log_b)]
    assert parting.first_events(logs[0], logs[0]) is None
    assert parting.first_events(*logs) is not None


def test_the_interval_of_a_week_is_that_of_sim() -> None:
    from sim.experiments.paired import paired_difference

    values = np.random.default_rng(1).normal(size=(7, 2))
    values[2, 1] = np.nan
    low, high = summary.curve(values).interval
    for week in (0, 1):
        row = paired_difference("x", "1", np.zeros(7), values[:, week])
        assert (low[week], high[week]) == pytest.approx((row.low, row.high))


def test_curves_of_what_is_not_defined() -> None:
    found = summary.curve(np.full((3, 2), np.nan))
    assert np.isnan(found.mean).all()
    assert np.isnan(summary.curve(np.ones((1, 2))).interval[0]).all()


def test_the_table_has_every_output_and_marks_the_clear_ones(result: running.Result) -> None:
    made = result.comparison
    rows = summary.table(made)
    assert [row["output"] for row in rows] == made.outputs
    assert [row["output"] for row in rows if row["clear"]] == [row.output for row in made.rows if row.clear]
    gap = next(row for row in rows if row["output"] == "gap")
    assert gap["words"].startswith("gap: B minus A ")
    assert gap["least"] <= gap["standardised"] <= gap["most"]
    assert sum(map(len, summary.groups(made.outputs).values())) == len(made.outputs)
    assert summary.opening(made) in made.outputs

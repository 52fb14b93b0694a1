"""Observables: what was measured, with its error, and how the same quantity is read from a run."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from sim.evidence import TABLES
from sim.hindcast.observable import OBSERVED
from sim.hindcast.observables import OBSERVABLES, scored_in
from sim.hindcast.observables_controls import model_acts
from sim.hindcast.reading import Reading
from sim.hindcast.surprises import abnormal_change, first_surprises
from sim.scenario import load_scenario

from .made import event, made, step

WEEKS = 20


def day(week):
    return pd.Timestamp("2022-10-03") + pd.Timedelta(days=7 * week)


def at(run, name, *weeks, since=None):
    rows = pd.DataFrame({"date": [day(week) for week in weeks]})
    if since is not None:
        rows["since"] = day(since)
    return OBSERVABLES[name].predict(run, rows)[0]


# -- what was measured ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OBSERVABLES)
def test_each_observation_has_a_value_an_error_and_a_source_within_the_hindcast(name):
    observable = OBSERVABLES[name]
    table = observable.observed()
    assert list(table.columns) == list(OBSERVED)
    assert len(table) > 0
    assert np.isfinite(table["value"]).all()
    assert (table["sd"] > 0).all()
    assert table["date"].is_monotonic_increasing
    assert table["date"].between("2022-10-03", "2025-12-31").all()
    assert table["confidence"].isin(["high", "medium", "low"]).all()
    assert table["source_title"].str.len().gt(0).all()
    assert set(observable.tables) <= set(TABLES)
    assert observable.error_model
    assert observable.description


def test_figures_of_the_evidence_arrive_as_they_were_printed():
    def values(name):
        table = OBSERVABLES[name].observed()
        return dict(zip(table["date"].dt.strftime("%Y-%m-%d"), table["value"], strict=True))

    assert values("arena_gap")["2023-05-15"] == 310.0
    assert values("mmlu_gap") == {"2023-12-31": 17.5, "2024-12-31": 0.3}
    assert values("humaneval_gap") == {"2023-12-31": 31.6, "2024-12-31": 3.7}
    # The preferred dating of a preview: 9.6, not 14.0.
    assert values("eci_gap")["2024-12-31"] == pytest.approx(9.6)
    assert values("open_closed_gap")["2024-12-31"] == pytest.approx(142.4 - 132.9)
    assert values("catch_up_lag")["2025-12-01"] == 7.5
    assert values("valuation_growth_us_closed_1")["2025-10-02"] == pytest.approx(np.log(500 / 29))
    assert values("open_share_enterprise")["2024-11-20"] == pytest.approx(0.19)
    assert values("listed_loosening")["2025-07-15"] == pytest.approx(np.log(1.0404))
    assert -0.19 < values("listed_shock")["2025-01-27"] < -0.09


def test_a_less_certain_row_has_a_wider_error():
    table = OBSERVABLES["open_share_enterprise"].observed().set_index("confidence")["sd"]
    assert table["high"] < table["medium"] < table["low"].min()


def test_scores_of_later_boards_are_marked_as_a_later_vintage():
    assert OBSERVABLES["arena_gap_fixed_board"].observed()["later_vintage"].all()
    assert not OBSERVABLES["mmlu_gap"].observed()["later_vintage"].any()


def test_what_the_record_sets_is_not_scored_in_driven_mode():
    driven = {observable.name for observable in scored_in("driven")}
    assert driven.isdisjoint({"eci_gap", "catch_up_lag", "open_closed_gap", "tightening_acts"})
    assert {"arena_gap", "listed_shock", "cn_downloads"} <= driven
    assert {"eci_gap", "tightening_acts"} <= {observable.name for observable in scored_in("free")}
    # A date drawn at random would hit too often: shown, never scored.
    assert set(OBSERVABLES["story_to_act"].uses.values()) == {"shown"}


# -- how it is read ------------------------------------------------------------------------------------------


def test_the_index_gap_is_capability_in_points():
    run = made(
        {
            "released_capability_us_best": step(WEEKS, (-4, 1.0)),
            "released_capability_cn_best": step(WEEKS, (-4, 0.0), (5, 0.6)),
        }
    )
    points = run.scenario.capability.eci_per_oom
    assert at(run, "eci_gap", 4, 5) == pytest.approx([points, 0.4 * points])
    assert np.isnan(at(run, "eci_gap", 400))


def test_the_frontier_counts_from_the_best_model_before_week_0():
    us = step(WEEKS, (-4, 2.0), (0, 2.5), (6, 3.0))
    run = made({"released_capability_us_best": us, "released_capability_cn_best": us - 1.0})
    points = run.scenario.capability.eci_per_oom
    assert at(run, "frontier_index", 0, 6) == pytest.approx([113.9 + 0.5 * points, 113.9 + points])


def test_the_lag_runs_from_the_first_us_model_as_good_to_the_chinese_release():
    us = step(WEEKS, (-4, 0.0), (-2, 1.0), (3, 2.0))
    cn = step(WEEKS, (-4, -1.0), (6, 0.8), (9, 1.5))
    run = made({"released_capability_us_best": us, "released_capability_cn_best": cn})
    months = 7 * 12 / 365.25
    # 0.8 was passed in week -2 and matched in week 6, and that lag stands until the next Chinese release.
    assert at(run, "catch_up_lag", 6, 8, 9) == pytest.approx([8 * months, 8 * months, 6 * months])
    # A bloc that leads has a negative lag: the roles exchanged.
    back = made({"released_capability_us_best": cn, "released_capability_cn_best": us})
    assert at(back, "catch_up_lag", 2) == pytest.approx(-11 * months)


def scored(*rows):
    sets = [
        {
            "type": "benchmark_release", "week": 0, "benchmark": name, "difficulty": 0.0, "discrimination": 2.0,
            "items": 5000, "family": "chat_preference",
        }
        for name in ("arena", "mmlu")
    ]  # fmt: skip
    scenario = load_scenario("baseline", {"run.start_date": "2022-10-03"}).with_changes({"events": sets})
    released = [event("benchmark_release", 0, 0.25, target=name) for name in ("arena", "mmlu")]
    return made({"listed_index": np.ones((1, WEEKS))}, [*released, *rows], scenario)


def test_a_gap_on_a_set_is_between_the_best_scores_so_far():
    run = scored(
        event("score", 0, 0.5, "us-closed-1", "mmlu"),
        event("score", 0, 0.3, "cn-open-1", "mmlu"),
        event("score", 2, 0.7, "us-closed-2", "mmlu"),
        # A weaker later model does not take the leaderboard's best away.
        event("score", 4, 0.6, "us-closed-2", "mmlu"),
        event("score", 4, 0.65, "cn-open-2", "mmlu"),
        event("score", 4, 0.99, "cn-open-2", "arena"),
    )
    assert at(run, "mmlu_gap", -1, 1, 3, 5)[1:] == pytest.approx([20.0, 40.0, 5.0])
    assert np.isnan(at(run, "mmlu_gap", -1))
    assert np.isnan(at(run, "gpqa_gap", 5))


def test_an_arena_gap_is_read_through_the_response_curve():
    from sim.evidence.scale import LAST_FITTED, arena_points_per_oom

    us, cn = 0.5, 1.0 / (1.0 + np.exp(2.0 * 0.3))
    run = scored(event("score", 1, us, "us-closed-1", "arena"), event("score", 1, cn, "cn-open-1", "arena"))
    points = arena_points_per_oom(LAST_FITTED).value
    assert at(run, "arena_gap", 2) == pytest.approx(0.3 * points)
    # Open against closed: the same two labs.
    assert at(run, "arena_open_gap", 2) == pytest.approx(0.3 * points)


def test_a_valuation_follows_its_rounds_and_in_between_the_total_of_its_bloc():
    total = np.exp(0.1 * np.arange(WEEKS))[None, :]
    rounds = [event("round", week, 10.0 * np.exp(0.1 * (week + 4)) * factor, "us-closed-1")
              for week, factor in ((0, 1.0), (10, 2.0))]  # fmt: skip
    run = made({"valuation_us_labs": total, "valuation_cn_labs": total}, rounds)
    growth = at(run, "valuation_growth_us_closed_1", 10, 5, 14, since=0)
    # Ten weeks of .1 and a doubling against the total, half of which after five weeks; then the total alone.
    assert growth == pytest.approx([1.0 + np.log(2), 0.5 + np.log(2) / 2, 1.4 + np.log(2)])
    assert np.isnan(at(run, "valuation_growth_us_closed_2", 10, since=0))


def test_a_move_counts_against_ordinary_growth():
    index = np.exp(0.02 * np.arange(60))[None, :] * np.where(np.arange(60) >= 40, 0.9, 1.0)
    run = made({"listed_index": index, "surprise": np.zeros((1, 60))}, first_week=0)
    reading = Reading(run)
    assert abnormal_change(reading, np.array([40.0]), 0) == pytest.approx(np.log(0.9))
    assert abnormal_change(reading, np.array([39.0]), 1) == pytest.approx(np.log(0.9))
    assert abnormal_change(reading, np.array([35.0]), 0) == pytest.approx(0.0, abs=1e-12)
    assert abnormal_change(reading, np.array([40.0]), 0, ordinary=False) == pytest.approx(np.log(0.9) + 0.02)
    assert np.isnan(abnormal_change(reading, np.array([np.nan]), 0))


def test_parity_surprises_are_large_near_parity_and_apart():
    surprise = step(60, (5, -5.0), (6, 0.0), (20, -4.0), (22, 0.0), (40, -6.0), (41, 0.0), first_week=0)
    gap = step(60, (0, 2.0), (15, 0.1), first_week=0)
    run = made({"surprise": surprise, "score_gap": gap}, first_week=0)
    # Week 5: a weak follower does better than thought; week 21: the same surprise as in week 20.
    assert first_surprises(Reading(run), 3)[0].tolist()[:2] == [20.0, 40.0]
    assert np.isnan(first_surprises(Reading(run), 3)[0, 2])


def test_acts_are_counted_by_direction_and_a_truce_loosens():
    acts = [
        event("control_act", -2, 0.3, target="chips", effect=0.1),
        event("control_act", 1, 0.4, target="chips", effect=0.1),
        event("control_act", 2, 0.4, target="access", effect=0.4),
        event("control_act", 5, 0.3, target="chips", effect=-0.1),
        event("truce", 30, 0.2),
    ]
    run = made({"listed_index": np.ones((1, 60))}, acts)
    assert model_acts(Reading(run))["direction"].tolist() == [1.0, -1.0, -1.0]
    assert at(run, "tightening_acts", 0, 1, 40).tolist() == [0.0, 1.0, 1.0]
    assert at(run, "loosening_acts", 4, 5, 40).tolist() == [0.0, 1.0, 2.0]
    # Four weeks later, and not again half a year later.
    assert at(run, "acts_taken_back", 4, 5, 40).tolist() == [0.0, 1.0, 1.0]
    assert at(run, "first_loosening_day", 40).tolist() == [35.0]
    # Three of the first ten windows of four weeks had an act.
    assert at(run, "quiet_share", 39) == pytest.approx(1 - 3 / 10)


def test_downloads_weigh_recent_users_more():
    weeks = 110
    share, ours = np.full((1, weeks), 0.5), step(weeks, (0, 0.1), (52, 0.4), first_week=0)
    run = made({"open_share": share, "cn_open_share": ours}, first_week=0)
    early, late = at(run, "cn_downloads", 10, 105)
    assert early == pytest.approx(0.2)
    assert 0.5 < late < 0.8
    assert at(run, "cn_downloads_12m", 105) == pytest.approx(0.8)
    lead = at(run, "cn_lead_day", 105)[0] / 7
    assert 52 < lead < 105
    assert at(run, "cn_downloads", int(lead) - 1, int(lead))[0] <= 0.5 < at(run, "cn_downloads", int(lead))[0]


def test_conversions_of_a_forecast_use_no_later_evidence():
    run = scored(
        event("score", 1, 0.5, "us-closed-1", "arena"), event("score", 1, 0.35, "cn-open-1", "arena")
    )
    rows = pd.DataFrame({"date": [day(2)]})
    early = OBSERVABLES["arena_gap"].predict(run, rows, dt.date(2024, 6, 30))
    late = OBSERVABLES["arena_gap"].predict(run, rows)
    assert early[0, 0] != late[0, 0]
    # The fit window ends in June 2025, whatever the origin.
    assert OBSERVABLES["arena_gap"].predict(run, rows, dt.date(2025, 12, 31)) == pytest.approx(late)


def test_an_ordinary_run_has_all_but_the_dated_sets(baseline_run):
    for observable in OBSERVABLES.values():
        found = observable.predict(baseline_run)
        assert found.shape == (baseline_run.replicates, len(observable.observed())), observable.name
    assert np.isfinite(OBSERVABLES["eci_gap"].predict(baseline_run)).all()
    assert np.isfinite(OBSERVABLES["value_over_revenue_us"].predict(baseline_run)).all()
    assert np.isnan(OBSERVABLES["mmlu_gap"].predict(baseline_run)).all()


@pytest.fixture(scope="module")
def baseline_run():
    import sim

    scenario = load_scenario(
        "baseline",
        {
            "run.start_date": "2022-10-03", "run.weeks": 170, "run.record_burn_in": True,
            "size.investors": 20, "size.policymakers": 10, "size.communities": 20,
        },
    )  # fmt: skip
    return sim.run(scenario, 1, 3)

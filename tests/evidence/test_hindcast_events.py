"""The driven scenario: made from the tables, neutral, and what the record says where it says it."""

import datetime as dt
import re

import numpy as np
import pandas as pd
import pytest

import sim
from sim.evidence import START, capability_from_index, load
from sim.evidence.choices import act_choices, claim_choices
from sim.evidence.dated_events import WEEKS, events
from sim.evidence.hindcast_file import NAME, hindcast_toml, inspirations
from sim.evidence.releases import best_releases, entered_releases, role_releases, start_indices
from sim.scenario import load_scenario, shipped_scenarios

END = dt.date(2025, 12, 31)


def of(kind, **wanted):
    return [e for e in events() if e["type"] == kind and all(e.get(k) == v for k, v in wanted.items())]


def week_of(event):
    return (dt.date.fromisoformat(event["date"]) - START).days // 7


def test_the_committed_file_is_the_generated_text():
    assert shipped_scenarios()[NAME].read_text(encoding="utf-8") == hindcast_toml()


def test_the_file_says_what_the_generator_says():
    scenario = load_scenario(NAME)
    assert [(e.type, e.date, e.label) for e in scenario.events] == [
        (e["type"], e["date"], e["label"]) for e in events()
    ]
    assert all(event.label for event in scenario.events)
    assert list(scenario.inspired_by) == inspirations()
    assert scenario.run.weeks == WEEKS
    assert START + dt.timedelta(weeks=WEEKS - 1) <= END < START + dt.timedelta(weeks=WEEKS)


def test_every_fact_that_enters_is_in_the_sources_with_its_day():
    told = inspirations()
    assert all(re.match(r"20\d\d-\d\d-\d\d \S", line) for line in told)
    days = {line[:10] for line in told}
    assert {e["date"] for e in events() if e["date"] > START.isoformat()} <= days


# -- models and sets ----------------------------------------------------------------------------------------


def test_releases_are_the_running_best_of_each_role():
    entered = best_releases()
    best = role_releases().groupby("role")["epoch_eci"].max()
    for role, group in entered.groupby("role"):
        assert group["epoch_eci"].is_monotonic_increasing
        assert group["epoch_eci"].iloc[-1] == best[role]
    assert not entered.duplicated(["role", "week"]).any()
    dated = {(e["date"], e["lab"], e["capability"]) for e in of("model_release")}
    for row in entered.to_dict("records"):
        level = round(capability_from_index(row["epoch_eci"]), 3)
        assert (f"{row['date']:%Y-%m-%d}", row["role"], level) in dated


def test_the_gap_between_the_blocs_is_that_of_the_index():
    """The events' running best of each bloc, against the collected series, from the first full date on."""
    table = load("gap_series")
    late = table[table["metric"] == "eci_gap_points_o3_apr2025"]
    early = table[(table["metric"] == "eci_gap_points") & (table["date"] > pd.Timestamp("2023-07-31"))]
    early = early[early["date"] < late["date"].min()]
    assert len(early) == 5
    assert len(late) == 5
    for row in pd.concat([early, late]).to_dict("records"):
        out = [e for e in of("model_release") if pd.Timestamp(e["date"]) <= row["date"]]
        best = {
            bloc: max(e["capability"] for e in out if e["lab"].startswith(bloc)) for bloc in ("us-", "cn-")
        }
        # Half a point: the release table lacks a few models that the series has (Gemini 1.5 Flash).
        assert 13.7 * (best["us-"] - best["cn-"]) == pytest.approx(row["gap"], abs=0.5), row["date"]


def test_every_role_starts_with_a_release_that_ends_its_own():
    labs = load_scenario(NAME).labs
    first = {}
    for event in of("model_release"):
        first.setdefault(event["lab"], event)
    assert set(first) == set(labs)
    for event in first.values():
        assert event["date"] == START.isoformat()
        assert event["replace"]
        assert event["replace_weeks"] == WEEKS
    assert sum("replace" in event for event in of("model_release")) == len(first)


def test_start_levels_are_what_early_releases_say():
    levels = start_indices()
    assert levels["us-closed-1"] == 113.9 == max(levels.values())
    cn = [level for role, level in levels.items() if role.startswith("cn-")]
    series = load("gap_series").set_index(["metric", "date"])["gap"]
    assert 113.9 - max(cn) == pytest.approx(series["eci_gap_points", pd.Timestamp("2023-09-30")], abs=1.0)
    assert start_indices(dt.date(2022, 11, 1)) == {"us-closed-1": 113.9}


def test_a_role_without_an_index_never_leads_its_bloc():
    entered = entered_releases()
    loose = entered[~entered["indexed"]]
    assert set(loose["role"]) == {"cn-closed-1"}
    for row in loose.to_dict("records"):
        others = role_releases()
        peers = others[(others["country"] == "CN") & (others["date"] <= row["date"])]["epoch_eci"]
        assert row["index"] <= np.nanmax([start_indices()["cn-open-3"], *peers])


def test_test_sets_enter_when_they_were_released():
    sets = of("benchmark_release")
    assert [e["benchmark"] for e in sets if e["date"] == START.isoformat()] == ["mmlu", "math", "humaneval"]
    known = load("benchmarks").set_index("benchmark")["date"]
    assert {e["benchmark"]: e["date"] for e in sets}["gpqa-diamond"] == str(known["GPQA Diamond"].date())
    assert sets[0]["replace"]
    assert all(e["benchmark"] == e["benchmark"].lower() for e in sets)
    [arena] = [e for e in sets if e["benchmark"] == "arena"]
    assert (arena["family"], arena["items"]) == ("chat_preference", 5000)


# -- acts and claims ----------------------------------------------------------------------------------------


def test_every_claim_and_every_act_has_a_choice():
    narratives = load("narratives")
    rows = {
        (day.date(), source) for day, source in zip(narratives["date"], narratives["source"], strict=True)
    }
    assert {(choice.date, choice.source) for choice in claim_choices()} == rows
    acts = load("export_controls").query("side == 'US'")
    rows = {(day.date(), action) for day, action in zip(acts["date"], acts["action"], strict=True)}
    assert {(c.date, c.about) for c in act_choices() if c.table == "export_controls"} == rows
    access = load("access")
    rows = {(day.date(), text) for day, text in zip(access["date"], access["description"], strict=True)}
    assert {(c.date, c.about) for c in act_choices() if c.table == "access"} <= rows
    assert all(choice.reason for choice in claim_choices() if not choice.speaker)
    assert all(choice.reason for choice in act_choices() if choice.instrument is None)


def test_acts_keep_the_observed_sign_and_the_index_of_the_table():
    scenario, strength = load_scenario(NAME), 0.25
    table = load("export_controls").query("side == 'US'").dropna(subset=["us_strength_index_after"])
    index = {
        day.date(): value for day, value in zip(table["date"], table["us_strength_index_after"], strict=True)
    }
    signs = {day.date(): sign for day, sign in zip(table["date"], table["direction"], strict=True)}
    assert scenario.export_control.strength == index[dt.date(2022, 8, 31)]
    bargaining = 0.0
    for choice in act_choices():
        if choice.instrument == "truce":
            bargaining = 0.0
        elif choice.instrument == "chips":
            assert np.sign(choice.change) == signs[choice.date], choice.label
            if choice.durable == "1":
                strength += choice.change
            else:
                bargaining += choice.change
        else:
            continue
        if choice.label != "country framework":  # two acts within two days
            # The assurance of July takes back a smaller step than the index does; August makes up for it.
            near = 0.061 if choice.label == "licences assured" else 0.011
            assert strength + bargaining == pytest.approx(index[choice.date], abs=near), choice.label


def test_bargaining_measures_are_those_that_were_reversed():
    reversed_ = load("export_controls").query("status in ('reversed', 'suspended')")["action"]
    tightened = [c for c in act_choices() if c.durable == "0" and c.change > 0]
    assert tightened
    assert {c.about for c in tightened} <= set(reversed_)


def test_sizes_are_those_of_the_stylised_schedule():
    schedule = {
        e.date: (e.change, e.durable)
        for e in load_scenario("controls-schedule").events
        if e.type == "control_act"
    }
    chips = [e for e in load_scenario(NAME).events if e.type == "control_act" and e.instrument == "chips"]
    assert {e.date: (e.change, e.durable) for e in chips}.items() <= schedule.items()


def test_the_model_does_not_act_or_speak_besides():
    [first, *others] = of("control_act", instrument="chips")
    assert (first["date"], first["replace_weeks"]) == ("2022-10-07", WEEKS)
    assert not any("replace" in e for e in others)
    assert of("truce")[0]["replace"]
    spoken = {}
    for event in of("claim"):
        spoken.setdefault(event["source"], event)
        assert ("replace" in event) == (spoken[event["source"]] is event)
    for event in spoken.values():
        assert week_of(event) + event["replace_weeks"] == WEEKS


def test_one_claim_a_week_source_and_quantity():
    seen = [
        (week_of(e), e["source"], e.get("quantity"), e["narrative"] == "control_call") for e in of("claim")
    ]
    assert len(seen) == len(set(seen))


def test_allegations_stay_claims():
    assert not of("reveal")
    assert not of("weight_exfiltration")
    scenario = load_scenario(NAME)
    assert scenario.credibility.forensic_reveal_rate == scenario.credibility.reproduction_reveal_rate == 0
    alleged = load("narratives").query("is_allegation")
    entered = {(c.date, c.source): c for c in claim_choices() if c.speaker and c.narrative == "copying"}
    rows = {(day.date(), source) for day, source in zip(alleged["date"], alleged["source"], strict=True)}
    assert set(entered) <= rows
    assert {c.value for c in entered.values()} == {0.5}
    assert sum("an allegation" in line for line in inspirations()) >= len(entered)


def test_firms_are_named_in_the_sources_only():
    text = hindcast_toml()
    body = text[text.index("]\n") :].lower()
    for developer in load("model_releases")["developer"].unique():
        assert not re.search(rf"\b{re.escape(developer.lower())}\b", body), developer


# -- forecast origins ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("until", [dt.date(2022, 11, 1), dt.date(2023, 12, 31), dt.date(2025, 6, 30)])
def test_an_origin_sees_nothing_later(until):
    found = events(until)
    last = (until - START).days // 7
    assert max(e["date"] for e in found) <= until.isoformat()
    for event in found:
        if event.get("replace"):
            assert week_of(event) + event["replace_weeks"] == last + 1
    assert start_indices(until)["us-closed-1"] == 113.9


def test_the_default_is_the_whole_record():
    assert events(None) == events(END)


def test_curves_of_an_origin_are_fitted_before_it():
    early = {e["benchmark"]: e for e in events(dt.date(2023, 12, 31)) if e["type"] == "benchmark_release"}
    full = {e["benchmark"]: e for e in of("benchmark_release")}
    assert early["math"]["difficulty"] != full["math"]["difficulty"]
    late = {e["benchmark"]: e for e in events(dt.date(2025, 10, 1)) if e["type"] == "benchmark_release"}
    assert late["math"]["difficulty"] == full["math"]["difficulty"]


# -- the run ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run():
    return sim.run(load_scenario(NAME), seed=3, replicates=3)


def test_the_released_gap_follows_the_index_in_a_run(run):
    series = run.series.set_index(["week", "replicate"])
    for day, gap in (("2023-12-31", 9.2), ("2024-09-30", 7.6), ("2025-06-30", 5.7), ("2025-12-31", 8.6)):
        week = (dt.date.fromisoformat(day) - START).days // 7
        assert 13.7 * series.loc[week, "released_gap"].to_numpy() == pytest.approx(gap, abs=0.05)


def test_control_strength_follows_the_index_in_a_run(run):
    series = run.series.set_index(["week", "replicate"])
    table = load("export_controls").query("side == 'US'").dropna(subset=["us_strength_index_after"])
    for row in table.to_dict("records"):
        week = (row["date"].date() - START).days // 7
        if (
            week >= 0
            and row["date"] != pd.Timestamp("2025-07-14")
            and row["date"] != pd.Timestamp("2025-01-13")
        ):
            found = series.loc[week, "control_strength_chips"].to_numpy()
            assert found == pytest.approx(row["us_strength_index_after"], abs=0.011), row["date"]
    acts = run.events.query("type == 'control_act'")
    assert set(acts["origin"]) == {"scenario"}


def test_dated_claims_appear_in_a_run(run):
    claims = run.events.query("type == 'claim' and replicate == 0")
    dated = claims[claims["origin"] == "scenario"]
    assert len(dated) == len(of("claim"))
    first = {e["source"]: week_of(e) for e in reversed(of("claim"))}
    own = claims[claims["origin"] != "scenario"]
    assert (own["week"] < own["source"].map(first).fillna(WEEKS)).all()


def test_the_measured_gap_follows_the_released_one_in_a_run(run):
    """Sets are hard enough for the best and easy enough for the last: no lab's index leaves the scale."""
    series = run.series
    assert (series["score_gap"] - series["released_gap"]).abs().max() < 1.0

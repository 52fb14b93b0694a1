"""Running the hindcast: modes, origins, forecasts and baselines that see the past only, and who wins."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.evidence import START
from sim.hindcast import baselines, forecasts, scores
from sim.hindcast.observables import OBSERVABLES
from sim.hindcast.running import ORIGINS, hindcast, origins_of
from sim.hindcast.scenario import hindcast_scenario
from sim.recording import store

SMALL = {"size.investors": 20, "size.policymakers": 10, "size.communities": 20}
ORIGIN = dt.date(2024, 12, 31)


@pytest.fixture(scope="module")
def driven():
    return hindcast("driven", 20, None, 3, 1, changes=SMALL)


@pytest.fixture(scope="module")
def from_origin():
    return hindcast("driven", 20, ORIGIN, 3, 1, changes=SMALL)


# -- scenarios -----------------------------------------------------------------------------------------------


def test_driven_holds_the_record_and_free_only_the_existence_of_sets():
    kinds = {event.type for event in hindcast_scenario("driven").events}
    assert {"benchmark_release", "model_release", "control_act", "claim"} <= kinds
    free = hindcast_scenario("free")
    assert {event.type for event in free.events} == {"benchmark_release"}
    assert free.labs == hindcast_scenario("driven").labs


def test_nothing_of_the_record_enters_after_an_origin():
    scenario = hindcast_scenario("driven", ORIGIN)
    start = scenario.run.start_date
    last = (ORIGIN - START).days // 7
    assert scenario.events
    for event in scenario.events:
        assert event.week_of(start) <= last
        # What an event holds down comes back at the origin.
        if event.replace:
            assert event.week_of(start) + event.replace_weeks <= last + 1
    assert len(scenario.events) < len(hindcast_scenario("driven").events)


def test_changes_reach_every_mode():
    for mode, until in (("driven", None), ("driven", ORIGIN), ("free", None)):
        assert hindcast_scenario(mode, until, ["distillation.potency=0.4"]).distillation.potency == 0.4


@pytest.mark.parametrize("day", [START, dt.date(2022, 1, 1), dt.date(2026, 1, 5)])
def test_an_origin_lies_within_the_hindcast(day):
    with pytest.raises(ValueError, match="origin lies after"):
        hindcast_scenario("driven", day)


def test_free_mode_has_no_origin():
    with pytest.raises(ValueError, match="driven mode"):
        hindcast_scenario("free", ORIGIN)
    assert origins_of("free", None, True) == [None]
    assert origins_of("driven", None, True) == [None, *ORIGINS]
    assert origins_of("driven", ORIGINS[1], True) == [ORIGINS[1], ORIGINS[0], *ORIGINS[2:]]


# -- forecasts -----------------------------------------------------------------------------------------------


def test_the_table_is_tidy(driven):
    table = driven.forecasts
    assert list(table.columns) == list(forecasts.COLUMNS)
    assert not table.duplicated(["forecaster", "observable", "place"]).any()
    model = table[table["forecaster"] == scores.MODEL]
    assert len(model) == len(driven.observed)
    assert set(model["observable"]) == set(OBSERVABLES)
    assert table["origin"].isna().all()
    assert set(table["window"]) == {"fit", "validation"}
    assert (table.loc[table["window"] == "fit", "date"] <= "2025-06-30").all()
    known = table.dropna(subset=["crps"])
    assert (known["crps"] > -1e-9).all()
    quantiles = known[list(scores.QUANTILES)].to_numpy()
    assert (np.diff(quantiles, axis=1) >= 0).all()
    inside = known["observed"].between(known["q05"], known["q95"])
    assert (inside == known["in90"].astype(bool)).all()


def test_what_the_record_sets_comes_out_as_it_went_in(driven):
    model = driven.forecasts[driven.forecasts["forecaster"] == scores.MODEL]
    for name in ("frontier_index", "eci_gap"):
        rows = model[(model["observable"] == name) & (model["date"] >= "2024-01-01")]
        assert (rows["use"] == "input").all()
        assert (rows["observed"] - rows["q50"]).abs().max() < 3.0 * rows["sd"].max(), name


def test_an_origin_divides_past_from_forecast(from_origin):
    table = from_origin.forecasts
    assert (table["origin"] == pd.Timestamp(ORIGIN)).all()
    assert set(table["window"]) == {"past", "forecast"}
    assert (table.loc[table["window"] == "past", "date"] <= pd.Timestamp(ORIGIN)).all()
    others = table[table["forecaster"] != scores.MODEL]
    assert len(others)
    assert (others["window"] == "forecast").all()
    # A later vintage cannot have been seen: no baseline of an observable that has only such values.
    assert "arena_gap_fixed_board" not in set(others["observable"])


def test_until_the_origin_the_past_is_that_of_the_whole_hindcast(driven, from_origin):
    # Claims and acts are the same; curves of test sets are fitted on less, so that beliefs differ a little.
    names = ["frontier_index", "tightening_acts"]

    def past(found):
        rows = found.forecasts[found.forecasts["forecaster"] == scores.MODEL]
        rows = rows[rows["observable"].isin(names) & (rows["date"] <= pd.Timestamp(ORIGIN))]
        return rows["mean"].to_numpy()

    assert past(from_origin) == pytest.approx(past(driven), rel=0.05)


def test_the_same_seed_gives_the_same_bytes_whatever_the_workers(driven, tmp_path):
    again = hindcast("driven", 20, None, 3, 2, changes=SMALL)
    digests = []
    for name, found in (("one", driven), ("two", again)):
        found.save(tmp_path / name)
        digests.append([store.digest(tmp_path / name / f"{t}.parquet") for t in ("forecasts", "observed")])
    assert digests[0] == digests[1]
    assert not hindcast("driven", 20, None, 4, 1, changes=SMALL).forecasts.equals(driven.forecasts)


def test_a_folder_is_whole_and_not_replaced_unasked(driven, tmp_path):
    driven.save(
        tmp_path / "h", files={"note.txt": lambda found: found.mode.encode()}, command="parity hindcast"
    )
    assert {path.name for path in (tmp_path / "h").iterdir()} == {
        "forecasts.parquet", "observed.parquet", "note.txt", "manifest.json",
    }  # fmt: skip
    read = store.read_table(tmp_path / "h" / "forecasts.parquet").to_pandas()
    assert len(read) == len(driven.forecasts)
    assert read["crps"].sum() == pytest.approx(driven.forecasts["crps"].sum())
    with pytest.raises(store.StoreError):
        driven.save(tmp_path / "h")
    driven.save(tmp_path / "h", force=True)


def test_a_later_observation_changes_no_earlier_forecast(driven, monkeypatch):
    from sim.hindcast.reading import Reading

    observable = OBSERVABLES["arena_gap"]
    table = observable.observed()
    cut = table["date"].iloc[-4]
    changed = table.assign(value=np.where(table["date"] >= cut, table["value"] + 500.0, table["value"]))
    reading = Reading(driven.run)

    def told(observed):
        monkeypatch.setattr(type(observable), "observed", lambda _self: observed.copy())
        rows = pd.concat(list(forecasts._of_one(observable, reading, "driven", None, 3)))
        return rows[rows["date"] <= cut].set_index(["forecaster", "date"])["mean"]

    before, after = told(table), told(changed)
    assert len(before) > 30
    pd.testing.assert_series_equal(before, after)


def test_the_anchored_model_passes_through_the_last_observation(driven):
    """Its mean is the last observation plus the change that the model foretells."""
    reading_values = OBSERVABLES["listed_growth"].predict(driven.run)
    observed = OBSERVABLES["listed_growth"].observed()
    rows = driven.forecasts
    mine = rows[(rows["observable"] == "listed_growth") & (rows["forecaster"] == scores.ANCHORED)]
    assert mine["place"].tolist() == list(range(1, len(observed)))
    change = (reading_values[:, 1:] - reading_values[:, :-1]).mean(axis=0)
    expected = observed["value"].to_numpy()[:-1] + change
    # Two errors of observation, over 20 replicates.
    assert mine["mean"].to_numpy() == pytest.approx(expected, abs=4 * 0.13 / np.sqrt(20))


# -- baselines -----------------------------------------------------------------------------------------------


def past_of(values, sd=0.0, days=365.25):
    dates = pd.Timestamp("2023-01-01") + pd.to_timedelta(np.arange(len(values)) * days, unit="D").round("D")
    return pd.DataFrame({"date": dates, "value": np.asarray(values, float), "sd": float(sd)})


def ahead(past, years=1.0):
    return past["date"].iloc[-1] + pd.Timedelta(days=round(365.25 * years))


def test_persistence_is_the_last_value_with_the_spread_of_earlier_changes():
    past = past_of([0.0, 3.0, 1.0, 2.0])
    members = baselines.forecast("persistence", past, ahead(past), 0.0, 4001)
    assert members.mean() == pytest.approx(2.0)
    # Changes 3, -2, 1 a year.
    assert members.std() == pytest.approx(np.sqrt(14 / 3), rel=0.01)
    far = baselines.forecast("persistence", past, ahead(past, 4.0), 0.0, 4001)
    assert far.std() == pytest.approx(2 * members.std(), rel=0.01)


def test_drift_and_trend_go_on_along_a_line():
    past = past_of([1.0, 3.0, 5.0, 7.0])
    for name in ("random walk with drift", "linear trend"):
        members = baselines.forecast(name, past, ahead(past, 2.0), 0.5, 2001)
        assert members.mean() == pytest.approx(11.0, abs=0.02), name
        assert members.std() >= 0.45, name


def test_the_trend_has_the_prediction_interval_of_least_squares():
    past = past_of([0.0, 1.5, 1.0, 3.0, 2.5])
    t = (past["date"] - past["date"].iloc[0]).dt.days.to_numpy() / 365.25
    fit = stats.linregress(t, past["value"])
    day = ahead(past, 2.0)
    x = (day - past["date"].iloc[0]).days / 365.25
    s2 = np.sum((past["value"] - fit.intercept - fit.slope * t) ** 2) / 3
    half = stats.t.ppf(0.95, 3) * np.sqrt(
        s2 * (1 + 1 / 5 + (x - t.mean()) ** 2 / np.sum((t - t.mean()) ** 2))
    )
    members = baselines.forecast("linear trend", past, day, 0.0, 20001)
    low, high = np.quantile(members, [0.05, 0.95])
    assert (low, high) == pytest.approx(
        (fit.intercept + fit.slope * x - half, fit.intercept + fit.slope * x + half), abs=0.01
    )


@pytest.mark.parametrize(
    ("name", "needs"), [("persistence", 2), ("random walk with drift", 3), ("linear trend", 4)]
)
def test_a_baseline_without_enough_past_says_nothing(name, needs):
    for count in range(1, 6):
        past = past_of(np.arange(count) ** 1.5)
        assert (baselines.forecast(name, past, ahead(past), 0.1, 50) is None) == (count < needs)


# -- scores --------------------------------------------------------------------------------------------------


def test_crps_of_a_normal_forecast_is_the_closed_form():
    members = stats.norm.ppf((np.arange(4000) + 0.5) / 4000, 1.0, 2.0)[:, None]
    z = (3.0 - 1.0) / 2.0
    exact = 2.0 * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi))
    row = scores.summarise(members, np.array([3.0])).iloc[0]
    assert row["crps"] == pytest.approx(exact, abs=2e-3)
    assert (row["in50"], row["in90"]) == (0.0, 1.0)
    assert row["q95"] == pytest.approx(1.0 + 2.0 * stats.norm.ppf(0.95), abs=0.01)


def test_members_without_a_value_are_left_out_and_few_are_not_scored():
    members = np.full((100, 2), np.nan)
    members[:50, 0], members[:10, 1] = np.linspace(0, 1, 50), 0.0
    table = scores.summarise(members, np.array([0.5, 0.5]))
    assert table["members"].tolist() == [50, 10]
    assert np.isfinite(table["crps"]).tolist() == [True, False]


def test_coverage_of_a_right_forecast_is_nominal():
    rng = np.random.default_rng(1)
    members, observed = rng.standard_normal((400, 3000)), rng.standard_normal(3000)
    table = scores.summarise(members, observed)
    assert table["in50"].mean() == pytest.approx(0.5, abs=0.03)
    assert table["in90"].mean() == pytest.approx(0.9, abs=0.02)


def test_a_baseline_that_wins_is_named():
    def rows(forecaster, crps, places):
        return [
            {
                "origin": pd.NaT, "mode": "driven", "forecaster": forecaster, "observable": "x", "place": place,
                "date": pd.Timestamp("2024-01-01") + pd.Timedelta(days=place), "crps": crps, "in50": 1.0,
                "in90": 1.0, "sign_hit": np.nan, "timing_hit": np.nan, "timing_chance": np.nan,
                "window": "fit", "use": "scored",
            }
            for place in places
        ]  # fmt: skip

    def table(model, persistence, trend):
        held = rows("model", model, range(5)) + rows("persistence", persistence, range(1, 5))
        return scores.table(pd.DataFrame(held + rows("linear trend", trend, range(3, 5)))).iloc[0]

    lost = table(2.0, 1.5, 1.0)
    assert (lost["wins"], lost["baseline"], lost["n"], lost["n_compared"]) == (
        "linear trend",
        "linear trend",
        5,
        2,
    )
    won = table(0.5, 1.5, 1.0)
    assert (won["wins"], won["baseline"]) == ("model", "linear trend")


def test_noise_of_an_observable_does_not_depend_on_the_others():
    assert (scores.noise(1, "a", (5, 3)) == scores.noise(1, "a", (5, 3))).all()
    assert not np.allclose(scores.noise(1, "a", (5, 3)), scores.noise(1, "b", (5, 3)))
    assert not np.allclose(scores.noise(1, "a", (5, 3)), scores.noise(2, "a", (5, 3)))

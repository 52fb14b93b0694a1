"""Analyses on data whose answer is known."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from sim.studies import claim_times, control_curves, mediators, plausible, smaller
from sim.studies.decidability import decidability, features, out_of_fold, weighted_auc
from sim.studies.records import TIMING, answer
from tests.studies.synthetic import loud, quiet, synthetic


@pytest.fixture(scope="module")
def short(study):
    return study.shortened()


@pytest.fixture(scope="module")
def silent_world(short):
    return synthetic(short, quiet, parts=["decidability"])


@pytest.fixture(scope="module")
def loud_world(short):
    return synthetic(short, loud, parts=["decidability", "mediators", "control-lag", "plausible"])


# -- decidability ----------------------------------------------------------------------------------------------------


def test_the_area_under_the_curve_is_that_of_scikit_learn():
    generator = np.random.default_rng(0)
    truth = generator.random(300) < 0.4
    guess = np.round(truth * 0.3 + generator.random(300), 1)  # with ties
    weight = generator.integers(0, 4, (5, 300)).astype(float)
    expected = [roc_auc_score(truth, guess, sample_weight=one) for one in weight]
    assert weighted_auc(truth, guess, weight) == pytest.approx(expected)


def test_records_that_give_themselves_away_are_told_apart(loud_world):
    found = decidability(loud_world)
    assert found.open == {"copying": True, "strategy": True}
    assert found.by_potency["auc"].min() > 0.9


def test_records_without_a_trace_are_not(silent_world):
    found = decidability(silent_world)
    assert found.open == {"copying": False, "strategy": False}
    assert (found.table["low"] < 0.7).all()


def test_luck_that_a_classifier_has_seen_does_not_help_it():
    """What tells the kinds apart inside a fold points the other way in every second one."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import KFold, cross_val_predict

    generator = np.random.default_rng(0)
    folds = np.repeat(np.arange(40), 8)
    truth = np.tile([True, False], 160)
    sign = np.where(folds % 2, 1.0, -1.0) * np.where(truth, 1.0, -1.0)
    # One column a fold: a classifier that has seen the fold knows which way it points.
    seen = sign[:, None] * (folds[:, None] == np.arange(40)) + 0.1 * generator.normal(size=(320, 40))
    model = LogisticRegression()
    mixed = KFold(8, shuffle=True, random_state=0)
    leaking = cross_val_predict(model, seen, truth, cv=mixed, method="predict_proba")[:, 1]
    fair = out_of_fold(model, seen, truth, folds)
    assert roc_auc_score(truth, leaking) > 0.8
    assert roc_auc_score(truth, fair) < 0.6


def test_features_see_public_series_only(short, silent_world):
    public = short.public
    table = features(silent_world.series["decidability"], public)
    assert len(table) == len(silent_world.runs["decidability"])
    assert all(any(name.startswith(one) for one in public) for name in table.columns)
    hidden = ("copied_share", "gap", "capability", "believed", "enforcement", "carriers")
    assert not any(name.startswith(hidden) for name in public)
    assert np.isfinite(table.to_numpy()).all()


# -- mediators -------------------------------------------------------------------------------------------------------


def test_an_effect_that_needs_policy_is_policys(short, loud_world):
    table = mediators.mediation(loud_world.runs["mediators"], short)
    mine = table[(table["campaign"] == "copying campaign") & (table["outcome"] == "log_multiple")]
    for _, cell in mine.groupby("copying"):
        by_path = cell.set_index("path")
        assert by_path.loc["policy", "share"] == pytest.approx(1.0, abs=0.05)
        assert by_path.loc["total", "effect"] == pytest.approx(by_path["effect"].drop("total").sum())
        shares = by_path["share"].drop("total")
        assert shares.sum() == pytest.approx(1.0)


def test_an_effect_that_is_not_there_has_no_shares(short, silent_world):
    worth = {
        free: np.random.default_rng(1).normal(0.0, 1.0, 30) for free in mediators.subsets(mediators.PATHS)
    }
    table = mediators.path_shares(worth, short)
    assert table["share"].isna().all()


def test_frozen_labels_are_settings_of_the_part(short):
    settings = short.parts["mediators"]["factors"]["frozen"]["settings"]
    labels = {mediators.frozen_label(free) for free in mediators.subsets(mediators.PATHS)}
    assert labels <= set(settings)


# -- control ---------------------------------------------------------------------------------------------------------


def test_where_a_line_crosses_zero():
    x = np.array([0.0, 1.0, 3.0])
    assert control_curves.crossing(x, np.array([2.0, 1.0, -1.0])) == pytest.approx(2.0)
    assert control_curves.crossing(x, np.array([-1.0, -2.0, -3.0])) == 0.0
    assert np.isnan(control_curves.crossing(x, np.array([1.0, 1.0, 1.0])))


def test_the_threshold_of_a_known_line(short, loud_world):
    table = control_curves.thresholds(loud_world.runs["control-lag"], short).set_index(["year", "learning"])
    assert table.loc[5, "zeta"].to_numpy() == pytest.approx([0.5] * 4, abs=0.02)
    assert table.loc[3, "zeta"].isna().all()


# -- smaller parts ---------------------------------------------------------------------------------------------------


def test_half_life_by_interpolation():
    week = np.arange(0, 156, 4)
    path = pd.DataFrame(
        {"week": week, "effect": np.where(week <= 52, 1.0, np.exp(-(week - 52) * np.log(2) / 20))}
    )
    path = path.assign(low=path["effect"] - 0.1, high=path["effect"] + 0.1)
    assert smaller.half_life(path) == pytest.approx(20.0, abs=0.1)
    assert smaller.half_life(path.assign(effect=1.0)) == float("inf")
    assert np.isnan(smaller.half_life(path.assign(low=-1.0)))


def test_a_ratio_that_is_needed():
    table = pd.DataFrame({"ratio": [0.0, 1.0, 2.0], "shorter": [0.0, 2.0, 3.0]})
    assert smaller.ratio_needed(table, 1.0) == pytest.approx(0.5)
    assert smaller.ratio_needed(table, 2.5) == pytest.approx(1.5)
    assert np.isnan(smaller.ratio_needed(table, 3.5))


def test_access_is_that_of_the_model():
    assert smaller.effective_access(np.array([0.0]), np.array([0.0]))[0] == pytest.approx(
        0.5 + 0.5 * 0.5 / 0.52
    )


# -- records ---------------------------------------------------------------------------------------------------------


def test_loadings_are_those_of_least_squares():
    generator = np.random.default_rng(7)
    surprise, flags = generator.normal(0.0, 2.0, 5000), generator.normal(1.0, 0.5, 5000)
    claim = (generator.random(5000) < 0.1 + 0.02 * surprise + 0.04 * flags).astype(float)
    inputs = np.column_stack([np.ones(5000), surprise, flags])
    slope = np.linalg.lstsq(inputs, claim, rcond=None)[0][1:] * [surprise.std(), flags.std()]
    parts = {
        "n": 5000.0, "surprise": surprise.sum(), "flags": flags.sum(), "claim": claim.sum(),
        "surprise_surprise": surprise @ surprise, "surprise_flags": surprise @ flags, "flags_flags": flags @ flags,
        "surprise_claim": surprise @ claim, "flags_claim": flags @ claim,
    }  # fmt: skip
    assert claim_times.loadings(np.array([parts[name] for name in TIMING])) == pytest.approx(slope)


def test_power_grows_with_claims_and_is_the_level_without_a_difference():
    rows = [
        {
            "strategic": strategic,
            "on": "surprise",
            "loading": 0.03 * strategic,
            "claims": 400.0,
            "error_of_one": 0.05,
        }
        for strategic in (False, True)
    ]
    power = claim_times.timing_power(pd.DataFrame(rows), [3, 20, 60]).iloc[0]
    assert power["3"] < power["20"] < power["60"]
    flat = claim_times.timing_power(pd.DataFrame(rows).assign(loading=0.0), [3, 60]).iloc[0]
    assert flat["3"] == pytest.approx(0.05)
    assert flat["60"] == pytest.approx(0.05)


def test_followers_that_answer_are_seen():
    generator = np.random.default_rng(2)
    leaders = np.cumsum((generator.random((156, 200)) < 0.06) * 0.5, axis=0)
    answering = 0.8 * np.vstack([np.zeros((10, 200)), leaders[:-10]])
    own = np.cumsum((generator.random((156, 200)) < 0.06) * 0.4, axis=0)
    assert answer(leaders, answering).mean() > 0.15
    assert abs(np.nanmean(answer(leaders, own))) < 0.1


# -- the plausible set -----------------------------------------------------------------------------------------------


def test_draws_far_from_observed_patterns_are_ruled_out(short):
    def world(part, runs):
        far = runs["potency"] > 0.5 if part == "plausible" else 0.0
        return {"lead": 6.0 + 100.0 * far, "lead_spread": 2.5, "growth": -0.325, "log_multiple": 2.68}

    data = synthetic(
        short, lambda part, runs: {**quiet(part, runs), **world(part, runs)}, parts=["plausible", "cells"]
    )
    table = plausible.implausibility(data.runs["plausible"], data.runs["cells"], short)
    reference = data.runs["plausible"].query("arm == 'all'")
    assert (table["plausible"].to_numpy() == (reference["potency"] <= 0.5).to_numpy()).all()
    kept = plausible.kept_runs(data.runs["plausible"], table)
    assert kept["potency"].max() <= 0.5
    narrowed = plausible.contraction(data.runs["plausible"], table, short).set_index("factor")
    assert narrowed.loc["potency", "identified"]


def test_shares_of_signs(short, loud_world):
    found = plausible.sign_shares(loud_world.runs["plausible"], "us-off", "all", "log_multiple", short)
    assert found["positive"] == 1.0
    assert found["raised"] == 1.0
    assert found["mean"] == pytest.approx(0.3, abs=0.01)

"""Could public records tell the worlds apart? Classifiers that see public series only, tested on luck they never saw.

Before any interpretation: if an observer with thousands of synthetic histories at hand cannot tell worlds with copying
from worlds without, or strategic from sincere claims, then no verdict on either is printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.studies.frames import Frame
from sim.studies.statistics import percentile, weights
from sim.studies.study import Study

if TYPE_CHECKING:
    from sim.studies.data import StudyData

Array = np.ndarray
#: Periods of equal length over whose means a classifier can look.
PERIODS = 3
#: Parts of the cross-validation; each fold of the sweep, with its luck and draws, is wholly in one of them.
SPLITS = 8
#: Name of the stratum of all records.
ALL = "all records"
#: The two properties of worlds: what is asked.
QUESTIONS = {
    "copying": "whether copying matters (kappa_d > 0)",
    "strategy": "whether claims are strategic (psi)",
}


@dataclass(frozen=True)
class Decidability:
    """What classifiers made of public records.

    Attributes
    ----------
    table
        One row a question, classifier and stratum: ``question``, ``classifier``, ``stratum``, ``auc``, ``low``,
        ``high``, ``records``, ``folds``.
    open
        By question: whether the gate is open.
    by_potency
        AUC for copying against no copying by the potency of copying: ``low_potency``, ``high_potency``, ``auc``,
        ``low``, ``high``.
    by_kind
        AUC when only one kind of public series is seen: ``question``, ``kind``, ``auc``, ``low``, ``high``.

    """

    table: Frame
    open: dict[str, bool]
    by_potency: Frame
    by_kind: Frame


def features(series: Frame, public: Sequence[str]) -> Frame:
    """What a classifier sees of each record: one row a run, indexed by ``fold``, ``row``, ``seed``.

    For each public series: means of three periods, standard deviation, slope, standard deviation and first
    autocorrelation of its changes; and the correlation of changes of the measured gap with changes of every other
    series. What is not defined is 0.
    """
    import pandas as pd

    ordered = series.sort_values(["fold", "row", "seed", "week"])
    keys = ordered[["fold", "row", "seed"]].drop_duplicates()
    runs = len(keys)
    # (runs, weeks, series)
    values = np.nan_to_num(ordered[list(public)].to_numpy(dtype=float).reshape(runs, -1, len(public)))
    columns: dict[str, Array] = {}
    changes = np.diff(values, axis=1)
    clock = np.linspace(-1.0, 1.0, values.shape[1])[None, :, None]
    gap = changes[..., public.index("score_gap")] if "score_gap" in public else changes[..., 0]
    slope = (values * clock).sum(axis=1) / (clock * clock).sum()
    lagged = _correlation(changes[:, 1:], changes[:, :-1])
    together = _correlation(changes, np.broadcast_to(gap[..., None], changes.shape))
    for k, name in enumerate(public):
        for period, piece in enumerate(np.array_split(values[..., k], PERIODS, axis=1)):
            columns[f"{name} mean {period + 1}"] = piece.mean(axis=1)
        columns[f"{name} sd"] = values[..., k].std(axis=1)
        columns[f"{name} slope"] = slope[:, k]
        columns[f"{name} sd of changes"] = changes[..., k].std(axis=1)
        columns[f"{name} autocorrelation"] = lagged[:, k]
        columns[f"{name} with the gap"] = together[:, k]
    return pd.DataFrame(columns, index=pd.MultiIndex.from_frame(keys))


def _correlation(x: Array, y: Array) -> Array:
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (x * y).sum(axis=1) / np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    return np.nan_to_num(found)


def decidability(data: StudyData) -> Decidability:
    """Train and test the classifiers on the study's records."""
    import pandas as pd

    study = data.study
    runs = data.runs["decidability"].set_index(["fold", "row", "seed"]).sort_index()
    seen = features(data.series["decidability"], study.public)
    runs = runs.loc[seen.index]
    folds = runs.index.get_level_values("fold").to_numpy()
    labels = {
        "copying": (runs["potency"] > 0.0).to_numpy(),
        "strategy": (runs["claims"] == "strategic").to_numpy(),
    }
    strata = _strata(runs, study)
    rows, guesses = [], {}
    for question, truth in labels.items():
        for name, model in classifiers(study).items():
            guess = guesses[question, name] = out_of_fold(model, seen.to_numpy(), truth, folds)
            for stratum, kept in strata.items():
                auc, low, high = auc_interval(truth[kept], guess[kept], folds[kept], study)
                rows.append(
                    {"question": question, "classifier": name, "stratum": stratum, "auc": auc, "low": low, "high": high,
                     "records": int(kept.sum()), "folds": len(np.unique(folds[kept]))}
                )  # fmt: skip
    table = pd.DataFrame(rows)
    whole = table[table["stratum"] == ALL]
    best = whole.loc[whole.groupby("question")["auc"].idxmax()].set_index("question")["classifier"]
    by_potency = potency_bands(
        runs["potency"].to_numpy(dtype=float), guesses["copying", str(best["copying"])], folds, study
    )
    by_kind = kinds_of_series(seen, labels, folds, {name: str(best[name]) for name in labels}, study)
    return Decidability(table, gates(table, study), by_potency, by_kind)


def _strata(runs: Frame, study: Study) -> dict[str, Array]:
    """All records, and those of each stratum of the study's file: masks ``(records,)``."""
    found = {ALL: np.ones(len(runs), dtype=bool)}
    factor = study.thresholds["decidability"].get("strata")
    if factor:
        found |= {str(value): (runs[factor] == value).to_numpy() for value in sorted(runs[factor].unique())}
    return found


def kinds_of_series(
    seen: Frame, labels: Mapping[str, Array], folds: Array, best: Mapping[str, str], study: Study
) -> Frame:
    """AUC of each question's better classifier when it sees one kind of public series only.

    One row a question and kind: ``question``, ``kind``, ``auc``, ``low``, ``high``.
    """
    import pandas as pd

    rows = []
    for question, truth in labels.items():
        model = classifiers(study)[best[question]]
        for kind, names in study.thresholds["decidability"]["public"].items():
            columns = [
                column for column in seen.columns if column.startswith(tuple(f"{name} " for name in names))
            ]
            guess = out_of_fold(model, seen[columns].to_numpy(), truth, folds)
            auc, low, high = auc_interval(truth, guess, folds, study)
            rows.append({"question": question, "kind": kind, "auc": auc, "low": low, "high": high})
    return pd.DataFrame(rows)


def gates(table: Frame, study: Study) -> dict[str, bool]:
    """Which questions are decidable, by the rule of the study's file: one classifier must pass in all strata."""
    wanted = study.thresholds["decidability"]
    column = {"lower": "low", "estimate": "auc"}[wanted["rule"]]
    worst = table.groupby(["question", "classifier"])[column].min()
    best = worst.groupby("question").max()
    return {str(question): bool(value >= wanted["auc"]) for question, value in best.items()}


def classifiers(study: Study) -> dict[str, Any]:
    """The classifiers of the study's file by name."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    gate = study.thresholds["decidability"]
    known = {
        "logistic regression": make_pipeline(StandardScaler(), LogisticRegression(C=0.05, max_iter=2000)),
        "random forest": RandomForestClassifier(gate["trees"], min_samples_leaf=5, random_state=0, n_jobs=1),
    }
    return {name: known[name] for name in gate["classifiers"]}


def out_of_fold(model: Any, seen: Array, truth: Array, folds: Array) -> Array:
    """Probability that each record is of the asked kind, by a classifier trained on other folds, ``(records,)``."""
    from sklearn.base import clone
    from sklearn.model_selection import GroupKFold

    splits = min(SPLITS, len(np.unique(folds)))
    guess = np.full(len(truth), np.nan)
    for train, test in GroupKFold(splits).split(seen, truth, folds):
        guess[test] = clone(model).fit(seen[train], truth[train]).predict_proba(seen[test])[:, 1]
    return guess


def auc_interval(truth: Array, guess: Array, folds: Array, study: Study) -> tuple[float, float, float]:
    """Area under the curve with its percentile interval over resampled folds (luck and draws together)."""
    names, place = np.unique(folds, return_inverse=True)
    drawn = weights(len(names), study.bootstrap, study.seed)
    auc = weighted_auc(truth, guess, np.ones((1, len(truth))))[0]
    low, high = percentile(weighted_auc(truth, guess, drawn[:, place]), study.confidence)
    return float(auc), low, high


def weighted_auc(truth: Array, guess: Array, weight: Array) -> Array:
    """AUC with weights of records, ``(resamples, records)`` to ``(resamples,)``: Mann-Whitney, ties count half."""
    order = np.argsort(guess, kind="stable")
    truth, weight = truth[order].astype(bool), weight[:, order]
    # Records with equal guesses are one step.
    step = np.concatenate([[0], np.cumsum(np.diff(guess[order]) > 0)])
    starts = np.flatnonzero(np.diff(step, prepend=-1))
    positive = np.add.reduceat(weight * truth, starts, axis=1)
    negative = np.add.reduceat(weight * ~truth, starts, axis=1)
    below = np.cumsum(negative, axis=1) - negative
    with np.errstate(invalid="ignore", divide="ignore"):
        total = positive.sum(axis=1) * negative.sum(axis=1)
        found: Array = (positive * (below + 0.5 * negative)).sum(axis=1) / total
    return found


def potency_bands(potency: Array, guess: Array, folds: Array, study: Study, bands: int = 3) -> Frame:
    """AUC of copying worlds of each third of the potencies against worlds without copying."""
    import pandas as pd

    copying = potency > 0.0
    edges = np.quantile(potency[copying], np.linspace(0.0, 1.0, bands + 1))
    rows = []
    for k in range(bands):
        upper = potency <= edges[k + 1] if k == bands - 1 else potency < edges[k + 1]
        kept = ~copying | ((potency >= edges[k]) & upper)
        auc, low, high = auc_interval(copying[kept], guess[kept], folds[kept], study)
        rows.append(
            {"low_potency": edges[k], "high_potency": edges[k + 1], "auc": auc, "low": low, "high": high}
        )
    return pd.DataFrame(rows)

"""Claims against benchmark news: knock-outs under common random numbers, and shares of variance beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.studies.frames import Frame
from sim.studies.statistics import differences, mean_ratio
from sim.studies.study import Study

if TYPE_CHECKING:
    from sim.studies.data import StudyData

#: Outcomes of the knock-out; the first decides.
OUTCOMES = ("log_multiple", "log_revenue", "chips", "lead")


def knockout_ratios(
    runs: Frame, factor: str, study: Study, outcomes: Sequence[str] = OUTCOMES, cluster: str = "fold"
) -> Frame:
    """I_N = E|Y - Y(claims off)|, I_B = E|Y - Y(news off)| and their ratio, one row an outcome.

    Parameters
    ----------
    runs
        Runs in which ``factor`` takes the levels ``all``, ``silent`` and ``no-news``.
    factor
        Column of the arms.
    study
        Bootstrap and confidence.
    outcomes
        Outcomes.
    cluster
        Column of what shares luck: whole clusters are resampled.

    Returns
    -------
    pandas.DataFrame
        ``outcome``, ``narrative`` (I_N), ``benchmark`` (I_B), ``ratio``, ``low``, ``high``, ``pairs``.

    """
    import pandas as pd

    keys = ["fold", "draw", "seed"]
    silent = differences(runs, factor, "all", "silent", outcomes).set_index(keys)
    blind = differences(runs, factor, "all", "no-news", outcomes).set_index(keys)
    both = silent.index.intersection(blind.index)
    rows = []
    for outcome in outcomes:
        pair = (
            pd.DataFrame({"narrative": silent.loc[both, outcome], "benchmark": blind.loc[both, outcome]})
            .abs()
            .dropna()
        )
        clusters = pair.index.get_level_values(cluster).to_numpy()
        found = mean_ratio(
            pair["narrative"].to_numpy(), pair["benchmark"].to_numpy(), clusters, count=study.bootstrap,
            confidence=study.confidence, seed=study.seed,
        )  # fmt: skip
        rows.append(
            {"outcome": outcome, "narrative": found.above, "benchmark": found.below, "ratio": found.value,
             "low": found.low, "high": found.high, "pairs": len(pair)}
        )  # fmt: skip
    return pd.DataFrame(rows)


def cell_ratios(cells: Frame, study: Study) -> Frame:
    """The knock-out ratio in each cell of copying by claims at the defaults; columns of :func:`knockout_ratios`."""
    import pandas as pd

    found = []
    for (copying, claims), runs in cells.groupby(["copying", "claims"]):
        table = knockout_ratios(runs, "campaign", study, OUTCOMES[:1], cluster="seed")
        table.insert(0, "copying", copying)
        table.insert(1, "claims", claims)
        found.append(table)
    return pd.concat(found, ignore_index=True)


def group_shares(data: StudyData, outcomes: Sequence[str] = OUTCOMES) -> Frame:
    """Grouped Sobol' indices of the part ``ranges``: averages over luck of the share of variance within luck.

    Each fold is a Saltelli scheme of its own with one luck; outcomes are taken less their mean over the fold, and the
    schemes laid end to end. First and total order with bootstrap intervals (SALib; Saltelli et al. 2010).

    Returns
    -------
    pandas.DataFrame
        ``outcome``, ``group``, ``first``, ``first_low``, ``first_high``, ``total``, ``total_low``, ``total_high``,
        ``samples``.

    """
    import pandas as pd

    study = data.study
    runs = data.runs["ranges"].sort_values(["fold", "row", "replicate"])
    groups = _groups(study)
    each = len(groups) + 2
    rows: list[dict[str, Any]] = []
    for outcome in outcomes:
        folds = [_complete(fold[outcome].to_numpy(dtype=float), each) for _, fold in runs.groupby("fold")]
        y = np.concatenate([fold - fold.mean() for fold in folds if len(fold)])
        if not len(y) or y.std() == 0.0:
            continue
        found = _indices(y, groups, study)
        for k, group in enumerate(groups):
            first, total = found["S1"][k], found["ST"][k]
            rows.append(
                {"outcome": outcome, "group": group, "first": first, "first_low": first - found["S1_conf"][k],
                 "first_high": first + found["S1_conf"][k], "total": total, "total_low": total - found["ST_conf"][k],
                 "total_high": total + found["ST_conf"][k], "samples": len(y) // each}
            )  # fmt: skip
    return pd.DataFrame(rows)


def _groups(study: Study) -> list[str]:
    """Groups in the order of their first factor, as SALib counts them."""
    return list(dict.fromkeys(table["group"] for table in study.parts["ranges"]["factors"].values()))


def _complete(y: np.ndarray, each: int) -> np.ndarray:
    """Whole samples of Saltelli's scheme in which nothing is missing."""
    blocks = y[: len(y) // each * each].reshape(-1, each)
    complete: np.ndarray = blocks[np.isfinite(blocks).all(axis=1)].ravel()
    return complete


def _indices(y: np.ndarray, groups: Sequence[str], study: Study) -> Any:
    from SALib.analyze import sobol

    # One stand-in for each group: the estimator sees only which block of columns was exchanged.
    problem = {"num_vars": len(groups), "names": list(groups), "bounds": [[0.0, 1.0]] * len(groups)}
    return sobol.analyze(
        problem, y, calc_second_order=False, num_resamples=min(study.bootstrap, 500), conf_level=study.confidence,
        seed=study.seed,
    )  # fmt: skip

"""Paths of a campaign's effect: policy, enforcement and adoption frozen in all combinations, and Shapley shares.

The worth of a set of paths is the campaign's effect with exactly these paths free and the others frozen; with all
frozen what is left is the effect of beliefs alone. A controlled direct effect in the model, no cause of
observed events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.experiments.statistics import mean_interval
from sim.studies.frames import Frame
from sim.studies.statistics import differences, percentile, reading, shapley, split, subsets, weights
from sim.studies.study import Study

Array = np.ndarray
PATHS = ("policy", "enforcement", "adoption")
#: What carries the effect when all paths are frozen.
REST = "beliefs alone"
#: Contrasts: name to (from, to).
CAMPAIGNS: Mapping[str, tuple[str, str]] = {
    "copying campaign": ("all", "copying"),
    "US side": ("us-off", "all"),
}


def frozen_label(free: frozenset[str], paths: Sequence[str] = PATHS) -> str:
    """Name of the setting in which exactly these paths are free."""
    frozen = [path for path in paths if path not in free]
    return "-".join(frozen) if frozen else "nothing"


def worth(runs: Frame, first: str, second: str, outcome: str) -> dict[frozenset[str], Array]:
    """Effect of a campaign in each pair of runs, by the set of free paths; all in one order of seeds ``(n,)``."""
    found = {}
    for free in subsets(PATHS):
        table = differences(runs[runs["frozen"] == frozen_label(free)], "campaign", first, second, [outcome])
        found[free] = table.set_index("seed")[outcome].dropna()
    shared = sorted(set.intersection(*(set(one.index) for one in found.values())))
    return {free: one.loc[shared].to_numpy() for free, one in found.items()}


def path_shares(values: Mapping[frozenset[str], Array], study: Study) -> Frame:
    """Contribution of each path to the mean effect and its share, with bootstrap intervals over seeds.

    Returns
    -------
    pandas.DataFrame
        One row a path, then ``beliefs alone``, then ``total``: ``path``, ``effect``, ``low``, ``high``, ``share``,
        ``share_low``, ``share_high``. Contributions add up to the total; shares are not given (NaN) where the total is
        not clear of 0.

    """
    import pandas as pd

    everything = np.asarray(values[frozenset(PATHS)])
    pieces = {**shapley(values, PATHS), REST: np.asarray(values[frozenset()])}
    drawn = weights(len(everything), study.bootstrap, study.seed) / max(len(everything), 1)
    total = mean_interval(everything, study.confidence)
    clear = total.excludes() if len(everything) > 1 else False
    totals = drawn @ everything
    rows = []
    for name, piece in pieces.items():
        low, high = percentile(drawn @ piece, study.confidence)
        row = {"path": name, "effect": float(piece.mean()), "low": low, "high": high}
        if clear:
            share_low, share_high = percentile(drawn @ piece / totals, study.confidence)
            row |= {
                "share": float(piece.mean()) / total.mean,
                "share_low": share_low,
                "share_high": share_high,
            }
        rows.append(row)
    rows.append({"path": "total", "effect": total.mean, "low": total.low, "high": total.high})
    columns = ["path", "effect", "low", "high", "share", "share_low", "share_high"]
    return pd.DataFrame(rows, columns=columns)


def mediation(runs: Frame, study: Study, outcomes: Sequence[str] = ("log_multiple", "log_revenue")) -> Frame:
    """Shapley shares for each campaign, cell of copying and outcome; columns of :func:`path_shares` and these."""
    import pandas as pd

    tables = []
    for campaign, (first, second) in CAMPAIGNS.items():
        for copying, cell in runs.groupby("copying"):
            for outcome in outcomes:
                table = path_shares(worth(cell, first, second, outcome), study)
                table.insert(0, "campaign", campaign)
                table.insert(1, "copying", copying)
                table.insert(2, "outcome", outcome)
                tables.append(table)
    return pd.concat(tables, ignore_index=True)


def frozen_effects(runs: Frame, study: Study, outcome: str = "log_multiple") -> Frame:
    """Effect left with each combination of paths frozen, and with the beliefs about copying frozen.

    Columns ``campaign``, ``copying``, ``frozen``, ``effect``, ``low``, ``high``, ``reading``; intervals hold together
    over all settings of one campaign and cell.
    """
    import pandas as pd

    settings = list(dict.fromkeys(runs["frozen"]))
    rows = []
    for campaign, (first, second) in CAMPAIGNS.items():
        for copying, cell in runs.groupby("copying"):
            for frozen in settings:
                pairs = differences(cell[cell["frozen"] == frozen], "campaign", first, second, [outcome])[
                    outcome
                ].dropna()
                if not len(pairs):
                    continue
                found = mean_interval(pairs, split(study.confidence, len(settings)))
                low, high = (found.mean, found.mean) if pairs.std() == 0.0 else (found.low, found.high)
                rows.append(
                    {"campaign": campaign, "copying": copying, "frozen": frozen, "effect": found.mean, "low": low,
                     "high": high, "reading": reading(low, high, study.margin(outcome))}
                )  # fmt: skip
    return pd.DataFrame(rows)

"""Dated releases: the models that put a role ahead of what it had before, and the test sets, as events."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from sim.evidence.choices import week_of
from sim.evidence.curves import benchmark_curves
from sim.evidence.loading import load
from sim.evidence.roles import role_of
from sim.evidence.units import ECI_PER_OOM, INDEX_AT_START, LAST_FITTED, START, capability_from_index, days

EARLY_YEARS = 2.0
"""How long after the start a release still speaks about the start."""
INDEX_PER_YEAR = 15.5
"""Growth of the best index before 2026 (Ho et al. 2025, arXiv:2512.00193); only to date levels back."""

Event = dict[str, Any]


def role_releases(until: dt.date | None = None) -> pd.DataFrame:
    """Return all rows of the release table that have a role, with ``role`` and ``week``."""
    table = days(load("model_releases"), until)
    roles = table["developer"].map(role_of)
    table = table.assign(role=roles, week=[week_of(day.date(), START) for day in table["date"]])
    return table[roles.notna()].sort_values("date", kind="stable", ignore_index=True)


def best_releases(until: dt.date | None = None) -> pd.DataFrame:
    """Return the releases with an index above all that the same role had before, the best one a week."""
    table = role_releases(until).dropna(subset=["epoch_eci"])
    before = table.groupby("role")["epoch_eci"].transform(lambda values: values.cummax().shift())
    start = table["role"].map(start_indices(until)).astype(float).fillna(-np.inf)
    table = table[(table["epoch_eci"] >= start) & ~(table["epoch_eci"] <= before)]
    best = table.groupby(["role", "week"])["epoch_eci"].idxmax()
    return table.loc[best].sort_values(["date", "role"], kind="stable", ignore_index=True)


def entered_releases(until: dt.date | None = None) -> pd.DataFrame:
    """Return the releases that become events, with the ``index`` at which they enter and ``indexed``.

    The best ones of each role, and all of roles that the index has no model of: those are taken as level with
    the best indexed model of their bloc at the time, so that the gap between the blocs stays the observed one.
    """
    everyone = role_releases(until)
    roles_with_index = set(role_releases().dropna(subset=["epoch_eci"])["role"])
    best = best_releases(until).assign(indexed=True)
    best["index"] = best["epoch_eci"]
    loose = everyone[~everyone["role"].isin(roles_with_index)].assign(indexed=False)
    start = start_indices(until)
    levels = []
    for row in loose.to_dict("records"):
        peers = everyone[(everyone["country"] == row["country"]) & (everyone["date"] <= row["date"])]
        levels.append(
            peers["epoch_eci"].max() if peers["epoch_eci"].notna().any() else start.get(row["role"])
        )
    entered = pd.concat([best, loose.assign(index=np.array(levels, dtype=float)).dropna(subset=["index"])])
    return entered.sort_values(["date", "role"], kind="stable", ignore_index=True)


def start_indices(until: dt.date | None = None) -> dict[str, float]:
    """Return the index of what each role has out at the start; only the first of them is observed.

    ``us-closed-1`` has the model that is the zero of the scale. Any other role has the highest of its releases
    of the first two years, each dated back at the usual growth; a role without an index has the lowest of its
    bloc. For the Chinese roles that gives 97 to 100 points, 14 below the best: the gap of September 2023 (13.5),
    the first that does not rest on a model of 7 billion parameters alone. With ``until`` only releases until
    then speak; a bloc without any is left out.
    """
    table = role_releases(until).dropna(subset=["epoch_eci"])
    years = (table["date"] - pd.Timestamp(START)).dt.days / 365.25
    early = table.assign(back=table["epoch_eci"] - INDEX_PER_YEAR * years)[years <= EARLY_YEARS]
    best = early.groupby(["country", "role"])["back"].max().clip(upper=INDEX_AT_START).round(1)
    levels: dict[str, float] = {}
    everyone = role_releases()
    for role, country in dict(zip(everyone["role"], everyone["country"], strict=True)).items():
        if (country, role) in best.index:
            levels[role] = float(best[country, role])
        elif country in best.index:
            levels[role] = float(best[country].min())
    levels["us-closed-1"] = INDEX_AT_START
    return levels


def release_events(until: dt.date | None = None, eci_per_oom: float = ECI_PER_OOM) -> list[Event]:
    """Return a release at the start for every role, which ends its own, and the dated ones that follow."""
    found: list[Event] = []
    levels = start_indices(until)
    for role in dict.fromkeys(role_releases()["role"]):
        event: Event = {"type": "model_release", "date": START.isoformat(), "lab": role}
        label = "out at the start: what the lab has"
        if role in levels:
            event |= _level(levels[role], eci_per_oom)
            label = f"out at the start: index {levels[role]:g}"
        found.append({**event, "replace": True, "label": label})
    for row in entered_releases(until).to_dict("records"):
        known = (
            "release" if row["indexed"] else "release without an index, taken as level with the bloc's best"
        )
        found.append(
            {
                "type": "model_release",
                "date": f"{row['date']:%Y-%m-%d}",
                "lab": row["role"],
                **_level(row["index"], eci_per_oom),
                "label": f"{known}: index {row['index']:g}",
            }
        )
    return found


def _level(index: float, eci_per_oom: float) -> Event:
    return {"capability": round(float(capability_from_index(index, eci_per_oom)), 3), "from_start": True}


def set_events(until: dt.date | None = None, eci_per_oom: float = ECI_PER_OOM) -> list[Event]:
    """Return the releases of the test sets; those older than the start come with it, and end the model's own.

    Their curves are fitted to scores until ``until``, and at most to the end of the fit window.
    """
    found: list[Event] = []
    curves = benchmark_curves(min(until or LAST_FITTED, LAST_FITTED), eci_per_oom)
    for row in curves.sort_values("release_date").to_dict("records"):
        day = max(row["release_date"].date(), START)
        if until is not None and day > until:
            continue
        found.append(
            {
                "type": "benchmark_release",
                "date": day.isoformat(),
                "benchmark": row["benchmark"],
                "family": row["family"],
                "chance_floor": round(row["chance_floor"], 3),
                "difficulty": round(row["difficulty"], 3),
                "from_start": True,
                "discrimination": round(row["discrimination"], 2),
                "items": row["items"],
                # The curves are fitted to printed scores, which hold what had leaked already: no more is added.
                "public": False,
                **({} if found else {"replace": True}),
                "label": f"test set: {row['benchmark']}",
            }
        )
    return found

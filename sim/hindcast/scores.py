"""Scores: CRPS, coverage, hits of sign and of timing; and the table that says who wins."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import pandas as pd

#: Fewer members with a value than this, and a forecast is not scored.
FEWEST_MEMBERS = 20
#: Quantiles of a forecast that are kept.
QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
#: Days around a date within which a date counts as hit.
HIT_DAYS = 30
MODEL, ANCHORED = "model", "model, anchored"


def noise(seed: int, name: str, shape: tuple[int, int]) -> np.ndarray:
    """Standard normal numbers of an observable: the same whatever else is scored, and in whatever order."""
    key = zlib.crc32(name.encode())
    return np.random.Generator(np.random.Philox(key=[seed, key])).standard_normal(shape)


def summarise(members: np.ndarray, observed: np.ndarray) -> pd.DataFrame:
    """Return mean, quantiles, CRPS and coverage of forecasts, one row each.

    Parameters
    ----------
    members
        Forecasts ``(members, rows)`` with the error of observation in them; NaN where a member has no value.
    observed
        Observations ``(rows,)``.

    """
    from scoringrules import crps_ensemble

    rows: list[dict[str, Any]] = []
    for held, value in zip(
        np.asarray(members, dtype=float).T, np.asarray(observed, dtype=float), strict=True
    ):
        known = held[np.isfinite(held)]
        row: dict[str, Any] = {"members": len(known)}
        if len(known) < FEWEST_MEMBERS:
            rows.append({**row, **dict.fromkeys(["mean", *QUANTILES, "crps", "in50", "in90"], np.nan)})
            continue
        quantiles = dict(zip(QUANTILES, np.quantile(known, list(QUANTILES.values())), strict=True))
        row |= {"mean": known.mean(), **quantiles}
        # The fair estimator does not reward or punish the number of members.
        row["crps"] = float(crps_ensemble(value, known, estimator="fair"))
        row["in50"] = float(quantiles["q25"] <= value <= quantiles["q75"])
        row["in90"] = float(quantiles["q05"] <= value <= quantiles["q95"])
        rows.append(row)
    return pd.DataFrame(rows)


def table(forecasts: pd.DataFrame, origins: bool = False) -> pd.DataFrame:
    """Return one row an observable: size of the record, scores of the model, the best baseline, and who wins.

    The model and a baseline are compared on the days on which both have a forecast. ``wins`` is the forecaster
    with the smallest mean CRPS on the days of the best baseline; where no baseline has a forecast it is empty.

    Parameters
    ----------
    forecasts
        Rows of :attr:`sim.hindcast.running.Hindcast.forecasts`.
    origins
        Take the forecasts after an origin instead of those of the whole hindcast.

    """
    held = forecasts[forecasts["use"] == "scored"]
    held = held[held["origin"].notna() & (held["window"] == "forecast") if origins else held["origin"].isna()]
    rows = [_row(str(name), each) for name, each in held.groupby("observable", sort=False)]
    return pd.DataFrame([row for row in rows if row is not None])


def _row(name: str, held: pd.DataFrame) -> dict[str, Any] | None:
    keys = ["origin", "date", "place"]
    model = held[held["forecaster"] == MODEL]
    by_forecaster = {
        str(forecaster): each.set_index(keys)["crps"].dropna()
        for forecaster, each in held.groupby("forecaster", sort=False)
    }
    mine = by_forecaster.get(MODEL, pd.Series(dtype=float))
    row: dict[str, Any] = {
        "observable": name,
        "n": len(mine),
        "crps_model": mine.mean(),
        "coverage50": model["in50"].mean(),
        "coverage90": model["in90"].mean(),
        "sign_hits": model["sign_hit"].sum() if model["sign_hit"].notna().any() else np.nan,
        "signs": int(model["sign_hit"].notna().sum()),
        "timing_hits": model["timing_hit"].mean(),
        "timing_chance": model["timing_chance"].mean(),
        "baseline": "",
        "n_compared": 0,
        "wins": "",
    }
    found: list[tuple[float, str, pd.Index]] = []
    for forecaster, crps in by_forecaster.items():
        both = crps.index.intersection(mine.index)
        if forecaster not in (MODEL, ANCHORED) and len(both):
            found.append((float(crps[both].mean() / mine[both].mean()), forecaster, both))
    if found:
        _ratio, best, both = min(found, key=lambda one: one[0])
        rivals = {MODEL: mine[both].mean(), best: by_forecaster[best][both].mean()}
        anchored = by_forecaster.get(ANCHORED)
        if anchored is not None and both.isin(anchored.index).all():
            rivals[ANCHORED] = anchored[both].mean()
        row |= {
            "baseline": best,
            "n_compared": len(both),
            "crps_compared": rivals[MODEL],
            "crps_anchored": rivals.get(ANCHORED, np.nan),
            "crps_baseline": rivals[best],
            "wins": min(rivals, key=lambda each: rivals[each]),
        }
    return row

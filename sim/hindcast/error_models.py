"""Errors of observation: how far a printed figure may lie from what it measures, one standard deviation.

None of the sources states such an error for the quantity that the model predicts, so all of these are
judgements, each with its reason. They rest on three things: the metric (base value below), the confidence of
the row (:data:`FACTOR`) and, where the row has one, its own interval. Errors of one source are treated as
independent from date to date, which is generous to every forecaster alike.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.evidence import load

#: Widening by confidence: two texts or a primary source, one text, recalled and not looked up. A recalled
#: figure is usually right in its first digit, which is about two and a half times the error of a checked one.
FACTOR = {"high": 1.0, "medium": 1.5, "low": 2.5}

#: Arena points between two models: 5 to 10 points of sampling error each, and boards drift between snapshots
#: by as much again (the same pair differs by 10 to 25 points between the snapshots in the evidence).
ARENA = 20.0
#: Arena points before 2024: one or two Chinese models were on the board, so that the best of them was often
#: not the best there was. The two boards in the evidence differ by 20 points in 2023, and both may be off.
ARENA_EARLY = 60.0
#: Points of a percentage score, between two models: binomial error of 160 to 14,000 items, and prompts and
#: settings that differ between vendors (the same model differs by 1 to 4 points between sources).
SCORE_POINTS = 3.0
#: Index points of one model where the release table has no interval: half of the typical width for 2023-24.
INDEX_POINTS = 2.5
#: Half width of a 90 % interval in standard deviations; the intervals of the index are taken as such.
NINETY = 1.645
#: Pace of the frontier in index points a year (Epoch AI, 2023 to 2025); turns an error of the index into months.
INDEX_PER_YEAR = 15.5
#: Logarithm of one valuation: rounds are reported pre- or post-money, staged, or with a range of 5 to 10 %.
LN_ROUND = 0.08
#: The same for talks that were reported and not closed: prices moved by a fifth before closing.
LN_TALKS = 0.2
#: Logarithm of a market value at a close.
LN_CLOSE = 0.03
#: Logarithm of value over revenue: the two are dated up to nine months apart while revenue triples a year.
LN_MULTIPLE = 0.25
#: Log change of a price around an event: a day's move of one share without news has about this deviation.
LN_EVENT = 0.03
#: Share of users in a survey of some hundred firms: 2 points of sampling error, and definitions that differ.
SURVEY_SHARE = 0.04
#: Share of downloads: what counts as a model, an organisation's country and a download differ by study.
DOWNLOAD_SHARE = 0.06
#: Logarithm of a price ratio between two groups of models: which pairs count decides it by a factor of two.
LN_PRICE_RATIO = 0.7
#: OOM a year of compute growth: estimates for the same years run from a factor 4.2 to 5.3.
COMPUTE_GROWTH = 0.07
#: OOM between two training computes: most estimates of closed models are within a factor of three.
COMPUTE_RATIO = 0.45
#: Acts counted: two rules of one week may be one act or two, and small listings count or not.
ACTS = 1.5


def scaled(base: float | pd.Series, confidence: pd.Series) -> pd.Series:
    """Return the standard deviation of each row: the base value, widened by the row's confidence."""
    return confidence.map(FACTOR).astype(float) * base


def combined(*parts: pd.Series | float) -> pd.Series:
    """Return the standard deviation of a sum of independent errors."""
    total = sum((np.square(part) for part in parts), start=0.0)
    return pd.Series(np.sqrt(total))


def index_sd(models: pd.Series) -> pd.Series:
    """Return the standard deviation of each model's index, from its interval where the release table has one.

    Names of the gap table and of the release table differ in additions in brackets, which are left out.
    """
    releases = load("model_releases")
    width = (releases["eci_ci_high"] - releases["eci_ci_low"]) / (2 * NINETY)
    known = dict(zip(_plain(releases["model"]), width, strict=True))
    found = _plain(models).map(known).astype(float)
    return found.fillna(INDEX_POINTS).clip(lower=1.0).set_axis(models.index)


def _plain(names: pd.Series) -> pd.Series:
    return names.astype(str).str.replace(r"\s*\(.*?\)", "", regex=True).str.strip().str.lower()

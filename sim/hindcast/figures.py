"""Figures of the hindcast: observed points with their errors over the model's bands; coverage; who wins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.hindcast import scores
from sim.hindcast.observables import OBSERVABLES
from sim.hindcast.reading import Reading
from sim.report import parts, style
from sim.report.labels import Label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.hindcast.observable import Observable
    from sim.hindcast.running import Hindcast

#: Days between two points of a band.
STEP = 28
#: Quantiles of the inner and the outer band.
INNER, OUTER = (0.25, 0.75), (0.05, 0.95)
#: Half of an observation's 90 % interval, in standard deviations.
NINETY = 1.645
#: Colour of the model, of the anchored model and of baselines.
COLOURS = {scores.MODEL: style.BLUE, scores.ANCHORED: style.SKY}
BASELINE = style.ORANGE


def principal(hindcast: Hindcast) -> pd.DataFrame:
    """Forecasts of the run that was asked for: with an origin those after it, without one all."""
    table, until = hindcast.forecasts, hindcast.manifest["until"]
    if until is None:
        return table[table["origin"].isna()]
    return table[(table["origin"] == pd.Timestamp(until)) & (table["window"] == "forecast")]


def through_time(hindcast: Hindcast, names: Sequence[str]) -> Figure:
    """Observed series over the 50 and 90 % bands of the model, one panel an observable."""
    figure, axes = parts.panels(len(names), columns=3, height=1.75)
    reading = Reading(hindcast.run)
    days = _grid(hindcast)
    for place, (name, panel) in enumerate(zip(names, axes, strict=True)):
        observable = OBSERVABLES[name]
        parts.dress(panel, f"{parts.letter(place)}  {_heading(observable)}", left=observable.unit)
        _bands(panel, observable, reading, days)
        held = hindcast.observed[hindcast.observed["observable"] == name]
        _points(panel, held)
        style.calendar_axis(panel, days, True)
        panel.set_xlim(style.days(days[:1])[0], style.days(days[-1:])[0])
        _fit_height(panel, held)
    return figure


def single_facts(hindcast: Hindcast, names: Sequence[str]) -> Figure:
    """Sizes, dates and counts: one row an observation, the observed value as a diamond on the model's intervals.

    Rows have units of their own, so that each is drawn in the standard deviations of its own forecast, from the
    model's median.
    """
    table = principal(hindcast)
    held = table[(table["forecaster"] == scores.MODEL) & table["observable"].isin(names)]
    held = held[np.isfinite(held["mean"])].reset_index(drop=True)
    figure, (panel,) = parts.panels(1, height=0.27 * max(len(held), 2) + 0.7)
    parts.dress(panel, "", below="distance from the model's median, in units of its 50 % interval", grid="x")
    labels = [
        Label(f"{_heading(OBSERVABLES[row.observable])}, {pd.Timestamp(row.date):%Y-%m-%d}", "")
        for row in held.itertuples()
    ]
    parts.names_on_left(panel, labels, described=False)
    width = np.maximum((held["q75"] - held["q25"]).to_numpy(), 1e-12)
    middle = held["q50"].to_numpy()
    places = np.arange(len(held))
    for low, high, thick, faint in (("q05", "q95", 2.2, 0.35), ("q25", "q75", 5.0, 0.8)):
        panel.hlines(
            places, (held[low] - middle) / width, (held[high] - middle) / width,
            color=style.BLUE, linewidth=thick, alpha=faint, zorder=2,
        )  # fmt: skip
    where = np.clip((held["observed"].to_numpy() - middle) / width, -6.0, 6.0)
    panel.plot(where, places, "D", color=style.INK, markersize=3.4, zorder=4, label="observed (cut at 6)")
    parts.zero_line(panel)
    parts.key(panel, 1, "lower right")
    return figure


def coverage(hindcast: Hindcast) -> Figure:
    """Share of observations inside the 50 and 90 % intervals, by forecaster, with binomial 95 % intervals."""
    from scipy.stats import binomtest

    table = principal(hindcast)
    held = table[(table["use"] == "scored") & table["crps"].notna()]
    forecasters = list(dict.fromkeys(held["forecaster"]))
    figure, axes = parts.panels(2, columns=2, height=0.26 * len(forecasters) + 0.75)
    for panel, column, wanted in zip(axes, ("in50", "in90"), (0.5, 0.9), strict=True):
        parts.dress(panel, f"inside the {wanted:.0%} interval", below="share of observations", grid="x")
        shares, low, high = [], [], []
        for forecaster in forecasters:
            inside = held.loc[held["forecaster"] == forecaster, column]
            interval = binomtest(int(inside.sum()), len(inside)).proportion_ci(method="wilson")
            shares.append(float(inside.mean()))
            low.append(float(interval.low))
            high.append(float(interval.high))
        if panel is axes[0]:
            parts.names_on_left(panel, [Label(name, "") for name in forecasters], described=False)
        else:
            parts.names_on_left(panel, [Label("", "") for _ in forecasters], described=False)
        parts.dots(panel, np.array(shares), np.array(low), np.array(high))
        panel.axvline(wanted, color=style.ORANGE, linewidth=1.0)
        panel.set_xlim(0.0, 1.02)
    return figure


def against_baselines(table: pd.DataFrame) -> Figure:
    """Mean CRPS of the model, the anchored model and the best baseline, each over the best baseline's."""
    held = table[table["wins"] != ""].reset_index(drop=True)
    figure, (panel,) = parts.panels(1, height=0.24 * max(len(held), 2) + 0.8)
    parts.dress(
        panel, "", below="mean CRPS over that of the best baseline (left of 1: better than it)", grid="x"
    )
    labels = [Label(_heading(OBSERVABLES[name]), "") for name in held["observable"]]
    parts.names_on_left(panel, labels, described=False)
    places = np.arange(len(held))
    panel.axvline(1.0, color=BASELINE, linewidth=1.2, zorder=1, label="best baseline")
    for column, forecaster, marker in (
        ("crps_compared", scores.MODEL, "o"),
        ("crps_anchored", scores.ANCHORED, "s"),
    ):
        panel.plot(
            held[column] / held["crps_baseline"], places, marker, color=COLOURS[forecaster], markersize=4.4,
            markeredgecolor="#ffffff", markeredgewidth=0.5, zorder=3, label=forecaster,
        )  # fmt: skip
    panel.set_xscale("log")
    parts.numeric_axis(panel.xaxis, log=True)
    parts.key(panel, 3, "lower left", (0.0, 1.0))
    return figure


def rolling(hindcast: Hindcast) -> Figure:
    """Median over observables of CRPS after each origin, over the best baseline's from the same origin."""
    table = hindcast.forecasts
    held = table[table["origin"].notna() & (table["window"] == "forecast") & (table["use"] == "scored")]
    figure, (panel,) = parts.panels(1, height=2.1, width=4.6)
    parts.dress(
        panel, "", below="forecast origin", left="CRPS over the best baseline's, median of observables"
    )
    origins = sorted(held["origin"].unique())
    ratios: dict[str, list[float]] = {scores.MODEL: [], scores.ANCHORED: []}
    for origin in origins:
        found = scores.table(held[held["origin"] == origin], origins=True)
        found = found[found["wins"] != ""] if len(found) else found
        for forecaster, column in ((scores.MODEL, "crps_compared"), (scores.ANCHORED, "crps_anchored")):
            ratio = found[column] / found["crps_baseline"] if len(found) else pd.Series(dtype=float)
            ratios[forecaster].append(float(ratio.median()))
    places = np.arange(len(origins))
    panel.axhline(1.0, color=BASELINE, linewidth=1.2, label="best baseline")
    for forecaster, marker in ((scores.MODEL, "o"), (scores.ANCHORED, "s")):
        panel.plot(
            places, ratios[forecaster], marker=marker, linestyle="-", color=COLOURS[forecaster], linewidth=1.1,
            markersize=4.2, label=forecaster,
        )  # fmt: skip
    panel.set_xticks(places, [f"{pd.Timestamp(origin):%Y-%m}" for origin in origins])
    panel.set_xlim(-0.4, len(origins) - 0.6)
    panel.set_yscale("log")
    parts.numeric_axis(panel.yaxis, log=True)
    parts.key(panel, 3, "lower left", (0.0, 1.0))
    return figure


def _grid(hindcast: Hindcast) -> np.ndarray:
    run = hindcast.run
    start = np.datetime64(run.scenario.run.start_date)
    return start + np.arange(0, 7 * run.scenario.run.weeks, STEP).astype("timedelta64[D]")


def _bands(panel: Axes, observable: Observable, reading: Reading, days: np.ndarray) -> None:
    values = observable.predict(reading, days)
    # A band needs enough worlds in which the quantity is defined.
    enough = np.isfinite(values).sum(axis=0) >= min(scores.FEWEST_MEMBERS, reading.replicates)
    if not enough.any():
        parts.undefined(panel, "not defined in these worlds")
        return
    shown = np.where(enough, values, np.nan)[:, enough]
    x = style.days(days[enough])
    for (low, high), strength in ((OUTER, 0.18), (INNER, 0.34)):
        ends = np.nanquantile(shown, [low, high], axis=0)
        panel.fill_between(x, *ends, color=style.BLUE, alpha=strength, linewidth=0, zorder=2)
    panel.plot(x, np.nanmedian(shown, axis=0), color=style.BLUE, linewidth=1.2, zorder=3)


def _points(panel: Axes, held: pd.DataFrame) -> None:
    x = style.days(held["date"].to_numpy())
    panel.errorbar(
        x, held["value"], yerr=NINETY * held["sd"], fmt="o", color=style.INK, markersize=2.6, linewidth=0.7,
        capsize=0, zorder=5,
    )  # fmt: skip


def _fit_height(panel: Axes, held: pd.DataFrame) -> None:
    """Keep the observations readable where the model's outer band is very wide."""
    if not len(held):
        return
    low, high = panel.get_ylim()
    observed = np.concatenate([held["value"] - 2 * held["sd"], held["value"] + 2 * held["sd"]])
    reach = max(float(np.ptp(observed)), 1e-9)
    panel.set_ylim(
        max(low, float(observed.min()) - 2.5 * reach), min(high, float(observed.max()) + 2.5 * reach)
    )
    parts.numeric_axis(panel.yaxis)


def _heading(observable: Observable) -> str:
    return observable.name.replace("_", " ")

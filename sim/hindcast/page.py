"""The report of a hindcast: one HTML file, and the figures for print beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.hindcast import figures, scores
from sim.hindcast.observables import OBSERVABLES
from sim.report.figure_files import as_bytes
from sim.report.markup import code
from sim.report.numbers import count, percent
from sim.report.page import Page
from sim.report.tables_out import Column, Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.hindcast.running import Hindcast

#: What holds of every hindcast, whatever its numbers.
LIMITS = (
    "Whether copying took place, how much it mattered, and what any firm intends. Allegations enter as claims that "
    "somebody made, never as facts.",
    "Causes. That a series follows an act or a claim in the model is a mechanism of the model; that it did so in the "
    "world is an order of dates.",
    "Levels of what is judged. Strengths of export control and values stated in claims are judgements; only dates and "
    "signs were observed.",
    "More than the data hold. There are some ten dated events and three years; errors of observation are judgements "
    "too, stated with each observable.",
)
HEADINGS = {"capability": "Capability", "compute": "Compute", "markets": "Markets", "controls": "Export control",
            "adoption": "Adoption"}  # fmt: skip


class Sheets:
    """Figures of a hindcast by name, each drawn once for the page and for print."""

    def __init__(self) -> None:
        self._held: dict[str, Figure] = {}

    def figure(self, name: str, draw: Callable[[], Figure]) -> Figure:
        """Return the figure of that name, drawn when it is first asked for."""
        if name not in self._held:
            self._held[name] = draw()
        return self._held[name]


def files() -> dict[str, Callable[[Hindcast], bytes]]:
    """Files beside the tables of one hindcast: the report, the table of scores, and the figures for print."""
    sheets = Sheets()

    def printed(name: str) -> Callable[[Hindcast], bytes]:
        return lambda hindcast: as_bytes(sheets.figure(name, lambda: _draw(hindcast, name)), "pdf", {})

    return {
        "report.html": lambda hindcast: report(hindcast, sheets),
        "scores.csv": lambda hindcast: _scores(hindcast).to_csv(index=False).encode(),
        **{f"{name}.pdf": printed(name) for name in ("coverage", *(f"{group}-series" for group in HEADINGS))},
    }


def report(hindcast: Hindcast, sheets: Sheets | None = None) -> bytes:
    """Return the report as one self-contained HTML file."""
    manifest = hindcast.manifest
    page = Page(
        "Hindcast, October 2022 to December 2025",
        kicker=f"Parity hindcast · {hindcast.mode} mode",
        lead=_lead(hindcast),
        footer=f"Parity {manifest['versions'].get('parity', '')}, seed {manifest['seeds'][0]}.",
    )
    sheets = sheets or Sheets()
    table = _scores(hindcast)
    _summary(page, hindcast, table, sheets)
    for group, heading in HEADINGS.items():
        _group(page, hindcast, table, group, heading, sheets)
    if manifest["until"] is None and manifest["origins"]:
        _rolling(page, hindcast, sheets)
    _method(page, hindcast.mode == "driven")
    page.section("What this cannot say", key="limits")
    page.bullets(LIMITS)
    page.text("Whoever publishes results is asked to disclose ties to firms in the debate.")
    _observed(page, hindcast)
    page.reproduce(
        [manifest.get("command") or _command(hindcast)],
        {**{k: str(v) for k, v in manifest["versions"].items()}, "replicates": str(manifest["replicates"])},
    )
    return page.html().encode()


def _scores(hindcast: Hindcast) -> pd.DataFrame:
    """Scores of the run that was asked for."""
    return hindcast.scores(origins=hindcast.manifest["until"] is not None)


def _draw(hindcast: Hindcast, name: str) -> Figure:
    """Draw the figure of that name; a group without a series has an empty sheet."""
    if name == "coverage":
        return figures.coverage(hindcast)
    if name == "baselines":
        return figures.against_baselines(_scores(hindcast))
    if name == "rolling":
        return figures.rolling(hindcast)
    group, what = name.split("-")
    return {"series": figures.through_time, "facts": figures.single_facts}[what](
        hindcast, _names(hindcast, group)[what]
    )


def _names(hindcast: Hindcast, group: str) -> dict[str, list[str]]:
    """Observables of a group that have observations: series, and single facts."""
    names = [name for name, each in OBSERVABLES.items() if each.group == group and _known(hindcast, name)]
    series = [name for name in names if OBSERVABLES[name].kind == "series"]
    return {"series": series, "facts": [name for name in names if name not in series]}


def _lead(hindcast: Hindcast) -> str:
    replicates = count(hindcast.manifest["replicates"], "replicate")
    until = hindcast.manifest["until"]
    if hindcast.mode == "free":
        return (
            f"{replicates} from the initial conditions of October 2022: releases, acts and claims are the "
            "model's own."
        )
    upto = f" until {until}, the model's own after it" if until else ""
    return (
        f"{replicates}. Releases of models and test sets, control acts and salient claims of the public record "
        f"enter on their days{upto}; beliefs, values, attention and use respond."
    )


def _summary(page: Page, hindcast: Hindcast, table: pd.DataFrame, sheets: Sheets) -> None:
    page.section("Summary")
    if not len(table):
        page.box("warning", "Nothing to score", "No observation is scored in this mode.")
        return
    compared = table[table["wins"] != ""]
    lost = compared[compared["wins"] == compared["baseline"]]
    rows = figures.principal(hindcast)
    mine = rows[(rows["forecaster"] == scores.MODEL) & (rows["use"] == "scored") & rows["crps"].notna()]
    page.bullets(
        [
            f"The model or the model anchored at the last observation has the smallest error (CRPS) on "
            f"**{len(compared) - len(lost)} of {len(compared)}** observables for which a baseline can forecast; "
            f"on **{len(lost)}** a baseline does better.",
            f"Of {len(mine)} scored observations {percent(mine['in50'].mean())} lie inside the model's 50 % interval "
            f"and {percent(mine['in90'].mean())} inside its 90 % interval.",
            *_hits(table),
        ]
    )
    if len(lost):
        page.box(
            "warning",
            "Where a baseline is better",
            [f"{code(str(row.observable))}: {row.baseline}" for row in lost.itertuples()],
        )
    _scores_table(page, table)
    for name, caption, alternative in (
        (
            "baselines",
            "Mean CRPS over that of the best baseline, on the days that both forecast. The anchored model passes "
            "through the last observation, as baselines do.",
            "Dots for the model and the anchored model, one row an observable, against a line at one",
        ),
        (
            "coverage",
            "Share of scored observations inside the 50 and 90 % intervals, with Wilson's 95 % interval; the line is "
            "the share that a calibrated forecast would have.",
            "Two panels of dots with intervals, one row a forecaster",
        ),
    ):
        if name == "baselines" and not len(compared):
            continue
        _figure(page, hindcast, name, sheets, caption, alternative)


def _hits(table: pd.DataFrame) -> Iterator[str]:
    signs = int(table["signs"].sum())
    if signs:
        yield f"Direction of change or reaction: {table['sign_hits'].sum():.0f} of {signs} right."
    timed = table[table["timing_hits"].notna()]
    for name, hits, chance in zip(
        timed["observable"],
        timed["timing_hits"].astype(float),
        timed["timing_chance"].astype(float),
        strict=True,
    ):
        yield (
            f"{code(name)}: {percent(hits)} of replicates within {scores.HIT_DAYS} days (a day drawn at random: "
            f"{percent(chance)})."
        )


def _scores_table(page: Page, table: pd.DataFrame) -> None:
    held = table.copy()
    held["unit"] = [OBSERVABLES[name].unit for name in held["observable"]]
    held["signs_right"] = [
        f"{hits:.0f}/{signs}" if signs else ""
        for hits, signs in zip(held["sign_hits"], held["signs"], strict=True)
    ]
    columns = (
        Column("observable", code=True),
        Column("unit"),
        Column("n", "obs."),
        Column("crps_model", "CRPS, model"),
        Column("n_compared", "comp. on"),
        Column("crps_compared", "there: model"),
        Column("crps_anchored", "anchored"),
        Column("crps_baseline", "best baseline"),
        Column("wins", "smallest"),
        Column("coverage50", "in 50 %", digits=2, most=2),
        Column("coverage90", "in 90 %", digits=2, most=2),
        Column("signs_right", "signs"),
    )
    shown = tuple(each for each in columns if each.name in held.columns)
    page.table(
        Table(
            held, shown,
            "Scores of every observable that is scored in this mode. CRPS is in the observable's unit; "
            "smaller is better.",
            "A baseline needs two to four past observations, so that it is compared on fewer days. An empty cell: no "
            "baseline has a forecast.",
        ),
        key="scores",
    )  # fmt: skip


def _group(
    page: Page, hindcast: Hindcast, table: pd.DataFrame, group: str, heading: str, sheets: Sheets
) -> None:
    names = _names(hindcast, group)
    if not names["series"] and not names["facts"]:
        return
    page.section(heading, key=group)
    if names["series"]:
        _figure(
            page, hindcast, f"{group}-series", sheets,
            "Observations (points, bars: 90 % of the error of observation) over the model's median, 50 and 90 % bands.",
            f"Panels with bands through time and points: {', '.join(names['series'])}",
        )  # fmt: skip
    if names["facts"] and _has_values(hindcast, names["facts"]):
        _figure(
            page, hindcast, f"{group}-facts", sheets,
            "Sizes, dates and counts: observed value on the model's 50 and 90 % intervals, errors of observation "
            "included.",
            f"Rows with intervals and a diamond: {', '.join(names['facts'])}",
        )  # fmt: skip
    page.facts({name: _about(name, hindcast, table) for name in [*names["series"], *names["facts"]]})


def _about(name: str, hindcast: Hindcast, table: pd.DataFrame) -> str:
    observable = OBSERVABLES[name]
    use = observable.uses[hindcast.mode]
    status = {
        "scored": "",
        "input": " **Not scored here**: the scenario of this mode sets it, so that agreement means nothing.",
        "shown": " **Shown, not scored.**",
    }[use]
    verdict = ""
    row = table[table["observable"] == name] if len(table) else table
    if len(row) and row["wins"].iloc[0]:
        verdict = f" Smallest error: {row['wins'].iloc[0]}."
    return (
        f"{_sentence(observable.description)} Unit: {observable.unit}. "
        f"Error of observation: {_sentence(observable.error_model)}{status}{verdict}"
    )


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _rolling(page: Page, hindcast: Hindcast, sheets: Sheets) -> None:
    page.section("Forecasts from rolling origins", key="rolling")
    page.text(
        "The record enters up to an origin; from there the model runs free, and baselines see the same past. What was "
        "printed later, or on a later board, is kept from both."
    )
    found = hindcast.scores(origins=True)
    _figure(
        page, hindcast, "rolling", sheets,
        "CRPS of forecasts after each origin over that of the best baseline, median over observables.",
        "Two lines over four origins against a line at one",
    )  # fmt: skip
    shown = [
        c for c in ("observable", "n", "crps_model", "baseline", "crps_compared", "crps_anchored", "crps_baseline",
                    "wins")
        if c in found.columns
    ]  # fmt: skip
    page.table(
        Table(
            found,
            tuple(Column(c, c.replace("_", " "), code=c == "observable") for c in shown),
            "All forecasts after an origin together.",
        ),
        key="rolling-scores",
    )


def _method(page: Page, driven: bool) -> None:
    page.section("How it is scored", key="method")
    page.bullets(
        [
            "A forecast is the model's value in each replicate plus an error of observation; it is scored by the "
            "continuous ranked probability score (CRPS; Gneiting & Raftery 2007, doi:10.1198/016214506000001437) "
            "with the estimator that does not depend on the number of replicates.",
            "Baselines are persistence, a linear trend and a random walk with drift, fitted to the same observations "
            "up to the forecast.",
            "*Anchored*: every replicate is moved to pass through the last observation, since baselines see it too.",
            "Scales: capability of releases comes from the Epoch Capabilities Index (CC-BY 4.0, Epoch AI); conversions "
            "to points of a board or to scores of a set are fitted to evidence up to June 2025 and to the origin.",
        ]
        + (
            ["What the scenario sets (releases, acts) is not scored in this mode, only what responds."]
            if driven
            else ["Nothing of the record after October 2022 enters but the existence of test sets."]
        )
    )


def _observed(page: Page, hindcast: Hindcast) -> None:
    page.section("Observations", key="observations")
    held = hindcast.observed.copy()
    held["date"] = pd.to_datetime(held["date"]).dt.strftime("%Y-%m-%d")
    page.table(
        Table(
            held,
            (
                Column("observable", code=True),
                Column("date"),
                Column("value", digits=4),
                Column("sd", "error (s.d.)"),
                Column("confidence"),
                Column("source_title", "source"),
            ),
            "All observations with their errors and sources.",
        ),
        key="observed",
    )


def _figure(
    page: Page, hindcast: Hindcast, name: str, sheets: Sheets, caption: str, alternative: str
) -> None:
    figure = sheets.figure(name, lambda: _draw(hindcast, name))
    width = float(figure.get_figwidth())
    page.figure(as_bytes(figure, "svg", {}), caption=caption, alternative=alternative, key=name, width=width)


def _known(hindcast: Hindcast, name: str) -> bool:
    return bool((hindcast.observed["observable"] == name).any())


def _has_values(hindcast: Hindcast, names: list[str]) -> bool:
    rows = figures.principal(hindcast)
    held = rows[(rows["forecaster"] == scores.MODEL) & rows["observable"].isin(names)]
    return bool(np.isfinite(held["mean"]).any())


def _command(hindcast: Hindcast) -> str:
    manifest: dict[str, Any] = hindcast.manifest
    until = f" --until {manifest['until']}" if manifest["until"] else ""
    return (
        f"parity hindcast --mode {hindcast.mode} --replicates {manifest['replicates']} "
        f"--seed {manifest['seeds'][0]}{until}"
    )

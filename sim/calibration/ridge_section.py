"""The part of the report on the ridge between copying and other catch-up, and on what would break it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.calibration import figures, identifiability, probes
from sim.calibration.running import COPYING, Calibration
from sim.report.bundle import Report
from sim.report.numbers import listed
from sim.report.tables_out import Column, Table

if TYPE_CHECKING:
    import pandas as pd


def ridge_section(report: Report, done: Calibration) -> None:
    """Add the section."""
    report.page.section("The ridge: copying or other catch-up")
    report.page.text(
        "With r = kappa_d q/delta_D, a follower that would be B behind without copying is seen (B + r f)/(1 + r) "
        "behind. A large r with a large B and no copying with a small one show the same lag: the lag alone bounds r "
        "only as far as the priors bound other catch-up."
    )
    place = done.problem.factors.index(COPYING)
    ratios = identifiability.ratio(done.particles.places[:, place])
    gap = done.latent("gap_months")
    hidden = identifiability.lag_without_copying(gap, done.latent("copied_share"))
    names = list(done.problem.summaries)
    before = [
        done.sample.summaries[:, names.index(f"latent/{name}")] for name in ("gap_months", "copied_share")
    ]
    prior = (
        identifiability.ratio(done.sample.places[:, place]),
        identifiability.lag_without_copying(before[0], before[1]),
    )
    weights = done.particles.weights
    lag = float(weights @ gap)
    r = identifiability.weighted_correlation(ratios, hidden, weights)
    shown = identifiability.weighted_correlation(ratios, gap, weights)
    report.say(
        f"In the last generation the lag of the last year is {lag:.1f} months. Its correlation with r is {shown:+.2f}, "
        f"that of the lag without copying with r {r:+.2f}."
    )
    report.figure(
        "ridge", figures.ridge(ratios, hidden, weights, prior, lag),
        caption="Worlds of the last generation (blue) among those of the prior (grey), and the line on which the "
        "steady state shows the same lag.",
        alternative="Ratio of copying against the lag without copying.",
    )  # fmt: skip
    columns = (
        Column("low", "r from"), Column("high", "r to"), Column("share", "share of the generation", most=2),
        Column("median", "lag without copying", "months", low="q25", high="q75"),
    )  # fmt: skip
    report.table(
        "ridge",
        Table(
            identifiability.ridge(ratios, hidden, weights),
            columns,
            "The ridge by ratio",
            "Median and quartiles.",
        ),
    )
    report.page.section("What would break it", level=3, key="gains")
    rows = done.gains.set_index("observables")
    narrowed = {str(name): float(value) for name, value in rows["contraction"].items()}
    best = str(rows.loc[list(probes.ADDED), "gain"].idxmax())
    report.say(
        f"On synthetic records gap and lag alone are expected to narrow the potency of copying by "
        f"{narrowed[probes.LAG]:.2f} of its variance, all fitted observables together by "
        f"{narrowed[probes.FITTED]:.2f}; with the best single addition ({best}) it is "
        f"{narrowed[best]:.2f}, with all additions {narrowed[probes.ALL]:.2f}.",
        _added_nothing(rows),
    )
    report.page.text(
        "Additions carry errors of measurement. They come from worlds with a dated tightening of access; the copy's "
        "profile over kinds of tasks is no part of the model and could not be tried."
    )
    report.figure(
        "gains", figures.gains(done.gains),
        caption="Contraction of the potency of copying expected from synthetic records, 95 % intervals; dashed: the "
        "limit for *identified*.",
        alternative="Bars of the expected contraction with each added observable.",
    )  # fmt: skip
    report.table(
        "gains",
        Table(
            done.gains,
            (
                Column("observables"),
                Column("contraction", low="low", high="high", most=2),
                Column("gain", "gain over all fitted", low="gain_low", high="gain_high", most=2),
            ),
            "What further observables would add",
        ),
    )


def _added_nothing(rows: pd.DataFrame) -> str:
    """Name the additions whose gain cannot be told from none."""
    held = rows.loc[list(probes.ADDED)]
    none = [str(name) for name, row in held.iterrows() if row["gain_low"] <= 0.0]
    return f"No gain can be told for {listed(none)}." if none else ""

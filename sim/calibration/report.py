"""The report of a calibration: one page whose sentences are made from the results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.calibration import figures, identifiability, predictive
from sim.calibration.recovery import LEVELS
from sim.calibration.ridge_section import ridge_section
from sim.calibration.running import COPYING, Calibration
from sim.calibration.targets import FIT_UNTIL
from sim.report.bundle import Report
from sim.report.numbers import count, listed, percent
from sim.report.tables_out import Column, Table

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray
#: Factors that make up other catch-up: shown in the corner plot beside that of copying.
CATCH_UP = ("potency", "offset", "spillover", "diffusion")
#: Share of the prior's worlds from which the record counts as unlike all of them; effective particles that are few.
UNUSUAL, FEW_EFFECTIVE = 0.99, 60
CANNOT_SAY = (
    "Whether copying took place, how much it mattered, and what any firm intends. The calibration "
    "says which values of "
    "a model's factors the public record does not contradict; where it does not narrow a factor, its "
    "median is its prior's."
)


def calibration_report(done: Calibration, command: str) -> Report:
    """Make the report."""
    facts = _facts(done, command)
    report = Report(
        "What the record decides, and what it leaves open", facts=facts, kicker="Parity calibration",
        lead=f"{len(done.problem.chosen)} factors against {done.points} points of "
        f"{len(done.problem.fitted)} observables up to {FIT_UNTIL:%d %B %Y}, by "
        f"{count(done.simulations, 'simulation')}.",
        footer=f"Parity {facts['parity']}, seed {done.plan.seed}.",
    )  # fmt: skip
    table = factor_table(done)
    _findings(report, done, table)
    report.page.box("note", "What this cannot say", CANNOT_SAY)
    _posterior(report, done, table)
    ridge_section(report, done)
    _recovery(report, done)
    _fit(report, done)
    _method(report, done)
    report.page.reproduce([command], {**facts, "command": None})
    return report


def factor_table(done: Calibration) -> pd.DataFrame:
    """:func:`sim.calibration.identifiability.table` of a calibration."""
    return identifiability.table(
        done.problem.chosen, done.posterior, done.by_regression, done.recovery, done.plan.seed
    )


def misfit_table(done: Calibration) -> pd.DataFrame:
    """Root mean square residual of each observable in prior and posterior, as residuals count."""
    import pandas as pd

    before, after = (done.misfit.counted(one) ** 2 for one in (done.sample.summaries, done.last.summaries))
    rows, start = [], 0
    for target in done.problem.fitted:
        held = slice(start, start + len(target.rows))
        start = held.stop
        rows.append(
            {"observable": target.observable, "mode": target.mode, "unit": target.unit, "points": len(target.rows),
             "prior": float(np.sqrt(before[:, held].mean())),
             "posterior": float(np.sqrt(done.last.weights @ after[:, held].mean(axis=1)))}
        )  # fmt: skip
    return pd.DataFrame(rows)


def _misfit(done: Calibration, where: str) -> float:
    """Root mean square residual, each observable counting once."""
    table = misfit_table(done)
    return float(np.sqrt((table[where] ** 2).mean()))


def _facts(done: Calibration, command: str) -> dict[str, Any]:
    from importlib import metadata

    from sim.calibration.settings import identity
    from sim.experiments.sweep.identity import code_digest

    return {
        "parity": metadata.version("parity-sim"), "pyabc": metadata.version("pyabc"), "command": command,
        "problem_sha256": identity(done.plan, done.problem)["problem_sha256"], "code_sha256": code_digest(),
        "seed": done.plan.seed, "simulations": done.simulations,
    }  # fmt: skip


def _findings(report: Report, done: Calibration, table: pd.DataFrame) -> None:
    report.page.section("Findings")
    known = [str(name) for name in table.loc[table["identified"], "factor"]]
    open_ = [str(name) for name in table.loc[~table["identified"], "factor"]]
    copying = table[table["factor"] == COPYING].iloc[0]
    worst = misfit_table(done).sort_values("posterior", ascending=False).head(3)
    report.say(
        f"The record narrows {len(known)} of {len(table)} factors by a fifth of their variance or more in both "
        "posteriors" + (f": {listed(known)}." if known else "."),
        f"It does not identify {listed(open_)}." if open_ else "",
    )
    share = 1.0 - float(copying["contraction"])
    report.say(
        f"The potency of copying keeps {percent(share)} of its prior variance: 90 % of the posterior lies between "
        f"{copying['q05']:.2f} and {copying['q95']:.2f} a year, the prior between {copying['low']:g} and "
        f"{copying['high']:g}. "
        + (
            "By the rule above it counts as narrowed, which says that its ends fit the record less well in this "
            "model, and not that copying took place; see the [ridge](#ridge)."
            if copying["identified"]
            else "It is **not identified**."
        )
    )
    report.say(
        f"History matching rules out {percent(1.0 - done.not_ruled_out)} of the prior.",
        f"The root mean square residual is {_misfit(done, 'prior'):.2f} standard deviations of errors and luck over "
        f"the prior and {_misfit(done, 'posterior'):.2f} in the posterior; a world is typically "
        f"{done.typical_misfit:.2f} off a record that a world with the same factors made.",
        f"Farthest off stay {listed([str(name) for name in worst['observable']])}.",
    )
    unusual = done.nearness.unusual(done.sample.summaries)
    report.say(
        f"What the record says about the factors is farther from the centre than what {percent(unusual)} of the worlds "
        "of the prior say" + ("." if unusual < UNUSUAL else ": **no world of the prior is like it**, and the posterior "
        "rests on what regressions make of records they have not seen.")
    )  # fmt: skip
    if done.posterior.effective < FEW_EFFECTIVE:
        report.page.box(
            "warning", "Few effective particles",
            f"The weights of the last generation are worth {done.posterior.effective:.0f} equal ones: "
            "intervals are rough.",
        )  # fmt: skip
    bad = [str(name) for name in done.recovery.table().query("not uniform")["factor"]]
    sets = len(done.recovery.ranks)
    half, most = (percent(float(done.recovery.coverage(level).mean())) for level in LEVELS)
    report.say(
        f"On {sets} synthetic records the posterior by regression holds the true value in {half} of the 50 % and "
        f"{most} of the 90 % intervals, over all factors.",
        f"Ranks are not uniform for {listed(bad)}: do not trust their intervals."
        if bad
        else "Ranks are uniform for every factor, as far as the tests can tell.",
    )


def _posterior(report: Report, done: Calibration, table: pd.DataFrame) -> None:
    report.page.section("The factors")
    shown = [
        Column("factor"), Column("symbol"), Column("unit"), Column("q50", "median", low="q05", high="q95"),
        Column("low", "prior from"), Column("high", "prior to"),
        Column("contraction", low="contraction_low", high="contraction_high", most=2),
        Column("contraction_regression", "by regression", most=2),
        Column("contraction_expected", "expected from such data", most=2), Column("identified"),
        Column("ranks_uniform", "ranks uniform"),
    ]  # fmt: skip
    under = (
        "Median with the 90 % interval. Contraction: 1 less posterior over "
        "prior variance of the "
        f"place within the prior; below {identifiability.IDENTIFIED:g} a factor counts as not "
        "identified. By regression: "
        "the same data, without further simulation. Expected: mean over synthetic records."
    )
    report.table("factors", Table(table, tuple(shown), "Posterior of the factors", under))
    factors = done.problem.chosen
    report.figure(
        "marginals", figures.marginals(factors, done.posterior, done.by_regression),
        caption="Posteriors over the whole prior: sequential sampling (filled), regression (line), prior (dashed).",
        alternative="Histograms of the posterior of every factor against its flat prior.",
    )  # fmt: skip
    order = np.argsort(-table["contraction"].to_numpy())
    names = [factor.name for factor in factors]
    chosen = [names.index(name) for name in CATCH_UP if name in names]
    chosen += [int(k) for k in order if k not in chosen][: figures.CORNER - len(chosen)]
    report.figure(
        "corner", figures.corner(factors, done.posterior, chosen),
        caption="Copying, other catch-up, and the factors that the record narrows most: pairs in the posterior.",
        alternative="Scatter plots of pairs of factors in the posterior, marginals on the diagonal.",
    )  # fmt: skip


def _recovery(report: Report, done: Calibration) -> None:
    report.page.section("Check by simulation", key="recovery")
    report.page.text(
        f"{count(len(done.recovery.ranks), 'record')} made by the model itself, with factors from the "
        "prior and errors as "
        "in the data; each gets its posterior by regression from all other points of the prior "
        "sample. If the posterior is "
        "sound, ranks of the true values are uniform. This checks the posterior by regression, not "
        "the sequential sampling, "
        "which takes too long to be repeated hundreds of times; that one is checked on a problem with "
        "a known posterior in "
        "the tests."
    )
    report.figure(
        "ranks", figures.ranks(done.recovery),
        caption="Ranks of the true value in its posterior; grey: where 95 % of the bars lie if they are uniform.",
        alternative="Rank histograms of every factor.",
    )  # fmt: skip
    columns = (
        Column("factor"), Column("coverage_50", "in 50 %", most=2), Column("coverage_90", "in 90 %", most=2),
        Column("p_ks", "p (Kolmogorov-Smirnov)", digits=2), Column("p_chi2", "p (chi square)", digits=2),
        Column("uniform"), Column("contraction", most=2),
    )  # fmt: skip
    report.table("recovery", Table(done.recovery.table(), columns, "Coverage and uniformity by factor"))


def _fit(report: Report, done: Calibration) -> None:
    report.page.section("Fit and prediction", key="fit")
    table = misfit_table(done)
    report.figure(
        "misfits", figures.misfits(table),
        caption="How far each observable is off before and after; dashed: what errors and luck alone make.",
        alternative="Root mean square residuals of every observable in prior and posterior.",
    )  # fmt: skip
    report.table("misfits", Table(table, caption="Residuals by observable"), show=False)
    scores = predictive.summary(done.predicted)
    for window, held in scores.groupby("window", sort=False):
        wins = int((held["better"] == predictive.POSTERIOR).sum())
        report.say(
            "In the "
            f"{'fit window' if window == 'fit' else 'validation window, the half year after it,'} the posterior has "
            f"the smaller CRPS for {wins} of {len(held)} observables against the factors as shipped."
        )
    columns = (
        Column("observable"), Column("window"), Column("n"), Column("unit"),
        Column("crps_posterior", "CRPS, posterior"), Column("crps_shipped", "CRPS, as shipped"),
        Column("in50", "in 50 %", most=2), Column("in90", "in 90 %", most=2), Column("better"),
    )  # fmt: skip
    report.table(
        "prediction",
        Table(
            scores,
            columns,
            "Free hindcast with factors from the posterior",
            "Coverage is that of the posterior.",
        ),
    )


def _method(report: Report, done: Calibration) -> None:
    import pandas as pd

    report.page.section("Method", key="method")
    report.page.text(
        "Sequential Monte Carlo for approximate Bayesian computation (pyabc), one simulation a point, proposals "
        "simulated in batches and drawn from a normal fitted to the last generation, mixed with the prior. The "
        "variance of a residual is that of observation and of a discrepancy as large as a typical observation's; "
        "dates are granted 120 days and counts 2 acts.",
        "Over all residuals two worlds with the same factors differ about as much as two worlds of the prior: luck "
        "dominates. The distance is therefore between posterior means that regressions learned from the prior "
        "sample; thresholds are in normal scores of the factors. The last generation is moved to the record by local "
        "linear regression (Beaumont et al. 2002).",
        "pyabc was chosen because it is maintained, keeps every generation in a database, and lets the sampler be "
        "exchanged for one that runs batches of worlds.",
    )
    generations = pd.DataFrame(
        {"generation": one.number + 1, "threshold": one.threshold, "simulations": one.simulations,
         "accepted": one.accepted, "effective": one.effective}
        for one in done.generations
    )  # fmt: skip
    columns = (
        Column("generation"), Column("threshold"), Column("simulations"), Column("accepted", most=3),
        Column("effective", "effective particles"),
    )  # fmt: skip
    report.table(
        "generations", Table(generations, columns, "Generations", "The first is from the prior sample.")
    )
    points = pd.DataFrame(
        {"point": name, "observed": value, "sd_observation": sd, "discrepancy": target.discrepancy, "unit": target.unit,
         "luck_in_sd": luck}
        for (target, name, value, sd), luck in zip(_points(done), _luck(done), strict=True)
    )  # fmt: skip
    report.table("points", Table(points, caption="Fitted points"), show=False)


def _points(done: Calibration) -> list[tuple[Any, str, float, float]]:
    return [
        (target, name, float(value), float(sd))
        for target in done.problem.fitted
        for name, value, sd in zip(target.names, target.rows["value"], target.rows["sd"], strict=True)
    ]


def _luck(done: Calibration) -> list[float]:
    found: list[float] = np.sqrt(np.maximum(done.misfit.scale**2 - 1.0, 0.0)).tolist()
    return found

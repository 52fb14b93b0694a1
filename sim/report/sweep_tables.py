"""Tables of a sweep's report: factors, outcomes, importance of factors, effects of switches, failures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.report.labels import Labels, provenance, shown_value, value_range
from sim.report.markup import code
from sim.report.tables_out import Column, Table

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.noise import Noise
    from sim.analysis.results import Sensitivity
    from sim.experiments.sweep.factors import Factor
    from sim.experiments.sweep.outcomes import Outcome

#: Longest list of failures that a page shows, and longest message.
FAILURES, MESSAGE = 30, 160
#: Share of luck in row means below which what it adds is not worth a column.
FREE_OF_LUCK = 0.01


def factors(given: Sequence[Factor], labels: Labels) -> Table:
    """What is varied: name, what it is, unit, range, base value, and where the base value comes from."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "factor": [each.name for each in given],
            "keys": [", ".join(each.moved) for each in given],
            "description": [labels.factor(each.name).text for each in given],
            "unit": [labels.factor(each.name).unit for each in given],
            "range": [value_range(each) for each in given],
            "base": ["" if each.default is None else shown_value(each.default) for each in given],
            "group": [each.group or "" for each in given],
            "source": [provenance(each) for each in given],
        }
    )
    columns = [
        Column("factor", "Factor", code=True),
        Column("description", "What it is"),
        Column("unit", "Unit"),
        Column("range", "Varied over"),
        Column("base", "Base"),
    ]
    columns += [Column("group", "Group")] if any(frame["group"]) else []
    columns += [Column("source", "Source of the base value")] if any(frame["source"]) else []
    if any(each.moved and each.moved != (each.name,) for each in given):
        columns.insert(1, Column("keys", "Key in the scenario", code=True))
    shown = [column for column in columns if any(frame[column.name])]
    return Table(frame, tuple(shown), caption="What is varied.")


def definitions(given: Sequence[Outcome], labels: Labels) -> Table:
    """What is kept of every run."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "outcome": [each.name for each in given],
            "description": [labels.outcome(each.name).text for each in given],
            "unit": [labels.outcome(each.name).unit for each in given],
            "output": [each.output for each in given],
            "reduce": [each.reduce for each in given],
            "window": [_window(each) for each in given],
        }
    )
    columns = (
        Column("outcome", "Outcome", code=True), Column("description", "What it is"), Column("unit", "Unit"),
        Column("output", "Weekly output", code=True), Column("reduce", "Reduced by"), Column("window", "Weeks"),
    )  # fmt: skip
    model = all(each.reduce == "value" for each in given)
    shown = columns[:3] if model else columns
    return Table(frame, tuple(c for c in shown if any(frame[c.name])), caption="What is kept of every run.")


def distributions(
    means: Mapping[str, pd.Series],
    base: Mapping[str, float],
    noise: Mapping[str, Noise],
    labels: Labels,
) -> Table:
    """Outcomes over the rows of the design, beside the base scenario, with the part that luck plays."""
    import pandas as pd

    lines = []
    for name, values in means.items():
        held = values.dropna()
        edges = held.quantile([0.05, 0.5, 0.95]).to_list() if len(held) else [np.nan] * 3
        luck = noise.get(name)
        lines.append(
            (
                name, labels.outcome(name).unit, len(held), held.mean(), held.std(ddof=1), *edges,
                base.get(name, np.nan), luck.of_run if luck else np.nan, luck.of_means if luck else np.nan,
            )
        )  # fmt: skip
    frame = pd.DataFrame(
        lines, columns=["outcome", "unit", "rows", "mean", "sd", "q05", "median", "q95", "base", "luck_of_runs",
                        "luck_of_means"],
    )  # fmt: skip
    columns = [
        Column("outcome", "Outcome", code=True), Column("unit", "Unit"), Column("rows", "Rows"),
        Column("mean", "Mean"), Column("sd", "Sd"), Column("q05", "5 %"), Column("median", "Median"),
        Column("q95", "95 %"), Column("base", "Base"), Column("luck_of_runs", "Luck, runs", "share", 2, most=3),
        Column("luck_of_means", "Luck, means", "share", 2, most=3),
    ]  # fmt: skip
    held_columns = [c for c in columns if not (frame[c.name].isna().all() or (frame[c.name] == "").all())]
    return Table(
        frame, tuple(held_columns), caption="Outcomes over the rows of the design, each the mean of its replicates.",
        under="Luck: share of the variance, of single runs and of means over replicates, that is between seeds."
        if "luck_of_runs" in [c.name for c in held_columns] else "",
    )  # fmt: skip


def importance(found: Sensitivity, labels: Labels) -> Table:
    """The table of a sensitivity analysis."""
    unit = labels.outcome(found.outcome).unit
    frame = found.table.reset_index()
    first = str(frame.columns[0])
    for name in ("at_lowest", "at_highest"):
        if name in frame:
            frame[name] = [shown_value(value) for value in frame[name]]
    columns = [Column(first, "Factor", code=True), *_measures(found, unit)]
    columns = [c for c in columns if c.name in frame and not frame[c.name].isna().all()]
    captions = {
        "sobol": "Sobol' indices of *{}*",
        "morris": "Elementary effects on *{}* over a factor's whole range",
        "regression": "Standardised coefficients for *{}*",
        "one-at-a-time": "Range of *{}* over each factor, the others at their base values",
        "variance-shares": "Shares of the variance of *{}* over the grid",
    }
    level = f", {found.confidence:.0%} intervals".replace("%", " %") if np.isfinite(found.confidence) else ""
    level = level if any(column.low for column in columns) else ""
    return Table(
        frame, tuple(columns), caption=f"{captions[found.method].format(found.outcome)}{level}.",
        under=" ".join(f"{remark[0].upper()}{remark[1:]}." for remark in found.remarks),
    )  # fmt: skip


def pairs(found: Sensitivity) -> Table:
    """Second-order indices, or shares of pairs."""
    assert found.pairs is not None
    frame = found.pairs.reset_index()
    measure = "S2" if "S2" in frame else "share"
    columns = [
        Column("first", "Factor", code=True),
        Column("second", "with", code=True),
        _column(measure, "Second-order" if measure == "S2" else "Share", frame.columns),
    ]
    words = "Second-order indices" if measure == "S2" else "Shares of pairs in the variance"
    return Table(frame, tuple(columns), caption=f"{words} of *{found.outcome}*.")


def effects(frame: pd.DataFrame, labels: Labels) -> Table:
    """Paired differences between levels of switches; ``frame`` is that of :func:`sim.analysis.effects_table`."""
    shown = frame.copy()
    for name in ("from_level", "to_level"):
        shown[name] = [shown_value(value) for value in shown[name]]
    shown["unit"] = [labels.outcome(name).unit for name in shown["outcome"]]
    shown["change"] = [
        f"{code(factor)} {start} → {to}"
        for factor, start, to in zip(shown["factor"], shown["from_level"], shown["to_level"], strict=True)
    ]
    columns = [
        Column("outcome", "Outcome", code=True), Column("change", "Change"), Column("unit", "Unit"),
        Column("mean_from", "Before"), Column("mean_to", "After"),
        Column("difference", "Difference", low="low", high="high"), Column("standardised", "Std.", "sd", 2),
        Column("pairs", "Pairs"),
    ]  # fmt: skip
    held = [c for c in columns if c.name in shown and not (shown[c.name] == "").all()]
    return Table(shown, tuple(held), caption="Differences under the same luck, with 95 % intervals.")


def grid(runs: pd.DataFrame, pair: tuple[str, str], outcome: str, labels: Labels) -> Table:
    """Cells of a map: means and intervals over seeds, one row a cell."""
    import pandas as pd

    from sim.report.response_figures import response

    parts = []
    for level, group in runs.groupby(pair[1], sort=True, observed=True):
        part = response(group, pair[0], outcome).rename(columns={"level": pair[0]})
        part.insert(1, pair[1], level)
        parts.append(part)
    frame = pd.concat(parts, ignore_index=True)
    for name in pair:
        if frame[name].dtype == bool:
            frame[name] = [shown_value(value) for value in frame[name]]
    columns = [Column(name, labels.factor(name).name, labels.factor(name).unit) for name in pair]
    columns.append(Column("mean", outcome, labels.outcome(outcome).unit, low="low", high="high"))
    return Table(frame, tuple(columns), caption=f"*{outcome}* over the grid, with 95 % intervals over seeds.")


def rows(runs: pd.DataFrame, names: Mapping[int, str], outcomes: Sequence[str], labels: Labels) -> Table:
    """Rows of a list: means and intervals over seeds of every outcome."""
    import pandas as pd

    from sim.report.response_figures import response

    frame = pd.DataFrame({"row": list(names), "setting": list(names.values())})
    columns = [Column("setting", "Setting")]
    for outcome in outcomes:
        table = response(runs, "row", outcome).set_index("level").reindex(frame["row"])
        for name, source in ((outcome, "mean"), (f"{outcome}_low", "low"), (f"{outcome}_high", "high")):
            frame[name] = table[source].to_numpy()
        columns.append(
            Column(
                outcome, outcome, labels.outcome(outcome).unit, low=f"{outcome}_low", high=f"{outcome}_high"
            )
        )
    return Table(frame, tuple(columns), caption="Rows of the list: means with 95 % intervals over seeds.")


def failures(frame: pd.DataFrame) -> Table:
    """Runs that failed: the first of them, the error's last line, and the command that repeats it."""
    shown = frame.copy()
    shown["message"] = [_message(text) for text in shown["error"]]
    columns = [Column(n, n.capitalize()) for n in ("row", "replicate", "seed", "kind") if n in shown]
    columns += [Column("message", "Error")]
    columns += [Column("command", "To repeat it", code=True)] if "command" in shown else []
    rest = len(shown) - FAILURES
    under = f"The first {FAILURES} of {len(shown):,}; failures.parquet has all." if rest > 0 else ""
    kept = shown.drop(columns=["traceback"], errors="ignore").head(FAILURES)
    return Table(kept.reset_index(drop=True), tuple(columns), caption="Runs that failed.", under=under)


# -- helpers -----------------------------------------------------------------------------------------------------

#: Heading of every measure, whether it carries the outcome's unit.
_HEADINGS: dict[str, tuple[str, bool]] = {
    "ST": ("Total", False), "S1": ("First-order", False), "ST_noise_free": ("Total, without luck", False),
    "S1_noise_free": ("First-order, without luck", False),
    "mu_star": ("μ*", True), "mu": ("μ", True), "sigma": ("σ", True), "noise": ("By luck alone", True),
    "SRRC": ("Rank regression", False), "SRC": ("Regression", False), "PRCC": ("Partial rank correlation", False),
    "delta": ("δ (moment-independent)", False),
    "base": ("Base", True), "lowest": ("Smallest", True), "at_lowest": ("at", False), "highest": ("Largest", True),
    "at_highest": ("at", False), "range": ("Range", True), "share": ("Share", False),
    "share_noise_free": ("Share, without luck", False), "levels": ("Levels", False),
}  # fmt: skip
_ORDER = {
    "sobol": ("ST", "S1", "ST_noise_free", "S1_noise_free"),
    "morris": ("mu_star", "mu", "sigma", "noise"),
    "regression": ("SRRC", "SRC", "PRCC", "S1", "delta"),
    "one-at-a-time": ("range", "lowest", "at_lowest", "highest", "at_highest", "base", "noise"),
    "variance-shares": ("share", "share_noise_free", "levels"),
}


def _measures(found: Sensitivity, unit: str) -> list[Column]:
    names = found.table.columns
    return [
        _column(name, _HEADINGS[name][0], names, unit if _HEADINGS[name][1] else "")
        for name in _ORDER[found.method]
        if name in names and not (name.endswith("_noise_free") and not found.noise.of_means > FREE_OF_LUCK)
    ]


def _column(name: str, heading: str, names: Any, unit: str = "") -> Column:
    ends = (f"{name}_low", f"{name}_high")
    low, high = ends if set(ends) <= set(map(str, names)) else ("", "")
    pure = not _HEADINGS.get(name, ("", False))[1]
    return Column(name, heading, unit, low=low, high=high, most=3 if pure else None)


def _window(outcome: Outcome) -> str:
    if outcome.week is not None:
        return f"week {outcome.week}"
    if outcome.weeks is not None:
        return f"{outcome.weeks[0]} to {outcome.weeks[1]}"
    if outcome.last is not None:
        return f"last {outcome.last}"
    return "last" if outcome.reduce == "final" else "all recorded"


def _message(text: Any) -> str:
    lines = [line.strip() for line in str(text).splitlines() if line.strip()]
    last = lines[-1] if lines else ""
    return last if len(last) <= MESSAGE else f"{last[: MESSAGE - 2]} …"

"""Figures of outcomes: how they are distributed, and how they respond to factors.

All take the table of runs, one row a run: ``row``, ``replicate``, ``seed``, factors, outcomes. Means are over
replicates. Intervals are over seeds: all rows of a sweep share them, so that the mean of each seed over the rows is
one observation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.report import numbers, parts, style
from sim.report.figure_files import DOUBLE
from sim.report.labels import Labels, described, sentence, shown_value, wrapped
from sim.report.style import BLUE, DASHED, GREY, INK, ORANGE, SIZES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.experiments.sweep.factors import Factor

#: Share of the runs inside a light band, and confidence of a dark one.
RUNS, CONFIDENCE = 0.90, 0.95
#: Most panels of a figure.
MOST, MOST_CLOUDS = 12, 6
#: Letters that fit above a panel of three side by side.
LONGEST_TITLE = 28
#: Points of the running mean through a cloud.
BINS = 12


def response(
    runs: pd.DataFrame, factor: str, outcome: str, among: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Outcome by level of a factor.

    Columns ``level, runs, mean, low, high`` (95 % interval of the mean over seeds; NaN with one seed) and ``run_low,
    run_high``, which hold 90 % of the runs at that level.

    Parameters
    ----------
    runs
        Runs to look at.
    factor, outcome
        Columns of it.
    among
        Make intervals for comparing points: what a seed does to all runs of this table alike is taken out first, since
        points that share their seeds share it (Cousineau 2005; Morey 2008, doi:10.20982/tqmp.04.2.p061).

    """
    import pandas as pd
    from scipy.special import stdtrit

    held = runs[[factor, "seed", outcome]].dropna()
    steady = held.assign(**{outcome: held[outcome] - _of_seeds(held, among, outcome)})
    points = held[factor].nunique() * (1.0 if among is None else len(among) / max(len(held), 1))
    wider = 1.0 if among is None else (max(points, 2.0) / (max(points, 2.0) - 1.0)) ** 0.5
    lines = []
    for level, group in held.groupby(factor, sort=True, observed=True):
        by_seed = steady.loc[group.index].groupby("seed")[outcome].mean().to_numpy()
        mean, half = float(group.groupby("seed")[outcome].mean().mean()), np.nan
        if len(by_seed) > 1:
            t = float(stdtrit(len(by_seed) - 1, 0.5 + CONFIDENCE / 2))
            half = t * wider * float(by_seed.std(ddof=1)) / len(by_seed) ** 0.5
        edges = group[outcome].quantile([0.5 - RUNS / 2, 0.5 + RUNS / 2])
        lines.append((level, len(group), mean, mean - half, mean + half, *edges))
    return pd.DataFrame(lines, columns=["level", "runs", "mean", "low", "high", "run_low", "run_high"])


def _of_seeds(held: pd.DataFrame, among: pd.DataFrame | None, outcome: str) -> Any:
    """What the seed of each run does to all runs of ``among`` alike; 0 without it."""
    if among is None:
        return 0.0
    by_seed = among.groupby("seed")[outcome].mean()
    return held["seed"].map(by_seed - by_seed.mean()).fillna(0.0)


def distributions(
    means: Mapping[str, pd.Series], runs: pd.DataFrame, base: Mapping[str, float], labels: Labels
) -> Figure:
    """Histogram of every outcome over the rows of the design; the outline is that of single runs.

    ``means`` are row means by outcome; ``base`` the means of the base scenario, drawn where there are any.
    """
    outcomes = list(means)
    figure, panels = parts.panels(
        len(outcomes), columns=columns_for(len(outcomes)), height=1.75, width=width_for(len(outcomes))
    )
    for place, (axes, outcome) in enumerate(zip(panels, outcomes, strict=True)):
        label = labels.outcome(outcome)
        parts.dress(
            axes, lettered(place, outcome, len(outcomes)), below=below_axis(label.text, label.unit, 40, 3)
        )
        single = runs[outcome].to_numpy(dtype=float)
        single, values = single[np.isfinite(single)], means[outcome].dropna().to_numpy()
        if not len(values) or np.ptp(single) == 0:
            parts.undefined(
                axes,
                "not defined in any row" if not len(values) else f"constant: {numbers.number(values[0])}",
            )
            continue
        edges = np.histogram_bin_edges(single, bins=int(np.clip(2 * len(values) ** 0.4, 6, 36))).tolist()
        axes.hist(
            values, edges, weights=_share(values), color=BLUE, alpha=0.55, linewidth=0, zorder=2, label="rows"
        )
        axes.hist(
            single,
            edges,
            weights=_share(single),
            histtype="step",
            color=INK,
            linewidth=0.8,
            zorder=3,
            label="runs",
        )
        if np.isfinite(base.get(outcome, np.nan)):
            axes.axvline(base[outcome], color=ORANGE, linestyle=DASHED, linewidth=1.1, zorder=4, label="base")
        parts.numeric_axis(axes.xaxis)
        axes.set_ylabel(
            "share" if place % columns_for(len(outcomes)) == 0 else "", fontsize=SIZES["label"], color=INK
        )
        axes.margins(y=0.22 if place == 0 else 0.08)
        if place == 0:
            parts.key(axes, 3, "upper left")
    return figure


def clouds(means: pd.DataFrame, factors: Sequence[str], outcome: str, labels: Labels) -> Figure:
    """Outcome against each factor, one point a row of the design, with a running mean."""
    names = list(factors)[:MOST_CLOUDS]
    label = labels.outcome(outcome)
    figure, panels = parts.panels(
        len(names), columns=columns_for(len(names)), height=2.0, width=width_for(len(names))
    )
    y = means[outcome].to_numpy(dtype=float)
    for place, (axes, name) in enumerate(zip(panels, names, strict=True)):
        left = label.in_lines() if place % columns_for(len(names)) == 0 else ""
        told = labels.factor(name)
        parts.dress(
            axes, lettered(place, name, len(names)), below=below_axis(told.text, told.unit, 40), left=left
        )
        factor = labels.factors.get(name)
        x = places_of(axes, factor, means[name])
        if factor is not None and not factor.numeric:
            x = x + 0.5 * (
                np.arange(len(x)) * 0.618034 % 1.0 - 0.5
            )  # spread, so that points do not hide each other
        axes.scatter(
            x,
            y,
            s=5,
            color=BLUE,
            alpha=0.45,
            linewidths=0,
            zorder=2,
            rasterized=len(names) * len(y) > parts.MANY,
        )
        _running_mean(axes, factor, means[name], y)
        parts.numeric_axis(axes.yaxis)
    return figure


def curves(
    runs: Mapping[str, pd.DataFrame], outcome: str, labels: Labels, base: Mapping[str, Any] | None = None
) -> Figure:
    """Outcome against each factor with bands over replicates; ``runs`` holds the runs to use, by factor.

    Dark: 95 % interval for comparing points, see :func:`response`. Light: 90 % of the runs. A dashed line marks the
    base value.
    """
    names = list(runs)[:MOST]
    label = labels.outcome(outcome)
    single = len(names) == 1
    figure, panels = parts.panels(
        len(names),
        columns=columns_for(len(names)),
        height=2.5 if single else 2.0,
        width=4.6 if single else width_for(len(names)),
    )
    for place, (axes, name) in enumerate(zip(panels, names, strict=True)):
        told = labels.factor(name)
        left = label.axis(46) if single else label.in_lines() if place % columns_for(len(names)) == 0 else ""
        parts.dress(
            axes, "" if single else lettered(place, name, len(names)),
            below=told.axis(60) if single else below_axis(told.text, told.unit, 40), left=left,
        )  # fmt: skip
        factor = labels.factors.get(name)
        table = response(runs[name], name, outcome, runs[name])
        draw_response(axes, factor, table)
        if base is not None and base.get(name) is not None and (factor is None or factor.numeric):
            axes.axvline(float(base[name]), color=GREY, linestyle=DASHED, linewidth=0.8, zorder=1)
        parts.numeric_axis(axes.yaxis)
    _same_limits(panels)
    return figure


def draw_response(
    axes: Axes, factor: Factor | None, table: pd.DataFrame, colour: str = BLUE, **options: Any
) -> None:
    """Draw a table of :func:`response`: a curve with bands for numbers, dots with intervals for choices."""
    x = places_of(axes, factor, table["level"])
    mean, low, high = (table[name].to_numpy() for name in ("mean", "low", "high"))
    run_low, run_high = table["run_low"].to_numpy(), table["run_high"].to_numpy()
    if factor is None or factor.numeric:
        parts.band(axes, x, mean, run_low, run_high, colour=colour, strength=0.12, **options)
        held = np.isfinite(low)
        axes.fill_between(x, low, high, where=held, color=colour, alpha=0.3, linewidth=0, zorder=2.5)
        return
    axes.vlines(x, run_low, run_high, color=colour, alpha=0.28, linewidth=4.5, zorder=2)
    axes.vlines(x, low, high, color=INK, linewidth=1.1, zorder=3)
    axes.plot(x, mean, linestyle="none", marker="o", markersize=4.2, color=colour, zorder=4,
              markeredgecolor="#ffffff", markeredgewidth=0.5)  # fmt: skip
    axes.set_xlim(-0.6, len(x) - 0.4)


def rows_of_a_list(
    runs: pd.DataFrame, names: Mapping[int, str], outcomes: Sequence[str], labels: Labels
) -> Figure:
    """The rows of a list as dots: means with intervals over seeds, one panel an outcome."""
    some = list(outcomes)[:4]
    rows = list(names)[:40]
    figure = style.new_figure(DOUBLE if len(some) > 1 else 5.0, 1.0 + 0.24 * len(rows))
    figure.set_layout_engine("constrained", w_pad=0.05)
    panels = np.atleast_1d(figure.subplots(1, len(some), sharey=True))
    for place, (axes, outcome) in enumerate(zip(panels, some, strict=True)):
        table = response(runs, "row", outcome).set_index("level").reindex(rows)
        label = labels.outcome(outcome)
        axes.hlines(
            np.arange(len(rows)), table["run_low"], table["run_high"], color=BLUE, alpha=0.28, linewidth=4
        )
        parts.dots(axes, *(table[name].to_numpy() for name in ("mean", "low", "high")))
        parts.dress(
            axes, lettered(place, outcome, len(some)), below=below_axis(label.text, label.unit, 30), grid="x"
        )
        parts.numeric_axis(axes.xaxis)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_yticks(range(len(rows)), [wrapped(names[row], 44, 1)[0] for row in rows])
        axes.tick_params(axis="y", length=0)
    return figure


def paired_differences(table: pd.DataFrame, labels: Labels) -> Figure:
    """Paired differences between levels of choices: dots with intervals, one panel an outcome.

    ``table`` has one row an effect: ``outcome, factor, from_level, to_level, difference, low, high``.
    """
    outcomes = list(dict.fromkeys(table["outcome"]))[:MOST]
    kinds = list(dict.fromkeys(zip(table["factor"], table["from_level"], table["to_level"], strict=True)))
    columns = columns_for(len(outcomes))
    figure, panels = parts.panels(
        len(outcomes), columns=columns, height=0.75 + 0.27 * len(kinds), width=width_for(len(outcomes) + 1)
    )
    for place, (axes, outcome) in enumerate(zip(panels, outcomes, strict=True)):
        held = table[table["outcome"] == outcome].set_index(["factor", "from_level", "to_level"])
        lines = [[held.loc[kind, name] if kind in held.index else np.nan for name in ("difference", "low", "high")]
                 for kind in kinds]  # fmt: skip
        value, low, high = np.array(lines, dtype=float).T
        parts.dots(axes, value, low, high)
        label = labels.outcome(outcome)
        parts.dress(
            axes, lettered(place, outcome, len(outcomes)), grid="x",
            below=f"difference ({label.unit})" if label.unit else "difference",
        )  # fmt: skip
        parts.zero_line(axes)
        axes.margins(x=0.08)
        parts.numeric_axis(axes.xaxis)
        axes.set_ylim(len(kinds) - 0.5, -0.5)
        names = [f"{factor}: {shown_value(to)} − {shown_value(start)}" for factor, start, to in kinds]
        axes.set_yticks(range(len(kinds)), names if place % columns == 0 else [""] * len(kinds))
        axes.tick_params(axis="y", length=0)
    return figure


def series_bands(weekly: pd.DataFrame, outputs: Sequence[str], labels: Labels) -> Figure:
    """Weekly series over all runs: median, half and 90 % of the runs, one panel an output."""
    from sim.recording.outputs import OUTPUTS

    some = list(outputs)[:MOST]
    figure, panels = parts.panels(
        len(some), columns=columns_for(len(some)), height=1.9, width=width_for(len(some))
    )
    for place, (axes, output) in enumerate(zip(panels, some, strict=True)):
        edges = weekly.groupby("week")[output].quantile(np.array([0.05, 0.25, 0.5, 0.75, 0.95])).unstack()
        weeks = edges.index.to_numpy()
        low, lower, middle, upper, high = edges.to_numpy().T
        axes.fill_between(weeks, low, high, color=BLUE, alpha=0.14, linewidth=0, zorder=2)
        axes.fill_between(weeks, lower, upper, color=BLUE, alpha=0.3, linewidth=0, zorder=2.5)
        axes.plot(weeks, middle, color=INK, linewidth=1.1, zorder=3)
        known = OUTPUTS.get(output)
        unit = labels.unit(known.unit) if known else ""
        told = below_axis(sentence(known.description) if known else "", unit, 30)
        parts.dress(axes, lettered(place, output, len(some)), below="week", left=told)
        parts.numeric_axis(axes.xaxis)
        parts.numeric_axis(axes.yaxis)
    return figure


# -- helpers -----------------------------------------------------------------------------------------------------


def places_of(axes: Axes, factor: Factor | None, values: Any) -> np.ndarray:
    """Positions of values on the horizontal axis, which gets its ticks."""
    import pandas as pd

    if factor is None or factor.numeric:
        log = factor is not None and factor.scale == "log"
        if log:
            axes.set_xscale("log")
        parts.numeric_axis(axes.xaxis, log)
        return np.asarray(values, dtype=float)
    levels = levels_of(factor, values)
    names = [shown_value(level) for level in levels]
    turned = max(map(len, names)) * len(names) > 30
    axes.set_xticks(
        range(len(levels)), names, rotation=25 if turned else 0, ha="right" if turned else "center"
    )
    place = {str(level): k for k, level in enumerate(levels)}
    return np.array([place[str(one)] for one in pd.Series(values).tolist()], dtype=float)


def levels_of(factor: Factor, values: Any) -> list[Any]:
    """Levels of a choice in the order of the sweep, then what else occurs, such as a base value of its own."""
    import pandas as pd

    found = {
        str(one): one for one in [*(factor.values or ()), *pd.unique(pd.Series(values).dropna()).tolist()]
    }
    return list(found.values())


def _running_mean(axes: Axes, factor: Factor | None, given: pd.Series, y: np.ndarray) -> None:
    """Means of bins with equal counts; means of levels where there are few."""
    if factor is not None and not factor.numeric:
        for place, level in enumerate(levels_of(factor, given)):
            if (held := np.asarray(given.astype(str) == str(level))).any():
                axes.hlines(np.nanmean(y[held]), place - 0.3, place + 0.3, color=INK, linewidth=1.4, zorder=4)
        return
    x = given.to_numpy(dtype=float)
    held = np.isfinite(y)
    order = np.argsort(x[held], kind="stable")
    bins = np.array_split(order, min(BINS, max(3, held.sum() // 8)))
    at = [float(np.mean(x[held][one])) for one in bins if len(one)]
    mean = [float(np.mean(y[held][one])) for one in bins if len(one)]
    axes.plot(at, mean, color=INK, linewidth=1.3, zorder=4)


def _same_limits(panels: Sequence[Axes]) -> None:
    low = min(axes.get_ylim()[0] for axes in panels)
    high = max(axes.get_ylim()[1] for axes in panels)
    for axes in panels:
        axes.set_ylim(low, high)


def _share(values: np.ndarray) -> np.ndarray:
    return np.full(len(values), 1.0 / len(values))


def columns_for(count: int) -> int:
    """Panels side by side in a figure with so many."""
    return 2 if count == 4 else min(3, count)


def width_for(count: int) -> float:
    """Width of a figure with so many panels, inches."""
    return {1: 3.5, 2: 5.4, 4: 5.4}.get(count, DOUBLE)


def lettered(place: int, name: str, count: int) -> str:
    """Title of a panel, with a letter if there are several; a long name goes on in a second line."""
    title = f"{parts.letter(place)}  {name}" if count > 1 else name
    if count < 3 or len(title) <= LONGEST_TITLE:
        return title
    breaks = [
        k + 1 for k, sign in enumerate(title[:LONGEST_TITLE]) if sign in "._- " and k > LONGEST_TITLE // 3
    ]
    at = breaks[-1] if breaks else LONGEST_TITLE
    return f"{title[:at]}\n{title[at:]}"


def below_axis(text: str, unit: str, width: int, lines: int = 2) -> str:
    """What stands below an axis: description and unit, in so many lines at most."""
    return unit if not text else "\n".join(described(text, unit, width, lines))

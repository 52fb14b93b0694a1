"""Figures of sensitivity: which factors move an outcome. All take the tables of :mod:`sim.analysis`.

Every table has the index ``input`` (a factor or a group of factors), sorted from the most important.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.report import numbers, parts, style
from sim.report.figure_files import DOUBLE
from sim.report.labels import Label, Labels, shown_value
from sim.report.style import BLUE, FAINT, GREEN, GREY, INK, ORANGE, SIZES, SKY

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Most inputs that a figure shows; the table has them all.
MOST, MOST_PAIRS = 24, 14
#: Most names, and longest one, that a matrix writes at its sides; else their numbers.
FEW_NAMES, SHORT_NAME = 8, 12
#: Share of the largest elementary effect below which a point of Morris's plane is not numbered.
NUMBERED = 0.04


def sobol(table: pd.DataFrame, pairs: pd.DataFrame | None, labels: Labels, outcome: str) -> Figure:
    """Total and first-order Sobol' indices with intervals; second-order indices as a matrix beside them.

    ``table`` has the columns ``ST``, ``S1`` and their ``_low``, ``_high``; ``pairs`` the index (first, second) and
    ``S2``, ``S2_low``, ``S2_high``.
    """
    shown = table.head(MOST)
    inputs = list(shown.index)
    figure, left, right = _frame(len(inputs), pairs is not None and len(inputs) > 1)
    first = left.barh(
        np.arange(len(shown)) + 0.2,
        shown["S1"],
        height=0.3,
        color=SKY,
        label="first-order: on its own",
        zorder=2,
    )
    total = left.barh(
        np.arange(len(shown)) - 0.15,
        shown["ST"],
        height=0.4,
        color=BLUE,
        label="total: with interactions",
        zorder=2,
    )
    for name, offset in (("ST", -0.15), ("S1", 0.2)):
        low, high = (shown[f"{name}_{end}"].to_numpy() for end in ("low", "high"))
        parts.whiskers(left, np.arange(len(shown)) + offset, low, high)
    parts.dress(left, _title(outcome, right), below="share of the variance", grid="x")
    parts.names_on_left(left, _ranked(inputs, labels, right is not None))
    parts.zero_line(left)
    left.legend(
        handles=[total, first], loc="lower right", frameon=False, fontsize=SIZES["small"], labelcolor=INK,
        handlelength=1.2, borderaxespad=0.2,
    )  # fmt: skip
    if right is not None and pairs is not None:
        _pairs(figure, right, pairs, inputs[:MOST_PAIRS], "S2", "second-order index")
    return figure


def shares(table: pd.DataFrame, pairs: pd.DataFrame | None, labels: Labels, outcome: str) -> Figure:
    """Shares of an outcome's variance over a grid: main effects as bars, pairs of factors as a matrix.

    ``table`` has the column ``share``; ``pairs`` the index (first, second) and ``share``.
    """
    shown = table.head(MOST)
    inputs = list(shown.index)
    figure, left, right = _frame(len(inputs), pairs is not None and len(inputs) > 2)
    parts.bars(left, shown["share"].to_numpy(), None, None)
    parts.dress(left, _title(outcome, right), below="share of the variance, on its own", grid="x")
    parts.names_on_left(left, _ranked(inputs, labels, right is not None))
    if right is not None and pairs is not None:
        _pairs(figure, right, pairs, inputs[:MOST_PAIRS], "share", "share of the variance")
    return figure


def morris(table: pd.DataFrame, labels: Labels, outcome: str) -> Figure:
    """Morris's elementary effects: their mean size with intervals, and their spread against it.

    ``table`` has the columns ``mu``, ``mu_star``, ``mu_star_low``, ``mu_star_high``, ``sigma``.
    """
    shown = table.head(MOST)
    inputs, unit = list(shown.index), labels.outcome(outcome).unit
    figure, left, right = _frame(len(inputs), True)
    assert right is not None
    low, high = shown["mu_star_low"].to_numpy(), shown["mu_star_high"].to_numpy()
    parts.bars(left, shown["mu_star"].to_numpy(), low, high)
    parts.dress(left, _title(outcome, right), below=_with("mean absolute effect μ*", unit), grid="x")
    parts.names_on_left(left, _ranked(inputs, labels, True))
    _plane(right, table, unit)
    return figure


def _plane(axes: Axes, table: pd.DataFrame, unit: str) -> None:
    mean, spread = table["mu_star"].to_numpy(), table["sigma"].to_numpy()
    edge = 1.08 * max(float(np.nanmax(mean)), float(np.nanmax(spread)), 1e-12)
    for slope, text in ((1.0, "σ = μ*"), (0.5, "σ = μ*/2"), (0.1, "σ = μ*/10")):
        axes.plot([0, edge], [0, slope * edge], color=FAINT, linewidth=0.8, zorder=1)
        axes.annotate(
            text, (edge, slope * edge), xytext=(-2, 2), textcoords="offset points", ha="right", va="bottom",
            fontsize=SIZES["small"] - 0.4, color=GREY, annotation_clip=False,
        )  # fmt: skip
    axes.scatter(
        mean, spread, s=15, color=BLUE, edgecolors="#ffffff", linewidths=0.5, zorder=3, clip_on=False
    )
    for (x, y), told in _clusters(mean, spread, edge).items():
        # The points that share a number's place are of lower rank, so they lie to its left.
        many = "," in told
        axes.annotate(
            told, (x, y), xytext=(2.0 if many else 3.6, 2.6), textcoords="offset points", fontsize=SIZES["tick"],
            ha="right" if many else "left", color=INK, zorder=4,
        )  # fmt: skip
    parts.dress(
        axes, "b  Curved or interacting?", below=_with("mean absolute effect μ*", unit),
        left=_with("spread of the effects σ", unit), grid="",
    )  # fmt: skip
    axes.set(xlim=(0, edge), ylim=(0, edge))
    _square(axes)
    parts.numeric_axis(axes.xaxis)
    parts.numeric_axis(axes.yaxis)


def _clusters(mean: np.ndarray, spread: np.ndarray, edge: float) -> dict[tuple[float, float], str]:
    """Numbers of the points by place; points so close that their numbers would overlap share a place."""
    places: dict[tuple[float, float], list[str]] = {}
    for k, (x, y) in enumerate(zip(mean[:MOST].tolist(), spread[:MOST].tolist(), strict=True)):
        if x < NUMBERED * float(np.nanmax(mean)):
            continue
        near = [at for at in places if abs(x - at[0]) < 0.09 * edge and abs(y - at[1]) < 0.055 * edge]
        places.setdefault(near[0] if near else (x, y), []).append(str(k + 1))
    return {place: ", ".join(names) for place, names in places.items()}


def regression(table: pd.DataFrame, labels: Labels, outcome: str) -> Figure:
    """Standardised regression, rank regression and partial rank correlation coefficients with intervals.

    ``table`` has the columns ``SRC``, ``SRRC``, ``PRCC`` and their ``_low``, ``_high``.
    """
    shown = table.head(MOST)
    figure, axes, _ = _frame(len(shown), False, room=0.42)
    drawn = (
        ("SRRC", "rank regression", BLUE, "o", -0.22),
        ("SRC", "regression", ORANGE, "s", 0.0),
        ("PRCC", "partial rank correlation", GREEN, "D", 0.22),
    )
    for name, words, colour, marker, offset in drawn:
        if name in shown:
            low, high = (shown[f"{name}_{end}"].to_numpy() for end in ("low", "high"))
            parts.dots(
                axes,
                shown[name].to_numpy(),
                low,
                high,
                colour=colour,
                offset=offset,
                marker=marker,
                label=words,
            )
    parts.dress(axes, outcome, below="standardised coefficient", grid="x")
    parts.names_on_left(axes, [labels.factor(name) for name in shown.index])
    parts.zero_line(axes)
    parts.key(axes, 3, "lower left", anchor=(0.0, 1.0))
    axes.set_title(outcome, loc="left", fontsize=SIZES["title"], color=INK, fontweight="bold", pad=15)
    return figure


def tornado(table: pd.DataFrame, labels: Labels, outcome: str) -> Figure:
    """One at a time: the range of the outcome around its base value while one factor goes over its levels.

    ``table`` has the columns ``base``, ``lowest``, ``highest`` (outcome) and ``at_lowest``, ``at_highest`` (level).
    """
    shown = table.head(MOST)
    label = labels.outcome(outcome)
    figure, axes, _ = _frame(len(shown), False)
    places, base = np.arange(len(shown)), shown["base"].to_numpy()
    for end, words, colour in (("lowest", "smallest value", ORANGE), ("highest", "largest value", BLUE)):
        value = shown[end].to_numpy()
        axes.barh(places, value - base, left=base, height=0.6, color=colour, label=words, zorder=2)
        for place, x, level, moves in zip(places, value, shown[f"at_{end}"], shown["range"], strict=True):
            if not moves > 0:
                continue
            axes.annotate(
                shown_value(level), (x, place), xytext=(-3 if end == "lowest" else 3, 0), textcoords="offset points",
                ha="right" if end == "lowest" else "left", va="center", fontsize=SIZES["small"], color=INK,
            )  # fmt: skip
    parts.dress(axes, "", below=label.with_unit, grid="x")
    parts.names_on_left(axes, [labels.factor(name) for name in shown.index])
    axes.axvline(float(base[0]), color=GREY, linewidth=0.7, zorder=3)
    axes.margins(x=0.12)
    parts.numeric_axis(axes.xaxis)
    parts.key(axes, 2, "lower left", anchor=(0.0, 1.0))
    axes.set_title(outcome, loc="left", fontsize=SIZES["title"], color=INK, fontweight="bold", pad=15)
    return figure


def overview(importance: Mapping[str, pd.Series], labels: Labels, name: str, relative: bool) -> Figure:
    """Importance of every factor for every outcome as a matrix, the factor that matters most overall on top.

    ``importance`` holds, by outcome, the ranking column of its table; ``relative`` divides each by its largest, for
    measures that carry the outcome's unit.
    """
    import pandas as pd

    frame = pd.DataFrame({outcome: series.abs() for outcome, series in importance.items()})
    if relative:
        frame = frame / frame.max()
    frame = frame.loc[frame.max(axis=1).sort_values(ascending=False, kind="stable").index[:MOST]]
    values = frame.to_numpy()[::-1]
    width = min(DOUBLE, 3.3 + 0.62 * len(frame.columns))
    figure = style.new_figure(width, 0.95 + 0.25 * len(frame))
    figure.set_layout_engine("constrained")
    axes = figure.subplots()
    drawn = parts.heat_map(
        axes, values, rows=list(frame.index[::-1]), columns=list(frame.columns), colours="Blues",
        limits=(0.0, max(1.0 if relative else 0.0, float(np.nanmax(values, initial=0.1)))),
        cell=lambda i, j: numbers.fixed(float(values[i, j]), 2),
    )  # fmt: skip
    parts.colour_bar(figure, drawn, axes, name)
    return figure


def _frame(count: int, second: bool, room: float = 0.36) -> tuple[Figure, Axes, Axes | None]:
    """A figure for so many named rows, with or without a square panel beside them."""
    figure = style.new_figure(DOUBLE if second else 5.4, max(2.5 if second else 1.5, 0.95 + room * count))
    figure.set_layout_engine("constrained", w_pad=0.05, h_pad=0.04)
    if not second:
        return figure, figure.subplots(), None
    left, right = figure.subplots(1, 2, width_ratios=[1.05, 1.0])
    return figure, left, right


def _pairs(
    figure: Figure, axes: Axes, pairs: pd.DataFrame, inputs: list[str], column: str, unit: str
) -> None:
    """Matrix of pairs, below the diagonal; a dot where the interval holds zero."""
    size = len(inputs)
    values = np.full((size, size), np.nan)
    clear = np.ones((size, size), dtype=bool)
    place = {name: k for k, name in enumerate(inputs)}
    held: Any = pairs
    for (one, other), row in held.iterrows():
        if one in place and other in place:
            j, i = sorted((place[one], place[other]))
            values[size - 1 - i, j] = row[column]
            clear[size - 1 - i, j] = f"{column}_low" not in row or row[f"{column}_low"] > 0
    values, clear = values[:-1, :-1], clear[:-1, :-1]
    names = (
        inputs
        if size <= FEW_NAMES and max(map(len, inputs)) <= SHORT_NAME
        else [str(k + 1) for k in range(size)]
    )
    drawn = parts.heat_map(
        axes, values, rows=names[:0:-1], columns=names[:-1], colours="Blues",
        limits=(0.0, max(0.05, parts.span(values)[1])),
        cell=lambda i, j: numbers.fixed(float(values[i, j]), 2) if clear[i, j] else "·",
    )  # fmt: skip
    below = "" if names is inputs else "numbers as beside the names"
    parts.dress(axes, "b  Pairs of factors", below=below, grid="")
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0)
    parts.colour_bar(figure, drawn, axes, unit, at_top=True)
    _square(axes)


def _square(axes: Axes) -> None:
    """Keep a panel square, at the top of the place that it has beside a long one."""
    axes.set_box_aspect(1)
    axes.set_anchor("N")


def _ranked(inputs: list[str], labels: Labels, numbered: bool) -> list[Label]:
    """Labels of the rows, with their place in the order if another panel refers to it."""
    told = [labels.factor(name) for name in inputs]
    return [Label(f"{k + 1}  {e.name}", e.text) for k, e in enumerate(told)] if numbered else told


def _title(outcome: str, second: Axes | None) -> str:
    return outcome if second is None else f"a  {outcome}"


def _with(words: str, unit: str) -> str:
    return f"{words} ({unit})" if unit else words

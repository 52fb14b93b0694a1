"""Figures of an outcome over two factors at a time: maps, and curves along one factor for levels of the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.report import numbers, parts, style
from sim.report.figure_files import DOUBLE
from sim.report.labels import Labels, shown_value
from sim.report.response_figures import MOST, columns_for, places_of, response, width_for
from sim.report.style import BLUE, DASHDOT, DASHED, INK, ORANGE, PURPLE, SIZES, SOLID

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Largest matrix whose cells show their numbers.
WRITTEN = 150


def map_of_two(runs: pd.DataFrame, pair: tuple[str, str], outcome: str, labels: Labels) -> Figure:
    """Two factors: the outcome as a map, and beside it curves along the first for some levels of the second."""
    figure = style.new_figure(DOUBLE, 3.1)
    figure.set_layout_engine("constrained", w_pad=0.05)
    left, right = figure.subplots(1, 2, width_ratios=[1.12, 1.0])
    label = labels.outcome(outcome)
    draw_map(figure, left, runs, pair, outcome, labels, title=f"a  {outcome}", unit=label.unit)
    first, second = pair
    levels = sorted(runs[second].dropna().unique().tolist())
    some = list(dict.fromkeys([levels[0], levels[len(levels) // 2], levels[-1]]))
    parts.dress(
        right, "b  The same as curves", below=labels.factor(first).axis(46, 1),
        left="\n".join([label.with_unit]),
    )  # fmt: skip
    for k, (level, colour, dash) in enumerate(
        zip(some, (BLUE, ORANGE, PURPLE), (SOLID, DASHED, DASHDOT), strict=False)
    ):
        table = response(runs[runs[second] == level], first, outcome, runs)
        x = places_of(right, labels.factors.get(first), table["level"])
        low, high = table["low"].to_numpy(), table["high"].to_numpy()
        name = f"{second} = {shown_value(level, 3)}" if k == 0 else shown_value(level, 3)
        parts.band(
            right, x, table["mean"].to_numpy(), low, high, colour=colour, dash=dash, label=name, strength=0.22
        )
    parts.numeric_axis(right.yaxis)
    right.legend(
        loc="lower left", bbox_to_anchor=(0.0, 0.99), ncols=3, frameon=False, fontsize=SIZES["small"], labelcolor=INK,
        handlelength=2.2, columnspacing=1.0, borderaxespad=0.1,
    )  # fmt: skip
    for axes, title in ((left, f"a  {outcome}"), (right, "b  The same as curves")):
        axes.set_title(title, loc="left", fontsize=SIZES["title"], color=INK, fontweight="bold", pad=15)
    return figure


def maps_of_pairs(
    runs: pd.DataFrame, pairs: Sequence[tuple[str, str]], outcome: str, labels: Labels
) -> Figure:
    """The outcome over pairs of factors, as the mean over all others; one colour scale for all panels."""
    shown = list(pairs)[: MOST // 2]
    figure, panels = parts.panels(
        len(shown), columns=columns_for(len(shown)), height=2.15, width=width_for(len(shown))
    )
    matrices = [_matrix(runs, pair, outcome) for pair in shown]
    limits = parts.span(np.concatenate([matrix.to_numpy().ravel() for matrix in matrices]))
    for place, (axes, pair) in enumerate(zip(panels, shown, strict=True)):
        drawn = draw_map(
            figure,
            axes,
            runs,
            pair,
            outcome,
            labels,
            title=parts.letter(place),
            limits=limits,
            written=False,
        )
    bar = figure.colorbar(drawn, ax=panels, fraction=0.03, pad=0.015, aspect=30)
    bar.outline.set_visible(False)  # type: ignore[operator]
    bar.ax.tick_params(labelsize=SIZES["small"], length=2, width=0.4, colors=INK)
    bar.set_label(labels.outcome(outcome).with_unit, fontsize=SIZES["small"], color=INK)
    return figure


def draw_map(
    figure: Figure,
    axes: Axes,
    runs: pd.DataFrame,
    pair: tuple[str, str],
    outcome: str,
    labels: Labels,
    *,
    title: str = "",
    unit: str = "",
    limits: tuple[float, float] | None = None,
    written: bool = True,
) -> Any:
    """Draw the outcome over two factors, the first along the bottom; a colour bar unless ``limits`` are given."""
    matrix = _matrix(runs, pair, outcome)
    values = matrix.to_numpy()
    low, high = limits or parts.span(values)
    centred = low < 0 < high
    places = numbers.decimals_for((high - low) / 4.0, max(abs(low), abs(high)))
    shows = written and values.size <= WRITTEN and len(matrix.columns) <= 12
    drawn = parts.heat_map(
        axes, values,
        rows=[shown_value(level, 3) for level in matrix.index],
        columns=[shown_value(level, 3) for level in matrix.columns],
        limits=(low, high), centred=centred,
        cell=(lambda i, j: _written(values[i, j], places)) if shows else None,
    )  # fmt: skip
    below, left = (
        labels.factor(name).axis(38, 2) if written else labels.factor(name).with_unit for name in pair
    )
    parts.dress(axes, title, below=below, left=left, grid="")
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0)
    if limits is None:
        parts.colour_bar(figure, drawn, axes, unit)
    return drawn


def _matrix(runs: pd.DataFrame, pair: tuple[str, str], outcome: str) -> pd.DataFrame:
    """Mean of the outcome by level of the second (rows) and the first factor (columns)."""
    return runs.pivot_table(index=pair[1], columns=pair[0], values=outcome, aggfunc="mean", sort=True)


def _written(value: float, decimals: int | None) -> str:
    return numbers.number(value, 2) if decimals is None else numbers.fixed(float(value), decimals)

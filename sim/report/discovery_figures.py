"""Figures of scenario discovery: the peeling trajectory, and what a box leaves of each factor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.report import numbers, parts, style
from sim.report.figure_files import DOUBLE
from sim.report.labels import Labels, wrapped
from sim.report.style import BLUE, FAINT, GREY, INK, ORANGE, SIZES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def box(limits: pd.DataFrame, trajectory: pd.DataFrame | None, labels: Labels) -> Figure:
    """Coverage against density of PRIM's boxes, and beside it the limits of the chosen one.

    Tables as of :class:`sim.analysis.Discovery`: ``trajectory`` with ``coverage, density, restricted, chosen``;
    ``limits`` with index ``factor`` and ``low, high, whole_low, whole_high, labels, whole_labels``.
    """
    if trajectory is None or limits.empty:
        figure = style.new_figure(5.0, 3.0 if trajectory is not None else 0.9 + 0.36 * len(limits))
        figure.set_layout_engine("constrained")
        axes = figure.subplots()
        if trajectory is not None:
            _trajectory(figure, axes, trajectory, "")
        else:
            _limits(axes, limits, labels, "")
        return figure
    figure = style.new_figure(DOUBLE, max(2.7, 1.0 + 0.4 * len(limits)))
    figure.set_layout_engine("constrained", w_pad=0.05)
    left, right = figure.subplots(1, 2, width_ratios=[1.0, 1.05])
    _trajectory(figure, left, trajectory, "a  Boxes")
    _limits(right, limits, labels, "b  The chosen box")
    return figure


def _trajectory(figure: Figure, axes: Axes, table: pd.DataFrame, title: str) -> None:
    from matplotlib import colormaps
    from matplotlib.colors import BoundaryNorm

    x, y = table["coverage"].to_numpy(dtype=float), table["density"].to_numpy(dtype=float)
    restricted = table["restricted"].to_numpy(dtype=int)
    most = max(int(restricted.max()), 1)
    colours = BoundaryNorm(np.arange(-0.5, most + 1.0), colormaps["viridis"].N)
    axes.plot(x, y, color=FAINT, linewidth=0.9, zorder=1)
    drawn = axes.scatter(
        x, y, c=restricted, cmap="viridis", norm=colours, s=13, linewidths=0, zorder=3, clip_on=False
    )
    chosen = table["chosen"].to_numpy(dtype=bool)
    axes.scatter(
        x[chosen],
        y[chosen],
        s=70,
        facecolors="none",
        edgecolors=ORANGE,
        linewidths=1.6,
        zorder=4,
        clip_on=False,
    )
    for a, b in zip(x[chosen], y[chosen], strict=True):
        axes.annotate(
            "chosen",
            (a, b),
            xytext=(-7, -9),
            textcoords="offset points",
            ha="right",
            fontsize=SIZES["small"],
            color=INK,
        )
    parts.dress(
        axes, title, below="coverage: share of the cases of interest inside", left="density: share of interest inside",
        grid="both",
    )  # fmt: skip
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02))
    bar = figure.colorbar(drawn, ax=axes, fraction=0.045, pad=0.02, aspect=24, ticks=range(most + 1))
    bar.outline.set_visible(False)  # type: ignore[operator]
    bar.ax.tick_params(labelsize=SIZES["small"], length=0, colors=INK)
    bar.set_label("restricted factors", fontsize=SIZES["small"], color=INK)


def _limits(axes: Axes, limits: pd.DataFrame, labels: Labels, title: str) -> None:
    places = np.arange(len(limits))
    axes.barh(places, 1.0, height=0.3, color=FAINT, zorder=1)
    for place, (factor, row) in zip(places, limits.iterrows(), strict=True):
        if row["low"] is not None and np.isfinite(row["low"]):
            _numeric(axes, int(place), row, labels, str(factor))
        else:
            _choice(axes, int(place), row)
    parts.dress(axes, title, grid="")
    parts.names_on_left(axes, [labels.factor(str(name)) for name in limits.index])
    if len(limits) < 3:  # else the bars of one or two factors fill the panel
        axes.set_ylim(len(limits) + 0.3, -1.3)
    axes.set_xlim(-0.02, 1.02)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)


def _numeric(axes: Axes, place: int, row: Any, labels: Labels, name: str) -> None:
    factor = labels.factors.get(name)
    ends = np.array([row["whole_low"], row["low"], row["high"], row["whole_high"]], dtype=float)
    if factor is not None and factor.scale == "log" and ends.min() > 0:
        ends = np.log(ends)
    width = ends[3] - ends[0] or 1.0
    low, high = (ends[1] - ends[0]) / width, (ends[2] - ends[0]) / width
    axes.barh(place, max(high - low, 0.006), left=low, height=0.3, color=BLUE, zorder=2)
    for value, at, anchor in ((row["low"], low, "left"), (row["high"], high, "right")):
        free = value == row["whole_low" if anchor == "left" else "whole_high"]
        axes.annotate(
            numbers.plain(float(value), 3), (at, place + 0.17), xytext=(0, -1), textcoords="offset points",
            ha="left" if free and anchor == "left" else "right" if free else "center", va="top",
            fontsize=SIZES["small"], color=GREY if free else INK, fontweight="normal" if free else "bold",
        )  # fmt: skip


def _choice(axes: Axes, place: int, row: Any) -> None:
    whole, kept = str(row["whole_labels"]).split("|"), set(str(row["labels"]).split("|"))
    for k, label in enumerate(whole):
        inside = label in kept
        axes.barh(
            place,
            1.0 / len(whole) - 0.01,
            left=k / len(whole) + 0.005,
            height=0.3,
            color=BLUE if inside else FAINT,
            zorder=2,
        )
        axes.annotate(
            wrapped(label, max(6, 44 // len(whole)), 1)[0], ((k + 0.5) / len(whole), place + 0.17), xytext=(0, -1),
            textcoords="offset points", ha="center", va="top", fontsize=SIZES["small"], color=INK if inside else GREY,
            fontweight="bold" if inside else "normal",
        )  # fmt: skip

"""Figures of a calibration: posteriors over the whole prior, so that what is not narrowed is seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.calibration.factors import Factor
from sim.calibration.identifiability import IDENTIFIED, RATIO_AT_ONE, iso_lag
from sim.calibration.recovery import BARS, Recovery
from sim.calibration.regression import Posterior
from sim.report import parts, style
from sim.report.figure_files import DOUBLE
from sim.report.style import BLUE, FAINT, GREEN, GREY, INK, ORANGE, SIZES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = np.ndarray
BINS = 14
COLUMNS = 5
#: Alignment of the labels of a prior's two ends and its middle.
SIDES: tuple[Literal["left", "center", "right"], ...] = ("left", "center", "right")
#: Most factors in a corner plot.
CORNER = 8


def marginals(factors: Sequence[Factor], posterior: Posterior, other: Posterior) -> Figure:
    """Posterior of each factor against its flat prior: sequential sampling as bars, regression as a line."""
    figure, axes = _panels(len(factors), 1.25)
    edges = np.linspace(0.0, 1.0, BINS + 1)
    for k, (panel, factor) in enumerate(zip(axes, factors, strict=False)):
        heights = np.histogram(posterior.places[:, k], edges, weights=posterior.weights)[0] * BINS
        others = np.histogram(other.places[:, k], edges, weights=other.weights)[0] * BINS
        panel.stairs(heights, edges, fill=True, color=BLUE, alpha=0.55)
        panel.stairs(others, edges, color=ORANGE, linewidth=0.9)
        panel.axhline(1.0, color=GREY, linewidth=0.6, dashes=(4, 2))
        _panel(panel, factor.name)
        panel.set_yticks([])
        _natural(panel, factor, "x")
    return figure


def corner(factors: Sequence[Factor], posterior: Posterior, shown: Sequence[int]) -> Figure:
    """Pairs of factors in the posterior: dots sized by weight below the diagonal, marginals on it."""
    count = len(shown)
    figure = style.new_figure(DOUBLE, DOUBLE)
    grid: Any = figure.subplots(count, count, squeeze=False)
    figure.subplots_adjust(left=0.09, right=0.985, bottom=0.09, top=0.97, wspace=0.12, hspace=0.12)
    edges = np.linspace(0.0, 1.0, BINS + 1)
    sizes = 12.0 * posterior.weights / posterior.weights.max()
    for i, row in enumerate(shown):
        for j, column in enumerate(shown):
            panel = grid[i, j]
            if j > i:
                panel.set_visible(False)
                continue
            if i == j:
                heights = np.histogram(posterior.places[:, row], edges, weights=posterior.weights)[0] * BINS
                panel.stairs(heights, edges, fill=True, color=BLUE, alpha=0.55)
                panel.axhline(1.0, color=GREY, linewidth=0.5, dashes=(4, 2))
            else:
                panel.scatter(
                    posterior.places[:, column], posterior.places[:, row], s=sizes, color=BLUE, alpha=0.35,
                    linewidths=0, rasterized=True,
                )  # fmt: skip
                panel.set_ylim(0, 1)
            _frame(panel)
            panel.set_xlim(0, 1)
            panel.set_xticks([])
            panel.set_yticks([])
            if i == count - 1:
                _natural(panel, factors[column], "x")
                panel.set_xlabel(factors[column].name, fontsize=SIZES["small"], color=INK)
            if j == 0:
                if i:
                    _natural(panel, factors[row], "y")
                panel.set_ylabel(factors[row].name, fontsize=SIZES["small"], color=INK)
    return figure


def ridge(ratios: Array, hidden: Array, weights: Array, prior: tuple[Array, Array], lag: float) -> Figure:
    """Ratio of copying against the lag without copying: prior, posterior and the line of equal lag."""
    figure = style.new_figure(DOUBLE * 0.62, 3.0)
    axes = figure.add_subplot()
    axes.scatter(*prior, s=4, color=FAINT, linewidths=0, label="prior", rasterized=True)
    size = 14.0 * weights / weights.max()
    axes.scatter(
        ratios, hidden, s=size, color=BLUE, alpha=0.6, linewidths=0, label="last generation", rasterized=True
    )
    line = np.linspace(0.0, RATIO_AT_ONE, 50)
    axes.plot(
        line,
        iso_lag(lag, line),
        color=ORANGE,
        linewidth=1.2,
        label=f"same lag of {lag:.0f} months at steady state",
    )
    axes.set_ylim(0.0, float(np.nanquantile(prior[1], 0.97)))
    axes.set_xlim(0.0, RATIO_AT_ONE)
    style.dress(axes, "", "months of lag without copying", pad=4)
    axes.set_xlabel(
        "r: potency of copying times access over obsolescence", fontsize=SIZES["label"], color=INK
    )
    axes.legend(loc="upper left", frameon=False, fontsize=SIZES["small"], labelcolor=INK, markerscale=1.5)
    figure.subplots_adjust(left=0.11, right=0.98, bottom=0.14, top=0.96)
    return figure


def ranks(recovery: Recovery) -> Figure:
    """Rank histograms with the band in which 95 % of bars lie if the posterior is sound."""
    figure, axes = _panels(len(recovery.factors), 1.05)
    low, high = recovery.band()
    edges = np.linspace(0.0, 1.0, BARS + 1)
    for panel, name, counts in zip(axes, recovery.factors, recovery.histogram(), strict=False):
        panel.axhspan(low, high, color=FAINT, linewidth=0)
        panel.stairs(counts, edges, color=GREEN, linewidth=1.1)
        _panel(panel, name)
        panel.set_ylim(0.0, max(2.2 * len(recovery.ranks) / BARS, 1.05 * counts.max()))
        panel.set_xticks([0, 0.5, 1], ["0", "½", "1"])
        panel.set_yticks([])
    return figure


def gains(table: pd.DataFrame) -> Figure:
    """Contraction of the potency of copying with further observables."""
    figure = style.new_figure(DOUBLE, 0.32 * len(table) + 0.7)
    axes = figure.add_subplot()
    places = np.arange(len(table))[::-1]
    axes.barh(places, table["contraction"], height=0.55, color=BLUE, alpha=0.7, zorder=2)
    parts.whiskers(axes, places, table["low"].to_numpy(), table["high"].to_numpy())
    axes.axvline(IDENTIFIED, color=ORANGE, linewidth=0.9, dashes=(4, 2))
    axes.set_yticks(places, table["observables"].tolist())
    axes.set_xlim(min(0.0, float(table["low"].min())), max(0.5, float(table["high"].max()) * 1.1))
    style.dress(axes, "", "", pad=4)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", color=FAINT, linewidth=0.4)
    axes.set_xlabel("expected contraction of the potency of copying", fontsize=SIZES["label"], color=INK)
    figure.subplots_adjust(left=0.36, right=0.98, bottom=0.28 if len(table) < 5 else 0.2, top=0.97)
    return figure


def misfits(table: pd.DataFrame) -> Figure:
    """Typical distance of each observable before and after, in standard deviations."""
    figure = style.new_figure(DOUBLE, 0.165 * len(table) + 0.75)
    axes = figure.add_subplot()
    places = np.arange(len(table))[::-1]
    axes.hlines(places, table["prior"], table["posterior"], color=FAINT, linewidth=1.5, zorder=1)
    axes.scatter(table["prior"], places, s=12, color=GREY, label="prior", zorder=2)
    axes.scatter(table["posterior"], places, s=14, color=BLUE, label="posterior", zorder=3)
    axes.axvline(1.0, color=ORANGE, linewidth=0.9, dashes=(4, 2))
    axes.set_yticks(places, table["observable"].tolist())
    axes.set_xlim(left=0.0)
    style.dress(axes, "", "", pad=4)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(
        "root mean square residual, standard deviations of error and luck", fontsize=SIZES["label"], color=INK
    )
    axes.legend(loc="lower right", frameon=False, fontsize=SIZES["small"], labelcolor=INK)
    figure.subplots_adjust(left=0.27, right=0.98, bottom=0.09, top=0.98)
    return figure


# -- panels --------------------------------------------------------------------------------------------------------


def _panels(count: int, height: float) -> tuple[Figure, list[Axes]]:
    rows = -(-count // COLUMNS)
    figure = style.new_figure(DOUBLE, height * rows)
    grid: Any = figure.subplots(rows, COLUMNS, squeeze=False)
    figure.subplots_adjust(
        left=0.02, right=0.98, bottom=0.2 / rows, top=1.0 - 0.17 / rows, wspace=0.16, hspace=0.62
    )
    axes = list(grid.ravel())
    for panel in axes[count:]:
        panel.set_visible(False)
    return figure, axes[:count]


def _panel(panel: Axes, title: str) -> None:
    _frame(panel)
    panel.set_title(title, loc="left", fontsize=SIZES["label"], color=INK, pad=2)
    panel.set_xlim(0.0, 1.0)


def _frame(panel: Axes) -> None:
    for side in ("top", "right"):
        panel.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        panel.spines[side].set(linewidth=0.5, color=GREY)
    panel.tick_params(labelsize=SIZES["small"], colors=INK, length=2, width=0.5, pad=1.5)


def _natural(panel: Axes, factor: Factor, axis: str) -> None:
    """Ticks at the ends and the middle of a prior, labelled in natural units."""
    places = [0.0, 0.5, 1.0]
    labels = [f"{float(factor.value(place)):.2g}" for place in places]
    if axis == "y":
        panel.set_yticks(places, labels)
        return
    panel.set_xticks(places, labels)
    # Labels at the ends stay within the panel, clear of the neighbours'.
    for label, side in zip(panel.get_xticklabels(), SIDES, strict=True):
        label.set_horizontalalignment(side)

"""The figure of a paired comparison: B minus A over time, for the main outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.report import style
from sim.report.headlines import BAND, short_unit
from sim.report.style import BLUE, GREY, INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.experiments.paired import Comparison

#: Outputs of the figure, their titles, and what to call the unit of a pure number.
PANELS: tuple[tuple[str, str, str], ...] = (
    ("gap_months", "Lead of US labs", ""),
    ("believed_gap_investors", "Lead believed by investors", ""),
    ("compute_cn_over_us", "Chinese over US compute", "ratio of the best labs"),
    ("copied_share", "Share closed by copying", "share of the gap"),
    ("believed_copied_share_investors", "The same, believed", "share of the gap"),
    ("valuation_multiple_us", "Value over revenue, US", ""),
    ("valuation_us_labs", "Value of US labs", ""),
    ("valuation_cn_labs", "Value of Chinese labs", ""),
    ("listed_index", "Listed chip index", "first week = 1"),
    ("control_strength_chips", "Chip control", "strictness, 0 to 1"),
    ("open_share", "Adoption of open weights", "share of adopters"),
    ("cn_open_share", "The same, Chinese", "share of adopters"),
)


def png(comparison: Comparison) -> bytes:
    """The figure as a PNG with its provenance in the metadata."""
    return style.png(draw(comparison), facts(comparison))


def pdf(comparison: Comparison) -> bytes:
    """The figure as a PDF with its provenance in the metadata."""
    return style.pdf(draw(comparison), facts(comparison))


def facts(comparison: Comparison) -> dict[str, Any]:
    """Provenance of the figure: enough to make the comparison again."""
    a, b = comparison.a, comparison.b
    return {
        "title": f"Parity comparison: {comparison.names[1]} minus {comparison.names[0]}",
        "scenario_a": a.scenario.name,
        "scenario_b": b.scenario.name,
        "scenario_a_sha256": a.manifest["scenario_sha256"],
        "scenario_b_sha256": b.manifest["scenario_sha256"],
        "seed": a.seeds[0],
        "replicates": a.replicates,
        "weeks": len(a.weeks),
        "parity": a.manifest["versions"]["parity"],
    }


def draw(comparison: Comparison) -> Figure:
    """Draw the figure, 7.2 by 8.6 inches: three panels a row."""
    figure = style.new_figure(7.2, 8.6)
    grid = figure.subplots(4, 3, sharex=True)
    figure.subplots_adjust(left=0.085, right=0.985, top=0.918, bottom=0.055, wspace=0.36, hspace=0.34)
    dates = comparison.a.dates
    days = style.days(dates)
    for place, (axes, (output, title, name)) in enumerate(zip(grid.flat, PANELS, strict=True)):
        _draw_panel(axes, comparison, output, f"{'abcdefghijkl'[place]}  {title}", name, days)
        style.calendar_axis(axes, dates, label=place >= 9)
    _caption(figure, comparison)
    return figure


def _draw_panel(
    axes: Axes, comparison: Comparison, output: str, title: str, name: str, days: np.ndarray
) -> None:
    known = output in comparison.outputs
    unit = (
        short_unit(comparison.a.manifest["outputs"][output]["unit"], comparison.a.scenario) if known else ""
    )
    style.dress(axes, title, unit or name, pad=4)
    paths = comparison.path(output) if known else np.full((1, len(days)), np.nan)
    if not np.isfinite(paths).any():
        style.undefined(axes)
        return
    mean, half = _interval(paths)
    quantiles = np.nanquantile if np.isnan(paths).any() else np.quantile
    low, high = quantiles(paths, BAND, axis=0)
    axes.axhline(0.0, color=GREY, linewidth=0.6, zorder=1)
    axes.fill_between(days, low, high, color=BLUE, alpha=0.12, linewidth=0, zorder=2)
    axes.fill_between(days, mean - half, mean + half, color=BLUE, alpha=0.38, linewidth=0, zorder=2.5)
    axes.plot(days, mean, color=INK, linewidth=1.1, zorder=3)


def _interval(paths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean over pairs and half of its 95 % interval, each ``(weeks,)``."""
    from scipy.special import stdtrit

    counts = np.isfinite(paths).sum(axis=0)
    mean = np.nansum(paths, axis=0) / np.where(counts > 0, counts, np.nan)
    spread = np.nansum((paths - mean) ** 2, axis=0) / np.where(counts > 1, counts - 1, np.nan)
    return mean, stdtrit(np.maximum(counts - 1, 1), 0.975) * np.sqrt(spread / np.maximum(counts, 1))


def _caption(figure: Figure, comparison: Comparison) -> None:
    a, b = comparison.a, comparison.b
    names = comparison.names
    figure.text(
        0.012,
        0.986,
        f"{names[1]}  minus  {names[0]}",
        fontsize=style.SIZES["head"],
        color=INK,
        fontweight="bold",
        va="top",
    )
    what = (
        f"{a.replicates} pairs under the same luck, seeds {a.seeds[0]} to {a.seeds[-1]}: mean difference, "
        "its 95 % interval (dark), 90 % of the pairs (light)"
    )
    figure.text(0.012, 0.962, what, fontsize=style.SIZES["label"], color=GREY, va="top")
    digests = f"A {a.manifest['scenario_sha256'][:12]}, B {b.manifest['scenario_sha256'][:12]}"
    source = f"Parity {a.manifest['versions']['parity']}, scenarios {digests}"
    figure.text(0.988, 0.008, source, fontsize=style.SIZES["small"], color=GREY, ha="right", va="bottom")

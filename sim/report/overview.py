"""The overview of a run: nine panels, each replicate's band around the median."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.report import style
from sim.report.headlines import BAND
from sim.report.style import BLUE, CN, DASHDOT, DASHED, DOTTED, GREY, INK, ORANGE, SKY, SOLID, US

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.recording.run import Run

#: Ratio of largest to smallest value from which a log axis is worth it.
MIN_SPAN = 4.0
#: What the short names in the panels mean.
LEGEND = (
    "a measured: latest published evaluation; believed: mean of investors.  "
    "b investors, policymakers: mean belief.\n"
    "g set: strictness announced; in force: strictness after its lag; access: to closed models."
)
#: Weeks of the running mean that makes weekly attention shares readable.
SMOOTHING = 13


@dataclass(frozen=True, slots=True)
class Curve:
    """One output in a panel."""

    output: str
    label: str
    colour: str
    dash: style.Dash = SOLID
    in_months: bool = False
    smooth: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """A small plot: its curves share a unit."""

    title: str
    unit: str
    curves: tuple[Curve, ...]
    log: bool = False
    low: float | None = None
    """Smallest top of the axis and fixed bottom for shares; None lets the data decide."""


PANELS: tuple[Panel, ...] = (
    Panel(
        "Lead of US over Chinese labs", "months",
        (
            Curve("gap_months", "latent", INK),
            Curve("score_gap", "measured", ORANGE, DASHED, in_months=True),
            Curve("believed_gap_investors", "believed", BLUE, DASHDOT, in_months=True),
        ),
    ),
    Panel(
        "Share closed by copying", "share of the gap",
        (
            Curve("copied_share", "latent", INK),
            Curve("believed_copied_share_investors", "investors", BLUE, DASHDOT),
            Curve("believed_copied_share_policymakers", "policymakers", SKY, DOTTED),
        ),
        low=0.0,
    ),
    Panel(
        "Compute of Chinese labs", "multiple of that of US labs",
        (Curve("compute_cn_over_us", "best Chinese over best US lab", INK),),
        low=0.0,
    ),
    Panel(
        "Value of labs", "bn US$",
        (Curve("valuation_us_labs", "US labs", US), Curve("valuation_cn_labs", "Chinese labs", CN, DASHED)),
        log=True,
    ),
    Panel(
        "Value over revenue", "years",
        (
            Curve("valuation_multiple_us", "US labs", US),
            Curve("valuation_multiple_cn", "Chinese labs", CN, DASHED),
        ),
        low=0.0,
    ),
    Panel(
        "Listed chip index", "first week = 1",
        (Curve("listed_index", "price", INK), Curve("listed_fundamental", "fundamental", ORANGE, DASHED)),
        log=True,
    ),
    Panel(
        "Export control", "strength, 0 to 1",
        (
            Curve("control_strength_chips", "chips, set", INK),
            Curve("control_effective_chips", "in force", ORANGE, DASHED),
            Curve("control_strength_access", "access", BLUE, DOTTED),
        ),
        low=0.0,
    ),
    Panel(
        "Attention to claims", f"share, {SMOOTHING}-week mean",
        (
            Curve("claims_copying", "copying", ORANGE, SOLID, smooth=True),
            Curve("claims_cost", "cost", BLUE, DASHED, smooth=True),
            Curve("claims_moat", "moat", US, DASHDOT, smooth=True),
            Curve("claims_parity", "parity", CN, DOTTED, smooth=True),
        ),
        low=0.0,
    ),
    Panel(
        "Adoption of open weights", "share of adopters",
        (Curve("open_share", "all", INK), Curve("cn_open_share", "Chinese", CN, DASHED)),
        low=0.0,
    ),
)  # fmt: skip


def png(run: Run) -> bytes:
    """The overview as a PNG with its provenance in the metadata."""
    return style.png(draw(run), facts(run))


def pdf(run: Run) -> bytes:
    """The overview as a PDF with its provenance in the metadata."""
    return style.pdf(draw(run), facts(run))


def facts(run: Run) -> dict[str, Any]:
    """Provenance of a figure: enough to make the run again."""
    return {
        "title": f"Parity overview: {run.scenario.name}, seed {run.seeds[0]}",
        "scenario": run.scenario.name,
        "scenario_sha256": run.manifest["scenario_sha256"],
        "seed": run.seeds[0],
        "replicates": run.replicates,
        "weeks": len(run.weeks),
        "parity": run.manifest["versions"]["parity"],
    }


def draw(run: Run) -> Figure:
    """Draw the overview, 7.2 by 7.4 inches: three panels a row."""
    figure = style.new_figure(7.2, 7.4)
    grid = figure.subplots(3, 3, sharex=True)
    figure.subplots_adjust(left=0.075, right=0.985, top=0.885, bottom=0.08, wspace=0.33, hspace=0.47)
    days = style.days(run.dates)
    for place, (axes, panel) in enumerate(zip(grid.flat, PANELS, strict=True)):
        _draw_panel(axes, run, panel, "abcdefghi"[place], days)
        style.calendar_axis(axes, run.dates, label=place >= 6)
    _caption(figure, run)
    return figure


def _draw_panel(axes: Axes, run: Run, panel: Panel, letter: str, days: np.ndarray) -> None:
    unit = panel.unit
    if unit == "bn US$" and not run.scenario.capital.buys_compute:
        unit = "years of rent"
    style.dress(axes, f"{letter}  {panel.title}", unit)
    bottom, top, drawn = np.inf, -np.inf, []
    shade = 0.2 / len(panel.curves)
    for order, curve in enumerate(panel.curves):
        values = _values(run, curve)
        if values is None:
            continue
        drawn.append(curve)
        middle, low, high = _band(values)
        if run.replicates > 1:
            axes.fill_between(days, low, high, color=curve.colour, alpha=shade, linewidth=0, zorder=2)
            if len(panel.curves) < 4:
                edges = np.stack([low, high], axis=1)
                axes.plot(
                    days,
                    edges,
                    color=curve.colour,
                    linestyle=curve.dash,
                    linewidth=0.35,
                    alpha=0.75,
                    zorder=2.5,
                )
        axes.plot(
            days, middle, color=curve.colour, linestyle=curve.dash, linewidth=1.15, label=curve.label,
            zorder=3 + 0.1 * order, solid_capstyle="round",
        )  # fmt: skip
        bottom, top = min(bottom, float(np.nanmin(low))), max(top, float(np.nanmax(high)))
    if not drawn:
        style.undefined(axes)
        return
    if any(curve.label for curve in drawn):
        style.key(axes, len(drawn))
    _limits(axes, panel, bottom, top)


def _limits(axes: Axes, panel: Panel, bottom: float, top: float) -> None:
    if panel.log and 0 < bottom * MIN_SPAN < top:
        axes.set_yscale("log")
        _plain_log_ticks(axes)
    elif panel.low is not None:
        share = "share" in panel.unit or "0 to 1" in panel.unit
        axes.set_ylim(panel.low, 1.02 if share else max(1.08 * top, 1e-3))
    elif axes.get_ylim()[0] < 0 < axes.get_ylim()[1]:
        axes.axhline(0.0, color=GREY, linewidth=0.5, zorder=1)


def _plain_log_ticks(axes: Axes) -> None:
    """Numbers instead of powers on a log axis; in between too where it spans less than a decade or so."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    low, high = axes.get_ylim()
    decades = np.log10(high / low)
    steps: Sequence[float] = (1.0,) if decades > 2.2 else (1.0, 3.0) if decades > 1.2 else (1.0, 2.0, 5.0)
    axes.yaxis.set_major_locator(LogLocator(subs=steps, numticks=9))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:,g}"))


def _values(run: Run, curve: Curve) -> np.ndarray | None:
    """Values of a curve ``(replicates, weeks)``; None where it is not defined."""
    if curve.output not in run.outputs:
        return None
    values = run.array(curve.output)
    if not np.isfinite(values).any():
        return None
    if curve.in_months:
        growth = run.scenario.capability
        values = values * 12.0 / (growth.compute_growth_controlling + growth.algorithmic_growth)
    return _running_mean(values, SMOOTHING) if curve.smooth else values


def _running_mean(values: np.ndarray, width: int) -> np.ndarray:
    """Mean over up to ``width`` weeks that end with each week, along the last axis."""
    totals = np.cumsum(np.nan_to_num(values), axis=-1)
    before = np.zeros_like(totals)
    before[..., width:] = totals[..., :-width]
    return (totals - before) / np.minimum(np.arange(1, values.shape[-1] + 1), width)


def _band(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Median and 90 % band over replicates, each ``(weeks,)``."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    quantiles = np.nanquantile if np.isnan(values).any() else np.quantile
    low, middle, high = quantiles(values, [BAND[0], 0.5, BAND[1]], axis=0)
    return middle, low, high


def _caption(figure: Figure, run: Run) -> None:
    name, seed = run.scenario.name, run.seeds[0]
    figure.text(0.012, 0.984, name, fontsize=style.SIZES["head"], color=INK, fontweight="bold", va="top")
    if run.replicates > 1:
        what = f"seeds {seed} to {run.seeds[-1]}: median of {run.replicates} replicates, 90 % band shaded"
    else:
        what = f"one run, seed {seed}"
    figure.text(0.012, 0.957, what, fontsize=style.SIZES["label"], color=GREY, va="top")
    figure.text(
        0.012,
        0.012,
        LEGEND,
        fontsize=style.SIZES["small"],
        color=GREY,
        ha="left",
        va="bottom",
        linespacing=1.4,
    )
    source = f"Parity {run.manifest['versions']['parity']}, scenario {run.manifest['scenario_sha256'][:12]}"
    figure.text(0.988, 0.012, source, fontsize=style.SIZES["small"], color=GREY, ha="right", va="bottom")

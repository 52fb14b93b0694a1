"""Parts of sweep figures: panels, intervals, heat maps, curves with bands. One look for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.report import numbers, style
from sim.report.figure_files import DOUBLE
from sim.report.labels import Label, wrapped
from sim.report.style import BLUE, FAINT, GREY, INK, SIZES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Letters on coloured cells: on pale and on deep ones. They do not follow the page's colours.
ON_PALE, ON_DEEP = "#111111", "#fdfdfd"
#: Points or cells from which a drawing holds them as pixels, so that its file stays small.
MANY = 1500
#: Width of an axis, against its values, below which they count as one.
SAME = 1e-12
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def letter(place: int) -> str:
    """Letter of a panel: a to z, then aa, bb, ..."""
    return _LETTERS[place % len(_LETTERS)] * (1 + place // len(_LETTERS))


def panels(
    count: int, *, columns: int = 3, height: float = 2.0, width: float = DOUBLE, extra: float = 0.0
) -> tuple[Figure, list[Axes]]:
    """A figure with so many panels, ``columns`` a row; ``height`` is that of a row, inches."""
    columns = min(columns, count)
    rows = -(-count // columns)
    figure = style.new_figure(width, rows * height + extra)
    figure.set_layout_engine("constrained", w_pad=0.04, h_pad=0.05, wspace=0.03, hspace=0.04)
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat[count:]:
        axes.set_visible(False)
    return figure, list(grid.flat[:count])


def dress(axes: Axes, title: str, *, below: str = "", left: str = "", grid: str = "y") -> None:
    """Frame of a panel: title, names of the axes, light grid, no box."""
    style.dress(axes, title, left, pad=5)
    axes.set_xlabel(below, fontsize=SIZES["label"], color=INK, labelpad=3)
    axes.grid(False)
    if grid:
        axes.grid(axis=grid, color=FAINT, linewidth=0.4)  # type: ignore[arg-type]
    if not title:
        axes.set_title("", loc="left")


def names_on_left(axes: Axes, labels: Sequence[Label], *, width: int = 40, described: bool = True) -> None:
    """Names of rows at the left of a panel, each with what it is below it; row 0 is on top."""
    axes.set_yticks(range(len(labels)))
    axes.set_yticklabels([])
    axes.set_ylim(len(labels) - 0.45, -0.55)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    for place, label in enumerate(labels):
        lines = wrapped(label.text, width, 2) if label.text and described else []
        up = (0.0, 0.5, 3.6)[len(lines)]
        _beside(axes, place, label.name, up, SIZES["tick"], INK, "bottom" if lines else "center")
        if lines:
            _beside(axes, place, "\n".join(lines), up - 0.5, SIZES["small"] - 0.4, GREY, "top")


def _beside(axes: Axes, place: float, text: str, up: float, size: float, colour: str, anchor: str) -> None:
    axes.annotate(
        text, (0.0, place), xycoords=("axes fraction", "data"), xytext=(-4.0, up), textcoords="offset points",
        ha="right", va=anchor, fontsize=size, color=colour, annotation_clip=False,
    )  # fmt: skip


def bars(
    axes: Axes,
    values: np.ndarray,
    low: np.ndarray | None,
    high: np.ndarray | None,
    *,
    colour: str = BLUE,
    offset: float = 0.0,
    thickness: float = 0.62,
    label: str = "",
) -> None:
    """Horizontal bars from zero with intervals, row 0 on top."""
    places = np.arange(len(values)) + offset
    axes.barh(places, values, height=thickness, color=colour, label=label or None, zorder=2, linewidth=0)
    if low is not None and high is not None:
        whiskers(axes, places, low, high)


def whiskers(axes: Axes, places: np.ndarray, low: np.ndarray, high: np.ndarray, colour: str = INK) -> None:
    """Intervals as thin horizontal lines."""
    held = np.isfinite(low) & np.isfinite(high)
    axes.hlines(places[held], low[held], high[held], color=colour, linewidth=0.9, zorder=4)


def dots(
    axes: Axes,
    values: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    *,
    colour: str = BLUE,
    offset: float = 0.0,
    marker: str = "o",
    label: str = "",
) -> None:
    """Dots with intervals, row 0 on top."""
    places = np.arange(len(values)) + offset
    held = np.isfinite(low) & np.isfinite(high)
    axes.hlines(places[held], low[held], high[held], color=colour, linewidth=1.3, zorder=3)
    axes.plot(
        values, places, linestyle="none", marker=marker, markersize=4.2, color=colour, zorder=4,
        markeredgecolor="#ffffff", markeredgewidth=0.5, label=label or None,
    )  # fmt: skip


def zero_line(axes: Axes, vertical: bool = True) -> None:
    """A line at zero."""
    (axes.axvline if vertical else axes.axhline)(0.0, color=GREY, linewidth=0.7, zorder=1)


def key(
    axes: Axes, columns: int = 2, place: str = "upper left", anchor: tuple[float, float] | None = None
) -> None:
    """Names of what is drawn, without a frame."""
    legend: Any = axes.legend  # its stubs know no anchor that may be absent
    legend(
        loc=place, ncols=columns, frameon=False, fontsize=SIZES["small"], labelcolor=INK, handlelength=1.6,
        handletextpad=0.5, columnspacing=1.0, borderaxespad=0.2, bbox_to_anchor=anchor,
    )  # fmt: skip


def heat_map(
    axes: Axes,
    values: np.ndarray,
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    colours: str = "",
    limits: tuple[float, float] | None = None,
    cell: Callable[[int, int], str] | None = None,
    centred: bool = False,
    turned: bool | None = None,
) -> Any:
    """Draw a matrix ``(rows, columns)``, row 0 at the bottom; returns what a colour bar needs.

    Parameters
    ----------
    axes, values
        Where, and the matrix; NaN leaves a cell empty.
    rows, columns
        Names of rows and columns; not all of many are written.
    colours
        Colour map; by default cividis, or purple to orange around zero if ``centred``.
    limits
        Values of the ends of the colours; by default smallest and largest.
    cell
        Text in a cell; none by default.
    centred
        Zero is the middle of the colours.
    turned
        Whether to turn the names of columns; by default if they are long.

    """
    from matplotlib import colormaps

    low, high = limits or span(values)
    if centred:
        high = max(abs(low), abs(high)) or 1.0
        low = -high
    if low == high:
        low, high = low - 0.5, high + 0.5
    chosen = colormaps[colours or ("PuOr" if centred else "cividis")]
    drawn = axes.pcolormesh(
        np.ma.masked_invalid(values), cmap=chosen, vmin=low, vmax=high, edgecolors="#ffffff", linewidth=0.4,
        rasterized=values.size > MANY,
    )  # fmt: skip
    for side in axes.spines.values():
        side.set_visible(False)
    axes.grid(False)
    few = _thinned(axes.xaxis, columns, 14)
    _thinned(axes.yaxis, rows, 24)
    axes.tick_params(labelsize=SIZES["tick"], length=0, pad=2, colors=INK)
    if few and (max(map(len, columns), default=0) > 6 if turned is None else turned):
        for text in axes.get_xticklabels():
            text.set(rotation=38, ha="right", rotation_mode="anchor")
    if cell is not None:
        for i, j in zip(*np.nonzero(np.isfinite(values)), strict=True):
            depth = chosen((values[i, j] - low) / (high - low))
            shade = 0.299 * depth[0] + 0.587 * depth[1] + 0.114 * depth[2]
            axes.text(
                j + 0.5, i + 0.5, cell(int(i), int(j)), ha="center", va="center",
                fontsize=SIZES["small"], color=ON_PALE if shade > 0.5 else ON_DEEP,
            )  # fmt: skip
    return drawn


def _thinned(axis: Any, names: Sequence[str], most: int) -> bool:
    """Write every name, or every second, third, ... of many; says whether all are written."""
    step = -(-len(names) // most) if names else 1
    places = np.arange(0, len(names), step)
    axis.set_ticks(places + 0.5, [names[int(k)] for k in places])
    return step == 1


def colour_bar(figure: Figure, drawn: Any, axes: Axes, unit: str, at_top: bool = False) -> None:
    """A slim colour bar beside a panel; ``at_top`` of its place, for a panel that is anchored there."""
    place: dict[str, Any] = {"anchor": (0.0, 1.0), "panchor": False} if at_top else {}
    bar = figure.colorbar(drawn, ax=axes, fraction=0.045, pad=0.02, aspect=24, **place)
    bar.outline.set_visible(False)  # type: ignore[operator]
    bar.ax.tick_params(labelsize=SIZES["small"], length=2, width=0.4, colors=INK)
    bar.set_label(unit, fontsize=SIZES["small"], color=INK)


def band(
    axes: Axes,
    x: np.ndarray,
    middle: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    *,
    colour: str = BLUE,
    dash: Any = "-",
    marker: str = "o",
    label: str = "",
    strength: float = 0.16,
) -> None:
    """A curve with a band around it; points show where it was computed."""
    held = np.isfinite(low) & np.isfinite(high)
    axes.fill_between(x, low, high, where=held, color=colour, alpha=strength, linewidth=0, zorder=2)
    axes.plot(
        x, middle, color=colour, linestyle=dash, linewidth=1.2, marker=marker, markersize=2.6, zorder=3,
        label=label or None,
    )  # fmt: skip


def span(values: np.ndarray) -> tuple[float, float]:
    """Smallest and largest defined value; 0 and 1 if none is."""
    held = values[np.isfinite(values)]
    return (float(held.min()), float(held.max())) if held.size else (0.0, 1.0)


def numeric_axis(axis: Any, log: bool = False) -> None:
    """Ticks with short numbers."""
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

    low, high = axis.get_view_interval()
    if not log and abs(high - low) < SAME * max(abs(low), abs(high), 1.0):  # nothing but rounding to show
        axis.axes.set(**{f"{axis.axis_name}lim": (low - 1.0, high + 1.0)})
    if log:
        axis.set_major_locator(LogLocator(subs=(1.0, 3.0), numticks=8))
        axis.set_minor_formatter(NullFormatter())
    else:
        axis.set_major_locator(MaxNLocator(nbins=5, min_n_ticks=3))
    axis.set_major_formatter(FuncFormatter(lambda value, _place: numbers.plain(value)))


def undefined(axes: Axes, why: str) -> None:
    """Say in an empty panel why it is empty."""
    axes.text(
        0.5, 0.5, "\n".join(wrapped(why, 30, 4)), transform=axes.transAxes, ha="center", va="center",
        fontsize=SIZES["small"], color=GREY,
    )  # fmt: skip
    axes.set_yticks([])
    axes.set_xticks([])

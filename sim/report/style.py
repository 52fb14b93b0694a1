"""One look for all figures: small type, thin lines, and a palette that takes no side.

Colours follow Okabe and Ito's set, which people with any common colour vision can tell apart. The two blocs
are green and purple, never blue against red; narratives are drawn alike, whatever they say. Lines differ in
dash too, so that a grey print can be read. Matplotlib's objects are used directly: pyplot would cost time and
hold state.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, GREY, FAINT = "#222222", "#777777", "#d9d9d9"
GREEN, PURPLE, ORANGE, BLUE, SKY, YELLOW = "#009E73", "#AA4E93", "#D98A00", "#0072B2", "#56B4E9", "#C9B51C"
US, CN = GREEN, PURPLE
SOLID, DASHED, DOTTED, DASHDOT = "-", (0, (4.5, 1.6)), (0, (1.2, 1.4)), (0, (5.5, 1.4, 1.2, 1.4))
Dash = Any

DPI = 220
SIZES = {"title": 8.0, "label": 6.8, "tick": 6.5, "small": 5.8, "head": 10.0}


def new_figure(width: float, height: float) -> Figure:
    """A figure (inches) that can be written as PNG or PDF."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    matplotlib.rcParams["pdf.fonttype"] = 42  # letters stay letters in a journal's workflow
    figure = Figure(figsize=(width, height), dpi=DPI)
    FigureCanvasAgg(figure)
    return figure


def dress(axes: Axes, title: str, unit: str, pad: float = 15.0) -> None:
    """Frame of a panel: title, unit on the axis, light grid, no box."""
    axes.set_title(title, loc="left", fontsize=SIZES["title"], color=INK, fontweight="bold", pad=pad)
    axes.set_ylabel(unit, fontsize=SIZES["label"], color=INK, labelpad=3)
    axes.tick_params(labelsize=SIZES["tick"], colors=INK, length=2, width=0.5, pad=2)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set(linewidth=0.5, color=GREY)
    axes.grid(axis="y", color=FAINT, linewidth=0.4)
    axes.set_axisbelow(True)
    axes.margins(x=0.01)


def calendar_axis(axes: Axes, dates: np.ndarray, label: bool) -> None:
    """Calendar time below a panel; ``dates`` are datetime64, the axis itself is in days since 1970."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=6)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
    axes.tick_params(axis="x", labelbottom=label)


def days(dates: np.ndarray) -> np.ndarray:
    """Days since 1970 ``(weeks,)``, as Matplotlib's calendar counts them."""
    return dates.astype("datetime64[D]").astype(float)


def key(axes: Axes, columns: int) -> None:
    """Names of the lines, between title and panel, clear of the data."""
    axes.legend(
        loc="lower left", bbox_to_anchor=(-0.015, 0.985), ncols=columns, frameon=False,
        fontsize=SIZES["small"], handlelength=2.0, handletextpad=0.4, columnspacing=0.85, borderpad=0.0,
        borderaxespad=0.15, labelcolor=INK,
    )  # fmt: skip


def undefined(axes: Axes) -> None:
    """Say in an empty panel why it is empty."""
    axes.text(
        0.5, 0.5, "not defined in\nthis scenario", transform=axes.transAxes, ha="center", va="center",
        fontsize=SIZES["small"], color=GREY,
    )  # fmt: skip
    axes.set_yticks([])


def png(figure: Figure, facts: Mapping[str, Any]) -> bytes:
    """Bytes of a PNG; ``facts`` go into its metadata, and no date does."""
    held = io.BytesIO()
    figure.savefig(held, format="png", dpi=DPI, metadata=_metadata(facts), pil_kwargs={"compress_level": 2})
    return held.getvalue()


def pdf(figure: Figure, facts: Mapping[str, Any]) -> bytes:
    """Bytes of a PDF; ``facts`` go into its metadata, and no date does."""
    held = io.BytesIO()
    told = _metadata(facts)
    figure.savefig(
        held,
        format="pdf",
        metadata={
            "Title": told["Title"], "Subject": told["Description"], "Creator": told["Software"],
            "CreationDate": None, "ModDate": None,
        },
    )  # fmt: skip
    return held.getvalue()


def _metadata(facts: Mapping[str, Any]) -> dict[str, str]:
    return {
        "Title": str(facts.get("title", "Parity")),
        "Software": f"Parity {facts.get('parity', '')}".strip(),
        "Description": json.dumps(dict(facts), sort_keys=True),
    }

"""Figures of the study, from its tables. Nothing is drawn that is not in a table of the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.report import style
from sim.report.figure_files import DOUBLE
from sim.studies.frames import Frame
from sim.studies.verdicts import NAMES, STRATA

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: One look for each cell of the 2x2: filled with copying, round sincere, square strategic; no cell stands out.
CELLS: Mapping[tuple[bool, str], Mapping[str, Any]] = {
    (False, "sincere"): {
        "marker": "o",
        "color": style.SKY,
        "markerfacecolor": "white",
        "label": "no copying, sincere",
    },
    (False, "strategic"): {
        "marker": "s",
        "color": style.ORANGE,
        "markerfacecolor": "white",
        "label": "no copying, strategic",
    },
    (True, "sincere"): {"marker": "o", "color": style.SKY, "label": "copying, sincere"},
    (True, "strategic"): {"marker": "s", "color": style.ORANGE, "label": "copying, strategic"},
}
#: One look for each way of claiming.
CLAIMS: Mapping[str, tuple[str, Any]] = {
    "silent": (style.GREY, style.DOTTED),
    "sincere": (style.SKY, style.DASHED),
    "strategic": (style.ORANGE, style.SOLID),
}
LINES = (style.SKY, style.ORANGE, style.GREEN, style.PURPLE)


def auc_figure(table: Frame, by_potency: Frame, by_kind: Frame, gate: float) -> Figure:
    """AUC of the classifiers with intervals, by kind of public series, and by potency of copying."""
    figure = style.new_figure(DOUBLE, 0.6 + 0.16 * max(len(table), len(by_kind) + len(by_potency)))
    left, right = figure.subplots(1, 2, gridspec_kw={"width_ratios": (1, 1)})
    short = dict(STRATA) | {
        "logistic regression": "logistic",
        "random forest": "forest",
        "all records": "all",
    }
    names = [
        ", ".join(short.get(row[one], row[one]) for one in ("question", "classifier", "stratum"))
        for _, row in table.iterrows()
    ]
    _bars_of_error(left, table["auc"], table["low"], table["high"], names, style.INK)
    _flat(left, "Can public records tell?", "AUC")
    names = [f"{row['question']}, {row['kind']} only" for _, row in by_kind.iterrows()]
    names += [
        f"copying at {row['low_potency']:.2f}–{row['high_potency']:.2f} a year"
        for _, row in by_potency.iterrows()
    ]
    value, low, high = (np.concatenate([by_kind[one], by_potency[one]]) for one in ("auc", "low", "high"))
    _bars_of_error(right, value, low, high, names, style.INK)
    _flat(right, "From one kind alone", "AUC")
    for axes in (left, right):
        _gate(axes, gate)
        axes.set_xlim(0.3, 1.02)
    figure.tight_layout()
    return figure


def effects_figure(effects: Frame, outcomes: Sequence[str], contrasts: Sequence[str]) -> Figure:
    """Effects of campaigns in the four cells, one panel an outcome."""
    columns = 2
    rows = -(-len(outcomes) // columns)
    figure = style.new_figure(DOUBLE, 0.5 + (0.45 + 0.30 * len(contrasts)) * rows)
    panels = figure.subplots(rows, columns, squeeze=False)
    shift = np.linspace(-0.27, 0.27, len(CELLS))
    for axes, outcome in zip(panels.ravel(), outcomes, strict=False):
        mine = effects[effects["outcome"] == outcome]
        for k, ((copying, claims), look) in enumerate(CELLS.items()):
            cell = mine[((mine["copying"] > 0.0) == copying) & (mine["claims"] == claims)].set_index(
                "contrast"
            )
            cell = cell.reindex(contrasts)
            place = np.arange(len(contrasts)) + shift[k]
            axes.errorbar(
                cell["effect"], place, xerr=_error(cell["effect"], cell["low"], cell["high"]), linestyle="none",
                markersize=3.2, elinewidth=0.8, markeredgewidth=0.8, **look,
            )  # fmt: skip
        axes.axvline(0.0, color=style.GREY, linewidth=0.6)
        axes.set_yticks(range(len(contrasts)), contrasts)
        axes.invert_yaxis()
        _flat(axes, NAMES[outcome][0].upper() + NAMES[outcome][1:], "effect")
        axes.grid(axis="x", color=style.FAINT, linewidth=0.4)
    for axes in panels.ravel()[len(outcomes) :]:
        axes.set_visible(False)
    figure.tight_layout(rect=(0, 0, 1, 1.0 - 0.25 / figure.get_figheight()))
    _key(figure, panels[0, 0], 4)
    return figure


def paths_figure(mediation: Frame, outcome: str = "log_multiple") -> Figure:
    """Contribution of each path to a campaign's effect, one panel a campaign and cell of copying."""
    mine = mediation[mediation["outcome"] == outcome]
    panels = list(mine.groupby(["campaign", "copying"], sort=False))
    figure = style.new_figure(DOUBLE, 0.5 + 1.25 * -(-len(panels) // 2))
    grid = figure.subplots(-(-len(panels) // 2), 2, squeeze=False)
    for axes, ((campaign, copying), table) in zip(grid.ravel(), panels, strict=False):
        colours = [style.INK if path == "total" else style.GREEN for path in table["path"]]
        for k, (_, row) in enumerate(table.iterrows()):
            _bars_of_error(axes, [row["effect"]], [row["low"]], [row["high"]], None, colours[k], start=k)
        axes.set_yticks(range(len(table)), list(table["path"]))
        axes.set_ylim(len(table) - 0.4, -0.6)
        axes.axvline(0.0, color=style.GREY, linewidth=0.6)
        _flat(
            axes, f"{campaign}, {'with' if copying > 0 else 'without'} copying", f"effect on {NAMES[outcome]}"
        )
    for axes in grid.ravel()[len(panels) :]:
        axes.set_visible(False)
    figure.tight_layout()
    return figure


def ratio_figure(knockout: Frame, by_cell: Frame, band: Sequence[float]) -> Figure:
    """Ratio of what claims and what benchmark news move, over the plausible set and in the four cells."""
    figure = style.new_figure(DOUBLE, 2.3)
    axes = figure.subplots()
    names = [f"{NAMES[name]}, plausible set" for name in knockout["outcome"]]
    names += [
        f"{NAMES[row['outcome']]}, {'with' if row['copying'] > 0 else 'without'} copying, {row['claims']}"
        for _, row in by_cell.iterrows()
    ]
    value, low, high = (np.concatenate([knockout[c], by_cell[c]]) for c in ("ratio", "low", "high"))
    axes.axvspan(*band, color=style.FAINT, zorder=0, linewidth=0)
    _bars_of_error(axes, value, low, high, names, style.INK)
    axes.set_xscale("log")
    ticks = [
        tick
        for tick in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
        if np.nanmin(low) / 2 < tick < np.nanmax(high) * 2
    ]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.axvline(1.0, color=style.GREY, linewidth=0.6)
    _flat(axes, "Claims against benchmark news", "I_N/I_B (shaded: as crucial)")
    figure.tight_layout()
    return figure


def groups_figure(shares: Frame) -> Figure:
    """Total indices of groups of parameters, one panel an outcome."""
    outcomes = list(dict.fromkeys(shares["outcome"]))
    figure = style.new_figure(DOUBLE, 1.9)
    panels = figure.subplots(1, len(outcomes), sharey=True, squeeze=False)[0]
    for axes, outcome in zip(panels, outcomes, strict=True):
        mine = shares[shares["outcome"] == outcome]
        _bars_of_error(
            axes, mine["total"], mine["total_low"], mine["total_high"], list(mine["group"]), style.GREEN
        )
        axes.set_xlim(min(0.0, float(mine["total_low"].min())), max(1.05, float(mine["total_high"].max())))
        _flat(axes, NAMES[outcome], "total index")
    figure.tight_layout()
    return figure


def curves_figure(curves: Frame, titles: Mapping[str, str]) -> Figure:
    """Changes of outcomes along the strength of chip control under the same luck, by way of claiming, with bands."""
    figure = style.new_figure(DOUBLE, 3.6)
    panels = figure.subplots(2, -(-len(titles) // 2), squeeze=False).ravel()
    for axes, (outcome, title) in zip(panels, titles.items(), strict=False):
        for claims, (colour, dash) in CLAIMS.items():
            mine = curves[(curves["outcome"] == outcome) & (curves["claims"] == claims)].sort_values(
                "strength"
            )
            x = mine["strength"]
            axes.fill_between(
                x, mine["change_low"], mine["change_high"], color=colour, alpha=0.22, linewidth=0
            )
            for edge in ("change_lower", "change_upper"):
                axes.plot(x, mine[edge], color=colour, linestyle=dash, linewidth=0.4, alpha=0.7)
            axes.plot(x, mine["change"], color=colour, linestyle=dash, linewidth=1.2, label=claims)
        axes.axhline(0.0, color=style.GREY, linewidth=0.6)
        style.dress(axes, title, "", pad=6.0)
        axes.set_xlabel("chip control from week 0", fontsize=style.SIZES["label"], color=style.INK)
    for axes in panels[len(titles) :]:
        axes.set_visible(False)
    figure.tight_layout(rect=(0, 0, 1, 0.96))
    _key(figure, panels[0], 3)
    return figure


def lead_figure(effects: Frame) -> Figure:
    """Effect of tightening on the lead along induced efficiency, by learning exponent and year."""
    years = [f"lead_year_{year}" for year in (1, 3, 5)]
    figure = style.new_figure(DOUBLE, 2.1)
    panels = figure.subplots(1, 3, sharey=True)
    for axes, outcome in zip(panels, years, strict=True):
        mine = effects[effects["outcome"] == outcome]
        for k, (learning, table) in enumerate(mine.groupby("learning")):
            ordered = table.sort_values("zeta")
            dash = (style.SOLID, style.DASHED, style.DOTTED, style.DASHDOT)[k % 4]
            axes.fill_between(
                ordered["zeta"], ordered["low"], ordered["high"], color=LINES[k % 4], alpha=0.15, linewidth=0
            )
            axes.plot(
                ordered["zeta"],
                ordered["effect"],
                color=LINES[k % 4],
                linestyle=dash,
                linewidth=1.1,
                label=f"b = {learning:g}",
            )
        axes.axhline(0.0, color=style.GREY, linewidth=0.6)
        year = outcome[-1]
        style.dress(
            axes,
            f"Before year {year}" if year != "1" else "In the first year",
            "months" if year == "1" else "",
            pad=6.0,
        )
        axes.set_xlabel("induced efficiency zeta", fontsize=style.SIZES["label"], color=style.INK)
    panels[0].legend(fontsize=style.SIZES["small"], frameon=False)
    figure.tight_layout()
    return figure


def decay_figure(path: Frame, ends: int) -> Figure:
    """Effect of a campaign of one year by week, with and without copying."""
    outcomes = ("share_policymakers", "log_multiple")
    figure = style.new_figure(DOUBLE, 1.9)
    for axes, outcome in zip(figure.subplots(1, 2), outcomes, strict=True):
        for (copying, table), colour, dash in zip(
            path[path["outcome"] == outcome].groupby("copying"),
            LINES,
            (style.SOLID, style.DASHED),
            strict=False,
        ):
            ordered = table.sort_values("week")
            axes.fill_between(
                ordered["week"], ordered["low"], ordered["high"], color=colour, alpha=0.15, linewidth=0
            )
            name = "with copying" if float(str(copying)) > 0.0 else "without copying"
            axes.plot(
                ordered["week"], ordered["effect"], color=colour, linestyle=dash, linewidth=1.1, label=name
            )
        axes.axvline(ends, color=style.GREY, linewidth=0.6)
        axes.axhline(0.0, color=style.GREY, linewidth=0.6)
        style.dress(axes, NAMES[outcome][0].upper() + NAMES[outcome][1:], "effect", pad=6.0)
        axes.set_xlabel("week (line: end of the campaign)", fontsize=style.SIZES["label"], color=style.INK)
        axes.legend(fontsize=style.SIZES["small"], frameon=False)
    figure.tight_layout()
    return figure


# -- pieces ----------------------------------------------------------------------------------------------------------


def _bars_of_error(
    axes: Axes, value: Any, low: Any, high: Any, names: Sequence[str] | None, colour: str, start: int = 0
) -> None:
    """Points with intervals, one below the other."""
    value, low, high = (np.asarray(one, dtype=float) for one in (value, low, high))
    place = start + np.arange(len(value))
    axes.errorbar(
        value, place, xerr=_error(value, low, high), linestyle="none", marker="o", markersize=3.4, color=colour,
        elinewidth=0.9,
    )  # fmt: skip
    if names is not None:
        axes.set_yticks(place, list(names))
        axes.set_ylim(len(value) - 0.4, -0.6)


def _error(value: Any, low: Any, high: Any) -> np.ndarray:
    value, low, high = (np.asarray(one, dtype=float) for one in (value, low, high))
    return np.nan_to_num(np.maximum(np.stack([value - low, high - value]), 0.0))


def _key(figure: Figure, axes: Axes, columns: int) -> None:
    """One key for all panels, above them."""
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="upper center", ncols=columns, frameon=False, fontsize=style.SIZES["small"]
    )


def _gate(axes: Axes, gate: float) -> None:
    axes.axvline(gate, color=style.GREY, linewidth=0.8, linestyle=style.DASHED)
    axes.axvline(0.5, color=style.FAINT, linewidth=0.8)


def _flat(axes: Axes, title: str, unit: str) -> None:
    """Frame of a panel whose values run sideways."""
    from matplotlib.ticker import MaxNLocator

    if axes.get_xscale() == "linear":
        axes.xaxis.set_major_locator(MaxNLocator(5))
    style.dress(axes, title, "", pad=6.0)
    axes.grid(visible=False, axis="y")
    axes.grid(axis="x", color=style.FAINT, linewidth=0.4)
    axes.set_xlabel(unit, fontsize=style.SIZES["label"], color=style.INK)
    axes.margins(x=0.05)

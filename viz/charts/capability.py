"""Capability of the labs, and the lead as it is and as groups believe it to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from viz import theme
from viz.charts import live, marks

if TYPE_CHECKING:
    from viz.view import View

OOM = "OOM of effective compute"


def labs(view: View, dark: bool) -> dict[str, Any]:
    """Latent capability of each lab as a line; a dot is a model release with the capability it made public."""
    if (early := live.waiting(view, dark)) is not None:
        return early
    option = live.start(view, OOM, dark, [lab.name for lab in view.labs], tooltip_unit="OOM")
    return live.lab_lines(option, view, dark, view.lab_series["capability"], "model_release", "circle", 5)


def gap(view: View, dark: bool) -> dict[str, Any]:
    """Lead of the best US over the best Chinese lab, in months: true, measured, and as each group believes."""
    if (early := live.waiting(view, dark)) is not None:
        return early
    months = months_per_oom(view)
    lines: dict[str, tuple[Any, str, theme.Dash]] = {
        "true": (view.series["gap_months"], theme.ink(dark), "solid"),
        "measured": (view.series["score_gap"] * months, theme.grey(dark), [2, 2]),
    }
    for place, (group, colour) in enumerate(theme.GROUPS.items()):
        believed = view.series[f"believed_gap_{group}"] * months
        lines[group] = (believed, theme.shade(colour, dark), theme.DASHES[1 + place % 3])
    option = live.start(view, "lead, months", dark, lines, tooltip_unit="months")
    for name, (values, colour, dash) in lines.items():
        step = name == "measured"
        width = 2.4 if name == "true" else 1.6
        option["series"].append(marks.line(name, view.dates, values, colour, dash, width=width, step=step))
    option["series"].append(marks.level_line(0.0, dark, "parity"))
    return live.end(option, view, dark)


def months_per_oom(view: View) -> np.ndarray:
    """Months of reference growth in an order of magnitude, as the model used it to state the gap in months."""
    oom, months = np.asarray(view.series["gap"], float), np.asarray(view.series["gap_months"], float)
    known = np.isfinite(oom) & np.isfinite(months) & (np.abs(oom) > 1e-6)
    if not known.any():
        return np.full(len(oom), np.nan)
    ratio = np.full(len(oom), float(np.median(months[known] / oom[known])))
    ratio[known] = months[known] / oom[known]
    return ratio

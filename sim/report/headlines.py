"""Which outputs a closing table shows, and how numbers and units are written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.scenario import Scenario

if TYPE_CHECKING:
    from sim.recording.run import Run

#: Outputs of the closing table, by heading. The order says nothing about their weight.
HEADLINES: dict[str, tuple[str, ...]] = {
    "Capability": (
        "gap_months", "score_gap", "believed_gap_investors", "believed_gap_policymakers",
        "compute_cn_over_us",
    ),
    "Copying": (
        "copied_share", "believed_copied_share_investors", "believed_copied_share_policymakers",
        "enforcement_us_labs",
    ),
    "Value": (
        "valuation_us_labs", "valuation_cn_labs", "valuation_multiple_us", "valuation_multiple_cn",
        "listed_index",
    ),
    "Control": (
        "control_strength_chips", "control_effective_chips", "control_strength_access", "counter_measures_cn",
    ),
    "Narratives": ("claims_copying", "claims_cost", "claims_moat", "claims_parity"),
    "Adoption": ("open_share", "cn_open_share", "bifurcation"),
}  # fmt: skip

#: Quantiles of the 90 % band.
BAND = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class Line:
    """One output over replicates: medians in the first and the last week, and the 90 % band in the last."""

    output: str
    unit: str
    first: float
    last: float
    low: float
    high: float


def summary(run: Run) -> dict[str, list[Line]]:
    """Lines of the closing table, by heading; outputs that the run does not have are left out."""
    return {
        heading: [_line(run, name) for name in names if name in run.outputs]
        for heading, names in HEADLINES.items()
    }


def _line(run: Run, name: str) -> Line:
    values = run.array(name)
    first, last = values[:, 0], values[:, -1]
    low, high = quantile(last, BAND[0]), quantile(last, BAND[1])
    return Line(name, shown_unit(run, name), quantile(first, 0.5), quantile(last, 0.5), low, high)


def quantile(values: np.ndarray, q: float) -> float:
    """Quantile of the defined values; NaN where there are none."""
    held = values[np.isfinite(values)]
    return float(np.quantile(held, q)) if held.size else float("nan")


def shown_unit(run: Run, name: str) -> str:
    """Unit of an output in this run: values are counted in years of rent where capital buys no compute."""
    unit = str(run.manifest["outputs"][name]["unit"])
    return short_unit(unit, run.scenario)


def short_unit(unit: str, scenario: Scenario) -> str:
    """Unit without its remark, and nothing for a pure number."""
    if "without the capital loop" in unit and not scenario.capital.buys_compute:
        return "years of rent"
    text = unit.split(" (")[0]
    return "" if text == "1" else text


def shown(value: float) -> str:
    """A number with three digits that count; nothing where there is none."""
    if not np.isfinite(value):
        return "–"
    size = abs(value)
    if size >= 999.5:
        return f"{value:,.0f}"
    if size >= 99.95:
        return f"{value:.0f}"
    if size >= 9.995:
        return f"{value:.1f}"
    if size >= 0.0995:
        return f"{value:.2f}"
    if size >= 0.0005:
        return f"{value:.3f}"
    return "0" if size == 0 else f"{value:.1e}"


def span(low: float, high: float) -> str:
    """Two ends of a band."""
    return "–" if not np.isfinite(low) else f"{shown(low)} to {shown(high)}"


def names_in(headlines: Iterable[tuple[str, ...]]) -> list[str]:
    """All names, in order."""
    return [name for names in headlines for name in names]

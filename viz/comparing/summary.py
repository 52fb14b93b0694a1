"""Numbers of a comparison as the page shows them: curves, bands, intervals, the table, files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import sim
from viz.charts.generic import numbers

if TYPE_CHECKING:
    from sim import Comparison
    from sim.experiments.paired import Difference

#: Share of the replicates in a band: 90 %.
BAND = (0.05, 0.95)
#: Level of the interval of a mean: 95 %.
UPPER = 0.975


@dataclass(frozen=True)
class Curve:
    """Mean over replicates by week, with the band of the replicates and the interval of the mean."""

    mean: np.ndarray
    median: np.ndarray
    band: tuple[np.ndarray, np.ndarray]
    interval: tuple[np.ndarray, np.ndarray]


def curve(values: np.ndarray) -> Curve:
    """Of ``(replicates, weeks)``; NaN where no replicate is defined, no interval for fewer than two."""
    from scipy.special import stdtrit

    count = np.isfinite(values).sum(axis=0)
    held = np.where(np.isfinite(values), values, np.nan)
    nothing = np.full(values.shape[1], np.nan)
    mean, low, middle, high, half = (nothing.copy() for _ in range(5))
    some, enough = count > 0, count > 1
    if some.any():
        mean[some] = np.nanmean(held[:, some], axis=0)
        low[some], middle[some], high[some] = np.nanquantile(held[:, some], (BAND[0], 0.5, BAND[1]), axis=0)
    if enough.any():
        spread = np.nanstd(held[:, enough], axis=0, ddof=1)
        half[enough] = stdtrit(count[enough] - 1, UPPER) * spread / np.sqrt(count[enough])
    return Curve(mean, middle, (low, high), (mean - half, mean + half))


def unit(name: str) -> str:
    """Unit as an axis shows it: nothing for a pure number, and without its remark."""
    text = sim.OUTPUTS[name].unit.split(" (")[0]
    return "" if text == "1" else text


def title(name: str) -> str:
    """Name of an output in words."""
    return name.replace("_", " ")


def groups(names: list[str]) -> dict[str, list[str]]:
    """Outputs by group, both in the registry's order."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(sim.OUTPUTS[name].group, []).append(name)
    return found


def opening(comparison: Comparison) -> str:
    """The outcome that is shown first: the one that differs most for its spread, else the gap."""
    clear = [row for row in comparison.rows if row.clear and np.isfinite(row.standardised)]
    if clear:
        return max(clear, key=lambda row: abs(row.standardised)).output
    return "gap_months" if "gap_months" in comparison.outputs else comparison.outputs[0]


def table(comparison: Comparison) -> list[dict[str, Any]]:
    """Rows of the table with rounded numbers, None where there is none, and what a screen reader says of each."""
    rows = []
    for row in comparison.rows:
        told = sim.OUTPUTS[row.output]
        a, b, difference, low, high, size, least, most = numbers(
            [row.mean_a, row.mean_b, row.difference, row.low, row.high, row.standardised, *_in_spreads(row)],
            3,
        )
        saved = None if np.isnan(row.variance_ratio) else round(100 * (1 - 1 / row.variance_ratio))
        words = f"{title(row.output)}: B minus A {signed(row.difference)} {unit(row.output)}".strip()
        words += f", 95 % interval {span(row.low, row.high)}" if np.isfinite(row.low) else ""
        rows.append({
            "output": row.output, "title": title(row.output), "group": told.group, "unit": unit(row.output),
            "a": a, "b": b, "difference": difference, "low": low, "high": high, "standardised": size,
            "least": least, "most": most, "saved": saved, "clear": row.clear, "description": told.description,
            "words": words,
        })  # fmt: skip
    return rows


def _in_spreads(row: Difference) -> tuple[float, float]:
    """The interval in units of the spread between replicates, as the small pictures of the table draw it."""
    nan = float("nan")
    if not np.isfinite(row.standardised) or row.difference == 0:
        return nan, nan
    spread = row.difference / row.standardised
    return row.low / spread, row.high / spread


def number(value: float) -> str:
    """A number with three digits, as it is read in a sentence."""
    (found,) = numbers([value], 3)
    return "not defined" if found is None else f"{found:,}".replace("-", "−")


def signed(value: float) -> str:
    """The same with its sign."""
    return ("+" if value > 0 else "") + number(value)


def span(low: float, high: float) -> str:
    """An interval in words; as many digits as tell its ends apart."""
    for digits in (3, 4, 5, 6):
        one, two = numbers([low, high], digits)
        if one != two:
            break
    return " to ".join("not defined" if end is None else f"{end:,}".replace("-", "−") for end in (one, two))


def when(comparison: Comparison) -> str:
    """The weeks whose mean is the final value."""
    first, last = comparison.window
    return f"mean of weeks {first} to {last}" if first != last else f"week {first}"


def verdict(comparison: Comparison) -> str:
    """How many outputs differ clearly, in a sentence."""
    defined = [row for row in comparison.rows if np.isfinite(row.difference)]
    clear = sum(row.clear for row in defined)
    return (
        f"{clear} of {len(defined)} outputs differ clearly at the end ({when(comparison)}): their 95 % interval leaves "
        "zero out. Intervals hold for one output at a time."
    )

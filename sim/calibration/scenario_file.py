"""``calibrated.toml``: the posterior's medians as a scenario, with the intervals in its comments."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.calibration import factors as all_factors
from sim.calibration.factors import FACTORS, Factor

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario

#: What the file extends: the hindcast's start and events, on which the calibration rests.
BASE = "hindcast-2022-2025"
WIDTH = 108


def calibrated_toml(
    base: Scenario, table: pd.DataFrame, provenance: str, chosen: Sequence[Factor] = FACTORS
) -> str:
    """Text of a scenario with every factor at its posterior median.

    Parameters
    ----------
    base
        The scenario that is extended, for the compute of its labs.
    table
        :func:`sim.calibration.identifiability.table`.
    provenance
        How it was made: command, seeds, simulations.
    chosen
        Factors in the order of the table's rows.

    """
    rows = {str(row["factor"]): row for row in table.to_dict("records")}
    notes: dict[str, str] = {}
    values: dict[str, Any] = dict(all_factors.common_changes())
    for factor in chosen:
        row = rows[factor.name]
        told = "" if row["identified"] else "; not identified"
        note = (
            f"{factor.symbol}: 90 % {row['q05']:.2g} to {row['q95']:.2g}, prior {factor.low:g} to {factor.high:g}, "
            f"contraction {row['contraction']:.2f}{told}"
        )
        if factor.keys[0].startswith("labs.CONTROLLED."):
            note = f"with {row['q50']:+.2f} added; {note}"
        for key, value in factor.changes(base, float(row["q50"])).items():
            values[key] = round(float(value), 4)
            notes[key] = note
    lines = [
        *_comment(
            "What does the model do with the factors that the record to June 2025 leaves most plausible? "
            "Posterior medians: factors marked as not identified keep about their prior, and medians of factors that "
            "trade off, such as copying and other catch-up, need not belong together; a study should draw from "
            "posterior.parquet."
        ),
        "",
        f'extends = "{BASE}.toml"',
        'description = "Posterior medians of the calibration on the record of October 2022 to June 2025."',
        "",
        *_comment("Behind each value: its 90 % interval, its prior, and how far the record narrows it."),
        *_comment(provenance),
    ]
    sections: dict[str, list[str]] = {}
    for key, value in values.items():
        section, _, field = key.rpartition(".")
        shown = f'"{value}"' if isinstance(value, str) else f"{value:g}"
        note = f"  # {notes[key]}" if key in notes else "  # as in the calibration"
        sections.setdefault(section, []).append(f"{field} = {shown}{note}")
    for section, entries in sections.items():
        lines += ["", f"[{section}]", *entries]
    return "\n".join(lines) + "\n"


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, WIDTH)]

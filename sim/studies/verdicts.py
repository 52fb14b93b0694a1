"""Verdicts: what a rule makes of numbers, in sentences.

The functions that judge (``statements_*.py``) take small tables and the numbers of the study file; nothing is written
before the results are there. A verdict against a claim is worth as much as one for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sim.studies.statistics import Reading
from sim.studies.study import Statement

Word = Literal["supported", "contradicted", "not decidable", "not tested", "withheld"]

#: Names of outcomes in sentences, with their units.
NAMES: Mapping[str, str] = {
    "log_multiple": "ln(V/R) of US labs",
    "log_revenue": "ln R of US labs",
    "log_value": "ln V of US labs",
    "log_multiple_cn": "ln(V/R) of Chinese labs",
    "lead": "lead (months)",
    "chips": "chip control",
    "chips_target": "target of chip control",
    "access": "access control",
    "enforcement": "enforcement",
    "share": "copied share",
    "share_investors": "investors' believed copied share",
    "share_policymakers": "policymakers' believed copied share",
    "share_communities": "communities' believed copied share",
    "gap_investors": "investors' believed gap (OOM)",
    "gap_policymakers": "policymakers' believed gap (OOM)",
    "gap_communities": "communities' believed gap (OOM)",
    "error_investors": "error of investors' believed copied share",
    "error_policymakers": "error of policymakers' believed copied share",
    "error_communities": "error of communities' believed copied share",
    "gap_error_investors": "error of investors' believed gap (OOM)",
    "gap_error_policymakers": "error of policymakers' believed gap (OOM)",
    "gap_error_communities": "error of communities' believed gap (OOM)",
    "parity_probability": "investors' probability of parity",
    "credibility_us": "trust in US labs",
    "credibility_cn": "trust in Chinese labs",
    "cn_open_share": "adopters of Chinese open weights",
    "bifurcation": "bifurcation",
}


@dataclass(frozen=True)
class Verdict:
    """What came out for one statement.

    Attributes
    ----------
    statement
        What was judged.
    word
        ``supported``, ``contradicted``, ``not decidable`` (the data leave it open), ``not tested`` (no data), or
        ``withheld`` (a property of worlds that it needs cannot be told from public records).
    sentences
        Why, from the numbers.
    numbers
        The numbers that decided.
    brief
        The reason in a line; by default the first sentence.

    """

    statement: Statement
    word: Word
    sentences: tuple[str, ...]
    numbers: Mapping[str, Any] = field(default_factory=dict)
    brief: str = ""

    @property
    def why(self) -> str:
        """The reason in a line."""
        return self.brief or (self.sentences[0] if self.sentences else "")


def withheld(verdict: Verdict, gates: Mapping[str, bool], sentence: str = "") -> Verdict:
    """The verdict, or none if its gate is closed: then its sentences, too, are not printed."""
    gate = verdict.statement.gate
    if not gate or gates.get(gate, False):
        return verdict
    why = sentence or f"Public records do not tell worlds apart by {gate} well enough; no verdict is printed."
    return replace(verdict, word="withheld", sentences=(why,), numbers={}, brief="")


def not_tested(statement: Statement, why: str) -> Verdict:
    """A statement without data."""
    return Verdict(statement, "not tested", (why,))


def in_all_cells(readings: Sequence[Reading], wanted: Reading) -> Word:
    """Supported if every cell reads as wanted; contradicted if a cell says something else; else not decidable."""
    if not readings:
        return "not tested"
    if all(one == wanted for one in readings):
        return "supported"
    if any(one not in (wanted, "open") for one in readings):
        return "contradicted"
    return "not decidable"


# -- words -----------------------------------------------------------------------------------------------------------


def shown(value: float, low: float, high: float) -> str:
    """A number with its interval."""
    from sim.report.numbers import estimate

    return estimate(value, low, high)


def cited(row: Any, name: str = "effect", low: str = "low", high: str = "high") -> str:
    """The number of a row with its interval."""
    return shown(float(row[name]), float(row[low]), float(row[high]))


def listed(names: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    from sim.report.numbers import listed as joined

    return joined(list(names))


def cell_name(copying: float, claims: str) -> str:
    """A cell of the 2x2 in words."""
    return f"{'with' if copying > 0 else 'without'} copying, {claims} claims"


def says(reading: Reading, what: str = "an effect") -> str:
    """A reading in words."""
    return {
        "positive": "clearly positive",
        "negative": "clearly negative",
        "none": "inside the margin",
        "open": "not clear of 0",
    }[reading]

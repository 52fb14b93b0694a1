"""What the numbers of one outcome say, in a sentence, and the terms that such sentences use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import sim
from viz.comparing import summary

if TYPE_CHECKING:
    from sim import Comparison

#: Terms with what they mean; a sentence names them by their key.
TERMS = {
    "paired difference": "Pair k of both scenarios has the same seed; the difference is taken within each pair and "
    "then averaged, so that luck that both share drops out.",
    "95 % interval": "Made anew from other pairs, 95 of 100 such intervals would hold the true mean difference "
    f"(Student's t over the pairs). It holds for one output at a time: of {len(sim.OUTPUTS)} outputs that do not "
    f"differ, about {len(sim.OUTPUTS) / 20:.0f} would look clear by chance.",
    "pairs": "A pair is one run of A and one of B with the same seed.",
    "pairing saved": "Variance of the mean difference with pairs, against that of as many runs with unrelated luck.",
    "band": "From the 5 % to the 95 % quantile of the runs: where 90 % of them lie. It does not shrink with more "
    "pairs.",
    "standardised": "The mean difference over the standard deviation of the outcome between runs: how large it is "
    "beside what luck alone moves.",
}  # fmt: skip
Part = str | tuple[str, str]


def parts(made: Comparison, name: str) -> list[Part]:
    """The final difference of one output: words, and terms with their meaning."""
    row = next(each for each in made.rows if each.output == name)
    told, unit = summary.title(name), summary.unit(name)
    if not row.pairs:
        return [f"“{told}” has no value at the end in any pair."]
    said: list[Part] = [
        f"At the end ({summary.when(made)}), “{told}” is {_with(summary.number(row.mean_a), unit)} in A and "
        f"{_with(summary.number(row.mean_b), unit)} in B. The ",
        ("paired difference", TERMS["paired difference"]),
        f" is {_with(summary.signed(row.difference), unit)}",
    ]
    if np.isfinite(row.low):
        said += [
            ", ",
            ("95 % interval", TERMS["95 % interval"]),
            f" {_with(summary.span(row.low, row.high), unit)}",
        ]
    said += [f", over {row.pairs} ", ("pairs", TERMS["pairs"])]
    said += (
        [". "] if row.pairs == made.a.replicates else [f" of {made.a.replicates} in which it is defined. "]
    )
    if row.difference == 0 and row.low == row.high:
        return [*said, "All pairs agree: nothing differs."]
    said.append("It is clear of zero. " if row.clear else "Zero lies inside: no clear difference. ")
    return [*said, *_saved(row.variance_ratio)]


def _saved(ratio: float) -> list[Part]:
    if not np.isfinite(ratio):
        return []
    term: Part = ("pairing saved", TERMS["pairing saved"])
    if ratio < 1.0:
        return [
            "Here, ",
            term,
            f" nothing: the variance is {summary.number(1 / ratio)} times that of unpaired runs.",
        ]
    return [
        "Here, ", term, f" {percent(ratio)} of the variance: runs with unrelated luck would need to be "
        f"{summary.number(ratio)} times as many for an interval as narrow.",
    ]  # fmt: skip


def percent(ratio: float) -> str:
    """Part of the variance that pairing takes away, from the ratio of both variances."""
    saved = 1 - 1 / ratio
    return f"{100 * saved:.0f} %" if saved < 0.995 else "more than 99 %"


def _with(value: str, unit: str) -> str:
    return f"{value} {unit}".strip()

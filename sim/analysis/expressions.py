"""Conditions that a user writes about outcomes and factors: ``valuation < 0.8 * baseline and control > 0.3``.

The text is read with ``ast`` and walked node by node; nothing of it is ever executed. Allowed are names of outcomes
and factors (those that are no Python names in backquotes), numbers, texts for choices, ``+ - * / **``, comparisons,
``and or not``, ``abs log log10 exp sqrt min max``, ``defined(outcome)`` and ``baseline``: the mean of the outcome over
the runs of the base scenario, ``baseline.NAME`` or ``baseline(NAME)`` where it is not clear which outcome is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.expression_reader import Baseline, Columns, Evaluate, Reader
from sim.analysis.problem import AnalysisError
from sim.experiments.sweep.factors import Factor

#: Characters that a condition may have.
LONGEST = 2000


@dataclass(frozen=True)
class Condition:
    """A condition on outcomes and factors.

    Attributes
    ----------
    text
        As it was written.
    outcomes, factors
        Names that it uses.
    baselines
        Outcomes whose mean in the base scenario it uses.
    handled
        Outcomes that it asks ``defined()`` about, so that runs without them are cases like others.

    """

    text: str
    outcomes: tuple[str, ...]
    factors: tuple[str, ...]
    baselines: tuple[str, ...]
    handled: tuple[str, ...]
    _evaluate: Evaluate

    def holds(self, columns: Columns, baseline: Baseline) -> np.ndarray:
        """Whether the condition holds ``(n,)``; a comparison with an undefined number does not.

        Parameters
        ----------
        columns
            Values ``(n,)`` by name of outcome and factor.
        baseline
            Means of outcomes in the base scenario.

        """
        length = len(next(iter(columns.values())))
        with np.errstate(all="ignore"):
            return np.array(np.broadcast_to(self._evaluate(columns, baseline), (length,)), dtype=bool)


def condition(text: str, outcomes: Sequence[str], factors: Sequence[Factor]) -> Condition:
    """Read a condition; raises :class:`AnalysisError` that says what is wrong with it."""
    if not text.strip():
        raise AnalysisError('an empty condition; write for instance "gap_months < 0.8 * baseline"')
    if len(text) > LONGEST:
        raise AnalysisError(f"the condition has {len(text):,} characters; at most {LONGEST:,}")
    reader = Reader(text, outcomes, {factor.name: factor for factor in factors})
    found = reader.read()
    return Condition(
        text,
        tuple(reader.outcomes_used),
        tuple(reader.factors_used),
        tuple(reader.baselines),
        tuple(reader.handled),
        found,
    )

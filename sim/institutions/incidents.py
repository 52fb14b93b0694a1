"""Incidents at random times: weights reach a student; evidence about copying becomes public."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy import arange, count_nonzero, maximum, minimum, where, zeros

from sim.mechanisms.numerics import ONE, ZERO, Array

if TYPE_CHECKING:
    from sim.model import NarrativeModel


def exfiltrate(model: NarrativeModel) -> Array:
    """Weights reach a student by exfiltration, at random."""
    labs = model.labs
    if not model.uses.exfiltration or model.today.suppressed("weight_exfiltration"):
        return zeros((model.worlds, 1), dtype=bool)
    luck = model.draws.uniform("labs.exfiltration", model.week, 2)
    happens = luck[:, :1] < model.chance.exfiltration
    if not count_nonzero(happens):
        return happens
    students = np.flatnonzero(model.is_student)
    chosen = students[minimum((luck[:, 1] * len(students)).astype(int), len(students) - 1)]
    student = (arange(model.counts["labs"]) == chosen[:, None]) & happens
    rivals_of = model.other_bloc[chosen] & model.is_closed
    teacher = np.max(where(rivals_of, labs.released_capability, -np.inf), axis=-1, keepdims=True)
    labs.receive_weights(student, where(np.isfinite(teacher), teacher, -1e9))
    model.log.exfiltrations(student, "model")
    return happens


def reveal(model: NarrativeModel) -> tuple[Array, Array]:
    """A forensic finding or an independent reproduction makes the copied share public, with an error."""
    happens = model.today.reveals
    if model.week >= 0 and not model.today.suppressed("reveal"):
        luck = model.draws.uniform("reveals.occur", model.week, 2)
        happens = happens | (luck[:, :1] < model.chance.forensic) | (luck[:, 1:] < model.chance.reproduction)
    if not count_nonzero(happens):
        return happens, model.copied_share
    error = model.settings.credibility.reveal_sd * model.draws.normal("reveals.error", model.week, 1)
    return happens, minimum(maximum(model.copied_share + error, ZERO), ONE)

"""Synthetic records of single claims: an external model for a sweep, since weekly outputs do not say who claimed what.

Each run is one world, stepped week by week and reduced to sums that can be added over runs: regressions of claim times
on what came before them, bias and errors of published claims, and how followers' gains go with leaders' releases.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from sim.model import NarrativeModel
    from sim.scenario import Scenario

Array = np.ndarray
#: Weeks over which surprises and detections may lead to a claim.
MEMORY = 4
#: Weeks within which a follower's gain may answer a leader's release.
ANSWER = 26
#: A share claim further than this from the truth is wrong: two of the standard deviations that claims state.
WRONG = 0.2
#: Runs shorter than this have a short burn-in too.
SHORT = 60

#: Sums over lab-weeks of US closed labs: ``surprise`` is the narrowing surprise of the last weeks, ``flags`` the lab's
#: last count of flagged use less 10, over 10; ``claim`` is 1 in weeks with a claim about the copied share.
TIMING = (
    "n", "surprise", "flags", "claim", "surprise_surprise", "surprise_flags", "flags_flags", "surprise_claim",
    "flags_claim",
)  # fmt: skip
#: All outcomes of a run.
OUTCOMES = (
    *(f"timing_{name}" for name in TIMING), "share_claims", "share_bias", "share_bias_signed", "share_wrong",
    "gap_claims", "gap_bias", "answer", "share", "lead",
)  # fmt: skip


def claim_records(values: Mapping[str, Array], seeds: Array) -> dict[str, Array]:
    """Run worlds and reduce their records.

    Parameters
    ----------
    values
        ``strategic`` (0 or 1), ``potency`` (1/yr), ``spillover`` (1/yr), ``reveal_rate`` (1/yr, of both kinds
        together), ``weeks``, ``size`` (investors; communities alike, policymakers 0.3 of it); each ``(runs,)``.
    seeds
        Seeds ``(runs,)``.

    Returns
    -------
    dict
        :data:`OUTCOMES`, each ``(runs,)``.

    """
    from sim.model import NarrativeModel
    from sim.parameters import structure_key

    names = list(values)
    groups: dict[str, list[int]] = {}
    scenarios: list[Scenario] = []
    for k in range(len(seeds)):
        scenarios.append(_scenario({name: float(values[name][k]) for name in names}))
        groups.setdefault(structure_key(scenarios[-1]), []).append(k)
    out = {name: np.full(len(seeds), np.nan) for name in OUTCOMES}
    for places in groups.values():
        model = NarrativeModel.batch([(scenarios[k], int(seeds[k])) for k in places])
        for name, found in _reduced(model).items():
            out[name][places] = found
    return out


def _scenario(values: Mapping[str, float]) -> Scenario:
    from sim.scenario import load_scenario

    weeks, size = round(values["weeks"]), round(values["size"])
    return load_scenario("baseline").with_changes(
        {
            "run.weeks": weeks,
            "run.burn_in": 104 if weeks >= SHORT else 26,
            "size.investors": size,
            "size.policymakers": max(1, round(0.3 * size)),
            "size.communities": size,
            "distillation.iso_lag": True,
            "distillation.exfiltration_rate": 0.0,
            "export_control.access_mode": "endogenous",
            "claims.policy": "strategic" if values["strategic"] else "sincere",
            "distillation.potency": values["potency"],
            "capability.spillover_rate": values["spillover"],
            "credibility.forensic_reveal_rate": values["reveal_rate"] / 2.0,
            "credibility.reproduction_reveal_rate": values["reveal_rate"] / 2.0,
        }
    )


def _reduced(model: NarrativeModel) -> dict[str, Array]:
    """Step the worlds through their recorded weeks and reduce what was seen, ``(worlds,)`` each."""
    from sim.mechanisms.claims import GAP, SHARE

    labs = model.counts["labs"]
    closed = np.flatnonzero(model.is_home & model.is_closed)
    weeks = int(model.source_scenario.run.weeks)
    surprises: list[Array] = []
    leaders: list[Array] = []
    followers: list[Array] = []
    sums: dict[str, Any] = {name: np.zeros(model.worlds) for name in OUTCOMES}
    flags = (model.labs.flags[:, closed] - 10.0) / 10.0
    for _ in range(weeks):
        narrowing = sum(surprises[-MEMORY:], np.zeros((model.worlds, 1))) + np.zeros(flags.shape)
        seen = {"surprise": narrowing, "flags": flags}
        model.run_for(1)
        record = model.record
        claims = record.claims
        spoke = claims.published[:, closed, SHARE].astype(float)
        _add_timing(sums, seen, spoke)
        published, size = claims.published[:, :labs], np.abs(claims.bias[:, :labs])
        sums["share_claims"] += published[..., SHARE].sum(axis=1)
        sums["share_bias"] += (published * size)[..., SHARE].sum(axis=1)
        sums["share_bias_signed"] += (published * claims.bias[:, :labs])[..., SHARE].sum(axis=1)
        wrong = np.abs(claims.value[:, :labs, SHARE] - model.copied_share) > WRONG
        sums["share_wrong"] += (published[..., SHARE] & wrong).sum(axis=1)
        sums["gap_claims"] += published[..., GAP].sum(axis=1)
        sums["gap_bias"] += (published * size)[..., GAP].sum(axis=1)
        sums["share"] += model.copied_share[:, 0] / weeks
        sums["lead"] += model.gap[:, 0] / weeks
        sign = 1.0 if model.source_scenario.blocs.controlling == "us" else -1.0
        surprises.append(-sign * record.evaluation.surprise)
        flags = (model.labs.flags[:, closed] - 10.0) / 10.0
        measured = record.evaluation.measured
        leaders.append(np.where(model.is_home, measured, -np.inf).max(axis=1))
        followers.append(np.where(model.is_rival, measured, -np.inf).max(axis=1))
    sums["answer"] = answer(np.array(leaders), np.array(followers))
    return sums


def _add_timing(sums: dict[str, Any], seen: Mapping[str, Array], spoke: Array) -> None:
    surprise, flags = seen["surprise"], seen["flags"]
    pieces = {
        "n": np.ones(spoke.shape), "surprise": surprise, "flags": flags, "claim": spoke,
        "surprise_surprise": surprise * surprise, "surprise_flags": surprise * flags, "flags_flags": flags * flags,
        "surprise_claim": surprise * spoke, "flags_claim": flags * spoke,
    }  # fmt: skip
    for name, piece in pieces.items():
        sums[f"timing_{name}"] += piece.sum(axis=1)


def answer(leaders: Array, followers: Array, window: int = ANSWER) -> Array:
    """How much more followers gain after leaders' advances than before them, as a correlation.

    Cross-correlation of the leaders' weekly advance with the followers' gain over the window after it, less that with
    the gain over the window before it.

    Parameters
    ----------
    leaders, followers
        Measured capability of each bloc's best lab, ``(weeks, worlds)``, OOM.
    window
        Weeks.

    Returns
    -------
    Array
        ``(worlds,)``; NaN where the record is shorter than two windows and a bit, or nothing moves.

    """
    weeks = len(leaders)
    if weeks < 2 * window + 8:
        window = max(2, (weeks - 8) // 2)
    advance = np.diff(leaders, axis=0)[window - 1 : weeks - 1 - window]
    now = followers[window : weeks - window]
    after, before = followers[2 * window :] - now, now - followers[: weeks - 2 * window]
    return _correlation(advance, after) - _correlation(advance, before)


def _correlation(x: Array, y: Array) -> Array:
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Array = (x * y).sum(axis=0) / np.sqrt((x * x).sum(axis=0) * (y * y).sum(axis=0))
    return found

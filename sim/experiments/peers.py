"""Results of neighbouring models, reproduced in terms of this one.

The nearest peer is Lomas & Cliff 2020 (arXiv:2012.08840): traders on an exchange hold opinions that move under opinion
dynamics, and a convinced minority moves the price although nothing about the asset has changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from sim.experiments.checks import Check
from sim.experiments.statistics import Interval, mean_interval
from sim.mechanisms.numerics import Array
from sim.model import NarrativeModel
from sim.scenario import Scenario, load_scenario

#: Share of investors who are convinced, and how far from the others (OOM): inside the usual bound of confidence, .3.
MINORITY, CONVICTION = 0.2, 0.25
#: Most seeds: paired worlds differ by the minority only, so that few of them say it.
SEEDS = 40
#: Weeks of persuasion.
WEEKS = 52
#: Nobody speaks, benchmarks are no news, nobody expects a trend: only investors' opinions move.
QUIET = {
    "benchmarks.news": False,
    "media.contagion": False,
    "beliefs.prior_closing_speed": 0.0,
    "capital.buys_compute": False,
    "export_control.mode": "exogenous",
    "run.burn_in": 26,
    "run.weeks": WEEKS,
}


class Persuasion(NamedTuple):
    """State of the worlds after the weeks of persuasion, each ``(worlds,)``."""

    opinion: Array  # mean believed gap of the investors who are not of the minority, OOM
    log_value: Array  # log of the value of US labs
    log_revenue: Array
    log_index: Array  # log of the listed index
    gap: Array  # the truth, OOM


def persuade(conviction: float | None, rule: str, bound: float, seeds: Sequence[int]) -> Persuasion:
    """Run worlds in which a minority of investors holds on to an opinion, ``conviction`` OOM from the first mean.

    ``None`` is the same world without such a minority. ``rule`` is the rule of social influence, ``bound`` the distance
    beyond which neighbours are ignored under "bounded_confidence".
    """
    scenario = _scenario(rule, bound)
    model = NarrativeModel.batch([(scenario, seed) for seed in seeds])
    investors = model.investors
    convinced = round(MINORITY * model.counts["investors"])
    start = investors.believed_gap.mean(axis=1, keepdims=True)
    for _ in range(WEEKS):
        if conviction is not None:
            investors.believed_gap[:, :convinced] = start + conviction
        model.step()
    us = [name for name, lab in model.lab_table.items() if lab.bloc == "us"]
    mine = np.isin(list(model.lab_table), us)
    return Persuasion(
        investors.believed_gap[:, convinced:].mean(axis=1),
        np.log((model.labs.valuation * mine).sum(axis=1)),
        np.log((model.labs.revenue * mine).sum(axis=1)),
        model.market.price[:, 0].copy(),
        model.gap[:, 0].copy(),
    )


def convinced_minority(seeds: Sequence[int]) -> Iterator[Check]:
    """Opinions alone move prices, the way they lean; whom one listens to decides how far (Lomas & Cliff 2020)."""
    seeds = seeds[:SEEDS]
    wide, narrow = 0.3, 0.1
    base = persuade(None, "bounded_confidence", wide, seeds)
    for conviction, word in ((CONVICTION, "raises"), (-CONVICTION, "lowers")):
        moved = persuade(conviction, "bounded_confidence", wide, seeds)
        value = mean_interval(moved.log_value - base.log_value)
        agrees = value.mean * conviction > 0.0 and value.excludes(0.0)
        agrees = agrees and np.array_equal(moved.log_revenue, base.log_revenue)
        yield Check(
            "peers",
            f"a fifth of investors convinced of a gap {conviction:+.2f} OOM from the mean; ln V of US labs",
            f"{word} it, revenue and the true gap as before",
            f"{_text(value)}; revenue {_same(moved.log_revenue, base.log_revenue)}, "
            f"gap {_same(moved.gap, base.gap)}",
            bool(agrees and np.array_equal(moved.gap, base.gap)),
        )
    near = mean_interval(persuade(CONVICTION, "bounded_confidence", wide, seeds).opinion - base.opinion)
    apart = persuade(None, "bounded_confidence", narrow, seeds)
    far = mean_interval(persuade(CONVICTION, "bounded_confidence", narrow, seeds).opinion - apart.opinion)
    yield Check(
        "peers",
        f"opinion of the other investors, bound of confidence {wide} against {narrow} OOM (conviction {CONVICTION})",
        "moves where the minority is listened to; a tenth of that or less where it is not",
        f"{_text(near)} against {_text(far)}",
        near.excludes(0.0) and near.mean > 0.0 and abs(far.mean) < 0.1 * near.mean,
    )


def _scenario(rule: str, bound: float) -> Scenario:
    return load_scenario("silent-sources").with_changes(
        {**QUIET, "social.rule": rule, "social.confidence_bound": bound}
    )


def _text(found: Interval) -> str:
    return f"{found.mean:+.4f} [{found.low:+.4f}, {found.high:+.4f}]"


def _same(one: Array, other: Array) -> str:
    return "the same to the last bit" if np.array_equal(one, other) else "differs"

"""From a model and its session's history to the picture that pages draw."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.recording import outputs
from viz.view import LabInfo, Network, View

if TYPE_CHECKING:
    from sim import NarrativeModel, Scenario
    from viz.history import Beliefs, Board, Events

LAB_COLUMNS = ("capability", "released_capability", "valuation", "revenue", "compute", "price")
CHIPS, ACCESS = 0, 1


def new_view(model: NarrativeModel, scenario: Scenario, seed: int, network: Network, events: Events) -> View:
    """The picture at the newest week, without what depends on the week looked at."""
    weeks = model.recorder.weeks
    # Before the first week there is nothing to work outputs out from.
    made = outputs.series(model) if len(weeks) else dict.fromkeys(outputs.OUTPUTS, np.zeros((0, 1)))
    series = {name: _plain(values, len(weeks)) for name, values in made.items()}
    return View(
        scenario_name=scenario.name,
        seed=seed,
        week=len(weeks),
        cursor=max(len(weeks) - 1, 0),
        dates=np.datetime64(scenario.run.start_date, "D") + (7 * weeks).astype("timedelta64[D]"),
        weeks=weeks,
        series=MappingProxyType(series),
        labs=labs_of(model, scenario),
        lab_series=MappingProxyType(_labs(model)),
        board=[],
        events=list(events.rows),
        network=network,
        belief=MappingProxyType({}),
        policy=MappingProxyType(_policy(model, scenario, len(weeks))),
        stated_sd=scenario.claims.stated_sd,
        group_sizes=(scenario.size.investors, scenario.size.policymakers, scenario.size.communities),
        bloc_of=MappingProxyType(dict(zip(model.source_names, map(str, model.sides), strict=True))),
        believed_bias=_believed_bias(model, scenario) if len(weeks) else None,
        competition=scenario.media.competition,
        value_unit="bn US$" if scenario.capital.buys_compute else "years of rent",
    )


def at_week(view: View, cursor: int, model: NarrativeModel, beliefs: Beliefs, board: Board) -> View:
    """The same picture looked at in another week."""
    held = beliefs.at(cursor)
    return dataclasses.replace(
        view,
        cursor=cursor,
        board=board.at(
            cursor, [lab.name for lab in view.labs], list(model.office.names), view.series["surprise"]
        ),
        belief=MappingProxyType({"believed_gap": held[0], "believed_share": held[1]}),
    )


def labs_of(model: NarrativeModel, scenario: Scenario) -> tuple[LabInfo, ...]:
    """Labs that take part, in the model's order."""
    return tuple(
        LabInfo(name, scenario.labs[name].bloc, scenario.labs[name].openness) for name in model.lab_table
    )


def _labs(model: NarrativeModel) -> dict[str, np.ndarray]:
    if not len(model.recorder.weeks):
        empty = np.zeros((0, model.counts["labs"]))
        return dict.fromkeys((*LAB_COLUMNS, "users"), empty)
    made = {name: _frozen(model.recorder.history(name)[:, 0]) for name in LAB_COLUMNS}
    made["users"] = _frozen(outputs.Columns(model).users()[:, 0])
    return made


def _policy(model: NarrativeModel, scenario: Scenario, weeks: int) -> dict[str, np.ndarray]:
    policy = scenario.policy
    made: dict[str, np.ndarray] = {}
    if weeks:
        for name in ("announced", "effective", "target", "pressure"):
            values = model.recorder.history(name)[:, 0]
            made |= {f"{name}_chips": values[:, CHIPS], f"{name}_access": values[:, ACCESS]}
        made["attention"] = model.recorder.history("attention")[:, 0, 0]
    else:
        names = [
            f"{a}_{b}" for a in ("announced", "effective", "target", "pressure") for b in ("chips", "access")
        ]
        made = {name: np.zeros(0) for name in [*names, "attention"]}
    for name, friction in (("chips", policy.friction), ("access", policy.access_friction)):
        made[f"threshold_{name}"] = np.full(weeks, friction)
        made[f"threshold_loosening_{name}"] = np.full(weeks, -friction * (1.0 + policy.loosening_hysteresis))
    return {name: _frozen(values) for name, values in made.items()}


def _believed_bias(model: NarrativeModel, scenario: Scenario) -> np.ndarray:
    """Mean over receivers of the bias they expect, ``(weeks, sources, 2)``; of the gap as US minus China."""
    sizes = (scenario.size.investors, scenario.size.policymakers, scenario.size.communities)
    held = model.recorder.history("believed_bias")[:, 0]
    mean = np.average(held, axis=2, weights=np.maximum(sizes, 1e-9))
    mean[..., 0] *= 1.0 if scenario.blocs.controlling == "us" else -1.0
    return _frozen(mean)


def _plain(values: Any, weeks: int) -> np.ndarray:
    """One world's series ``(weeks,)``; an output may be a constant."""
    array = np.asarray(values, dtype=float)
    return _frozen(np.broadcast_to(array, (weeks, 1))[:, 0])


def _frozen(values: np.ndarray) -> np.ndarray:
    held = np.array(values, dtype=float)
    held.setflags(write=False)
    return held

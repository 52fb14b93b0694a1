"""Runs made by hand: series and events as given, so that what is read from them can be told beforehand."""

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.hindcast.reading import COLUMNS
from sim.recording.run import Run
from sim.scenario import load_scenario

EVENT_COLUMNS = [*COLUMNS]
TEXTS = ("type", "source", "target")


def made(series, events=(), scenario=None, first_week=-4):
    """A run whose outputs are ``series`` (name to ``(replicates, weeks)``), with some events."""
    scenario = scenario or load_scenario("baseline", {"run.start_date": "2022-10-03"})
    replicates, weeks = next(iter(series.values())).shape
    week = np.tile(np.arange(first_week, first_week + weeks), replicates)
    columns = {
        "replicate": np.repeat(np.arange(replicates), weeks),
        "seed": np.repeat(np.arange(replicates), weeks),
        "week": week,
        "date": pd.Timestamp(scenario.run.start_date) + pd.to_timedelta(7 * week, unit="D"),
        **{name: values.ravel().astype(float) for name, values in series.items()},
    }
    rows = pd.DataFrame(list(events), columns=EVENT_COLUMNS)
    table = pa.table(
        {
            name: pa.array(
                rows[name].tolist(),
                pa.string()
                if name in TEXTS
                else pa.int64()
                if name in ("replicate", "week")
                else pa.float64(),
                from_pandas=True,
            )
            for name in EVENT_COLUMNS
        }
    )
    manifest = {"seeds": list(range(replicates)), "notes": [], "first_week": first_week, "outputs": {}}
    return Run(scenario, {"series": pa.table(columns), "events": table}, manifest)


def event(type_, week, value, source=None, target=None, effect=None, replicate=0):
    """A row of events."""
    return {
        "replicate": replicate,
        "week": week,
        "type": type_,
        "source": source,
        "target": target,
        "value": value,
        "effect": effect,
    }  # fmt: skip


def step(weeks, *changes, first_week=-4):
    """A series of one replicate that takes a value from a week on: ``step(20, (-4, 0.0), (3, 1.0))``."""
    values = np.zeros((1, weeks))
    for week, value in changes:
        values[:, week - first_week :] = value
    return values

"""Whatever stands in a sweep file, loading gives a sweep or a list of problems, never another error."""

import copy
import tomllib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.experiments.sweep.loading import sweep_from
from sim.experiments.sweep.specification import Sweep
from sim.scenario import ScenarioError
from sweeps.files import EVERYTHING, external, small

JUNK: list[Any] = [
    None, True, 0, -1, 3, 2**70, 0.5, float("nan"), float("inf"), 1e308, "", "x", "a b c", "gap_months mean",
    "\n", "\udce4",
    [], [1], [1, 2], [2, 1], ["a", "b"], [[1, 2]], [{}], [{"a": 1}], {}, {"a": 1}, {"": {}}, {"range": [0, 1]},
    {"a": {"b": {}}},
    "baseline", "core", ["core", "baseline"], "claims.rate", {"kind": "grid"}, "sobol", "morris", "list",
]  # fmt: skip
WORDS = [
    "name",
    "keys",
    "values",
    "range",
    "settings",
    "scenarios",
    "default",
    "rows",
    "kind",
    "weeks",
    "week",
    "x",
    "",
]
START = [
    tomllib.loads(EVERYTHING),
    small(),
    small(design={"kind": "one-at-a-time"}),
    small(design={"kind": "list", "rows": [{"control": 0.5}]}),
    external("linear"),
]


def places(table: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """All paths in nested tables and lists."""
    found = [path] if path else []
    items = table.items() if isinstance(table, dict) else enumerate(table) if isinstance(table, list) else ()
    for key, value in items:
        found += places(value, (*path, key))
    return found


@st.composite
def spoiled(draw: Any) -> dict[str, Any]:
    """A sweep with one to three values replaced, added or taken out."""
    data = copy.deepcopy(draw(st.sampled_from(START)))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(places(data)))
        inner: Any = data
        for part in path[:-1]:
            inner = inner[part]
        what = draw(st.sampled_from(["replace", "add", "drop"]))
        junk = copy.deepcopy(draw(st.sampled_from(JUNK)))
        if what == "drop" and len(inner) > 1:
            del inner[path[-1]]
        elif what == "add" and isinstance(inner[path[-1]], dict):
            inner[path[-1]][draw(st.sampled_from(WORDS))] = junk
        else:
            inner[path[-1]] = junk
    return data


def told(data: Any, changes: Any = ()) -> Sweep | None:
    """The sweep, or nothing if problems were told; every other error is a failure."""
    try:
        return sweep_from(data, changes)
    except ScenarioError as error:
        if not error.problems or not str(error):
            pytest.fail("no problem is named")
        return None


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spoiled())
def test_spoiled_sweeps_are_told(data):
    sweep = told(data)
    if sweep is not None:
        assert sweep_from(sweep.source).digest() == sweep.digest()
        assert sweep_from(tomllib.loads(sweep.to_toml())).digest() == sweep.digest()


ODD = [
    "",
    "=",
    "a",
    "a.b.c=1",
    "design=3",
    "factors=[]",
    "factors.x=1",
    "[a]=1",
    "a=b=c",
    "'=1",
    "weeks=\udce4",
]


@pytest.mark.parametrize("change", ODD)
@pytest.mark.parametrize("start", range(len(START)))
def test_odd_changes_are_told(start, change):
    assert told(START[start], [change]) is None

"""Tables: columns, order, dates, what is empty, and bytes that depend on scenario and seed alone."""

import datetime as dt
import hashlib
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import sim
from sim.experiments.runner import run
from sim.model import NarrativeModel
from sim.recording import store, tables
from sim.recording.outputs import OUTPUTS
from sim.recording.outputs import series as output_arrays
from sim.scenario import Scenario


def parquet_digests(result: sim.Run, folder: Path) -> dict[str, str]:
    result.save(folder)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.parquet")}


def test_series_has_one_row_a_replicate_and_week(small: Scenario) -> None:
    frame = run(small, seed=5, replicates=3).series
    assert list(frame.columns) == ["replicate", "seed", "week", "date", *OUTPUTS]
    assert len(frame) == 3 * 10
    assert frame["replicate"].tolist() == [k for k in range(3) for _ in range(10)]
    assert frame["seed"].tolist() == [5 + k for k in range(3) for _ in range(10)]
    assert frame["week"].tolist() == list(range(10)) * 3
    assert frame["date"].iloc[1] == pd.Timestamp(small.run.start_date) + dt.timedelta(weeks=1)


def test_series_holds_what_the_model_recorded(small: Scenario) -> None:
    result = run(small, seed=3)
    model = NarrativeModel(small, 3)
    model.run_for(10)
    for name, values in output_arrays(model).items():
        np.testing.assert_array_equal(result.array(name), np.broadcast_to(values, (10, 1)).T, err_msg=name)


def test_a_replicate_is_the_single_run_with_its_seed(small: Scenario) -> None:
    both = run(small, seed=7, replicates=2)
    alone = run(small, seed=8)
    for name in alone.outputs:
        np.testing.assert_array_equal(both.array(name)[1], alone.array(name)[0], err_msg=name)


def test_bytes_do_not_depend_on_batch_or_workers(small: Scenario, tmp_path: Path) -> None:
    scenario = small.with_changes({"run.snapshot_every": 4})
    ways = [{"batch": 1}, {"batch": 2}, {"batch": 5}, {}, {"workers": 2, "batch": 2}, {"workers": 2}]
    digests = [
        parquet_digests(run(scenario, seed=11, replicates=5, **way), tmp_path / str(k))
        for k, way in enumerate(ways)
    ]
    assert set(digests[0]) == {"series.parquet", "events.parquet", "agents.parquet"}
    assert all(found == digests[0] for found in digests)


def test_another_seed_gives_other_bytes(small: Scenario, tmp_path: Path) -> None:
    a, b = (parquet_digests(run(small, seed=seed), tmp_path / str(seed)) for seed in (1, 2))
    assert a["series.parquet"] != b["series.parquet"]


def test_events_are_those_of_the_log_in_recorded_weeks(small: Scenario) -> None:
    result = run(small, seed=2, replicates=2, batch=2)
    model = NarrativeModel.batch([(small, 2), (small, 3)], log_events=True)
    model.run_for(10)
    expected = model.log.frame()
    expected = expected[expected["week"] >= 0].reset_index(drop=True)
    assert len(expected) > 0
    assert list(result.events.columns) == list(expected.columns)
    for name in expected:
        found = result.events[name]
        same = (found == expected[name]) | (found.isna() & expected[name].isna())
        assert same.fillna(False).all(), name


def test_without_log_events_the_table_is_empty(small: Scenario) -> None:
    table = run(small, log_events=False).tables["events"]
    assert table.num_rows == 0
    assert table.schema == run(small).tables["events"].schema


def test_burn_in_is_recorded_on_request(small: Scenario) -> None:
    result = run(small.with_changes({"run.record_burn_in": True}), seed=1)
    assert result.weeks.tolist() == list(range(-6, 10))
    assert result.series["week"].tolist() == list(range(-6, 10))
    assert result.events["week"].min() < 0
    plain = run(small, seed=1)
    np.testing.assert_array_equal(result.array("gap")[:, 6:], plain.array("gap"))


def test_snapshots_of_all_agents(small: Scenario) -> None:
    result = run(small.with_changes({"run.snapshot_every": 5}), seed=1, replicates=2)
    frame = result.agents
    assert frame is not None
    assert list(frame.columns[:6]) == ["replicate", "seed", "week", "date", "kind", "agent"]
    assert len(frame) == 2 * 2 * (12 + 8 + 10)
    assert sorted(frame["week"].unique()) == [0, 5]
    mean = frame[frame["kind"] == "investor"].groupby(["replicate", "week"])["believed_gap"].mean()
    series = result.series.set_index(["replicate", "week"])["believed_gap_investors"]
    for place, value in mean.items():
        assert math.isclose(value, series.loc[place], rel_tol=1e-12)
    assert run(small).agents is None


def test_snapshots_have_the_sign_of_the_series(small: Scenario) -> None:
    swapped = small.with_changes(
        {
            "blocs.controlling": "cn",
            "blocs.controlled": "us",
            "run.snapshot_every": 9,
            "labs.cn-closed-1.compute": 0.0,
        }
    )
    result = run(swapped, seed=1)
    assert result.agents is not None
    last = result.agents[(result.agents["week"] == 9) & (result.agents["kind"] == "investor")]
    assert math.isclose(
        last["believed_gap"].mean(), result.array("believed_gap_investors")[0, 9], rel_tol=1e-12
    )


def test_an_output_that_is_not_defined_is_null_and_documented(small: Scenario, tmp_path: Path) -> None:
    closed = small.with_changes({f"labs.{name}.openness": "closed" for name in small.labs})
    result = run(closed, replicates=2)
    column = result.tables["series"].column("capability_open_best")
    assert column.null_count == 20
    facts = result.manifest["outputs"]["capability_open_best"]
    assert facts["missing_rows"] == 20
    assert "not defined in this scenario" in facts["missing_because"]
    result.save(tmp_path / "run")
    table = store.read_table(tmp_path / "run" / "series.parquet")
    assert table.column("capability_open_best").null_count == 20
    for name in table.column_names:
        if pa.types.is_floating(table.schema.field(name).type):
            stored = table.column(name).drop_null().to_numpy()
            assert np.isfinite(stored).all(), name
            assert ("missing_rows" in result.manifest["outputs"][name]) == (len(stored) < 20), name


def test_numbers_round_trip() -> None:
    values = np.array([1.5, np.nan, -0.0, np.inf, 3.0])
    column = pa.chunked_array([tables.numbers(values)])
    assert column.to_pylist() == [1.5, None, 0.0, None, 3.0]
    np.testing.assert_array_equal(tables.floats(column), [1.5, np.nan, 0.0, np.nan, 3.0])
    np.testing.assert_array_equal(tables.floats(column.slice(1, 3)), [np.nan, 0.0, np.nan])
    assert tables.floats(pa.chunked_array([], pa.float64())).shape == (0,)


@pytest.mark.parametrize("values", [[], [None], ["a", None, "", "αβ", "a"]])
def test_texts_round_trip(values: list[str | None]) -> None:
    array = tables.texts(values)
    array.validate(full=True)
    assert array.to_pylist() == values


def test_dates() -> None:
    array = tables.dates(dt.date(2024, 1, 1), np.array([-1, 0, 53]))
    assert [each.date() for each in array.to_pylist()] == [
        dt.date(2023, 12, 25),
        dt.date(2024, 1, 1),
        dt.date(2025, 1, 6),
    ]

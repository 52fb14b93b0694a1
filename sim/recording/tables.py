"""Tables of a run: weekly series, events and agent snapshots as Arrow tables of fixed column types.

Arrays go into Arrow through their buffers and not through ``pyarrow.array``, which would import pandas.
Whatever is not a finite number is null in a table; :func:`missing` counts it, so that it can be documented.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from sim.recording import outputs
from sim.recording.event_log import EVENT_COLUMNS

if TYPE_CHECKING:
    from sim.model import NarrativeModel

#: First columns of every table.
KEYS = ("replicate", "seed", "week", "date")
#: Columns of the events table that hold numbers; the others, apart from the keys, hold texts.
EVENT_NUMBERS = ("value", "bias", "effect")
#: Agent fields whose sign is that of the gap: reported as US minus China, as in the series.
SIGNED_FIELDS = ("believed_gap", "believed_speed", "believed_compute")
_DATE = pa.timestamp("us")


def tables_of(model: NarrativeModel, first_replicate: int = 0) -> dict[str, pa.Table]:
    """Series, events and, where the scenario asks for them, agents of a batch that has run.

    Rows are ordered by replicate, then week, so that tables of batches can be laid end to end.
    """
    tables = {"series": series_table(model, first_replicate), "events": events_table(model, first_replicate)}
    if model.source_scenario.run.snapshot_every:
        tables["agents"] = agents_table(model, first_replicate)
    return tables


def series_table(model: NarrativeModel, first_replicate: int = 0) -> pa.Table:
    """Every registered output, one row a replicate and week; with the burn-in if the scenario records it."""
    burn_in = model.source_scenario.run.record_burn_in
    recorder = model.recorder
    first_week = recorder.first_week if burn_in else max(recorder.first_week, 0)
    weeks = np.arange(first_week, recorder.first_week + recorder.length)
    worlds = np.repeat(np.arange(model.worlds), len(weeks))
    columns = _keys(model, first_replicate, worlds, np.tile(weeks, model.worlds))
    shape = (len(weeks), model.worlds)
    for name, values in outputs.series(model, burn_in).items():
        columns[name] = numbers(np.broadcast_to(values, shape).T.ravel())
    return _table(columns)


def events_table(model: NarrativeModel, first_replicate: int = 0) -> pa.Table:
    """Events of the recorded weeks, one row an event, as :meth:`EventLog.frame` has them."""
    earliest = -np.inf if model.source_scenario.run.record_burn_in else 0
    kept = [row for row in model.log._rows if row["week"] >= earliest]
    rows = sorted(kept, key=lambda row: row["world"])
    worlds = np.array([row["world"] for row in rows], dtype=np.int64)
    columns = _keys(model, first_replicate, worlds, np.array([row["week"] for row in rows], dtype=np.int64))
    for name in EVENT_COLUMNS:
        if name in EVENT_NUMBERS:
            columns[name] = numbers(np.array([row.get(name, np.nan) for row in rows], dtype=float))
        elif name not in KEYS:
            columns[name] = texts([row.get(name) for row in rows])
    return _table(columns)


def agents_table(model: NarrativeModel, first_replicate: int = 0) -> pa.Table:
    """Snapshots of all agents: one row a replicate, week and agent; null where a kind lacks a field."""
    sign = outputs.Columns(model).sign
    weeks: list[np.ndarray] = []
    agents: list[np.ndarray] = []
    kinds: list[str] = []
    fields: dict[str, list[np.ndarray]] = {}
    snapshots = model.recorder.snapshots
    names = list(dict.fromkeys(f for _week, state in snapshots for kind in state.values() for f in kind))
    for week, state in snapshots:
        for kind, held in state.items():
            size = next(iter(held.values())).shape[1]
            weeks.append(np.full(size, week, dtype=np.int64))
            agents.append(np.arange(size, dtype=np.int64))
            kinds += [kind] * size
            for name in names:
                values = held.get(name)
                values = np.full((model.worlds, size), np.nan) if values is None else values.astype(float)
                fields.setdefault(name, []).append(values * sign if name in SIGNED_FIELDS else values)
    each = len(kinds)
    worlds = np.repeat(np.arange(model.worlds), each)
    columns = _keys(model, first_replicate, worlds, np.tile(_joined(weeks), model.worlds))
    columns["kind"] = texts(kinds * model.worlds)
    columns["agent"] = integers(np.tile(_joined(agents), model.worlds))
    for name, parts in fields.items():
        columns[name] = numbers(np.concatenate(parts, axis=1).ravel())
    return _table(columns)


def joined(parts: Sequence[Mapping[str, pa.Table]]) -> dict[str, pa.Table]:
    """Tables of several batches laid end to end, in one chunk a column."""
    return {name: pa.concat_tables([part[name] for part in parts]).combine_chunks() for name in parts[0]}


def missing(table: pa.Table, names: Iterable[str]) -> dict[str, int]:
    """Rows in which a column is null, for the columns that have any."""
    counts = {name: table.column(name).null_count for name in names}
    return {name: count for name, count in counts.items() if count}


# -- arrays ------------------------------------------------------------------------------------------------


def numbers(values: np.ndarray) -> pa.Array:
    """Floats ``(rows,)`` as an Arrow array; null where the value is not finite."""
    finite = np.isfinite(values)
    held = np.ascontiguousarray(np.where(finite, values, 0.0), dtype=np.float64)
    return _array(pa.float64(), held, None if finite.all() else finite)


def integers(values: np.ndarray) -> pa.Array:
    """Whole numbers ``(rows,)`` as an Arrow array."""
    return _array(pa.int64(), np.ascontiguousarray(values, dtype=np.int64), None)


def texts(values: Sequence[str | None]) -> pa.Array:
    """Texts as an Arrow array; null where there is none."""
    encoded = {value: str(value).encode() for value in set(values) if value is not None}
    lengths = [0 if value is None else len(encoded[value]) for value in values]
    offsets = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int32)
    data = b"".join(encoded[value] for value in values if value is not None)
    present = np.array([value is not None for value in values], dtype=bool)
    validity = None if present.all() else _bits(present)
    buffers = [validity, pa.py_buffer(offsets), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.string(), len(values), buffers, null_count=int((~present).sum()))


def floats(column: pa.ChunkedArray) -> np.ndarray:
    """A column of floats as an array ``(rows,)``; NaN where it is null."""
    if column.num_chunks == 0:
        return np.zeros(0)
    return np.concatenate([_floats(chunk) for chunk in column.chunks])


def _floats(chunk: pa.Array) -> np.ndarray:
    validity, data = chunk.buffers()
    first, rows = chunk.offset, len(chunk)
    values = np.frombuffer(data, dtype=np.float64, count=first + rows)[first:]
    if validity is None or not chunk.null_count:
        return values
    bits = np.unpackbits(np.frombuffer(validity, dtype=np.uint8), bitorder="little")
    return np.where(bits[first : first + rows].astype(bool), values, np.nan)


def _array(kind: pa.DataType, values: np.ndarray, valid: np.ndarray | None) -> pa.Array:
    nulls = 0 if valid is None else int((~valid).sum())
    validity = None if valid is None else _bits(valid)
    return pa.Array.from_buffers(kind, len(values), [validity, pa.py_buffer(values)], null_count=nulls)


def _bits(valid: np.ndarray) -> pa.Buffer:
    return pa.py_buffer(np.packbits(valid, bitorder="little"))


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _keys(model: NarrativeModel, first: int, worlds: np.ndarray, weeks: np.ndarray) -> dict[str, pa.Array]:
    seeds = np.array(model.draws.seeds, dtype=np.int64)
    return {
        "replicate": integers(worlds + first),
        "seed": integers(seeds[worlds]),
        "week": integers(weeks),
        "date": dates(model.start_date, weeks),
    }


def dates(start: dt.date, weeks: np.ndarray) -> pa.Array:
    """First days of weeks, counted from the day ``start`` of week 0."""
    days = (start - dt.date(1970, 1, 1)).days + 7 * np.asarray(weeks, dtype=np.int64)
    return _array(_DATE, np.ascontiguousarray(days * 86_400_000_000), None)


def _table(columns: Mapping[str, Any]) -> pa.Table:
    schema = pa.schema([(name, column.type) for name, column in columns.items()])
    return pa.Table.from_arrays(list(columns.values()), schema=schema)

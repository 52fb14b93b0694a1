"""What can be taken home of a comparison: curves, differences, scenarios, as files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from viz.comparing import summary

if TYPE_CHECKING:
    import pyarrow as pa

    import sim
    from sim import Comparison
    from viz.comparing.request import Request


def curves(made: Comparison) -> pa.Table:
    """All curves as they are drawn, one row an output and week: means, bands, difference with its interval."""
    import pyarrow as pa

    weeks, held = len(made.a.weeks), []
    for name in made.outputs:
        drawn = (made.a.array(name), made.b.array(name), made.path(name))
        a, b, apart = map(summary.curve, drawn)
        held.append({
            "mean_a": a.mean, "band_low_a": a.band[0], "band_high_a": a.band[1],
            "mean_b": b.mean, "band_low_b": b.band[0], "band_high_b": b.band[1],
            "difference": apart.mean, "interval_low": apart.interval[0], "interval_high": apart.interval[1],
            "median_difference": apart.median,
            "band_low_difference": apart.band[0], "band_high_difference": apart.band[1],
        })  # fmt: skip
    columns: dict[str, Any] = {
        "output": np.repeat(np.array(made.outputs, dtype=object), weeks),
        "unit": np.repeat(np.array([summary.unit(name) for name in made.outputs], dtype=object), weeks),
        "week": np.tile(made.a.weeks, len(made.outputs)),
        "date": np.tile(made.a.dates, len(made.outputs)),
    }
    for key in held[0]:
        values = np.concatenate([each[key] for each in held])
        columns[key] = pa.array(values, mask=np.isnan(values))
    return pa.table(columns)


def parquet(table: pa.Table) -> bytes:
    """A table as Parquet."""
    from pyarrow import parquet as writer

    sink = io.BytesIO()
    writer.write_table(table, sink)
    return sink.getvalue()


def csv(table: pa.Table) -> bytes:
    """A table as CSV."""
    from pyarrow import csv as writer

    sink = io.BytesIO()
    writer.write_csv(table, sink)
    return sink.getvalue()


def final(made: Comparison) -> pa.Table:
    """The table of final differences, every digit of it."""
    import pyarrow as pa

    return pa.Table.from_pandas(made.table.reset_index(), preserve_index=False)


def toml(scenario: sim.Scenario, asked: Request) -> str:
    """A scenario file that says how it was compared."""
    return f"# {asked.command(files=True)}\n\n{scenario.to_toml()}"

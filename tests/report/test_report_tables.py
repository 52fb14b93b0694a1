"""Tables and numbers: digits that count, CSV that comes back, LaTeX that compiles."""

import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.report import numbers
from sim.report.tables_out import Column, Table, write_table

FRAME = pd.DataFrame(
    {
        "factor": ["export_control.strength", "50 % & more", "~^\\{}#$|<>", "μ* → δ"],
        "total": [0.6134, 0.2, np.nan, 1e-9],
        "total_low": [0.55, 0.1, np.nan, 0.0],
        "total_high": [0.67, 0.3, np.nan, 1e-8],
        "runs": [1, 20000, -3, 7],
        "tiny": [1 / 3, 1e-9, -123456.7, 5e22],
        "clear": [True, False, True, False],
    }
)
TABLE = Table(
    FRAME,
    (
        Column("factor", "Factor", code=True), Column("total", "Total", "US$", low="total_low", high="total_high"),
        Column("runs"), Column("tiny", "Tiny & large"), Column("clear"),
    ),
    caption="Shares of *lag*, 95 %",
    facts={"sweep_sha256": "ab" * 32, "command": "parity report\n--x"},
)  # fmt: skip


def test_csv_comes_back_as_it_was() -> None:
    held = pd.read_csv(io.StringIO(TABLE.csv()))
    pd.testing.assert_frame_equal(held, FRAME, check_exact=True)


@pytest.mark.parametrize("repeat", [1, 20])
def test_tex_is_balanced_and_escaped(tmp_path: Path, repeat: int) -> None:
    table = Table(
        pd.concat([FRAME] * repeat, ignore_index=True), TABLE.columns, TABLE.caption, facts=TABLE.facts
    )
    files = write_table(table, tmp_path, "shares")
    text = files["tex"].read_text()
    assert files["csv"].read_text() == table.csv()
    body = "\n".join(line for line in text.splitlines() if not line.startswith("%"))
    assert all(line.startswith(("%", "\\")) or "&" in line for line in text.splitlines())
    bare = re.sub(r"\\[\\&%$#_{}]", "", body)
    assert bare.count("{") == bare.count("}") > 0
    assert bare.count("$") % 2 == 0
    assert not re.search(r"[%#_~^]|(?<!\$)[<>|]", re.sub(r"\$[^$]*\$|\\label\{[^}]*\}|~", "", bare))
    begun, ended = (re.findall(rf"\\{word}\{{(\w+)\}}", body) for word in ("begin", "end"))
    assert begun == ended[::-1]
    assert begun[-1] == ("tabular" if repeat == 1 else "longtable")
    rows = [line for line in body.splitlines() if line.endswith(r"\\") and not line.startswith(r"\caption")]
    assert len(rows) == 1 + 4 * repeat
    assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {4}
    assert r"\toprule" in body
    assert r"\bottomrule" in body
    assert r"\label{tab:shares}" in body
    assert "% sweep_sha256: " + "ab" * 32 in text
    assert r"export\_control.strength & 0.61 [0.55, 0.67] & 1 & 0.333 & yes \\" in text
    assert "lag, 95" in body
    assert "*lag*" not in body


def test_rounding_residue_is_zero() -> None:
    table = Table(pd.DataFrame({"x": [1.0, 1e-17], "low": [0.9, -3e-17], "high": [1.1, 2e-17]}))
    column = Column("x", low="low", high="high")
    assert table.cell(column, 0) == "1.00 [0.90, 1.10]"
    assert table.cell(column, 1) == "0.00 [0.00, 0.00]"


def test_a_row_alone_needs_no_sorting() -> None:
    assert "<button" not in Table(FRAME.head(1)).html()
    assert "<button" in Table(FRAME).html()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (0.6134, "0.613"), (-12.346, "−12.3"), (1234.6, "1,235"), (999.96, "1,000"), (0.000123, "0.000123"),
        (1.234e-6, "1.2 × 10⁻⁶"), (-3.2e9, "−3.2 × 10⁹"), (float("nan"), "–"), (float("-inf"), "−∞"), (9.999, "10.0"),
    ],
)  # fmt: skip
def test_numbers(value: float, text: str) -> None:
    assert numbers.number(value) == text


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        (0.6134, 0.5512, 0.6723, "0.61 [0.55, 0.67]"), (0.0151, 0.01, 0.02, "0.015 [0.010, 0.020]"),
        (1234.4, 900.0, 1500.0, "1,234 [900, 1,500]"), (-0.001, -0.2, 0.2, "0.00 [−0.20, 0.20]"),
        (0.3, 0.3, 0.3, "0.300 [0.300, 0.300]"), (0.3, float("nan"), 0.4, "0.300"),
        (0.3, 0.3 - 1e-17, 0.3, "0.300 [0.300, 0.300]"), (float("nan"), 0.0, 1.0, "–"),
        (2e-7, 1e-7, 3e-7, "2.0 × 10⁻⁷ [1.0 × 10⁻⁷, 3.0 × 10⁻⁷]"), (0.0, 0.0, 0.0, "0.00 [0.00, 0.00]"),
    ],
)  # fmt: skip
def test_intervals(value: float, low: float, high: float, text: str) -> None:
    assert numbers.estimate(value, low, high) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, "0.5"), (156.0, "156"), (1 / 3, "0.3333"), (-2, "−2"), (123456.0, "123,456"), (0.0, "0")],
)
def test_plain_numbers(value: float, text: str) -> None:
    assert numbers.plain(value) == text


def test_shares_counts_and_lists() -> None:
    spaced = [
        numbers.percent(share).replace(numbers.JOIN, " ") for share in (0.123, 0.0042, 0.0001, 0.0, 1.0)
    ]
    assert spaced == ["12 %", "0.4 %", "< 0.1 %", "0 %", "100 %"]
    assert numbers.count(1, "row") == "1 row"
    assert numbers.count(1200, "trajectory", "trajectories") == "1,200 trajectories"
    assert numbers.listed(["a"]) == "a"
    assert numbers.listed(["a", "b", "c"]) == "a, b and c"
    assert numbers.few(list("abcdef"), 3) == "a, b, c and 3 more"
    assert numbers.few(list("abcd"), 3) == "a, b, c and d"

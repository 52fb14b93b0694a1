"""Ranges that select runs: what a link carries of them, what a drag makes of them, and which runs are in them."""

import numpy as np
import pytest

from tests.viz.test_exploring_analyses import lhs, place  # noqa: F401
from viz.exploring import ranges
from viz.exploring.address import MOST_RANGES, Address, Range, read_address
from viz.exploring.explored import Explored


def test_ranges_come_back_from_the_link() -> None:
    held = Address(sweep="results/x", ranges=(Range("a~b", -0.25, 3.0), Range("claims", 0.0, 1.0)))
    assert read_address(held.query()) == held
    assert "range=claims~0~1" in held.query()


@pytest.mark.parametrize(
    "text", ["control", "control~1", "control~2~1", "control~a~1", "control~nan~1", "~0~1", "control~0~inf"]
)
def test_a_range_that_is_none_is_left_out(text: str) -> None:
    assert read_address(f"?range={text}&view=parallel") == Address(view="parallel")


def test_one_range_a_column_and_a_bound_on_their_number() -> None:
    assert read_address("?range=a~0~1&range=a~0~2").ranges == (Range("a", 0.0, 2.0),)
    many = "&".join(f"range=c{k}~0~1" for k in range(MOST_RANGES + 5))
    assert len(read_address(f"?{many}").ranges) == MOST_RANGES


def test_a_range_on_an_unknown_column_is_dropped() -> None:
    address = Address(ranges=(Range("control", 0.0, 1.0), Range("nothing", 0.0, 1.0)))
    assert address.settled(["lag"], ["control"]).ranges == (Range("control", 0.0, 1.0),)


def test_a_drag_keeps_ranges_on_other_columns(lhs: Explored) -> None:  # noqa: F811
    before = (Range("lag", 0.0, 1.0), Range("control", 0.1, 0.2))
    after = ranges.after(lhs, before, ["control", "claims"], [None, [1.4, 0.6]])
    assert after == (Range("lag", 0.0, 1.0), Range("claims", 1.0, 1.0))
    assert ranges.marks(lhs, after, ["claims", "control"]) == [[1 - ranges.HALF, 1 + ranges.HALF], None]


def test_no_run_falls_out_of_a_range_by_rounding(lhs: Explored) -> None:  # noqa: F811
    values = lhs.runs["lag"].to_numpy(dtype=float)
    for low, high in zip(np.sort(values)[:-1], np.sort(values)[1:], strict=True):
        one = ranges.tidy(lhs, "lag", float(low), float(high))
        assert one.low <= low
        assert one.high >= high
        assert one.high - one.low <= high - low + 0.0021 * np.ptp(values)
        assert ranges.tidy(lhs, "lag", one.low, one.high) == one


def test_a_selection_holds_all_runs_drawn_or_not(
    lhs: Explored,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Explored, "sample", lambda self: np.arange(0, len(self.runs), 2))
    selection = ranges.Selection(lhs, (Range("claims", 1.0, 1.0), Range("control", 0.0, 0.5)))
    wanted = (lhs.runs["claims"] == "strategic") & lhs.runs["control"].between(0.0, 0.5)
    assert selection.inside.tolist() == wanted.tolist()
    assert selection.count == wanted.sum() > 0
    assert selection.drawn == wanted[::2].sum() < selection.count
    assert not ranges.Selection(lhs, ())


def test_a_range_is_told_in_words(lhs: Explored) -> None:  # noqa: F811
    assert ranges.told(lhs, Range("claims", 0.0, 0.0)) == "claims: sincere"
    assert ranges.told(lhs, Range("control", 0.25, 0.5)).startswith("control from 0.25 to 0.5")

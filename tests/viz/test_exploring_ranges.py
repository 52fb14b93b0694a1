"""Ranges that select runs: what a link carries of them, what a drag makes of them, and which runs are in them."""

import numpy as np
import pytest

from tests.viz.test_exploring_analyses import lhs, place  # noqa: F401
from viz.exploring import pictures, ranges
from viz.exploring.address import MOST_RANGES, Address, Range, read_address
from viz.exploring.brushing import summary
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


def test_lines_outside_a_range_that_is_not_drawn_are_faint(lhs: Explored) -> None:  # noqa: F811
    within = ranges.inside(lhs, [Range("claims", 1.0, 1.0)])
    bright, faint = pictures.parallel(lhs, ["control", "lag"], "lag", False, within)["series"]
    control = np.array([line[0] for line in bright["data"]])
    assert control == pytest.approx(lhs.runs["control"][within].to_numpy(), rel=1e-3)
    assert len(faint["data"]) == (~within).sum() > 0
    assert faint["activeOpacity"] == faint["lineStyle"]["opacity"] == bright["inactiveOpacity"]


def test_a_selection_among_many_runs_counts_those_that_are_not_drawn(
    lhs: Explored,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wide = lhs.runs.sample(12_000, replace=True, random_state=1).reset_index(drop=True)
    wide["control"] = np.linspace(0.0, 0.9, len(wide))
    many = Explored("many", lhs.data, "many")
    monkeypatch.setitem(many.__dict__, "runs", wide)
    selection = ranges.Selection(many, (Range("control", 0.3, 0.6), Range("claims", 0.0, 0.0)))
    wanted = (wide["control"].between(0.3, 0.6) & (wide["claims"] == "sincere")).to_numpy()
    assert np.array_equal(selection.inside, wanted)
    assert selection.count > 1_500
    assert len(many.sample()) == 3_000
    assert 0 < selection.drawn == wanted[many.sample()].sum() < selection.count
    line = next(one for one in summary(many, np.flatnonzero(selection.inside), ["lag"]))
    assert line["brushed"] == f"{wide['lag'][wanted].mean():.4g}"

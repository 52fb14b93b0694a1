"""Figures as files: three formats, print size, provenance that can be read again, fixed bytes."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sim.report import figure_files, style
from sim.report.bundle import Report
from sim.report.figure_files import as_bytes, read_facts, write_figure

FACTS = {
    "title": "Gap (months) – μ*, a \\ b",
    "sweep_sha256": "ab" * 32,
    "code_sha256": "cd" * 32,
    "parity": "0.1.0",
    "command": "parity report 'x (y)' --out \\z",
}


def figure():  # type: ignore[no-untyped-def]
    made = style.new_figure(3.5, 2.0)
    made.set_layout_engine("constrained")
    axes = made.subplots()
    axes.plot([0, 1, 2], [1, 3, 2])
    axes.scatter(np.arange(9), np.arange(9), rasterized=True)
    style.dress(axes, "Lead μ*", "months")
    return made


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_figure(figure(), tmp_path_factory.mktemp("figures"), "lead", FACTS)


@pytest.mark.parametrize("kind", figure_files.FORMATS)
def test_provenance_is_read_again(written: dict[str, Path], kind: str) -> None:
    assert written[kind].name == f"lead.{kind}"
    assert read_facts(written[kind]) == FACTS


@pytest.mark.parametrize("kind", figure_files.FORMATS)
def test_files_are_the_same_every_time_and_hold_no_date(written: dict[str, Path], kind: str) -> None:
    data = written[kind].read_bytes()
    assert data == as_bytes(figure(), kind, FACTS)
    assert not re.search(rb"CreationDate|ModDate|dc:date|<cc:Date|tIME", data)


def test_print_size(written: dict[str, Path]) -> None:
    with Image.open(written["png"]) as image:
        assert image.size == (1050, 600)
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.5)
    assert re.search(rb"/MediaBox \[ 0 0 252 144 \]", written["pdf"].read_bytes())
    assert b'width="252pt" height="144pt"' in written["svg"].read_bytes()


def test_letters_are_embedded_or_drawn(written: dict[str, Path]) -> None:
    assert b"/FontFile2" in written["pdf"].read_bytes()
    assert b"<text" not in written["svg"].read_bytes()


def test_a_file_of_another_origin_says_nothing(tmp_path: Path) -> None:
    Image.new("RGB", (2, 2)).save(tmp_path / "x.png")
    with pytest.raises(ValueError, match="does not say"):
        read_facts(tmp_path / "x.png")


def test_two_drawings_in_a_page_share_no_name() -> None:
    svg = as_bytes(figure(), "svg", FACTS)
    ids = [set(re.findall(r'\bid="([^"]+)"', figure_files.drawing(svg, "x", name))) for name in ("a", "b")]
    assert ids[0]
    assert not ids[0] & ids[1]
    text = figure_files.drawing(svg, "x", "a")
    used = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', text))
    assert {one or other for one, other in used} <= ids[0]


def test_a_report_refuses_two_figures_of_one_name() -> None:
    report = Report("t", facts={})
    report.figure("x", figure(), caption="c", alternative="a")
    with pytest.raises(ValueError, match="two figures are named 'x'"):
        report.figure("x", figure(), caption="c", alternative="a")


def test_a_report_replaces_only_its_own_kind(tmp_path: Path) -> None:
    from sim.recording.store import StoreError

    report = Report("t", facts={"parity": "0.1.0"})
    page = report.save(tmp_path / "r")
    with pytest.raises(StoreError, match="exists"):
        report.save(tmp_path / "r")
    assert report.save(tmp_path / "r", force=True) == page
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "letter.txt").write_text("mine")
    with pytest.raises(StoreError, match="holds no run"):
        report.save(tmp_path / "own", force=True)


def test_a_report_shows_itself_in_a_notebook() -> None:
    report = Report("A & B", facts={})
    report.page.text('"quoted"')
    shown = report._repr_html_()
    assert shown.startswith("<iframe srcdoc=")
    assert "&amp;quot;quoted&amp;quot;" in shown
    assert io.StringIO(shown).read().count("<iframe") == 1

"""Pages: well-formed, self-contained, escaped, the same bytes every time."""

import re

import pandas as pd
import pytest

from sim.report import Page, style
from sim.report.figure_files import as_bytes
from sim.report.markup import inline, words
from sim.report.tables_out import Column, Table
from tests.report.pages import Reader


@pytest.fixture(scope="module")
def svg() -> bytes:
    figure = style.new_figure(3.5, 2.0)
    axes = figure.subplots()
    axes.plot([0, 1, 2], [1, 3, 2], color=style.BLUE)
    axes.scatter([0, 1], [1, 2], rasterized=True)
    style.dress(axes, "Lead", "months")
    return as_bytes(figure, "svg", {"title": "Lead"})


def page(svg: bytes) -> Page:
    made = Page("Is <b>this</b> & *that* so?", lead="In **short**: `a<b`", kicker="test", footer="the end")
    made.section("First", key="first")
    made.text(
        "See [the figure](#curve), [Oakley](https://doi.org/10.1111/j.1467-9868.2004.05304.x).", "2 < 3 & 4"
    )
    made.bullets(["one", "*two*"])
    made.section("Inside", level=3)
    made.facts({"Design <1>": "a **grid**"})
    for kind in ("note", "warning", "verdict"):
        made.box(kind, f"A {kind}", ["x", "y"] if kind == "note" else "x < y")
    made.figure(svg, caption="A *curve*", alternative='It "rises" & falls', key="curve", width=3.5)
    made.figure(svg, caption="The same again", alternative="again", files=["figures/x.pdf"])
    frame = pd.DataFrame(
        {"name": ["b_1", "a"], "size": [0.5, float("nan")], "low": [0.4, 0.1], "high": [0.6, 0.2]}
    )
    columns = (Column("name", "Name", code=True), Column("size", "Size", "months", low="low", high="high"))
    made.table(Table(frame, columns, caption="Sizes & such", under="a remark"))
    made.section("Second")
    made.reproduce(["parity sweep x.toml --out y"], {"Parity": "0.1.0", "empty": ""}, {"x.toml": "a = '<b>'"})
    return made


def test_a_page_is_well_formed_and_holds_all_it_shows(svg: bytes) -> None:
    read = Reader(page(svg).html())
    assert all(address.startswith(("#", "data:")) for address in read.loaded)
    assert read.loaded, "drawings refer to their own parts"
    targets = [link[1:] for link in read.links if link.startswith("#")]
    assert set(targets) <= set(read.ids)
    assert {"first", "curve", "reproduce"} <= set(targets)
    assert "script" not in {tag for tag, held in read.attributes if held.get("src")}
    assert not re.search(r"url\((?!#)|@import", page(svg).html())


def test_texts_are_escaped_and_marked_up(svg: bytes) -> None:
    html = page(svg).html()
    assert "<h1>Is &lt;b&gt;this&lt;/b&gt; &amp; <em>that</em> so?</h1>" in html
    assert "In <strong>short</strong>: <code>a&lt;b</code>" in html
    assert "a = &#x27;&lt;b&gt;&#x27;" in html
    assert 'aria-label="It &quot;rises&quot; &amp; falls"' in html
    words_ = Reader(html).words()
    assert "2 < 3 & 4" in words_
    assert "empty" not in words_


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("3 * 4 * 5 and a*b*c", "3 * 4 * 5 and a*b*c"),
        ("*a* (*b*)", "<em>a</em> (<em>b</em>)"),
        ("`**x**` **`y`**", "<code>**x**</code> <strong><code>y</code></strong>"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("[x](javascript:y)", "[x](javascript:y)"),
        ("[x](data:text/html,y)", "[x](data:text/html,y)"),
        ("[x](figures/a-b.pdf)", '<a href="figures/a-b.pdf">x</a>'),
        ("0.6 [0.5, 0.7] (see)", "0.6 [0.5, 0.7] (see)"),
        ("`export_control.strength`", "<code>export_<wbr>control.<wbr>strength</code>"),
        ("\"<>&'", "&quot;&lt;&gt;&amp;&#x27;"),
    ],
)
def test_markup(text: str, html: str) -> None:
    assert inline(text) == html


def test_words_leave_the_markup_out() -> None:
    assert words("**a** `b_c` *d* [e](#f) 2*3") == "a b_c d e 2*3"


def test_sections_are_numbered_apart_and_listed() -> None:
    made = Page("t")
    assert [made.section(title) for title in ("Über & so", "Über & so", "top", "")] == [
        "ber-so",
        "ber-so-2",
        "top-2",
        "part",
    ]
    made.section("deep", level=3)
    made.section("after")
    read = Reader(made.html())
    assert read.links == ["#main", "#ber-so", "#ber-so-2", "#top-2", "#part", "#deep", "#after"]
    assert read.tags.count("section") == 6


def test_a_first_section_may_be_deep() -> None:
    made = Page("t")
    made.section("deep", level=3)
    made.section("high")
    Reader(made.html())


def test_tables_can_be_sorted_with_the_keyboard(svg: bytes) -> None:
    read = Reader(page(svg).html())
    headings = [held for tag, held in read.attributes if tag == "th" and held.get("scope") == "col"]
    assert [held["aria-sort"] for held in headings] == ["none", "none"]
    assert read.tags.count("button") == len(headings)
    values = [held["data-value"] for tag, held in read.attributes if "data-value" in held]
    assert values == ["b_1", "0.5", "a", "nan"]


def test_the_page_follows_light_dark_and_paper(svg: bytes) -> None:
    html = page(svg).html()
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html
    assert "var(--figure-ink,#222222)" in html
    assert "<metadata>" not in html


def test_a_page_is_the_same_every_time(svg: bytes) -> None:
    assert page(svg).html() == page(svg).html()


def test_pictures_can_be_pixels() -> None:
    figure = style.new_figure(1.0, 1.0)
    made = Page("t")
    made.figure(as_bytes(figure, "png", {}), caption="c", alternative="a & b")
    read = Reader(made.html())
    (image,) = [held for tag, held in read.attributes if tag == "img"]
    assert image["alt"] == "a & b"
    assert str(image["src"]).startswith("data:image/png;base64,iVBOR")

"""Figures as files for print, and as drawings inside a page.

Every figure is written as PDF, SVG and PNG at its print size. Letters are embedded (PDF), drawn as outlines (SVG)
or have 300 dots an inch (PNG). Where a figure comes from is in the metadata of each file, in the same words, and
:func:`read_facts` reads it back. No file holds a date: the same data give the same bytes.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report import style
from sim.report.markup import escape

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Widths of one and of two columns of a journal, inches.
SINGLE, DOUBLE = 3.5, 7.2
PRINT_DPI = 300
#: Dots an inch of dense clouds and maps inside a drawing, which pages hold too.
DRAWING_DPI = 150
FORMATS = ("pdf", "svg", "png")
#: Colours of a figure that follow the page's, light or dark: CSS variables of ``assets/page.css``.
PAGE_COLOURS = {
    style.INK: "--figure-ink",
    style.GREY: "--figure-grey",
    style.FAINT: "--figure-faint",
    "#ffffff": "--figure-paper",
}


def write_figure(
    figure: Figure, folder: Path, name: str, facts: Mapping[str, Any], formats: tuple[str, ...] = FORMATS
) -> dict[str, Path]:
    """Write ``figure`` as ``folder/NAME.pdf``, ``.svg`` and ``.png``; returns the files by format.

    ``facts`` say where the figure comes from (title, digests, version, command): plain values, written as JSON.
    """
    from sim.recording.store import write_bytes

    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for kind in formats:
        written[kind] = folder / f"{name}.{kind}"
        write_bytes(as_bytes(figure, kind, facts), written[kind])
    return written


def settle(figure: Figure) -> None:
    """Lay a figure out once and for all, so that it is the same in every format and drawn faster."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
        figure.set_layout_engine("none")


def as_bytes(figure: Figure, kind: str, facts: Mapping[str, Any]) -> bytes:
    """Bytes of a figure in one of :data:`FORMATS`."""
    import matplotlib

    settle(figure)
    held = io.BytesIO()
    options: dict[str, Any] = {
        "metadata": _metadata(kind, facts),
        "dpi": DRAWING_DPI if kind == "svg" else PRINT_DPI,
    }
    if kind == "png":
        options["pil_kwargs"] = {"compress_level": 6}
    # The salt fixes the names inside an SVG, which otherwise are random; fonttype 42 keeps letters letters.
    fixed: Any = {"svg.hashsalt": "parity", "svg.fonttype": "path", "pdf.fonttype": 42, "pdf.compression": 6}
    with matplotlib.rc_context(fixed):
        figure.savefig(held, format=kind, **options)
    return held.getvalue()


def read_facts(path: str | Path) -> dict[str, Any]:
    """Read where a figure comes from out of its file; ValueError if the file says nothing."""
    file = Path(path)
    told = {"pdf": _pdf_facts, "svg": _svg_facts, "png": _png_facts}[file.suffix.lstrip(".")](file)
    if not told:
        raise ValueError(f"{file} does not say where it comes from")
    facts: dict[str, Any] = json.loads(told)
    return facts


def drawing(svg: bytes, alternative: str, prefix: str) -> str:
    """An SVG file as an element of a page.

    Names inside get ``prefix``, since they must be unique in a page; ink, grey and paper become the page's, so that
    the drawing is readable in the dark; letters are part of the drawing and need no font.
    """
    text = svg.decode()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r">\s+<", "><", text)
    used = set(re.findall(r'href="#([^"]+)"', text)) | set(re.findall(r"url\(#([^)]+)\)", text))
    text = re.sub(
        r' id="([^"]+)"', lambda found: f' id="{prefix}-{found[1]}"' if found[1] in used else "", text
    )
    text = re.sub(r'(xlink:href|href)="#([^"]+)"', rf'\1="#{prefix}-\2"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", text)
    for colour, variable in PAGE_COLOURS.items():
        text = re.sub(rf"{colour}\b", f"var({variable},{colour})", text)
    # Presentation attributes take no variables, style does; Matplotlib writes style but for the root's size.
    head = re.sub(r'\s(width|height)="[^"]*"', "", text[: text.index(">")])
    head = f'{head} role="img" aria-label="{escape(alternative)}"'
    return (head + text[text.index(">") :]).strip()


def _metadata(kind: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    title = str(facts.get("title", "Parity"))
    maker = f"Parity {facts.get('parity', '')}".strip()
    told = json.dumps(dict(facts), sort_keys=True)
    keywords = [f"{key} {value}" for key, value in facts.items() if key.endswith("sha256")]
    if kind == "pdf":
        return {
            "Title": title, "Subject": told, "Creator": maker, "Keywords": ", ".join(keywords),
            "CreationDate": None, "ModDate": None,
        }  # fmt: skip
    if kind == "svg":
        return {"Title": title, "Description": told, "Creator": maker, "Keywords": keywords, "Date": None}
    return {"Title": title, "Description": told, "Software": maker}


def _pdf_facts(file: Path) -> str:
    # The dictionary of a PDF's facts is not compressed; JSON in ASCII makes its text a literal string.
    found = re.search(rb"/Subject \(((?:\\.|[^\\()])*)\)", file.read_bytes(), flags=re.DOTALL)
    return re.sub(rb"\\(.)", rb"\1", found[1]).decode("ascii") if found else ""


def _svg_facts(file: Path) -> str:
    from xml.etree import ElementTree

    found = ElementTree.parse(file).find(".//{http://purl.org/dc/elements/1.1/}description")
    return (found.text or "") if found is not None else ""


def _png_facts(file: Path) -> str:
    from PIL import Image

    with Image.open(file) as image:
        return str(image.info.get("Description", ""))

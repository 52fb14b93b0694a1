"""A page: one HTML file that holds all it shows, reads well in the light, in the dark, on paper and on a phone.

Nothing in it is loaded from anywhere: style, a few lines of script (tables sort themselves) and drawings are inside.
The same content gives the same bytes. The page knows nothing of what it reports; sweeps and studies fill it::

    page = Page("What copying changes", lead="A sweep of 512 runs")
    page.section("Findings")
    page.text("The lead falls by **0.4 months** (see [the curves](#curves)).")
    page.box("warning", "Not finished", "3 of 512 runs failed.")
    page.save("report.html")
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from sim.report.figure_files import DOUBLE, drawing
from sim.report.markup import breakable, code, escape, inline, words
from sim.report.tables_out import Table

BoxKind = Literal["note", "warning", "verdict"]
#: Width on the screen of an inch on paper: letters of 6.5 points in print are 12 pixels high.
PIXELS_PER_INCH = 130
#: Narrowest a figure is shown; narrower screens scroll it sideways.
LEAST_PIXELS_PER_INCH = 88


class Page:
    """A page that grows from top to bottom.

    Texts take the markup of :mod:`sim.report.markup`; everything else in them is shown as it is written.

    Parameters
    ----------
    title
        Heading of the page.
    lead
        A sentence or two below it.
    kicker
        A few words above it: what kind of page this is.
    footer
        A line at the end.

    """

    def __init__(self, title: str, *, lead: str = "", kicker: str = "", footer: str = "") -> None:
        self.title, self.lead, self.kicker, self.footer = title, lead, kicker, footer
        self._body: list[str] = []
        self._open: list[int] = []
        self._contents: list[tuple[int, str, str]] = []
        self._ids: set[str] = {"top", "main"}
        self._figures = self._tables = 0

    # -- words -------------------------------------------------------------------------------------------------

    def section(self, title: str, *, level: int = 2, key: str = "") -> str:
        """Begin a section (level 2) or a part of one (3); returns its id, the target of links."""
        while self._open and self._open[-1] >= level:
            self._open.pop()
            self._body.append("</section>")
        name = self._id(key or title)
        self._open.append(level)
        self._contents.append((level, name, words(title)))
        self._body.append(
            f'<section id="{name}" aria-labelledby="{name}-title">\n'
            f'<h{level} id="{name}-title">{inline(title)}</h{level}>'
        )
        return name

    def text(self, *paragraphs: str) -> None:
        """Add paragraphs."""
        self._body += [f"<p>{inline(paragraph)}</p>" for paragraph in paragraphs if paragraph]

    def bullets(self, points: Iterable[str]) -> None:
        """Add a list."""
        self._body.append(_bullets(points))

    def facts(self, facts: Mapping[str, str]) -> None:
        """Add a list of terms and what is said about each; the texts take markup."""
        if lines := "".join(f"<dt>{escape(key)}</dt><dd>{inline(text)}</dd>" for key, text in facts.items()):
            self._body.append(f'<dl class="facts">{lines}</dl>')

    def box(self, kind: BoxKind, title: str, text: str | Sequence[str]) -> None:
        """Add a box that stands out: a ``note``, a ``warning`` or a ``verdict``; a sequence becomes a list."""
        inside = f"<p>{inline(text)}</p>" if isinstance(text, str) else _bullets(text)
        self._body.append(
            f'<aside class="box {kind}" role="note" aria-label="{kind}">'
            f'<p class="name">{inline(title)}</p>{inside}</aside>'
        )

    def commands(self, lines: Iterable[str]) -> None:
        """Add a block of commands or code."""
        self._body.append(f"<pre><code>{escape(chr(10).join(lines))}</code></pre>")

    def folded(self, summary: str, text: str) -> None:
        """Add a long text as it is, such as a file, folded behind a line that opens it."""
        self._body.append(
            f'<details class="fold"><summary>{inline(summary)}</summary>'
            f"<pre><code>{escape(text)}</code></pre></details>"
        )

    def reproduce(
        self, commands: Iterable[str], facts: Mapping[str, object], files: Mapping[str, str] | None = None
    ) -> None:
        """Add the section "How to reproduce": commands, versions and digests, and files as they were."""
        self.section("How to reproduce", key="reproduce")
        self.commands(commands)
        self.facts({key: code(value) for key, value in facts.items() if value not in (None, "")})
        for name, text in (files or {}).items():
            self.folded(name, text)

    # -- figures and tables ------------------------------------------------------------------------------------

    def figure(
        self,
        image: bytes,
        *,
        caption: str,
        alternative: str,
        key: str = "",
        width: float = DOUBLE,
        files: Iterable[str] = (),
    ) -> str:
        """Add a figure; returns its id.

        Parameters
        ----------
        image
            An SVG or PNG file.
        caption
            Words below; a number goes before them.
        alternative
            What the figure shows, for those who cannot see it.
        key
            Wish for the id.
        width
            Width in print, inches.
        files
            Files beside the page to link: the figure for print.

        """
        self._figures += 1
        name = self._id(key or f"figure-{self._figures}")
        limits = f"max-width:{width * PIXELS_PER_INCH:.0f}px;min-width:{width * LEAST_PIXELS_PER_INCH:.0f}px"
        if image.startswith(b"\x89PNG"):
            data = base64.b64encode(image).decode()
            shown = f'<img alt="{escape(words(alternative))}" src="data:image/png;base64,{data}">'
            kind = "drawing raster"
        else:
            shown, kind = drawing(image, words(alternative), name), "drawing"
        self._body.append(
            f'<figure id="{name}"><div class="scroll"><div class="{kind}" style="{limits}">{shown}</div></div>'
            f"<figcaption><b>Figure {self._figures}.</b> {inline(caption)}{_files(files)}</figcaption></figure>"
        )
        return name

    def table(self, table: Table, *, key: str = "", files: Iterable[str] = ()) -> str:
        """Add a table whose headings sort it; returns its id. ``files`` as in :meth:`figure`."""
        self._tables += 1
        name = self._id(key or f"table-{self._tables}")
        self._body.append(f'<div id="{name}">{table.html(self._tables, _files(files))}</div>')
        return name

    # -- the file ----------------------------------------------------------------------------------------------

    def html(self) -> str:
        """The page."""
        body = "\n".join([*self._body, *("</section>" for _ in self._open)])
        kicker = f'<p class="kicker">{inline(self.kicker)}</p>' if self.kicker else ""
        lead = f'<p class="lead">{inline(self.lead)}</p>' if self.lead else ""
        return (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(words(self.title))}</title>\n"
            f"<style>\n{_asset('page.css')}</style>\n</head>\n<body>\n"
            '<a class="skip" href="#main">Skip to the content</a>\n<div class="frame">\n'
            f'<header class="top" id="top">{kicker}<h1>{inline(self.title)}</h1>{lead}</header>\n'
            f'<div class="layout">\n{self._navigation()}\n<main id="main">\n{body}\n</main>\n</div>\n'
            f"<footer>{inline(self.footer)}</footer>\n</div>\n"
            f"<script>\n{_asset('page.js')}</script>\n</body>\n</html>\n"
        )

    def save(self, path: str | Path) -> Path:
        """Write the page to a file; returns the file."""
        from sim.recording.store import write_bytes

        file = Path(path)
        write_bytes(self.html().encode(), file)
        return file

    def _navigation(self) -> str:
        lines: list[str] = []
        level = 2
        for depth, name, title in self._contents:
            depth = min(max(depth, 2), 3) if lines else 2
            if depth > level:
                lines.append("<ul>")
            elif lines:
                lines.append("</li>" if depth == level else "</li></ul></li>")
            lines.append(f'<li><a href="#{name}">{breakable(title)}</a>')
            level = depth
        if lines:
            lines.append("</li></ul></li>" if level == 3 else "</li>")
        return (
            '<nav class="contents" aria-label="Contents"><details open><summary>Contents</summary>'
            f"<ul>{''.join(lines)}</ul></details></nav>"
        )

    def _id(self, wish: str) -> str:
        """A name that no other element of the page has, made of letters, digits and hyphens."""
        base = re.sub(r"[^a-z0-9]+", "-", words(wish).lower()).strip("-") or "part"
        name, number = base, 1
        while name in self._ids:
            number += 1
            name = f"{base}-{number}"
        self._ids.add(name)
        return name


def _bullets(points: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{inline(point)}</li>' for point in points)}</ul>"


def _files(files: Iterable[str]) -> str:
    links: list[Any] = [
        f'<a href="{escape(file)}">{escape(file.rpartition(".")[2].upper())}</a>' for file in files
    ]
    return f' <span class="files">{" · ".join(links)}</span>' if links else ""


def _asset(name: str) -> str:
    return (resources.files("sim.report") / "assets" / name).read_text(encoding="utf-8")

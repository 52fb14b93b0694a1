"""A report: a page with its figures and tables, and the folder they are written to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report import figure_files
from sim.report.page import Page
from sim.report.tables_out import Table, write_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMAT = "parity-report/1"
PAGE = "report.html"


@dataclass(frozen=True)
class Drawn:
    """A figure of a report, under its name, with its provenance."""

    figure: Figure
    facts: Mapping[str, Any]

    @cached_property
    def svg(self) -> bytes:
        """The figure as SVG, drawn once for page and file."""
        return figure_files.as_bytes(self.figure, "svg", self.facts)

    @property
    def width(self) -> float:
        """Width in print, inches."""
        return float(self.figure.get_figwidth())


class Report:
    """A page whose figures and tables are also files for print.

    Parameters
    ----------
    title, lead, kicker, footer
        As of :class:`~sim.report.page.Page`.
    facts
        Where everything in the report comes from: digests, version, command. Written into the metadata of each figure
        and table and into the manifest; values are plain (texts, numbers, lists of them).

    Attributes
    ----------
    page
        The page; fill it with its own methods, and with :meth:`figure` and :meth:`table` of the report.
    figures, tables
        What has been added, by name.
    findings
        Sentences of the report that were derived from results, in order: what a reader takes away.

    """

    def __init__(
        self,
        title: str,
        *,
        facts: Mapping[str, Any],
        lead: str = "",
        kicker: str = "",
        footer: str = "",
    ) -> None:
        self.page = Page(title, lead=lead, kicker=kicker, footer=footer)
        self.facts = dict(facts)
        self.figures: dict[str, Drawn] = {}
        self.tables: dict[str, Table] = {}
        self.findings: list[str] = []

    def figure(self, name: str, figure: Figure, *, caption: str, alternative: str) -> str:
        """Add a Matplotlib figure to the page and to the files; returns its id in the page."""
        if name in self.figures:
            raise ValueError(f"two figures are named {name!r}")
        from sim.report.markup import words

        self.figures[name] = drawn = Drawn(figure, {"title": words(caption), **self.facts})
        files = [f"figures/{name}.{kind}" for kind in figure_files.FORMATS]
        return self.page.figure(
            drawn.svg, caption=caption, alternative=alternative, key=name, width=drawn.width, files=files
        )

    def table(self, name: str, table: Table, *, show: bool = True) -> str:
        """Add a table to the files and, with ``show``, to the page; returns its id in the page."""
        if name in self.tables:
            raise ValueError(f"two tables are named {name!r}")
        self.tables[name] = Table(
            table.frame, table.columns, table.caption, table.under, {**self.facts, **table.facts}
        )
        files = [f"tables/{name}.csv", f"tables/{name}.tex"]
        return self.page.table(table, key=name, files=files) if show else ""

    def say(self, *sentences: str) -> None:
        """Add sentences derived from results, as one paragraph; they are kept in :attr:`findings` too."""
        told = [sentence for sentence in sentences if sentence]
        self.findings += told
        self.page.text(" ".join(told))

    def save(self, directory: str | Path, *, force: bool = False, command: str | None = None) -> Path:
        """Write the report to a folder, whole or not at all; returns the page's file.

        The folder holds ``report.html``, ``figures/NAME.pdf|svg|png``, ``tables/NAME.csv|tex`` and ``manifest.json``.
        With ``force`` an earlier report (or run, or comparison) in the folder is replaced; anything else never is.
        ``command`` is noted in the manifest, and nowhere else: files depend on what is reported, not on where.
        """
        from sim.recording import store

        target = Path(directory)
        with store.folder(target, force) as folder:
            self.page.save(folder / PAGE)
            for name, drawn in self.figures.items():
                others = tuple(kind for kind in figure_files.FORMATS if kind != "svg")
                figure_files.write_figure(drawn.figure, folder / "figures", name, drawn.facts, others)
                store.write_bytes(drawn.svg, folder / "figures" / f"{name}.svg")
            for name, table in self.tables.items():
                write_table(table, folder / "tables", name)
            files = sorted(path for path in folder.rglob("*") if path.is_file())
            manifest = {
                "format": FORMAT,
                "title": self.page.title,
                "facts": self.facts,
                "findings": self.findings,
                "tables": {name: _headings(table) for name, table in self.tables.items()},
                "files": {path.relative_to(folder).as_posix(): store.digest(path) for path in files},
            }
            if command is not None:
                manifest["command"] = command
            store.write_json(manifest, folder / store.MANIFEST)
        return target / PAGE

    def _repr_html_(self) -> str:
        """Show the page in a notebook, in a frame of its own."""
        from sim.report.markup import escape

        return (
            f'<iframe srcdoc="{escape(self.page.html())}" title="{escape(self.page.title)}" '
            'style="width:100%;height:800px;border:1px solid #ccc"></iframe>'
        )


def _headings(table: Table) -> dict[str, dict[str, str]]:
    """Heading and unit of every shown column, since a CSV file has no place for them."""
    return {each.name: {"heading": each.heading, "unit": each.unit} for each in table.shown}

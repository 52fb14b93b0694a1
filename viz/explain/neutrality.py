"""What Parity does not claim: the README's own words, so that there is one source of them."""

from __future__ import annotations

import functools
import re
from importlib import metadata
from pathlib import Path

import markdown

from sim.scenario.catalogue import parameters

#: Sections of the README that are shown.
TITLES = ("Neutrality", "What this cannot say")
LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]*\)")


def readme() -> str:
    """The README: of the checkout, else what the installed package carries of it."""
    beside = Path(__file__).parents[2] / "README.md"
    if beside.is_file():
        return beside.read_text(encoding="utf-8")
    return str(metadata.metadata("parity-sim").get_payload())


@functools.cache
def section(title: str) -> str:
    """A section of the README as Markdown; links to other files of the project become plain words."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", readme(), re.DOTALL | re.MULTILINE)
    if found is None:
        raise LookupError(f"the README has no section {title!r}")
    return LINK.sub(r"\1", found[1]).strip()


def as_html(text: str) -> str:
    """Markdown of our own as HTML."""
    return markdown.markdown(text, output_format="html")


def assumed() -> str:
    """How many parameters are assumptions, counted."""
    held = list(parameters())
    count = sum("assumption" in each.status_text for each in held)
    return f"Of the {len(held)} parameters of this version {count} are assumptions; the table of parameters marks them."

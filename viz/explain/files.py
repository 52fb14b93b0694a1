"""What 'About the model' gives to take home: the week as a picture, the mechanisms as a page and as Markdown."""

from __future__ import annotations

import html
import re
import textwrap

from viz import theme
from viz.explain import document
from viz.explain.docstrings import REFERENCE, modules
from viz.explain.week import steps

#: Boxes of the picture: how many side by side, their size, and the space between them.
ACROSS, WIDE, HIGH, GAP = 4, 250, 116, 34
STYLE = """
body{font:1rem/1.5 Roboto,'Segoe UI','DejaVu Sans',sans-serif;max-width:72rem;margin:1rem auto;padding:0 1rem}
table{border-collapse:collapse;font-size:.85rem}th,td{text-align:left;vertical-align:top;padding:3px 8px;
border-bottom:1px solid #bbb}code{background:#eee;padding:0 3px}summary h3{display:inline}
.parity-note{font-size:.85rem;color:#555}ol.parity-week{columns:2}"""


def week_svg() -> str:
    """The week as a picture of boxes with arrows, to be printed or put on a slide."""
    found = steps()
    rows = -(-len(found) // ACROSS)
    width, height = ACROSS * (WIDE + GAP) + GAP // 2, rows * (HIGH + GAP) + GAP // 2 + 24
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="t d" font-family="{html.escape(theme.FONT)}">',
        '<title id="t">One week of the model</title>',
        f'<desc id="d">{html.escape("; ".join(f"{n} {each.title}" for n, each in enumerate(found, 1)))}</desc>',
        '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        f'<path d="M0 0 8 4 0 8z" fill="{theme.grey(False)}"/></marker></defs>',
        f'<rect width="100%" height="100%" fill="{theme.paper(False)}"/>',
    ]
    for number, each in enumerate(found):
        row, column = divmod(number, ACROSS)
        x, y = GAP // 2 + column * (WIDE + GAP), GAP // 2 + row * (HIGH + GAP)
        parts.append(_box(number + 1, each.title, each.summary, each.mechanisms, x, y))
        if number + 1 < len(found):
            parts.append(_arrow(x, y, column))
    note = "Parity. Each phase sees everything that the ones before it did; made from the model's code."
    parts.append(
        f'<text x="{GAP // 2}" y="{height - 10}" font-size="11" fill="{theme.grey(False)}">{note}</text></svg>'
    )
    return "\n".join(parts)


def _box(number: int, title: str, summary: str, mechanisms: tuple[str, ...], x: int, y: int) -> str:
    ink, grey = theme.ink(False), theme.grey(False)
    lines = textwrap.wrap(re.sub(r"``(.+?)``", r"\1", summary), 42)[:3]
    named = textwrap.wrap(", ".join(mechanisms).replace("_", " "), 44)[:2]
    rows = [
        f'<text x="{x + 10}" y="{y + 20}" font-size="14" font-weight="600" fill="{ink}">{number}  '
        f"{html.escape(title)}</text>"
    ]
    rows += [f'<text x="{x + 10}" y="{y + 39 + 15 * k}" font-size="11.5" fill="{ink}">{html.escape(line)}</text>'
             for k, line in enumerate(lines)]  # fmt: skip
    rows += [f'<text x="{x + 10}" y="{y + HIGH - 8 - 14 * (len(named) - 1 - k)}" font-size="11" font-style="italic" '
             f'fill="{grey}">{html.escape(line)}</text>' for k, line in enumerate(named)]  # fmt: skip
    frame = f'<rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="6" fill="none" stroke="{grey}"/>'
    return frame + "".join(rows)


def _arrow(x: int, y: int, column: int) -> str:
    """To the box at the right; from the last of a row to the first of the next."""
    if column < ACROSS - 1:
        path = f"M{x + WIDE} {y + HIGH // 2}h{GAP - 2}"
    else:
        first = GAP // 2 + WIDE // 2
        path = f"M{x + WIDE // 2} {y + HIGH}v{GAP // 2}H{first}v{GAP // 2 - 2}"
    return (
        f'<path d="{path}" fill="none" stroke="{theme.grey(False)}" stroke-width="1.5" marker-end="url(#a)"/>'
    )


def page_html() -> str:
    """Everything that the page shows, as one file that needs nothing else."""
    body = document.document().replace("<details ", "<details open ")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Parity: about the model</title>'
        f"<style>{STYLE}</style></head><body><main><h1>Parity: about the model</h1>{body}</main></body></html>"
    )


def equations_markdown() -> str:
    """Each mechanism with its docstring, as Markdown; formulas as they stand in the code."""
    parts = ["# Mechanisms of Parity", "", "From the docstrings of `sim.mechanisms`."]
    for module in modules():
        parts += ["", f"## {module.name}", "", _markdown(module.doc)]
        for each in module.functions:
            parts += [
                "",
                f"### {each.name}",
                "",
                f"`{each.signature}`",
                "",
                _markdown(each.doc),
                "",
                f"`{each.place}`",
            ]
    return "\n".join(parts) + "\n"


def _markdown(doc: str) -> str:
    plain = REFERENCE.sub(lambda found: f"`{found[1].rsplit('.', 1)[-1]}`", doc)
    return re.sub(r"``(.+?)``", lambda found: f"`{' '.join(found[1].split())}`", plain, flags=re.DOTALL)

"""A little markup for sentences in reports: everything else is escaped.

``**strong**``, ``*emphasis*``, ```code```, ``[words](target)``. Targets are places in the page (``#id``), files
beside it, and addresses on the web; links are followed by readers only, never loaded by the page.
"""

from __future__ import annotations

import html
import re

_PIECES = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|\[(?P<words>[^\[\]]+)\]\((?P<target>[^()\s]+)\)"
    r"|\*\*(?P<strong>\S(?:.*?\S)?)\*\*"
    r"|(?<![\w*])\*(?P<emphasis>[^\s*](?:[^*]*[^\s*])?)\*(?![\w*])"
)
_TARGET = re.compile(r"(?:https?://|#|(?:[A-Za-z0-9_.-]+/)*[A-Za-z0-9_.-]+\Z)")


def escape(text: object) -> str:
    """Text as HTML, also inside an attribute."""
    return html.escape(str(text), quote=True)


def inline(text: str) -> str:
    """A sentence with its markup as HTML."""
    done, parts = 0, []
    for piece in _PIECES.finditer(text):
        parts.append(escape(text[done : piece.start()]))
        parts.append(_element(piece))
        done = piece.end()
    return "".join([*parts, escape(text[done:])])


def code(text: object) -> str:
    """Markup for text to be shown as code, whatever it holds."""
    return f"`{str(text).replace('`', chr(39))}`"


def words(text: str) -> str:
    """The sentence without its markup, for alternatives of figures and for titles."""
    return _PIECES.sub(lambda piece: next(filter(None, (piece[k] for k in _SHOWN))), text)


_SHOWN = ("code", "words", "strong", "emphasis")


def breakable(text: str) -> str:
    """A long name as HTML that may break after a dot, an underscore or a slash."""
    return re.sub(r"(?<=[._/])(?=[^._/])", "<wbr>", escape(text)) if len(text) > 12 else escape(text)


def _element(piece: re.Match[str]) -> str:
    if piece["code"]:
        return f"<code>{breakable(piece['code'])}</code>"
    if piece["words"]:
        if not _TARGET.match(piece["target"]):
            return escape(piece[0])
        return f'<a href="{escape(piece["target"])}">{escape(piece["words"])}</a>'
    if piece["strong"]:
        return f"<strong>{inline(piece['strong'])}</strong>"
    return f"<em>{escape(piece['emphasis'])}</em>"

"""What is wrong with a scenario, or with a file that builds on scenarios, said so that it can be put right."""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any


@dataclasses.dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where."""

    file: str
    """File that set the key, or ``--set`` for an override."""
    key: str
    """Key path, for instance ``labs.cn-open-1.compute`` or ``events[2].lab``."""
    found: str
    allowed: str
    hint: str = ""
    line: int | None = None
    """Line of the file, where it is known."""
    of: str = "scenario"
    """What the key belongs to: ``scenario``, ``sweep`` or ``study``."""

    def __str__(self) -> str:
        """Return the problem as a short block of text."""
        lines = [self.key or "(file)", f"  found:   {self.found}"]
        if self.allowed:
            lines.append(f"  allowed: {self.allowed}")
        if self.hint:
            lines.append(f"  hint:    {self.hint}")
        return "\n".join(lines)

    @property
    def place(self) -> str:
        """File and, where it is known, line."""
        return f"{self.file}:{self.line}" if self.line else self.file


class ScenarioError(Exception):
    """A scenario, sweep or study that cannot be used; ``problems`` lists all that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Take the problems; the message is made from them."""
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Return all problems, grouped by what they are in and by file."""
        blocks = []
        for heading, problems in self.grouped():
            blocks.append(heading)
            file = None
            for problem in problems:
                if problem.file != file:
                    file = problem.file
                    blocks.append(f"{file}:")
                place = f" (line {problem.line})" if problem.line else ""
                head, _, rest = str(problem).partition("\n")
                blocks.append("\n".join(f"  {line}" for line in (head + place + "\n" + rest).splitlines()))
        return "\n".join(blocks)

    def grouped(self) -> list[tuple[str, list[Problem]]]:
        """Return headings such as ``2 problems in the sweep``, each with its problems, in order."""
        groups: dict[str, list[Problem]] = {}
        for problem in self.problems:
            groups.setdefault(problem.of, []).append(problem)
        return [
            (f"{len(some)} {'problem' if len(some) == 1 else 'problems'} in the {what}", some)
            for what, some in groups.items()
        ]


def belonging_to(what: str, problems: Iterable[Problem]) -> list[Problem]:
    """Return problems as those of a ``sweep`` or ``study``."""
    return [dataclasses.replace(problem, of=what) for problem in problems]


@contextlib.contextmanager
def problems_of(what: str) -> Iterator[None]:
    """Let all problems that are raised inside be those of a ``sweep`` or ``study``."""
    try:
        yield
    except ScenarioError as error:
        raise ScenarioError(belonging_to(what, error.problems)) from None


def show(value: Any, limit: int = 60) -> str:
    """Return a found value as a reader of the file would write it, cut to a line."""
    match value:
        case bool():
            return "true" if value else "false"
        case dict():
            return f"a table ({_cut(', '.join(map(str, value)), limit)})" if value else "an empty table"
        case list() | tuple():
            return f"a list of {len(value)}"
        case int():
            return str(value) if value.bit_length() < 200 else "a whole number of more than 60 digits"
        case float():
            return repr(value)
        case str():
            return f'"{_cut(value, limit)}"'
    return _cut(str(value), limit)


def _cut(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean "..."?`` for the nearest of the known words, or nothing."""
    near = nearest(word, known)
    return f"did you mean {near!r}?".replace("'", '"') if near else ""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word nearest to ``word``, if one is near enough."""
    folded: dict[str, str] = {}
    for name in known:
        folded.setdefault(_fold(name), name)
    close = difflib.get_close_matches(_fold(word), folded, n=1, cutoff=0.65)
    return folded[close[0]] if close else None


def _fold(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")


def key_text(path: Sequence[str | int]) -> str:
    """Return a path as written in messages and overrides: ``events[2].lab``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f"{'.' if text else ''}{part}"
    return text

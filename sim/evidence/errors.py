"""What is wrong with a table of evidence, said so that it can be put right."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable


@dataclasses.dataclass(frozen=True)
class EvidenceProblem:
    """One cell, row or header that cannot be used."""

    file: str
    line: int
    column: str
    found: str
    allowed: str

    def __str__(self) -> str:
        """Return the problem in one line."""
        where = f"{self.file}:{self.line}" + (f", column {self.column}" if self.column else "")
        return f"{where}: found {self.found}; allowed: {self.allowed}"


class EvidenceError(Exception):
    """A table of evidence that cannot be used; ``problems`` lists all that is wrong with it."""

    def __init__(self, problems: Iterable[EvidenceProblem]) -> None:
        """Take the problems; the message is made from them."""
        self.problems: tuple[EvidenceProblem, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Return all problems, one a line."""
        count = len(self.problems)
        head = f"{count} {'problem' if count == 1 else 'problems'} in the evidence"
        return "\n".join([head, *(f"  {problem}" for problem in self.problems)])

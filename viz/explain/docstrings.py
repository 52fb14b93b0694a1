"""Docstrings of the mechanisms as HTML: prose, formulas and sources."""

from __future__ import annotations

import html
import importlib
import inspect
import pkgutil
import re
from dataclasses import dataclass
from types import ModuleType

import sim.mechanisms
from viz.explain.equations import mathml

LITERAL = re.compile(r"``(.+?)``", re.DOTALL)
REFERENCE = re.compile(r":[a-z]+:`~?([^`]+)`")
MATH = re.compile(r"[-+/^*<>] |[/^]|\w\(|\w\*$")


@dataclass(frozen=True)
class Mechanism:
    """A public function of a mechanism module."""

    module: str
    name: str
    signature: str
    doc: str

    @property
    def anchor(self) -> str:
        """Its id in the page."""
        return f"mechanism-{self.module}-{self.name}"

    @property
    def place(self) -> str:
        """Where it is written."""
        return f"sim/mechanisms/{self.module}.py: {self.name}"


@dataclass(frozen=True)
class Module:
    """A module of mechanisms."""

    name: str
    doc: str
    functions: tuple[Mechanism, ...]

    @property
    def anchor(self) -> str:
        """Its id in the page."""
        return f"mechanisms-{self.name}"


def modules() -> tuple[Module, ...]:
    """Every module of sim.mechanisms that has public functions, by name."""
    found = []
    for each in pkgutil.iter_modules(sim.mechanisms.__path__):
        if not each.name.startswith("_"):
            module = importlib.import_module(f"sim.mechanisms.{each.name}")
            functions = tuple(_functions(each.name, module))
            if functions:
                found.append(Module(each.name, inspect.getdoc(module) or "", functions))
    return tuple(found)


def _functions(short: str, module: ModuleType) -> list[Mechanism]:
    return [
        Mechanism(short, name, f"{name}{_signature(member)}", inspect.getdoc(member) or "")
        for name, member in vars(module).items()
        if inspect.isfunction(member) and member.__module__ == module.__name__ and not name.startswith("_")
    ]


def _signature(function: object) -> str:
    return str(inspect.signature(function)).replace("'", "")  # type: ignore[arg-type]


def formulas(doc: str) -> list[str]:
    """The literals of a docstring that hold an equals sign."""
    return [each for each in LITERAL.findall(doc) if "=" in each]


def rich(doc: str) -> str:
    """A docstring as paragraphs: formulas typeset where they can be read, any other literal as code."""
    return "".join(f"<p>{inline(part)}</p>" for part in re.split(r"\n\s*\n", doc.strip()) if part.strip())


def inline(text: str) -> str:
    """One paragraph as HTML."""
    pieces, parts = [], LITERAL.split(text)
    for number, part in enumerate(parts):
        if number % 2 == 0:
            words = html.escape(REFERENCE.sub(lambda m: m[1].rsplit(".", 1)[-1], part))
            words = re.sub(r"\bSource:", "<strong>Source:</strong>", words)
            pieces.append(words)
            continue
        typeset = mathml(part) if "=" in part or MATH.search(part) else None
        plain = html.escape(" ".join(part.split()))
        pieces.append((typeset and f'<span class="parity-math">{typeset}</span>') or f"<code>{plain}</code>")
    return "".join(pieces)

"""The steps of a model's week, read from ``NarrativeModel._week``, and where each mechanism has its use."""

from __future__ import annotations

import ast
import functools
import inspect
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType

import sim
from viz.explain import calls
from viz.explain.docstrings import modules

#: Arithmetic that all mechanisms share; no step is told by it.
ARITHMETIC = "numerics"


@dataclass(frozen=True)
class Step:
    """One step of the week."""

    method: str
    summary: str
    functions: tuple[tuple[str, str], ...]
    """Functions of sim.mechanisms, as (module, name), that the step may call, nearest first."""

    @property
    def title(self) -> str:
        """The method's name in words."""
        return self.method.strip("_").replace("_", " ").capitalize()

    @property
    def anchor(self) -> str:
        """Its id in the page."""
        return f"step-{self.method.strip('_').replace('_', '-')}"

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """Modules of these functions."""
        return tuple(dict.fromkeys(module for module, _ in self.functions if module != ARITHMETIC))


@dataclass(frozen=True)
class Use:
    """Where a mechanism is used."""

    steps: tuple[int, ...]
    """Numbers of steps, from 1."""
    at_start: bool
    elsewhere: tuple[str, ...]
    """Modules of sim outside the week that name it."""


def method_names() -> list[str]:
    """Methods of the model that ``_week`` calls, in order."""
    body = calls.tree(sim.NarrativeModel._week).body[0]  # type: ignore[attr-defined]
    return [
        node.value.func.attr
        for node in body.body
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and isinstance(node.value.func.value, ast.Name)
        and node.value.func.value.id == "self"
    ]


@functools.cache
def steps() -> tuple[Step, ...]:
    """The week's steps in order."""
    found = []
    for name in method_names():
        member = getattr(sim.NarrativeModel, name)
        summary = (inspect.getdoc(member) or "").split("\n", 1)[0]
        found.append(Step(name, summary, _mechanisms(calls.reached([member]))))
    return tuple(found)


def _mechanisms(functions: tuple[FunctionType, ...]) -> tuple[tuple[str, str], ...]:
    public = {(module.name, each.name) for module in modules() for each in module.functions}
    places = [(each.__module__, each.__name__) for each in functions]
    return tuple(
        (module.removeprefix(calls.MECHANISMS), name)
        for module, name in places
        if (module.removeprefix(calls.MECHANISMS), name) in public and module.startswith(calls.MECHANISMS)
    )


@functools.cache
def uses() -> dict[tuple[str, str], Use]:
    """Where each public function of sim.mechanisms is used."""
    model = sim.NarrativeModel
    start = set(_mechanisms(calls.reached([model.__init__, model.batch], without=[model._week])))  # type: ignore[misc]
    found = {}
    for module in modules():
        for each in module.functions:
            place = (module.name, each.name)
            at = tuple(number for number, step in enumerate(steps(), 1) if place in step.functions)
            found[place] = Use(at, place in start, () if at or place in start else _named_by(*place))
    return found


def _named_by(module: str, name: str) -> tuple[str, ...]:
    """Other modules of sim that import a function of a mechanism module, or name it as ``module.function``."""
    return tuple(
        ".".join(("sim", *parts)) for parts, (names, dotted) in _sources().items()
        if parts != ("mechanisms", module) and ((module, name) in names or (module, name) in dotted)
    )  # fmt: skip


@functools.cache
def _sources() -> dict[tuple[str, ...], tuple[set[tuple[str, str]], set[tuple[str, str]]]]:
    """For each file of sim what it imports from mechanism modules, and what it names with a dot."""
    root, found = Path(inspect.getfile(sim)).parent, {}
    for path in sorted(root.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "sim.mechanisms" not in text:
            continue
        names, aliases, dotted = set(), {}, set()
        nodes = list(ast.walk(ast.parse(text)))
        for node in nodes:
            if isinstance(node, ast.ImportFrom) and node.module == "sim.mechanisms":
                aliases |= {each.asname or each.name: each.name for each in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(calls.MECHANISMS):
                names |= {(str(node.module).removeprefix(calls.MECHANISMS), each.name) for each in node.names}
        for node in nodes:
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id in aliases
            ):
                dotted.add((aliases[node.value.id], node.attr))
        found[path.relative_to(root).with_suffix("").parts] = (names, dotted)
    return found

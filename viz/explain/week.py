"""The steps of a model's week, read from the source of ``NarrativeModel._week``."""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from dataclasses import dataclass
from pathlib import Path

import sim
from viz.explain.docstrings import modules

#: Folders and files of sim in which the work of a step is written.
HOMES = ("agents", "institutions", "model.py", "interventions.py", "network.py", "worth.py")


@dataclass(frozen=True)
class Step:
    """One step of the week."""

    method: str
    summary: str
    mechanisms: tuple[str, ...]
    """Modules of sim.mechanisms that the code of the step names, itself or in what it calls."""

    @property
    def title(self) -> str:
        """The method's name in words."""
        return self.method.strip("_").replace("_", " ").capitalize()


def _tree(member: object) -> ast.FunctionDef:
    parsed = ast.parse(textwrap.dedent(inspect.getsource(member))).body[0]  # type: ignore[arg-type]
    assert isinstance(parsed, ast.FunctionDef)
    return parsed


def method_names() -> list[str]:
    """Methods of the model that ``_week`` calls, in order."""
    return [
        node.value.func.attr
        for node in _tree(sim.NarrativeModel._week).body
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and isinstance(node.value.func.value, ast.Name)
        and node.value.func.value.id == "self"
    ]


def steps() -> list[Step]:
    """The week's steps in order."""
    found = []
    for name in method_names():
        member = getattr(sim.NarrativeModel, name)
        summary = (inspect.getdoc(member) or "").split("\n", 1)[0]
        found.append(Step(name, summary, _used(_tree(member))))
    return found


@functools.cache
def _definitions() -> dict[str, list[ast.FunctionDef]]:
    """Functions by name, and by ``owner.name`` where the owner is a file or class.

    A bare name with two homes is left out, for a call by that name tells nothing.
    """
    root, found = Path(inspect.getfile(sim)).parent, {}
    for home in HOMES:
        for path in [root / home] if home.endswith(".py") else sorted((root / home).glob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names = _imported(tree)
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef):
                    node.imported = names  # type: ignore[attr-defined]
                    found.setdefault(node.name, []).append(node)
            for owner in tree.body:
                if isinstance(owner, ast.ClassDef):
                    for node in owner.body:
                        if isinstance(node, ast.FunctionDef):
                            found.setdefault(f"{owner.name.lower()}.{node.name}", []).append(node)
    return {name: nodes for name, nodes in found.items() if len(nodes) == 1}


def _imported(tree: ast.Module) -> dict[str, str]:
    """Modules of sim.mechanisms by the name that a file gives them."""
    return {
        each.asname or each.name: each.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "sim.mechanisms"
        for each in node.names
    }


def _used(start: ast.FunctionDef) -> tuple[str, ...]:
    owners = {f.name: m.name for m in modules() for f in m.functions}
    own, seen, used, waiting = {m.name: m.name for m in modules()}, set(), [], [start]
    while waiting:
        node = waiting.pop(0)
        names = getattr(node, "imported", own)
        for call in ast.walk(node):
            if not isinstance(call, ast.Call):
                continue
            target, module = call.func, None
            if isinstance(target, ast.Attribute):
                word = target.attr
                if isinstance(target.value, ast.Name) and target.value.id in names:
                    module = names[target.value.id]
            elif isinstance(target, ast.Name):
                word, module = target.id, owners.get(target.id)
            else:
                continue
            if module and module != "numerics":
                used += [module] if module not in used else []
                continue
            receiver = target.value if isinstance(target, ast.Attribute) else None
            held = getattr(receiver, "attr", getattr(receiver, "id", "")).lower()
            key = f"{held}.{word}" if f"{held}.{word}" in _definitions() else word
            if key not in seen:
                seen.add(key)
                waiting += _definitions().get(key, [])
    return tuple(used)

"""Which functions of sim a function of sim may call, from its source and the objects that its names stand for.

Names are looked up in the module of the function, attributes of ``self`` along the bases and in the subclasses of its
class, other attributes in the classes that the model or an agent holds by that name (``self.labs = Lab.cohort(self)``)
or, where that is not known, in every class with such a method. What a registry hands out may be any strategy in it.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Callable, Iterable, Iterator
from types import FunctionType, ModuleType
from typing import Any

import sim
from sim.registry import Registry

#: Parts of sim in which the work of a week is written.
HOMES = (
    "sim.agents", "sim.institutions", "sim.mechanisms", "sim.model", "sim.interventions", "sim.lazy_agents",
    "sim.network", "sim.roles", "sim.setup", "sim.worth",
)  # fmt: skip
MECHANISMS = "sim.mechanisms."


def home(member: object) -> bool:
    """Whether something is written in a home."""
    module = getattr(member, "__module__", None) or ""
    return module.startswith(HOMES)


@functools.cache
def classes() -> tuple[type, ...]:
    """Every class of the homes."""
    found: dict[type, None] = {}
    for name in HOMES:
        module = importlib.import_module(name)
        inner = pkgutil.iter_modules(getattr(module, "__path__", ()))
        for each in (module, *(importlib.import_module(f"{name}.{part.name}") for part in inner)):
            for member in vars(each).values():
                if inspect.isclass(member) and home(member):
                    found[member] = None
    return tuple(found)


def plain(member: object) -> FunctionType | None:
    """The function behind a method, property, cached property or decorated function."""
    for step in ("fget", "func", "__func__"):
        member = getattr(member, step, member)
    member = inspect.unwrap(member) if callable(member) else member  # type: ignore[arg-type]
    written = isinstance(member, FunctionType) and member.__code__.co_filename.endswith(".py")
    return member if written and home(member) else None  # type: ignore[return-value]


@functools.cache
def owner_of(function: FunctionType) -> type | None:
    """The class in whose body a function is written."""
    return next((each for each in classes() if any(plain(m) is function for m in vars(each).values())), None)


def tree(function: FunctionType) -> ast.AST:
    """The function's source."""
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def method(owner: type, name: str, dynamic: bool = True) -> Iterator[FunctionType]:
    """Methods that ``owner().name`` may be: along its bases, and in each subclass."""
    kinds = [
        owner,
        *(each for each in classes() if dynamic and each is not owner and issubclass(each, owner)),
    ]
    for kind in kinds:
        found = plain(inspect.getattr_static(kind, name, None))
        if found is not None:
            yield found


@functools.cache
def held() -> dict[str, tuple[type, ...]]:
    """Classes by the name under which something holds an object of them."""
    found: dict[str, dict[type, None]] = {}
    for owner in classes():
        for name, hint in inspect.get_annotations(owner).items():
            kind = getattr(importlib.import_module(owner.__module__), str(hint).split("[")[0], None)
            if inspect.isclass(kind) and home(kind):
                found.setdefault(name, {})[kind] = None
        for function in filter(None, map(plain, vars(owner).values())):
            for node in ast.walk(tree(function)):
                if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call):
                    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                    for target, kind in _made(targets, node.value, function):
                        found.setdefault(target, {})[kind] = None
                elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple):
                    for target in node.targets:
                        for part, value in zip(getattr(target, "elts", ()), node.value.elts, strict=False):
                            for name, kind in _made([part], value, function):
                                found.setdefault(name, {})[kind] = None
    return {name: tuple(kinds) for name, kinds in found.items()}


def _made(targets: Iterable[ast.expr], value: ast.expr, function: FunctionType) -> Iterator[tuple[str, type]]:
    """``self.name = Class(...)`` and ``self.name = Class.made(...)``."""
    if not isinstance(value, ast.Call):
        return
    maker = value.func.value if isinstance(value.func, ast.Attribute) else value.func
    kind = known(maker, function.__globals__)
    for target in targets:
        if isinstance(target, ast.Attribute) and inspect.isclass(kind) and home(kind):
            yield target.attr, kind


def known(node: ast.expr, names: dict[str, Any]) -> Any:
    """What a name, or a name of a module or class with dots, stands for; nothing if it cannot be told."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        base = known(node.value, names)
        if isinstance(base, ModuleType) or inspect.isclass(base):
            return inspect.getattr_static(base, node.attr, None)
    return None


@functools.cache
def called(function: FunctionType) -> tuple[FunctionType, ...]:
    """Functions that a function may call itself."""
    found: dict[FunctionType, None] = {}
    owner, names = owner_of(function), dict(function.__globals__)
    parsed = tree(function)
    for node in ast.walk(parsed):
        if isinstance(node, ast.ImportFrom) and node.module:
            module = importlib.import_module(node.module)
            names |= {each.asname or each.name: getattr(module, each.name, None) for each in node.names}
    kinds = _annotated(parsed, names)
    for node in ast.walk(parsed):
        if not isinstance(node, ast.Name | ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        for target in _targets(node, owner, names, kinds):
            found[target] = None
    found.pop(function, None)
    return tuple(found)


def _annotated(parsed: ast.AST, names: dict[str, Any]) -> dict[str, type]:
    """Classes of arguments that say theirs."""
    found = {}
    for node in ast.walk(parsed):
        if isinstance(node, ast.arg) and node.annotation is not None:
            word = ast.unparse(node.annotation).strip("'\"")
            kind = names.get(word) or next((each for each in classes() if each.__name__ == word), None)
            if inspect.isclass(kind) and home(kind):
                found[node.arg] = kind
    return found


def _targets(
    node: ast.Name | ast.Attribute, owner: type | None, names: dict[str, Any], kinds: dict[str, type]
) -> Iterator[FunctionType]:
    if isinstance(node, ast.Name) or known(node, names) is not None:
        yield from _of(known(node, names))
        return
    base = node.value
    registry = known(base, names)
    if isinstance(registry, Registry):
        if node.attr == "get":
            for name in registry.names():
                yield from _of(registry._entries.get(name))
        return
    if isinstance(base, ast.Call) and isinstance(base.func, ast.Name) and base.func.id == "super" and owner:
        for kind in owner.__mro__[1:]:
            yield from method(kind, node.attr, dynamic=False)
        return
    word = base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
    if word in ("self", "cls") and owner is not None:
        yield from method(owner, node.attr)
        return
    if inspect.isclass(registry) or isinstance(registry, ModuleType):
        return  # of another package, or no function
    given = (kinds[word],) if word in kinds else held().get(word, ())
    for kind in given or classes():
        yield from method(kind, node.attr, dynamic=bool(given))


def _of(member: object) -> Iterator[FunctionType]:
    """The function itself; of a class what makes its objects."""
    if inspect.isclass(member):
        if home(member):
            for name in ("__init__", "__post_init__", "__call__"):
                yield from method(member, name, dynamic=False)
    else:
        found = plain(member)
        if found is not None:
            yield found


def reached(
    starts: Iterable[Callable[..., Any]], without: Iterable[FunctionType] = ()
) -> tuple[FunctionType, ...]:
    """All functions that may be called from some, themselves included, nearest first."""
    sim.NarrativeModel  # noqa: B018 - imported with everything that registers itself
    seen = dict.fromkeys(without)
    waiting = [found for found in map(plain, starts) if found is not None]
    order: dict[FunctionType, None] = {}
    while waiting:
        function = waiting.pop(0)
        if function in seen:
            continue
        seen[function] = order[function] = None
        waiting += called(function)
    return tuple(order)

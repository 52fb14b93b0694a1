"""Swappable strategies: rules chosen by name in a scenario.

A lab's claim policy, the valuation rule and the rule of social influence are named in a scenario file.
The names which ship with Parity are always valid there; a further one is valid as soon as it is
registered, from a notebook::

    from sim.registry import claim_policies

    @claim_policies.register("cautious")
    class Cautious: ...

or by an installed package that declares an entry point in the group ``parity.strategies``. The entry
point names a module (importing it registers) or a function without arguments (it is called once).
"""

from __future__ import annotations

import difflib
import threading
import warnings
from collections.abc import Callable, Iterable
from importlib import metadata
from typing import Any, TypeVar, overload

T = TypeVar("T")

ENTRY_POINT_GROUP = "parity.strategies"


class UnknownStrategyError(LookupError):
    """A strategy name that is not registered."""


class _Plugins:
    """Loads the entry points of other packages once, at the first question they might answer."""

    def __init__(self, group: str) -> None:
        self.group = group
        self._loaded = False
        self._lock = threading.RLock()

    def load(self) -> None:
        """Load every entry point of the group; one that fails is reported and left out."""
        with self._lock:
            if self._loaded:
                return
            self._loaded = True
            for point in metadata.entry_points(group=self.group):
                try:
                    loaded = point.load()
                    if callable(loaded):
                        loaded()
                except Exception as error:
                    warnings.warn(
                        f"plug-in {point.name!r} ({point.value}) was not loaded: {error}", stacklevel=2
                    )


_plugins = _Plugins(ENTRY_POINT_GROUP)


class Registry:
    """Strategies of one kind, by name."""

    def __init__(self, kind: str, builtin: Iterable[str] = ()) -> None:
        """Make a registry for ``kind``; ``builtin`` names are reserved before their modules are imported."""
        self.kind = kind
        self.builtin = tuple(builtin)
        self._entries: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"Registry({self.kind!r}, {', '.join(self.names())})"

    def __contains__(self, name: object) -> bool:
        """Tell whether a scenario may use this name."""
        if name in self.builtin or name in self._entries:
            return True
        _plugins.load()
        return name in self._entries

    @overload
    def register(self, name: str) -> Callable[[T], T]: ...

    @overload
    def register(self, name: str, obj: T) -> T: ...

    def register(self, name: str, obj: Any = None) -> Any:
        """Register ``obj`` under ``name``; without ``obj`` this is a decorator. Taken names are refused."""

        def add(entry: T) -> T:
            held = self._entries.get(name)
            if held is not None and not _same_definition(held, entry):
                raise ValueError(f"{self.kind} {name!r} is already registered (as {held!r})")
            self._entries[name] = entry
            return entry

        if not name or name != name.strip():
            raise ValueError(f"not a usable {self.kind} name: {name!r}")
        return add if obj is None else add(obj)

    def unregister(self, name: str) -> None:
        """Take a name out again (for notebooks and tests)."""
        self._entries.pop(name, None)

    def get(self, name: str) -> Any:
        """Return what is registered under ``name``."""
        if name not in self._entries:
            _plugins.load()
        if name in self._entries:
            return self._entries[name]
        if name in self.builtin:
            raise UnknownStrategyError(
                f"{self.kind} {name!r} ships with Parity, but the module that defines it is not imported"
            )
        close = difflib.get_close_matches(name, self.names(), n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise UnknownStrategyError(f"unknown {self.kind} {name!r}; known: {', '.join(self.names())}{hint}")

    def names(self) -> tuple[str, ...]:
        """Return all valid names: those that ship with Parity first, then the registered ones."""
        _plugins.load()
        return self.builtin + tuple(sorted(n for n in self._entries if n not in self.builtin))


def _same_definition(a: object, b: object) -> bool:
    """Tell whether two objects are one definition, made twice by a reloaded module or notebook cell."""
    if a is b:
        return True
    place = [(getattr(x, "__module__", None), getattr(x, "__qualname__", None)) for x in (a, b)]
    return None not in place[0] and place[0] == place[1]


claim_policies = Registry("claim policy", ("none", "sincere", "strategic", "relay"))
valuation_rules = Registry("valuation rule", ("finite_moat", "creative_destruction"))
social_rules = Registry("social rule", ("none", "degroot", "friedkin_johnsen", "bounded_confidence"))

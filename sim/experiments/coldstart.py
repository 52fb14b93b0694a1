"""A shorter start of commands: a library that others import in passing is loaded when it is first used.

Mesa imports pandas and networkx, and SciPy all of NumPy, for things that a run does not do; that takes longer
than a run. Only processes of our own (commands and workers) do this, never ``import sim``.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType
from typing import Any

#: Packages to postpone, and those of their functions that others name as a default while they are imported.
IN_PASSING: dict[str, tuple[str, ...]] = {
    "pandas": (),
    "networkx": ("spring_layout",),
    "numpy.f2py": (),
    "numpy.testing": (),
}


class _Later(ModuleType):
    """Stands for a module until something asks for what is in it."""

    def __getattr__(self, attribute: str) -> Any:
        name = self.__name__
        if sys.modules.get(name) is self:
            del sys.modules[name]
        return getattr(importlib.import_module(name), attribute)


def postpone(modules: dict[str, tuple[str, ...]] = IN_PASSING) -> None:
    """Let ``import name`` load nothing until something in the module is used."""
    for name, callables in modules.items():
        if name in sys.modules:
            continue
        spec = importlib.util.find_spec(name)
        if spec is None:
            continue
        module = _Later(name)
        module.__spec__, module.__file__ = spec, spec.origin
        for each in callables:
            setattr(module, each, _forward(module, each))
        sys.modules[name] = module
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)


def _forward(module: _Later, name: str) -> Any:
    """Return a function that loads the module and calls what it stands for."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return module.__getattr__(name)(*args, **kwargs)

    call.__name__ = call.__qualname__ = name
    return call

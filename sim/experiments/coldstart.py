"""A shorter start of the command line: a library that others import in passing is loaded when it is first used.

Mesa imports pandas, which takes longer than a whole run, for things that a run does not do. Only processes of our own
(commands and workers) do this, never ``import sim``.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType
from typing import Any


class _Later(ModuleType):
    """Stands for a module until something asks for what is in it."""

    def __getattr__(self, attribute: str) -> Any:
        name = self.__name__
        if sys.modules.get(name) is self:
            del sys.modules[name]
        return getattr(importlib.import_module(name), attribute)


def postpone(*names: str) -> None:
    """Let ``import name`` load nothing until an attribute of the module is used."""
    for name in names:
        if name in sys.modules:
            continue
        spec = importlib.util.find_spec(name)
        if spec is not None:
            module = _Later(name)
            module.__spec__, module.__file__ = spec, spec.origin
            sys.modules[name] = module

"""External models: a function anywhere, run by the same designs, executors and analysis as a scenario."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

#: Takes factor values by name ``(runs,)`` and seeds ``(runs,)``; returns outcomes by name ``(runs,)``.
ExternalModel = Callable[[Mapping[str, np.ndarray], np.ndarray], Mapping[str, np.ndarray]]


def model_function(reference: str) -> ExternalModel:
    """Return the function that ``"package.module:function"`` names.

    The working directory is searched after what is installed.

    Raises
    ------
    ValueError
        If there is no such module or function, or importing the module fails; the message says which.

    """
    module_name, colon, name = reference.partition(":")
    if not colon or not all(part.isidentifier() for part in [*module_name.split("."), *name.split(".")]):
        raise ValueError("not of the form package.module:function")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    try:
        found = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and (module_name == error.name or module_name.startswith(f"{error.name}.")):
            raise ValueError(f"no module {error.name}") from None
        raise ValueError(f"module {module_name} cannot be imported: {error}") from error
    except Exception as error:
        raise ValueError(
            f"module {module_name} cannot be imported: {type(error).__name__}: {error}"
        ) from error
    for part in name.split("."):
        if not hasattr(found, part):
            raise ValueError(f"module {module_name} has no {name}")
        found = getattr(found, part)
    if not callable(found):
        raise ValueError(f"{reference} is no function")
    function: ExternalModel = found
    return function

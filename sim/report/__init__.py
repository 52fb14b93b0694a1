"""Reports: figures ready for print, tables, and pages that hold both; the numbers of closing tables."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.report.bundle import Report
    from sim.report.page import Page
    from sim.report.sweeps import sweep_report

_HOMES = {"Page": "sim.report.page", "Report": "sim.report.bundle", "sweep_report": "sim.report.sweeps"}

__all__ = ["Page", "Report", "sweep_report"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

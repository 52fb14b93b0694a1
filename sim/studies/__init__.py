"""Studies that ship with Parity: a question, pre-registered rules, sweeps, and a report generated from results.

``run_study("narrative-vs-benchmark", out)`` runs one; from the command line ``parity study narrative-vs-benchmark``.
"""

from __future__ import annotations

from typing import Any

__all__ = ["Study", "load_study", "run_study", "shipped_studies"]


def __getattr__(name: str) -> Any:
    # Only when asked for: commands that need no study start fast.
    if name in ("Study", "load_study", "shipped_studies"):
        from sim.studies import study

        return getattr(study, name)
    if name == "run_study":
        from sim.studies.running import run_study

        return run_study
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

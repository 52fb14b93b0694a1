"""Gates before any result: neutrality of the model as it is now (T0 and T-1 of docs/verification.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.studies.study import Study

FILE = "gates.json"
#: Groups of checks that must pass: beliefs right on average where they should be, exchange of the blocs' labels.
GROUPS = ("martingale", "label-swap")


def neutrality(study: Study, folder: Path) -> list[dict[str, Any]]:
    """Run the neutrality tests, or read what an earlier session of the same code found.

    Returns
    -------
    list of dict
        ``group``, ``statement``, ``predicted``, ``measured``, ``agrees`` of each check.

    """
    from sim.experiments.sweep.identity import code_digest
    from sim.recording import store

    seeds = int(study.thresholds["gate_seeds"])
    identity = {"code_sha256": code_digest(), "seeds": seeds}
    file = folder / FILE
    if file.is_file():
        held = json.loads(file.read_text(encoding="utf-8"))
        if {key: held.get(key) for key in identity} == identity:
            found: list[dict[str, Any]] = held["checks"]
            return found
    checks = [dict(check) for check in _checks(seeds)]
    folder.mkdir(parents=True, exist_ok=True)
    store.write_json(identity | {"checks": checks}, file)
    return checks


def _checks(seeds: int) -> Iterator[dict[str, Any]]:
    from sim.experiments.verification import verify

    for check in verify(GROUPS, seeds):
        yield {
            "group": check.group, "statement": check.statement, "predicted": check.predicted,
            "measured": check.measured, "agrees": bool(check.agrees),
        }  # fmt: skip


def passed(checks: list[dict[str, Any]]) -> bool:
    """Whether all neutrality tests agree; no tests are no pass."""
    return bool(checks) and all(check["agrees"] for check in checks)

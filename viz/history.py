"""What a live session keeps of each week besides the model's record: beliefs, standing scores, events."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.mechanisms.benchmarks import USABLE_MARGIN
from viz.limits import BELIEF_BYTES

if TYPE_CHECKING:
    from sim import NarrativeModel

#: Quantities whose sign is that of the gap: reported as US minus China, as in the outputs.
SIGNED = ("gap", "speed", "compute")
COLUMNS = ("type", "origin", "source", "target", "quantity", "narrative")


class Beliefs:
    """Every receiver's two beliefs week by week, as float32; thinned out to a fixed memory in long runs."""

    def __init__(self, sign: float, most_bytes: int = BELIEF_BYTES) -> None:
        self.sign, self.most_bytes = sign, most_bytes
        self.every = 1
        self.kept: list[tuple[int, np.ndarray]] = []
        self.latest: tuple[int, np.ndarray] = (-1, np.zeros((2, 0), dtype=np.float32))

    def look(self, model: NarrativeModel) -> None:
        """Take down the beliefs at the end of the week that was just made."""
        week = model.week - 1
        held = np.empty((2, model.counts["receivers"]), dtype=np.float32)
        held[0] = self.sign * model.receivers.believed_gap[0]
        held[1] = model.receivers.believed_share[0]
        held.setflags(write=False)
        self.latest = (week, held)
        if week < 0 or week % self.every:
            return
        self.kept.append((week, held))
        while len(self.kept) > 2 and len(self.kept) * held.nbytes > self.most_bytes:
            self.every *= 2
            self.kept = [(when, each) for when, each in self.kept if when % self.every == 0]

    def at(self, week: int) -> np.ndarray:
        """``(2, receivers)`` beliefs of a week; of the last week kept before it, where weeks were thinned out."""
        if week >= self.latest[0] or not self.kept:
            return self.latest[1]
        low, high = 0, len(self.kept)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.kept[middle][0] <= week else (low, middle)
        return self.kept[max(low - 1, 0)][1]

    def of(self, agent: int) -> tuple[np.ndarray, np.ndarray]:
        """Weeks, and ``(2, weeks)`` beliefs of one receiver."""
        held = list(self.kept)
        if self.latest[0] >= 0 and (not held or held[-1][0] < self.latest[0]):
            held.append(self.latest)
        weeks = np.array([week for week, _ in held], dtype=int)
        values = [each[:, agent] for _, each in held]
        return weeks, np.array(values, dtype=np.float32).reshape(-1, 2).T


class Board:
    """The scores that stood in each week; one entry for each week in which some changed."""

    def __init__(self) -> None:
        self.entries: list[tuple[int, dict[str, np.ndarray]]] = []
        self.since: np.ndarray | None = None

    def look(self, model: NarrativeModel) -> None:
        """Take down the standing scores if the week that was just made changed some."""
        office, week = model.office, model.week - 1
        if self.since is None:
            self.since = np.where(office.scored[0], -1, -2)
        elif not model.record.evaluation.any and not np.any(model.record.evaluation.new):
            return
        else:
            self.since = np.where(office.just_scored[0], week, self.since)
        standing = {"score": office.score[0].astype(np.float32), "since": self.since.astype(np.int32)}
        standing["stands"] = office.scored[0] & office.active[0][None, :]
        for name in ("items", "chance_floor", "public"):
            standing[name] = getattr(office, name)[0].astype(np.float32)
        self.entries.append((week, standing))

    def at(self, week: int, labs: list[str], tests: list[str], surprise: np.ndarray) -> list[dict[str, Any]]:
        """One entry a lab and set whose score stands in a week; sets in the order of their latest score."""
        found = None
        for when, standing in self.entries:
            if when > week:
                break
            found = standing
        if found is None:
            return []
        board = []
        latest = np.where(found["stands"], found["since"], -3).max(axis=0, initial=-3)
        for test in np.argsort(latest, kind="stable").tolist():
            mine = found["stands"][:, test]
            if not mine.any():
                continue
            saturated = bool(found["score"][mine, test].max() > 1.0 - USABLE_MARGIN)
            for lab in np.flatnonzero(mine).tolist():
                score, since = float(found["score"][lab, test]), int(found["since"][lab, test])
                error = float(np.sqrt(max(score * (1.0 - score), 0.0) / found["items"][test]))
                board.append({
                    "lab": labs[lab], "benchmark": tests[test], "score": score, "standard_error": error,
                    "chance_floor": float(found["chance_floor"][test]), "saturated": saturated,
                    "public": bool(found["public"][test] > 0.5),
                    "surprise": float(surprise[since]) if 0 <= since < len(surprise) else None,
                    "week": since if since >= 0 else None,
                })  # fmt: skip
        return board


class Events:
    """The model's log as plain rows; each row is made once."""

    def __init__(self, sign: float) -> None:
        self.sign, self.seen = sign, 0
        self.rows: list[dict[str, Any]] = []

    def look(self, model: NarrativeModel) -> None:
        """Take over what the log has got since the last look."""
        new = model.log.since(self.seen)
        self.seen += len(new)
        for row in new:
            if row["week"] < 0:
                continue
            made: dict[str, Any] = {"id": len(self.rows), "week": int(row["week"])}
            made["date"] = (model.start_date + dt.timedelta(weeks=int(row["week"]))).isoformat()
            made |= {name: row.get(name) or None for name in COLUMNS}
            sign = self.sign if made["quantity"] in SIGNED else 1.0
            made["value"], made["bias"] = _number(row.get("value"), sign), _number(row.get("bias"), sign)
            made["effect"] = _number(row.get("effect"), sign if made["type"] == "evaluation" else 1.0)
            self.rows.append(made)


def _number(value: Any, sign: float) -> float | None:
    if value is None or not np.isfinite(value):
        return None
    return sign * float(value) + 0.0

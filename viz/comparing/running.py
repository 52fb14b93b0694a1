"""What is compared, as a link says it, and the background job that runs it. Nothing here knows Solara."""

from __future__ import annotations

import logging
import shlex
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import sim
from viz import limits, permalink, repeat, uploads

if TYPE_CHECKING:
    from sim import Comparison, Run, Scenario
    from viz.controller import LiveController

log = logging.getLogger("parity.viz")
FEWEST, MOST, USUAL = 2, 100, 12
#: Agent-weeks of all runs of a comparison; about ten times the default one with 12 pairs.
LARGEST = 40_000_000
#: Pairs times weeks: every output is kept for both.
MOST_POINTS = 60_000
#: Comparisons that run at once on the server; others wait.
_TURN = threading.BoundedSemaphore(2)


class Refused(ValueError):
    """A comparison that cannot be run as asked; the message is for the reader."""


#: Errors whose message is for the reader.
TOLD = (sim.ScenarioError, limits.TooLarge, Refused)


class Cancelled(Exception):
    """The reader stopped the comparison."""


@dataclass(frozen=True)
class Side:
    """One of the two scenarios: a shipped name, or the query string of a world in Live; and settings on top."""

    name: str
    settings: tuple[str, ...] = ()

    @property
    def shipped(self) -> bool:
        """Whether the name is that of a scenario, not a link to a world."""
        return not self.name.startswith("?")

    @property
    def label(self) -> str:
        """How the page names the scenario."""
        return self.name if self.shipped else f"from Live: {permalink.read(self.name).base}"

    def scenario(self) -> Scenario:
        """The scenario with its settings; :class:`sim.ScenarioError` tells all that is wrong, as ``--set`` does."""
        if self.shipped:
            name = self.name.removesuffix(".toml")
            repeat.base_scenario(name, None)  # Refuses paths: a page opens no file of this machine.
            return sim.load_scenario(name, list(self.settings))
        place = permalink.read(self.name)
        made = repeat.with_changes(repeat.base_scenario(place.base, place.text), place.changes)
        made = repeat.with_acts(made, place.acts)
        settings: Any = list(self.settings)
        return made.with_changes(settings) if settings else made

    def in_live(self, seed: int) -> LiveController:
        """The same scenario as a world of Live, at its start."""
        from viz.controller import LiveController

        place = permalink.read("" if self.shipped else self.name)
        base = self.name if self.shipped else place.base
        pairs = (line.partition("=") for line in self.settings)
        changes = place.changes | {key.strip(): uploads.value_of(value.strip()) for key, _, value in pairs}
        return LiveController(base, text=place.text, seed=seed, changes=changes, acts=place.acts)


@dataclass(frozen=True)
class Request:
    """All that decides the result."""

    a: Side
    b: Side
    seed: int = 1
    replicates: int = USUAL
    weeks: int | None = None

    def query(self) -> str:
        """The query string that asks for the same."""
        pairs = [("a", self.a.name), ("b", self.b.name)]
        pairs += [("set-a", line) for line in self.a.settings] + [("set-b", line) for line in self.b.settings]
        pairs += [("seed", str(self.seed)), ("replicates", str(self.replicates))]
        pairs += [("weeks", str(self.weeks))] if self.weeks is not None else []
        return "?" + urlencode(pairs)

    def scenarios(self) -> tuple[Scenario, Scenario]:
        """Both scenarios with the weeks asked for; raises what is wrong with them or if they are too large."""
        if not FEWEST <= self.replicates <= MOST:
            raise Refused(f"{self.replicates} pairs: {FEWEST} to {MOST}")
        if not 0 <= self.seed <= permalink.LARGEST_SEED:
            raise Refused(f"seed {self.seed}: 0 to {permalink.LARGEST_SEED}")
        pair = self.a.scenario(), self.b.scenario()
        shorter = min(each.run.weeks for each in pair)
        length = shorter if self.weeks is None else self.weeks
        if length < 1:
            raise Refused(f"{length} weeks: at least 1")
        agents = [limits.agents(each) for each in pair]
        work = [n * (each.run.burn_in + length) for n, each in zip(agents, pair, strict=True)]
        total = self.replicates * sum(work)
        if total > LARGEST or self.replicates * length > MOST_POINTS or max(work) > limits.LARGEST:
            raise limits.TooLarge(
                f"This comparison is too large for the browser ({total:,} agent-weeks; this page takes up to "
                f"{LARGEST:,}, {limits.LARGEST:,} in one run, and {MOST_POINTS:,} pairs times weeks). "
                f"Without the browser it runs: {self.command()}"
            )
        for each in pair:
            limits.check(each, repeat.file_name(each.name, self.seed), self.seed)
        return pair

    def file(self, which: str) -> str:
        """Name of the scenario file of ``"a"`` or ``"b"``."""
        side: Side = getattr(self, which)
        base = side.name if side.shipped else permalink.read(side.name).base
        return f"{which}-" + repeat.file_name(base, self.seed)

    def command(self, files: bool = False) -> str:
        """The command that repeats it; with the downloaded files where a side is no shipped scenario, or ``files``."""
        words, settings = ["parity", "compare"], []
        for which, side in (("a", self.a), ("b", self.b)):
            plain = side.shipped and not files
            words.append(side.name if plain else self.file(which))
            if plain:
                settings += [part for line in side.settings for part in (f"--set-{which}", line)]
        words += [*settings, "--replicates", str(self.replicates), "--seed", str(self.seed)]
        words += ["--weeks", str(self.weeks)] if self.weeks is not None else []
        return shlex.join(words)


def lines_of(text: str) -> tuple[str, ...]:
    """Settings of a text field: one a line; empty lines and remarks are left out."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def read(query: str | None) -> Request | None:
    """What a link asks for; None where it asks for nothing. Raises :class:`Refused` for what it cannot say."""
    text = (query or "").removeprefix("?")
    if len(text) > permalink.LONGEST_QUERY:
        raise Refused("this link is too long")
    found: dict[str, list[str]] = {}
    for key, value in parse_qsl(text):
        found.setdefault(key, []).append(value)
    if "a" not in found and "b" not in found:
        return None
    first = found.get("a", found.get("b", [""]))[-1]
    second = found.get("b", [first])[-1]
    a = Side(first, tuple(found.get("set-a", ())))
    b = Side(second, tuple(found.get("set-b", ())))
    weeks = found.get("weeks")
    return Request(
        a, b, whole(found.get("seed", ["1"])[-1], "seed"),
        whole(found.get("replicates", [str(USUAL)])[-1], "pairs"), whole(weeks[-1], "weeks") if weeks else None,
    )  # fmt: skip


def whole(text: str | int, what: str) -> int:
    """A whole number that somebody wrote."""
    told = str(text).strip()
    if not (told.isascii() and told.isdigit() and len(told) <= 19):
        raise Refused(f'{what} "{told[:30]}": a whole number')
    return int(told)


@dataclass(frozen=True)
class Result:
    """A finished comparison, and pair 0 of it with its events."""

    request: Request
    comparison: Comparison
    log_a: Run
    log_b: Run


@dataclass
class Job:
    """A comparison that runs in a thread of its own; ``told`` is called when something has changed."""

    request: Request
    told: Callable[[], None] = lambda: None
    state: str = "waiting"  # waiting, running, done, cancelled, failed
    share: float = 0.0
    result: Result | None = None
    error: Exception | None = None
    _halt: threading.Event = field(default_factory=threading.Event)
    _last: float = 0.0

    @property
    def active(self) -> bool:
        """Whether it still has work before it."""
        return self.state in ("waiting", "running")

    def start(self) -> threading.Thread:
        """Begin in the background."""
        thread = threading.Thread(target=self.work, daemon=True)
        thread.start()
        return thread

    def cancel(self) -> None:
        """Stop at the next report of progress."""
        self._halt.set()

    def work(self) -> None:
        """Run it here; whatever goes wrong ends up in ``state`` and ``error``."""
        try:
            while not _TURN.acquire(timeout=0.2):
                self._check()
            try:
                self.result = self._run()
            finally:
                _TURN.release()
            self.state = "done"
        except Cancelled:
            self.state = "cancelled"
        except TOLD as error:
            self.state, self.error = "failed", error
        except Exception:
            log.exception("a comparison failed")
            self.state = "failed"
            self.error = Refused("This comparison could not be run. The server's log says why.")
        self.told()

    def _run(self) -> Result:
        self.state = "running"
        a, b = self.request.scenarios()
        asked = self.request
        pairs = asked.replicates
        self._tell(0.0)
        # Small batches: a cancelled one soon stops. The result does not depend on it.
        made = sim.compare(
            a, b, pairs, asked.seed, weeks=asked.weeks, batch=8, progress=self._part(0.0, pairs / (pairs + 1))
        )
        logs = []
        for place, each in enumerate((made.a.scenario, made.b.scenario)):
            part = (pairs + place / 2) / (pairs + 1), 0.5 / (pairs + 1)
            logs.append(sim.run(each, asked.seed, 1, progress=self._part(*part)))
        return Result(replace(asked), made, *logs)

    def _part(self, start: float, width: float) -> Callable[[int, int], None]:
        return lambda done, total: self._tell(start + width * done / max(total, 1))

    def _tell(self, share: float) -> None:
        self._check()
        self.share = share
        if time.monotonic() - self._last > 0.25:
            self._last = time.monotonic()
            self.told()

    def _check(self) -> None:
        if self._halt.is_set():
            raise Cancelled

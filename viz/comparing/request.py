"""What is compared: two scenarios with settings on top, luck, and how many pairs. Nothing here knows Solara."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sim
from viz import limits, permalink, repeat, uploads

if TYPE_CHECKING:
    from sim import Scenario
    from viz.controller import LiveController

FEWEST, MOST, USUAL = 2, 100, 12
#: Agent-weeks of all runs of a comparison; about ten times the default one with 12 pairs.
LARGEST = 40_000_000
#: Pairs times weeks: every output is kept for both.
MOST_POINTS = 60_000


class Refused(ValueError):
    """A comparison that cannot be run as asked; the message is for the reader."""


#: Errors whose message is for the reader.
TOLD = (sim.ScenarioError, limits.TooLarge, Refused)


@dataclass(frozen=True)
class Side:
    """One of the two scenarios: a shipped name, or the query string of a world as Live has it; and settings on top.

    ``text`` is an uploaded scenario file that is too long for a link.
    """

    name: str
    settings: tuple[str, ...] = ()
    text: str | None = field(default=None, repr=False)

    @property
    def shipped(self) -> bool:
        """Whether the name is that of a scenario, not a link to a world."""
        return not self.name.startswith("?")

    @property
    def place(self) -> permalink.Place:
        """What the link to a world says."""
        return permalink.read(self.name, self.text)

    @property
    def base(self) -> str:
        """Name of the scenario, or of the file, that the side starts from."""
        return self.name if self.shipped else self.place.base

    def scenario(self) -> Scenario:
        """The scenario with its settings; :class:`sim.ScenarioError` tells all that is wrong, as ``--set`` does."""
        if self.shipped:
            name = self.name.removesuffix(".toml")
            repeat.base_scenario(name, None)  # Refuses paths: a page opens no file of this machine.
            return sim.load_scenario(name, list(self.settings))
        place = self.place
        made = repeat.with_changes(repeat.base_scenario(place.base, place.text), place.changes)
        made = repeat.with_acts(made, place.acts)
        settings: Any = list(self.settings)
        return made.with_changes(settings) if settings else made

    def in_live(self, seed: int) -> LiveController:
        """The same scenario as a world of Live, at its start."""
        from viz.controller import LiveController

        place = permalink.read("") if self.shipped else self.place
        pairs = (line.partition("=") for line in self.settings)
        changes = place.changes | {key.strip(): uploads.value_of(value.strip()) for key, _, value in pairs}
        return LiveController(self.base, text=place.text, seed=seed, changes=changes, acts=place.acts)


@dataclass(frozen=True)
class Request:
    """All that decides the result."""

    a: Side
    b: Side
    seed: int = 1
    replicates: int = USUAL
    weeks: int | None = None

    def scenarios(self) -> tuple[Scenario, Scenario]:
        """Both scenarios with the weeks asked for; raises what is wrong with them or if they are too large."""
        if not FEWEST <= self.replicates <= MOST:
            raise Refused(f"{self.replicates} pairs: {FEWEST} to {MOST}")
        if not 0 <= self.seed <= permalink.LARGEST_SEED:
            raise Refused(f"seed {self.seed}: 0 to {permalink.LARGEST_SEED}")
        pair = self.a.scenario(), self.b.scenario()
        length = min(each.run.weeks for each in pair) if self.weeks is None else self.weeks
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
        return f"{which}-" + repeat.file_name(side.base, self.seed)

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


def whole(text: str | int, what: str) -> int:
    """A whole number that somebody wrote."""
    told = str(text).strip()
    if not (told.isascii() and told.isdigit() and len(told) <= 19):
        raise Refused(f'{what} "{told[:30]}": a whole number')
    return int(told)

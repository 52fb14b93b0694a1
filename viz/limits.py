"""How much one browser session may ask of the server, and what is said when it asks for more."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim import Scenario

#: Agent-weeks of one run, with its burn-in: 2,000 agents for about a thousand weeks.
LARGEST = 2_000_000
#: Agents of one run; each is a mark that the browser draws.
MOST_AGENTS = 5_000
#: Labs and other sources of one run, and dated events: their cost grows faster than their number.
MOST_SPEAKERS = 60
MOST_EVENTS = 300
#: Labs and other sources times weeks: what they say fills the log of events, most of a long session's memory.
MOST_SPEAKER_WEEKS = 40_000
#: Size of an uploaded scenario file; the shipped ones have about 5,000 bytes.
UPLOAD_BYTES = 200_000
#: Browser sessions that the server is made for.
SESSIONS = 20
#: Memory for the history of single agents' beliefs in one session; beyond it weeks are thinned out.
BELIEF_BYTES = 8_000_000
#: Memory that the world of one session takes at most (model, record, log of events, history of beliefs, last picture);
#: benchmarks/viz_sessions.py --largest measures the largest runs that are taken.
SESSION_BYTES = 80_000_000


class TooLarge(ValueError):
    """A run that the browser application leaves to the command line; the message says how."""


def agents(scenario: Scenario) -> int:
    """Investors, policymakers and communities of a scenario."""
    return scenario.size.investors + scenario.size.policymakers + scenario.size.communities


def effort(scenario: Scenario) -> int:
    """Agents times weeks, with the burn-in."""
    return agents(scenario) * (scenario.run.weeks + scenario.run.burn_in)


def check(scenario: Scenario, file: str = "FILE", seed: int = 1) -> None:
    """Raise :class:`TooLarge` if a run is too large for the browser; ``file`` is named in the command."""
    count, size = agents(scenario), effort(scenario)
    speakers = len(scenario.labs) + len(scenario.sources)
    weeks = scenario.run.weeks + scenario.run.burn_in
    said = []
    if count > MOST_AGENTS:
        said.append(f"{count:,} agents; this page takes up to {MOST_AGENTS:,}")
    if size > LARGEST:
        said.append(
            f"{count:,} agents for {weeks:,} weeks are {size:,} agent-weeks; this page takes up to {LARGEST:,}"
        )
    if speakers > MOST_SPEAKERS:
        said.append(f"{speakers} labs and other sources; this page takes up to {MOST_SPEAKERS}")
    elif speakers * weeks > MOST_SPEAKER_WEEKS:
        said.append(
            f"{speakers} labs and other sources for {weeks:,} weeks; with so many this page takes up to "
            f"{MOST_SPEAKER_WEEKS // speakers:,} weeks"
        )
    if len(scenario.events) > MOST_EVENTS:
        said.append(f"{len(scenario.events)} dated events; this page takes up to {MOST_EVENTS}")
    if said:
        command = shlex.join(["parity", "run", file, "--seed", str(seed)])
        raise TooLarge(
            f"This run is too large for the browser ({'; '.join(said)}). Without the browser it runs: {command}"
        )

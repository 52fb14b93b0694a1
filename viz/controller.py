"""One world of one browser session: it steps, restarts, takes acts, and gives pictures of itself.

Nothing here knows Solara. Every method may be called from any thread; a view is made whole or not at all.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sim
from viz import limits, making, permalink, repeat
from viz.history import Beliefs, Board, Events
from viz.inspection import KINDS
from viz.layout import network_of
from viz.repeat import Act

if TYPE_CHECKING:
    from sim import NarrativeModel, Scenario
    from viz.view import View

__all__ = ["Act", "LiveController"]

LARGEST_SEED = permalink.LARGEST_SEED
#: Weeks of a linked world between two words on how far it is.
TOLD_EVERY = 13


class _World:
    """A model with what the session keeps of it; replaced as a whole at each restart."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario = scenario
        self.model: NarrativeModel = sim.NarrativeModel(repeat.open_to_acts(scenario), seed)
        sign = 1.0 if scenario.blocs.controlling == "us" else -1.0
        sizes = (scenario.size.investors, scenario.size.policymakers, scenario.size.communities)
        self.network = network_of(sizes, self.model.network, seed)
        self.beliefs, self.board, self.events = Beliefs(sign), Board(), Events(sign)
        self._look()

    def step(self) -> None:
        """One week, and what is kept of it."""
        self.model.step()
        self._look()

    def _look(self) -> None:
        self.beliefs.look(self.model)
        self.board.look(self.model)
        self.events.look(self.model)


class LiveController:
    """A world that can be watched and steered.

    Parameters
    ----------
    base
        Name of a shipped scenario; with ``text`` the name of the file it came from.
    text
        Scenario file that was uploaded, as TOML.
    seed
        Seed of the world.
    changes
        Values by key on top of the scenario, for instance ``{"distillation.potency": 0.3}``.
    acts
        What is done by hand in the course of the run.

    Raises
    ------
    sim.ScenarioError
        If something is wrong with the scenario, a change or an act.
    viz.limits.TooLarge
        If the run is too large for the browser; the message has the command that runs it.

    """

    def __init__(
        self,
        base: str = "baseline",
        *,
        text: str | None = None,
        seed: int = 1,
        changes: Mapping[str, Any] | None = None,
        acts: Sequence[Act] = (),
    ) -> None:
        self._lock = threading.RLock()
        self.base, self.text = base, text
        self.version = 0
        self._view: View | None = None
        self._base_view: View | None = None
        self._given = repeat.base_scenario(base, text)
        self._begin(_seed(seed), dict(changes or {}), list(acts))

    def _begin(self, seed: int, changes: dict[str, Any], acts: list[Act]) -> None:
        """Build a new world, then put it in place; a failure leaves the old one."""
        scenario = self._scenario(changes, acts)
        limits.check(scenario, repeat.file_name(scenario.name, seed), seed)
        world = _World(scenario, seed)
        with self._lock:
            self.seed, self.changes, self.acts = seed, changes, acts
            self._world: _World | None = world
            self.scenario = scenario
            self._changed()

    def _scenario(self, changes: Mapping[str, Any], acts: Sequence[Act]) -> Scenario:
        return repeat.with_acts(repeat.with_changes(self._given, changes), acts)

    def _changed(self) -> None:
        self.version += 1
        self._view = self._base_view = None

    # -- time -------------------------------------------------------------------------------------------------

    @property
    def model(self) -> NarrativeModel | None:
        """The model; None when the session is over."""
        world = self._world
        return None if world is None else world.model

    @property
    def week(self) -> int:
        """Recorded weeks that are done."""
        model = self.model
        return 0 if model is None else int(model.week)

    @property
    def last_week(self) -> int:
        """Recorded weeks of the whole run."""
        return int(self.scenario.run.weeks)

    def step(self, weeks: int = 1) -> None:
        """Make so many weeks, not beyond the end of the run."""
        for _ in range(max(weeks, 0)):
            # The lock is let go between weeks, so that pages can draw.
            with self._lock:
                if self._world is None or self.week >= self.last_week:
                    return
                self._world.step()
                self._changed()

    def run_to(self, week: int) -> None:
        """Make weeks until so many are done."""
        self.step(min(week, self.last_week) - self.week)

    def restart(
        self, *, seed: int | None = None, changes: Mapping[str, Any] | None = None, keep_acts: bool = False
    ) -> None:
        """Start anew at week 0: with the same luck unless a seed is given, with the same changes unless others are."""
        new = self.changes if changes is None else changes
        self._begin(
            self.seed if seed is None else _seed(seed), dict(new), list(self.acts) if keep_acts else []
        )

    def close(self) -> None:
        """Free the model; the last picture stays readable."""
        with self._lock:
            if self._world is not None and self._view is None and self._base_view is None:
                self.view()
            self._world = None

    # -- acts -------------------------------------------------------------------------------------------------

    def schedule(self, event: Mapping[str, Any]) -> Act:
        """Something done by hand: an event of the scenario, in the coming week unless it names a later one."""
        with self._lock:
            if self._world is None:
                raise ValueError("this world is closed")
            week = max(int(event.get("week", self.week)), self.week)
            if week >= self.last_week:
                raise ValueError(f"the run ends with week {self.last_week - 1}: no week is left for this")
            made = {"type": event.get("type"), "week": week}
            made |= {key: value for key, value in event.items() if key not in ("type", "week", "date")}
            acts = [*self.acts, Act(week, made)]
            scenario = self._scenario(self.changes, acts)
            limits.check(scenario, repeat.file_name(scenario.name, self.seed), self.seed)
            self._world.model.schedule(made)
            self.acts, self.scenario = acts, scenario
            self._world.scenario = scenario
            self._changed()
            return acts[-1]

    def in_force(self, key: str) -> Any:
        """What holds now of a setting that acts can change; None for others."""
        with self._lock:
            model = self.model
            if model is None:
                return None
            if key == "export_control.strength":
                return float(model.regime.announced[0, 0])
            if key == "export_control.access_strength":
                return float(model.regime.announced[0, 1])
            parts = key.split(".")
            if parts[0] == "labs" and parts[-1] == "claim_policy" and parts[1] in model.source_names:
                return str(model.policies[model.source_names.index(parts[1])])
            return None

    # -- looking ----------------------------------------------------------------------------------------------

    def view(self, cursor: int | None = None) -> View:
        """The world as it is, looked at in a week (default: the newest); the same object while nothing changes."""
        with self._lock:
            world = self._world
            if world is None:
                if self._view is None:
                    raise ValueError("this world is closed")
                return self._view
            if self._base_view is None:
                self._base_view = making.new_view(
                    world.model, self.scenario, self.seed, world.network, world.events
                )
            newest = max(self._base_view.week - 1, 0)
            at = newest if cursor is None else min(max(int(cursor), 0), newest)
            if self._view is None or self._view.cursor != at:
                self._view = making.at_week(self._base_view, at, world.model, world.beliefs, world.board)
            return self._view

    def agent(self, index: int) -> dict[str, Any]:
        """One receiver; see :func:`viz.view.agent_history`."""
        with self._lock:
            world = self._world
            if world is None:
                raise IndexError(index)
            network, index = world.network, int(index)
            if not 0 <= index < len(network.kind):
                raise IndexError(index)
            ties = world.model.network
            around: list[int] = []
            if ties is not None:
                around = [
                    int(k) for k in ties.indices[ties.indptr[index] : ties.indptr[index + 1]] if k != index
                ]
            weeks, beliefs = world.beliefs.of(index)
            return {
                "kind": KINDS[int(network.kind[index])], "name": network.names[index],
                "neighbours": [network.names[k] for k in around], "neighbour_numbers": around,
                "weeks": weeks, "believed_gap": beliefs[0], "believed_share": beliefs[1],
            }  # fmt: skip

    # -- taking it home ---------------------------------------------------------------------------------------

    def scenario_toml(self) -> str:
        """The scenario file that repeats this run, with all changes and acts."""
        return repeat.toml(self.scenario, self.seed)

    def command(self) -> str:
        """The command that repeats this run; of the file unless the scenario is a shipped one as it is."""
        plain = self.text is None and not self.changes and not self.acts
        return repeat.command(self.scenario, self.seed, self.base.removesuffix(".toml") if plain else None)

    def permalink(self) -> str:
        """The query string that opens the same world at the same week."""
        with self._lock:
            return permalink.written(self.base, self.text, self.seed, self.changes, self.acts, self.week)

    @classmethod
    def from_permalink(
        cls, query: str, tell: Callable[[int, int], None] = lambda week, target: None
    ) -> LiveController:
        """The world that a query string describes, run to its week; ``tell`` hears from time to time how far it is."""
        place = permalink.read(query)
        made = cls(place.base, text=place.text, seed=place.seed, changes=place.changes, acts=place.acts)
        target = min(place.week, made.last_week)
        while made.week < target:
            made.run_to(min(made.week + TOLD_EVERY, target))
            tell(made.week, target)
        return made

    def series_csv(self) -> bytes:
        """Every output week by week, as ``parity run`` has it."""
        return _csv(self._table("series"))

    def series_parquet(self) -> bytes:
        """The same as Parquet."""
        from sim.recording.store import write_parquet

        sink = io.BytesIO()
        write_parquet(self._table("series"), sink)
        return sink.getvalue()

    def events_csv(self) -> bytes:
        """Every event, as ``parity run`` has it."""
        return _csv(self._table("events"))

    def _table(self, name: str) -> Any:
        from sim.recording import tables

        with self._lock:
            if self._world is None:
                raise ValueError("this world is closed")
            return {"series": tables.series_table, "events": tables.events_table}[name](self._world.model)


def _csv(table: Any) -> bytes:
    from pyarrow import csv

    sink = io.BytesIO()
    csv.write_csv(table, sink)
    return sink.getvalue()


def _seed(seed: int) -> int:
    """A seed that the command line takes too."""
    number = int(seed)
    if not 0 <= number <= LARGEST_SEED:
        raise ValueError(f"seed {seed}: 0 to {LARGEST_SEED}")
    return number

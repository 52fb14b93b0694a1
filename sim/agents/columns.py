"""Agents that own slots in columns.

Every agent of every kind is a :class:`mesa.Agent` which owns a slot in its kind's columns, arrays of shape
``(worlds, agents)``. Reading ``lab.capability`` reads the slot. The same class describes a *cohort*, all agents of
a kind in all worlds at once: there the attribute is the whole column. A behaviour is a method written on the last
axis, so that one body serves one agent, a whole kind, or a batch of hundreds of worlds.

A room is a set of columns of one length. The cohort whose kind has the room's name keeps the room: its columns are
plain attributes of it, which cost nothing to read; everybody else finds them there.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

import mesa
import numpy as np

if TYPE_CHECKING:
    from sim.model import NarrativeModel

#: Rooms with few agents, whose columns others may hold caches of.
SMALL_ROOMS = frozenset({"labs", "sources"})
#: Where an agent's values lie in a room's arrays: ``None`` for all of them (a cohort that fills the room).
Place = None | tuple[Any, ...]


class Column:
    """A state variable: a descriptor that reads and writes the owner's slots of an array.

    ``room`` names the set of columns (``labs``, ``sources``, ``receivers``, ...); ``shape`` the axes after
    ``(worlds, agents)``.
    """

    def __init__(
        self, room: str, unit: str, description: str, *, fill: float | bool = 0.0, shape: tuple[int, ...] = ()
    ):
        self.room, self.unit, self.description, self.fill, self.shape = room, unit, description, fill, shape
        self.__doc__ = f"{description} ({unit})"

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, agent: ColumnAgent | None, owner: type | None = None) -> Any:
        if agent is None:
            return self
        column = getattr(agent.model.rooms[self.room], self.name)
        place = agent.places[self.room]
        return column if place is None else column[place]

    def __set__(self, agent: ColumnAgent, value: Any) -> None:
        keeper = agent.model.rooms[self.room]
        place = agent.places[self.room]
        if place is None:
            setattr(keeper, self.name, value)
            return
        world = place[0]
        if not isinstance(world, slice) and np.ndim(value) == len(self.shape) + 2:
            # One agent computed with parameters of all worlds, (worlds, 1, ...): its own world's value counts.
            value = value[world if len(value) > 1 else 0, 0]
        if self.room in SMALL_ROOMS and not isinstance(world, slice):
            # A new array, so that whoever holds what follows from the old one notices the change.
            setattr(keeper, self.name, getattr(keeper, self.name).copy())
        getattr(keeper, self.name)[place] = value

    def allocate(self, worlds: int, agents: int) -> np.ndarray:
        """A new array ``(worlds, agents, *shape)`` with the default value."""
        dtype = bool if isinstance(self.fill, bool) else (np.intp if isinstance(self.fill, int) else float)
        return np.full((worlds, agents, *self.shape), self.fill, dtype=dtype)


class ColumnAgent(mesa.Agent):
    """A Mesa agent whose state lives in columns; also the view of a whole kind (a cohort)."""

    #: Rooms whose columns this kind owns, with the kind's first slot in each given by the model.
    kind: ClassVar[str] = ""
    model: NarrativeModel
    places: dict[str, Place]

    def __init__(self, model: NarrativeModel, world: int, slot: int) -> None:
        super().__init__(model)
        self.world, self.slot = world, slot
        self.places = {
            room: (world, first + slot) for room, (first, _count) in model.slots_of_kind[self.kind].items()
        }

    @classmethod
    def cohort(cls, model: NarrativeModel) -> Self:
        """All agents of this kind in all worlds, as one object with whole columns; not a registered agent."""
        everyone = object.__new__(_keeping_its_room(cls))  # type: ignore[arg-type]
        everyone.model = model
        everyone.places = {}
        for room, (first, count) in model.slots_of_kind[cls.kind].items():
            whole = first == 0 and count == model.room_sizes[room]
            everyone.places[room] = None if whole else (slice(None), slice(first, first + count))
        return everyone

    @classmethod
    def columns(cls) -> dict[str, Column]:
        """All state variables of the kind by name, with unit and description."""
        return {
            name: value
            for owner in reversed(cls.__mro__)
            for name, value in vars(owner).items()
            if isinstance(value, Column)
        }

    @property
    def name(self) -> str:
        """The agent's name in the scenario, or its kind and slot."""
        names = self.model.names_of_kind.get(self.kind)
        return names[self.slot] if names else f"{self.kind}-{self.slot}"

    def state(self) -> dict[str, Any]:
        """Current values of all columns of this agent (or of the whole cohort)."""
        return {name: getattr(self, name) for name in type(self).columns()}

    def __repr__(self) -> str:
        if "slot" not in self.__dict__:
            return f"<all {self.kind} of {self.model.worlds} world(s)>"
        return f"<{type(self).__name__} {self.name} in world {self.world}>"


@cache
def _keeping_its_room[Kind: ColumnAgent](kind: type[Kind]) -> type[Kind]:
    """The kind as its cohort: the columns of its own room are slots in place of descriptors."""
    own = [name for name, column in kind.columns().items() if column.room == kind.kind]
    return type(f"All{kind.__name__}", (kind,), {"__slots__": own, "__module__": kind.__module__})

"""PRIM's box over scatter and heat map: the switch, the search in the background, and the box in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import solara

from sim.analysis import Box
from viz.exploring import boxes
from viz.exploring.address import Address
from viz.exploring.explored import Explored
from viz.exploring.findings import Asked, asked_for, box_of
from viz.exploring.jobs import Outcome, use_answer
from viz.exploring.pieces import Note


@dataclass(frozen=True)
class Overlay:
    """What was asked for, and what was found so far; no condition where the outcome is never defined."""

    asked: Asked | None
    found: Outcome

    @property
    def box(self) -> Box | None:
        """The box, once it is there."""
        return self.found.value.box if self.found.value is not None else None


def use_box(explored: Explored, address: Address, wanted: bool = True) -> Overlay:
    """PRIM's box for the condition of the address, looked for in the background if it is wanted."""
    asked = asked_for(explored, address.outcome, address.side, address.threshold)
    condition = asked.condition if asked is not None else ""
    found = use_answer(
        (explored.digest, "box", condition),
        (lambda: box_of(explored, asked)) if wanted and asked is not None else None,
    )
    return Overlay(asked, found)


@solara.component
def BoxSwitch(
    explored: Explored,
    address: Address,
    overlay: Overlay,
    go: Callable[[Address], None],
    axes: tuple[str, ...],
) -> None:
    """Whether the box is drawn over these axes, what it is, and why nothing is drawn where it limits none of them."""
    solara.Checkbox(
        label="Show the box of PRIM",
        value=address.box,
        on_value=lambda on: go(replace(address, box=bool(on))),
    )
    if not address.box:
        return
    if overlay.asked is None:
        Note(f"{address.outcome} is not defined in any run, so that there is no box.")
    elif not overlay.found.ready:
        Note("PRIM is looking for the box (some seconds) ...")
    elif overlay.box is None:
        Note(f"No box: {overlay.found.refused}.")
    else:
        Note(told(overlay.box, overlay.asked, axes))


def told(box: Box, asked: Asked, axes: tuple[str, ...]) -> str:
    """A box in words, and how it relates to the axes that are drawn."""
    here, elsewhere = boxes.drawn_over(box, *axes)
    text = (
        f"Box for {asked.condition}: {box.text}. Coverage {box.coverage:.2f}, density {box.density:.2f} "
        "(more under Box (PRIM))."
    )
    if not box.limits:
        return f"{text} It limits no factor, so nothing is drawn."
    if not here:
        return (
            f"{text} It does not restrict {' or '.join(filter(None, axes))}, so no rectangle is drawn here."
        )
    if elsewhere:
        text += f" It also limits {', '.join(elsewhere)}: what looks inside may be outside."
    return text

"""The text card of one claim: who says what, whether it holds in the model, how far it carried."""

from __future__ import annotations

from typing import Any

import solara

from viz import shell, view
from viz.live import state
from viz.live.widgets import Choice, facts

#: Claims offered by name, newest first.
OFFERED = 40
MEANING = {
    "who": "The source of the claim; its reach and its interests are part of the model.",
    "truth": "What the model knew to be so in the week of the claim. The receivers do not see it.",
    "bias": "What the source put on top of its own estimate.",
    "verdict": "The stated value against the truth, within the precision that claims state about themselves.",
    "reach": "Attention share of the claim's story in its week, among rival stories and other news on the topic.",
    "effect": "How the belief that it is about moved in the four weeks after. It moved together with the claim; "
    "other causes ran too.",
}


@solara.component
def ClaimCard(now: state.Now) -> None:
    """A card; the claim is chosen in the story's chart or from the list."""
    claims = solara.use_memo(lambda: offered(now), [now.key])
    chosen = state.claim.value
    shown = chosen if chosen is not None else claims[0][1] if claims else None
    card = solara.use_memo(lambda: _card(now, shown), [now.key, shown])
    with shell.Panel(
        "Claim card" if chosen is not None else "Claim card: the newest",
        "A claim is a public statement. It may be true or false; the card tells which, in the model.",
    ):
        if not claims:
            solara.Text("No claim so far.")
            return
        names = {number: name for name, number in claims}
        if shown is not None and shown not in names and card is not None:
            names[shown] = named(now.view.events[shown])
        Choice("Claim", shown, names, state.claim.set)
        if card is None:
            solara.Text("Click a dot in the story, or choose a claim here.")
            return
        # A card that somebody opened is read out; the newest, while the world plays, is not.
        facts(card.items(), "Claim", "parity-card", MEANING, spoken=chosen is not None)


def offered(now: state.Now) -> list[tuple[str, int]]:
    """The newest claims up to the week looked at, by name."""
    found = [e for e in now.view.events if e["type"] == "claim" and e["week"] <= now.view.cursor]
    return [(named(event), event["id"]) for event in reversed(found[-OFFERED:])]


def named(event: dict[str, Any]) -> str:
    """A claim in a list; its number tells two of a week apart."""
    kind = str(event["narrative"]).replace("_", " ")
    return f"Week {event['week']}: {event['source'] or event['origin']}, {kind} (no. {event['id']})"


def _card(now: state.Now, number: int | None) -> dict[str, Any] | None:
    if number is None:
        return None
    try:
        return view.claim_card(now.view, number)
    except (KeyError, LookupError, ValueError):
        return None  # of another world

"""The text card of one claim: who says what, whether it holds in the model, how far it carried."""

from __future__ import annotations

from typing import Any

import solara

from viz import shell, view
from viz.live import state

#: Claims offered by name, newest first.
OFFERED = 40
MEANING = {
    "who": "The source of the claim; its reach and its interests are part of the model.",
    "truth": "What the model knew to be so in the week of the claim. The receivers do not see it.",
    "bias": "What the source put on top of its own estimate.",
    "reach": "Share of public attention that the claim got in its week.",
    "effect": "How the mean belief moved in the four weeks after. It moved together with the claim; "
    "other causes ran too.",
}


@solara.component
def ClaimCard(now: state.Now) -> None:
    """A card; the claim is chosen in the story's chart or from the list."""
    claims = solara.use_memo(lambda: offered(now), [now.key])
    chosen = state.claim.value
    card = solara.use_memo(lambda: _card(now, chosen), [now.key, chosen])
    with shell.Panel(
        "Claim card",
        "A claim is a public statement about the gap. It may be true or false; the card tells which.",
    ):
        names = [name for name, _ in claims]
        numbers = dict(claims)
        at = next((name for name, number in claims if number == chosen), None)
        solara.Select(
            "Claim", values=names if at in names else [*names], value=at,
            on_value=lambda name: state.claim.set(numbers.get(name)),
        )  # fmt: skip
        if card is None:
            solara.Text("Click a dot in the story, or choose a claim here." if names else "No claim so far.")
            return
        facts(card)


def offered(now: state.Now) -> list[tuple[str, int]]:
    """The newest claims up to the week looked at, by name."""
    found = [e for e in now.view.events if e["type"] == "claim" and e["week"] <= now.view.cursor]
    return [
        (f"Week {e['week']}: {e['source'] or e['origin']}, {e['narrative']} (no. {e['id']})", e["id"])
        for e in reversed(found[-OFFERED:])
    ]


def _card(now: state.Now, number: int | None) -> dict[str, Any] | None:
    if number is None:
        return None
    try:
        return view.claim_card(now.view, number)
    except (KeyError, LookupError, ValueError):
        return None  # of another world


def facts(card: dict[str, Any]) -> None:
    """Names and what is told of them."""
    rows = "".join(
        f'<dt title="{shell.escape(MEANING.get(key, ""))}">{shell.escape(key.replace("_", " "))}</dt>'
        f"<dd>{shell.escape(_plain(value))}</dd>"
        for key, value in card.items()
    )
    solara.HTML(
        tag="dl", unsafe_innerHTML=rows, classes=["parity-facts", "parity-card"],
        attributes={"role": "region", "aria-live": "polite", "aria-label": "Claim"},
    )  # fmt: skip


def _plain(value: Any) -> str:
    if value is None:
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3g}" if isinstance(value, float) else str(value)

"""Numbers and stances of the simulation in plain words."""

from __future__ import annotations

import math
from typing import Any

#: Output that holds the attention share of each narrative of the log.
OUTPUT_OF = {
    "parity": "parity",
    "moat": "moat",
    "copying": "copying",
    "cost_efficiency": "cost",
    "control_call": "control",
    "motive": "motive",
}
STORY = {
    "parity": "parity (the other side has caught up)",
    "moat": "moat (the lead is large)",
    "copying": "copying (progress comes from copying)",
    "cost_efficiency": "cost efficiency (progress comes from own efficiency)",
    "control_call": "control (what should be done)",
    "motive": "motive (another source leans)",
}
UNITS = {"gap": "OOM", "compute": "OOM", "speed": "OOM/yr", "share": ""}
INSTRUMENTS = {"chips": "chip control", "access": "control of model access"}


def number(value: float | None, digits: int = 2) -> str:
    """A number as it is read in a sentence."""
    if value is None or not math.isfinite(value):
        return "unknown"
    text = f"{value:,.{digits}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0.0 else text


def quantity(value: float | None, name: str | None) -> str:
    """A value with its unit: a share in per cent, a gap in OOM."""
    if value is None or not math.isfinite(value):
        return "unknown"
    if name == "share":
        return f"{number(100.0 * value, 0)} %"
    return f"{number(value)} {UNITS.get(name or '', '')}".strip()


def lead(value: float, what: str = "capability") -> str:
    """Who leads whom, by how much."""
    ahead, behind = ("the US", "China") if value >= 0 else ("China", "the US")
    return f"{ahead} leads {behind} by {number(abs(value))} OOM in {what}"


def says(event: dict[str, Any]) -> str:
    """What a claim says, without whether it is so."""
    value, about, narrative = event["value"], event["quantity"], event["narrative"]
    if narrative == "control_call":
        return "export control should be " + ("tighter" if (value or 0.0) > 0 else "looser")
    if narrative == "motive":
        topic = "the copied share" if about == "share" else "the gap"
        return f"{event['target']} leans by {signed(value, about)} in what it says about {topic}"
    if value is None:
        return "no number"
    if about == "gap":
        return lead(value)
    if about == "compute":
        return lead(value, "compute")
    if about == "speed":
        return f"the gap {'closes' if value >= 0 else 'grows'} by {number(abs(value))} OOM a year"
    if narrative == "cost_efficiency":
        share = quantity(value, "share")
        return f"copying closed only {share} of the gap there would be without it; the rest is efficiency"
    return f"copying closed {quantity(value, 'share')} of the gap that there would be without it"


def difference(value: float, name: str | None) -> str:
    """A distance between two values with its unit: of shares in percentage points."""
    return f"{number(100.0 * value, 0)} percentage points" if name == "share" else quantity(value, name)


def signed(value: float | None, name: str | None) -> str:
    """A difference with its sign."""
    if value is None:
        return "unknown"
    return ("+" if value > 0 else "-" if value < 0 else "") + difference(abs(value), name)

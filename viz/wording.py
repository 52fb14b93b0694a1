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


#: What each choice of a setting is called, and what it means.
CLAIM_POLICIES = {
    "none": ("silent", "Publishes nothing."),
    "sincere": (
        "own estimate (sincere)",
        "Reports its own estimate whenever that differs clearly from what the public believes. The estimate can be "
        "wrong.",
    ),
    "strategic": (
        "chosen for effect (strategic)",
        "Adds to its own estimate what serves its value, and speaks when that pays. The statement can be true.",
    ),
    "relay": ("repeats others", "Says nothing of its own and repeats sources that it is close to."),
    "default": ("as all labs", "Follows the setting for all labs."),
}
MODES_OF_CONTROL = {
    "endogenous": ("policymakers in the model", "Policymakers act when pressure passes a threshold."),
    "exogenous": (
        "dated events only",
        "Control moves only by dated events of the scenario and by your acts.",
    ),
    "both": ("policymakers and dated events", "Policymakers act, and dated events and your acts besides."),
}
CHOICES: dict[str, dict[str, tuple[str, str]]] = {
    "claim_policy": CLAIM_POLICIES,
    "claims.policy": CLAIM_POLICIES,
    "export_control.mode": MODES_OF_CONTROL,
    "export_control.access_mode": MODES_OF_CONTROL,
    "enforcement.rule": {
        "none": ("no enforcement", "Closed labs leave every account open."),
        "fixed": ("a fixed level", "Every closed lab enforces at the level set below."),
        "chosen": ("what pays for the lab", "Each closed lab weighs what copying costs it against what bans cost it."),
    },
    "valuation.rule": {
        "finite_moat": (
            "rents end at catch-up",
            "Investors expect a leader's rents to last until the time at which they expect rivals to catch up.",
        ),
        "creative_destruction": (
            "catch-up may come at any time",
            "Investors count with a steady chance of catch-up, whose mean waiting time is the one they believe in.",
        ),
    },
}  # fmt: skip


def _of_choice(key: str, value: str) -> tuple[str, str]:
    table = CHOICES.get(key) or CHOICES.get(key.rpartition(".")[2], {})
    return table.get(value, (value.replace("_", " "), ""))


def choice(key: str, value: str) -> str:
    """What a choice of a setting is called."""
    return _of_choice(key, value)[0]


def choice_means(key: str, value: str) -> str:
    """What a choice of a setting means; empty for one that an extension brings."""
    return _of_choice(key, value)[1]

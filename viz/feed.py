"""The events of a world in plain sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from viz import wording

if TYPE_CHECKING:
    from viz.view import View

#: Surprises from this many standard deviations on are worth a word.
REMARKABLE = 1.5
#: Events whose value is told in one way; the value has two digits.
PLAIN = {
    "model_release": "{source} releases a model with a capability of {value} OOM",
    "benchmark_release": "a new test set appears, {target}; a model of {value} OOM solves half of it",
    "truce": "both sides withdraw bargaining measures; chip control stands at {value}",
    "weight_exfiltration": "{source} obtains another lab's weights and has a capability of {value} OOM",
    "election": "an election shifts the cost of control by {value}",
    "shock": "a shock of {value} OOM hits {source}",
    "chip_diversion": "diverted chips add {value} OOM to the compute of the controlled bloc's labs",
    "score": "",
}


def feed(view: View, weeks: int = 1) -> list[tuple[int, str]]:
    """Week and sentence of the events of so many weeks up to the one looked at, newest first."""
    first = view.cursor - max(weeks, 1) + 1
    told = []
    for event in reversed(view.events):
        if event["week"] < first:
            break
        if event["week"] > view.cursor:
            continue
        text = sentence(event, view.value_unit)
        if text:
            told.append((event["week"], text))
    return told


def sentence(event: dict[str, Any], value_unit: str = "bn US$") -> str:
    """An event in a sentence; empty for single scores, which the evaluation of the week sums up."""
    kind = event["type"]
    if kind in PLAIN:
        text = PLAIN[kind].format(
            source=event["source"], target=event["target"], value=wording.number(event["value"])
        )
    elif kind == "round":
        text = _round(event, value_unit)
    else:
        text = SENTENCES.get(kind, _other)(event)
    if not text:
        return ""
    if event["origin"] == "scenario":
        text += " (dated event)"
    # Names stay as the scenario writes them.
    named = bool(event["source"]) and text.startswith(event["source"])
    return f"{text if named else text[:1].upper() + text[1:]}."


def _round(e: dict[str, Any], unit: str) -> str:
    text = f"{e['source']} closes a round at a value of {wording.number(e['value'], 1)} {unit}"
    return text + (f" and raises {wording.number(e['effect'], 1)} {unit}" if e["effect"] is not None else "")


def _evaluation(e: dict[str, Any]) -> str:
    text = f"the benchmark office measures: {wording.lead(e['value'] or 0.0)}"
    effect = e["effect"] or 0.0
    if abs(effect) >= REMARKABLE:
        side = "above" if effect > 0 else "below"
        text += f", {wording.number(abs(effect), 1)} standard deviations {side} what was expected"
    return text


def _claim(e: dict[str, Any]) -> str:
    return f"{e['source']} says that {wording.says(e)}"


def _act(e: dict[str, Any]) -> str:
    change, what = e["effect"] or 0.0, wording.INSTRUMENTS.get(e["target"] or "", "control")
    if not change:
        return f"the government leaves {what} at {wording.number(e['value'])}"
    verb = "tightens" if change > 0 else "loosens"
    return f"the government {verb} {what} to {wording.number(e['value'])} (by {wording.number(abs(change))})"


def _reveal(e: dict[str, Any]) -> str:
    return f"public evidence puts the copied share at {wording.quantity(e['value'], 'share')}"


def _policy(e: dict[str, Any]) -> str:
    policy = e.get("narrative") or e.get("target") or e.get("quantity")
    told = wording.choice("claims.policy", str(policy)) if policy else ""
    return f"{e['source']} changes its claims" + (f" to: {told}" if told else "")


def _other(e: dict[str, Any]) -> str:
    who = f"{e['source']}: " if e["source"] else ""
    value = "" if e["value"] is None else f" ({wording.number(e['value'])})"
    return f"{who}{str(e['type']).replace('_', ' ')}{value}"


SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "evaluation": _evaluation,
    "claim": _claim,
    "control_act": _act,
    "reveal": _reveal,
    "claim_policy": _policy,
}

"""The events of a world in plain sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from viz import wording

if TYPE_CHECKING:
    from viz.view import View

#: Surprises from this many standard deviations on are worth a word.
REMARKABLE = 1.5


def feed(view: View, weeks: int = 1) -> list[tuple[int, str]]:
    """Week and sentence of the events of so many weeks up to the one looked at, newest first."""
    first = view.cursor - max(weeks, 1) + 1
    told = []
    for event in reversed(view.events):
        if event["week"] < first:
            break
        if event["week"] > view.cursor:
            continue
        text = sentence(event)
        if text:
            told.append((event["week"], text))
    return told


def sentence(event: dict[str, Any]) -> str:
    """An event in a sentence; empty for single scores, which the evaluation of the week sums up."""
    write = SENTENCES.get(event["type"])
    text = _other(event) if write is None else write(event)
    if text and event["origin"] == "scenario":
        text += " (dated event)"
    if not text:
        return ""
    # Names stay as the scenario writes them.
    named = bool(event["source"]) and text.startswith(event["source"])
    return f"{text if named else text[:1].upper() + text[1:]}."


def _release(e: dict[str, Any]) -> str:
    return f"{e['source']} releases a model with a capability of {wording.number(e['value'])} OOM"


def _evaluation(e: dict[str, Any]) -> str:
    text = f"the benchmark office measures: {wording.lead(e['value'] or 0.0)}"
    effect = e["effect"] or 0.0
    if abs(effect) >= REMARKABLE:
        side = "above" if effect > 0 else "below"
        text += f", {wording.number(abs(effect), 1)} standard deviations {side} what was expected"
    return text


def _test(e: dict[str, Any]) -> str:
    return f"a new test set appears, {e['target']}; a model of {wording.number(e['value'])} OOM solves half of it"


def _claim(e: dict[str, Any]) -> str:
    return f"{e['source']} says that {wording.says(e)}"


def _act(e: dict[str, Any]) -> str:
    change, what = e["effect"] or 0.0, wording.INSTRUMENTS.get(e["target"] or "", "control")
    if not change:
        return f"the government leaves {what} at {wording.number(e['value'])}"
    verb = "tightens" if change > 0 else "loosens"
    return f"the government {verb} {what} to {wording.number(e['value'])} (by {wording.number(abs(change))})"


def _truce(e: dict[str, Any]) -> str:
    return f"both sides withdraw bargaining measures; chip control stands at {wording.number(e['value'])}"


def _weights(e: dict[str, Any]) -> str:
    return f"{e['source']} obtains another lab's weights and has a capability of {wording.number(e['value'])} OOM"


def _reveal(e: dict[str, Any]) -> str:
    return f"public evidence puts the copied share at {wording.quantity(e['value'], 'share')}"


def _round(e: dict[str, Any]) -> str:
    text = f"{e['source']} closes a round at a value of {wording.number(e['value'], 1)} bn US$"
    return text + (f" and raises {wording.number(e['effect'], 1)} bn US$" if e["effect"] is not None else "")


def _election(e: dict[str, Any]) -> str:
    return f"an election shifts the cost of control by {wording.number(e['value'])}"


def _shock(e: dict[str, Any]) -> str:
    return f"a shock of {wording.number(e['value'])} OOM hits {e['source']}"


def _diversion(e: dict[str, Any]) -> str:
    return f"diverted chips add {wording.number(e['value'])} OOM to the compute of the controlled bloc's labs"


def _policy(e: dict[str, Any]) -> str:
    policy = e.get("narrative") or e.get("target") or e.get("quantity")
    return f"{e['source']} changes its claim policy" + (f" to {policy}" if policy else "")


def _other(e: dict[str, Any]) -> str:
    who = f"{e['source']}: " if e["source"] else ""
    value = "" if e["value"] is None else f" ({wording.number(e['value'])})"
    return f"{who}{str(e['type']).replace('_', ' ')}{value}"


SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "model_release": _release,
    "evaluation": _evaluation,
    "score": lambda e: "",
    "benchmark_release": _test,
    "claim": _claim,
    "control_act": _act,
    "truce": _truce,
    "weight_exfiltration": _weights,
    "reveal": _reveal,
    "round": _round,
    "election": _election,
    "shock": _shock,
    "chip_diversion": _diversion,
    "claim_policy": _policy,
}

"""Claims held against the truth in the model: the card of one claim, and the judgement on it.

A gap claim is compared with the latent gap of its week, a share claim with the latent copied share, a claim about
compute with the latent compute gap; each within the standard deviation that claims state about themselves. A motive
claim is compared with the bias of the target's last claim about that quantity. The model holds no single true speed,
since the gap moves in jumps: beside a claim about speed stands how fast the gap did close, without a verdict. A call
for or against control says what should be, and is no statement of fact. A claim can miss the truth without any bias:
sources err.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from viz import wording

if TYPE_CHECKING:
    from viz.view import View

CLOSE, HIGH, LOW = "close to the truth in the model", "too high", "too low"
NO_FACT, UNKNOWN, NO_SINGLE = "not a statement of fact", "cannot be checked", "no verdict"
#: Weeks over which the mean belief is followed after a claim.
FOLLOWED = 4
#: Weeks up to a claim over which the speed of the gap is told, and the fewest over which it is.
SPEED_WEEKS, SPEED_LEAST = 52, 13
GROUPS = ("investors", "policymakers", "communities")
#: What receivers believe about each quantity: the output's name, before the group, and what it is called.
BELIEVED = {
    "gap": ("believed_gap", "mean believed lead of the US"),
    "share": ("believed_copied_share", "mean believed copied share"),
    "speed": ("believed_closing_speed", "mean believed closing speed of the gap"),
}


@dataclass(frozen=True)
class Judgement:
    """How a claim compares with the model: the truth (None where there is none), its tolerance, and the verdict."""

    truth: float | None
    tolerance: float
    verdict: str
    why: str


@dataclass(frozen=True)
class Effect:
    """What went along with a claim: the change, over how many weeks, of which quantity, and of what in words."""

    change: float
    weeks: int
    about: str
    name: str


def claim_card(view: View, event_id: int) -> dict[str, Any]:
    """Who said what, whether it holds in the model, and how it fared; texts to be shown in this order.

    Raises :class:`LookupError` if there is no such claim.
    """
    event = find(view, event_id)
    found, about = judge(view, event), event["quantity"]
    call = event["narrative"] == "control_call"
    bloc = (view.bloc_of or {}).get(event["source"] or "", "")
    side = {"us": " (US)", "cn": " (China)"}.get(bloc, "")
    card = {
        "who": f"{event['source']}{side}",
        "when": f"week {event['week']}, {event['date']}",
        "narrative": wording.STORY.get(event["narrative"], str(event["narrative"])),
        "says": wording.says(event),
        "stated value": "none" if call else wording.quantity(event["value"], about),
        "truth": "none" if call else truth_words(found, about),
        "verdict": found.verdict,
        "why": found.why,
        "bias": bias_words(event),
        "reach": f"{wording.number(100.0 * reach(view, event), 1)} % of that week's attention to its topic, shared "
        f"with other claims that tell the same story",
        "effect": effect_words(view, event),
    }
    if event["origin"] == "scenario":
        card["origin"] = "a dated event of the scenario"
    return card


def truth_words(found: Judgement, about: str | None) -> str:
    """The truth with its unit, or that there is none to compare with."""
    return "no single value" if found.verdict == NO_SINGLE else wording.quantity(found.truth, about)


def bias_words(event: Mapping[str, Any]) -> str:
    """What the source put on top of the estimate behind the claim: chosen for effect, unlike an error."""
    bias = event["bias"]
    if bias is None:
        return "does not apply"
    size = wording.difference(abs(bias), event["quantity"])
    if abs(bias) < 1e-9:
        return "none: the estimate is passed on as it is"
    return f"{size} put {'on top of' if bias > 0 else 'below'} the estimate behind it"


def find(view: View, event_id: int) -> dict[str, Any]:
    """The claim of that number."""
    if not 0 <= event_id < len(view.events) or view.events[event_id]["type"] != "claim":
        raise LookupError(f"no claim {event_id}")
    return view.events[event_id]


def judge(view: View, event: Mapping[str, Any]) -> Judgement:
    """Hold a claim against the model."""
    tolerance, value = view.stated_sd, event["value"]
    if event["narrative"] == "control_call":
        return Judgement(None, tolerance, NO_FACT, "a call says what should be done, not what is so")
    if event["quantity"] == "speed" and event["narrative"] != "motive":
        return Judgement(None, tolerance, NO_SINGLE, _speed_so_far(view, event))
    truth, what = _truth(view, event)
    if truth is None or value is None or not np.isfinite(truth):
        return Judgement(None, tolerance, UNKNOWN, what)
    distance = value - truth
    within = wording.difference(tolerance, event["quantity"])
    if abs(distance) <= tolerance:
        return Judgement(
            truth, tolerance, CLOSE, f"within {within}, the precision that claims state, of {what}"
        )
    far = wording.difference(abs(distance), event["quantity"])
    side = "above" if distance > 0 else "below"
    return Judgement(truth, tolerance, HIGH if distance > 0 else LOW, f"{far} {side} {what}")


def _truth(view: View, event: Mapping[str, Any]) -> tuple[float | None, str]:
    """What is so in the model, and what it is called; or None and why not."""
    week, about = event["week"], event["quantity"]
    if event["narrative"] == "motive":
        last = _last_claim(view, event)
        if last is None or last["bias"] is None:
            return None, f"{event['target']} has made no claim about this in the recorded weeks"
        return last["bias"], f"the bias of the last such claim of {event['target']} (week {last['week']})"
    if not 0 <= week < view.week:
        return None, "the week of the claim is not on record"
    if about == "gap":
        return float(view.series["gap"][week]), "the latent gap of that week"
    if about == "share":
        return float(view.series["copied_share"][week]), "the latent copied share of that week"
    if about == "compute":
        return float(
            -np.log10(view.series["compute_cn_over_us"][week])
        ), "the latent compute gap of that week"
    return None, "the model holds no single true value of this"


def _speed_so_far(view: View, event: Mapping[str, Any]) -> str:
    """Why a claim about speed gets no verdict, and how fast the latent gap closed up to its week."""
    why = "the model holds no single true speed: the gap moves in jumps, and its speed depends on the weeks compared"
    week = min(event["week"], view.week - 1)
    weeks = min(SPEED_WEEKS, week)
    if weeks < SPEED_LEAST:
        return f"{why}; too few weeks are on record before it to tell how fast the gap closed"
    gap = view.series["gap"]
    closed = float(gap[week - weeks] - gap[week]) * 52.0 / weeks
    verb = "closed" if closed >= 0 else "grew"
    return (
        f"{why}. Over the {weeks} weeks up to the claim it {verb} by {wording.number(abs(closed))} OOM a year"
    )


def _last_claim(view: View, event: Mapping[str, Any]) -> dict[str, Any] | None:
    """The target's last claim about the quantity, before the week of the motive claim."""
    for other in reversed(view.events[: event["id"]]):
        if (
            other["type"] == "claim" and other["source"] == event["target"] and other["week"] < event["week"]
            and other["quantity"] == event["quantity"] and other["narrative"] != "motive"
        ):  # fmt: skip
            return other
    return None


def reach(view: View, event: Mapping[str, Any]) -> float:
    """Attention share of the claim's narrative in its week; other claims of the kind share it."""
    name = f"claims_{wording.OUTPUT_OF.get(event['narrative'], '')}"
    values = view.series.get(name)
    return (
        float(values[event["week"]]) if values is not None and event["week"] < len(values) else float("nan")
    )


def effect(view: View, event: Mapping[str, Any]) -> Effect | None:
    """Change of the belief that a claim is about, from the week before to some weeks after; None with too few weeks.

    It goes along with the claim; whatever else happened in these weeks is in it too.
    """
    found = _belief(view, event)
    before, after = event["week"] - 1, min(event["week"] + FOLLOWED, view.week - 1)
    if found is None or before < 0 or after <= before + 1:
        return None
    values, about, name = found
    return Effect(float(values[after] - values[before]), after - event["week"], about, name)


def _belief(view: View, event: Mapping[str, Any]) -> tuple[np.ndarray, str, str] | None:
    """The series that a claim is about, its quantity and its name; None where none is on record."""
    about, target = event["quantity"], event["target"]
    if event["narrative"] == "control_call":
        return view.series["issue_attention"], "attention", "issue attention of policy"
    if event["narrative"] == "motive":
        sources = list(view.bloc_of or ())
        if view.believed_bias is None or target not in sources or about not in ("gap", "share"):
            return None
        values = view.believed_bias[:, sources.index(target), ("gap", "share").index(about)]
        return values, about, f"mean bias that receivers expect of {target}"
    if about == "compute":
        values = view.series["believed_compute_gap_investors"]
        return values, "compute", "compute lead of the US as investors believe it"
    if about not in BELIEVED:
        return None
    name, called = BELIEVED[about]
    sizes = np.array(view.group_sizes, dtype=float)
    total = sum(size * view.series[f"{name}_{group}"] for size, group in zip(sizes, GROUPS, strict=True))
    return total / sizes.sum(), about, called


def effect_words(view: View, event: Mapping[str, Any]) -> str:
    """The change that went along with a claim, as an association."""
    found = effect(view, event)
    if found is None:
        recorded = _belief(view, event) is not None
        return "too few weeks to say" if recorded else "no belief that it is about is on record"
    if found.about == "share":
        size = f"{100 * found.change:+.1f} percentage points"
    else:
        size = f"{found.change:+.3f} {wording.UNITS.get(found.about, '')}".strip()
    weeks_word = "week" if found.weeks == 1 else "weeks"
    return (
        f"{found.name}: {size} in the {found.weeks} {weeks_word} after (an association, not a proof of cause)"
    )

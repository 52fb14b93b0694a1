"""Random scenarios: every parameter of every section drawn from its allowed range, every switch thrown."""

import random
from typing import Literal, get_args, get_origin

from pydantic import BaseModel

from sim.scenario import Scenario, ScenarioError, load_scenario

from .worlds import CLAIM_EVENTS, EVENTS, POLICY_EVENTS, SMALL

#: Left as they are: they do not enter the model, set its size, or are chosen by name below.
KEPT = {"run", "size", "blocs", "name", "description", "inspired_by", "events", "labs", "sources"}
CHOICES = {
    "claims.policy": ["none", "sincere", "strategic"],
    "vendor.claim_policy": ["default", "none", "sincere", "strategic"],
    "social.rule": ["none", "degroot", "friedkin_johnsen", "bounded_confidence"],
    "valuation.rule": ["finite_moat", "creative_destruction"],
}
LAB_POLICIES = ["default", "default", "none", "sincere", "strategic"]


def bounds(field):
    low = next((m.ge for m in field.metadata if hasattr(m, "ge")), None)
    high = next((m.le for m in field.metadata if hasattr(m, "le")), None)
    return low, high


def settings(model, prefix=""):
    """All parameters of a section with their keys."""
    for name, field in type(model).model_fields.items():
        value, key = getattr(model, name), f"{prefix}{name}"
        if not prefix and name in KEPT:
            continue
        if isinstance(value, BaseModel):
            yield from settings(value, f"{key}.")
        elif isinstance(value, dict):
            for inner, entry in value.items():
                yield from settings(entry, f"{key}.{inner}.")
        else:
            yield key, field, value


def drawn(luck, key, field, value):
    """A random value of one parameter, or None to leave it."""
    if key in CHOICES:
        return luck.choice(CHOICES[key])
    if get_origin(field.annotation) is Literal:
        return luck.choice(get_args(field.annotation))
    if isinstance(value, bool):
        return luck.random() < 0.7 if value else luck.random() < 0.3
    low, high = bounds(field)
    if low is None or high is None or isinstance(value, str):
        return None
    if isinstance(value, int):
        return luck.randint(low, min(high, 4 * value + 3))
    if value is None:
        return luck.uniform(low, high) if luck.random() < 0.3 else None
    edge = luck.random()
    if edge < 0.1:
        return float(low)
    if edge < 0.15:
        return float(high)
    return luck.uniform(low, high)


def random_scenario(number):
    """A valid random scenario; the same number gives the same scenario."""
    luck = random.Random(number)
    base = load_scenario(luck.choice(["baseline", "label-swap", "core"]))
    changes = dict(SMALL)
    for key, field, value in settings(base):
        if luck.random() < 0.5:
            new = drawn(luck, key, field, value)
            if new is not None:
                changes[key] = new
    for name in base.labs:
        if luck.random() < 0.3:
            changes[f"labs.{name}.claim_policy"] = luck.choice(LAB_POLICIES)
            changes[f"labs.{name}.distillation_effort"] = luck.choice([0.0, 0.5, 1.0])
            if name != "us-closed-1":
                changes[f"labs.{name}.openness"] = luck.choice(["open", "closed"])
    for name, source in base.sources.items():
        policies = ["none", "sincere", "strategic"]
        if source.kind in ("official", "media"):
            policies += ["relay"] * 3
        changes[f"sources.{name}.claim_policy"] = luck.choice(policies)
    changes["run.burn_in"] = luck.choice([0, 1, 16, 24])
    fix(luck, changes)
    events = [event for event in EVENTS + CLAIM_EVENTS if luck.random() < 0.4]
    events += [event for event in POLICY_EVENTS if luck.random() < 0.2]
    changes["events"] = events
    if any(event["type"] == "control_act" for event in events):
        changes["export_control.mode"] = luck.choice(["exogenous", "both"])
        changes["export_control.access_mode"] = luck.choice(["exogenous", "both"])
    changes["events"] = [event for event in events if event["week"] >= -changes["run.burn_in"]]
    return settled(base, changes)


def fix(luck, changes):
    """What the schema asks of several values at once."""
    share = luck.random()
    changes["adoption.segments.enterprise.share"], changes["adoption.segments.developer.share"] = (
        share,
        1.0 - share,
    )
    cuts = sorted((luck.random(), luck.random()))
    for name, part in zip(("us", "cn", "other"), (cuts[0], cuts[1] - cuts[0], 1.0 - cuts[1]), strict=True):
        changes[f"adoption.bloc_shares.{name}"] = part
    changes["benchmarks.headroom_low"], changes["benchmarks.headroom_high"] = sorted(
        (luck.random(), 2 * luck.random())
    )
    changes["export_control.leakage_slope"] = luck.uniform(0.0, 0.25)
    changes["capability.compute_growth_controlled"] = luck.uniform(0.55, 0.9)
    changes["vendor.enabled"] = True
    changes["labs.cn-closed-1.openness"] = changes["labs.us-closed-1.openness"] = "closed"
    changes["vendor.name"] = "chip-vendor-1"


def settled(base, changes) -> Scenario:
    """Drop what the schema refuses, until it accepts the rest."""
    for _attempt in range(20):
        try:
            return base.with_changes(changes)
        except ScenarioError as error:
            refused = {str(problem.key) for problem in error.problems}
            kept = {key: value for key, value in changes.items() if key not in refused}
            if len(kept) == len(changes):
                raise
            changes = kept
    raise RuntimeError("no valid scenario")

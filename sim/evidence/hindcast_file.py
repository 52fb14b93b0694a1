"""The file of the driven scenario: its text is made here, and the committed file must equal it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sim.evidence.choices import act_choices, claim_choices
from sim.evidence.curves import ARENA, ARENA_SOURCE, hindcast_sets, known_sets
from sim.evidence.dated_events import WEEKS, events
from sim.evidence.loading import load
from sim.evidence.releases import Event, entered_releases
from sim.evidence.units import ECI_PER_OOM, START

NAME = "hindcast-2022-2025"

HEAD = """\
# What do beliefs, prices, attention and use do when the releases of models and test sets, the acts of control
# and the salient claims of October 2022 to December 2025 enter on their days? Dates and signs are of the
# record; sizes of acts and values of claims are judgement. Made by sim.evidence.hindcast_file from
# sim/evidence/data, whose README gives sources and choices: change those, not this text.

extends = "baseline.toml"
description = "Releases, acts of control and salient claims of October 2022 to December 2025 as dated events."
"""

SETTINGS = f"""\
[run]
start_date = "{START}"
weeks = {WEEKS}                # to the end of 2025

[capability]
eci_per_oom = {ECI_PER_OOM}         # points of the capability index that one OOM is worth

[export_control]
mode = "both"              # the first dated act suppresses the model's own; without the events they are its own
strength = 0.25            # before the first dated act: letters on sales of accelerators, August 2022

[distillation]
exfiltration_rate = 0.0    # none was reported

[credibility]
forensic_reveal_rate = 0.0      # no independent test of an allegation was published
reproduction_reveal_rate = 0.0

# One lab more than in the baseline, and the controlled bloc's labs further behind: a gap of about 1 OOM at the
# start, 11 months. The early releases of its labs, dated back at 15.5 points a year, lie 14 points below the
# best of the start; so did the gap of September 2023. Earlier gaps on the index and in the Arena (2.5 to 2.7
# OOM) rest on one small model each, and the lags of 2023 are lower bounds: more than 7 months, up to 14.
# The offsets hold at the start of the burn-in; the dated releases of week 0 set the levels of the start.

[labs.us-closed-4]
bloc = "us"
openness = "closed"
compute = -0.40
algorithms = -0.20
distillation_effort = 0.0
reach = 0.5

[labs.cn-open-1]
compute = -1.35
algorithms = -0.70

[labs.cn-open-2]
compute = -1.40
algorithms = -0.70

[labs.cn-open-3]
compute = -1.50
algorithms = -0.70

[labs.cn-closed-1]
compute = -1.40
algorithms = -0.70

[sources.us-investor]
kind = "investor"
alignment = "none"
claim_policy = "none"
"""


def hindcast_toml() -> str:
    """Return the text of ``scenarios/hindcast-2022-2025.toml``."""
    lines = "\n".join(f"  {_value(line)}," for line in inspirations())
    parts = [f"{HEAD}inspired_by = [\n{lines}\n]", SETTINGS.rstrip(), *(_table(event) for event in events())]
    return "\n\n".join(parts) + "\n"


def inspirations() -> list[str]:
    """Return a line for every fact that enters: day, what it is, source. Only here firms have their names."""
    return sorted({*_of_sets(), *_of_releases(), *_of_acts(), *_of_claims()})


def _of_sets() -> Iterator[str]:
    names = {entry.benchmark: entry.evidence_name for entry in hindcast_sets()} | {ARENA: ARENA_SOURCE}
    for evidence_name in names.values():
        row = known_sets()[evidence_name]
        yield f"{row.release_date} test set {evidence_name}: {row.source_title}"


def _of_releases() -> Iterator[str]:
    for row in entered_releases().itertuples():
        yield f"{row.date:%Y-%m-%d} release of {row.developer} {row.model}: {row.source_title}"


def _of_acts() -> Iterator[str]:
    keys = {"export_controls": "action", "access": "description"}
    for act in act_choices():
        if act.instrument:
            table = load(act.table)
            row = table[(table[keys[act.table]] == act.about) & (table["date"] == str(act.date))].iloc[0]
            yield f"{act.date} {act.label}: {row['source_title']}"


def _of_claims() -> Iterator[str]:
    table = load("narratives")
    for claim in claim_choices():
        if claim.speaker:
            row = table[(table["source"] == claim.source) & (table["date"] == str(claim.date))].iloc[0]
            alleged = ", an allegation" if row["is_allegation"] else ""
            yield f"{claim.date} {claim.narrative} claim by {claim.source}{alleged}: {row['source_title']}"


def _value(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _table(event: Event) -> str:
    return "\n".join(["[[events]]", *(f"{key} = {_value(value)}" for key, value in event.items())])

"""The scenarios that ship: they load, say their question, and are what they claim to be."""

import re

import pytest

from sim.scenario import Scenario, load, load_scenario, shipped_scenarios
from sim.scenario.shipped import opening_comment, question

NAMES = list(shipped_scenarios())
CELLS = ("copying-strategic", "copying-sincere", "no-copying-strategic", "no-copying-sincere")


def differences(a, b, path=()):
    for key in a.keys() | b.keys():
        if path == () and key in ("name", "description", "inspired_by"):
            continue
        one, other = a.get(key), b.get(key)
        if isinstance(one, dict) and isinstance(other, dict):
            yield from differences(one, other, (*path, key))
        elif one != other:
            yield ".".join((*path, key))


def changes(name):
    return set(differences(load_scenario("baseline").resolved(), load_scenario(name).resolved()))


def test_the_set_is_complete():
    assert NAMES[:2] == ["baseline", "core"]
    assert {
        "no-controls", "moderate-controls", "tight-controls", "controls-schedule", *CELLS, "silent-sources",
        "open-weights-surge", "weight-exfiltration-shock", "no-capital-loop", "label-swap",
    } <= set(NAMES)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_loads_and_round_trips(name, tmp_path):
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.description
    assert scenario.advice() == []
    path = tmp_path / "again.toml"
    path.write_text(scenario.to_toml(), encoding="utf-8")
    again = load_scenario(path)
    assert again == scenario
    assert again.digest() == scenario.digest()
    assert load_scenario(f"{name}.toml") == scenario


@pytest.mark.parametrize("name", NAMES)
def test_opens_with_its_question(name):
    path = shipped_scenarios()[name]
    assert opening_comment(path)
    assert question(path).endswith(("?", "."))
    lines = path.read_text(encoding="utf-8").splitlines()
    opening = next(index for index, line in enumerate(lines) if not line.startswith("#"))
    assert 2 <= opening <= 5


@pytest.mark.parametrize("name", NAMES)
def test_words_are_neutral(name):
    text = shipped_scenarios()[name].read_text(encoding="utf-8").lower()
    assert not re.search(
        r"\b(lied|lies|expose[ds]?|caught|supremacy|theft|steal\w*|stolen|illicit|illegal)\b", text
    )
    firms = r"\b(nvidia|openai|anthropic|google|meta|deepseek|qwen|alibaba|moonshot|kimi|huawei|amd)\b"
    inspired = " ".join(load_scenario(name).inspired_by).lower()
    body = text
    for entry in load_scenario(name).inspired_by:
        body = body.replace(entry.lower(), "")
    assert not re.search(firms, body)
    if re.search(firms, inspired):
        assert all(
            re.search(r"20\d\d", entry) or "recalled" in entry for entry in load_scenario(name).inspired_by
        )


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("baseline", "core")])
def test_extends_the_baseline(name):
    between = ["hindcast-2022-2025.toml"] if name == "calibrated" else []
    files = [path.split("/")[-1] for path in load(name).files]
    assert files == [f"{name}.toml", *between, "baseline.toml"]


def test_baseline_is_the_defaults():
    assert not set(differences(load_scenario("baseline").resolved(), Scenario().resolved()))


def test_controls_differ_in_strength_only():
    assert changes("no-controls") == {"export_control.mode", "export_control.strength"}
    assert changes("moderate-controls") == {"export_control.mode"}
    assert changes("tight-controls") == {"export_control.mode", "export_control.strength"}
    strengths = [
        load_scenario(f"{name}-controls").export_control.strength for name in ("no", "moderate", "tight")
    ]
    assert strengths == [0, 0.35, 0.70]


def test_cells_cross_two_factors():
    cells = {name: load_scenario(name) for name in CELLS}
    factors = {name: (cell.distillation.potency, cell.claims.policy) for name, cell in cells.items()}
    assert set(factors.values()) == {
        (0.5, "strategic"),
        (0.5, "sincere"),
        (0.0, "strategic"),
        (0.0, "sincere"),
    }
    first = cells[CELLS[0]].resolved()
    for cell in cells.values():
        assert set(differences(first, cell.resolved())) <= {"distillation.potency", "claims.policy"}
        assert cell.distillation.iso_lag
        assert cell.distillation.exfiltration_rate == 0


def test_label_swap_exchanges_labels_only():
    base, swapped = load_scenario("baseline"), load_scenario("label-swap")
    other = {"us": "cn", "cn": "us", "other": "other", "none": "none"}
    table = base.resolved()
    table["blocs"] = {role: other[bloc] for role, bloc in table["blocs"].items()}
    table["vendor"]["bloc"] = other[table["vendor"]["bloc"]]
    for lab in table["labs"].values():
        lab["bloc"] = other[lab["bloc"]]
    for source in table["sources"].values():
        source["alignment"] = other[source["alignment"]]
    shares = table["adoption"]["bloc_shares"]
    shares["us"], shares["cn"] = shares["cn"], shares["us"]
    assert not set(differences(table, swapped.resolved()))


def test_silent_sources_are_silent():
    s = load_scenario("silent-sources")
    assert s.claims.policy == "none"
    assert s.claims.motive_rate == 0
    assert {lab.claim_policy for lab in s.labs.values()} == {"default"}
    assert {source.claim_policy for source in s.sources.values()} == {"none"}


def test_core_has_no_optional_mechanism():
    s = load_scenario("core")
    control, policy = s.export_control, s.policy
    zero = [
        s.distillation.potency, s.distillation.exfiltration_rate, control.induced_efficiency,
        control.learning_exponent, control.stockpiling, s.capability.derivative_feedback,
        s.capability.algorithmic_noise, s.capability.spillover_rate, s.capability.open_diffusion_rate,
        s.benchmarks.contamination, s.benchmarks.gaming_share, s.claims.motive_rate, s.beliefs.motivated,
        policy.bargaining_share, policy.retaliation_probability, policy.election_rate, s.counter.response,
        *(segment.network_effect for segment in s.adoption.segments.values()),
    ]  # fmt: skip
    assert not any(zero)
    off = [
        s.capability.jumps, s.media.contagion, s.credibility.enabled, s.beliefs.bias_learning,
        s.rounds.enabled, s.capital.buys_compute, s.policy.lobbying,
    ]  # fmt: skip
    assert not any(off)
    assert s.capability.continuous_releases
    assert (s.claims.policy, s.social.rule, s.listed.rule) == ("none", "none", "fundamental")


def test_schedule_is_dated_and_adds_up():
    s = load_scenario("controls-schedule")
    weeks = [event.week_of(s.run.start_date) for event in s.events]
    assert weeks == sorted(weeks)
    durable = s.export_control.strength + sum(
        e.change for e in s.events if e.type == "control_act" and e.durable
    )
    assert 0.4 <= durable <= 0.6
    assert s.export_control.mode == "exogenous"
    assert any(not e.durable for e in s.events if e.type == "control_act")


def test_shocks_are_dated():
    surge = load_scenario("open-weights-surge")
    assert all(surge.labs[event.lab].bloc == surge.blocs.controlled for event in surge.events)
    assert all(
        surge.labs[event.lab].openness == "open" and event.capability_gain > 0 for event in surge.events
    )
    exfiltration = load_scenario("weight-exfiltration-shock")
    assert [event.type for event in exfiltration.events] == ["weight_exfiltration"]
    assert exfiltration.distillation.exfiltration_rate == 0

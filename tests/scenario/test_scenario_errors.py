"""Every kind of mistake names file, key, what was found, what is allowed, and how to put it right."""

import pytest

from sim.scenario import Problem, ScenarioError, load_scenario


def problems(path, overrides=()) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, overrides)
    return caught.value.problems


def the_problem(path, overrides=()) -> Problem:
    found = problems(path, overrides)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


EVENT = 'extends = "baseline"\n[[events]]\n'
SINGLE = [
    # text, key, part of found, part of allowed, part of hint
    (
        "[capability]\nspilover_rate = 1",
        "capability.spilover_rate",
        "unknown key",
        "spillover_rate",
        '"spillover_rate"',
    ),
    ("[capabilities]\njumps = true", "capabilities", "unknown table", "capability", '"capability"'),
    (
        "[export_control]\npotency = 1",
        "export_control.potency",
        "unknown key",
        "strength",
        "distillation.potency",
    ),
    ("colour = 1", "colour", "unknown key", "extends", ""),
    (
        '[policy]\nfriction = "0.5"',
        "policy.friction",
        '"0.5" (text)',
        "a number from 0 to 2 (x wk)",
        "without quotes",
    ),
    ('[policy]\nfriction = "0,5"', "policy.friction", '"0,5" (text)', "a number", "write 0.5"),
    ("[policy]\nfriction = true", "policy.friction", "true", "a number", "not numbers"),
    ("[policy]\nfriction = nan", "policy.friction", "nan", "a number from 0 to 2", ""),
    ("[policy]\nfriction = inf", "policy.friction", "inf", "a number from 0 to 2", ""),
    ("[policy]\nfriction = 2.5", "policy.friction", "2.5", "from 0 to 2 (x wk)", ""),
    ("[policy]\nfriction = -1", "policy.friction", "-1", "from 0 to 2", ""),
    ("[policy]\nfriction = [1]", "policy.friction", "a list of 1", "a number", ""),
    ("[policy]\nfriction.a = 1", "policy.friction", "a table (a)", "a number", ""),
    ("policy = 3", "policy", "3", "a table", ""),
    ("[run]\nweeks = 2.0", "run.weeks", "2.0", "a whole number from 1 to 2600 (wk)", "write 2"),
    ("[run]\nweeks = 2.5", "run.weeks", "2.5", "a whole number", "whole"),
    ("[run]\nweeks = true", "run.weeks", "true", "a whole number", "not numbers"),
    ("[run]\nrecord_burn_in = 1", "run.record_burn_in", "1", "true or false", ""),
    ('[run]\nrecord_burn_in = "True"', "run.record_burn_in", '"True"', "true or false", "write true"),
    ('[run]\nstart_date = "2024-02-30"', "run.start_date", '"2024-02-30"', "YYYY-MM-DD", ""),
    ("[run]\nstart_date = 20240101", "run.start_date", "20240101", "text", ""),
    (
        '[export_control]\nmode = "endogenus"',
        "export_control.mode",
        '"endogenus"',
        "exogenous, both",
        '"endogenous"',
    ),
    ('[claims]\npolicy = "sincer"', "claims.policy", '"sincer"', "none, sincere, strategic", '"sincere"'),
    ('[claims]\npolicy = "relay"', "claims.policy", '"relay"', "none, sincere, strategic", ""),
    ('[social]\nrule = "de-groot"', "social.rule", '"de-groot"', "degroot", '"degroot"'),
    ('[valuation]\nrule = "moat"', "valuation.rule", '"moat"', "finite_moat, creative_destruction", ""),
    ("[listed]\nsteps_per_week = 7", "listed.steps_per_week", "7", "5", ""),
    ("inspired_by = 3", "inspired_by", "3", "a list of texts", ""),
    ("events = 3", "events", "3", "[[events]]", ""),
    ("name = 3", "name", "3", "a text", ""),
    ('[labs."a b"]\nbloc="us"', "labs.a b", "", "letters, digits", ""),
    (
        '[benchmarks.sets.new]\nfamily = "knowlege"\ndifficulty = 0',
        "benchmarks.sets.new.family",
        '"knowlege"',
        "agentic",
        '"knowledge"',
    ),
    # combinations
    ('[blocs]\ncontrolled = "us"', "blocs.controlled", '"us" in both roles', "two different", ""),
    (
        "[export_control]\nleakage = 0.4\nleakage_slope = 0.4",
        "export_control.leakage_slope",
        "leakage_slope = 0.4 with leakage = 0.4",
        "(1 - leakage)/2 = 0.3",
        "",
    ),
    (
        "[capability]\ncompute_growth_floor = 0.5\ncompute_growth_controlled = 0.4",
        "capability.compute_growth_floor",
        "above",
        "at most",
        "speed",
    ),
    ("[benchmarks]\nheadroom_low = 1.5", "benchmarks.headroom_low", "above headroom_high", "at most", ""),
    (
        "[distillation]\niso_lag = true\ninitial_share_at_steady_state = false",
        "distillation.iso_lag",
        "initial_share_at_steady_state = false",
        "only",
        "",
    ),
    ("[adoption.bloc_shares]\nus = 0.6", "adoption.bloc_shares", "sum to 1.1", "sum to 1", ""),
    ("[adoption.segments.developer]\nshare = 0.6", "adoption.segments", "sum to 1.1", "sum to 1", ""),
    (
        "[labs]\n" + "\n".join(f"us-closed-{i}.enabled = false" for i in (1, 2, 3)),
        "labs",
        "closed lab",
        "at least one",
        "",
    ),
    (
        "[labs]\n" + "\n".join(f"cn-{k}.enabled = false" for k in ("open-1", "open-2", "open-3", "closed-1")),
        "labs",
        'controlled bloc "cn"',
        "at least one",
        "",
    ),
    ('[vendor]\nname = "us-open-1"', "vendor.name", "also in [labs]", "a name", ""),
    ('[sources.cn-open-1]\nkind = "media"', "sources.cn-open-1", "a lab too", "a name", ""),
    (
        '[sources.an]\nkind = "analyst"\nclaim_policy = "relay"',
        "sources.an.claim_policy",
        '"relay" with kind',
        "official",
        "",
    ),
]


@pytest.mark.parametrize(
    ("text", "key", "found", "allowed", "hint"), SINGLE, ids=[case[1] + "|" + case[2] for case in SINGLE]
)
def test_single_mistake(write, text, key, found, allowed, hint):
    path = write(f'extends = "baseline"\n{text}\n')
    every = problems(path)
    problem = next(one for one in every if one.key == key)
    assert len(every) == 1 or key == "labs.a b"
    assert problem.file == str(path)
    assert found in problem.found
    assert allowed in problem.allowed
    assert hint in problem.hint
    if not hint:
        assert "did you mean" not in problem.hint


EVENTS = [
    ('type = "shok"\nweek = 1', "events[0]", '"shok"', "shock", '"shock"'),
    ("week = 1", "events[0]", "no type", "type: one of", ""),
    ('type = "truce"', "events[0].week", "neither", "exactly one", ""),
    ('type = "truce"\nweek = 1\ndate = "2024-02-01"', "events[0].week", "both", "exactly one", ""),
    ('type = "truce"\nweek = 156', "events[0].week", "week 156", "week -104 to 155", ""),
    ('type = "truce"\nweek = -105', "events[0].week", "week -105", "week -104 to 155", ""),
    (
        'type = "truce"\ndate = "2030-01-01"',
        "events[0].date",
        '"2030-01-01", week 313',
        "week -104 to 155",
        "",
    ),
    ('type = "truce"\ndate = "soon"', "events[0].date", '"soon"', "YYYY-MM-DD", ""),
    ('type = "truce"\nweek = 1\nreplace_weeks = 0', "events[0].replace_weeks", "0", "from 1 to 2600", ""),
    ('type = "truce"\nweek = 1\nlabl = "x"', "events[0].labl", "unknown key", "label", '"label"'),
    (
        'type = "model_release"\nweek = 1\nlab = "cn-opn-1"',
        "events[0].lab",
        '"cn-opn-1"',
        "cn-open-1",
        '"cn-open-1"',
    ),
    ('type = "model_release"\nweek = 1', "events[0]", "no lab", "lab:", ""),
    (
        'type = "model_release"\nweek = 1\nlab = "cn-open-1"\ncapability_gain = -1',
        "events[0].capability_gain",
        "-1",
        "from 0",
        "",
    ),
    (
        'type = "shock"\nweek = 1\nlab = "trade-press"\nto = "compute"\namount = 1',
        "events[0].lab",
        "trade-press",
        "cn-open-1",
        "",
    ),
    (
        'type = "shock"\nweek = 1\nlab = "cn-open-1"\nto = "data"\namount = 1',
        "events[0].to",
        '"data"',
        "compute, algorithms",
        "",
    ),
    (
        'type = "benchmark_release"\nweek = 1\nbenchmark = "knowledge-exam"\ndifficulty = 1',
        "events[0].benchmark",
        "already in [benchmarks.sets]",
        "a new name",
        "",
    ),
    (
        'type = "control_act"\nweek = 1\nstrength = 0.5',
        "events[0].instrument",
        "endogenous",
        "exogenous",
        "both",
    ),
    (
        'type = "control_act"\nweek = 1\ninstrument = "access"',
        "events[0].change",
        "neither",
        "exactly one",
        "",
    ),
    (
        'type = "control_act"\nweek = 1\ninstrument = "access"\nstrength = 0.1\nchange = 0.1',
        "events[0].change",
        "both",
        "exactly one",
        "",
    ),
    (
        'type = "weight_exfiltration"\nweek = 1\nstudent = "cn-open-1"\nteacher = "us-open-1"',
        "events[0].teacher",
        "publishes its weights",
        "a closed lab",
        "",
    ),
    (
        'type = "weight_exfiltration"\nweek = 1\nstudent = "us-closed-1"\nteacher = "us-closed-1"',
        "events[0].teacher",
        "the student too",
        "another lab",
        "",
    ),
    ('type = "reveal"\nweek = 1\nkind = "leak"', "events[0].kind", '"leak"', "forensic, reproduction", ""),
]
CLAIM = 'type = "claim"\nweek = 1\nsource = "us-closed-1"\n'
EVENTS += [
    (CLAIM + 'narrative = "parity"', "events[0].value", "no value", "a value", ""),
    (CLAIM + 'narrative = "control_call"\nvalue = 1', "events[0].value", "control_call", "no value", ""),
    (
        CLAIM + 'narrative = "parity"\nvalue = 1\nquantity = "share"',
        "events[0].quantity",
        '"share"',
        "gap or speed",
        "",
    ),
    (CLAIM + 'narrative = "copying"\nvalue = 1.5', "events[0].value", "1.5 about a share", "0 to 1", ""),
    (CLAIM + 'narrative = "motive"\nvalue = 0.1', "events[0].target", "no target", "source", ""),
    (
        CLAIM + 'narrative = "motive"\nvalue = 0.1\ntarget = "us-closed-1"',
        "events[0].target",
        "speaker itself",
        "another",
        "",
    ),
    (
        CLAIM + 'narrative = "motive"\nvalue = 0.1\ntarget = "chip-vendor"',
        "events[0].target",
        "chip-vendor",
        "",
        "chip-vendor-1",
    ),
    (
        CLAIM + 'narrative = "moat"\nvalue = 0.1\ntarget = "cn-open-1"',
        "events[0].target",
        "moat",
        "only with",
        "",
    ),
    (
        CLAIM + 'narrative = "moat"\nvalue = 0.1\ntarget_quantity = "gap"',
        "events[0].target_quantity",
        "moat",
        "only with",
        "",
    ),
    (
        CLAIM + 'narrative = "moat"\nvalue = 0.1\ndirection = -1',
        "events[0].direction",
        "-1",
        "control_call",
        "",
    ),
    (
        CLAIM + 'narrative = "moat"\nvalue = 0.1\nuntil = 5',
        "events[0].until",
        "without repeat_every",
        "repeat_every",
        "",
    ),
    (
        CLAIM + 'narrative = "moat"\nvalue = 0.1\nrepeat_every = 2\nuntil = 0',
        "events[0].until",
        "before week 1",
        "1 or later",
        "",
    ),
    (CLAIM + 'narrative = "moats"\nvalue = 0.1', "events[0].narrative", '"moats"', "parity, moat", '"moat"'),
    (
        'type = "claim"\nweek = 1\nsource = "trade-pres"\nnarrative = "moat"\nvalue = 0.1',
        "events[0].source",
        "no lab, vendor or source",
        "trade-press",
        '"trade-press"',
    ),
]


@pytest.mark.parametrize(
    ("text", "key", "found", "allowed", "hint"), EVENTS, ids=[case[1] + "|" + case[2] for case in EVENTS]
)
def test_event_mistake(write, text, key, found, allowed, hint):
    path = write(EVENT + text + "\n")
    problem = the_problem(path)
    assert (problem.file, problem.key) == (str(path), key)
    assert found in problem.found
    assert allowed in problem.allowed
    assert hint in problem.hint


def test_events_of_labs_and_sources_that_are_switched_off(write):
    base = 'extends = "baseline"\n[labs]\ncn-open-3.enabled = false\n[vendor]\nenabled = false\n'
    release = '[[events]]\ntype = "model_release"\nweek = 1\nlab = "cn-open-3"\n'
    claim = '[[events]]\ntype = "claim"\nweek = 1\nsource = "chip-vendor-1"\nnarrative = "control_call"\n'
    first, second = problems(write(base + release + claim))
    assert "switched off" in first.found
    assert "switched off" in second.found


@pytest.mark.parametrize(
    ("text", "line", "column", "found", "hint"),
    [
        ("[run]\nweeks = ", 2, 9, "Invalid value", ""),
        ("[run]\nweeks = True\n", 2, 9, "Invalid value", "write true"),
        ("[policy]\nfriction = .5\n", 2, 12, "Invalid value", "digits on both sides"),
        ("[policy]\nmode = endogenous\n", 2, 8, "Invalid value", 'texts need quotes: "endogenous"'),
        ("[run]\nweeks = 3\nweeks = 4\n", 3, 10, "Cannot overwrite", "twice"),
        ("[run\nweeks = 3\n", 1, 5, "Expected", "[run"),
    ],
)
def test_syntax(write, text, line, column, found, hint):
    path = write(text)
    problem = the_problem(path)
    assert problem.file == str(path)
    assert problem.line == line
    assert f"line {line}, column {column}" in problem.found
    assert found in problem.found
    assert hint in problem.hint


def test_files_that_are_no_text(write, tmp_path):
    path = tmp_path / "binary.toml"
    path.write_bytes(b"name = '\xff'")
    assert "UTF-8" in the_problem(path).found
    (tmp_path / "folder.toml").mkdir()
    assert "a folder" in the_problem(tmp_path / "folder.toml").found


def test_windows_text_is_read(write, tmp_path):
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbfextends = 'baseline'\r\n[run]\r\nweeks = 7\r\n")
    assert load_scenario(path).run.weeks == 7


def test_absurd_files_are_refused_politely(write):
    assert "too deep" in the_problem(write("a = " + "[" * 5000)).found
    assert the_problem(write("[run]\nweeks = " + "9" * 5000)).allowed == "TOML syntax"
    big = the_problem(write("[run]\nweeks = " + "9" * 400))
    assert big.found == "a whole number of more than 60 digits"


def test_new_entries_must_be_complete(write):
    problem = the_problem(write('extends = "baseline"\n[labs.cn-open-4]\ncompute = 0.1\n'))
    assert problem.key == "labs.cn-open-4"
    assert problem.found == "no bloc, openness, algorithms (only compute)"
    assert "openness: one of open, closed" in problem.allowed
    assert "cn-open-" in problem.hint


def test_changing_one_value_of_a_lab_needs_extends(write):
    problem = the_problem(write("[labs.us-closed-1]\ncompute = 0.1\n"))
    assert 'extends = "baseline.toml"' in problem.hint


def test_a_misspelt_required_key_is_told_once(write):
    text = '[labs.x]\nbloc = "us"\nopeness = "open"\ncompute = 0\nalgorithms = 0\n'
    problem = the_problem(write('extends = "baseline"\n' + text))
    assert problem.key == "labs.x.openess"
    assert '"openness"' in problem.hint


def test_all_problems_at_once_with_lines(write):
    path = write(
        'extends = "baseline"\n'
        "[capability]\n"
        "spilover_rate = 0.5\n"
        "[export_control]\n"
        'mode = "none"\n'
        "leakage = 0.4\n"
        "leakage_slope = 0.4\n"
        "[adoption.bloc_shares]\n"
        "us = 0.9\n"
        "[[events]]\n"
        'type = "shok"\n'
        "[[events]]\n"
        'type = "model_release"\n'
        "week = 900\n"
        'lab = "nobody"\n'
    )
    found = {(one.key, one.line) for one in problems(path, ["run.weeks=0", "nonsense"])}
    assert found == {
        ("capability.spilover_rate", 3),
        ("export_control.mode", 5),
        ("export_control.leakage_slope", 7),
        ("adoption.bloc_shares", 8),
        ("events[0]", 10),
        ("events[1].lab", 15),
        ("run.weeks", None),
        ("nonsense", None),
    }


def test_what_rests_on_a_wrong_value_is_not_reported(write):
    path = write(
        'extends = "baseline"\n[labs.new]\nbloc = "us"\nopenness = "opn"\ncompute = 0\nalgorithms = 0\n'
        '[[events]]\ntype = "model_release"\nweek = 1\nlab = "new"\n'
    )
    assert the_problem(path).key == "labs.new.openness"


def test_text_that_cannot_be_written_is_refused():
    with pytest.raises(ScenarioError, match="description"):
        load_scenario("core", {"description": "\ud800"})


def test_message_reads_well(write):
    path = write('extends = "baseline"\n[policy]\nfriction = 3\n')
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert str(caught.value) == (
        f"1 problem in the scenario\n{path}:\n  policy.friction (line 3)\n"
        "    found:   3\n    allowed: a number from 0 to 2 (x wk)"
    )

"""The study's files: complete, valid, neutral in words, and not too much to run."""

import re

import pytest

from sim.scenario import ScenarioError
from sim.studies.parts import blocks, sweep_of
from sim.studies.running import plan, plan_table
from sim.studies.study import load_study, shipped_studies

HEADLINES = {"S1", "S2", "S3", "S4", "S6", "S15", "S22", "S24", "S25"}
OTHERS = {"S5", "S7", "S8", "S10", "S13", "S14", "S17", "S18", "S23", "S26"}


def test_it_ships_and_has_all_statements(study):
    assert "narrative-vs-benchmark" in shipped_studies()
    assert {key for key, one in study.statements.items() if one.headline} == HEADLINES
    assert set(study.statements) == HEADLINES | OTHERS


@pytest.mark.parametrize("fast", [False, True])
def test_every_part_is_a_valid_sweep(study, fast):
    chosen = study.shortened() if fast else study
    for part in chosen.parts:
        made = blocks(chosen, part)
        few = {made[0].folder: made[0], made[-1].folder: made[-1]}
        for block in few.values():
            assert sweep_of(block).runs > 0, part


def test_the_whole_fits_the_time(study):
    """About 20 ms a thousand world-weeks on one core: 25 minutes on two cores are 46,000 baseline runs."""
    table = plan_table(plan(study)).set_index("part")
    assert table["baseline_runs"].sum() < 46_000
    assert table.loc["cells", "runs"] == 2 * 2 * 12 * study.parts["cells"]["replicates"]


def test_folds_have_luck_and_draws_of_their_own(study):
    first, second = (sweep_of(block) for block in blocks(study, "plausible")[:2])
    assert not set(first.seeds) & set(second.seeds)
    factors = [factor.name for factor in first.factors if factor.name != "arm"]
    assert not first.table()[factors].merge(second.table()[factors], on=factors).shape[0]
    # Each draw is run in all arms.
    table = first.table()
    assert table.groupby(factors)["arm"].nunique().eq(table["arm"].nunique()).all()


def test_folds_of_a_saltelli_scheme_differ(study):
    first, second = (sweep_of(block).table() for block in blocks(study, "ranges")[:2])
    assert first.shape == second.shape
    assert (first["claims.rate"].to_numpy() != second["claims.rate"].to_numpy()).any()


def test_worlds_without_copying_have_none_and_the_others_enough(study):
    table = sweep_of(blocks(study, "decidability")[0]).table()
    assert (table["potency"] == 0.0).mean() == 0.5
    assert table.loc[table["potency"] > 0.0, "potency"].min() >= 0.15


def test_folds_of_histories_are_alike_in_structure(study):
    """Each fold has one way of timing claims and one kind of access politics, and all four kinds of folds occur."""
    kinds = set()
    for block in blocks(study, "decidability"):
        rows = {(row["publication"], row["access_mode"]) for row in block.data["design"]["rows"]}
        kinds |= rows if len(rows) == 1 else set()
    assert len(kinds) == 4


def test_the_twelve_factors_and_the_loop_are_drawn(study):
    from sim.studies.backfire import drawn_factors

    assert len(drawn_factors(study)) == 13


def test_every_outcome_that_is_judged_has_a_margin(study):
    from sim.studies.cells import OUTCOMES, margin_of

    for outcome in [name for group in OUTCOMES.values() for name in group]:
        assert margin_of(study, outcome) > 0.0, outcome


def test_words_are_neutral(study):
    """Allegations stay allegations: no word that takes a side, no firm."""
    text = "\n".join(study.files.values())
    taking_sides = (
        r"\b(lied|lie|lying|exposed|caught|supremacy|stolen|theft|thief|cheat\w*|propaganda|illicit)\b"
    )
    firms = r"\b(openai|anthropic|google|deepseek|alibaba|nvidia|meta|microsoft|huawei|mistral|moonshot)\b"
    assert not re.findall(taking_sides, text, re.IGNORECASE)
    assert not re.findall(firms, text, re.IGNORECASE)


def test_both_sides_get_the_same_campaign(study):
    """Same rhythm, one claim and one call each."""
    copying, parity = (study.bundles[name]["events"] for name in ("copying-campaign", "parity-campaign"))
    assert len(copying) == len(parity)
    for one, other in zip(copying, parity, strict=True):
        assert (one["week"], one["repeat_every"]) == (other["week"], other["repeat_every"])


def write(folder, **files):
    (folder / "parts").mkdir(parents=True)
    for name, text in files.items():
        place = folder / "study.toml" if name == "study" else folder / "parts" / f"{name}.toml"
        place.write_text(text, encoding="utf-8")
    return folder


def test_mistakes_are_told_all_at_once(tmp_path):
    head = 'format = "parity-study/1"\ntitle = "t"\nquestion = "q"\nseed = 1\nparts = ["one", "cels"]\n'
    rest = '[shared]\n[thresholds]\n[statements.S1]\nclaim = "c"\n[limits]\n[fast]\n'
    folder = write(tmp_path / "mine", study=head + rest, one="tittle = 1\ndraws = 3\n", cells="")
    with pytest.raises(ScenarioError) as caught:
        load_study(folder)
    told = str(caught.value)
    assert "tittle" in told
    assert "title" in told
    assert "cels" in told
    assert "cells" in told
    assert "cross" in told
    assert "statements.S1.rule" in told


def test_values_of_another_kind_are_told_all_at_once(tmp_path):
    head = (
        'format = "parity-study/1"\ntitle = 1\nquestion = "q"\nseed = true\nparts = [3]\nthresholds = "x"\n'
    )
    folder = write(tmp_path / "mine", study=head + "[shared]\n[statements]\nS1 = 2\n[limits]\n[fast]\n")
    with pytest.raises(ScenarioError) as caught:
        load_study(folder)
    told = {problem.key: (problem.found, problem.allowed) for problem in caught.value.problems}
    assert told == {
        "title": ("1", "a text"),
        "seed": ("true", "a whole number"),
        "parts": ("a list of 1", "a list of names"),
        "thresholds": ('"x"', "a table"),
        "statements.S1": ("2", "a table with claim and rule"),
    }


def test_a_name_that_nobody_has_gets_a_hint():
    with pytest.raises(ScenarioError) as caught:
        load_study("narrative-vs-benchmarks")
    assert "narrative-vs-benchmark" in str(caught.value)

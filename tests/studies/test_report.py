"""The report: its text comes from results, gates shut verdicts out, and opposite worlds read oppositely."""

from dataclasses import replace

import pytest

from sim.studies import wording
from sim.studies.report import build
from sim.studies.results import analyse
from tests.studies.synthetic import CHECKS, loud, quiet, synthetic

GATED = ("S5", "S7")


@pytest.fixture(scope="module")
def results(study):
    """Results of a quiet and of a loud world, in designs as small as they get."""
    short = study.shortened()
    gate = dict(short.thresholds["decidability"]) | {"trees": 8}
    short = replace(short, thresholds=dict(short.thresholds) | {"bootstrap": 40, "decidability": gate})
    return {name: analyse(synthetic(short, world)) for name, world in (("quiet", quiet), ("loud", loud))}


@pytest.fixture(scope="module")
def pages(results):
    return {name: build(one).page.html() for name, one in results.items()}


def test_every_statement_is_judged(results, study):
    for one in results.values():
        assert [verdict.statement.key for verdict in one.verdicts] == list(study.statements)
        assert all(verdict.sentences for verdict in one.verdicts)
        assert "not tested" not in {verdict.word for verdict in one.verdicts}


def test_opposite_worlds_get_opposite_verdicts(results):
    words = {name: {one.statement.key: one.word for one in found.verdicts} for name, found in results.items()}
    assert words["loud"]["S2"] == "supported"
    assert words["quiet"]["S2"] == "contradicted"
    assert words["loud"]["S4"] == "supported"
    assert words["loud"]["S6"] == "supported"
    assert words["quiet"]["S6"] == "contradicted"
    assert words["loud"]["S15"] == "supported"
    assert words["quiet"]["S15"] != "supported"
    assert words["loud"]["S24"] == "supported"
    assert words["quiet"]["S24"] == "contradicted"


def test_a_shut_gate_prints_no_verdict_on_motive_or_materiality(results, pages):
    assert results["quiet"].gates == {"copying": False, "strategy": False}
    for key in GATED:
        assert results["quiet"].verdict(key).word == "withheld"
        assert results["loud"].verdict(key).word != "withheld"
    assert "No verdict on materiality" in pages["quiet"]
    assert "No verdict on" not in pages["loud"]
    sentence = "How much copying shortens the lead: "
    assert sentence not in pages["quiet"]
    assert sentence in pages["loud"]


def test_a_model_that_takes_sides_shuts_all_gates(results, study):
    failed = [dict(CHECKS[0], agrees=False)]
    loud_world = results["loud"]
    biased = replace(loud_world, data=replace(loud_world.data, gates=failed), neutral=False)
    assert biased.gates == {"copying": False, "strategy": False}
    assert "takes a side" in wording.neutrality(failed)
    assert "takes a side" not in wording.neutrality(CHECKS)
    assert "not run" in wording.neutrality([])


def test_the_short_version_says_that_it_is_no_result(pages, results):
    for page in pages.values():
        assert "This is no result" in page
        assert "no result)" in page
    assert wording.word(results["loud"].verdict("S2"), fast=False) == "supported"


def test_the_box_says_what_this_cannot_say(pages, study):
    for page in pages.values():
        assert "What this cannot say" in page
        for line in study.limits["always"]:
            assert line[:40].replace("'", "&#x27;") in page
    assert "from a world with or without copying" in pages["quiet"]
    assert "from a world with or without copying" not in pages["loud"]


@pytest.mark.slow
def test_all_is_in_the_folder(results, tmp_path):
    page = build(results["loud"]).save(tmp_path / "report")
    assert page.name == "report.html"
    folder = page.parent
    assert {"cells.pdf", "curves.svg", "decidability.png"} <= {
        file.name for file in (folder / "figures").iterdir()
    }
    assert {"headline-statements.csv", "cell-effects-all.csv"} <= {
        file.name for file in (folder / "tables").iterdir()
    }


def test_failed_runs_are_told(results):
    found = results["loud"]
    data = replace(found.data, failures={"cells": 3}, study=replace(found.data.study, fast=False))
    page = build(replace(found, data=data)).page.html()
    assert "cells: 3 runs failed" in page
    assert "no result" not in page

"""Links that reproduce a world, and scenario files from outside, read as data only."""

import time

import numpy as np
import pytest

import sim
from viz import limits, permalink
from viz.controller import LiveController
from viz.uploads import load_text, plain_name

SMALL = {
    "run.weeks": 20, "run.burn_in": 10, "size.investors": 20, "size.policymakers": 8, "size.communities": 20,
}  # fmt: skip
TEXT = (
    'extends = "baseline"\n[run]\nweeks = 20\nburn_in = 10\n'
    "[size]\ninvestors = 20\npolicymakers = 8\ncommunities = 20\n"
)


def assert_same(first, second):
    one, two = first.view(), second.view()
    assert (one.week, one.seed, one.scenario_name) == (two.week, two.seed, two.scenario_name)
    for name, values in one.series.items():
        assert np.array_equal(values, two.series[name], equal_nan=True), name
    assert one.events == two.events
    assert first.scenario == second.scenario


def test_a_link_reproduces_changes_acts_and_week():
    controller = LiveController(
        "copying-strategic", seed=11,
        changes={**SMALL, "distillation.potency": 0.3, "enforcement.rule": "fixed", "distillation.iso_lag": False,
                 "labs.us-closed-1.compute": 0.02},
    )  # fmt: skip
    controller.step(6)
    controller.schedule({"type": "control_act", "instrument": "chips", "strength": 0.6, "label": "ä & b=c"})
    controller.step(2)
    controller.schedule({"type": "claim_policy", "source": "us-closed-1", "policy": "none"})
    controller.step(3)
    link = controller.permalink()
    assert link.startswith("?scenario=copying-strategic&seed=11&set=")
    again = LiveController.from_permalink(link)
    assert (again.changes, again.acts, again.week) == (controller.changes, controller.acts, 11)
    assert again.permalink() == link
    assert_same(controller, again)


def test_a_link_carries_a_short_uploaded_file():
    controller = LiveController("mine.toml", text=TEXT, seed=2)
    controller.step(4)
    again = LiveController.from_permalink(controller.permalink())
    assert (again.base, again.text) == ("mine.toml", TEXT)
    assert again.view().scenario_name == "mine"
    assert_same(controller, again)


def test_a_link_without_its_long_file_says_what_to_do():
    words = "".join(chr(32 + (k * k * 7919) % 90) for k in range(30_000)).replace("\\", "/").replace('"', "'")
    text = "\n".join("#" + words[k : k + 500] for k in range(0, len(words), 500)) + "\n" + TEXT
    rng = np.random.default_rng(1)
    text += "".join(f"# {rng.integers(10**15)}\n" for _ in range(2000))
    controller = LiveController("mine.toml", text=text)
    link = controller.permalink()
    assert len(link) < 8_000
    with pytest.raises(sim.ScenarioError, match=r"upload mine\.toml again"):
        LiveController.from_permalink(link)


def test_a_link_written_by_hand_is_read():
    place = permalink.read("?scenario=core&set=distillation.potency%3D0.3&set=enforcement.rule=fixed&week=7")
    assert place.base == "core"
    assert place.week == 7
    assert place.seed == 1
    assert place.changes == {"distillation.potency": 0.3, "enforcement.rule": "fixed"}
    assert permalink.read("") == permalink.Place()


@pytest.mark.parametrize(
    "query",
    [
        "?seed=x", "?seed=-1", "?seed=99999999999999999999", "?week=1e9", "?set=novalue", "?act=1", "?act={",
        "?act=" + "[" * 5000, '?act={"type":"control_act"}', '?act={"type":"control_act","week":true}',
        "?set=distillation.potency=NaN", "?set=distillation.potency=" + "[" * 5000, "?scenario=../../etc/passwd",
        "?file=%%%", "?file=", "?file=AAAA", "?" + "set=a=1&" * 300, "?" + "a" * 50_000,
        '?act={"type":"control_act","week":3,"strength":7}', "?set=extends=core", "?scenario=core&set=events=[1]",
        "?set=run.weeks=1&act=" + '{"type":"truce","week":900}',
    ],
)  # fmt: skip
def test_links_that_cannot_be_read_are_refused_in_words(query):
    with pytest.raises(sim.ScenarioError) as caught:
        LiveController.from_permalink(query)
    assert caught.value.problems


def test_a_link_cannot_ask_for_more_than_the_page():
    with pytest.raises(limits.TooLarge):
        LiveController.from_permalink("?set=size.investors=1000000")


def test_a_packed_file_is_not_unpacked_beyond_the_limit():
    link = permalink.written("x.toml", "#" + "a" * (limits.UPLOAD_BYTES + 5), 1, {}, (), 0)
    assert len(link) < 1_000
    with pytest.raises(sim.ScenarioError, match="too large"):
        permalink.read(link)


# -- uploads ----------------------------------------------------------------------------------------------------


def test_an_upload_may_extend_a_shipped_scenario():
    scenario = load_text('extends = "baseline.toml"\n[distillation]\npotency = 0.3\n', "../../mine.toml")
    assert (scenario.name, scenario.distillation.potency) == ("mine", 0.3)
    assert load_text('extends = "baseline"\n', "baseline.toml").name == "baseline"


@pytest.mark.parametrize(
    "parent",
    [
        "/etc/passwd",
        "../x.toml",
        "./baseline.toml",
        "scenarios/baseline.toml",
        "uploaded-scenario",
        "C:\\x.toml",
        "",
    ],
)
def test_an_upload_opens_no_file(parent):
    with pytest.raises(sim.ScenarioError) as caught:
        load_text(f"extends = '{parent}'\n", "mine.toml")
    assert [problem.key for problem in caught.value.problems] == ["extends"]
    assert caught.value.problems[0].file == "mine.toml"


def test_an_upload_with_an_odd_parent_is_refused():
    for parent in ("1", "['baseline']", "{a = 1}", "true"):
        with pytest.raises(sim.ScenarioError):
            load_text(f"extends = {parent}\n", "mine.toml")


HOSTILE = {
    "large": 'x = "' + "a" * 300_000 + '"',
    "long line": 'x = "' + "a" * 6_000 + '"',
    "deep list": "x = [\n" + "[\n" * 4_000 + "]" * 4_000 + "]",
    "deep table": "x = " + "{a=" * 900 + "1" + "}" * 900,
    "deep keys": "\n".join("b" + str(k) + ".a" * 300 + " = 1" for k in range(200)),
    "dots": "a" + ".a" * 2_000 + " = 1",
    "blanks": "x = '''\n[" + " " * 4_000 + "\n'''",
    "many keys": "\n".join(f"k{k} = 1" for k in range(15_000)),
    "many events": '[[events]]\ntype = "truce"\nweek = 1\n' * 3_000,
    "unknown keys": "[run]\n" + "\n".join(f"k{k} = 1" for k in range(70)),
    "long keys": "a" * 4_000 + " = 1",
    "big number": "x = " + "9" * 4_500,
    "no text": "x = \x00",
    "half a character": "x = '\ud800'",
    "not TOML": "x = [",
    "python": "x = True",
    "unknown key": "[export_control]\nstrenth = 2",
    "out of bounds": "[export_control]\nstrength = 2",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_uploads_are_refused_soon_and_in_words(text):
    started = time.perf_counter()
    with pytest.raises(sim.ScenarioError) as caught:
        LiveController("mine.toml", text=text)
    assert time.perf_counter() - started < 10
    assert 1 <= len(caught.value.problems) <= 51
    told = str(caught.value)
    assert "/tmp" not in told
    assert "uploaded-scenario" not in told


def test_an_upload_that_is_too_large_to_run_is_refused_with_the_command():
    with pytest.raises(limits.TooLarge, match="parity run"):
        LiveController("mine.toml", text='extends = "baseline"\n[size]\ninvestors = 1000000\n')
    sources = "\n".join(f'[sources.s{k}]\nkind = "media"\nalignment = "none"' for k in range(75))
    with pytest.raises(limits.TooLarge, match="sources"):
        LiveController("mine.toml", text=f'extends = "baseline"\n{sources}\n')


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("../../a.toml", "a.toml"),
        ("C:\\b\\c.toml", "c.toml"),
        ("", "uploaded.toml"),
        ("<b>.toml", "_b_.toml"),
    ],
)
def test_names_of_files_are_plain(given, told):
    assert plain_name(given) == told

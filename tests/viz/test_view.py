"""What pages see of a world, held against the model's own record; claims held against the truth."""

import dataclasses
import time

import numpy as np
import pytest

import sim
from viz import claim_cards
from viz.controller import LiveController
from viz.history import Beliefs
from viz.layout import MOST_EDGES, positions
from viz.view import agent_history, claim_card, downsample, feed, judge, sentence

SMALL = {
    "run.weeks": 40, "run.burn_in": 20, "size.investors": 30, "size.policymakers": 12, "size.communities": 30,
}  # fmt: skip


@pytest.fixture(scope="module")
def controller():
    made = LiveController("copying-strategic", seed=3, changes=SMALL)
    made.step(40)
    return made


@pytest.fixture(scope="module")
def swapped():
    made = LiveController("label-swap", seed=3, changes=SMALL)
    made.step(40)
    return made


def test_a_view_before_the_first_week_is_empty_and_whole():
    view = LiveController(changes=SMALL).view()
    assert (view.week, view.cursor, len(view.dates), len(view.weeks)) == (0, 0, 0, 0)
    assert set(view.series) == set(sim.OUTPUTS)
    assert all(len(values) == 0 for values in [*view.series.values(), *view.policy.values()])
    assert all(values.shape == (0, len(view.labs)) for values in view.lab_series.values())
    assert view.events == []
    assert feed(view, 5) == []
    assert len(view.belief["believed_gap"]) == 72


def test_a_view_has_what_the_run_has(controller):
    view = controller.view()
    run = sim.run(controller.scenario, controller.seed)
    for name in sim.OUTPUTS:
        finite = np.where(np.isfinite(view.series[name]), view.series[name], np.nan)
        assert np.array_equal(finite, run.array(name)[0], equal_nan=True), name
    assert np.array_equal(view.dates, run.dates)
    assert np.array_equal(
        view.lab_series["capability"][:, 0:4].max(axis=1), view.series["capability_us_best"]
    )
    assert np.allclose(view.lab_series["users"].sum(axis=1), 1.0)
    assert np.array_equal(view.policy["announced_chips"], view.series["control_strength_chips"])
    assert {lab.bloc for lab in view.labs} == {"us", "cn"}


def test_events_are_those_of_the_run(controller):
    view = controller.view()
    table = sim.run(controller.scenario, controller.seed).events
    assert len(view.events) == len(table)
    assert [event["id"] for event in view.events] == list(range(len(table)))
    assert [event["week"] for event in view.events] == table["week"].tolist()
    assert [event["type"] for event in view.events] == table["type"].tolist()
    assert [event["date"] for event in view.events] == [str(day)[:10] for day in table["date"]]
    values = [np.nan if event["value"] is None else event["value"] for event in view.events]
    assert np.array_equal(values, table["value"].to_numpy(float), equal_nan=True)


def test_beliefs_of_agents_agree_with_the_means_of_their_groups(controller):
    for week in (0, 7, 39):
        view = controller.view(week)
        assert view.cursor == week
        for kind, group in enumerate(("investors", "policymakers", "communities")):
            mine = view.network.kind == kind
            gap = view.belief["believed_gap"][mine].mean()
            assert gap == pytest.approx(view.series[f"believed_gap_{group}"][week], abs=1e-5)
            share = view.belief["believed_share"][mine].mean()
            assert share == pytest.approx(view.series[f"believed_copied_share_{group}"][week], abs=1e-5)


def test_all_is_us_minus_china_whoever_controls(swapped):
    view = swapped.view()
    investors = view.network.kind == 0
    assert view.belief["believed_gap"][investors].mean() == pytest.approx(
        view.series["believed_gap_investors"][-1], abs=1e-5
    )
    measured = [event for event in view.events if event["type"] == "evaluation"]
    assert measured
    for event in measured:
        assert event["value"] == pytest.approx(view.series["score_gap"][event["week"]])
    told = [
        e
        for e in view.events
        if e["type"] == "claim" and e["narrative"] in ("parity", "moat") and e["bias"] is not None
    ]
    far = [abs(e["value"] - e["bias"] - view.series["gap"][e["week"]]) for e in told]
    assert not told or np.median(far) < 0.4


def test_the_cursor_changes_only_what_belongs_to_a_week(controller):
    now, then = controller.view(), controller.view(10)
    assert now.series is then.series
    assert now.events is then.events
    assert controller.view(10) is then
    assert controller.view(-5).cursor == 0
    assert controller.view(999).cursor == 39


def test_the_board_of_an_earlier_week_is_what_it_was_then():
    then = LiveController("copying-strategic", seed=3, changes=SMALL)
    then.step(11)
    board = then.view().board
    then.step(20)
    assert then.view(10).board == board
    assert then.view().board != board
    for entry in board:
        assert 0 <= entry["score"] <= 1
        assert 0 <= entry["standard_error"] < 0.1
        assert {"lab", "benchmark", "chance_floor", "saturated", "public", "surprise"} <= entry.keys()


def test_views_cannot_be_changed(controller):
    view = controller.view()
    with pytest.raises(dataclasses.FrozenInstanceError):
        view.week = 3
    with pytest.raises(TypeError):
        view.series["gap"] = 1
    with pytest.raises(ValueError, match="read-only"):
        view.series["gap"][0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        view.belief["believed_gap"][0] = 1.0


def test_the_layout_is_seeded_and_by_group(controller):
    network = controller.view().network
    assert np.array_equal(network.positions, positions((30, 12, 30), 3))
    assert not np.array_equal(network.positions, positions((30, 12, 30), 4))
    centres = [network.positions[network.kind == kind].mean(axis=0) for kind in range(3)]
    assert centres[0][0] < centres[1][0] < centres[2][0]
    assert len(network.names) == len(network.positions) == 72
    assert network.edges.max() < 72
    assert (network.edges[:, 0] < network.edges[:, 1]).all()


def test_a_large_network_shows_a_part_of_its_ties():
    made = LiveController(changes={**SMALL, "run.burn_in": 1, "size.investors": 900, "size.communities": 900})
    assert len(made.view().network.edges) == MOST_EDGES


def test_a_world_without_a_network_is_drawn_without_ties():
    made = LiveController(changes={**SMALL, "media.contagion": False, "social.rule": "none"})
    made.step(2)
    assert made.model.network is None
    assert made.view().network.edges.shape == (0, 2)
    assert agent_history(made, 3)["neighbours"] == []


def test_the_history_of_an_agent(controller):
    history = agent_history(controller, 35)
    assert (history["kind"], history["name"]) == ("policymaker", "policymaker 6")
    assert len(history["weeks"]) == len(history["believed_gap"]) == len(history["believed_share"]) == 40
    assert history["believed_gap"][12] == controller.view(12).belief["believed_gap"][35]
    assert history["neighbours"]
    assert "policymaker 6" not in history["neighbours"]
    for index in (-1, 72, 10**9):
        with pytest.raises(IndexError):
            agent_history(controller, index)


def test_history_of_beliefs_is_bounded(controller):
    model = controller.model

    class At:
        counts, receivers = model.counts, model.receivers
        week = 0

    held = Beliefs(1.0, most_bytes=72 * 8 * 10)
    for week in range(200):
        At.week = week + 1
        held.look(At)
        assert sum(each.nbytes for _, each in held.kept) <= 72 * 8 * 10
    weeks, beliefs = held.of(3)
    assert weeks[0] == 0
    assert weeks[-1] == 199
    assert beliefs.shape == (2, len(weeks))
    assert held.at(199) is held.latest[1]
    assert held.at(57) is dict(held.kept)[max(w for w, _ in held.kept if w <= 57)]


# -- claims -----------------------------------------------------------------------------------------------------


def made_up(view, **facts):
    """A view of one made-up claim, and the claim."""
    event = {
        "id": 0, "week": 10, "date": "2024-03-11", "type": "claim", "origin": "scenario", "source": "us-closed-1",
        "target": None, "quantity": "gap", "narrative": "moat", "value": 0.0, "bias": 0.0, "effect": None, **facts,
    }  # fmt: skip
    return dataclasses.replace(view, events=[event]), event


@pytest.mark.parametrize(
    ("quantity", "narrative", "output"),
    [("gap", "moat", "gap"), ("gap", "parity", "gap"), ("share", "copying", "copied_share")],
)
def test_claims_are_held_against_the_truth_of_their_week(controller, quantity, narrative, output):
    truth, sd = controller.view().series[output][10], controller.scenario.claims.stated_sd
    for distance, verdict in (
        (0.0, claim_cards.CLOSE), (0.99 * sd, claim_cards.CLOSE), (-0.99 * sd, claim_cards.CLOSE),
        (1.01 * sd, claim_cards.HIGH), (-1.01 * sd, claim_cards.LOW),
    ):  # fmt: skip
        view, event = made_up(
            controller.view(), quantity=quantity, narrative=narrative, value=truth + distance
        )
        found = judge(view, event)
        assert (found.verdict, found.truth) == (verdict, pytest.approx(truth))
        assert claim_card(view, 0)["verdict"] == verdict


def test_compute_claims_are_held_against_the_latent_compute_gap(controller):
    compute = controller.view().lab_series["compute"][10]
    truth = compute[:4].max() - compute[4:].max()
    view, event = made_up(
        controller.view(), quantity="compute", narrative="cost_efficiency", value=truth + 0.05
    )
    assert judge(view, event).verdict == claim_cards.CLOSE
    assert judge(view, event).truth == pytest.approx(truth)


def test_a_call_is_no_statement_of_fact(controller):
    view, event = made_up(controller.view(), quantity=None, narrative="control_call", value=1.0, bias=None)
    card = claim_card(view, 0)
    assert card["verdict"] == "not a statement of fact"
    assert card["truth"] == card["stated value"] == "none"
    assert "tighter" in card["says"]
    assert "looser" in claim_card(made_up(view, **{**event, "value": -1.0})[0], 0)["says"]


def test_a_motive_claim_is_held_against_the_bias_of_the_last_claim_it_is_about(controller):
    view = controller.view()
    _, first = made_up(view, source="cn-open-1", value=0.9, bias=0.2, week=4)
    _, motive = made_up(
        view, id=1, source="us-closed-1", target="cn-open-1", narrative="motive", value=0.25, bias=None
    )
    both = dataclasses.replace(view, events=[first, motive])
    assert judge(both, motive).verdict == claim_cards.CLOSE
    assert judge(both, {**motive, "value": 0.4}).verdict == claim_cards.HIGH
    assert judge(both, {**motive, "value": -0.1}).verdict == claim_cards.LOW
    alone = dataclasses.replace(view, events=[{**motive, "id": 0}])
    assert judge(alone, alone.events[0]).verdict == claim_cards.UNKNOWN
    other = dataclasses.replace(view, events=[{**first, "quantity": "share"}, motive])
    assert judge(other, motive).verdict == claim_cards.UNKNOWN


def test_a_speed_claim_gets_no_verdict_but_the_speed_so_far(controller):
    view, event = made_up(controller.view(), quantity="speed", narrative="parity", value=0.3, week=30)
    found, card = judge(view, event), claim_card(view, 0)
    gap = view.series["gap"]
    closed = (gap[0] - gap[30]) * 52.0 / 30
    assert (found.truth, found.verdict) == (None, claim_cards.NO_SINGLE)
    assert f"{abs(closed):.2f} OOM a year" in found.why
    assert ("closed by" in found.why) == (closed >= 0)
    assert (card["verdict"], card["truth"]) == ("no verdict", "no single value")
    early = judge(*made_up(controller.view(), quantity="speed", narrative="parity", value=0.3, week=5))
    assert "too few weeks" in early.why


def test_the_same_rule_judges_both_sides(swapped, controller):
    """A claim as far from the truth gets the same verdict, whoever speaks."""
    for made in (controller, swapped):
        truth = made.view().series["gap"][10]
        for source in ("us-closed-1", "cn-open-1"):
            view, event = made_up(made.view(), source=source, value=truth + 0.2)
            assert judge(view, event).verdict == claim_cards.HIGH


def test_every_claim_of_a_run_has_a_card_in_words(controller):
    view = controller.view()
    claims = [event for event in view.events if event["type"] == "claim"]
    assert {"gap", "share"} <= {event["quantity"] for event in claims}
    for event in claims:
        card = claim_card(view, event["id"])
        assert all(isinstance(text, str) and text and "nan" not in text for text in card.values()), card
        assert event["source"] in card["who"]
    with pytest.raises(LookupError):
        claim_card(view, next(e["id"] for e in view.events if e["type"] != "claim"))
    with pytest.raises(LookupError):
        claim_card(view, 10**9)


def test_the_effect_is_the_change_of_the_mean_belief_and_is_called_an_association(controller):
    view, event = made_up(controller.view())
    found = claim_cards.effect(view, event)
    sizes = np.array(view.group_sizes)
    mean = (
        sum(
            n * view.series[f"believed_gap_{g}"]
            for n, g in zip(sizes, ("investors", "policymakers", "communities"), strict=True)
        )
        / sizes.sum()
    )
    assert (found.change, found.weeks, found.about) == (pytest.approx(mean[14] - mean[9]), 4, "gap")
    assert "association" in claim_card(view, 0)["effect"]
    assert claim_cards.effect(*made_up(view, week=0)) is None
    assert claim_cards.effect(*made_up(view, week=39)) is None


@pytest.mark.parametrize(
    ("facts", "belief"),
    [
        (
            {"quantity": "compute", "narrative": "cost_efficiency"},
            lambda view: view.series["believed_compute_gap_investors"],
        ),
        ({"quantity": None, "narrative": "control_call"}, lambda view: view.series["issue_attention"]),
        (
            {"quantity": "share", "narrative": "motive", "target": "cn-open-1"},
            lambda view: view.believed_bias[:, list(view.bloc_of).index("cn-open-1"), 1],
        ),
    ],
)  # fmt: skip
def test_every_kind_of_claim_is_followed_in_the_belief_it_is_about(controller, facts, belief):
    view, event = made_up(controller.view(), **facts)
    values = belief(view)
    found = claim_cards.effect(view, event)
    assert found.change == pytest.approx(values[14] - values[9])
    assert found.name in claim_card(view, 0)["effect"]


def test_a_speed_claim_is_followed_in_the_believed_speed(controller):
    view, event = made_up(controller.view(), quantity="speed", narrative="parity", value=0.3)
    sizes = np.array(view.group_sizes) / sum(view.group_sizes)
    groups = ("investors", "policymakers", "communities")
    mean = sum(n * view.series[f"believed_closing_speed_{g}"] for n, g in zip(sizes, groups, strict=True))
    assert claim_cards.effect(view, event).change == pytest.approx(mean[14] - mean[9])


def test_the_bias_that_receivers_expect_is_the_record_s(controller, swapped):
    for made, sign in ((controller, 1.0), (swapped, -1.0)):
        held = made.model.recorder.history("believed_bias")[:, 0]
        mean = np.average(held, axis=2, weights=made.view().group_sizes)
        assert np.allclose(made.view().believed_bias, mean * [sign, 1.0])


def test_the_name_of_an_agent_is_its_group_and_its_number_in_it(controller):
    from viz.live import inspector, state

    network = controller.view().network
    for kind, group in enumerate(("investor", "policymaker", "community")):
        first, count = inspector.members(network, kind)
        inspector.choose(first, count, 8)
        assert agent_history(controller, state.agent.peek())["name"] == f"{group} 8"
        inspector.choose(first, count, count + 1)
        assert agent_history(controller, state.agent.peek())["name"] == f"{group} 8"
    state.forget_choices()


# -- sentences and lines ----------------------------------------------------------------------------------------


def test_the_feed_is_in_words_newest_first_and_ends_at_the_cursor(controller):
    told = feed(controller.view(20), weeks=8)
    weeks = [week for week, _ in told]
    assert weeks == sorted(weeks, reverse=True)
    assert set(weeks) <= set(range(13, 21))
    assert all(text.endswith(".") and "None" not in text and "nan" not in text for _, text in told)
    assert feed(controller.view(20)) == [each for each in told if each[0] == 20]


def test_every_type_of_event_has_a_sentence():
    from sim.scenario.events import EVENT_MODELS

    blank = dict.fromkeys(("source", "target", "quantity", "narrative", "value", "bias", "effect"))
    for kind in [*EVENT_MODELS, "evaluation", "round", "of a new type"]:
        text = sentence(
            {**blank, "id": 0, "week": 1, "type": kind, "origin": "scenario", "source": "a-source"}
        )
        assert text.endswith("(dated event)."), kind
    assert sentence({**blank, "id": 0, "week": 1, "type": "score", "origin": "model"}) == ""


def test_values_without_the_capital_loop_are_told_in_years_of_rent():
    made = LiveController("no-capital-loop", seed=3, changes=SMALL)
    made.step(30)
    view = made.view()
    assert view.value_unit == "years of rent"
    told = [
        text for _, text in feed(dataclasses.replace(view, cursor=29), weeks=30) if "closes a round" in text
    ]
    assert told
    assert all("years of rent" in text and "US$" not in text for text in told)


def test_downsampling_keeps_ends_and_extremes():
    x, y = np.arange(5000), np.sin(np.arange(5000) / 50) + np.random.default_rng(0).normal(0, 0.1, 5000)
    y[3333], y[1234] = 9.0, -9.0
    kept_x, kept_y = downsample(x, y, 400)
    assert len(kept_x) <= 400
    assert (kept_x[0], kept_x[-1], kept_y.max(), kept_y.min()) == (0, 4999, 9.0, -9.0)
    assert np.array_equal(y[kept_x], kept_y)
    assert np.all(np.diff(kept_x) > 0)
    again = downsample(x, y, 400)
    assert np.array_equal(again[0], kept_x)


def test_downsampling_leaves_short_lines_and_keeps_gaps():
    x = np.arange(10)
    assert downsample(x, x)[0] is x
    y = np.full(2000, np.nan)
    kept_x, kept_y = downsample(np.arange(2000), y, 100)
    assert len(kept_x) <= 100
    assert np.isnan(kept_y).all()
    for most in (1, 2, 3, 4, 5):
        assert len(downsample(np.arange(1000), np.arange(1000), most)[0]) <= most


def test_a_view_is_made_fast(controller):
    made = LiveController(
        seed=3,
        changes={"size.investors": 900, "size.policymakers": 200, "size.communities": 900, "run.weeks": 301,
                 "run.burn_in": 4},
    )  # fmt: skip
    made.step(300)
    times = []
    for _ in range(5):
        made._changed()
        started = time.perf_counter()
        made.view()
        times.append(time.perf_counter() - started)
    # 15 ms on the machine it was written on; the limit leaves room for a busy one.
    assert min(times) < 0.12

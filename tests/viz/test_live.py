"""The page Live without a browser: what it draws, what its controls do, and that its thread ends."""

import time

import pytest
import solara

from viz import shell, wording
from viz.choices import BY_KEY, CONTROLS, FOCAL_POLICY
from viz.components.chart import ChartWidget
from viz.controller import LiveController
from viz.live import headline, page, panels, player, settings, state, timeline


@pytest.fixture
def controller():
    held = LiveController("baseline", changes={"run.weeks": 12})
    shell.open_in_live(held)
    state.forget_choices()
    state.pending.set({})
    state.problem.set(None)
    yield held
    player.pause()
    shell.controller.set(None)
    held.close()


def until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    assert condition()


def test_every_panel_is_drawn_and_follows_the_world(controller):
    @solara.component
    def Both():
        moved = shell.moved.value
        with solara.Column():
            page.Side(moved)
            page.LiveBody(moved)

    _box, context = solara.render(Both(), handle_error=False)
    try:
        player.step()
        charts = context.find(ChartWidget).widgets
        assert len(charts) == len(panels.CHARTS) + (state.agent.peek() is not None)
        before = {(chart.label, chart.drawn) for chart in charts}
        player.step()
        after = context.find(ChartWidget).widgets
        assert all((chart.label, chart.drawn) not in before for chart in after)
        assert all("At week 1" in chart.label or "weeks" in chart.label for chart in after)
    finally:
        context.close()


def test_run_to_goes_forward_and_looks_back(controller):
    player.run_to(6)
    until(lambda: not state.playing.peek())
    assert controller.week == 6
    player.run_to(2)
    assert (controller.week, state.cursor.peek()) == (6, 2)


def test_play_ends_with_the_last_week_and_at_pause(controller):
    state.speed.set(10)
    player.play()
    until(lambda: controller.week >= 2)
    player.pause()
    time.sleep(0.3)
    stopped = controller.week
    time.sleep(0.5)
    assert controller.week == stopped < controller.last_week
    player.play()
    until(lambda: not state.playing.peek())
    assert controller.week == controller.last_week


def test_a_live_setting_becomes_an_act_and_a_later_one_waits_for_the_restart(controller):
    player.step()
    settings.act(BY_KEY["export_control.strength"], 0.8)
    settings.act(BY_KEY[FOCAL_POLICY], "strategic")
    assert [act.event["type"] for act in controller.acts] == ["control_act", "claim_policy"]
    settings.want("distillation.potency", 0.6, 0.15)
    assert state.pending.peek() == {"distillation.potency": 0.6}
    settings.use_pending()
    until(lambda: not state.busy.peek())
    assert controller.scenario.distillation.potency == 0.6
    assert (controller.week, controller.last_week, state.pending.peek()) == (0, 12, {})


def test_every_choice_has_a_name_and_a_meaning():
    chosen = [control for control in CONTROLS if control.kind == "choice"]
    assert len(chosen) >= 5
    for control in chosen:
        names = [wording.choice(control.key, each) for each in control.choices]
        assert len(set(names)) == len(names)
        for each in control.choices:
            assert "_" not in wording.choice(control.key, each)
            assert wording.choice_means(control.key, each)


def test_every_panel_says_how_to_read_it():
    assert all(len(spec.help) > 20 for spec in panels.CHARTS)
    assert len({spec.name for spec in panels.CHARTS}) == len(panels.CHARTS)


def test_a_run_to_a_week_tells_how_far_it_is(controller):
    player.run_to(controller.last_week)
    assert state.running.peek() == (0, controller.last_week)
    until(lambda: not state.playing.peek())
    assert state.running.peek() is None
    player.play()
    assert state.running.peek() is None
    player.pause()


def test_a_linked_world_tells_how_far_it_is():
    heard = []
    made = LiveController.from_permalink(
        "?scenario=baseline&seed=2&week=30", lambda *told: heard.append(told)
    )
    assert made.week == 30
    assert heard == [(13, 30), (26, 30), (30, 30)]
    made.close()


def test_the_figures_are_those_of_the_week_looked_at(controller):
    controller.run_to(12)
    view = controller.view(5)
    told = {name: (value, beside) for name, value, beside, _ in headline.figures(view)}
    assert told["Lead of the US"][0] == f"{view.series['gap_months'][5]:.1f} months"
    assert told["Chip control"][0] == f"{view.series['control_strength_chips'][5]:.2f}"
    assert told["Closed by copying"][0] == f"{100 * view.series['copied_share'][5]:.0f} %"
    assert headline.figures(LiveController("baseline", changes={"run.weeks": 2}).view()) == []


def test_a_wish_that_holds_already_is_none():
    settings.want("distillation.potency", 0.15, 0.15)
    assert state.pending.peek() == {}


def test_a_bad_world_is_told_and_the_one_before_stays(controller):
    player.open_world(lambda: LiveController("bad.toml", text="[distillation]\npotency = 9\n"))
    until(lambda: not state.busy.peek())
    assert state.problem.peek().problems[0].key == "distillation.potency"
    assert shell.controller.peek() is controller


def test_an_unforeseen_error_becomes_a_sentence():
    assert "log" in str(player._told(ZeroDivisionError("secret/path")))


def test_clicks_choose_claim_and_agent():
    panels.clicked_claim({"data": {"event": 7}})
    panels.clicked_agent({"data": {"agent": 3.0}})
    panels.clicked_agent({"data": None})
    assert (state.claim.peek(), state.agent.peek()) == (7, 3)
    state.forget_choices()


def test_the_right_end_of_the_timeline_follows_the_newest_week():
    timeline.look_at(3, 10)
    assert state.cursor.peek() == 3
    timeline.look_at(9, 10)
    assert state.cursor.peek() is None

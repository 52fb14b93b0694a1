"""The live controller: isolated, repeatable, steerable, bounded."""

import io
import threading

import numpy as np
import pytest

import sim
from viz import limits
from viz.choices import BY_KEY, CONTROLS, FOCAL_POLICY, SCENARIOS
from viz.controller import Act, LiveController

SMALL = {
    "run.weeks": 30, "run.burn_in": 20, "size.investors": 30, "size.policymakers": 12, "size.communities": 30,
}  # fmt: skip
TIGHTER = {"type": "control_act", "instrument": "chips", "strength": 0.8}
STRATEGIC = {"type": "claim_policy", "source": "us-closed-1", "policy": "strategic"}


def small(base="baseline", seed=3, changes=None, **more):
    return LiveController(base, seed=seed, changes={**SMALL, **(changes or {})}, **more)


def same_series(first, second):
    assert first.keys() == second.keys()
    return [name for name in first if not np.array_equal(first[name], second[name], equal_nan=True)] == []


def run_of(controller, tmp_path):
    """The run that the controller's own file and command make."""
    words = controller.command().split()
    assert words[:2] == ["parity", "run"]
    assert words[3] == "--seed"
    file = tmp_path / words[2]
    file.write_text(controller.scenario_toml(), encoding="utf-8")
    return sim.run(file, int(words[4]))


def assert_repeats(controller, tmp_path):
    run = run_of(controller, tmp_path)
    controller.run_to(controller.last_week)
    view = controller.view()
    for name in sim.OUTPUTS:
        expected = run.array(name)[0]
        found = np.where(np.isfinite(view.series[name]), view.series[name], np.nan)
        assert np.array_equal(found, expected, equal_nan=True), name


def test_one_session_moves_no_other():
    first, second = small(), small()
    before = second.view()
    first.step(9)
    first.schedule(TIGHTER)
    first.step(2)
    assert (first.week, second.week, second.version) == (11, 0, 1)
    assert second.view() is before
    second.step(11)
    plain = small()
    plain.step(11)
    assert same_series(second.view().series, plain.view().series)
    assert not same_series(second.view().series, first.view().series)


def test_restart_with_the_same_luck_gives_the_same_bytes():
    controller = small(changes={"distillation.potency": 0.3})
    controller.step(12)
    before, scenario = controller.series_parquet(), controller.scenario
    controller.restart()
    assert controller.week == 0
    assert controller.scenario == scenario
    controller.step(12)
    assert controller.series_parquet() == before
    controller.restart(seed=4)
    controller.step(12)
    assert controller.series_parquet() != before


def test_restart_keeps_changes_and_drops_acts_unless_asked():
    controller = small()
    controller.step(3)
    controller.schedule(TIGHTER)
    controller.restart(keep_acts=True)
    assert [act.event["type"] for act in controller.acts] == ["control_act"]
    controller.restart(changes={**SMALL, "claims.sophistication": 0.1})
    assert controller.acts == []
    assert controller.scenario.claims.sophistication == 0.1
    assert controller.seed == 3


def test_a_failed_restart_leaves_the_world_as_it_was():
    controller = small()
    controller.step(4)
    before = controller.view()
    with pytest.raises(sim.ScenarioError):
        controller.restart(changes={"distillation.potency": -1})
    with pytest.raises(limits.TooLarge):
        controller.restart(changes={"size.investors": 100_000})
    assert controller.view() is before
    controller.step(1)
    assert controller.week == 5


@pytest.mark.parametrize("base", ["baseline", "label-swap", "controls-schedule"])
def test_the_file_and_command_repeat_the_screen(base, tmp_path):
    controller = small(base, changes={"run.weeks": 180 if base == "controls-schedule" else 30})
    controller.step(4)
    assert_repeats(controller, tmp_path)


@pytest.mark.parametrize("event", [TIGHTER, STRATEGIC], ids=lambda event: event["type"])
def test_an_act_is_an_event_of_the_file_that_repeats_the_run(event, tmp_path):
    controller = small()
    controller.step(7)
    act = controller.schedule(event)
    assert act == Act(7, {"type": event["type"], "week": 7, **event})
    assert controller.acts == [act]
    controller.step(3)
    if event is TIGHTER:
        assert controller.view().policy["announced_chips"][7] == pytest.approx(0.8)
        assert controller.in_force("export_control.strength") >= 0.35
    else:
        assert controller.in_force(FOCAL_POLICY) == "strategic"
    assert_repeats(controller, tmp_path)


def test_what_would_change_the_past_is_refused():
    controller = small()
    controller.step(5)
    before = controller.view()
    with pytest.raises(ValueError, match="put it in the scenario"):
        controller.schedule({"type": "benchmark_release", "benchmark": "by-hand", "difficulty": 2.5})
    assert controller.view() is before
    assert controller.acts == []


def test_acts_that_make_no_sense_are_refused_and_change_nothing():
    controller = small()
    controller.step(2)
    version = controller.version
    for event in ({"type": "control_act", "strength": 3.0}, {"type": "nonsense"}, {"strength": 0.5}, {}):
        with pytest.raises(sim.ScenarioError):
            controller.schedule(event)
    with pytest.raises(ValueError, match="no week is left"):
        controller.schedule({**TIGHTER, "week": 30})
    assert controller.acts == []
    assert controller.version == version


def test_steps_end_with_the_run():
    controller = small(changes={"run.weeks": 5})
    controller.step(100)
    assert controller.week == controller.last_week == 5
    controller.run_to(3)
    assert controller.week == 5


def test_what_is_too_large_is_refused_with_the_command():
    with pytest.raises(limits.TooLarge, match=r"parity run parity-baseline-seed-9\.toml --seed 9"):
        LiveController(seed=9, changes={"size.communities": 200_000})
    with pytest.raises(limits.TooLarge, match="agent-weeks"):
        LiveController(changes={"size.communities": 3000, "run.weeks": 2600})


@pytest.mark.parametrize("base", ["nothing", "../baseline", "/etc/passwd", "scenarios/baseline.toml", ""])
def test_a_base_is_a_shipped_name_and_no_path(base):
    with pytest.raises(sim.ScenarioError):
        LiveController(base)


def test_a_closed_session_is_freed_and_stays_readable():
    controller = small()
    controller.step(3)
    controller.close()
    assert controller.model is None
    assert controller.view().week == 3
    controller.step(1)
    controller.close()
    with pytest.raises(ValueError, match="closed"):
        controller.schedule(TIGHTER)


def test_pictures_taken_while_the_world_moves_are_whole():
    controller = small()
    torn = []

    def look():
        for _ in range(60):
            view = controller.view(5)
            sizes = {len(values) for values in view.series.values()} | {len(view.dates), view.week}
            if len(sizes) != 1 or any(event["week"] >= view.week for event in view.events):
                torn.append(view)

    watchers = [threading.Thread(target=look) for _ in range(2)]
    for each in watchers:
        each.start()
    controller.step(30)
    for each in watchers:
        each.join()
    assert torn == []


def test_downloads_are_the_tables_of_the_run(tmp_path):
    import pandas as pd

    controller = small()
    controller.step(30)
    run = run_of(small(), tmp_path)
    series = pd.read_parquet(io.BytesIO(controller.series_parquet()))
    pd.testing.assert_frame_equal(series, run.series, check_dtype=False)
    told = pd.read_csv(io.BytesIO(controller.series_csv()))
    assert list(told.columns) == list(run.series.columns)
    assert len(pd.read_csv(io.BytesIO(controller.events_csv()))) == len(run.events)


def test_every_control_is_a_setting_with_unit_bounds_and_words():
    controller = small()
    for control in CONTROLS:
        assert control.description
        assert control.unit
        assert control.applies(controller.scenario)
        assert control.present(controller) is not None
        assert control.choices or (control.minimum is not None and control.maximum is not None)
        if control.live:
            value = control.choices[-1] if control.choices else 0.6
            controller.schedule(control.event(value))
            controller.step(1)
            assert control.present(controller) == pytest.approx(value) if not control.choices else value
        else:
            with pytest.raises(ValueError, match="restart"):
                control.event(0.5)
    assert BY_KEY["distillation.potency"].value(controller.scenario) == 0.15


def test_shipped_scenarios_have_a_question_each():
    assert SCENARIOS[0][0] == "baseline"
    assert all(name and words for name, words in SCENARIOS)

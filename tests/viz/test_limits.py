"""How large a run the browser takes, and what it says of larger ones."""

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

import sim
from viz import limits, uploads


def refused(**changes: Any) -> str:
    with pytest.raises(limits.TooLarge) as told:
        limits.check(
            sim.load_scenario("baseline", {k.replace("__", "."): v for k, v in changes.items()}),
            "mine.toml",
            3,
        )
    return str(told.value)


def test_what_is_too_large_is_named_with_the_command_that_runs_it() -> None:
    said = refused(size__investors=100_000)
    assert "100,260 agents; this page takes up to 5,000" in said
    assert said.endswith("Without the browser it runs: parity run mine.toml --seed 3")
    assert "agent-weeks" in refused(size__investors=2_000, run__weeks=2_600)


def test_many_who_speak_for_long_are_refused() -> None:
    """The log of what they say is most of a long session's memory."""
    base = sim.load_scenario("baseline")
    speakers = len(base.labs) + len(base.sources)
    weeks = limits.MOST_SPEAKER_WEEKS // speakers - base.run.burn_in
    limits.check(sim.load_scenario("baseline", {"run.weeks": min(weeks, 2_600)}))
    more = 'extends = "baseline"\n[run]\nweeks = 2600\n' + "".join(
        f'[labs.extra-{k}]\nbloc = "us"\nopenness = "open"\ncompute = 0.0\nalgorithms = 0.0\n'
        for k in range(10)
    )
    with pytest.raises(
        limits.TooLarge, match=r"22 labs and other sources for 2,704 weeks; .* up to 1,818 weeks"
    ):
        limits.check(uploads.load_text(more, "more.toml"))


def test_ten_to_the_six_weeks_are_refused_by_the_schema() -> None:
    with pytest.raises(sim.ScenarioError, match="weeks"):
        uploads.load_text('extends = "baseline"\n[run]\nweeks = 1000000\n', "long.toml")


def test_a_command_of_a_refusal_can_be_typed() -> None:
    scenario = sim.load_scenario("baseline", {"size.investors": 100_000})
    with pytest.raises(limits.TooLarge, match=r"parity run 'my file\.toml' --seed 1"):
        limits.check(scenario, "my file.toml")


@pytest.mark.slow  # runs of the largest size
def test_the_largest_run_that_is_taken_keeps_to_the_memory_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    sessions = importlib.import_module("viz_sessions")
    try:
        for asked in sessions.largest().values():
            changes = {**asked["changes"], "size.investors": asked["changes"]["size.investors"] + 60}
            with pytest.raises(limits.TooLarge):
                limits.check(_scenario({**asked, "changes": changes}))
            limits.check(_scenario(asked))
        assert sessions.measure_largest() == 0
    finally:
        sys.modules.pop("viz_sessions", None)


def _scenario(asked: dict[str, Any]) -> sim.Scenario:
    if "text" in asked:
        return uploads.load_text(asked["text"], asked["base"]).with_changes(asked["changes"])
    return sim.load_scenario("baseline", asked["changes"])

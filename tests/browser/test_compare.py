"""Compare: run, cancel, settings, link, keyboard, downloads, bad input."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from tests.browser.charts import drawn
from tests.browser.visits import PATIENCE, Page, Visit, expect, never_a_traceback

RUN = re.compile(r"^Compare$")
SMALL = ["size.investors=20", "size.policymakers=8", "size.communities=20", "run.burn_in=20"]
#: Small worlds: a few seconds.
QUICK = (
    "?a=no-controls&b=tight-controls&replicates=3&seed=5&weeks=40"
    + "".join(f"&set-a={line}&set-b={line}".replace("=2", "%3D2").replace("=8", "%3D8") for line in SMALL)
)  # fmt: skip
#: Minutes of work, if nobody stops it.
LONG = "?a=baseline&b=tight-controls&replicates=60"


def finished(page: Page) -> None:
    expect(page.get_by_role("region", name="Table of final differences")).to_be_visible(timeout=6 * PATIENCE)


def asked(page: Page) -> dict[str, list[str]]:
    """What the address line says, once it follows the page."""
    page.wait_for_function("location.search.includes('replicates=')", timeout=PATIENCE)
    page.wait_for_timeout(600)
    return parse_qs(urlsplit(page.url).query)


def numbers(page: Page) -> list[str]:
    return page.locator(".parity-differences tbody tr").all_inner_texts()


def test_a_comparison_shows_curves_and_a_table(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.open("/compare", QUICK)
    finished(page)
    expect(page.get_by_role("progressbar")).to_have_count(0)
    assert len(numbers(page)) > 40
    assert {"line", "custom"} <= set(drawn(page, "in A and in B"))
    assert {"line", "custom"} <= set(drawn(page, "Difference B minus A"))
    expect(page.locator(".parity-said")).to_contain_text("paired difference is")
    expect(page.get_by_text("A and B differ from the start, in 1 setting")).to_be_visible()
    never_a_traceback(page)


def test_a_link_reproduces_the_view(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.open("/compare", QUICK)
    finished(page)
    # The description follows another choice also where the first one has been drawn.
    drawn(page, "in A and in B")
    page.get_by_role("button", name=re.compile("^Draw gap months")).click()
    expect(page.get_by_role("img", name=re.compile("^gap months over time"))).to_be_visible()
    page.wait_for_timeout(500)
    expect(page.get_by_role("img", name=re.compile("^Difference B minus A of gap months"))).to_be_visible()
    told = asked(page)
    assert told["outcome"] == ["gap_months"]
    assert told["set-a"] == told["set-b"] == SMALL
    assert (told["seed"], told["replicates"], told["weeks"]) == (["5"], ["3"], ["40"])
    before, link = numbers(page), page.get_by_label("Link to this view").input_value()
    assert link == page.url
    page.reload()
    finished(page)
    expect(page.get_by_role("img", name=re.compile("^gap months over time"))).to_be_visible()
    assert numbers(page) == before
    other = visit().open("/compare", "?" + urlsplit(link).query)
    finished(other)
    assert numbers(other) == before
    expect(other.locator(".parity-differences tr.chosen")).to_contain_text("gap months")


def test_a_row_is_chosen_by_keyboard(visit: Callable[..., Any]) -> None:
    page = visit().open("/compare", QUICK + "&outcome=gap")
    finished(page)
    page.get_by_role("button", name=re.compile("^Draw gap:")).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    chosen = page.get_by_role("button", name=re.compile("^Draw gap months: B minus A .*95 % interval"))
    expect(chosen).to_have_attribute("aria-pressed", "true")
    expect(chosen).to_be_focused()
    expect(page.get_by_role("img", name=re.compile("^gap months over time"))).to_be_visible()
    page.get_by_label("Search outputs").fill("lobbying")
    expect(page.get_by_text(re.compile(r"^\d+ of \d+ outputs$"))).to_be_visible()
    assert 0 < len(numbers(page)) < 5
    page.get_by_label("Search outputs").fill("")
    page.get_by_role("button", name="B − A", exact=True).click()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("B − A")


def test_one_scenario_with_two_settings(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.open("/compare", QUICK.replace("tight-controls", "no-controls"))
    finished(page)
    expect(page.get_by_text("A and B are the same so far")).to_be_visible()
    add = page.get_by_label("Add a setting to B: choose or type to search")
    add.click()
    add.press_sequentially("potency")
    page.get_by_role("option", name=re.compile("distillation.potency")).first.click()
    value = page.get_by_label("distillation.potency", exact=True)
    expect(value).to_have_value("0.15")
    expect(page.get_by_text("0 to 2 1/yr; in the scenario 0.15")).to_be_visible()
    value.fill("7")
    value.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="7 is outside 0 to 2 1/yr")).to_be_visible()
    value.fill("0.5")
    visitor.button(RUN).click()
    expect(page.get_by_label("Settings that differ").first).to_contain_text(
        "distillation.potency", timeout=6 * PATIENCE
    )
    finished(page)
    assert asked(page)["set-b"] == [*SMALL, "distillation.potency=0.5"]
    expect(page.get_by_label("Command")).to_contain_text("--set-b distillation.potency=0.5")
    page.get_by_role("button", name="Take distillation.potency out of B").click()
    expect(value).to_have_count(0)


def test_what_is_wrong_is_said(visit: Callable[..., Any], tmp_path: Path) -> None:
    visitor = visit()
    page = visitor.open("/compare", "?a=nothing&b=baseline")
    expect(page.get_by_text("no scenario of that name").first).to_be_visible()
    page = visitor.open("/compare", "?a=baseline&seed=x")
    expect(page.get_by_text('seed "x": a whole number')).to_be_visible()
    page = visitor.open("/compare", "?a=baseline&b=baseline&outcome=gaps")
    expect(page.get_by_text("no output of that name")).to_be_visible()
    page.get_by_text("Scenario file, or settings as text, for A").click()
    page.get_by_label(re.compile("^Settings of A: one")).fill("distillation.potensy=1\nclaims.policy=loud")
    visitor.button(RUN).click()
    problems = page.locator(".parity-problems").last
    expect(problems).to_contain_text("2 problems found")
    expect(problems).to_contain_text('did you mean "potency"?')
    expect(problems).to_contain_text("claims.policy")
    bad = tmp_path / "bad.toml"
    bad.write_text("[export_control]\nstrength = 2\n")
    page.get_by_label("A scenario file for A (TOML)").set_input_files(bad)
    expect(page.locator(".parity-problems").last).to_contain_text("export_control.strength")
    never_a_traceback(page)


def test_an_uploaded_file_is_compared(visit: Callable[..., Any], tmp_path: Path) -> None:
    visitor = visit()
    page = visitor.open("/compare", QUICK.replace("&set-b", "&none"))
    file = tmp_path / "mine.toml"
    file.write_text(
        'extends = "no-controls"\n[run]\nburn_in = 20\n[size]\ninvestors = 20\npolicymakers = 8\ncommunities = 20\n'
        "[distillation]\npotency = 0.6\n"
    )
    page.get_by_text("Scenario file, or settings as text, for B").click()
    page.get_by_label("A scenario file for B (TOML)").set_input_files(file)
    expect(page.get_by_text("mine.toml, as in the link").first).to_be_visible()
    visitor.button(RUN).click()
    expect(page.get_by_label("Command")).to_contain_text("b-parity-mine-seed-5.toml", timeout=4 * PATIENCE)
    finished(page)
    before = numbers(page)
    asked(page)
    page.reload()
    finished(page)
    assert numbers(page) == before


@pytest.mark.parametrize("name", ["Final differences", "Curves", "By pair"])
def test_data_are_saved(visit: Callable[..., Any], tmp_path: Path, name: str) -> None:
    visitor = visit()
    page = visitor.open("/compare", QUICK)
    finished(page)
    one = pd.read_csv(visitor.save(visitor.button(f"{name} (CSV)"), tmp_path))
    two = pd.read_parquet(visitor.save(visitor.button(f"{name} (Parquet)"), tmp_path))
    assert len(one) == len(two) > 60
    assert list(one.columns) == list(two.columns)


def test_figures_and_scenarios_are_saved(visit: Callable[..., Any], tmp_path: Path) -> None:
    visitor = visit()
    page = visitor.open("/compare", QUICK + "&outcome=gap")
    finished(page)
    drawn(page, "in A and in B")
    png = visitor.save(visitor.button("Save compare-gap as PNG"), tmp_path)
    assert png.read_bytes()[:4] == b"\x89PNG"
    svg = visitor.save(visitor.button("Save compare-gap-difference as SVG"), tmp_path)
    assert svg.read_text().lstrip().startswith("<svg")
    for letter, strength in (("A", 0.0), ("B", 0.7)):
        file = visitor.save(visitor.button(f"Scenario {letter} (TOML)"), tmp_path)
        text = file.read_text()
        assert text.startswith(
            "# parity compare a-parity-no-controls-seed-5.toml b-parity-tight-controls-seed-5.toml"
        )
        assert tomllib.loads(text)["export_control"]["strength"] == pytest.approx(strength)


def test_a_comparison_can_be_cancelled_and_another_one_begun(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.open("/compare", LONG)
    bar = page.get_by_role("progressbar", name="Comparison under way")
    expect(bar).to_be_visible()
    expect(page.get_by_text(re.compile(r"\d+ % done"))).to_be_visible(timeout=3 * PATIENCE)
    visitor.button("Cancel").click()
    expect(bar).to_have_count(0)
    expect(page.get_by_text("Cancelled. Nothing is running any more.")).to_be_visible()
    begin_another(visitor)
    never_a_traceback(page)


def test_a_second_comparison_replaces_one_that_runs(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.open("/compare", LONG)
    expect(page.get_by_role("progressbar", name="Comparison under way")).to_be_visible()
    begin_another(visitor)
    assert asked(page)["replicates"] == ["2"]


def begin_another(visitor: Visit) -> None:
    page = visitor.page
    page.get_by_label(re.compile("^Pairs")).fill("2")
    page.get_by_label(re.compile("^Weeks")).fill("10")
    page.get_by_label(re.compile("^Weeks")).press("Enter")
    visitor.button(RUN).click()
    finished(page)
    expect(page.get_by_text("2 pairs of 10 weeks.")).to_be_visible()

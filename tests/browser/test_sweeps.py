"""The sweep explorer: open a sweep, its views, a run of it in Live, what can be taken home."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.browser.charts import click_dot, drawn
from tests.browser.visits import PATIENCE, expect, never_a_traceback

VIEWS = {
    "scatter": ("Scatter", "scatter of"),
    "heat": ("Heat map", "heat map"),
    "parallel": ("Parallel axes", "parallel"),
    "sensitivity": ("Sensitivity", "."),
    "box": ("Box (PRIM)", "."),
}


def test_a_sweep_is_chosen_from_the_list(visit: Callable[..., Any], sweeps: Path) -> None:
    visitor = visit()
    page = visitor.open("/sweeps")
    page.get_by_label("Sweep", exact=True).first.click(force=True)
    page.get_by_role("option", name=re.compile("tiny", re.I)).first.click()
    expect(page.get_by_role("heading", name="Tiny sweep of the browser tests")).to_be_visible()
    assert f"sweep={sweeps.name}%2Ftiny" in page.url


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_draws(visit: Callable[..., Any], sweeps: Path, view: str) -> None:
    visitor = visit()
    page = visitor.open("/sweeps", f"?sweep={sweeps.name}/tiny")
    button, label = VIEWS[view]
    visitor.button(button).click()
    expect(visitor.button(button)).to_have_attribute("aria-pressed", "true")
    if view != "box":
        assert drawn(page, label)
    visitor.settled()
    never_a_traceback(page)


def test_a_clicked_run_opens_in_live(visit: Callable[..., Any], sweeps: Path) -> None:
    visitor = visit()
    page = visitor.open("/sweeps", f"?sweep={sweeps.name}/tiny")
    drawn(page, "scatter of")
    visitor.settled()
    click_dot(page, "scatter of", 5)
    expect(page.get_by_text("Seed 1.")).to_be_visible()
    assert page.get_by_label("Design row").input_value().isdecimal()
    visitor.button(re.compile("Open this run in Live")).click()
    expect(visitor.label).to_have_text(re.compile(r"\d+\s+of\s+26"), timeout=2 * PATIENCE)


def test_runs_and_file_can_be_taken_home(visit: Callable[..., Any], sweeps: Path, tmp_path: Path) -> None:
    visitor = visit()
    page = visitor.open("/sweeps", f"?sweep={sweeps.name}/tiny")
    drawn(page, "scatter of")
    csv = visitor.save(visitor.button("Runs (CSV)"), tmp_path)
    assert len(pd.read_csv(csv)) == 16
    parquet = visitor.save(visitor.button("Runs (Parquet)"), tmp_path)
    assert len(pd.read_parquet(parquet)) == 16
    toml = visitor.save(visitor.button("Sweep file (TOML)"), tmp_path)
    assert set(tomllib.loads(toml.read_text())["factors"]) == {"distillation.potency", "enforcement.level"}
    for kind in ("PNG", "SVG"):
        picture = visitor.save(page.get_by_role("button", name=re.compile(f"as {kind}$")).first, tmp_path)
        assert picture.stat().st_size > 1000


@pytest.mark.parametrize("name", ["../../etc", "/etc", "{}/../..", "{}/none"])
def test_no_other_folder_can_be_opened(visit: Callable[..., Any], sweeps: Path, name: str) -> None:
    visitor = visit()
    page = visitor.open("/sweeps", f"?sweep={name.format(sweeps.name)}")
    expect(page.get_by_role("alert").first).to_be_visible()
    never_a_traceback(page)
    assert str(sweeps.parent) not in page.locator("body").inner_text()

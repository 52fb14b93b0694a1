"""Live: what is downloaded, linked or started from a file is what the command line makes."""

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from tests.browser.conftest import ROOT, free_port, wait_for
from tests.browser.visits import PATIENCE, Visit, expect

LINK = "?scenario=copying-strategic&seed=4&set=distillation.potency%3D0.4&week=20"
MINE = """
extends = "baseline"
name = "mine"

[run]
weeks = 33

[distillation]
potency = 0.6
"""


def table(visitor: Visit, button: str, folder: Path) -> pd.DataFrame:
    file = visitor.save(visitor.button(button), folder)
    return pd.read_parquet(file) if file.suffix == ".parquet" else pd.read_csv(file)


def command(visitor: Visit) -> list[str]:
    """The command that the page shows, in words."""
    return shlex.split(visitor.page.locator(".parity-command").inner_text())


def test_every_download_is_what_the_command_writes(visit: Callable[..., Any], tmp_path: Path) -> None:
    visitor = visit()
    visitor.live(LINK)
    visitor.reaches(20)
    visitor.slide("Chip control, strictness", "End")
    visitor.button(re.compile("^Act from next week")).click()
    visitor.run_to(visitor.last_week)
    file = visitor.save(visitor.button("Scenario (TOML)"), tmp_path)
    words = command(visitor)
    assert words[:2] == ["parity", "run"]
    assert words[2] == file.name
    assert file.read_text(encoding="utf-8").startswith(f"# {shlex.join(words)}")
    made = tmp_path / "made"
    run = [sys.executable, "-m", "sim", *words[1:], "--out", str(made), "--no-figures", "--quiet"]
    environment = {"PYTHONPATH": str(ROOT)}
    subprocess.run(run, cwd=tmp_path, check=True, env=environment)
    expected = pd.read_parquet(made / "series.parquet")
    parquet = table(visitor, "Series (Parquet)", tmp_path)
    pd.testing.assert_frame_equal(parquet, expected, check_dtype=False)
    told = table(visitor, "Series (CSV)", tmp_path)
    assert list(told.columns) == list(expected.columns)
    numbers = [name for name in expected.columns if expected[name].dtype.kind in "fi"]
    pd.testing.assert_frame_equal(told[numbers], expected[numbers], check_dtype=False)
    events, known = table(visitor, "Events (CSV)", tmp_path), pd.read_parquet(made / "events.parquet")
    assert list(events.columns) == list(known.columns)
    assert events["type"].tolist() == known["type"].tolist()
    pd.testing.assert_series_equal(events["value"], known["value"], check_dtype=False)


def test_a_copied_link_shows_the_same_to_somebody_else(visit: Callable[..., Any], tmp_path: Path) -> None:
    one = visit(permissions=["clipboard-read", "clipboard-write"])
    one.live(LINK)
    one.reaches(20)
    one.slide("Chip control, strictness", "End")
    one.button(re.compile("^Act from next week")).click()
    one.run_to(30)
    one.button("Copy").click()
    expect(one.button("Copied")).to_be_visible()
    link = one.page.evaluate("() => navigator.clipboard.readText()")
    assert link.startswith(one.server)
    other = visit()
    other.live(link.removeprefix(one.server + "/"))
    other.reaches(30, 4 * PATIENCE)
    seen = table(one, "Series (CSV)", tmp_path)
    pd.testing.assert_frame_equal(table(other, "Series (CSV)", tmp_path), seen)
    # And a reload of the first page is the same again.
    one.page.wait_for_function("() => /week=30/.test(location.search)")
    one.page.reload()
    one.reaches(30, 4 * PATIENCE)
    pd.testing.assert_frame_equal(table(one, "Series (CSV)", tmp_path), seen)


def test_the_application_starts_with_a_file_of_ones_own(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(MINE)
    port, log = free_port(), tmp_path / "log.txt"
    start = [sys.executable, "-m", "viz.cli", "--scenario", str(file), "--port", str(port), "--no-open"]
    with log.open("w") as written:
        process = subprocess.Popen(start, cwd=ROOT, stdout=written, stderr=subprocess.STDOUT)
        visitor = None
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address, process, log)
            visitor = Visit(browser, address)
            page = visitor.live()
            assert visitor.last_week == 33
            expect(page.get_by_text("Distillation, potency").first).to_contain_text("0.6")
            visitor.run_to(6)
            saved = visitor.save(visitor.button("Scenario (TOML)"), tmp_path)
            assert command(visitor)[2] == saved.name
            assert "potency = 0.6" in saved.read_text()
            assert str(tmp_path) not in page.locator("body").inner_text()
            visitor.check()
        finally:
            if visitor is not None:
                visitor.context.close()
            process.terminate()
            process.wait(15)

"""One server and one browser for all tests here; every test is marked ``browser`` and ``slow``."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: Sixteen short runs over two factors.
TINY = """
title = "Tiny sweep of the browser tests"
base = "baseline"
replicates = 1
seed = 1

[base_changes]
"run.weeks" = 26

[design]
kind = "grid"
levels = 4

[factors."distillation.potency"]
name = "potency"
range = [0.0, 1.0]

[factors."enforcement.level"]
name = "enforcement"
range = [0.0, 1.0]

[outcomes]
lead = "gap_months mean"
copied = "copied_share mean"
"""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: drives a Chromium; also marked slow")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


def missing(what: str) -> None:
    """Skip, or fail where a browser was promised."""
    if os.environ.get("PARITY_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{what}, and PARITY_REQUIRE_BROWSER=1", pytrace=False)
    pytest.skip(what)


# Scope "package": Playwright keeps an event loop running in this thread, which other tests must not meet.
@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """The browser of this machine; Playwright's own is neither needed nor downloaded."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        missing("no Chromium found")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def sweeps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of results with one tiny sweep in it."""
    folder = tmp_path_factory.mktemp("results")
    file = folder.parent / "tiny.toml"
    file.write_text(TINY)
    command = [sys.executable, "-m", "sim", "sweep", str(file), "--out", str(folder / "tiny")]
    subprocess.run([*command, "--executor", "serial", "--quiet"], cwd=ROOT, check=True)
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="package")
def server(sweeps: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application as a user starts it; its address."""
    pytest.importorskip("solara", reason="solara is not installed")
    port = free_port()
    log = tmp_path_factory.mktemp("server") / "log.txt"
    command = [sys.executable, "-m", "viz.cli", "--port", str(port), "--no-open", "--results", str(sweeps)]
    with log.open("w") as written:
        process = subprocess.Popen(command, cwd=ROOT, stdout=written, stderr=subprocess.STDOUT)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address, process, log)
            yield address
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            # Shown by pytest beside a failure.
            sys.stderr.write(log.read_text()[-4000:])


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        assert process.poll() is None, f"the server stopped: {log.read_text()}"
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the server did not answer: {log.read_text()}")


@pytest.fixture
def visit(browser: Any, server: str) -> Iterator[Callable[..., Any]]:
    """Begin a visit; every one of a test is checked at its end."""
    from tests.browser.visits import Visit

    begun: list[Visit] = []

    def begin(**options: Any) -> Visit:
        begun.append(Visit(browser, server, **options))
        return begun[-1]

    yield begin
    try:
        for each in begun:
            each.check()
    finally:
        for each in begun:
            each.context.close()


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots are kept: PARITY_SCREENSHOTS, else a folder of this session."""
    given = os.environ.get("PARITY_SCREENSHOTS")
    folder = Path(given) if given else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder

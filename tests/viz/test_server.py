"""How the application is served: loopback by default, no telemetry, no stack traces, closed folders."""

import inspect
import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

pytest.importorskip("solara", reason="solara is not installed")

import solara

from viz import cli, server

ROOT = Path(__file__).parents[2]
SIGNS_OF_A_TRACE = ("Traceback", 'File "', "site-packages", ".py")


def in_a_new_process(code: str, **environment: str) -> Any:
    """What the code prints as JSON, in a process with none of our settings in its environment."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("SOLARA_", "PARITY_"))}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=clean | environment, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_it_listens_on_loopback_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert server.Address().host == "127.0.0.1"
    assert inspect.signature(cli.viz).parameters["host"].default == "127.0.0.1"
    served: list[dict[str, Any]] = []
    monkeypatch.setattr("uvicorn.run", lambda app, **options: served.append(options))
    monkeypatch.setattr(cli, "prepare_environment", lambda *given: None)
    cli.viz(port=0, open_browser=False)
    assert served[0]["host"] == "127.0.0.1"
    assert served[0]["port"] > 0
    assert served[0]["ws_max_size"] <= 1_000_000


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_address_can_be_opened(host: str) -> None:
    assert server.Address(host, 1234).url in {"http://127.0.0.1:1234", "http://[::1]:1234"}


TELEMETRY = """
import json, sys
{before}
import viz.app
from solara.server import settings
print(json.dumps([settings.telemetry.mixpanel_enable, settings.theme.show_banner]))
"""


@pytest.mark.slow  # a process of its own that imports the whole application
@pytest.mark.parametrize("before", ["", "from viz.server import prepare_environment; prepare_environment()"])
@pytest.mark.parametrize("wish", ["", "True"])
def test_there_is_no_telemetry_however_it_is_started(before: str, wish: str) -> None:
    environment = {"SOLARA_TELEMETRY_MIXPANEL_ENABLE": wish} if wish else {}
    assert in_a_new_process(TELEMETRY.format(before=before), **environment) == [False, False]


SERVED = """
import http.client, json, threading, time
import requests
asked = []
def elsewhere(url, *given, **more):
    asked.append(str(url))
    raise OSError("no internet")
requests.get = requests.request = requests.Session.request = elsewhere
import uvicorn
from viz.server import prepare_environment
prepare_environment()
from solara.server import starlette
server = uvicorn.Server(uvicorn.Config(starlette.app, host="127.0.0.1", port=0, log_level="critical"))
threading.Thread(target=server.run, daemon=True).start()
while not server.started:
    time.sleep(0.05)
port = server.servers[0].sockets[0].getsockname()[1]
found = {{}}
for path in {paths}:
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    asking.request("GET", path)
    answer = asking.getresponse()
    found[path] = [answer.status, answer.read().decode(errors="replace")]
print(json.dumps({{"asked": asked, "found": found}}))
"""


def asked_of_a_server(paths: list[str]) -> dict[str, Any]:
    """Answers to paths as they are written, dots and all, and what the server asked of others meanwhile."""
    return dict(in_a_new_process(SERVED.format(paths=paths)))


def test_a_missing_asset_is_not_fetched_from_elsewhere() -> None:
    """Solara would ask a content network on behalf of whoever names a file that is not here."""
    answers = asked_of_a_server(["/_solara/cdn/nothing@1.0.0/x.js", "/_solara/cdn/../../../../etc/passwd"])
    assert answers["asked"] == []
    for status, text in answers["found"].values():
        assert 400 <= status < 600
        assert not any(sign in text for sign in SIGNS_OF_A_TRACE)


PAGES = ["/", "/compare", "/sweeps", "/about"]
WRONG = [
    "/nowhere",
    "/static/public/../../app.py",
    "/static/public/%2e%2e/app.py",
    "/static/assets/..%2f..%2fserver.py",
    "/static/nbextensions/../../../../../../etc/passwd",
    "/_solara/cdn/..%2f..%2f..%2f..%2f..%2f..%2fetc/passwd",
]


def test_pages_and_wrong_addresses_show_no_code_and_no_trace() -> None:
    answers = asked_of_a_server(PAGES + WRONG)["found"]
    assert [answers[path][0] for path in PAGES] == [200] * len(PAGES)
    for path, (_, text) in answers.items():
        for sign in ("Traceback (most recent", "def settle", "def Layout", "root:x:"):
            assert sign not in text, path


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings as the application makes them, taken back afterwards."""
    import reacton.core
    from solara.server import app, settings

    monkeypatch.setattr(app, "traceback", app.traceback)
    monkeypatch.setattr(reacton.core, "traceback", reacton.core.traceback)
    monkeypatch.setattr(settings.telemetry, "mixpanel_enable", settings.telemetry.mixpanel_enable)
    server.settle()


def caught() -> tuple[type[BaseException], BaseException, Any]:
    try:
        raise RuntimeError("secret /srv/path")
    except RuntimeError as error:
        return type(error), error, error.__traceback__


@pytest.mark.usefixtures("settled")
def test_solaras_own_error_page_shows_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    from solara.server import app

    with caplog.at_level(logging.ERROR):
        shown = "".join(app.traceback.format_exception(*caught()))
    assert "secret" not in shown
    assert not any(sign in shown for sign in SIGNS_OF_A_TRACE)
    assert "secret" in caplog.text, "the server's log must say what happened"


@pytest.mark.usefixtures("settled")
def test_a_failure_outside_the_guard_shows_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    """Reacton has an error page of its own, for what no component catches."""

    @solara.component
    def Broken() -> None:
        raise RuntimeError("secret /srv/path")

    with caplog.at_level(logging.ERROR):
        box, rc = solara.render(Broken())
    shown = str([widget.get_state() for widget in every_widget(box)])
    rc.close()
    assert "could not be shown" in shown
    assert "secret" not in shown
    assert "secret" in caplog.text


IMPORTED = """
import json, sys
import viz.app
print(json.dumps(["pandas" in sys.modules]))
"""


@pytest.mark.slow  # a process of its own that imports the whole application
def test_pandas_is_imported_before_any_session() -> None:
    """Reacton asks ``sys.modules`` for it while rendering, and fails while a thread is importing it."""
    assert in_a_new_process(IMPORTED) == [True]


def test_a_page_that_fails_shows_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    from viz.app import Guard

    @solara.component
    def Broken() -> None:
        raise RuntimeError("secret /srv/path")

    @solara.component
    def Whole() -> None:
        Guard(children=[Broken()])

    with caplog.at_level(logging.ERROR):
        box, rc = solara.render(Whole(), handle_error=False)
    shown = str([widget.get_state() for widget in every_widget(box)])
    rc.close()
    assert "could not be shown" in shown
    assert "secret" not in shown
    assert "Traceback" not in shown
    assert "secret" in caplog.text


def every_widget(widget: Any) -> list[Any]:
    found = [widget]
    for child in getattr(widget, "children", None) or ():
        if hasattr(child, "get_state"):
            found += every_widget(child)
    return found


def test_the_command_refuses_what_cannot_be_served(tmp_path: Path) -> None:
    import typer

    app = typer.Typer()
    app.callback()(lambda: None)
    cli.register(app)
    asked = CliRunner().invoke(app, ["viz", "--no-open", "--results", str(tmp_path / "none")])
    assert asked.exit_code == 2
    assert "no such folder" in asked.output


def test_results_are_opened_below_the_given_folder_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(server.RESULTS, str(tmp_path))
    assert server.results_folders() == [tmp_path.resolve()]


OUTSIDE = [
    *(
        "",
        "/etc",
        "../outside",
        "results/..",
        "results/../../outside",
        "results/%2e%2e/outside",
        "results/link",
    ),
    *("C:\\", "results\\..\\..\\outside", "results/\0"),
]


@pytest.mark.parametrize("name", OUTSIDE)
def test_the_sweep_picker_cannot_leave_its_folders(tmp_path: Path, name: str) -> None:
    folders = pytest.importorskip("viz.exploring.folders")
    results, outside = tmp_path / "results", tmp_path / "outside"
    for folder in (results / "good", outside):
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text('{"format": "parity-sweep/1"}')
    (results / "link").symlink_to(outside)
    assert [found.name for found in folders.list_sweeps([results])] == ["results/good"]
    with pytest.raises(folders.Refused) as refused:
        folders.sweep_folder(name, [results])
    assert str(tmp_path) not in str(refused.value)

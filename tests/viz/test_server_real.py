"""A server in a process of its own, started both ways: what it refuses, and that sessions do not touch each other."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("solara", reason="solara is not installed")

from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

ROOT = Path(__file__).parents[2]
STARTS = {
    "parity viz": ["-m", "viz.cli", "--no-open", "--port"],
    "solara run": ["-m", "solara", "run", "viz/app.py", "--no-open", "--production", "--port"],
}
pytestmark = pytest.mark.slow  # processes of their own that import the whole application


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module", params=STARTS)
def server(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path, Path]]:
    """Port of a server, a folder that stands for the one of Solara's files, and the log."""
    folder = tmp_path_factory.mktemp("server")
    files, log, port = folder / "files", folder / "log.txt", free_port()
    (files / "thing@1" / "dist").mkdir(parents=True)
    (files / "thing@1" / "dist" / "x.js").write_text("1")
    (folder / "secret.txt").write_text("secret")
    (files / "link").symlink_to(folder / "secret.txt")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("SOLARA_", "PARITY_"))}
    clean |= {"SOLARA_ASSETS_PROXY_CACHE_DIR": str(files), "SOLARA_KERNEL_MAX_COUNT": "2"}
    with log.open("w") as written:
        process = subprocess.Popen(
            [sys.executable, *STARTS[request.param], str(port)], cwd=ROOT, env=clean, stdout=written,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            wait_for(port, process, log)
            yield port, files, log
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        try:
            if get(port, "/readyz")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(log.read_text())


def get(port: int, path: str, **heads: str) -> tuple[int, str, dict[str, str]]:
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    asking.request("GET", path, headers=heads)
    answer = asking.getresponse()
    return answer.status, answer.read().decode(errors="replace"), dict(answer.getheaders())


def address(port: int, session: str = "") -> str:
    return f"ws://127.0.0.1:{port}/jupyter/api/kernels/{session or uuid.uuid4()}/channels?session_id=page"


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:1", "null"])
def test_a_page_of_another_site_gets_no_websocket(server: tuple[int, Path, Path], origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connect(address(server[0]), origin=origin)  # type: ignore[arg-type]
    assert refused.value.response.status_code == 403


def test_a_foreign_host_is_refused(server: tuple[int, Path, Path]) -> None:
    status, text, _ = get(server[0], "/", Host="evil.example")
    assert status == 421
    assert "evil.example" in text
    assert "kernel" not in text


def told(kind: str, content: dict[str, Any]) -> str:
    head = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "s", "username": "", "version": "5.3"}
    body = {
        "header": head,
        "parent_header": {},
        "metadata": {},
        "content": content,
        "channel": "shell",
        "buffers": [],
    }
    return json.dumps(body)


def test_no_code_is_run_for_a_client(server: tuple[int, Path, Path], tmp_path: Path) -> None:
    """The protocol is Jupyter's, which has a request to execute code."""
    mark = tmp_path / "mark"
    code = f"open({str(mark)!r}, 'w')"
    origin: Any = f"http://127.0.0.1:{server[0]}"
    with connect(address(server[0]), origin=origin) as client:
        client.send(told("execute_request", {"code": code, "silent": False}))
        # Solara ends a session that sends what it does not know.
        heard = [json.loads(message)["header"]["msg_type"] for message in client]
    assert not {"execute_reply", "execute_result", "stream"} & set(heard)
    assert not mark.exists()


def test_solaras_files_can_be_read_but_not_removed_or_left(server: tuple[int, Path, Path]) -> None:
    """Solara 1.58.2 removes a folder that is asked for as if it were a file."""
    port, files, _ = server
    for path in (
        "thing@1/dist",
        "thing@1",
        "thing@1/dist/",
        "link",
        "..%2fsecret.txt",
        "%2e%2e/secret.txt",
        "thing@1/y.js",
    ):
        status, text, _ = get(port, f"/_solara/cdn/{path}")
        assert status == 404, path
        assert "secret" not in text
    assert (files / "thing@1" / "dist" / "x.js").read_text() == "1"
    assert get(port, "/_solara/cdn/thing@1/dist/x.js")[:2] == (200, "1")


def test_every_answer_says_that_a_page_may_ask_nobody_else(server: tuple[int, Path, Path]) -> None:
    for path in ("/", "/about", "/static/main-vuetify.js", "/nowhere"):
        assert "connect-src 'self'" in get(server[0], path)[2]["content-security-policy"]


def test_a_page_may_be_enlarged_and_says_its_language(server: tuple[int, Path, Path]) -> None:
    text = get(server[0], "/about")[1]
    assert '<html lang="en">' in text
    assert "initial-scale=1" in text
    assert "user-scalable" not in text
    assert "maximum-scale" not in text


def test_whoever_is_too_many_is_told(server: tuple[int, Path, Path]) -> None:
    port = server[0]
    origin: Any = f"http://127.0.0.1:{port}"
    with (
        connect(address(port, "one"), origin=origin) as one,
        connect(address(port, "two"), origin=origin) as two,
    ):
        for client in (one, two):
            client.send(told("kernel_info_request", {}))
            client.recv(timeout=60)
        status, text, _ = get(port, "/")
        assert status == 503
        assert "All places are taken" in text
    for name in ("one", "two"):
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        asking.request("POST", f"/_solara/api/close/{name}?session_id=page", headers={"Origin": origin})
        assert asking.getresponse().status == 200


def test_the_log_has_no_failure(server: tuple[int, Path, Path]) -> None:
    assert "Traceback" not in server[2].read_text()

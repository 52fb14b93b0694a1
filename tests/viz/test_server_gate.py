"""What stands before the server: foreign hosts and origins, addresses that are none, and no place left."""

import asyncio
from typing import Any

import pytest

from viz.gate import Gate, host_name, same_origin

PAGES = {"/": "Live", "/about": "About the model"}
SOCKET = "/jupyter/api/kernels/0b5a-1/channels"


async def inner(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-inner", b"1")]})
    await send({"type": "http.response.body", "body": b"inside"})


def ask(
    path: str = "/", kind: str = "http", method: str = "GET", host: str = "127.0.0.1:8765", origin: str | None = None,
    sessions: tuple[str, ...] = (), most: int = 3, hosts: tuple[str, ...] = (), cookie: str = "",
) -> list[dict[str, Any]]:  # fmt: skip
    """All messages that a request gets."""
    gate = Gate(
        inner,
        pages=lambda: PAGES,
        hosts=hosts,
        sessions=lambda: {each: f"of-{each}" for each in sessions},
        most=most,
        spare=2,
    )
    heads = [(b"host", host.encode())] + ([(b"origin", origin.encode())] if origin is not None else [])
    heads += [(b"cookie", cookie.encode())] if cookie else []
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect" if kind == "websocket" else "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(
        gate({"type": kind, "path": path, "method": method, "headers": heads}, receive, send)  # type: ignore[arg-type]
    )
    return sent


def passes(**asked: Any) -> bool:
    first = ask(**asked)[0]
    return first["type"] == "websocket.accept" or first.get("status") == 200


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8765", "localhost:8765", "[::1]:8765", "192.168.1.20:80", "app.localhost"]
)
def test_this_machine_is_answered_for(host: str) -> None:
    assert passes(host=host)
    assert passes(host=host, kind="websocket", path=SOCKET, origin=f"http://{host}")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example:8765",
        "",
        "a b",
        "127.0.0.1@evil.example",
    ],
)
def test_a_name_that_was_made_to_point_here_is_refused(host: str) -> None:
    assert not passes(host=host)
    assert not passes(host=host, kind="websocket", path=SOCKET, origin=f"http://{host}")


def test_a_name_is_answered_for_when_allowed() -> None:
    asked = {"host": "parity.example.org", "hosts": ("Parity.example.org",)}
    assert passes(**asked)
    assert passes(**asked, kind="websocket", path=SOCKET, origin="https://parity.example.org")
    assert not passes(host="other.example.org", hosts=("parity.example.org",))


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "",
        "http://127.0.0.1:3000",
        "http://localhost:8765",
        "file://",
        "http://[",
    ],
)
def test_a_page_of_another_origin_gets_no_websocket(origin: str) -> None:
    answer = ask(SOCKET, "websocket", origin=origin)
    assert [each["type"] for each in answer] == ["websocket.close"]
    assert ask("/_solara/api/close/0b5a-1", method="POST", origin=origin)[0]["status"] == 403


def test_our_own_page_and_programs_get_a_websocket() -> None:
    assert passes(path=SOCKET, kind="websocket", origin="http://127.0.0.1:8765")
    assert passes(path=SOCKET, kind="websocket")
    assert passes(path="/_solara/api/close/0b5a-1", method="POST", origin="http://127.0.0.1:8765")


def test_the_port_of_a_proxy_may_be_left_out_but_not_differ() -> None:
    assert same_origin("https://a.example:8443", "a.example")
    assert same_origin("https://a.example", "a.example:443")
    assert not same_origin("http://localhost", "localhost:8765")
    assert not same_origin("https://a.example", "b.example")
    assert host_name("[fe80::1]:80") == "fe80::1"


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere", "/compare/nowhere", "/resourcez", "/jupyter/api/kernels/x", "/jupyter/nbextensions/x.js",
        "/static/public/app.py", "/static/../viz/app.py", "/static/a/../../b", "/_solara/api/evict/x",
        "//evil.example/", "/_solara/cdn/", "/_solara/cdn/../../x",
    ],
)  # fmt: skip
def test_what_no_page_needs_is_not_there(path: str) -> None:
    answer = ask(path)
    assert answer[0]["status"] == 404
    assert b"About the model" in answer[1]["body"]


@pytest.mark.parametrize(
    "path", ["/", "/about", "/about/", "/static/main.js", "/_solara/cdn/a@1/b.js", "/readyz"]
)
def test_what_pages_need_is_there_and_may_ask_nobody_else(path: str) -> None:
    answer = ask(path)
    assert answer[0]["status"] == 200
    heads = dict(answer[0]["headers"])
    assert heads[b"x-inner"] == b"1"
    policy = heads[b"content-security-policy"].decode()
    assert "default-src 'self'" in policy
    assert "http" not in policy


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "POST"])
def test_pages_are_only_shown(method: str) -> None:
    assert ask(method=method)[0]["status"] in (404, 405)


def test_whoever_finds_no_place_is_told_so_politely() -> None:
    full = ("a", "b", "c")
    start, body = ask(sessions=full)
    assert start["status"] == 503
    assert (b"retry-after", b"20") in start["headers"]
    assert b"All places are taken" in body["body"]
    assert b'http-equiv="refresh"' in body["body"]
    assert passes(sessions=full[:2])
    # Who has a place keeps it when loading the page anew.
    assert passes(sessions=full, cookie="x=1; solara-session-id=of-b")
    assert not passes(sessions=full, cookie="solara-session-id=of-z; y=of-b")
    # Files, and pages that were handed out before, still get through; so does who comes back.
    assert passes(sessions=full, path="/static/main.js")
    assert passes(sessions=full, path=SOCKET, kind="websocket")
    more = (*full, "d", "e")
    assert ask(SOCKET, "websocket", sessions=more)[0] == {"type": "websocket.close", "code": 1013}
    assert passes(sessions=(*more, "0b5a-1"), path=SOCKET, kind="websocket")


def test_what_a_request_says_is_not_put_into_a_page() -> None:
    body = ask(host="<script>alert(1)</script>")[1]["body"]
    assert b"<script>" not in body

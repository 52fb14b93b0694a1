"""What stands between the network and Solara: who may ask, for which addresses, and what is said when all is taken.

A page of another site cannot use a server on loopback through the browser of somebody who runs one: a request that
names a host which is not this machine's is refused (so are names that were made to point here), and so are
websockets and posts that a page of another origin begins.
"""

from __future__ import annotations

import html
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

#: Files and services that the pages need; Solara has more.
FILES = re.compile(
    r"/(static/(?!public/)[^/].*|_solara/cdn/.+|jupyter/nbextensions/jupyter-vue(tify)?/.+|readyz)"
)
CLOSE = re.compile(r"/_solara/api/close/[\w.-]+")
SOCKET = re.compile(r"/jupyter/api/kernels/(?P<session>[\w.-]{1,128})/channels")
#: By which Solara knows a browser.
COOKIE = "solara-session-id"
DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
#: Nothing from another machine, also if a page should ask for it; Vue's templates are compiled in the page.
HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        b"img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' blob: data:; worker-src 'self' blob:; "
        b"object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}: Parity</title>{again}
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><style>
body{{font:1.05rem/1.5 Roboto,'Segoe UI','DejaVu Sans',sans-serif;max-width:40rem;margin:12vh auto;padding:0 1rem;
color:#222;background:#fff}}a{{color:#00598c}}@media(prefers-color-scheme:dark){{body{{color:#e8e8e8;background:#1e1e1e}}
a{{color:#7cc4f0}}}}</style></head><body><main><h1>{title}</h1><p>{text}</p>{links}</main></body></html>"""
#: A page that waits for a place asks again after this time (seconds).
ASK_AGAIN = 20


@dataclass(frozen=True)
class Refusal:
    """Why a request is not answered."""

    status: int
    title: str
    text: str

    def page(self, links: Iterable[tuple[str, str]] = ()) -> bytes:
        """The refusal as a page."""
        again = f'<meta http-equiv="refresh" content="{ASK_AGAIN}">' if self.status == 503 else ""
        items = "".join(f'<li><a href="{html.escape(to)}">{html.escape(said)}</a></li>' for to, said in links)
        made = PAGE.format(
            title=html.escape(self.title), text=html.escape(self.text), again=again,
            links=f"<nav aria-label='Pages'><ul>{items}</ul></nav>" if items else "",
        )  # fmt: skip
        return made.encode()


class Gate:
    """ASGI middleware.

    Parameters
    ----------
    app
        What answers.
    pages
        Tells the addresses of pages, and what they are called.
    hosts
        Names by which the server is reached besides this machine's own and plain addresses.
    sessions
        Tells the sessions that live: of each the cookie of its browser.
    most
        Pages are refused when so many sessions live, except to browsers that have one and load it anew. A few more are
        let in, for pages that had been handed out.

    """

    def __init__(
        self,
        app: App,
        *,
        pages: Callable[[], dict[str, str]],
        hosts: Iterable[str] = (),
        sessions: Callable[[], Mapping[str, str]] = dict,
        most: int = 1_000_000,
        spare: int = 10,
    ) -> None:
        self.app, self.pages = app, pages
        named = socket.gethostname().lower()
        self.hosts = {named, f"{named}.local", *(each.strip().lower() for each in hosts)} - {"", ".local"}
        self.sessions, self.most, self.spare = sessions, most, spare

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refusal = self.refusal(scope)
        if refusal is None:
            await self.app(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1013 if refusal.status == 503 else 1008})
        else:
            body = refusal.page(self.pages().items() if refusal.status == 404 else ())
            heads = [
                (b"content-type", b"text/html; charset=utf-8"),
                (b"cache-control", b"no-store"),
                *HEADERS,
            ]
            if refusal.status == 503:
                heads.append((b"retry-after", str(ASK_AGAIN).encode()))
            await send({"type": "http.response.start", "status": refusal.status, "headers": heads})
            await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def refusal(self, scope: Scope) -> Refusal | None:
        """Why a request is refused; nothing for one that may pass."""
        heads = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        host, path = heads.get("host", ""), scope["path"]
        if not self.is_ours(host):
            return Refusal(
                421, "Not this server",
                f"This server does not go by the name {host[:80]}. If it should, start it with --allow-host NAME.",
            )  # fmt: skip
        changes = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD")
        origin = heads.get("origin")
        if changes and origin is not None and not same_origin(origin, host):
            return Refusal(403, "Refused", "A page of another site cannot use this server.")
        return self._by_path(scope, path, heads.get("cookie", ""))

    def _by_path(self, scope: Scope, path: str, cookies: str) -> Refusal | None:
        absent = Refusal(404, "No such page", "There is nothing at this address. These are the pages:")
        if scope["type"] == "websocket":
            asked = SOCKET.fullmatch(path)
            if asked is None:
                return absent
            lives = self.sessions()
            full = asked["session"] not in lives and len(lives) >= self.most + self.spare
            return self._full() if full else None
        if scope["method"] == "POST":
            return None if CLOSE.fullmatch(path) else absent
        if scope["method"] not in ("GET", "HEAD"):
            return Refusal(405, "Refused", "This server only shows pages.")
        if path.rstrip("/") in {each.rstrip("/") for each in self.pages()}:
            lives = self.sessions()
            mine = any(
                cookie and f"{COOKIE}={cookie}" in cookies.replace(" ", "").split(";")
                for cookie in lives.values()
            )
            return self._full() if len(lives) >= self.most and not mine else None
        return None if FILES.fullmatch(path) and ".." not in path.split("/") else absent

    def _full(self) -> Refusal:
        return Refusal(
            503, "All places are taken",
            f"{self.most} people use this server now, which is all that it takes. This page asks again by itself every "
            f"{ASK_AGAIN} seconds; a place is free two minutes after somebody has gone. On a machine of your own, "
            "'parity viz' serves you alone.",
        )  # fmt: skip

    def is_ours(self, host: str) -> bool:
        """Whether a Host header names this machine: by address, as localhost, by its own name or an allowed one."""
        name = host_name(host)
        if name in self.hosts or name == "localhost" or name.endswith(".localhost"):
            return True
        try:
            ipaddress.ip_address(name.split("%")[0])
        except ValueError:
            return False
        return True


def host_name(host: str) -> str:
    """The name in a Host header, without port and brackets."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def same_origin(origin: str, host: str) -> bool:
    """Whether an Origin header is that of the server a request was sent to.

    A proxy may hand on a Host without its port; a port that is there must agree.
    """
    try:
        theirs, ours = urlsplit(origin), urlsplit(f"//{host}")
        port = theirs.port or DEFAULT_PORTS.get(theirs.scheme)
        return bool(theirs.hostname) and theirs.hostname == ours.hostname and ours.port in (None, port)
    except ValueError:
        return False


def _with_headers(send: Send) -> Send:
    async def sent(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *HEADERS]
        await send(message)

    return sent

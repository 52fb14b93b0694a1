"""Sessions of the browser application over plain websockets: what Solara's page says to the server, without a page."""

from __future__ import annotations

import contextlib
import http.cookiejar
import json
import re
import threading
import time
import urllib.request
import uuid
from typing import Any

from websockets.sync.client import connect

DONE = re.compile(r"(\d+) of \d+ weeks done")


class LeanSession:
    """One session: a thread reads all that the server sends and keeps each widget's state."""

    def __init__(self, server: str, query: str) -> None:
        jar = http.cookiejar.CookieJar()
        urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar)).open(server + query).read()
        cookies = "; ".join(f"{each.name}={each.value}" for each in jar)
        self.id, self.state, self.heard = uuid.uuid4().hex, dict[str, dict[str, Any]](), 0
        self.week = -1
        self.changed = threading.Condition()
        address = f"ws{server[4:]}/jupyter/api/kernels/{uuid.uuid4()}/channels?session_id={self.id}"
        self.ends = contextlib.ExitStack()
        self.socket = self.ends.enter_context(
            connect(address, additional_headers={"Cookie": cookies}, max_size=None, open_timeout=60)
        )
        threading.Thread(target=self._read, daemon=True).start()
        self.control = uuid.uuid4().hex
        self._send("comm_open", {"comm_id": self.control, "target_name": "solara.control", "data": {}})
        path, _, search = query.partition("?")
        self._say(self.control, {"method": "run", "args": {"path": f"{path}?{search}", "appName": None}})

    def _send(self, kind: str, content: dict[str, Any]) -> None:
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "session": self.id,
            "username": "",
            "version": "5.3",
        }
        self.socket.send(json.dumps({
            "header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell",
            "buffers": [],
        }))  # fmt: skip

    def _say(self, comm: str, data: dict[str, Any]) -> None:
        self._send("comm_msg", {"comm_id": comm, "data": data})

    def _read(self) -> None:
        try:
            for message in self.socket:
                self.heard += len(message)
                self._hear(message)
        except Exception as error:
            self.state["error"] = {"said": repr(error)}

    def _hear(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            parts = int.from_bytes(message[:4], "big")
            ends = [int.from_bytes(message[4 * k + 4 : 4 * k + 8], "big") for k in range(parts)]
            message = message[ends[0] : ends[1] if parts > 1 else None].decode()
        told = json.loads(message)
        content = told.get("content", {})
        data = content.get("data", {})
        with self.changed:
            if told["header"]["msg_type"] == "comm_open":
                self.state[content["comm_id"]] = data.get("state", {})
            elif data.get("method") == "update":
                self.state.setdefault(content["comm_id"], {}).update(data["state"])
            elif told["header"]["msg_type"] == "comm_close":
                self.state.pop(content["comm_id"], None)
            found = DONE.search(message)
            if found:
                self.week = int(found[1])
            self.changed.notify_all()

    def button(self, word: str) -> str | None:
        """Number of the button with this word."""
        for comm, state in list(self.state.items()):
            if word in (state.get("children") or ()) and not state.get("disabled"):
                return comm
        return None

    def wait_for(self, word: str, timeout: float = 120) -> str:
        """Wait until there is a button with this word."""
        end = time.monotonic() + timeout
        with self.changed:
            while (found := self.button(word)) is None:
                if not self.changed.wait(max(0.0, end - time.monotonic())):
                    there = [
                        each["children"] for each in self.state.values() if "retain_focus_on_click" in each
                    ]
                    raise TimeoutError(f"no button {word!r} among {there}; {self.state.get('error', '')}")
        return found

    def press(self, word: str) -> None:
        """Click the button with this word."""
        comm = self.wait_for(word)
        self._say(comm, {"method": "custom", "content": {"event": "click", "data": {}}})


class LeanSessions:
    """Sessions by number; viz_twenty.py says what the methods do."""

    def __init__(self, server: str) -> None:
        self.server, self.held = server, dict[int, LeanSession]()

    def open(self, number: int, query: str) -> None:
        """Open a session at an address and wait until it can play."""
        self.held[number] = LeanSession(self.server, query)
        self.held[number].wait_for("Play")

    def play(self, number: int) -> None:
        """Press Play."""
        self.held[number].press("Play")

    def week(self, number: int) -> int:
        """The week that the session shows."""
        return self.held[number].week

    def reaction(self, number: int) -> float | None:
        """Press Pause; seconds until Play is offered again."""
        began = time.monotonic()
        self.held[number].press("Pause")
        self.held[number].wait_for("Play")
        return time.monotonic() - began

    def rest(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)

    def close(self) -> None:
        """Close all sessions."""
        sent = sum(each.heard for each in self.held.values())
        print(f"sent to the clients: {sent / 1e6:.0f} MB")
        for each in self.held.values():
            each.ends.close()

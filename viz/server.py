"""How the application is served: on loopback, without telemetry, sessions bounded and freed when they go away."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import traceback
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from viz import memory
from viz.gate import Gate

#: Environment by which the command tells the application what to open.
SCENARIO, RESULTS = "PARITY_SCENARIO", "PARITY_RESULTS"
#: Names, with commas between them, by which others reach the server (of a proxy, say).
HOSTS = "PARITY_HOSTS"
#: A session whose browser is gone is freed after this time.
FORGET_AFTER = "2m"
#: Sessions that may live at once; further ones are turned away.
MOST_SESSIONS = 40
#: Largest message from a browser (bytes): an upload and what wraps it.
LARGEST_MESSAGE = 1_000_000
APP = "viz.app"
#: What the pages load of what Jupyter programs of this machine offer.
EXTENSIONS = ("jupyter-vue", "jupyter-vuetify")


@dataclass(frozen=True)
class Address:
    """Where the application listens."""

    host: str = "127.0.0.1"
    port: int = 8765

    @property
    def is_local(self) -> bool:
        """Whether only this machine reaches it."""
        return self.host in ("localhost", "::1") or self.host.startswith("127.")

    @property
    def url(self) -> str:
        """Address to open in a browser."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def prepare_environment(
    scenario: str | None = None, results: Path | None = None, hosts: Sequence[str] = ()
) -> None:
    """Set what Solara reads when it is imported; settings that the user made stay."""
    os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] = "False"
    os.environ.setdefault("SOLARA_SESSION_HTTPS_ONLY", "False")
    os.environ["SOLARA_APP"] = APP
    if scenario is not None:
        os.environ[SCENARIO] = scenario
    if results is not None:
        os.environ[RESULTS] = str(results)
    if hosts:
        os.environ[HOSTS] = ",".join(hosts)


def settle() -> None:
    """Make Solara's server ours, also one that somebody else started (``solara run viz/app.py``)."""
    from solara.server import settings

    settings.telemetry.mixpanel_enable = False
    if "SOLARA_KERNEL_CULL_TIMEOUT" not in os.environ:
        settings.kernel.cull_timeout = FORGET_AFTER
    # In its other mode Solara's page embeds one of its maker's, from the internet.
    settings.main.mode = "production"
    settings.theme.title = "Parity"
    settings.theme.show_banner = False
    # Not "auto": in Solara 1.58.2 that page has no element to mount on. The button in the head offers it.
    settings.theme.variant = settings.ThemeVariant.light
    # Solara's renderer then leaves out parts of a page in which nothing changed: two fifths of its work.
    os.environ.setdefault("REACTON_FAST", "1")
    # Said at each visit to a page that is served without HTTPS, as on loopback.
    warnings.filterwarnings("ignore", message="Cookies with samesite=none")
    memory.settle()
    _hide_tracebacks()
    _stay_here()
    _let_zoom()
    _guard()


def _hide_tracebacks() -> None:
    """Solara shows a traceback in place of a page that failed outside our own guard; show a sentence instead."""
    import reacton.core
    from solara.server import app

    class Told(ModuleType):
        """The module traceback, except that what is shown of an exception is one sentence."""

        @staticmethod
        def format_exception(
            _kind: object, error: BaseException, *_more: object, **_rest: object
        ) -> list[str]:
            logging.getLogger("parity.viz").error("a page failed", exc_info=error)
            return ["This page could not be shown. The server's log says why. Reload the page to start anew."]

        def __getattr__(self, name: str) -> object:
            return getattr(traceback, name)

    app.traceback = reacton.core.traceback = Told("traceback")  # type: ignore[attr-defined]


def _stay_here() -> None:
    """Solara's own files are sent as they are, or are missing.

    Solara would ask a content network for a missing one, and would remove a folder that is asked for as if it were a
    file (``cdn_helper.get_path`` of Solara 1.58.2). It also loads what other Jupyter programs of this machine offer.
    """
    from solara.server import server, starlette

    def own_file(folder: Path, path: str) -> Path:
        found = (folder / path).resolve()
        if not found.is_file() or folder.resolve() not in found.parents:
            raise FileNotFoundError("no such file here, and none is fetched")
        return found

    starlette.get_path = own_file  # type: ignore[assignment]
    offered = server.get_nbextensions

    def own_extensions() -> tuple[list[str], dict[str, str | None]]:
        names, hashes = offered()
        kept = [name for name in names if name.partition("/")[0] in EXTENSIONS]
        return kept, {name: hashes.get(name) for name in kept}

    server.get_nbextensions = own_extensions  # type: ignore[assignment]


def _let_zoom() -> None:
    """Solara's page forbids to enlarge it on a tablet, and does not say its language."""
    from solara.server import server

    plain = server.read_root
    if getattr(plain, "zooms", False):
        return

    def read_root(*given: Any, **more: Any) -> str | None:
        page = plain(*given, **more)
        if page is None:
            return None
        return page.replace("maximum-scale=1, user-scalable=no, ", "", 1).replace(
            "<html>", '<html lang="en">', 1
        )

    read_root.zooms = True  # type: ignore[attr-defined]
    server.read_root = read_root  # type: ignore[assignment]


def _guard() -> None:
    """Put the gate before Solara's server, and make room for a few sessions more than the gate lets in."""
    from solara.server import app, kernel_context, settings, starlette

    if getattr(starlette.app.state, "parity_gate", False):
        return
    starlette.app.state.parity_gate = True
    most = int(os.environ.get("SOLARA_KERNEL_MAX_COUNT") or MOST_SESSIONS)
    # Beyond this number Solara lets a page wait for ever, without a word.
    settings.kernel.max_count = 2 * most + 20

    def pages() -> dict[str, str]:
        routes = app.apps["__default__"].routes
        return {f"/{each.path.strip('/')}": str(each.label or each.path) for each in routes}

    how: dict[str, Any] = {
        "pages": pages, "hosts": os.environ.get(HOSTS, "").split(","), "most": most,
        "sessions": lambda: {key: each.session_id for key, each in list(kernel_context.contexts.items())},
    }  # fmt: skip
    if starlette.app.middleware_stack is None:
        starlette.app.add_middleware(Gate, **how)
    else:
        # The server has begun: its application is loaded last.
        starlette.app.middleware_stack = Gate(starlette.app.middleware_stack, **how)  # type: ignore[arg-type]


def _warm(address: Address) -> None:
    """Once the server answers: import the model, and make what takes seconds the first time."""
    for _ in range(600):
        time.sleep(0.1)
        with socket.socket(socket.AF_INET6 if ":" in address.host else socket.AF_INET) as probe:
            if probe.connect_ex((address.host, address.port)) == 0:
                break
    try:
        from viz.explain import document

        document.document()
    except Exception:
        logging.getLogger("parity.viz").exception("'About the model' could not be made")


def serve(address: Address) -> None:
    """Serve until interrupted; what is sent is compressed only where it may leave this machine."""
    import uvicorn

    threading.Thread(target=_warm, args=(address,), daemon=True).start()
    uvicorn.run(
        "solara.server.starlette:app", host=address.host, port=address.port, log_level="error",
        ws_max_size=LARGEST_MESSAGE, timeout_graceful_shutdown=2, server_header=False,
        ws_per_message_deflate=not address.is_local or bool(os.environ.get(HOSTS)),
    )  # fmt: skip


def scenario_to_open() -> str | None:
    """What the command was asked to open, if anything."""
    return os.environ.get(SCENARIO) or None


def results_folders() -> list[Path]:
    """Folders in which results may be opened: the one given, else ``sweeps`` and ``runs`` below the start folder."""
    given = os.environ.get(RESULTS)
    folders = [Path(given)] if given else [Path("sweeps"), Path("runs")]
    return [folder.resolve() for folder in folders]

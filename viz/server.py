"""How the application is served: on loopback, without telemetry, sessions bounded and freed when they go away."""

from __future__ import annotations

import os
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace

#: Environment by which the command tells the application what to open.
SCENARIO, RESULTS = "PARITY_SCENARIO", "PARITY_RESULTS"
#: A session whose browser is gone is freed after this time.
FORGET_AFTER = "2m"
#: Sessions that may live at once; further ones are turned away.
MOST_SESSIONS = 40
#: Largest message from a browser (bytes): an upload and what wraps it.
LARGEST_MESSAGE = 1_000_000
APP = "viz.app"


@dataclass(frozen=True)
class Address:
    """Where the application listens."""

    host: str = "127.0.0.1"
    port: int = 8765

    @property
    def url(self) -> str:
        """Address to open in a browser."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def prepare_environment(scenario: str | None = None, results: Path | None = None) -> None:
    """Set what Solara reads when it is imported; settings that the user made stay."""
    os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] = "False"
    os.environ.setdefault("SOLARA_SESSION_HTTPS_ONLY", "False")
    os.environ.setdefault("SOLARA_KERNEL_CULL_TIMEOUT", FORGET_AFTER)
    os.environ.setdefault("SOLARA_KERNEL_MAX_COUNT", str(MOST_SESSIONS))
    os.environ["SOLARA_APP"] = APP
    if scenario is not None:
        os.environ[SCENARIO] = scenario
    if results is not None:
        os.environ[RESULTS] = str(results)


def settle() -> None:
    """The same for a server that somebody else started (``solara run viz/app.py``)."""
    from solara.server import settings

    settings.telemetry.mixpanel_enable = False
    # In its other mode Solara's page embeds one of its maker's, from the internet.
    settings.main.mode = "production"
    settings.theme.title = "Parity"
    settings.theme.show_banner = False
    # Not "auto": in Solara 1.58.2 that page has no element to mount on. The button in the head offers it.
    settings.theme.variant = settings.ThemeVariant.light
    # Said at each visit to a page that is served without HTTPS, as on loopback.
    warnings.filterwarnings("ignore", message="Cookies with samesite=none")
    _hide_tracebacks()
    _stay_here()


def _hide_tracebacks() -> None:
    """Solara shows a traceback in place of a page that failed outside our own guard; show a sentence instead."""
    import logging

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
    """A file that Solara's own files lack is missing: Solara would ask a content network for it."""
    from solara.server import cdn_helper

    def refuse(address: str, *_: object, **__: object) -> None:
        raise FileNotFoundError(f"no such file here, and none is fetched: {address}")

    cdn_helper.requests = SimpleNamespace(get=refuse)  # type: ignore[assignment]


def serve(address: Address) -> None:
    """Serve until interrupted."""
    import uvicorn

    uvicorn.run(
        "solara.server.starlette:app", host=address.host, port=address.port, log_level="error",
        ws_max_size=LARGEST_MESSAGE, timeout_graceful_shutdown=2,
    )  # fmt: skip


def scenario_to_open() -> str | None:
    """What the command was asked to open, if anything."""
    return os.environ.get(SCENARIO) or None


def results_folders() -> list[Path]:
    """Folders in which results may be opened: the one given, else ``sweeps`` and ``runs`` below the start folder."""
    given = os.environ.get(RESULTS)
    folders = [Path(given)] if given else [Path("sweeps"), Path("runs")]
    return [folder.resolve() for folder in folders]

"""A server of the browser application in a process of its own, which tells what it holds; viz_twenty.py uses it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[1]
#: Started as a user does; on a signal it writes down what lives in it. ``followed`` counts the sets in which Solara's
#: values keep who follows them: one a value and session.
SERVED = """
import gc, json, os, signal, threading
from pathlib import Path
def told(*_):
    from ipywidgets import Widget
    from solara.server import kernel_context
    from solara.toestand import ValueBase
    gc.collect()
    there = gc.get_objects()
    kinds = [type(each) for each in there]
    values = [each for each, kind in zip(there, kinds) if issubclass(kind, ValueBase)]
    held = {
        "sessions": len(kernel_context.contexts), "threads": threading.active_count(),
        "models": sum(kind.__name__ == "NarrativeModel" for kind in kinds),
        "contexts": sum(kind.__name__ == "VirtualKernelContext" for kind in kinds),
        "widgets": sum(issubclass(kind, Widget) for kind in kinds),
        "ours": sum(str(kind.__module__).startswith("viz.") for kind in kinds),
        "followed": sum(len(each.listeners) + len(each.listeners2) for each in values),
    }
    place = Path(os.environ["PARITY_TOLD"])
    place.with_suffix(".new").write_text(json.dumps(held))
    place.with_suffix(".new").replace(place)
signal.signal(signal.SIGUSR1, told)
from viz import cli
cli.main()
"""


class Watched:
    """The server; ``with`` starts and stops it."""

    def __init__(self, forget_after: str = "5s", **environment: str) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="parity-viz-")
        self.told, self.log = Path(self.folder.name) / "told.json", Path(self.folder.name) / "log.txt"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.environment = os.environ | {
            "PARITY_TOLD": str(self.told), "SOLARA_KERNEL_CULL_TIMEOUT": forget_after, **environment,
        }  # fmt: skip

    @property
    def url(self) -> str:
        """Address without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        with self.log.open("w") as written:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SERVED, "--port", str(self.port), "--no-open"], cwd=ROOT,
                env=self.environment, stdout=written, stderr=subprocess.STDOUT,
            )  # fmt: skip
        end = time.monotonic() + 90
        while time.monotonic() < end and self.process.poll() is None:
            try:
                urllib.request.urlopen(self.url, timeout=5).close()
                return self
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(f"the server did not start: {self.log.read_text()}")

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.folder.cleanup()

    def megabytes(self) -> float:
        """Memory that the server holds (MB), from the kernel's table."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("no VmRSS in /proc")

    def cpu_seconds(self) -> float:
        """Processor time that the server has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def census(self) -> dict[str, int]:
        """What lives in the server: sessions, models, threads, widgets, objects of viz, and what follows values."""
        self.told.unlink(missing_ok=True)
        self.process.send_signal(signal.SIGUSR1)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self.told.exists():
                return dict(json.loads(self.told.read_text(encoding="utf-8")))
            time.sleep(0.1)
        raise RuntimeError("the server did not answer")

"""Server time of one redraw of the Live page: view, options of all charts, and the page itself, without a browser.

Run: ``python benchmarks/viz_redraw.py [--agents 2000] [--week 300] [--redraws 20] [--most-ms 150]``

The redraw is the one that a played week causes: all panels, the network included, are drawn anew. What is sent to the
browser is measured as JSON. With ``--most-ms`` the script fails if the median is above it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import solara

from viz import shell
from viz.components.chart import ChartWidget
from viz.controller import LiveController
from viz.live import page, panels, state


def milliseconds(work: Callable[[], Any], times: int) -> float:
    """Median time of ``work``."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - start))
    return statistics.median(taken)


def main() -> int:
    """Print the parts and the whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=2000)
    parser.add_argument("--week", type=int, default=300)
    parser.add_argument("--redraws", type=int, default=20)
    parser.add_argument("--most-ms", type=float, default=None)
    asked = parser.parse_args()
    changes = {
        "size.investors": asked.agents * 7 // 10, "size.policymakers": asked.agents // 10,
        "size.communities": asked.agents - asked.agents * 7 // 10 - asked.agents // 10,
        "run.weeks": asked.week + asked.redraws + 10,
    }  # fmt: skip
    controller = LiveController("baseline", changes=changes)
    controller.run_to(asked.week)
    view = controller.view()
    agents = len(view.network.kind) if view.network is not None else 0
    print(
        f"baseline, {agents} agents, week {controller.week}, {len(view.labs)} labs, {len(view.events)} events"
    )

    found = []
    for _ in range(5):
        controller.step(1)
        found.append(milliseconds(controller.view, 1))
    print(f"{'view':<28}{statistics.median(found):8.1f} ms")
    whole = 0.0
    for spec in panels.CHARTS:
        taken = milliseconds(lambda spec=spec: spec.draw(view, False), 5)
        size = len(json.dumps(spec.draw(view, False), default=float)) / 1024
        whole += taken
        print(f"{'option ' + spec.name:<28}{taken:8.1f} ms {size:8.0f} kB")
    print(f"{'all options':<28}{whole:8.1f} ms")

    shell.open_in_live(controller)

    @solara.component
    def Harness() -> None:
        moved = shell.moved.value
        with solara.Column():
            page.Side(moved)
            page.LiveBody(moved)

    _box, context = solara.render(Harness(), handle_error=False)
    drawn = len(context.find(ChartWidget).widgets)

    taken, worked, steps = [], [], []
    for _ in range(asked.redraws):
        # The step is the model's time, not the page's.
        start = time.perf_counter()
        controller.step(1)
        steps.append(1000 * (time.perf_counter() - start))
        start, cpu = time.perf_counter(), time.process_time()
        shell.moved.set(shell.moved.peek() + 1)
        taken.append(1000 * (time.perf_counter() - start))
        worked.append(1000 * (time.process_time() - cpu))
    whole = statistics.median(taken)
    print(f"{'step of the model':<28}{statistics.median(steps):8.1f} ms (not part of the redraw)")
    print(f"{f'redraw, {drawn} charts':<28}{whole:8.1f} ms (median), {max(taken):.1f} ms (slowest)")
    print(
        f"{'processor time of it':<28}{statistics.median(worked):8.1f} ms (median; less if the machine is shared)"
    )
    state.cursor.set(None)
    context.close()
    controller.close()
    return int(asked.most_ms is not None and whole > asked.most_ms)


if __name__ == "__main__":
    sys.exit(main())

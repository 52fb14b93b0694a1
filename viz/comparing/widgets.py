"""The two parts of the page that the browser moves by itself: the bar of progress and the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipyvuetify
import solara
import traitlets

from viz.comparing.running import Job

COLUMNS = [
    ("title", "Output", False, "Sort by name"),
    ("unit", "Unit", False, "Sort by unit"),
    ("a", "A", True, "Mean of A at the end, over the pairs"),
    ("b", "B", True, "Mean of B at the end, over the pairs"),
    ("difference", "B − A", True, "Mean difference, pair by pair; sorted by size"),
    ("low", "95 % interval", True, "Of the mean difference (Student's t over the pairs)"),
    ("least", "Interval as a picture", False, "In standard deviations between runs; sorted by the lower end"),
    ("standardised", "Std. size", True, "Difference over the standard deviation between runs; sorted by size"),
    ("saved", "Pairing saved", True, "Part of the variance of the difference that the same luck takes away"),
    ("clear", "Clear", True, "The interval leaves zero out"),
]  # fmt: skip


class ProgressWidget(ipyvuetify.VuetifyTemplate):
    """How far the work is; the bar moves on between two reports."""

    template_file = (__file__, "progress.vue")
    state = traitlets.Unicode("waiting").tag(sync=True)
    share = traitlets.Float(0.0).tag(sync=True)
    pace = traitlets.Float(0.0).tag(sync=True)
    step = traitlets.Float(0.0).tag(sync=True)
    left = traitlets.Float(-1.0).tag(sync=True)


class DifferencesWidget(ipyvuetify.VuetifyTemplate):
    """The table of final differences: sorted and searched in the browser; a row is a button."""

    template_file = (__file__, "differences.vue")
    rows: traitlets.List[dict[str, Any]] = traitlets.List([]).tag(sync=True)
    columns = traitlets.List([
        {"key": key, "text": text, "number": number, "help": help} for key, text, number, help in COLUMNS
    ]).tag(sync=True)  # fmt: skip
    chosen = traitlets.Unicode("").tag(sync=True)
    on_picked = traitlets.Any(None, allow_none=True)

    def vue_picked(self, output: str) -> None:
        """A row was chosen, by mouse or by keyboard."""
        if self.on_picked is not None:
            self.on_picked(str(output))


@solara.component
def Progress(job: Job, told: int) -> Any:
    """The bar of a job; drawn anew for every report."""
    del told
    left = job.left
    return ProgressWidget.element(
        state=job.state, share=job.share, pace=job.pace if job.state == "running" else 0.0, step=job.step,
        left=-1.0 if left is None else left,
    )  # fmt: skip


@solara.component
def Table(rows: list[dict[str, Any]], chosen: str, choose: Callable[[str], None]) -> Any:
    """The table."""
    return DifferencesWidget.element(rows=rows, chosen=chosen, on_picked=choose)

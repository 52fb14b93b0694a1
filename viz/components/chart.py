"""A chart in the page: ECharts from Solara's own files, so that it draws without internet."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import ipyvuetify
import solara
import solara.lab
import traitlets

from viz import theme


class Drawn:
    """An option as text: Solara would else look for components among all its numbers, redraw by redraw."""

    __slots__ = ("text",)

    def __init__(self, option: dict[str, Any]) -> None:
        try:
            self.text = json.dumps(option, allow_nan=False, separators=(",", ":"))
        except ValueError:
            self.text = json.dumps(finite(option), allow_nan=False, separators=(",", ":"))


class ChartWidget(ipyvuetify.VuetifyTemplate):
    """The browser's half is chart.vue; it also holds the functions that an option may name."""

    template_file = (__file__, "chart.vue")

    drawn = traitlets.Unicode("{}").tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    name = traitlets.Unicode("figure").tag(sync=True)
    height = traitlets.Int(240).tag(sync=True)
    paper = traitlets.Unicode("#ffffff").tag(sync=True)
    clickable = traitlets.Bool(False).tag(sync=True)
    rangeable = traitlets.Bool(False).tag(sync=True)
    ranges = traitlets.List([]).tag(sync=True)
    on_click = traitlets.Any(None, allow_none=True)
    on_ranges = traitlets.Any(None, allow_none=True)

    def vue_darkness(self, dark: bool) -> None:
        """The browser tells how the page really looks; everything that asks for the theme then follows."""
        if solara.lab.theme.dark_effective is not bool(dark):
            solara.lab.theme.dark_effective = bool(dark)

    def vue_clicked(self, data: dict[str, Any]) -> None:
        """The browser tells that something in the chart was clicked."""
        if self.on_click is not None:
            self.on_click(data)

    def vue_ranged(self, ranges: list[list[float] | None]) -> None:
        """The browser tells the range marked on each parallel axis; None where there is none."""
        if self.on_ranges is not None:
            self.on_ranges(ranges)


@solara.component
def Chart(
    option: dict[str, Any] | Drawn,
    label: str,
    height: int = 240,
    on_click: Callable[[dict[str, Any]], None] | None = None,
    on_ranges: Callable[[list[list[float] | None]], None] | None = None,
    ranges: Sequence[list[float] | None] = (),
    name: str = "figure",
) -> Any:
    """A chart with its description and buttons that save it.

    Parameters
    ----------
    option
        ECharts option as plain JSON (viz/charts makes them). ``formatter`` may name a function of chart.vue
        (``"@time:OOM"``), ``renderItem`` one of its shapes (``"band"``, ``"errorbar"``, ``"interval"``, ``"box"``).
    label
        What the chart shows, for those who do not see it.
    height
        Height in pixels; the width is the container's.
    on_click
        Called with ``data`` (the data item, or its values by dimension), ``dataIndex``, ``seriesName``, ``name``.
    on_ranges
        Called when a range on parallel axes is drawn, moved or cleared: ends for each axis, or None.
    ranges
        The ranges to mark, likewise; on a category axis they count places from 0.
    name
        Name of saved files, without ending.

    """
    dark = bool(solara.lab.use_dark_effective())
    return ChartWidget.element(
        drawn=(option if isinstance(option, Drawn) else Drawn(option)).text, label=label, height=height,
        name=file_name(name), paper=theme.paper(dark),
        clickable=on_click is not None, on_click=on_click,
        rangeable=on_ranges is not None, ranges=list(ranges), on_ranges=on_ranges,
    )  # fmt: skip


def file_name(name: str) -> str:
    """A name that any file system takes."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "figure"


def finite(value: Any) -> Any:
    """The same without NaN and infinities, which JSON does not know."""
    if isinstance(value, dict):
        return {key: finite(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value

"""Small controls of which the browser's own form is the most usable by keyboard: a range, a file, a link."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import ipyvuetify
import solara
import traitlets

from viz import shell


class RangeWidget(ipyvuetify.VuetifyTemplate):
    """A slider."""

    template_file = (__file__, "range.vue")
    label = traitlets.Unicode("").tag(sync=True)
    unit = traitlets.Unicode("").tag(sync=True)
    value = traitlets.Float(0.0).tag(sync=True)
    low = traitlets.Float(0.0).tag(sync=True)
    high = traitlets.Float(1.0).tag(sync=True)
    step = traitlets.Float(0.01).tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)
    on_value = traitlets.Any(None, allow_none=True)

    def vue_told(self, value: float) -> None:
        """The thumb was moved."""
        if self.on_value is not None:
            self.on_value(min(max(float(value), self.low), self.high))


class UploadWidget(ipyvuetify.VuetifyTemplate):
    """A file that is read in the browser and sent as text."""

    template_file = (__file__, "upload.vue")
    label = traitlets.Unicode("").tag(sync=True)
    most = traitlets.Int(200_000).tag(sync=True)
    on_text = traitlets.Any(None, allow_none=True)

    def vue_given(self, file: dict[str, Any]) -> None:
        """A file was chosen."""
        if self.on_text is not None:
            self.on_text(str(file.get("name", "uploaded.toml")), str(file.get("text", "")))


class AddressWidget(ipyvuetify.VuetifyTemplate):
    """The link that shows the same again; also what the browser's address line says."""

    template_file = (__file__, "address.vue")
    query = traitlets.Unicode("").tag(sync=True)
    path = traitlets.Unicode("/").tag(sync=True)


@solara.component
def Range(
    label: str,
    value: float,
    low: float,
    high: float,
    step: float,
    on_value: Callable[[float], None],
    unit: str = "",
    disabled: bool = False,
) -> Any:
    """A slider with its label, value and unit."""
    return RangeWidget.element(
        label=label, value=float(value), low=float(low), high=float(high), step=float(step), unit=unit,
        on_value=on_value, disabled=disabled,
    )  # fmt: skip


@solara.component
def Choice(
    label: str,
    value: Any,
    names: dict[Any, str],
    on_value: Callable[[Any], None],
    meaning: str = "",
    disabled: bool = False,
) -> Any:
    """A list to choose from: ``names`` by value; ``meaning`` of the chosen one is told below."""
    return solara.v.Select(
        label=label, v_model=value, on_v_model=on_value, disabled=disabled, dense=True,
        items=[{"value": each, "text": name} for each, name in names.items()],
        hint=meaning, persistent_hint=bool(meaning), hide_details=not meaning, class_="parity-choice",
    )  # fmt: skip


def facts(
    pairs: Iterable[tuple[str, str]], label: str, look: str, meanings: Mapping[str, str] = MappingProxyType({}),
    spoken: bool = True,
) -> None:  # fmt: skip
    """Names and what is told of them; a screen reader is told when they change, if they are ``spoken``."""
    # The region around the list, not the list: its entries belong to a list only.
    attributes = {"role": "region", "aria-live": "polite" if spoken else "off", "aria-label": label}
    with (
        solara.v.Html(tag="div", attributes=attributes),
        solara.v.Html(tag="dl", class_=f"parity-facts {look}"),
    ):
        for name, text in pairs:
            with solara.v.Html(tag="dt"):
                if name in meanings:
                    shell.Term(name, meanings[name])
                else:
                    solara.HTML(tag="span", unsafe_innerHTML=shell.escape(name))
            solara.HTML(tag="dd", unsafe_innerHTML=shell.escape(text))


@solara.component
def Upload(label: str, on_text: Callable[[str, str], None], most: int) -> Any:
    """A button that takes a text file: ``on_text(name, text)``."""
    return UploadWidget.element(label=label, on_text=on_text, most=most)


@solara.component
def Address(query: str) -> Any:
    """Keep the address line in step, and show the link."""
    router = solara.use_router()
    return AddressWidget.element(query=query, path=router.root_path.rstrip("/") + "/")
